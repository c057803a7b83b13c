"""What the process of the execution needs for jobs that put out much: little, however much."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_notebook

from .conftest import code

_STATUS = Path("/proc/self/status")
pytestmark = pytest.mark.skipif(not _STATUS.exists(), reason="Linux alone tells the peak.")

_LIMIT = 200_000_000  # as a server has it by default
_LINE = "x" * 999 + "\n"
_PRINTING = "text = 'x' * 999\nfor number in range({}): print(text)"
# A kernel sends what it has gathered meanwhile as one.
_AT_ONCE = "text = ('x' * 999 + '\\n') * 100_000\nprint(text, end='')"


def peak(pid: int) -> int:
    """The most bytes that a process has had in memory."""
    lines = (_STATUS.parents[1] / f"{pid}" / "status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


async def run(bench, source):
    ran = await bench.run(new_notebook(cells=[code(source)]), max_output_characters=_LIMIT)
    assert ran.error is None
    assert peak((await bench.process.start()).pid) < 300_000_000
    return ran.document.cells[0].outputs[0].text, ran.known["warnings"]


@pytest.mark.parametrize(
    ("source", "lines"),
    [(_PRINTING.format(180_000), 180_000), (_AT_ONCE, 100_000)],
    ids=["in lines", "at once"],
)
async def test_much_is_kept_in_little_memory(on_bench, tmp_path, source, lines):
    async with on_bench(tmp_path, here=False) as bench:
        text, warnings = await run(bench, source)

    assert warnings == []
    assert text == _LINE * lines


async def test_too_much_is_read_in_little_memory(on_bench, tmp_path):
    async with on_bench(tmp_path, here=False) as bench:
        text, warnings = await run(bench, _PRINTING.format(500_000))

    assert text.startswith(_LINE * 200_000)
    assert "was left out" in text[_LIMIT:]
    assert len(warnings) == 1
