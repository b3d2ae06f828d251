"""The written review of one incident, as files to share."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.domain.incident import Incident
from bot.review import WRITERS, Redacted, redact, render_png, summary, written
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
    # In two steps: what was compiled is gone before the long texts are there.
    review = await asyncio.to_thread(redact, await compile_for(context, incident, complete_to))
    return await asyncio.to_thread(_written, review)


def _written(review: Redacted) -> WrittenReview:
    ref = review.incident.ref
    files = tuple(
        File(f"{ref}-review.{ending}", f"{ref} review ({ending})", written(review, ending)) for ending in WRITERS
    )
    drawn = File(f"{ref}-at-a-glance.png", f"{ref} at a glance", render_png(review))
    return WrittenReview((*files, drawn), summary(review))
