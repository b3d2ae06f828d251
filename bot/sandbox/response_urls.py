"""Where an app answers later to a command or a click: five times within thirty minutes.

docs.slack.dev, "Handling user interaction", section "Message responses".
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox import blocks, limits
from bot.sandbox.errors import SlackError
from bot.sandbox.events import Events
from bot.sandbox.journal import Journal
from bot.sandbox.json_text import from_json
from bot.sandbox.messages import Message
from bot.sandbox.state import Channel, Workspace

MOST = 5
LIVES = 1800.0
"""Seconds of machine time."""


class _Place:
    """One address, and how many answers it still takes."""

    def __init__(self, user: str, channel: Channel, message: Message | None) -> None:
        self.user = user
        self.channel = channel
        self.message = message
        self._left = MOST
        self._until = time.monotonic() + LIVES

    def take(self) -> None:
        """Raises SlackError `expired_url`, `used_url`."""
        if time.monotonic() > self._until:
            raise SlackError("expired_url")
        if self._left <= 0:
            raise SlackError("used_url")
        self._left -= 1


class ResponseUrls:
    """Every address that was handed out. They work where the app is no member, too."""

    def __init__(self, workspace: Workspace, events: Events, journal: Journal) -> None:
        self._workspace = workspace
        self._events = events
        self._journal = journal
        self._places: dict[str, _Place] = {}

    def new(self, user: str, channel: Channel, message: Message | None = None) -> str:
        """`message`: what was clicked on, which `replace_original` and `delete_original` mean."""
        token = secrets.token_urlsafe(24)
        self._places[token] = _Place(user, channel, message)
        return f"{self._workspace.url}/response/{token}"

    async def serve(self, request: web.Request) -> web.Response:
        began = time.monotonic()
        try:
            content = await _content(request)
            self._answer(request.match_info["token"], content)
        except SlackError as error:
            self._journal.note("call", "response_url", {}, error.answer(), began)
            return web.json_response(error.answer(), status=404 if error.code.endswith("_url") else 400)
        self._journal.note("call", "response_url", content, {"ok": True}, began)
        return web.Response(text="ok")

    def _answer(self, token: str, content: Mapping[str, Any]) -> None:
        place = self._places.get(token)
        if place is None:
            raise SlackError("invalid_url")
        place.take()
        original = place.message if place.message is not None and not place.message.is_deleted else None
        if original is not None and content.get("delete_original"):
            self._remove(place, original)
            return
        said = _said(content)
        if original is not None and content.get("replace_original"):
            self._replace(place, original, said)
        elif content.get("response_type") == "in_channel":
            self._post(place, content, said)
        else:
            shown = self._events.show_only_to(place.user, place.channel, said.text, said.blocks)
            shown.attachments = said.attachments
            self._events.redrawn(shown)

    def _post(self, place: _Place, content: Mapping[str, Any], said: "_Said") -> None:
        """For everybody; in a thread, where the app names one that is there."""
        message = self._workspace.app_message(said.text, said.blocks)
        message.attachments = said.attachments
        thread = content.get("thread_ts")
        message.thread_ts = thread if isinstance(thread, str) and thread in place.channel.by_ts else None
        self._events.posted(place.channel, message)

    def _remove(self, place: _Place, message: Message) -> None:
        if message.is_ephemeral:
            message.is_deleted = True
            self._workspace.ephemerals[place.user].remove(message)
            self._events.redrawn(message)
        else:
            self._events.deleted(place.channel, message)

    def _replace(self, place: _Place, message: Message, said: "_Said") -> None:
        before = message.described(self._workspace.url)
        message.text, message.blocks, message.attachments = said.text, said.blocks, said.attachments
        if message.is_ephemeral:
            self._events.redrawn(message)
        else:
            self._events.changed(place.channel, message, before)


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    blocks: list[dict[str, Any]]
    attachments: list[dict[str, Any]]


def _said(content: Mapping[str, Any]) -> _Said:
    """Raises SlackError `no_text`, and what is wrong with the blocks."""
    text, attached = content.get("text") or "", content.get("attachments") or []
    if not isinstance(text, str):
        raise SlackError("invalid_payload")
    if not isinstance(attached, list) or not all(isinstance(one, dict) for one in attached):
        raise SlackError("invalid_attachments")
    found = _Said(text[: limits.TEXT], blocks.check_message(content.get("blocks") or []), attached)
    if not (found.text or found.blocks or found.attachments):
        raise SlackError("no_text")
    return found


async def _content(request: web.Request) -> dict[str, Any]:
    try:
        content = from_json(await request.text())
    except (ValueError, LookupError):
        raise SlackError("invalid_payload") from None
    if not isinstance(content, dict):
        raise SlackError("invalid_payload")
    return content
