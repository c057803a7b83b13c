"""An extension that tells how long the server's event loop stood: a ticker of 10 ms."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import web

_TICK_SECONDS = 0.01


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "ticking"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:
    ticker = _Ticker()
    serverapp.io_loop.add_callback(ticker.run)
    serverapp.web_app.add_handlers(".*", [("/ticking", _Handler, {"ticker": ticker})])


class _Ticker:
    def __init__(self) -> None:
        self.late: list[float] = []

    async def run(self) -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(_TICK_SECONDS)
            self.late.append((time.perf_counter() - begun - _TICK_SECONDS) * 1e3)


class _Handler(JupyterHandler):
    """Answers how many milliseconds late each tick was since the last time."""

    def initialize(self, ticker: _Ticker) -> None:
        self._ticker = ticker

    @web.authenticated
    def get(self) -> None:
        """Begin anew after the answer."""
        late, self._ticker.late = self._ticker.late, []
        self.finish(json.dumps(late))
