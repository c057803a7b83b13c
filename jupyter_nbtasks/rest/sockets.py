"""Websockets that tell what goes on, at the pace of their reader."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from ..errors import NbTasksError
from .handlers import NbTasksHandler


class NbTasksSocket(WebSocketHandler, NbTasksHandler):
    """A websocket that sends *frames* at the pace of its reader, then closes.

    Its ``get`` must end in `upgrade`; what it refuses before is answered as everywhere.
    """

    check_origin = WebSocketMixin.check_origin

    def frames(self) -> AsyncIterator[object]:
        """Return what is to be sent, each as JSON."""
        raise NotImplementedError

    @property
    def ping_interval(self) -> float:
        """Seconds between pings; a reader that does not answer one before the next is gone."""
        return 30.0

    async def upgrade(self) -> None:
        """Become a websocket; returns when it is closed."""
        await super().get()

    def open(self, *_args: str, **_kwargs: str) -> None:
        """Begin to send."""
        self._sending = asyncio.create_task(self._send())

    def on_message(self, message: str | bytes) -> None:
        """Nothing is expected from the other side."""

    def on_close(self) -> None:
        """Stop sending."""
        self._sending.cancel()

    async def _send(self) -> None:
        try:
            async for frame in self.frames():
                await self.write_message(await asyncio.to_thread(json.dumps, frame))
            self.close()
        except WebSocketClosedError:
            pass
        except NbTasksError as error:
            self.close(1011, str(error)[:100])
