"""The `message` event and its subtypes: posted, edited, deleted.

docs.slack.dev, "message event" and its subtypes' pages, as read in August 2026. A message in a thread may arrive with
its parent's ts as `thread_ts`; a parent carries its own.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import Field

from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.transcript import (
    ChannelNamed,
    File,
    Message,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Reaction,
    Seen,
)
from bot.slack.payloads import Payload
from bot.slack.said import whole_text

POSTED: Final = frozenset({None, "thread_broadcast", "file_share", "bot_message", "me_message"})
"""The subtypes that are somebody's words. Joins, leaves, topics and the like have events of their own, or none."""


RENAMED: Final = ("channel_name", "group_name")
"""The subtypes that say who gave the channel another name."""


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


class BotProfile(Payload):
    name: str | None = None


class PostedMessage(Payload):
    """A message as it stands: in an event of its own, or within the event that changed it."""

    ts: MessageTs = Field(min_length=1)
    subtype: str | None = None
    user: SlackUserId | None = None
    bot_id: str | None = None
    username: str | None = None
    bot_profile: BotProfile = BotProfile()
    text: str | None = None
    thread_ts: MessageTs | None = None
    edited: Edited | None = None
    files: tuple[PostedFile, ...] = ()
    reactions: tuple[PostedReaction, ...] = ()
    blocks: tuple[Mapping[str, Any], ...] = ()
    attachments: tuple[Mapping[str, Any], ...] = ()


class NameLine(Payload):
    user: SlackUserId
    name: str = Field(min_length=1)


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
    if about.subtype in RENAMED:
        line = NameLine.model_validate(event)
        return None if line.user == bot_user else ChannelNamed(about.channel, at, line.name, line.user)
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
        text=whole_text(posted.text, posted.blocks, posted.attachments),
        posted_at=instant(posted.ts),
        thread_ts=None if posted.thread_ts == posted.ts else posted.thread_ts,
        edited_at=instant(posted.edited.ts) if posted.edited else None,
        files=tuple(_file(file) for file in posted.files),
        reactions=tuple(Reaction(one.name, one.users) for one in posted.reactions),
        is_bot=is_bot(posted),
        shown_as=(posted.username or posted.bot_profile.name) if is_bot(posted) else None,
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


def is_bot(posted: PostedMessage) -> bool:
    return posted.bot_id is not None or posted.subtype == "bot_message"
