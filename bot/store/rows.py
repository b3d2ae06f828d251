"""What the store hands out besides the domain's own values."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.actor import Actor, Integration, Muster, Person
from bot.domain.effects import Aside, Effect, UnknownEffect
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.people import Profile
from bot.domain.timeline import AnyEvent, Recorded
from bot.domain.vocabulary import ChannelLoss, DeadlineKind, DeadlineStep, Priority, Status


@dataclass(frozen=True, slots=True)
class WorkspaceRow:
    id: str
    name: str
    url: str | None = None
    bot_user: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """An incident as lists show it: a row of the projection."""

    number: IncidentNumber
    title: str
    status: Status
    priority: Priority
    service: str | None
    category: str | None
    is_private: bool
    is_listed: bool
    """Private, but no secret any more: it stands in lists, while its channel stays private."""
    is_drill: bool
    is_over: bool
    declared_by: SlackUserId | None
    declared_at: datetime
    commander: SlackUserId | None
    asked: SlackUserId | None
    channel: ChannelId | None
    channel_name: str | None
    update_due_at: datetime | None
    last_update_at: datetime | None
    over_at: datetime | None
    last_seq: int
    acknowledged_at: datetime | None = None
    first_update_at: datetime | None = None
    mitigated_at: datetime | None = None
    """None also where nobody said it."""
    resolved_at: datetime | None = None
    updates_due: int | None = None
    """None: written by a version that measured nothing."""
    updates_on_time: int | None = None
    times_reopened: int | None = None
    was_escalated: bool | None = None
    kept_acknowledge: bool | None = None
    kept_update_first: bool | None = None
    kept_mitigate: bool | None = None
    kept_resolve: bool | None = None
    runbooks: str | None = None
    """What came of each runbook, as JSON; None: there were none."""
    audiences: str | None = None
    """JSON: updates due and on time, of each with a clock of its own."""
    alerts: int | None = None
    """How many belong to it; None: written by a version that did not count them."""
    acts: str | None = None
    """JSON: quarters of an hour, and how many people did something in each; None: nobody did anything."""
    follow_ups: str | None = None
    """JSON: when each open one was agreed, and by when it is due; None: there are none."""
    impact: str | None = None
    """JSON: when users were affected, from and to; None: written by a version that did not keep that."""
    impact_until: datetime | None = None
    """When the last of it ended; None while it lasts."""
    degraded: int | None = None
    """In hundredths of a percent, where somebody said so."""
    problem: int | None = None
    declared_by_integration: str | None = None
    """The name of the integration that declared it."""
    declared_from: str | None = None
    """The message it was declared from: its channel and ts, with a slash between them."""
    channel_lost: ChannelLoss | None = None
    """Why nothing can be written in its channel for now."""
    is_outline: bool = field(default=False, metadata={"is_column": False})
    """Only title, status, priority and the time of the next update may be told of it."""

    def outline(self) -> "Summary":
        """What may be told of it to whoever may not read it."""
        return replace(
            self, is_outline=True, commander=None, asked=None, channel=None, channel_name=None, declared_by=None
        )

    @property
    def is_hidden(self) -> bool:
        """Whether only its members may know of it."""
        return self.is_private and not self.is_listed


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to an incident."""

    summary: Summary
    person: Profile | None
    """None for somebody whom the store does not know."""
    is_there: bool | None
    """Whether they are in its channel; None for whoever was never seen there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which incidents a list is about; an empty tuple asks for nothing in particular."""

    is_over: bool | None = None
    statuses: tuple[Status, ...] = ()
    priorities: tuple[Priority, ...] = ()
    service: str | None = None
    category: str | None = None
    is_drill: bool | None = None
    since: datetime | None = None
    """Declared at that instant or later."""
    until: datetime | None = None
    """Declared before that instant."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that was carried out before: the events it added."""

    number: IncidentNumber
    first_seq: int
    last_seq: int
    asked: bytes | None = None
    """The digest of what was asked for, where the door tells."""


@dataclass(frozen=True, slots=True)
class FeedCopy:
    """The last good copy of a calendar feed."""

    content: str | None = None
    etag: str | None = None
    fetched_at: datetime | None = None
    """Machine time."""
    error: str | None = None
    """Why a newer copy could not be had; None while the copy is the newest."""

    @property
    def told(self) -> str:
        """What is wrong, and which copy is used instead."""
        used = f"the copy of {self.fetched_at:%Y-%m-%d %H:%M} UTC is used" if self.fetched_at else "there is no copy"
        return f"{self.error}; {used}"

    def is_older_than(self, span: timedelta, machine_now: datetime) -> bool:
        """Whether nothing newer could be had, and what there is instead is older than that, or nothing."""
        return self.error is not None and (self.fetched_at is None or machine_now - self.fetched_at > span)


@dataclass(frozen=True, slots=True)
class Audited:
    """One entry of the audit log: who did or wanted what; never what they wrote."""

    at: datetime
    """Incident time."""
    actor: str
    """A Slack user id, the name of an integration, `muster` or `operator` for the command line."""
    verb: str
    number: IncidentNumber | None
    outcome: str
    """`done` or `refused`."""
    detail: str
    """The kind of event or refusal, or what an operator's command was about."""
    actor_kind: str | None = None
    """`person`, `integration`, `muster` or `operator`; None: written by a version that did not say."""
    actor_name: str | None = None
    """The name of an integration, whole."""

    @classmethod
    def of(
        cls, at: datetime, actor: Actor, verb: str, number: IncidentNumber | None, outcome: str, detail: str
    ) -> "Audited":
        """The entry about what an actor did or wanted."""
        match actor:
            case Person(user=user):
                return cls(at, user, verb, number, outcome, detail, "person")
            case Integration(name=name):
                return cls(at, name, verb, number, outcome, detail, "integration", name)
            case Muster():
                return cls(at, "muster", verb, number, outcome, detail, "muster")


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An effect as it is stored. Times are machine time."""

    id: int
    number: IncidentNumber | None
    seq: int | None
    kind: str
    destination: str
    lane: str
    key: str
    body: dict[str, Any]
    is_refresh: bool
    state: str
    is_unknown: bool
    attempts: int
    queued_at: datetime
    first_called_at: datetime | None
    called_at: datetime | None
    not_before: datetime | None
    lease_until: datetime | None
    owner: str | None
    fence: int = 0
    """How often it was claimed: a lease that was lost is told from the one that followed it, also of one owner."""
    result: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    trace: str | None = None
    """What led to it, where traces are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(OutboxRow):
    """An effect that is leased to us."""

    effect: Effect | Aside | UnknownEffect
    cause: Recorded | None = None
    """The event it names; None for one that shows the present state."""


@dataclass(frozen=True, slots=True)
class Queued:
    """Effects of one kind that wait in a lane."""

    kind: str
    lane: str
    """What kind of lane it is."""
    count: int
    oldest_at: datetime
    """When the oldest was queued (machine time)."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Effects that are not claimed for now, though their time has come. They hold up what follows them in their lanes,
    and nothing else."""

    kinds: frozenset[str] = frozenset()
    unless_urgent: frozenset[str] = frozenset()
    """Kinds of which only those go on that nothing less urgent may hold up."""
    lanes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.kinds or self.unless_urgent or self.lanes)


NOTHING_PAUSED: Final = Paused()


@dataclass(frozen=True, slots=True)
class Begun:
    """An effect that was begun lately (machine time), for whoever counts what Slack is called for."""

    kind: str
    lane: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReplicaRow:
    """A process at work on the database."""

    owner: str
    seen_at: datetime
    """Machine time."""
    connections: int | None = None
    """Of the app, as Slack counted them when it last said so; None: it never did, as in HTTP mode."""


@dataclass(frozen=True, slots=True)
class DueDeadline:
    """A deadline whose time has come, leased to us."""

    number: IncidentNumber
    kind: DeadlineKind
    step: DeadlineStep
    set_by: int
    due_at: datetime
    promised_at: datetime
    audience: str = ""


@dataclass(frozen=True, slots=True)
class ToRecord:
    """What a decision on an incident leaves behind. `dedup`: with which it cannot be recorded twice."""

    number: IncidentNumber
    events: Sequence[AnyEvent]
    effects: Sequence[Effect] = ()
    dedup: str | None = None


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """How many incidents were recomputed, and what differed from the projection."""

    incidents: int
    differences: list[str]
