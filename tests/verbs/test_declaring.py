"""Two who act at the same instant meet: of two who declare the same, the second is offered the incident of the first;
of two who decide on the same entry of a timeline, the second is refused."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.actor import Person
from bot.domain.declaration import Declaration
from bot.domain.ids import IncidentNumber, SlackUserId, WorkspaceId
from bot.domain.vocabulary import Priority
from bot.door.caller import SLACK, Caller, Seen
from bot.store import Database, Store
from bot.verbs.declaring import AlreadyOpen
from bot.verbs.perform import perform
from bot.verbs.requests import Declare, SetPriority
from bot.workflows.context import MovedOn, Outcome
from tests.domain.given import BO, CHEN, DANA, ELI
from tests.verbs.conftest import Workplace

REPORT = Declaration("checkout returns 500s", service="checkout")


@pytest.fixture
async def workplaces(store: Store, database_url: str) -> AsyncIterator[list[Workplace]]:
    """The same workspace in two processes: each has connections and locks of its own."""
    other = await Database.open(database_url, migrate=False)
    yield [Workplace(store), Workplace(Store(other, WorkspaceId("T1")))]
    await other.close()


async def declares(workplace: Workplace, user: SlackUserId, want: Declare) -> Outcome | AlreadyOpen:
    try:
        return await perform(workplace.dependencies, Caller(Person(user), SLACK, f"by-{user}"), want)
    except AlreadyOpen as refusal:
        return refusal


async def at_once(workplaces: list[Workplace], *wanted: Declare) -> list[Outcome | AlreadyOpen]:
    """Several people, in the processes by turns, at the same instant."""
    people = (DANA, BO, CHEN)
    return await asyncio.gather(
        *(declares(workplaces[place % 2], people[place], one) for place, one in enumerate(wanted))
    )


async def test_one_is_declared_and_the_others_are_offered_it(workplaces: list[Workplace]) -> None:
    answers = await at_once(workplaces, *[Declare(REPORT)] * 3)
    [outcome] = [one for one in answers if isinstance(one, Outcome)]
    offered = [one.same.number for one in answers if isinstance(one, AlreadyOpen)]
    assert (outcome.incident.number, offered) == (1, [1, 1])
    assert not await workplaces[0].timeline(2)
    assert [type(one.event).__name__ for one in await workplaces[0].timeline()].count("IncidentDeclared") == 1
    assert {one.detail for one in await workplaces[0].refusals()} == {"AlreadyOpen"}

    again = await declares(workplaces[1], ELI, Declare(REPORT, anyway=True))
    assert isinstance(again, Outcome)
    assert again.incident.number == IncidentNumber(2)  # no number was used for what was not declared


async def test_what_is_another_thing_or_cannot_be_seen_is_declared_each(workplaces: list[Workplace]) -> None:
    await declares(workplaces[0], ELI, Declare(replace(REPORT, is_private=True)))
    await at_once(workplaces, Declare(REPORT), Declare(replace(REPORT, title="checkout shows the wrong price")))
    drill = await declares(workplaces[0], CHEN, Declare(replace(REPORT, is_drill=True)))
    assert isinstance(drill, Outcome)
    assert drill.incident.number == IncidentNumber(4)


async def test_of_two_who_saw_the_same_the_second_is_refused(workplaces: list[Workplace]) -> None:
    declared = await declares(workplaces[0], DANA, Declare(REPORT))
    assert isinstance(declared, Outcome)
    seen = Seen(declared.incident.number, declared.incident.last_seq)

    async def sets(place: int, priority: Priority) -> Outcome | MovedOn:
        caller = Caller(Person(DANA), SLACK, f"set-{place}", seen=seen)
        want = SetPriority(priority, "it spreads")
        try:
            answer: Outcome = await perform(workplaces[place].dependencies, caller, want, "INC-1")
        except MovedOn as refusal:
            return refusal
        return answer

    answers = await asyncio.gather(sets(0, Priority.P1), sets(1, Priority.P2))
    assert sorted(type(one).__name__ for one in answers) == ["MovedOn", "Outcome"]
