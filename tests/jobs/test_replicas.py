"""Replicas count each other, and share what Slack allows."""

from datetime import timedelta

from bot.jobs.replicas import GONE_AFTER, Replicas
from bot.slack.rates import build_pace
from bot.store import Store
from tests.store.given import LEASE, MACHINE, declare


class At:
    def __init__(self) -> None:
        self.now = MACHINE


async def test_each_takes_its_share_and_gives_it_back_when_it_leaves_or_dies(store: Store) -> None:
    at, paces = At(), [build_pace() for _ in range(3)]
    first, second, third = (
        Replicas(store, f"replica {number}", pace, lambda: None, lambda: at.now) for number, pace in enumerate(paces)
    )
    for one in (first, second, third, first, second):
        await one.look()
    assert [pace.among for pace in paces] == [3, 3, 3]
    await third.leave()
    await first.look()
    assert paces[0].among == 2
    at.now += GONE_AFTER + timedelta(seconds=1)
    await first.look()
    assert paces[0].among == 1


async def test_a_process_that_starts_anew_knows_what_was_called_before_it(store: Store) -> None:
    for _ in range(18):
        await declare(store)
    async with store.write() as tx:
        await tx.claim_effects("the one before", MACHINE - timedelta(seconds=20), LEASE, 18, calls=True)
    at, pace = At(), build_pace()
    await Replicas(store, "me", pace, lambda: None, lambda: at.now).remember()
    assert "OpenChannel" in pace.limits().paused.kinds
