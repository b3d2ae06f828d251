"""Every method of Slack's Web API that Muster calls: the bot scopes it needs, and whether it only reads.

Scopes as on docs.slack.dev, each method's page, as read in August 2026; where one of several will do for a kind of
channel, those for public and private channels are listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Method:
    """What a method needs and does."""

    scopes: tuple[str, ...] = ()
    is_read: bool = False
    """It changes nothing, so an answer that was lost can simply be asked for again."""


CHANNEL_WRITE: Final = ("channels:manage", "groups:write")
HISTORY: Final = ("channels:history", "groups:history", "im:history")

OPTIONAL: Final = frozenset({"users:read.email"})
"""Scopes that the manifest asks for, and without which all but what needs them works: nobody is then known by e-mail,
neither to a tracker nor as whoever PagerDuty has on call."""

METHODS: Final[Mapping[str, Method]] = {
    "auth.test": Method(is_read=True),
    "bookmarks.add": Method(("bookmarks:write",)),
    "bookmarks.edit": Method(("bookmarks:write",)),
    "bookmarks.list": Method(("bookmarks:read",), is_read=True),
    "chat.postEphemeral": Method(("chat:write",)),
    "chat.postMessage": Method(("chat:write",)),
    "chat.update": Method(("chat:write",)),
    "canvases.edit": Method(("canvases:write",)),
    "conversations.archive": Method(CHANNEL_WRITE),
    "conversations.canvases.create": Method(("canvases:write",)),
    "conversations.create": Method(CHANNEL_WRITE),
    "conversations.history": Method(HISTORY, is_read=True),
    "conversations.info": Method(("channels:read", "groups:read"), is_read=True),
    "conversations.invite": Method(CHANNEL_WRITE),
    "conversations.members": Method(("channels:read", "groups:read"), is_read=True),
    "conversations.open": Method(("im:write",)),
    "conversations.rename": Method(CHANNEL_WRITE),
    "conversations.replies": Method(HISTORY, is_read=True),
    "conversations.setTopic": Method(CHANNEL_WRITE),
    "files.completeUploadExternal": Method(("files:write",)),
    "files.getUploadURLExternal": Method(("files:write",)),
    "files.info": Method(("files:read",), is_read=True),
    "pins.add": Method(("pins:write",)),
    "usergroups.list": Method(("usergroups:read",), is_read=True),
    "users.conversations": Method(("channels:read", "groups:read"), is_read=True),
    "users.lookupByEmail": Method(("users:read.email",), is_read=True),
    "users.info": Method(("users:read",), is_read=True),
    "views.open": Method(),
    "views.publish": Method(),
    "views.update": Method(),
}
