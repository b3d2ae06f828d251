"""Snoozing: reminders wait, the promise does not move, and it cannot go on for ever."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain import timeline as t
from bot.domain.escalation import fire
from bot.domain.incident import Incident
from bot.domain.policy import EscalationStep
from bot.domain.snooze import NothingToSnooze, SnoozedEnough, SnoozedTooLong, snooze
from bot.domain.status import resolve
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Priority
from tests.domain.given import DANA, POLICY, after, commanded, minutes, run, updating

LADDER = tuple(EscalationStep(minutes(late), (who,)) for late, who in ((0, "channel"), (5, "UBO"), (10, "deputy")))
STEPPED = replace(POLICY, escalation={Priority.P1: LADDER})


def snoozed(incident: Incident, span: timedelta, now: datetime) -> Incident:
    return run(incident, snooze(incident, DANA, span, "reading the logs", now, STEPPED))


def next_row(incident: Incident) -> tuple[DeadlineKind, DeadlineStep, datetime]:
    one = min(incident.open_deadlines(), key=lambda one: one.due_at)
    return one.kind, one.step, one.due_at


def fired(incident: Incident) -> Incident:
    """After the next deadline, at its time."""
    one = min(incident.open_deadlines(), key=lambda one: one.due_at)
    return run(incident, fire(incident, one, one.due_at, STEPPED))


def test_a_reminder_waits_until_the_snooze_ends_and_the_promise_stays() -> None:
    incident = snoozed(commanded(), minutes(12), after(1))
    assert incident.update_due_at == after(15)
    assert next_row(incident) == (DeadlineKind.UPDATE, DeadlineStep.REMIND, after(13))


def test_a_snooze_beyond_the_due_time_drops_the_reminder_and_puts_the_ladder_off() -> None:
    incident = fired(snoozed(commanded(), minutes(20), after(5)))
    late = incident.ladder(DeadlineKind.UPDATE)
    assert late is not None
    assert (late.promised_at, late.taken) == (after(15), 1)
    assert next_row(incident) == (DeadlineKind.UPDATE, DeadlineStep.ESCALATE, after(30))


def test_the_ladder_goes_on_after_a_snooze_with_the_pauses_it_had() -> None:
    overdue = fired(fired(commanded()))
    assert next_row(overdue)[2] == after(20)
    incident = snoozed(overdue, minutes(30), after(16))
    assert next_row(incident)[2] == after(50)
    assert next_row(fired(incident))[2] == after(55)


def test_an_update_ends_a_snooze() -> None:
    incident = run(snoozed(commanded(), minutes(20), after(5)), updating(after(8)))
    assert incident.snoozed is None
    assert next_row(incident) == (DeadlineKind.UPDATE, DeadlineStep.REMIND, after(18))


def test_longer_than_the_policy_allows_is_refused_at_once_and_in_all() -> None:
    with pytest.raises(SnoozedTooLong, match="1h at most"):
        snoozed(commanded(), minutes(61), after(1))
    incident = snoozed(commanded(), minutes(54), after(1))
    with pytest.raises(SnoozedEnough, match="1h in all; 20m is left"):
        snoozed(incident, minutes(31), after(45))
    assert snoozed(incident, minutes(30), after(45)).held_for(DeadlineKind.UPDATE) == minutes(60)


def test_nothing_to_come_is_nothing_to_snooze() -> None:
    with pytest.raises(NothingToSnooze, match="the next reminder comes"):
        snoozed(commanded(), minutes(5), after(1))
    resolved = run(commanded(), lambda it: resolve(it, DANA, "rolled back", after(2), POLICY))
    with pytest.raises(NothingToSnooze, match="no reminder is to come"):
        snoozed(resolved, minutes(5), after(3))


def test_the_reason_is_kept() -> None:
    decision = snooze(commanded(), DANA, minutes(20), "the vendor calls", after(1), POLICY)
    (event,) = decision.events
    assert isinstance(event, t.RemindersSnoozed)
    assert (event.until, event.reason) == (after(21), "the vendor calls")
