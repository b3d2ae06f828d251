"""Bookmarks in the head of a channel."""

import re
from typing import Any

from bot.sandbox import limits
from bot.sandbox.calling import Answer, Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.problems import length, missing
from bot.sandbox.state import Bookmark, Channel

EMOJI = re.compile(r":[a-z0-9_+'-]+(::skin-tone-[2-6])?:")


def _described(call: Call, channel: Channel, one: Bookmark) -> dict[str, Any]:
    return {
        "id": one.id,
        "channel_id": channel.id,
        "title": one.title,
        "link": one.link,
        "emoji": one.emoji,
        "icon_url": "",
        "type": one.type,
        "entity_id": None,
        "rank": "U",
        "app_id": None,
        "app_action_id": None,
        "date_created": one.created,
        "date_updated": one.updated,
        "last_updated_by_user_id": call.workspace.bot_user,
        "last_updated_by_team_id": call.workspace.team_id,
        "shortcut_id": None,
    }


def _check(title: str, link: str) -> None:
    problems = [
        *length(title, "/title", limits.BOOKMARK_TITLE),
        *length(link, "/link", limits.BOOKMARK_LINK),
    ]
    if problems:
        raise SlackError("invalid_arguments", problems)
    if not link.startswith(("http://", "https://")):
        raise SlackError("invalid_link")


def _emoji(call: Call, default: str) -> str:
    found = call.text("emoji", default)
    if found and not EMOJI.fullmatch(found):
        raise SlackError("invalid_emoji")
    return found


def add(call: Call) -> Answer:
    channel = call.own_channel("channel_id")
    title, link, kind = call.text("title"), call.text("link", ""), call.text("type")
    emoji = _emoji(call, "")
    if kind != "link":
        raise SlackError("invalid_bookmark_type")
    if not link:
        raise SlackError("invalid_arguments", [missing("link", "")])
    _check(title, link)
    if len(channel.bookmarks) >= limits.BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    made = Bookmark(call.workspace.ids.new("Bk"), title, link, kind, emoji, call.workspace.seconds())
    channel.bookmarks.append(made)
    call.events.touched()
    return {"ok": True, "bookmark": _described(call, channel, made)}


def _one(call: Call, channel: Channel) -> Bookmark:
    found = next((one for one in channel.bookmarks if one.id == call.text("bookmark_id")), None)
    if found is None:
        raise SlackError("not_found")
    return found


def edit(call: Call) -> Answer:
    channel = call.own_channel("channel_id")
    found = _one(call, channel)
    title, link = call.text("title", found.title), call.text("link", found.link)
    _check(title, link)
    found.title, found.link, found.emoji = title, link, _emoji(call, found.emoji)
    found.updated = call.workspace.seconds()
    call.events.touched()
    return {"ok": True, "bookmark": _described(call, channel, found)}


def remove(call: Call) -> Answer:
    channel = call.own_channel("channel_id")
    channel.bookmarks.remove(_one(call, channel))
    call.events.touched()
    return {"ok": True}


def list_(call: Call) -> Answer:
    channel = call.own_channel("channel_id")
    return {"ok": True, "bookmarks": [_described(call, channel, one) for one in channel.bookmarks]}


METHODS = {
    "bookmarks.add": Method(add, ("bookmarks:write",), "t2"),
    "bookmarks.edit": Method(edit, ("bookmarks:write",), "t2"),
    "bookmarks.remove": Method(remove, ("bookmarks:write",), "t2"),
    "bookmarks.list": Method(list_, ("bookmarks:read",), "t3"),
}
