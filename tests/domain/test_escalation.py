"""What a deadline brings about: a reminder, the notice that it passed, and the ladder, each step once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import timeline as t
from bot.domain.effects import Announce, InvitePeople, RefreshCard, TellPerson
from bot.domain.escalation import behind, fire, groups_named
from bot.domain.ids import SlackUserId
from bot.domain.incident import Deadline, Incident
from bot.domain.policy import EscalationStep, Policy
from bot.domain.roles import accept, assign_role
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Place, Priority, Role
from tests.domain.given import (
    BO,
    CHEN,
    DANA,
    ELI,
    MIA,
    POLICY,
    SAM,
    XENIA,
    after,
    after_events,
    declared,
    effects,
    minutes,
    person,
    run,
    updating,
)

LADDER = (
    EscalationStep(minutes(0), ("channel", "commander")),
    EscalationStep(minutes(5), ("commander_dm",)),
    EscalationStep(minutes(10), ("deputy",)),
    EscalationStep(minutes(15), ("manager", "secondary", "@leads")),
)
LADDERED = replace(POLICY, escalation={Priority.P1: LADDER})
LEADS = {"@leads": (CHEN, MIA)}


def fresh(*events: t.AnyEvent) -> Incident:
    """INC-42, P1, just declared by Dana; Bo is asked."""
    return after_events(declared(), *events)


def deadline_of(told: Incident, kind: DeadlineKind, step: DeadlineStep) -> Deadline:
    return next(one for one in told.open_deadlines() if (one.kind, one.step) == (kind, step))


def test_a_reminder_goes_to_the_commander_alone() -> None:
    told = fresh(t.CommandAccepted(at=after(1), by=DANA))
    deadline = deadline_of(told, DeadlineKind.UPDATE, DeadlineStep.REMIND)
    decision = fire(told, deadline, deadline.due_at, POLICY)
    reminded = t.DeadlineReminded(at=deadline.due_at, deadline=DeadlineKind.UPDATE, due_at=after(15))
    assert decision.events == (reminded,)
    assert effects(told, decision) == (TellPerson(reminded, DANA),)


def test_before_anybody_commands_the_reminder_goes_to_the_person_asked() -> None:
    told = fresh()
    deadline = deadline_of(told, DeadlineKind.UPDATE, DeadlineStep.REMIND)
    (effect,) = effects(told, fire(told, deadline, deadline.due_at, POLICY))
    assert isinstance(effect, TellPerson)
    assert effect.to == BO


def test_an_overdue_update_is_announced_and_shown_on_both_cards() -> None:
    told = fresh(t.CommandAccepted(at=after(1), by=DANA))
    deadline = deadline_of(told, DeadlineKind.UPDATE, DeadlineStep.OVERDUE)
    decision = fire(told, deadline, deadline.due_at, POLICY)
    (overdue,) = decision.events
    assert isinstance(overdue, t.UpdateOverdue)
    assert (overdue.at, overdue.due_at, overdue.commander) == (deadline.due_at, deadline.promised_at, DANA)
    assert effects(told, decision) == (
        Announce(overdue),
        RefreshCard(Place.CHANNEL),
        RefreshCard(Place.BROADCAST),
    )


def test_a_private_incident_has_no_broadcast_card_to_refresh() -> None:
    told = declared(is_private=True)
    deadline = deadline_of(told, DeadlineKind.ACKNOWLEDGE, DeadlineStep.OVERDUE)
    decision = fire(told, deadline, deadline.due_at, POLICY)
    (late,) = decision.events
    assert isinstance(late, t.AcknowledgementOverdue)
    assert (late.due_at, late.asked) == (deadline.due_at, BO)
    assert RefreshCard(Place.BROADCAST) not in effects(told, decision)


def test_a_deadline_that_somebody_met_in_time_does_nothing() -> None:
    missed = deadline_of(fresh(), DeadlineKind.UPDATE, DeadlineStep.OVERDUE)
    told = run(fresh(), updating(after(14), by=DANA))
    decision = fire(told, missed, missed.due_at, POLICY)
    assert (decision.events, effects(told, decision)) == ((), ())


def test_a_deadline_fires_once() -> None:
    told = fresh()
    deadline = deadline_of(told, DeadlineKind.UPDATE, DeadlineStep.OVERDUE)
    (overdue,) = fire(told, deadline, deadline.due_at, POLICY).events
    assert fire(fresh(overdue), deadline, deadline.due_at + minutes(1), POLICY).events == ()


def climb(incident: Incident, until: datetime, policy: Policy = LADDERED) -> Iterator[tuple[datetime, t.AnyEvent]]:
    """Let every deadline fire at its time, up to a time; what is recorded and when."""
    while True:
        due = min((one for one in incident.open_deadlines()), key=lambda one: one.due_at, default=None)
        if due is None or due.due_at > until:
            return
        for event in fire(incident, due, due.due_at, policy, LEADS).events:
            yield due.due_at, event
            incident = after_events(incident, event)


def of_kind(kind: DeadlineKind, events: Iterator[tuple[datetime, t.AnyEvent]]) -> list[tuple[datetime, t.AnyEvent]]:
    """What belongs to one kind of deadline, reminders left out."""
    late: dict[type[t.TimelineEvent], DeadlineKind] = {
        t.UpdateOverdue: DeadlineKind.UPDATE,
        t.AcknowledgementOverdue: DeadlineKind.ACKNOWLEDGE,
    }
    return [
        (at, one)
        for at, one in events
        if not isinstance(one, t.DeadlineReminded) and late.get(type(one), getattr(one, "deadline", None)) is kind
    ]


def told_by(event: t.AnyEvent) -> tuple[SlackUserId, ...]:
    rungs = getattr(event, "rungs", None)
    return rungs.told if rungs else ()


def test_a_late_update_climbs_the_ladder_of_its_priority_step_by_step_and_then_falls_silent() -> None:
    commanded = run(fresh(), lambda it: accept(it, BO, after(1)))

    late = of_kind(DeadlineKind.UPDATE, climb(commanded, after(24 * 60)))

    assert [(at, type(one).__name__, told_by(one)) for at, one in late] == [
        (after(16), "UpdateOverdue", ()),
        (after(20), "EscalationTold", (BO,)),
        (after(25), "EscalationTold", (SAM,)),
        (after(30), "EscalationTold", (MIA, CHEN)),
        (after(45), "LeftUnattended", ()),
    ]


def test_a_target_that_stands_for_nobody_or_only_for_people_told_before_is_named_as_such() -> None:
    commanded = run(fresh(), lambda it: accept(it, BO, after(1)))
    *_, (_, last), (_, left) = of_kind(DeadlineKind.UPDATE, climb(commanded, after(60)))
    assert isinstance(last, t.EscalationTold)
    assert last.rungs.nobody == ("secondary",)
    assert isinstance(left, t.LeftUnattended)


def test_the_deputy_is_told_where_there_is_one_else_the_secondary() -> None:
    deputised = run(fresh(), lambda it: assign_role(it, DANA, Role.DEPUTY, person(ELI), after(1)))
    assert behind("deputy", deputised, after(5), LADDERED, {}) == (ELI,)
    assert behind("deputy", fresh(), after(5), LADDERED, {}) == (SAM,)


def test_when_nobody_accepts_in_time_the_secondary_is_asked_with_the_first_step() -> None:
    incident = fresh()
    deadline = deadline_of(incident, DeadlineKind.ACKNOWLEDGE, DeadlineStep.OVERDUE)

    decision = fire(incident, deadline, deadline.due_at, LADDERED, LEADS)
    (late,) = decision.events

    assert isinstance(late, t.AcknowledgementOverdue)
    assert late.rungs is not None
    assert (late.asked, late.rungs.asked, late.rungs.told) == (BO, SAM, (SAM,))
    assert InvitePeople(late, (SAM,)) in effects(incident, decision, LADDERED)
    assert TellPerson(late, SAM) in effects(incident, decision, LADDERED)
    assert after_events(incident, late).asked == SAM


def test_whoever_was_asked_first_may_still_accept() -> None:
    incident = fresh()
    deadline = deadline_of(incident, DeadlineKind.ACKNOWLEDGE, DeadlineStep.OVERDUE)
    late = fire(incident, deadline, deadline.due_at, LADDERED, LEADS).events
    assert run(after_events(incident, *late), lambda it: accept(it, BO, after(7))).commander == BO


def test_acceptance_ends_its_ladder() -> None:
    incident = fresh()
    deadline = deadline_of(incident, DeadlineKind.ACKNOWLEDGE, DeadlineStep.OVERDUE)
    incident = after_events(incident, *fire(incident, deadline, deadline.due_at, LADDERED, LEADS).events)

    incident = run(incident, lambda it: accept(it, SAM, after(8)))

    assert incident.ladder(DeadlineKind.ACKNOWLEDGE) is None
    assert of_kind(DeadlineKind.ACKNOWLEDGE, climb(incident, after(600))) == []


def test_an_update_ends_the_ladder_and_the_next_lateness_begins_a_new_one() -> None:
    commanded = run(fresh(), lambda it: accept(it, BO, after(1)))
    deadline = deadline_of(commanded, DeadlineKind.UPDATE, DeadlineStep.OVERDUE)
    late = after_events(commanded, *fire(commanded, deadline, after(15), LADDERED, LEADS).events)

    again = of_kind(DeadlineKind.UPDATE, climb(run(late, updating(after(17))), after(600)))

    assert [at for at, _ in again] == [after(33), after(37), after(42), after(47), after(62)]
    assert told_by(again[1][1]) == (BO,)


def test_a_late_tick_takes_all_steps_that_are_due_as_one_and_leaves_time_before_the_last_word() -> None:
    commanded = run(fresh(), lambda it: accept(it, BO, after(1)))
    deadline = deadline_of(commanded, DeadlineKind.UPDATE, DeadlineStep.OVERDUE)

    (late,) = fire(commanded, deadline, after(180), LADDERED, LEADS).events

    assert isinstance(late, t.UpdateOverdue)
    assert late.rungs is not None
    assert (late.rungs.taken, late.rungs.told) == (4, (BO, SAM, MIA, CHEN))
    assert late.rungs.next_at == after(195)


def test_a_priority_without_a_ladder_tells_the_channel_once_and_says_once_that_nobody_reacted() -> None:
    commanded = run(fresh(), lambda it: accept(it, BO, after(1)))
    late = of_kind(DeadlineKind.UPDATE, climb(commanded, after(600), POLICY))
    assert [(at, type(one).__name__) for at, one in late] == [
        (after(16), "UpdateOverdue"),
        (after(30), "LeftUnattended"),
    ]


def test_a_ladder_that_begins_later_records_the_lateness_and_tells_nobody_yet() -> None:
    policy = replace(POLICY, escalation={Priority.P1: (EscalationStep(minutes(10), ("manager",)),)})
    incident = fresh()
    deadline = deadline_of(incident, DeadlineKind.UPDATE, DeadlineStep.OVERDUE)

    decision = fire(incident, deadline, after(15), policy)

    assert {type(effect) for effect in effects(incident, decision, policy)} == {RefreshCard}
    (late,) = decision.events
    assert isinstance(late, t.UpdateOverdue)
    assert late.rungs is not None
    assert late.rungs.next_at == after(25)


def test_of_a_private_incident_only_those_hear_who_are_brought_into_it() -> None:
    steps = (EscalationStep(minutes(0), ("manager", "executives", "@leads")),)
    policy = replace(POLICY, escalation={Priority.P1: steps})
    incident = declared(is_private=True)
    deadline = deadline_of(incident, DeadlineKind.UPDATE, DeadlineStep.OVERDUE)

    decision = fire(incident, deadline, after(15), policy, LEADS)

    following = effects(incident, decision, policy)
    told = [effect.to for effect in following if isinstance(effect, TellPerson)]
    invited = [one for effect in following if isinstance(effect, InvitePeople) for one in effect.people]
    assert told == invited == [MIA]
    assert XENIA not in told


def test_the_groups_that_ladders_name_are_known() -> None:
    assert groups_named(LADDERED) == {"@leads"}


TARGETS = st.sampled_from(
    ["channel", "commander", "commander_dm", "deputy", "secondary", "oncall", "manager", "executives", "@leads", CHEN]
)
LADDERS = st.lists(
    st.tuples(st.integers(0, 120), st.lists(TARGETS, min_size=1, max_size=4)), min_size=1, max_size=6
).map(lambda steps: tuple(EscalationStep(minutes(at), tuple(tell)) for at, tell in sorted(steps)))


@given(LADDERS, st.booleans())
def test_whatever_the_ladder_nobody_is_told_twice_and_it_ends(
    ladder: tuple[EscalationStep, ...], is_accepted: bool
) -> None:
    policy = replace(POLICY, escalation={Priority.P1: ladder})
    incident = run(fresh(), lambda it: accept(it, BO, after(1))) if is_accepted else fresh()

    for kind in DeadlineKind:
        late = of_kind(kind, climb(incident, after(10_000), policy))
        told = [one for _, event in late for one in told_by(event)]
        assert len(told) == len(set(told))
        assert len(late) <= len(ladder) + 2
        assert not late or isinstance(late[-1][1], t.LeftUnattended)
        assert [at for at, _ in late] == sorted(at for at, _ in late)


def everybody_told(incident: Incident, policy: Policy) -> set[SlackUserId]:
    """By the ladder of the update, from here to its end."""
    late = of_kind(DeadlineKind.UPDATE, climb(incident, after(20_000), policy))
    return {one for _, event in late for one in told_by(event)}


@given(LADDERS, st.integers(15, 3000))
def test_a_standstill_changes_when_people_are_told_and_not_who(ladder: tuple[EscalationStep, ...], wakes: int) -> None:
    policy = replace(POLICY, escalation={Priority.P1: ladder})
    incident = run(fresh(), lambda it: accept(it, BO, after(1)))
    deadline = deadline_of(incident, DeadlineKind.UPDATE, DeadlineStep.OVERDUE)
    in_time = {
        one
        for _, event in of_kind(DeadlineKind.UPDATE, climb(incident, after(10_000), policy))
        for one in told_by(event)
    }

    slept = after_events(incident, *fire(incident, deadline, after(wakes), policy, LEADS).events)
    late = slept.ladder(DeadlineKind.UPDATE)
    assert late is not None
    rest = {
        one for _, event in of_kind(DeadlineKind.UPDATE, climb(slept, after(20_000), policy)) for one in told_by(event)
    }

    assert set(late.told) | rest == in_time
