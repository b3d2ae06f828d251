"""The same thing reported twice: which open incident it may be, and when it is many."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alikeness import alikeness, name_different_things, service_words
from bot.domain.decision import Decision
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Duplicates, Service
from bot.domain.refusal import NothingToChange
from bot.domain.status import require_not_over
from bot.domain.timeline import JoinAsked, MajorSuggested, PeopleInvited, ReportedAgain
from bot.domain.vocabulary import Priority

ALIKE = 0.5
"""From here on two titles are taken to tell of the same thing: half of the words of the shorter one and more."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a new report is compared with: an open incident, its service, and when it was declared."""

    number: IncidentNumber
    title: str
    service: str | None
    declared_at: datetime


def likely_same(
    title: str,
    service: str | None,
    others: Iterable[Report],
    now: datetime,
    rules: Duplicates,
    services: Iterable[Service] = (),
) -> Report | None:
    """The open incident that is most alike: of the same service, declared a short time ago. None: it is new.
    `services`: those of the policy; a title that names one of them is not about another."""
    if rules.within is None:
        return None
    near = [other for other in others if other.service == service and now - other.declared_at <= rules.within]
    alike = [other for other in near if alikeness(title, other.title) >= ALIKE]
    if not alike:
        return None
    named = service_words(services)
    same = [other for other in alike if not name_different_things(title, other.title, named)]
    return max(same, key=lambda other: (alikeness(title, other.title), other.number), default=None)


def join(
    incident: Incident,
    by: SlackUserId | None,
    title: str,
    now: datetime,
    present: Collection[SlackUserId] = (),
    *,
    may_read: bool = True,
) -> Decision:
    """Come into an incident's channel; with a title, as whoever was about to declare the same. An integration only
    reports: it comes nowhere. `present`: who is in the channel. Whoever may not read it asks to be let in."""
    require_not_over(incident)
    if by is not None and not may_read:
        return ask_to_join(incident, by, title, now)
    is_in = by in present if incident.channel else by is not None and incident.brought_in(by)
    if title:
        return Decision((ReportedAgain(at=now, by=by, title=title),), present=(by,) if by and is_in else ())
    if by is None:
        raise NothingToChange(text=f"No integration joins {incident.ref}; nothing was changed.")
    if is_in:
        raise NothingToChange(text=f"You were added to {incident.ref} before; its channel is in your list.")
    return Decision((PeopleInvited(at=now, by=by, people=(by,)),))


def ask_to_join(incident: Incident, by: SlackUserId, saw: str, now: datetime) -> Decision:
    """A private incident that is listed: its members decide who comes in. They are asked once."""
    if by in incident.waiting_to_join:
        raise NothingToChange(
            text=f"You have already asked to join {incident.ref}. Its members have been told and can invite you."
        )
    return Decision((JoinAsked(at=now, by=by, saw=saw),))


def suggest_major(incidents: Sequence[Incident], now: datetime, rules: Duplicates) -> tuple[Incident, Decision] | None:
    """Suggest a major incident when many reports about one service come in within a short time; once per incident.

    `incidents`: the open incidents of the service that everybody can see. The suggestion is made in the oldest of them.
    """
    if rules.major_after is None or not incidents:
        return None
    since = now - rules.major_within
    reports = sum(
        (incident.declared_at > since) + sum(at > since for at in incident.reported_again_at) for incident in incidents
    )
    oldest = min(incidents, key=lambda incident: incident.number)
    is_known = oldest.priority is Priority.P1 or any(incident.is_major_suggested for incident in incidents)
    if reports < rules.major_after or is_known:
        return None
    to = oldest.commander or oldest.asked
    event = MajorSuggested(at=now, reports=reports, since=since, to=to)
    return oldest, Decision((event,))
