"""The first wording of a review's sections, from the record alone: facts in sentences, nothing that nobody said.

Texts are plain, with mentions (`<@U1>`) for people, like those of the timeline. A section about which the
record says nothing has no draft: people are asked instead.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from bot.domain import timeline as t
from bot.domain.actor import Person
from bot.domain.dates import a_date
from bot.domain.ids import ref
from bot.domain.incident import Incident, RoleHeld
from bot.domain.service_levels import ServiceLevel
from bot.domain.telling import acting, ended, listed, spell
from bot.domain.vocabulary import Role, Section, Status, StepOutcome


@dataclass(frozen=True, slots=True)
class Record:
    """What a draft is made of. `events` stand in the order in which they happened."""

    incident: Incident
    events: Sequence[t.AnyEvent]
    levels: Sequence[ServiceLevel]

    def last(self, kind: type[t.AnyEvent]) -> t.AnyEvent | None:
        """The last event of a kind since the incident was last reopened: what was before that did not hold."""
        since = takewhile(lambda one: not isinstance(one, t.IncidentReopened), reversed(self.events))
        return next((one for one in since if isinstance(one, kind)), None)


def drafts(record: Record) -> dict[Section, str]:
    """The draft of each section; sections about which the record says nothing are left out."""
    made = {section: " ".join(ended(one) for one in draft(record)) for section, draft in DRAFTS.items()}
    return {section: text for section, text in made.items() if text}


def _summary(record: Record) -> Iterator[str]:
    incident = record.incident
    what = f"{incident.priority} {'drill' if incident.is_drill else 'incident'}"
    of = f" of {incident.service_name or incident.service}" if incident.service else ""
    yield f"{incident.title}: {what}{of}, declared {_moment(incident.declared_at)} by {acting(incident.declarer)}"
    if incident.status is Status.CANCELLED:
        yield "It was cancelled"
        return
    if incident.status is Status.MERGED and incident.merged_into:
        yield f"It goes on as {ref(incident.merged_into)}"
        return
    for word, at, spoken in (
        ("mitigated", incident.mitigated_at, _words(record, t.IncidentMitigated)),
        ("resolved", incident.resolved_at, _words(record, t.IncidentResolved)),
    ):
        if at is not None and f"{word}_at" not in incident.inferred:
            yield f"It was {word} {_after(at - incident.declared_at)}{spoken}"
    if commanders := _names(one.person for one in _held(incident, Role.COMMANDER)):
        yield f"{commanders} commanded"


def _impact(record: Record) -> Iterator[str]:
    incident = record.incident
    if incident.user_impact:
        yield f"Users noticed: {incident.user_impact}"
    ended_at = incident.mitigated_at or incident.resolved_at
    if incident.began_at and ended_at and ended_at > incident.began_at:
        yield (
            f"The impact lasted {spell(ended_at - incident.began_at)}, "
            f"from {_moment(incident.began_at)} to {_moment(ended_at, incident.began_at)}"
        )
    if incident.severity:
        yield f"Severity: {incident.severity}"
    if again := len(incident.reported_again_at):
        yield f"It was reported {again} more time{'' if again == 1 else 's'}"


def _detection(record: Record) -> Iterator[str]:
    incident = record.incident
    by = Person(incident.reported_by) if incident.reported_by else incident.declarer
    who = f"{acting(by)} reported it"
    yield f"{who} (source: {incident.source})" if incident.source else who
    began, detected, declared = incident.began_at, incident.detected_at, incident.declared_at
    if began and detected and detected >= began:
        yield f"It was detected {_after(detected - began, 'after it began')}"
    noticed, word = (detected, "was detected") if detected else (began, "began")
    if noticed and declared >= noticed:
        yield f"It was declared {_after(declared - noticed, f'after it {word}')}"


def _response(record: Record) -> Iterator[str]:
    incident = record.incident
    accepted = [one for one in record.events if isinstance(one, t.CommandAccepted | t.CommandTakenOver) and one.by]
    for one in accepted:
        verb = "accepted" if isinstance(one, t.CommandAccepted) else "took over"
        previous = f" from <@{one.previous}>" if one.previous else ""
        yield f"<@{one.by}> {verb} command {_after(one.at - incident.declared_at)}{previous}"
    for role in (Role.DEPUTY, Role.SCRIBE, Role.LIAISON):
        if held := _names(one.person for one in _held(incident, role)):
            yield f"{held} {'was' if ' and ' not in held else 'were'} {role}"
    paged = [one for one in record.events if isinstance(one, t.ServicePaged)]
    if paged:
        yield f"Paged: {listed(f'<@{one.person}> for {one.service_name}' for one in paged)}"
    escalated = sum(isinstance(one, t.Escalated) for one in record.events)
    if escalated:
        yield f"It was escalated {_times(escalated)}"


def _resolution(record: Record) -> Iterator[str]:
    mitigated, resolved, verified = (
        _words(record, kind) for kind in (t.IncidentMitigated, t.IncidentResolved, t.IncidentVerified)
    )
    if mitigated:
        yield f"The impact was stopped{mitigated}"
    if resolved:
        yield f"The fault was removed{resolved}"
    if verified:
        yield f"That was verified{verified}"
    if closed := record.last(t.IncidentClosed):
        unverified = closed.unverified_because if isinstance(closed, t.IncidentClosed) else None
        if unverified:
            yield f"It was closed without verification: {unverified}"


def _went_well(record: Record) -> Iterator[str]:
    if kept := [one.name for one in record.levels if one.is_kept]:
        yield f"Kept: the time to {listed(kept)}"
    posted = [one for one in record.events if isinstance(one, t.UpdatePosted)]
    if posted and all(one.is_on_time for one in posted):
        yield f"{'The update' if len(posted) == 1 else f'All {len(posted)} updates'} came on time"
    done = [one for one in record.events if isinstance(one, t.StepReported) and one.outcome is StepOutcome.DONE]
    if done:
        yield f"{len(done)} runbook {'step was' if len(done) == 1 else 'steps were'} reported done"
    if record.incident.verified_at:
        yield "The resolution was verified"


def _went_badly(record: Record) -> Iterator[str]:
    if missed := [one.name for one in record.levels if one.is_kept is False]:
        yield f"Missed: the time to {listed(missed)}"
    posted = [one for one in record.events if isinstance(one, t.UpdatePosted)]
    if late := sum(not one.is_on_time for one in posted):
        yield f"{late} of {len(posted)} update{'' if len(posted) == 1 else 's'} came late"
    failed = [one for one in record.events if isinstance(one, t.StepReported) and one.outcome is StepOutcome.FAILED]
    for step in failed:
        yield f"Step {step.number} of {step.slug} failed{f': {step.note}' if step.note else ''}"
    if again := record.incident.times_reopened:
        yield f"It was reopened {_times(again)}"


DRAFTS: dict[Section, Callable[[Record], Iterable[str]]] = {
    Section.SUMMARY: _summary,
    Section.IMPACT: _impact,
    Section.DETECTION: _detection,
    Section.RESPONSE: _response,
    Section.RESOLUTION: _resolution,
    Section.WENT_WELL: _went_well,
    Section.WENT_BADLY: _went_badly,
}


def _words(record: Record, kind: type[t.IncidentMitigated | t.IncidentResolved | t.IncidentVerified]) -> str:
    """What was said of it last, after a colon."""
    match record.last(kind):
        case t.IncidentMitigated(what=said) | t.IncidentResolved(what=said) | t.IncidentVerified(how=said):
            return f": {said}"
    return ""


def _held(incident: Incident, role: Role) -> list[RoleHeld]:
    return [one for one in incident.roles if one.role is role]


def _names(people: Iterable[str]) -> str:
    once = dict.fromkeys(f"<@{one}>" for one in people)
    return listed(once) if once else ""


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _after(span: timedelta, what: str = "after it was declared") -> str:
    return f"{spell(span)} {what}" if span >= timedelta() else f"{spell(-span)} before it was declared"


def _moment(at: datetime, near: datetime | None = None) -> str:
    """`4 Mar 2026, 12:00 UTC`; the time alone on the day of another."""
    time = f"{at.hour:02}:{at.minute:02} UTC"
    return time if near and near.date() == at.date() else f"{a_date(at.date())}, {time}"
