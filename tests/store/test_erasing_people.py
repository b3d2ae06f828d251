"""A person is erased from every table, on both engines, and every record stays whole."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.domain.erasing import ERASED
from bot.domain.ids import IncidentNumber, SlackUserId, WorkspaceId
from bot.domain.pseudonyms import RANDOM_BYTES, called, pseudonym
from bot.domain.timeline import LegalHoldSet, NoteAdded, RecordRedacted
from bot.domain.transcript import Message, MessageEdited, MessagePosted
from bot.jobs.catching_up import differences
from bot.store import Database, Store, WorkspaceRow, rebuild
from bot.store.erasing import Erasure
from bot.store.schema import erasures, metadata, timeline
from bot.workflows.erasing import Found, erase, find, in_the_way
from tests.store.everywhere import ALICE, CHANNEL, FULL_NAME, KEPT, MAIL, NAME, TRACES, WORDS, fill
from tests.store.given import (
    DANA,
    NOON,
    Killed,
    declare_with_channel,
    incident,
    killed_after,
    make_unreadable,
    note,
    record,
)

GONE = pseudonym(bytes(range(RANDOM_BYTES)))
ERASURE = Erasure(GONE, ALICE, (NAME, FULL_NAME, MAIL))
LATER = NOON + timedelta(days=400)


async def erased(store: Store, erasure: Erasure = ERASURE) -> None:
    async with store.write() as tx:
        await tx.begin_erasure(erasure, f"{FULL_NAME} asked for it", {"timeline": 3}, LATER)
    assert (await erase(store, erasure, lambda: LATER)).is_nothing
    async with store.write() as tx:
        await tx.forget_whom(erasure.pseudonym)


async def everything(store: Store) -> dict[str, list[Any]]:
    """Every row of every table."""
    async with store.database.read() as connection:
        return {
            one.name: [tuple(row) for row in await connection.execute(select(one))] for one in metadata.sorted_tables
        }


async def test_nothing_of_her_is_left_in_any_row(store: Store) -> None:
    await fill(store)
    before = await everything(store)
    await erased(store)
    after = await everything(store)
    for name, rows in after.items():
        assert not [row for row in rows if any(trace in repr(row).lower() for trace in TRACES)], name
    kept = {name: len(rows) for name, rows in after.items()}
    for name in ("timeline", "transcript", "incidents", "audit", "review_sections", "comings", "alerts", "changes"):
        records = 3 if name == "timeline" else 0
        assert kept[name] == len(before[name]) + records, f"no row of {name} is lost"
    for name in ("tokens", "members", "inbox", "proposals", "outbox"):
        assert kept[name] < len(before[name]) + (9 if name == "outbox" else 0), f"what is hers alone in {name} is gone"
    assert {row[1] for row in after["people"]} == {KEPT, GONE}


async def test_every_record_says_so_folds_and_is_rebuilt_as_it_is(store: Store) -> None:
    numbers = await fill(store)
    other = IncidentNumber(len(numbers) + 1)
    before = {number: await incident(store, number) for number in (*numbers, other)}
    await erased(store)
    assert (await rebuild(store)).differences == []
    for number in numbers:
        async with store.read() as tx:
            entries = await tx.timeline(number)
        last = entries[-1].event
        assert isinstance(last, RecordRedacted)
        assert (last.person, last.at, last.by) == (GONE, LATER, None)
        assert last.entries
        assert (last.messages > 0) == (number == 1)
        assert [type(one.event) for one in entries[:-1]] == [type(one) for one in await kinds(store, number)][:-1]
        assert (await incident(store, number)).last_seq == before[number].last_seq + 1
    assert await incident(store, other) == before[other]
    second = await incident(store, numbers[1])
    assert (second.commander, second.title) == (GONE, f"{called(GONE)} cannot log in")
    assert [(one.owner, one.text) for one in second.follow_ups] == [(GONE, f"ask {called(GONE)} for the key")]


async def kinds(store: Store, number: IncidentNumber) -> list[Any]:
    async with store.read() as tx:
        return [one.event for one in await tx.timeline(number)]


async def test_the_chain_still_verifies(store: Store) -> None:
    await fill(store)
    await link(store)
    assert await findings(store) == []
    await erased(store)
    await link(store)
    assert await findings(store) == []


async def link(store: Store) -> None:
    async with store.write() as tx:
        await tx.extend_chain()


async def findings(store: Store) -> list[str]:
    async with store.read() as tx:
        return (await tx.check_chain()).findings


async def test_digests_stay_and_the_salts_of_what_changed_go(store: Store) -> None:
    _, number, *_ = await fill(store)
    columns = select(timeline.c.seq, timeline.c.digest, timeline.c.salt).where(timeline.c.incident == number)

    async def seals() -> dict[int, tuple[bytes, bytes]]:
        async with store.database.read() as connection:
            return {seq: (bytes(digest), bytes(salt)) for seq, digest, salt in await connection.execute(columns)}

    before = await seals()
    await erased(store)
    after = await seals()
    last = (await kinds(store, number))[-1]
    assert isinstance(last, RecordRedacted)
    for seq, (digest, salt) in before.items():
        assert after[seq] == (digest, b"" if seq in last.entries else salt)


async def test_of_what_she_wrote_in_channels_the_words_and_files_go_and_others_keep_theirs(store: Store) -> None:
    await fill(store)
    await erased(store)
    async with store.read() as tx:
        hers, about, _, untouched = await tx.transcript(CHANNEL)
    assert (hers.author, hers.text, hers.files, hers.is_redacted) == (GONE, ERASED, (), True)
    name = called(GONE)
    assert (about.author, about.text) == (KEPT, f"<@{GONE}> is {name}, {name}, {name}")
    assert [one.users for one in about.reactions] == [(GONE,)]
    assert (untouched.text, untouched.is_redacted) == ("nothing of hers", False)


async def test_words_in_timelines_stay_unless_they_are_to_go(store: Store) -> None:
    _, number, *_ = await fill(store)
    await erased(store)
    notes = [one for one in await kinds(store, number) if isinstance(one, NoteAdded)]
    assert [one.text for one in notes] == [f"<@{GONE}> is {called(GONE)}, {called(GONE)}, {called(GONE)}"]


async def test_words_that_are_to_go_are_gone(store: Store) -> None:
    _, number, *_ = await fill(store)
    await erased(store, Erasure(GONE, ALICE, (NAME, FULL_NAME, MAIL), takes_words=True))
    notes = [one for one in await kinds(store, number) if isinstance(one, NoteAdded)]
    assert [one.text for one in notes] == [ERASED]
    assert (await rebuild(store)).differences == []


async def test_no_state_that_a_running_process_has_kept_brings_her_back(store: Store) -> None:
    numbers = await fill(store)
    running = Store(store.database, store.workspace)
    for number in numbers:
        assert ALICE in repr(await incident(running, number))
    await erased(store)
    for number in numbers:
        assert ALICE not in repr(await incident(running, number))
        async with running.read() as tx:
            assert ALICE not in repr(await tx.incident_as_of(number, 2))
    await record(running, numbers[1], note("something new"))
    assert ALICE not in repr(await everything(store))


async def test_what_slack_still_has_of_a_message_is_not_taken_in_again(store: Store) -> None:
    await fill(store)
    async with store.read() as tx:
        slack = await tx.transcript(CHANNEL)
    await erased(store)
    async with store.read() as tx:
        ours = await tx.transcript(CHANNEL)
    assert list(differences(CHANNEL, ours, slack, NOON - timedelta(days=1), LATER)) == []
    async with store.write() as tx:
        for one in slack[:2]:
            await tx.apply(MessagePosted(one))
            await tx.apply(MessageEdited(Message(CHANNEL, one.ts, one.author, WORDS, one.posted_at, edited_at=LATER)))
    async with store.read() as tx:
        assert await tx.transcript(CHANNEL) == ours


async def test_it_goes_on_where_it_was_cut_off(store: Store) -> None:
    numbers = await fill(store)

    async with store.write() as tx:
        await tx.begin_erasure(ERASURE, "", {}, LATER)
    with pytest.raises(Killed):
        await erase(store, ERASURE, killed_after(1, LATER), at_once=1)
    async with store.read() as reading:
        again = await reading.erasure_of(ALICE)
        assert (await reading.person(ALICE)) is not None, "her names are found until the end"
        assert [one for one, _ in await reading.erasures_begun(all_of_them=True)] == [GONE]
    assert again == ERASURE
    assert (await erase(store, again, lambda: LATER)).is_nothing
    events = [one for number in numbers for one in await kinds(store, number)]
    told = [one for one in events if isinstance(one, RecordRedacted) and one.person == GONE]
    assert len(told) == len(numbers), "once in each record"
    assert (await rebuild(store)).differences == []


async def test_an_erasure_that_has_ended_names_nobody(store: Store) -> None:
    await fill(store)
    await erased(store)
    async with store.read() as tx:
        assert await tx.erasure_of(ALICE) is None
        assert [one for one, _ in await tx.erasures_begun()] == [GONE]
    async with store.write() as tx:
        await tx.end_erasure(GONE)
        assert await tx.erasures_begun(all_of_them=True) == ()
    async with store.database.read() as connection:
        rows = await connection.execute(select(erasures).where(erasures.c.pseudonym == GONE))
        (row,) = rows.mappings()
    assert (row["person"], row["names"], row["reason"]) == (None, None, f"{called(GONE)} asked for it")


async def test_whoever_leads_an_open_incident_is_not_erased_yet(store: Store) -> None:
    await declare_with_channel(store)
    async with store.read() as tx:
        (told,) = await in_the_way(tx, SlackUserId("UBO"), Found())
        assert told == (
            "INC-1 is open and they are asked to command it. Put somebody else there (`/incident INC-1 commander @x`)."
        )
        assert await in_the_way(tx, DANA, Found()) == ()
    await record(store, IncidentNumber(1), note())
    await make_unreadable(store, IncidentNumber(1))
    async with store.read() as tx:
        told = (await in_the_way(tx, DANA, Found()))[0]
    assert told == "INC-1 was written by a newer version of Muster, which alone can take somebody out of it."


async def test_nobody_is_erased_from_a_record_on_legal_hold(store: Store) -> None:
    _, number, *_ = await fill(store)

    async def why_not() -> tuple[str, ...]:
        async with store.read() as tx:
            return await in_the_way(tx, ALICE, await find(tx, ERASURE.who))

    before = await why_not()
    held = LegalHoldSet(at=NOON, by=KEPT, is_held=True, reason="case 2026-17")
    await record(store, number, held)
    (told,) = set(await why_not()) - set(before)
    assert told == "INC-2 is on legal hold: they stand in its record. `/incident INC-2 hold off <reason>` lifts it."
    await record(store, number, replace(held, is_held=False))
    assert await why_not() == before


async def test_somebody_with_a_like_name_and_what_is_like_an_id_stay(store: Store) -> None:
    number = await declare_with_channel(store)
    await record(store, number, note("zaliqas and U01ALICES are others; so is Zaliqa Other"))
    async with store.read() as tx:
        before = await tx.timeline(number)
        assert (await find(tx, Erasure(GONE, ALICE, (FULL_NAME,)).who)).is_nothing
    async with store.read() as tx:
        assert await tx.timeline(number) == before


async def test_the_files_of_sqlite_hold_no_byte_of_her(sqlite_url: str, tmp_path: Path) -> None:
    database = await Database.open(sqlite_url)
    beside = await Database.open(sqlite_url)  # a running bot
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test"))
    await fill(store)
    await record(Store(beside, store.workspace), IncidentNumber(2), note(WORDS))
    assert on_disk(tmp_path) == set(TRACES)
    await erased(store)
    await database.scrub()
    assert on_disk(tmp_path) == set()
    assert (await rebuild(Store(beside, store.workspace))).differences == []
    await beside.close()
    await database.close()
    assert on_disk(tmp_path) == set()


def on_disk(folder: Path) -> set[str]:
    """What of her stands in any file, byte by byte."""
    held = b"".join(file.read_bytes().lower() for file in folder.iterdir())
    return {trace for trace in TRACES if trace.encode() in held}


async def test_the_tables_of_postgresql_hold_no_byte_of_her(postgres_url: str) -> None:
    database = await Database.open(postgres_url)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test"))
    await fill(store)
    assert await in_tables(store) == set(TRACES)
    await erased(store)
    await database.scrub()
    await database.scrub(rewrite=True)
    assert await in_tables(store) == set()
    assert (await rebuild(store)).differences == []
    await database.close()


async def in_tables(store: Store) -> set[str]:
    """What of her stands in the files of PostgreSQL's tables and indexes, byte by byte."""
    async with store.database.write() as connection:
        await connection.execute(text("CHECKPOINT"))
        files = text(
            "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class "
            "WHERE relkind IN ('r', 'i', 't') AND pg_relation_filepath(oid) LIKE 'base/%' AND oid > 16383"
        )
        held = b"".join(bytes(row[0]).lower() for row in await connection.execute(files))
    return {trace for trace in TRACES if trace.encode() in held}
