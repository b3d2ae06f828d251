"""Follow-ups and the start of the review: what is left to do afterwards."""

from datetime import date, datetime, timedelta

from bot.domain.decision import Decision, announced
from bot.domain.housekeeping import follow_up_due, review_due
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.timeline import FollowUpAgreed, ReviewStarted


class DueInThePast(Refusal):
    """{due} is over. Give a date to come, such as `due:{example}`."""


class TooEarlyForReview(Refusal):
    """{ref} is {status}. The review starts once it is resolved: `/incident resolve <what fixed it>`."""


def agree(
    incident: Incident,
    by: SlackUserId,
    text: str,
    owner: SlackUserId | None,
    due: date | None,
    now: datetime,
    policy: Policy,
) -> Decision:
    """Agree on something to be done, by whom and by when. Possible at any status."""
    if due is not None and due < now.date():
        raise DueInThePast(due=due.isoformat(), example=(now.date() + timedelta(days=14)).isoformat())
    owed = follow_up_due(due, now, policy.business_hours) if due else ()
    return announced(incident, FollowUpAgreed(at=now, by=by, text=text, owner=owner, due=due, owed=owed))


def start_review(incident: Incident, by: SlackUserId, now: datetime, policy: Policy) -> Decision:
    """Open the review for everybody's work on it. Possible once the incident is resolved or over."""
    if not incident.status.is_calm:
        raise TooEarlyForReview(ref=incident.ref, status=incident.status)
    if incident.review_started_at is not None:
        raise NothingToChange(text=f"The review of {incident.ref} has started already; nothing was changed.")
    within = policy.priorities[incident.priority].review_within
    due_at = now + within if within else None
    owed = review_due(due_at, now, policy.business_hours) if due_at else ()
    event = ReviewStarted(at=now, by=by, due_at=due_at, owed=owed)
    return announced(incident, event)
