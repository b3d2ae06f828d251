"""How long delivery waits, for what. Everything is machine time."""

import random
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """The spans of delivery; the demo and tests wait less long."""

    look_after: timedelta = timedelta(seconds=15)
    """How long after a call of unknown outcome its trace is looked for: the other system may still be acting."""
    first_pause: timedelta = timedelta(seconds=0.5)
    longest_pause: timedelta = timedelta(minutes=5)
    lease: timedelta = timedelta(seconds=30)
    told_after: timedelta = timedelta(minutes=10)
    """How long something is tried before people are told that it waits."""
    page_within: timedelta = timedelta(seconds=30)
    """How long a page is tried before the ladder goes on without it; it is tried on all the same."""
    between_pages: timedelta = timedelta(seconds=15)
    """The longest pause between two attempts to page somebody or to stop it, so that nobody is called for long who is
    not needed any more."""
    not_done_for: timedelta = timedelta(days=1)
    """How long what surely did not happen is tried: the other system asks for patience, refuses us, is not reached."""
    unknown_for: timedelta = timedelta(days=1)
    """How long what may have happened is looked for and tried: answers are lost, or the other system fails."""
    defect_for: timedelta = timedelta(hours=1)
    """How long a defect of ours is tried: it rarely mends itself."""
    drain: timedelta = timedelta(seconds=6)
    """How long what is under way may still take when the process is stopped."""

    def pause(self, age: timedelta) -> timedelta:
        """How long to rest after trying for `age`: about half as long again, with jitter, within bounds."""
        step = min(max(self.first_pause, age / 2), self.longest_pause)
        return step * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing
