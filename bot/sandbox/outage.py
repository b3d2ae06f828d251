"""The whole of Slack out for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, get_args

from aiohttp import web

from bot.sandbox.journal import Journal

Kind = Literal["drop", "http_503"]
KINDS: tuple[str, ...] = get_args(Kind)
"""What a call meets: a connection that closes without an answer, or status 503."""
APPS_SIDE = ("/api/", "/upload/", "/files-pri/", "/response/", "/socket")
"""Where addresses begin that only the app uses; people keep theirs."""


class Outage:
    """While it is on, nothing that the app asks is answered and nothing is brought to it.

    Assumed: what happens meanwhile is kept, and sent when it is over; what was on its way is sent again as if it had
    not been acknowledged.
    """

    def __init__(self, journal: Journal, touched: Callable[[], None], cut: Callable[[], None]) -> None:
        """`cut` ends every connection of the app."""
        self.over = asyncio.Event()
        self.over.set()
        self._journal = journal
        self._touched = touched
        self._cut = cut
        self._kind: Kind = "drop"
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_on(self) -> bool:
        return not self.over.is_set()

    def begin(self, seconds: float, kind: Kind = "drop") -> None:
        """Out from now, for so many seconds; one that is on already lasts as long as the last word says.

        Raises ValueError for an unknown kind.
        """
        if kind not in KINDS:
            raise ValueError(f"there is no outage {kind!r}; there are: {', '.join(KINDS)}")
        self._stop_timer()
        self._kind = kind
        self.over.clear()
        self._journal.note("outage", "begins", {"seconds": seconds, "kind": kind})
        self._cut()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.end)
        self._touched()

    def end(self) -> None:
        """Everything works again. Nothing happens when nothing was out."""
        self._stop_timer()
        if self.is_on:
            self.over.set()
            self._journal.note("outage", "ends")
            self._touched()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @web.middleware
    async def guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """What meets the app's requests before anything else."""
        if not self.is_on or not request.path.startswith(APPS_SIDE):
            return await handler(request)
        self._journal.note("call", request.path.rpartition("/")[2], {}, {"ok": False, "error": "outage"})
        self._touched()
        if self._kind == "drop" and request.transport is not None:
            request.transport.abort()
        return web.Response(status=503, text="Service Unavailable")
