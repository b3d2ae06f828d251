"""What a verb is made of, and what it is given to work with."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any
from zoneinfo import ZoneInfo

from bot.blocks import answers
from bot.blocks.message import Rendered
from bot.commands.grammar import Parsed, Shape
from bot.domain.ids import IncidentNumber, SlackUserId, ref
from bot.domain.incident import Incident
from bot.domain.people import Profile
from bot.domain.refusal import NotFound, Refusal
from bot.door.inbound import Changed, Submitted, Typed
from bot.door.reply import Reply, Say
from bot.workflows.context import Context, Order, Outcome
from bot.workflows.search_index import SearchIndex


class About(Enum):
    """Whether a verb needs to know which incident is meant."""

    AN_INCIDENT = auto()
    """By its channel or a reference; refused without."""
    MAYBE_AN_INCIDENT = auto()
    NOTHING = auto()


class Missing(Refusal):
    """{what} `/incident {example}`."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What every verb works with. `look_up` asks Slack about a person where the store knows nothing fresh."""

    context: Context
    search_index: SearchIndex
    look_up: Callable[[SlackUserId], Awaitable[Profile]]
    commands: "tuple[Command, ...]"
    soon: Callable[[Coroutine[Any, Any, None]], object] = lambda work: work.close()
    """Runs what nobody waits for, after the answer."""
    link: Callable[[SlackUserId, IncidentNumber], str | None] = lambda _user, _number: None
    """Somebody's own address of the page of a review; None where no public address is set."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One person's command, read: who, what, and about which incident."""

    deps: Dependencies
    typed: Typed
    parsed: Parsed
    number: IncidentNumber | None = None

    @property
    def context(self) -> Context:
        return self.deps.context

    @property
    def by(self) -> SlackUserId:
        return self.typed.user

    @property
    def text(self) -> str:
        return self.parsed.text

    @property
    def order(self) -> Order:
        """The request as workflows take it. Only for verbs that are about an incident."""
        if self.number is None:
            raise LookupError("this verb is not about an incident")
        return Order(self.typed.sender_id, self.typed.user, self.number)

    async def incident(self) -> Incident:
        """The incident to look at, also one that a newer version has written. Only for verbs that are about one."""
        number = self.order.number
        async with self.context.store.read() as tx:
            found = await tx.incident(number)
        if found is None:
            raise NotFound(ref=ref(number))
        return found

    async def timezone(self) -> ZoneInfo:
        """The typist's zone in Slack."""
        return ZoneInfo((await self.deps.look_up(self.by)).tz)


@dataclass(frozen=True, slots=True)
class Command:
    """One verb: what may be typed, how it is explained, and what it does."""

    name: str
    summary: str
    usage: str
    example: str
    handle: Callable[[Asked], Awaitable[Reply]]
    about: About = About.AN_INCIDENT
    shape: Shape = field(default_factory=Shape)
    aliases: Sequence[str] = ()
    submit: Callable[[Dependencies, Submitted], Awaitable[Reply]] | None = None
    """What its form does, for a verb that has one."""
    change: Callable[[Dependencies, Changed], Awaitable[Reply]] | None = None
    """How its form looks after a field of it changed, for a form that depends on its fields."""


def say(rendered: Rendered) -> Say:
    return Say(rendered.text, rendered.blocks)


def done(outcome: Outcome) -> Say:
    """The person's own confirmation of what was recorded."""
    return say(answers.done(outcome.incident, outcome.recorded))


def require(text: str, what: str, example: str) -> str:
    """The text, or a refusal that says what is missing and shows an example."""
    if not text.strip():
        raise Missing(what=what, example=example)
    return text.strip()
