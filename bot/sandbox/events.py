"""What changes, and who hears of it: every change goes through here, becomes a Slack event, and wakes whoever waits.

Shapes as in docs.slack.dev, "Events API" and the pages of each event type.
"""

from collections.abc import Callable
from typing import Any

from bot.sandbox.state import Channel, Group, Message, Somebody, Workspace


class Events:
    """Changes the workspace and tells the app, as far as it subscribed and is a member."""

    def __init__(
        self,
        workspace: Workspace,
        touched: Callable[[], None],
        send: Callable[[dict[str, Any]], None],
        subscribed: frozenset[str] | None,
    ) -> None:
        self._workspace = workspace
        self.touched = touched
        self._send = send
        self._subscribed = subscribed

    # Messages

    def posted(self, channel: Channel, message: Message) -> None:
        event = {**message.described(self._workspace.url), "channel": channel.id, "event_ts": message.ts}
        if message.is_broadcast and message.thread_ts is not None:
            root = channel.by_ts.get(message.thread_ts)
            event["root"] = root.described(self._workspace.url) if root else {}
        if message.files and message.user != self._workspace.bot_user:
            event["subtype"] = "file_share"
        self._in_channel(channel, {**event, "team": self._workspace.team_id})

    def changed(self, channel: Channel, message: Message, before: dict[str, Any]) -> None:
        """A message was edited; `before` is how it was."""
        event = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "message": message.described(self._workspace.url),
            "previous_message": before,
        }
        ts = self._workspace.next_ts()
        self._in_channel(channel, {**event, "channel": channel.id, "ts": ts, "event_ts": ts})

    def deleted(self, channel: Channel, message: Message) -> None:
        before = message.described(self._workspace.url)
        message.is_deleted = True
        if message in channel.pins:
            channel.pins.remove(message)
        ts = self._workspace.next_ts()
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "deleted_ts": message.ts,
            "previous_message": before,
        }
        self._in_channel(channel, {**event, "channel": channel.id, "ts": ts, "event_ts": ts})

    def noticed(self, channel: Channel, subtype: str, user: str, text: str) -> None:
        """A line that Slack itself writes: somebody joined, the topic was set."""
        message = Message(self._workspace.next_ts(), user, text, subtype=subtype)
        channel.add(message)
        self.posted(channel, message)

    def reacted(self, channel: Channel, message: Message, user: str, name: str) -> None:
        message.reactions.setdefault(name, []).append(user)
        self._reaction("reaction_added", channel, message, user, name)

    def unreacted(self, channel: Channel, message: Message, user: str, name: str) -> None:
        message.reactions[name].remove(user)
        if not message.reactions[name]:
            del message.reactions[name]
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

    def pinned(self, channel: Channel, message: Message) -> None:
        item = {"type": "message", "channel": channel.id, "message": message.described(self._workspace.url)}
        event = {"type": "pin_added", "user": self._workspace.bot_user, "channel_id": channel.id, "item": item}
        self._in_channel(channel, event)

    # Channels and people

    def join(self, channel: Channel, user: str, inviter: str | None = None) -> None:
        if user in channel.members:
            return
        channel.members.append(user)
        event = {
            "type": "member_joined_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self._workspace.team_id,
        }
        self._in_channel(channel, {**event, "inviter": inviter} if inviter else event)
        self.noticed(channel, "channel_join", user, f"<@{user}> has joined the channel")

    def leave(self, channel: Channel, user: str) -> None:
        channel.members.remove(user)
        event = {
            "type": "member_left_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self._workspace.team_id,
        }
        if user == self._workspace.bot_user:
            self._emit({"type": "group_left" if channel.is_private else "channel_left", "channel": channel.id})
        else:
            self._in_channel(channel, event)

    def channel_created(self, channel: Channel) -> None:
        if channel.is_private:
            self.touched()
            return
        about = {"id": channel.id, "name": channel.name, "created": channel.created, "creator": channel.creator}
        self._emit({"type": "channel_created", "channel": about})

    def channel_renamed(self, channel: Channel) -> None:
        about = {"id": channel.id, "name": channel.name, "created": channel.created}
        self._in_channel(channel, {"type": "channel_rename", "channel": about})

    def archive(self, channel: Channel, user: str) -> None:
        """Everybody is told; a bot is put out by it."""
        kind = "group_archive" if channel.is_private else "channel_archive"
        self._in_channel(channel, {"type": kind, "channel": channel.id, "user": user})
        channel.is_archived = True
        if self._workspace.bot_user in channel.members:
            channel.members.remove(self._workspace.bot_user)
        self.touched()

    def person_changed(self, person: Somebody, *, is_new: bool = False) -> None:
        described = person.described(self._workspace.team_id)
        self._emit({"type": "team_join" if is_new else "user_change", "user": described})

    def group_changed(self, group: Group) -> None:
        about = {"id": group.id, "handle": group.handle, "name": group.handle, "users": list(group.users)}
        self._emit({"type": "subteam_updated", "subteam": about})

    def home_opened(self, user: str) -> None:
        channel = self._workspace.im(user)
        self._emit({"type": "app_home_opened", "user": user, "channel": channel.id, "tab": "home"})

    # Telling the app

    def _in_channel(self, channel: Channel, event: dict[str, Any]) -> None:
        """Only where the app is a member."""
        if self._workspace.bot_user not in channel.members:
            self.touched()
            return
        if event["type"] == "message":
            kind = "im" if channel.is_im else "group" if channel.is_private else "channel"
            event = {**event, "channel_type": kind}
        self._emit(event)

    def _emit(self, event: dict[str, Any]) -> None:
        """Wrapped as the Events API wraps it."""
        self.touched()
        if not self._is_subscribed(event):
            return
        workspace = self._workspace
        event = {"event_ts": workspace.next_ts(), **event}
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
            "api_app_id": workspace.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": workspace.ids.new("Ev"),
            "event_time": workspace.seconds(),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": f"4-{workspace.ids.new('EC')}",
        }
        self._send(wrapper)

    def _is_subscribed(self, event: dict[str, Any]) -> bool:
        if self._subscribed is None:
            return True
        type_ = event["type"]
        if type_ == "message":
            names = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
            return names[event["channel_type"]] in self._subscribed
        return type_ in self._subscribed
