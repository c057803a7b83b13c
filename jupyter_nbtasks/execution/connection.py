"""Talks to one kernel: greets it, sends requests, hands over what it publishes, sees it die."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, cast

from ..background import beside
from .kernel_messages import Content, ExecuteReply, KernelInfo, Message, ParentHeader
from .message_cleaner import MessageCleaner
from .receiver import Receiver

_ASK_AGAIN_AFTER = 1.0  # seconds without an answer after which a kernel is asked again
_NUDGE_AFTER = 0.02  # seconds that a kernel which answers may publish nothing until asked again
_ALIVE_EVERY = 0.5  # seconds between two looks whether the kernel lives
_DRAINED_AFTER = 0.1  # seconds of silence after which all that a dead kernel published is read
_SILENCE = 5.0  # seconds after which neither the idle status nor the reply comes any more
_TURN = 0.005  # seconds for which messages are read before the loop gets its turn

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class KernelDied(Exception):
    """The kernel is gone, or another is in its place; *index* is the cell that ran, if any."""

    index: int | None
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(eq=False)
class KernelNotReady(Exception):
    """The kernel did not answer within *timeout* seconds."""

    timeout: float

    def __str__(self) -> str:
        return f"The kernel did not answer within {self.timeout:g} seconds"


@dataclass
class ExecuteRequest:
    """An execute_request on its way; over when its idle status came, or is not waited for."""

    msg_id: str
    reply: ExecuteReply | None = None
    replied_at: float = 0.0
    is_over: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether the reply and all that was published are in."""
        return self.is_over and self.reply is not None


class Connection:
    """The channels of *client*, an AsyncKernelClient or a GatewayKernelClient.

    *hear* is given every IOPub message while `listening`, as *receiver* gets it and *cleaner*
    makes it.
    """

    def __init__(
        self,
        client: Any,
        hear: Callable[[Message], None],
        is_alive: Callable[[], Awaitable[bool]],
        receiver: Receiver,
        cleaner: MessageCleaner,
    ) -> None:
        self._client = client
        self._receiver = receiver
        self._cleaner = cleaner
        self._hear = hear
        self._is_alive = is_alive
        self._info: KernelInfo | None = None
        self._request: ExecuteRequest | None = None
        self._has_begun = False  # it published something about one of our requests
        self._message_count = 0
        self._last_message_at = 0.0
        self._news = asyncio.Event()
        self._death = ""
        self._alarm = asyncio.Event()
        self._fault: BaseException | None = None

    async def open(self, seconds: float, code: str | None = None) -> KernelInfo:
        """Wait until the kernel answers and publishes, and has run *code*; return its kernel_info.

        Raises KernelDied, or KernelNotReady after *seconds*.
        """
        started = self._client.start_channels(stdin=False, hb=False)
        if inspect.isawaitable(started):
            await started
        if socket := getattr(self._client.iopub_channel, "socket", None):
            # By default a kernel drops what it prints faster than we read, even its idle status.
            socket.rcvhwm = 0
        try:
            async with asyncio.timeout(seconds), self.listening():
                info = await self._greet()
                if code is not None:
                    await self.answer(self._send_silently(code))
                return info
        except TimeoutError:
            raise KernelNotReady(seconds) from None

    def close(self) -> None:
        """Stop the channels; the kernel lives on."""
        if self._client.channels_running:
            self._client.stop_channels()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hand over messages, and notice the kernel's death, inside this context only."""
        async with beside(
            self._pump(self._client.iopub_channel, self._on_iopub),
            self._pump(self._client.shell_channel, self._on_shell),
            self._watch(),
        ) as tasks:
            for task in tasks:
                task.add_done_callback(self._on_end)
            try:
                yield
            finally:
                for task in tasks:
                    task.remove_done_callback(self._on_end)

    def send_code(self, code: str, *, stop_on_error: bool) -> ExecuteRequest:
        """Have the kernel execute *code*."""
        msg_id = self._client.execute(
            code, store_history=True, allow_stdin=False, stop_on_error=stop_on_error
        )
        self._request = ExecuteRequest(msg_id)
        return self._request

    def send_comm(self, content: Content, parent_header: ParentHeader) -> None:
        """Send a comm_msg."""
        message = self._client.session.msg("comm_msg", content=content, parent=parent_header)
        self._client.shell_channel.send(message)

    async def answer(self, request: ExecuteRequest) -> ExecuteReply:
        """Wait for the content of the reply and all that was published before the idle status.

        Raises KernelDied once all is read that the kernel published before.
        """
        await self._until(lambda: request.is_answered)
        assert request.reply is not None
        return request.reply

    def _send_silently(self, code: str) -> ExecuteRequest:
        msg_id = self._client.execute(code, silent=True, store_history=False, allow_stdin=False)
        self._request = ExecuteRequest(msg_id)
        return self._request

    async def _greet(self) -> KernelInfo:
        while True:
            self._info = None
            self._client.kernel_info()
            # What had its port before may have taken the request with it.
            answered = await self._holds_within(_ASK_AGAIN_AFTER, lambda: self._info is not None)
            # The reply does not mean that our subscription has reached the kernel.
            if answered and await self._holds_within(_NUDGE_AFTER, lambda: self._message_count > 0):
                return cast("KernelInfo", self._info)

    async def _holds_within(self, seconds: float, holds: Callable[[], bool]) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._until(holds), seconds)
        return holds()

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            if self._fault:
                raise self._fault
            self._news.clear()
            await self._news.wait()

    def _on_end(self, task: asyncio.Task[None]) -> None:
        """We cannot go on without one of our tasks; it only ends if it fails or is closed."""
        error = None if task.cancelled() else task.exception()
        self._fault = error or KernelDied(None, "The connection to the kernel was closed.")
        self._news.set()

    async def _pump(self, channel: Any, hear: Callable[[Message], None]) -> None:
        turn_ends = time.monotonic() + _TURN
        while channel.is_alive():
            try:
                received = await self._receiver.receive(channel)
            except ConnectionError as error:
                raise KernelDied(None, "The connection to the kernel was lost.") from error
            for raw in received:
                self._take(raw, hear)
                # A socket hands over what is queued without ever yielding to the loop; and whoever
                # waits for us has something to send, which comes before listening again.
                if self._news.is_set() or time.monotonic() > turn_ends:
                    await asyncio.sleep(0)
                    turn_ends = time.monotonic() + _TURN

    def _take(self, raw: Any, hear: Callable[[Message], None]) -> None:
        """Have *hear* take a message, if there is one."""
        if message := self._cleaner.clean(raw):
            hear(message)

    def _on_shell(self, message: Message) -> None:
        kind, request = message["header"]["msg_type"], self._request
        if kind == "kernel_info_reply":
            self._info = cast("KernelInfo", message["content"])
            self._news.set()
        elif request and message["parent_header"].get("msg_id") == request.msg_id:
            request.reply = cast("ExecuteReply", message["content"])
            request.replied_at = time.monotonic()
            self._wake_if_answered(request)

    def _on_iopub(self, message: Message) -> None:
        self._message_count += 1
        self._last_message_at = time.monotonic()
        if self._message_count == 1:
            self._news.set()
        self._hear(message)
        kind = message["header"]["msg_type"]
        if kind == "status":
            self._on_status(message)
        elif kind == "shutdown_reply":
            self._raise_alarm("The kernel was shut down.")
        elif kind == "iopub_welcome" and self._has_begun:
            # A restarted kernel says "starting" too early for us to hear it.
            self._raise_alarm("The kernel was restarted.")

    def _on_status(self, message: Message) -> None:
        state, request = message["content"]["execution_state"], self._request
        if request and message["parent_header"].get("msg_id") == request.msg_id:
            self._has_begun = True
            if state == "idle":
                request.is_over = True
                self._wake_if_answered(request)
        # Before our first request, "starting" only tells late of the kernel's start.
        elif state == "restarting" or (state == "starting" and self._has_begun):
            self._raise_alarm("The kernel was restarted.")
        elif state == "dead":
            self._raise_alarm("The kernel died.")

    def _raise_alarm(self, message: str) -> None:
        self._death = self._death or message
        self._alarm.set()

    async def _watch(self) -> None:
        while not self._death:
            with suppress(TimeoutError):
                async with asyncio.timeout(_ALIVE_EVERY):
                    await self._alarm.wait()
            self._stop_waiting(_SILENCE)
            if not self._death and not await self._is_alive():
                self._death = "The kernel died."
        count = -1
        while count != self._message_count:
            count = self._message_count
            await asyncio.sleep(_DRAINED_AFTER)
        self._stop_waiting(0)
        raise KernelDied(None, self._death)

    def _stop_waiting(self, silence: float) -> None:
        """Let the request be answered where half of that came, and *silence* seconds nothing."""
        if (request := self._request) is None:
            return
        quiet = time.monotonic() - max(self._last_message_at, request.replied_at)
        if request.reply is not None and quiet >= silence:
            request.is_over = True
        elif request.is_over and quiet >= _SILENCE:
            request.reply = request.reply or {"status": ""}
        self._wake_if_answered(request)

    def _wake_if_answered(self, request: ExecuteRequest) -> None:
        if request.is_answered:
            self._news.set()
