"""Bringing people in: inviting, paging a service's on-call, escalating by hand."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.decision import Decision
from bot.domain.escalation import Groups
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.oncall import on_call, unmatched_at
from bot.domain.paging import pages_for
from bot.domain.policy import Policy, Service
from bot.domain.refusal import Refusal
from bot.domain.status import require_not_over
from bot.domain.timeline import Escalated, PeopleInvited, ServicePaged
from bot.domain.vocabulary import Priority, Role


class NobodyOnCall(Refusal):
    """Nobody is on call for {service} now. Name somebody instead:
    `/incident invite @name`."""


class OnCallUnmatched(Refusal):
    """PagerDuty has {who} on call for {service}, who is not known in Slack. Call them yourself, or name somebody:
    `/incident invite @name`."""


class OnCallYourself(Refusal):
    """You are on call for {service} yourself, and there is no secondary. Name somebody instead:
    `/incident invite @name`."""


def resolvers(policy: Policy, priority: Priority, service: str | None, groups: Groups) -> tuple[SlackUserId, ...]:
    """The members of the service's resolver group, where the policy has them called at that priority."""
    handle = policy.resolver_group_of(priority, service)
    return tuple(dict.fromkeys(groups.get(handle, ()))) if handle else ()


def invite(incident: Incident, by: SlackUserId | None, people: Sequence[SlackUserId], now: datetime) -> Decision:
    """Add people to the incident's channel."""
    require_not_over(incident)
    return Decision((PeopleInvited(at=now, by=by, people=tuple(dict.fromkeys(people))),))


def page(incident: Incident, by: SlackUserId | None, service: Service, now: datetime, policy: Policy) -> Decision:
    """Call whoever is on call for a service into the incident; the secondary, where that is who calls."""
    require_not_over(incident)
    schedule = policy.schedule_for(service.slug)
    turn = on_call(schedule, now) if schedule else None
    if turn is None and schedule and (unmatched := unmatched_at(schedule, now)):
        raise OnCallUnmatched(who=unmatched, service=service.name)
    if turn is None:
        raise NobodyOnCall(service=service.name)
    person = next((one for one in (turn.primary, turn.secondary) if one not in (by, None)), None)
    if person is None:
        raise OnCallYourself(service=service.name)
    pages = pages_for((person,), service.slug, now, policy)
    event = ServicePaged(at=now, by=by, service=service.slug, service_name=service.name, person=person, pages=pages)
    return Decision((event,))


def escalate(incident: Incident, by: SlackUserId | None, reason: str, now: datetime, policy: Policy) -> Decision:
    """Tell the next people by direct message: the deputy, else the secondary on call, and the managers."""
    require_not_over(incident)
    told = tuple(person for person in _next_people(incident, now, policy) if person != by)
    return Decision((Escalated(at=now, by=by, reason=reason, told=told),))


def _next_people(incident: Incident, now: datetime, policy: Policy) -> tuple[SlackUserId, ...]:
    schedule = policy.schedule_for(incident.service)
    turn = on_call(schedule, now) if schedule else None
    first = incident.holder(Role.DEPUTY) or (turn.secondary if turn else None)
    people = (*((first,) if first else ()), *policy.managers_of(incident.service))
    return tuple(one for one in dict.fromkeys(people) if incident.may_be_called(one))
