"""A viewer of a job whose server is killed and started again: real servers, in their processes."""

from __future__ import annotations

import asyncio
import json
import signal

import nbformat
import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from ..server_process import TOKEN, Server
from .test_crash import LONG
from .test_stream import shown

AGAIN = """from pathlib import Path
import time
is_again = Path('mark').exists()
Path('mark').touch()
print('again' if is_again else 'once', flush=True)
time.sleep(0 if is_again else 600)"""


@pytest.fixture
def start(tmp_path):
    """Start a server, or another one after it."""
    root, started = tmp_path / "root", []
    root.mkdir()
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for path, sources in (("long.ipynb", LONG), ("again.ipynb", [AGAIN])):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
        nbformat.write(made, root / path)

    def start():
        started.append(Server(tmp_path, root))
        return started[-1]

    yield start
    for server in started:
        server.end(signal.SIGKILL)


def follow(server, id, after=None, until=None):
    """The frames for a viewer who has seen frame *after*, up to *until* or the end."""

    async def read():
        query = "" if after is None else f"?after={after}"
        url = f"{server.url}/jobs/{id}/stream{query}".replace("http:", "ws:")
        request = HTTPRequest(url, headers={"Authorization": f"token {TOKEN}"})
        socket, frames = await websocket_connect(request), []
        while until is None or shown(frames) != until:
            message = await socket.read_message()
            if message is None:
                break
            frames.append(json.loads(message))
        socket.close()
        return frames

    return asyncio.run(asyncio.wait_for(read(), 90))


def test_a_viewer_who_comes_back_after_a_kill_hears_the_end_and_nothing_twice(start):
    killed = start()
    id = killed.submit("long.ipynb")
    seen = follow(killed, id, until="first\nsecond\n")
    killed.until(lambda: killed.sees_both_prints(id))
    killed.end(signal.SIGKILL)
    server = start()

    rest = follow(server, id, after=seen[-1]["seq"])

    assert shown(seen + rest) == "first\nsecond\n"
    assert shown(rest) == ""
    assert (rest[-1]["type"], rest[-1]["status"]) == ("status", "FAILED")
    assert rest[-1]["message"].startswith("The server that ran it stopped or was killed.")
    assert server.output(id) == ["first\n", "second\n"]
    # Somebody who has seen nothing is told the end too, and finds the rest in the output.
    assert [frame["status"] for frame in follow(server, id)][-1] == "FAILED"


def test_a_viewer_who_comes_back_to_a_job_that_is_tried_again_sees_that_attempt_alone(start):
    killed = start()
    asked = {"notebook": "again.ipynb", "max_attempts": 2, "retry_delay": 0}
    id = killed("POST", "jobs", asked)["id"]
    seen = follow(killed, id, until="once\n")
    killed.end(signal.SIGKILL)
    server = start()

    rest = follow(server, id, after=seen[-1]["seq"])

    assert (rest[-1]["status"], rest[-1]["attempt"]) == ("COMPLETED", 2)
    assert shown(rest) in ("again\n", "")
    assert "once" not in shown(rest)
    assert server.output(id) == ["again\n"]
