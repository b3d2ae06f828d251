"""Many incidents at once, before a Slack that allows so many calls a minute; for a scenario and for `make bench`."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.journal import Journal
from tests.scenarios.conftest import Company, eventually

AT_ONCE = 10
"""People who type at the same time."""


@dataclass(frozen=True, slots=True)
class Storming:
    """One declare. Seconds on the machine's clock."""

    number: int
    priority: str
    asked_at: float
    answered_at: float


async def declare_all(company: Company, priorities: Sequence[str]) -> list[Storming]:
    """One incident after the other, as fast as so many people type."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(place: int, priority: str) -> Storming:
        async with free:
            asked_at = time.monotonic()
            answer = await company.bo.types(f"/incident declare {priority} storm {place}", in_="general")
            assert "declared" in answer.text, answer.text
            number = int(answer.text.partition("INC-")[2].split()[0])
            return Storming(number, priority, asked_at, time.monotonic())

    return await asyncio.gather(*(one(place, priority) for place, priority in enumerate(priorities)))


async def everybody_is_in(company: Company, count: int, within: float = 20.0) -> dict[int, float]:
    """When somebody was let into the channel of each of so many incidents, by its number, once all are open."""

    def invited() -> dict[str, float]:
        calls = company.sandbox.journal.calls("conversations.invite")
        return {one.arguments["channel"]: one.at + one.took for one in calls if one.answer and one.answer["ok"]}

    async def is_done() -> bool:
        return len(invited()) >= count

    await eventually(is_done, within)
    async with company.bot.context.store.read() as tx:
        listed = await tx.incidents(open_only=True)
    at = invited()
    return {one.number: at[one.channel] for one in listed if one.channel in at}


def refused(journal: Journal) -> Counter[str]:
    """How often each method was called too often."""
    return Counter(one.method for one in journal.calls() if one.answer and one.answer.get("error") == "ratelimited")


def most_within(times: Sequence[float], seconds: float) -> int:
    """The most of them within any stretch of so many seconds."""
    ordered = sorted(times)
    return max(
        (sum(1 for at in ordered[place:] if at - first < seconds) for place, first in enumerate(ordered)), default=0
    )
