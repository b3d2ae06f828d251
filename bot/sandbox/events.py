"""What changes, and who hears of it: every change goes through here, becomes a Slack event, and wakes whoever waits.

Shapes as in docs.slack.dev, "Events API" and the pages of each event type.
"""

import secrets
from collections.abc import Callable
from typing import Any

from bot.sandbox.links import shared
from bot.sandbox.manifest import App
from bot.sandbox.messages import Message
from bot.sandbox.state import Channel, Group, Somebody, Workspace


class Events:
    """Changes the workspace and tells the app, as far as it subscribed and is a member."""

    def __init__(
        self,
        workspace: Workspace,
        app: App,
        touched: Callable[[], None],
        send: Callable[[dict[str, Any]], None],
    ) -> None:
        self._workspace = workspace
        self._app = app
        self._send = send
        self.touched = touched
        """Something is different now that no event tells of."""

    # Messages

    def redrawn(self, message: Message) -> None:
        """It looks different now."""
        message.revision = self._workspace.next_revision()
        self.touched()

    def _redrawn_with_root(self, channel: Channel, message: Message) -> Message:
        """The first message of its thread, which counts the replies; the message itself when it is none."""
        root = channel.by_ts.get(message.thread_ts or message.ts, message)
        for one in {id(message): message, id(root): root}.values():
            self.redrawn(one)
        return root

    def posted(self, channel: Channel, message: Message) -> None:
        """A message stands in the channel from now on."""
        channel.add(message)
        self._workspace.read_until[message.user, channel.id] = message.ts
        root = self._redrawn_with_root(channel, message)
        event = {**message.described(self._workspace.url), "channel": channel.id, "event_ts": message.ts}
        if (team := self._workspace.team_of(message.user)) != self._workspace.team_id:
            event |= {"user_team": team, "source_team": team}
        if message.is_broadcast:
            event["root"] = root.described(self._workspace.url)
        if message.files:
            event |= {"subtype": "file_share", "upload": False}
        self._in_channel(channel, event)
        if f"<@{self._workspace.bot_user}>" in message.text and message.user != self._workspace.bot_user:
            self._mentioned(channel, message)
        self._linked(channel, message)
        for file in message.files:
            about = {"file_id": file.id, "user_id": file.user, "file": {"id": file.id}, "channel_id": channel.id}
            self._in_channel(channel, {"type": "file_shared", **about})

    def _linked(self, channel: Channel, message: Message) -> None:
        """docs.slack.dev, `link_shared`: never of the app's own messages. Assumed: also where the app is no member, but
        not in private; and not while somebody still writes."""
        workspace = self._workspace
        if message.user == workspace.bot_user or not message.is_said or not workspace.is_seen_by_app(channel):
            return
        links = shared(message.text, self._app.unfurl_domains)
        if not links:
            return
        unfurl_id = f"{channel.id}.{message.ts}.{secrets.token_hex(32)}"
        workspace.links[unfurl_id] = channel.id, message.ts
        event = {
            "type": "link_shared",
            "channel": channel.id,
            "is_bot_user_member": workspace.bot_user in channel.members,
            "user": message.user,
            "message_ts": message.ts,
            "unfurl_id": unfurl_id,
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
            "source": "conversations_history",
            "links": links,
        }
        self._emit(event)

    def _mentioned(self, channel: Channel, message: Message) -> None:
        """Channels only: in direct messages with the app every message is for it."""
        if not channel.is_direct and message.is_said:
            event = {**message.described(self._workspace.url), "type": "app_mention", "channel": channel.id}
            self._in_channel(channel, {**event, "event_ts": message.ts})

    def say_as_app(self, channel: Channel, text: str, blocks: list[dict[str, Any]]) -> None:
        """A message of the app that everybody in the channel sees."""
        self.posted(channel, self._workspace.app_message(text, blocks))

    def show_only_to(self, user: str, channel: Channel, text: str, blocks: list[dict[str, Any]]) -> Message:
        """An ephemeral message: in no history, and no event tells of it."""
        message = self._workspace.app_message(text, blocks)
        message.is_ephemeral, message.channel = True, channel.id
        self._workspace.ephemerals.setdefault(user, []).append(message)
        self.redrawn(message)
        return message

    def changed(self, channel: Channel, message: Message, before: dict[str, Any]) -> None:
        """A message was edited; `before` is how it was."""
        self.redrawn(message)
        event = {
            "subtype": "message_changed",
            "hidden": True,
            "message": message.described(self._workspace.url),
            "previous_message": before,
        }
        self._about_message(channel, event)

    def deleted(self, channel: Channel, message: Message) -> None:
        """A message is gone, from the pins too. One with replies leaves a tombstone, and counts as changed."""
        url = self._workspace.url
        before = channel.described_message(message, url)
        message.is_deleted = True
        self._redrawn_with_root(channel, message)
        if message in channel.pins:
            channel.pins.remove(message)
        if channel.is_tombstone(message):
            now = channel.described_message(message, url)
            self._about_message(
                channel, {"subtype": "message_changed", "hidden": True, "message": now, "previous_message": before}
            )
            return
        event = {
            "subtype": "message_deleted",
            "hidden": True,
            "deleted_ts": message.ts,
            "previous_message": before,
        }
        self._about_message(channel, event)

    def _about_message(self, channel: Channel, event: dict[str, Any]) -> None:
        ts = self._workspace.next_ts()
        self._in_channel(channel, {"type": "message", **event, "channel": channel.id, "ts": ts, "event_ts": ts})

    def noticed(
        self,
        channel: Channel,
        subtype: str,
        user: str,
        text: str,
        inviter: str | None = None,
        names: tuple[str, str] | None = None,
    ) -> None:
        """A line that Slack itself writes: somebody joined, the topic was set. `names`: of the channel, before and
        after."""
        line = Message(self._workspace.next_ts(), user, text, subtype=subtype, inviter=inviter, names=names)
        self.posted(channel, line)

    def reacted(self, channel: Channel, message: Message, user: str, name: str) -> None:
        message.reactions.setdefault(name, []).append(user)
        self.redrawn(message)
        self._reaction("reaction_added", channel, message, user, name)

    def unreacted(self, channel: Channel, message: Message, user: str, name: str) -> None:
        message.reactions[name].remove(user)
        if not message.reactions[name]:
            del message.reactions[name]
        self.redrawn(message)
        self._reaction("reaction_removed", channel, message, user, name)

    def _reaction(self, type_: str, channel: Channel, message: Message, user: str, name: str) -> None:
        event = {
            "type": type_,
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": channel.id, "ts": message.ts},
            "item_user": message.user,
        }
        self._in_channel(channel, event)

    def pinned(self, channel: Channel, message: Message, user: str) -> None:
        channel.pins.append(message)
        self.redrawn(message)
        self._pin("pin_added", channel, message, user)

    def unpinned(self, channel: Channel, message: Message, user: str) -> None:
        channel.pins.remove(message)
        self.redrawn(message)
        self._pin("pin_removed", channel, message, user)

    def _pin(self, type_: str, channel: Channel, message: Message, user: str) -> None:
        item = {
            "type": "message",
            "channel": channel.id,
            "message": message.described(self._workspace.url),
            "created": self._workspace.seconds(),
            "created_by": user,
        }
        about = {"user": user, "channel_id": channel.id, "item": item, "pin_count": len(channel.pins)}
        self._in_channel(channel, {"type": type_, **about})

    # Channels and people

    def join(self, channel: Channel, user: str, inviter: str | None = None) -> None:
        if user in channel.members:
            return
        channel.members.append(user)
        self._workspace.share(channel, user)
        self._workspace.read_until.setdefault((user, channel.id), channel.posted[-1].ts if channel.posted else "")
        self._membership("member_joined_channel", channel, user, {"inviter": inviter} if inviter else {})
        self.noticed(channel, "channel_join", user, f"<@{user}> has joined the channel", inviter)

    def leave(self, channel: Channel, user: str) -> None:
        if user not in channel.members:
            return
        if user == self._workspace.bot_user:
            channel.members.remove(user)
            self._emit({"type": "group_left" if channel.is_private else "channel_left", "channel": channel.id})
            return
        channel.members.remove(user)
        self._membership("member_left_channel", channel, user, {})
        self.noticed(channel, "channel_leave", user, f"<@{user}> has left the channel")

    def _membership(self, type_: str, channel: Channel, user: str, more: dict[str, Any]) -> None:
        event = {
            "type": type_,
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self._workspace.team_of(user),
        }
        self._in_channel(channel, {**event, **more})

    def channel_created(self, channel: Channel) -> None:
        """Every app hears of a public one."""
        if channel.is_private:
            self.touched()
            return
        about = {"id": channel.id, "name": channel.name, "created": channel.created, "creator": channel.creator}
        self._emit({"type": "channel_created", "channel": about})

    def channel_renamed(self, channel: Channel, user: str, before: str) -> None:
        about = {"id": channel.id, "name": channel.name, "created": channel.created}
        text = f"has renamed the channel from “{before}” to “{channel.name}”"
        self.noticed(channel, "channel_name", user, text, names=(before, channel.name))
        self._in_channel(channel, {"type": f"{_word(channel)}_rename", "channel": about})

    def archive(self, channel: Channel, user: str) -> None:
        """Everybody is told; a bot is put out by it (docs.slack.dev, `conversations.unarchive`)."""
        self.noticed(channel, "channel_archive", user, f"<@{user}> archived the channel")
        self._in_channel(channel, {"type": f"{_word(channel)}_archive", "channel": channel.id, "user": user})
        channel.is_archived = True
        if self._workspace.bot_user in channel.members:
            channel.members.remove(self._workspace.bot_user)

    def unarchive(self, channel: Channel, user: str) -> None:
        """The app hears of public ones, though it is in none."""
        channel.is_archived = False
        if channel.is_private:
            self.touched()
            return
        self._emit({"type": "channel_unarchive", "channel": channel.id, "user": user})

    def channel_deleted(self, channel: Channel, user: str) -> None:
        """The app hears of it where it was a member, and of public ones."""
        del self._workspace.channels[channel.id]
        if channel.is_private and self._workspace.bot_user not in channel.members:
            self.touched()
            return
        self._emit({"type": f"{_word(channel)}_deleted", "channel": channel.id, "actor_id": user})

    def person_changed(self, person: Somebody, *, is_new: bool = False) -> None:
        with_email = self._app.grants("users:read.email")
        described = person.described(self._workspace, with_email=with_email)
        self._emit({"type": "team_join" if is_new else "user_change", "user": described})

    def group_changed(self, group: Group, *, is_new: bool = False) -> None:
        described = group.described(self._workspace.team_id, with_users=True)
        self._emit({"type": "subteam_created" if is_new else "subteam_updated", "subteam": described})

    def home_opened(self, user: str) -> None:
        """With what stands there, once something was published; docs.slack.dev, `app_home_opened`."""
        channel, home = self._workspace.im(user), self._workspace.homes.get(user)
        event = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": "home"}
        self._emit({**event, "view": home.described(self._workspace)} if home else event)

    # Telling the app

    def _in_channel(self, channel: Channel, event: dict[str, Any]) -> None:
        """Only where the app is a member."""
        if self._workspace.bot_user not in channel.members:
            self.touched()
            return
        if event["type"] == "message":
            event = {**event, "channel_type": channel.kind.removesuffix("s")}
        self._emit(event, is_shared=bool(channel.shared_by))

    def _emit(self, event: dict[str, Any], *, is_shared: bool = False) -> None:
        """Wrapped as the Events API wraps it."""
        self.touched()
        if not self._app.hears(_subscription(event)):
            return
        workspace = self._workspace
        event = {"event_ts": workspace.next_ts(), **event} if "event_ts" not in event else event
        authorization = {
            "enterprise_id": None,
            "team_id": workspace.team_id,
            "user_id": workspace.bot_user,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        wrapper = {
            "token": "verification-token",
            "team_id": workspace.team_id,
            "context_team_id": workspace.team_id,
            "context_enterprise_id": None,
            "api_app_id": workspace.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": workspace.ids.new("Ev"),
            "event_time": workspace.seconds(),
            "authorizations": [authorization],
            "is_ext_shared_channel": is_shared,
            "event_context": f"4-{workspace.ids.new('EC')}",
        }
        self._send(wrapper)


def _word(channel: Channel) -> str:
    """How the names of events call it."""
    return "group" if channel.is_private else "channel"


def _subscription(event: dict[str, Any]) -> str:
    """What a manifest must list for this event."""
    if event["type"] != "message":
        return str(event["type"])
    kind = str(event["channel_type"])
    return f"message.{kind if kind in ('im', 'mpim') else kind + 's'}"
