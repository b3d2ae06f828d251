"""Whatever happens in a private incident, whoever is not in its channel reads none of its words."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.actor import Person
from bot.domain.declaration import Declaration, channel_opened
from bot.domain.ids import ChannelId, IncidentNumber, Reference, SlackUserId, ref
from bot.domain.refusal import NotFound, Refusal
from bot.domain.timeline import Update
from bot.domain.transcript import MemberJoined, MemberLeft, Seen, SlackEvent
from bot.domain.vocabulary import Priority, Role
from bot.domain.who_may_know import Need
from bot.door.caller import Caller, Door
from bot.verbs import requests as r
from bot.verbs.perform import perform
from bot.verbs.reading import ListOpen, Outline, ShowIncident, ShowTimeline
from bot.verbs.requests import Request
from bot.verbs.table import TABLE, VERBS
from bot.verbs.verb import About
from bot.workflows.context import record
from bot.workflows.intake import Intake
from bot.workflows.seeing import ForItsMembers, JoinFirst
from tests.domain.given import CHEN, DANA, minutes
from tests.verbs.conftest import Workplace

TEST = Door("test")
ANN, BEN, EVE = (SlackUserId(one) for one in ("UANN", "UBEN", "UEVE"))
PEOPLE = (DANA, CHEN, ANN, BEN, EVE)
NOT_YET = IncidentNumber(0)
IDS = itertools.count(1)
TITLE, WORDS = "zebrafish", "wombat"
ENDING = {
    *(r.Mitigate, r.Resolve, r.Close, r.Cancel, r.Merge, r.CorrectDrill),
    *(r.SetPriority, r.SetImpact, r.SetUrgency, r.SetSeverity, r.CorrectAffected, r.CorrectCategory),
}


def test_every_verb_needs_to_read_unless_the_table_says_otherwise() -> None:
    needs = {one.request: one.need for one in VERBS.values() if one.about is not About.NOTHING}
    assert {one for one, need in needs.items() if need is Need.KNOW} == {r.Follow, r.Unfollow, r.Join, ShowIncident}
    assert {one for one, need in needs.items() if need is Need.BELONG} == ENDING
    assert {one.request for one in TABLE} > ENDING


@dataclass
class Course:
    """One private incident with a channel, and a model of who is in it."""

    workplace: Workplace
    number: IncidentNumber = NOT_YET
    inside: set[SlackUserId] = field(default_factory=set)
    was_seen: set[SlackUserId] = field(default_factory=set)
    is_listed: bool = False

    @property
    def channel(self) -> ChannelId:
        return ChannelId(f"C{self.number}")

    async def asks(self, user: SlackUserId, want: Request[Any], reference: str | None = None) -> Any:
        caller = Caller(Person(user), TEST, f"request-{next(IDS)}")
        about = None if VERBS[type(want)].about is About.NOTHING else reference or ref(self.number)
        return await perform(self.workplace.dependencies, caller, want, about)

    async def begins(self, title: str = TITLE) -> None:
        report = Declaration(title, priority=Priority.P3, service="checkout", is_private=True)
        outcome = await self.asks(DANA, r.Declare(report, anyway=True))
        self.number = outcome.incident.number
        now = self.workplace.now
        async with self.workplace.store.write() as tx:
            opened = channel_opened(self.channel, f"inc-{self.number}", now)
            await record(self.workplace.dependencies.context, tx, self.number, opened)
        await self.comes(DANA)

    async def hears(self, seen: Seen) -> None:
        await Intake(self.workplace.dependencies.context).take(SlackEvent(f"Ev{next(IDS)}", seen))

    async def comes(self, user: SlackUserId) -> None:
        await self.hears(MemberJoined(self.channel, user, self.workplace.now))
        self.inside.add(user)
        self.was_seen.add(user)

    async def goes(self, user: SlackUserId) -> None:
        if user in self.inside:
            await self.hears(MemberLeft(self.channel, user, self.workplace.now))
            self.inside.discard(user)

    async def answers(self, user: SlackUserId, want: Request[Any], reference: str | None = None) -> Any:
        """The answer, or the refusal."""
        try:
            return await self.asks(user, want, reference)
        except Refusal as no:
            return no

    async def tries(self, user: SlackUserId, want: Request[Any], reference: str | None = None) -> bool:
        """Whether it was done."""
        return not isinstance(await self.answers(user, want, reference), Refusal)

    async def may_be_in(self) -> set[SlackUserId]:
        """Members, and whoever is asked or commands without having been seen leaving."""
        async with self.workplace.store.read() as tx:
            incident = await tx.incident(self.number)
        assert incident is not None
        given = {one for one in (incident.asked, incident.commander) if one is not None}
        return self.inside | (given - (self.was_seen - self.inside))


Step = Callable[[Course, SlackUserId, SlackUserId], Awaitable[object]]


async def opens(course: Course, by: SlackUserId, _: SlackUserId) -> None:
    course.is_listed |= await course.tries(by, r.Disclose(WORDS))


async def merges(course: Course, by: SlackUserId, _: SlackUserId) -> None:
    other = Course(course.workplace)
    await other.begins(f"{TITLE} again")
    await other.comes(by)
    await course.tries(by, r.Merge(ref(other.number)))


STEPS: dict[str, Step] = {
    "comes": lambda course, one, _: course.comes(one),
    "goes": lambda course, one, _: course.goes(one),
    "is asked": lambda course, one, other: course.tries(one, r.AskCommander(other)),
    "is offered command": lambda course, one, other: course.tries(one, r.OfferHandover(other)),
    "accepts": lambda course, one, _: course.tries(one, r.Accept()),
    "is given a role": lambda course, one, other: course.tries(one, r.AssignRole(Role.DEPUTY, other)),
    "invites": lambda course, one, other: course.tries(one, r.Invite((other,))),
    "joins": lambda course, one, _: course.tries(one, r.Join()),
    "follows": lambda course, one, _: course.tries(one, r.Follow()),
    "notes": lambda course, one, _: course.tries(one, r.AddNote(WORDS)),
    "updates": lambda course, one, _: course.tries(one, r.PostUpdate(Update(WORDS))),
    "resolves": lambda course, one, _: course.tries(one, r.Resolve(WORDS)),
    "opens": opens,
    "merges": merges,
}
HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=9
)
NOT_THEIRS: tuple[Request[Any], ...] = (
    *(ShowTimeline(), r.AddNote("let me in"), r.Accept(), r.Cancel("no"), r.Invite((EVE,)), r.OpenProblem("no")),
    *(r.TakeOver(), r.OpenRunbook(), r.AgreeFollowUp("no"), r.Merge(Reference("INC-1")), r.Disclose("no")),
)


async def nothing_reaches(course: Course, user: SlackUserId) -> None:
    """Whatever somebody who is not in the channel asks for, they get none of its words."""
    for want in (ShowIncident(), *NOT_THEIRS):
        answer = await course.answers(user, want)
        if not course.is_listed:
            assert isinstance(answer, NotFound), (user, want)
            assert str(answer) == str(NotFound(ref=ref(course.number)))
        else:
            assert isinstance(answer, Outline | ForItsMembers), (user, want)
            assert WORDS not in str(answer)
    listed = [one for one in await course.asks(user, ListOpen()) if one.number == course.number]
    assert course.is_listed or not listed
    assert all(one.is_outline for one in listed)


@settings(max_examples=4, suppress_health_check=list(HealthCheck), derandomize=True)
@given(happenings=HAPPENINGS)
async def test_no_word_of_a_private_incident_reaches_whoever_is_not_in_its_channel(
    workplace: Workplace, happenings: list[tuple[str, SlackUserId, SlackUserId]]
) -> None:
    course = Course(workplace)
    await course.begins()
    for name, one, other in happenings:
        workplace.later(minutes(1))
        await STEPS[name](course, one, other)
        inside = await course.may_be_in()
        for user in PEOPLE:
            if user not in inside:
                await nothing_reaches(course, user)


async def test_whoever_was_asked_and_then_put_out_is_nobody_to_it_even_after_it_is_resolved(
    workplace: Workplace,
) -> None:
    course = Course(workplace)
    await course.begins()
    await course.comes(CHEN)
    await course.asks(DANA, r.AskCommander(CHEN))
    await course.asks(CHEN, r.Accept())
    await course.asks(CHEN, r.Resolve(WORDS))
    await course.goes(CHEN)
    await nothing_reaches(course, CHEN)
    async with workplace.store.read() as tx:
        incident = await tx.incident(course.number)
    assert incident is not None
    assert (incident.commander, incident.asked) == (None, None)


async def test_people_of_another_organisation_are_told_what_nobody_is_told(workplace: Workplace) -> None:
    course = Course(workplace)
    await course.asks(DANA, r.Declare(Declaration("the shop is down", priority=Priority.P3)))
    for want in (ShowIncident(), ShowTimeline(), r.AddNote("I see it too"), r.Join(), r.Follow(), r.Cancel("no")):
        caller = Caller(Person(EVE), TEST, f"request-{next(IDS)}", is_from_outside=True)
        with pytest.raises(NotFound):
            await perform(workplace.dependencies, caller, want, "INC-1")
        assert await perform(workplace.dependencies, caller, ListOpen()) == []


async def test_an_incident_is_ended_and_classified_from_its_channel_or_by_a_manager(workplace: Workplace) -> None:
    course = Course(workplace)
    await course.asks(DANA, r.Declare(Declaration("the shop is down", priority=Priority.P3, service="checkout")))
    course.number = IncidentNumber(1)
    assert await course.tries(EVE, r.AddNote("I see it too"))
    for want in (
        *(r.SetPriority(Priority.P1, "all"), r.CorrectDrill(True, "only a test")),
        *(r.Mitigate("it is quiet"), r.Resolve("it works"), r.Cancel("a test")),
    ):
        assert isinstance(await course.answers(EVE, want), JoinFirst), want
    assert await course.tries(EVE, r.CorrectTitle("the shop is down in Europe"))
    assert await course.tries(DANA, r.SetPriority(Priority.P2, "half of them"))
    await course.asks(DANA, r.Resolve("it works"))
    assert await course.tries(EVE, r.Verify("the shop opens for me"))
    assert await course.tries(EVE, r.Reopen("it does not any more"))
