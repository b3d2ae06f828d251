"""Service levels: by when the impact is to have stopped and the fault is to be gone.

They count from the declaration, or from when the incident was last reopened, on the clock of the priority: that clock
is the only thing that pauses them. The times to acknowledge and to update are deadlines of their own (`escalation`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.cadence import after, anew, part_before
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Deadline, Incident
from bot.domain.policy import BusinessHours, Policy, PriorityRules
from bot.domain.timeline import DeadlineReminded, Owed, TargetMissed
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Priority, Status

LEFT_AT_WARNING = 0.25
"""The part of a service level's time that is still left when its breach is warned of."""


def spans(rules: PriorityRules) -> dict[DeadlineKind, timedelta]:
    """What the policy demands; nothing for what it does not set."""
    wanted = {DeadlineKind.MITIGATE: rules.mitigate_within, DeadlineKind.RESOLVE: rules.resolve_within}
    return {kind: span for kind, span in wanted.items() if span is not None}


def targets(now: datetime, rules: PriorityRules, hours: BusinessHours) -> tuple[Owed, ...]:
    """The deadlines that apply from now on."""
    wanted = spans(rules).items()
    return tuple(_target(kind, after(now, span, rules, hours), now, rules, hours) for kind, span in wanted)


def targets_after(
    incident: Incident, priority: Priority, service: str | None, now: datetime, policy: Policy
) -> tuple[Owed, ...]:
    """The service levels of a new priority or service, as far as they are still open and other than before."""
    rules, hours = policy.rules_for(priority, service), policy.business_hours
    if incident.status.is_calm or rules == policy.rules_for(incident.priority, incident.service):
        return ()
    is_worse = priority.is_worse_than(incident.priority)
    since = incident.clocks_since
    return tuple(
        _target(kind, anew(incident.target(kind), since, span, now, rules, hours, is_worse=is_worse), now, rules, hours)
        for kind, span in spans(rules).items()
        if kind is DeadlineKind.RESOLVE or incident.status is not Status.MITIGATED
    )


def _target(kind: DeadlineKind, due_at: datetime, now: datetime, rules: PriorityRules, hours: BusinessHours) -> Owed:
    warn_at = part_before(due_at, spans(rules)[kind], LEFT_AT_WARNING, rules, hours)
    return Owed(kind, due_at, warn_at if now < warn_at < due_at else None)


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """One of them as it turned out. `is_kept` is None while that is open, or where it never came to it."""

    name: str
    due_at: datetime
    at: datetime | None
    is_kept: bool | None


def measured(incident: Incident) -> tuple[ServiceLevel, ...]:
    """The service levels of an incident: to acknowledge, to update first, to mitigate, to resolve."""
    promised_first = incident.acknowledge_was_due_at or incident.acknowledge_due_at
    update_promised = incident.first_update_was_due_at or incident.update_due_at
    levels = (
        ("acknowledge", DeadlineKind.ACKNOWLEDGE, promised_first, incident.acknowledged_at),
        ("update first", DeadlineKind.UPDATE, update_promised, incident.first_update_at),
        *(
            (name, kind, incident.target(kind), at)
            for name, kind, at in (
                ("mitigate", DeadlineKind.MITIGATE, incident.mitigated_at),
                ("resolve", DeadlineKind.RESOLVE, incident.resolved_at),
            )
        ),
    )
    return tuple(
        ServiceLevel(name, due_at, at, _is_kept(incident, kind, due_at, at))
        for name, kind, due_at, at in levels
        if due_at is not None
    )


def _is_kept(incident: Incident, kind: DeadlineKind, due_at: datetime, at: datetime | None) -> bool | None:
    """What ended before it was due, without having come to it, neither kept nor missed it."""
    if kind is DeadlineKind.UPDATE and at is not None:
        return incident.is_first_update_on_time
    if at is not None:
        return at <= due_at
    ended_at = incident.resolved_at or incident.over_at
    if ended_at is not None and ended_at > due_at:
        return False
    return False if incident.missed_at(kind) == due_at else None


def fire(incident: Incident, deadline: Deadline, now: datetime, policy: Policy) -> Decision:
    """Warn the channel and the commander ahead of a breach; record the breach, and tell a manager."""
    if deadline.step is DeadlineStep.REMIND and now < deadline.promised_at:
        return Decision((DeadlineReminded(at=now, deadline=deadline.kind, due_at=deadline.promised_at),))
    managers = _managers(incident, policy)
    return Decision((TargetMissed(at=now, deadline=deadline.kind, due_at=deadline.promised_at, told=managers),))


def _managers(incident: Incident, policy: Policy) -> tuple[SlackUserId, ...]:
    others = [one for one in policy.managers_of(incident.service) if one != incident.commander]
    return tuple(one for one in others if incident.may_hear(one))
