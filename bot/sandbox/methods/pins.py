"""Pins."""

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.methods.conversations import own_channel
from bot.sandbox.state import Channel, Message

MOST = 100


def _message(call: Call) -> tuple[Channel, Message]:
    channel = own_channel(call)
    message = channel.by_ts.get(call.text("timestamp", ""))
    if message is None or message.is_deleted:
        raise SlackError("message_not_found" if call.text("timestamp", "") else "no_item_specified")
    return channel, message


def add(call: Call) -> Answer:
    channel, message = _message(call)
    if message in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= MOST:
        raise SlackError("too_many_pins")
    channel.pins.append(message)
    call.events.pinned(channel, message)
    return {"ok": True}


def remove(call: Call) -> Answer:
    channel, message = _message(call)
    if message not in channel.pins:
        raise SlackError("no_pin")
    channel.pins.remove(message)
    return {"ok": True}


def list_(call: Call) -> Answer:
    channel = own_channel(call)
    items = [
        {"type": "message", "channel": channel.id, "message": one.described(call.workspace.url)} for one in channel.pins
    ]
    return {"ok": True, "items": items}


METHODS = {
    "pins.add": Method(add, ("pins:write",), "t2"),
    "pins.remove": Method(remove, ("pins:write",), "t2"),
    "pins.list": Method(list_, ("pins:read",), "t2"),
}
