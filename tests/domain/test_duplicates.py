"""The same thing reported twice: which titles are alike, which incident is offered, when many reports are told."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alikeness import alikeness
from bot.domain.declaration import Declaration
from bot.domain.duplicates import ALIKE, Report, join, likely_same, suggest_major
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.domain.policy import Duplicates
from bot.domain.refusal import NothingToChange
from bot.domain.timeline import IncidentDeclared, MajorSuggested
from bot.domain.vocabulary import Priority
from tests.domain.given import (
    BO,
    CHEN,
    DANA,
    after,
    commanded,
    declared,
    declaring,
    effects,
    fold_all,
    kinds,
    run,
)

RULES = Duplicates()
OPEN = Report(IncidentNumber(41), "Checkout returns 500s", "checkout", after(0))


@pytest.mark.parametrize(
    "title",
    ["checkout returns 500s", "Checkout: 500s!", "500s from the checkout", "checkout returns 500s since the deploy"],
)
def test_titles_that_tell_of_the_same_thing_are_alike(title: str) -> None:
    assert alikeness(OPEN.title, title) >= ALIKE


@pytest.mark.parametrize("title", ["search is slow", "checkout is slow", "checkout shows the wrong price", "", "500"])
def test_titles_that_tell_of_something_else_are_not(title: str) -> None:
    assert alikeness(OPEN.title, title) < ALIKE


@given(st.text(max_size=80), st.text(max_size=80))
def test_alikeness_is_symmetric_and_between_none_and_all(one: str, other: str) -> None:
    assert alikeness(one, other) == alikeness(other, one)
    assert 0.0 <= alikeness(one, other) <= 1.0
    assert alikeness(one, one) == 1.0


def test_accents_and_capitals_make_no_difference() -> None:
    assert alikeness("Café fällt AUS", "cafe fallt aus") == 1.0


def offered(title: str, service: str | None = "checkout", at: datetime | None = None) -> IncidentNumber | None:
    found = likely_same(title, service, [OPEN], at or after(5), RULES)
    return found.number if found else None


def test_a_similar_incident_of_the_same_service_is_offered_for_a_while() -> None:
    assert offered("500s in checkout returns") == 41
    assert offered("500s in checkout returns", service=None) is None
    assert offered("search is slow") is None
    assert offered("checkout returns 500s", at=after(30)) == 41
    assert offered("checkout returns 500s", at=after(30.1)) is None


def test_of_several_the_most_alike_is_offered() -> None:
    other = Report(IncidentNumber(42), "Checkout returns 500s for cards", "checkout", after(1))
    found = likely_same("checkout returns 500s for all cards", "checkout", [OPEN, other], after(2), RULES)
    assert found == other


def test_a_policy_may_switch_it_off() -> None:
    assert likely_same(OPEN.title, OPEN.service, [OPEN], after(1), replace(RULES, within=None)) is None


def test_a_second_report_is_told_and_its_reporter_added() -> None:
    incident = declared()
    decision = join(incident, CHEN, "it is empty", after(1))
    assert kinds(effects(incident, decision))[:2] == ["Announce", "InvitePeople"]
    assert run(incident, decision).reported_again_at == (after(1),)


def test_who_was_added_before_is_not_added_again() -> None:
    with pytest.raises(NothingToChange, match="You were added to INC-42 before"):
        join(declared(), DANA, "", after(1))


def another(number: int, at: float) -> Incident:
    """One more open incident of the checkout."""
    [event] = declaring(Declaration("checkout fails", service="checkout"), after(at)).events
    assert isinstance(event, IncidentDeclared)
    return fold_all([replace(event, number=IncidentNumber(number))])


def test_the_third_report_in_a_short_time_is_told_to_the_commander_once() -> None:
    oldest = run(commanded(Priority.P2), lambda it: join(it, CHEN, "it is empty", after(2)))
    found = suggest_major([another(43, 4), oldest], after(4), RULES)
    assert found is not None
    incident, decision = found
    [event] = decision.events
    assert isinstance(event, MajorSuggested)
    assert (incident.number, event.reports, event.to) == (42, 3, BO)
    assert suggest_major([run(oldest, decision), another(44, 5)], after(5), RULES) is None


def test_what_is_a_major_incident_already_or_lies_too_far_back_is_not_told() -> None:
    three = [declared(Priority.P2), another(43, 1), another(44, 2)]
    assert suggest_major([declared(Priority.P1), *three[1:]], after(3), RULES) is None
    assert suggest_major(three, after(16), RULES) is None
    assert suggest_major(three[:2], after(3), RULES) is None
    assert suggest_major(three, after(3), replace(RULES, major_after=None)) is None
    assert suggest_major(three, after(3), RULES) is not None
