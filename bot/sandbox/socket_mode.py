"""Socket Mode: each payload goes to any one of the app's connections, and any of them may acknowledge it."""

import asyncio
import contextlib
import itertools
import json
import secrets
from collections.abc import Callable
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from bot.sandbox.delivering import Delivery
from bot.sandbox.state import Workspace

MOST_CONNECTIONS = 10
"""docs.slack.dev, "Using Socket Mode": up to ten connections of one app."""


class SocketMode:
    """The connections of one app."""

    repeats_interactions = True

    def __init__(self, workspace: Workspace, touched: Callable[[], None]) -> None:
        self._workspace = workspace
        self._touched = touched
        self.is_listening = False
        self._tickets: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []
        self._turn = itertools.count()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._connected = asyncio.Event()

    def new_address(self) -> str:
        """Where the next connection goes; good for one."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        self.is_listening = True
        where = self._workspace.url.replace("http://", "ws://")
        return f"{where}/socket?ticket={ticket}&app_id={self._workspace.app_id}"

    @property
    def connections(self) -> int:
        return len(self._sockets)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=408, text="the ticket was used or never given")
        self._tickets.discard(ticket)
        if len(self._sockets) >= MOST_CONNECTIONS:
            return web.Response(status=429, text="too_many_websockets")
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self._sockets.append(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self._sockets),
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._workspace.app_id},
        }
        await socket.send_json(hello)
        self._connected.set()
        self._touched()
        try:
            async for message in socket:
                self._received(message)
        finally:
            self._sockets.remove(socket)
            if not self._sockets:
                self._connected.clear()
            self._touched()
        return socket

    def _received(self, message: WSMessage) -> None:
        if message.type is not WSMsgType.TEXT:
            return
        try:
            content = json.loads(message.data)
        except ValueError:
            return
        waiting = self._waiting.get(str(content.get("envelope_id", ""))) if isinstance(content, dict) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(content.get("payload"))

    async def send(self, delivery: Delivery, attempt: int, reason: str | None, within: float) -> Any:
        envelope = {
            "envelope_id": delivery.id,
            "type": delivery.type,
            "payload": delivery.payload,
            "accepts_response_payload": not delivery.is_event,
        }
        if delivery.is_event or attempt:
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if reason else ""}
        acknowledged: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[delivery.id] = acknowledged
        try:
            async with asyncio.timeout(within):
                await self._write(envelope)
                return await acknowledged
        finally:
            del self._waiting[delivery.id]

    async def _write(self, envelope: dict[str, Any]) -> None:
        """To any one connection that takes it; waits for one when there is none."""
        while True:
            await self._connected.wait()
            socket = self._sockets[next(self._turn) % len(self._sockets)]
            with contextlib.suppress(ConnectionError):
                await socket.send_json(envelope)
                return
            await asyncio.sleep(0.01)

    def pause_before(self, attempt: int) -> float:  # noqa: ARG002 - Socket Mode sends again at once
        return 0.0

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew, and close, as Slack does every few hours."""
        for socket in list(self._sockets):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            if reason != "warning":
                await socket.close()

    async def close(self) -> None:
        await asyncio.gather(*(socket.close() for socket in list(self._sockets)))
