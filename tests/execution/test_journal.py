"""What a running notebook puts out, kept as it grows."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from jupyter_nbtasks.execution.document import OutputsWriter
from jupyter_nbtasks.execution.journal import Journal
from jupyter_nbtasks.execution.transcript import Transcript
from jupyter_nbtasks.storage.blobs import Blobs


def printed(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(text):
    return {"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}}


outputs = st.lists(
    st.one_of(
        st.builds(printed, st.text(), st.sampled_from(["stdout", "stderr"])),
        st.builds(shown, st.text()),
    )
)


def joined(outputs):
    found = []
    for output in outputs:
        if found and output["output_type"] == "stream" and output["name"] == found[-1].get("name"):
            found[-1] = {**output, "text": found[-1]["text"] + output["text"]}
        else:
            found.append(output)
    return found


@given(st.lists(outputs))
def test_whatever_was_written_is_json_with_its_end(parts):
    growth, written = OutputsWriter(), b""
    for number, part in enumerate(parts):
        written += b"".join(growth.write(part))
        so_far = [output for part in parts[: number + 1] for output in part]
        assert json.loads(written + growth.end) == joined(so_far)


class Watched:
    """A journal of a notebook of two cells that keeps what it is told, and what it `kept`."""

    def __init__(self, folder):
        self.transcript = Transcript(new_notebook(cells=[new_code_cell("1"), new_code_cell("2")]))
        self.blobs = Blobs(folder)
        self.journal = Journal(self.transcript, self.blobs, self._hear)
        self.kept = {}
        self.told = asyncio.Event()

    def _hear(self, event):
        self.kept |= {cell["index"]: cell for cell in event["cells"]}
        self.progress = event["progress"]
        self.told.set()

    def tell(self, kind, **more):
        self.journal.add({"type": kind, "cell": 0, **more})

    def show(self, output, **more):
        self.tell("output", output=output, **more)

    def finish(self):
        self.tell("cell_finished", at=2.0, status="completed", seconds=1.0)

    async def next(self):
        """The outputs of the first cell as they are kept next."""
        self.told.clear()
        await self.told.wait()
        hash = self.kept[0]["outputs_hash"]
        return hash and json.loads(await self.blobs.get(hash))


@pytest.fixture
def watched(tmp_path, jp_asyncio_loop):
    watched = Watched(tmp_path)
    watched.tell("cell_started", at=1.0)
    keeping = jp_asyncio_loop.create_task(watched.journal.run_forever())
    yield watched
    keeping.cancel()
    jp_asyncio_loop.run_until_complete(asyncio.wait([keeping]))


async def test_a_cell_that_ends_is_kept_with_its_state(watched):
    watched.show(printed("a"))
    watched.show(printed("b"))
    watched.finish()

    assert await watched.next() == [printed("ab")]
    cell = watched.kept[0]
    assert (cell["status"], cell["started_at"], cell["seconds"]) == ("completed", 1.0, 1.0)
    assert watched.progress == {"completed": 1, "total": 2, "current": None}


async def test_the_outputs_of_a_cell_that_runs_are_kept_as_they_grow(watched):
    watched.show(printed("a"))
    while await watched.next() != [printed("a")]:
        pass

    watched.show(printed("b"))
    watched.show(shown("c"))

    while await watched.next() != [printed("ab"), shown("c")]:
        pass
    assert watched.kept[0]["status"] == "running"


async def test_what_is_much_is_kept_in_full(watched):
    much = [shown(letter * 1_500_000) for letter in "abc"]
    for output in (*much, printed("x" * 3_000_000), printed("y")):
        watched.show(output)
    watched.finish()

    while await watched.next() != [*much, printed("x" * 3_000_000 + "y")]:
        pass


async def test_what_was_cleared_is_not_kept(watched):
    watched.show(printed("a"))
    while not await watched.next():
        pass
    watched.tell("clear_output")
    watched.show(printed("b"))
    watched.finish()

    while await watched.next() != [printed("b")]:
        pass


async def test_a_cell_that_cleared_all_has_no_outputs(watched):
    watched.show(printed("a"))
    while not await watched.next():
        pass
    watched.tell("clear_output")
    watched.finish()

    while await watched.next() is not None:
        pass


async def test_a_display_that_is_updated_is_kept_as_it_is_then(watched):
    watched.show(shown("old"), display_id="d")
    watched.show(printed("a"))
    watched.finish()
    await watched.next()
    update = {"display_id": "d", "data": {"text/plain": "new"}, "metadata": {}}
    watched.journal.add({"type": "update_display", **update})

    while await watched.next() != [shown("new"), printed("a")]:
        pass


async def test_what_could_not_be_kept_is_kept_later(watched, tmp_path, caplog):
    watched.show(printed("x" * 100_000))
    while not await watched.next():
        pass
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    for path in stored:
        path.unlink()
    watched.show(printed("y"))
    watched.finish()

    while await watched.next() != [printed("x" * 100_000 + "y")]:
        pass
    assert "Outputs were not kept for now" in caplog.text
