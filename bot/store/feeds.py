"""The last good copy of each calendar feed, and of each document of the service catalogue; and why a newer one could
not be had."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Table, delete, select

from bot.store import schema
from bot.store.rows import FeedCopy
from bot.store.session import Session

PLACE = schema.catalog.c.place


class FeedReads(Session):
    async def feeds(self) -> dict[str, FeedCopy]:
        """By the name of the schedule."""
        return await self._copies(schema.feeds, schema.feeds.c.schedule)

    async def catalog(self) -> dict[str, FeedCopy]:
        """By the place of the document, a file or an address."""
        return await self._copies(schema.catalog, PLACE)

    async def catalog_ages(self) -> dict[str, FeedCopy]:
        """The same without what stands in them, which may be long."""
        c = schema.catalog.c
        rows = await self._connection.execute(
            select(PLACE, c.fetched_at, c.error).where(c.workspace == self._workspace)
        )
        return {place: FeedCopy(fetched_at=fetched_at, error=error) for place, fetched_at, error in rows}

    async def _copies(self, table: Table, name: Column[str]) -> dict[str, FeedCopy]:
        c = table.c
        rows = await self._connection.execute(
            select(name, c.content, c.etag, c.fetched_at, c.error).where(c.workspace == self._workspace)
        )
        return {key: FeedCopy(*rest) for key, *rest in rows}


class FeedWrites(FeedReads):
    async def keep_feed(self, schedule: str, copy: FeedCopy) -> None:
        await self._keep(schema.feeds, {"schedule": schedule}, copy)

    async def keep_catalog(self, copies: Mapping[str, FeedCopy]) -> None:
        """These documents and no others; what has not changed is not written again."""
        known = await self.catalog()
        if gone := known.keys() - copies.keys():
            mine = schema.catalog.c.workspace == self._workspace
            await self._connection.execute(delete(schema.catalog).where(mine, PLACE.in_(gone)))
        for place, copy in copies.items():
            if known.get(place) != copy:
                await self._keep(schema.catalog, {"place": place}, copy, known.get(place))

    async def _keep(self, table: Table, key: dict[str, str], copy: FeedCopy, known: FeedCopy | None = None) -> None:
        """`known`: the copy that is there, whose content may stay."""
        values: dict[str, Any] = {"etag": copy.etag, "fetched_at": copy.fetched_at, "error": copy.error}
        if known is None or known.content != copy.content:
            values["content"] = copy.content
        upsert = self._insert(table).on_conflict_do_update(index_elements=[*table.primary_key.columns], set_=values)
        await self._connection.execute(upsert, {"workspace": self._workspace, **key, **values})
