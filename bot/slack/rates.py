"""How often Slack may be called, and what each kind of effect calls.

docs.slack.dev, "Rate limits", as read in August 2026: so many calls a minute of a method, by its tier; and about one
message a second in a channel, with short bursts.
"""

import time
from collections.abc import Callable, Mapping
from typing import Final

from bot.delivery.pace import Pace, Rate
from bot.domain import effects as e
from bot.slack.methods import METHODS

MINUTE: Final = 60.0
"""Seconds."""
PART: Final = 0.9
"""Of what Slack allows: answers to people are called for without being asked about here."""
BURST: Final = 4
"""Messages in one channel within as many seconds."""
POST: Final = "chat.postMessage"
TRIAGE: Final = "triage"
"""No method: what is asked about alerts is asked in one channel, whichever lane it is in."""

NEEDS: Final[Mapping[type[e.Effect | e.Aside], tuple[str, ...]]] = {
    e.OpenChannel: ("conversations.create",),
    e.InvitePeople: ("conversations.invite",),
    e.PostCard: ("users.conversations", POST),
    e.PostRunbook: (POST,),
    e.PinCard: ("pins.add",),
    e.AddBookmark: ("bookmarks.list", "bookmarks.add"),
    e.Announce: (POST,),
    e.EditAnnouncements: ("chat.update",),
    e.TellPerson: ("conversations.open", POST),
    e.SettleAsks: ("chat.update",),
    e.CheckPerson: ("users.info",),
    e.PostReview: ("conversations.history", "files.getUploadURLExternal", "files.completeUploadExternal"),
    e.PostInvitation: ("files.getUploadURLExternal", "files.completeUploadExternal"),
    e.PostRunbookChange: ("files.getUploadURLExternal", "files.completeUploadExternal"),
    e.TellBroadcast: (POST,),
    e.TellChannel: ("users.conversations", POST),
    e.ArchiveChannel: ("conversations.archive",),
    e.RenameChannel: ("conversations.rename",),
    e.ReadBack: ("conversations.history",),
    e.RefreshCard: ("chat.update",),
    e.RefreshRunbook: ("chat.update",),
    e.RefreshTopic: ("conversations.info", "conversations.setTopic"),
    e.AskAboutAlert: (POST, TRIAGE),
    e.RefreshAlert: ("chat.update",),
    e.AskAboutProposal: (POST,),
    e.RefreshProposal: ("chat.update",),
}
"""What is called for an effect as a rule; what is called beside that, now and then, is counted when it is called."""
IN_THEIR_LANES: Final = frozenset(
    kind.__name__ for kind, methods in NEEDS.items() if POST in methods and not issubclass(kind, e.Aside)
)
"""Kinds that write to the one channel that their lane is of."""


def build_pace(clock: Callable[[], float] = time.monotonic) -> Pace:
    """`clock`: machine time, in seconds."""
    burst = Rate(BURST, float(BURST))
    rates = {name: Rate(int(one.a_minute * PART), MINUTE) for name, one in METHODS.items() if one.a_minute}
    needs = {kind.__name__: methods for kind, methods in NEEDS.items()}
    return Pace({**rates, TRIAGE: burst}, needs, burst, IN_THEIR_LANES, (TRIAGE,), clock)
