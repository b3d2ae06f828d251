"""Rate tiers: so many calls a minute per method, and 429 with `Retry-After` past them.

docs.slack.dev, "Rate limits": tier 2 is 20 a minute, tier 3 50, tier 4 100; `chat.postMessage` about one a second per
channel with short bursts, and some hundreds a minute per workspace; 30,000 deliveries of events an hour per workspace.
Assumed: a burst of four; 300 posts a minute per workspace; windows that slide; an event counts once, however often it
is sent.
"""

import math
import time
from collections import deque
from collections.abc import Callable

MINUTE = 60.0
HOUR = 3600.0
PER_MINUTE = {"t2": 20, "t3": 50, "t4": 100}
POSTS = 1.0
"""Seconds between posts to one channel, in the long run."""
BURST = 4
POSTS_PER_MINUTE = 300
DELIVERIES_PER_HOUR = 30_000


class Rates:
    """Counts calls and deliveries on machine time. The limits of the whole workspace may be set, and the clock by which
    minutes pass, in seconds."""

    def __init__(self, *, is_on: bool) -> None:
        self.is_on = is_on
        self.clock: Callable[[], float] = time.monotonic
        self.posts_per_minute = POSTS_PER_MINUTE
        self.deliveries_per_hour = DELIVERIES_PER_HOUR
        self._calls: dict[str, deque[float]] = {}
        self._posts: dict[str, float] = {}
        self._all_posts: deque[float] = deque()
        self._deliveries: deque[float] = deque()
        self._refused_in: int | None = None

    def seconds_to_wait(self, method: str, tier: str, channel: str = "") -> int:
        """0 when the call may pass; else what `Retry-After` says."""
        if not self.is_on:
            return 0
        now = self.clock()
        if tier == "post":
            return self._posting(channel, now)
        limit = PER_MINUTE.get(tier)
        if limit is None:
            return 0
        return _counted(self._calls.setdefault(method, deque()), limit, MINUTE, now)

    def _posting(self, channel: str, now: float) -> int:
        """A bucket per channel that fills by one a second; then the workspace's own limit."""
        free_at = max(self._posts.get(channel, 0.0), now - BURST * POSTS)
        if free_at > now:
            return 1
        wait = _counted(self._all_posts, self.posts_per_minute, MINUTE, now)
        if not wait:
            self._posts[channel] = free_at + POSTS
        return wait

    def may_deliver(self) -> bool:
        """Whether one more event may be sent to the app."""
        if not self.is_on:
            return True
        return not _counted(self._deliveries, self.deliveries_per_hour, HOUR, self.clock())

    def is_first_refused_in(self, minute: int) -> bool:
        """Whether nothing was said yet about the events that are not sent in this minute (its first epoch second)."""
        is_first = self._refused_in != minute
        self._refused_in = minute
        return is_first


def _counted(seen: deque[float], limit: int, window: float, now: float) -> int:
    """Count one more in a window of seconds; else how many whole seconds until there is room."""
    while seen and seen[0] <= now - window:
        seen.popleft()
    if len(seen) < limit:
        seen.append(now)
        return 0
    return max(1, math.ceil(seen[0] + window - now)) if seen else math.ceil(window)
