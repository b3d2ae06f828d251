"""What stands on the status page, worked out from what was published and from nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import groupby, pairwise
from typing import Final

from bot.domain.customers import Published
from bot.domain.dates import a_date
from bot.domain.policy import Component, StatusPage
from bot.domain.timeline import CustomerUpdate
from bot.domain.vocabulary import Health, Stage

DAYS: Final = 90
"""For which each component has a bar."""
SHOWN_FOR: Final = timedelta(days=365)
"""How long after its last entry an incident stands in the history."""
ON_INDEX: Final = 14
"""Days of the history that stand on the first page."""


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    at: datetime
    update: CustomerUpdate
    before: tuple[tuple[str, Health], ...]
    """How the components were that it names, by their ids."""

    @property
    def paragraphs(self) -> list[list[str]]:
        """The text as paragraphs of lines."""
        return [part.splitlines() for part in self.update.text.split("\n\n") if part.strip()]


@dataclass(frozen=True, slots=True)
class PublicIncident:
    """An incident as customers know it. Its `id` says nothing of ours; entries stand in the order of time."""

    id: str
    entries: tuple[Entry, ...]

    @property
    def last(self) -> CustomerUpdate:
        return self.entries[-1].update

    @property
    def title(self) -> str:
        return self.last.title

    @property
    def is_open(self) -> bool:
        return self.last.stage is not Stage.RESOLVED

    @property
    def began_at(self) -> datetime:
        return self.entries[0].at

    @property
    def updated_at(self) -> datetime:
        return self.entries[-1].at

    @property
    def resolved_at(self) -> datetime | None:
        """When it was first said to be over since it was last open."""
        if self.is_open:
            return None
        first = self.entries[-1]
        for one in reversed(self.entries):
            if one.update.stage is not Stage.RESOLVED:
                break
            first = one
        return first.at

    @property
    def next_at(self) -> datetime | None:
        """When the next entry comes at the latest, as the last one says."""
        return self.updated_at + self.last.next_in if self.is_open and self.last.next_in else None

    @property
    def monitoring_at(self) -> datetime | None:
        return next((one.at for one in self.entries if one.update.stage is Stage.MONITORING), None)

    @property
    def worst(self) -> Health:
        """The worst that was said of a component while it lasted."""
        return worst(part.health for one in self.entries for part in one.update.components)

    @property
    def newest_first(self) -> tuple[Entry, ...]:
        return self.entries[::-1]

    @property
    def affected(self) -> list[str]:
        """The names of all components that it ever affected."""
        return list(dict.fromkeys(part.name for one in self.entries for part in one.update.components))

    def spans(self, component: str, until: datetime) -> Iterator[tuple[datetime, datetime, Health]]:
        """From when to when it was said to be how; without the times when nothing was wrong."""
        ends = [*(one.at for one in self.entries[1:]), until]
        for one, end in zip(self.entries, ends, strict=True):
            health = _health_in(one.update, component)
            if health is not Health.OPERATIONAL and end > one.at:
                yield one.at, end, health


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    health: Health
    minutes: int
    """Of published impact."""

    @property
    def words(self) -> str:
        told = f"{self.health.words}, {length(self.minutes)}" if self.minutes else "no published impact"
        return f"{a_date(self.date)}: {told}"


@dataclass(frozen=True, slots=True)
class Row:
    """A component with its bar, oldest day first."""

    component: Component
    health: Health
    days: tuple[Day, ...]
    since: datetime | None
    """When anything was last said of it; None for never."""

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.days)

    @property
    def words(self) -> str:
        """What the bar shows."""
        return f"{length(self.minutes)} of published impact" if self.minutes else "no published impact"


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that the page shows at one instant. Incidents stand newest first."""

    page: StatusPage
    at: datetime
    incidents: tuple[PublicIncident, ...]
    rows: tuple[Row, ...]

    @property
    def open(self) -> list[PublicIncident]:
        return [one for one in self.incidents if one.is_open]

    @property
    def health(self) -> Health:
        return worst(one.health for one in self.rows)

    @property
    def headline(self) -> str:
        """In the words that such pages have."""
        if self.health is Health.OPERATIONAL:
            return "We are looking into a problem" if self.open else "All systems operational"
        return {
            Health.DEGRADED: "Some systems are slow or unreliable",
            Health.PARTIAL: "Some systems are down",
            Health.MAJOR: "Major outage",
        }[self.health]

    @property
    def changed_at(self) -> datetime:
        """When something was last published."""
        return max((one.updated_at for one in self.incidents), default=self.at)

    @property
    def shown(self) -> tuple[object, ...]:
        """What its files are made of: where that is equal, so are they, whatever the time is."""
        promised = [one.id for one in self.open if one.next_at and one.next_at > self.at]
        return self.page, self.incidents, self.rows, self.day(self.at), promised

    def groups(self) -> list[tuple[str | None, list[Row]]]:
        """Components below the heading of their group, in the order of the policy."""
        names = list(dict.fromkeys(one.component.group for one in self.rows))
        return [(name, [one for one in self.rows if one.component.group == name]) for name in names]

    def recent(self) -> list[tuple[date, list[PublicIncident]]]:
        """The days of the last two weeks, newest first, with what ended on them or began and is still open."""
        today = self.day(self.at)
        days = [today - timedelta(days=ago) for ago in range(ON_INDEX)]
        return [(one, [it for it in self.incidents if self.day(it.began_at) == one and not it.is_open]) for one in days]

    def months(self) -> list[tuple[date, list[PublicIncident]]]:
        """The whole history by the month in which each began."""
        by_month = groupby(self.incidents, lambda one: self.day(one.began_at).replace(day=1))
        return [(month, list(incidents)) for month, incidents in by_month]

    def day(self, at: datetime) -> date:
        return at.astimezone(self.page.timezone).date()


def site_of(page: StatusPage, published: Sequence[Published], at: datetime, workspace: str) -> Site:
    """`workspace` makes the ids of incidents its own."""
    incidents = sorted(_incidents(published, workspace), key=lambda one: one.began_at, reverse=True)
    rows = tuple(_row(page, one, incidents, at) for one in page.components)
    return Site(page, at, tuple(incidents), rows)


def worst(healths: Iterable[Health]) -> Health:
    return max(healths, key=lambda one: one.weight, default=Health.OPERATIONAL)


def length(minutes: int) -> str:
    """`1 h 20 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])


def _incidents(published: Sequence[Published], workspace: str) -> Iterator[PublicIncident]:
    ordered = sorted(published, key=lambda one: (one.number, one.seq))
    for number, entries in groupby(ordered, lambda one: one.number):
        id_ = sha256(f"{workspace}/{number}".encode()).hexdigest()[:12]
        known: dict[str, Health] = {}
        found = []
        for one in entries:
            before = tuple((part.id, known.get(part.id, Health.OPERATIONAL)) for part in one.update.components)
            found.append(Entry(f"{id_}{one.seq}", one.at, one.update, before))
            known = {part.id: part.health for part in one.update.components}
        yield PublicIncident(id_, tuple(found))


def _health_in(update: CustomerUpdate, component: str) -> Health:
    if update.stage is Stage.RESOLVED:
        return Health.OPERATIONAL
    return next((one.health for one in update.components if one.id == component), Health.OPERATIONAL)


def _row(page: StatusPage, component: Component, incidents: Sequence[PublicIncident], at: datetime) -> Row:
    now = worst(_health_in(one.last, component.id) for one in incidents)
    spans = [span for one in incidents for span in one.spans(component.id, at)]
    today = at.astimezone(page.timezone).date()
    days = tuple(_day(page, today - timedelta(days=ago), spans) for ago in reversed(range(DAYS)))
    said = [
        one.at
        for it in incidents
        for one in it.entries
        if any(part.id == component.id for part in one.update.components)
    ]
    return Row(component, now, days, max(said, default=None))


def _day(page: StatusPage, day: date, spans: Sequence[tuple[datetime, datetime, Health]]) -> Day:
    """Times that several incidents have in common count once."""
    begins = datetime(day.year, day.month, day.day, tzinfo=page.timezone)
    following = day + timedelta(days=1)
    ends = datetime(following.year, following.month, following.day, tzinfo=page.timezone)
    cut = [(max(since, begins), min(until, ends), health) for since, until, health in spans]
    cut = [one for one in cut if one[0] < one[1]]
    edges = sorted({edge.timestamp() for since, until, _ in cut for edge in (since, until)})
    bad = sum(
        later - earlier
        for earlier, later in pairwise(edges)
        if any(since.timestamp() <= earlier and later <= until.timestamp() for since, until, _ in cut)
    )
    return Day(day, worst(health for _, _, health in cut), max(1, round(bad / 60)) if bad else 0)
