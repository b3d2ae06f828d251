"""What Slack says people did in the channels we keep: messages and who is there. Never timeline events."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.people import Group, Profile
from bot.domain.vocabulary import ChannelLoss

PERMALINK = re.compile(
    r"<?https?://[^\s<>|]+/archives/(?P<channel>[A-Z0-9]+)/p(?P<seconds>\d+)(?P<micros>\d{6})(?:[?|][^\s>]*)?>?"
)
"""A message's address, as Slack's "Copy link" gives it."""
ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
ENTITY = re.compile("|".join(ENTITIES))
MARKED_UP = re.compile(
    r"<(?P<scheme>https?://|mailto:|tel:)(?P<rest>[^<>|\s]+)(?:\|(?P<label>[^<>]*))?>", re.IGNORECASE
)
"""How Slack marks up an address that somebody typed, with or without its scheme; the label is as it was typed."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that stands in a message; its content stays in Slack."""

    name: str
    type: str
    size: int
    """Bytes."""
    permalink: str


@dataclass(frozen=True, slots=True)
class Reaction:
    name: str
    users: tuple[SlackUserId, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stands now: its last wording; no text once it was deleted."""

    channel: ChannelId
    ts: MessageTs
    author: SlackUserId | None
    """None for a message that nobody in particular sent."""
    text: str
    posted_at: datetime
    thread_ts: MessageTs | None = None
    """The ts of the message it replies to; None for one that stands in the channel itself."""
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    files: tuple[File, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    is_bot: bool = False
    shown_as: str | None = None
    """The name that a bot or a webhook gave itself for this message, as Slack shows it."""
    is_redacted: bool = False
    """Whether something was taken out of it: it stays as it is, whatever Slack has of it."""

    @property
    def address(self) -> "MessageAt":
        return MessageAt(self.channel, self.ts)


@dataclass(frozen=True, slots=True)
class MessageAt:
    """Which message: Slack's ts tells it apart within its channel."""

    channel: ChannelId
    ts: MessageTs


def message_at(address: str) -> MessageAt | None:
    """The message that an address leads to; None for any other text."""
    found = PERMALINK.fullmatch(address.strip())
    if found is None:
        return None
    return MessageAt(ChannelId(found["channel"]), MessageTs(f"{found['seconds']}.{found['micros']}"))


def permalink(workspace_url: str, channel: ChannelId, ts: MessageTs, thread_ts: MessageTs | None = None) -> str:
    """The address of a message as Slack's documentation of `chat.getPermalink` shows it, for replies too."""
    link = f"{workspace_url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
    return link if thread_ts in (None, ts) else f"{link}?thread_ts={thread_ts}&cid={channel}"


def as_typed(text: str) -> str:
    """The text of a message without what Slack makes of it (docs.slack.dev, "Formatting message text"): addresses are
    bare again, and the three entities are decoded once, so that `&amp;lt;` is `&lt;`. Mentions stay as they are."""
    bare = with_bare_addresses(text)
    return ENTITY.sub(lambda found: ENTITIES[found[0]], bare) if "&" in bare else bare


def with_bare_addresses(text: str) -> str:
    """The text with `a.io` for `<http://a.io|a.io>`, its entities kept. Links whose words are other than their address
    stay: somebody chose those words."""
    return MARKED_UP.sub(_bare, text) if "<" in text else text


def _bare(found: re.Match[str]) -> str:
    """An address without its markup, unless the label says something else."""
    scheme, rest, label = found["scheme"], found["rest"], found["label"]
    if not label:
        return rest if scheme == "mailto:" else scheme + rest
    return label if label in (rest, scheme + rest) else found[0]


@dataclass(frozen=True, slots=True)
class MessagePosted:
    message: Message


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """The message's new wording; also told when it was never seen before."""

    message: Message


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    channel: ChannelId
    ts: MessageTs
    deleted_at: datetime


@dataclass(frozen=True, slots=True)
class Reacted:
    channel: ChannelId
    ts: MessageTs
    user: SlackUserId
    reaction: str
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """The bot may be the one. `by`: who invited them, where Slack says so."""

    channel: ChannelId
    user: SlackUserId
    at: datetime
    by: SlackUserId | None = None


@dataclass(frozen=True, slots=True)
class MemberLeft:
    channel: ChannelId
    user: SlackUserId
    at: datetime


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody joined the channel, or left it."""

    user: SlackUserId
    at: datetime
    is_joining: bool


@dataclass(frozen=True, slots=True)
class PersonChanged:
    person: Profile


@dataclass(frozen=True, slots=True)
class GroupChanged:
    group: Group


@dataclass(frozen=True, slots=True)
class ChannelGone:
    """The channel was archived or deleted, or the bot was removed from it. `by`: who did it, where Slack says so."""

    channel: ChannelId
    at: datetime
    why: ChannelLoss
    by: SlackUserId | None = None


@dataclass(frozen=True, slots=True)
class ChannelNamed:
    """The channel has another name. Slack says who gave it in the line in the channel, not in the event beside it."""

    channel: ChannelId
    at: datetime
    name: str
    by: SlackUserId | None = None


@dataclass(frozen=True, slots=True)
class ChannelUnarchived:
    channel: ChannelId
    at: datetime
    by: SlackUserId | None = None


Seen = (
    MessagePosted
    | MessageEdited
    | MessageDeleted
    | Reacted
    | MemberJoined
    | MemberLeft
    | PersonChanged
    | GroupChanged
    | ChannelGone
    | ChannelNamed
    | ChannelUnarchived
)
"""What one Slack event tells us."""


@dataclass(frozen=True, slots=True)
class SlackEvent:
    """One delivery of the Events API; `event_id` is the same when Slack sends it again. `seen` is None for one that is
    only acknowledged."""

    event_id: str
    seen: Seen | None
