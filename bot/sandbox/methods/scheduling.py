"""Messages for later."""

from typing import Any

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.methods.composing import composed, target
from bot.sandbox.scheduled import Waiting


def schedule(call: Call) -> Answer:
    channel = target(call)
    try:
        post_at = call.number("post_at", 0)
    except SlackError:
        raise SlackError("invalid_time") from None
    call.scheduled.check(channel, post_at)
    message = composed(call, channel)
    made = call.scheduled.add(channel, message, post_at)
    described = message.described(call.workspace.url, with_metadata=True)
    del described["ts"]
    return {
        "ok": True,
        "scheduled_message_id": made.id,
        "channel": channel.id,
        "post_at": post_at,
        "message": described,
    }


def list_(call: Call) -> Answer:
    """What waits, the next first; within a channel, or between two moments."""
    channel = call.text("channel", "")
    if channel and channel not in call.workspace.channels:
        raise SlackError("invalid_channel")
    oldest, latest = call.number("oldest", 0), call.number("latest", 2**53)
    found = [
        _described(one)
        for one in call.scheduled.waiting
        if channel in ("", one.channel.id) and oldest <= one.post_at <= latest
    ]
    page, more = call.page(found, 100, 1000)
    return {"ok": True, "scheduled_messages": page, **more}


def _described(one: Waiting) -> dict[str, Any]:
    return {
        "id": one.id,
        "channel_id": one.channel.id,
        "post_at": one.post_at,
        "date_created": one.created,
        "text": one.message.text,
    }


def delete(call: Call) -> Answer:
    call.scheduled.remove(call.text("scheduled_message_id"), call.channel())
    return {"ok": True}


METHODS = {
    "chat.scheduleMessage": Method(schedule, ("chat:write",), "t3"),
    "chat.scheduledMessages.list": Method(list_, tier="t3"),
    "chat.deleteScheduledMessage": Method(delete, ("chat:write",), "t3"),
}
