"""Receives the messages of a kernel, and leaves out at once what is too much to be kept.

To read the content of a large message takes several times its size in memory.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Iterator
from queue import Empty
from typing import Any

_LARGE = 250_000  # bytes of a content that are read at a time
_QUOTE = ord('"')
_QUEUE_EVERY = 0.02  # seconds between two looks into the queue of a gateway's channel
# A stream as ipykernel sends it; of other shapes a message is read as a whole.
_STREAM = re.compile(rb'\{"name": ?"(\w+)", ?"text": ?"')
_HALF = rb"\\u[dD][89abAB][0-9a-fA-F]{2}"
_UNIT = rb"\\u[0-9a-fA-F]{4}"
# So much of the inside of a JSON string as ends with a whole character, of two halves too.
_WHOLE = re.compile(rb'(?:[^\\"]++|\\[^u]|(?!%b)%b|%b%b)*+' % (_HALF, _UNIT, _HALF, _UNIT))

_log = logging.getLogger(__name__)


class Receiver:
    """Receives messages; *is_full* says whether nothing more that is printed will be kept."""

    def __init__(self, is_full: Callable[[], bool]) -> None:
        self._is_full = is_full

    async def receive(self, channel: Any) -> Iterator[Any]:
        """Wait for the next message and return it as the kernel sent it, which may be anything: as
        one, or a large stream in parts, without what would not be kept.

        Raises ConnectionError if a gateway has closed the channel.
        """
        if not hasattr(channel, "socket"):
            return iter([await _receive_from_gateway(channel)])
        while not await channel.socket.poll(0):
            await channel.socket.poll()
        frames = await channel.socket.recv_multipart(copy=False)
        return self._read(
            channel.session,
            [frame.bytes if len(frame) < _LARGE else frame.buffer for frame in frames],
        )

    def _read(self, session: Any, frames: list[Any]) -> Iterator[Any]:
        try:
            _, parts = session.feed_identities(frames)
            if len(parts[4]) < _LARGE or not _is_recent(session.unpack(parts[1])):
                yield session.deserialize([*map(bytes, parts[:5]), *parts[5:]])
                return
            message = session.deserialize(parts, content=False)
            if begun := _STREAM.match(parts[4]):
                for text in self._texts(parts[4], begun.end()):
                    yield {**message, "content": {"name": begun[1].decode(), "text": text}}
                return
            # So that it is in memory twice at most.
            whole = str(parts[4], errors="replace")
            del message["content"], frames[:], parts
            yield message | {"content": session.unpack(whole)}
        except Exception as error:
            # Such as JSON that is nested deeper than Python can go.
            _log.debug("A message of the kernel cannot be read: %s", error)
            yield None

    def _texts(self, content: memoryview, begin: int) -> Iterator[str]:
        """Yield the text in the JSON string whose inside begins there."""
        is_last = False
        while content[begin] != _QUOTE:
            end = _end(content, begin)
            yield json.loads(f'"{str(content[begin:end], errors="replace")}"')
            begin = end
            if is_last:
                return
            # One part more, of which it is said that it is left out.
            is_last = self._is_full()


def _is_recent(header: Any) -> bool:
    """Return whether the content of a message is what Jupyter's protocol has had since 2014."""
    return isinstance(header, dict) and str(header.get("version", "")).startswith("5")


def _end(content: memoryview, begin: int) -> int:
    """Return where to end the part of a JSON string that begins there."""
    whole = _WHOLE.match(content, begin, begin + _LARGE)
    end = whole.end() if whole else begin
    while content[end] & 0xC0 == 0x80:
        end -= 1
    if end <= begin:
        msg = "This is not the inside of a JSON string."
        raise ValueError(msg)
    return end


async def _receive_from_gateway(channel: Any) -> Any:
    while True:
        try:
            return await channel.get_msg(timeout=0)
        except Empty:
            # The queue of a gateway's channel would wait by spinning.
            await asyncio.sleep(_QUEUE_EVERY)
        except RuntimeError as error:
            raise ConnectionError from error
