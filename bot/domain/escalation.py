"""What happens when a deadline's time comes: a reminder, the notice that it passed, and then the ladder of the policy.

Each step of a ladder is taken once, and nobody is told the same thing twice. A late tick takes all steps that are due
as one. After the last step it is said once that the incident is unattended; then there is silence until something
changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.cadence import after
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Deadline, Incident
from bot.domain.oncall import on_call
from bot.domain.paging import TARGET as PAGE
from bot.domain.paging import pages_for
from bot.domain.policy import EscalationStep, Policy
from bot.domain.timeline import (
    NO_RUNGS,
    AcknowledgementOverdue,
    DeadlineReminded,
    EscalationTold,
    LeftUnattended,
    Recorded,
    Rungs,
    UpdateOverdue,
    UpdatePosted,
    Waiting,
)
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Role

IN_CHANNEL = frozenset({"channel", "commander"})
"""Targets that a post in the incident's channel reaches."""
DEFAULT_LADDER = (EscalationStep(timedelta(), ("channel", "commander")),)
"""The steps for a priority for which the policy lists none."""
SHORTEST_GAP = timedelta(minutes=15)
"""How long Muster waits after the last step, at least, before it says that nobody has reacted."""

TOLD_TOGETHER = timedelta(minutes=5)
"""What is due so soon after it is part of the same reminder."""
UPDATES = (DeadlineKind.UPDATE, DeadlineKind.AUDIENCE)
"""What stakeholders are owed, and what other audiences are: whoever is due together is told of together."""

Groups = Mapping[str, Sequence[SlackUserId]]
"""The members of the user groups that the policy's ladders name, by `@handle`."""


def fire(
    incident: Incident, deadline: Deadline, now: datetime, policy: Policy, groups: Groups | None = None
) -> Decision:
    """What happens when a deadline's time comes; nothing when somebody was faster.

    A reminder that comes too late, after a standstill, gives way to the notice that the time has passed.
    """
    if deadline not in incident.open_deadlines():
        return Decision(())
    if deadline.kind in UPDATES:
        return _of_updates(incident, deadline, now, policy, groups or {})
    if deadline.step is DeadlineStep.REMIND and now < deadline.promised_at:
        return Decision((DeadlineReminded(at=now, deadline=deadline.kind, due_at=deadline.promised_at),))
    rungs = _climb(incident, deadline, now, policy, groups or {})
    if deadline.step is not DeadlineStep.ESCALATE:
        due_at = deadline.promised_at
        return Decision((AcknowledgementOverdue(at=now, due_at=due_at, asked=incident.asked, rungs=rungs),))
    if rungs.taken > len(ladder_of(incident, policy)):
        return Decision((LeftUnattended(at=now, deadline=deadline.kind, due_at=deadline.promised_at),))
    return Decision((EscalationTold(at=now, deadline=deadline.kind, due_at=deadline.promised_at, rungs=rungs),))


def _of_updates(incident: Incident, deadline: Deadline, now: datetime, policy: Policy, groups: Groups) -> Decision:
    """The same for all updates that are due together."""
    together = _together(incident, deadline, now)
    kind = min((one.kind for one in together), key=UPDATES.index)
    due_at = min(one.promised_at for one in together if one.kind is kind)
    others = [one for one in together if one.kind is DeadlineKind.AUDIENCE]
    if deadline.step is DeadlineStep.REMIND and now < deadline.promised_at:
        waiting = tuple(Waiting(one.audience, one.promised_at) for one in others)
        return Decision((DeadlineReminded(at=now, deadline=kind, due_at=due_at, audiences=waiting),))
    climbed = {one: _climb(incident, one, now, policy, groups) for one in together}
    if deadline.step is not DeadlineStep.ESCALATE:
        rungs = next((climbed[one] for one in together if one.kind is DeadlineKind.UPDATE), None)
        waiting = tuple(Waiting(one.audience, one.promised_at, climbed[one]) for one in others)
        return Decision(
            (
                UpdateOverdue(
                    at=now,
                    due_at=due_at,
                    commander=incident.commander,
                    rungs=rungs,
                    deadline=kind,
                    audiences=waiting,
                ),
            )
        )
    at_the_end = [one for one in together if climbed[one].taken > len(ladder_of(incident, policy, one.audience))]
    going_on = [one for one in together if one not in at_the_end]
    told = [_escalation_told(going_on, climbed, now)] if going_on else []
    left = [_left_unattended(at_the_end, now)] if at_the_end else []
    return Decision((*told, *left))


def _together(incident: Incident, deadline: Deadline, now: datetime) -> list[Deadline]:
    """The deadlines of updates that take this step now, that of the stakeholders first. A reminder takes in those of
    soon after it; a reminder that is late, notices."""
    if deadline.step is DeadlineStep.REMIND and now < deadline.promised_at:
        until, step = now + TOLD_TOGETHER, DeadlineStep.REMIND
    else:
        is_last = deadline.step is DeadlineStep.ESCALATE
        until, step = now, DeadlineStep.ESCALATE if is_last else DeadlineStep.OVERDUE
    found = [
        one
        for one in incident.open_deadlines()
        if one.kind in UPDATES
        and one.step is step
        and one.due_at <= until
        and (one.kind, one.audience) != (deadline.kind, deadline.audience)
        and (step is not DeadlineStep.REMIND or now < one.promised_at)
    ]
    return sorted((deadline, *found), key=lambda one: (UPDATES.index(one.kind), one.promised_at, one.audience))


def _escalation_told(those: Sequence[Deadline], climbed: Mapping[Deadline, Rungs], now: datetime) -> EscalationTold:
    first, waiting = those[0], [one for one in those if one.kind is DeadlineKind.AUDIENCE]
    return EscalationTold(
        at=now,
        deadline=first.kind,
        due_at=first.promised_at,
        rungs=climbed[first] if first.kind is DeadlineKind.UPDATE else NO_RUNGS,
        audiences=tuple(Waiting(one.audience, one.promised_at, climbed[one]) for one in waiting),
    )


def _left_unattended(those: Sequence[Deadline], now: datetime) -> LeftUnattended:
    first, waiting = those[0], [one for one in those if one.kind is DeadlineKind.AUDIENCE]
    audiences = tuple(Waiting(one.audience, one.promised_at) for one in waiting)
    return LeftUnattended(at=now, deadline=first.kind, due_at=first.promised_at, audiences=audiences)


def taken_back(timeline: Sequence[Recorded]) -> frozenset[int]:
    """The `seq` of each notice that an update was missing which came on time all the same."""
    posted = [one.event for one in timeline if isinstance(one.event, UpdatePosted) and one.event.is_on_time]
    on_time = {event.due_at for event in posted}
    notices = [one for one in timeline if isinstance(one.event, UpdateOverdue) and one.event.due_at in on_time]
    return frozenset(one.seq for one in notices)


def ladder_of(incident: Incident, policy: Policy, audience: str = "") -> tuple[EscalationStep, ...]:
    """The ladder of the priority, or of an audience that has a clock of its own."""
    if audience:
        known = policy.audiences.get(audience)
        return (known.ladder if known else ()) or DEFAULT_LADDER
    return policy.escalation.get(incident.priority) or DEFAULT_LADDER


def groups_named(policy: Policy) -> frozenset[str]:
    """The user groups that stand in ladders, as `@handle`."""
    regulations = policy.regulations.values()
    own = (*(one.ladder for one in policy.audiences.values()), *(one.ladder for one in regulations))
    ladders = (*policy.escalation.values(), *own)
    named = (*(one.tell for steps in ladders for one in steps), *(one.decide for one in regulations))
    return frozenset(target for targets in named for target in targets if target[0] == "@")


def _climb(incident: Incident, deadline: Deadline, now: datetime, policy: Policy, groups: Groups) -> Rungs:
    """Take every step that is due by now and was not taken, as one."""
    steps = ladder_of(incident, policy, deadline.audience)
    before = incident.ladder(deadline.kind, deadline.audience)
    taken = before.taken if before else 0
    begins = deadline.promised_at + incident.held_for(deadline.kind, deadline.audience)
    times = [_at(incident, begins, step.after, policy) for step in steps]
    due = [step for step, at in zip(steps[taken:], times[taken:], strict=True) if at <= now]
    if not due and deadline.step is DeadlineStep.ESCALATE:  # its own time has come, whatever the policy says by now
        due = list(steps[taken : taken + 1])
    if not due and taken >= len(steps) and deadline.step is DeadlineStep.ESCALATE:
        return Rungs(len(steps) + 1)
    targets = list(dict.fromkeys(target for step in due for target in step.tell))
    told, nobody = people_behind(incident, before.told if before else (), targets, now, policy, groups)
    asked = _asked_next(incident, deadline.kind, taken, due, now, policy)
    paged = _paged(incident, due, asked, now, policy, groups)
    done = taken + len(due)
    return Rungs(
        taken=done,
        in_channel=bool(IN_CHANNEL & set(targets)),
        told=tuple(dict.fromkeys((*((asked,) if asked else ()), *told))),
        nobody=nobody,
        asked=asked,
        pages=pages_for(paged, incident.service, now, policy),
        next_at=times[done] if done < len(steps) else _unattended_at(incident, steps, times[-1], now, policy),
    )


def _at(incident: Incident, start: datetime, span: timedelta, policy: Policy) -> datetime:
    """How long after the deadline, on the clock of the priority."""
    return after(start, span, policy.rules_for(incident.priority, incident.service), policy.business_hours)


def _unattended_at(
    incident: Incident, steps: Sequence[EscalationStep], last: datetime, now: datetime, policy: Policy
) -> datetime:
    """The ladder's longest pause after its last step; after a standstill the pause begins anew, so that whoever was
    just told has time."""
    pauses = [later.after - earlier.after for earlier, later in pairwise(steps)]
    pause = max([SHORTEST_GAP, *pauses])
    planned = _at(incident, last, pause, policy)
    return planned if planned > now else _at(incident, now, pause, policy)


def _asked_next(
    incident: Incident,
    kind: DeadlineKind,
    taken: int,
    due: Sequence[EscalationStep],
    now: datetime,
    policy: Policy,
) -> SlackUserId | None:
    """At the first step of an acknowledgement that stays overdue the secondary is asked to command."""
    if kind is not DeadlineKind.ACKNOWLEDGE or taken or not due or incident.commander is not None:
        return None
    secondary = _secondary(incident, now, policy)
    if secondary is None or secondary in (incident.asked, *incident.declined):
        return None
    if not incident.may_be_called(secondary):
        return None
    return secondary


def asked_after(incident: Incident, policy: Policy) -> SlackUserId | None:
    """Who is asked to command when the time to accept has passed; None where nobody is, or somebody was by now."""
    due_at, ladder = incident.acknowledge_due_at, incident.ladder(DeadlineKind.ACKNOWLEDGE)
    if due_at is None or incident.asked is None or (ladder and ladder.taken):
        return None
    return _asked_next(incident, DeadlineKind.ACKNOWLEDGE, 0, ladder_of(incident, policy)[:1], due_at, policy)


def people_behind(
    incident: Incident,
    before: Iterable[SlackUserId],
    targets: Iterable[str],
    now: datetime,
    policy: Policy,
    groups: Groups,
) -> tuple[tuple[SlackUserId, ...], tuple[str, ...]]:
    """Whom the targets stand for, without those told `before`; and the targets that are left with nobody."""
    known = set(before)
    told: list[SlackUserId] = []
    nobody: list[str] = []
    for target in targets:
        if target in ("channel", PAGE):
            continue
        found = [one for one in behind(target, incident, now, policy, groups) if incident.may_be_called(one)]
        fresh = [one for one in found if one not in known]
        if target != "commander":
            told += fresh
            known |= set(fresh)
        if not found or not (fresh or target == "commander"):
            nobody.append(target)
    return tuple(told), tuple(nobody)


def _paged(
    incident: Incident,
    due: Sequence[EscalationStep],
    asked: SlackUserId | None,
    now: datetime,
    policy: Policy,
    groups: Groups,
) -> tuple[SlackUserId, ...]:
    """Whom the steps call by a pager: those they tell, else whoever commands or is asked to, else who is on call.
    Nobody is called while a page to them is still ringing."""
    found: list[SlackUserId] = []
    for step in due:
        if PAGE in step.tell:
            others = [
                one for target in step.tell if target != PAGE for one in _reached(target, incident, now, policy, groups)
            ]
            alone = [one for one in (incident.commander or incident.asked, asked) if one]
            found += others or alone or behind("oncall", incident, now, policy, groups)
    ringing = {one.person for one in incident.pages}
    return tuple(one for one in dict.fromkeys(found) if one not in ringing and incident.may_be_called(one))


def _reached(target: str, incident: Incident, now: datetime, policy: Policy, groups: Groups) -> tuple[SlackUserId, ...]:
    return () if target == "channel" else behind(target, incident, now, policy, groups)


def behind(target: str, incident: Incident, now: datetime, policy: Policy, groups: Groups) -> tuple[SlackUserId, ...]:
    """The people that a target of a ladder stands for at a time. Executives and groups hear nothing of a private
    incident: they were not let in by it."""
    if incident.is_private and (target == "executives" or target.startswith("@")):
        return ()
    if target.startswith("@"):
        return tuple(groups.get(target, ()))
    match target:
        case "commander" | "commander_dm":
            people = (incident.commander,)
        case "liaison":
            people = (incident.holder(Role.LIAISON),)
        case "deputy":
            people = (incident.holder(Role.DEPUTY) or _secondary(incident, now, policy),)
        case "secondary":
            people = (_secondary(incident, now, policy),)
        case "oncall":
            schedule = policy.schedule_for(incident.service)
            turn = on_call(schedule, now) if schedule else None
            people = (turn.primary if turn else None,)
        case "manager":
            return policy.managers_of(incident.service)
        case "executives":
            return policy.people.executives
        case user:
            people = (SlackUserId(user),)
    return tuple(one for one in people if one is not None)


def _secondary(incident: Incident, now: datetime, policy: Policy) -> SlackUserId | None:
    schedule = policy.schedule_for(incident.service)
    turn = on_call(schedule, now) if schedule else None
    return turn.secondary if turn else None
