"""What every part of a transaction works on: a connection, within one workspace."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ChannelId, IncidentNumber, WorkspaceId
from bot.store.prepared import Given, Prepared
from bot.store.schema import workspaces
from bot.store.states import States


class Session:
    """One transaction's connection and workspace."""

    def __init__(self, connection: AsyncConnection, workspace: WorkspaceId, states: States | None = None) -> None:
        """`states`: what may be begun with instead of the beginning of a timeline; None: nothing."""
        self._connection = connection
        self._workspace = workspace
        self._states = States() if states is None else states
        self.frees_effects = False
        """Whether this transaction queued or freed effects, so that delivery must be woken."""
        self.urgent_lanes: list[str] = []
        """Those with one that people wait for as they wait for an answer."""
        self.news: set[IncidentNumber | ChannelId] = set()
        """The incidents, and the channels of incidents, of which something was said that tells what they are about."""

    @property
    def _is_alone(self) -> bool:
        """Whether a write transaction has the whole database to itself, so that no row needs a lock."""
        return self._connection.dialect.name == "sqlite"

    async def lock_workspace(self) -> None:
        """Whoever may take a number of the workspace does this before an incident is locked, as `declare` does; the
        other way round, two of them wait for each other for ever."""
        if not self._is_alone:
            mine = select(workspaces.c.id).where(workspaces.c.id == self._workspace).with_for_update()
            await self._connection.execute(mine)

    def _insert(self, table: Table) -> Any:
        """An INSERT that knows `on_conflict_…`, which both engines spell alike."""
        return insert_into(table, self._connection.dialect.name)

    async def _insert_new(self, table: Table, rows: Sequence[Given]) -> None:
        """Insert rows, and leave out what is there already."""
        await _insert_new_into(table, self._connection.dialect.name).change(self._connection, rows)

    async def _upsert(self, table: Table, rows: Sequence[Given]) -> None:
        """Insert rows, and overwrite those with the same keys. Columns that are not given become empty."""
        await _upsert_into(table, self._connection.dialect.name).change(self._connection, rows)


def insert_into(table: Table, dialect: str) -> Any:
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # takes long to load, and most have SQLite

    return postgresql.insert(table)


@cache
def _insert_new_into(table: Table, dialect: str) -> Prepared:
    return Prepared(insert_into(table, dialect).on_conflict_do_nothing())


@cache
def _upsert_into(table: Table, dialect: str) -> Prepared:
    """Made once: `excluded` copies every column of the table, which took a sixth of a command's processor time."""
    insert = insert_into(table, dialect)
    others = {column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key}
    upsert = insert.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=others)
    return Prepared(upsert)


def machine_now() -> datetime:
    """The machine's clock, for rows that only housekeeping looks at."""
    return datetime.now(UTC)
