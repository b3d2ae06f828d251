"""A folder of reviews as a destination: a Markdown file per published review, committed in a git repository."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.blocks.channel_name import file_name
from bot.delivery.destination import Absent, Finding
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Outcome, Retry
from bot.domain.incident import Incident
from bot.integrations.git import Folder, NotWritten
from bot.review import Redacted, render_markdown, without_secrets


class Repository:
    """Writes the review as one file; the same again is no further commit."""

    name = "The folder of reviews"

    def __init__(self, folder: Folder, review_of: Callable[[Incident], Awaitable[Redacted]]) -> None:
        self._folder = folder
        self._review_of = review_of

    async def deliver(self, job: Job) -> Outcome:
        name = file_name(job.now.ref, without_secrets(job.now.title)[0])
        text = await asyncio.to_thread(render_markdown, await self._review_of(job.now))
        try:
            await self._folder.keep(name, text, f"Review of {job.now.ref}")
        except NotWritten as why:
            return Retry(None, str(why))
        return Done({"file": name})

    async def find(self, _: Job) -> Finding:
        """Writing it again leaves one file with the same words."""
        return Absent()
