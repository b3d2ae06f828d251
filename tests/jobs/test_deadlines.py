"""The tick: many at once, one that fails, one that is stopped, and two that work on the same database."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import update

from bot.config import policy_loading as policies
from bot.domain import followup
from bot.domain.ids import ChannelId, IncidentNumber, WorkspaceId
from bot.domain.snooze import snooze
from bot.jobs.deadlines import Deadlines
from bot.store import Store, WorkspaceRow
from bot.store.schema import deadlines, timeline
from bot.workflows.context import Context, record
from bot.workflows.deadlines import fire
from tests.store.given import BO, DANA, MACHINE, NOON, declare_with_channel, minutes, seconds
from tests.store.poison import spoil_deadlines, spoil_events


class Watch:
    """A clock that is set by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def watched(store: Store, owner: str, now: datetime, machine: Callable[[], datetime] = lambda: MACHINE) -> Deadlines:
    context = Context(store, policies.load(None), (), lambda: now)
    return Deadlines(context, owner, machine, seconds(30))


async def several(store: Store, number: int) -> None:
    for one in range(number):
        await declare_with_channel(store, ChannelId(f"C{one}"))


async def kinds(store: Store, number: int) -> list[str]:
    async with store.read() as tx:
        return [type(one.event).__name__ for one in await tx.timeline(IncidentNumber(number))]


async def test_everything_due_is_acted_on_in_one_tick_and_once(store: Store) -> None:
    await several(store, 5)
    deadlines = watched(store, "me", NOON + minutes(6))
    assert await deadlines.tick() == 5
    assert await deadlines.tick() == 0
    assert [(await kinds(store, one)).count("AcknowledgementOverdue") for one in range(1, 6)] == [1] * 5


async def test_a_batch_comes_to_what_its_deadlines_come_to_one_by_one(store: Store) -> None:
    """Of each incident the acceptance, the update and its reminder are due: the reminder comes too late by then."""
    now = NOON + minutes(20)
    ends = []
    for workspace, at_once in (("A", 9), ("B", 1)):
        replica = Store(store.database, WorkspaceId(workspace))
        async with replica.write() as tx:
            await tx.keep_workspace(WorkspaceRow(workspace, "Test"))
        await several(replica, 3)
        async with replica.write() as tx:
            due = await tx.claim_deadlines("me", now, MACHINE, seconds(30))
        assert len(due) == 9
        context = Context(replica, policies.load(None), (), lambda: now)
        in_order = sorted(due, key=lambda one: (one.number, one.due_at))
        fired = [await fire(context, in_order[place : place + at_once]) for place in range(0, 9, at_once)]
        assert [one.number for batch in fired for one in batch].count(IncidentNumber(1)) == 2
        ends.append([await everything(replica, IncidentNumber(number)) for number in (1, 2, 3)])
    assert ends[0] == ends[1]


async def everything(store: Store, number: IncidentNumber) -> list[object]:
    """What is remembered of an incident, and what is to be told."""
    async with store.read() as tx:
        effects = [row for row in await tx.outbox() if row.number == number]
        return [
            await tx.timeline(number),
            await tx.summary(number),
            await tx.deadlines(number),
            [(row.seq, row.kind, row.destination, row.lane, row.body) for row in effects],
        ]


async def test_one_that_fails_holds_nobody_up_and_is_tried_again_after_its_lease(store: Store) -> None:
    await several(store, 3)
    async with store.database.write() as connection:
        broken = update(timeline).where(timeline.c.incident == 1, timeline.c.seq == 1)
        await connection.execute(broken.values(kind="ChannelOpened", body='{"channel": "C0", "name": "x"}'))
    watch = Watch(MACHINE)
    restarted = Store(store.database, store.workspace)
    deadlines = watched(restarted, "me", NOON + minutes(6), watch.now)
    assert await deadlines.tick() == 2
    assert await deadlines.tick() == 0
    async with store.read() as tx:
        assert await tx.overdue_deadlines(NOON + minutes(6)) == 1
    watch.at += timedelta(seconds=31)
    assert await deadlines.tick() == 0, "tried again, and nobody else held up"


async def test_a_deadline_that_moved_after_it_was_claimed_waits_for_its_new_time(store: Store) -> None:
    number = await declare_with_channel(store)
    now = NOON + minutes(15)
    context = Context(store, policies.load(None), (), lambda: now)
    async with store.write() as tx:
        claimed = await tx.claim_deadlines("me", now, MACHINE, seconds(30))
        incident = await tx.load(number)
        assert incident is not None
        assert len(claimed) == 3, "the acceptance, the update, and its reminder"
        await record(context, tx, number, snooze(incident, DANA, minutes(30), "all hands on it", now, context.policy))
    before = await kinds(store, number)
    assert await fire(context, claimed) == []
    assert await kinds(store, number) == before
    async with store.read() as tx:
        assert await tx.next_deadline_at() == now + minutes(30)


async def test_a_follow_up_whose_date_was_moved_after_it_was_claimed_is_asked_for_on_that_date(store: Store) -> None:
    number = await declare_with_channel(store)
    policy = policies.load(None)
    async with store.write() as tx:
        incident = await tx.load(number)
        assert incident is not None
        agreed = followup.agree(DANA, "test the WAF", BO, date(2026, 3, 6), NOON, policy)
        await tx.record(number, agreed.events, NOON)
    now = NOON + timedelta(days=3)
    context = Context(store, policy, (), lambda: now)
    async with store.write() as tx:
        due = [one for one in await tx.claim_deadlines("me", now, MACHINE, seconds(30)) if one.kind == "follow_up"]
        assert due
        incident = await tx.load(number)
        assert incident is not None
        moved = followup.change(incident, DANA, 1, None, date(2026, 3, 20), now, policy)
        await tx.record(number, moved.events, now)
    assert await fire(context, due) == []
    assert "Nudged" not in await kinds(store, number)


async def test_two_that_tick_at_the_same_time_act_once_on_each(store: Store) -> None:
    await several(store, 20)
    first, second = (watched(store, owner, NOON + minutes(6)) for owner in ("first", "second"))
    fired = await asyncio.gather(first.tick(), second.tick())
    assert sum(fired) == 20
    assert [(await kinds(store, one)).count("AcknowledgementOverdue") for one in range(1, 21)] == [1] * 20


async def test_what_a_dead_replica_had_claimed_is_taken_over_when_its_lease_ends(store: Store) -> None:
    await several(store, 3)
    async with store.write() as tx:
        assert len(await tx.claim_deadlines("dead", NOON + minutes(6), MACHINE, seconds(30))) == 3
    watch = Watch(MACHINE + seconds(29))
    survivor = watched(store, "me", NOON + minutes(6), watch.now)
    assert await survivor.tick() == 0
    watch.at = MACHINE + seconds(30)
    assert await survivor.tick() == 3


async def test_stopping_hands_back_what_was_claimed(store: Store) -> None:
    await several(store, 3)
    deadlines = watched(store, "me", NOON + minutes(6))
    async with store.write() as tx:
        due = await tx.claim_deadlines("me", NOON + minutes(6), MACHINE, seconds(30))
    deadlines.stop()
    assert await deadlines._act_on(due) == 0
    assert await watched(store, "another", NOON + minutes(6)).tick() == 3


async def test_a_clock_that_jumps_back_fires_nothing_twice_and_one_that_jumps_ahead_speaks_once(store: Store) -> None:
    await several(store, 1)
    assert await watched(store, "me", NOON + minutes(6)).tick() == 1
    assert await watched(store, "me", NOON - minutes(600)).tick() == 0
    await watched(store, "me", NOON + minutes(60 * 24 * 30)).tick()
    told = await kinds(store, 1)
    assert (told.count("AcknowledgementOverdue"), told.count("UpdateOverdue")) == (1, 1)
    assert told.count("DeadlineReminded") == 0


async def test_a_deadline_that_nobody_knows_and_an_incident_that_cannot_be_read_hold_up_no_other(store: Store) -> None:
    await several(store, 4)
    due = deadlines.c.kind == "acknowledge"
    await spoil_deadlines(store, due, deadlines.c.incident == 1)
    await spoil_deadlines(store, due, deadlines.c.incident == 2, kind="/audience")
    await spoil_events(store, timeline.c.incident == 3, timeline.c.seq == 1)
    another = Store(store.database, store.workspace)  # a process that has read none of them yet
    assert await watched(another, "me", NOON + minutes(6)).tick() == 1
    assert [(await kinds(store, number)).count("AcknowledgementOverdue") for number in (1, 2, 3, 4)] == [0, 0, 0, 1]
    async with store.read() as tx:
        assert await tx.overdue_deadlines(NOON + minutes(6)) == 3, "the doctor and readiness count them"
