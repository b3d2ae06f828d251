"""What is measured of incidents, written as one reads it: incident by incident."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bot.domain.metrics import Measures
from bot.domain.vocabulary import Priority, Status


class Measured(NamedTuple):
    """One incident. A time is None until it has come."""

    declared_at: datetime
    priority: Priority = Priority.P2
    service: str | None = "checkout"
    status: Status = Status.CLOSED
    is_drill: bool = False
    acknowledged_at: datetime | None = None
    first_update_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    kept_resolve: bool | None = None
    updates_due: int = 0
    updates_on_time: int = 0
    times_reopened: int = 0
    was_escalated: bool = False
    is_repeat: bool = False
    category: str | None = None
    alerts: int = 0


def measures(incidents: Iterable[Measured]) -> Measures:
    """The same, column by column."""
    some = list(incidents)
    ends = ("acknowledged_at", "first_update_at", "mitigated_at", "resolved_at")
    alike = ("updates_due", "updates_on_time", "times_reopened", "was_escalated", "is_repeat", "alerts")
    return Measures(
        number=list(range(1, len(some) + 1)),
        priority=[one.priority for one in some],
        service=[one.service for one in some],
        category=[one.category for one in some],
        status=[one.status for one in some],
        is_drill=[one.is_drill for one in some],
        declared=[one.declared_at.timestamp() for one in some],
        took=[[_seconds(one.declared_at, getattr(one, end)) for one in some] for end in ends],
        kept=[*([None] * len(some) for _ in range(3)), [one.kept_resolve for one in some]],
        **{name: [getattr(one, name) for one in some] for name in alike},
    )


def _seconds(begin: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - begin).total_seconds()
