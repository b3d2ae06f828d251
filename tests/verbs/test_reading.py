"""Verbs that only look, without a door."""

from datetime import timedelta

import pytest

from bot.domain.actor import Actor, Person
from bot.domain.declaration import Declaration
from bot.domain.ids import IncidentNumber
from bot.domain.matching import FoundRunbook
from bot.domain.refusal import NotFound
from bot.door.caller import Caller, Door
from bot.verbs.perform import perform
from bot.verbs.reading import FindRunbooks, ListOpen, ListProblems, ShowIncident, ShowMetrics, ShowTimeline
from bot.verbs.requests import AddNote, Declare, OpenProblem
from tests.domain.given import BAD_CHANGE, CHEN, DANA, FAILOVER
from tests.verbs.conftest import ALERTMANAGER, Workplace


def asks(actor: Actor, request_id: str = "") -> Caller:
    return Caller(actor, Door("test"), request_id)


@pytest.fixture
async def declared(workplace: Workplace) -> Workplace:
    """INC-1 for everybody, INC-2 private; dana declared both."""
    reports = [Declaration("checkout returns 500s"), Declaration("the payroll leaked", is_private=True)]
    for place, report in enumerate(reports):
        await perform(workplace.dependencies, asks(Person(DANA), f"declare-{place}"), Declare(report, anyway=True))
    return workplace


async def test_everybody_sees_what_is_not_private(declared: Workplace) -> None:
    await perform(declared.dependencies, asks(Person(CHEN), "note"), AddNote("the probes fail"), "INC-1")
    for actor in (Person(DANA), Person(CHEN), ALERTMANAGER):
        incident = await perform(declared.dependencies, asks(actor), ShowIncident(), "INC-1")
        shown = await perform(declared.dependencies, asks(actor), ShowTimeline(), "INC-1")
        assert incident == shown.incident
        assert [type(one.event).__name__ for one in shown.newest] == ["IncidentDeclared", "NoteAdded"]


async def test_what_is_private_is_there_for_its_people_alone(declared: Workplace) -> None:
    async def listed(actor: Actor) -> set[IncidentNumber]:
        return {one.number for one in await perform(declared.dependencies, asks(actor), ListOpen())}

    assert await listed(Person(DANA)) == {1, 2}
    for actor in (Person(CHEN), ALERTMANAGER):
        assert await listed(actor) == {1}
        for request in (ShowIncident(), ShowTimeline()):
            with pytest.raises(NotFound):
                await perform(declared.dependencies, asks(actor), request, "INC-2")
    assert {(one.verb, one.detail) for one in await declared.refusals()} == {
        ("status", "NotFound"),
        ("timeline", "NotFound"),
    }


async def test_figures_count_only_what_the_caller_may_know_of(declared: Workplace) -> None:
    declared.later(timedelta(days=1))
    for actor, counted in ((Person(DANA), 2), (Person(CHEN), 1), (ALERTMANAGER, 1)):
        shown = await perform(declared.dependencies, asks(actor), ShowMetrics(timedelta(days=90)))
        assert shown.whole.incidents == counted


async def test_problems_are_listed_by_number(declared: Workplace) -> None:
    await perform(declared.dependencies, asks(Person(DANA), "open"), OpenProblem("The pool is too small"), "INC-1")
    problems = await perform(declared.dependencies, asks(Person(CHEN)), ListProblems())
    assert [(number, problem.title) for number, problem in problems.items()] == [(1, "The pool is too small")]


async def test_runbooks_are_looked_for_from_anywhere_and_nothing_is_linked(workplace: Workplace) -> None:
    workplace.dependencies.context.runbooks = (FAILOVER, BAD_CHANGE)
    found = await perform(workplace.dependencies, asks(Person(CHEN)), FindRunbooks("databse postgres"))
    assert [(one.runbook.slug, one.words) for one in found] == [("database-failover", ("databse", "postgres"))]
    assert await perform(workplace.dependencies, asks(Person(CHEN)), FindRunbooks("BAD-CHANGE")) == [
        FoundRunbook(BAD_CHANGE)
    ]
    assert await perform(workplace.dependencies, asks(Person(CHEN)), FindRunbooks("coffee")) == []
