"""What a verb is made of: a name, a request, and what is done for it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any, TypeVar

from bot.domain.actor import Integration
from bot.domain.decision import Decision
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.matching import Words
from bot.domain.people import Profile
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.domain.runbook import Runbook
from bot.domain.who_may_know import Need
from bot.door.caller import Caller
from bot.store import Writing
from bot.verbs.requests import Request
from bot.workflows.context import Context, Decided, Outcome, answer_once, load
from bot.workflows.search_index import SearchIndex
from bot.workflows.seeing import Viewer

R = TypeVar("R", bound=Request[Any])


class ForPeople(Refusal):
    """Only a person can use `{verb}`; {name} is a program."""


class About(Enum):
    """Whether a verb needs to know which incident is meant."""

    AN_INCIDENT = auto()
    """By its reference or the channel; refused without."""
    MAYBE_AN_INCIDENT = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What every verb works with. `look_up` asks Slack about a person where the store knows nothing fresh."""

    context: Context
    search_index: SearchIndex
    look_up: Callable[[SlackUserId], Awaitable[Profile]]

    def viewer(self, caller: Caller) -> Viewer:
        """Whoever asks, to find out what they may see."""
        return Viewer(caller, self.look_up)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in, with all that deciding on it takes."""

    verb: str
    dependencies: Dependencies
    caller: Caller
    about: IncidentNumber | None
    """None for a verb that is not about an incident."""
    profiles: Mapping[SlackUserId, Profile] = field(default_factory=dict)
    """Those whom the request names."""

    @property
    def viewer(self) -> Viewer:
        return self.dependencies.viewer(self.caller)

    @property
    def context(self) -> Context:
        return self.dependencies.context

    @property
    def policy(self) -> Policy:
        return self.context.policy

    @property
    def runbooks(self) -> tuple[Runbook, ...]:
        return self.context.runbooks

    async def told(self, words: str) -> Words:
        """Which runbooks hold the words."""
        return await self.dependencies.search_index.runbooks.told(words)

    @property
    def now(self) -> datetime:
        return self.context.now()

    @property
    def number(self) -> IncidentNumber:
        if self.about is None:
            raise LookupError(f"{self.verb} was called about no incident")
        return self.about

    @property
    def by(self) -> SlackUserId | None:
        """The person who asks; None for a program, which the decision is then credited to."""
        return self.caller.person

    @property
    def person(self) -> SlackUserId:
        """The person who asks, for what only people can do. Raises ForPeople."""
        if self.caller.person is None:
            actor = self.caller.actor
            raise ForPeople(verb=self.verb, name=actor.name if isinstance(actor, Integration) else "Muster")
        return self.caller.person


def no_further_names(_: Any) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Verb:
    """One line of the table. `name` stands in the policy's `access` and in the audit log."""

    name: str
    request: type[Request[Any]]
    does: Callable[[Call, Any], Awaitable[Any]]
    about: About = About.AN_INCIDENT
    further: Callable[[Any], tuple[str, ...]] = no_further_names
    """What else the policy may narrow of such a request, such as `review approve`; what verbs of those names need, it
    needs, too."""
    need: Need = Need.READ
    """What the caller must be allowed of the incident."""


def verb(
    name: str,
    request: type[R],
    does: Callable[[Call, R], Awaitable[Any]],
    about: About = About.AN_INCIDENT,
    further: Callable[[R], tuple[str, ...]] = no_further_names,
    need: Need = Need.READ,
) -> Verb:
    """A verb that does what no single rule decides."""
    return Verb(name, request, does, about, further, need)


def decided(
    name: str,
    request: type[R],
    decide: Callable[[Writing, R, Incident, Call], Awaitable[Decision]],
    further: Callable[[R], tuple[str, ...]] = no_further_names,
    need: Need = Need.READ,
) -> Verb:
    """A verb that one rule decides, which has to know more than the incident."""

    async def does(call: Call, want: R) -> Outcome:
        async def decision(tx: Writing) -> Decided:
            incident = await load(tx, call.number)
            return Decided(call.number, incident, await decide(tx, want, incident, call))

        return await answer_once(call.context, call.caller, decision)

    return Verb(name, request, does, further=further, need=need)


def ruled(
    name: str,
    request: type[R],
    rule: Callable[[R, Incident, Call], Decision],
    need: Need = Need.READ,
    further: Callable[[R], tuple[str, ...]] = no_further_names,
) -> Verb:
    """A verb that one rule decides from the incident, the request and the policy."""

    async def decide(_: Writing, want: R, incident: Incident, call: Call) -> Decision:
        return rule(want, incident, call)

    return decided(name, request, decide, further, need)
