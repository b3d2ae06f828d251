"""Migrations: from every revision with rows in every table to the newest, and nothing is lost."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, func, select, table, text
from sqlalchemy.types import JSON, Boolean, Date, DateTime, Integer, LargeBinary, TypeEngine

from bot.domain.ids import WorkspaceId
from bot.domain.telling import tell
from bot.store import Database, DatabaseUnreachable, Store, rebuild
from bot.store.migrating import NEWEST, config
from bot.store.schema import metadata
from tests.store.given import declare
from tests.store.samples import GOLDEN

REVISIONS = [one.revision for one in ScriptDirectory.from_config(config()).walk_revisions()][::-1]
"""The oldest first."""

FILLINGS: tuple[tuple[type[TypeEngine[Any]], Callable[[int], object]], ...] = (
    (Boolean, lambda turn: turn % 2 == 0),
    (Integer, lambda turn: turn),
    (Date, lambda turn: date(2026, 3, 4) + timedelta(days=turn)),
    (DateTime, lambda turn: datetime(2026, 3, 4, tzinfo=UTC) + timedelta(days=turn)),
    (LargeBinary, lambda turn: b"%d" % turn),
    (JSON, lambda turn: {"turn": turn}),
)
"""What a column of each type is filled with in the first, second… row; all others hold text."""


def migrate(connection: Connection, revision: str) -> None:
    found = config()
    found.attributes["connection"] = connection
    command.upgrade(found, revision)


def tables(connection: Connection) -> list[Table]:
    stored = MetaData()
    stored.reflect(connection)
    return [table for table in stored.sorted_tables if table.name != "alembic_version"]


def fill(connection: Connection, turns: Sequence[int]) -> list[str]:
    """A row into every table for each turn; their names."""
    found = tables(connection)
    for each in found:
        for turn in turns:
            connection.execute(each.insert().values({one.name: filling(one.type, turn) for one in each.columns}))
    return [each.name for each in found]


def filling(column: TypeEngine[Any], turn: int) -> object:
    made = next((make for kind, make in FILLINGS if isinstance(column, kind)), str)
    return made(turn)


def counts(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    return {name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names}


async def test_a_replica_of_the_version_before_can_go_on_writing_after_each_migration(blank_database_url: str) -> None:
    """Two versions work on one database while replicas are replaced one by one: nothing goes or is called otherwise,
    and what is new needs no value. Expand first; what nobody uses any more goes in a later release."""
    database = await Database.open(blank_database_url, migrate=False)
    before: list[Table] = []
    for place, revision in enumerate(REVISIONS):
        async with database.write() as connection:
            await connection.run_sync(migrate, revision)
            await connection.run_sync(write_as, before, 10 + place)
            before = await connection.run_sync(tables)
    await database.close()


def write_as(connection: Connection, known: Sequence[Table], turn: int) -> None:
    """A row into each table, with the columns that an earlier version knows, which it then reads."""
    for each in known:
        connection.execute(each.insert().values({one.name: filling(one.type, turn) for one in each.columns}))
        assert connection.execute(select(func.count()).select_from(select(each).subquery())).scalar_one() >= 1


async def test_rows_in_every_table_survive_the_way_to_the_newest_revision(blank_database_url: str) -> None:
    """At each revision two more come into every table that there is by then."""
    old = await Database.open(blank_database_url, migrate=False)
    filled: Counter[str] = Counter()
    for place, revision in enumerate(REVISIONS[:-1]):
        async with old.write() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            if old.is_sqlite:
                await driver.execute("PRAGMA foreign_keys=OFF")  # as while Muster migrates
            await connection.run_sync(migrate, revision)
            assert await connection.run_sync(counts, filled) == filled, revision
            names = await connection.run_sync(fill, (2 * place + 1, 2 * place + 2))
            filled.update(dict.fromkeys(names, 2))
    await old.close()

    new = await Database.open(blank_database_url)
    async with new.write() as connection:
        assert await connection.run_sync(counts, filled) == filled
        if new.is_sqlite:
            assert (await connection.execute(text("PRAGMA foreign_key_check"))).all() == []
            assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1
    assert await new.revision_is_current()
    await new.close()


BEFORE_ACTORS = "0008"
"""The revision of a database in which only people declared, and reasons were words alone."""


def remember(connection: Connection) -> None:
    """An incident as that version recorded it."""
    timeline = next(table for table in tables(connection) if table.name == "timeline")
    for seq, name in enumerate(("IncidentDeclared", "CommandTakenOver", "Reclassified", "RunbookLinked"), start=1):
        row = json.loads((GOLDEN / f"{name}.v1.before-reasons.json").read_text(encoding="utf-8"))
        at = datetime.fromisoformat(row["at"])
        values = {"workspace": "T1", "incident": 42, "seq": seq, "salt": b"", "digest": b""}
        stored = {"kind": name, "version": 1, "by": row["by"], "body": json.dumps(row["body"])}
        connection.execute(timeline.insert().values(**values, **stored, occurred_at=at, recorded_at=at))


async def test_an_incident_of_before_is_read_and_listed_as_it_was(blank_database_url: str) -> None:
    old = await Database.open(blank_database_url, migrate=False)
    async with old.write() as connection:
        await connection.run_sync(migrate, BEFORE_ACTORS)
        await connection.run_sync(remember)
    await old.close()

    new = await Database.open(blank_database_url)
    store = Store(new, WorkspaceId("T1"))
    assert (await rebuild(store)).differences == ["INC-42 was not listed"]
    assert (await rebuild(store)).differences == []
    async with store.read() as tx:
        (row,) = await tx.incidents(open_only=False)
        told = [tell(one.event) for one in await tx.timeline(row.number)]
    assert (row.declared_by, row.declared_by_integration) == ("U0DANA", None)
    assert "Priority: impact high × urgency high." in told[0]
    assert "<@U0BO> was asked to take command (on call for Checkout)." in told[0]
    assert told[1] == "<@U0BO> took over command from <@U0DANA>: the update is 12 minutes late."
    assert "“Roll back a bad change”" in told[2]
    await new.close()


BEFORE_COPIES = "0010"
"""The revision of a database in which it was not listed which message an incident was declared from."""


def list_it(connection: Connection) -> None:
    """The incident's row, and its timeline with the address of a message and without."""
    remember(connection)
    timeline, incidents = (next(one for one in tables(connection) if one.name == name) for name in LISTED)
    fill(connection, (1, 2))
    connection.execute(incidents.update().where(incidents.c.number == 1).values(workspace="T1", number=42))
    of_it = (timeline.c.incident == 42, timeline.c.seq == 1)
    body = json.loads(connection.execute(select(timeline.c.body).where(*of_it)).scalar_one())
    body["evidence"]["permalink"] = "https://acme.slack.com/archives/C0123/p1772625840000100?thread_ts=1.2&cid=C0123"
    connection.execute(timeline.update().where(*of_it).values(body=json.dumps(body)))


LISTED = ("timeline", "incidents")


async def test_the_message_that_an_incident_of_before_was_declared_from_is_listed(blank_database_url: str) -> None:
    old = await Database.open(blank_database_url, migrate=False)
    async with old.write() as connection:
        await connection.run_sync(migrate, BEFORE_COPIES)
        await connection.run_sync(list_it)
    await old.close()

    new = await Database.open(blank_database_url)
    async with new.read() as connection:
        rows = await connection.execute(text("SELECT number, declared_from FROM incidents ORDER BY number"))
        assert [tuple(row) for row in rows] == [(2, None), (42, "C0123/1772625840.000100")]
    await new.close()


async def test_the_migrations_make_exactly_the_tables_of_the_code(blank_database_url: str) -> None:
    database = await Database.open(blank_database_url)
    async with database.read() as connection:
        differences = await connection.run_sync(
            lambda plain: compare_metadata(MigrationContext.configure(plain, opts={"compare_type": True}), metadata)
        )
        made = await connection.run_sync(partial_indexes)
    await database.close()
    assert differences == []
    assert made == {
        *("ix_deadlines_open", "ix_incidents_open", "ix_incidents_unmeasured", "ix_outbox_unfinished"),
        *("ix_incidents_declared_from", "ix_incidents_private", "ix_incidents_problem", "ix_incidents_follow_ups"),
        "ix_incidents_impact",
        "ix_changes_waiting",
        "ix_proposals_waiting",
        *("ix_alert_deliveries_waiting", "ix_alerts_declared", "ix_alerts_incident", "ix_alerts_settling"),
        *("ix_timeline_follow_ups", "ix_timeline_problems", "ix_timeline_runs", "ix_timeline_published"),
        *("ix_signals_firing",),
        *("uq_outbox_announcement", "uq_outbox_refresh"),
    }


def partial_indexes(connection: Connection) -> set[str | None]:
    """Names of the indexes with a condition."""
    dialect = connection.dialect.name
    return {
        index.name
        for table in tables(connection)
        for index in table.indexes
        if index.dialect_options[dialect]["where"] is not None
    }


async def test_migrating_again_changes_nothing(database_url: str, store: Store) -> None:
    number = await declare(store)
    again = await Database.open(database_url)
    async with Store(again, WorkspaceId("T1")).read() as tx:
        assert await tx.incident(number) is not None
    await again.close()


def test_the_newest_revision_is_known_without_alembic() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == NEWEST


async def test_processes_that_start_at_once_migrate_once(blank_database_url: str) -> None:
    databases = await asyncio.gather(*(Database.open(blank_database_url) for _ in range(3)))
    assert [await database.revision_is_current() for database in databases] == [True, True, True]
    for database in databases:
        await database.close()


async def test_a_database_that_was_not_migrated_is_known_as_such(blank_database_url: str) -> None:
    database = await Database.open(blank_database_url, migrate=False)
    assert not await database.revision_is_current()
    assert await database.workspaces() == []
    await database.close()


async def test_a_newer_versions_database_is_left_alone(database_url: str, store: Store) -> None:
    async with store.database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnreachable, match="newer version"):
        await Database.open(database_url)
    assert not await store.database.revision_is_current()


async def test_a_folder_with_a_percent_sign_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "100% sure"
    folder.mkdir()
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}")
    assert await database.revision_is_current()
    await database.close()
