"""How events set, move and end what is owed, and how far its escalation has gone."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.domain import timeline as t
from bot.domain.grace import is_late
from bot.domain.incident import (
    NAGGING,
    AudienceClock,
    Deadline,
    Incident,
    Ladder,
    clock_longer_held,
    longer_held,
    replace,
)
from bot.domain.vocabulary import DeadlineKind, DeadlineStep

TARGETS = (DeadlineKind.MITIGATE, DeadlineKind.RESOLVE)


def changed(incident: Incident, meant: Callable[[Deadline], bool], **values: Any) -> Incident:
    """The incident with other times in those open deadlines that are meant; what is done or cancelled is settled."""
    if not any(meant(deadline) for deadline in incident.waiting):
        return incident
    after = [replace(deadline, **values) if meant(deadline) else deadline for deadline in incident.waiting]
    return replace(
        incident,
        waiting=tuple(deadline for deadline in after if deadline.is_open),
        settled=incident.settled.with_items(deadline for deadline in after if not deadline.is_open),
    )


def waiting_for(incident: Incident, *deadlines: Deadline) -> Incident:
    """The incident with more open deadlines."""
    return replace(incident, waiting=(*incident.waiting, *deadlines))


def done(incident: Incident, kind: DeadlineKind, at: datetime) -> Incident:
    return changed(incident, lambda deadline: deadline.kind is kind, done_at=at)


def steps_of(
    kind: DeadlineKind,
    set_by: int,
    due_at: datetime,
    remind_at: datetime | None,
    grace: timedelta = timedelta(),
    audience: str = "",
) -> tuple[Deadline, ...]:
    """The reminder, where there is one, and the notice that the time has passed."""
    overdue = Deadline(kind, DeadlineStep.OVERDUE, set_by, due_at + grace, due_at, audience=audience)
    if remind_at is None:
        return (overdue,)
    return Deadline(kind, DeadlineStep.REMIND, set_by, remind_at, due_at, audience=audience), overdue


def promise(incident: Incident, recorded: t.Recorded, kind: DeadlineKind, promised: t.Promise | None) -> Incident:
    """The incident with the deadlines of a new promise in place of the open ones of its kind."""
    incident = cancel(incident, recorded.event.at, kind)
    due_at = promised.due_at if promised else None
    if kind is DeadlineKind.UPDATE:
        incident = replace(incident, update_due_at=due_at, update_grace=promised.grace if promised else timedelta())
    else:
        incident = replace(incident, acknowledge_due_at=due_at)
    if promised is None:
        return incident
    incident = replace(incident, snoozed=None)
    steps = steps_of(kind, recorded.seq, promised.due_at, promised.remind_at, promised.grace)
    return waiting_for(incident, *steps)


def promise_to(
    incident: Incident, recorded: t.Recorded, audience: str, promised: t.Promise | None, *, goes_on: bool = False
) -> Incident:
    """The same for an audience with a clock of its own. What it was owed and is late never came. `goes_on`: the clock
    runs already, by other rules."""
    at, clock = recorded.event.at, incident.clock_of(audience)
    if clock is None and promised is None:
        return incident
    begun = clock or AudienceClock(audience, at)
    never_came = is_late(begun.due_at, at, begun.grace)
    after = replace(
        begun,
        since=begun.since if goes_on and begun.due_at is not None else at,
        due_at=promised.due_at if promised else None,
        grace=promised.grace if promised else timedelta(),
        updates_due=begun.updates_due + never_came,
        ladder=None,
        held=timedelta(),
        snoozed_until=None,
    )
    incident = changed(incident, _of_audience(audience), cancelled_at=at)
    incident = with_clock(incident, after)
    if promised is None:
        return incident
    kind, by = DeadlineKind.AUDIENCE, recorded.seq
    return waiting_for(
        incident, *steps_of(kind, by, promised.due_at, promised.remind_at, promised.grace, audience=audience)
    )


def told(incident: Incident, recorded: t.Recorded, one: t.ToldAudience) -> Incident:
    """The incident after an audience heard, with what it is owed next."""
    event = recorded.event
    clock = incident.clock_of(one.audience) or AudienceClock(one.audience, event.at)
    is_due = one.due_at is not None
    clock = replace(
        clock,
        due_at=None,  # what it was owed has come
        last=event if isinstance(event, t.UpdatePosted) else clock.last,
        updates_due=clock.updates_due + is_due,
        updates_on_time=clock.updates_on_time + (is_due and one.is_on_time(event.at)),
    )
    return promise_to(with_clock(incident, clock), recorded, one.audience, one.promised)


def with_clock(incident: Incident, clock: AudienceClock) -> Incident:
    """The incident with the clock of an audience as it stands now; a new one comes last."""
    if incident.clock_of(clock.audience) is None:
        return replace(incident, audiences=(*incident.audiences, clock))
    known = (clock if one.audience == clock.audience else one for one in incident.audiences)
    return replace(incident, audiences=tuple(known))


def _of_audience(audience: str) -> Callable[[Deadline], bool]:
    return lambda one: one.kind is DeadlineKind.AUDIENCE and one.audience == audience


def owing(incident: Incident, recorded: t.Recorded, owed: Iterable[t.Owed]) -> Incident:
    """The incident with more to be done. Of each kind one thing is owed at a time; of follow-ups and of questions there
    may be many."""
    for one in owed:
        if one.kind not in (DeadlineKind.FOLLOW_UP, DeadlineKind.REPORTABLE):
            incident = cancel(incident, recorded.event.at, one.kind)
        steps = steps_of(one.kind, recorded.seq, one.due_at, one.remind_at, audience=one.audience)
        incident = waiting_for(incident, *steps)
        if one.kind in TARGETS:
            others = tuple(target for target in incident.targets if target.kind is not one.kind)
            incident = replace(incident, targets=(*others, one))
    return incident


def nudged(incident: Incident, recorded: t.Recorded, event: t.Nudged) -> Incident:
    """Done for now, and owed again when Muster means to come back to it."""
    kind = event.deadline
    if event.of is not None:
        return _moved_on(incident, event)
    incident = done(incident, kind, event.at)
    others = tuple(one for one in incident.nudges if one[0] is not kind)
    incident = replace(incident, nudges=(*others, (kind, event.nth)))
    return _again(incident, recorded, kind, event.next_at, event.due_at)


def _moved_on(incident: Incident, event: t.Nudged) -> Incident:
    """Of several of a kind each keeps its one deadline, which moves on to when Muster comes back to it."""
    kind, of = event.deadline, event.of
    if event.next_at is None:
        return fired(incident, kind, DeadlineStep.OVERDUE, event.due_at, event.at, of)
    incident = changed(incident, is_step_of(kind, DeadlineStep.REMIND, event.due_at, of), cancelled_at=event.at)
    return changed(
        incident, lambda deadline: deadline.key == (kind, DeadlineStep.OVERDUE, of, ""), due_at=event.next_at
    )


def activity_seen(incident: Incident, recorded: t.Recorded, event: t.ActivitySeen) -> Incident:
    incident = done(incident, DeadlineKind.QUIET, event.at)
    others = tuple(one for one in incident.nudges if one[0] is not DeadlineKind.QUIET)
    return _again(replace(incident, nudges=others), recorded, DeadlineKind.QUIET, event.next_at, event.next_at)


def _again(
    incident: Incident, recorded: t.Recorded, kind: DeadlineKind, at: datetime | None, promised_at: datetime
) -> Incident:
    if at is None:
        return incident
    again = Deadline(kind, DeadlineStep.OVERDUE, recorded.seq, at, promised_at)
    return waiting_for(incident, again)


def cancel(incident: Incident, at: datetime, *kinds: DeadlineKind) -> Incident:
    """What was owed is not owed any more: its deadlines and its escalation end."""
    incident = changed(incident, lambda deadline: deadline.kind in kinds, cancelled_at=at)
    if not (incident.ladders or incident.held or incident.nudges):
        return incident
    ladders = tuple((kind, ladder) for kind, ladder in incident.ladders if kind not in kinds)
    held = tuple((kind, span) for kind, span in incident.held if kind not in kinds)
    nudges = tuple((kind, times) for kind, times in incident.nudges if kind not in kinds)
    return replace(incident, ladders=ladders, held=held, nudges=nudges)


def snoozed(incident: Incident, event: t.RemindersSnoozed) -> Incident:
    """Reminders wait; the ladder goes on afterwards with the pauses it had."""
    longer = {(kind, ""): longer_held(incident, kind, event.at, event.until) for kind in NAGGING}
    held = tuple((kind, incident.held_for(kind) + longer[kind, ""]) for kind in NAGGING if incident.owed_at(kind))
    for one in incident.audiences:
        more = longer[DeadlineKind.AUDIENCE, one.audience] = clock_longer_held(one, event.at, event.until)
        incident = with_clock(incident, replace(one, held=one.held + more, snoozed_until=event.until))
    after = [
        _postponed(one, event, longer[one.kind, one.audience]) if one.kind in NAGGING else one
        for one in incident.waiting
    ]
    return replace(
        incident,
        snoozed=event,
        held=held,
        waiting=tuple(deadline for deadline in after if deadline.is_open),
        settled=incident.settled.with_items(deadline for deadline in after if not deadline.is_open),
    )


def _postponed(one: Deadline, event: t.RemindersSnoozed, longer: timedelta) -> Deadline:
    if one.step is DeadlineStep.REMIND and one.promised_at <= event.until:
        return replace(one, cancelled_at=event.at)  # it would come after what it reminds of
    if one.step is DeadlineStep.ESCALATE:
        return replace(one, due_at=one.due_at + longer)
    return replace(one, due_at=max(one.due_at, event.until))


def fired(
    incident: Incident,
    kind: DeadlineKind,
    step: DeadlineStep,
    promised_at: datetime,
    at: datetime,
    of: int | None = None,
) -> Incident:
    """The deadline is done; `of` tells apart several of its kind."""
    incident = changed(incident, is_step_of(kind, step, promised_at, of), done_at=at)
    if step is not DeadlineStep.OVERDUE:
        return incident
    others = tuple(broken for broken in incident.missed if broken[0] is not kind)
    incident = replace(incident, missed=(*others, (kind, promised_at)))
    # A reminder that did not go out in time is of no use any more.
    return changed(incident, is_step_of(kind, DeadlineStep.REMIND, promised_at, of), cancelled_at=at)


def is_step_of(
    kind: DeadlineKind, step: DeadlineStep, promised_at: datetime, of: int | None, audience: str = ""
) -> Callable[[Deadline], bool]:
    """Whether a deadline is that step of that promise."""

    def is_it(deadline: Deadline) -> bool:
        is_step = (deadline.kind, deadline.step, deadline.promised_at) == (kind, step, promised_at)
        return is_step and deadline.audience == audience and of in (None, deadline.set_by)

    return is_it


def audiences_reminded(incident: Incident, event: t.DeadlineReminded) -> Incident:
    """The incident after it was said of audiences that they are to hear soon."""
    for one in event.audiences:
        is_it = is_step_of(DeadlineKind.AUDIENCE, DeadlineStep.REMIND, one.due_at, None, one.audience)
        incident = changed(incident, is_it, done_at=event.at)
    return incident


def audiences_waited(
    incident: Incident, recorded: t.Recorded, waiting: Iterable[t.Waiting], step: DeadlineStep
) -> Incident:
    """The incident after audiences waited in vain."""
    for one in waiting:
        incident = _waited(incident, recorded, one, step)
    return incident


def _waited(incident: Incident, recorded: t.Recorded, one: t.Waiting, step: DeadlineStep) -> Incident:
    """The incident after an audience waited in vain, with the deadline of the next step of its ladder."""
    kind, at = DeadlineKind.AUDIENCE, recorded.event.at
    incident = changed(incident, is_step_of(kind, step, one.due_at, None, one.audience), done_at=at)
    clock = incident.clock_of(one.audience)
    if clock is None:
        return incident
    if step is DeadlineStep.OVERDUE:
        clock = replace(clock, missed_at=one.due_at)
        incident = changed(
            incident, is_step_of(kind, DeadlineStep.REMIND, one.due_at, None, one.audience), cancelled_at=at
        )
    before = clock.ladder or Ladder(one.due_at)
    ladder = Ladder(one.due_at, one.rungs.taken, (*before.told, *one.rungs.told))
    incident = with_clock(incident, replace(clock, ladder=ladder))
    incident = replace(incident, was_escalated=incident.was_escalated or bool(one.rungs.told))
    if one.rungs.next_at is None:
        return incident
    step = DeadlineStep.ESCALATE
    return waiting_for(
        incident, Deadline(kind, step, recorded.seq, one.rungs.next_at, one.due_at, audience=one.audience)
    )


def audiences_left(incident: Incident, event: t.LeftUnattended) -> Incident:
    """The incident after the last step of audiences' ladders was taken in vain."""
    kind = DeadlineKind.AUDIENCE
    for one in event.audiences:
        is_it = is_step_of(kind, DeadlineStep.ESCALATE, one.due_at, None, one.audience)
        incident = changed(incident, is_it, done_at=event.at)
        if clock := incident.clock_of(one.audience):
            ladder = replace(clock.ladder or Ladder(one.due_at), is_unattended=True)
            incident = with_clock(incident, replace(clock, ladder=ladder))
    return incident


def climbed(
    incident: Incident, recorded: t.Recorded, kind: DeadlineKind, promised_at: datetime, rungs: t.Rungs | None
) -> Incident:
    """The incident after steps of a ladder, with the deadline of the next one."""
    if rungs is None:
        return incident
    before = incident.ladder(kind) or Ladder(promised_at)
    incident = replace(incident, snoozed=None, was_escalated=incident.was_escalated or bool(rungs.told))
    incident = with_ladder(incident, kind, Ladder(promised_at, rungs.taken, (*before.told, *rungs.told)))
    if rungs.asked is not None:
        incident = replace(incident, asked=rungs.asked, asked_because="", asked_reasons=())
    if rungs.next_at is None:
        return incident
    following = Deadline(kind, DeadlineStep.ESCALATE, recorded.seq, rungs.next_at, promised_at)
    return waiting_for(incident, following)


def with_ladder(incident: Incident, kind: DeadlineKind, ladder: Ladder | None) -> Incident:
    others = tuple((one, kept) for one, kept in incident.ladders if one is not kind)
    return replace(incident, ladders=others if ladder is None else (*others, (kind, ladder)))
