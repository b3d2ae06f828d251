"""Rate tiers: so many calls a minute per method, and 429 with `Retry-After` past them.

docs.slack.dev, "Rate limits": tier 2 is 20 a minute, tier 3 50, tier 4 100; `chat.postMessage` about one a second per
channel with short bursts. Assumed: a burst of four; windows that slide.
"""

import time
from collections import deque

WINDOW = 60.0
PER_MINUTE = {"t2": 20, "t3": 50, "t4": 100}
POSTS = 1.0
"""Seconds between posts to one channel, in the long run."""
BURST = 4


class Rates:
    """Counts calls on machine time."""

    def __init__(self, *, is_on: bool) -> None:
        self.is_on = is_on
        self._calls: dict[str, deque[float]] = {}
        self._posts: dict[str, float] = {}

    def seconds_to_wait(self, method: str, tier: str, channel: str = "") -> int:
        """0 when the call may pass; else what `Retry-After` says."""
        if not self.is_on:
            return 0
        now = time.monotonic()
        if tier == "post":
            return self._posting(channel, now)
        limit = PER_MINUTE.get(tier)
        if limit is None:
            return 0
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if len(calls) >= limit:
            return max(1, round(calls[0] + WINDOW - now))
        calls.append(now)
        return 0

    def _posting(self, channel: str, now: float) -> int:
        """A bucket per channel that fills by one a second."""
        free_at = max(self._posts.get(channel, 0.0), now - BURST * POSTS)
        if free_at > now:
            return 1
        self._posts[channel] = free_at + POSTS
        return 0
