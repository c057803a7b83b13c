"""What each cell costs in notebooks of a hundred cells and of thousands, beside others.

Ours is measured on a server, from the start of the first cell to the end of the last one.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import peers
from measuring import Report, Row, at_least, at_most, finish, median, options
from serving import Server, kernels

SIZES = (100, 300, 1_000, 3_000)
ROUNDS = 3
OURS, PLAIN = "ours", "a plain client"
BESIDE_PAPERMILL = 1_000


def main() -> int:
    """Measure notebooks of each size, the sides in turn."""
    asked = options()
    sizes, rounds = (SIZES[:2], 1) if asked.quick else (SIZES, ROUNDS)
    report = Report("Cells", axes=("cells in the notebook", "ms a cell"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "root")
        for size in sizes:
            peers.write(root / f"{size}.ipynb", _sources(size))
        with Server(root, **kernels(fork=True)) as server:
            server.warm_up(f"{sizes[0]}.ipynb")
            taken = [(size, *_beside(server, size)) for _ in range(rounds) for size in sizes]
        if not asked.quick:
            papermill = _papermill(asked.venvs, root / f"{BESIDE_PAPERMILL}.ipynb")
            report.curves["papermill"] = [(BESIDE_PAPERMILL, papermill)]
    for name, side in ((OURS, 1), (PLAIN, 2)):
        report.curves[name] = [
            (size, median([one[side] for one in taken if one[0] == size])) for size in sizes
        ]
    report.rows.extend(_rows(report.curves))
    return finish("cells", report, asked)


def _sources(count: int) -> list[str]:
    return [f"a{number} = {number}" for number in range(count)]


def _beside(server: Server, size: int) -> tuple[float, float]:
    """Return the milliseconds a cell takes us and the plain client."""
    id = server.submit(f"{size}.ipynb")
    server.final(id)
    job = server.ask("GET", f"jobs/{id}")
    ours = _span(job["cells"][0]["started_at"], job["cells"][-1])
    return ours * 1e3 / size, peers.plain(_sources(size)) * 1e3 / size


def _span(begun: str, last: dict[str, Any]) -> float:
    at = datetime.fromisoformat(last["started_at"]) - datetime.fromisoformat(begun)
    return at.total_seconds() + float(last["seconds"])


def _papermill(venvs: Path | None, notebook: Path) -> float:
    with peers.environment(venvs, "papermill", "ipykernel") as python:
        peers.papermill(python, notebook)
    [output] = notebook.parent.glob("*.out.ipynb")
    cells = [cell.metadata.papermill for cell in nbformat.read(output, 4).cells]
    moments = [datetime.fromisoformat(cell[key]) for cell in cells for key in cell if "time" in key]
    return (max(moments) - min(moments)).total_seconds() * 1e3 / len(cells)


def _rows(curves: dict[str, list[tuple[float, float]]]) -> list[Row]:
    ours, plain = dict(curves[OURS]), dict(curves[PLAIN])
    rows = []
    for size, figure in ours.items():
        row = Row(f"each of {size:,} cells", figure, "ms", PLAIN, plain[size])
        rows.append(at_least(row, round(1 / 1.15, 2)) if size == SIZES[1] else row)
    first, *_, last = ours
    growth = Row(f"a cell of {last:,} in cells of {first:,}", ours[last] / ours[first], "times")
    rows.append(at_most(growth, 1.15))
    for size, figure in curves.get("papermill", ()):
        row = Row(f"each of {size:,} cells", ours[size], "ms", "papermill's command line", figure)
        rows.append(at_least(replace(row), 20))
    return rows


if __name__ == "__main__":
    sys.exit(main())
