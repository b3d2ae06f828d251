"""What was said in a channel, and how far it was read."""

import math
from collections.abc import Callable

from bot.sandbox.calling import TS, Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.messages import Message
from bot.sandbox.methods.scopes import HISTORY, MANAGE
from bot.sandbox.state import Channel


def history(call: Call) -> Answer:
    """Newest first; replies are not in it, unless they were also sent to the channel."""
    channel = call.own_channel()
    is_within = _span(call)
    stands = (one for one in reversed(channel.posted) if not one.is_deleted or channel.is_tombstone(one))
    living = (one for one in stands if not one.is_reply or one.is_broadcast)
    page, metadata = call.page([one for one in living if is_within(one)], 100, 999)
    return {
        "ok": True,
        "messages": _described(call, channel, page),
        "has_more": bool(metadata["response_metadata"]["next_cursor"]),
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
        **metadata,
    }


def replies(call: Call) -> Answer:
    """A message and its replies, oldest first."""
    channel = call.own_channel()
    ts = call.text("ts")
    root, thread = channel.by_ts.get(ts), channel.thread(ts)
    if not thread:
        raise SlackError("thread_not_found")
    if root is not None and channel.is_tombstone(root):
        thread = [root, *thread]
    is_within = _span(call)
    page, metadata = call.page([one for one in thread if one.ts == ts or is_within(one)], 1000, 1000)
    return {
        "ok": True,
        "messages": _described(call, channel, page),
        "has_more": bool(metadata["response_metadata"]["next_cursor"]),
        **metadata,
    }


def _span(call: Call) -> Callable[[Message], bool]:
    """Whether a message lies between `oldest` and `latest`."""
    oldest, latest = _moment(call, "oldest", 0.0), _moment(call, "latest", float("inf"))
    if call.flag("inclusive"):
        return lambda message: oldest <= float(message.ts) <= latest
    return lambda message: oldest < float(message.ts) < latest


def _moment(call: Call, name: str, default: float) -> float:
    given = call.text(name, "")
    if not given or given == "now":
        return default
    try:
        found = float(given)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise SlackError(f"invalid_ts_{name}")
    return found


def _described(call: Call, channel: Channel, messages: list[Message]) -> list[Answer]:
    url, with_metadata = call.workspace.url, call.flag("include_all_metadata")
    return [channel.described_message(one, url, with_metadata=with_metadata) for one in messages]


def mark(call: Call) -> Answer:
    """How far the app has read."""
    channel = call.own_channel()
    ts = call.text("ts")
    if not TS.fullmatch(ts):
        raise SlackError("invalid_timestamp")
    call.workspace.read_until[call.workspace.bot_user, channel.id] = ts
    return {"ok": True}


METHODS = {
    "conversations.history": Method(history, HISTORY, "t3"),
    "conversations.replies": Method(replies, HISTORY, "t3"),
    "conversations.mark": Method(mark, MANAGE, "t3"),
}
