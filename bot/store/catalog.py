"""The last good copy of each document of the service catalogue, and why a newer one could not be had."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import delete, select

from bot.store import schema
from bot.store.rows import FeedCopy
from bot.store.session import Session

c = schema.catalog.c


class CatalogReads(Session):
    async def catalog(self) -> dict[str, FeedCopy]:
        """By the place of the document, a file or an address."""
        rows = await self._connection.execute(
            select(c.place, c.content, c.etag, c.fetched_at, c.error).where(c.workspace == self._workspace)
        )
        return {place: FeedCopy(*rest) for place, *rest in rows}

    async def catalog_ages(self) -> dict[str, FeedCopy]:
        """The same without what stands in them, which may be long."""
        rows = await self._connection.execute(
            select(c.place, c.fetched_at, c.error).where(c.workspace == self._workspace)
        )
        return {place: FeedCopy(fetched_at=fetched_at, error=error) for place, fetched_at, error in rows}


class CatalogWrites(CatalogReads):
    async def keep_catalog(self, copies: Mapping[str, FeedCopy]) -> None:
        """These documents and no others; what has not changed is not written again."""
        known = await self.catalog()
        gone = known.keys() - copies.keys()
        if gone:
            await self._connection.execute(
                delete(schema.catalog).where(c.workspace == self._workspace, c.place.in_(gone))
            )
        for place, copy in copies.items():
            before = known.get(place)
            values = {"etag": copy.etag, "fetched_at": copy.fetched_at, "error": copy.error}
            if before is None or before.content != copy.content:
                values["content"] = copy.content
            elif replace(before, content=None) == replace(copy, content=None):
                continue
            insert = self._insert(schema.catalog)
            upsert = insert.on_conflict_do_update(index_elements=[c.workspace, c.place], set_=values)
            await self._connection.execute(upsert, {"workspace": self._workspace, "place": place, **values})
