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
    living = (one for one in reversed(channel.posted) if not one.is_deleted and (not one.is_reply or one.is_broadcast))
    page, metadata = call.page([one for one in living if is_within(one)], 100, 999)
    return {
        "ok": True,
        "messages": [_with_replies(call, channel, one) for one in page],
        "has_more": bool(metadata["response_metadata"]["next_cursor"]),
        "pin_count": len(channel.pins),
        **metadata,
    }


def replies(call: Call) -> Answer:
    """A message and its replies, oldest first."""
    channel = call.own_channel()
    ts = call.text("ts")
    thread = channel.thread(ts)
    if not thread:
        raise SlackError("thread_not_found")
    is_within = _span(call)
    page, metadata = call.page([one for one in thread if one.ts == ts or is_within(one)], 1000, 1000)
    return {
        "ok": True,
        "messages": [_with_replies(call, channel, one) for one in page],
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


def _with_replies(call: Call, channel: Channel, message: Message) -> Answer:
    with_metadata = call.flag("include_all_metadata")
    found = message.described(call.workspace.url, with_metadata=with_metadata)
    answers = [] if message.is_reply else channel.thread(message.ts)[1:]
    if not answers:
        return found
    users = list(dict.fromkeys(one.user for one in answers))
    return {
        **found,
        "thread_ts": message.ts,
        "reply_count": len(answers),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": answers[-1].ts,
    }


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
