"""The door for monitoring: `POST /alerts/<source>`.

Closed unless a secret of the source is set. What comes is proven, read, kept, and answered; what becomes of it is
decided afterwards. So no answer tells of a rule: a sender that is refused would not send it again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import structlog
from aiohttp import web
from prometheus_client import Counter

from bot.domain.alerts import Signal
from bot.integrations.alerts import SOURCES, Incoming, Unreadable, read

log = structlog.get_logger(__name__)

Take = Callable[[str, str, timedelta | None, Sequence[Signal]], Awaitable[bool]]
"""Keeps what a source sent: its name, what the delivery is known by and for how long, and the signals. False when it
came before."""

ANSWERED_WITHIN: Final = 0.9
"""Seconds that keeping it may take: Sentry gives up after one, and counts it against us."""
AGAIN_AFTER: Final = "5"
"""Seconds after which a sender may try again while nothing can be kept."""

RECEIVED = Counter("muster_alert_deliveries", "What monitoring sent, and what it was answered.", ["source", "answer"])


class AlertDoor:
    """Takes in what monitoring sends."""

    def __init__(self, secrets: Mapping[str, Sequence[str]], answered_within: float = ANSWERED_WITHIN) -> None:
        """`secrets`: by source; one that has none is closed. `answered_within`: seconds."""
        self._secrets = secrets
        self._answered_within = answered_within
        self.take: Take | None = None
        """None while nothing can be kept."""

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/alerts/{source}", self._post)]

    async def _post(self, request: web.Request) -> web.Response:
        source = request.match_info["source"]
        secrets = self._secrets.get(source)
        if not secrets or source not in SOURCES:
            return _said(404, "There is no such source here, or it is not switched on.")
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _said(413, "It is larger than a mebibyte.")
        incoming = Incoming(body, {name.lower(): value for name, value in request.headers.items()}, dict(request.query))
        response = await self._answer(source, incoming, secrets)
        RECEIVED.labels(source, response.status).inc()
        return response

    async def _answer(self, source: str, incoming: Incoming, secrets: Sequence[str]) -> web.Response:
        if not SOURCES[source].is_authentic(incoming, secrets):
            log.warning("alerts.not_authentic", source=source)
            return _said(401, "The secret or the signature is missing or wrong.")
        try:
            signals = read(source, incoming)
        except Unreadable as why:
            log.warning("alerts.unreadable", source=source, why=str(why))
            return _said(400, str(why))
        return await self._keep(source, incoming, signals)

    async def _keep(self, source: str, incoming: Incoming, signals: Sequence[Signal]) -> web.Response:
        delivery_id, within = SOURCES[source].delivery_id(source, incoming)
        if self.take is None:
            return _later()
        keeping = asyncio.ensure_future(self.take(source, delivery_id, within, signals))
        keeping.add_done_callback(_failure)  # a transaction is not cut off: what comes again is known then
        await asyncio.wait({keeping}, timeout=self._answered_within)
        if not keeping.done() or (error := _failure(keeping)) is not None:
            log.warning("alerts.not_kept", source=source, error=type(error).__name__ if keeping.done() else "too slow")
            return _later()
        is_new = keeping.result()
        return web.json_response({"accepted": len(signals), "repeated": not is_new}, status=202)


def _failure(keeping: asyncio.Future[bool]) -> BaseException | None:
    return asyncio.CancelledError() if keeping.cancelled() else keeping.exception()


def _said(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


def _later() -> web.Response:
    said = _said(503, "It cannot be kept now; please send it again.")
    said.headers["Retry-After"] = AGAIN_AFTER
    return said
