"""What a browser is told while it looks: one WebSocket per window, woken by changes, sending only what is different."""

import asyncio
import contextlib
import json
from bisect import bisect_left
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from bot.sandbox import seen
from bot.sandbox.messages import Message
from bot.sandbox.state import Channel, Somebody
from bot.sandbox.world import World

PAGE = 60
"""Messages that are sent at a time."""
PAUSE = 0.04
"""Seconds between two looks: what changes meanwhile is told together."""
SLOWEST = 10.0
"""Seconds in which a browser must take what it is sent; then it is let go, and connects again by itself."""
NOBODY = 4404
"""The WebSocket's close code for a person who is not there."""


class Live:
    """The windows that are open."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open: set[web.WebSocketResponse] = set()

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one window until it is closed; without a name it is the first person's."""
        socket = web.WebSocketResponse(heartbeat=20.0, max_msg_size=64 * 1024)
        await socket.prepare(request)
        who = self._person(request.query.get("as", ""))
        if who is None:
            await socket.send_json({"error": "There is nobody of that name here."})
            await socket.close(code=NOBODY)
            return socket
        self._open.add(socket)
        window = Window(self._world, who, socket)
        telling = asyncio.create_task(window.tell())
        try:
            async for message in socket:
                await window.asked(message)
        finally:
            self._open.discard(socket)
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await telling
        return socket

    def _person(self, name: str) -> Somebody | None:
        people = self._world.workspace.people.values()
        if not name:
            return next((one for one in people if not one.is_bot), None)
        return next((one for one in people if name in (one.id, one.name)), None)

    async def close(self) -> None:
        for socket in list(self._open):
            with contextlib.suppress(ConnectionError):
                await socket.close()


class Window:
    """What one browser has been told so far."""

    def __init__(self, world: World, who: Somebody, socket: web.WebSocketResponse) -> None:
        self._world = world
        self._who = who
        self._socket = socket
        self._told: dict[str, str] = {}
        self._channel: Channel | None = None
        self._thread: str | None = None
        self._until = 0
        """The workspace's count of changes up to which messages were told."""
        self._alone: set[str] = set()
        """The ts of the ephemeral messages that were told."""

    async def tell(self) -> None:
        """Again and again whatever has become different."""
        try:
            while True:
                changed = self._world.next_change()
                await self._send(self._different())
                await changed.wait()
                await asyncio.sleep(PAUSE)
        except (ConnectionError, TimeoutError):
            await self._socket.close()

    async def asked(self, message: WSMessage) -> None:
        """The browser wants to see something else."""
        wish = _object(message)
        look, older = wish.get("look"), wish.get("older")
        if isinstance(look, dict):
            await self._look(str(look.get("channel") or ""), look.get("thread"))
        elif isinstance(older, dict):
            await self._older(str(older.get("channel") or ""), str(older.get("before") or ""))
        else:
            await self._send({"error": "The page asked for something that is not known here: look, older."})

    async def _look(self, name: str, thread: object) -> None:
        channel = self._seen(name)
        is_new = channel is not self._channel
        self._channel = channel
        self._thread = str(thread) if thread and channel else None
        self._told.pop("thread", None)
        content = self._different()
        if channel is not None and is_new:
            content["messages"] = self._newest(channel)
        await self._send(content)

    def _seen(self, name: str) -> Channel | None:
        channel = self._world.workspace.channels.get(name)
        return channel if channel is not None and seen.may_see(channel, self._who.id) else None

    def _newest(self, channel: Channel) -> dict[str, Any]:
        """The end of the channel, as a beginning."""
        workspace = self._world.workspace
        messages = seen.in_channel(workspace, self._who.id, channel)
        self._until = workspace.revision
        self._alone = {one.ts for one in messages if one.is_ephemeral}
        return {
            "channel": channel.id,
            "is_whole": True,
            "is_start": len(messages) <= PAGE,
            "list": seen.described(workspace, channel, messages[-PAGE:]),
        }

    async def _older(self, name: str, before: str) -> None:
        channel = self._seen(name)
        if channel is None:
            return
        messages = seen.in_channel(self._world.workspace, self._who.id, channel)
        end = bisect_left([one.ts for one in messages], before)
        listed = seen.described(self._world.workspace, channel, messages[max(0, end - PAGE) : end])
        await self._send({"older": {"channel": channel.id, "before": before, "is_start": end <= PAGE, "list": listed}})

    def _different(self) -> dict[str, Any]:
        """The sections that are not as they were told, and the messages that look different."""
        found: dict[str, Any] = {}
        current = {**seen.sections(self._world, self._who), "thread": self._threaded()}
        for name, content in current.items():
            written = json.dumps(content)
            if self._told.get(name) != written:
                self._told[name] = written
                found[name] = content
        if "workspace" in found:
            found["workspace"]["now"] = self._world.workspace.now().timestamp()
        if messages := self._changed():
            found["messages"] = messages
        return found

    def _threaded(self) -> dict[str, Any] | None:
        channel, root = self._channel, self._thread
        if channel is None or root is None or not seen.may_see(channel, self._who.id):
            return None
        messages = channel.thread(root)
        return {
            "channel": channel.id,
            "ts": root,
            "list": seen.described(self._world.workspace, channel, messages),
        }

    def _changed(self) -> dict[str, Any] | None:
        """Messages of the channel on screen that look different since the last time."""
        workspace, channel = self._world.workspace, self._channel
        if channel is None or not seen.may_see(channel, self._who.id):
            return None
        since, self._until = self._until, workspace.revision
        alone = [one for one in workspace.ephemerals.get(self._who.id, []) if one.channel == channel.id]
        gone = self._alone - {one.ts for one in alone}
        self._alone = {one.ts for one in alone}
        fresh = [one for one in [*channel.changed_since(since), *alone] if one.revision > since and _is_listed(one)]
        listed = seen.described(workspace, channel, fresh)
        listed += [{"ts": ts, "is_deleted": True, "reply_count": 0} for ts in gone]
        return {"channel": channel.id, "is_whole": False, "list": listed} if listed else None

    async def _send(self, content: dict[str, Any]) -> None:
        if content:
            async with asyncio.timeout(SLOWEST):
                await self._socket.send_json(content)


def _is_listed(message: Message) -> bool:
    return not message.is_reply or message.is_broadcast


def _object(message: WSMessage) -> dict[str, Any]:
    """What the browser sent; empty when it is no JSON object."""
    if message.type is not WSMsgType.TEXT:
        return {}
    try:
        content = json.loads(message.data)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
