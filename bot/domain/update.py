"""Telling stakeholders where things stand."""

from datetime import datetime, timedelta

from bot.domain import cadence
from bot.domain.decision import Decision
from bot.domain.grace import grace
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.status import require_not_over
from bot.domain.timeline import Update, UpdatePosted
from bot.domain.vocabulary import Status


def post_update(
    incident: Incident,
    by: SlackUserId | None,
    update: Update,
    next_in: timedelta | datetime | None,
    now: datetime,
    policy: Policy,
) -> Decision:
    """Tell stakeholders where things stand, and promise when they will hear next.

    `next_in`, a span or an instant, moves the next due time within the policy's bounds; None takes the cadence of the
    priority.
    """
    require_not_over(incident)
    promised, rules = None, policy.rules_for(incident.priority, incident.service)
    if incident.status is not Status.RESOLVED:
        promised = cadence.next_update(incident.status, now, rules, policy.business_hours, next_in)
    posted = UpdatePosted(
        at=now,
        by=by,
        update=update,
        due_at=incident.update_due_at,
        next_update=promised,
        grace=grace(rules.update_every),
    )
    return Decision((posted,))
