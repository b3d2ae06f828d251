"""What a measurement gives, and the table that shows all of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import ceil

from rich.table import Table

ROUNDS = 6_000_000
"""Turns of the baseline's loop: about 0.2 s on the machine that it was chosen on."""


class Unit(Enum):
    """What is counted, and how it is written."""

    SECONDS = "{:.3f} s"
    MILLISECONDS = "{:.1f} ms"
    PER_SECOND = "{:,.0f}/s"
    MEGABYTES = "{:.0f} MB"
    CALLS = "{:.0f} calls"
    COUNT = "{:,.0f}"
    RATIO = "{:.2f}"

    def written(self, value: float) -> str:
        return self.value.format(value)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. A rate must reach its budget, everything else must stay within it."""

    what: str
    value: float
    unit: Unit
    budget: float | None = None
    """None for a figure that is only told."""

    @property
    def verdict(self) -> str:
        if self.budget is None:
            return ""
        is_kept = self.value >= self.budget if self.unit is Unit.PER_SECOND else self.value <= self.budget
        return "ok" if is_kept else "over"

    def ratio(self, baseline: float) -> str:
        """How many baselines it takes (of a rate: a thousand of them); nothing for what is no time."""
        seconds = {
            Unit.SECONDS: self.value,
            Unit.MILLISECONDS: self.value / 1000,
            Unit.PER_SECOND: 1000 / self.value if self.value else 0.0,
        }
        return f"{seconds[self.unit] / baseline:.3g}" if self.unit in seconds else ""


def measure_baseline() -> float:
    """Seconds of a fixed loop in plain Python, the best of three: how fast this machine is at this moment."""
    return min(_loop() for _ in range(3))


def _loop() -> float:
    began, total = time.perf_counter(), 0
    for number in range(ROUNDS):
        total += number % 7
    return time.perf_counter() - began


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of all is not above."""
    return sorted(values)[max(0, ceil(len(values) * share) - 1)]


def table(figures: Sequence[Figure], baseline: float) -> Table:
    shown = Table(title=f"Muster, measured (baseline: {baseline:.3f} s)", caption="Ratio: how many baselines it takes.")
    for heading in ("What", "Figure", "Budget", "Ratio", ""):
        shown.add_column(heading, justify="left" if heading in ("What", "") else "right")
    for one in figures:
        bound = "≥ " if one.unit is Unit.PER_SECOND else "≤ "
        budget = "" if one.budget is None else bound + one.unit.written(one.budget)
        style = "bold red" if one.verdict == "over" else None
        shown.add_row(one.what, one.unit.written(one.value), budget, one.ratio(baseline), one.verdict, style=style)
    return shown
