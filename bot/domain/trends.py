"""How incidents were handled over time: the figures of `metrics` for a selection of them, by what they are, and bucket
by bucket; and which incidents stand behind a figure.

All of it counts by whole days in UTC, so that an address means the same for everybody who opens it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from bot.domain.ids import IncidentNumber
from bot.domain.metrics import NOT_HANDLED, SPANS, Figures, Measures, Share, figures, grouped
from bot.domain.time_spent import Hours, added
from bot.domain.vocabulary import Priority, Status

DAY: Final = timedelta(days=1)
RESOLVE: Final = SPANS.index("resolve")
LONGEST: Final = 366
"""Days that can be looked at together."""
BY_DAY, BY_WEEK = 31, 186
"""Up to so many days there is a bucket for each day, for each week; beyond that, for each month, and no comparison with
the span before: to read as many incidents again takes as long again."""


class Piece(StrEnum):
    """What a span is cut into."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


NONE: Final = "-"
"""What stands for incidents without a service, or without a category, in a selection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which incidents are looked at: those declared from the first day to the last one, both included."""

    first: date
    last: date
    priority: Priority | None = None
    service: str | None = None
    """Its slug; `NONE`: those without one."""
    category: str | None = None
    drills: bool = False
    """Drills alone, which are left out otherwise."""
    is_on_paper: bool = False
    """Never cut into days: nobody reads a table of thirty of them."""

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + DAY, time(), UTC)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> datetime | None:
        """Where the same span before it begins; None where it is too long to be compared with another one."""
        return self.since - self.days * DAY if self.days <= BY_WEEK else None

    @property
    def pieces(self) -> Piece:
        if self.days <= BY_DAY and not self.is_on_paper:
            return Piece.DAY
        return Piece.WEEK if self.days <= BY_WEEK else Piece.MONTH

    def places(self, measures: Measures, since: datetime, until: datetime) -> list[int]:
        """Those incidents, declared between two instants."""
        begin, end = since.timestamp(), until.timestamp()
        wanted = zip(measures.declared, measures.is_drill, measures.status, strict=True)
        found = [
            place
            for place, (at, is_drill, status) in enumerate(wanted)
            if begin <= at < end and bool(is_drill) is self.drills and status not in NOT_HANDLED
        ]
        if self.priority is not None:
            found = [place for place in found if measures.priority[place] is self.priority]
        for column, value in ((measures.service, self.service), (measures.category, self.category)):
            if value is not None:
                found = [place for place in found if (column[place] or NONE) == value]
        return found

    def has(self, promised: "Promised") -> bool:
        """Whether an incident is one of those, whenever it was declared."""
        return (
            promised.is_drill is self.drills
            and promised.status not in NOT_HANDLED
            and self.priority in (None, promised.priority)
            and self.service in (None, promised.service or NONE)
            and self.category in (None, promised.category or NONE)
        )


@dataclass(frozen=True, slots=True)
class Promised:
    """An incident in which something is still to be done: when each was agreed, and by when it is due."""

    number: IncidentNumber
    priority: Priority
    service: str | None
    category: str | None
    is_drill: bool
    status: Status
    follow_ups: tuple[tuple[datetime | None, date | None], ...]


@dataclass(frozen=True, slots=True)
class Aged:
    """Open follow-ups of an age."""

    open: int
    overdue: int


AGES: Final = (
    ("up to a week", timedelta(days=7)),
    ("up to a month", timedelta(days=31)),
    ("up to three months", timedelta(days=92)),
    ("older", timedelta.max),
)
"""How long ago they were agreed."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Some days of the selection, and the figures of what was declared on them."""

    first: date
    last: date
    figures: Figures
    by_priority: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Trends:
    selection: Selection
    whole: Figures
    before: Figures | None
    """Of the same span before; None for one that is not compared."""
    by_priority: Mapping[str, Figures]
    by_service: Mapping[str, Figures]
    """By slug; those without one as `NONE`. So it is with categories."""
    by_category: Mapping[str, Figures]
    over_time: Sequence[Bucket]
    drills: int
    """How many of the span are drills, which are not counted; 0 where drills alone are."""
    not_handled: int
    """Cancelled or merged, which are not counted."""
    alerted: Share
    """Incidents that alerts belong to, of all."""
    alerts: int
    """How many alerts became a part of them."""
    lasted: timedelta
    """From declaration to resolution, added up."""
    follow_ups: Mapping[str, Aged] = field(default_factory=dict)
    """Open ones by their age, of incidents of any day."""
    by_team: Mapping[str, Hours] = field(default_factory=dict)
    """How long people worked on them."""

    @property
    def spent(self) -> Hours:
        return added(self.by_team.values())


def by_age(promised: Iterable[Promised], now: datetime) -> dict[str, Aged]:
    """One whose age is not known counts as older."""
    found = {name: [0, 0] for name, _ in AGES}
    for one in promised:
        for agreed, due in one.follow_ups:
            name = _age(agreed, now)
            found[name][0] += 1
            found[name][1] += is_overdue(due, now)
    return {name: Aged(*counts) for name, counts in found.items()}


def _age(agreed: datetime | None, now: datetime) -> str:
    age = timedelta.max if agreed is None else now - agreed
    return next(name for name, most in AGES if age <= most)


def is_overdue(due: date | None, now: datetime) -> bool:
    return due is not None and due < now.astimezone(UTC).date()


def trends(measures: Measures, wanted: Selection) -> Trends:
    """`measures`: of what was declared in the selection's span, and in the one it is compared with."""
    chosen = measures.at(wanted.places(measures, wanted.since, wanted.until))
    before = wanted.before
    begin, end = wanted.since.timestamp(), wanted.until.timestamp()
    in_span = [place for place, at in enumerate(measures.declared) if begin <= at < end]
    return Trends(
        selection=wanted,
        whole=figures(chosen),
        before=figures(measures.at(wanted.places(measures, before, wanted.since))) if before else None,
        by_priority=grouped(chosen, [one.value for one in chosen.priority]),
        by_service=grouped(chosen, [one or NONE for one in chosen.service]),
        by_category=grouped(chosen, [one or NONE for one in chosen.category]),
        over_time=_over_time(chosen, wanted),
        drills=0 if wanted.drills else sum(bool(measures.is_drill[place]) for place in in_span),
        not_handled=sum(
            measures.status[place] in NOT_HANDLED and bool(measures.is_drill[place]) is wanted.drills
            for place in in_span
        ),
        alerted=Share(len(chosen.alerts) - chosen.alerts.count(0), len(chosen.alerts)),
        alerts=sum(chosen.alerts),
        lasted=timedelta(seconds=sum(one for one in chosen.took[RESOLVE] if one is not None and one >= 0)),
    )


def buckets(wanted: Selection) -> list[tuple[date, date]]:
    """The days of a span in pieces of a day, a week from Monday, or a month; the first and the last may be shorter."""
    found, begin = [], wanted.first
    while begin <= wanted.last:
        end = min(_end_of(begin, wanted.pieces), wanted.last)
        found.append((begin, end))
        begin = end + DAY
    return found


def _end_of(day: date, piece: Piece) -> date:
    match piece:
        case Piece.DAY:
            return day
        case Piece.WEEK:
            return day + (6 - day.weekday()) * DAY
        case Piece.MONTH:
            following = day.replace(day=28) + 4 * DAY
            return following - following.day * DAY


def _over_time(chosen: Measures, wanted: Selection) -> list[Bucket]:
    spans = buckets(wanted)
    of_day = {
        (first - wanted.first).days + number: place
        for place, (first, last) in enumerate(spans)
        for number in range((last - first).days + 1)
    }
    begin, day = wanted.since.timestamp(), DAY.total_seconds()
    places: list[list[int]] = [[] for _ in spans]
    for place, at in enumerate(chosen.declared):
        places[of_day[int((at - begin) // day)]].append(place)
    parts = [chosen.at(some) for some in places]
    return [
        Bucket(first, last, figures(part), {one.value: part.priority.count(one) for one in Priority})
        for (first, last), part in zip(spans, parts, strict=True)
    ]


def _reached(name: str) -> Callable[[Measures, int], bool]:
    column = SPANS.index(name)
    return lambda of, place: (took := of.took[column][place]) is not None and took >= 0


FOLLOW_UPS: Final = "follow-ups"
OVERDUE: Final = "overdue"
"""Words in an address for incidents with open follow-ups, whenever they were declared."""
WORKED: Final[Mapping[str, Callable[[Hours], float]]] = {
    "worked": lambda of: of.all,
    "at-night": lambda of: of.at_night,
    "on-weekends": lambda of: of.on_weekends,
}
"""Words for incidents that people worked on, and how long that was."""
BEHIND: Final[Mapping[str, Callable[[Measures, int], bool]]] = {
    **{name.replace(" ", "-"): _reached(name) for name in SPANS},
    "open": lambda of, place: of.took[RESOLVE][place] is None and not of.status[place].is_over,
    "decided": lambda of, place: any(kept[place] is not None for kept in of.kept),
    "missed": lambda of, place: any(kept[place] is False for kept in of.kept),
    "updates": lambda of, place: of.updates_due[place] > 0,
    "late": lambda of, place: of.updates_on_time[place] < of.updates_due[place],
    "reopened": lambda of, place: of.times_reopened[place] > 0,
    "repeated": lambda of, place: of.is_repeat[place],
    "alerted": lambda of, place: of.alerts[place] > 0,
    "escalated": lambda of, place: of.was_escalated[place],
    "impossible": lambda of, place: any(took[place] is not None and took[place] < 0 for took in of.took),  # type: ignore[operator]
}
"""Word in an address → whether an incident is one of those that a figure is made of."""


def behind(measures: Measures, wanted: Selection, word: str) -> list[int]:
    """The numbers of the incidents behind a figure, newest first; `word`: of `BEHIND`, empty for all."""
    counts = BEHIND.get(word)
    places = wanted.places(measures, wanted.since, wanted.until)
    return sorted((measures.number[one] for one in places if counts is None or counts(measures, one)), reverse=True)


def to_be_done(promised: Iterable[Promised], word: str, age: str, now: datetime) -> list[int]:
    """Likewise of incidents with follow-ups of an age, empty for any. `word`: `FOLLOW_UPS` or `OVERDUE`."""

    def counts(agreed: datetime | None, due: date | None) -> bool:
        return age in ("", _age(agreed, now)) and (word != OVERDUE or is_overdue(due, now))

    return sorted((int(one.number) for one in promised if any(counts(*each) for each in one.follow_ups)), reverse=True)
