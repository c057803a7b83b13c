"""Which path a job's output is written to, from the template that its request gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..contents.paths import clean
from ..errors import FieldError, InvalidRequest, invalid_field

_FIELD = re.compile(r"\{([^{}]*)\}")


def expand(template: str, job_id: str, name: str, values: Mapping[str, Any], now: datetime) -> str:
    """Return the Contents path that *template* names; *now* is in the zone of its dates.

    Knows ``{name}``, ``{date}``, ``{time}``, ``{job_id}`` and the job's parameters. Raises
    InvalidRequest for any other field, a path outside the root, and one that is not a notebook's.
    """
    known = {key: str(value) for key, value in values.items()} | {
        "name": name,
        "date": f"{now:%Y-%m-%d}",
        "time": f"{now:%H%M%S}",
        "job_id": job_id,
    }
    unknown = [field for field in _FIELD.findall(template) if field not in known]
    if unknown:
        fields = ", ".join(f"{{{field}}}" for field in known)
        msg = f"'output_path' cannot use {{{unknown[0]}}}. It may use {fields}."
        raise invalid_field("output_path", msg)
    # A value is one name in the path: it cannot open a folder or leave one.
    path = _FIELD.sub(lambda match: re.sub(r"[/\\\0]", "-", known[match[1]]), template)
    try:
        path = clean(path)
    except InvalidRequest as error:
        wrong = [FieldError("output_path", str(error))]
        raise InvalidRequest(str(error), reason=error.reason, errors=wrong) from None
    if not path.endswith(".ipynb"):
        msg = f"'output_path' must end in .ipynb, not {path!r}."
        raise invalid_field("output_path", msg)
    return path
