"""Running an action for a step of a runbook: somebody proposes it, somebody else approves exactly that, an engine runs
it once, and what came of it is kept."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain import working
from bot.domain.access import Groups, named_people, people_behind
from bot.domain.actor import Person
from bot.domain.automation import action_of, chosen, complete, named_action, place_of, version
from bot.domain.decision import Decision
from bot.domain.ids import IncidentNumber, SlackUserId, number_of
from bot.domain.incident import Deadline, Incident
from bot.domain.policy import Automation, Policy
from bot.domain.refusal import Refusal
from bot.domain.run import Run, of_step
from bot.domain.spans import shown
from bot.domain.status import require_not_over
from bot.domain.telling import acting, own_time, spell, what_runs
from bot.domain.timeline import (
    AnyEvent,
    Given,
    PlannedRun,
    RunApproved,
    RunDeclined,
    RunEnded,
    RunProposed,
    RunStarted,
    StepReported,
)
from bot.domain.vocabulary import RunOutcome, StepOutcome
from bot.domain.worked import Worked, WorkedStep

ANSWERED_WITHIN: Final = timedelta(minutes=30)
"""How long a proposal can be approved: later the incident is another one."""
KEY: Final = re.compile(r"(?P<ref>INC-[1-9][0-9]{0,8})-a(?P<run>[1-9][0-9]{0,5})-[0-9a-f]{16}")


class NamesNoAction(Refusal):
    """Step {number} of “{title}” names no action, so there is nothing to propose. Report it when you have done it."""


class NotAtThisPriority(Refusal):
    """`{action}` is only for {priorities}; {ref} is {priority}."""


class HasNoDryRun(Refusal):
    """{ref} is a drill, and `{action}` has no dry run. Say what you would do, and report the step."""


class ProposedAlready(Refusal):
    """{what} is {state} for this step. {then}"""


class RanJustNow(Refusal):
    """`{action}` was approved at {at}. It can be run again from {again}."""


class NobodyElse(Refusal):
    """`{action}` can be approved by {who}, and never by whoever proposes it. Have somebody else propose it."""


class NoSuchRun(Refusal):
    """Step {number} of {slug} has no proposal {run}. Its message shows what is proposed."""


class RunAnswered(Refusal):
    """{what} {became}. Nothing was changed."""


class AnsweredTooLate(Refusal):
    """Nobody approved {what} by {at}. Propose it again: `/incident step {slug} {number} propose`."""


class NotYourOwn(Refusal):
    """You proposed {what}; somebody else has to approve it."""


class NotYoursToApprove(Refusal):
    """`{action}` can be approved by {who}. Ask one of them."""


class StepMovedOn(Refusal):
    """Step {number} of {slug} has changed since that was proposed. Propose it again if it is still needed."""


class ChangedSince(Refusal):
    """The policy's `{action}` is not what it was when that was proposed. Propose it again."""


def propose(
    incident: Incident,
    by: SlackUserId | None,
    slug: str | None,
    number: int,
    typed: Sequence[str],
    now: datetime,
    policy: Policy,
    groups: Groups,
    last_at: Mapping[str, datetime],
) -> Decision:
    """Have an action run for a step, with these values, once somebody else says yes. Where the engine has a dry run,
    that comes first. `last_at`: when each action was approved last, in any incident."""
    require_not_over(incident)
    runbook, step, action, preset = _meant(incident, by, slug, number, policy)
    before = of_step(incident.runs, runbook.slug, number, runbook.started_at)
    if waiting := next((one for one in before if one.is_open), None):
        raise _proposed_already(waiting)
    if action.priorities and incident.priority not in action.priorities:
        meant = ", ".join(sorted(action.priorities))
        raise NotAtThisPriority(action=action.name, priorities=meant, ref=incident.ref, priority=incident.priority)
    given = complete(action, chosen(action, typed, preset, policy.services))
    digest = version(action, policy.engines[action.engine])
    is_dry = action.dry_run is not None and (incident.is_drill or not _was_tried(before, given, digest))
    _require_good(incident, action, is_dry=is_dry)
    if not is_dry:
        _require_cooled(action, last_at.get(action.name), now)
    run = PlannedRun(
        len(incident.runs) + 1, action.name, action.engine, runbook.slug, number, step.title, given, is_dry
    )
    event = RunProposed(
        at=now,
        by=by,
        run=run,
        place=place_of(action, policy.engines[action.engine]),
        version=digest,
        answer_by=now + ANSWERED_WITHIN,
        asked=_asked(incident, by, action, policy, groups, now),
    )
    return Decision((event,))


def to_choose(
    incident: Incident, by: SlackUserId | None, slug: str | None, number: int, typed: Sequence[str], policy: Policy
) -> tuple[str, Automation, dict[str, str]]:
    """The runbook of a step, its action, and what is chosen of that already. Raises Refusal."""
    runbook, _, action, preset = _meant(incident, by, slug, number, policy)
    return runbook.slug, action, chosen(action, typed, preset, policy.services)


def _meant(
    incident: Incident, by: SlackUserId | None, slug: str | None, number: int, policy: Policy
) -> tuple[Worked, WorkedStep, Automation, tuple[str, ...]]:
    """The step, its action, and what the runbook sets of that. Raises NamesNoAction, UnknownAction."""
    runbook = working.meant(incident, by, slug, number, "propose")
    step = working.open_step(runbook, number)
    named = named_action(step.action)
    if named is None:
        raise NamesNoAction(number=number, title=runbook.title)
    return runbook, step, action_of(policy, named.name), named.values


def approve(
    incident: Incident,
    by: SlackUserId,
    slug: str | None,
    number: int,
    run: int,
    now: datetime,
    policy: Policy,
    groups: Groups,
    present: Collection[SlackUserId],
    token: str,
    last_at: Mapping[str, datetime],
) -> Decision:
    """Say yes to exactly what was proposed. `token`: random, 16 hexadecimal digits; with it the engine is asked later
    what became of it. `present`: who is in the incident's channel."""
    require_not_over(incident)
    meant = _waiting(incident, by, slug, number, run, now)
    planned = meant.planned
    if meant.proposed.actor == Person(by):
        raise NotYourOwn(what=what_runs(planned))
    action = action_of(policy, planned.action)
    allowed = people_behind(action.approvers, incident, present, policy, groups, now)
    if allowed is not None and by not in allowed:
        who = named_people(action.approvers, incident, present, policy, groups, now)
        raise NotYoursToApprove(action=action.name, who=who)
    if not _is_open_still(incident, meant):
        raise StepMovedOn(number=planned.step, slug=planned.slug)
    if meant.proposed.version != version(action, policy.engines[action.engine]):
        raise ChangedSince(action=action.name)
    _require_good(incident, action, is_dry=planned.is_dry)
    if not planned.is_dry:
        _require_cooled(action, last_at.get(action.name), now)
    key = f"{incident.ref}-a{planned.number}-{token}"
    return Decision((RunApproved(at=now, by=by, run=planned, key=key, end_by=now + action.timeout),))


def decline(
    incident: Incident, by: SlackUserId, slug: str | None, number: int, run: int, note: str, now: datetime
) -> Decision:
    """Say no, or take back what one proposed."""
    meant = _waiting(incident, by, slug, number, run, now)
    return Decision((RunDeclined(at=now, by=by, run=meant.planned, note=note),))


def time_up(incident: Incident, deadline: Deadline, now: datetime) -> Decision:
    """Nobody said yes in time, or the engine did not say how it ended."""
    for one in incident.runs:
        if one.proposed_seq == deadline.set_by and one.is_waiting:
            return Decision((RunDeclined(at=now, run=one.planned),))
        if one.approved_seq == deadline.set_by and one.is_under_way:
            outcome = RunOutcome.TIMED_OUT if one.started else RunOutcome.UNKNOWN
            return Decision((RunEnded(at=now, run=one.planned, outcome=outcome, link=one.link),))
    return Decision(())


def started(incident: Incident, run: int, handle: str, link: str, now: datetime) -> Decision:
    """The engine has taken it."""
    meant = incident.run(run)
    if meant is None or meant.approved is None or meant.started or meant.ended:
        return Decision(())
    return Decision((RunStarted(at=now, run=meant.planned, handle=handle, link=link),))


def ended(
    incident: Incident, run: int, outcome: RunOutcome, why: str, link: str, lines: Sequence[str], now: datetime
) -> Decision:
    """What the engine says became of it; what succeeded ticks the step, a dry run only in a drill."""
    meant = incident.run(run)
    if meant is None or meant.approved is None or not _is_news(meant, outcome):
        return Decision(())
    planned = meant.planned
    events: list[AnyEvent] = [
        RunEnded(at=now, run=planned, outcome=outcome, why=why, link=link or meant.link, lines=tuple(lines))
    ]
    counts = outcome is RunOutcome.SUCCEEDED and (incident.is_drill or not planned.is_dry)
    if counts and not incident.status.is_over and _is_open_still(incident, meant):
        note = f"{what_runs(planned)} succeeded"
        events.append(
            StepReported(
                at=now,
                slug=planned.slug,
                number=planned.step,
                step=planned.title,
                outcome=StepOutcome.DONE,
                note=note,
            )
        )
    return Decision(tuple(events))


def of_key(key: str) -> tuple[IncidentNumber, int] | None:
    """The incident and the run that a key is about; None for what is no key."""
    found = KEY.fullmatch(key)
    number = number_of(found["ref"]) if found else None
    return (number, int(found["run"])) if found and number is not None else None


def _is_news(run: Run, outcome: RunOutcome) -> bool:
    return run.ended is None or (outcome.is_definite and not run.ended.outcome.is_definite)


def _was_tried(before: Sequence[Run], given: tuple[Given, ...], digest: str) -> bool:
    """Whether a dry run of just this has succeeded."""
    return any(
        one.has_succeeded and one.planned.is_dry and (one.planned.given, one.proposed.version) == (given, digest)
        for one in before
    )


def _require_good(incident: Incident, action: Automation, *, is_dry: bool) -> None:
    if incident.is_drill and not is_dry:
        raise HasNoDryRun(ref=incident.ref, action=action.name)


def _require_cooled(action: Automation, last_at: datetime | None, now: datetime) -> None:
    if last_at is not None and now < last_at + action.cooldown:
        raise RanJustNow(action=action.name, at=own_time(last_at), again=own_time(last_at + action.cooldown))


def _asked(
    incident: Incident, by: SlackUserId | None, action: Automation, policy: Policy, groups: Groups, now: datetime
) -> tuple[SlackUserId, ...]:
    """Who is called; nobody where anybody in the channel may say yes. Raises NobodyElse where nobody but `by` may."""
    if {"anyone", "responders"} & set(action.approvers):
        return ()
    people = people_behind(action.approvers, incident, (), policy, groups, now) or ()
    others = tuple(dict.fromkeys(one for one in people if one != by))
    if not others and not any(one.startswith("@") for one in action.approvers):
        raise NobodyElse(action=action.name, who=named_people(action.approvers, incident, (), policy, groups, now))
    return others


def _proposed_already(run: Run) -> ProposedAlready:
    planned = run.planned
    if run.is_under_way:
        return ProposedAlready(what=what_runs(planned), state="running", then="Wait until it has ended.")
    answer = f"`/incident step {planned.slug} {planned.step} approve {planned.number}`, or `decline {planned.number}`"
    return ProposedAlready(
        what=what_runs(planned), state="proposed already", then=f"Somebody else has to answer: {answer}."
    )


def _waiting(incident: Incident, by: SlackUserId, slug: str | None, number: int, run: int, now: datetime) -> Run:
    """Raises NoSuchRun, RunAnswered, AnsweredTooLate."""
    wanted = working.which(incident, by, slug, number, f"approve {run}")
    meant = incident.run(run)
    if meant is None or (meant.planned.slug, meant.planned.step) != (wanted, number):
        raise NoSuchRun(number=number, slug=shown(wanted or "") or "any runbook", run=run)
    planned = meant.planned
    if not meant.is_waiting:
        raise RunAnswered(what=what_runs(planned), became=_became(meant))
    if now >= meant.proposed.answer_by:
        at = own_time(meant.proposed.answer_by)
        raise AnsweredTooLate(what=what_runs(planned), at=at, slug=planned.slug, number=planned.step)
    return meant


def _became(run: Run) -> str:
    """What was answered, as the rest of a sentence."""
    if run.approved is not None:
        return f"was approved by {acting(run.approved.actor)} at {own_time(run.approved.at)}"
    if run.declined is not None and run.declined.by is not None:
        return f"was declined by {acting(run.declined.actor)} at {own_time(run.declined.at)}"
    return f"was not approved within {spell(ANSWERED_WITHIN)}"


def _is_open_still(incident: Incident, run: Run) -> bool:
    """Whether its step is the one that it was proposed for, and nothing was said of it yet."""
    runbook = incident.working(run.planned.slug)
    step = runbook.step(run.planned.step) if runbook else None
    is_same = runbook is not None and runbook.stopped is None and runbook.started_at == run.worked_since
    return is_same and step is not None and step.report is None
