"""What is kept of folded incidents is never other than what their timelines tell."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text, update

from bot.domain.folding import begin, fold
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.domain.timeline import (
    AnyEvent,
    CommandAccepted,
    Followed,
    FollowUpAgreed,
    FollowUpChanged,
    NoteAmended,
    Promise,
    Recorded,
    StepReported,
    Update,
    UpdateOverdue,
    UpdatePosted,
)
from bot.domain.vocabulary import StepOutcome
from bot.store import Store, rebuild
from bot.store.schema import timeline
from bot.store.states import CHECKPOINT_EVERY, Kept, Seal, States, Uncommitted
from tests.store.given import BO, DANA, NOON, declaration, declare, incident, make_unreadable, minutes, note, record


def an_update(number: int) -> UpdatePosted:
    at = NOON + timedelta(seconds=number)
    return UpdatePosted(at=at, by=BO, update=Update(f"try {number}"), next_update=Promise(at + minutes(15)))


KINDS: list[AnyEvent] = [
    note("a note"),
    NoteAmended(at=NOON + minutes(2), by=DANA, of=2, text="another wording"),
    an_update(1),
    UpdateOverdue(at=NOON + minutes(16), due_at=NOON + minutes(15) + timedelta(seconds=1), commander=None),
    CommandAccepted(at=NOON + minutes(1), by=BO),
    StepReported(at=NOON + minutes(3), by=BO, slug="db", number=1, step="look", outcome=StepOutcome.DONE),
    FollowUpAgreed(at=NOON + minutes(4), by=BO, text="test it", owner=DANA),
    FollowUpChanged(at=NOON + minutes(5), by=BO, of=3, text="test it", owner=BO),
    Followed(at=NOON + minutes(6), by=DANA),
]


async def told(store: Store, number: IncidentNumber) -> Incident:
    """The incident as its whole timeline tells it, whatever is kept."""
    async with store.read() as tx:
        return fold(await tx.timeline(number))


def beside(store: Store) -> Store:
    """Another process on the same database."""
    return Store(store.database, store.workspace)


class Undone(Exception):
    """Ends a transaction."""


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["record", "undo", "read", "load all", "as of", "rebuild"]),
        st.integers(0, 1),
        st.lists(st.sampled_from(KINDS), min_size=1, max_size=4),
        st.integers(1, 40),
    ),
    max_size=14,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=ACTS)
async def test_two_replicas_see_what_a_fold_from_the_beginning_gives(
    store: Store, acts: list[tuple[str, int, list[AnyEvent], int]]
) -> None:
    """Any order of recording, giving up, reading and rebuilding by two processes with what they keep."""
    replicas = (store, beside(store))
    number, other = await declare(store), await declare(store)
    for act, which, events, seq in acts:
        replica = replicas[which]
        if act == "record":
            await record(replica, number, *events)
        elif act == "undo":
            with pytest.raises(Undone):
                await give_up(replica, number, events)
        elif act == "load all":
            async with replica.write() as tx:
                await tx.load_all([other, number, IncidentNumber(999)])
                loaded = [await tx.load(one) for one in (number, other, IncidentNumber(999))]
            assert loaded == [await told(replica, number), await told(replica, other), None]
        elif act == "rebuild":
            assert (await rebuild(replica)).differences == []
        elif act == "as of":
            async with replica.read() as tx:
                whole = await tx.timeline(number)
                assert await tx.incident_as_of(number, seq) == fold(whole[:seq])
        assert await incident(replica, number) == await told(replica, number)


async def give_up(store: Store, number: IncidentNumber, events: list[AnyEvent]) -> None:
    """Record, look at what came of it, and roll it all back."""
    async with store.write() as tx:
        before = await tx.load(number)
        assert before is not None
        await tx.record(number, events, NOON)
        seen = await tx.incident(number)
        assert seen is not None
        assert seen.last_seq == before.last_seq + len(events), "a transaction sees its own events"
        raise Undone


async def test_the_state_as_of_any_event_is_what_a_fold_up_to_it_gives(store: Store) -> None:
    number = await declare(store)
    for first in range(1, 3 * CHECKPOINT_EVERY, 20):
        await record(store, number, *(an_update(second) for second in range(first, first + 20)))
    async with store.read() as tx:
        whole = await tx.timeline(number)
        for seq in (
            1,
            2,
            CHECKPOINT_EVERY - 1,
            CHECKPOINT_EVERY,
            CHECKPOINT_EVERY + 1,
            150,
            len(whole) - 1,
            len(whole),
        ):
            assert await tx.incident_as_of(number, seq) == fold(whole[:seq])
        assert await tx.incident_as_of(number, 10_000) == fold(whole)
        assert await tx.incident_as_of(IncidentNumber(999), 1) is None


async def test_a_snapshot_from_before_a_commit_sees_what_it_saw(store: Store) -> None:
    """A reader that began earlier asks after a writer has committed, and what is kept is ahead of it."""
    number = await declare(store)
    await record(store, number, *(an_update(second) for second in range(80)))
    async with store.read() as tx:
        before = await tx.summary(number)
        assert before is not None
        await record(store, number, note("later"))
        seen = await tx.incident(number)
        now = await tx.summary(number)
    assert seen is not None
    assert now is not None
    assert seen.last_seq == now.last_seq, "PostgreSQL reads what is committed by now, SQLite what was"
    assert (await incident(store, number)).last_seq == before.last_seq + 1


async def test_a_database_that_was_replaced_by_an_older_copy_is_believed(store: Store) -> None:
    number = await declare(store)
    await record(store, number, note("one"), note("two"))
    assert (await incident(store, number)).last_seq == 3
    async with store.database.write() as connection:
        await connection.execute(delete(timeline).where(timeline.c.seq == 3))
    assert [kept.text for kept in (await incident(store, number)).notes] == ["one"]
    await record(beside(store), number, note("three"))
    assert [kept.text for kept in (await incident(store, number)).notes] == ["one", "three"]


async def test_another_event_in_the_place_of_the_last_one_is_noticed(store: Store) -> None:
    number = await declare(store)
    await record(store, number, note())
    assert (await incident(store, number)).is_readable
    await make_unreadable(store, number)
    assert not (await incident(store, number)).is_readable


async def test_what_a_newer_version_added_makes_the_kept_state_unreadable(store: Store) -> None:
    number = await declare(store)
    await incident(store, number)
    await record(beside(store), number, note(), note())
    async with store.database.write() as connection:
        newest = update(timeline).where(timeline.c.incident == number, timeline.c.seq == 3)
        await connection.execute(newest.values(kind="MoonLanded", version=1, body="{}"))
    seen = await incident(store, number)
    assert (seen.is_readable, seen.unknown) == (False, ("MoonLanded",))
    assert not (await incident(store, number)).is_readable


async def test_a_rebuild_folds_from_nothing_whatever_is_kept(store: Store) -> None:
    """A kept state would hide that an early event is not what it was."""
    number = await declare(store)
    await record(store, number, note())
    await incident(store, number)
    async with store.database.write() as connection:
        first = update(timeline).where(timeline.c.incident == number, timeline.c.seq == 1)
        title = '"title":"checkout returns 500s"'
        body = f"replace(body, '{title}', '{title[:-1]}!\"')"
        await connection.execute(first.values(body=text(body)))
    assert (await rebuild(store)).differences == [f"INC-{number}: title differed"]
    assert (await incident(store, number)).title == "checkout returns 500s!"


async def test_twenty_at_once_lose_nothing(store: Store) -> None:
    number = await declare(store)
    replicas = (store, beside(store))
    await asyncio.gather(*(record(replicas[turn % 2], number, note(f"note {turn}")) for turn in range(20)))
    for replica in replicas:
        assert len((await incident(replica, number)).notes) == 20
        assert await incident(replica, number) == await told(replica, number)


def kept(number: int, seq: int) -> Kept:
    state = begin(Recorded(1, NOON, declaration(number)))
    return Kept(replace(state, last_seq=seq), Seal("NoteAdded", 1, bytes(32)))


def test_so_many_incidents_and_events_are_kept_those_used_last() -> None:
    states = States(incidents=3, events=100)
    for number in range(1, 5):
        states.keep(kept(number, 10))
    assert states.get(IncidentNumber(1)) is None
    assert states.get(IncidentNumber(2)) is not None
    states.keep(kept(5, 10))
    assert states.get(IncidentNumber(3)) is None, "2 was asked for since"
    states.keep(kept(6, 85))
    assert [number for number in range(1, 7) if states.get(IncidentNumber(number))] == [5, 6]
    states.keep(kept(7, 101))
    assert len(states) == 0, "one that is too large for all of it is not kept"


def test_a_later_state_is_not_replaced_by_an_earlier_one() -> None:
    states = States()
    states.keep(kept(1, 9))
    states.keep(kept(1, 5))
    found = states.get(IncidentNumber(1))
    assert found is not None
    assert found.seq == 9


def test_what_a_transaction_keeps_is_nobody_elses_until_it_commits() -> None:
    committed = States()
    committed.keep(kept(1, 5))
    transaction = Uncommitted(committed)
    transaction.keep(kept(1, 6))
    transaction.keep(kept(2, 1))
    assert [committed.get(IncidentNumber(number)) is None for number in (1, 2)] == [False, True]
    seen = transaction.get(IncidentNumber(1))
    assert seen is not None
    assert seen.seq == 6
    transaction.drop(IncidentNumber(1))
    assert transaction.get(IncidentNumber(1)) is None
    transaction.commit()
    assert committed.get(IncidentNumber(1)) is None
    assert committed.get(IncidentNumber(2)) is not None
