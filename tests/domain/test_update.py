"""Telling stakeholders where things stand, and when they hear next."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import cadence, status
from bot.domain.decision import Decision
from bot.domain.effects import Announce, RefreshCard
from bot.domain.escalation import fire
from bot.domain.refusal import AlreadyOver, Refusal
from bot.domain.telling import tell
from bot.domain.timeline import IncidentMitigated, Reclassified, Update, UpdatePosted
from bot.domain.update import Besides, post_update
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Place, Priority, Status
from tests.domain.given import (
    AFTERWARDS,
    BO,
    CHEN,
    NOON,
    POLICY,
    after,
    commanded,
    declared,
    due,
    effects,
    hours,
    in_status,
    minutes,
    promised,
    run,
    updating,
)

NOW = after(10)


def test_an_update_restarts_the_clock() -> None:
    incident = run(commanded(), updating(NOW))
    assert due(incident, DeadlineKind.UPDATE) == NOW + minutes(15)
    assert due(incident, DeadlineKind.UPDATE, DeadlineStep.REMIND) == NOW + minutes(10)
    assert incident.last_update is not None
    assert incident.last_update.update == Update("still down")


def test_an_update_is_announced_and_shown_on_the_cards() -> None:
    decision = updating(NOW)(commanded())
    (event,) = decision.events
    assert effects(commanded(), decision) == (
        Announce(event),
        RefreshCard(Place.CHANNEL),
        RefreshCard(Place.BROADCAST),
    )


def test_an_update_keeps_its_three_parts_and_when_it_was_due() -> None:
    told = Update("500s", "rolling back", "a database expert")
    (event,) = post_update(commanded(), CHEN, told, None, NOW, POLICY).events
    assert isinstance(event, UpdatePosted)
    assert (event.at, event.by, event.update, event.due_at) == (NOW, CHEN, told, after(15))


@pytest.mark.parametrize("typed", ["none", "None.", "nothing", "Nothing yet.", "n/a", "-", "no", " none needed. "])
def test_what_only_says_that_there_is_nothing_is_kept_and_not_shown(typed: str) -> None:
    update = Update("all down", typed, typed)
    assert (update.said.actions, update.said.needs, update.needs) == ("", "", typed)
    posted = UpdatePosted(at=NOON, by=BO, update=update)
    assert tell(posted) == "<@UBO> posted an update: all down."
    assert update.said.conditions == "all down"


@pytest.mark.parametrize("typed", ["none of the replicas may restart", "No one touches the queue", "nothing but time"])
def test_what_says_more_than_nothing_is_shown(typed: str) -> None:
    assert Update("all down", needs=typed).said.needs == typed


def test_each_update_is_due_when_the_one_before_it_promised() -> None:
    incident = run(commanded(), updating(after(5), minutes(40)), updating(after(50)))
    assert incident.last_update is not None
    assert incident.last_update.due_at == after(45)


def test_whoever_posts_an_update_takes_up_the_work_but_not_command() -> None:
    incident = run(declared(), updating(NOW, by=CHEN))
    assert (incident.status, incident.commander, incident.asked) == (Status.INVESTIGATING, None, BO)
    assert due(incident, DeadlineKind.ACKNOWLEDGE) == after(5)


def test_a_mitigated_incident_hears_less_often() -> None:
    incident = run(in_status(Status.MITIGATED), updating(NOW))
    assert (incident.status, due(incident, DeadlineKind.UPDATE)) == (Status.MITIGATED, NOW + hours(1))


def test_a_resolved_incident_may_be_told_about_and_promises_nothing() -> None:
    incident = run(in_status(Status.RESOLVED), updating(NOW))
    assert incident.last_update is not None
    assert incident.last_update.next_update is None
    assert incident.last_update.due_at is None
    assert {one.kind for one in incident.open_deadlines()} <= AFTERWARDS


@pytest.mark.parametrize("over", [Status.CLOSED, Status.CANCELLED, Status.MERGED])
def test_what_is_over_has_no_more_updates(over: Status) -> None:
    with pytest.raises(AlreadyOver, match=f"INC-42 is {over}"):
        updating(NOW)(in_status(over))


def test_the_next_update_may_be_promised_by_hand() -> None:
    assert due(run(commanded(), updating(NOW, hours(4))), DeadlineKind.UPDATE) == NOW + hours(4)


def test_a_promise_too_far_away_is_refused_with_the_longest_possible() -> None:
    with pytest.raises(cadence.TooLong, match=r"at most 4h away.*`next:4h`"):
        updating(NOW, hours(4) + minutes(1))(commanded())


def test_a_policy_may_allow_longer_promises() -> None:
    patient = replace(POLICY.priorities[Priority.P1], max_next=hours(8))
    policy = replace(POLICY, priorities={**POLICY.priorities, Priority.P1: patient})
    assert due(run(commanded(), updating(NOW, hours(8), policy=policy)), DeadlineKind.UPDATE) == NOW + hours(8)


def test_a_promise_by_hand_counts_for_one_update_only() -> None:
    incident = run(commanded(), updating(after(5), minutes(40)), updating(after(20)))
    assert due(incident, DeadlineKind.UPDATE) == after(35)


def test_an_update_in_the_last_moment_leaves_nothing_to_fire() -> None:
    before = commanded()
    (missed,) = [one for one in before.open_deadlines() if one.step is DeadlineStep.OVERDUE]
    told = run(before, updating(missed.due_at))
    assert fire(told, missed, missed.due_at, POLICY).events == ()


def test_a_late_update_closes_the_overdue_one() -> None:
    before = commanded()
    (missed,) = [one for one in before.open_deadlines() if one.step is DeadlineStep.OVERDUE]
    overdue = run(before, lambda it: fire(it, missed, after(15), POLICY))
    assert overdue.update_due_at == after(15)
    told = run(overdue, updating(after(22)))
    assert due(told, DeadlineKind.UPDATE) == after(37)
    assert told.last_update is not None
    assert told.last_update.due_at == after(15)


@given(
    st.sampled_from(Priority),
    st.sampled_from([one for one in Status if not one.is_calm]),
    st.integers(1, 60 * 24 * 400),
    st.none() | st.integers(1, 300),
)
def test_whatever_the_hour_the_next_update_is_ahead_and_the_reminder_between(
    priority: Priority, before: Status, passed: int, next_in: int | None
) -> None:
    now: datetime = NOON + minutes(passed)
    incident = replace(in_status(before), priority=priority)
    asked = minutes(next_in) if next_in else None
    try:
        (event,) = updating(now, asked)(incident).events
    except Refusal:
        assert asked is not None
        assert asked > POLICY.priorities[priority].max_next
        return
    ahead = promised(event)
    assert ahead.due_at > now
    assert ahead.remind_at is None or now < ahead.remind_at < ahead.due_at
    if asked is not None:
        assert ahead.due_at == now + asked


def test_mitigating_after_an_update_starts_the_calmer_clock_at_once() -> None:
    incident = run(commanded(), updating(after(5)), lambda it: status.mitigate(it, BO, "rule off", after(6), POLICY))
    assert due(incident, DeadlineKind.UPDATE) == after(66)


def besides(**changes: object) -> Decision:
    words = Update("half of them fail", "rolled back to 4.2")
    return post_update(commanded(), CHEN, words, None, NOW, POLICY, Besides(**changes))  # type: ignore[arg-type]


def test_status_and_priority_change_in_the_same_act_and_the_channel_is_told_once() -> None:
    decision = besides(status=Status.MITIGATED, priority=Priority.P3)
    assert [type(event) for event in decision.events] == [Reclassified, IncidentMitigated, UpdatePosted]
    told = [one for one in effects(commanded(), decision) if isinstance(one, Announce)]
    assert told == [Announce(decision.events[-1])]
    incident = run(commanded(), lambda _: decision)
    assert (incident.status, incident.priority) == (Status.MITIGATED, Priority.P3)
    assert incident.update_due_at == decision.events[-1].next_update.due_at  # type: ignore[union-attr]
    mitigated = decision.events[1]
    assert isinstance(mitigated, IncidentMitigated)
    assert mitigated.what == "rolled back to 4.2"


def test_an_update_that_resolves_promises_no_other() -> None:
    decision = besides(status=Status.RESOLVED)
    posted = decision.events[-1]
    assert isinstance(posted, UpdatePosted)
    assert (posted.next_update, posted.status) == (None, Status.RESOLVED)
    assert run(commanded(), lambda _: decision).update_due_at is None


def test_what_the_verb_refuses_an_update_refuses_too() -> None:
    resolved = in_status(Status.RESOLVED)
    with pytest.raises(Refusal, match="so `mitigate` does not apply"):
        post_update(resolved, BO, Update("x"), None, NOW, POLICY, Besides(status=Status.MITIGATED))
    with pytest.raises(Refusal, match="nothing was changed"):
        post_update(commanded(), BO, Update("x"), None, NOW, POLICY, Besides(priority=commanded().priority))
