"""Folding a timeline into an incident; and whatever people do in whatever order, the incident stays legal."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import (
    bringing_in,
    followup,
    notes_and_times,
    nudges,
    review,
    roles,
    runbook,
    service_levels,
    snooze,
    status,
    working,
)
from bot.domain import timeline as t
from bot.domain.compiling import statuses
from bot.domain.decision import Decision
from bot.domain.escalation import fire
from bot.domain.folding import begin, evolve, fold
from bot.domain.ids import SlackUserId
from bot.domain.incident import NAGGING, Deadline, Incident
from bot.domain.reclassify import Change, reclassify
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Level, Priority, Role, Status, StepOutcome, TimeName
from tests.domain.given import (
    A_CRITICAL_ONE,
    AFTERWARDS,
    BO,
    BY_NAME,
    CHEN,
    DANA,
    ELI,
    MIA,
    NOON,
    ROLLBACK,
    SAM,
    after,
    after_events,
    commanded,
    declared,
    declaring,
    due,
    fold_all,
    hours,
    in_status,
    minutes,
    person,
    recorded,
    run,
    updating,
)
from tests.domain.given import (
    POLICY as PLAIN,
)
from tests.store.samples import SAMPLES

POLICY = replace(
    PLAIN,
    priorities={
        name: replace(
            rules,
            mitigate_within=hours(1),
            resolve_within=hours(3),
            verify_within=hours(1),
            quiet_after=hours(2),
        )
        for name, rules in PLAIN.priorities.items()
    },
)
"""With every kind of deadline."""

NOW = after(10)
NOTE = t.NoteAdded(at=NOW, by=CHEN, text="Is it the WAF?")


def test_an_incident_begins_with_its_declaration() -> None:
    with pytest.raises(ValueError, match="an empty timeline"):
        fold([])
    with pytest.raises(ValueError, match="begins with a declaration, not with NoteAdded"):
        fold([recorded(1, NOTE)])


def test_a_declaration_needs_its_declarer() -> None:
    with pytest.raises(ValueError, match="has a declarer"):
        fold([recorded(1, replace(declaring().events[0], by=None))])


QUIET = [event for event in SAMPLES if isinstance(event, t.ChangesNothing)]


@pytest.mark.parametrize("event", QUIET, ids=lambda event: type(event).__name__)
def test_what_changes_nothing_leaves_the_incident_as_it_was(event: t.AnyEvent) -> None:
    before = after_events(declared(), NOTE)
    assert replace(after_events(before, event), last_seq=before.last_seq, at_work=before.at_work) == before


def test_an_incident_is_declared_once() -> None:
    (event,) = declaring().events
    with pytest.raises(ValueError, match="INC-42 was declared twice"):
        fold_all([event, event])


def test_command_is_never_taken_by_nobody() -> None:
    with pytest.raises(ValueError, match="taken by a person"):
        after_events(declared(), t.CommandAccepted(at=NOW))


def test_a_declared_incident_owes_acceptance_and_an_update() -> None:
    incident = declared()
    assert incident.status is Status.DECLARED
    assert [(one.kind, one.step, one.due_at) for one in incident.open_deadlines()] == [
        (DeadlineKind.ACKNOWLEDGE, DeadlineStep.OVERDUE, after(5)),
        (DeadlineKind.UPDATE, DeadlineStep.REMIND, after(10)),
        (DeadlineKind.UPDATE, DeadlineStep.OVERDUE, after(16)),
    ]


def test_a_deadline_that_was_met_is_cancelled_and_kept() -> None:
    incident = run(declared(), updating(after(3)), updating(after(4)))
    assert [(one.kind, one.cancelled_at) for one in incident.deadlines if one.step is DeadlineStep.OVERDUE] == [
        (DeadlineKind.ACKNOWLEDGE, None),
        (DeadlineKind.UPDATE, after(3)),
        (DeadlineKind.UPDATE, after(4)),
        (DeadlineKind.UPDATE, None),
    ]


def test_a_version_that_cannot_read_an_event_reads_on_and_says_so() -> None:
    strange = t.UnknownEvent(at=NOW, by=CHEN, kind="IncidentSplit", version=9, body="{}")
    incident = after_events(commanded(), strange, NOTE)
    assert (incident.is_readable, incident.unknown) == (False, ("IncidentSplit",))
    assert (incident.commander, incident.last_seq) == (BO, 4)


def test_a_runbook_linked_again_is_the_one_last_touched_and_stands_once() -> None:
    first, other = t.LinkedRunbook("bad-change", "Roll back", ""), t.LinkedRunbook("failover", "Failover", "")
    links = [t.RunbookLinked(at=NOW, by=CHEN, runbook=one) for one in (first, other, first)]
    incident = after_events(declared(), *links)
    assert incident.runbooks == (other, first)
    assert incident.last_runbook == "bad-change"


def test_reopening_leads_back_to_the_same_commander_and_keeps_the_record() -> None:
    incident = run(
        commanded(),
        updating(after(5)),
        lambda it: status.resolve(it, BO, "rolled back", after(6), POLICY),
        lambda it: status.verify(it, CHEN, "the graphs", after(7)),
        lambda it: status.close(it, BO, None, after(8), POLICY),
        lambda it: status.reopen(it, CHEN, "it is back", after(9), POLICY),
    )
    assert (incident.status, incident.commander, incident.acknowledged_at) == (Status.INVESTIGATING, BO, NOON)
    assert incident.last_update is not None
    assert due(incident, DeadlineKind.UPDATE) == after(24)
    assert incident.last_seq == 7


def test_a_reopened_incident_is_resolved_again_at_its_new_time() -> None:
    incident = run(
        in_status(Status.CLOSED),
        lambda it: status.reopen(it, CHEN, "it is back", after(9), POLICY),
        lambda it: status.resolve(it, CHEN, "rolled back for good", after(20), POLICY),
    )
    assert (incident.mitigated_at, incident.resolved_at, incident.closed_at) == (after(20), after(20), None)


@dataclass(frozen=True)
class Someone:
    """Who does something, when, to which incident."""

    incident: Incident
    by: SlackUserId
    other: SlackUserId
    now: datetime


Deed = Callable[[Someone], Decision]

DEEDS: dict[str, Deed] = {
    "accept": lambda on: roles.accept(on.incident, on.by, on.now),
    "commander": lambda on: roles.ask_commander(on.incident, on.by, person(on.other), on.now),
    "handover": lambda on: roles.offer_handover(on.incident, on.by, person(on.other), on.now),
    "takeover": lambda on: roles.take_over(on.incident, on.by, on.now, POLICY),
    "deputy": lambda on: roles.assign_role(on.incident, on.by, Role.DEPUTY, person(on.other), on.now),
    "responder": lambda on: roles.assign_role(on.incident, on.by, Role.RESPONDER, person(on.other), on.now),
    "update": lambda on: updating(on.now, by=on.by)(on.incident),
    "update next": lambda on: updating(on.now, minutes(7), on.by)(on.incident),
    "P1": lambda on: reclassify(on.incident, on.by, Change(priority=Priority.P1), "worse", on.now, POLICY),
    "P3": lambda on: reclassify(on.incident, on.by, Change(priority=Priority.P3), "better", on.now, POLICY),
    "impact": lambda on: reclassify(on.incident, on.by, Change(impact=Level.MEDIUM), "two shops", on.now, POLICY),
    "urgency": lambda on: reclassify(on.incident, on.by, Change(urgency=Level.LOW), "it can wait", on.now, POLICY),
    "mitigate": lambda on: status.mitigate(on.incident, on.by, "rule off", on.now, POLICY),
    "resolve": lambda on: status.resolve(on.incident, on.by, "rolled back", on.now, POLICY),
    "verify": lambda on: status.verify(on.incident, on.by, "the graphs", on.now),
    "close": lambda on: status.close(on.incident, on.by, None, on.now, POLICY),
    "close unverified": lambda on: status.close(on.incident, on.by, "nobody can test", on.now, POLICY),
    "reopen": lambda on: status.reopen(on.incident, on.by, "it is back", on.now, POLICY),
    "cancel": lambda on: status.cancel(on.incident, on.by, "a test", on.now, POLICY),
    "snooze": lambda on: snooze.snooze(on.incident, on.by, minutes(40), "busy", on.now, POLICY),
    "note": lambda on: notes_and_times.add_note(on.by, "the WAF?", NOON, on.now),
    "time mitigated": lambda on: notes_and_times.correct_time(
        on.incident, on.by, TimeName.MITIGATED, NOON, "the graphs", on.now
    ),
    "runbook": lambda on: runbook.link(on.incident, on.by, ROLLBACK, BY_NAME, on.now),
    "step": lambda on: working.report(on.incident, on.by, [ROLLBACK], None, 2, StepOutcome.SKIPPED, "no tool", on.now),
    "start": lambda on: working.start(on.incident, on.by, [ROLLBACK], ROLLBACK.slug, on.now),
    "take": lambda on: working.take(on.incident, on.by, None, 2, on.now),
    "wait": lambda on: working.take(on.incident, on.by, None, 2, on.now, minutes(10)),
    "invite": lambda on: bringing_in.invite(on.incident, on.by, (on.other,), on.now),
    "page": lambda on: bringing_in.page(on.incident, on.by, POLICY.services["checkout"], on.now, POLICY),
    "escalate": lambda on: bringing_in.escalate(on.incident, on.by, "stuck", on.now, POLICY),
    "followup": lambda on: followup.agree(on.by, "test the WAF", on.other, None, on.now, POLICY),
    "review": lambda on: review.start(on.incident, on.by, on.now, POLICY),
}

MAY_FOLLOW = {
    Status.DECLARED: {Status.INVESTIGATING, Status.MITIGATED, Status.RESOLVED, Status.CANCELLED},
    Status.INVESTIGATING: {Status.MITIGATED, Status.RESOLVED, Status.CANCELLED},
    Status.MITIGATED: {Status.RESOLVED, Status.CANCELLED},
    Status.RESOLVED: {Status.CLOSED, Status.INVESTIGATING},
    Status.CLOSED: {Status.INVESTIGATING},
    Status.CANCELLED: set[Status](),
}

ANYBODY = st.sampled_from([DANA, BO, CHEN, ELI, MIA, SAM])
THINGS_DONE = st.lists(st.tuples(st.integers(0, 400), st.sampled_from(sorted(DEEDS)), ANYBODY, ANYBODY), max_size=25)


class Story:
    """One incident lived through: its timeline, and every deadline acted on in its time."""

    def __init__(self, first: Priority) -> None:
        self.now = NOON
        self.timeline: list[t.Recorded] = []
        self.known: Incident | None = None
        (event,) = declaring(replace(A_CRITICAL_ONE, priority=first), policy=POLICY).events
        self.tell(event)

    @property
    def incident(self) -> Incident:
        assert self.known is not None
        return self.known

    def tell(self, *events: t.AnyEvent) -> None:
        for event in events:
            one = recorded(len(self.timeline) + 1, event)
            self.timeline.append(one)
            self.known = begin(one) if self.known is None else evolve(self.known, one)

    def wait(self, span: int) -> None:
        """Time passes; what falls due is acted on in order."""
        until = self.now + minutes(span)
        while waiting := [one for one in self.incident.open_deadlines() if one.due_at <= until]:
            first = min(waiting, key=lambda one: one.due_at)
            self.now = max(self.now, first.due_at)
            self.fire(first)
        self.now = until

    def fire(self, deadline: Deadline) -> None:
        decision = self.decide(deadline)
        assert len(decision.events) == 1, "an open deadline speaks"
        self.tell(*decision.events)
        assert deadline not in self.incident.open_deadlines(), "and speaks once"

    def decide(self, deadline: Deadline) -> Decision:
        if deadline.kind in NAGGING:
            return fire(self.incident, deadline, self.now, POLICY)
        if deadline.kind in (DeadlineKind.MITIGATE, DeadlineKind.RESOLVE):
            return service_levels.fire(self.incident, deadline, self.now, POLICY)
        if deadline.kind is DeadlineKind.STEP:
            return working.time_up(self.incident, deadline, self.now)
        last_at = max(one.event.at for one in self.timeline if one.event.by)
        return nudges.fire(self.incident, deadline, self.now, POLICY, last_at)

    def attempt(self, deed: str, by: SlackUserId, other: SlackUserId) -> None:
        """Somebody tries something; a refusal records nothing."""
        before = self.incident
        try:
            decision = DEEDS[deed](Someone(before, by, other, self.now))
        except Refusal:
            return
        self.tell(*decision.events)
        if self.incident.status is not before.status:
            assert self.incident.status in MAY_FOLLOW[before.status]


def require_legal(incident: Incident, told: int, now: datetime) -> None:
    assert incident.last_seq == told
    assert incident.is_readable
    require_one_commander(incident)
    require_deadlines_in_order(incident, now)
    require_times_in_order(incident)


def require_one_commander(incident: Incident) -> None:
    """Exactly one or nobody, in the field as among the roles; and nobody is asked once it is over."""
    assert incident.holders(Role.COMMANDER) == ((incident.commander,) if incident.commander else ())
    assert len(incident.holders(Role.DEPUTY)) <= 1
    assert (incident.acknowledged_at is None) == (incident.commander is None)
    assert incident.asked is None or incident.asked != incident.commander
    assert incident.asked is None or not incident.status.is_over


def require_deadlines_in_order(incident: Incident, now: datetime) -> None:
    """At most one open of each kind and step, none when calm, all of them still to come, the ladder's after the time
    that was promised."""
    afterwards = [one for one in incident.open_deadlines() if one.kind in AFTERWARDS]
    assert all(one.due_at > now for one in afterwards)
    still_open = [one for one in incident.open_deadlines() if one.kind not in AFTERWARDS]
    assert len({(one.kind, one.step) for one in still_open}) == len(still_open)
    assert all(one.due_at > now for one in still_open)
    if not incident.held:
        nags = [one for one in still_open if one.kind in NAGGING]
        graces = {(DeadlineKind.UPDATE, DeadlineStep.OVERDUE): incident.update_grace}
        times = [(one, one.promised_at + graces.get((one.kind, one.step), timedelta())) for one in nags]
        assert all((one.due_at <= at) == (one.step is not DeadlineStep.ESCALATE) for one, at in times)
    assert not (still_open and incident.status.is_calm)
    assert (incident.update_due_at is None) == incident.status.is_calm
    assert incident.acknowledge_due_at is None or incident.commander is None
    assert all(one.promised_at == incident.owed_at(one.kind) for one in still_open if one.kind in NAGGING)
    assert all(span <= POLICY.max_snooze for _, span in incident.held)


def require_times_in_order(incident: Incident) -> None:
    """The times that a status implies are there, and no others."""
    has_ended = incident.status in (Status.RESOLVED, Status.CLOSED)
    assert (incident.resolved_at is not None) == has_ended
    assert incident.mitigated_at is not None or not (has_ended or incident.status is Status.MITIGATED)
    assert (incident.closed_at is not None) == (incident.status is Status.CLOSED)
    assert (incident.over_at is not None) == incident.status.is_over


@given(st.sampled_from(Priority), THINGS_DONE)
def test_whatever_people_do_in_whatever_order_the_incident_stays_legal(
    first: Priority, done: list[tuple[int, str, SlackUserId, SlackUserId]]
) -> None:
    story = Story(first)
    require_legal(story.incident, 1, NOON)
    for span, deed, by, other in done:
        story.wait(span)
        story.attempt(deed, by, other)
        require_legal(story.incident, len(story.timeline), story.now)
    assert fold(story.timeline) == story.incident
    check_statuses(story)


def check_statuses(story: Story) -> None:
    """The times in each status follow each other without a gap, and add up to the whole."""
    found = statuses(story.timeline)
    assert found[-1].until is None
    assert found[-1].status is story.incident.status
    ends = [*(one.until for one in found[:-1]), story.now]
    spans = [end - one.since for one, end in zip(found, ends, strict=True) if end is not None]
    assert min(spans) >= timedelta()
    assert sum(spans, timedelta()) == story.now - story.incident.declared_at
