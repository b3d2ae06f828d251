"""Working through a runbook: starting it, taking its steps, saying what became of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.decision import Decision
from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.incident import Deadline, Incident
from bot.domain.reason import Stated
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.run import Run, of_step
from bot.domain.runbook import (
    NoRunbookYet,
    NoSuchStep,
    Runbook,
    find,
    linked,
    report_step,
    step_count,
    step_reported,
)
from bot.domain.status import require_not_over
from bot.domain.telling import OUTCOMES, acting, own_time, spell
from bot.domain.timeline import (
    LinkedRunbook,
    PlannedStep,
    RunbookJudged,
    RunbookLost,
    RunbookPosted,
    RunbookStarted,
    RunbookStopped,
    RunDeclined,
    StepReported,
    StepTaken,
    StepTimeUp,
)
from bot.domain.vocabulary import ReasonCode, StepOutcome
from bot.domain.worked import Worked, WorkedStep

LONGEST_WAIT = timedelta(days=1)
IS_STOPPED = "the runbook was stopped"


class StartedAlready(Refusal):
    """{who} started “{title}” at {at}, and not all of its steps have been reported. {where}"""


class NothingToWorkThrough(Refusal):
    """“{title}” has no numbered steps to work through. `/incident runbook {slug}` shows it."""


class NotStarted(Refusal):
    """Nobody has started “{title}” yet. `/incident runbook {slug} start` does."""


class StoppedAlready(Refusal):
    """{who} stopped “{title}” at {at}{reason}. `/incident runbook {slug} start` begins it anew."""


class FinishedAlready(Refusal):
    """Every step of “{title}” has been reported, so there is nothing left to stop."""


class NothingToStop(Refusal):
    """No runbook is being worked through in {ref}, so there is nothing to stop."""


class ReportedAlready(Refusal):
    """{who} reported step {number} of “{title}” {outcome} at {at}. If that's wrong, say why:
    `/incident step {slug} {number} {example}`."""


class TakenAlready(Refusal):
    """{who} has had step {number} of “{title}” since {at}. Take another one, or report it if you did it."""


class WhichRunbook(Refusal):
    """Several runbooks are being worked through. Say which one you mean, for example `/incident step {slug} {number}
    {example}`. Under way: {slugs}."""


class WhichToStop(Refusal):
    """Several runbooks are being worked through: {slugs}. Say which one you mean, for example `/incident runbook stop
    {slug} <reason>`."""


class WaitTooLong(Refusal):
    """A step can wait for a day at most; {span} is longer. A follow-up reminds you later:
    `/incident followup <text> @owner due:2026-12-01`."""


def start(
    incident: Incident, by: SlackUserId | None, runbooks: Iterable[Runbook], slug: str | None, now: datetime
) -> Decision:
    """Work through a runbook, which is linked with it; without a slug, through the one last touched. Its steps are kept
    as they are now: whoever edits its file meanwhile changes nothing under people's hands."""
    require_not_over(incident)
    wanted = slug or incident.last_runbook
    if wanted is None:
        raise NoRunbookYet(ref=incident.ref)
    before = incident.working(wanted)
    if before is not None and before.is_under_way:
        where = f"Its message is in <#{before.shown[0]}>." if before.shown else "Its message follows in the channel."
        raise StartedAlready(who=acting(before.actor), title=before.title, at=own_time(before.started_at), where=where)
    runbook = find(runbooks, wanted)
    if not runbook.steps:
        raise NothingToWorkThrough(title=runbook.title, slug=runbook.slug)
    steps = tuple(PlannedStep(one.number, one.title, one.section, one.action) for one in runbook.steps)
    begun = incident.linked(wanted) or _asked_for(runbook)
    return Decision((RunbookStarted(at=now, by=by, runbook=begun, steps=steps),))


def stop(incident: Incident, by: SlackUserId | None, slug: str | None, reason: str, now: datetime) -> Decision:
    """Work through a runbook no further; without a slug, the only one under way. What was not reached is not done, what
    waits for a yes is declined, and what an engine is doing goes on."""
    runbook = to_stop(incident, slug)
    left = tuple(one.number for one in runbook.not_done)
    stopped = RunbookStopped(at=now, by=by, slug=runbook.slug, title=runbook.title, reason=reason, not_done=left)
    waiting = (one.planned for one in runs_of(incident, runbook) if one.is_waiting)
    return Decision((stopped, *(RunDeclined(at=now, by=by, run=one, note=IS_STOPPED) for one in waiting)))


def to_stop(incident: Incident, slug: str | None) -> Worked:
    """The runbook that is meant: refused before a form asks for a reason in vain."""
    require_not_over(incident)
    under_way = [one for one in incident.worked if one.is_under_way]
    if slug is None and len(under_way) > 1:
        raise WhichToStop(slugs=", ".join(f"`{one.slug}`" for one in under_way), slug=under_way[-1].slug)
    wanted = slug or next((one.slug for one in under_way), None)
    if wanted is None:
        raise NothingToStop(ref=incident.ref)
    runbook = incident.working(wanted)
    if runbook is None:
        raise _not_started(incident, wanted)
    if runbook.is_finished:
        raise FinishedAlready(title=runbook.title)
    _require_not_stopped(runbook)
    return runbook


def runs_of(incident: Incident, runbook: Worked) -> tuple[Run, ...]:
    """The runs of actions for its steps, of this time."""
    return tuple(
        run for step in runbook.steps for run in of_step(incident.runs, runbook.slug, step.number, runbook.started_at)
    )


def judge(
    incident: Incident,
    by: SlackUserId | None,
    runbooks: Iterable[Runbook],
    slug: str,
    note: str,
    now: datetime,
    *,
    helped: bool,
) -> Decision:
    """Say whether a runbook helped, also once the incident is over; what is said last counts. Raises UnknownRunbook."""
    before = incident.judgement(slug)
    if before is not None and (before.helped, before.note) == (helped, note):
        raise NothingToChange(text=f"That is noted of “{before.runbook.title}” already; nothing was changed.")
    judged = incident.linked(slug) or _asked_for(find(runbooks, slug))
    return Decision((RunbookJudged(at=now, by=by, runbook=judged, helped=helped, note=note),))


def _asked_for(runbook: Runbook) -> LinkedRunbook:
    return linked(runbook, (Stated(ReasonCode.ASKED_FOR_BY_NAME),))


def take(
    incident: Incident,
    by: SlackUserId,
    slug: str | None,
    number: int,
    now: datetime,
    wait: timedelta | None = None,
    note: str = "",
) -> Decision:
    """Have a step, so that nobody else need do it; with `wait`, be reminded of it then. Whoever waits for a step has
    it, also where somebody else had it before."""
    require_not_over(incident)
    runbook = meant(incident, by, slug, number, "wait 10m" if wait else "take")
    step = open_step(runbook, number)
    if wait is not None and wait > LONGEST_WAIT:
        raise WaitTooLong(span=spell(wait))
    if wait is None and step.holder == by:
        raise NothingToChange(text=f"You already have step {number} of “{runbook.title}”; nothing was changed.")
    if wait is None and step.holder is not None:
        taken_at = own_time(step.taken_at) if step.taken_at else "a while ago"
        raise TakenAlready(who=f"<@{step.holder}>", number=number, title=runbook.title, at=taken_at)
    remind_at = now + wait if wait else None
    taken = StepTaken(at=now, by=by, slug=runbook.slug, number=number, step=step.title, remind_at=remind_at, note=note)
    return Decision((taken,))


def report(
    incident: Incident,
    by: SlackUserId | None,
    runbooks: Iterable[Runbook],
    slug: str | None,
    number: int,
    outcome: StepOutcome,
    note: str,
    now: datetime,
    *,
    is_in_hand: bool = False,
) -> Decision:
    """Say what became of a step. What was said before of a runbook that is worked through is corrected by whoever says
    why; not by a button. `is_in_hand`: it is meant only while nothing was said of it."""
    require_not_over(incident)
    wanted = which(incident, by, slug, number, "done")
    runbook = incident.working(wanted) if wanted else None
    if runbook is None:
        return report_step(incident, by, runbooks, wanted, number, outcome, note, now)
    step = _step(runbook, number)
    if step.report is not None and (is_in_hand or not note or _says(step.report, outcome, note)):
        raise _reported(runbook, step, step.report)
    if step.report is None:
        _require_not_stopped(runbook)
    return step_reported(by, runbook.slug, number, step.title, outcome, note, now)


def require_open(incident: Incident, by: SlackUserId | None, slug: str | None, number: int) -> tuple[str, str]:
    """The runbook and the title of a step of which nothing was said yet: refused before a form asks for it in vain. Of
    one that is not worked through, the title is not known."""
    require_not_over(incident)
    wanted = which(incident, by, slug, number, "skip <reason>")
    if wanted is None:
        raise NoRunbookYet(ref=incident.ref)
    runbook = incident.working(wanted)
    return wanted, open_step(runbook, number).title if runbook else f"Step {number}"


def time_up(incident: Incident, deadline: Deadline, now: datetime) -> Decision:
    """Whoever has a step hears once that it has waited long enough."""
    for runbook in incident.worked:
        for step in runbook.steps:
            if step.taken_seq == deadline.set_by:
                told = StepTimeUp(
                    at=now, slug=runbook.slug, number=step.number, step=step.title, of=deadline.set_by, to=step.holder
                )
                return Decision((told,))
    return Decision(())


def posted(slug: str, channel: ChannelId, ts: MessageTs, now: datetime) -> Decision:
    """Its message stands in the channel."""
    return Decision((RunbookPosted(at=now, slug=slug, channel=channel, ts=ts),))


def lost(incident: Incident, slug: str, ts: MessageTs, now: datetime) -> Decision:
    """Its message was deleted. One that stands elsewhere by now, or that nobody needs any more, is not posted anew."""
    runbook = incident.working(slug)
    if runbook is None or runbook.shown is None or runbook.shown[1] != ts:
        return Decision(())
    return Decision((RunbookLost(at=now, slug=slug, channel=runbook.shown[0], ts=ts),))


def which(incident: Incident, by: SlackUserId | None, slug: str | None, number: int, example: str) -> str | None:
    """The runbook that a step is of. Without a slug: the one of which somebody has the step, else the one last touched,
    or where that is through or was stopped, the only one under way. Raises WhichRunbook, for a step must not be
    reported of another runbook only because somebody else was faster."""
    under_way = [one for one in incident.worked if one.is_under_way]
    if slug is not None or len(under_way) < 2:
        is_last_over = incident.last_runbook in {one.slug for one in incident.worked if not one.is_under_way}
        return slug or (under_way[0].slug if under_way and is_last_over else incident.last_runbook)
    theirs = [one for one in under_way if (step := one.step(number)) and by is not None and step.holder == by]
    if len(theirs) == 1:
        return theirs[0].slug
    slugs = ", ".join(f"`{one.slug}`" for one in under_way)
    raise WhichRunbook(slug=under_way[-1].slug, number=number, example=example, slugs=slugs)


def meant(incident: Incident, by: SlackUserId | None, slug: str | None, number: int, example: str) -> Worked:
    """Raises NoRunbookYet, NotStarted."""
    wanted = which(incident, by, slug, number, example)
    if wanted is None:
        raise NoRunbookYet(ref=incident.ref)
    runbook = incident.working(wanted)
    if runbook is None:
        raise _not_started(incident, wanted)
    return runbook


def _not_started(incident: Incident, slug: str) -> NotStarted:
    known = incident.linked(slug)
    return NotStarted(title=known.title if known else slug, slug=slug)


def _require_not_stopped(runbook: Worked) -> None:
    """Raises StoppedAlready."""
    if (stopped := runbook.stopped) is not None:
        reason = f": {stopped.reason.rstrip('.')}" if stopped.reason else ""
        raise StoppedAlready(
            who=acting(stopped.actor),
            title=runbook.title,
            at=own_time(stopped.at),
            reason=reason,
            slug=runbook.slug,
        )


def _step(runbook: Worked, number: int) -> WorkedStep:
    step = runbook.step(number)
    if step is None:
        raise NoSuchStep(title=runbook.title, steps=step_count(len(runbook.steps)), number=number, slug=runbook.slug)
    return step


def open_step(runbook: Worked, number: int) -> WorkedStep:
    """Raises NoSuchStep, ReportedAlready, StoppedAlready."""
    step = _step(runbook, number)
    if step.report is not None:
        raise _reported(runbook, step, step.report)
    _require_not_stopped(runbook)
    return step


def _reported(runbook: Worked, step: WorkedStep, report: StepReported) -> ReportedAlready:
    return ReportedAlready(
        who=acting(report.actor),
        number=step.number,
        title=runbook.title,
        outcome=OUTCOMES[report.outcome],
        at=own_time(report.at),
        slug=runbook.slug,
        example="fail the errors are back" if report.outcome is StepOutcome.DONE else "done it worked this time",
    )


def _says(report: StepReported, outcome: StepOutcome, note: str) -> bool:
    return (report.outcome, report.note) == (outcome, note)
