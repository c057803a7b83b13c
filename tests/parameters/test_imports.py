"""Types that a parameters cell uses without having imported them."""

from __future__ import annotations

import pytest

from jupyter_nbtasks.parameters.imports import missing_imports

MISSING = {
    'region: Literal["EU", "US"] = "EU"\nsince: date | None = None': [
        "from typing import Literal",
        "from datetime import date",
    ],
    "x = date(2026, 1, 31)": ["from datetime import date"],
    "x = datetime.fromisoformat('2026-01-31')": ["from datetime import datetime"],
    "x: datetime.date = None": ["import datetime"],
    "x: typing.Optional[int] = None": ["import typing"],
    "x: Optional[List[str]] = None": ["from typing import List", "from typing import Optional"],
    "if a:\n  x = Path('b')": ["from pathlib import Path"],
    "from __future__ import annotations\nx: date = date(2026, 1, 31)": [
        "from datetime import date"
    ],
    "%time\nx: date = None": ["from datetime import date"],
}


@pytest.mark.parametrize(("source", "statements"), MISSING.items())
def test_what_is_used_and_not_imported_is_found(source, statements):
    found = missing_imports(source)
    assert sorted(one.statement for one in found) == sorted(statements)
    assert [one.name for one in found] == sorted(one.name for one in found)


@pytest.mark.parametrize(
    "source",
    [
        "x: int = 1",
        "from datetime import date\nx: date = date(2026, 1, 31)",
        "from datetime import date as day\nx: day = None",
        "import datetime\nx: datetime.date = None",
        "import datetime as dt\nx: dt.date = None",
        "from typing import *\nx: Any = None",
        "class Path: pass\nx: Path = None",
        "def date(): return 1\nx = date()",
        "Literal = 1\nx = Literal",
        "x: 'date' = None",
        "x = 'Literal'  # a date",
        "def f(): return date.today()",
        "f = lambda: date.today()",
        "from __future__ import annotations\nx: date = None",
        "x.date = y.Path",
    ],
)
def test_nothing_is_missed_where_nothing_is_missing(source):
    assert missing_imports(source) == []
