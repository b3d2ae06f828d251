"""The page itself, and the rule that nobody else's page may act through the local address."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

FOLDER = Path(__file__).parent / "page"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Only what comes from here is run or loaded, whatever people and apps write."""
HERE = ("127.0.0.1", "localhost")
GUARDED = ("/sandbox/", "/page/")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application) -> None:
    app.router.add_get("/", _index)
    app.router.add_get("/page/{file}", _part)
    app.router.add_get("/archives/{channel}/{message}", _permalink)


async def _index(_: web.Request) -> web.Response:
    return _file("index.html")


async def _part(request: web.Request) -> web.Response:
    return _file(request.match_info["file"])


def _file(name: str) -> web.Response:
    """A file of the folder and of no other place."""
    path = FOLDER / name
    kind = TYPES.get(path.suffix)
    if kind is None or path.parent != FOLDER or not path.is_file():
        return web.Response(status=404, text="There is no such part of the page.\n")
    return web.Response(body=path.read_bytes(), content_type=kind, charset="utf-8", headers=HEADERS)


async def _permalink(request: web.Request) -> web.Response:
    """A link to a message leads to the page at that message."""
    raise web.HTTPFound(f"/#{request.match_info['channel']}/{request.match_info['message']}")


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page elsewhere in the browser must not act through this address, nor a name that leads to it."""
    if request.path == "/" or request.path.startswith(GUARDED):
        if urlsplit(f"//{request.host}").hostname not in HERE:
            return _refused(f"This is a local Slack, not {request.host}: open it as http://127.0.0.1.")
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"{request.scheme}://{request.host}":
            return _refused("Another page may not act through the local Slack.")
    return await handler(request)


def _refused(why: str) -> web.Response:
    return web.json_response({"ok": False, "error": why}, status=403)
