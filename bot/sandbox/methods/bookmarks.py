"""Bookmarks in the head of a channel."""

from typing import Any

from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.methods.conversations import own_channel
from bot.sandbox.state import Bookmark, Channel

TITLE, LINK, MOST = 256, 2048, 100


def _described(channel: Channel, one: Bookmark) -> dict[str, Any]:
    return {
        "id": one.id,
        "channel_id": channel.id,
        "title": one.title,
        "link": one.link,
        "emoji": one.emoji,
        "type": one.type,
        "rank": "U",
    }


def _checked(title: str, link: str) -> None:
    if len(title) > TITLE or len(link) > LINK:
        raise SlackError("invalid_arguments", ["[ERROR] too long"])
    if link and not link.startswith(("http://", "https://")):
        raise SlackError("invalid_link")


def add(call: Call) -> Answer:
    channel = own_channel(call, "channel_id")
    title, link, kind = call.text("title"), call.text("link", ""), call.text("type")
    if kind != "link":
        raise SlackError("invalid_bookmark_type")
    if not link:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: link"])
    _checked(title, link)
    if len(channel.bookmarks) >= MOST:
        raise SlackError("too_many_bookmarks")
    made = Bookmark(call.workspace.ids.new("Bk"), title, link, kind, call.text("emoji", ""))
    channel.bookmarks.append(made)
    call.events.touched()
    return {"ok": True, "bookmark": _described(channel, made)}


def _one(call: Call, channel: Channel) -> Bookmark:
    found = next((one for one in channel.bookmarks if one.id == call.text("bookmark_id")), None)
    if found is None:
        raise SlackError("bookmark_not_found")
    return found


def edit(call: Call) -> Answer:
    channel = own_channel(call, "channel_id")
    found = _one(call, channel)
    title, link = call.text("title", found.title), call.text("link", found.link)
    _checked(title, link)
    found.title, found.link = title, link
    return {"ok": True, "bookmark": _described(channel, found)}


def remove(call: Call) -> Answer:
    channel = own_channel(call, "channel_id")
    channel.bookmarks.remove(_one(call, channel))
    return {"ok": True}


def list_(call: Call) -> Answer:
    channel = own_channel(call, "channel_id")
    return {"ok": True, "bookmarks": [_described(channel, one) for one in channel.bookmarks]}


METHODS = {
    "bookmarks.add": Method(add, ("bookmarks:write",), "t2"),
    "bookmarks.edit": Method(edit, ("bookmarks:write",), "t2"),
    "bookmarks.remove": Method(remove, ("bookmarks:write",), "t2"),
    "bookmarks.list": Method(list_, ("bookmarks:read",), "t3"),
}
