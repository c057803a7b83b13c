"""What a list shows of an item, of which the item's own page has all. Pure."""

from __future__ import annotations

import json
from typing import Any

# Characters as JSON: of all values of a field together, and of one value or text.
MOST = 8_000
MOST_OF_ONE = 1_000


_encoder = json.JSONEncoder(ensure_ascii=False)


def short_values(values: dict[str, Any]) -> dict[str, Any]:
    """Return those of *values* that are short, or none where even these are much together."""
    sizes = {name: _size(value) for name, value in values.items()}
    short = {name: value for name, value in values.items() if sizes[name] <= MOST_OF_ONE}
    return short if sum(sizes[name] for name in short) <= MOST else {}


def _size(value: Any) -> int:
    """Return how long *value* is as JSON; of a long one no more is looked at than needed."""
    if isinstance(value, str) and len(value) > MOST_OF_ONE:
        return len(value)
    size = 0
    for text in _encoder.iterencode(value):
        size += len(text)
        if size > MOST_OF_ONE:
            break
    return size
