"""When an update counts as late: the one place that says so."""

from datetime import datetime, timedelta

GRACE = timedelta(minutes=1)
"""An update that comes so soon after its time is on time, and nobody is told before that it is missing."""
PART = 10
"""Where updates come more often than every ten minutes, it is this part of the pause between them."""


def grace(update_every: timedelta) -> timedelta:
    return min(GRACE, update_every / PART)


def is_late(due_at: datetime | None, at: datetime, grace: timedelta = GRACE) -> bool:
    """Whether an update that was due then is late at `at`; never where none was due."""
    return due_at is not None and at > due_at + grace
