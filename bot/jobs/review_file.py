"""The written review of one incident, as files to share."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.incident import Incident
from bot.review import RENDERERS, redact, render_png, summary
from bot.workflows.compiling import compile_for
from bot.workflows.desk import Desk


@dataclass(frozen=True, slots=True)
class ReviewFile:
    name: str
    title: str
    content: bytes


@dataclass(frozen=True, slots=True)
class WrittenReview:
    files: tuple[ReviewFile, ...]
    summary: str
    """Two or three sentences for the channel, in Slack's markup."""


async def write_review(desk: Desk, incident: Incident, complete_to: datetime | None) -> WrittenReview:
    """Markdown, HTML, JSON and a picture, named after the incident."""
    review = redact(await compile_for(desk, incident, complete_to))
    files = tuple(
        ReviewFile(f"{incident.ref}-review.{ending}", f"{incident.ref} review ({ending})", render(review).encode())
        for ending, render in RENDERERS.items()
    )
    drawn = ReviewFile(f"{incident.ref}-at-a-glance.png", f"{incident.ref} at a glance", render_png(review))
    return WrittenReview((*files, drawn), summary(review))
