"""What benchmarks share: rows of figures with their targets, as Markdown, and how they are kept."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """A figure of ours, in *unit*, beside that of a *peer* and its *target*, if there are any.

    *target* says what *holds*: a bound of ours, or of the ratio of the peer's figure to ours.
    """

    what: str
    ours: float
    unit: str
    peer: str = ""
    theirs: float | None = None
    p95: float | None = None
    target: str = ""
    holds: bool | None = None

    @property
    def ratio(self) -> float | None:
        """How many times ours the peer's figure is."""
        return None if self.theirs is None or not self.ours else self.theirs / self.ours


@dataclass(frozen=True)
class Report:
    """What a benchmark found; *curves* are points (how many, figure) by name, in *axes*' units."""

    title: str
    rows: list[Row] = field(default_factory=list)
    axes: tuple[str, str] = ("", "")
    curves: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def markdown(self) -> str:
        """Return the rows as a table."""
        names = ("", "ours", "p95", "beside", "theirs", "times", "target", "")
        head = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
        return "\n".join([f"**{self.title}**", "", *head, *map(_line, self.rows)])


def at_most(row: Row, bound: float) -> Row:
    """Return *row* with the target that ours is not more than *bound*."""
    said = f"≤ {bound:g} {row.unit}"
    return Row(**asdict(row) | {"target": said, "holds": row.ours <= bound})


def at_least(row: Row, times: float) -> Row:
    """Return *row* with the target that the peer's figure is so many *times* ours or more."""
    assert row.ratio is not None
    return Row(**asdict(row) | {"target": f"≥ {times:g} times", "holds": row.ratio >= times})


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which *percent* of all *values* are."""
    return sorted(values)[min(len(values) - 1, int(len(values) * percent / 100))]


def options() -> argparse.Namespace:
    """Read the command line of a benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=Path, help="a folder for the figures")
    parser.add_argument("--venvs", type=Path, help="a folder for the environments of peers")
    parser.add_argument("--compare", action="store_true", help="beside jupyter-scheduler, too")
    parser.add_argument("--quick", action="store_true", help="smaller, to see that it works")
    return parser.parse_args()


def finish(name: str, report: Report, asked: argparse.Namespace) -> int:
    """Print *report* and keep it; return the exit status: 1 if a target is not met."""
    print(report.markdown(), flush=True)
    if asked.keep is not None:
        asked.keep.mkdir(parents=True, exist_ok=True)
        (asked.keep / f"{name}.json").write_text(json.dumps(asdict(report)))
    return 0 if all(row.holds is not False for row in report.rows) else 1


def kept(path: Path) -> Report:
    """Return the report that was kept in the file *path*."""
    said: dict[str, Any] = json.loads(path.read_text())
    return Report(**said | {"rows": [Row(**row) for row in said["rows"]]})


def _line(row: Row) -> str:
    times = "" if row.ratio is None else f"{row.ratio:.3g}"
    ours, theirs, p95 = (
        "" if value is None else f"{_digits(value)} {row.unit}"
        for value in (row.ours, row.theirs, row.p95)
    )
    met = {None: "", True: "met", False: "**not met**"}[row.holds]
    cells = (row.what, ours, p95, row.peer, theirs, times, row.target, met)
    return f"| {' | '.join(cells)} |"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
