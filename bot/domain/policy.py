"""The policy: what one company agreed on. Loaded and checked by `bot.config.policy_loading`; here are plain values."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.ids import SlackUserId
from bot.domain.objectives import ErrorBudgets
from bot.domain.regulations import Regulation
from bot.domain.retention import Retention
from bot.domain.vocabulary import (
    Axis,
    Clock,
    DocumentKind,
    EngineKind,
    Handling,
    Level,
    Mark,
    ParameterKind,
    Priority,
    Stage,
    Tls,
    TrackerKind,
    Window,
)


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When the business clock runs: from `opens` to `closes` on `days` (0 is Monday) that are no holidays."""

    days: frozenset[int]
    opens: time
    closes: time
    timezone: ZoneInfo
    holidays: Container[date] = frozenset()


@dataclass(frozen=True, slots=True)
class PriorityRules:
    """What a priority demands. Spans count on `clock`; `review_within` is calendar time."""

    name: str
    acknowledge_within: timedelta
    first_update_within: timedelta
    update_every: timedelta
    mitigated_update_every: timedelta
    """The cadence once the impact has stopped."""
    max_next: timedelta
    """The longest `next:` an update may promise."""
    warn_before: timedelta | None = None
    mitigate_within: timedelta | None = None
    resolve_within: timedelta | None = None
    verify_within: timedelta | None = None
    """After resolution; then whoever commands is asked for it."""
    quiet_after: timedelta | None = None
    """How long nothing may happen before the commander is asked whether the incident is over."""
    review_within: timedelta | None = None
    clock: Clock = Clock.ALWAYS
    bridge: bool = False
    notify_executives: bool = False
    notify: tuple[str, ...] = ()
    """Who is called at its declaration beside the one who is asked to command: `resolver_group` is invited, `manager`
    told."""


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """Who is told when a deadline has stayed unmet for `after`; targets as the policy file writes them."""

    after: timedelta
    tell: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of days, both ends in it, in the zone of the business hours."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class ContextRule:
    """Business context that raises the urgency or the impact by one level; an empty condition matches anything."""

    service: str | None = None
    category: str | None = None
    tier: int | None = None
    calendar: Window | Days | None = None
    raises: Axis = Axis.URGENCY


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Service:
    slug: str
    name: str
    tier: int | None = None
    oncall: str | None = None
    manager: SlackUserId | None = None
    resolver_group: str | None = None
    tags: tuple[str, ...] = ()
    owner: str | None = None
    """Who looks after it, in words for people."""
    system: str | None = None
    """What it is a part of, in words for people."""
    links: tuple[Link, ...] = ()
    depends_on: tuple[str, ...] = ()


DIRECT = "direct"
"""Instead of a proxy: none, whatever takes one else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How something outside is reached by HTTP. None: as everything is (`Policy.outgoing`)."""

    allow_private_address: bool = False
    """Whether its address may lead to this machine or into a private network."""
    proxy: str | None = None
    """An address; `env:` and the variable that holds it; or DIRECT."""
    ca_file: str | None = None
    """The file with the only certificates that are trusted there, in PEM."""
    within: timedelta | None = None
    """How long an answer may take."""


@dataclass(frozen=True, slots=True)
class Catalog(Way):
    """Where services are listed besides the policy, in the form of Backstage's `catalog-info.yaml`."""

    place: str
    """A file or a web address."""
    refresh_every: timedelta = timedelta(hours=1)
    types: frozenset[str] = frozenset({"service", "website"})
    """Which types of components are services."""
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the policy itself says, which wins: slug → field of the service → its value."""
    removed: frozenset[str] = frozenset()
    """Slugs that the policy removes."""

    def laid_under(self, listed: Mapping[str, Service]) -> dict[str, Service]:
        """The services that count: those the policy names first, then the others by tier and name."""
        known = {slug: one for slug, one in listed.items() if slug not in self.removed}
        order = sorted(known.values(), key=lambda one: (one.tier is None, one.tier, one.name.casefold()))
        named = {slug: known.get(slug, Service(slug, slug)) for slug in self.own}
        return {
            **{slug: replace(one, **self.own[slug]) for slug, one in named.items()},
            **{one.slug: one for one in order if one.slug not in named},
        }


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody stands in between two instants (aware)."""

    begins: datetime
    ends: datetime
    who: SlackUserId
    is_secondary: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody is on call between two instants (aware UTC), as a feed or a user group says."""

    begins: datetime
    ends: datetime
    who: SlackUserId
    is_secondary: bool = False


@dataclass(frozen=True, slots=True)
class Feed(Way):
    """A calendar on the web that says who is on call, or a schedule of PagerDuty."""

    url: str
    people: Mapping[str, SlackUserId]
    """An address, or a name as it stands in the events' titles → the person."""
    refresh_every: timedelta
    pagerduty: str | None = None
    """The id of the schedule there, which is asked instead of a calendar."""

    @property
    def source(self) -> str:
        """What people call it."""
        return "PagerDuty" if self.pagerduty else "a calendar feed"


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Somebody is on call between two instants whom nobody in Slack is known to be."""

    begins: datetime
    ends: datetime
    name: str
    email: str = ""

    @property
    def called(self) -> str:
        """For whoever can mend it, with the address."""
        return f"{self.name} ({self.email})" if self.email else self.name


@dataclass(frozen=True, slots=True)
class OnCallHours:
    """When a rotation counts: on `days` (0 is Monday) from `begins` to `ends` by the wall clock of its zone.

    Where `ends` is not later than `begins` it is a time of the next day; the hours belong to the day they begin on.
    """

    days: frozenset[int]
    begins: time
    ends: time
    otherwise: "Schedule | None" = None
    """What counts the rest of the time; None: nobody is on call then."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Who is on call: a rotation of `members`, or `shifts` that come from a `feed` or a `group`.

    The first handover on or after `start` begins the turn of `members[0]`.
    `turn` is how long a turn lasts by the wall clock, None for a calendar month; `handover_day` is a weekday (0 is
    Monday) or None for every day.
    """

    name: str
    members: tuple[SlackUserId, ...] = ()
    secondary: tuple[SlackUserId, ...] = ()
    turn: timedelta | None = timedelta(days=7)
    start: date | None = None
    handover_day: int | None = 0
    handover_time: time = time(9)
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    overrides: tuple[Override, ...] = ()
    hours: OnCallHours | None = None
    """Of a rotation: when it counts, its overrides included; None: always."""
    feed: Feed | None = None
    group: str | None = None
    """A Slack user group, as `@handle`: its first member is on call, the second stands behind."""
    shifts: tuple[Shift, ...] = ()
    """What the feed or the group says, as far as it is known now; laid out, so that none overlap."""
    read_at: datetime | None = None
    """When the feed was last read (machine time), and whether that failed since."""
    is_behind: bool = False
    left_out: tuple[str, ...] = ()
    """Events of the feed that do not count, each in a sentence that names it and says why."""
    unmatched: tuple[Unmatched, ...] = ()

    @property
    def is_rotation(self) -> bool:
        return self.feed is None and self.group is None


@dataclass(frozen=True, slots=True)
class Channels:
    prefix: str = "inc"
    broadcast: str | None = "incidents"
    archive_after: timedelta | None = timedelta(days=3)
    bridge_url: str | None = None
    triage: str | None = None
    """Where people are asked about alerts; None: in the broadcast channel."""

    @property
    def for_triage(self) -> str | None:
        return self.triage or self.broadcast

    def prefix_of(self, *, is_drill: bool) -> str:
        """What the name of an incident's channel begins with: of a drill that it is one, for all who see the name."""
        return "drill" if is_drill else self.prefix


@dataclass(frozen=True, slots=True)
class People:
    managers: tuple[SlackUserId, ...] = ()
    executives: tuple[SlackUserId, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicates:
    """When a declaration may be of something that is open already, and when many of them may be one major incident."""

    within: timedelta | None = timedelta(minutes=30)
    """For how long after a declaration a similar report counts as the same incident; None: never."""
    major_after: int | None = 3
    """How many reports of one service `major_within` of each other are pointed out to the commander; None: never."""
    major_within: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who hears of the incidents of a priority beside their channel."""

    broadcast: bool = True
    """Whether they have a card in the broadcast channel."""
    tell: tuple[str, ...] = ()
    """Who gets a direct message at declaration and resolution: `managers`, `executives`, user ids."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """How soon an audience hears first, and how often then; on the clock of the priority."""

    first: timedelta
    every: timedelta
    mitigated: timedelta
    """Once the impact has stopped."""


@dataclass(frozen=True, slots=True)
class AudienceRules:
    """An audience that hears by a clock of its own, beside those who follow."""

    name: str
    cadence: Mapping[Priority, Cadence]
    """At other priorities it is owed nothing."""
    tell: tuple[str, ...] = ()
    """Who gets a direct message: `managers`, `executives`, user ids and groups, as the policy file writes them."""
    channels: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    """What it calls conditions, actions and needs, in this order; empty: just that."""
    warn_before: timedelta | None = None
    """None: as for the priority."""
    ladder: tuple[EscalationStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Incidents of which somebody is asked whether a regulation applies; an empty condition matches anything."""

    priority: Priority | None = None
    category: str | None = None
    service: str | None = None
    tag: str | None = None
    """Of the service."""


@dataclass(frozen=True, slots=True)
class RegulationRules:
    """A regulation as this company is under it."""

    regulation: Regulation
    decide: tuple[str, ...] = ()
    """Who says whether it applies, and is reminded of its stages; as the policy file writes them."""
    authority: str = ""
    """To whom it is reported, in words for people."""
    portal: str | None = None
    """Where."""
    suggest: tuple[Suggestion, ...] = ()
    """An incident that any of these matches is asked about; none: of none by itself."""
    ladder: tuple[EscalationStep, ...] = ()
    """Who is told besides while the question or a stage stays open after its time; empty: as usual."""
    relief: frozenset[str] = frozenset()
    """The stages that may wait until noon of the next working day where their time ends on none."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where what is no incident belongs, in words for whoever is about to declare it."""

    request: str = "A request is not an incident: nothing is broken. Ask the team that owns the service."
    problem: str = (
        "The cause of repeated incidents has a record of its own: open it from one of them, "
        "`/incident INC-42 problem <title>`."
    )


@dataclass(frozen=True, slots=True)
class Reviews:
    """What becomes of reviews."""

    canvas: bool = False
    """Whether a published review becomes the canvas of its channel."""
    repository: str | None = None
    """A folder, best within a git repository, into which published reviews are written as Markdown."""
    meeting: bool = True
    """Whether a meeting is proposed where a review is required."""

    def destinations(self, *, is_private: bool) -> tuple[str, ...]:
        """Where a published review goes besides its channel. A private one stays with its members."""
        wanted = (("canvas", self.canvas), ("repository", self.repository is not None and not is_private))
        return tuple(name for name, is_wanted in wanted if is_wanted)


@dataclass(frozen=True, slots=True)
class Often:
    """So many times within a span."""

    times: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class AlertRoute:
    """What is done with signals of a source that have certain labels; the first route that matches counts."""

    do: Handling = Handling.ASK
    source: str | None = None
    """None: any."""
    when: Mapping[str, str] = field(default_factory=dict)
    """Label → its value, or a pattern with `*` and `?`; all of them must match. `severity` and `title` are known of
    every signal."""
    service: str | None = None
    """The slug of a service; None: as the label `service` says."""
    priority: Priority | None = None
    group_by: tuple[str, ...] = ()
    """Labels whose values make one alert of several signals; without any they are grouped as the sender groups them."""
    within: timedelta = timedelta(minutes=30)
    """How long after its last signal an alert takes in another one."""
    after: Often | None = None
    """How often it must fire before anything is done."""
    settle: timedelta = timedelta(minutes=5)
    """How long everything must be quiet before it is said to be."""
    is_private: bool = False
    """Whether an incident declared from it is private."""


@dataclass(frozen=True, slots=True)
class GenericAlerts:
    """Where things stand in the JSON of a sender that Muster does not know, each as a JMESPath expression."""

    ways: Mapping[str, str]
    """Field of a signal → where it stands; `key`, `title` and `state` are always given."""
    resolved: tuple[str, ...]
    """The states in which it fires no more."""
    each: str = "@"
    """Where the alerts stand; `@`: the whole is one."""


@dataclass(frozen=True, slots=True)
class Alerting:
    """What is done about alerts of all sources."""

    routes: tuple[AlertRoute, ...] = ()
    storm: Often = Often(5, timedelta(minutes=10))
    """So many incidents at the most are declared from alerts in that time; then one takes in all others."""
    most_questions: int = 10
    """So many alerts at the most are asked about with a message each in that time; then one lists all others."""
    silent_after: Mapping[str, timedelta] = field(default_factory=dict)
    """Source → how long nothing may come from it before people are told."""
    generic: GenericAlerts | None = None
    """How `generic` is read; None: it is closed."""


@dataclass(frozen=True, slots=True)
class Webhook(Way):
    """A program that is told what happens to incidents, by HTTP."""

    name: str
    url: str
    secret: str
    """The name of the environment variable that holds what it is signed with."""
    events: frozenset[str] | None = None
    """Names of kinds, as `domain.webhooks` has them; None: all."""
    services: frozenset[str] = frozenset()
    """Slugs; none: of all, and of no service."""
    priorities: frozenset[Priority] = frozenset()
    """None: of all."""
    is_private: bool = False
    """Whether it is told of private incidents, too."""


@dataclass(frozen=True, slots=True)
class Bridge(Way):
    """A program that opens a call and answers with its link."""

    url: str
    secret: str
    """The name of the environment variable that holds what it is signed with."""


@dataclass(frozen=True, slots=True)
class Proof(Way):
    """Where the daily heads of the record's chain are published; everything may be None."""

    channel: str | None = None
    folder: str | None = None
    timestamp: str | None = None
    """The address of a time-stamping authority (RFC 3161)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """The server that takes mail from Muster (SMTP), and to whom it goes."""

    server: str
    port: int
    tls: Tls
    sender: str
    to: tuple[str, ...]
    user: str | None = None
    password: str | None = None
    """The name of the environment variable that holds it."""
    ca_file: str | None = None
    """As of a `Way`."""


@dataclass(frozen=True, slots=True)
class WeeklyDigest:
    """When and where each week is told of: in a channel, by mail, or both."""

    timezone: ZoneInfo
    day: int = 0
    """Of the week, 0 being Monday."""
    at: time = time(9)
    channel: str | None = None
    mail: Mail | None = None


EVENTS_URL = "https://events.pagerduty.com/v2/enqueue"
REST_URL = "https://api.pagerduty.com"
JIRA_URL = "https://api.atlassian.com/jsm/ops/integration/v2/alerts"


@dataclass(frozen=True, slots=True)
class PagerDuty(Way):
    """Where pages go. Keys are names of environment variables."""

    key: str | None = None
    """Calls whoever is on call there; None: only people who have a key of their own are called."""
    url: str = EVENTS_URL
    token: str | None = None
    """Of its REST API, to ask who is on call."""
    api: str = REST_URL


@dataclass(frozen=True, slots=True)
class Jira(Way):
    """The same for alerts of Jira Service Management."""

    key: str | None = None
    url: str = JIRA_URL


@dataclass(frozen=True, slots=True)
class Apprise:
    """The same for whatever Apprise has addresses for; an address is what a key is to the others."""

    key: str | None = None
    within: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Paging:
    """How people are called who do not look at Slack."""

    pagerduty: PagerDuty | None = None
    people: Mapping[SlackUserId, Mapping[str, str]] = field(default_factory=dict)
    """By pager, the variable with somebody's own key."""
    slack_down_after: timedelta | None = timedelta(minutes=2)
    """How long Slack cannot be reached until people are called for that; None: they never are."""
    jira: Jira | None = None
    apprise: Apprise | None = None

    @property
    def pagers(self) -> Mapping[str, PagerDuty | Jira | Apprise]:
        """By name, those that there are."""
        named = {"pagerduty": self.pagerduty, "jira": self.jira, "apprise": self.apprise}
        return {name: one for name, one in named.items() if one is not None}

    @property
    def is_on(self) -> bool:
        return bool(self.pagers)

    @property
    def variables(self) -> frozenset[str]:
        """All that hold a key or a token."""
        own = (variable for keys in self.people.values() for variable in keys.values())
        token = self.pagerduty.token if self.pagerduty else None
        return frozenset(one for one in (*own, *(one.key for one in self.pagers.values()), token) if one)

    def key_of(self, person: SlackUserId, pager: str) -> str | None:
        """The variable with the key that a page for somebody is sent by."""
        own = self.people.get(person, {}).get(pager)
        return own or (self.pagers[pager].key if pager in self.pagers else None)

    def pagers_of(self, person: SlackUserId, *, is_on_call: bool) -> tuple[str, ...]:
        """Their own, else those that ring for whoever is on call."""
        own = self.people.get(person, {})
        if own or not is_on_call:
            return tuple(name for name in self.pagers if name in own)
        return tuple(name for name, one in self.pagers.items() if one.key)


@dataclass(frozen=True, slots=True)
class RunbookRepository(Way):
    """Where what is proposed for runbooks becomes a pull request, by GitHub's REST API."""

    name: str
    """`owner/name`."""
    token: str
    """The name of the environment variable that holds the token."""
    base: str = "main"
    """The branch that it is to be merged into."""
    folder: str = ""
    """Where the folder of runbooks is in it: `docs/runbooks/`; empty: at its top."""
    api: str = "https://api.github.com"
    is_private: bool = False
    """Whether it may have what is learned from private incidents, too."""


@dataclass(frozen=True, slots=True)
class Engine(Way):
    """What runs actions."""

    name: str
    kind: EngineKind
    url: str
    """Without a slash at its end."""
    secret: str
    """The name of the environment variable that holds its token, or what it is signed with."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What people may choose of an action, and from what."""

    name: str
    kind: ParameterKind
    least: int = 0
    most: int = 0
    """Of a number."""
    options: tuple[str, ...] = ()
    """What can be chosen, where that is listed."""


@dataclass(frozen=True, slots=True)
class Automation:
    """An action: something that an engine can run for people, and who must say yes to it."""

    name: str
    engine: str
    target: Mapping[str, str]
    """Which of the engine's: `repo`, `workflow` and `ref`; `job`; or `path`."""
    approvers: tuple[str, ...]
    """As the policy file writes them."""
    parameters: tuple[Parameter, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    """What the engine is given besides."""
    dry_run: tuple[str, str] | None = None
    """The input, and its value, by which the engine changes nothing; None: it has no such thing."""
    cooldown: timedelta = timedelta(minutes=5)
    priorities: frozenset[Priority] = frozenset()
    """None: at all."""
    timeout: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the product as customers know it, and the services that stand behind it."""

    id: str
    name: str
    services: tuple[str, ...] = ()
    group: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class StatusTarget(Way):
    """Another status page that gets what is published. `kind`: `statuspage` or `instatus`."""

    name: str
    kind: str
    page: str
    """Its id there."""
    token: str
    """The name of the environment variable that holds the token."""
    components: Mapping[str, str]
    """Our id of a component → its id there."""
    api: str
    is_notifying: bool = False
    """Whether the subscribers there get a message."""


@dataclass(frozen=True, slots=True)
class StatusPage:
    """The page that tells customers how the product is."""

    title: str
    url: str
    """Where readers find it, without a slash at its end."""
    components: tuple[Component, ...]
    timezone: ZoneInfo
    """In which its days begin."""
    folder: str | None = None
    """Where it is written to as files after each publication; None: it is only served."""
    templates: Mapping[Stage, str] = field(default_factory=dict)
    targets: tuple[StatusTarget, ...] = ()

    def component(self, id_: str) -> Component | None:
        return next((one for one in self.components if one.id == id_), None)

    def behind(self, service: str | None) -> tuple[Component, ...]:
        """The components that a service stands behind."""
        return tuple(one for one in self.components if service is not None and service in one.services)


@dataclass(frozen=True, slots=True)
class TrackerPlace(Way):
    """Where follow-ups, and incidents of some priorities, have an issue."""

    name: str
    kind: TrackerKind
    api: str
    """Without a slash at its end."""
    project: str
    """As the tracker names it: `owner/name`, a path, the key of a project or of a team."""
    token: str
    """The name of the environment variable that holds the token."""
    secret: str | None = None
    """The variable with what its webhooks are signed with; None: none are taken, and it is asked every hour."""
    account: str | None = None
    """Whom the token belongs to, where it is not enough by itself."""
    follow_ups: bool = True
    incidents: frozenset[Priority] = frozenset()
    services: frozenset[str] = frozenset()
    """Only of these; empty: of all."""
    is_private: bool = False
    """Whether private incidents go there, too."""
    people: Mapping[SlackUserId, str] = field(default_factory=dict)
    """Whom an account there belongs to, where e-mail does not say."""
    type: str = "Task"
    """What kind of issue is made, where there are several."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """What a new issue has to say besides, as the tracker's API spells it."""


@dataclass(frozen=True, slots=True)
class DocumentPlace(Way):
    """Where published reviews go besides Slack."""

    name: str
    kind: DocumentKind
    api: str
    """Without a slash at its end."""
    token: str
    """The name of the environment variable that holds the token."""
    space: str = ""
    """As the place names what holds its documents: the key of a space, the number of a book, a repository."""
    parent: str = ""
    """The id of the page below which they stand; empty: at the top."""
    base: str = "main"
    """The branch of a repository that they are to be merged into."""
    folder: str = ""
    """Where they stand in a repository: `docs/reviews/`; empty: at its top."""
    account: str | None = None
    """Whom the token belongs to, where it is not enough by itself."""
    is_private: bool = False
    """Whether reviews of private incidents go there, too."""


@dataclass(frozen=True, slots=True)
class Policy:
    timezone: ZoneInfo
    business_hours: BusinessHours
    channels: Channels
    priorities: Mapping[Priority, PriorityRules]
    matrix: Mapping[Level, Mapping[Level, Priority]]
    """Impact, then urgency."""
    categories: tuple[str, ...]
    access: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Verb → who may use it, as the policy file writes it; a verb that is left out is for whoever sees the incident."""
    private_categories: frozenset[str] = frozenset()
    """An incident of one of these is private from its declaration."""
    sources: tuple[str, ...] = ("alert", "customer", "staff", "partner", "other")
    """How an incident may have been detected."""
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    duplicates: Duplicates = field(default_factory=Duplicates)
    services: Mapping[str, Service] = field(default_factory=dict)
    """Of the policy file, and of the catalogue as it was read last."""
    catalog: Catalog | None = None
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    default_schedule: str | None = None
    context: tuple[ContextRule, ...] = ()
    escalation: Mapping[Priority, tuple[EscalationStep, ...]] = field(default_factory=dict)
    people: People = field(default_factory=People)
    reviews: Reviews = field(default_factory=Reviews)
    retention: Retention = field(default_factory=Retention)
    audience: Mapping[Priority, Audience] = field(default_factory=dict)
    audiences: Mapping[str, AudienceRules] = field(default_factory=dict)
    """Those that have a clock of their own."""
    regulations: Mapping[str, RegulationRules] = field(default_factory=dict)
    """By key, those that this company is under."""
    budgets: ErrorBudgets = field(default_factory=ErrorBudgets)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """Name of a reaction → what a message is for the review that has it."""
    tiers: Mapping[int, Mapping[Priority, PriorityRules]] = field(default_factory=dict)
    """Tier of a service → the rules that hold for it instead."""
    max_snooze: timedelta = timedelta(hours=1)
    review_runbooks_every: timedelta | None = None
    """How long a runbook is trusted after it was reviewed; None: for ever."""
    runbook_repository: RunbookRepository | None = None
    templates: Mapping[Priority, Mapping[str, str]] = field(default_factory=dict)
    alerting: Alerting = field(default_factory=Alerting)
    status_page: StatusPage | None = None
    """None: customers are told elsewhere."""
    paging: Paging = field(default_factory=Paging)
    bridge: Bridge | None = None
    """None: the link of the policy is used, if there is any."""
    proof: Proof = field(default_factory=Proof)
    outgoing: Way = field(default_factory=Way)
    """How whatever says nothing else is reached."""
    digest: WeeklyDigest | None = None
    """None: weeks are not told of."""
    webhooks: tuple[Webhook, ...] = ()
    """Those that stand in the policy."""
    lets_subscriptions_go_private: bool = False
    """Whether a webhook made by the API may lead to this machine or into a private network."""
    trackers: Mapping[str, TrackerPlace] = field(default_factory=dict)
    """By name; of several that fit, the first is meant."""
    documents: Mapping[str, DocumentPlace] = field(default_factory=dict)
    """By name; a published review goes to all that may have it."""
    engines: Mapping[str, Engine] = field(default_factory=dict)
    action_hosts: frozenset[str] = frozenset()
    """The only hosts on which anything is started, and to which links of what was run may lead."""
    actions: Mapping[str, Automation] = field(default_factory=dict)

    @property
    def ways(self) -> tuple[Way, ...]:
        """How each of the things outside is reached, and last, how everything else is."""
        places: Iterable[Way | None] = (
            *(*self.webhooks, *self.trackers.values(), *self.documents.values(), *self.engines.values()),
            *(self.status_page.targets if self.status_page else ()),
            *(one.feed for one in self.schedules.values()),
            *(self.catalog, self.bridge, self.runbook_repository, self.paging.pagerduty, self.paging.jira),
            self.proof if self.proof.timestamp else None,
        )
        return (*(one for one in places if one is not None), self.outgoing)

    def service_of(self, slug: str | None) -> Service | None:
        """What is known of a service; None where it is not listed, or none is meant."""
        return self.services.get(slug) if slug else None

    def rules_for(self, priority: Priority, service: str | None) -> PriorityRules:
        """What a priority demands for a service: by the tier of the service, else as for all."""
        known = self.service_of(service)
        of_tier = self.tiers.get(known.tier, {}) if known and known.tier is not None else {}
        return of_tier.get(priority) or self.priorities[priority]

    def rules_of(self, audience: str, priority: Priority, service: str | None) -> PriorityRules | None:
        """What a priority demands for an audience with a clock of its own; None where that is owed nothing."""
        known = self.audiences.get(audience)
        cadence = known.cadence.get(priority) if known else None
        if known is None or cadence is None:
            return None
        rules = self.rules_for(priority, service)
        return replace(
            rules,
            first_update_within=cadence.first,
            update_every=cadence.every,
            mitigated_update_every=cadence.mitigated,
            max_next=max(rules.max_next, 2 * cadence.every),
            warn_before=known.warn_before or rules.warn_before,
        )

    def schedule_for(self, service: str | None) -> Schedule | None:
        """The schedule of the service, else the default one, else None."""
        known = self.service_of(service)
        name = (known.oncall if known else None) or self.default_schedule
        return self.schedules.get(name) if name else None

    def with_schedules(self, changed: Mapping[str, Schedule]) -> "Policy":
        """The policy with some schedules as they are now, also where others name them for the rest of the time."""
        schedules = {**self.schedules, **changed}
        return replace(self, schedules={name: _linked(one, schedules) for name, one in schedules.items()})

    def resolver_group_of(self, priority: Priority, service: str | None) -> str | None:
        """The user group that is invited to an incident, as `@handle`; None where the policy wants none."""
        known = self.service_of(service)
        is_wanted = "resolver_group" in self.rules_for(priority, service).notify
        return known.resolver_group if known and is_wanted else None

    def managers_of(self, service: str | None) -> tuple[SlackUserId, ...]:
        """The service's manager, else all managers of the policy."""
        known = self.service_of(service)
        return (known.manager,) if known and known.manager else self.people.managers


def _linked(schedule: Schedule, schedules: Mapping[str, Schedule]) -> Schedule:
    """With what counts outside its hours as `schedules` has it. No schedule leads back to itself."""
    if schedule.hours is None or schedule.hours.otherwise is None:
        return schedule
    otherwise = _linked(schedules[schedule.hours.otherwise.name], schedules)
    return replace(schedule, hours=replace(schedule.hours, otherwise=otherwise))
