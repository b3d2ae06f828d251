"""The workspace: people, channels, views. Everything lives in memory."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox import pictures
from bot.sandbox.canvases import Canvas
from bot.sandbox.errors import SlackError
from bot.sandbox.escape import Names
from bot.sandbox.ids import Ids
from bot.sandbox.messages import TOMBSTONE, Block, File, Message
from bot.sandbox.reading import readable

PROFILE_PICTURES = (24, 32, 48, 72, 192, 512)
"""Pixels; docs.slack.dev, "User object" (profile)."""
BOT_PICTURES = (36, 48, 72)
"""Pixels; docs.slack.dev, `bots.info`."""


@dataclass(eq=False, slots=True)
class Bookmark:
    id: str
    title: str
    link: str
    type: str
    emoji: str = ""
    created: int = 0
    updated: int = 0
    """Seconds; 0 while it was not changed."""


@dataclass(eq=False)
class Channel:
    """A public or private channel, or the direct messages of two (im) or more (mpim): people, or one and the app."""

    id: str
    name: str
    creator: str
    created: int
    is_private: bool = False
    is_im: bool = False
    is_mpim: bool = False
    is_archived: bool = False
    is_open: bool = True
    """Direct messages: whether the app sees them in its list."""
    topic: str = ""
    purpose: str = ""
    members: list[str] = field(default_factory=list)
    shared_by: list[str] = field(default_factory=list)
    """The teams that share it, ours first, once people of another organisation are in it (Slack Connect)."""
    posted: list[Message] = field(default_factory=list)
    pins: list[Message] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    by_ts: dict[str, Message] = field(default_factory=dict)
    replies: dict[str, list[Message]] = field(default_factory=dict)
    """The replies to each message, by its ts; also those that were deleted."""

    @property
    def kind(self) -> str:
        """As in the names of scopes and of event types: channels, groups, im or mpim."""
        if self.is_direct:
            return "im" if self.is_im else "mpim"
        return "groups" if self.is_private else "channels"

    @property
    def is_direct(self) -> bool:
        return self.is_im or self.is_mpim

    @property
    def is_general(self) -> bool:
        """The channel that everybody is in and nobody can leave. Assumed: it is known by its name."""
        return self.name == "general" and self.kind == "channels"

    @property
    def messages(self) -> list[Message]:
        """What people and apps said in the channel itself, oldest first."""
        return [one for one in self.posted if one.is_said and (not one.is_reply or one.is_broadcast)]

    @property
    def files(self) -> list[File]:
        return [file for one in self.posted if not one.is_deleted for file in one.files]

    def add(self, message: Message) -> None:
        self.posted.append(message)
        self.by_ts[message.ts] = message
        if message.is_reply and message.thread_ts is not None:
            message.parent_user = self.by_ts[message.thread_ts].user if message.thread_ts in self.by_ts else None
            self.replies.setdefault(message.thread_ts, []).append(message)

    def is_tombstone(self, message: Message) -> bool:
        """Whether it was deleted and keeps its place for its replies. Assumed: with the last of them it goes too."""
        return message.is_deleted and any(not one.is_deleted for one in self.replies.get(message.ts, ()))

    def described_message(self, message: Message, url: str, *, with_metadata: bool = False) -> dict[str, Any]:
        """As `conversations.history` gives it: the first of a thread says how many replies it has."""
        found = message.described(url, with_metadata=with_metadata) if not message.is_deleted else {}
        answers = [] if message.is_reply else [one for one in self.replies.get(message.ts, ()) if not one.is_deleted]
        if not answers:
            return found
        users = list(dict.fromkeys(one.user for one in answers))
        return {
            **(TOMBSTONE if message.is_deleted else found),
            "ts": message.ts,
            "thread_ts": message.ts,
            "reply_count": len(answers),
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": answers[-1].ts,
        }

    def thread(self, ts: str) -> list[Message]:
        """A message and its replies, oldest first."""
        root = self.by_ts.get(ts)
        return [one for one in [*([root] if root else []), *self.replies.get(ts, [])] if not one.is_deleted]

    def changed_since(self, revision: int) -> list[Message]:
        """The messages and replies that look different since then, oldest first."""
        return [one for one in self.posted if one.revision > revision]

    def shows(self, words: str) -> bool:
        """Whether the words stand in any message or reply, its blocks included."""
        return any(words in one.plain for one in self.posted if one.is_said)

    def message(self, ts: str) -> Message:
        """Raises SlackError `message_not_found`."""
        found = self.by_ts.get(ts)
        if found is None or found.is_deleted:
            raise SlackError("message_not_found")
        return found

    def described(self, member: str) -> dict[str, Any]:
        """As `conversations.info` gives it."""
        if self.is_im:
            others = [one for one in self.members if one != member]
            return {
                "id": self.id,
                "created": self.created,
                "is_im": True,
                "is_archived": False,
                "user": others[0] if others else member,
            }
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "channels",
            "is_group": self.is_private and not self.is_mpim,
            "is_im": False,
            "is_mpim": self.is_mpim,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_general": self.is_general,
            "is_shared": bool(self.shared_by),
            "is_ext_shared": bool(self.shared_by),
            **({"shared_team_ids": list(self.shared_by)} if self.shared_by else {}),
            "is_org_shared": False,
            "is_pending_ext_shared": False,
            "pending_shared": [],
            "pending_connected_team_ids": [],
            "parent_conversation": None,
            "previous_names": [],
            "unlinked": 0,
            "updated": self.created * 1000,
            "is_member": member in self.members,
            "created": self.created,
            "creator": self.creator,
            "topic": {"value": self.topic, "creator": self.creator, "last_set": self.created},
            "purpose": {"value": self.purpose, "creator": self.creator, "last_set": self.created},
        }


@dataclass(eq=False, slots=True)
class View:
    """A modal that is open, or a person's App Home."""

    id: str
    user: str
    content: dict[str, Any]
    hash: str
    state: dict[str, Any] = field(default_factory=dict)
    """What was entered so far: block id → action id → value."""
    errors: dict[str, str] = field(default_factory=dict)
    """What stands in red under the fields, by block id."""
    root_id: str = ""
    previous_id: str | None = None
    opened_in: str | None = None
    """The conversation in which the person was, by id, when it opened; None where nobody knows."""

    @property
    def title(self) -> str:
        return str(self.content.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> list[Block]:
        return list(self.content.get("blocks", []))

    @property
    def callback_id(self) -> str:
        return str(self.content.get("callback_id", ""))

    @property
    def plain(self) -> str:
        return "\n".join([self.title, *readable(self.blocks)])

    def described(self, workspace: "Workspace") -> dict[str, Any]:
        """As `views.open` answers and interactions carry it."""
        return {
            "id": self.id,
            "team_id": workspace.team_id,
            "app_id": workspace.app_id,
            "app_installed_team_id": workspace.team_id,
            "bot_id": workspace.bot_id,
            "type": "modal",
            "callback_id": "",
            "private_metadata": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "external_id": "",
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
            **self.content,
            "hash": self.hash,
            "state": {"values": self.state},
        }


@dataclass(eq=False, slots=True)
class Somebody:
    """A person or bot of the workspace."""

    id: str
    name: str
    real_name: str
    tz: str = "UTC"
    tz_offset: int = 0
    is_bot: bool = False
    is_guest: bool = False
    is_deactivated: bool = False
    email: str = ""
    team: str = ""
    """The team id of another organisation; empty for people of the workspace."""

    def described(self, workspace: "Workspace", *, with_email: bool = True) -> dict[str, Any]:
        """As `users.info` gives it; the address only to an app that may read it."""
        team = workspace.team_of(self.id)
        return {
            "id": self.id,
            "team_id": team,
            "name": self.name,
            "deleted": self.is_deactivated,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": self.tz_offset,
            "profile": {
                "title": "",
                "phone": "",
                "skype": "",
                "real_name": self.real_name,
                "real_name_normalized": self.real_name,
                "display_name": self.name,
                "display_name_normalized": self.name,
                "status_text": "",
                "status_emoji": "",
                "status_expiration": 0,
                "avatar_hash": "",
                **pictures.addresses(workspace.url, self.id, PROFILE_PICTURES),
                "team": team,
                **({"email": self.email} if with_email else {}),
            },
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_guest,
            "is_ultra_restricted": False,
            "is_bot": self.is_bot,
            "is_app_user": False,
            **({"is_stranger": not workspace.meets_app(self.id)} if self.team else {}),
            "color": "9f69e7",
            "is_email_confirmed": True,
            "who_can_share_contact_card": "EVERYONE",
            "updated": 0,
        }


@dataclass(eq=False, slots=True)
class Group:
    """A user group."""

    id: str
    handle: str
    users: list[str]

    def described(self, team: str, *, with_users: bool) -> dict[str, Any]:
        """As `usergroups.list` gives it."""
        found = {
            "id": self.id,
            "team_id": team,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.handle,
            "description": "",
            "handle": self.handle,
            "is_external": False,
            "date_create": 0,
            "date_update": 0,
            "date_delete": 0,
            "auto_type": None,
            "created_by": None,
            "updated_by": None,
            "deleted_by": None,
            "prefs": {"channels": [], "groups": []},
            "user_count": len(self.users),
        }
        return {**found, "users": list(self.users)} if with_users else found


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who said that a site may know who they are. `at`: seconds of the machine's clock."""

    user: str
    redirect_uri: str
    nonce: str
    at: float


class Workspace:
    """Everything a workspace holds, and the clock that dates it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.ids = Ids()
        self.team_id = self.ids.new("T")
        self.team_name = "Sandbox"
        self.domain = "sandbox"
        self.app_id = self.ids.new("A")
        self.bot_id = self.ids.new("B")
        self.bot_user = self.ids.new("U")
        self.url = ""
        self.people: dict[str, Somebody] = {}
        self.groups: dict[str, Group] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.canvases: dict[str, Canvas] = {}
        self.client_id = f"{secrets.randbelow(10**12):012}.{secrets.randbelow(10**12):012}"
        self.client_secret = secrets.token_hex(16)
        self.sign_ins: dict[str, SignIn] = {}
        """Code → who may be told by it."""
        self.is_installed = True
        """Until the app gives its token back."""
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.ephemerals: dict[str, list[Message]] = {}
        self.offered: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        """User, block id and action id → the options that the app gave last for an external select."""
        self.links: dict[str, tuple[str, str]] = {}
        """Id of an unfurl → channel and ts of the message whose links the app was told of."""
        self.read_until: dict[tuple[str, str], str] = {}
        """User and channel → the ts of the last message that they have seen."""
        self._last_ts = 0
        self._directs: dict[frozenset[str], Channel] = {}
        self._revision = 0
        self.people[self.bot_user] = Somebody(self.bot_user, "app", "App", is_bot=True)

    def name_bot(self, name: str) -> None:
        """What the app's bot is called. Assumed: its user name is made of it as Slack makes that of display names."""
        bot = self.people[self.bot_user]
        bot.real_name, bot.name = name, "_".join(name.lower().split())

    def seconds(self) -> int:
        return int(self.now().timestamp())

    def next_ts(self) -> str:
        """Strictly increasing, also while the clock stands still or runs back: then the microseconds count up."""
        self._last_ts = max(round(self.now().timestamp() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06}"

    def person(self, id_or_name: str) -> Somebody:
        """Raises SlackError `user_not_found`."""
        if id_or_name in self.people:
            return self.people[id_or_name]
        for one in self.people.values():
            if one.name == id_or_name:
                return one
        raise SlackError("user_not_found")

    def new_channel(self, name: str, creator: str, members: Sequence[str], *, is_private: bool = False) -> Channel:
        """A channel that people made. `creator`, `members`: ids."""
        made = Channel(self.ids.new("C"), name, creator, self.seconds(), is_private=is_private, members=list(members))
        self.channels[made.id] = made
        for member in members:
            self.share(made, member)
        return made

    def team_of(self, user: str) -> str:
        """The team id of somebody's organisation."""
        known = self.people.get(user)
        return known.team if known is not None and known.team else self.team_id

    def share(self, channel: Channel, user: str) -> None:
        """With somebody's organisation, where that is another one."""
        if (team := self.team_of(user)) != self.team_id:
            channel.shared_by = list(dict.fromkeys((*(channel.shared_by or [self.team_id]), team)))

    def meets_app(self, user: str) -> bool:
        """Whether somebody is in a channel with the app; one of another organisation who is not is a stranger
        (docs.slack.dev, "User object")."""
        return any({user, self.bot_user} <= set(one.members) for one in self.channels.values())

    def channel(self, id_or_name: str) -> Channel:
        """Raises SlackError `channel_not_found`."""
        if id_or_name in self.channels:
            return self.channels[id_or_name]
        name = id_or_name.lstrip("#")
        for one in self.channels.values():
            if one.name == name and not one.is_direct:
                return one
        raise SlackError("channel_not_found")

    def is_seen_by_app(self, channel: Channel) -> bool:
        """Private ones only as a member."""
        return channel.kind == "channels" or self.bot_user in channel.members

    def app_message(self, text: str, blocks: list[Block]) -> Message:
        """A message of the app, not yet posted."""
        return Message(
            self.next_ts(),
            self.bot_user,
            text,
            blocks,
            bot_id=self.bot_id,
            app_id=self.app_id,
            team=self.team_id,
            bot_profile={**self.described_bot(), "team_id": self.team_id},
        )

    def described_bot(self) -> dict[str, Any]:
        """The app's bot as `bots.info` gives it, and as it stands in the app's messages."""
        return {
            "id": self.bot_id,
            "deleted": False,
            "name": self.people[self.bot_user].name,
            "updated": 0,
            "app_id": self.app_id,
            "icons": pictures.addresses(self.url, self.bot_user, BOT_PICTURES),
        }

    @property
    def revision(self) -> int:
        """How many changes there were of what people see."""
        return self._revision

    def next_revision(self) -> int:
        """Counts every change of what people see."""
        self._revision += 1
        return self._revision

    def im(self, user: str) -> Channel:
        """The direct messages between a person and the app, opened when they are needed."""
        return self.direct([user, self.bot_user])

    def known_direct(self, users: Sequence[str]) -> Channel | None:
        """The direct messages of exactly these, if there are any."""
        return self._directs.get(frozenset(users))

    def direct(self, users: Sequence[str]) -> Channel:
        """The direct messages of two or more, opened when they are needed."""
        between = frozenset(users)
        if between not in self._directs:
            self._directs[between] = self._new_direct(list(dict.fromkeys(users)))
        return self._directs[between]

    def _new_direct(self, users: list[str]) -> Channel:
        is_im = len(users) <= 2
        name = "" if is_im else f"mpdm-{'--'.join(self.people[user].name for user in users)}-1"
        made = Channel(self.ids.new("D" if is_im else "C"), name, users[0], self.seconds(), members=users)
        made.is_im, made.is_mpim, made.is_private = is_im, not is_im, not is_im
        self.channels[made.id] = made
        return made

    def mentionable(self) -> Names:
        """Whatever people can mention by typing its name."""
        groups = {one.handle: one.id for one in self.groups.values()}
        return Names(self.names(), self.channel_names(), groups)

    def names(self) -> Mapping[str, str]:
        """Name → id of people, for mentions."""
        return {one.name: one.id for one in self.people.values()}

    def channel_names(self) -> Mapping[str, str]:
        """Name → id of channels, for mentions."""
        return {one.name: one.id for one in self.channels.values() if not one.is_direct}
