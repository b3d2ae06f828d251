"""The last good copy of each calendar feed, and why a newer one could not be had."""

from sqlalchemy import select

from bot.store import schema
from bot.store.rows import FeedCopy
from bot.store.session import Session

f = schema.feeds.c


class FeedReads(Session):
    async def feeds(self) -> dict[str, FeedCopy]:
        """By the name of the schedule."""
        rows = await self._connection.execute(
            select(f.schedule, f.content, f.etag, f.fetched_at, f.error).where(f.workspace == self._workspace)
        )
        return {name: FeedCopy(*rest) for name, *rest in rows}


class FeedWrites(FeedReads):
    async def keep_feed(self, schedule: str, copy: FeedCopy) -> None:
        values = {
            "content": copy.content,
            "etag": copy.etag,
            "fetched_at": copy.fetched_at,
            "error": copy.error,
        }
        insert = self._insert(schema.feeds)
        upsert = insert.on_conflict_do_update(index_elements=[f.workspace, f.schedule], set_=values)
        await self._connection.execute(upsert, {"workspace": self._workspace, "schedule": schedule, **values})
