"""What a verb looks like to whoever types it, and what is at hand when it is read."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.blocks import answers
from bot.blocks.message import Rendered
from bot.commands.grammar import Parsed, Shape
from bot.domain import audience
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.labels import labelled, nameless
from bot.domain.refusal import Refusal
from bot.domain.texts import texts
from bot.domain.who_may_know import Need
from bot.door.inbound import Changed, Submitted, Typed
from bot.door.reply import Reply, Say
from bot.verbs import verb
from bot.verbs.perform import Admission
from bot.verbs.requests import Request
from bot.verbs.verb import About
from bot.workflows.context import Context, Outcome, look_at
from bot.workflows.review_links import Destination
from bot.workflows.seeing import Viewer

T = TypeVar("T")


class Named(Enum):
    """What a verb makes of a reference right after it, such as `status INC-41`, that is not the channel's own."""

    REFUSED = auto()
    """It would be taken for text, and something recorded of another incident than the one that was named."""
    TAKEN = auto()
    TAKEN_ALONE = auto()
    """Where nothing follows it."""
    TEXT = auto()


class Missing(Refusal):
    """{what} `/incident {example}`."""


GiveLink = Callable[[SlackUserId, Destination], Awaitable[str | None]]


async def no_link(_user: SlackUserId, _to: Destination) -> None:
    """Where no public address is set."""


@dataclass(frozen=True, slots=True)
class Dependencies(verb.Dependencies):
    """What commands work with beyond what verbs do."""

    commands: "tuple[Command, ...]"
    soon: Callable[[Coroutine[Any, Any, None]], object] = lambda work: work.close()
    """Runs what nobody waits for, after the answer."""
    link: GiveLink = no_link
    """Somebody's own address of a page; None where no public address is set."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One person's command, typed or sent as a form, and the incident that it is about."""

    dependencies: Dependencies
    user: SlackUserId
    admission: Admission

    @property
    def context(self) -> Context:
        return self.dependencies.context

    @property
    def number(self) -> IncidentNumber:
        """Only for a command that is about an incident."""
        if self.admission.number is None:
            raise LookupError("this command is not about an incident")
        return self.admission.number

    async def perform(self, request: Request[T]) -> T:
        """Raises Refusal."""
        return await self.admission.perform(request)

    async def incident(self) -> Incident:
        """The incident to look at, also one that a newer version has written. Only for a command about one."""
        await self.admission.require(Need.READ, "")
        async with self.context.store.read() as tx:
            return await look_at(tx, self.number)

    async def in_names(self, value: T) -> T:
        """The same value with the names of the groups and channels in its texts, as far as they are known."""
        async with self.context.store.read() as tx:
            return labelled(value, await tx.names(nameless(texts(value))))

    @property
    def viewer(self) -> Viewer:
        return self.dependencies.viewer(self.admission.caller)

    async def timezone(self) -> ZoneInfo:
        """The person's zone in Slack."""
        return ZoneInfo((await self.dependencies.look_up(self.user)).tz)


@dataclass(frozen=True, slots=True)
class TypedInvocation(Invocation):
    """A command that was typed, or clicked."""

    typed: Typed
    parsed: Parsed

    @property
    def text(self) -> str:
        return self.parsed.text

    @property
    def is_about_an_incident(self) -> bool:
        return self.admission.number is not None


@dataclass(frozen=True, slots=True)
class SubmittedInvocation(Invocation):
    """A form that was sent."""

    sent: Submitted


@dataclass(frozen=True, slots=True)
class Command:
    """One verb: what may be typed, how it is explained, and what it does."""

    name: str
    summary: str
    usage: str
    example: str
    handle: Callable[[TypedInvocation], Awaitable[Reply]]
    about: About = About.AN_INCIDENT
    named: Named = Named.REFUSED
    """Verbs about no incident take everything as text."""
    shape: Shape = field(default_factory=Shape)
    aliases: Sequence[str] = ()
    submit: Callable[[SubmittedInvocation], Awaitable[Reply]] | None = None
    """What its form does, for a verb that has one."""
    change: Callable[[Dependencies, Changed], Awaitable[Reply]] | None = None
    """How its form looks after a field of it changed, for a form that depends on its fields."""
    aside: Sequence[str] = ()
    """What may be typed after it that is about no incident, where it is about one otherwise."""


def recording(read: Callable[[TypedInvocation], Request[Outcome]]) -> Callable[[TypedInvocation], Awaitable[Reply]]:
    """For a command whose text is one request, answered by what was recorded."""

    async def handle(invocation: TypedInvocation) -> Reply:
        return done(await invocation.perform(read(invocation)))

    return handle


def wording(
    request: Callable[[str], Request[Outcome]], what: str, example: str
) -> Callable[[TypedInvocation], Awaitable[Reply]]:
    """The same for a command whose whole text is what its request says."""
    return recording(lambda invocation: request(require(invocation.text, what, example)))


def say(rendered: Rendered) -> Say:
    return Say(rendered.text, rendered.blocks)


def done(outcome: Outcome) -> Say:
    """The person's own confirmation of what was recorded, for where the incident's channel does not tell them."""
    incident, told = outcome.incident, answers.done(outcome.incident, outcome.recorded)
    is_reached = not incident.is_out_of_reach
    is_told = is_reached and all(audience.is_told_in_channel(one.event) for one in outcome.recorded)
    return Say(told.text, told.blocks, told_in=incident.channel if is_told else None, closes_form=is_reached)


def done_in_sight(invocation: TypedInvocation, outcome: Outcome) -> Say:
    """The same of what a message of the channel shows: whoever clicks sees it there, and is told no more."""
    is_shown = invocation.typed.is_click and not outcome.incident.is_out_of_reach
    return replace(done(outcome), told_in=outcome.incident.channel if is_shown else None)


def require(text: str, what: str, example: str) -> str:
    """The text, or a refusal that says what is missing and shows an example."""
    if not text.strip():
        raise Missing(what=what, example=example)
    return text.strip()
