"""The written review of one incident, as files to share."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.blocks.review_posted import closing, with_the_files
from bot.domain.incident import Incident
from bot.domain.timeline import IncidentClosed, ReviewPublished
from bot.review import redact, render_png, written
from bot.slack.posting import File
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context

READ = (("html", "{} review"), ("md", "{} review as text"))
"""The formats for people: how their files end, and what they are called."""


@dataclass(frozen=True, slots=True)
class WrittenReview:
    files: tuple[File, ...]
    comment: str
    """What is said above them, in Slack's markup."""


async def write_review(
    context: Context, incident: Incident, complete_to: datetime | None, event: IncidentClosed | ReviewPublished
) -> WrittenReview:
    """A picture, and the review for people to read, named after the incident; `muster review` writes it for programs.
    Not on the loop's own thread: a long transcript takes seconds."""
    # In two steps: what was compiled is gone before the texts are written.
    review = await asyncio.to_thread(redact, await compile_for(context, incident, complete_to))
    ref = review.incident.ref
    files = (
        File(f"{ref}-at-a-glance.png", f"{ref} at a glance", partial(render_png, review)),
        *(
            File(f"{ref}-review.{ending}", title.format(ref), partial(written, review, ending))
            for ending, title in READ
        ),
    )
    comment = closing(review, event) if isinstance(event, IncidentClosed) else with_the_files(review, event)
    return WrittenReview(files, comment)
