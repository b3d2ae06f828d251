"""Messages and files."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import filetypes
from bot.sandbox.pictures import size_of
from bot.sandbox.reading import readable

Block = dict[str, Any]

OWN_LINES = frozenset(
    {"channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive"}
)
"""Subtypes of the lines that Slack itself writes into a channel. They stand in its history like any message."""


TOMBSTONE: dict[str, Any] = {
    "type": "message",
    "subtype": "tombstone",
    "user": "USLACKBOT",
    "text": "This message was deleted.",
    "hidden": True,
    "is_locked": False,
}
"""What stands in the place of a deleted message that has replies. Slack's documentation does not show it; this is how
apps have received it."""


THUMBNAILS = (64, 80, 160, 360)
"""Pixels; docs.slack.dev, "File object"."""


@dataclass(eq=False, slots=True)
class File:
    """An uploaded file. `content` is there once its bytes were sent."""

    id: str
    name: str
    size: int
    user: str
    created: int
    content: bytes = b""
    title: str = ""
    channels: list[str] = field(default_factory=list)
    is_complete: bool = False
    is_for_app: bool = False
    """Whether somebody put it into a form of the app."""

    @property
    def mimetype(self) -> str:
        return filetypes.mimetype(self.name)

    def described(self, url: str) -> dict[str, Any]:
        """As `files.info` gives it."""
        kind, address = filetypes.filetype(self.name), f"{url}/files-pri/{self.id}"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": kind,
            "pretty_type": filetypes.pretty(kind),
            "user": self.user,
            "size": self.size,
            "mode": "hosted",
            "is_external": False,
            "is_public": False,
            "url_private": f"{address}/{self.name}",
            "url_private_download": f"{address}/download/{self.name}",
            **self._thumbnails(url),
            "permalink": f"{url}/files/{self.user}/{self.id}/{self.name}",
            "channels": [one for one in self.channels if one.startswith("C")],
            "groups": [],
            "ims": [one for one in self.channels if one.startswith("D")],
        }

    def _thumbnails(self, url: str) -> dict[str, Any]:
        """Of a picture; docs.slack.dev, "File object". Assumed: as large as the picture itself, and the same bytes."""
        size = size_of(self.content)
        if size is None:
            return {}
        width, height = size
        addresses = {f"thumb_{side}": f"{url}/files-tmb/{self.id}/{side}/{self.name}" for side in THUMBNAILS}
        return {**addresses, "thumb_360_w": width, "thumb_360_h": height, "original_w": width, "original_h": height}


@dataclass(eq=False, slots=True)
class Message:
    """One message. `blocks` and `metadata` are as the app sent them."""

    ts: str
    user: str
    text: str
    blocks: list[Block] = field(default_factory=list)
    thread_ts: str | None = None
    parent_user: str | None = None
    """Who said what it replies to."""
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    icons: dict[str, str] = field(default_factory=dict)
    """The name and picture that the app gave to this message alone, if any."""
    edited: dict[str, str] | None = None
    metadata: dict[str, Any] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    is_broadcast: bool = False
    is_ephemeral: bool = False
    is_deleted: bool = False
    attachments: list[dict[str, Any]] = field(default_factory=list)
    channel: str = ""
    """Where an ephemeral message was shown; others stand in their channel."""
    state: dict[str, Any] = field(default_factory=dict)
    """What was chosen in its selects: block id → action id → value."""
    bot_profile: dict[str, Any] | None = None
    """Who the bot is that said it; None for what people say."""
    inviter: str | None = None
    """Who brought somebody in, of the line that tells it."""
    names: tuple[str, str] | None = None
    """What the channel was called before and is now, of the line that tells it."""
    client_msg_id: str | None = None
    """What a person's client called it; messages of apps have none."""
    team: str | None = None
    revision: int = 0
    """The workspace's count when it last looked different."""

    @property
    def plain(self) -> str:
        """All readable text: its text, and what stands in its blocks."""
        return "\n".join([self.text, *readable(self.blocks), *readable(self.attachments)])

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def is_said(self) -> bool:
        """Living, and said by somebody rather than noted by Slack."""
        return not self.is_deleted and self.subtype not in OWN_LINES

    def described(self, url: str, *, with_metadata: bool = False) -> dict[str, Any]:
        """As `conversations.history` and events give it."""
        found: dict[str, Any] = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        optional = {
            "subtype": self.subtype,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "bot_profile": self.bot_profile,
            "inviter": self.inviter,
            **(dict(zip(("old_name", "name"), self.names, strict=True)) if self.names else {}),
            "username": self.username,
            "icons": self.icons,
            "client_msg_id": self.client_msg_id,
            "team": self.team,
            "thread_ts": self.thread_ts,
            "parent_user_id": self.parent_user if self.is_reply else None,
            "edited": self.edited,
            "blocks": self.blocks,
            "attachments": [{"id": number, **one} for number, one in enumerate(self.attachments, 1)],
            "files": [file.described(url) for file in self.files],
            "reactions": [
                {"name": name, "users": list(users), "count": len(users)} for name, users in self.reactions.items()
            ],
            "metadata": self.metadata if with_metadata else None,
        }
        return {**found, **{name: value for name, value in optional.items() if value}}
