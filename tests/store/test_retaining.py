"""What is kept no longer goes from every table, on both engines, and every record stays whole."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.domain.alerts import Alert
from bot.domain.erasing import ERASED
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId, WorkspaceId
from bot.domain.people import Profile
from bot.domain.pseudonyms import is_pseudonym
from bot.domain.retention import Retention
from bot.domain.sections import Written
from bot.domain.timeline import (
    AlertAttached,
    AnyEvent,
    ChannelOpened,
    CommandAccepted,
    IncidentClosed,
    IncidentReopened,
    IncidentResolved,
    LegalHoldSet,
    NoteAdded,
    RecordRedacted,
)
from bot.domain.transcript import Message, MessageEdited
from bot.domain.vocabulary import AlertState, DataClass, Handling, Priority, Section
from bot.store import Audited, Database, Store, WorkspaceRow, rebuild, schema
from bot.store.schema import metadata
from bot.workflows.retaining import purge_records, purge_rest, would_go
from tests.store.given import MACHINE, NOON, Killed, declaration, killed_after, minutes

ALICE, BO = SlackUserId("U01ALICE"), SlackUserId("U02BO")
FULL_NAME = "Zaliqa Zquiroga"
SPOKEN, FILE, NOTED, WRITTEN, SENT = "swordfish", "vault-plan", "marzipan", "pomegranate", "quicksilver"
TRACES = (SPOKEN, FILE, NOTED, WRITTEN, SENT, "u01alice", "zquiroga")
OF_CLASS = {
    DataClass.TRANSCRIPT: {SPOKEN},
    DataClass.FILES: {FILE},
    DataClass.TIMELINE: {NOTED, SENT},
    DataClass.REVIEWS: {WRITTEN},
    DataClass.PEOPLE: {"u01alice", "zquiroga"},
}
DAY = timedelta(days=1)
EVERYTHING = Retention(dict.fromkeys(DataClass, 100 * DAY))
LATER = NOON + 200 * DAY
CLOSED, OPEN, HELD = (IncidentNumber(number) for number in (1, 2, 3))


def the_time() -> datetime:
    return LATER


def events(number: IncidentNumber, *last: AnyEvent) -> list[AnyEvent]:
    alice = replace(declaration(number), by=ALICE, asked=BO, title=f"{FULL_NAME} waits")
    opened = ChannelOpened(at=NOON, channel=_channel(number), name=f"inc-{number}")
    noted = NoteAdded(at=NOON, by=BO, text=f"{NOTED}, says <@{ALICE}>, that is {FULL_NAME}")
    attached = AlertAttached(at=NOON, alert=number, source="Alertmanager", title="slow")
    return [alice, opened, CommandAccepted(at=NOON, by=ALICE), noted, attached, *last]


def _channel(number: int) -> ChannelId:
    return ChannelId(f"C{number}")


def messages(number: int, count: int = 3) -> list[dict[str, Any]]:
    file = {"name": f"{FILE}.png", "type": "png", "size": 3, "permalink": f"https://x.example/{FILE}"}
    row = {"workspace": "T1", "channel": _channel(number), "posted_at": NOON, "author": ALICE, "is_bot": False}
    words = {"text": f"{SPOKEN} <@{ALICE}>", "files": [file], "reactions": [{"name": "eyes", "users": [ALICE, BO]}]}
    return [{**row, **words, "ts": f"1772625600.{place:06}"} for place in range(count)]


async def fill(store: Store) -> None:
    """A closed incident, an open one, and a closed one on legal hold, each with something of every class."""
    closed = IncidentClosed(at=NOON, by=BO)
    held = LegalHoldSet(at=NOON, by=BO, is_held=True, reason="case 17")
    async with store.write() as tx:
        for last in ([IncidentResolved(at=NOON, by=BO, what="by hand"), closed], [], [closed, held]):
            number = await tx.next_number()
            await tx.record(number, events(number, *last), NOON)
            await tx.keep_written(number, Written(Section.LESSONS, 1, WRITTEN, ALICE, NOON))
        for user, name, full_name in ((ALICE, "zaliqa", FULL_NAME), (BO, "bo", "Bo")):
            is_gone = user == ALICE
            await tx.keep_person(Profile(user, name, full_name=full_name, is_deactivated=is_gone), NOON)
        alerts = [_alert(number) for number in (CLOSED, OPEN, HELD)]
        await tx.keep_alerts(alerts)
    async with store.database.write() as connection:
        for number in (CLOSED, OPEN, HELD):
            await connection.execute(schema.transcript.insert(), messages(number))
            where = {"workspace": "T1", "channel": _channel(number), "user": ALICE}
            await connection.execute(schema.comings.insert(), {**where, "at": NOON, "is_joining": True})
            await connection.execute(schema.members.insert(), {**where, "joined_at": NOON, "left_at": NOON})


def _alert(number: IncidentNumber) -> Alert:
    return Alert(
        number,
        "alertmanager",
        f"k{number}",
        Handling.ASK,
        "slow",
        NOON,
        NOON,
        NOON,
        AlertState.TAKEN,
        text=SENT,
        incident=number,
    )


async def only_the_closed_one(store: Store) -> None:
    """The others say the same words: they go, so that the bytes can be searched."""
    for table in (schema.timeline, schema.incidents, schema.review_sections, schema.alerts):
        name = "number" if table is schema.incidents else "incident"
        async with store.database.write() as connection:
            await connection.execute(table.delete().where(table.c[name] != CLOSED))
    for table in (schema.transcript, schema.comings, schema.members):
        async with store.database.write() as connection:
            await connection.execute(table.delete().where(table.c.channel != _channel(CLOSED)))


async def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    async with store.database.read() as connection:
        return {
            one.name: [tuple(row) for row in await connection.execute(select(one))] for one in metadata.sorted_tables
        }


async def rows_of(store: Store, number: int) -> str:
    """Everything that there is about an incident."""
    found = []
    async with store.database.read() as connection:
        for one in metadata.sorted_tables:
            for name, value in (("incident", number), ("channel", _channel(number)), ("number", number)):
                if name in one.c and one is not schema.retained:
                    query = select(one).where(one.c[name] == value)
                    found += [repr(tuple(row)) for row in await connection.execute(query)]
    return "\n".join(found)


async def traces_in(store: Store, number: int) -> set[str]:
    rows = (await rows_of(store, number)).lower()
    return {trace for trace in TRACES if trace in rows}


async def entries(store: Store, number: IncidentNumber) -> list[AnyEvent]:
    async with store.read() as tx:
        return [one.event for one in await tx.timeline(number)]


async def redactions(store: Store, number: IncidentNumber = CLOSED) -> list[RecordRedacted]:
    return [one for one in await entries(store, number) if isinstance(one, RecordRedacted)]


async def is_whole(store: Store) -> bool:
    async with store.write() as tx:
        await tx.extend_chain()
    async with store.read() as tx:
        checked = await tx.check_chain()
    return checked.findings == [] and (await rebuild(store)).differences == []


async def test_all_goes_from_the_closed_incident_and_nothing_from_the_others(store: Store) -> None:
    await fill(store)
    assert await is_whole(store)
    others = [await rows_of(store, number) for number in (OPEN, HELD)]
    assert await purge_records(store, EVERYTHING, the_time) == 1
    assert await traces_in(store, CLOSED) == set()
    assert [await rows_of(store, number) for number in (OPEN, HELD)] == others
    (told,) = await redactions(store)
    assert (told.at, told.by, told.kinds, told.messages) == (LATER, None, tuple(DataClass), 3)
    assert set(told.entries) == set(range(1, 8)) - {2, 5}
    assert await is_whole(store)


async def test_who_did_what_when_stays_under_a_pseudonym_of_this_record(store: Store) -> None:
    await fill(store)
    await purge_records(store, EVERYTHING, the_time)
    async with store.read() as tx:
        incident = await tx.incident(CLOSED)
        (first, *_), (came,) = await tx.transcript(_channel(CLOSED)), await tx.came(_channel(CLOSED))
        written = (await tx.written(CLOSED))[Section.LESSONS]
    assert incident is not None
    alice, bo = incident.declared_by, incident.asked or incident.roles[0].person
    assert alice is not None
    assert is_pseudonym(alice)
    assert {incident.commander, first.author, came.user, written.by} == {alice}
    assert (first.text, first.files, first.is_redacted) == (ERASED, (), True)
    assert first.reactions[0].users[0] == alice != first.reactions[0].users[1]
    assert bo is not None
    async with store.read() as tx:
        assert (await tx.people([alice]))[alice].name.startswith("erased person ")
    assert written.text == ERASED


async def test_the_profile_of_somebody_who_left_goes_with_the_last_record(store: Store) -> None:
    await fill(store)
    await purge_records(store, EVERYTHING, the_time)
    async with store.read() as tx:
        assert (await tx.people()).keys() == {ALICE, BO}, "she stands in others"
    await only_the_closed_one(store)
    async with store.write() as tx:
        await tx.record(CLOSED, [NoteAdded(at=LATER, by=ALICE, text="")], LATER)
    await purge_records(store, EVERYTHING, lambda: LATER + 200 * DAY)
    async with store.read() as tx:
        assert (await tx.people()).keys() == {BO}, "he may come back"


@pytest.mark.parametrize("kind", DataClass)
async def test_each_class_goes_alone(store: Store, kind: DataClass) -> None:
    await fill(store)
    await purge_records(store, Retention({kind: 100 * DAY}), the_time)
    assert await traces_in(store, CLOSED) == set(TRACES) - OF_CLASS[kind]
    assert [one.kinds for one in await redactions(store)] == [(kind,)]
    assert await is_whole(store)


async def test_a_dry_run_counts_all_and_changes_nothing(store: Store) -> None:
    await fill(store)
    before = await everything(store)
    async with store.read() as tx:
        found = await would_go(tx, EVERYTHING, LATER)
    assert await everything(store) == before
    assert {kind: found.records[kind] for kind in DataClass} == dict.fromkeys(DataClass, 1)
    assert found.rows == {"messages": 3, "entries": 5, "sections": 1, "alerts": 1, "comings": 2}
    assert found.held == (HELD,)
    await purge_records(store, EVERYTHING, the_time)
    async with store.read() as tx:
        assert (await would_go(tx, EVERYTHING, LATER)).is_nothing


async def test_a_second_time_and_a_second_replica_change_nothing(store: Store) -> None:
    await fill(store)
    async with store.read() as tx:
        (due,) = await tx.kept_too_long(EVERYTHING, LATER)
    other = Store(store.database, store.workspace)
    await purge_records(store, EVERYTHING, the_time)
    before = await everything(store)
    assert await purge_records(other, EVERYTHING, the_time) == 0
    async with other.write() as tx:  # it had found the record before the first one was done
        assert not await tx.take_out(due, LATER)
    assert await everything(store) == before


async def test_it_goes_on_where_it_was_killed(store: Store) -> None:
    await fill(store)
    async with store.database.write() as connection:
        await connection.execute(schema.transcript.insert(), messages(CLOSED, 9)[3:])

    with pytest.raises(Killed):
        await purge_records(store, EVERYTHING, killed_after(3, LATER), at_once=2)
    async with store.read() as tx:
        half = await tx.transcript(_channel(CLOSED))
    assert [one.is_redacted for one in half].count(True) == 4
    assert await redactions(store) == []
    await purge_records(Store(store.database, store.workspace), EVERYTHING, the_time)
    async with store.read() as tx:
        said = await tx.transcript(_channel(CLOSED))
        incident = await tx.incident(CLOSED)
    assert {one.author for one in said} == {incident and incident.declared_by}, "one pseudonym before and after"
    assert [(one.messages, one.kinds) for one in await redactions(store)] == [(9, tuple(DataClass))]
    assert await traces_in(store, CLOSED) == set()
    assert await is_whole(store)


async def test_what_is_written_later_has_its_own_time(store: Store) -> None:
    await fill(store)
    await purge_records(store, EVERYTHING, the_time)
    fresh = NoteAdded(at=LATER, by=ALICE, text=NOTED)
    async with store.write() as tx:
        await tx.record(CLOSED, [fresh], LATER)
    async with store.database.write() as connection:
        late = {**messages(CLOSED)[0], "ts": f"{LATER.timestamp():.6f}", "posted_at": LATER}
        await connection.execute(schema.transcript.insert(), late)
    assert await purge_records(store, EVERYTHING, lambda: LATER + 99 * DAY) == 0
    assert await traces_in(store, CLOSED) == {SPOKEN, FILE, NOTED, "u01alice"}
    assert await purge_records(store, EVERYTHING, lambda: LATER + 101 * DAY) == 1
    assert await traces_in(store, CLOSED) == set()
    assert [one.messages for one in await redactions(store)] == [3, 1]
    assert await purge_records(store, EVERYTHING, lambda: LATER + 300 * DAY) == 0
    assert await is_whole(store)


async def test_what_was_put_on_hold_or_opened_again_meanwhile_is_left(store: Store) -> None:
    await fill(store)
    async with store.read() as tx:
        (due,) = await tx.kept_too_long(EVERYTHING, LATER)
    for last in (
        LegalHoldSet(at=LATER, by=BO, is_held=True, reason="case 18"),
        IncidentReopened(
            at=LATER,
            by=BO,
            reason="it is back",
            acknowledge=declaration(1).acknowledge,
            next_update=declaration(1).next_update,
        ),
    ):
        async with store.write() as tx:
            await tx.record(CLOSED, [last], LATER)
        before = await everything(store)
        async with store.write() as tx:
            assert not await tx.take_out(due, LATER)
        assert await everything(store) == before
        lifted = LegalHoldSet(at=LATER, by=BO, is_held=False, reason="over")
        async with store.write() as tx:
            await tx.record(CLOSED, [lifted], LATER)
    assert await purge_records(store, EVERYTHING, the_time) == 0, "it is open"


async def test_priorities_have_their_own_times(store: Store) -> None:
    await fill(store)
    longer = replace(EVERYTHING, by_priority={Priority.P1: {}})
    assert await purge_records(store, longer, the_time) == 0
    assert await purge_records(store, Retention(), the_time) == 0


async def test_slack_does_not_bring_back_what_went(store: Store) -> None:
    await fill(store)
    async with store.read() as tx:
        (said, *_) = await tx.transcript(_channel(CLOSED))
    await purge_records(store, EVERYTHING, the_time)
    edited = Message(said.channel, said.ts, ALICE, SPOKEN, NOON, edited_at=LATER)
    async with store.write() as tx:
        await tx.apply(MessageEdited(edited))
    assert await traces_in(store, CLOSED) == set()


async def test_no_state_that_a_running_process_kept_brings_it_back(store: Store) -> None:
    await fill(store)
    running = Store(store.database, store.workspace)
    async with running.read() as tx:
        assert NOTED in repr(await tx.timeline(CLOSED))
        assert ALICE in repr(await tx.incident(CLOSED))
    await purge_records(store, EVERYTHING, the_time)
    async with running.read() as tx:
        assert ALICE not in repr(await tx.incident(CLOSED))


async def test_the_audit_log_stays_from_the_first_entry_about_what_is_open_or_held(store: Store) -> None:
    await fill(store)
    about = (None, CLOSED, HELD, None)
    async with store.write() as tx:
        for number in about:
            await tx.keep_audit(Audited(NOON, BO, "close", number, "refused", "", "person"))
    recorded = [MACHINE - (500 - place) * DAY for place in range(len(about))]
    async with store.database.write() as connection:
        for id_, at in zip((await connection.execute(select(schema.audit.c.id))).scalars(), recorded, strict=True):
            await connection.execute(schema.audit.update().where(schema.audit.c.id == id_).values(recorded_at=at))
    assert await is_whole(store)
    async with store.read() as tx:
        found = await would_go(tx, Retention(), LATER)
    assert found.rows["audit"] == 2
    await purge_rest(store, Retention(), the_time)
    async with store.read() as tx:
        assert [one.number for one in await tx.audit()] == [HELD, None]
    assert await is_whole(store)
    await purge_rest(store, Retention(audit=None, alerts=None), the_time)


async def test_a_purge_begins_once(store: Store) -> None:
    async with store.write() as tx:
        assert await tx.begin_retention(NOON) == NOON
    async with store.write() as tx:
        assert await tx.begin_retention(LATER) == NOON


async def test_the_files_are_to_be_scrubbed_until_they_are(store: Store) -> None:
    await fill(store)

    async def is_to_scrub() -> bool:
        async with store.read() as tx:
            return await tx.is_to_scrub()

    assert not await is_to_scrub()
    await purge_records(store, EVERYTHING, the_time)
    assert await is_to_scrub()
    async with store.write() as tx:
        await tx.scrubbed()
    assert not await is_to_scrub()
    assert await purge_records(store, EVERYTHING, lambda: LATER + minutes(9)) == 0
    assert not await is_to_scrub()


async def test_the_files_of_sqlite_hold_no_byte_of_it(sqlite_url: str, tmp_path: Path) -> None:
    database = await Database.open(sqlite_url)
    store = await _alone(database)
    assert on_disk(tmp_path) == set(TRACES)
    await purge_records(store, EVERYTHING, the_time)
    await database.scrub()
    assert on_disk(tmp_path) == set(), "nor in the log of a database that is open"
    await database.close()


def on_disk(folder: Path) -> set[str]:
    held = b"".join(file.read_bytes().lower() for file in folder.iterdir())
    return {trace for trace in TRACES if trace.encode() in held}


async def test_the_tables_of_postgresql_hold_no_byte_of_it(postgres_url: str) -> None:
    database = await Database.open(postgres_url)
    store = await _alone(database)
    assert await in_tables(store) == set(TRACES)
    await purge_records(store, EVERYTHING, the_time)
    await database.scrub(rewrite=True)
    assert await in_tables(store) == set()
    await database.close()


async def _alone(database: Database) -> Store:
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test"))
    await fill(store)
    await only_the_closed_one(store)
    return store


async def in_tables(store: Store) -> set[str]:
    """What of it stands in the files of PostgreSQL's tables and indexes, byte by byte."""
    async with store.database.write() as connection:
        await connection.execute(text("CHECKPOINT"))
        files = text(
            "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class "
            "WHERE relkind IN ('r', 'i', 't') AND pg_relation_filepath(oid) LIKE 'base/%' AND oid > 16383"
        )
        held = b"".join(bytes(row[0]).lower() for row in await connection.execute(files))
    return {trace for trace in TRACES if trace.encode() in held}
