"""A place for documents as a destination: one per review, however often it is asked for, and never written over what
people did there.

Such services cannot make a document twice as one. What is written therefore carries a trace, and it is looked for
before a document is made. What stands there is read before it is written again: where it is not what Muster left, or
somebody commented on it, that is what came of it, and whoever published is asked.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from bot.delivery.destination import Absent, CannotTell, Finding, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Outcome, Result
from bot.domain import publishing
from bot.domain.dates import a_date
from bot.domain.incident import Document, Incident
from bot.domain.policy import DocumentPlace
from bot.domain.timeline import OverwritingDecided
from bot.domain.vocabulary import KeptAs, Overwriting
from bot.integrations.documents.keeper import CONFLICT, Draft, Keeper, Page, Trace
from bot.integrations.rest import Refused, Stopped
from bot.review import Redacted, render_markdown
from bot.review.as_markdown import inline
from bot.review.blocks import read_blocks
from bot.review.wording import Link, one_line

AT_ONCE: Final = 2
"""So many requests of ours a place answers at a time."""
LONGEST_TITLE: Final = 200
LONGEST_NAME: Final = 80
HEAD: Final = re.compile(r"\A# [^\n]*\n+")
"""The document's own title, which stands above it there."""


class Documents:
    """Brings published reviews to one place."""

    def __init__(
        self,
        place: DocumentPlace,
        keeper: Keeper,
        review_of: Callable[[Incident], Awaitable[Redacted]],
        workspace: str,
        workspace_url: str,
    ) -> None:
        self.name = keeper.name
        self._place = place
        self._keeper = keeper
        self._review_of = review_of
        self._workspace = workspace
        self._workspace_url = workspace_url.rstrip("/")
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def deliver(self, job: Job) -> Outcome:
        if not publishing.is_wanted(self._place, job.now):
            return Done({})
        draft = await self._draft(job)
        async with self._slots:
            try:
                return Done(await self._bring(job, draft))
            except Refused as no:
                return Gone(self._keeper.why(no))
            except Stopped as stopped:
                return stopped.outcome

    async def find(self, job: Job) -> Finding:
        """Whether what this effect was to write stands there."""
        if not publishing.is_wanted(self._place, job.now):
            return Absent()
        known, trace = self._known(job), self._trace(job)
        async with self._slots:
            try:
                page = (
                    await self._keeper.read(known.id)
                    if known is not None
                    else await self._keeper.find(await self._draft(job))
                )
            except (Refused, Stopped):
                return CannotTell()
        if page is None or page.trace != trace:
            return Absent()
        return Found(self._found(page, known))

    async def _bring(self, job: Job, draft: Draft) -> Result:
        known = self._known(job)
        if known is not None:
            return await self._bring_up_to_date(job, known, draft)
        page = await self._keeper.find(draft)
        if page is None:
            return self._written(await self._keeper.create(draft), None)
        if page.is_unfinished:
            return self._written(await self._keeper.replace(page, draft), None)
        if page.trace == draft.trace:
            return self._found(page, None)
        return await self._kept(page, KeptAs.UNSURE)  # it was made for an earlier publication, whose answer was lost

    async def _bring_up_to_date(self, job: Job, known: Document, draft: Draft) -> Result:
        page = await self._keeper.read(known.id)
        if page is None:
            await self._keeper.look()
            return self._result(known.id, known.url, "", why=KeptAs.GONE.value, who="")
        if page.is_unfinished:
            return self._written(await self._keeper.replace(page, draft), known)
        if page.trace == draft.trace and page.version != known.version:
            return self._found(page, known)
        seen, commented = known.version, {*known.comments}
        if isinstance(event := job.cause.event, OverwritingDecided):
            seen, commented = event.version, {*event.comments}
        if page.version != seen:
            return await self._kept(page, KeptAs.EDITED if seen else KeptAs.UNSURE)
        comments = await self._keeper.comments(page)
        if not comments <= commented:
            return await self._kept(page, KeptAs.COMMENTED, comments)
        try:
            return self._written(await self._keeper.replace(page, draft), known, comments)
        except Refused as no:
            if no.status != CONFLICT or (now := await self._keeper.read(known.id)) is None or now == page:
                raise
            if now.trace == draft.trace:  # ours: the client sends a request again whose connection was lost
                return self._found(now, known)
            return await self._kept(now, KeptAs.EDITED)

    def _known(self, job: Job) -> Document | None:
        """The document that is to be written again; None where there is to be a new one."""
        known, event = job.now.document(self._place.name), job.cause.event
        is_new = isinstance(event, OverwritingDecided) and (event.choice is Overwriting.CHILD or not event.version)
        return None if is_new else known

    def _beside(self, job: Job) -> str | None:
        known, event = job.now.document(self._place.name), job.cause.event
        is_child = isinstance(event, OverwritingDecided) and event.choice is Overwriting.CHILD
        return known.id if known is not None and is_child else None

    def _written(self, page: Page, known: Document | None, comments: frozenset[str] = frozenset()) -> Result:
        return self._result(page.id, page.url, page.version, comments, is_new=known is None)

    def _found(self, page: Page, known: Document | None) -> Result:
        """It was written, and the answer was lost: nobody knows whether people have changed it since."""
        return self._written(replace(page, version=""), known)

    async def _kept(self, page: Page, why: KeptAs, comments: frozenset[str] | None = None) -> Result:
        if comments is None:
            comments = await self._keeper.comments(page)
        who = plain(await self._keeper.who(page)) if why is KeptAs.EDITED else ""
        return self._result(page.id, page.url, page.version, comments, why=why.value, who=who)

    def _result(self, id_: str, url: str, version: str, comments: Iterable[str] = (), **more: Any) -> Result:
        """As `bot.workflows.documents` records it."""
        found = {"place": self._place.name, "id": id_, "url": url, "version": version, "comments": sorted(comments)}
        return {"document": found | more}

    def _trace(self, job: Job) -> Trace:
        """A child, and one that is made anew, are other documents than the first."""
        of = job.cause.seq if self._known(job) is None and isinstance(job.cause.event, OverwritingDecided) else 0
        return Trace(self._digest(job, of), self._digest(job, f"{job.cause.seq}/written"))

    def _digest(self, job: Job, of: int | str) -> str:
        return sha256(f"{self._workspace}/{job.now.number}/{self._place.name}/{of}".encode()).hexdigest()[:16]

    async def _draft(self, job: Job) -> Draft:
        review = await self._review_of(job.now)
        return await asyncio.to_thread(self._drafted, job, review)

    def _drafted(self, job: Job, review: Redacted) -> Draft:
        incident, again = review.incident, isinstance(job.cause.event, OverwritingDecided)
        title = one_line(f"{incident.ref}: {incident.title}")
        title = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
        if again and self._known(job) is None:
            title = f"{title} ({a_date(job.cause.event.at.date())})"
        text = HEAD.sub("", render_markdown(review, with_transcript=False), count=1)
        text = f"{self._banner(job.now)}\n\n{text}"
        return Draft(job.now.ref, title, self._trace(job), text, read_blocks(text), self._beside(job))

    def _banner(self, incident: Incident) -> str:
        """For whoever reads it there and knows nothing of Muster."""
        published = a_date(incident.review_published_at.date()) if incident.review_published_at else "now"
        told = f"Published by Muster on {published}. The review is written in Slack; what is changed here stays here."
        if incident.channel is None or not self._workspace_url:
            return f"> {told}"
        way = Link(f"{self._workspace_url}/archives/{incident.channel}", f"{incident.ref} in Slack")
        return f"> {told} {inline(way)}"


def plain(name: str) -> str:
    """Somebody's name as they chose it over there, so that it calls nobody in Slack."""
    return one_line(re.sub("[<>&`*_~@]", "", name))[:LONGEST_NAME]
