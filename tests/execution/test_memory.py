"""What the process of the execution needs for jobs that put out much: little, however much."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_notebook

from .conftest import code

_STATUS = Path("/proc/self/status")
pytestmark = pytest.mark.skipif(not _STATUS.exists(), reason="Linux alone tells the peak.")

_LIMIT = 200_000_000  # as a server has it by default
_PRINTING = "text = 'x' * 999\nfor number in range({lines}): print(text)"


def peak(pid: int) -> int:
    """The most bytes that a process has had in memory."""
    lines = (_STATUS.parents[1] / f"{pid}" / "status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("source", [_PRINTING.format(lines=180_000)], ids=["below the limit"])
async def test_much_is_printed_and_kept_in_little_memory(on_bench, tmp_path, source):
    async with on_bench(tmp_path, here=False) as bench:
        ran = await bench.run(new_notebook(cells=[code(source)]), max_output_characters=_LIMIT)

        assert peak((await bench.process.start()).pid) < 300_000_000

    assert ran.error is None
    assert ran.known["warnings"] == []
    [output] = ran.document.cells[0].outputs
    assert output.text == ("x" * 999 + "\n") * 180_000
