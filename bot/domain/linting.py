"""What a reviewer should ask about first: gaps, contradictions, and words that blame."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from bot.domain.drafting import TARGETS
from bot.domain.incident import Incident
from bot.domain.sections import HEADINGS, Written
from bot.domain.service_levels import measured
from bot.domain.telling import listed
from bot.domain.timeline import UpdatePosted
from bot.domain.vocabulary import FollowUpState, Priority, Section, Status

SIGNIFICANT = (Priority.P1, Priority.P2)
"""Incidents that owe at least one follow-up."""

BLAMING = re.compile(
    r"""(?:\b|(?=<@))(
        human\ error | operator\ error | user\ error | stupid\w* | idiot\w* | incompeten\w* | careless\w* | sloppy
      | negligen\w* | reckless\w*
      | (?:his|her|their|whose|my|your|<@[A-Z0-9]+>(?:'s|’s)?)\s+(?:own\s+)?(?:fault|mistake)
      | to\ blame | blame[sd]? | (?:should|ought\ to)\s+have\s+(?:known|noticed|seen|checked|realised|realized)
      | failed\ to\ (?:notice|follow|check|realise|realize|read|think) | forgot\ to | screwed\ up | messed\ up
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""Words that speak of somebody's failing instead of what made it likely. The list follows what guides to blameless
reviews warn of: "human error", counterfactuals ("should have known") and judgements of character."""

SHOWN = 5
"""How many findings about wording are listed."""


def findings(
    incident: Incident,
    updates: Sequence[UpdatePosted],
    written: Mapping[Section, Written],
    drafted: Collection[Section] = (),
) -> tuple[str, ...]:
    """Friendly, most telling first; a cancelled or merged incident owes nobody an explanation. `drafted`: the sections
    of which the record tells something, though nobody has written them yet."""
    if incident.status in (Status.CANCELLED, Status.MERGED):
        return tuple(_wording(written))
    return (
        *_contradictions(incident),
        *_gaps(incident, updates, {*written, *drafted}),
        *_follow_ups(incident),
        *_wording(written),
        *_unknown(incident),
    )


def _contradictions(incident: Incident) -> Iterator[str]:
    """Times that cannot both be right."""
    order = (
        ("began", incident.began_at),
        ("detected", incident.detected_at),
        ("mitigated", incident.mitigated_at),
        ("resolved", incident.resolved_at),
        ("verified", incident.verified_at),
        ("closed", incident.closed_at),
    )
    dated = [(word, at) for word, at in order if at is not None]
    for (earlier, first), (later, second) in pairwise(dated):
        if second < first:
            yield f"It was {later} before it {_was(earlier)}: is one of the two times wrong?"
    if incident.detected_at and incident.detected_at > incident.declared_at:
        yield "It was declared before it was detected: is the time of detection right?"


def _was(word: str) -> str:
    return word if word == "began" else f"was {word}"


def _gaps(incident: Incident, updates: Sequence[UpdatePosted], told: Collection[Section]) -> Iterator[str]:
    if Section.IMPACT not in told and not incident.user_impact:
        yield "Nobody has said what the impact was."
    if incident.acknowledged_at is None:
        yield "Nobody accepted command."
    late = sum(not update.is_on_time for update in updates)
    if not updates:
        yield "No update was posted."
    elif late == len(updates):
        yield "No update came on time."
    elif late:
        yield f"{late} of {len(updates)} updates came late."
    missed = [TARGETS[level.name] for level in measured(incident) if level.is_kept is False]
    if missed:
        yield f"{'Target' if len(missed) == 1 else 'Targets'} missed: to {listed(missed)}."
    if "mitigated_at" in incident.inferred:
        yield "Nobody said when the impact stopped, so the time of the resolution is used."
    if incident.resolved_at is not None and incident.verified_at is None:
        yield "The resolution was not verified."
    unknown = [word for word, at in (("began", incident.began_at), ("was detected", incident.detected_at)) if not at]
    if unknown:
        yield f"Nobody recorded when the incident {' or when it '.join(unknown)}."


def _follow_ups(incident: Incident) -> Iterator[str]:
    if not incident.follow_ups:
        owes = incident.priority in SIGNIFICANT and not incident.is_drill
        yield f"No follow-up was agreed{f'; a {incident.priority} needs at least one' if owes else ''}."
    for follow_up in incident.follow_ups:
        if follow_up.state is not FollowUpState.OPEN:
            continue
        needed = (("an owner", follow_up.owner), ("a due date", follow_up.due))
        if lacks := [what for what, value in needed if value is None]:
            yield f"Follow-up {follow_up.number} still needs {listed(lacks)}."


def _wording(written: Mapping[Section, Written]) -> Iterator[str]:
    blaming = [
        (HEADINGS[section].title, words[0])
        for section, answer in written.items()
        if (words := BLAMING.search(answer.text)) is not None
    ]
    for title, blame in blaming[:SHOWN]:
        yield f"“{title}” says “{blame}”: what made that likely, whoever it happened to?"


def _unknown(incident: Incident) -> Iterator[str]:
    if incident.unknown:
        yield "Part of the timeline was recorded by another version of Muster and is not shown."
