"""Large messages of a kernel, as they come in."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
import zmq.asyncio
from jupyter_client.session import Session

from jupyter_nbtasks.execution.receiver import Receiver

TEXTS = {
    "plain": "x" * 3_000_000,
    "lines": ("y" * 999 + "\n") * 2_000,
    "escapes": '"\\\n\x1b[0m\t' * 200_000,
    "backslashes": "\\" * 500_001 + "\\ud83d" * 99_999,
    "several bytes": "aé€🐍" * 200_000,
    "empty lines": "\n" * 600_001,
}


class Wire:
    """A channel that hands over what is sent from the other side."""

    def __init__(self):
        context = self._context = zmq.asyncio.Context()
        self._theirs, ours = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
        self._theirs.bind("inproc://wire")
        ours.connect("inproc://wire")
        self.channel = SimpleNamespace(socket=ours, session=Session(key=b"key"))
        self.sender = Session(key=b"key")
        self.is_full = False

    async def received(self, content, kind="stream", **header):
        made = self.sender.msg(kind, content)
        made["header"] |= header
        message = self.sender.serialize(made)
        await self._theirs.send_multipart(message)
        return list(await Receiver(lambda: self.is_full).receive(self.channel))

    def close(self):
        self._theirs.close(0)
        self.channel.socket.close(0)
        self._context.term()


@pytest.fixture(params=[True, False], ids=["escaped", "as it is"])
def wire(request, jp_asyncio_loop):
    def pack(content):
        return json.dumps(content, ensure_ascii=request.param, default=str).encode()

    async def begin():
        return Wire()

    wire = jp_asyncio_loop.run_until_complete(begin())
    wire.sender.pack = pack
    yield wire
    wire.close()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_a_large_stream_comes_in_parts(wire, text):
    parts = await wire.received({"name": "stderr", "text": text})

    texts = [part["content"]["text"] for part in parts]
    whole = "".join(texts)
    assert whole == text
    assert len(parts) > 1
    assert max(map(len, texts)) <= 250_000
    assert {part["content"]["name"] for part in parts} == {"stderr"}
    assert {part["header"]["msg_type"] for part in parts} == {"stream"}


async def test_of_a_stream_that_would_not_be_kept_the_beginning_is_enough(wire):
    wire.is_full = True
    parts = await wire.received({"name": "stdout", "text": "x" * 5_000_000})
    assert sum(len(part["content"]["text"]) for part in parts) == 500_000


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("display_data", {"data": {"text/plain": "x" * 1_000_000}, "metadata": {}}),
        ("stream", {"text": "x" * 1_000_000, "name": "stdout"}),
        ("stream", {"name": "stdout", "text": ["x" * 1_000_000]}),
        ("stream", {"name": "stdout", "text": "few"}),
    ],
)
async def test_any_other_message_comes_as_one(wire, kind, content):
    wire.is_full = True
    [message] = await wire.received(content, kind)
    assert message["content"] == content


async def test_a_message_of_somebody_else_is_not_read(wire):
    wire.sender.key = b"another"
    assert await wire.received({"name": "stdout", "text": "x" * 1_000_000}) == [None]


async def test_what_is_not_text_in_a_large_stream_is_replaced(wire):
    pack = wire.sender.pack
    wire.sender.pack = lambda content: pack(content).replace(b"z", b"\xff")
    parts = await wire.received({"name": "stdout", "text": "xz" * 300_000})
    assert "".join(part["content"]["text"] for part in parts) == "x\ufffd" * 300_000


async def test_a_large_message_of_an_old_kernel_is_read_as_of_now(wire):
    [message] = await wire.received({"name": "stdout", "data": "x" * 1_000_000}, version="4.1")
    assert message["content"] == {"name": "stdout", "text": "x" * 1_000_000}
