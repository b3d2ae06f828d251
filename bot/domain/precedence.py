"""In which order effects go out when not all can at once."""

from enum import IntEnum
from typing import Final, assert_never

from bot.domain import effects as e
from bot.domain import timeline as t
from bot.domain.asking import CALLS
from bot.domain.vocabulary import Priority


class Precedence(IntEnum):
    """What people wait for most comes first."""

    OPENING = 0
    """There is a channel, and people are in it."""
    CALLING = 1
    """Somebody is called on to lead or to speak."""
    NEWS = 2
    CARDS = 3
    """What shows the present state."""
    TRIMMINGS = 4
    """Topics, bookmarks, pins, names."""


CALLING: Final = (*CALLS, t.DeadlineReminded, t.EscalationTold, t.Escalated, t.ServicePaged)
"""Events with which somebody is called on."""
LEVELS: Final = {Priority.P1: 1, Priority.P2: 2, Priority.P3: 3, Priority.P4: 4}
OF_NO_INCIDENT: Final = 5
AMONG: Final = 10
"""More than there are priorities among what is equally urgent."""
URGENT: Final = tuple(AMONG * one + LEVELS[Priority.P1] for one in (Precedence.OPENING, Precedence.CALLING))
"""The places of what is never held up by less urgent things: channels of P1 incidents, and calling on people there."""


def place_of(effect: e.Effect | e.Aside, priority: Priority | None) -> int:
    """The place of an effect among all that wait: the lowest goes first; P1 first among equals. `priority`: None for
    what belongs to no incident."""
    return AMONG * precedence_of(effect) + (LEVELS[priority] if priority else OF_NO_INCIDENT)


def precedence_of(effect: e.Effect | e.Aside) -> Precedence:
    match effect:
        case e.OpenChannel() | e.InvitePeople():
            return Precedence.OPENING
        case e.Announce(of=event) | e.TellPerson(of=event):
            return Precedence.CALLING if isinstance(event, CALLING) else Precedence.NEWS
        case e.PagePerson() | e.StopPage() | e.TryPager() | e.OpenBridge() | e.AskAboutAlert() | e.AskAboutProposal():
            return Precedence.CALLING
        case (
            e.EditAnnouncements()
            | e.CheckPerson()
            | e.PostReview()
            | e.PostInvitation()
            | e.ShareReview()
            | e.PostRunbookChange()
            | e.OpenPullRequest()
            | e.PublishStatus()
            | e.FileIssue()
            | e.UpdateIssue()
            | e.SendWebhook()
            | e.StartRun()
            | e.WatchRun()
            | e.TellBroadcast()
            | e.TellChannel()
            | e.PublishHead()
            | e.PostDigest()
            | e.MailDigest()
        ):
            return Precedence.NEWS
        case (
            e.PostCard()
            | e.PostRunbook()
            | e.RefreshCard()
            | e.RefreshRunbook()
            | e.RefreshAlert()
            | e.RefreshProposal()
            | e.SettleAsks()
        ):
            return Precedence.CARDS
        case e.PinCard() | e.AddBookmark() | e.RefreshTopic() | e.RenameChannel() | e.ArchiveChannel() | e.ReadBack():
            return Precedence.TRIMMINGS
        case _:
            assert_never(effect)
