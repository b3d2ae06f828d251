"""The first wording of a review's sections, from the record alone: facts in sentences, nothing that nobody said.

Texts are plain, with mentions (`<@U1>`) for people, like those of the timeline. A section about which the
record says nothing has no draft: people are asked instead.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from bot.domain import timeline as t
from bot.domain.actor import Person
from bot.domain.ids import SlackUserId, ref
from bot.domain.incident import Incident, RoleHeld
from bot.domain.service_levels import ServiceLevel
from bot.domain.telling import acting, ended, listed, spell
from bot.domain.vocabulary import Role, Section, Status, StepOutcome

MOST_MOMENTS, MOST_UPDATES = 4, 3
"""Of what people wrote, so much stands in a draft: it is a beginning, not the record."""
SHORTEST_MOMENT, SHORTEST_REPLY, LONGEST_QUOTE = 25, 60, 240
"""Characters. What is shorter, mostly an answer, says nothing by itself; least of all in a thread."""
CODE = re.compile(r"```.*?(?:```|$)", re.DOTALL)
IMPACT = re.compile(
    r"\b(?:all|every(?:one|body)?|most|many|customers?|users?|people|los[et]|data|down|offline|outage|unavailable"
    r"|cannot|can't|unable|errors?|fail(?:s|ed|ing)?|time(?:s|d)? out|slow|affected|safe|degraded|removed|exposed)\b"
    r"|\d+(?:\.\d+)? ?%|\b5\d\ds?\b",
    re.IGNORECASE,
)
"""Words in which updates tell of who could not do what."""
CAUSE = re.compile(r"\b(?:causes?|caused|because|due to|culprit)\b", re.IGNORECASE)
"""Words in which updates tell what was behind it."""
VERIFIER = re.compile(r"(<@[UW][A-Z0-9]+(?:\|[^<>]*)?>): +(.+)", re.DOTALL)
"""Who verified it, named in front of how."""
KEPT = {
    "acknowledge": "command was accepted",
    "update first": "the first update came",
    "mitigate": "the impact was stopped",
    "resolve": "the incident was resolved",
}
TARGETS = {
    "acknowledge": "accept command",
    "update first": "post the first update",
    "mitigate": "stop the impact",
    "resolve": "resolve the incident",
}
"""Name of a service level → what was to be done by then."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A message that says what happened; `text` is plain, with mentions."""

    at: datetime
    by: SlackUserId | None
    text: str
    is_reply: bool = False

    @property
    def speaks_for_itself(self) -> bool:
        return len(self.text) >= (SHORTEST_REPLY if self.is_reply else SHORTEST_MOMENT)


@dataclass(frozen=True, slots=True)
class Record:
    """What a draft is made of. `events` stand in the order in which they happened."""

    incident: Incident
    events: Sequence[t.AnyEvent]
    levels: Sequence[ServiceLevel]
    moments: Sequence[Moment] = ()
    """The messages that somebody marked as key moments, in order."""

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
    yield _what(record)
    if incident.status is Status.CANCELLED:
        yield "It was cancelled"
        return
    if incident.status is Status.MERGED and incident.merged_into:
        yield f"It was continued as {ref(incident.merged_into)}"
        return
    if incident.user_impact:
        yield f"Users noticed: {incident.user_impact}"
    telling = [one for one in record.moments if one.speaks_for_itself][:MOST_MOMENTS]
    said = [(one.at, _wrote(one, incident)) for one in telling]
    if (cause := _naming_the_cause(record)) is not None:
        said.append((cause.at, _update_said(cause, incident)))
    yield from (words for _, words in sorted(said))
    yield from _ends(record)
    if commanders := _people(one.person for one in _held(incident, Role.COMMANDER)):
        yield f"{listed(commanders)} {'were' if len(commanders) > 1 else 'was'} in command{_in_turn(commanders)}"


def _in_turn(people: Sequence[str]) -> str:
    return ", in turn" if len(people) > 1 else ""


def _naming_the_cause(record: Record) -> t.UpdatePosted | None:
    """The last update that says what was behind it."""
    posted = [one for one in record.events if isinstance(one, t.UpdatePosted)]
    return next((one for one in reversed(posted) if CAUSE.search(one.update.conditions)), None)


def _update_said(posted: t.UpdatePosted, incident: Incident) -> str:
    return f"{_when(posted.at - incident.declared_at)} an update said: {_quoted(posted.update.conditions)}"


def _what(record: Record) -> str:
    """`This was a P1 in Checkout, declared as a P2 by Dana`; where it ended lower, also how bad it was."""
    incident = record.incident
    first = next((one.priority for one in record.events if isinstance(one, t.IncidentDeclared)), incident.priority)
    worst = min([first, *(one.priority for one in record.events if isinstance(one, t.Reclassified))])
    was = "was" if incident.status.is_calm else "is"
    kind = " drill" if incident.is_drill else ""
    of = f" in {incident.service_name or incident.service}" if incident.service else ""
    most = f", a {worst} at its worst" if worst.is_worse_than(incident.priority) and worst is not first else ""
    began = f" as a {first}" if first is not incident.priority else ""
    return f"This {was} a {incident.priority}{kind}{of}{most}, declared{began} by {acting(incident.declarer)}"


def _wrote(moment: Moment, incident: Incident) -> str:
    who = f"<@{moment.by}>" if moment.by else "somebody"
    return f"{_when(moment.at - incident.declared_at)} {who} wrote: {_quoted(moment.text)}"


def _ends(record: Record) -> Iterator[str]:
    """When the impact stopped and the fault was gone, and by what."""
    incident, before = record.incident, None
    for word, at, kind in (
        ("mitigated", incident.mitigated_at, t.IncidentMitigated),
        ("resolved", incident.resolved_at, t.IncidentResolved),
    ):
        if at is None or f"{word}_at" in incident.inferred:
            continue
        if before and timedelta() <= at - before < timedelta(minutes=1):
            when = "right after"
        else:
            when = f"{spell(at - before)} later" if before and at >= before else _span(at - incident.declared_at)
        yield f"It was {word} {when}{_words(record, kind)}"
        before = at


def _impact(record: Record) -> Iterator[str]:
    incident = record.incident
    if incident.user_impact:
        yield f"Users noticed: {incident.user_impact}"
    raised = [one for one in record.events if isinstance(one, t.Reclassified) and one.changed in ("impact", "priority")]
    told_already = _naming_the_cause(record)
    posted = [one for one in record.events if isinstance(one, t.UpdatePosted) and one is not told_already]
    telling = _telling_of_impact(posted) or (posted[:1] if not incident.user_impact and not raised else [])
    told: list[t.Reclassified | t.UpdatePosted] = [*raised[:MOST_MOMENTS], *telling]
    for one in sorted(told, key=lambda one: one.at):
        if isinstance(one, t.UpdatePosted):
            yield _update_said(one, incident)
        else:
            yield f"{_when(one.at - incident.declared_at)} the {one.changed} was set to {one.value}: {one.reason}"
    ended_at = incident.mitigated_at or incident.resolved_at
    if incident.began_at and ended_at and ended_at > incident.began_at:
        yield f"The impact lasted {spell(ended_at - incident.began_at)}"
    if again := len(incident.reported_again_at):
        yield f"It was reported {again} more time{'' if again == 1 else 's'}"


def _telling_of_impact(posted: Sequence[t.UpdatePosted]) -> list[t.UpdatePosted]:
    """The updates that say most of who could not do what, in their order."""
    weighed = [(len({found[0].lower() for found in IMPACT.finditer(one.update.conditions)}), one) for one in posted]
    best = sorted((one for one in weighed if one[0] > 1), key=lambda one: -one[0])[:MOST_UPDATES]
    return sorted((one for _, one in best), key=lambda one: one.at)


def _detection(record: Record) -> Iterator[str]:
    incident = record.incident
    first = min(incident.alerts, key=lambda one: one.began_at or one.at, default=None)
    if first is not None and (first.began_at or first.at) <= incident.declared_at and incident.reported_by is None:
        yield f"{first.source} noticed it: {first.title}"
    elif incident.reported_by or incident.source:
        by = Person(incident.reported_by) if incident.reported_by else incident.declarer
        yield f"{acting(by)} reported it{f' (source: {incident.source})' if incident.source else ''}"
    noted = [one for one in incident.notes if not one.is_retracted and one.at < incident.declared_at]
    if noted:
        last = max(noted, key=lambda one: one.at)
        yield f"{_when(last.at - incident.declared_at)} {acting(last.actor)} noted: {last.text}"
    began, detected, declared = incident.began_at, incident.detected_at, incident.declared_at
    if began and detected and detected >= began:
        yield f"It was detected {_after(detected - began, 'after it began')}"
    noticed, word = (detected, "was detected") if detected else (began, "began")
    if noticed and declared >= noticed:
        yield f"It was declared {_after(declared - noticed, f'after it {word}')}"


def _response(record: Record) -> Iterator[str]:
    incident = record.incident
    for one in record.events:
        after = _span(one.at - incident.declared_at)
        match one:
            case t.CommandAccepted(by=by, previous=previous) if by and previous:
                yield f"Command passed from <@{previous}> to <@{by}> {after}"
            case t.CommandTakenOver(by=by, previous=previous) if by:
                yield f"<@{by}> took over command{f' from <@{previous}>' if previous else ''} {after}"
    paged = [one for one in record.events if isinstance(one, t.ServicePaged)]
    if paged:
        yield f"{listed(f'<@{one.person}> was paged for {one.service_name}' for one in paged)}"
    escalated = [one for one in record.events if isinstance(one, t.Escalated)]
    if escalated:
        yield f"It was escalated {_times(len(escalated))}: {'; '.join(one.reason.rstrip('.') for one in escalated)}"


def _resolution(record: Record) -> Iterator[str]:
    if record.incident.resolved_at is None:
        return
    if verified := _words(record, t.IncidentVerified):
        named = VERIFIER.fullmatch(verified.removeprefix(": "))
        yield f"It was verified by {named[1]}: {named[2]}" if named else f"It was verified{verified}"
    if closed := record.last(t.IncidentClosed):
        unverified = closed.unverified_because if isinstance(closed, t.IncidentClosed) else None
        if unverified:
            yield f"It was closed without verification: {unverified}"


def _went_well(record: Record) -> Iterator[str]:
    if kept := [KEPT[one.name] for one in record.levels if one.is_kept]:
        said = listed(kept)
        yield f"{said[0].upper()}{said[1:]} in time"
    posted = [one for one in record.events if isinstance(one, t.UpdatePosted)]
    if posted and all(one.is_on_time for one in posted):
        yield f"{'The update was' if len(posted) == 1 else f'All {len(posted)} updates were'} on time"


def _went_badly(record: Record) -> Iterator[str]:
    for level in record.levels:
        if level.is_kept is False:
            by = f" by {spell(level.at - level.due_at)}" if level.at and level.at > level.due_at else ""
            yield f"The target to {TARGETS[level.name]} was missed{by}"
    posted = [one for one in record.events if isinstance(one, t.UpdatePosted)]
    late = [one.at - one.due_at for one in posted if one.due_at and not one.is_on_time]
    if late:
        by = f"by {spell(max(late))}" if len(late) == 1 else f"by up to {spell(max(late))}"
        of = f"{len(late)} of {len(posted)} updates" if len(posted) > 1 else "The only update"
        yield f"{of} {'was' if len(late) == 1 else 'were'} late, {by}"
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


def _people(people: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(f"<@{one}>" for one in people))


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _after(span: timedelta, what: str) -> str:
    return f"{spell(span)} {what}" if span >= timedelta() else f"{spell(-span)} before it was declared"


def _span(span: timedelta) -> str:
    """`after 24 h`; of what came before the declaration, how long before."""
    return f"after {spell(span)}" if span >= timedelta() else f"{spell(-span)} before it was declared"


def _when(span: timedelta) -> str:
    told = _span(span)
    return f"{told[0].upper()}{told[1:]},"


def _quoted(text: str) -> str:
    """What somebody wrote, without its code, on one line; a long text ends at a word, with an ellipsis."""
    plain = " ".join(CODE.sub(" ", text).split()) or "(code)"
    if len(plain) > LONGEST_QUOTE:
        cut = plain[:LONGEST_QUOTE]
        plain = f"{cut.rpartition(' ')[0] or cut}…"
    return f"“{plain.rstrip('.')}”"
