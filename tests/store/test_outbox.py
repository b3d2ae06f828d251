"""The outbox: each lane in order and one at a time, nothing lost, nothing twice."""

import asyncio
from dataclasses import fields
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from bot.domain.effects import Announce, InvitePeople, PostCard, RefreshCard, RefreshTopic, TellPerson, UnknownEffect
from bot.domain.ids import ChannelId, IncidentNumber
from bot.domain.timeline import AlertAttached, ChannelOpened, NoteAdded
from bot.domain.vocabulary import Place
from bot.store import Claimed, OutboxRow, Store
from bot.store.outbox import LEFT
from bot.store.schema import outbox, timeline
from tests.store.given import (
    BO,
    DANA,
    LEASE,
    MACHINE,
    NOON,
    declaration,
    declare,
    declare_with_channel,
    make_unreadable,
    note,
    record,
    seconds,
)
from tests.store.poison import spoil_effects, spoil_events
from tests.store.samples import SAMPLES

TOPIC = (RefreshTopic(),)


async def claim(store: Store, owner: str = "me", after: float = 0, limit: int = 8) -> tuple[Claimed, ...]:
    async with store.write() as tx:
        return await tx.claim_effects(owner, MACHINE + seconds(after), LEASE, limit)


async def claim_one(store: Store, owner: str = "me", after: float = 0) -> Claimed:
    (claimed,) = await claim(store, owner, after)
    return claimed


async def begin_call(store: Store, effect: Claimed, after: float = 0) -> bool:
    async with store.write() as tx:
        return await tx.effect_called(effect, MACHINE + seconds(after))


async def finish(store: Store, effect: Claimed) -> bool:
    async with store.write() as tx:
        return await tx.finish_effect(effect, {"ok": True})


async def bury(store: Store, effect: Claimed) -> bool:
    async with store.write() as tx:
        return await tx.bury_effect(effect, "channel_not_found")


async def retry(store: Store, effect: Claimed, after: float = 0, *, unknown: bool = False) -> bool:
    async with store.write() as tx:
        return await tx.retry_effect(effect, MACHINE + seconds(after), "ratelimited", unknown=unknown)


def stored(claimed: Claimed) -> OutboxRow:
    return OutboxRow(**{one.name: getattr(claimed, one.name) for one in fields(OutboxRow)})


async def only_row(store: Store, effect: Claimed) -> OutboxRow:
    async with store.read() as tx:
        rows = await tx.outbox(states=("pending", "in_flight", "done", "dead", "superseded"))
    return next(row for row in rows if row.id == effect.id)


async def tell(store: Store, number: IncidentNumber, *texts: str) -> None:
    for one in texts:
        event = note(one)
        await record(store, number, event, effects=(Announce(event),))


async def test_effects_are_queued_with_their_cause_and_their_address(store: Store) -> None:
    number = await declare(store)
    event = note()
    effects = (Announce(event), InvitePeople(event, (DANA, BO), part=2), TellPerson(event, BO), *TOPIC)
    await record(store, number, event, effects=effects)

    async with store.read() as tx:
        rows = await tx.outbox()
    assert [(row.kind, row.number, row.seq, row.lane, row.destination, row.body) for row in rows] == [
        ("OpenChannel", 1, 1, "inc:1", "channel", {}),
        ("Announce", 1, 2, "inc:1", "channel", {}),
        ("InvitePeople", 1, 2, "inc:1", "people/2", {"people": [DANA, BO], "part": 2}),
        ("TellPerson", 1, 2, "dm:UBO", "dm:UBO", {"to": BO}),
        ("RefreshTopic", 1, None, "inc:1/polish", "channel", {}),
    ]
    assert rows[-1].key == "inc:1/RefreshTopic/channel"
    assert {row.state for row in rows} == {"pending"}


async def test_no_title_and_no_text_stands_in_the_outbox(store: Store) -> None:
    number = await declare(store)
    await tell(store, number, "a confidence")
    async with store.read() as tx:
        assert "confidence" not in str(await tx.outbox())
        assert "checkout" not in str(await tx.outbox())


async def test_the_same_announcement_is_queued_once(store: Store) -> None:
    number = await declare(store)
    event = note()
    await record(store, number, event, effects=(Announce(event), Announce(event)))
    await record(store, number, note("more"), effects=(Announce(event),))
    async with store.read() as tx:
        assert [row.kind for row in await tx.outbox()] == ["OpenChannel", "Announce"]


async def test_only_the_head_of_a_lane_is_claimed_and_the_next_one_after_it(store: Store) -> None:
    number = await declare_with_channel(store)
    await tell(store, number, "one", "two", "three")

    told = []
    while claimed := await claim(store):
        (effect,) = claimed
        assert await claim(store, "another") == ()
        told.append(effect.seq)
        assert await finish(store, effect)
    assert told == [3, 4, 5]


async def test_lanes_do_not_wait_for_each_other(store: Store) -> None:
    number = await declare_with_channel(store)
    event = note()
    effects = (Announce(event), TellPerson(event, BO), TellPerson(event, DANA), RefreshCard(Place.BROADCAST), *TOPIC)
    await record(store, number, event, effects=effects)
    claimed = await claim(store)
    assert [effect.lane for effect in claimed] == ["inc:1", "dm:UBO", "dm:UDANA", "broadcast", "inc:1/polish"]


async def test_no_more_is_claimed_than_asked_for(store: Store) -> None:
    number = await declare_with_channel(store)
    event = note()
    await record(store, number, event, effects=(Announce(event), TellPerson(event, BO), *TOPIC))
    assert [effect.kind for effect in await claim(store, limit=2)] == ["Announce", "TellPerson"]


async def test_what_needs_the_channel_waits_until_it_is_known(store: Store) -> None:
    number = await declare(store)
    event = declaration(number)
    effects = (PostCard(event, Place.CHANNEL), PostCard(event, Place.BROADCAST), TellPerson(event, BO), *TOPIC)
    await record(store, number, effects=effects)

    claimed = await claim(store)
    assert [effect.kind for effect in claimed] == ["OpenChannel", "TellPerson", "PostCard"]
    assert claimed[2].destination == "broadcast"
    assert await finish(store, claimed[0])
    assert await claim(store) == ()

    await record(store, number, ChannelOpened(at=NOON, channel=ChannelId("C1"), name="inc-1"))
    assert [effect.kind for effect in await claim(store)] == ["PostCard", "RefreshTopic"]


async def test_a_lane_waits_while_its_head_waits(store: Store) -> None:
    number = await declare_with_channel(store)
    await tell(store, number, "one", "two")
    effect = await claim_one(store)
    assert await retry(store, effect, after=20)

    assert await claim(store, after=19) == ()
    again = await claim_one(store, after=20)
    assert (again.id, again.is_unknown) == (effect.id, False)


async def test_the_next_effect_is_the_head_that_may_start_first(store: Store) -> None:
    async with store.read() as tx:
        assert await tx.next_effect_at(MACHINE) is None
    number = await declare_with_channel(store)
    event = note()
    await record(store, number, event, effects=(Announce(event), TellPerson(event, BO)))
    announcement, direct = await claim(store)
    assert await retry(store, direct, after=20)
    async with store.read() as tx:
        assert await tx.next_effect_at(MACHINE) == MACHINE + seconds(20)
    assert await retry(store, announcement, after=10)
    async with store.read() as tx:
        assert await tx.next_effect_at(MACHINE) == MACHINE + seconds(10)
    await claim(store, after=10)
    async with store.read() as tx:
        assert await tx.next_effect_at(MACHINE) == MACHINE + seconds(20)


async def test_what_waits_for_its_channel_is_not_the_next_effect(store: Store) -> None:
    number = await declare(store)
    await finish(store, await claim_one(store))
    await tell(store, number, "one")
    async with store.read() as tx:
        assert await tx.next_effect_at(MACHINE) is None


async def test_a_lease_that_ran_out_before_the_call_is_taken_over(store: Store) -> None:
    await declare(store)
    first = await claim_one(store)
    assert await claim(store, "another", after=29) == ()
    second = await claim_one(store, "another", after=30)
    assert (second.id, second.owner, second.is_unknown) == (first.id, "another", False)


async def test_a_lease_that_ran_out_during_the_call_leaves_the_outcome_unknown(store: Store) -> None:
    await declare(store)
    first = await claim_one(store)
    assert await begin_call(store, first, after=1)
    second = await claim_one(store, "another", after=30)
    assert (second.is_unknown, second.attempts) == (True, 1)
    assert second.first_called_at == second.called_at == MACHINE + seconds(1)


async def test_a_call_whose_outcome_is_known_is_not_doubted_later(store: Store) -> None:
    await declare(store)
    first = await claim_one(store)
    assert await begin_call(store, first)
    assert await retry(store, first)
    await claim_one(store)
    third = await claim_one(store, "another", after=30)
    assert (third.is_unknown, third.called_at, third.first_called_at) == (False, None, MACHINE)


async def test_an_unknown_outcome_stays_unknown_until_it_was_looked_for(store: Store) -> None:
    await declare(store)
    first = await claim_one(store)
    assert await begin_call(store, first)
    assert await retry(store, first, after=15, unknown=True)
    second = await claim_one(store, after=15)
    assert (second.is_unknown, second.called_at) == (True, MACHINE)


async def test_who_lost_the_lease_changes_nothing_any_more(store: Store) -> None:
    await declare(store)
    mine = await claim_one(store)
    theirs = await claim_one(store, "another", after=30)

    assert not await begin_call(store, mine)
    assert not await retry(store, mine)
    assert not await bury(store, mine)
    assert not await finish(store, mine)
    async with store.write() as tx:
        assert not await tx.effect_partial(mine, {"file_id": "F1"})
    assert await only_row(store, mine) == stored(theirs)
    assert await finish(store, theirs)


async def test_each_attempt_is_counted_and_the_first_is_remembered(store: Store) -> None:
    await declare(store)
    for turn in range(3):
        effect = await claim_one(store, after=turn)
        assert await begin_call(store, effect, after=turn)
        assert await retry(store, effect, after=turn + 1)
    effect = await claim_one(store, after=3)
    assert (effect.attempts, effect.first_called_at, effect.error) == (3, MACHINE, "ratelimited")


async def test_what_each_of_several_calls_brought_is_kept(store: Store) -> None:
    await declare(store)
    effect = await claim_one(store)
    for part in ({"file_id": "F1"}, {"uploaded": True}):
        async with store.write() as tx:
            assert await tx.effect_partial(effect, part)
    again = await claim_one(store, "another", after=30)
    assert again.result == {"file_id": "F1", "uploaded": True}
    assert await finish(store, again)
    assert (await only_row(store, again)).result == {"file_id": "F1", "uploaded": True, "ok": True}


async def test_one_refresh_of_a_kind_waits_at_a_time(store: Store) -> None:
    number = await declare_with_channel(store)
    for _ in range(3):
        await record(store, number, effects=TOPIC)
    effect = await claim_one(store)

    for _ in range(3):
        await record(store, number, effects=TOPIC)
    async with store.read() as tx:
        assert [row.state for row in await tx.outbox()] == ["in_flight", "pending"]
    assert await finish(store, effect)
    assert await finish(store, await claim_one(store))
    assert await claim(store) == ()


async def test_a_refresh_that_meets_a_newer_one_is_superseded(store: Store) -> None:
    number = await declare_with_channel(store)
    await record(store, number, effects=TOPIC)
    older = await claim_one(store)
    await record(store, number, effects=TOPIC)

    assert await retry(store, older, after=5)
    assert (await only_row(store, older)).state == "superseded"
    newer = await claim_one(store)
    assert newer.id != older.id


async def test_a_dead_effect_steps_aside(store: Store) -> None:
    number = await declare_with_channel(store)
    await tell(store, number, "one", "two")
    first = await claim_one(store)
    assert await bury(store, first)

    assert (await claim_one(store)).seq == 4
    row = await only_row(store, first)
    assert (row.state, row.error, row.owner) == ("dead", "channel_not_found", None)


async def test_a_dead_effect_that_is_freed_goes_again_but_not_beside_a_later_one(store: Store) -> None:
    number = await declare_with_channel(store)
    await tell(store, number, "one", "two", "three")
    first = await claim_one(store)
    assert await bury(store, first)
    second = await claim_one(store)
    async with store.write() as tx:
        assert await tx.retry_dead([first.id]) == 1

    assert await claim(store) == ()
    assert await finish(store, second)
    again = await claim_one(store)
    assert (again.id, again.attempts, again.error) == (first.id, 0, None)
    assert await finish(store, again)
    assert (await claim_one(store)).seq == 5


async def test_a_freed_effect_does_not_wait_for_one_whose_deliverer_died(store: Store) -> None:
    number = await declare_with_channel(store)
    await tell(store, number, "one", "two")
    first = await claim_one(store)
    assert await bury(store, first)
    second = await claim_one(store)
    async with store.write() as tx:
        await tx.retry_dead()
    again = await claim_one(store, "another", after=30)
    assert again.id == first.id
    assert await finish(store, again)
    assert (await claim_one(store, "another", after=30)).id == second.id


async def test_of_several_dead_refreshes_one_is_freed(store: Store) -> None:
    number = await declare_with_channel(store)
    for _ in range(3):
        await record(store, number, effects=TOPIC)
        assert await bury(store, await claim_one(store))

    async with store.write() as tx:
        assert await tx.retry_dead() == 3
    async with store.read() as tx:
        assert await tx.outbox_counts() == {"pending": 1, "superseded": 2}


async def test_freeing_nothing_frees_nothing(store: Store) -> None:
    await declare(store)
    async with store.write() as tx:
        assert await tx.retry_dead() == 0
        assert await tx.retry_dead([1, 99]) == 0


async def test_an_owner_hands_back_what_it_holds(store: Store) -> None:
    number = await declare_with_channel(store)
    event = note()
    await record(store, number, event, effects=(Announce(event), TellPerson(event, BO)))
    called, untouched = await claim(store)
    assert await begin_call(store, called)

    async with store.write() as tx:
        assert await tx.release_effects("another") == 0
        assert await tx.release_effects("me") == 2
    again = await claim(store, "another", after=3600)
    assert [(effect.id, effect.is_unknown) for effect in again] == [(called.id, True), (untouched.id, False)]


async def test_the_only_process_takes_back_everything_at_its_start(store: Store) -> None:
    number = await declare_with_channel(store)
    event = note()
    await record(store, number, event, effects=(Announce(event), TellPerson(event, BO)))
    await claim(store, "killed", limit=1)
    await claim(store, "killed too", limit=1)
    async with store.write() as tx:
        assert await tx.release_all_effects() == 2
    assert len(await claim(store, after=3600)) == 2


async def test_counts_and_age_tell_how_delivery_goes(store: Store) -> None:
    number = await declare_with_channel(store)
    async with store.read() as tx:
        assert await tx.outbox_counts() == {}
        assert await tx.oldest_pending_at(MACHINE) is None
    await tell(store, number, "one", "two", "three")
    await finish(store, await claim_one(store))
    await bury(store, await claim_one(store))
    async with store.read() as tx:
        assert await tx.outbox_counts() == {"done": 1, "dead": 1, "pending": 1}
        (row,) = await tx.outbox()
        assert await tx.oldest_pending_at(MACHINE) == row.queued_at
        assert [one.state for one in await tx.outbox(states=("dead",))] == ["dead"]


async def test_what_ended_long_ago_is_forgotten_and_what_waits_is_not(store: Store) -> None:
    number = await declare_with_channel(store)
    await tell(store, number, "one", "two", "three")
    await finish(store, await claim_one(store))
    await bury(store, await claim_one(store))
    async with store.write() as tx:
        assert await tx.take("Ev1")
    async with store.write() as tx:
        assert await tx.purge(MACHINE - seconds(3600)) == 0
        assert await tx.purge(MACHINE + seconds(3600)) == 3, "the one that is done, the dead one, and the delivery"
        assert await tx.outbox_counts() == {"pending": 1}


async def test_a_dead_effect_that_others_wait_for_is_never_forgotten(store: Store) -> None:
    await declare(store)
    await bury(store, await claim_one(store))
    async with store.write() as tx:
        assert await tx.purge(MACHINE + seconds(3600)) == 0
        assert await tx.outbox_counts() == {"dead": 1}


async def test_many_deliverers_take_each_effect_once_and_keep_every_lane_in_order(store: Store) -> None:
    lanes = 6
    for lane in range(lanes):
        number = await declare_with_channel(store, ChannelId(f"C{lane}"))
        events = [NoteAdded(at=NOON, by=DANA, text=str(turn)) for turn in range(10)]
        await record(store, number, *events, effects=tuple(Announce(event) for event in events))
    delivered: list[tuple[str, int | None]] = []

    async def deliverer(name: str) -> None:
        while claimed := await claim(store, name, limit=2):
            for effect in claimed:
                delivered.append((effect.lane, effect.seq))
                assert await finish(store, effect)

    while len(delivered) < lanes * 10:
        await asyncio.gather(*(deliverer(f"d{turn}") for turn in range(5)))
    assert len(set(delivered)) == lanes * 10
    for name in {lane for lane, _ in delivered}:
        assert [seq for lane, seq in delivered if lane == name] == list(range(3, 13))


async def test_an_effect_comes_back_as_what_it_was_queued_as(store: Store) -> None:
    number = await declare_with_channel(store)
    event = note()
    queued = (InvitePeople(event, (DANA, BO), part=2), TellPerson(event, BO), RefreshCard(Place.BROADCAST), *TOPIC)
    await record(store, number, event, effects=queued)
    claimed = await claim(store)
    assert [effect.effect for effect in claimed] == list(queued)
    assert [effect.cause.event if effect.cause else None for effect in claimed] == [event, event, None, None]


async def test_a_lease_is_one_claims_and_not_its_owners(store: Store) -> None:
    await declare(store)
    stale = await claim_one(store)
    again = await claim_one(store, after=30)
    assert (again.id, again.owner) == (stale.id, stale.owner)

    assert not await begin_call(store, stale)
    assert not await retry(store, stale)
    assert not await finish(store, stale)
    assert await finish(store, again)


async def test_a_lease_that_is_renewed_is_not_taken_over_and_a_lost_one_is_not_renewed(store: Store) -> None:
    await declare(store)
    held = await claim_one(store)
    async with store.write() as tx:
        assert await tx.renew_effects([held], MACHINE + seconds(60)) == {held.id}
    assert await claim(store, "another", after=59) == ()

    theirs = await claim_one(store, "another", after=60)
    async with store.write() as tx:
        assert await tx.renew_effects([held], MACHINE + seconds(120)) == frozenset()
        assert await tx.renew_effects([], MACHINE) == frozenset()
    assert (await only_row(store, theirs)).lease_until == MACHINE + seconds(90)


async def test_an_effect_of_a_newer_version_waits_for_it_for_a_day(store: Store) -> None:
    number = await declare_with_channel(store)
    await tell(store, number, "one", "two")
    async with store.database.write() as connection:
        newer = update(outbox).where(outbox.c.seq == 3).values(kind="LandOnTheMoon", queued_at=MACHINE)
        await connection.execute(newer)

    assert await claim(store) == ()
    async with store.read() as tx:
        assert await tx.next_effect_at(MACHINE) is None
        assert await tx.unreadable_effects() == ("LandOnTheMoon",)
    given_up = await claim_one(store, after=86_400)
    assert given_up.effect == UnknownEffect("LandOnTheMoon")


async def test_an_effect_whose_event_a_newer_version_wrote_cannot_be_read(store: Store) -> None:
    number = await declare(store)
    await finish(store, await claim_one(store))
    event = ChannelOpened(at=NOON, channel=ChannelId("C1"), name="inc-1")
    await record(store, number, event, effects=(Announce(event),))
    await make_unreadable(store, number)
    assert (await claim_one(store)).effect == UnknownEffect("Announce")


async def test_whoever_goes_on_with_a_lane_claims_its_next_effect_alone_and_calls_at_once(store: Store) -> None:
    number = await declare_with_channel(store)
    event = note()
    await record(store, number, event, effects=(Announce(event), TellPerson(event, BO)))
    async with store.write() as tx:
        (effect,) = await tx.claim_effects("me", MACHINE, LEASE, 1, lane=f"inc:{number}", calls=True)
        assert await tx.claim_effects("me", MACHINE, LEASE, 1, lane=f"inc:{number}", calls=True) == ()
    assert (effect.kind, effect.attempts, effect.called_at) == ("Announce", 1, MACHINE)

    async with store.write() as tx:
        await tx.claim_effects("another", MACHINE + seconds(30), LEASE, calls=True)
    row = await only_row(store, effect)
    assert (row.is_unknown, row.attempts, row.called_at) == (True, 1, MACHINE), "it is asked first what became of it"


async def test_what_has_been_tried_for_long_is_named_also_while_it_rests(store: Store) -> None:
    await declare(store)
    effect = await claim_one(store)
    assert await begin_call(store, effect)
    assert await retry(store, effect, after=3600)
    async with store.read() as tx:
        assert await tx.oldest_pending_at(MACHINE + seconds(600)) is None, "it rests"
        (row,) = await tx.tried_since(MACHINE + seconds(300))
        assert (row.id, row.error) == (effect.id, "ratelimited")
        assert await tx.tried_since(MACHINE - seconds(1)) == ()


async def test_of_what_is_held_in_a_lane_the_newest_refresh_is_freed(store: Store) -> None:
    number = await declare_with_channel(store)
    for text in ("one", "two"):
        await record(store, number, note(text), effects=(RefreshCard(Place.BROADCAST),))
        claimed = await claim_one(store)
        async with store.write() as tx:
            assert await tx.is_held("broadcast", number) is (text == "two")
            assert await tx.hold_effect(claimed, "removed")
    async with store.write() as tx:
        await tx.free_broadcast()
        assert await tx.outbox_counts() == {"superseded": 1, "pending": 1}


ATTACHED = next(one for one in SAMPLES if isinstance(one, AlertAttached))
COUNTING, SOON = (RefreshCard(Place.CHANNEL),), seconds(10)


async def shown_soon(store: Store) -> IncidentNumber:
    """An incident with an alert that counts up twice."""
    number = await declare_with_channel(store)
    await record(store, number, ATTACHED)
    for _ in range(2):
        async with store.write() as tx:
            incident = await tx.load(number)
            assert incident is not None
            await tx.show_again(incident, COUNTING, SOON)
    return number


async def due(store: Store, after: timedelta) -> list[str]:
    async with store.write() as tx:
        found = await tx.claim_effects("me", datetime.now(UTC) + after, LEASE, 50)
    return [type(one.effect).__name__ for one in found]


async def test_what_counts_up_is_shown_once_in_a_while_and_holds_up_nothing(store: Store) -> None:
    number, before = await shown_soon(store), datetime.now(UTC)
    assert await due(store, seconds(0)) == []
    async with store.read() as tx:
        next_at = await tx.next_effect_at(datetime.now(UTC))
    assert next_at is not None
    assert before < next_at <= before + SOON
    event = note()
    await record(store, number, event, effects=TOPIC)
    async with store.read() as tx:
        next_at = await tx.next_effect_at(datetime.now(UTC))
    assert next_at is not None
    assert next_at <= datetime.now(UTC)
    assert await due(store, seconds(0)) == ["RefreshTopic"]
    assert await due(store, seconds(11)) == []  # one of a lane at a time
    assert await due(store, seconds(60)) == ["RefreshCard"]


async def test_what_an_event_shows_takes_along_what_was_to_be_shown_soon(store: Store) -> None:
    number = await shown_soon(store)
    await record(store, number, note(), effects=COUNTING)
    assert await due(store, seconds(0)) == ["RefreshCard"]
    assert await due(store, seconds(11)) == []


async def test_a_card_that_may_change_yet_is_not_hurried(store: Store) -> None:
    """The call whose answer was lost would show the older state when it is carried out after the newer one."""
    number = await declare_with_channel(store)
    await record(store, number, note(), effects=COUNTING)
    first = await claim_one(store)
    assert await begin_call(store, first)
    await record(store, number, note("two"), effects=COUNTING)
    assert await retry(store, first, after=15, unknown=True)
    await record(store, number, note("three"), effects=COUNTING)
    assert await claim(store, after=14) == ()
    newer = await claim_one(store, after=15)
    assert newer.id != first.id
    assert (newer.is_unknown, newer.called_at) == (True, MACHINE)
    assert (await only_row(store, first)).state == "superseded"


async def test_a_damaged_row_is_claimed_as_such_and_keeps_no_other_from_being_claimed(store: Store) -> None:
    numbers = [await declare_with_channel(store, ChannelId(f"C{place}")) for place in range(3)]
    for number in numbers:
        await tell(store, number, "one")
    await spoil_effects(store, outbox.c.incident == numbers[0])
    await spoil_effects(store, outbox.c.incident == numbers[1], column="result")
    claimed = await claim(store)
    assert [one.number for one in claimed] == numbers
    assert claimed[0].effect == UnknownEffect("Announce", is_damaged=True)
    assert all(isinstance(one.effect, Announce) for one in claimed[1:])
    async with store.read() as tx:
        assert len(await tx.outbox()) == 3


async def test_what_is_left_to_a_newer_version_holds_up_its_own_incident_alone(store: Store) -> None:
    """In a lane that incidents share."""
    numbers = [await declare_with_channel(store, ChannelId(f"C{place}")) for place in range(2)]
    for number in (*numbers, numbers[0]):
        event = note(f"for {number}")
        await record(store, number, event, effects=(TellPerson(event, BO),))
    async with store.database.write() as connection:
        first = outbox.c.incident == numbers[0], outbox.c.seq == 3
        await connection.execute(update(outbox).where(*first).values(kind="LandOnTheMoon", queued_at=MACHINE))
    other = await claim_one(store)
    assert other.number == numbers[1]
    assert await finish(store, other)
    assert await claim(store) == (), "the order within an incident is kept"


async def test_an_effect_whose_event_is_damaged_steps_aside_for_other_incidents(store: Store) -> None:
    numbers = [await declare_with_channel(store, ChannelId(f"C{place}")) for place in range(2)]
    for number in numbers:
        event = note(f"for {number}")
        await record(store, number, event, effects=(TellPerson(event, BO),))
    await spoil_events(store, timeline.c.incident == numbers[0], timeline.c.seq == 3)
    unreadable = await claim_one(store)
    assert unreadable.effect == UnknownEffect("TellPerson")
    async with store.write() as tx:
        assert await tx.retry_effect(unreadable, MACHINE + seconds(60), LEFT, unknown=False)
    assert (await claim_one(store)).number == numbers[1]
