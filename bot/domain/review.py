"""The life of a review: a draft from the resolution on, in review, approved by somebody else, published; or waived."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain.cadence import opening
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.lessons import offer
from bot.domain.nudges import archive_at, review_due
from bot.domain.policy import BusinessHours, Policy
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.sections import HEADINGS
from bot.domain.telling import listed
from bot.domain.timeline import (
    Owed,
    ReviewApproved,
    ReviewMeetingMoved,
    ReviewPublished,
    ReviewReopened,
    ReviewStarted,
    ReviewWaived,
)
from bot.domain.vocabulary import ReviewState, Section

READING_TIME = timedelta(hours=24)
"""Between the draft and the meeting about it."""
MEETING_LASTS = timedelta(minutes=45)


class TooEarlyForReview(Refusal):
    """{ref} is {status}. The review starts once it is resolved: `/incident resolve <what fixed it>`."""


class NotInReview(Refusal):
    """The review of {ref} is {state}. It is approved while it is in review: `/incident review start`."""


class NotApproved(Refusal):
    """The review of {ref} is {state}. First it is started with `/incident review start` and approved with
    `/incident review approve`."""


class NotSettled(Refusal):
    """The review of {ref} is {state}. Only one that was approved is opened again."""


class NoMeeting(Refusal):
    """The review of {ref} is {state}. A meeting belongs to a review that has started: `/incident review start`."""


class MeetingInThePast(Refusal):
    """That time has passed. For example `/incident review meet 2026-12-03T10:00`."""


class ApprovedByAnother(Refusal):
    """You started the review of {ref}; somebody else has to read and approve it."""


class ApprovedByItsAuthor(Refusal):
    """You are the only one who wrote in the review of {ref}; somebody else has to read and approve it."""


class HasEmptySections(Refusal):
    """The review of {ref} is not approved yet. Nothing is written under {titles}; once it is approved, that is left
    out."""


def start(
    incident: Incident, by: SlackUserId | None, now: datetime, policy: Policy, told: Collection[SlackUserId] = ()
) -> Decision:
    """Open the review for everybody's work on it. Possible once the incident is resolved or over. `told`: who hears
    that it is there to be approved."""
    if not incident.status.is_calm:
        raise TooEarlyForReview(ref=incident.ref, status=incident.status)
    if incident.review_started_at is not None or incident.review_waived_at is not None:
        raise _already(incident)
    within = policy.priorities[incident.priority].review_within
    due_at = incident.review_due_at or (now + within if within else None)
    owed = review_due(due_at, now, policy.business_hours) if due_at and incident.review_due_at is None else ()
    meeting_at = meeting_time(now, policy.business_hours) if due_at and policy.reviews.meeting else None
    return Decision((ReviewStarted(at=now, by=by, due_at=due_at, owed=owed, meeting_at=meeting_at, told=tuple(told)),))


def meeting_time(now: datetime, hours: BusinessHours) -> datetime:
    """When to meet: the first half hour in business hours a day from now that leaves time for the whole meeting, so
    that everybody can have read the draft."""
    at = _half_hour(opening(now + READING_TIME, hours))
    if opening(at + MEETING_LASTS, hours) != at + MEETING_LASTS:
        at = _half_hour(opening(at + MEETING_LASTS, hours))
    return at


def _half_hour(at: datetime) -> datetime:
    """The next full or half hour."""
    over = timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    return at + timedelta(minutes=30) - over if over else at


def move_meeting(incident: Incident, by: SlackUserId, meeting_at: datetime, now: datetime) -> Decision:
    """The meeting is to be at another time."""
    if incident.review_state is not ReviewState.IN_REVIEW:
        raise NoMeeting(ref=incident.ref, state=incident.review_state)
    if meeting_at <= now:
        raise MeetingInThePast
    if meeting_at == incident.review_meeting_at:
        raise NothingToChange(text=f"The meeting about {incident.ref} is already at that time; nothing was changed.")
    return Decision((ReviewMeetingMoved(at=now, by=by, meeting_at=meeting_at),))


def approve(
    incident: Incident,
    by: SlackUserId,
    now: datetime,
    policy: Policy,
    authors: frozenset[SlackUserId] = frozenset(),
    empty: Collection[Section] = (),
) -> Decision:
    """Somebody has read it who neither started it nor alone wrote it. From now on the channel may be archived in its
    time. `empty`: the sections with nothing in them, unless it is to be approved as it is; then it is asked first."""
    if incident.review_approved_at is not None:
        raise _already(incident)
    if incident.review_state is not ReviewState.IN_REVIEW:
        raise NotInReview(ref=incident.ref, state=incident.review_state)
    if (why_not := not_for(incident, by, authors)) is not None:
        raise why_not
    if empty:
        titles = listed(heading.title for section, heading in HEADINGS.items() if section in empty)
        raise HasEmptySections(ref=incident.ref, titles=titles)
    approved = ReviewApproved(at=now, by=by, owed=_archiving(incident, now, policy), offers=offer(incident))
    return Decision((approved,))


def not_for(incident: Incident, by: SlackUserId, authors: frozenset[SlackUserId]) -> Refusal | None:
    """Why somebody may not approve the review because of what they did for it."""
    if by == incident.review_started_by:
        return ApprovedByAnother(ref=incident.ref)
    return ApprovedByItsAuthor(ref=incident.ref) if authors == {by} else None


def publish(incident: Incident, by: SlackUserId, now: datetime) -> Decision:
    """The approved review is given out as it stands now."""
    if incident.review_published_at is not None:
        raise _already(incident)
    if incident.review_state is not ReviewState.APPROVED:
        raise NotApproved(ref=incident.ref, state=incident.review_state)
    return Decision((ReviewPublished(at=now, by=by),))


def reopen(incident: Incident, by: SlackUserId, reason: str, now: datetime) -> Decision:
    """An approved review is written in again, and approved anew afterwards."""
    if incident.review_state not in (ReviewState.APPROVED, ReviewState.PUBLISHED):
        raise NotSettled(ref=incident.ref, state=incident.review_state)
    return Decision((ReviewReopened(at=now, by=by, reason=reason),))


def waive(incident: Incident, by: SlackUserId, reason: str, now: datetime, policy: Policy) -> Decision:
    """There will be no review, for a reason that is kept."""
    if not incident.status.is_calm:
        raise TooEarlyForReview(ref=incident.ref, status=incident.status)
    if incident.review_approved_at is not None or incident.review_waived_at is not None:
        raise _already(incident)
    return Decision((ReviewWaived(at=now, by=by, reason=reason, owed=_archiving(incident, now, policy)),))


def _already(incident: Incident) -> NothingToChange:
    return NothingToChange(
        text=f"The review of {incident.ref} is {incident.review_state} already; nothing was changed."
    )


def _archiving(incident: Incident, now: datetime, policy: Policy) -> tuple[Owed, ...]:
    """What was kept open for the review alone may go now."""
    if not incident.status.is_over or incident.is_archived:
        return ()
    return archive_at(now, policy)
