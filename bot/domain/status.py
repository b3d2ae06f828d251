"""The lifecycle: which step may follow which, and what each one brings about."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain import audience_clocks, cadence
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId, ref
from bot.domain.incident import Incident
from bot.domain.nudges import archiving, quiet, review_due, verification
from bot.domain.oncall import who_to_ask
from bot.domain.policy import Policy
from bot.domain.refusal import AlreadyOver, Refusal
from bot.domain.service_levels import targets
from bot.domain.timeline import (
    IncidentCancelled,
    IncidentClosed,
    IncidentMitigated,
    IncidentReopened,
    IncidentResolved,
    IncidentVerified,
)
from bot.domain.vocabulary import Status

UNDER_WAY = frozenset({Status.DECLARED, Status.INVESTIGATING})

FROM = {
    "mitigate": UNDER_WAY,
    "resolve": UNDER_WAY | {Status.MITIGATED},
    "verify": frozenset({Status.RESOLVED}),
    "close": frozenset({Status.RESOLVED}),
    "reopen": frozenset({Status.RESOLVED, Status.CLOSED}),
    "cancel": UNDER_WAY | {Status.MITIGATED},
    "merge": UNDER_WAY | {Status.MITIGATED},
}
"""Verb → the statuses it may be used in."""

INSTEAD = {
    Status.DECLARED: "Next comes `/incident accept`, then `mitigate <what>` or `resolve <what fixed it>`.",
    Status.INVESTIGATING: "Next comes `/incident mitigate <what>` or `/incident resolve <what fixed it>`.",
    Status.MITIGATED: "Next comes `/incident resolve <what fixed it>`.",
    Status.RESOLVED: "Next comes `/incident verify <by whom or what>`, then `close`; or `reopen <reason>`.",
    Status.CLOSED: "It can be opened again with `/incident reopen <reason>`.",
    Status.CANCELLED: "Declare a new incident if there is one after all.",
    Status.MERGED: "Go on in the incident it was merged into.",
}


class NotNow(Refusal):
    """{ref} is {status}, so `{verb}` does not apply. {instead}"""


class OverForGood(AlreadyOver):
    """{ref} is {status}. You can still add a note or a follow-up, and work on the review. {instead}"""


class NotVerified(Refusal):
    """{ref} is not verified yet. Type `/incident verify <by whom or what>` first, or close it without:
    `/incident close unverified <reason>`."""


def require(incident: Incident, verb: str) -> None:
    """Refuse a lifecycle verb that the incident's status does not allow."""
    if incident.status not in FROM[verb]:
        raise NotNow(ref=incident.ref, status=incident.status, verb=verb, instead=_instead(incident))


def require_not_over(incident: Incident) -> None:
    """Refuse what an incident that is over does not take, saying what it still takes."""
    if incident.status in FROM["reopen"] and incident.status.is_over:
        raise AlreadyOver(ref=incident.ref, status=incident.status)
    if incident.status.is_over:
        raise OverForGood(ref=incident.ref, status=incident.status, instead=_instead(incident))


def _instead(incident: Incident) -> str:
    """What the incident's status allows."""
    if incident.merged_into is not None:
        return f"Go on in {ref(incident.merged_into)}."
    return INSTEAD[incident.status]


def mitigate(incident: Incident, by: SlackUserId | None, what: str, now: datetime, policy: Policy) -> Decision:
    """The impact has stopped; the fault may still be there. The clock goes on, more slowly."""
    require(incident, "mitigate")
    rules = policy.rules_for(incident.priority, incident.service)
    promised = cadence.next_update(Status.MITIGATED, now, rules, policy.business_hours)
    return Decision((IncidentMitigated(at=now, by=by, what=what, next_update=promised),))


def resolve(incident: Incident, by: SlackUserId | None, what: str, now: datetime, policy: Policy) -> Decision:
    """The fault is gone; nobody is owed updates any more."""
    require(incident, "resolve")
    rules = policy.rules_for(incident.priority, incident.service)
    hours = policy.business_hours
    review_at = now + rules.review_within if rules.review_within else None
    review = review_due(review_at, now, hours) if review_at else ()
    owed = (*verification(now, rules, hours), *review)
    return Decision((IncidentResolved(at=now, by=by, what=what, owed=owed, review_due_at=review_at),))


def verify(incident: Incident, by: SlackUserId | None, how: str, now: datetime) -> Decision:
    """Somebody looked and it holds. May be repeated."""
    require(incident, "verify")
    return Decision((IncidentVerified(at=now, by=by, how=how),))


def close(
    incident: Incident, by: SlackUserId | None, unverified_because: str | None, now: datetime, policy: Policy
) -> Decision:
    """The end: the review is posted."""
    require(incident, "close")
    if incident.verified_at is None and not unverified_because:
        raise NotVerified(ref=incident.ref)
    reason = unverified_because if incident.verified_at is None else None
    owed = archiving(incident, now, policy)
    return Decision((IncidentClosed(at=now, by=by, unverified_because=reason, owed=owed),))


def reopen(
    incident: Incident,
    by: SlackUserId | None,
    reason: str,
    now: datetime,
    policy: Policy,
    people: Sequence[SlackUserId] = (),
) -> Decision:
    """Back to investigating; the clocks start anew. `people`: who was in a channel that is archived, to be brought
    into the one that is opened instead."""
    require(incident, "reopen")
    rules, hours = policy.rules_for(incident.priority, incident.service), policy.business_hours
    acknowledge, _ = cadence.first_promises(now, rules, hours)
    asked = None if incident.commander else who_to_ask(policy, incident.service, now, by or incident.declared_by)[0]
    asked = asked if asked and incident.may_be_called(asked) else None
    event = IncidentReopened(
        at=now,
        by=by,
        reason=reason,
        asked=asked,
        acknowledge=None if incident.commander else acknowledge,
        next_update=cadence.next_update(Status.INVESTIGATING, now, rules, hours),
        owed=(*targets(now, rules, hours), *quiet(now, rules, hours)),
        was_channel=incident.channel if incident.is_out_of_reach and not incident.is_moving else None,
        audiences=audience_clocks.first(
            incident.priority,
            incident.service,
            now,
            policy,
            is_private=incident.is_private,
            is_drill=incident.is_drill,
        ),
    )
    return Decision((event,), present=tuple(people))


def cancel(incident: Incident, by: SlackUserId | None, reason: str, now: datetime, policy: Policy) -> Decision:
    """There was no incident after all."""
    require(incident, "cancel")
    return Decision((IncidentCancelled(at=now, by=by, reason=reason, owed=archiving(incident, now, policy)),))
