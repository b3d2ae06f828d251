"""What one person sees of the workspace, as the page is told it. Nothing of a private channel for those outside."""

from collections.abc import Iterable
from typing import Any

from bot.sandbox.messages import Message
from bot.sandbox.state import Channel, Somebody, View, Workspace
from bot.sandbox.world import World

Section = dict[str, Any]

KINDS = {"channels": "public", "groups": "private", "im": "im", "mpim": "mpim"}
MOST_COUNTED = 99
"""Unread messages are counted up to here."""


def sections(world: World, who: Somebody) -> dict[str, Any]:
    """Everything around the messages, by the names of the page's sections."""
    workspace = world.workspace
    stack = workspace.stacks.get(who.id, [])
    home = workspace.homes.get(who.id)
    return {
        "me": who.id,
        "workspace": {"id": workspace.team_id, "name": workspace.team_name, "domain": workspace.domain},
        "app": _app(world),
        "people": {one.id: _person(workspace, one) for one in workspace.people.values()},
        "groups": {
            one.id: {"id": one.id, "handle": one.handle, "users": list(one.users)} for one in workspace.groups.values()
        },
        "suggestions": [
            {"text": one.text, "in": one.in_, "label": one.label, "by": workspace.names().get(one.by or "")}
            for one in world.suggestions
        ],
        "stack": [_view(one) for one in stack],
        "home": _view(home) if home else None,
        "channels": [_channel(workspace, who, one) for one in visible(workspace, who)],
    }


def may_see(channel: Channel, user: str) -> bool:
    """Public channels are everybody's; all else is for those who are in it."""
    return channel.kind == "channels" or user in channel.members


def visible(workspace: Workspace, who: Somebody) -> list[Channel]:
    """Channels by name, then direct messages, the latest first."""
    seen = [one for one in workspace.channels.values() if may_see(one, who.id)]
    named = sorted((one for one in seen if not one.is_direct), key=lambda one: one.name)
    direct = [one for one in seen if one.is_direct]
    return [*named, *sorted(direct, key=_latest, reverse=True)]


def _latest(channel: Channel) -> str:
    return channel.posted[-1].ts if channel.posted else ""


def _app(world: World) -> Section:
    workspace, app = world.workspace, world.app
    commands = (app.commands or {}).values()
    return {
        "user": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "app_id": workspace.app_id,
        "name": app.name,
        "description": app.description,
        "color": app.color,
        "commands": [
            {"command": one.command, "description": one.description, "usage_hint": one.usage_hint} for one in commands
        ],
        "shortcuts": [one.model_dump() for one in app.shortcuts or ()],
        "has_home": app.has_home,
        "connections": world.connections,
    }


def _person(workspace: Workspace, one: Somebody) -> Section:
    return {
        "id": one.id,
        "name": one.name,
        "real_name": one.real_name,
        "tz": one.tz,
        "is_bot": one.is_bot,
        "is_guest": one.is_guest,
        "is_deactivated": one.is_deactivated,
        "is_app": one.id == workspace.bot_user,
    }


def _channel(workspace: Workspace, who: Somebody, channel: Channel) -> Section:
    unread = unread_messages(workspace, who, channel)
    mention = f"<@{who.id}>"
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": KINDS[channel.kind],
        "is_member": who.id in channel.members,
        "is_archived": channel.is_archived,
        "topic": channel.topic,
        "purpose": channel.purpose,
        "creator": channel.creator,
        "created": channel.created,
        "members": list(channel.members),
        "with": [one for one in channel.members if one != who.id] if channel.is_direct else [],
        "unread": len(unread),
        "mentions": sum(mention in one.text for one in unread),
        "read_until": workspace.read_until.get((who.id, channel.id), ""),
        "latest": _latest(channel),
        "bookmarks": [
            {"id": one.id, "title": one.title, "link": one.link, "emoji": one.emoji} for one in channel.bookmarks
        ],
        "pins": [one.ts for one in channel.pins],
    }


def unread_messages(workspace: Workspace, who: Somebody, channel: Channel) -> list[Message]:
    """What was said in a channel of theirs since they last looked, by others; the newest first, `MOST_COUNTED` at the
    most. Looks only as far back as is unread."""
    if who.id not in channel.members:
        return []
    until = workspace.read_until.get((who.id, channel.id), "")
    found: list[Message] = []
    for message in reversed(channel.posted):
        if message.ts <= until or len(found) >= MOST_COUNTED:
            break
        is_shown = message.is_said and (not message.is_reply or message.is_broadcast)
        if is_shown and message.user != who.id:
            found.append(message)
    return found


def _view(view: View) -> Section:
    return {
        "id": view.id,
        "type": str(view.content.get("type", "modal")),
        "callback_id": view.callback_id,
        "title": view.title,
        "submit": _label(view, "submit"),
        "close": _label(view, "close"),
        "blocks": view.blocks,
        "state": view.state,
        "errors": view.errors,
        "hash": view.hash,
    }


def _label(view: View, name: str) -> str:
    return str((view.content.get(name) or {}).get("text", ""))


# Messages


def in_channel(workspace: Workspace, user: str, channel: Channel) -> list[Message]:
    """What stands in the channel itself for somebody: messages, broadcast replies, their ephemeral ones; oldest
    first."""
    alone = [one for one in workspace.ephemerals.get(user, []) if one.channel == channel.id and not one.is_reply]
    stands = [one for one in channel.posted if _stands(channel, one)]
    return sorted([*stands, *alone], key=_by_ts) if alone else stands


def _stands(channel: Channel, message: Message) -> bool:
    if message.is_reply and not message.is_broadcast:
        return False
    return not message.is_deleted or bool(_replies(channel, message))


def _by_ts(message: Message) -> float:
    return float(message.ts)


def described(workspace: Workspace, channel: Channel, messages: Iterable[Message]) -> list[Section]:
    return [_message(workspace, channel, one) for one in messages]


def _message(workspace: Workspace, channel: Channel, message: Message) -> Section:
    replies = _replies(channel, message)
    thread = {
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(one.user for one in replies)),
        "latest_reply": replies[-1].ts if replies else "",
    }
    if message.is_deleted:
        return {"ts": message.ts, "is_deleted": True, **thread}
    return {
        **message.described(workspace.url),
        **thread,
        "is_ephemeral": message.is_ephemeral,
        "is_deleted": False,
        "is_pinned": message in channel.pins,
        "is_broadcast": message.is_broadcast,
        "state": message.state,
    }


def _replies(channel: Channel, message: Message) -> list[Message]:
    return [one for one in channel.replies.get(message.ts, []) if not one.is_deleted]
