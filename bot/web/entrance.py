"""How somebody comes to the pages: once by the link that the bot gave them in Slack, then by a session.

Following a link only shows whose it is: programs that look ahead at addresses, as chats and mail scanners do, use
nothing up, and nobody works under another name without having read it. The button on that page opens the place.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import parse_qsl

from aiohttp import web
from yarl import URL

from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.people import Profile
from bot.verbs import verb
from bot.web.pages import SECURITY, link_page, link_policy, notice
from bot.workflows.context import Context
from bot.workflows.review_links import SESSION_LASTS, Destination, Link, Links

COOKIE: Final = "muster_session"
LASTS: Final = int(SESSION_LASTS.total_seconds())
NO_LINK: Final = "This page needs a link of your own. Type `{}` in Slack; the answer holds one, good for an hour."
USED: Final = "This link was used already. Type `{}` for a new one."
NOT_FROM_HERE: Final = "This did not come from a page of Muster."


class SignsIn(Protocol):
    """Slack's way to say who somebody is. Doors know no adapter: the composition root brings it."""

    def address(self, redirect_uri: str, state: str, nonce: str) -> str: ...

    async def person(self, code: str, redirect_uri: str, nonce: str) -> SlackUserId | None: ...


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the pages work with once the bot has started."""

    verbs: verb.Dependencies
    links: Callable[[], Awaitable[Links]]
    """As they are signed now: the key may have been replaced since."""
    look_up: Callable[[SlackUserId], Awaitable[Profile]]
    """Asks Slack about a person of whom it told nothing for minutes."""
    heard_to: Callable[[Incident], datetime | None]
    sign_in: SignsIn | None = None
    """None where people come by personal links alone."""

    @property
    def context(self) -> Context:
        return self.verbs.context


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody with a session that is good."""

    user: SlackUserId
    session: str
    links: Links


class Stop(Exception):
    """The request is answered with this."""

    def __init__(self, answer: web.Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def page_that_says(why: str, status: HTTPStatus = HTTPStatus.FORBIDDEN, sign_in: str = "") -> web.Response:
    """`sign_in`: where one can sign in with Slack instead."""
    return web.Response(text=notice(why, sign_in), status=status, content_type="text/html", headers=SECURITY)


async def guest_of(dependencies: Dependencies, request: web.Request) -> Guest | None:
    """Who has a session, asked anew with each request: none who was deactivated meanwhile."""
    links = await dependencies.links()
    session = request.cookies.get(COOKIE, "")
    visitor = links.visitor(session)
    if visitor is None or (await dependencies.look_up(visitor.user)).is_deactivated:
        return None
    return Guest(visitor.user, session, links)


async def follow(dependencies: Dependencies, request: web.Request, key: str, to: Destination) -> web.Response:
    """Say whose link it is."""
    links = await dependencies.links()
    link, profile = await _link(dependencies, links, request, key, to)
    page = link_page(profile.name or link.user, to, key)
    return web.Response(text=page, content_type="text/html", headers={**SECURITY, **link_policy()})


async def open_link(dependencies: Dependencies, request: web.Request, to: Destination) -> web.Response:
    """From the link to the page itself, so that the key stays neither in the address bar nor in anybody's log."""
    links = await dependencies.links()
    if is_from_elsewhere(request, links):
        return page_that_says(NOT_FROM_HERE)
    link, _ = await _link(dependencies, links, request, _key_in(await request.read()), to)
    async with dependencies.context.store.write() as tx:
        is_first = await tx.take(link.id)
    if not is_first:
        return page_that_says(USED.format(to.typed))
    return signed_in(links, link.user, to.path)


def signed_in(links: Links, user: SlackUserId, path: str) -> web.Response:
    """On to a page of ours, with a session. `Lax`: it is there when somebody follows a link from Slack."""
    answer = _on_to(path)
    answer.set_cookie(
        COOKIE,
        links.session(user),
        path="/",
        httponly=True,
        secure=links.is_secure,
        samesite="Lax",
        max_age=LASTS,
    )
    return answer


async def _link(
    dependencies: Dependencies, links: Links, request: web.Request, key: str, to: Destination
) -> tuple[Link, Profile]:
    """A link that may still be opened, and whose it is. Raises Stop; in the browser that has the session of the person
    it was given to, that is the way to the page."""
    link = links.read(key, to)
    guest = await guest_of(dependencies, request)
    if guest is not None and (link is None or link.user == guest.user):
        raise Stop(_on_to(to.path))
    if link is None or (profile := await dependencies.look_up(link.user)).is_deactivated:
        raise Stop(page_that_says(NO_LINK.format(to.typed)))
    async with dependencies.context.store.read() as tx:
        if await tx.was_taken(link.id):
            raise Stop(page_that_says(USED.format(to.typed)))
    return link, profile


def _key_in(form: bytes) -> str:
    """The key that the button of a link's page sends; empty when it is something else."""
    try:
        return dict(parse_qsl(form.decode("ascii"), max_num_fields=2)).get("key", "")
    except ValueError:
        return ""


def is_from_elsewhere(request: web.Request, links: Links) -> bool:
    """Whether a browser says that another site sent this; programs that are no browser say nothing."""
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    try:
        return URL(origin).origin() != URL(links.public_url).origin()
    except ValueError:  # `null`: a page that is nobody's
        return True


def _on_to(path: str) -> web.Response:
    return web.Response(status=HTTPStatus.SEE_OTHER, headers={**SECURITY, "Location": path})
