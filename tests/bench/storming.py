"""Two hundred incidents in a minute, before a Slack that allows what Slack allows: what waits, and for how long.

Slack's minutes last eight seconds here; all times but those of answers are told in such minutes.
"""

import asyncio
import random
import time
from pathlib import Path

from bot.slack.methods import METHODS
from tests.bench.figures import Figure, Unit, percentile
from tests.scenarios.conftest import Company, company_at_work, eventually
from tests.scenarios.storming import Storming, declare_all, everybody_is_in, most_within, refused

A_MINUTE = 8.0
"""Seconds that one of Slack's lasts."""
SECONDS = 60 / A_MINUTE
"""Of Slack's, in one of ours."""
DECLARES, P1 = 200, 10
SEED = 20
WITHIN = 600.0


async def measure(folder: Path) -> list[Figure]:
    priorities = ["P1"] * P1 + ["P3"] * (DECLARES - P1)
    random.Random(SEED).shuffle(priorities)  # noqa: S311 - a storm that is the same each time
    async with company_at_work(folder, f"sqlite:///{folder / 'storm.db'}", counted_by=_now) as company:
        looking = asyncio.create_task(_look_often(company))
        storm = await declare_all(company, priorities)
        opened = await everybody_is_in(company, DECLARES, WITHIN)

        async def is_told() -> bool:
            return company.bot.delivery.is_idle and not await company.bot.under_way()

        await eventually(is_told, WITHIN)
        looking.cancel()
        journal = company.sandbox.journal
        calls = journal.calls()
        ended = max(one.at for one in calls)

    def waited(priority: str) -> list[float]:
        return [(opened[one.number] - one.answered_at) * SECONDS for one in storm if one.priority == priority]

    def most_used() -> float:
        return max(
            most_within([one.at for one in calls if one.method == name], A_MINUTE) / method.a_minute
            for name, method in METHODS.items()
            if method.a_minute
        )

    began = min(one.asked_at for one in storm)
    return [
        Figure(f"{DECLARES} declares at once, {P1} of them P1: answered, p99", _answered(storm), Unit.SECONDS),
        Figure("… P1, until people are in, p50", percentile(waited("P1"), 0.5), Unit.SECONDS),
        Figure("… P1, the longest", max(waited("P1")), Unit.SECONDS),
        Figure("… P3, p50", percentile(waited("P3"), 0.5), Unit.SECONDS),
        Figure("… P3, the longest", max(waited("P3")), Unit.SECONDS),
        Figure("… until everything is told", (ended - began) * SECONDS, Unit.SECONDS),
        Figure("… most calls of a method within a minute, of what Slack allows", most_used(), Unit.RATIO, 1.0),
        Figure("… calls that Slack refused", sum(refused(journal).values()), Unit.COUNT, 0),
    ]


def _now() -> float:
    return time.monotonic() * SECONDS


async def _look_often(company: Company) -> None:
    """Delivery rests by the machine's seconds, which are long ones here."""
    while True:
        await asyncio.sleep(0.05)
        company.bot.context.store.wake.set()


def _answered(storm: list[Storming]) -> float:
    return percentile([one.answered_at - one.asked_at for one in storm], 0.99)
