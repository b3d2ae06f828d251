"""What the tests of the domain begin with: a policy, people, incidents at any status, and time that passes."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain import status
from bot.domain.amending import Amended, Amendment
from bot.domain.audience import effects_of
from bot.domain.decision import Decision
from bot.domain.declaration import Declaration, declare
from bot.domain.effects import Effect
from bot.domain.folding import begin, evolve
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import NAGGING, Incident
from bot.domain.people import Profile
from bot.domain.policy import (
    Automation,
    BusinessHours,
    Channels,
    Component,
    Engine,
    Parameter,
    People,
    Policy,
    PriorityRules,
    Schedule,
    Service,
    StatusPage,
)
from bot.domain.reason import Stated
from bot.domain.roles import accept
from bot.domain.runbook import Runbook, Step
from bot.domain.timeline import AnyEvent, Given, PlannedRun, Promise, Recorded, Update, UpdatePosted
from bot.domain.update import post_update
from bot.domain.vocabulary import (
    Clock,
    DeadlineKind,
    DeadlineStep,
    EngineKind,
    Level,
    ParameterKind,
    Priority,
    ReasonCode,
    Status,
)

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
"""A Wednesday."""

DANA, BO, CHEN, ELI, MIA, XENIA, SAM = map(SlackUserId, ("UDANA", "UBO", "UCHEN", "UELI", "UMIA", "UXENIA", "USAM"))
"""Dana declares, Bo is on call and Sam is the secondary, Chen and Eli help, Mia manages, Xenia is an executive."""


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def after(number: float) -> datetime:
    """So many minutes after noon, when the incident is declared."""
    return NOON + minutes(number)


OFFICE = BusinessHours(frozenset(range(5)), time(9), time(18), ZoneInfo("UTC"))


def rules(name: str, acknowledge: timedelta, every: timedelta, warn: timedelta, clock: Clock) -> PriorityRules:
    return PriorityRules(
        name=name,
        acknowledge_within=acknowledge,
        first_update_within=every,
        update_every=every,
        mitigated_update_every=max(every, min(4 * every, hours(4))),
        max_next=max(hours(4), 2 * every),
        warn_before=warn,
        clock=clock,
    )


CRITICAL = replace(
    rules("Critical", minutes(5), minutes(15), minutes(5), Clock.ALWAYS),
    bridge=True,
    notify_executives=True,
    review_within=days(3),
)

OPS = Engine("ops", EngineKind.WEBHOOK, "https://ops.example", "MUSTER_ACTION_OPS")
RESTART = Automation(
    "restart",
    "ops",
    {"path": "/restart"},
    approvers=("commander", "managers"),
    parameters=(
        Parameter("percent", ParameterKind.INT, 1, 50),
        Parameter("region", ParameterKind.ONE_OF, options=("eu", "us")),
    ),
    cooldown=minutes(10),
)
"""An action with two parameters; the runbook sets one of them."""
TRIED = Automation("drain", "ops", {"path": "/drain"}, approvers=("anyone",), dry_run=("check", "true"))
"""One that is tried first, and that anybody may approve."""
POLICY = Policy(
    timezone=ZoneInfo("UTC"),
    business_hours=OFFICE,
    channels=Channels(bridge_url="https://meet.example/major"),
    priorities={
        Priority.P1: CRITICAL,
        Priority.P2: rules("High", minutes(15), minutes(30), minutes(5), Clock.ALWAYS),
        Priority.P3: rules("Medium", hours(1), hours(4), minutes(15), Clock.BUSINESS),
        Priority.P4: rules("Low", days(1), days(1), hours(1), Clock.BUSINESS),
    },
    matrix={
        Level.HIGH: {Level.HIGH: Priority.P1, Level.MEDIUM: Priority.P2, Level.LOW: Priority.P3},
        Level.MEDIUM: {Level.HIGH: Priority.P2, Level.MEDIUM: Priority.P3, Level.LOW: Priority.P4},
        Level.LOW: {Level.HIGH: Priority.P3, Level.MEDIUM: Priority.P4, Level.LOW: Priority.P4},
    },
    categories=("outage", "security"),
    services={
        "checkout": Service("checkout", "Checkout", tier=1, oncall="shop", tags=("web", "payments")),
        "search": Service("search", "Search", tier=3, manager=ELI),
    },
    schedules={"shop": Schedule("shop", members=(BO,), secondary=(SAM,))},
    people=People(managers=(MIA,), executives=(XENIA,)),
    engines={"ops": OPS},
    actions={"restart": RESTART, "drain": TRIED},
)
"""The shipped priorities and matrix, one service with a schedule and one without."""
PAGE = StatusPage(
    "Example",
    "https://status.example.com",
    (Component("shop", "Shop", ("checkout",)), Component("find", "Search", ("search",))),
    ZoneInfo("UTC"),
)
"""A status page, which the policy above does not have."""


def added(change: Amendment) -> Amended:
    """A file with one step, and what is added below it."""
    return Amended("1. Undo it\n", f"1. Undo it\n{change.where}: {change.text}\n")


ROLLBACK = Runbook(
    slug="bad-change",
    title="Roll back a bad change",
    tags=("deploy",),
    categories=("outage",),
    symptoms=("errors after a deploy",),
    steps=(
        Step(1, "Find the change"),
        Step(2, "Roll it back", action="restart percent=10"),
        Step(3, "Watch", action="drain"),
    ),
    amended=added,
)

DRY = PlannedRun(1, "restart", "ops", "bad-change", 2, "Roll it back", (Given("percent", "10"),), is_dry=True)
"""A run that was planned."""

FAILOVER = Runbook(
    slug="database-failover",
    title="Database failover",
    services=("orders",),
    categories=("outage", "degradation"),
    tags=("database", "postgres"),
    symptoms=("writes fail everywhere", "replication lag grows"),
    steps=(Step(1, "Stop writes"), Step(2, "Promote the replica")),
)
BAD_CHANGE = Runbook(
    slug="bad-change",
    title="Roll back a bad change",
    categories=("outage", "degradation"),
    tags=("deploy", "web"),
    steps=(Step(1, "Undo it"),),
    path="bad-change.md",
    amended=added,
)
SECURITY = Runbook(slug="security-report", title="A security report", categories=("security",), tags=("access",))

A_CRITICAL_ONE = Declaration("checkout returns 500s", Level.HIGH, Level.HIGH, service="checkout")

BY_NAME, LEFT = Stated(ReasonCode.ASKED_FOR_BY_NAME), Stated(ReasonCode.LEFT_CHANNEL)
"""Why a runbook is linked, and why a commander is lost."""

AFTERWARDS = frozenset({*DeadlineKind} - {*NAGGING, DeadlineKind.MITIGATE, DeadlineKind.RESOLVE, DeadlineKind.QUIET})
"""What may still be to come once nobody is owed updates any more."""

Verb = Callable[[Incident], Decision]
"""A rule with everything but the incident already said."""


def recorded(seq: int, event: AnyEvent) -> Recorded:
    return Recorded(seq, event.at, event)


def fold_all(events: Iterable[AnyEvent]) -> Incident:
    first, *rest = events
    return after_events(begin(recorded(1, first)), *rest)


def after_events(incident: Incident, *events: AnyEvent) -> Incident:
    for event in events:
        incident = evolve(incident, recorded(incident.last_seq + 1, event))
    return incident


def run(incident: Incident, *decisions: Decision | Verb) -> Incident:
    """The incident after the decisions; a verb is decided on the incident as it is by then."""
    for one in decisions:
        decision = one if isinstance(one, Decision) else one(incident)
        incident = after_events(incident, *decision.events)
    return incident


def declaring(
    report: Declaration = A_CRITICAL_ONE,
    at: datetime = NOON,
    policy: Policy = POLICY,
    by: SlackUserId = DANA,
    runbooks: Iterable[Runbook] = (),
) -> Decision:
    return declare(IncidentNumber(42), by, report, at, policy, runbooks)


def declared(
    priority: Priority | None = None,
    at: datetime = NOON,
    policy: Policy = POLICY,
    runbooks: Iterable[Runbook] = (),
    is_private: bool = False,
) -> Incident:
    """INC-42, P1 unless another priority is given, declared by Dana; Bo is asked to command."""
    report = replace(A_CRITICAL_ONE, priority=priority, is_private=is_private)
    return fold_all(declaring(report, at, policy, runbooks=runbooks).events)


def commanded(priority: Priority | None = None, at: datetime = NOON) -> Incident:
    """INC-42, accepted by Bo in the minute it was declared."""
    return run(declared(priority, at), lambda it: accept(it, BO, at))


def updating(at: datetime, next_in: timedelta | None = None, by: SlackUserId = BO, policy: Policy = POLICY) -> Verb:
    return lambda it: post_update(it, by, Update("still down"), next_in, at, policy)


def in_status(wanted: Status) -> Incident:
    """INC-42 in that status, its way there taken in the first minute after noon. Nobody ever accepted command."""
    at = after(1)
    resolved: tuple[Verb, ...] = (lambda it: status.resolve(it, CHEN, "rolled back", at, POLICY),)
    ways: dict[Status, tuple[Verb, ...]] = {
        Status.DECLARED: (),
        Status.INVESTIGATING: (updating(at),),
        Status.MITIGATED: (lambda it: status.mitigate(it, CHEN, "rule off", at, POLICY),),
        Status.RESOLVED: resolved,
        Status.CLOSED: (*resolved, lambda it: status.close(it, CHEN, "nobody can test", at, POLICY)),
        Status.CANCELLED: (lambda it: status.cancel(it, CHEN, "a test", at, POLICY),),
        Status.MERGED: (),
    }
    incident = run(declared(), *ways[wanted])
    # No verb merges incidents yet; the status is known all the same.
    return replace(incident, status=wanted, over_at=at) if wanted is Status.MERGED else incident


def person(user: SlackUserId, *, is_bot: bool = False, is_deactivated: bool = False) -> Profile:
    return Profile(user, user.removeprefix("U").title(), is_bot=is_bot, is_deactivated=is_deactivated)


def effects(incident: Incident | None, decision: Decision, policy: Policy = POLICY) -> tuple[Effect, ...]:
    """What follows from a decision that was made about an incident."""
    return effects_of(decision, incident, policy)


def kinds(effects: Iterable[Effect]) -> list[str]:
    return [type(effect).__name__ for effect in effects]


def due(incident: Incident, kind: DeadlineKind, step: DeadlineStep = DeadlineStep.OVERDUE) -> datetime | None:
    """When the open deadline of that kind and step fires, the notice of a late update without its minute of grace;
    None when there is none. There is never more than one."""
    found = [one.due_at for one in incident.open_deadlines() if (one.kind, one.step) == (kind, step)]
    assert len(found) <= 1
    is_notice = (kind, step) == (DeadlineKind.UPDATE, DeadlineStep.OVERDUE)
    return found[0] - (incident.update_grace if is_notice else timedelta()) if found else None


def promised(posted: AnyEvent) -> Promise:
    """What an update promises."""
    assert isinstance(posted, UpdatePosted)
    assert posted.next_update is not None
    return posted.next_update
