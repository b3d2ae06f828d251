"""Who a decision is credited to."""

from dataclasses import replace

import pytest

from bot.domain.actor import MUSTER, Integration, Person
from bot.domain.decision import Decision, credited
from bot.domain.effects import Announce
from bot.domain.timeline import NoteAdded
from tests.domain.given import BO, DANA, NOON, commanded, effects

ALERTMANAGER = Integration("Alertmanager", "alertmanager")
NOTED = NoteAdded(at=NOON, text="the queue is full")


def test_an_event_was_done_by_a_person_an_integration_or_muster() -> None:
    assert NOTED.actor is MUSTER
    assert replace(NOTED, by=DANA).actor == Person(DANA)
    assert replace(NOTED, integration=ALERTMANAGER).actor == ALERTMANAGER


def test_an_integration_is_named_in_the_events_and_in_the_effects_that_follow() -> None:
    named = replace(NOTED, integration=ALERTMANAGER)
    decision = credited(Decision((NOTED,), present=(BO,), unconfirmed=(DANA,)), ALERTMANAGER)
    assert decision == Decision((named,), present=(BO,), unconfirmed=(DANA,))
    assert effects(commanded(), decision)[0] == Announce(named)


def test_what_a_person_or_muster_did_stays_as_it_is() -> None:
    danas = replace(NOTED, by=DANA)
    theirs, own = Decision((danas,)), Decision((NOTED,))
    assert credited(theirs, Person(DANA)) is theirs
    assert credited(own, MUSTER) is own


@pytest.mark.parametrize("actor", [Person(BO), ALERTMANAGER, MUSTER], ids=["another", "an integration", "Muster"])
def test_nobody_is_credited_with_what_a_person_did(actor: Person | Integration) -> None:
    with pytest.raises(ValueError, match="somebody other"):
        credited(Decision((replace(NOTED, by=DANA),)), actor)


def test_a_person_who_did_nothing_is_credited_with_nothing() -> None:
    with pytest.raises(ValueError, match="somebody other"):
        credited(Decision((NOTED,)), Person(DANA))
