"""What a service is to achieve, in what window, and so how long it may fail: its error budget.

Objectives come from files in the form of OpenSLO v1 (https://github.com/OpenSLO/OpenSLO): a target in a rolling window,
or in one of the calendar.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.telling import spell_percent
from bot.domain.vocabulary import Priority

USUAL_SHARES: Final = {Priority.P1: 1.0, Priority.P2: 0.5, Priority.P3: 0.1, Priority.P4: 0.0}
"""What part of a service counts as degraded, until somebody says."""


@dataclass(frozen=True, slots=True)
class Rolling:
    """The last so many days, ending now."""

    length: timedelta
    words: str
    """`over 28 days`."""

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        return now - self.length, now


@dataclass(frozen=True, slots=True)
class Calendar:
    """One after the other from a first day on, by the clock on the wall: each is so many days or so many months."""

    first: datetime
    """Without a zone, as it is written."""
    zone: ZoneInfo
    days: int
    months: int
    words: str
    """`each month`."""

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """The window that an instant is in: when it begins, and when the next one does."""
        number = self._about(now.astimezone(self.zone).replace(tzinfo=None))
        while self._begin(number) > now:
            number -= 1
        while self._begin(number + 1) <= now:
            number += 1
        return self._begin(number), self._begin(number + 1)

    def _about(self, local: datetime) -> int:
        """How many windows lie between, or one more or less."""
        if self.days:
            return (local - self.first).days // self.days
        return ((local.year - self.first.year) * 12 + local.month - self.first.month) // self.months

    def _begin(self, number: int) -> datetime:
        """Days that a month does not have are its last one."""
        if self.days:
            local = self.first + timedelta(days=self.days * number)
        else:
            years, month = divmod(self.first.month - 1 + self.months * number, 12)
            year = self.first.year + years
            day = min(self.first.day, monthrange(year, month + 1)[1])
            local = self.first.replace(year=year, month=month + 1, day=day)
        return local.replace(tzinfo=self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Objective:
    """What a service is to achieve."""

    service: str
    """Its slug."""
    name: str
    target: float
    """From 0 to less than 1."""
    window: Rolling | Calendar
    slice_target: float | None = None
    """Counted by time slices: one is bad as a whole where less than this part of it is good. None: a minute counts by
    the part of it that is bad."""

    @property
    def percent(self) -> str:
        """`99.9 %`."""
        return spell_percent(self.target * 100)

    @property
    def words(self) -> str:
        """`99.9 % over 28 days`."""
        return f"{self.percent} {self.window.words}"

    def counted(self, share: float) -> float:
        """What part of a minute is bad in which a part of the service is degraded."""
        if self.slice_target is None:
            return share
        return 1.0 if 1 - share < self.slice_target else 0.0


@dataclass(frozen=True, slots=True)
class ErrorBudgets:
    """The objectives of services, and what follows from them."""

    objectives: Mapping[str, Objective] = field(default_factory=dict)
    """By slug of the service: each has one."""
    shares: Mapping[Priority, float] = field(default_factory=lambda: USUAL_SHARES)
    """What part of the service counts as degraded at a priority, until somebody says; from 0 to 1."""
    tells_channel: bool = True
    """Whether the channel of the incident that uses a budget up is told."""
    follow_up: str | None = None
    """What is agreed then, with `{service}` in it; None: nothing."""

    def of(self, service: str | None) -> Objective | None:
        return self.objectives.get(service) if service else None
