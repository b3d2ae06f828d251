"""Socket Mode: each payload goes to any one of the app's connections, and any of them may acknowledge it."""

import asyncio
import contextlib
import itertools
import json
import secrets
from collections.abc import Callable
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from bot.sandbox.connection import Connection
from bot.sandbox.delivering import Delivery
from bot.sandbox.http_mode import PAUSES
from bot.sandbox.journal import Journal
from bot.sandbox.state import Workspace

MOST_CONNECTIONS = 10
"""docs.slack.dev, "Using Socket Mode": up to ten connections of one app."""
LEAVES_WITHIN = 1.0
"""Seconds that an app has to connect anew before its old connection is closed. Assumed: Slack gives it some."""
LIVES = 18060.0
TEXT_PING = "sdk-ping-pong:"


class SocketMode:
    """The connections of one app."""

    repeats_interactions = True
    repetitions = len(PAUSES)
    """Assumed: as often as over HTTP."""

    def __init__(self, workspace: Workspace, journal: Journal, touched: Callable[[], None]) -> None:
        self.is_listening = False
        self.open: list[Connection] = []
        self.latency = 0.0
        """Seconds by which everything comes late on connections that are opened from now on."""
        self.lives = LIVES
        """Seconds that a connection lasts, as its hello says. It is renewed on demand only."""
        self._workspace = workspace
        self._journal = journal
        self._touched = touched
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)
        self._turn = itertools.count()
        self._waiting: dict[str, list[asyncio.Future[Any]]] = {}
        """By envelope: who waits for its acknowledgement."""
        self._ready = asyncio.Event()
        """There is a connection that payloads can be sent on."""

    def new_address(self) -> str:
        """Where the next connection goes; good for one."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        self.is_listening = True
        where = self._workspace.url.replace("http://", "ws://")
        return f"{where}/socket?ticket={ticket}&app_id={self._workspace.app_id}"

    @property
    def connections(self) -> int:
        return len(self.open)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return self._refused(408, "the ticket was used or never given")
        self._tickets.discard(ticket)
        if len(self.open) >= MOST_CONNECTIONS:
            return self._refused(429, "too_many_websockets")
        socket = web.WebSocketResponse(autoping=False, autoclose=False)
        await socket.prepare(request)
        connection = Connection(next(self._numbers), socket, request)
        connection.latency = self.latency
        await self._welcome(connection)
        try:
            await connection.serve(self._hear)
        finally:
            self._left(connection)
        return socket

    def _refused(self, status: int, why: str) -> web.Response:
        self._journal.note("call", "socket", {}, {"ok": False, "error": why})
        self._touched()
        return web.Response(status=status, text=why)

    async def _welcome(self, connection: Connection) -> None:
        self.open.append(connection)
        self._journal.note("connect", "socket", {"number": connection.number, "open": len(self.open)})
        hello = {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": self.lives},
            "connection_info": {"app_id": self._workspace.app_id},
        }
        with contextlib.suppress(ConnectionError):
            await connection.send(hello)
        self.look_again()

    def _left(self, connection: Connection) -> None:
        self.open.remove(connection)
        self._journal.note("disconnect", "socket", {"number": connection.number, "why": connection.why})
        self.look_again()

    def look_again(self) -> None:
        """Which connections can be sent to is different now."""
        if any(not one.is_leaving for one in self.open):
            self._ready.set()
        else:
            self._ready.clear()
        self._touched()

    # What the app sends

    async def _hear(self, connection: Connection, message: WSMessage) -> None:
        if message.type is WSMsgType.TEXT and message.data.startswith(TEXT_PING):
            await connection.echo(message.data)
            return
        why = self._acknowledge(message)
        if why is not None:
            self._journal.note("stray", "socket", {"number": connection.number, "why": why})
            self._touched()

    def _acknowledge(self, message: WSMessage) -> str | None:
        """Tell whoever waits for it; or why nobody can be told."""
        if message.type is not WSMsgType.TEXT:
            return "not a text frame"
        try:
            content = json.loads(message.data)
        except (ValueError, RecursionError):
            return "not JSON"
        if not isinstance(content, dict) or not isinstance(content.get("envelope_id"), str):
            return "no envelope_id"
        waiting = [one for one in self._waiting.get(content["envelope_id"], []) if not one.done()]
        for one in waiting:
            one.set_result(content.get("payload"))
        return None if waiting else "nobody waits for this envelope"

    # What is sent to the app

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
        self._waiting.setdefault(delivery.id, []).append(acknowledged)
        try:
            async with asyncio.timeout(within):
                await self._write(envelope)
                return await acknowledged
        finally:
            self._waiting[delivery.id].remove(acknowledged)
            if not self._waiting[delivery.id]:
                del self._waiting[delivery.id]

    async def _write(self, envelope: dict[str, Any]) -> None:
        """To any one connection that takes it; waits for one when there is none."""
        while True:
            await self._ready.wait()
            able = [one for one in self.open if not one.is_leaving]
            connection = able[next(self._turn) % len(able)]
            try:
                await connection.send(envelope)
            except ConnectionError:
                connection.is_leaving = True
                self.look_again()
            else:
                return

    async def pause(self, attempt: int) -> None:
        """None; but while there is no connection, for as long as a retry over HTTP would wait. Assumed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PAUSES[attempt - 1]):
                await self._ready.wait()

    # Ending

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew, and close, as Slack does every few hours."""
        await asyncio.gather(*(self.dismiss(one, reason) for one in list(self.open)))

    async def dismiss(self, connection: Connection, reason: str) -> None:
        """The same on one connection. After `warning` it stays open."""
        await connection.ask_to_leave(reason)
        self.look_again()
        if reason != "warning":
            await connection.leaves(LEAVES_WITHIN)
            await connection.close(reason)

    async def close(self) -> None:
        await asyncio.gather(*(one.close("the sandbox stops") for one in list(self.open)))
