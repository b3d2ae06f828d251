"""The status page, served under `/status/`: what anybody may read, without cookies, from memory.

It is read anew from the database every few seconds at the most. While that is away, the page stays as it was.
"""

import asyncio
import gzip
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

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
Build = Callable[[Site], Mapping[str, bytes]]
"""Makes every file of the page, by its path."""
FOR_WATCHERS: Final = "api/"
"""What programs in other people's pages may read, too."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the page, as it goes out: everything that is the same for each reader is worked out once."""

    content: bytes
    etag: str
    headers: Mapping[str, str]
    zipped: bytes | None
    """None where that saves nothing."""
    zipped_headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """The page as it was read. `until`: for how long it is handed out, by the monotonic clock. `shown`: what its files
    were made of."""

    files: Mapping[str, File]
    until: float
    shown: tuple[object, ...]


class StatusPageDoor:
    """`site` is None while the bot starts, and where the policy names no status page."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, build: Build = built) -> None:
        self.site: Callable[[], Awaitable[Site]] | None = None
        self._clock = clock
        self._build = build
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
        is_zipped = found.zipped is not None and "gzip" in request.headers.get("Accept-Encoding", "")
        headers = found.zipped_headers if is_zipped else found.headers
        if _knows(request, found.etag):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        return web.Response(body=found.zipped if is_zipped else found.content, headers=headers)

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
        """What has not changed is not made anew."""
        known = self._read
        try:
            read = await site()
            if known is not None and known.shown == read.shown:
                files = known.files
            else:
                files = await asyncio.to_thread(self._made, read)
        except Exception:  # readers keep what there was
            log.exception("status_page.not_read")
            if known is not None:
                self._read = replace(known, until=self._clock() + READ_EVERY)
            return
        self._read = Read(files, self._clock() + READ_EVERY, read.shown)

    def _made(self, site: Site) -> dict[str, File]:
        return {path: _file(path, content) for path, content in self._build(site).items()}


def _file(path: str, content: bytes) -> File:
    etag = f'W/"{sha256(content).hexdigest()[:20]}"'  # weak, as it stands for both (RFC 9110, 8.8.1)
    headers = {**HEADERS, "ETag": etag, "Vary": "Accept-Encoding", "Content-Type": f"{kind_of(path)}; charset=utf-8"}
    if path.startswith(FOR_WATCHERS):
        headers["Access-Control-Allow-Origin"] = "*"
    zipped = gzip.compress(content, mtime=0)
    smaller = zipped if len(zipped) < len(content) else None
    return File(content, etag, _prepared(headers), smaller, _prepared({**headers, "Content-Encoding": "gzip"}))


def _prepared(headers: Mapping[str, str]) -> Mapping[str, str]:
    return CIMultiDictProxy(CIMultiDict(headers))


def _knows(request: web.Request, etag: str) -> bool:
    """Whether the reader has it already (RFC 9110, 13.1.2)."""
    said = request.headers.get("If-None-Match")
    if said is None:
        return False
    known = etag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") in (known, "*") for one in said.split(","))
