"""The canvas of an incident's channel as a destination: it shows the published review."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.delivery.destination import Absent, Finding
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Outcome
from bot.domain.incident import Incident
from bot.review import Redacted, render_markdown
from bot.slack.gateway import Gateway

LIMIT = 100_000
"""Characters; a longer review goes into the canvas without its transcript. Slack's own limit is not documented."""


class ChannelCanvas:
    """Writes the review into the channel's canvas; one that is there already is written anew."""

    name = "The channel's canvas"

    def __init__(self, gateway: Gateway, review_of: Callable[[Incident], Awaitable[Redacted]]) -> None:
        self._gateway = gateway
        self._review_of = review_of

    async def deliver(self, job: Job) -> Outcome:
        document = {
            "type": "markdown",
            "markdown": await asyncio.to_thread(_within, await self._review_of(job.now)),
        }
        made = await self._gateway.call(
            "conversations.canvases.create", channel_id=job.channel, document_content=document
        )
        if not isinstance(made, Gone) or made.error != "channel_canvas_already_exists":
            return Done({"canvas": made.result.get("canvas_id")}) if isinstance(made, Done) else made
        about = await self._gateway.call("conversations.info", channel=job.channel)
        if not isinstance(about, Done):
            return about
        canvas = _canvas_of(about.result)
        if canvas is None:
            return Gone("canvas_not_found")
        change = {"operation": "replace", "document_content": document}
        edited = await self._gateway.call("canvases.edit", canvas_id=canvas, changes=[change])
        return Done({"canvas": canvas}) if isinstance(edited, Done) else edited

    async def find(self, _: Job) -> Finding:
        """Writing it again leaves one canvas with the same words."""
        return Absent()


def _within(review: Redacted) -> str:
    whole = render_markdown(review)
    return whole if len(whole) <= LIMIT else render_markdown(review, with_transcript=False)[:LIMIT]


def _canvas_of(about: Mapping[str, Any]) -> str | None:
    """`channel.properties.canvas.file_id` of docs.slack.dev, "Channel object"."""
    canvas = about.get("channel", {}).get("properties", {}).get("canvas", {}).get("file_id")
    return canvas if isinstance(canvas, str) else None
