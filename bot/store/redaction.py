"""The one place where stored rows are made to say less.

The digest of a row, and of its link in the chain, stays as it was written, and its salt goes: what stood there can no
longer be guessed and compared, and the chain stays whole.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Table, and_, bindparam, delete, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.proof import AUDIT_LOG
from bot.store import schema

SALT = "salt"
WITHOUT_SALT = b""
AT_ONCE = 200
BOOKS = (schema.timeline, schema.audit)
"""What is chained."""
l = schema.chain_links.c  # noqa: E741 - a link
FORGET_SALT = (
    update(schema.chain_links)
    .where(l.workspace == bindparam("of_workspace"), l.book == bindparam("of_book"), l.row == bindparam("of_row"))
    .values(salt=WITHOUT_SALT)
)


class Change(NamedTuple):
    """A row, by its key, and what its columns are to hold."""

    key: Mapping[str, Any]
    values: Mapping[str, Any]


async def redact(connection: AsyncConnection, table: Table, changes: Iterable[Change]) -> None:
    """Overwrite columns of rows; their keys stay."""
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[dict[str, Any]]] = {}
    for key, values in changes:
        row = {f"key_{name}": value for name, value in key.items()} | dict(values)
        alike.setdefault((tuple(key), tuple(sorted(values))), []).append(row)
    for (key_names, names), rows in alike.items():
        which = and_(*(table.c[name] == bindparam(f"key_{name}") for name in key_names))
        values = {name: bindparam(name) for name in names}
        salt = {SALT: WITHOUT_SALT} if SALT in table.c else {}
        await connection.execute(update(table).where(which).values(**values, **salt), rows)
        if table in BOOKS:
            await connection.execute(FORGET_SALT, [_link_of(table, row) for row in rows])


def _link_of(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    is_event = table is schema.timeline
    book, number = (row["key_incident"], row["key_seq"]) if is_event else (AUDIT_LOG, row["key_id"])
    return {"of_workspace": row["key_workspace"], "of_book": book, "of_row": number}


async def remove(connection: AsyncConnection, table: Table, keys: Iterable[Mapping[str, Any]]) -> None:
    """Delete rows, by their keys."""
    listed = list(keys)
    columns = list(table.primary_key.columns)
    for start in range(0, len(listed), AT_ONCE):
        part = [tuple(key[one.name] for one in columns) for key in listed[start : start + AT_ONCE]]
        await connection.execute(delete(table).where(tuple_(*columns).in_(part)))


def key_of(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    own = ("workspace",) if table is schema.audit else ()  # whose key is a number alone
    return {name: row[name] for name in (*own, *(one.name for one in table.primary_key.columns))}
