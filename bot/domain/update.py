"""Telling stakeholders where things stand; and, in the same act, what has changed with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.domain import audience_clocks, cadence
from bot.domain.audience_clocks import STAKEHOLDERS, People, TellsNobodyOutside
from bot.domain.decision import Decision
from bot.domain.folding import evolve
from bot.domain.grace import grace
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.reclassify import Change, reclassify
from bot.domain.runbook import Runbook
from bot.domain.status import mitigate, require_not_over, resolve
from bot.domain.telling import listed
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
NOBODY: People = {}


def post_update(
    incident: Incident,
    by: SlackUserId | None,
    update: Update,
    next_in: timedelta | datetime | None,
    now: datetime,
    policy: Policy,
    besides: Besides = NOTHING_BESIDES,
    runbooks: Sequence[Runbook] = (),
    whom: Sequence[str] = (STAKEHOLDERS,),
    people: People = NOBODY,
) -> Decision:
    """Tell stakeholders, or whom else it is for, where things stand, and promise when they will hear next.

    `next_in`, a span or an instant, moves the next due time within the policy's bounds; None takes the cadence of the
    priority. What changes besides is decided, and refused, as by its own verb. `people`: of each audience who is told
    by direct message.
    """
    require_not_over(incident)
    others = [one for one in whom if one != STAKEHOLDERS]
    if others and incident.is_private:
        raise TellsNobodyOutside(ref=incident.ref, audience=listed(others))
    before = policy.rules_for(incident.priority, incident.service)
    is_for_stakeholders = STAKEHOLDERS in whom
    due_at = incident.update_due_at if is_for_stakeholders else None
    changes = _changes(incident, by, update, now, policy, besides, runbooks)
    for change in changes:
        incident = evolve(incident, Recorded(incident.last_seq + 1, now, change))
    promised, rules = None, policy.rules_for(incident.priority, incident.service)
    if incident.status is not Status.RESOLVED and is_for_stakeholders:
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
        is_for_stakeholders=is_for_stakeholders,
        audiences=tuple(
            audience_clocks.told(one, incident, now, policy, next_in, people.get(one, ())) for one in others
        ),
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
