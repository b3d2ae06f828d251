"""An ASGI application behind aiohttp: one request in, one answer out, nothing streamed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final

from aiohttp import web

Message = MutableMapping[str, Any]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]
KEPT_BACK: Final = frozenset({b"authorization", b"cookie"})
"""Headers that end here: who asks is found out already, and nobody behind has a use for secrets."""


async def through(
    application: Application, request: web.Request, body: bytes, known: Mapping[str, Any]
) -> web.Response:
    """What the application answers. `known` stands in its scope."""
    scope: Message = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.rel_url.raw_path.encode(),
        "query_string": request.query_string.encode(),
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.raw_headers if name.lower() not in KEPT_BACK],
        "client": None,
        "server": None,
        **known,
    }
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    status, headers, content = 500, list[tuple[bytes, bytes]](), bytearray()

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        await asyncio.Event().wait()  # whoever goes away has this request cancelled
        raise AssertionError("it waits for ever")

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            content.extend(message.get("body", b""))

    await application(scope, receive, send)
    told = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    return web.Response(status=status, body=bytes(content), headers=[one for one in told if one[0] != "content-length"])
