"""One WebSocket of the app, and what can become of it."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

ENDS = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)
LOOKS_EVERY = 0.05
"""Seconds. Nothing tells when the line of a half-open connection goes down after its goodbye: it is looked at."""

Write = Callable[[], Awaitable[None]]


class Connection:
    """Sends and hears frames until the app leaves, or is made to."""

    def __init__(self, number: int, socket: web.WebSocketResponse, request: web.Request) -> None:
        """`number` counts from 1 and is never used again."""
        self.number = number
        self.latency = 0.0
        """Seconds by which everything that is sent on it comes late, in order."""
        self.is_half_open = False
        """The line stands, but nothing is sent or heard any more, not even a ping or a goodbye."""
        self.is_leaving = False
        """The app was asked to connect anew: nothing more is sent to it."""
        self.why = "the app left"
        """What the journal says when it ends."""
        self._socket = socket
        self._request = request
        self._tray: deque[tuple[float, Write]] = deque()
        """What is still to be sent, and when on the loop's clock."""
        self._clerk: asyncio.Task[None] | None = None
        self._has_ended = asyncio.Event()

    @property
    def is_closed(self) -> bool:
        return self._socket.closed

    def described(self) -> dict[str, Any]:
        return {"number": self.number, "latency": self.latency, "is_half_open": self.is_half_open}

    # Sending

    async def send(self, content: Mapping[str, Any]) -> None:
        """Raises ConnectionError when it is closed. On a half-open one it is lost."""
        await self._in_order(lambda: self._socket.send_json(content))

    async def _in_order(self, write: Write) -> None:
        if self.is_half_open:
            return
        if not self.latency and not self._tray:
            await write()
            return
        self._tray.append((asyncio.get_running_loop().time() + self.latency, write))
        if self._clerk is None or self._clerk.done():
            self._clerk = asyncio.get_running_loop().create_task(self._empty_the_tray())

    async def _empty_the_tray(self) -> None:
        while self._tray:
            due_at, write = self._tray[0]
            await asyncio.sleep(due_at - asyncio.get_running_loop().time())
            with contextlib.suppress(ConnectionError):
                if not self.is_half_open:
                    await write()
            self._tray.popleft()

    # Hearing

    async def serve(self, hear: Callable[["Connection", WSMessage], Awaitable[None]]) -> None:
        """Until it ends. Pings are echoed here."""
        try:
            while (message := await self._socket.receive()).type not in ENDS:
                if self.is_half_open:
                    continue
                with contextlib.suppress(ConnectionError):
                    await self._heard(message, hear)
            if self.is_half_open:
                await self._until_the_line_is_down()
            elif message.type is WSMsgType.CLOSE:
                await self._socket.close(drain=False)
        finally:
            self._has_ended.set()
            if self._clerk is not None:
                self._clerk.cancel()

    async def _heard(self, message: WSMessage, hear: Callable[["Connection", WSMessage], Awaitable[None]]) -> None:
        if message.type is WSMsgType.PING:
            await self._in_order(lambda: self._socket.pong(message.data))
        elif message.type is not WSMsgType.PONG:
            await hear(self, message)

    async def echo(self, text: str) -> None:
        await self._in_order(lambda: self._socket.send_str(text))

    async def _until_the_line_is_down(self) -> None:
        while (line := self._request.transport) is not None and not line.is_closing():  # noqa: ASYNC110 - see LOOKS_EVERY
            await asyncio.sleep(LOOKS_EVERY)

    # Ending

    async def ask_to_leave(self, reason: str) -> None:
        """Slack's `disconnect`: `warning` comes first, `refresh_requested` and `link_disabled` are the last words."""
        self.is_leaving = self.is_leaving or reason != "warning"
        with contextlib.suppress(ConnectionError):
            await self.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})

    async def leaves(self, within: float) -> None:
        """Wait until the app has left, for so many seconds at most."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._has_ended.wait()

    async def close(self, why: str) -> None:
        """Say goodbye after what is still to be sent; a half-open one is cut."""
        if self.is_half_open:
            self.cut(why)
            return
        self.why = why
        if self._clerk is not None and not self._clerk.done():
            await asyncio.wait((self._clerk,))
        await self._socket.close()

    def cut(self, why: str) -> None:
        """Tear the line: no goodbye."""
        self.why = why
        self.is_leaving = True
        if self._request.transport is not None:
            self._request.transport.abort()
