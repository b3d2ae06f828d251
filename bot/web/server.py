"""The HTTP server: `GET /healthz`, `GET /readyz`, `GET /metrics`, `POST /slack/events` in HTTP mode, the dashboard, the
pages of reviews, the status page, the API, `/mcp`, and the doors for alerts, for what was run, and for trackers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.door.http import AnswerHttp
from bot.door.under_way import under_way
from bot.web.actions import ActionDoor
from bot.web.alerts import AlertDoor
from bot.web.api.server import Api
from bot.web.dashboard import Dashboard
from bot.web.mcp.door import McpDoor
from bot.web.readiness import Notice, Readiness
from bot.web.reviews import Reviews
from bot.web.status_page import StatusPageDoor
from bot.web.trackers import TrackerDoor

log = structlog.get_logger(__name__)

LARGEST: Final = 1024 * 1024
"""Bytes that a request's body may have. Slack's largest, a form with all its text, stays far below."""
LONGEST_LINE: Final = 64 * 1024
"""Bytes of an address: with every filter of the API at its longest, each letter takes up to twelve."""
PROBED: Final = ("/healthz", "/readyz", "/metrics")
"""Asked so often that no trace is made of it."""
SHUTDOWN_WITHIN: Final = 3.0
"""Seconds that requests under way have to be answered: Slack waits no longer."""


@web.middleware
async def _known_to_the_log(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One connection serves many requests: nothing of one is logged with the next. A path names an incident by its
    reference at most; what stands in a query is not logged."""
    resource = request.match_info.route.resource
    route = resource.canonical if resource else None
    span = None if route is None or route in PROBED else f"{request.method} {route}"
    with under_way(span, "asked", door="http", route=route):
        return await handler(request)


class Web:
    """Serves from the start to the end, whatever Slack or the database do."""

    def __init__(
        self,
        host: str,
        port: int,
        readiness: Callable[[], Awaitable[Readiness]],
        alerts: AlertDoor | None = None,
        api: Api | None = None,
        actions: ActionDoor | None = None,
        trackers: TrackerDoor | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self.readiness = readiness
        self.read_gauges: Callable[[], Awaitable[None]] | None = None
        """Sets the figures that are read when somebody asks for them; None until Muster has started."""
        self._answer_slack: AnswerHttp | None = None
        self._is_stopping = False
        self.dashboard = Dashboard()
        self.reviews = Reviews()
        self.status_page = StatusPageDoor()
        self.api = api or Api()
        self.mcp = McpDoor(self.api)
        self.alerts = alerts or AlertDoor({})
        self.actions = actions or ActionDoor({})
        self.trackers = trackers or TrackerDoor({})

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Web"]:
        """Serve while the body runs. Port 0 takes a free one, told by `port`. Raises OSError when it is taken."""
        application = web.Application(client_max_size=LARGEST, middlewares=[_known_to_the_log])
        application.add_routes(
            [
                web.get("/healthz", self._healthz),
                web.get("/readyz", self._readyz),
                web.get("/metrics", self._metrics),
                web.post("/slack/events", self._slack),
                *self.dashboard.routes(),
                *self.reviews.routes(),
                *self.status_page.routes(),
                *self.api.routes(),
                *self.mcp.routes(),
                *self.alerts.routes(),
                *self.actions.routes(),
                *self.trackers.routes(),
            ]
        )
        application.on_cleanup.append(self.mcp.close)
        runner = web.AppRunner(
            application, access_log=None, shutdown_timeout=SHUTDOWN_WITHIN, max_line_size=LONGEST_LINE
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            self._port = int(runner.addresses[0][1])
            log.info("web.serving", host=self._host, port=self._port)
            yield self
        finally:
            await runner.cleanup()

    @property
    def port(self) -> int:
        return self._port

    def take_from_slack(self, answer: AnswerHttp | None) -> None:
        """Have Slack's requests answered from now on; with None, take no more of them, so that they come again."""
        self._answer_slack = answer
        self._is_stopping = answer is None

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _readyz(self, _: web.Request) -> web.Response:
        try:
            readiness = await self.readiness()
        except Exception:  # whoever asks must be told, whatever is broken
            log.exception("web.readiness_unknown")
            readiness = Readiness((Notice("readiness_unknown", "It could not be found out whether Muster is ready."),))
        return web.json_response(readiness.as_json(), status=200 if readiness.is_ready else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        if self.read_gauges is not None:
            try:
                await self.read_gauges()
            except Exception:  # the counters are told, whatever is broken
                log.exception("web.gauges_unknown")
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _slack(self, request: web.Request) -> web.Response:
        if self._answer_slack is None:
            return web.Response(status=503 if self._is_stopping else 404)
        answer = await self._answer_slack(await request.read(), request.headers)
        return web.Response(status=answer.status, text=answer.body, headers=answer.headers or None)
