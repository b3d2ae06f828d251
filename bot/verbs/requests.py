"""One request for each verb: what somebody wants, as plain values. Which rule decides on it stands in `table.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated, Any, Final, Generic, TypeVar, get_type_hints

from bot.domain.alerts import Alert
from bot.domain.audience_clocks import STAKEHOLDERS
from bot.domain.declaration import Declaration
from bot.domain.effectiveness import Effectiveness
from bot.domain.emergency import Begun
from bot.domain.ids import ChannelId, MessageTs, Reference, SlackUserId
from bot.domain.incident import Incident
from bot.domain.paging import Tried
from bot.domain.runbook import Part, Runbook
from bot.domain.sections import Written
from bot.domain.timeline import SuggestedValue, Update
from bot.domain.transcript import MessageAt
from bot.domain.update import NOTHING_BESIDES, Besides
from bot.domain.vocabulary import (
    FollowUpState,
    Health,
    Level,
    Mark,
    Overwriting,
    Priority,
    ReviewStep,
    Role,
    Section,
    Severity,
    Stage,
    StepOutcome,
    TimeName,
)
from bot.workflows.context import Outcome
from bot.workflows.sections import Text

T_co = TypeVar("T_co", covariant=True)


class Request(Generic[T_co]):
    """What somebody wants; `T_co` is what performing it answers."""

    __slots__ = ()


REQUIRED: Final = "must not be empty"
PEOPLE: Final = "whom Slack must know before anything is decided"

Words = Annotated[str, REQUIRED]
Somebody = Annotated[SlackUserId, PEOPLE]
SomebodyOrNobody = Annotated[SlackUserId | None, PEOPLE]
People = Annotated[tuple[SlackUserId, ...], PEOPLE]


def required_words(request: Request[Any]) -> dict[str, str]:
    """The texts that must not be empty, by their names."""
    match request:
        case PostUpdate(update=update):
            return {"conditions": f"{update.conditions}{update.actions}{update.needs}"}
        case TakeReviewStep(step=ReviewStep.REOPEN | ReviewStep.WAIVE, reason=reason):
            return {"reason": reason}
    kind: Any = type(request)
    return {name: getattr(request, name) for name in _marked(kind, REQUIRED)}


def people_in(request: Request[Any]) -> tuple[SlackUserId, ...]:
    """The people whom a request names."""
    kind: Any = type(request)
    named = [getattr(request, name) for name in _marked(kind, PEOPLE)]
    listed = [one if isinstance(one, tuple) else (one,) for one in named if one is not None]
    return tuple(dict.fromkeys(user for users in listed for user in users))


@cache
def _marked(kind: Any, mark: str) -> tuple[str, ...]:
    """The fields of a request whose types carry the mark."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(name for name, hint in hints.items() if mark in getattr(hint, "__metadata__", ()))


@dataclass(frozen=True, slots=True)
class Declare(Request[Outcome]):
    """`report`: service, category and source by name or slug. `anyway`: also when it looks like an open incident."""

    report: Declaration
    anyway: bool = False
    alert: int | None = None
    """The number of the alert that it is declared from, which then belongs to it."""
    shown: tuple[SuggestedValue, ...] = ()
    """What similar incidents suggested, as it was shown to whoever declares."""
    begun: Begun | None = None
    """What was done for it before it could be recorded."""


@dataclass(frozen=True, slots=True)
class JoinAlert(Request[Outcome]):
    """Say that an alert, by its number, belongs to the incident."""

    alert: int


@dataclass(frozen=True, slots=True)
class IgnoreAlert(Request[Alert]):
    """Ask nobody about an alert for a while, by its number."""

    alert: int
    span: timedelta


@dataclass(frozen=True, slots=True)
class PostUpdate(Request[Outcome]):
    """`next_in`: how long until the next update, or when; None: as the policy has it."""

    update: Update
    next_in: timedelta | datetime | None = None
    besides: Besides = NOTHING_BESIDES
    """What changes in the same act."""
    audiences: tuple[str, ...] = (STAKEHOLDERS,)
    """Whom it is for: `stakeholders`, who follow, and those that have a clock of their own in the policy."""


@dataclass(frozen=True, slots=True)
class Accept(Request[Outcome]):
    """Take command, when asked or while nobody commands."""


@dataclass(frozen=True, slots=True)
class Decline(Request[Outcome]):
    """Say that one cannot take command, when asked. `why`: may be empty."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class AskCommander(Request[Outcome]):
    """Ask somebody to take command."""

    person: Somebody


@dataclass(frozen=True, slots=True)
class OfferHandover(Request[Outcome]):
    """Offer command to somebody else."""

    person: Somebody


@dataclass(frozen=True, slots=True)
class TakeOver(Request[Outcome]):
    """Take command from a silent commander."""


@dataclass(frozen=True, slots=True)
class AssignRole(Request[Outcome]):
    """Give somebody a role."""

    role: Role
    person: Somebody


@dataclass(frozen=True, slots=True)
class SetPriority(Request[Outcome]):
    """Set the priority by hand."""

    priority: Priority
    reason: Words


@dataclass(frozen=True, slots=True)
class SetImpact(Request[Outcome]):
    """Classify anew by impact; the priority follows."""

    impact: Level
    reason: Words


@dataclass(frozen=True, slots=True)
class SetUrgency(Request[Outcome]):
    """Classify anew by urgency; the priority follows."""

    urgency: Level
    reason: Words


@dataclass(frozen=True, slots=True)
class SetSeverity(Request[Outcome]):
    """Say how far the technical failure goes."""

    severity: Severity
    reason: Words


@dataclass(frozen=True, slots=True)
class CorrectAffected(Request[Outcome]):
    """Correct the service, by name or slug."""

    service: Words
    reason: Words


@dataclass(frozen=True, slots=True)
class CorrectCategory(Request[Outcome]):
    """Correct the category."""

    category: Words
    reason: Words


@dataclass(frozen=True, slots=True)
class CorrectTitle(Request[Outcome]):
    """Call the incident otherwise. `title`: None for as it is; `renames_channel`: name its channel after the title."""

    title: str | None
    renames_channel: bool = False


@dataclass(frozen=True, slots=True)
class CorrectDrill(Request[Outcome]):
    """Say that it is a drill after all, or none."""

    is_drill: bool
    reason: Words


@dataclass(frozen=True, slots=True)
class Mitigate(Request[Outcome]):
    """The impact has stopped."""

    what: Words


@dataclass(frozen=True, slots=True)
class Resolve(Request[Outcome]):
    """The fault is gone."""

    what: Words


@dataclass(frozen=True, slots=True)
class Verify(Request[Outcome]):
    """Somebody looked, and it holds."""

    how: Words


@dataclass(frozen=True, slots=True)
class Close(Request[Outcome]):
    """`unverified_because`: why it is closed without verification; None: it was verified."""

    unverified_because: str | None = None


@dataclass(frozen=True, slots=True)
class Reopen(Request[Outcome]):
    """It is not over after all."""

    reason: Words


@dataclass(frozen=True, slots=True)
class Cancel(Request[Outcome]):
    """There was no incident."""

    reason: Words


@dataclass(frozen=True, slots=True)
class Merge(Request[Outcome]):
    """Go on as another incident."""

    into: Reference


@dataclass(frozen=True, slots=True)
class AddNote(Request[Outcome]):
    """`happened_at`: None means now. `aloud`: said in the channel itself, not in the thread below the card."""

    text: Words
    happened_at: datetime | None = None
    aloud: bool = False


@dataclass(frozen=True, slots=True)
class AmendNote(Request[Outcome]):
    """Say a note otherwise."""

    number: int
    text: Words


@dataclass(frozen=True, slots=True)
class RetractNote(Request[Outcome]):
    """Take a note back."""

    number: int
    reason: Words


@dataclass(frozen=True, slots=True)
class MarkMessage(Request[Outcome]):
    """A message of the channel counts for the review."""

    mark: Mark
    channel: ChannelId
    ts: MessageTs


@dataclass(frozen=True, slots=True)
class CorrectTime(Request[Outcome]):
    """Say when something truly happened."""

    name: TimeName
    value: datetime
    reason: Words


@dataclass(frozen=True, slots=True)
class ReportStep(Request[Outcome]):
    """`slug`: the runbook; None: the one last touched."""

    slug: str | None
    number: int
    outcome: StepOutcome
    note: str = ""
    is_in_hand: bool = False
    """Only while nothing was said of it: refused when somebody else was faster."""


@dataclass(frozen=True, slots=True)
class StartRunbook(Request[Outcome]):
    """Work through a runbook, in the channel. `slug`: as of `ReportStep`."""

    slug: str | None = None


@dataclass(frozen=True, slots=True)
class StopRunbook(Request[Outcome]):
    """Work through a runbook no further. `slug`: the runbook; None: the only one under way."""

    reason: Words
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class JudgeRunbook(Request[Outcome]):
    """Say whether a runbook helped. `note`: why not; may be empty."""

    slug: Words
    helped: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class TakeStep(Request[Outcome]):
    """Have a step of a runbook that is worked through. `slug`: as of `ReportStep`; `wait`: be reminded of it then."""

    slug: str | None
    number: int
    wait: timedelta | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProposeRun(Request[Outcome]):
    """Have the action of a step run, once somebody else says yes. `slug`: as of `ReportStep`; `values`: each as
    `percent=10`, beside what the runbook sets."""

    slug: str | None
    number: int
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApproveRun(Request[Outcome]):
    """Say yes to exactly what was proposed for a step. `run`: its number."""

    slug: str | None
    number: int
    run: int


@dataclass(frozen=True, slots=True)
class DeclineRun(Request[Outcome]):
    """Say no to it, or take it back. `note`: why; may be empty."""

    slug: str | None
    number: int
    run: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Escalate(Request[Outcome]):
    """Tell the next people."""

    reason: Words


@dataclass(frozen=True, slots=True)
class SetBridge(Request[Outcome]):
    """Say where people talk: a link."""

    url: str


@dataclass(frozen=True, slots=True)
class StateDegraded(Request[Outcome]):
    """Say what part of the service is degraded, in percent."""

    percent: float
    reason: Words


@dataclass(frozen=True, slots=True)
class Hold(Request[Outcome]):
    """Put its record on legal hold."""

    reason: Words


@dataclass(frozen=True, slots=True)
class LiftHold(Request[Outcome]):
    """Lift the legal hold on its record."""

    reason: Words


@dataclass(frozen=True, slots=True)
class Snooze(Request[Outcome]):
    """Hold reminders for a while."""

    span: timedelta
    reason: Words


@dataclass(frozen=True, slots=True)
class Page(Request[Outcome]):
    """Call whoever is on call for a service, by name or slug, into the incident."""

    service: Words


@dataclass(frozen=True, slots=True)
class TryPagers(Request[tuple[Tried, ...]]):
    """Have one's own pagers called, or hear how far that came."""


@dataclass(frozen=True, slots=True)
class Invite(Request[Outcome]):
    """Add people to the incident's channel."""

    people: People


@dataclass(frozen=True, slots=True)
class Disclose(Request[Outcome]):
    """Let a private incident be listed elsewhere."""

    reason: Words


@dataclass(frozen=True, slots=True)
class Follow(Request[Outcome]):
    """Hear of an incident by direct message."""


@dataclass(frozen=True, slots=True)
class Unfollow(Request[Outcome]):
    """Hear of it no more."""


@dataclass(frozen=True, slots=True)
class Join(Request[Outcome]):
    """Be added to the channel. `saw`: what one was about to declare, as another report of the same."""

    saw: str = ""


@dataclass(frozen=True, slots=True)
class OpenAction(Request[Outcome]):
    """Somebody is to do something now: in words, or those of a message in the incident's channel."""

    text: str
    owner: SlackUserId | None = None
    message: MessageAt | None = None


@dataclass(frozen=True, slots=True)
class FinishAction(Request[Outcome]):
    """An action is done."""

    number: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class MakeDecision(Request[Outcome]):
    """Something was decided: in words, or those of a message in the incident's channel."""

    text: str
    message: MessageAt | None = None


@dataclass(frozen=True, slots=True)
class AgreeFollowUp(Request[Outcome]):
    """Agree on what is to be done afterwards."""

    text: Words
    owner: SomebodyOrNobody = None
    due: date | None = None
    priority: Priority | None = None
    link: str | None = None
    today: date | None = None
    """Where the person is; None: by UTC."""


@dataclass(frozen=True, slots=True)
class ChangeFollowUp(Request[Outcome]):
    """Say anew of a follow-up what is not None."""

    number: int
    owner: SomebodyOrNobody = None
    due: date | None = None
    priority: Priority | None = None
    link: str | None = None
    today: date | None = None
    """Where the person is; None: by UTC."""


@dataclass(frozen=True, slots=True)
class EndFollowUp(Request[Outcome]):
    """It is done or dropped."""

    number: int
    state: FollowUpState
    note: str = ""


@dataclass(frozen=True, slots=True)
class TakeReviewStep(Request[Outcome]):
    """`reason`: for waiving and opening again. `anyway`: approve it also where sections are empty."""

    step: ReviewStep
    reason: str = ""
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class AskForApproval(Request[Outcome]):
    """Ask somebody to approve the review."""

    person: Somebody


@dataclass(frozen=True, slots=True)
class DecideOverwriting(Request[Outcome]):
    """Say what becomes of the review at a place of the policy where people changed it."""

    place: Words
    choice: Overwriting


@dataclass(frozen=True, slots=True)
class CurateEntry(Request[Outcome]):
    """How an entry of the timeline stands in the review; what is None stays. `text`: empty for its own words again."""

    number: int
    is_hidden: bool | None = None
    text: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProposeChange(Request[Outcome]):
    """Propose that a runbook says what was learned. `lesson`: its key; `slug`: None for the runbook that it is about;
    `words`: instead of the lesson's own; may be empty."""

    lesson: Words
    slug: str | None = None
    words: str = ""
    seen: str = ""
    """The mark of the runbook's text as somebody saw it: refused where it is another by now. Empty: whatever it is."""


@dataclass(frozen=True, slots=True)
class ProposeRunbook(Request[Outcome]):
    """Propose a runbook from what was done, for an incident that had none."""


@dataclass(frozen=True, slots=True)
class MoveReviewMeeting(Request[Outcome]):
    """Meet about the review at another time."""

    meeting_at: datetime


@dataclass(frozen=True, slots=True)
class DraftForCustomers(Request[Outcome]):
    """Write what customers are to read on the status page. An empty title or text: as before, or as the policy has it.
    `components`: by their ids on the page; None: as before. `next_in`: how long after its publication the next one
    comes, zero for no time; None: as before, else by the clock of customers."""

    stage: Stage
    text: str = ""
    title: str = ""
    components: Mapping[str, Health] | None = None
    next_in: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AskForCustomerReview(Request[Outcome]):
    """Somebody else is to read the draft for customers. `version`: None for the draft as it stands. `anyway`: also
    with words that people outside would not use."""

    version: int | None = None
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class ApproveForCustomers(Request[Outcome]):
    """That version, and no other, may be published."""

    version: int


@dataclass(frozen=True, slots=True)
class PublishForCustomers(Request[Outcome]):
    """Have the status page say what was approved. `version`: None for the one that was approved last."""

    version: int | None = None


@dataclass(frozen=True, slots=True)
class TriggerClock(Request[Outcome]):
    """Say since when a regulation applies, or when something was so from which its stages count. `regulation` and
    `trigger`: as the policy has them; `happened_at`: None for now."""

    regulation: Words
    trigger: Words
    reason: Words
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RuleOutReporting(Request[Outcome]):
    """There is nothing to be reported under a regulation."""

    regulation: Words
    reason: Words


@dataclass(frozen=True, slots=True)
class RecordSubmission(Request[Outcome]):
    """A stage of a regulation was submitted. `submitted_at`: None for now; `reference`: as the authority has it."""

    regulation: Words
    stage: Words
    submitted_at: datetime | None = None
    reference: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpenProblem(Request[Outcome]):
    """Open the problem behind the incident."""

    title: Words


@dataclass(frozen=True, slots=True)
class LinkProblem(Request[Outcome]):
    """The incident has the cause of a known problem."""

    number: int


@dataclass(frozen=True, slots=True)
class UnlinkProblem(Request[Outcome]):
    """It has another cause."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExplainProblem(Request[Outcome]):
    """Write down its cause or its workaround; what is empty stays."""

    cause: str = ""
    workaround: str = ""


@dataclass(frozen=True, slots=True)
class SolveProblem(Request[Outcome]):
    """Its cause is removed."""

    how: Words


@dataclass(frozen=True, slots=True)
class OpenRunbook(Request["OpenedRunbook"]):
    """Link a runbook and see it. `wanted`: its slug, and after it perhaps the number of a step or the heading of a
    section to be shown; or words to search for; empty: the one last touched."""

    wanted: str = ""


@dataclass(frozen=True, slots=True)
class OpenedRunbook:
    """A runbook, and the incident that it is linked to by now."""

    runbook: Runbook
    incident: Incident
    part: Part | None = None
    """What of it was asked for; None: all of it."""
    did: Effectiveness | None = None
    """How well it did lately, where all of it was asked for."""


@dataclass(frozen=True, slots=True)
class WriteSections(Request[tuple[Written, ...]]):
    """Write in the review: all of the texts, or none. What was new is answered."""

    texts: Mapping[Section, Text]
