"""The door for monitoring, `POST /alerts/<source>`, and for pipelines, `POST /changes`.

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
from bot.domain.changes import Change
from bot.integrations import changes
from bot.integrations.alerts import SOURCES, Incoming, Source, Unreadable, cloudevents, pagerduty_events, read, sns
from bot.integrations.alerts.authentic import knows_secret
from bot.integrations.alerts.fetching import fetching
from bot.integrations.outgoing import ANYHOW

log = structlog.get_logger(__name__)

Take = Callable[[str, str, timedelta | None, Sequence[Signal]], Awaitable[bool]]
"""Keeps what a source sent: its name, what the delivery is known by and for how long, and the signals. False when it
came before."""

TakeChanges = Callable[[str, Sequence[Change]], Awaitable[bool]]
"""Keeps what a pipeline told: what the delivery is known by, and the changes. False when it came before."""
TakeSeen = Callable[[str, str, str], Awaitable[bool]]
"""Keeps that a page of ours was acknowledged: what the delivery is known by, the source, and the key of the page. False
when it came before."""
Answer = Mapping[str, str | int]
CHANGES: Final = "changes"

ANSWERED_WITHIN: Final = 0.9
"""Seconds that keeping it may take: Sentry gives up after one, and counts it against us."""
AGAIN_AFTER: Final = "5"
"""Seconds after which a sender may try again while nothing can be kept."""
EVENTS: Final = pagerduty_events.NAME
OFF: Final = "There is no such source here, or it is not switched on."

RECEIVED = Counter("muster_alert_deliveries", "What monitoring sent, and what it was answered.", ["source", "answer"])


class AlertDoor:
    """Takes in what monitoring sends."""

    def __init__(
        self,
        secrets: Mapping[str, Sequence[str]],
        known: Mapping[str, Source] = SOURCES,
        fetch: sns.Fetch | None = None,
        answered_within: float = ANSWERED_WITHIN,
    ) -> None:
        """`secrets`: by source; one that has none is closed. `fetch`: how Amazon's certificates are got.
        `answered_within`: seconds."""
        self._secrets = secrets
        self._known = known
        self._amazon = sns.Proof(fetch or fetching(ANYHOW, {}))
        self._answered_within = answered_within
        self.take: Take | None = None
        """None while nothing can be kept; so are `take_changes` and `take_seen`."""
        self.take_changes: TakeChanges | None = None
        self.take_seen: TakeSeen | None = None

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/alerts/{source}", self._post),
            web.post(f"/alerts/{{source:{EVENTS}}}/v2/enqueue", self._post),
            web.post(f"/{{source:{CHANGES}}}", self._post),
            web.options(f"/alerts/{{source:{cloudevents.NAME}}}", self._agree),
        ]

    async def _post(self, request: web.Request) -> web.Response:
        source = request.match_info["source"]
        secrets = self._secrets.get(source)
        if not secrets or (source not in self._known and request.path != f"/{CHANGES}"):
            return _said(404, OFF)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _said(413, "It is larger than a mebibyte.")
        response = await self._answer(source, _incoming(request, body), secrets)
        RECEIVED.labels(source, response.status).inc()
        return response

    async def _agree(self, request: web.Request) -> web.Response:
        """A sender of CloudEvents asks whether it may send (cloudevents/spec, http-webhook.md, 4): whoever knows the
        secret may."""
        secrets = self._secrets.get(cloudevents.NAME)
        if not secrets:
            return _said(404, OFF)
        origin = request.headers.get("WebHook-Request-Origin", "")
        if not knows_secret(_incoming(request, b""), secrets):
            return _said(401, "The secret is missing or wrong.")
        return web.Response(headers={"WebHook-Allowed-Origin": origin or "*", "WebHook-Allowed-Rate": "*"})

    async def _answer(self, source: str, incoming: Incoming, secrets: Sequence[str]) -> web.Response:
        try:
            is_authentic = await self._is_authentic(source, incoming, secrets)
        except OSError as error:
            log.warning("alerts.not_proven", source=source, error=str(error))
            return _later()
        if not is_authentic:
            log.warning("alerts.not_authentic", source=source)
            return _said(401, "The secret or the signature is missing or wrong.")
        try:
            keeping, answer = self._keeping(source, incoming)
        except Unreadable as why:
            log.warning("alerts.unreadable", source=source, why=str(why))
            return _said(400, str(why))
        is_new = None if keeping is None else await self._in_time(source, keeping)
        return _later() if is_new is None else _accepted(answer, is_new=is_new)

    async def _is_authentic(self, source: str, incoming: Incoming, secrets: Sequence[str]) -> bool:
        """Raises OSError while it cannot be found out."""
        if source == CHANGES:
            return changes.is_authentic(incoming, secrets)
        if source != sns.NAME:
            return self._known[source].is_authentic(incoming, secrets)
        if not await self._amazon.is_authentic(incoming, secrets):
            return False
        await self._amazon.confirm(incoming)
        return True

    def _keeping(self, source: str, incoming: Incoming) -> tuple[Awaitable[bool] | None, Answer]:
        """What keeps it, None while nothing can be kept; and what is answered then. Raises Unreadable."""
        if source == CHANGES:
            found = changes.read(incoming)
            kept = None if self.take_changes is None else self.take_changes(changes.delivery_id(incoming), found)
            return kept, {"accepted": len(found)}
        signals = read(self._known[source], incoming)
        delivery_id, within = self._known[source].delivery_id(source, incoming)
        if (page := self._known[source].seen(incoming)) is not None:
            return None if self.take_seen is None else self.take_seen(delivery_id, source, page), {"accepted": 1}
        kept = None if self.take is None else self.take(source, delivery_id, within, signals)
        if source == EVENTS:
            key = next((one.key for one in signals), "")
            return kept, {"status": "success", "message": "Event processed", "dedup_key": key}
        return kept, {"accepted": len(signals)}

    async def _in_time(self, source: str, taking: Awaitable[bool]) -> bool | None:
        """Whether it is new; None where it could not be kept soon enough to say so. A transaction is not cut off: what
        comes again is known then."""
        keeping = asyncio.ensure_future(taking)
        keeping.add_done_callback(_failure)
        await asyncio.wait({keeping}, timeout=self._answered_within)
        if not keeping.done() or (error := _failure(keeping)) is not None:
            log.warning("alerts.not_kept", source=source, error=type(error).__name__ if keeping.done() else "too slow")
            return None
        return keeping.result()


def _incoming(request: web.Request, body: bytes) -> Incoming:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Incoming(body, headers, dict(request.query))


def _failure(keeping: asyncio.Future[bool]) -> BaseException | None:
    return asyncio.CancelledError() if keeping.cancelled() else keeping.exception()


def _accepted(answer: Answer, *, is_new: bool) -> web.Response:
    """`status` is there where the sender knows a form of its own."""
    return web.json_response(answer if "status" in answer else {**answer, "repeated": not is_new}, status=202)


def _said(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


def _later() -> web.Response:
    said = _said(503, "It cannot be kept now; please send it again.")
    said.headers["Retry-After"] = AGAIN_AFTER
    return said
