"""Recording decisions: the timeline is the truth, and the list of incidents follows from it."""

import hashlib
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.domain.actor import Integration
from bot.domain.effects import Announce, OpenChannel
from bot.domain.ids import ChannelId, IncidentNumber
from bot.domain.timeline import (
    ChannelOpened,
    CommandAccepted,
    IncidentCancelled,
    Promise,
    Recorded,
    UnknownEvent,
    Update,
    UpdatePosted,
)
from bot.domain.vocabulary import Priority, Status
from bot.store import Store, rebuild
from bot.store.schema import timeline
from tests.store.given import (
    BO,
    CHANNEL,
    DANA,
    NOON,
    declaration,
    declare,
    declare_with_channel,
    incident,
    make_unreadable,
    minutes,
    note,
    record,
)

ALERTMANAGER = Integration("Alertmanager", "alertmanager")


async def test_what_was_recorded_is_read_back_in_its_place(store: Store) -> None:
    number = await declare(store)
    accepted = CommandAccepted(at=NOON + minutes(1), by=BO)
    recorded = await record(store, number, accepted, note())

    assert recorded == (
        Recorded(2, NOON + minutes(2), accepted),
        Recorded(3, NOON + minutes(2), note()),
    )
    async with store.read() as tx:
        assert await tx.timeline(number) == (Recorded(1, NOON, declaration(number)), *recorded)
        assert await tx.timeline(number, up_to=2) == (Recorded(1, NOON, declaration(number)), recorded[0])


async def test_an_incident_that_was_never_declared_is_none(store: Store) -> None:
    async with store.read() as tx:
        assert await tx.incident(IncidentNumber(7)) is None
        assert await tx.timeline(IncidentNumber(7)) == ()
        assert await tx.summary(IncidentNumber(7)) is None
        assert await tx.number_of_channel(ChannelId("C7")) is None
    async with store.write() as tx:
        assert await tx.load(IncidentNumber(7)) is None


async def test_a_new_incident_begins_with_its_declaration(store: Store) -> None:
    with pytest.raises(ValueError, match="begins with a declaration"):
        await record(store, IncidentNumber(1), note())
    with pytest.raises(ValueError, match="needs its declaration"):
        await record(store, IncidentNumber(1))


async def test_several_decisions_in_one_transaction_follow_each_other(store: Store) -> None:
    number = await declare(store)
    async with store.write() as tx:
        await tx.record(number, [note("one")], NOON)
        await tx.record(number, [note("two")], NOON)
    assert (await incident(store, number)).last_seq == 3


async def test_the_list_of_incidents_follows_every_decision(store: Store) -> None:
    number = await declare_with_channel(store)
    posted = UpdatePosted(
        at=NOON + minutes(3), by=BO, update=Update("errors fall"), next_update=Promise(NOON + minutes(33))
    )
    await record(store, number, CommandAccepted(at=NOON + minutes(1), by=BO), posted)

    async with store.read() as tx:
        (row,) = await tx.incidents()
        assert await tx.summary(number) == row
        assert await tx.number_of_channel(CHANNEL) == number
    assert (row.number, row.title, row.priority) == (number, "checkout returns 500s", Priority.P1)
    assert (row.status, row.declared_by, row.declared_at) == (Status.INVESTIGATING, DANA, NOON)
    assert (row.commander, row.asked) == (BO, None)
    assert (row.channel, row.channel_name) == (CHANNEL, "inc-1-checkout")
    assert (row.last_update_at, row.update_due_at) == (NOON + minutes(3), NOON + minutes(33))
    assert row.last_seq == 4


async def test_an_incident_that_an_integration_declared_is_listed_with_its_name(store: Store) -> None:
    async with store.write() as tx:
        number = await tx.next_number()
        alert = replace(declaration(number), by=None, integration=ALERTMANAGER, asked=None)
        await tx.record(number, [alert], NOON, [OpenChannel(alert)])
    async with store.read() as tx:
        (row,) = await tx.incidents()
    assert (row.declared_by, row.declared_by_integration, row.asked) == (None, "Alertmanager", None)
    assert (await incident(store, number)).declarer == ALERTMANAGER
    assert (await rebuild(store)).differences == []


async def test_open_incidents_are_listed_newest_first_without_those_that_are_over(store: Store) -> None:
    first, second, third = [await declare(store) for _ in range(3)]
    await record(store, second, IncidentCancelled(at=NOON, by=DANA, reason="a false alarm"))

    async with store.read() as tx:
        assert [one.number for one in await tx.incidents()] == [third, first]
        assert [one.number for one in await tx.incidents(open_only=False)] == [third, second, first]
        assert [one.number for one in await tx.incidents(limit=1)] == [third]


async def test_one_channel_belongs_to_one_incident(store: Store) -> None:
    await declare_with_channel(store)
    second = await declare(store)
    with pytest.raises(IntegrityError):
        await record(store, second, ChannelOpened(at=NOON, channel=CHANNEL, name="inc-2-checkout"))


async def test_the_same_request_is_recorded_once(store: Store) -> None:
    number = await declare(store)
    async with store.write() as tx:
        await tx.record(number, [note("one"), note("two")], NOON, dedup="trigger.1")
    with pytest.raises(IntegrityError):
        async with store.write() as tx:
            await tx.record(number, [note("one"), note("two")], NOON, dedup="trigger.1")
    assert (await incident(store, number)).last_seq == 3


async def test_an_effect_may_name_an_earlier_event_but_none_that_never_happened(store: Store) -> None:
    number = await declare(store)
    await record(store, number, note("one"))
    await record(store, number, note("two"), effects=(Announce(note("one")),))
    async with store.read() as tx:
        assert [row.seq for row in await tx.outbox() if row.kind == "Announce"] == [2]
    with pytest.raises(LookupError, match="Announce"):
        await record(store, number, note("three"), effects=(Announce(note("four")),))


async def test_every_row_carries_a_digest_of_its_salt_and_body(store: Store) -> None:
    number = await declare(store)
    await record(store, number, note())
    async with store.database.read() as connection:
        rows = (await connection.execute(select(timeline.c.salt, timeline.c.body, timeline.c.digest))).all()
    assert len({row.salt for row in rows}) == 2
    assert [row.digest for row in rows] == [hashlib.sha256(row.salt + row.body.encode()).digest() for row in rows]


async def test_an_incident_of_a_newer_version_is_read_but_not_written(store: Store) -> None:
    number = await declare(store)
    await record(store, number, note())
    await make_unreadable(store, number)

    found = await incident(store, number)
    assert (found.is_readable, found.unknown) == (False, ("MoonLanded",))
    async with store.read() as tx:
        assert isinstance((await tx.timeline(number))[-1].event, UnknownEvent)
    with pytest.raises(ValueError, match="newer version"):
        await record(store, number, note())
