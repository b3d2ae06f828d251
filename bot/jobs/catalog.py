"""The service catalogue: fetched as often as the policy says, and laid under the services that the policy names."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from bot.delivery.backlog import without_query
from bot.domain.policy import Catalog, Policy, Service
from bot.integrations.outgoing import NotReached, Outgoing, PrivateAddress
from bot.store import FeedCopy
from bot.workflows.context import Context

log = structlog.get_logger(__name__)

MOST_BYTES = 2_000_000
"""Of one document."""
MOST_DOCUMENTS = 500
AT_ONCE = 8


class Unreadable(Exception):
    """The document is not there, or holds nothing of a catalogue; the text says why."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How documents are read: their form is known further up, beside the policy's."""

    further: Callable[[str, str], list[str]]
    """Content and place of a document → the places it leads to. Raises Unreadable."""
    services: Callable[[Mapping[str, str], Policy], Mapping[str, Service]]
    """Place → content of all documents, and the policy → what they list together, by slug."""


class CatalogSource:
    """Keeps the services of the context's policy up to date. The last good copy of every document is in the database,
    so that a start finds the services also while the catalogue is out of reach, and each replica finds what another
    one fetched."""

    def __init__(self, context: Context, reader: Reader, outgoing: Outgoing, token: str | None = None) -> None:
        """`token`: shown to the host of the policy's address."""
        self._context = context
        self._reader = reader
        self._fetch = Fetching(reader, outgoing, token)
        self._tried_at: datetime | None = None
        self._ages: dict[str, FeedCopy] | None = None
        """Of what was looked at last."""
        self._in_use: int | None = None
        """The hash of the documents that were read last: reading a long one takes a second."""

    async def refresh(self, machine_now: datetime) -> None:
        """Fetch it when its time has come, and bring into use what the database holds. Never raises."""
        catalog = self._context.policy.catalog
        if catalog is None:
            return
        try:
            if self._tried_at is None or machine_now - self._tried_at >= catalog.refresh_every:
                self._tried_at = machine_now
                async with self._context.store.read() as tx:
                    known = await tx.catalog()
                copies = await self._fetch.everything(catalog, known, machine_now)
                async with self._context.store.write() as tx:
                    await tx.keep_catalog(copies)
            await self.apply()
        except Exception:  # the next round tries again: the database may be away for a while
            log.exception("catalog.refresh_failed")

    async def apply(self) -> None:
        """Bring what the database holds into the policy, where that has changed."""
        catalog = self._context.policy.catalog
        if catalog is None:
            return
        async with self._context.store.read() as tx:
            ages = await tx.catalog_ages()
            if ages == self._ages:
                return
            copies = await tx.catalog()
        contents = contents_of(copies)
        what = hash(frozenset(contents.items()))
        if what != self._in_use:
            listed = await asyncio.to_thread(self._reader.services, contents, self._context.policy)
            self._context.policy = replace(self._context.policy, services=catalog.laid_under(listed))
            self._in_use = what
        self._ages = ages


class Fetching:
    """Gets the documents of a catalogue, from where it begins to wherever its locations lead."""

    def __init__(self, reader: Reader, outgoing: Outgoing, token: str | None = None) -> None:
        self._reader = reader
        self._outgoing = outgoing
        self._token = token
        self._few = asyncio.Semaphore(AT_ONCE)
        self._led: dict[str, tuple[int, list[str]]] = {}
        """Place → the hash of what stood there, and where it led."""

    async def everything(
        self, catalog: Catalog, known: Mapping[str, FeedCopy], machine_now: datetime
    ) -> dict[str, FeedCopy]:
        """Every document by its place; where a newer one cannot be had, the known copy with why."""
        found: dict[str, FeedCopy] = {}
        waiting = [catalog.place]
        while waiting and len(found) < MOST_DOCUMENTS:
            now = waiting[: MOST_DOCUMENTS - len(found)]
            copies = await asyncio.gather(
                *(self._one(catalog, place, known.get(place, FeedCopy()), machine_now) for place in now)
            )
            found |= {place: copy for place, (copy, _) in zip(now, copies, strict=True)}
            further = [place for _, places in copies for place in places]
            waiting = [place for place in dict.fromkeys(further) if place not in found]
        return found

    async def _one(
        self, catalog: Catalog, place: str, known: FeedCopy, machine_now: datetime
    ) -> tuple[FeedCopy, list[str]]:
        """The document, and where it leads."""
        try:
            async with self._few:
                copy = await self._get(catalog, place, known, machine_now)
            return copy, await self._further(copy, place)
        except (Unreadable, NotReached) as error:
            why = str(error)
        except PrivateAddress:
            why = "it leads into a private network; `allow_private_address: true` lets Muster go there"
        except UnicodeDecodeError:
            why = "it is not UTF-8 text"
        except OSError as error:
            why = f"it cannot be read: {error.strerror}"
        log.warning("catalog.failed", place=without_query(place), why=why)
        try:
            return replace(known, error=why), await self._further(known, place)
        except Unreadable:  # what an earlier version could read
            return FeedCopy(error=why), []

    async def _further(self, copy: FeedCopy, place: str) -> list[str]:
        if copy.content is None:
            return []
        what = hash(copy.content)
        known = self._led.get(place)
        if known is None or known[0] != what:
            known = self._led[place] = (what, await asyncio.to_thread(self._reader.further, copy.content, place))
        return known[1]

    async def _get(self, catalog: Catalog, place: str, known: FeedCopy, machine_now: datetime) -> FeedCopy:
        """Raises Unreadable, NotReached, PrivateAddress, OSError, UnicodeDecodeError."""
        if "://" not in place:
            content = await asyncio.to_thread(_of_file, Path(place))
            return FeedCopy(content.decode("utf-8-sig"), None, machine_now)
        if not place.startswith("https://") and not catalog.allow_private_address:
            raise Unreadable("its address does not begin with https://")
        headers = {"If-None-Match": known.etag} if known.etag and known.content else {}
        if self._token and urlsplit(place)[:2] == urlsplit(catalog.place)[:2]:
            headers["Authorization"] = f"Bearer {self._token}"
        answer = await self._outgoing.get(place, headers=headers, most_bytes=MOST_BYTES, way=catalog)
        if answer.status == 304:
            return replace(known, fetched_at=machine_now, error=None)
        if answer.status != 200:
            raise Unreadable(f"its server answered {answer.status}")
        return FeedCopy(answer.body.decode("utf-8-sig"), answer.etag, machine_now)


def _of_file(path: Path) -> bytes:
    with path.open("rb") as file:
        found = file.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise Unreadable(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    return found


def contents_of(copies: Mapping[str, FeedCopy]) -> dict[str, str]:
    """Place → what stands there, of those that could be had."""
    return {place: copy.content for place, copy in copies.items() if copy.content is not None}


REFRESH_EVERY = timedelta(minutes=1)
"""How often the database is looked at; the catalogue is fetched as often as the policy says."""
