"""What is easily forgotten: an incident that has gone quiet, a resolution that nobody verified, a review, a follow-up,
and a channel that nobody needs any more. Whoever can see to it is asked, at the times of the policy, and not for ever.
"""

from datetime import date, datetime, timedelta

from bot.domain.cadence import after, business_before, on_day, opening
from bot.domain.decision import Decision
from bot.domain.incident import Deadline, Incident
from bot.domain.policy import BusinessHours, Policy, PriorityRules
from bot.domain.timeline import ActivitySeen, ArchivingDecided, DeadlineReminded, Nudged, Owed
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, ReviewState

ASKED_AT_MOST = 3
"""So often somebody is asked for a verification, or for a review that is late."""
LONGEST_PAUSE = 8
"""Each pause is twice the one before it, up to so many times the first."""
TOLD_AHEAD = timedelta(hours=1)
"""So long before it is archived the channel is told."""
REMINDED_AHEAD = 2
"""Days before a follow-up is due."""
WEEK = timedelta(days=7)
WEEKS = 12
"""So long after it was due its owner is still reminded of a follow-up, once a week."""


def quiet(now: datetime, rules: PriorityRules, hours: BusinessHours) -> tuple[Owed, ...]:
    """When it is looked whether anything still happens."""
    span = rules.quiet_after
    return (Owed(DeadlineKind.QUIET, after(now, span, rules, hours)),) if span else ()


def verification(now: datetime, rules: PriorityRules, hours: BusinessHours) -> tuple[Owed, ...]:
    span = rules.verify_within
    return (Owed(DeadlineKind.VERIFY, after(now, span, rules, hours)),) if span else ()


def archiving(incident: Incident, now: datetime, policy: Policy) -> tuple[Owed, ...]:
    """When the channel is told that it will be archived; never while the review is open or still to come."""
    return () if review_is_open(incident, policy) else archive_at(now, policy)


def archive_at(now: datetime, policy: Policy) -> tuple[Owed, ...]:
    span = policy.channels.archive_after
    return (Owed(DeadlineKind.ARCHIVE, opening(now + span, policy.business_hours)),) if span else ()


def review_is_open(incident: Incident, policy: Policy) -> bool:
    """Whether the review is under way, or owed by the policy for what was resolved."""
    if incident.review_state in (ReviewState.APPROVED, ReviewState.PUBLISHED, ReviewState.WAIVED):
        return False
    is_owed = policy.priorities[incident.priority].review_within is not None and incident.resolved_at is not None
    return incident.review_started_at is not None or is_owed


def review_due(due_at: datetime, now: datetime, hours: BusinessHours) -> tuple[Owed, ...]:
    """A reminder one business day ahead, and one when it is due, both in business hours."""
    at = opening(due_at, hours)
    remind_at = opening(business_before(at, timedelta(days=1), hours), hours)
    return (Owed(DeadlineKind.REVIEW, at, remind_at if remind_at > now else None),)


def follow_up_due(due: date, now: datetime, hours: BusinessHours) -> tuple[Owed, ...]:
    """A reminder two days ahead, and one on the day, when business opens."""
    at = on_day(due, hours)
    remind_at = on_day(due - timedelta(days=REMINDED_AHEAD), hours)
    return (Owed(DeadlineKind.FOLLOW_UP, at, remind_at if now < remind_at < at else None),) if at > now else ()


def fire(incident: Incident, deadline: Deadline, now: datetime, policy: Policy, last_at: datetime) -> Decision:
    """What happens when the time of one of these comes. `last_at`: when anything last happened in the incident."""
    rules, hours = policy.rules_for(incident.priority, incident.service), policy.business_hours
    if deadline.step is DeadlineStep.REMIND and now < deadline.promised_at:
        return _remind(deadline, now)
    match deadline.kind:
        case DeadlineKind.QUIET:
            return _quiet(incident, deadline, now, rules, hours, last_at)
        case DeadlineKind.ARCHIVE:
            return _archive(incident, deadline, now)
        case DeadlineKind.VERIFY:
            nth = incident.nudged(DeadlineKind.VERIFY) + 1
            span = rules.verify_within if nth < ASKED_AT_MOST else None
            return _nudge(incident, deadline, now, after(now, _pause(span, nth), rules, hours) if span else None)
        case DeadlineKind.REVIEW:
            goes_on = incident.nudged(DeadlineKind.REVIEW) + 1 < ASKED_AT_MOST
            return _nudge(incident, deadline, now, opening(now + WEEK, hours) if goes_on else None)
        case DeadlineKind.FOLLOW_UP:
            return _follow_up(incident, deadline, now, policy)
        case _:
            return _nudge(incident, deadline, now, None)


def _remind(deadline: Deadline, now: datetime) -> Decision:
    """A follow-up is told apart from others by the event that agreed on it."""
    of = deadline.set_by if deadline.kind is DeadlineKind.FOLLOW_UP else None
    return Decision((DeadlineReminded(at=now, deadline=deadline.kind, due_at=deadline.promised_at, of=of),))


def _nudge(incident: Incident, deadline: Deadline, now: datetime, next_at: datetime | None) -> Decision:
    to = incident.in_charge_of(None)
    nth = incident.nudged(deadline.kind) + 1
    nudged = Nudged(at=now, deadline=deadline.kind, due_at=deadline.promised_at, to=to, nth=nth, next_at=next_at)
    return Decision((nudged,))


def _follow_up(incident: Incident, deadline: Deadline, now: datetime, policy: Policy) -> Decision:
    """The owner is reminded when it is due and each week after that."""
    of = deadline.set_by
    to = incident.in_charge_of(of)
    weeks = (now - deadline.promised_at) // WEEK
    again = opening(now + WEEK, policy.business_hours) if weeks < WEEKS else None
    nth = weeks + 1
    nudged = Nudged(at=now, deadline=deadline.kind, due_at=deadline.promised_at, to=to, nth=nth, of=of, next_at=again)
    return Decision((nudged,))


def _quiet(
    incident: Incident,
    deadline: Deadline,
    now: datetime,
    rules: PriorityRules,
    hours: BusinessHours,
    last_at: datetime,
) -> Decision:
    span = rules.quiet_after
    if span is None:  # the policy has given it up since; then nobody is asked, and it is not looked again
        return Decision((Nudged(at=now, deadline=DeadlineKind.QUIET, due_at=last_at),))
    quiet_at = after(last_at, span, rules, hours)
    if quiet_at > now:
        return Decision((ActivitySeen(at=now, last_at=last_at, next_at=quiet_at),))
    to = incident.commander or incident.contact
    is_quiet_still = deadline.promised_at == last_at
    nth = incident.nudged(DeadlineKind.QUIET) + 1 if is_quiet_still else 1
    next_at = after(now, _pause(span, nth), rules, hours)
    nudged = Nudged(at=now, deadline=DeadlineKind.QUIET, due_at=last_at, to=to, nth=nth, next_at=next_at)
    return Decision((nudged,))


def _archive(incident: Incident, deadline: Deadline, now: datetime) -> Decision:
    if not incident.nudged(DeadlineKind.ARCHIVE):
        next_at = now + TOLD_AHEAD
        nudged = Nudged(at=now, deadline=DeadlineKind.ARCHIVE, due_at=deadline.promised_at, next_at=next_at)
        return Decision((nudged,))
    return Decision((ArchivingDecided(at=now),))


def _pause(span: timedelta, nth: int) -> timedelta:
    """How long to wait after the nth time somebody was asked."""
    return span * min(1 << nth, LONGEST_PAUSE)
