"""Reading a channel back: what Slack says now was said in it, with replies; within the methods' rate tier.

docs.slack.dev, `conversations.history` and `conversations.replies`, as read in August 2026: newest first, up to 999 a
page (200 recommended), tier 3, which is 50 calls a minute and more for an app of one's own.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import structlog
from pydantic import ValidationError

from bot.delivery.outcomes import Done, Gone, Retry, Unknown
from bot.domain.ids import ChannelId, SlackUserId
from bot.domain.transcript import Message
from bot.slack.gateway import Gateway
from bot.slack.messages import POSTED, PostedMessage, message_of
from bot.slack.payloads import cleaned

log = structlog.get_logger(__name__)

PAGE: Final = 200
PAUSE: Final = timedelta(seconds=1.2)
"""Between two calls: 50 a minute."""
LONGEST_WAIT: Final = timedelta(seconds=60)
ATTEMPTS: Final = 5
NO_THREAD: Final = "thread_not_found"


class Unreadable(Exception):
    """Slack does not let the channel be read back; the text is its reason."""


async def read_back(gateway: Gateway, channel: ChannelId, oldest: float, pause: timedelta = PAUSE) -> list[Message]:
    """What people have said in the channel since `oldest` (seconds since 1970), with the replies to it. Raises
    Unreadable."""
    roots = await _pages(gateway, "conversations.history", pause, channel=channel, oldest=f"{oldest:.6f}")
    found = [message for one in roots if (message := _read(channel, one, gateway.bot_user)) is not None]
    for root in roots:
        if root.get("reply_count"):
            asked = {"channel": channel, "ts": root["ts"], "oldest": f"{oldest:.6f}"}
            thread = await _pages(gateway, "conversations.replies", pause, **asked)
            replies = (_read(channel, one, gateway.bot_user) for one in thread if one.get("ts") != root["ts"])
            found += [one for one in replies if one is not None]
    return found


async def is_gone(gateway: Gateway, channel: ChannelId, ts: str, thread: str | None = None) -> bool:
    """Whether a message is there no more, or only the place it had. `thread`: the message that it replies to; None for
    one of the channel itself. Raises Unreadable."""
    asked = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True}
    try:
        page = await (
            _page(gateway, "conversations.history", **asked, limit=1)
            if thread is None
            else _page(gateway, "conversations.replies", **asked, ts=thread)
        )
    except Unreadable as why:
        if str(why) == NO_THREAD:  # the first message went, and every reply
            return True
        raise
    there = [one for one in page.get("messages", []) if one.get("ts") == ts]
    return all(one.get("subtype") == "tombstone" for one in there)


def _read(channel: ChannelId, described: Mapping[str, Any], bot_user: str) -> Message | None:
    """Somebody's words; None for our own, for notices, and for what cannot be read."""
    try:
        posted = PostedMessage.model_validate(cleaned(described))
    except ValidationError as error:
        log.warning("history.malformed", errors=error.error_count())
        return None
    if posted.user == bot_user or posted.subtype not in POSTED:
        return None
    return message_of(channel, posted)


async def read_members(gateway: Gateway, channel: ChannelId, pause: timedelta = PAUSE) -> frozenset[SlackUserId]:
    """Who is in the channel now, ourselves left out. Raises Unreadable."""
    there = await _pages(gateway, "conversations.members", pause, "members", channel=channel)
    return frozenset(SlackUserId(str(user)) for user in there) - {gateway.bot_user}


async def _pages(gateway: Gateway, method: str, pause: timedelta, of: str = "messages", **arguments: Any) -> list[Any]:
    found: list[Any] = []
    cursor = ""
    while True:
        page = await _page(gateway, method, limit=PAGE, cursor=cursor, **arguments)
        found += page.get(of, [])
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        if not cursor:
            return found
        await asyncio.sleep(pause.total_seconds())


async def _page(gateway: Gateway, method: str, **arguments: Any) -> dict[str, Any]:
    """One page; waits as long as Slack asks for. Raises Unreadable."""
    why = ""
    for _ in range(ATTEMPTS):
        await gateway.turn(method)
        match await gateway.call(method, **arguments):
            case Done(result=result):
                return result
            case Retry(after=after, why=why):
                await asyncio.sleep(min(after or PAUSE, LONGEST_WAIT).total_seconds())
            case Unknown(why=why):
                await asyncio.sleep(PAUSE.total_seconds())
            case Gone(error=error):
                raise Unreadable(error)
    raise Unreadable(why)
