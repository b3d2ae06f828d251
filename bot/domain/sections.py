"""The sections of a review that people write: what each is for, and what is asked while nobody has written it.

The questions follow what is usual for blameless reviews (Google's "Site Reliability Engineering", chapter 15; Etsy's
"Debriefing Facilitation Guide"): what happened and how, never who is at fault.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.domain.ids import SlackUserId
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import ReviewState, Section

LONGEST = 20_000
"""Characters of one section."""
ONE_SITTING = timedelta(minutes=10)
"""What one person changes again within this time is one revision, so that saving while typing leaves one."""
OPEN = frozenset({ReviewState.NONE, ReviewState.DRAFT, ReviewState.IN_REVIEW})
"""The states in which people write."""


@dataclass(frozen=True, slots=True)
class Heading:
    title: str
    question: str


HEADINGS = {
    Section.SUMMARY: Heading("Summary", "What happened, in three sentences, for somebody who was not there?"),
    Section.IMPACT: Heading("Impact", "Who was affected, how many, for how long, and how did they notice?"),
    Section.FACTORS: Heading(
        "Contributing factors",
        "What had to come together – a change, a load, a missing alarm, a habit, an old decision?",
    ),
    Section.WHYS: Heading("Five whys", "Why did it happen, and why that? Ask five times, along more than one path."),
    Section.WENT_WELL: Heading("What went well", "What should we do again?"),
    Section.WENT_BADLY: Heading("What went badly", "What made this longer or harder than it had to be?"),
    Section.LUCK: Heading("Where we were lucky", "What could have made it worse, and did not by chance?"),
    Section.LESSONS: Heading("Lessons", "What do we know now that we did not know before?"),
    Section.DETECTION: Heading("Detection", "How did we find out, and what would have told us sooner?"),
    Section.RESPONSE: Heading("Response", "What helped the people who responded, and what held them up?"),
    Section.RESOLUTION: Heading("Resolution", "What stopped the impact, what removed the fault, how do we know?"),
}
"""In the order in which they are written and read: what was learned, then how it went."""


@dataclass(frozen=True, slots=True)
class Written:
    """A section as somebody wrote it; `revision` counts from 1."""

    section: Section
    revision: int
    text: str
    by: SlackUserId
    at: datetime


class SectionTooLong(Refusal):
    """“{title}” has {length} characters; the limit is {longest}. Nothing was saved."""


class WrittenMeanwhile(Refusal):
    """{who} saved “{title}” in the meantime. Read their text before you save yours; nothing was overwritten."""


class ReviewIsSettled(Refusal):
    """The review of {ref} is {state}; its sections can't be changed."""


def mark_of(text: str) -> str:
    """By which a text is known for the one that somebody began from."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def write(
    section: Section,
    before: Written | None,
    seen: int,
    text: str,
    by: SlackUserId,
    now: datetime,
    began_from: str | None = None,
) -> Written | None:
    """The section with its new text; None when that is what it says already. `seen`: the revision that `by` began
    from, 0 for none; `began_from`: the mark of its text, where it is known, as a revision grows while one person
    types, in one window or in two. Raises SectionTooLong, and WrittenMeanwhile when something else was saved since."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise SectionTooLong(title=HEADINGS[section].title, length=f"{len(text):,}", longest=f"{LONGEST:,}")
    if before is None:
        return Written(section, 1, text, by, now) if text else None
    if before.text == text:
        return None
    is_unseen = mark_of(before.text) != began_from if began_from else before.revision != seen and before.by != by
    if is_unseen:
        raise WrittenMeanwhile(title=HEADINGS[section].title, who=f"<@{before.by}>")
    is_same_sitting = before.by == by and now - before.at <= ONE_SITTING
    return Written(section, before.revision + (not is_same_sitting), text, by, now)
