"""The `message` event and its subtypes: posted, edited, deleted.

docs.slack.dev, "message event" and its subtypes' pages, as read in August 2026. A message in a thread may arrive with
its parent's ts as `thread_ts`; a parent carries its own.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import Field

from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.transcript import File, Message, MessageDeleted, MessageEdited, MessagePosted, Reaction, Seen
from bot.slack.payloads import Payload

POSTED: Final = frozenset({None, "thread_broadcast", "file_share", "bot_message", "me_message"})
"""The subtypes that are somebody's words. Joins, leaves, topics and the like have events of their own, or none."""
READABLE: Final = ("pretext", "title", "text", "fields", "elements", "rows", "value", "blocks")
"""Where text stands in blocks and attachments, in the order in which it is read."""
LINES: Final = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})
"""Parts of rich text whose elements make up one text."""
DEEPEST: Final = 12
"""How far blocks are looked into: they nest no deeper than this."""


class PostedFile(Payload):
    name: str | None = None
    title: str | None = None
    filetype: str | None = None
    mimetype: str | None = None
    size: int = 0
    permalink: str = ""


class PostedReaction(Payload):
    name: str
    users: tuple[SlackUserId, ...] = ()


class Edited(Payload):
    ts: str


class PostedMessage(Payload):
    """A message as it stands: in an event of its own, or within the event that changed it."""

    ts: MessageTs = Field(min_length=1)
    subtype: str | None = None
    user: SlackUserId | None = None
    bot_id: str | None = None
    text: str | None = None
    thread_ts: MessageTs | None = None
    edited: Edited | None = None
    files: tuple[PostedFile, ...] = ()
    reactions: tuple[PostedReaction, ...] = ()
    blocks: tuple[Mapping[str, Any], ...] = ()
    attachments: tuple[Mapping[str, Any], ...] = ()


class MessageEvent(Payload):
    subtype: str | None = None
    channel: ChannelId = Field(min_length=1)


class Changed(Payload):
    message: PostedMessage


class Author(Payload):
    user: SlackUserId | None = None


class Deleted(Payload):
    deleted_ts: MessageTs = Field(min_length=1)
    previous_message: Author = Author()


def read_message_event(event: Mapping[str, Any], at: datetime, bot_user: SlackUserId) -> Seen | None:
    """What happened to which message; None for our own messages and for notices that are nobody's words."""
    about = MessageEvent.model_validate(event)
    if about.subtype == "message_deleted":
        deleted = Deleted.model_validate(event)
        is_ours = deleted.previous_message.user == bot_user
        return None if is_ours else MessageDeleted(about.channel, deleted.deleted_ts, at)
    if about.subtype == "message_changed":
        return _changed(about.channel, Changed.model_validate(event).message, at, bot_user)
    posted = PostedMessage.model_validate(event)
    if posted.user == bot_user or posted.subtype not in POSTED:
        return None
    return MessagePosted(message_of(about.channel, posted))


def _changed(channel: ChannelId, message: PostedMessage, at: datetime, bot_user: SlackUserId) -> Seen | None:
    if message.subtype == "tombstone":  # deleted, while its replies stay
        return MessageDeleted(channel, message.ts, at)
    if message.user == bot_user or message.subtype not in POSTED:
        return None
    return MessageEdited(message_of(channel, message))


def message_of(channel: ChannelId, posted: PostedMessage) -> Message:
    """A message as Slack describes it, in the words of the domain."""
    return Message(
        channel=channel,
        ts=posted.ts,
        author=posted.user,
        text=posted.text or readable((*posted.attachments, *posted.blocks)),
        posted_at=instant(posted.ts),
        thread_ts=None if posted.thread_ts == posted.ts else posted.thread_ts,
        edited_at=instant(posted.edited.ts) if posted.edited else None,
        files=tuple(_file(file) for file in posted.files),
        reactions=tuple(Reaction(one.name, one.users) for one in posted.reactions),
        is_bot=posted.bot_id is not None or posted.subtype == "bot_message",
    )


def _file(file: PostedFile) -> File:
    """A file that was deleted, or that Slack does not describe, keeps its place without a name."""
    return File(
        name=file.name or file.title or "(file)",
        type=file.filetype or file.mimetype or "",
        size=file.size,
        permalink=file.permalink,
    )


def instant(ts: str) -> datetime:
    """When a message was posted: its ts is seconds since 1970. Raises ValueError for one that is not."""
    return datetime.fromtimestamp(float(ts), UTC)


def readable(parts: tuple[Mapping[str, Any], ...]) -> str:
    """The text of a message that has none but in its attachments and blocks, as alerts of bots often come."""
    lines: list[str] = []
    for part in parts:
        texts = [text for text in _texts(part, DEEPEST) if text.strip()]
        fallback = part.get("fallback")
        lines += texts or ([fallback] if isinstance(fallback, str) else [])
    return "\n".join(lines)


def _texts(part: Any, depth: int) -> Iterator[str]:
    """The texts that stand in a block, an element or an attachment; what a line holds together is one text."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list | tuple) and depth:
        for one in part:
            yield from _texts(one, depth - 1)
    elif isinstance(part, Mapping) and depth:
        elements = part.get("elements")
        if part.get("type") in LINES and isinstance(elements, list):
            yield "".join(_inline(one) for one in elements)
        elif part.get("type") != "actions":
            yield from (text for name in READABLE for text in _texts(part.get(name), depth - 1))


def _inline(element: Any) -> str:
    """One piece of a line of rich text, as Slack writes it in a message's text."""
    match element:
        case {"type": "user", "user_id": str() as user}:
            return f"<@{user}>"
        case {"type": "channel", "channel_id": str() as channel}:
            return f"<#{channel}>"
        case {"type": "emoji", "name": str() as name}:
            return f":{name}:"
        case {"text": str() as text} | {"url": str() as text}:
            return text
        case _:
            return ""
