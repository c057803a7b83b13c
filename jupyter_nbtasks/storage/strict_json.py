"""JSON that every reader can read, a browser and a database too. Pure.

Python reads and writes more than that: NaN, halves of characters, and nesting without an end.
"""

from __future__ import annotations

import math
from typing import Any

# Far beyond what people nest, and below what pydantic, nbformat and nbdime can go through.
MAX_DEPTH = 100


class TooDeep(Exception):
    """Lists and mappings are nested more than so deep."""


def strict(value: Any, depth: int = MAX_DEPTH) -> Any:
    """Return a copy of *value* with null for a number that is not finite, and U+FFFD for half a
    character.

    Raises TooDeep if it is nested more than *depth* deep.
    """
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict | list | tuple):
        if depth == 0:
            raise TooDeep
        if isinstance(value, dict):
            return {whole(str(key)): strict(item, depth - 1) for key, item in value.items()}
        return [strict(item, depth - 1) for item in value]
    return value if value is None or isinstance(value, int) else whole(str(value))


def is_finite(value: Any) -> bool:
    """Whether all numbers in *value*, which is not nested too deep, are finite."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(is_finite, value.values()))
    if isinstance(value, list):
        return all(map(is_finite, value))
    return True


def whole(text: str) -> str:
    """Return *text* with U+FFFD for each half of a character."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        # Two halves that belong together are one character.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
