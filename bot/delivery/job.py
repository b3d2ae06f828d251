"""Everything one effect needs to be delivered: what caused it, and the incident then and now."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.delivery.outcomes import Result
from bot.domain import effects as e
from bot.domain.alerts import Alert
from bot.domain.asking import has_passed
from bot.domain.ids import ChannelId, IncidentNumber
from bot.domain.incident import Incident
from bot.domain.proof import Head
from bot.domain.proposals import Proposal
from bot.domain.timeline import IncidentDeclared, Recorded
from bot.store import Reading

Keep = Callable[[Result], Awaitable[None]]
"""Stores what one call of several brought, before the next call. Raises LeaseLost."""


class LeaseLost(Exception):
    """Somebody else delivers the effect by now."""


@dataclass(frozen=True, slots=True)
class Job:
    """One effect to be delivered."""

    effect: e.Effect
    key: str
    """The effect's own, random: the trace by which it can be found again."""
    now: Incident
    """The incident as it stands."""
    then: Incident
    """As of the event that caused the effect, where the effect is rendered from that; else as it stands."""
    caused_by: Recorded | None
    """That event; None for an effect that shows the present state."""
    result: Result
    """What earlier calls brought."""
    keep: Keep
    is_repeat: bool = False
    """It may have been delivered before, and the other system cannot be asked."""

    @property
    def channel(self) -> ChannelId:
        """The incident's channel; an effect that needs it is never claimed before it is known."""
        if self.now.channel is None:
            raise LookupError(f"{self.now.ref} has no channel yet")
        return self.now.channel

    @property
    def cause(self) -> Recorded:
        """The event that the effect names."""
        if self.caused_by is None:
            raise LookupError("what shows the present state names no event")
        return self.caused_by

    def has_passed(self, now: datetime) -> bool:
        """Whether it comes late and calls on people for something that nobody needs any more. `now`: incident time."""
        match self.effect:
            case e.TellPerson(of=IncidentDeclared(asked=asked), to=to) if asked != to:
                return False  # they are told, and not asked for anything
            case e.Announce(of=event) | e.TellPerson(of=event):
                return has_passed(event, self.now, now)
            case _:
                return False

    @property
    def to(self) -> str:
        """The name of the place that the effect is for, among several of a destination."""
        match self.effect:
            case e.SendWebhook(to=to) | e.ShareReview(to=to) | e.PublishStatus(to=to) | e.FileIssue(to=to):
                return to
            case _:
                raise LookupError(f"{type(self.effect).__name__} names no place")

    def as_a_repeat(self) -> "Job":
        return replace(self, is_repeat=True)


@dataclass(frozen=True, slots=True)
class AlertJob:
    """One effect about an alert, which belongs to no incident or not yet."""

    effect: e.AlertEffect
    key: str
    """As of a `Job`, as are `result`, `keep` and `is_repeat`."""
    alert: Alert
    """As it stands."""
    queued_at: datetime
    """Machine time."""
    result: Result
    keep: Keep
    is_repeat: bool = False
    gathered: Sequence[Alert] = ()
    """Those that its question lists, as they stand."""

    def as_a_repeat(self) -> "AlertJob":
        return replace(self, is_repeat=True)


@dataclass(frozen=True, slots=True)
class ProposalJob:
    """One effect about a proposal, which is no event of an incident."""

    effect: e.ProposalEffect
    key: str
    """As of a `Job`, as are `result`, `keep` and `is_repeat`."""
    proposal: Proposal
    """As it stands."""
    incident: Incident | None
    """The one that it is about, as it stands; None for a declaration."""
    queued_at: datetime
    """Machine time."""
    result: Result
    keep: Keep
    is_repeat: bool = False

    def as_a_repeat(self) -> "ProposalJob":
        return replace(self, is_repeat=True)


@dataclass(frozen=True, slots=True)
class TryJob:
    """One test of somebody's pager, which is about nothing."""

    effect: e.TryPager
    key: str
    """As of a `Job`, as are `result`, `keep` and `is_repeat`."""
    result: Result
    keep: Keep
    is_repeat: bool = False

    def as_a_repeat(self) -> "TryJob":
        return replace(self, is_repeat=True)


@dataclass(frozen=True, slots=True)
class HeadJob:
    """One head of the record's chain, for one place."""

    effect: e.PublishHead
    key: str
    """As of a `Job`, as are `result`, `keep` and `is_repeat`."""
    head: Head
    queued_at: datetime
    """Machine time."""
    result: Result
    keep: Keep
    is_repeat: bool = False

    def as_a_repeat(self) -> "HeadJob":
        return replace(self, is_repeat=True)


@dataclass(frozen=True, slots=True)
class DigestJob:
    """The digest of one week, for the channel or for one mailbox."""

    effect: e.DigestEffect
    key: str
    """As of a `Job`, as are `result`, `keep` and `is_repeat`."""
    result: Result
    keep: Keep
    is_repeat: bool = False

    @property
    def to(self) -> str:
        """The mailbox that it is for."""
        if not isinstance(self.effect, e.MailDigest):
            raise LookupError(f"{type(self.effect).__name__} names no mailbox")
        return self.effect.to

    def as_a_repeat(self) -> "DigestJob":
        return replace(self, is_repeat=True)


AnyJob = Job | AlertJob | ProposalJob | TryJob | HeadJob | DigestJob


async def load_job(
    tx: Reading, number: IncidentNumber, effect: e.Effect, cause: Recorded | None, key: str, result: Result, keep: Keep
) -> Job:
    """Read what an effect is about. Raises LookupError when its incident is gone."""
    now = then = await tx.incident(number)
    if now is None or then is None:
        raise LookupError("the effect's incident has no timeline")
    if cause is not None and cause.seq < now.last_seq and is_rendered_from_its_event(effect):
        then = await tx.incident_as_of(number, cause.seq) or now
    return Job(effect, key, now, then, cause, result, keep)


def is_rendered_from_its_event(effect: e.Effect) -> bool:
    """Whether it shows the incident as it was when the event happened, not as it stands."""
    match effect:
        case e.OpenChannel() | e.PostCard() | e.Announce() | e.SendWebhook():
            return True
        case (
            e.InvitePeople()
            | e.PinCard()
            | e.AddBookmark()
            | e.EditAnnouncements()
            | e.TellPerson()
            | e.PagePerson()
            | e.StopPage()
            | e.SettleAsks()
            | e.CheckPerson()
            | e.PostReview()
            | e.PostInvitation()
            | e.ShareReview()
            | e.PublishStatus()
            | e.FileIssue()
            | e.UpdateIssue()
            | e.PostRunbookChange()
            | e.OpenPullRequest()
            | e.StartRun()
            | e.WatchRun()
            | e.TellBroadcast()
            | e.TellChannel()
            | e.OpenBridge()
            | e.ArchiveChannel()
            | e.RenameChannel()
            | e.ReadBack()
            | e.PostRunbook()
            | e.RefreshCard()
            | e.RefreshRunbook()
            | e.RefreshTopic()
        ):
            return False
        case _:
            assert_never(effect)
