"""How long Muster keeps what, and what is kept no longer. Everything that goes by its age is named here."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, get_type_hints

from bot.domain.ids import SlackUserId
from bot.domain.named import mentioned
from bot.domain.vocabulary import DataClass, Priority

Spans = Mapping[DataClass, timedelta]
"""A class that is not in it is kept forever."""

SENT_KEPT = timedelta(days=30)
"""What was delivered, in either direction, and what was deployed: so far back a repetition is known as one, and what
was announced can be edited."""
PROPOSALS_KEPT = timedelta(days=1)
"""What was said yes to stands on the timeline; the words of the others are nobody's business any more."""
FIRST_AFTER = timedelta(days=30)
"""So long after it was first looked for, nothing goes from records by itself: an upgrade gives time to object."""

AT_LEAST = {
    DataClass.TRANSCRIPT: timedelta(days=1),
    DataClass.FILES: timedelta(days=1),
    DataClass.PEOPLE: SENT_KEPT,
    DataClass.TIMELINE: SENT_KEPT,
    DataClass.REVIEWS: SENT_KEPT,
}
"""Until then what was sent of it is remembered, too."""
AUDIT_AT_LEAST = timedelta(days=30)
ALERTS_AT_LEAST = timedelta(days=7)
"""An alert may fire for days without saying so again."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What the policy says of it."""

    spans: Spans = field(default_factory=dict)
    """After the end of the incident, or after it was written where that was later."""
    by_priority: Mapping[Priority, Spans] = field(default_factory=dict)
    """Whole, for priorities that are other."""
    audit: timedelta | None = timedelta(days=400)
    """After it was recorded; None: forever."""
    alerts: timedelta | None = timedelta(days=30)
    """Of no incident, after they last fired; None: forever."""
    deleted_words: timedelta | None = None
    """What people deleted in Slack, in no output. None: it goes at once."""

    def of(self, priority: Priority) -> Spans:
        return self.by_priority.get(priority, self.spans)

    @property
    def shortest(self) -> timedelta | None:
        """So long after its end nothing goes of any record; None: nothing ever does."""
        return min((span for one in Priority for span in self.of(one).values()), default=None)


def cutoffs(
    priority: Priority,
    over_at: datetime | None,
    done: Collection[DataClass],
    retention: Retention,
    now: datetime,
    *,
    is_stirred: bool,
) -> dict[DataClass, datetime]:
    """What is to go of an incident's record, each class as far as it was written up to an instant; empty for what is
    open, and where nothing is left to do. `done`: the classes that went before. `is_stirred`: something was written
    since then, and is old enough by now."""
    if over_at is None:
        return {}
    spans = retention.of(priority)
    found = {one: now - spans[one] for one in DataClass if one in spans and over_at <= now - spans[one]}
    return found if is_stirred or found.keys() - set(done) else {}


def out_of_order(spans: Spans) -> str | None:
    """What makes no sense about spans, in words; None where they do."""
    words, names, record = (spans.get(one) for one in (DataClass.TRANSCRIPT, DataClass.FILES, DataClass.TIMELINE))
    if words is not None and (names is None or names > words):
        return "`files` are kept longer than `transcript`, in whose messages they stand"
    if record is not None and (words is None or words > record):
        return "`transcript` is kept longer than `timeline`: what was chatted would outlast what was recorded"
    return None


def people_in(value: Any) -> Iterator[SlackUserId]:
    """Everybody who stands in an event, by id or mentioned in a text; some more than once."""
    ids = _ids_of(value.__class__)
    for one in fields(value):
        held = getattr(value, one.name)
        yield from _people(held, is_id=one.name in ids)


def _people(held: Any, *, is_id: bool) -> Iterator[SlackUserId]:
    match held:
        case str():
            yield from (SlackUserId(held),) if is_id else mentioned((held,))
        case tuple():
            for part in held:
                yield from _people(part, is_id=is_id)
        case _ if is_dataclass(held):
            yield from people_in(held)


@cache
def _ids_of(kind: Any) -> frozenset[str]:
    """The fields of a class that hold ids of people."""
    return frozenset(name for name, hint in get_type_hints(kind).items() if "SlackUserId" in str(hint))
