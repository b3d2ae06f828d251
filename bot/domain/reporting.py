"""How events set, move and end a regulator's clock. What becomes of the incident itself does not touch it."""

from dataclasses import replace as changing

from bot.domain import timeline as t
from bot.domain.incident import Deadline, Incident, Ladder, Reporting, Submission, replace
from bot.domain.owing import changed, is_step_of, steps_of, waiting_for
from bot.domain.vocabulary import DeadlineKind, DeadlineStep

QUESTION = ""
"""What the ladder of the question whether a regulation applies is kept by."""


def named(regulation: str, stage: str) -> str:
    """By what the deadline of a stage, or of the question, is told from others of its kind."""
    return f"{regulation}:{stage}" if stage else regulation


def triggered(incident: Incident, recorded: t.Recorded, event: t.ReportingTriggered) -> Incident:
    before = _known(incident, event)
    after = changing(before, triggers=tuple({**dict(before.triggers), event.trigger: event.happened_at}.items()))
    if event.is_answer:
        after = changing(after, is_answered=True, ruled_out=None)
        incident, after = _answered(incident, recorded, after)
    return _rescheduled(incident, recorded, before, after, event.stages)


def ruled_out(incident: Incident, recorded: t.Recorded, event: t.ReportingRuledOut) -> Incident:
    after = changing(_known(incident, event), is_answered=True, ruled_out=event.reason)
    incident, after = _answered(incident, recorded, after)
    for one in after.stages:
        incident = _ended(incident, recorded, event.regulation, one.stage)
    return _with(incident, changing(after, ladders=()))


def submitted(incident: Incident, recorded: t.Recorded, event: t.ReportSubmitted) -> Incident:
    before = _known(incident, event)
    one = Submission(event.stage, event.submitted_at, event.by, event.reference)
    others = tuple(known for known in before.submissions if known.stage != event.stage)
    after = _without_ladder(changing(before, submissions=(*others, one)), event.stage)
    incident = _ended(incident, recorded, event.regulation, event.stage)
    return _rescheduled(incident, recorded, before, after, event.stages)


def awaited(incident: Incident, recorded: t.Recorded, event: t.ReportsAwaited) -> Incident:
    for one in event.reports:
        incident = _waited(incident, recorded, event, one)
    return incident


def _waited(incident: Incident, recorded: t.Recorded, event: t.ReportsAwaited, one: t.AwaitedReport) -> Incident:
    kind, which = event.deadline, named(one.regulation, one.stage)
    incident = changed(incident, is_step_of(kind, event.step, one.due_at, None, which), done_at=event.at)
    if event.step is DeadlineStep.REMIND:
        return incident
    # A reminder that did not go out in time is of no use any more.
    incident = changed(incident, is_step_of(kind, DeadlineStep.REMIND, one.due_at, None, which), cancelled_at=event.at)
    known = incident.reporting_under(one.regulation) or Reporting(one.regulation, one.name)
    before = dict(known.ladders).get(one.stage, Ladder(one.due_at))
    ladder = Ladder(one.due_at, one.rungs.taken, (*before.told, *one.rungs.told))
    asked_at = known.asked_at if one.stage else known.asked_at or event.at
    ladders = tuple({**dict(known.ladders), one.stage: ladder}.items())
    incident = _with(incident, changing(known, asked_at=asked_at, ladders=ladders))
    if one.rungs.next_at is None:
        return incident
    step = DeadlineStep.ESCALATE
    return waiting_for(incident, Deadline(kind, step, recorded.seq, one.rungs.next_at, one.due_at, audience=which))


def _known(incident: Incident, event: t.ReportingTriggered | t.ReportingRuledOut | t.ReportSubmitted) -> Reporting:
    return incident.reporting_under(event.regulation) or Reporting(event.regulation, event.name)


def _with(incident: Incident, one: Reporting) -> Incident:
    if incident.reporting_under(one.regulation) is None:
        return replace(incident, reporting=(*incident.reporting, one))
    known = (one if other.regulation == one.regulation else other for other in incident.reporting)
    return replace(incident, reporting=tuple(known))


def _answered(incident: Incident, recorded: t.Recorded, one: Reporting) -> tuple[Incident, Reporting]:
    """Nobody has to be asked any more."""
    at, which = recorded.event.at, one.regulation
    incident = changed(
        incident,
        lambda known: known.kind is DeadlineKind.REPORTABLE and known.audience == which,
        cancelled_at=at,
    )
    return incident, _without_ladder(one, QUESTION)


def _without_ladder(one: Reporting, stage: str) -> Reporting:
    return changing(one, ladders=tuple((name, ladder) for name, ladder in one.ladders if name != stage))


def _ended(incident: Incident, recorded: t.Recorded, regulation: str, stage: str) -> Incident:
    which = named(regulation, stage)
    return changed(
        incident,
        lambda known: known.kind is DeadlineKind.REPORT and known.audience == which,
        cancelled_at=recorded.event.at,
    )


def _rescheduled(
    incident: Incident, recorded: t.Recorded, before: Reporting, after: Reporting, stages: tuple[t.StageDue, ...]
) -> Incident:
    """With the deadlines of the stages as they are due now; whose time stays the same keeps its own, and its ladder."""
    after = changing(after, stages=stages)
    was = {one.stage: one.due_at for one in before.stages} if before.ruled_out is None else {}
    for one in stages:
        if not after.is_open(one) or after.ruled_out is not None or was.get(one.stage) == one.due_at:
            continue
        incident = _ended(incident, recorded, after.regulation, one.stage)
        after = _without_ladder(after, one.stage)
        if one.due_at is not None:
            which = named(after.regulation, one.stage)
            steps = steps_of(DeadlineKind.REPORT, recorded.seq, one.due_at, one.remind_at, audience=which)
            incident = waiting_for(incident, *steps)
    return _with(incident, after)
