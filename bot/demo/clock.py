"""Incident time that is stepped, never scaled."""

from collections.abc import Callable
from datetime import datetime


class SteppedClock:
    """One clock shared by sandbox, bot and player: it stands still until it is set to a later time."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._on_step: list[Callable[[], object]] = []

    def now(self) -> datetime:
        return self._now

    def on_step(self, call: Callable[[], object]) -> None:
        """Call something whenever time has moved."""
        self._on_step.append(call)

    def step_to(self, later: datetime) -> None:
        """Move to a later time; an earlier one changes nothing, for time does not run backwards."""
        if later <= self._now:
            return
        self._now = later
        for call in self._on_step:
            call()
