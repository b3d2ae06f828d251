"""The status page, served under `/status/`: what anybody may read, without cookies, from memory.

It is read anew from the database every few seconds at the most. While that is away, the page stays as it was.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web

from bot.status_page import Site, built, kind_of

log = structlog.get_logger(__name__)

READ_EVERY: Final = 5.0
"""Seconds for which a page is handed out as it was read."""
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "public, max-age=30",
}
FOR_WATCHERS: Final = "api/"
"""What programs in other people's pages may read, too."""


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    kind: str
    etag: str


@dataclass(frozen=True, slots=True)
class Read:
    """The page as it was read. `until`: for how long it is handed out, by the monotonic clock."""

    files: Mapping[str, File]
    until: float


class StatusPageDoor:
    """`site` is None while the bot starts, and where the policy names no status page."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.site: Callable[[], Awaitable[Site]] | None = None
        self._clock = clock
        self._read: Read | None = None
        self._turn = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/status", self._to_the_page), web.get("/status/{path:.*}", self._file)]

    async def _to_the_page(self, _: web.Request) -> web.Response:
        if self.site is None:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        return web.Response(status=HTTPStatus.PERMANENT_REDIRECT, headers={"Location": "/status/"})

    async def _file(self, request: web.Request) -> web.Response:
        files = await self._files()
        if files is None:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE if self.site else HTTPStatus.NOT_FOUND)
        path = request.match_info["path"] or "index.html"
        found = files.get(path)
        if found is None:
            return web.Response(status=HTTPStatus.NOT_FOUND, text="There is no such page.", headers=HEADERS)
        headers = {**HEADERS, "ETag": found.etag}
        if path.startswith(FOR_WATCHERS):
            headers["Access-Control-Allow-Origin"] = "*"
        if _knows(request, found.etag):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        return web.Response(body=found.content, content_type=found.kind, charset="utf-8", headers=headers)

    async def _files(self) -> Mapping[str, File] | None:
        if self.site is None or (self._read is not None and self._clock() < self._read.until):
            return self._read.files if self._read is not None and self.site is not None else None
        if self._turn.locked() and self._read is not None:  # somebody reads it: nobody else waits for that
            return self._read.files
        async with self._turn:
            if self._read is None or self._clock() >= self._read.until:
                await self._read_anew(self.site)
            return self._read.files if self._read is not None else None

    async def _read_anew(self, site: Callable[[], Awaitable[Site]]) -> None:
        try:
            contents = await asyncio.to_thread(built, await site())
        except Exception:  # readers keep what there was
            log.exception("status_page.not_read")
            if self._read is not None:
                self._read = Read(self._read.files, self._clock() + READ_EVERY)
            return
        files = {path: File(one, kind_of(path), _etag(one)) for path, one in contents.items()}
        self._read = Read(files, self._clock() + READ_EVERY)


def _etag(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:20]}"'


def _knows(request: web.Request, etag: str) -> bool:
    """Whether the reader has it already (RFC 9110, 13.1.2)."""
    said = request.headers.get("If-None-Match", "")
    return any(one.strip().removeprefix("W/") in (etag, "*") for one in said.split(","))
