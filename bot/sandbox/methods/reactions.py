"""Reactions."""

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.methods.conversations import own_channel
from bot.sandbox.state import Channel, Message


def _message(call: Call) -> tuple[Channel, Message]:
    channel = own_channel(call)
    message = channel.by_ts.get(call.text("timestamp"))
    if message is None or message.is_deleted:
        raise SlackError("message_not_found")
    return channel, message


def add(call: Call) -> Answer:
    channel, message = _message(call)
    name = call.text("name").strip(":")
    if call.workspace.bot_user in message.reactions.get(name, []):
        raise SlackError("already_reacted")
    call.events.reacted(channel, message, call.workspace.bot_user, name)
    return {"ok": True}


def remove(call: Call) -> Answer:
    channel, message = _message(call)
    name = call.text("name").strip(":")
    if call.workspace.bot_user not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    call.events.unreacted(channel, message, call.workspace.bot_user, name)
    return {"ok": True}


def get(call: Call) -> Answer:
    channel, message = _message(call)
    return {
        "ok": True,
        "type": "message",
        "channel": channel.id,
        "message": message.described(call.workspace.url),
    }


METHODS = {
    "reactions.add": Method(add, ("reactions:write",), "t3"),
    "reactions.remove": Method(remove, ("reactions:write",), "t2"),
    "reactions.get": Method(get, ("reactions:read",), "t3"),
}
