"""What it costs to keep versions of a notebook, beside a gzip copy of the file for each.

Prints a table: how long it takes to store a notebook of 1 MB and of 50 MB, to make a snapshot of it
and to restore that, and how much 100 versions take together, each beside gzip copies made in the
same run; and how long the first page of 1,000 snapshots takes, beside that of 10.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from wiring import open_assembly

from jupyter_nbtasks.assembly.assembly import Assembly
from jupyter_nbtasks.caller import Caller
from jupyter_nbtasks.snapshots.requests import RestoreRequest, SnapshotQuery, SnapshotRequest
from jupyter_nbtasks.storage.blobs import Blobs

VERSIONS = 100
FEW, MANY, PAGE, LOOKS = 10, 1000, 10, 50
ANN = Caller("ann", sees_all=True)
PICTURE_BYTES = 56_000
# Pictures and rounds: twelve make a notebook of a megabyte, with 70 KB of source.
NOTEBOOKS = {"1 MB": (12, 20), "50 MB": (620, 3)}


def main() -> int:
    """Run all of it; the exit status tells whether versions still take little room."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (pictures, rounds) in NOTEBOOKS.items():
            place = Path(folder, name)
            place.mkdir()
            rows += asyncio.run(_times(place, name, pictures, rounds))
            rows += asyncio.run(_service_times(place, name, pictures, rounds))
        few, many = asyncio.run(_list(Path(folder, "list")))
        versions = Path(folder, "versions")
        copies = asyncio.run(_store_versions(versions))
        ours = sum(path.stat().st_blocks * 512 for path in versions.rglob("*") if path.is_file())
    print("| | ours, median (p95) | gzip, median (p95) | ratio |")
    print("|---|---|---|---|")
    for name, seconds, gzip_seconds in rows:
        ratio = statistics.median(gzip_seconds) / statistics.median(seconds)
        print(f"| {name} | {_said(seconds)} | {_said(gzip_seconds)} | {ratio:.2f} times as fast |")
    factor = copies / ours
    print(
        f"| {VERSIONS} versions of 1 MB | {ours / 1e6:.1f} MB | {copies / 1e6:.1f} MB "
        f"| {factor:.0f} times smaller |"
    )
    print()
    print(f"The first page among {MANY:,} snapshots of a notebook: {many * 1e3:.1f} ms,")
    print(f"{many / few:.1f} times that among {FEW}.")
    return 0 if ours <= 3_000_000 and many <= 2 * few else 1


async def _times(
    folder: Path, name: str, pictures: int, rounds: int
) -> list[tuple[str, list[float], list[float]]]:
    """Return for each measurement its name, our seconds and those of gzip, round by round."""
    blobs, file = Blobs(folder / "blobs"), folder / "copy.gz"
    measured: dict[str, tuple[list[float], list[float]]] = {
        f"{what} {name}": ([], []) for what in ("store", "store again, a cell changed,", "read")
    }
    store, again, read = measured.values()
    for number in range(rounds):
        made = random.Random(number)
        notebook = _notebook(made, pictures)
        data = nbformat.writes(notebook).encode()
        store[0].append((await _timed(blobs.put(data)))[0])
        store[1].append(_copied(data, file))
        _edit(notebook, made, number)
        edited = nbformat.writes(notebook).encode()
        seconds, hash = await _timed(blobs.put(edited))
        again[0].append(seconds)
        again[1].append(_copied(edited, file))
        seconds, found = await _timed(blobs.get(hash))
        read[0].append(seconds)
        begun = time.perf_counter()
        assert gzip.decompress(file.read_bytes()) == found
        read[1].append(time.perf_counter() - begun)
    return [(name, *seconds) for name, seconds in measured.items()]


async def _service_times(
    folder: Path, name: str, pictures: int, rounds: int
) -> list[tuple[str, list[float], list[float]]]:
    """Return the like for a snapshot that is made and restored, with all that belongs to it."""
    assembly, copy = await open_assembly(folder / "server"), folder / "copy.gz"
    file = folder / "server" / "root" / "work.ipynb"
    measured: dict[str, tuple[list[float], list[float]]] = {
        f"{what} {name}": ([], []) for what in ("make a snapshot of", "restore")
    }
    make, restore = measured.values()
    for number in range(rounds):
        data = nbformat.writes(_notebook(random.Random(number), pictures)).encode()
        file.write_bytes(data)
        request = SnapshotRequest(path="work.ipynb")
        seconds, made = await _timed(assembly.snapshots.service.create(request, ANN))
        make[0].append(seconds)
        make[1].append(_copied(data, copy))
        file.write_bytes(b"{}")
        seconds, _ = await _timed(
            assembly.snapshots.service.restore(made.id, RestoreRequest(preserve=False), ANN)
        )
        restore[0].append(seconds)
        assert file.read_bytes() == data
        restore[1].append(_put_back(copy, file))
    await assembly.close()
    return [(what, *seconds) for what, seconds in measured.items()]


async def _list(folder: Path) -> tuple[float, float]:
    """Return the median seconds of a first page among few snapshots and among many."""
    assembly = await open_assembly(folder)
    request, medians = SnapshotRequest(path="work.ipynb"), []
    for count in (FEW, MANY - FEW):
        for _ in range(count):
            await assembly.snapshots.service.create(request, ANN)
        medians.append(await _look(assembly))
    await assembly.close()
    return medians[0], medians[1]


async def _look(assembly: Assembly) -> float:
    query, seconds = SnapshotQuery(path="work.ipynb", limit=PAGE), []
    for _ in range(LOOKS):
        taken, (page, _) = await _timed(assembly.snapshots.service.page(query, ANN))
        assert len(page) == PAGE
        seconds.append(taken)
    return statistics.median(seconds)


def _put_back(copy: Path, file: Path) -> float:
    """Return the seconds that it takes to unpack *copy* beside *file* and put it in its place."""
    begun, beside = time.perf_counter(), file.with_suffix(".new")
    with beside.open("wb") as opened:
        opened.write(gzip.decompress(copy.read_bytes()))
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(file)
    return time.perf_counter() - begun


async def _timed(work):
    begun = time.perf_counter()
    done = await work
    return time.perf_counter() - begun, done


def _copied(data: bytes, file: Path) -> float:
    """Return the seconds that a gzip copy takes that outlives a power failure, as ours do."""
    begun = time.perf_counter()
    with file.open("wb") as opened:
        opened.write(gzip.compress(data, compresslevel=6))
        opened.flush()
        os.fsync(opened.fileno())
    return time.perf_counter() - begun


async def _store_versions(folder: Path) -> int:
    """Store 100 versions in *folder*; return the bytes that gzip copies of them have."""
    blobs, copies = Blobs(folder), 0
    for data in _versions():
        await blobs.put(data, durable=False)
        copies += len(gzip.compress(data, compresslevel=6))
    return copies


def _versions() -> Iterator[bytes]:
    """Yield a notebook as it is edited: a cell or two each time, now and then a picture."""
    made = random.Random(0)
    notebook = _notebook(made, 12)
    for number in range(VERSIONS):
        yield nbformat.writes(notebook).encode()
        _edit(notebook, made, number)
        if number % 10 == 5:
            cell = made.choice([cell for cell in notebook.cells if cell.outputs])
            cell.outputs[0].data["image/png"] = _picture(made)


def _edit(notebook: nbformat.NotebookNode, made: random.Random, number: int) -> None:
    for cell in made.sample(notebook.cells, made.randint(1, 2)):
        cell.source += f"\n# edit {number}"


def _notebook(made: random.Random, pictures: int) -> nbformat.NotebookNode:
    cells = []
    for number in range(5 * pictures):
        lines = [f"value_{made.randrange(1000)} = {made.random()}" for _ in range(40)]
        cell = nbformat.v4.new_code_cell("\n".join(lines), id=f"cell-{number}")
        if number % 5 == 0:
            shown = {"image/png": _picture(made), "text/plain": "<Figure size 640x480>"}
            cell.outputs = [nbformat.v4.new_output("display_data", shown)]
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


def _picture(made: random.Random) -> str:
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + made.randbytes(PICTURE_BYTES)).decode()


def _said(seconds: list[float]) -> str:
    p95 = sorted(seconds)[min(len(seconds) - 1, len(seconds) * 95 // 100)]
    return f"{statistics.median(seconds) * 1e3:.0f} ms ({p95 * 1e3:.0f} ms)"


if __name__ == "__main__":
    sys.exit(main())
