"""Deadlines as rows: what the timeline promised, leased to whoever acts on it."""

import asyncio
from datetime import UTC, datetime

from bot.domain.ids import ChannelId, IncidentNumber
from bot.domain.timeline import CommandAccepted, DeadlineReminded, IncidentResolved, Promise, Update, UpdatePosted
from bot.domain.vocabulary import DeadlineKind, DeadlineStep
from bot.store import DueDeadline, Store
from tests.store.given import (
    BO,
    LEASE,
    MACHINE,
    NOON,
    declare,
    declare_with_channel,
    incident,
    minutes,
    record,
    seconds,
)

ACKNOWLEDGE, UPDATE = DeadlineKind.ACKNOWLEDGE, DeadlineKind.UPDATE
REMIND, OVERDUE = DeadlineStep.REMIND, DeadlineStep.OVERDUE


async def claim(
    store: Store, minute: float, owner: str = "me", *, after: float = 0, limit: int = 100
) -> tuple[DueDeadline, ...]:
    """What is due so many minutes after noon, so many seconds of machine time from now."""
    async with store.write() as tx:
        return await tx.claim_deadlines(owner, NOON + minutes(minute), MACHINE + seconds(after), LEASE, limit)


async def test_a_declaration_sets_its_deadlines(store: Store) -> None:
    number = await declare(store)
    async with store.read() as tx:
        assert {(one.kind, one.step, one.due_at) for one in await tx.deadlines(number)} == {
            (ACKNOWLEDGE, OVERDUE, NOON + minutes(5)),
            (UPDATE, REMIND, NOON + minutes(10)),
            (UPDATE, OVERDUE, NOON + minutes(15)),
        }
        assert await tx.next_deadline_at() == NOON + minutes(5)


async def test_the_rows_are_the_folded_deadlines_after_every_decision(store: Store) -> None:
    number = await declare(store)
    posted = UpdatePosted(at=NOON + minutes(2), by=BO, update=Update("x"), next_update=Promise(NOON + minutes(30)))
    reminded = DeadlineReminded(at=NOON + minutes(10), deadline=UPDATE, due_at=NOON + minutes(15))
    resolved = IncidentResolved(at=NOON + minutes(20), by=BO, what="rolled back")
    for event in (CommandAccepted(at=NOON + minutes(1), by=BO), reminded, posted, resolved):
        await record(store, number, event)
        async with store.read() as tx:
            assert set(await tx.deadlines(number)) == set((await incident(store, number)).deadlines)
    async with store.read() as tx:
        assert await tx.next_deadline_at() is None


async def test_what_is_due_is_claimed_oldest_first(store: Store) -> None:
    number = await declare(store)
    assert await claim(store, 4.99) == ()
    assert await claim(store, 10) == (
        DueDeadline(number, ACKNOWLEDGE, OVERDUE, 1, NOON + minutes(5), NOON + minutes(5)),
        DueDeadline(number, UPDATE, REMIND, 1, NOON + minutes(10), NOON + minutes(15)),
    )


async def test_a_claimed_deadline_is_nobody_elses_until_its_lease_ends(store: Store) -> None:
    await declare(store)
    mine = await claim(store, 5)
    assert len(mine) == 1
    assert await claim(store, 5, "another", after=29) == ()
    assert await claim(store, 5, "another", after=30) == mine


async def test_a_lease_can_be_given_back_by_its_owner_alone(store: Store) -> None:
    await declare(store)
    (mine,) = await claim(store, 5)
    async with store.write() as tx:
        await tx.release_deadlines([mine], "another")
    assert await claim(store, 5, "another") == ()
    async with store.write() as tx:
        await tx.release_deadlines([mine], "me")
    assert await claim(store, 5, "another") == (mine,)


async def test_done_and_cancelled_deadlines_are_not_claimed(store: Store) -> None:
    number = await declare(store)
    accepted = CommandAccepted(at=NOON + minutes(1), by=BO)
    reminded = DeadlineReminded(at=NOON + minutes(10), deadline=UPDATE, due_at=NOON + minutes(15))
    await record(store, number, accepted, reminded)
    assert [(one.kind, one.step) for one in await claim(store, 60)] == [(UPDATE, OVERDUE)]


async def test_no_more_is_claimed_than_asked_for(store: Store) -> None:
    for channel in ("C1", "C2", "C3"):
        await declare_with_channel(store, ChannelId(channel))
    assert [one.number for one in await claim(store, 5, limit=2)] == [1, 2]
    assert [one.number for one in await claim(store, 5, limit=2)] == [3]


async def test_many_tickers_claim_each_deadline_once(store: Store) -> None:
    for turn in range(10):
        await declare_with_channel(store, ChannelId(f"C{turn}"))
    claimed: list[tuple[IncidentNumber, DeadlineKind, DeadlineStep]] = []

    async def tick(owner: str) -> None:
        while due := await claim(store, 60, owner, limit=4):
            claimed.extend((one.number, one.kind, one.step) for one in due)

    await asyncio.gather(*(tick(f"t{turn}") for turn in range(4)))
    await tick("the last")
    assert len(claimed) == len(set(claimed)) == 30


async def test_a_lease_is_renewed_by_its_owner_alone(store: Store) -> None:
    await declare(store)
    mine = await claim(store, 5)
    for owner, until in (("another", 90), ("me", 60)):
        async with store.write() as tx:
            await tx.renew_deadlines(mine, owner, MACHINE + seconds(until))
    assert await claim(store, 5, "another", after=59) == ()
    assert await claim(store, 5, "another", after=60) == mine


async def test_what_was_due_long_ago_and_is_still_open_is_counted(store: Store) -> None:
    number = await declare(store)
    async with store.read() as tx:
        assert await tx.overdue_deadlines(NOON + minutes(5)) == 0
        assert await tx.overdue_deadlines(NOON + minutes(6)) == 1
        assert await tx.overdue_deadlines(NOON + minutes(60)) == 3
    await record(store, number, CommandAccepted(at=NOON + minutes(1), by=BO))
    async with store.read() as tx:
        assert await tx.overdue_deadlines(NOON + minutes(60)) == 2


async def test_the_database_tells_its_own_time_on_postgresql(store: Store) -> None:
    now = await store.database.now()
    if store.database.is_sqlite:
        assert now is None
    else:
        assert now is not None
        assert abs(now - datetime.now(UTC)) < minutes(1)
