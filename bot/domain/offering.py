"""The runbooks that an incident is offered while it begins: they follow what is said of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import timeline as t
from bot.domain.decision import Decision
from bot.domain.incident import Incident
from bot.domain.matching import MOST_CHOSEN, Words, choose
from bot.domain.policy import Policy
from bot.domain.runbook import Runbook
from bot.domain.vocabulary import Status

OFFERED_WITHIN = timedelta(minutes=30)
"""Of the declaration; whoever is still at work then has a procedure, or needs none."""
TELLING = (t.TitleCorrected, t.Reclassified, t.AlertAttached, t.NoteAdded, t.NoteAmended, t.NoteRetracted)
"""Events that bring new words, or another service, category or priority."""


def is_offered_runbooks(incident: Incident, now: datetime) -> bool:
    """Until somebody works with one, the incident is contained, or its first part is over."""
    is_beginning = incident.status in (Status.DECLARED, Status.INVESTIGATING)
    is_working = incident.worked or incident.steps
    return is_beginning and not is_working and now < incident.declared_at + OFFERED_WITHIN


def offer_anew(
    incident: Incident, runbooks: Sequence[Runbook], policy: Policy, told: Words, now: datetime
) -> Decision | None:
    """Offer the runbooks that fit by now, instead of those that were offered before; None where these are the same ones
    with the same one first, for a card that changes for less is only restless. What people chose stays as it is."""
    if not is_offered_runbooks(incident, now):
        return None
    service = policy.service_of(incident.service)
    offered = [one.slug for one in incident.fitting]
    chosen = {one.slug for one in incident.runbooks} - set(offered)
    fitting = choose(runbooks, service, incident.category, told, incident.priority, MOST_CHOSEN + len(chosen))
    best = tuple(one for one in fitting if one.slug not in chosen)[:MOST_CHOSEN]
    slugs = [one.slug for one in best]
    if set(slugs) == set(offered) and slugs[:1] == offered[:1]:
        return None
    return Decision((t.RunbooksOffered(at=now, runbooks=best),))


def words_of(incident: Incident) -> str:
    """What its report says."""
    return f"{incident.title} {incident.user_impact or ''}"
