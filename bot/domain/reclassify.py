"""Classifying an incident anew, with a reason: the clocks, the runbooks and who is asked follow."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from bot.domain import audience_clocks, bridge, cadence, clock
from bot.domain.audience import broadcast_of
from bot.domain.bringing_in import resolvers
from bot.domain.business_context import Circumstances
from bot.domain.decision import Decision
from bot.domain.escalation import Groups
from bot.domain.explaining import explained
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.matching import Words, choose
from bot.domain.oncall import who_to_ask
from bot.domain.policy import Policy
from bot.domain.priority import Assessment, assess
from bot.domain.reason import Reasons, Stated
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.runbook import Runbook
from bot.domain.service_levels import targets_after
from bot.domain.status import require_not_over
from bot.domain.timeline import LinkedRunbook, Reclassified
from bot.domain.vocabulary import Level, Priority, Severity
from bot.domain.vocabulary import ReasonCode as Code


class TooLateForPrivate(Refusal):
    """Incidents of the category {category} are private from the start, but the channel of {ref} is already public, and
    that can't be changed. Declare a private one with `/incident declare <title> category:{category}`
    and cancel this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The one thing that is said anew; all else is None. Service and category are as the policy knows them."""

    priority: Priority | None = None
    impact: Level | None = None
    urgency: Level | None = None
    severity: Severity | None = None
    service: str | None = None
    category: str | None = None

    @property
    def name(self) -> str:
        return next(one.name for one in fields(self) if getattr(self, one.name) is not None)

    @property
    def value(self) -> str:
        return str(getattr(self, self.name))


def reclassify(
    incident: Incident,
    by: SlackUserId | None,
    change: Change,
    reason: str,
    now: datetime,
    policy: Policy,
    runbooks: Sequence[Runbook] = (),
    groups: Groups | None = None,
    told: Words | None = None,
) -> Decision:
    """Say one part of the classification anew. `groups`: the resolver group of the service, as far as Slack told its
    members; it is called when the incident becomes worse, or another service's. `told`: which runbooks hold the words
    of the title."""
    require_not_over(incident)
    _require_another(incident, change)
    _require_possible(incident, change, policy)
    found = _assessed(incident, change, now, policy)
    acknowledge, next_update = cadence.after_reclassification(
        incident, found.priority, change.service or incident.service, now, policy
    )
    asked, because = _asked(incident, change, now, policy)
    service = policy.service_of(change.service)
    event = Reclassified(
        at=now,
        by=by,
        priority=found.priority,
        was=incident.priority,
        impact=found.impact,
        urgency=found.urgency,
        changed=change.name,
        reason=reason,
        why=found.why,
        why_reasons=found.reasons,
        is_priority_given=found.is_given,
        severity=change.severity,
        service=change.service,
        service_name=service.name if service else change.service,
        category=change.category,
        runbooks=_fitting(incident, change, found.priority, policy, runbooks, told or {}),
        asked=asked,
        asked_because=explained(because),
        asked_reasons=because,
        called=_called(incident, change, found.priority, policy, groups or {}),
        bridge_url=None if incident.bridge_url else bridge.of_policy(incident.ref, found.priority, policy),
        broadcast=broadcast_of(found.priority, policy) if _needs_card(incident) else None,
        acknowledge=acknowledge,
        next_update=next_update,
        owed=(
            *targets_after(incident, found.priority, change.service or incident.service, now, policy),
            *clock.suggested(
                found.priority,
                change.category or incident.category,
                change.service or incident.service,
                now,
                policy,
                incident,
            ),
        ),
        audiences=audience_clocks.after_reclassification(
            incident, found.priority, change.service or incident.service, now, policy
        ),
    )
    return Decision((event,))


def _called(
    incident: Incident, change: Change, priority: Priority, policy: Policy, groups: Groups
) -> tuple[SlackUserId, ...]:
    is_new = priority.is_worse_than(incident.priority) or change.service is not None
    if not is_new or incident.is_private or incident.status.is_calm:
        return ()
    return resolvers(policy, priority, change.service or incident.service, groups)


def _needs_card(incident: Incident) -> bool:
    return incident.broadcast is None and not incident.is_hidden


def _require_possible(incident: Incident, change: Change, policy: Policy) -> None:
    """A channel keeps its kind, so a category that is private by policy comes too late for one that all can read."""
    if change.category in policy.private_categories and not incident.is_private:
        raise TooLateForPrivate(ref=incident.ref, category=change.category)


def _require_another(incident: Incident, change: Change) -> None:
    if change.priority is not None and change.priority is incident.priority:
        raise NothingToChange(text=f"{incident.ref} is already {incident.priority}; nothing was changed.")
    if change.value == getattr(incident, change.name):
        shown = incident.service_name if change.name == "service" else change.value
        raise NothingToChange(text=f"The {change.name} of {incident.ref} is already {shown}; nothing was changed.")


def _assessed(incident: Incident, change: Change, now: datetime, policy: Policy) -> Assessment:
    """A priority given by hand stands until somebody says another impact or urgency."""
    impact, urgency = change.impact or incident.impact, change.urgency or incident.urgency
    if change.priority is not None:
        given = (Stated(Code.GIVEN_BY_HAND),)
        return Assessment(change.priority, impact, urgency, explained(given), is_given=True, reasons=given)
    is_measured_anew = change.impact is not None or change.urgency is not None
    if change.severity is not None or (incident.is_priority_given and not is_measured_anew):
        why, reasons = incident.why, incident.why_reasons
        return Assessment(incident.priority, impact, urgency, why, incident.is_priority_given, reasons)
    around = Circumstances(change.service or incident.service, change.category or incident.category, now)
    return assess(policy, around, impact, urgency)


def _asked(incident: Incident, change: Change, now: datetime, policy: Policy) -> tuple[SlackUserId | None, Reasons]:
    """While nobody commands, whoever is on call for the new service is asked instead."""
    if change.service is None or incident.commander is not None or incident.status.is_calm:
        return None, ()
    person, because = who_to_ask(policy, change.service, now, incident.declared_by)
    is_another = person is not None and person != incident.asked and incident.may_be_called(person)
    return (person, because) if is_another else (None, ())


def _fitting(
    incident: Incident,
    change: Change,
    priority: Priority,
    policy: Policy,
    runbooks: Sequence[Runbook],
    told: Words,
) -> tuple[LinkedRunbook, ...]:
    """The runbooks that fit now and are not linked yet."""
    if change.service is None and change.category is None:
        return ()
    slug = change.service or incident.service
    service = policy.service_of(slug)
    known = {one.slug for one in incident.runbooks}
    found = choose(runbooks, service, change.category or incident.category, told, priority)
    return tuple(one for one in found if one.slug not in known)
