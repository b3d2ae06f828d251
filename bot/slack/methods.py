"""Every method of Slack's Web API that Muster calls: the bot scopes it needs, how often it may be called, and whether
it only reads.

Scopes and tiers as on docs.slack.dev, each method's page, as read in August 2026; where one of several scopes will do
for a kind of channel, those for public and private channels are listed.
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
    a_minute: int | None = None
    """Calls that Slack allows at least, of one app in one workspace; None: nobody says."""


TIER_2: Final = 20
TIER_3: Final = 50
TIER_4: Final = 100
"""Calls a minute; docs.slack.dev, "Rate limits", as read in August 2026. More is allowed for a moment."""
POSTS: Final = 300
"""Messages a minute in one workspace. Assumed: "several hundred", says the same page."""

CHANNEL_WRITE: Final = ("channels:manage", "groups:write")
HISTORY: Final = ("channels:history", "groups:history", "im:history")

OPTIONAL: Final = frozenset({"users:read.email"})
"""Scopes that the manifest asks for, and without which all but what needs them works: nobody is then known by e-mail,
neither to a tracker nor as whoever PagerDuty has on call."""

METHODS: Final[Mapping[str, Method]] = {
    "auth.test": Method(is_read=True),
    "bookmarks.add": Method(("bookmarks:write",), a_minute=TIER_2),
    "bookmarks.edit": Method(("bookmarks:write",), a_minute=TIER_2),
    "bookmarks.list": Method(("bookmarks:read",), is_read=True, a_minute=TIER_3),
    "chat.postEphemeral": Method(("chat:write",), a_minute=TIER_4),
    "chat.postMessage": Method(("chat:write",), a_minute=POSTS),
    "chat.update": Method(("chat:write",), a_minute=TIER_3),
    "canvases.edit": Method(("canvases:write",), a_minute=TIER_3),
    "conversations.archive": Method(CHANNEL_WRITE, a_minute=TIER_2),
    "conversations.canvases.create": Method(("canvases:write",), a_minute=TIER_2),
    "conversations.create": Method(CHANNEL_WRITE, a_minute=TIER_2),
    "conversations.history": Method(HISTORY, is_read=True, a_minute=TIER_3),
    "conversations.info": Method(("channels:read", "groups:read"), is_read=True, a_minute=TIER_3),
    "conversations.invite": Method(CHANNEL_WRITE, a_minute=TIER_3),
    "conversations.members": Method(("channels:read", "groups:read"), is_read=True, a_minute=TIER_4),
    "conversations.open": Method(("im:write",), a_minute=TIER_3),
    "conversations.rename": Method(CHANNEL_WRITE, a_minute=TIER_2),
    "conversations.replies": Method(HISTORY, is_read=True, a_minute=TIER_3),
    "conversations.setTopic": Method(CHANNEL_WRITE, a_minute=TIER_2),
    "files.completeUploadExternal": Method(("files:write",), a_minute=TIER_4),
    "files.getUploadURLExternal": Method(("files:write",), a_minute=TIER_4),
    "files.info": Method(("files:read",), is_read=True, a_minute=TIER_4),
    "pins.add": Method(("pins:write",), a_minute=TIER_2),
    "usergroups.list": Method(("usergroups:read",), is_read=True, a_minute=TIER_2),
    "users.conversations": Method(("channels:read", "groups:read"), is_read=True, a_minute=TIER_3),
    "users.lookupByEmail": Method(("users:read.email",), is_read=True, a_minute=TIER_3),
    "users.info": Method(("users:read",), is_read=True, a_minute=TIER_4),
    "views.open": Method(a_minute=TIER_4),
    "views.publish": Method(a_minute=TIER_4),
    "views.update": Method(a_minute=TIER_4),
}
