"""Where published reviews go besides their channel: each place is one small class behind one small protocol.

Another place – a wiki, a tracker – joins by a class with `put` and a line in `destinations`.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from bot.blocks.channel_name import file_name
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.integrations.git import Folder, NotWritten
from bot.review import Redacted, render_markdown
from bot.slack.gateway import Gateway
from bot.slack.outcomes import Done, Gone, Outcome, Retry

CANVAS_LIMIT = 100_000
"""Characters; a longer review goes into the canvas without its transcript. Slack's own limit is not documented."""


class Destination(Protocol):
    """A place for reviews. Putting one there twice leaves one."""

    async def put(self, incident: Incident, review: Redacted) -> Outcome: ...


class ChannelCanvas:
    """The canvas of the incident's channel."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def put(self, incident: Incident, review: Redacted) -> Outcome:
        """A canvas that is there already is written anew."""
        document = {"type": "markdown", "markdown": await asyncio.to_thread(_within, review)}
        made = await self._gateway.call(
            "conversations.canvases.create", channel_id=incident.channel, document_content=document
        )
        if not isinstance(made, Gone) or made.error != "channel_canvas_already_exists":
            return made
        about = await self._gateway.call("conversations.info", channel=incident.channel)
        if not isinstance(about, Done):
            return about
        canvas = _canvas_of(about.result)
        if canvas is None:
            return Gone("canvas_not_found")
        change = {"operation": "replace", "document_content": document}
        return await self._gateway.call("canvases.edit", canvas_id=canvas, changes=[change])


class Repository:
    """A folder with a Markdown file per review."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    async def put(self, incident: Incident, review: Redacted) -> Outcome:
        name, text = file_name(incident.ref, incident.title), await asyncio.to_thread(render_markdown, review)
        try:
            await self._folder.keep(name, text, f"Review of {incident.ref}")
        except NotWritten as why:
            return Retry(None, str(why))
        return Done({})


def destinations(policy: Policy, gateway: Gateway) -> Mapping[str, Destination]:
    """Every place there is, by the name that effects know it by."""
    found: dict[str, Destination] = {"canvas": ChannelCanvas(gateway)}
    if policy.reviews.repository is not None:
        found["repository"] = Repository(Folder(Path(policy.reviews.repository)))
    return found


def _within(review: Redacted) -> str:
    whole = render_markdown(review)
    return whole if len(whole) <= CANVAS_LIMIT else render_markdown(review, with_transcript=False)[:CANVAS_LIMIT]


def _canvas_of(about: Mapping[str, Any]) -> str | None:
    """`channel.properties.canvas.file_id` of docs.slack.dev, "Channel object"."""
    found = about.get("channel", {}).get("properties", {}).get("canvas", {}).get("file_id")
    return found if isinstance(found, str) else None
