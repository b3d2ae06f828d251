"""The written review of one incident, as files to share."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.domain.incident import Incident
from bot.review import WRITERS, redact, render_png, summary, written
from bot.slack.posting import File
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context


@dataclass(frozen=True, slots=True)
class WrittenReview:
    files: tuple[File, ...]
    summary: str
    """Two or three sentences for the channel, in Slack's markup."""


async def write_review(context: Context, incident: Incident, complete_to: datetime | None) -> WrittenReview:
    """Markdown, HTML, JSON and a picture, named after the incident. Not on the loop's own thread: a long transcript
    takes seconds."""
    # In two steps: what was compiled is gone before the texts are written.
    review = await asyncio.to_thread(redact, await compile_for(context, incident, complete_to))
    ref = review.incident.ref
    files = (
        File(f"{ref}-review.{ending}", f"{ref} review ({ending})", partial(written, review, ending))
        for ending in WRITERS
    )
    drawn = File(f"{ref}-at-a-glance.png", f"{ref} at a glance", partial(render_png, review))
    return WrittenReview((*files, drawn), summary(review))
