"""Puts what the benchmarks found on a page of the documentation: the figures with a target.

One picture shows how costs grow.

python benchmarks/readme.py FOLDER    the one that the benchmarks were told to --keep
"""

from __future__ import annotations

import os
import platform
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl
import psutil
from measuring import Report, kept
from run import REPORTING

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "performance.md"
PICTURE = PAGE.with_name("growth.png")
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
# What is drawn of the database: what a server asks most often.
_SHOWN = (
    "insert, claim and finish a job",
    "claim, none waiting",
    "heartbeat",
    "page of 50: first page",
    "page of 50: status of those not over",
)


def main() -> int:
    """Write both."""
    paths = [Path(sys.argv[1], f"{name}.json") for name in REPORTING]
    reports = {path.stem: kept(path) for path in paths if path.exists()}
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{_section(reports)}\n{END}{after}")
    _draw(reports)
    return 0


def _section(reports: dict[str, Report]) -> str:
    memory = psutil.virtual_memory().total / 2**30
    machine = f"{os.cpu_count()} processors, {memory:.0f} GB, Python {platform.python_version()}"
    day = datetime.now(UTC).strftime("%d %B %Y").lstrip("0")
    tables = [
        Report(report.title, [row for row in report.rows if row.holds is not None]).markdown()
        for report in reports.values()
    ]
    picture = ""
    if any(report.curves for report in reports.values()):
        what = "What one more costs, by how many there are already"
        picture = f"\n\n![{what}]({PICTURE.name})"
    text = "\n\n".join([f"Measured on {day}: {machine}.", *tables]) + picture
    return re.sub(r"(?<=\| )(?:[≥≤] )?[\d.,]+ \S+(?= \|)", _unbroken, text)


def _unbroken(figure: re.Match[str]) -> str:
    """Return a figure that is not torn from its unit at the end of a line."""
    return figure[0].replace(" ", "\N{NO-BREAK SPACE}")


def _draw(reports: dict[str, Report]) -> None:
    drawn = [report for report in reports.values() if report.curves]
    if not drawn:
        return
    mpl.use("Agg")
    from matplotlib import pyplot

    figure, places = pyplot.subplots(
        1, len(drawn), figsize=(5.5 * len(drawn), 3.6), layout="constrained", squeeze=False
    )
    for place, report in zip(places[0], drawn, strict=True):
        shown = [name for name in report.curves if name in _SHOWN] or list(report.curves)
        for name in shown:
            place.plot(*zip(*report.curves[name], strict=True), marker="o", label=name)
        place.set(xscale="log", ylim=(0, None), xlabel=report.axes[0], ylabel=report.axes[1])
        place.set_title(report.title)
        # Room for the legend.
        place.set_ylim(top=1.4 * place.get_ylim()[1])
        place.legend(fontsize="small")
    figure.savefig(PICTURE, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    sys.exit(main())
