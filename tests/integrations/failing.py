"""Stand-ins for services that speak JSON over HTTP: how they fail. What each of them answers is written from its
documentation, in a file of its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(kw_only=True)
class Failing:
    """One that does as it is told, or fails."""

    base: str = ""
    """Below which path its API is."""
    acts: list[str] = field(default_factory=list)
    """What it does with the next writes instead: a status, `drops`, `drops after`, or `garbage`."""
    writes: list[Any] = field(default_factory=list)
    """The bodies of what was written."""
    is_down: bool = False
    port: int = 0

    def is_admitted(self, headers: Mapping[str, str]) -> bool:
        raise NotImplementedError

    def is_write(self, method: str, path: str, body: Any) -> bool:
        return method != "GET"

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        """What it answers when nothing is wrong."""
        raise NotImplementedError

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if self.is_down:
            return web.Response(status=503)
        if not self.is_admitted(request.headers):
            return web.json_response({"message": "Bad credentials"}, status=401)
        raw = await request.read()
        body = json.loads(raw) if raw else None
        is_write = self.is_write(request.method, request.path, body)
        act = self.acts.pop(0) if is_write and self.acts else ""
        if act.isdecimal():
            limited = {"Retry-After": "7"} if act == "429" else {}
            return web.json_response({"message": "No."}, status=int(act), headers=limited)
        status, content = 200, None
        if act != "drops":
            if is_write:
                self.writes.append(body)
            path = request.path.removeprefix(self.base)
            status, content = await self.do(request.method, path, request.query, body)
        if act.startswith("drops"):
            assert request.transport is not None
            request.transport.abort()
        if act == "garbage":
            return web.Response(text="<html>It is busy.</html>", content_type="text/html")
        return web.Response(status=204) if status == 204 else web.json_response(content, status=status)
