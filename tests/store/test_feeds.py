"""The last good copy of each calendar feed, and of each document of the catalogue."""

from dataclasses import replace

from bot.store import FeedCopy, Store
from tests.store.given import NOON, minutes

COPY = FeedCopy("BEGIN:VCALENDAR", '"v1"', NOON)


async def test_a_copy_is_kept_as_last_told(store: Store) -> None:
    async with store.write() as tx:
        await tx.keep_feed("ops", COPY)
        await tx.keep_feed("shop", FeedCopy(error="its server answered 503"))
        newer = replace(COPY, content="BEGIN:VCALENDAR\r\n", fetched_at=NOON + minutes(15))
        await tx.keep_feed("ops", newer)
    async with store.read() as tx:
        assert await tx.feeds() == {"ops": newer, "shop": FeedCopy(error="its server answered 503")}


def test_it_says_what_is_wrong_and_which_copy_is_used_instead() -> None:
    failed = replace(COPY, error="its server answered 503")
    assert failed.told == "its server answered 503; the copy of 2026-03-04 12:00 UTC is used"
    assert replace(failed, fetched_at=None).told == "its server answered 503; there is no copy"


async def test_of_the_catalogue_those_documents_are_kept_that_are_still_there(store: Store) -> None:
    document = FeedCopy("kind: Component", '"v1"', NOON)
    async with store.write() as tx:
        await tx.keep_feed("a.yaml", COPY)
        await tx.keep_catalog({"a.yaml": document, "b.yaml": document, "c.yaml": FeedCopy(error="it is not there")})
        newer = replace(document, etag='"v2"', fetched_at=NOON + minutes(60))
        changed = replace(newer, content="kind: Group")
        await tx.keep_catalog({"a.yaml": newer, "b.yaml": changed})
    async with store.read() as tx:
        assert await tx.catalog() == {"a.yaml": newer, "b.yaml": changed}
        bare = FeedCopy(fetched_at=newer.fetched_at)
        assert await tx.catalog_ages() == {"a.yaml": bare, "b.yaml": bare}
        assert await tx.feeds() == {"a.yaml": COPY}
