"""Regulators' clocks: what people say of them, and what happens when a time comes.

Muster asks, reminds and keeps the record. Whether a regulation applies, since when, and what was submitted is said by
people. Clocks run on whatever becomes of the incident: the law does not ask whether it was merged, cancelled or closed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.domain import timeline as t
from bot.domain.decision import Decision
from bot.domain.escalation import IN_CHANNEL, Groups, people_behind
from bot.domain.ids import SlackUserId
from bot.domain.incident import Deadline, Incident, Reporting
from bot.domain.policy import EscalationStep, Policy, RegulationRules, Suggestion
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.regulations import Regulation, Stage, WorkingDays, basis, due, reminded
from bot.domain.spans import shown
from bot.domain.telling import own_moment
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Priority

LADDER = (
    EscalationStep(timedelta(minutes=30), ("channel", "commander")),
    EscalationStep(timedelta(hours=1), ("manager",)),
)
"""Who is told besides the deciders, where the policy does not say so."""


class NoRegulations(Refusal):
    """The policy has no regulations, so there is no clock. They go under `regulations:`, for example
    `regulations: {{nis2: {{decide: ["@legal"]}}}}`."""


class NoSuchRegulation(Refusal):
    """There is no regulation “{named}”. The policy has: {known}."""


class NoSuchTrigger(Refusal):
    """{name} has no “{named}”. Say {known}; `none` where there is nothing to report; or `submitted` with a stage."""


class NoSuchStage(Refusal):
    """{name} has no stage “{named}”. There are: {known}."""


class NotComeYet(Refusal):
    """{at} has not come yet. A clock counts from what has happened."""


class NotStarted(Refusal):
    """{name} is not running for {ref}, so nothing can have been submitted. First say since when:
    `/incident clock {example} at:14:05 <why>`."""


class IsRuledOut(Refusal):
    """For {ref}, {name} was ruled out: {reason}. If it applies after all: `/incident clock {example} <why>`."""


class EarlierFirst(Refusal):
    """The {earlier} comes before the {title}. Record it first: `/incident clock {key} submitted {stage}`. If one report
    was both, record it for both with the same reference."""


class CountsFromUnknown(Refusal):
    """The {title} is due {basis}, which is not recorded yet."""


class SubmittedBefore(Refusal):
    """The {title} was submitted at {at}, which would be before {what}. Correct one of the two times."""


def suggested(
    priority: Priority,
    category: str | None,
    service: str | None,
    now: datetime,
    policy: Policy,
    incident: Incident | None = None,
) -> tuple[t.Owed, ...]:
    """The questions that are to be asked of an incident that is so classified. Of each regulation it is asked once.
    `incident`: as it was before."""
    known = {one.regulation for one in incident.reporting} if incident else set()
    waiting = incident.waiting if incident else ()
    known |= {one.audience for one in waiting if one.kind is DeadlineKind.REPORTABLE}
    found = policy.service_of(service)
    tags = found.tags if found else ()

    def matches(one: Suggestion) -> bool:
        pairs = ((one.priority, priority), (one.category, category), (one.service, service))
        return all(wanted in (None, value) for wanted, value in pairs) and (one.tag is None or one.tag in tags)

    return tuple(
        t.Owed(DeadlineKind.REPORTABLE, now, audience=key)
        for key, rules in policy.regulations.items()
        if key not in known and any(matches(one) for one in rules.suggest)
    )


def trigger(
    incident: Incident,
    by: SlackUserId | None,
    regulation: str,
    name: str,
    happened_at: datetime,
    reason: str,
    now: datetime,
    policy: Policy,
) -> Decision:
    """Say since when a regulation applies, or when something was so from which its stages count; said again, it is
    corrected, and every stage is due anew."""
    rules = rules_of(regulation, policy)
    law = rules.regulation
    found = law.trigger(name)
    if found is None:
        raise NoSuchTrigger(name=law.name, named=shown(name), known=_either(one.name for one in law.triggers))
    _require_past(happened_at, now)
    before = incident.reporting_under(law.key)
    known = before.known if before else {}
    is_started_again = before is not None and before.ruled_out is not None and found.answers
    if known.get(name) == happened_at and not is_started_again:
        raise NothingToChange(text=f"{law.name} already has that time for {incident.ref}; nothing was changed.")
    for one in before.submissions if before else ():
        stage = law.stage(one.stage)
        if stage and name in {limit.after for limit in stage.limits} and one.at < happened_at:
            raise SubmittedBefore(title=stage.title, at=own_moment(one.at), what=found.words)
    event = t.ReportingTriggered(
        at=now,
        by=by,
        regulation=law.key,
        name=law.name,
        trigger=name,
        words=found.words,
        happened_at=happened_at,
        reason=reason,
        was=known.get(name),
        is_answer=found.answers,
        stages=_stages(rules, {**known, name: happened_at}, now, policy),
    )
    return Decision((event,))


def rule_out(
    incident: Incident, by: SlackUserId | None, regulation: str, reason: str, now: datetime, policy: Policy
) -> Decision:
    """Say that there is nothing to be reported, and why: that is part of the record, too."""
    law = rules_of(regulation, policy).regulation
    before = incident.reporting_under(law.key)
    if before is not None and before.ruled_out == reason:
        raise NothingToChange(text=f"{law.name} is already ruled out for {incident.ref}; nothing was changed.")
    return Decision((t.ReportingRuledOut(at=now, by=by, regulation=law.key, name=law.name, reason=reason),))


def submit(
    incident: Incident,
    by: SlackUserId | None,
    regulation: str,
    name: str,
    submitted_at: datetime,
    reference: str,
    note: str,
    now: datetime,
    policy: Policy,
) -> Decision:
    """Say that a stage was submitted, from which later ones may count; said again, it is corrected."""
    rules = rules_of(regulation, policy)
    law, before = rules.regulation, incident.reporting_under(regulation)
    stage = stage_named(law, name)
    if before is not None and before.ruled_out is not None:
        raise IsRuledOut(name=law.name, ref=incident.ref, reason=before.ruled_out, example=_example(law))
    if before is None or not before.triggers:
        raise NotStarted(name=law.name, ref=incident.ref, example=_example(law))
    _require_past(submitted_at, now)
    due_at = _require_in_order(law, stage, before, submitted_at)
    last = before.submission(name)
    if last is not None and (last.at, last.reference) == (submitted_at, reference or last.reference):
        raise NothingToChange(text=f"The {stage.title} is already recorded like that; nothing was changed.")
    event = t.ReportSubmitted(
        at=now,
        by=by,
        regulation=law.key,
        name=law.name,
        stage=name,
        title=stage.title,
        submitted_at=submitted_at,
        due_at=due_at,
        reference=reference or (last.reference if last else ""),
        note=note,
        was=last.at if last else None,
        stages=_stages(rules, {**before.known, name: submitted_at}, now, policy),
    )
    return Decision((event,))


def _require_in_order(law: Regulation, stage: Stage, known: Reporting, at: datetime) -> datetime:
    """When the stage is due. Raises EarlierFirst, CountsFromUnknown, SubmittedBefore."""
    place = law.stages.index(stage)
    for other in law.stages[:place]:
        submission = known.submission(other.name)
        if submission is None:
            raise EarlierFirst(earlier=other.title, title=stage.title, key=law.key, stage=other.name)
        if at < submission.at:
            raise SubmittedBefore(title=stage.title, at=own_moment(at), what=f"the {other.title}")
    due_at = next((one.due_at for one in known.stages if one.stage == stage.name), None)
    if due_at is None:
        raise CountsFromUnknown(title=stage.title, basis=basis(law, stage, known.known))
    starts = dict(known.triggers)
    for limit in stage.limits:
        if limit.after in starts and limit.ends(known.known) is not None and at < starts[limit.after]:
            raise SubmittedBefore(title=stage.title, at=own_moment(at), what=law.called(limit.after))
    for other in law.stages[place + 1 :]:
        later = known.submission(other.name)
        if later is not None and later.at < at:
            raise SubmittedBefore(title=other.title, at=own_moment(later.at), what=f"the {stage.title}")
    return due_at


def rules_of(regulation: str, policy: Policy) -> RegulationRules:
    """Raises NoRegulations, NoSuchRegulation."""
    if not policy.regulations:
        raise NoRegulations
    found = policy.regulations.get(regulation)
    if found is None:
        raise NoSuchRegulation(named=shown(regulation), known=", ".join(policy.regulations))
    return found


def stage_named(law: Regulation, name: str) -> Stage:
    """Raises NoSuchStage."""
    stage = law.stage(name)
    if stage is None:
        raise NoSuchStage(name=law.name, named=shown(name), known=", ".join(one.name for one in law.stages))
    return stage


def missing(law: Regulation, known: Reporting) -> Iterable[tuple[str, str]]:
    """The triggers, each with what it is called, that nobody has said anything of and from which a stage would count
    that is still to come: it may be due earlier than it seems, or not at all so far."""
    limits = [limit for stage in law.stages if known.submission(stage.name) is None for limit in stage.limits]
    wanted = {limit.after for limit in limits if limit.only in known.known}
    return [(one.name, one.words) for one in law.triggers if one.name in wanted and one.name not in known.known]


def _require_past(at: datetime, now: datetime) -> None:
    if at > now:
        raise NotComeYet(at=own_moment(at))


def _example(law: Regulation) -> str:
    answering = next(one.name for one in law.triggers if one.answers)
    return f"{law.key} {answering}"


def _either(names: Iterable[str]) -> str:
    return " or ".join(f"`{one}`" for one in names)


def _stages(
    rules: RegulationRules, known: Mapping[str, datetime], now: datetime, policy: Policy
) -> tuple[t.StageDue, ...]:
    """All stages, as they are due by what is known."""
    hours = policy.business_hours
    days = WorkingDays(hours.timezone, hours.holidays)
    found = []
    for stage in rules.regulation.stages:
        due_at = due(stage, known, days if stage.name in rules.relief else None)
        remind_at = reminded(stage, known, due_at) if due_at is not None else None
        found.append(
            t.StageDue(
                stage.name,
                stage.title,
                basis(rules.regulation, stage, known),
                due_at,
                remind_at if remind_at is not None and remind_at > now else None,
            )
        )
    return tuple(found)


def fire(incident: Incident, deadline: Deadline, now: datetime, policy: Policy, groups: Groups) -> Decision:
    """What happens when a time comes: whoever decides is asked, or reminded ahead of a stage, or told that it is
    overdue, and then others by the ladder. What is due together is told together."""
    if deadline not in incident.open_deadlines():
        return Decision(())
    is_ahead = deadline.step is DeadlineStep.REMIND and now < deadline.promised_at
    # A reminder that comes too late, after a standstill, gives way to the notice.
    step = deadline.step if is_ahead or deadline.step is DeadlineStep.ESCALATE else DeadlineStep.OVERDUE
    together = {
        one.audience: one
        for one in incident.open_deadlines()
        if one.kind is deadline.kind
        and one.step is step
        and one.due_at <= now
        and (step is not DeadlineStep.REMIND or now < one.promised_at)
    }
    reports = tuple(_awaited(incident, one, step, now, policy, groups) for one in together.values())
    return Decision((t.ReportsAwaited(at=now, deadline=deadline.kind, step=step, reports=reports),))


def _awaited(
    incident: Incident, deadline: Deadline, step: DeadlineStep, now: datetime, policy: Policy, groups: Groups
) -> t.AwaitedReport:
    key, _, stage = deadline.audience.partition(":")
    rules, known = policy.regulations.get(key), incident.reporting_under(key)
    title = next((one.title for one in known.stages if one.stage == stage), "") if known else ""
    return t.AwaitedReport(
        regulation=key,
        name=rules.regulation.name if rules else known.name if known else key,
        due_at=deadline.promised_at,
        stage=stage,
        title=title,
        question=rules.regulation.question if rules and not stage else "",
        answers=tuple(one.name for one in rules.regulation.triggers if one.answers) if rules and not stage else (),
        rungs=_climb(incident, known, deadline, step, rules, now, policy, groups),
    )


def _climb(
    incident: Incident,
    known: Reporting | None,
    deadline: Deadline,
    step: DeadlineStep,
    rules: RegulationRules | None,
    now: datetime,
    policy: Policy,
    groups: Groups,
) -> t.Rungs:
    """Take every step that is due by now and was not taken, as one: the deciders and the channel are told first."""
    stage = deadline.audience.partition(":")[2]
    first = EscalationStep(timedelta(), ("channel", *(rules.decide if rules else ())))
    if step is DeadlineStep.REMIND:
        told, nobody = people_behind(incident, (), first.tell, now, policy, groups)
        return t.Rungs(0, in_channel=True, told=told, nobody=nobody)
    steps = (first, *((rules.ladder if rules else ()) or LADDER))
    before = dict(known.ladders).get(stage) if known else None
    taken = before.taken if before else 0
    times = [deadline.promised_at + one.after for one in steps]
    ahead = [one for one, at in zip(steps[taken:], times[taken:], strict=True) if at <= now]
    # Its own time has come, whatever the policy says by now.
    ahead = ahead or list(steps[taken : taken + 1])
    targets = list(dict.fromkeys(target for one in ahead for target in one.tell))
    told, nobody = people_behind(incident, before.told if before else (), targets, now, policy, groups)
    done = taken + len(ahead)
    return t.Rungs(
        taken=done,
        in_channel=bool(IN_CHANNEL & set(targets)),
        told=told,
        nobody=nobody,
        next_at=times[done] if done < len(times) else None,
    )
