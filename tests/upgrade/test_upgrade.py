"""Databases that earlier versions left, read and worked on by this one, on both engines."""

import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.types import JSON, Boolean, DateTime, TypeEngine

from bot.commands.command import Dependencies
from bot.commands.router import Router
from bot.commands.table import COMMANDS
from bot.config import policy_loading as policies
from bot.domain.folding import fold
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId, WorkspaceId
from bot.domain.people import Profile
from bot.domain.timeline import NoteAdded, UnknownEvent
from bot.domain.vocabulary import Status
from bot.door.inbound import Typed
from bot.door.reply import Say
from bot.jobs.deadlines import Deadlines
from bot.review import WRITERS, redact, written
from bot.store import Database, Store, rebuild
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex
from tests.scenarios.conftest import STARTS_AT
from tests.store.test_migrations import migrate, tables

DUMPS = sorted(Path(__file__).parent.glob("*.sql"))
LATER = STARTS_AT + timedelta(days=2)
"""Long after everything that was promised in them."""


@pytest.fixture(scope="module", params=DUMPS, ids=lambda file: file.name.partition(".")[0])
def left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file as an earlier version left it."""
    file = tmp_path_factory.mktemp("left") / "muster.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(request.param.read_text(encoding="utf-8"))
    return file


@pytest.fixture
async def upgraded(left: Path, blank_database_url: str) -> AsyncIterator[Database]:
    """The same database after this version has started on it."""
    if blank_database_url.startswith("sqlite"):
        shutil.copy(left, blank_database_url.partition("///")[2])
    else:
        await _copy(left, blank_database_url)
    database = await Database.open(blank_database_url, migrate=True)
    yield database
    await database.close()


async def _copy(left: Path, url: str) -> None:
    """What SQLite had, into the tables as that version's migrations make them, which must have the same columns."""
    old = await Database.open(url, migrate=False)
    found = rows_of(left)
    (revision,) = (row["version_num"] for row in found.pop("alembic_version"))
    async with old.write() as connection:
        await connection.run_sync(migrate, revision)
        await connection.run_sync(_put, found)
    await old.close()


def _put(connection: Connection, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    made = tables(connection)
    assert {one.name for one in made} == rows.keys()
    for each in made:
        values = [
            {name: _as_it_was(each.columns[name].type, value) for name, value in row.items()} for row in rows[each.name]
        ]
        if values:
            assert values[0].keys() == set(each.columns.keys()), each.name
            connection.execute(each.insert(), values)
        if values and isinstance(values[0].get("id"), int):
            counted = f"SELECT setval(pg_get_serial_sequence('{each.name}', 'id'), max(id)) FROM {each.name}"  # noqa: S608
            connection.execute(text(counted))


def _as_it_was(kind: TypeEngine[Any], value: Any) -> Any:
    """SQLite has no truth values, and keeps times and JSON as text."""
    if isinstance(kind, Boolean) and value is not None:
        return bool(value)
    if isinstance(value, str) and isinstance(kind, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return json.loads(value) if isinstance(value, str) and isinstance(kind, JSON) else value


def rows_of(left: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by column, as SQLite has them."""
    with closing(sqlite3.connect(left)) as connection:
        connection.row_factory = sqlite3.Row
        names = [one[0] for one in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in names}  # noqa: S608


def context_of(database: Database, left: Path) -> Context:
    (workspace,) = (row["id"] for row in rows_of(left)["workspaces"])
    return Context(Store(database, WorkspaceId(workspace)), policies.load(None), (), lambda: LATER)


async def test_everything_is_read_as_that_version_left_it(upgraded: Database, left: Path) -> None:
    """Folded today, each incident stands where it stood; the outbox, lists and the chain hold, no row is gone, and the
    review says what people said."""
    was, context = rows_of(left), context_of(upgraded, left)
    store = context.store
    async with store.read() as tx:
        for row in was["incidents"]:
            timeline = await tx.timeline(IncidentNumber(row["number"]))
            assert not [one for one in timeline if isinstance(one.event, UnknownEvent)]
            incident = fold(timeline)
            stands = (incident.title, incident.status, incident.priority, incident.commander, incident.channel)
            assert stands == (row["title"], row["status"], row["priority"], row["commander"], row["channel"])
            assert incident.is_private == bool(row["is_private"])
            assert (await tx.incident(incident.number)) == incident
        assert len(await tx.outbox(states=("pending", "in_flight", "done", "dead", "superseded"), limit=10_000)) == len(
            was["outbox"]
        )
    async with upgraded.read() as connection:
        for name in was.keys() - {"alembic_version"}:
            kept = (await connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one()  # noqa: S608
            assert kept == len(was[name]), name
    await rebuild(store)
    assert (await rebuild(store)).differences == []
    async with store.write() as tx:
        while await tx.extend_chain():
            pass
    async with store.read() as tx:
        assert (await tx.check_chain()).findings == []
    await _review_is_written(context)


async def _review_is_written(context: Context) -> None:
    async with context.store.read() as tx:
        incident = await tx.incident(IncidentNumber(1))
    assert incident is not None
    review = redact(await compile_for(context, incident))
    for ending in WRITERS:
        page = written(review, ending).decode()
        for words in ("every fourth order fails", "it is the database", "Alert on a full pool", "rolled back to 4.1"):
            assert words in page, ending
        assert "never mind" not in page


async def test_replicas_of_both_versions_and_people_work_on(upgraded: Database, left: Path) -> None:
    """While replicas are replaced one by one, one of that version writes a note and its effect, with the columns that
    it knew; this one reads them and goes on, also with what was promised before."""
    was, context = rows_of(left), context_of(upgraded, left)
    store = context.store
    note = next(row for row in was["timeline"] if row["kind"] == "NoteAdded")
    said = next(row for row in was["outbox"] if row["kind"] == "Announce" and row["seq"] == note["seq"])
    async with store.read() as tx:
        assert await tx.incident(IncidentNumber(2)) is not None  # so that its state is kept
    seq = len([row for row in was["timeline"] if row["incident"] == 2]) + 1
    event = {**note, "incident": 2, "seq": seq, "dedup": None}
    waiting = {"key": "ab" * 16, "lane": "inc:2", "state": "pending", "attempts": 0}
    untold = dict.fromkeys(("result", "first_called_at", "called_at", "ended_at"))
    following = max(row["id"] for row in was["outbox"]) + 1
    effect = {**said, **untold, **waiting, "id": following, "incident": 2, "seq": seq}
    async with upgraded.write() as connection:
        await connection.run_sync(_add, {"timeline": event, "outbox": effect})
    async with store.read() as tx:
        after, (*_, last) = await tx.incident(IncidentNumber(2)), await tx.timeline(IncidentNumber(2))
    assert after is not None
    assert isinstance(last.event, NoteAdded)
    assert last.event.text in str(after)
    async with store.write() as tx:
        claimed = await tx.claim_effects("new", datetime.now(UTC), timedelta(seconds=30))
    assert [one.key for one in claimed if one.seq == seq] == ["ab" * 16]
    await _people_go_on(context, was)


async def _people_go_on(context: Context, was: Mapping[str, list[dict[str, Any]]]) -> None:
    await Deadlines(context, "new", lambda: LATER).tick()
    for line in ("INC-2 update all mails are out", "INC-2 resolve the queue is empty", "declare x fails"):
        assert not (answer := await _typed(context, was, line)).startswith("Not done"), answer
    async with context.store.read() as tx:
        kinds = [type(one.event).__name__ for one in await tx.timeline(IncidentNumber(2))]
        incident, last = await tx.incident(IncidentNumber(2)), await tx.last_number()
    assert incident is not None
    assert (incident.status, last) == (Status.RESOLVED, 5)
    assert "UpdateOverdue" in kinds


async def test_what_a_newer_version_wrote_is_read_and_changed_by_nobody(upgraded: Database, left: Path) -> None:
    """Not by commands either, nor because something falls due; other incidents go on."""
    was, context = rows_of(left), context_of(upgraded, left)
    seq = len([row for row in was["timeline"] if row["incident"] == 2]) + 1
    note = next(row for row in was["timeline"] if row["kind"] == "NoteAdded")
    newer = {**note, "incident": 2, "seq": seq, "kind": "NobodyKnowsYet", "dedup": None}
    async with upgraded.write() as connection:
        await connection.run_sync(_add, {"timeline": newer})
    await Deadlines(context, "old", lambda: LATER).tick()
    for line in ("note all is quiet", "resolve the queue is empty", "priority P1 it spreads"):
        assert "being upgraded" in await _typed(context, was, f"INC-2 {line}")
    assert "mails are late" in await _typed(context, was, "INC-2 status")
    assert "Noted" in await _typed(context, was, "INC-1 note all is quiet")
    async with context.store.read() as tx:
        assert len(await tx.timeline(IncidentNumber(2))) == seq


async def _typed(context: Context, was: Mapping[str, list[dict[str, Any]]], line: str) -> str:
    """What whoever commands INC-2 is told."""
    (eli,) = {row["by"] for row in was["timeline"] if row["incident"] == 2 and row["kind"] == "CommandAccepted"}

    async def look_up(user: SlackUserId) -> Profile:
        return Profile(user, user)

    router = Router(Dependencies(context, SearchIndex(context), look_up, COMMANDS))
    reply = await router(Typed(line, context.store.workspace, eli, ChannelId("C0"), line, line))
    assert isinstance(reply, Say)
    return reply.text


def _add(connection: Connection, rows: Mapping[str, dict[str, Any]]) -> None:
    made = {one.name: one for one in tables(connection)}
    for name, row in rows.items():
        each = made[name]
        values = {column: _as_it_was(each.columns[column].type, value) for column, value in row.items()}
        connection.execute(each.insert().values(values))
