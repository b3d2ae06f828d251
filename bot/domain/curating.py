"""Curating the timeline of a review: an entry is hidden, shown again, or said in other words; the record stays."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.compiling import curations, left_out_of
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.sections import OPEN
from bot.domain.timeline import EntryCurated, Recorded

LONGEST = 2_000
"""Characters of an entry in other words."""


class TimelineIsSettled(Refusal):
    """The review of {ref} is {state}; its timeline can't be changed. `/incident {ref} review reopen <reason>` opens it
    again."""


class NoSuchEntry(Refusal):
    """The timeline of {ref}'s review has no entry {number}. The numbers stand beside the entries on the review's page,
    and as `seq` in its JSON."""


class EntryTooLong(Refusal):
    """That has {length} characters; an entry may have {longest}. Nothing was changed."""


def curate(
    incident: Incident,
    timeline: Sequence[Recorded],
    by: SlackUserId | None,
    number: int,
    now: datetime,
    *,
    is_hidden: bool | None = None,
    text: str | None = None,
    reason: str = "",
) -> Decision:
    """Say how an entry stands in the review; what is None stays. `text`: empty for its own words again. Raises
    TimelineIsSettled, NoSuchEntry, EntryTooLong, NothingToChange."""
    if incident.review_state not in OPEN:
        raise TimelineIsSettled(ref=incident.ref, state=incident.review_state)
    if number in left_out_of(incident, timeline) or number not in {one.seq for one in timeline}:
        raise NoSuchEntry(ref=incident.ref, number=number)
    before = curations(timeline).get(number, EntryCurated(at=now, of=number))
    hides = before.is_hidden if is_hidden is None else is_hidden
    words = before.text if text is None else " ".join(text.split())
    if len(words) > LONGEST:
        raise EntryTooLong(length=f"{len(words):,}", longest=f"{LONGEST:,}")
    if (hides, words) == (before.is_hidden, before.text):
        raise NothingToChange(text=f"Entry {number} of {incident.ref} already reads like that; nothing was changed.")
    return Decision((EntryCurated(at=now, by=by, of=number, is_hidden=hides, text=words, reason=reason),))
