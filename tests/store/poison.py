"""Rows that nobody wrote so: what is left by a disk, by hand, or by a version that nobody knows."""

from sqlalchemy import ColumnElement, literal_column, update

from bot.store import Store
from bot.store.schema import deadlines, outbox, timeline


def no_json(store: Store) -> ColumnElement[str]:
    """What is no JSON object; PostgreSQL takes at least what is JSON."""
    return literal_column("'{\"broken'" if store.database.is_sqlite else "'[1]'::json")


async def spoil_effects(store: Store, *which: ColumnElement[bool], column: str = "body") -> None:
    async with store.database.write() as connection:
        await connection.execute(update(outbox).where(*which).values({column: no_json(store)}))


async def spoil_events(store: Store, *which: ColumnElement[bool]) -> None:
    """Their bodies are text on both engines."""
    async with store.database.write() as connection:
        await connection.execute(update(timeline).where(*which).values(body='{"broken'))


async def spoil_deadlines(store: Store, *which: ColumnElement[bool], kind: str = "moon") -> None:
    async with store.database.write() as connection:
        await connection.execute(update(deadlines).where(*which).values(kind=kind))
