"""The chain over timelines and audit log, and its heads (`bot.domain.proof` says what they prove).

Links are made some minutes after the rows they are about, so that no command waits for them, and for rows of whatever
age: the first time after an upgrade, for all there are.
"""

import secrets
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select, tuple_, update

from bot.domain.ids import IncidentNumber, ref
from bot.domain.proof import (
    AUDIT_LOG,
    NO_LINK,
    Checking,
    End,
    Entry,
    Head,
    check_heads,
    content_of,
    digest_of,
    head_of,
    link_of,
)
from bot.domain.timeline import RecordRedacted, WordsErased
from bot.store import schema
from bot.store.codec import decode
from bot.store.session import Session, machine_now

SETTLED = timedelta(minutes=1)
"""An entry of the audit log is linked only then: a transaction that took an earlier id may end later."""
READ_AT_ONCE = 2000
EACH_TIME = 2000
"""Rows that one transaction links: whoever wants to write meanwhile waits for it, some tens of milliseconds."""

l, ends, heads = schema.chain_links.c, schema.chain_ends.c, schema.chain_heads.c  # noqa: E741 - a link
t, i, a = schema.timeline.c, schema.incidents.c, schema.audit.c
EVENT = (t.kind, t.version, t.occurred_at, t.recorded_at, t.by, t.body)
ACT = (a.at, a.recorded_at, a.actor, a.actor_kind, a.actor_name, a.verb, a.incident, a.outcome, a.detail)
SAY_ERASED = frozenset({WordsErased.__name__, RecordRedacted.__name__})
"""Kinds of events that say that others were overwritten."""
HEADS = select(heads.number, heads.text, heads.digest, heads.signature, heads.stamp)
ADD_LINK = schema.chain_links.insert()


class ChainReads(Session):
    async def chain(self, book: int | None = None, at_once: int = READ_AT_ONCE) -> AsyncIterator[Entry]:
        """Every entry that has a link, with what stands there now, in the order of books and positions; or those of
        one book. `at_once`: rows that are in memory together."""
        last = (-1, 0)
        while True:
            rows = (await self._connection.execute(self._chain_entries(book, last).limit(at_once))).all()
            for row in rows:
                yield _entry(row)
            if len(rows) < at_once:
                return
            last = (rows[-1].book, rows[-1].position)

    def _chain_entries(self, book: int | None, after: tuple[int, int]) -> Any:
        link = (l.book, l.position, l.row, l.salt, l.digest, l.link)
        event, act = schema.timeline, schema.audit
        query = (
            select(*link, *EVENT, *(one.label(f"audit_{one.name}") for one in ACT))
            .select_from(
                schema.chain_links.outerjoin(
                    event, and_(t.workspace == l.workspace, t.incident == l.book, t.seq == l.row)
                ).outerjoin(act, and_(l.book == AUDIT_LOG, a.workspace == l.workspace, a.id == l.row))
            )
            .where(l.workspace == self._workspace, tuple_(l.book, l.position) > after)
            .order_by(l.book, l.position)
        )
        return query if book is None else query.where(l.book == book)

    async def out_of_chain(self) -> tuple[int, list[str]]:
        """How many entries have no link yet, and those that should have one or should not be there at all."""
        end = and_(ends.workspace == t.workspace, ends.book == t.incident)
        link = and_(l.workspace == t.workspace, l.book == t.incident, l.position == t.seq)
        query = (
            select(t.incident, t.seq, t.kind, ends.position, i.last_seq)
            .select_from(
                schema.timeline.outerjoin(schema.chain_links, link)
                .outerjoin(schema.chain_ends, end)
                .outerjoin(schema.incidents, and_(i.workspace == t.workspace, i.number == t.incident))
            )
            .where(t.workspace == self._workspace, l.position.is_(None))
            .order_by(t.incident, t.seq)
        )
        waiting, found = 0, []
        for number, seq, kind, end_at, last in await self._connection.execute(query):
            if seq <= (end_at or 0) or seq > (last or 0):
                found.append(f"{ref(number)} entry {seq} ({kind}) was put in")
            else:
                waiting += 1
        missing = select(i.number, i.last_seq, func.max(t.seq)).select_from(
            schema.incidents.outerjoin(schema.timeline, and_(t.workspace == i.workspace, t.incident == i.number))
        )
        missing = missing.where(i.workspace == self._workspace).group_by(i.number, i.last_seq).order_by(i.number)
        for number, last, there in await self._connection.execute(missing):
            if last > (there or 0):
                found.append(f"{ref(number)}: its last entries are gone; it had {last}, and has {there or 0}")
        return waiting, found

    async def chain_ends(self) -> tuple[End, ...]:
        """How far each book goes, as the chain has it."""
        query = select(ends.book, ends.position, ends.link).where(ends.workspace == self._workspace, ends.position > 0)
        rows = await self._connection.execute(query.order_by(ends.book))
        return tuple(End(book, position, bytes(link)) for book, position, link in rows)

    async def check_chain(self, at_once: int = READ_AT_ONCE) -> Checking:
        """Everything compared with everything: entries with their links, books with their ends and with the heads, the
        heads with each other, and what stands outside of the chain."""
        made = await self.heads()
        checking = Checking([*(await self.chain_ends()), *(end for one in made for end in one.ends)])
        async for entry in self.chain(at_once=at_once):
            checking.take(entry)
        checking.end()
        checking.waiting, strays = await self.out_of_chain()
        checking.findings += [*strays, *check_heads(made)]
        return checking

    async def heads(self) -> tuple[Head, ...]:
        """All of them, in order."""
        query = HEADS.where(heads.workspace == self._workspace).order_by(heads.number)
        return tuple(_head(row) for row in await self._connection.execute(query))

    async def head(self, number: int) -> Head | None:
        query = HEADS.where(heads.workspace == self._workspace, heads.number == number)
        row = (await self._connection.execute(query)).one_or_none()
        return _head(row) if row else None

    async def last_head(self) -> Head | None:
        query = HEADS.where(heads.workspace == self._workspace).order_by(heads.number.desc()).limit(1)
        row = (await self._connection.execute(query)).one_or_none()
        return _head(row) if row else None


class ChainWrites(ChainReads):
    async def extend_chain(self, limit: int = EACH_TIME) -> int:
        """Link what has no link yet, so many rows at the most; how many."""
        await self._lock_chain()
        done = await self._link_events(limit)
        return done if done >= limit else done + await self._link_acts(limit - done)

    async def make_head(self, at: datetime, after: int) -> Head | None:
        """The head that follows the one of a number, 0 being none, over the books that have grown since; None where
        none has, or where another replica was quicker."""
        await self._lock_chain()
        last = await self.last_head()
        if (last.number if last else 0) != after:
            return None
        grown = select(ends.book, ends.position, ends.link).where(
            ends.workspace == self._workspace, ends.position > ends.headed
        )
        rows = await self._connection.execute(grown.order_by(ends.book))
        told = [End(book, position, bytes(link)) for book, position, link in rows]
        if not told:
            return None
        head = head_of(last, at, told)
        values = {"workspace": self._workspace, "number": head.number, "text": head.text, "digest": head.digest}
        await self._connection.execute(schema.chain_heads.insert(), values)
        mine = update(schema.chain_ends).where(ends.workspace == self._workspace, ends.position > ends.headed)
        await self._connection.execute(mine.values(headed=schema.chain_ends.c.position))
        return head

    async def keep_proof(self, number: int, *, signature: bytes | None = None, stamp: bytes | None = None) -> None:
        """What somebody can hold against a head later."""
        given = {name: one for name, one in (("signature", signature), ("stamp", stamp)) if one is not None}
        which = update(schema.chain_heads).where(heads.workspace == self._workspace, heads.number == number)
        await self._connection.execute(which.values(**given))

    async def forget_salts_of_acts(self, before: datetime) -> None:
        """The entries of the audit log that were recorded before an instant (machine time) are about to be deleted."""
        old = select(a.id).where(a.workspace == self._workspace, a.recorded_at < before)
        which = update(schema.chain_links).where(l.workspace == self._workspace, l.book == AUDIT_LOG, l.row.in_(old))
        await self._connection.execute(which.values(salt=b""))

    async def _lock_chain(self) -> None:
        """One replica links at a time."""
        if self._is_alone:
            return
        await self._insert_new(schema.chain_ends, [self._chain_row(AUDIT_LOG, 0, 0, NO_LINK)])
        mine = select(ends.book).where(ends.workspace == self._workspace, ends.book == AUDIT_LOG)
        await self._connection.execute(mine.with_for_update())

    def _chain_row(self, book: int, position: int, row: int, link: bytes) -> dict[str, Any]:
        return {"workspace": self._workspace, "book": book, "position": position, "row": row, "link": link}

    async def _link_events(self, limit: int) -> int:
        joined = schema.incidents.outerjoin(
            schema.chain_ends, and_(ends.workspace == i.workspace, ends.book == i.number)
        )
        query = (
            select(i.number, ends.position, ends.link, i.last_seq)
            .select_from(joined)
            .where(i.workspace == self._workspace, i.last_seq > func.coalesce(ends.position, 0))
            .order_by(i.number)
            .limit(100)
        )
        found = (await self._connection.execute(query)).all()
        if found and not self._is_alone:  # so that no words are erased between being read here and having a link
            numbers = [row.number for row in found]
            await self._connection.execute(
                select(i.number)
                .where(i.workspace == self._workspace, i.number.in_(numbers))
                .order_by(i.number)
                .with_for_update()
            )
        done = 0
        for number, position, link, last in found:
            if done >= limit:
                break
            done += await self._link_book(number, position or 0, _bytes(link) or NO_LINK, last, limit - done)
        return done

    async def _link_book(self, number: IncidentNumber, position: int, link: bytes, last: int, limit: int) -> int:
        events = (
            select(t.seq, *EVENT)
            .where(t.workspace == self._workspace, t.incident == number, t.seq > position, t.seq <= last)
            .order_by(t.seq)
            .limit(limit)
        )
        rows = (await self._connection.execute(events)).all()
        return await self._add_links(number, position, link, [(row[0], content_of(row[1:])) for row in rows])

    async def _link_acts(self, limit: int) -> int:
        mine = select(ends.position, ends.row, ends.link).where(
            ends.workspace == self._workspace, ends.book == AUDIT_LOG
        )
        end = (await self._connection.execute(mine)).one_or_none()
        position, last, link = (end.position, end.row, bytes(end.link)) if end else (0, 0, NO_LINK)
        acts = (
            select(a.id, *ACT)
            .where(a.workspace == self._workspace, a.id > last, a.recorded_at < machine_now() - SETTLED)
            .order_by(a.id)
            .limit(limit)
        )
        rows = (await self._connection.execute(acts)).all()
        return await self._add_links(AUDIT_LOG, position, link, [(row[0], content_of(row[1:])) for row in rows])

    async def _add_links(self, book: int, position: int, link: bytes, rows: list[tuple[int, str]]) -> int:
        """`rows`: their number in their own table, and their content."""
        made = []
        for row, content in rows:
            position += 1
            salt = secrets.token_bytes(16)
            digest = digest_of(salt, content)
            link = link_of(link, book, position, digest)
            made.append({**self._chain_row(book, position, row, link), "salt": salt, "digest": digest})
        if made:
            await self._connection.execute(ADD_LINK, made)
            upsert = self._insert(schema.chain_ends)
            new = {name: upsert.excluded[name] for name in ("position", "row", "link")}
            await self._connection.execute(
                upsert.on_conflict_do_update(index_elements=["workspace", "book"], set_=new),
                self._chain_row(book, position, rows[-1][0], link),
            )
        return len(made)


def _head(row: Any) -> Head:
    number, told, digest, signature, stamp = row
    return Head(number, told, bytes(digest), _bytes(signature), _bytes(stamp))


def _bytes(value: Any) -> bytes | None:
    return bytes(value) if value is not None else None


def _entry(row: Any) -> Entry:
    if row.book == AUDIT_LOG:
        values = [getattr(row, f"audit_{one.name}") for one in ACT]
        kind, is_there = row.audit_verb, row.audit_at is not None
    else:
        values = [row.kind, row.version, row.occurred_at, row.recorded_at, row.by, row.body]
        kind, is_there = row.kind, row.kind is not None
    event = None
    if kind in SAY_ERASED and row.book != AUDIT_LOG:
        event = decode(kind, row.version, row.body, row.occurred_at, row.by)
    content = content_of(values) if is_there else None
    return Entry(
        row.book,
        row.position,
        bytes(row.salt),
        bytes(row.digest),
        bytes(row.link),
        kind if is_there else None,
        content,
        event,
    )
