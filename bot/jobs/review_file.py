"""The written review of one incident, as files to share."""

from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.domain.review import Review, compile_review
from bot.review import render_html, render_json, render_markdown, summary
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


RENDERERS = {"md": render_markdown, "html": render_html, "json": render_json}


async def compile_for(desk: Desk, incident: Incident, workspace_url: str | None) -> Review:
    """Compile the review from what is recorded now."""
    async with desk.store.read() as tx:
        timeline = await tx.timeline(incident.number)
        transcript = [one for channel in incident.channels for one in await tx.transcript(channel)]
        everybody = await tx.people(None)
    steps = {runbook.slug: len(runbook.steps) for runbook in desk.runbooks}
    return compile_review(
        timeline,
        transcript,
        everybody,
        generated_at=desk.now(),
        complete_to=desk.now(),
        workspace_url=workspace_url,
        runbook_steps=steps,
    )


async def write_review(desk: Desk, incident: Incident, workspace_url: str | None) -> WrittenReview:
    """Markdown, HTML and JSON, named after the incident."""
    review = await compile_for(desk, incident, workspace_url)
    files = tuple(
        ReviewFile(f"{incident.ref}-review.{ending}", f"{incident.ref} review ({ending})", render(review).encode())
        for ending, render in RENDERERS.items()
    )
    return WrittenReview(files, summary(review))
