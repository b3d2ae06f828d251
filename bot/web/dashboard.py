"""The dashboard: open incidents at `/`, one incident at `/incidents/N`, trends at `/trends`, error budgets at
`/budgets`.

Nobody gets in without a session (`entrance`). The pages only show: each request asks anew what its viewer may see, by
the verbs that every door has.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from aiohttp import web

from bot.domain.ids import IncidentNumber
from bot.domain.refusal import NotFound, Refusal
from bot.review import redact
from bot.verbs.reading import ListOpen, Outline, ShowIncident, ShowRecord
from bot.web.budgets import show_budgets
from bot.web.dashboard_pages import OneIncident, OpenIncidents, in_zone, line, open_part, page
from bot.web.entrance import Dependencies, Stop, open_link, page_that_says
from bot.web.pages import SECURITY
from bot.web.refusals import in_words
from bot.web.signing_in import BACK, begin, come_back
from bot.web.trends import EXPORTED, export, list_incidents, report, show_trends
from bot.web.visiting import BadAddress, NoSuchPage, Visit, lines_of, shown, visit_of
from bot.workflows.budgets import budget_of
from bot.workflows.review_links import DASHBOARD

NUMBER: Final = r"{number:[1-9][0-9]{0,8}}"
STATUSES: Final = {NotFound: HTTPStatus.NOT_FOUND, NoSuchPage: HTTPStatus.NOT_FOUND, BadAddress: HTTPStatus.BAD_REQUEST}
"""With which status a refusal is answered; others with 403."""

Door = Callable[[Dependencies, web.Request], Awaitable[web.Response]]
Handler = Callable[[Visit, web.Request], Awaitable[web.StreamResponse]]


class Dashboard:
    """The pages. `dependencies` is None while the bot starts, and where no public address is set."""

    def __init__(self) -> None:
        self.dependencies: Dependencies | None = None

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._entering(_open_incidents)),
            web.post("/", self._open),
            web.get("/signin", self._outside(begin)),
            web.get(BACK, self._outside(come_back)),
            web.get("/open.json", self._entering(_open_as_json)),
            web.get("/incidents", self._entering(list_incidents)),
            web.get(f"/incidents/{NUMBER}", self._entering(_incident)),
            web.get("/budgets", self._entering(show_budgets)),
            web.get("/trends", self._entering(show_trends)),
            web.get("/trends/report.pdf", self._entering(report)),
            web.get(f"/trends/{EXPORTED}", self._entering(export)),
        ]

    async def _open(self, request: web.Request) -> web.Response:
        return await self._outside(lambda dependencies, asked: open_link(dependencies, asked, DASHBOARD))(request)

    def _outside(self, answer: Door) -> Callable[[web.Request], Awaitable[web.Response]]:
        """For whoever has no session yet; refusals become pages."""

        async def ask(request: web.Request) -> web.Response:
            if self.dependencies is None:
                return web.Response(status=HTTPStatus.NOT_FOUND)
            try:
                return await answer(self.dependencies, request)
            except Stop as stopped:
                return stopped.answer
            except Refusal as no:
                return page_that_says(str(no))

        return ask

    def _entering(self, answer: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Let in whoever may come in, and nobody else; refusals become pages."""

        async def enter(request: web.Request) -> web.StreamResponse:
            dependencies = self.dependencies
            if dependencies is None:
                return web.Response(status=HTTPStatus.NOT_FOUND)
            try:
                visit = await visit_of(dependencies, request)
            except Stop as stopped:
                return stopped.answer
            except Refusal as no:
                return page_that_says(str(no))
            try:
                return await answer(visit, request)
            except Refusal as no:
                told = await in_words(visit.context.store, str(no), visit.frame.zone)
                return page_that_says(told, STATUSES.get(type(no), HTTPStatus.FORBIDDEN))

        return enter


async def _open_incidents(visit: Visit, _: web.Request) -> web.Response:
    return shown(page("open.html", visit.frame, "/", now=await _now_open(visit)))


async def _open_as_json(visit: Visit, _: web.Request) -> web.Response:
    """The part of the page that changes, for its script."""
    now = await _now_open(visit)
    return web.json_response({"head": now.head, "html": open_part(now), "read": visit.frame.read}, headers=SECURITY)


async def _now_open(visit: Visit) -> OpenIncidents:
    return OpenIncidents(await lines_of(visit, await visit.perform(ListOpen())))


async def _incident(visit: Visit, request: web.Request) -> web.Response:
    number = IncidentNumber(int(request.match_info["number"]))
    found = await visit.perform(ShowIncident(), number)
    if isinstance(found, Outline):
        return shown(
            page("outline.html", visit.frame, one=line(found, visit.frame, await visit.names((), [found.title])))
        )
    record = await visit.perform(ShowRecord(), number)
    async with visit.context.store.read() as tx:
        workspace = await tx.workspace()
        budget = await budget_of(tx, found, visit.context.policy.budgets, visit.frame.now)
    frame = visit.frame
    reading = in_zone(await asyncio.to_thread(redact, record), frame)
    one = OneIncident(found, reading, frame, workspace.url if workspace else None, budget)
    return shown(page("incident.html", frame, one=one, reading=reading, picture=one.picture))
