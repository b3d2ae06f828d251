"""Reactions."""

import re

from bot.sandbox import limits
from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.messages import Message
from bot.sandbox.state import Channel

NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
"""Assumed: any name of this form is an emoji of the workspace."""


def _item(call: Call) -> tuple[Channel, Message]:
    channel = call.own_channel()
    if not call.text("timestamp", ""):
        raise SlackError("no_item_specified")
    return channel, channel.message(call.timestamp("timestamp"))


def _name(call: Call) -> str:
    name = call.text("name").strip(":")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    return name


def add(call: Call) -> Answer:
    channel, message = _item(call)
    name = _name(call)
    if channel.is_archived:
        raise SlackError("is_archived")
    if not message.is_said:
        raise SlackError("not_reactable")
    if call.workspace.bot_user in message.reactions.get(name, []):
        raise SlackError("already_reacted")
    if name not in message.reactions and len(message.reactions) >= limits.EMOJI:
        raise SlackError("too_many_emoji")
    call.events.reacted(channel, message, call.workspace.bot_user, name)
    return {"ok": True}


def remove(call: Call) -> Answer:
    channel, message = _item(call)
    name = _name(call)
    if call.workspace.bot_user not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    call.events.unreacted(channel, message, call.workspace.bot_user, name)
    return {"ok": True}


def get(call: Call) -> Answer:
    channel, message = _item(call)
    described = message.described(call.workspace.url)
    return {"ok": True, "type": "message", "channel": channel.id, "message": described}


def list_(call: Call) -> Answer:
    """What somebody, else the app itself, reacted to, newest first."""
    workspace = call.workspace
    user = call.person("user", workspace.bot_user).id
    found = [
        (channel, message)
        for channel in workspace.channels.values()
        if workspace.is_seen_by_app(channel)
        for message in channel.posted
        if not message.is_deleted and any(user in users for users in message.reactions.values())
    ]
    found.sort(key=lambda one: float(one[1].ts), reverse=True)
    page, metadata = call.page(found, 100, 1000)
    items = [
        {"type": "message", "channel": channel.id, "message": message.described(workspace.url)}
        for channel, message in page
    ]
    return {"ok": True, "items": items, **metadata}


METHODS = {
    "reactions.add": Method(add, ("reactions:write",), "t3"),
    "reactions.remove": Method(remove, ("reactions:write",), "t2"),
    "reactions.get": Method(get, ("reactions:read",), "t3"),
    "reactions.list": Method(list_, ("reactions:read",), "t2"),
}
