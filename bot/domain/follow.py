"""Followers: people outside the channel who hear of what matters, grouped, each thing once."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.refusal import NothingToChange
from bot.domain.status import require_not_over
from bot.domain.timeline import Followed, FollowersTold, Unfollowed

GROUPED_FOR = timedelta(minutes=1)
"""After followers were told, what happens next is told together when this has passed."""


def follow(incident: Incident, by: SlackUserId, now: datetime) -> Decision:
    """Hear of it by direct message from now on."""
    require_not_over(incident)
    if by in incident.followers:
        raise NothingToChange(text=f"You already follow {incident.ref}; nothing was changed.")
    return Decision((Followed(at=now, by=by),))


def unfollow(incident: Incident, by: SlackUserId, now: datetime) -> Decision:
    """Hear of it no more."""
    if by not in incident.followers:
        raise NothingToChange(text=f"You don't follow {incident.ref}; nothing was changed.")
    return Decision((Unfollowed(at=now, by=by),))


def tell_followers(
    incident: Incident, present: Collection[SlackUserId], now: datetime, strangers: Collection[SlackUserId] = ()
) -> Decision:
    """Tell all that happened since they were told last. `present`: who is in the channel and reads it there.
    `strangers`: followers who may not know of it any more.

    Of a private incident that is not listed only those in its channel may know, so nobody is told elsewhere.
    """
    left_out = {*present, *(incident.followers if incident.is_hidden else strangers)}
    outside = tuple(one for one in incident.followers if one not in left_out)
    event = FollowersTold(at=now, of=incident.news, people=outside, next_at=now + GROUPED_FOR)
    return Decision((event,))
