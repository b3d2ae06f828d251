"""Effects: what Slack and others must be made to show. A rule names them, the store keeps them, delivery performs them.

An *announcement* is delivered once, in order within its lane, and rendered from the timeline event it names in `of`.
A *refresh* shows the state at delivery time, and at most one per key waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.timeline import (
    AcknowledgementOverdue,
    AnyEvent,
    ArchivingDecided,
    CardLost,
    CardPosted,
    ChannelOpened,
    ChannelRegained,
    ChannelReplaced,
    CustomerUpdatePublished,
    DrillCorrected,
    EscalationTold,
    IncidentDeclared,
    IncidentListed,
    IncidentReopened,
    PullRequestRefused,
    Reclassified,
    RecordRedacted,
    ReviewPublished,
    RunApproved,
    RunbookLost,
    RunbookProposed,
    RunbookStarted,
    RunStarted,
    ServicePaged,
    SlackLost,
    TitleCorrected,
    UpdateOverdue,
    UpdatePosted,
    WordsErased,
)
from bot.domain.vocabulary import Place

INVITED_AT_ONCE = 100
"""Slack's limit of users in one call of `conversations.invite`."""


@dataclass(frozen=True, slots=True)
class OpenChannel:
    """Create the incident's channel; everything in its lanes waits for it."""

    of: IncidentDeclared | IncidentReopened | ChannelReplaced


@dataclass(frozen=True, slots=True)
class InvitePeople:
    """Add at most 100 people to the channel in one call (Slack's limit for `conversations.invite`)."""

    of: AnyEvent
    people: tuple[SlackUserId, ...]
    part: int = 1


@dataclass(frozen=True, slots=True)
class PostCard:
    """Create the live card; afterwards it is only ever edited in place."""

    of: IncidentDeclared | IncidentListed | IncidentReopened | Reclassified | CardLost | ChannelReplaced
    place: Place


@dataclass(frozen=True, slots=True)
class PostRunbook:
    """Post the message that shows how far a runbook is; afterwards it is only ever edited in place."""

    of: RunbookStarted | RunbookLost | IncidentReopened | ChannelReplaced
    slug: str


@dataclass(frozen=True, slots=True)
class PinCard:
    of: CardPosted


@dataclass(frozen=True, slots=True)
class AddBookmark:
    """Add one bookmark to the channel; `what` is `bridge` or `card`."""

    of: AnyEvent
    what: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell the incident's channel of an event."""

    of: AnyEvent


@dataclass(frozen=True, slots=True)
class EditAnnouncements:
    """Have the announcements of events whose words were taken out say what those events say now."""

    of: WordsErased | RecordRedacted


@dataclass(frozen=True, slots=True)
class TellPerson:
    """Tell one person of an event by direct message."""

    of: AnyEvent
    to: SlackUserId


@dataclass(frozen=True, slots=True)
class PagePerson:
    """Call somebody by a pager; without one it is said that there is none."""

    of: AcknowledgementOverdue | UpdateOverdue | EscalationTold | ServicePaged | SlackLost
    to: SlackUserId
    pager: str


@dataclass(frozen=True, slots=True)
class StopPage:
    """Have a pager stop calling somebody. `pages`: the `seq` of each event that had them called."""

    of: AnyEvent
    to: SlackUserId
    pager: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SettleAsks:
    """Have earlier direct messages to one person say what came of what they asked, without their buttons. `asked`: the
    `seq` of each event that they told of."""

    of: AnyEvent
    to: SlackUserId
    asked: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CheckPerson:
    """Ask Slack about somebody who was chosen before Slack could be asked; a choice that cannot stand is undone."""

    of: AnyEvent
    person: SlackUserId


@dataclass(frozen=True, slots=True)
class PostReview:
    """Post the written review in the channel as files, below what is said of it."""

    of: AnyEvent


@dataclass(frozen=True, slots=True)
class PostInvitation:
    """Post the calendar file of the meeting about the review."""

    of: AnyEvent


@dataclass(frozen=True, slots=True)
class ShareReview:
    """Bring the published review to one more place: `to` is the name of a destination."""

    of: AnyEvent
    to: str


@dataclass(frozen=True, slots=True)
class PostRunbookChange:
    """Post what is proposed for a runbook as a file in the channel."""

    of: RunbookProposed | PullRequestRefused


@dataclass(frozen=True, slots=True)
class OpenPullRequest:
    """Open a pull request with what is proposed for a runbook."""

    of: RunbookProposed


@dataclass(frozen=True, slots=True)
class PublishStatus:
    """Have one more status page say what customers are told: `to` is the name of a target, or `FILES`."""

    of: CustomerUpdatePublished
    to: str


@dataclass(frozen=True, slots=True)
class FileIssue:
    """Have a tracker keep an issue for a follow-up, or else for the incident: `to` is its name in the policy."""

    of: AnyEvent
    to: str


@dataclass(frozen=True, slots=True)
class UpdateIssue:
    """Have the issue of a follow-up or of the incident say what an event changed."""

    of: AnyEvent
    to: str


@dataclass(frozen=True, slots=True)
class SendWebhook:
    """Tell another program of an event: `to` is the name of its subscription."""

    of: AnyEvent
    to: str


@dataclass(frozen=True, slots=True)
class OpenBridge:
    """Have a program open a call, and take the link that it answers with."""

    of: IncidentDeclared | Reclassified


@dataclass(frozen=True, slots=True)
class StartRun:
    """Have an engine run an action, once: `to` is its name in the policy."""

    of: RunApproved
    to: str


@dataclass(frozen=True, slots=True)
class WatchRun:
    """Look at an engine until what it runs has ended."""

    of: RunStarted
    to: str


@dataclass(frozen=True, slots=True)
class TellBroadcast:
    """Say below the card in the broadcast channel that the review is published."""

    of: ReviewPublished


@dataclass(frozen=True, slots=True)
class TellChannel:
    """Tell a channel of an update for an audience: `to` is the channel's name or id."""

    of: UpdatePosted
    to: str


@dataclass(frozen=True, slots=True)
class ArchiveChannel:
    """Archive the incident's channel, after everything else that was meant for it."""

    of: ArchivingDecided


@dataclass(frozen=True, slots=True)
class RenameChannel:
    """Name the incident's channel after its number, its title, and what is a drill."""

    of: TitleCorrected | DrillCorrected | ChannelOpened


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Read what was said in the channel while Muster was not in it, or could record nothing."""

    of: ChannelRegained | ChannelOpened


@dataclass(frozen=True, slots=True)
class RefreshCard:
    place: Place


@dataclass(frozen=True, slots=True)
class RefreshRunbook:
    """Have the message of a runbook show how far it is."""

    slug: str


@dataclass(frozen=True, slots=True)
class RefreshTopic:
    """Set the channel's topic to where the incident stands."""


@dataclass(frozen=True, slots=True)
class AskAboutAlert:
    """Ask people what is to be done about an alert, by a message in the triage channel."""

    alert: int


@dataclass(frozen=True, slots=True)
class RefreshAlert:
    """Have that message show how the alert stands."""

    alert: int


@dataclass(frozen=True, slots=True)
class AskAboutProposal:
    """Show a proposal to those who can have it done: in the incident's channel, or to whom it is for by direct
    message."""

    proposal: int


@dataclass(frozen=True, slots=True)
class RefreshProposal:
    """Have that message show what became of it."""

    proposal: int


@dataclass(frozen=True, slots=True)
class TryPager:
    """Call whoever asks for it by their own pager, for a while, so that they know that it reaches them."""

    to: SlackUserId
    pager: str
    asked_at: datetime
    """Machine time."""


@dataclass(frozen=True, slots=True)
class PublishHead:
    """Publish a head of the record's chain where Muster cannot take it back: in a channel, in a git repository, or
    with a time-stamping authority."""

    head: int
    to: str
    """The name of the destination."""


@dataclass(frozen=True, slots=True)
class PostDigest:
    """Post the digest of a week in the policy's channel."""

    last: date
    """The last day that it tells of."""
    missed: int = 0
    """Digests that were not sent before it."""


@dataclass(frozen=True, slots=True)
class MailDigest:
    """Send that digest to one mailbox, so that one that is refused holds up no other."""

    last: date
    to: str
    place: int
    """Among the mailboxes of the policy; lanes are named by it, as logs tell of lanes."""
    missed: int = 0


AlertEffect = AskAboutAlert | RefreshAlert
ProposalEffect = AskAboutProposal | RefreshProposal
DigestEffect = PostDigest | MailDigest
Aside = AlertEffect | ProposalEffect | TryPager | PublishHead | DigestEffect
"""What is about no event of an incident."""

Announcement = (
    OpenChannel
    | InvitePeople
    | PostCard
    | PostRunbook
    | PinCard
    | AddBookmark
    | Announce
    | EditAnnouncements
    | TellPerson
    | PagePerson
    | StopPage
    | SettleAsks
    | CheckPerson
    | PostReview
    | PostInvitation
    | ShareReview
    | PostRunbookChange
    | OpenPullRequest
    | PublishStatus
    | FileIssue
    | UpdateIssue
    | SendWebhook
    | OpenBridge
    | StartRun
    | WatchRun
    | TellBroadcast
    | TellChannel
    | ArchiveChannel
    | RenameChannel
    | ReadBack
)
Refresh = RefreshCard | RefreshRunbook | RefreshTopic
Effect = Announcement | Refresh

ELSEWHERE = (
    PagePerson
    | StopPage
    | TryPager
    | ShareReview
    | OpenPullRequest
    | PublishStatus
    | FileIssue
    | UpdateIssue
    | SendWebhook
    | OpenBridge
    | StartRun
    | WatchRun
    | MailDigest
)
"""What waits for other systems than Slack. Where they hang, Slack is told all the same, and the other way round."""


@dataclass(frozen=True, slots=True)
class UnknownEffect:
    """An effect that this version cannot read, or whose event it cannot: it is left for a newer one."""

    kind: str
    is_damaged: bool = False
    """Whether no version can read it: nobody is waited for."""


BROADCAST = "broadcast"
"""The lane of the cards in the broadcast channel."""
SLACK = "slack"
"""The destination of whatever is not said to go elsewhere."""
TRIAGE = "triage"
"""The destination of what people are asked about alerts."""
PROPOSALS = "proposals"
"""The destination of what programs propose."""
PAGERS = "pagers"
"""The destination of pages."""
BRIDGE = "bridge"
"""The destination of calls that are to be opened."""
WEBHOOKS = "webhooks"
"""The destination of what other programs are told."""
HEADS_CHANNEL = "heads/channel"
"""The channel where heads of the record's chain are posted."""
HEADS_FOLDER = "heads/folder"
"""The folder where they are committed."""
HEADS_STAMP = "heads/stamp"
"""Who stamps them with the time."""
DIGEST = "digest"
"""The channel where each week is told of, which is its lane, too."""
MAIL = "mail"
"""Who is told of it by mail."""
FILES = "files"
"""The target that is our own page, written as files."""
RUNBOOKS = "runbooks"
"""The repository of runbooks, which is its lane, too: one pull request is opened after the other."""


def destination_of(effect: Effect | Aside) -> str:
    """The name of the destination that brings it about."""
    match effect:
        case ShareReview(to=to):
            return to
        case PublishStatus(to=to):
            return status_target(to)
        case PagePerson() | StopPage() | TryPager():
            return PAGERS
        case FileIssue(to=to) | UpdateIssue(to=to):
            return tracker(to)
        case SendWebhook():
            return WEBHOOKS
        case OpenBridge():
            return BRIDGE
        case PublishHead(to=to):
            return to
        case PostDigest():
            return DIGEST
        case MailDigest():
            return MAIL
        case OpenPullRequest():
            return RUNBOOKS
        case StartRun(to=to) | WatchRun(to=to):
            return engine(to)
        case AskAboutAlert() | RefreshAlert():
            return TRIAGE
        case AskAboutProposal() | RefreshProposal():
            return PROPOSALS
        case _:
            return SLACK


def status_target(name: str) -> str:
    """The destination of a status page, which is its lane, too: what is published keeps its order there."""
    return f"status:{name}"


def tracker(name: str) -> str:
    """The destination of a tracker's issues."""
    return f"tracker:{name}"


def document(name: str) -> str:
    """The destination of published reviews at a place of the policy."""
    return f"document:{name}"


def tracker_lane(name: str, number: IncidentNumber) -> str:
    """The lane of the issues of one incident: what is said of one of them keeps its order, and an issue that the
    tracker cannot take holds up no other incident's."""
    return f"{tracker(name)}/{number}"


def webhook(name: str) -> str:
    """The lane of a subscription: what it is told of all incidents keeps its order."""
    return f"webhook:{name}"


def engine(name: str) -> str:
    """The destination of what an engine is to run."""
    return f"engine:{name}"


def invitations(event: AnyEvent, people: Sequence[SlackUserId]) -> tuple[InvitePeople, ...]:
    """One effect per hundred people, each person once."""
    once = tuple(dict.fromkeys(people))
    starts = range(0, len(once), INVITED_AT_ONCE)
    return tuple(
        InvitePeople(event, once[start : start + INVITED_AT_ONCE], part) for part, start in enumerate(starts, start=1)
    )


@dataclass(frozen=True, slots=True)
class Address:
    """Where an effect goes: `lane` is the queue it stands in, `destination` tells apart the parts of a fan-out.

    `needs_channel`: it cannot start before the incident's channel is known.
    """

    lane: str
    destination: str
    needs_channel: bool = False


def lane_kind(lane: str) -> str:
    """What kind of lane it is, of which there are few: `inc`, `inc/polish`, `broadcast`, `dm`."""
    first, _, rest = lane.partition("/")
    kind, part = first.partition(":")[0], rest.partition("/")[0]
    return f"{kind}/{part}" if kind == "inc" and part else kind


def channel_lane(number: IncidentNumber) -> str:
    """The lane of an incident's channel, which begins with what opens it."""
    return f"inc:{number}"


def address(effect: Effect, number: IncidentNumber) -> Address:
    """Lanes are destinations: effects of one lane go in order, one at a time; lanes do not wait for each other."""
    channel, polish = channel_lane(number), f"{channel_lane(number)}/polish"
    match effect:
        case OpenChannel():
            return Address(channel, "channel")
        case InvitePeople(part=part):
            return Address(channel, f"people/{part}", needs_channel=True)
        case ArchiveChannel():
            return Address(channel, "archive", needs_channel=True)
        case ShareReview(to="canvas"):
            return Address(f"{channel}/canvas", "canvas", needs_channel=True)
        case ShareReview(to=to):
            return Address(f"review:{number}/{to}", to)
        case PublishStatus(to=to):
            return Address(status_target(to), status_target(to))
        case FileIssue(to=to) | UpdateIssue(to=to):
            return Address(tracker_lane(to, number), tracker(to))
        case SendWebhook(to=to):
            return Address(webhook(to), webhook(to))
        case OpenBridge():
            return Address(f"{channel}/bridge", BRIDGE)
        case StartRun(of=event, to=to) | WatchRun(of=event, to=to):
            return Address(f"{channel}/run/{event.run.number}", engine(to))
        case PostInvitation():
            return Address(channel, "invitation", needs_channel=True)
        case PostRunbookChange():
            return Address(channel, "proposed", needs_channel=True)
        case OpenPullRequest():
            return Address(RUNBOOKS, RUNBOOKS)
        case Announce() | EditAnnouncements() | PostReview() | PostCard(place=Place.CHANNEL):
            return Address(channel, "channel", needs_channel=True)
        case PostRunbook(slug=slug):
            return Address(channel, f"runbook/{slug}", needs_channel=True)
        case RefreshRunbook(slug=slug):
            return Address(polish, f"runbook/{slug}", needs_channel=True)
        case PinCard() | RefreshTopic() | RefreshCard(place=Place.CHANNEL):
            return Address(polish, "channel", needs_channel=True)
        case RenameChannel():
            return Address(polish, "name", needs_channel=True)
        case ReadBack():
            return Address(f"{channel}/history", "history", needs_channel=True)
        case AddBookmark(what=what):
            return Address(polish, f"bookmark/{what}", needs_channel=True)
        case PostCard() | RefreshCard() | TellBroadcast():
            return Address(BROADCAST, "broadcast")
        case TellChannel(to=to):
            return Address(f"channel:{to}", f"channel:{to}")
        case PagePerson(to=to, pager=pager) | StopPage(to=to, pager=pager):
            return Address(f"{channel}/page/{to}/{pager}", f"page:{to}/{pager}")
        case CheckPerson(person=person):
            return Address(f"check:{person}", f"check:{person}")
        case TellPerson(to=to) | SettleAsks(to=to):
            return Address(f"dm:{to}", f"dm:{to}")


def needs_channel(effect: Effect) -> bool:
    """Whether it cannot be brought about but in the incident's channel."""
    return address(effect, IncidentNumber(0)).needs_channel


def ends_with_channel(effect: Effect) -> bool:
    """Whether nobody is served by it while nothing can be written in the incident's channel. What the channel would
    have been told then goes to whoever sees to the incident."""
    return needs_channel(effect) and not isinstance(effect, Announce | PostReview | PostInvitation | PostRunbookChange)


def waits_for_channel(effect: Effect) -> bool:
    """Whether it is kept for an incident's channel that cannot be written in for now. What shows the present state is
    shown anew on its return."""
    return needs_channel(effect) and not isinstance(effect, Refresh | ReadBack)
