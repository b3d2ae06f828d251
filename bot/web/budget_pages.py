"""What the page of error budgets looks like: each in words, with the incidents that used it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.blocks.text import plural
from bot.domain.budgets import LATELY, Budget
from bot.domain.ids import ref
from bot.domain.telling import listed, spell, spell_rate
from bot.web.dashboard_pages import Frame

MOST: Final = 10
"""Incidents that are named with each, the newest."""


@dataclass(frozen=True, slots=True)
class Used:
    number: int
    ref: str
    title: str
    took: str


@dataclass(frozen=True, slots=True)
class BudgetTile:
    """A budget in words."""

    budget: Budget
    name: str
    frame: Frame
    titles: Mapping[int, str]

    @property
    def value(self) -> str:
        one = self.budget
        return one.words if one.is_exhausted else f"{spell(one.left)} left"

    @property
    def percent_left(self) -> int:
        """Rounded down: there is none before it says so."""
        return int(self.budget.part_left * 100)

    @property
    def told(self) -> list[str]:
        """What is not known, or is nothing, is left out."""
        one = self.budget
        lately = (one.at - one.since if one.renewed_at is None else one.renewed_at - one.since) / LATELY
        rate = "" if one.rate is None else f"Burn rate {spell_rate(one.rate)} over the last {days(lately)}"
        now = listed([ref(number) for number in one.burning]) if one.burning else ""
        used_up = f"Used up at {self.frame.when(one.used_up_at)} if it goes on like this" if one.used_up_at else ""
        return [
            line
            for line in (
                f"of {spell(one.allowed)}: {one.objective.words}",
                f"{now} {'is' if len(one.burning) == 1 else 'are'} using it now" if now else "",
                rate,
                used_up,
                f"Renewed {self.frame.when(one.renewed_at)}" if one.renewed_at else "",
            )
            if line
        ]

    @property
    def incidents(self) -> list[Used]:
        return [
            Used(number, ref(number), self.titles.get(number, ""), spell(took))
            for number, took in self.budget.by_incident[:MOST]
        ]

    @property
    def more(self) -> str:
        left = len(self.budget.by_incident) - MOST
        return f"and {plural(left, 'earlier one')}" if left > 0 else ""


def days(span: timedelta) -> str:
    whole = round(span / timedelta(days=1))
    return plural(whole, "day") if whole >= 1 else spell(span)
