"""How impact, urgency and business context become a priority, and how it changes later."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain import cadence
from bot.domain.decision import Decision, announced
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import BusinessHours, ContextRule, Policy
from bot.domain.refusal import NothingToChange
from bot.domain.status import require_not_over
from bot.domain.timeline import Reclassified
from bot.domain.vocabulary import Level, Priority

ASSUMED_IMPACT = Level.MEDIUM
ASSUMED_URGENCY = Level.HIGH
"""Urgent until somebody knows better: in doubt take the worse."""

RAISED = {Level.LOW: Level.MEDIUM, Level.MEDIUM: Level.HIGH, Level.HIGH: Level.HIGH}


@dataclass(frozen=True, slots=True)
class Assessment:
    """A priority and, in words, how it came about."""

    priority: Priority
    impact: Level
    urgency: Level
    """As it was told or assumed. Context raises it for the matrix alone, so that it is never raised twice."""
    why: str
    is_given: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What business context looks at."""

    service: str | None
    category: str | None
    at: datetime


def assess(
    policy: Policy,
    around: Circumstances,
    impact: Level | None = None,
    urgency: Level | None = None,
    given: Priority | None = None,
) -> Assessment:
    """The priority by the policy's matrix, unless one is given outright."""
    rows, columns = impact or ASSUMED_IMPACT, urgency or ASSUMED_URGENCY
    if given is not None:
        return Assessment(given, rows, columns, "given by the person who declared it", is_given=True)
    reasons = [_said("impact", rows, impact), _said("urgency", columns, urgency)]
    raising = next((rule for rule in policy.context if _applies(rule, policy, around)), None)
    counted = columns if raising is None else RAISED[columns]
    if raising is not None and counted is not columns:
        reasons.append(f"urgency raised to {counted} ({_because(raising)})")
    return Assessment(policy.matrix[rows][counted], rows, columns, ", ".join(reasons))


def _said(name: str, level: Level, given: Level | None) -> str:
    return f"{name} {level}" if given else f"{name} {level} (assumed)"


def _applies(rule: ContextRule, policy: Policy, around: Circumstances) -> bool:
    known = policy.services.get(around.service) if around.service else None
    tier = known.tier if known else None
    return (
        rule.service in (None, around.service)
        and rule.category in (None, around.category)
        and rule.tier in (None, tier)
        and (rule.calendar is None or is_month_end(around.at, policy.business_hours))
    )


def _because(rule: ContextRule) -> str:
    parts = [
        f"service {rule.service}" if rule.service else "",
        f"category {rule.category}" if rule.category else "",
        f"tier {rule.tier}" if rule.tier is not None else "",
        "month end" if rule.calendar else "",
    ]
    return ", ".join(part for part in parts if part) or "business context"


def is_month_end(at: datetime, hours: BusinessHours) -> bool:
    """Whether the day is one of the last two business days of its month, in the zone of the business hours."""
    today = at.astimezone(hours.timezone).date()
    first_of_next = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    days = [first_of_next - timedelta(days=back) for back in range(1, 32)]
    business = [day for day in days if day.month == today.month and _is_business_day(day, hours)]
    return today in business[:2]


def _is_business_day(day: date, hours: BusinessHours) -> bool:
    return day.weekday() in hours.days and day not in hours.holidays


def set_priority(
    incident: Incident, by: SlackUserId, priority: Priority, reason: str, now: datetime, policy: Policy
) -> Decision:
    """A person overrides the matrix."""
    require_not_over(incident)
    if priority is incident.priority:
        raise NothingToChange(text=f"{incident.ref} is {priority} already; nothing was changed.")
    found = Assessment(priority, incident.impact, incident.urgency, "given by hand", is_given=True)
    return _reclassify(incident, by, "priority", found, reason, now, policy)


def set_impact(
    incident: Incident, by: SlackUserId, impact: Level, reason: str, now: datetime, policy: Policy
) -> Decision:
    require_not_over(incident)
    if impact is incident.impact:
        raise NothingToChange(text=f"The impact of {incident.ref} is {impact} already; nothing was changed.")
    around = Circumstances(incident.service, incident.category, now)
    return _reclassify(incident, by, "impact", assess(policy, around, impact, incident.urgency), reason, now, policy)


def set_urgency(
    incident: Incident, by: SlackUserId, urgency: Level, reason: str, now: datetime, policy: Policy
) -> Decision:
    require_not_over(incident)
    if urgency is incident.urgency:
        raise NothingToChange(text=f"The urgency of {incident.ref} is {urgency} already; nothing was changed.")
    around = Circumstances(incident.service, incident.category, now)
    return _reclassify(incident, by, "urgency", assess(policy, around, incident.impact, urgency), reason, now, policy)


def _reclassify(
    incident: Incident, by: SlackUserId, changed: str, found: Assessment, reason: str, now: datetime, policy: Policy
) -> Decision:
    acknowledge, next_update = cadence.after_reclassification(incident, found.priority, now, policy)
    event = Reclassified(
        at=now,
        by=by,
        priority=found.priority,
        was=incident.priority,
        impact=found.impact,
        urgency=found.urgency,
        changed=changed,
        reason=reason,
        why=found.why,
        is_priority_given=found.is_given,
        acknowledge=acknowledge,
        next_update=next_update,
    )
    return announced(incident, event)
