"""Telling stakeholders where things stand; and, in the same act, what has changed with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.domain import cadence
from bot.domain.decision import Decision
from bot.domain.folding import evolve
from bot.domain.grace import grace
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.reclassify import Change, reclassify
from bot.domain.runbook import Runbook
from bot.domain.status import mitigate, require_not_over, resolve
from bot.domain.timeline import (
    IncidentMitigated,
    IncidentResolved,
    Reclassified,
    Recorded,
    Update,
    UpdatePosted,
)
from bot.domain.vocabulary import Priority, Status

AS_TOLD = "as the update says"
"""Why the priority is another, where it changes with an update."""


@dataclass(frozen=True, slots=True)
class Besides:
    """What changes in the same act as an update; None: it stays."""

    priority: Priority | None = None
    status: Literal[Status.MITIGATED, Status.RESOLVED] | None = None


NOTHING_BESIDES = Besides()


def post_update(
    incident: Incident,
    by: SlackUserId | None,
    update: Update,
    next_in: timedelta | datetime | None,
    now: datetime,
    policy: Policy,
    besides: Besides = NOTHING_BESIDES,
    runbooks: Sequence[Runbook] = (),
) -> Decision:
    """Tell stakeholders where things stand, and promise when they will hear next.

    `next_in`, a span or an instant, moves the next due time within the policy's bounds; None takes the cadence of the
    priority. What changes besides is decided, and refused, as by its own verb.
    """
    require_not_over(incident)
    before = policy.rules_for(incident.priority, incident.service)
    due_at = incident.update_due_at
    changes = _changes(incident, by, update, now, policy, besides, runbooks)
    for change in changes:
        incident = evolve(incident, Recorded(incident.last_seq + 1, now, change))
    promised, rules = None, policy.rules_for(incident.priority, incident.service)
    if incident.status is not Status.RESOLVED:
        promised = cadence.next_update(incident.status, now, rules, policy.business_hours, next_in)
    posted = UpdatePosted(
        at=now,
        by=by,
        update=update,
        due_at=due_at,
        next_update=promised,
        grace=grace(before.update_every),
        priority=besides.priority,
        status=besides.status,
    )
    return Decision((*changes, posted))


def _changes(
    incident: Incident,
    by: SlackUserId | None,
    update: Update,
    now: datetime,
    policy: Policy,
    besides: Besides,
    runbooks: Sequence[Runbook],
) -> list[Reclassified | IncidentMitigated | IncidentResolved]:
    """The priority first: by it the promises follow that the new status makes."""
    what = update.said.actions or update.conditions
    events: list[Reclassified | IncidentMitigated | IncidentResolved] = []
    if besides.priority is not None:
        decided = reclassify(incident, by, Change(priority=besides.priority), AS_TOLD, now, policy, runbooks)
        events += [one for one in decided.events if isinstance(one, Reclassified)]
    for event in events:
        incident = evolve(incident, Recorded(incident.last_seq + 1, now, event))
    if besides.status is not None:
        step = resolve if besides.status is Status.RESOLVED else mitigate
        decided = step(incident, by, what, now, policy)
        events += [one for one in decided.events if isinstance(one, IncidentMitigated | IncidentResolved)]
    return [replace(one, with_update=True) for one in events]
