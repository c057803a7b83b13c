"""The stream of a job: numbered, resumable, bounded."""

from __future__ import annotations

import asyncio
import json

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_nbtasks.execution.stream import JobStream
from jupyter_nbtasks.execution.transcript import Transcript
from jupyter_nbtasks.jobs.streams import JobStreams


def opened():
    """A transcript of two cells and its stream; ``tell`` reports an event to both."""
    cells = [nbformat.v4.new_code_cell("1"), nbformat.v4.new_code_cell("2")]
    transcript = Transcript(nbformat.v4.new_notebook(cells=cells))
    stream = JobStream(1, transcript)

    def tell(event):
        transcript.apply(event)
        stream.add(event)

    return transcript, stream, tell


def printed(text, cell=0, name="stdout"):
    output = {"output_type": "stream", "name": name, "text": text}
    return {"type": "output", "cell": cell, "output": output}


START = {"type": "cell_started", "cell": 0, "at": 1.0}


def test_frames_are_numbered_from_one():
    _, stream, tell = opened()
    tell(START)
    tell(printed("a"))

    assert [(frame["seq"], frame["type"]) for frame in stream.since(0)] == [
        (1, "cell_started"),
        (2, "output"),
    ]


def test_a_viewer_who_comes_back_gets_what_follows_and_nothing_twice():
    _, stream, tell = opened()
    for text in "abc":
        tell(printed(text))

    [frame] = stream.since(1)

    assert (frame["seq"], frame["output"]["text"]) == (3, "bc")
    assert stream.since(3) == []


def test_only_what_was_printed_in_a_row_to_one_stream_is_joined():
    _, stream, tell = opened()
    for event in (printed("a"), printed("b", name="stderr"), printed("c"), printed("d", cell=1)):
        tell(event)

    assert [frame["output"]["text"] for frame in stream.since(0)] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("seq", [None, 99, -5])
def test_a_viewer_who_has_seen_nothing_we_know_gets_the_state(seq):
    _, stream, tell = opened()
    tell(START)
    tell(printed("a"))

    [state] = stream.since(seq)

    [cell] = state["cells"]
    assert (state["type"], state["seq"]) == ("state", 2)
    assert (cell["index"], cell["status"]) == (0, "running")
    assert cell["outputs"] == [printed("a")["output"]]


def test_the_state_tells_which_display_an_output_is():
    _, stream, tell = opened()
    tell(START)
    output = {"output_type": "display_data", "data": {}, "metadata": {}}
    tell({"type": "output", "cell": 0, "output": output, "display_id": "d"})
    tell(printed("a"))

    [state] = stream.since(None)

    assert state["cells"][0]["outputs"] == [output | {"display_id": "d"}, printed("a")["output"]]


def test_what_is_kept_is_bounded_and_a_late_viewer_gets_the_tail():
    _, stream, tell = opened()
    tell(START)
    for _ in range(100):
        tell(printed("x" * 100_000))

    [state] = stream.since(1)

    [output] = state["cells"][0]["outputs"]
    assert (len(output["text"]), output["cut"]) == (200_000, 9_800_000)
    assert sum(weight for _, _, weight in stream._frames) <= 4_000_000


async def test_a_viewer_who_comes_before_the_stream_is_told_when_it_opens():
    transcript, _, _ = opened()
    streams = JobStreams()
    waiting = asyncio.create_task(streams.opened("j1"))
    streams.open("j2", JobStream(1, transcript))
    await asyncio.sleep(0)
    assert not waiting.done()

    first = JobStream(1, transcript)
    streams.open("j1", first)
    await waiting

    again = asyncio.create_task(streams.opened("j1", after=first))
    await asyncio.sleep(0)
    assert not again.done()
    streams.open("j1", JobStream(2, transcript))
    await again


def test_a_picture_too_large_to_send_says_so():
    _, stream, tell = opened()
    data = {"text/plain": "x" * 5_000_000}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    tell(START)
    tell({"type": "output", "cell": 0, "output": output})

    [state] = stream.since(0)

    [output] = state["cells"][0]["outputs"]
    assert output["data"] == {}
    assert output["cut"] > 5_000_000


async def test_a_viewer_is_woken_by_what_happens_and_by_the_end():
    _, stream, tell = opened()
    waiting = asyncio.ensure_future(stream.more(0))
    await asyncio.sleep(0)
    assert not waiting.done()

    tell(START)
    await waiting
    waiting = asyncio.ensure_future(stream.more(1))
    stream.end()

    await waiting


def test_a_viewer_who_comes_back_from_an_earlier_attempt_begins_anew():
    transcript, *_ = opened()
    streams = JobStreams()
    first = JobStream(1, transcript)
    streams.open("j", first)
    first.add(START)

    second = JobStream(2, Transcript(nbformat.v4.new_notebook()))
    streams.open("j", second)
    streams.close("j", first)

    assert (first.is_over, streams.get("j")) == (True, second)
    assert [frame["type"] for frame in second.since(first.seq)] == ["state"]


texts = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 1)), max_size=20)


@settings(deadline=None)
@given(texts, st.lists(st.integers(0, 20), max_size=5))
def test_whenever_a_viewer_reconnects_it_ends_with_what_was_printed(events, breaks):
    transcript, stream, tell = opened()
    seen, read = 0, {0: "", 1: ""}

    def look():
        nonlocal seen
        for frame in stream.since(seen):
            seen = frame["seq"]
            read[frame["cell"]] += frame["output"]["text"]

    for number, (text, cell) in enumerate(events):
        tell(printed(text, cell))
        if number in breaks:
            look()
    look()

    for cell, text in read.items():
        assert text == "".join(output["text"] for output in transcript.outputs(cell))


async def frames_of(socket, frames=()):
    """The frames that come over *socket* until it is closed, after *frames*."""
    frames = [*frames]
    while (message := await socket.read_message()) is not None:
        frames.append(json.loads(message))
    socket.close()
    return frames


def shown(frames):
    """What a viewer who reads *frames* has on screen: the text of the cells."""
    text = ""
    for frame in frames:
        text = "" if frame["type"] == "state" else text
        outputs = [output for cell in frame.get("cells", []) for output in cell["outputs"]]
        outputs += [frame["output"]] if frame["type"] == "output" else []
        text += "".join(output.get("text", "") for output in outputs)
    return text


WAIT = "from pathlib import Path\nimport time\nwhile not Path('go').exists():\n    time.sleep(0.02)"


@pytest.fixture(params=[True, False], ids=["in the process for it", "here"])
def nbtasks_config(request):
    """Both ways in which a notebook is executed."""
    return {"executor_process": request.param}


async def test_a_viewer_sees_a_job_to_its_end(api, notebook, jp_ws_fetch, jp_root_dir):
    job = await api.submit(notebook(f"{WAIT}\nprint('hello')", "1/0"))
    await api.until(job["id"], lambda job: job["progress"]["current"] == 0)

    socket = await jp_ws_fetch("nbtasks", "api", "jobs", job["id"], "stream")
    first = json.loads(await socket.read_message())
    (jp_root_dir / "go").touch()
    frames = await frames_of(socket, [first])

    told = [frame["status"] for frame in frames if frame["type"] == "status"]
    assert told == ["EXECUTING", "FAILED"]
    assert shown(frames) == "hello\n"
    assert frames[-1]["message"] == "Cell 2: ZeroDivisionError: division by zero"
    numbers = [frame["seq"] for frame in frames]
    assert numbers == sorted(numbers)


async def test_a_viewer_who_comes_back_sees_nothing_twice(api, notebook, jp_ws_fetch, jp_root_dir):
    job = await api.submit(notebook(f"print('one', flush=True)\n{WAIT}\nprint('two')"))
    socket = await jp_ws_fetch("nbtasks", "api", "jobs", job["id"], "stream")
    seen = []
    while shown(seen) != "one\n":
        seen.append(json.loads(await socket.read_message()))
    socket.close()
    (jp_root_dir / "go").touch()

    after = {"after": seen[-1]["seq"]}
    socket = await jp_ws_fetch("nbtasks", "api", "jobs", job["id"], "stream", params=after)
    rest = await frames_of(socket)

    assert shown(seen + rest) in ("one\ntwo\n", "one\n")
    assert rest[-1]["status"] == "COMPLETED"
    assert "state" not in [frame["type"] for frame in rest]


async def test_two_viewers_one_of_whom_never_reads_cost_the_job_nothing(api, notebook, jp_ws_fetch):
    job = await api.submit(notebook("for n in range(20000):\n    print('x' * 500)"))
    sockets = [await jp_ws_fetch("nbtasks", "api", "jobs", job["id"], "stream") for _ in "ab"]

    ended, frames = await asyncio.gather(api.ended(job["id"]), frames_of(sockets[0]))

    assert ended["status"] == "COMPLETED"
    assert frames[-1]["status"] == "COMPLETED"
    sockets[1].close()


async def test_a_viewer_of_a_job_that_is_over_hears_only_that(api, notebook, jp_ws_fetch):
    job = await api.run(notebook("1"))

    socket = await jp_ws_fetch("nbtasks", "api", "jobs", job["id"], "stream")

    [frame] = await frames_of(socket)
    assert (frame["type"], frame["status"], frame["attempt"]) == ("status", "COMPLETED", 1)


async def test_a_viewer_of_nothing_is_refused(api):
    assert (await api.raw("GET", "jobs/nothing/stream")).code == 404
    assert (await api.raw("GET", "jobs/nothing/stream", after="x")).code == 400
