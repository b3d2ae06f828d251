"""Replicas on one database: who is there, and what was begun lately."""

from bot.domain.effects import Announce, RefreshCard, RefreshTopic
from bot.domain.vocabulary import Place
from bot.store import Paused, ReplicaRow, Store
from tests.store.given import LEASE, MACHINE, declare, declare_with_channel, note, record, seconds


async def test_a_replica_is_there_until_it_leaves_or_is_not_seen_any_more(store: Store) -> None:
    async with store.write() as tx:
        await tx.keep_replica(ReplicaRow("a", MACHINE, 2))
        await tx.keep_replica(ReplicaRow("b", MACHINE))
        await tx.keep_replica(ReplicaRow("a", MACHINE + seconds(10), 4))
    async with store.write() as tx:
        assert await tx.replicas(MACHINE) == (ReplicaRow("a", MACHINE + seconds(10), 4), ReplicaRow("b", MACHINE))
        await tx.forget_replicas(MACHINE + seconds(1))
        assert [one.owner for one in await tx.replicas(MACHINE)] == ["a"]
        await tx.forget_replica("a")
        assert await tx.replicas(MACHINE) == ()


async def test_the_most_urgent_is_claimed_first_and_in_a_lane_the_oldest(store: Store) -> None:
    first = await declare_with_channel(store)
    event = note("seen")
    await record(store, first, event, effects=(RefreshTopic(), RefreshCard(Place.CHANNEL), Announce(event)))
    second = await declare(store)
    async with store.write() as tx:
        found = [await tx.claim_effects("me", MACHINE, LEASE, 1) for _ in range(4)]
    kinds = [[one.kind for one in claimed] for claimed in found]
    assert kinds == [["OpenChannel"], ["Announce"], ["RefreshTopic"], []]
    assert found[0][0].number == second


async def test_what_is_paused_is_left_where_it_is_and_what_is_urgent_may_go_on(store: Store) -> None:
    number, event = await declare_with_channel(store), note("seen")
    await declare(store)  # P1
    await record(store, number, event, effects=(RefreshTopic(), Announce(event)))
    cases = (
        (Paused(kinds=frozenset({"OpenChannel"})), {"RefreshTopic", "Announce"}),
        (Paused(unless_urgent=frozenset({"OpenChannel", "Announce"})), {"OpenChannel", "RefreshTopic"}),
        (Paused(lanes=frozenset({f"inc:{number}"})), {"OpenChannel", "RefreshTopic"}),
    )
    for turn, (paused, kinds) in enumerate(cases):
        now = MACHINE + 2 * turn * LEASE
        async with store.write() as tx:
            assert await tx.next_effect_at(now, paused=paused) is not None
            claimed = await tx.claim_effects("me", now, LEASE, paused=paused)
            assert {one.kind for one in claimed} == kinds
    everything = Paused(kinds=frozenset({"OpenChannel", "RefreshTopic", "Announce"}))
    async with store.read() as tx:
        assert await tx.next_effect_at(MACHINE, paused=everything) is None


async def test_what_was_begun_lately_is_told_the_oldest_first(store: Store) -> None:
    for _ in range(3):
        await declare(store)
    async with store.write() as tx:
        for place in (2, 1, 0):
            await tx.claim_effects("me", MACHINE - seconds(30 * place), 10 * LEASE, 1, calls=True)
    async with store.read() as tx:
        begun = await tx.begun_since(MACHINE - seconds(30))
    assert [(one.kind, one.lane, one.at) for one in begun] == [
        ("OpenChannel", "inc:2", MACHINE - seconds(30)),
        ("OpenChannel", "inc:3", MACHINE),
    ]
