"""What a page of the dashboard is asked with: who looks, and what they may see, found out anew with each request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.domain.actor import Person
from bot.domain.ids import IncidentNumber, SlackUserId, ref
from bot.domain.named import mentioned
from bot.domain.people import Profile
from bot.domain.refusal import Refusal
from bot.door.caller import PAGE, Caller
from bot.store import Summary
from bot.verbs.perform import perform
from bot.verbs.requests import Request
from bot.web.dashboard_pages import Frame, Line, line
from bot.web.entrance import NO_LINK, Dependencies, Guest, Stop, follow, guest_of, page_that_says
from bot.web.pages import SECURITY
from bot.workflows.context import Context
from bot.workflows.review_links import DASHBOARD

T = TypeVar("T")
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
        return Frame(
            self.profile.name or self.guest.user,
            ZoneInfo(self.profile.tz),
            self.context.now(),
            bool(self.context.policy.budgets.objectives),
        )

    async def perform(self, request: Request[T], number: IncidentNumber | None = None) -> T:
        """Raises Refusal."""
        caller = Caller(Person(self.guest.user), PAGE, NO_REQUEST)
        return await perform(self.dependencies.verbs, caller, request, ref(number) if number is not None else None)

    async def names(self, people: Iterable[SlackUserId | None], texts: Iterable[str] = ()) -> dict[SlackUserId, str]:
        """What people are called, those too that texts speak of; as far as the store knows them."""
        wanted = {one for one in people if one is not None} | set(mentioned(tuple(texts)))
        async with self.context.store.read() as tx:
            return {user: one.full_name or one.name for user, one in (await tx.people(wanted)).items()}


class BadAddress(Refusal):
    """{what}"""


class NoSuchPage(Refusal):
    """There is no such page."""


async def visit_of(dependencies: Dependencies, request: web.Request) -> Visit:
    """Whoever may come in. Raises Stop."""
    if request.path == DASHBOARD.path and (key := request.query.get("key")) is not None:
        raise Stop(await follow(dependencies, request, key, DASHBOARD))
    guest = await guest_of(dependencies, request)
    if guest is None:
        way = f"/signin?{urlencode({'to': request.path_qs})}" if dependencies.sign_in else ""
        raise Stop(page_that_says(NO_LINK.format(DASHBOARD.typed), sign_in=way))
    return Visit(dependencies, guest, await dependencies.look_up(guest.user))


async def lines_of(visit: Visit, summaries: Iterable[Summary]) -> list[Line]:
    """Incidents as a list shows them."""
    listed = list(summaries)
    people = [user for one in listed for user in (one.commander, one.asked)]
    names = await visit.names(people, [one.title for one in listed])
    services = {slug: one.name for slug, one in visit.context.policy.services.items()}
    return [line(one, visit.frame, names, services) for one in listed]


def shown(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers=SENDS_FORMS)
