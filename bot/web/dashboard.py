"""The dashboard: open incidents at `/`, one incident at `/incidents/N`.

Nobody gets in without a session (`entrance`). The pages only show: each request asks anew what its viewer may see, by
the verbs that every door has.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.domain.actor import Person
from bot.domain.ids import IncidentNumber, SlackUserId, ref
from bot.domain.named import mentioned
from bot.domain.people import Profile
from bot.domain.refusal import NotFound, Refusal
from bot.door.caller import PAGE, Caller
from bot.review import redact
from bot.store import Summary
from bot.verbs.perform import perform
from bot.verbs.reading import ListOpen, Outline, ShowIncident, ShowRecord
from bot.verbs.requests import Request
from bot.web.dashboard_pages import (
    Frame,
    Line,
    OneIncident,
    OpenIncidents,
    in_zone,
    line,
    open_part,
    page,
)
from bot.web.entrance import NO_LINK, Dependencies, Guest, Stop, follow, guest_of, open_link, page_that_says
from bot.web.pages import SECURITY
from bot.web.refusals import in_words
from bot.workflows.context import Context
from bot.workflows.review_links import DASHBOARD

T = TypeVar("T")
NUMBER: Final = r"{number:[1-9][0-9]{0,8}}"
NO_REQUEST: Final = ""
"""What only looks is no request that could be sent again."""
SENDS_FORMS: Final = {
    **SECURITY,
    "Content-Security-Policy": SECURITY["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'"),
}
"""Filters are a form of these pages."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody with a session."""

    dependencies: Dependencies
    guest: Guest
    profile: Profile

    @property
    def context(self) -> Context:
        return self.dependencies.context

    @property
    def frame(self) -> Frame:
        """What stands around every page."""
        return Frame(self.profile.name or self.guest.user, ZoneInfo(self.profile.tz), self.context.now())

    async def perform(self, request: Request[T], number: IncidentNumber | None = None) -> T:
        """Raises Refusal."""
        caller = Caller(Person(self.guest.user), PAGE, NO_REQUEST)
        return await perform(self.dependencies.verbs, caller, request, ref(number) if number is not None else None)

    async def names(self, people: Iterable[SlackUserId | None], texts: Iterable[str] = ()) -> dict[SlackUserId, str]:
        """What people are called, those too that texts speak of; as far as the store knows them."""
        wanted = {one for one in people if one is not None} | set(mentioned(tuple(texts)))
        async with self.context.store.read() as tx:
            return {user: one.full_name or one.name for user, one in (await tx.people(wanted)).items()}


Handler = Callable[[Visit, web.Request], Awaitable[web.StreamResponse]]


class Dashboard:
    """The pages. `dependencies` is None while the bot starts, and where no public address is set."""

    def __init__(self) -> None:
        self.dependencies: Dependencies | None = None

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._entering(_open_incidents)),
            web.post("/", self._open),
            web.get("/open.json", self._entering(_open_as_json)),
            web.get(f"/incidents/{NUMBER}", self._entering(_incident)),
        ]

    async def _open(self, request: web.Request) -> web.Response:
        if self.dependencies is None:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        try:
            return await open_link(self.dependencies, request, DASHBOARD)
        except Stop as stopped:
            return stopped.answer
        except Refusal as no:
            return page_that_says(str(no))

    def _entering(self, answer: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Let in whoever may come in, and nobody else; refusals become pages."""

        async def enter(request: web.Request) -> web.StreamResponse:
            dependencies = self.dependencies
            if dependencies is None:
                return web.Response(status=HTTPStatus.NOT_FOUND)
            try:
                visit = await _visit(dependencies, request)
            except Stop as stopped:
                return stopped.answer
            except Refusal as no:
                return page_that_says(str(no))
            try:
                return await answer(visit, request)
            except Refusal as no:
                told = await in_words(visit.context.store, str(no), visit.frame.zone)
                is_missing = isinstance(no, NotFound)
                return page_that_says(told, HTTPStatus.NOT_FOUND if is_missing else HTTPStatus.FORBIDDEN)

        return enter


async def _visit(dependencies: Dependencies, request: web.Request) -> Visit:
    """Whoever may come in. Raises Stop."""
    if request.path == DASHBOARD.path and (key := request.query.get("key")) is not None:
        raise Stop(await follow(dependencies, request, key, DASHBOARD))
    guest = await guest_of(dependencies, request)
    if guest is None:
        raise Stop(page_that_says(NO_LINK.format(DASHBOARD.typed)))
    return Visit(dependencies, guest, await dependencies.look_up(guest.user))


async def _open_incidents(visit: Visit, _: web.Request) -> web.Response:
    return _shown(page("open.html", visit.frame, "/", now=await _now_open(visit)))


async def _open_as_json(visit: Visit, _: web.Request) -> web.Response:
    """The part of the page that changes, for its script."""
    now = await _now_open(visit)
    return web.json_response({"head": now.head, "html": open_part(now), "read": visit.frame.read}, headers=SECURITY)


async def _now_open(visit: Visit) -> OpenIncidents:
    return OpenIncidents(await _lines(visit, await visit.perform(ListOpen())))


async def _lines(visit: Visit, summaries: Iterable[Summary]) -> list[Line]:
    listed = list(summaries)
    people = [user for one in listed for user in (one.commander, one.asked)]
    names = await visit.names(people, [one.title for one in listed])
    services = {slug: one.name for slug, one in visit.context.policy.services.items()}
    return [line(one, visit.frame, names, services) for one in listed]


async def _incident(visit: Visit, request: web.Request) -> web.Response:
    number = IncidentNumber(int(request.match_info["number"]))
    found = await visit.perform(ShowIncident(), number)
    if isinstance(found, Outline):
        return _shown(
            page("outline.html", visit.frame, one=line(found, visit.frame, await visit.names((), [found.title])))
        )
    record = await visit.perform(ShowRecord(), number)
    async with visit.context.store.read() as tx:
        workspace = await tx.workspace()
    frame = visit.frame
    reading = in_zone(await asyncio.to_thread(redact, record), frame)
    one = OneIncident(found, reading, frame, workspace.url if workspace else None)
    return _shown(page("incident.html", frame, one=one, reading=reading, picture=one.picture))


def _shown(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers=SENDS_FORMS)
