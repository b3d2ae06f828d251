"""How often a token may ask: a bucket of tokens for each, in this process alone.

Several replicas each allow as much; what is to be kept from is a program gone wild, not a careful one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

BURST: Final = 120
"""Requests that may come at once."""
PER_SECOND: Final = 10.0
"""Requests that may come lastingly."""
KEPT: Final = 1000
"""Buckets that are remembered; the fullest are forgotten first, as a new one is full."""


@dataclass(slots=True)
class Bucket:
    left: float
    at: float


class Limits:
    """`now`: seconds of machine time."""

    def __init__(self, now: Callable[[], float], burst: float = BURST, per_second: float = PER_SECOND) -> None:
        self._now = now
        self._burst = burst
        self._per_second = per_second
        self._buckets: dict[str, Bucket] = {}

    def wait_for(self, key: str) -> float:
        """Take one request out of a bucket; the seconds until there is one, 0 when it was taken."""
        now = self._now()
        bucket = self._buckets.get(key)
        left = self._burst if bucket is None else self._left(bucket, now)
        if left < 1:
            return (1 - left) / self._per_second
        self._buckets[key] = Bucket(left - 1, now)
        if len(self._buckets) > KEPT:
            self._forget(now)
        return 0.0

    def _left(self, bucket: Bucket, now: float) -> float:
        return min(self._burst, bucket.left + (now - bucket.at) * self._per_second)

    def _forget(self, now: float) -> None:
        emptiest = sorted(self._buckets.items(), key=lambda one: self._left(one[1], now))
        self._buckets = dict(emptiest[: KEPT // 2])
