"""App Home with 500 open incidents, rendered."""

import time
from datetime import UTC, datetime
from pathlib import Path

from bot.blocks.home import home
from bot.config import policy_loading as policies
from bot.domain.home import overview
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.vocabulary import Priority, Status
from bot.store import Summary
from tests.bench.figures import Figure, Unit, percentile

OPEN = 500
TIMES = 50
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ME = SlackUserId("U1")


async def measure(_: Path) -> list[Figure]:
    policy = policies.load(None)
    incidents = [_row(number) for number in range(1, OPEN + 1)]
    times = []
    for _time in range(TIMES):
        began = time.perf_counter()
        home(overview(ME, NOW, incidents, (), (), policy), policy)
        times.append(time.perf_counter() - began)
    return [
        Figure(f"App Home with {OPEN} open incidents, p50", percentile(times, 0.5) * 1000, Unit.MILLISECONDS, 50),
        Figure("… p99", percentile(times, 0.99) * 1000, Unit.MILLISECONDS, 50),
    ]


def _row(number: int) -> Summary:
    return Summary(
        number=IncidentNumber(number),
        title="Checkout returns 500s for every third customer",
        status=Status.INVESTIGATING,
        priority=Priority.P2,
        service="checkout",
        category=None,
        is_private=False,
        is_listed=False,
        is_drill=False,
        is_over=False,
        declared_by=SlackUserId("U2"),
        declared_at=NOW,
        commander=ME if number % 10 == 0 else SlackUserId("U3"),
        asked=None,
        channel=None,
        channel_name=None,
        update_due_at=NOW,
        last_update_at=None,
        over_at=None,
        last_seq=5,
    )
