"""What a route of the API is made of, and one request to it."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.domain.ids import Reference, SlackUserId
from bot.domain.incident import Incident
from bot.domain.people import Profile
from bot.domain.policy import Policy
from bot.door.caller import Caller
from bot.door.token import Scope, Token
from bot.store import Store
from bot.verbs import verb
from bot.verbs.perform import perform
from bot.verbs.requests import Request
from bot.web.api.problems import Wrong, unreadable
from bot.web.api.values import Shape

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the API works with once the bot has started."""

    verbs: verb.Dependencies
    look_up: Callable[[SlackUserId], Awaitable[Profile]]
    """Asks Slack about a person of whom it told nothing for minutes."""
    heard_to: Callable[[Incident], datetime | None]
    machine_now: Callable[[], datetime]
    webhook_keys: tuple[bytes, ...] = ()
    """What the secrets of webhooks made here are derived from, the present one first; none: here none is made."""

    @property
    def store(self) -> Store:
        return self.verbs.context.store

    @property
    def policy(self) -> Policy:
        return self.verbs.context.policy


@dataclass(frozen=True, slots=True)
class Ask:
    """One request that was let in."""

    dependencies: Dependencies
    token: Token
    caller: Caller
    path: Mapping[str, str]
    query: Any = None
    """As the route's `query` has it."""
    body: Any = None
    """As the route's `body` has it."""
    zone: ZoneInfo = ZoneInfo("UTC")  # noqa: RUF009 - made once by Python itself
    """Where the person is; UTC for a program."""

    @property
    def today(self) -> date:
        """Where whoever asks is."""
        return self.dependencies.verbs.context.now().astimezone(self.zone).date()

    @property
    def store(self) -> Store:
        return self.dependencies.store

    @property
    def policy(self) -> Policy:
        return self.dependencies.policy

    @property
    def reference(self) -> Reference | None:
        """The incident that the address names, in capitals."""
        found = self.path.get("ref")
        return Reference(found.upper()) if found is not None else None

    async def perform(self, request: Request[T]) -> T:
        """Raises Refusal."""
        return await perform(self.dependencies.verbs, self.caller, request, self.reference)


@dataclass(frozen=True, slots=True)
class Written:
    """An answer that is JSON already. `mark`: what it is known by, where not by all of it."""

    text: str
    mark: str


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table: an address, who may ask there, for what, and what is answered."""

    path: str
    """After `/api/v1`; `{ref}` is the reference of an incident."""
    name: str
    summary: str
    answers: Any
    """The dataclass of the answer, or the name of a schema."""
    does: Callable[[Ask], Awaitable[Any]]
    method: str = "GET"
    scope: Scope = Scope.READ
    query: type | None = None
    body: Shape | None = None
    status: HTTPStatus = HTTPStatus.OK
    about: str = "Incidents"
    """Under which heading documents show it."""

    @property
    def is_reading(self) -> bool:
        return self.method == "GET"

    @property
    def takes_match(self) -> bool:
        """Whether it can be asked for an incident as somebody saw it, and for no later one."""
        return not self.is_reading and "{ref}" in self.path


def cursor(value: str) -> str:
    """Where a page ended, so that nobody builds on what stands in it."""
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


def from_cursor(given: str) -> str:
    """Raises Problem for what did not come from `cursor`."""
    try:
        return base64.urlsafe_b64decode(f"{given}{'=' * (-len(given) % 4)}").decode("ascii")
    except (ValueError, binascii.Error):
        raise not_from_here() from None


def not_from_here() -> Exception:
    return unreadable([Wrong("after", "must be the `next` of an earlier page")])
