"""Pins."""

from bot.sandbox import limits
from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.messages import Message
from bot.sandbox.state import Channel


def _item(call: Call) -> tuple[Channel, Message]:
    channel = call.own_channel()
    if not call.text("timestamp", ""):
        raise SlackError("no_item_specified")
    message = channel.message(call.timestamp("timestamp"))
    if not message.is_said:
        raise SlackError("not_pinnable")
    return channel, message


def add(call: Call) -> Answer:
    channel, message = _item(call)
    if message in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= limits.PINS:
        raise SlackError("too_many_pins")
    call.events.pinned(channel, message, call.workspace.bot_user)
    return {"ok": True}


def remove(call: Call) -> Answer:
    channel, message = _item(call)
    if message not in channel.pins:
        raise SlackError("no_pin")
    call.events.unpinned(channel, message, call.workspace.bot_user)
    return {"ok": True}


def list_(call: Call) -> Answer:
    channel = call.own_channel()
    items = [
        {
            "type": "message",
            "channel": channel.id,
            "created": int(float(one.ts)),
            "created_by": call.workspace.bot_user,
            "message": one.described(call.workspace.url),
        }
        for one in channel.pins
    ]
    return {"ok": True, "items": items}


METHODS = {
    "pins.add": Method(add, ("pins:write",), "t2"),
    "pins.remove": Method(remove, ("pins:write",), "t2"),
    "pins.list": Method(list_, ("pins:read",), "t2"),
}
