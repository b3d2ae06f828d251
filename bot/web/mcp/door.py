"""`/mcp` over HTTP: the API's tokens and limits, then the tools. It is off, as if it were not there, until a token
exists; without the extra `mcp` it says what to install."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.door.caller import MCP
from bot.web.api.asking import InProcess
from bot.web.api.problems import Problem
from bot.web.api.server import Api, safely
from bot.web.mcp.bridge import through

if TYPE_CHECKING:
    from bot.web.mcp.serving import OverHttp

ADDRESS: Final = "/mcp"
LARGEST: Final = 1024 * 1024
"""Bytes of a request."""
OWN: Final = ("127.0.0.1", "localhost", "[::1]")
HEADERS: Final = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
INSTALL: Final = "`pip install 'muster-bot[mcp]'`."
MISSING: Final = f"`/mcp` needs the extra `mcp`, which is not installed here: {INSTALL} Then start Muster again."


def is_installed() -> bool:
    return find_spec("mcp") is not None


class McpDoor:
    """The door. What it needs of the SDK is loaded when somebody first comes with a good token."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.is_installed: Callable[[], bool] = is_installed
        self.public_url: str | None = None
        """Under which Muster is known, if it is: its host is taken besides this machine's own names."""
        self._served: OverHttp | None = None
        self._starting = asyncio.Lock()
        self._stop = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    def routes(self) -> list[web.RouteDef]:
        return [web.route("*", ADDRESS, self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        return await safely(lambda: self._answer(request))

    async def _answer(self, request: web.Request) -> web.Response:
        dependencies, token, zone = await self._api.let_in(request)
        if not self.is_installed():
            raise Problem(HTTPStatus.NOT_IMPLEMENTED, "not_installed", MISSING)
        if request.method != "POST":
            told = "Here is only POST: no session is kept, and nothing is streamed."
            raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method", told, headers={"Allow": "POST"})
        body = await request.read()
        served = await self._ready()
        asking = InProcess(dependencies, token, zone, MCP)
        response = await through(served.manager.asgi_app, request, body, {"muster": asking})
        response.headers.update(HEADERS)
        return response

    async def _ready(self) -> "OverHttp":
        """Loading the SDK takes half a second of processor time, so that is done beside the loop, once."""
        async with self._starting:
            if self._served is None:
                served = await asyncio.to_thread(_load, self._hosts())
                started = asyncio.Event()
                self._work = asyncio.create_task(self._run(served, started))
                await started.wait()
                self._served = served
            return self._served

    async def _run(self, served: "OverHttp", started: asyncio.Event) -> None:
        async with served.manager.run():
            started.set()
            await self._stop.wait()

    def _hosts(self) -> list[str]:
        public = urlsplit(self.public_url or "")
        names = [*OWN, *([public.hostname] if public.hostname else [])]
        return [host for name in names for host in (name, f"{name}:*")]

    async def close(self, _: object = None) -> None:
        self._stop.set()
        if self._work is not None:
            await self._work


def _load(hosts: list[str]) -> "OverHttp":
    from bot.web.mcp.serving import OverHttp

    return OverHttp(hosts, LARGEST)
