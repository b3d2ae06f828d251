"""The shape of a policy file: its keys, what each may hold, and what cannot stand together."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from annotated_types import Len
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.config.policy_words import (
    ActionName,
    Address,
    Admitted,
    AgreedWhenUsedUp,
    AlertSource,
    Answer,
    Approvers,
    AudienceName,
    CaFile,
    CalendarAddress,
    Category,
    Channel,
    ClockTime,
    CustomerWords,
    Date,
    Days,
    DocumentToken,
    DraftTemplate,
    Duration,
    Emoji,
    EngineName,
    EngineSecret,
    Expression,
    Group,
    Handover,
    Holidays,
    Host,
    Kept,
    Limit,
    LinkTitle,
    Mailbox,
    MailPassword,
    Moment,
    OftenWithin,
    Option,
    OtherwiseName,
    PagerDutyId,
    PagerSecret,
    ParameterName,
    Percent,
    Prefix,
    Proxy,
    Reached,
    RegulationName,
    RepositoryFolder,
    RepositoryToken,
    Rotation,
    ScheduleName,
    SecretVariable,
    ServiceName,
    SomeDays,
    Span,
    StageName,
    StatusToken,
    Target,
    Template,
    Told,
    TrackerSecret,
    Turn,
    User,
    Verb,
    Wait,
    WebhookEvents,
    Word,
    Words,
    Zone,
    as_list,
)
from bot.domain.addresses import checked_address
from bot.domain.audience_clocks import CUSTOMERS
from bot.domain.objectives import USUAL_SHARES
from bot.domain.policy import EVENTS_URL, JIRA_URL, REST_URL
from bot.domain.regulations import BUILT_IN
from bot.domain.retention import ALERTS_AT_LEAST, AT_LEAST, AUDIT_AT_LEAST, out_of_order
from bot.domain.telling import listed
from bot.domain.vocabulary import (
    Axis,
    Clock,
    DataClass,
    DocumentKind,
    EngineKind,
    Handling,
    Mark,
    OnCallRole,
    ParameterKind,
    Priority,
    Tls,
    TrackerKind,
    Window,
)
from bot.domain.webhooks import MOST as MOST_WEBHOOKS

OF_AN_INCIDENT = frozenset({"responders", "commander", "deputy", "liaison"})
"""Whom only an incident has."""
MOST_INPUTS = 24
"""Of an action, as GitHub takes 25 (docs.github.com, "Create a workflow dispatch event"), and one is ours."""
MOST_PARAMETERS = 10
"""Whoever approves reads all of them, in one line."""
MOST_OPTIONS = 100
"""As many as a list in Slack's forms has."""
LONGEST_RUN = timedelta(hours=6)
"""As GitHub ends a job then."""
LONGEST_PLACE = 1000
MOST_REGULATIONS = 12
MOST_STAGES = 10
MOST_MAILBOXES = 50
"""Of a digest: each gets a mail of its own. For more there are lists."""
MAIL_PORTS = {Tls.STARTTLS: 587, Tls.IMPLICIT: 465, Tls.NONE: 25}
MOST_AUDIENCES = 8
"""Somebody reads in one line when each of them hears next."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class HoursPart(Strict):
    days: Days
    from_: ClockTime = Field(alias="from")
    to: ClockTime
    holidays: Holidays = frozenset[date]()

    @field_validator("to")
    @classmethod
    def _is_later(cls, to: time, info: ValidationInfo) -> time:
        if to <= info.data.get("from_", time.min):
            raise ValueError("the business hours never open; `to` must be later than `from`")
        return to


class ChannelsPart(Strict):
    prefix: Prefix = "inc"
    broadcast: Channel | None = None
    archive_after: Duration | None = None
    bridge_url: Address | None = None
    triage: Channel | None = None


def _comes_last(span: Span | None, info: ValidationInfo) -> Span | None:
    """Nothing is resolved before it is acknowledged and mitigated."""
    for name in ("acknowledge_within", "mitigate_within"):
        earlier: Span | None = info.data.get(name)
        if span and earlier and span.real < earlier.real:
            raise ValueError(f"must not be shorter than `{name}`")
    return span


class PriorityPart(Strict):
    name: str
    acknowledge_within: Duration
    update_every: Duration
    first_update_within: Duration | None = None
    mitigated_update_every: Duration | None = None
    max_next: Duration | None = None
    warn_before: Duration | None = None
    mitigate_within: Duration | None = None
    resolve_within: Duration | None = None
    verify_within: Duration | None = None
    review_within: Duration | None = None
    clock: Clock = Clock.ALWAYS
    bridge: bool = False
    notify_executives: bool = False
    notify: list[Literal["resolver_group", "manager"]] = []

    _order = field_validator("resolve_within")(_comes_last)

    @field_validator("warn_before")
    @classmethod
    def _leaves_time(cls, span: Span | None, info: ValidationInfo) -> Span | None:
        every: Span | None = info.data.get("update_every")
        if span and every and span.real >= every.real:
            raise ValueError("must be shorter than `update_every`")
        return span

    @field_validator("max_next")
    @classmethod
    def _allows_the_cadence(cls, span: Span | None, info: ValidationInfo) -> Span | None:
        every: Span | None = info.data.get("update_every")
        if span and every and span.real < every.real:
            raise ValueError("must not be shorter than `update_every`")
        return span


class PrioritiesPart(Strict):
    P1: PriorityPart
    P2: PriorityPart
    P3: PriorityPart
    P4: PriorityPart


class TargetsPart(Strict):
    """What differs for the services of a tier."""

    acknowledge_within: Duration | None = None
    first_update_within: Duration | None = None
    mitigate_within: Duration | None = None
    resolve_within: Duration | None = None

    _order = field_validator("resolve_within")(_comes_last)


class TierPart(Strict):
    P1: TargetsPart | None = None
    P2: TargetsPart | None = None
    P3: TargetsPart | None = None
    P4: TargetsPart | None = None


class StepPart(Strict):
    after: Wait
    tell: list[Target]


def _rising(ladder: list[StepPart]) -> list[StepPart]:
    waits = [step.after.real for step in ladder]
    if waits != sorted(set(waits)):
        raise ValueError("each step of a ladder must come later than the one before it")
    return ladder


Ladder = Annotated[list[StepPart], AfterValidator(_rising)]


def _without_page(ladder: list[StepPart] | None) -> list[StepPart] | None:
    if any("page" in step.tell for step in ladder or ()):
        raise ValueError("`page` belongs to the ladders under `escalation`; this one tells people in Slack")
    return ladder


class EscalationPart(Strict):
    P1: Ladder | None = None
    P2: Ladder | None = None
    P3: Ladder | None = None
    P4: Ladder | None = None


class RowPart(Strict):
    high: Priority
    medium: Priority
    low: Priority


class MatrixPart(Strict):
    high: RowPart
    medium: RowPart
    low: RowPart


class CalendarPart(Strict):
    """A window by its name, which may stand alone; or the first and the last day of one."""

    window: Window | None = None
    from_: Date | None = Field(default=None, alias="from")
    to: Date | None = None

    @model_validator(mode="before")
    @classmethod
    def _may_stand_alone(cls, given: object) -> object:
        return {"window": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Self:
        if (self.window is None) != (self.from_ is not None and self.to is not None):
            raise ValueError("write a window, for example month_end, or both ends: {from: 2026-11-27, to: 2026-11-30}")
        if self.from_ and self.to and self.to < self.from_:
            raise ValueError("the days end before they begin")
        return self


class WhenPart(Strict):
    service: ServiceName | None = None
    category: Category | None = None
    tier: int | None = None
    calendar: CalendarPart | None = None


class ContextPart(Strict):
    when: WhenPart
    raise_: Axis = Field(alias="raise")


class RoutePart(Strict):
    """How something outside is reached by HTTP."""

    proxy: Proxy | None = None
    ca_file: CaFile | None = None
    within: Answer | None = None


class WayPart(RoutePart):
    allow_private_address: bool = False


class ServicePart(Strict):
    name: str | None = None
    tier: int | None = None
    oncall: ScheduleName | None = None
    manager: User | None = None
    resolver_group: Group | None = None
    tags: list[str] = []
    owner: Words | None = None
    system: Words | None = None
    links: dict[LinkTitle, Address] = {}
    depends_on: list[Words] = []


class CatalogPart(WayPart):
    from_: Annotated[str, Field(alias="from", min_length=1, max_length=LONGEST_PLACE)]
    refresh_every: Duration = Span(0, timedelta(hours=1))
    types: Annotated[list[Word], Len(1)] = ["service", "website"]

    @field_validator("from_")
    @classmethod
    def _is_safe(cls, place: str, info: ValidationInfo) -> str:
        """A file, unless it has a scheme."""
        if "://" not in place:
            return place
        return checked_address(place, info.data.get("allow_private_address", False), "MUSTER_CATALOG_TOKEN is for that")


def _is_over(ends: datetime, begins: datetime) -> bool:
    """As instants where both have an offset; else by the wall clock, for the schedule's own zone is not known here."""
    if begins.tzinfo and ends.tzinfo:
        return ends <= begins
    return ends.replace(tzinfo=None) <= begins.replace(tzinfo=None)


class OverridePart(Strict):
    from_: Moment = Field(alias="from")
    to: Moment
    who: User
    role: OnCallRole = OnCallRole.PRIMARY

    @field_validator("to")
    @classmethod
    def _is_later(cls, to: datetime, info: ValidationInfo) -> datetime:
        begins: datetime | None = info.data.get("from_")
        if begins and _is_over(to, begins):
            raise ValueError("the override ends before it begins")
        return to


class OnCallHoursPart(Strict):
    """When a rotation counts, and what does the rest of the time; `to` may be a time of the next day."""

    days: SomeDays = list(range(7))
    from_: ClockTime = Field(alias="from")
    to: ClockTime
    otherwise: OtherwiseName | None = None


class SchedulePart(RoutePart):
    rotation: Rotation = Turn(timedelta(weeks=1))
    start: Date | None = None
    handover: Handover | None = None
    timezone: Zone | None = None
    members: list[User] = []
    ical: CalendarAddress | None = None
    pagerduty: PagerDutyId | None = None
    people: dict[str, User] = {}
    refresh_every: Duration = Span(0, timedelta(minutes=15))
    group: Group | None = None
    secondary: list[User] = []
    overrides: list[OverridePart] = []
    hours: OnCallHoursPart | None = None

    @field_validator("handover")
    @classmethod
    def _fits_the_rotation(
        cls, handover: tuple[int | None, time] | None, info: ValidationInfo
    ) -> tuple[int | None, time] | None:
        rotation: Turn | None = info.data.get("rotation")
        if handover and handover[0] is not None and rotation and not rotation.is_in_weeks:
            raise ValueError("a turn that is not counted in weeks has no weekday; write the time alone")
        return handover

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if sum(map(bool, (self.members, self.ical, self.pagerduty, self.group))) != 1:
            raise ValueError("a schedule needs `members`, `ical`, `pagerduty` or `group`; exactly one of them")
        if self.ical and not self.people:
            raise ValueError("`people` is needed with `ical`: addresses or names in the calendar, each with a user id")
        if not self.members and (self.overrides or self.secondary):
            raise ValueError("overrides and secondaries of a feed or a group are made there, not here")
        if not self.members and self.hours:
            raise ValueError("`hours` belong to a rotation of `members`; a feed or a group can be its `otherwise`")
        return self

    @field_validator("members")
    @classmethod
    def _have_turns(cls, members: list[str], info: ValidationInfo) -> list[str]:
        if len(members) > 1 and info.data.get("start", date.min) is None:
            raise ValueError("`start` is needed when there is more than one member, for example start: 2026-01-05")
        return members


class AudiencePart(Strict):
    broadcast: bool = True
    tell: Told = []


class AudiencesPart(Strict):
    P1: AudiencePart | None = None
    P2: AudiencePart | None = None
    P3: AudiencePart | None = None
    P4: AudiencePart | None = None


class PausesPart(Strict):
    P1: Duration | None = None
    P2: Duration | None = None
    P3: Duration | None = None
    P4: Duration | None = None

    @property
    def named(self) -> dict[Priority, Span]:
        pauses = {name: getattr(self, name) for name in Priority}
        return {name: pause for name, pause in pauses.items() if pause is not None}


class ClockPart(Strict):
    """An audience that hears by a clock of its own."""

    every: PausesPart
    first_within: PausesPart = PausesPart()
    mitigated_every: PausesPart = PausesPart()
    warn_before: Duration | None = None
    tell: Reached = []
    channels: list[Channel] = []
    headings: Annotated[list[Words], Len(1, 3)] | None = None
    escalation: Ladder | None = None

    @field_validator("first_within", "mitigated_every")
    @classmethod
    def _is_owed_any(cls, pauses: PausesPart, info: ValidationInfo) -> PausesPart:
        every: PausesPart | None = info.data.get("every")
        if every and (other := next((name for name in pauses.named if name not in every.named), None)):
            raise ValueError(f"`every` has nothing for {other}")
        return pauses

    @field_validator("warn_before")
    @classmethod
    def _leaves_time(cls, span: Span | None, info: ValidationInfo) -> Span | None:
        every: PausesPart | None = info.data.get("every")
        if span and every and any(span.real >= pause.real for pause in every.named.values()):
            raise ValueError("must be shorter than each pause of `every`")
        return span

    @field_validator("escalation")
    @classmethod
    def _calls_nobody(cls, ladder: list[StepPart] | None) -> list[StepPart] | None:
        return _without_page(ladder)


class SuggestionPart(Strict):
    priority: Priority | None = None
    category: Category | None = None
    service: ServiceName | None = None
    tag: Words | None = None


class StagePart(Strict):
    title: Words | None = None
    after: Annotated[dict[StageName, Limit], Len(1, 5)]
    template: DraftTemplate | None = None


class RegulationPart(Strict):
    decide: Annotated[list[Target], BeforeValidator(as_list)] = []
    authority: Words | None = None
    portal: Address | None = None
    suggest: list[SuggestionPart] = []
    escalation: Ladder | None = None
    weekend_relief: list[StageName] = []
    name: Words | None = None
    law: Words | None = None
    question: Words | None = None
    stages: Annotated[dict[StageName, StagePart], Len(1, MOST_STAGES)] | None = None

    @field_validator("decide")
    @classmethod
    def _are_people(cls, decide: list[str]) -> list[str]:
        if other := next((one for one in decide if one in ("channel", "page")), None):
            raise ValueError(f"`{other}` decides nothing; name people: a user id, a @group, manager, commander")
        return decide

    @field_validator("escalation")
    @classmethod
    def _calls_nobody(cls, ladder: list[StepPart] | None) -> list[StepPart] | None:
        return _without_page(ladder)

    @field_validator("stages")
    @classmethod
    def _count_from_earlier_ones(cls, stages: dict[str, StagePart] | None) -> dict[str, StagePart] | None:
        names = list(stages or ())
        for place, (name, one) in enumerate((stages or {}).items()):
            if later := next((anchor for anchor in one.after if anchor in names[place:]), None):
                raise ValueError(f"`{name}` can't count from `{later}`, which is not submitted before it")
        return stages


def _are_known_or_whole(found: dict[str, RegulationPart]) -> dict[str, RegulationPart]:
    for key, one in found.items():
        built_in = BUILT_IN.get(key)
        if built_in is not None and (one.stages or one.name or one.law or one.question):
            raise ValueError(f"`{key}` is defined by law; give an own one another name, such as `my-{key}`")
        if built_in is None and one.stages is None:
            raise ValueError(f"`{key}` has no `stages`; only {', '.join(BUILT_IN)} are known without")
        known = (
            {stage.name: stage.may_wait for stage in built_in.stages} if built_in else dict.fromkeys(one.stages or ())
        )
        if other := next((name for name in one.weekend_relief if name not in known), None):
            raise ValueError(f"`{key}` has no stage `{other}`; there are {', '.join(known)}")
        if other := next((name for name in one.weekend_relief if known[name] is False), None):
            raise ValueError(f"`{key}` gives no relief at weekends; take `{other}` away")
    return found


class DegradedPart(Strict):
    """What part of a service counts as degraded at a priority."""

    P1: Percent = USUAL_SHARES[Priority.P1]
    P2: Percent = USUAL_SHARES[Priority.P2]
    P3: Percent = USUAL_SHARES[Priority.P3]
    P4: Percent = USUAL_SHARES[Priority.P4]


class ExhaustedPart(Strict):
    channel: bool = True
    follow_up: AgreedWhenUsedUp | None = None


class SlosPart(Strict):
    """A text alone is where the objectives are."""

    from_: Annotated[str, Field(alias="from", min_length=1, max_length=LONGEST_PLACE)]
    degraded: DegradedPart = DegradedPart()
    exhausted: ExhaustedPart = ExhaustedPart()

    @model_validator(mode="before")
    @classmethod
    def _may_stand_alone(cls, given: object) -> object:
        return {"from": given} if isinstance(given, str) else given


class DuplicatesPart(Strict):
    within: Duration | None = None
    major_after: Annotated[int, Field(ge=2)] | None = None
    major_within: Duration = Span(0, timedelta(minutes=15))


class ElsewherePart(Strict):
    request: Words | None = None
    problem: Words | None = None


class ReviewPart(Strict):
    approvers: Admitted = []
    canvas: bool = False
    repository: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    meeting: bool = True
    keep_deleted_text: Duration | None = None


class KeptPart(Strict):
    """How long the classes of data in a record are kept; `files` as `transcript`, unless they go earlier."""

    transcript: Kept = None
    files: Kept = None
    people: Kept = None
    timeline: Kept = None
    reviews: Kept = None

    @field_validator("transcript", "files", "people", "timeline", "reviews")
    @classmethod
    def _is_not_too_short(cls, kept: Span | None, info: ValidationInfo) -> Span | None:
        return _at_least(AT_LEAST[DataClass(str(info.field_name))], kept)

    def spans(self, general: "KeptPart | None" = None) -> dict[DataClass, timedelta]:
        """`general`: what counts where this says nothing."""
        said = {name: getattr(self, name) for name in self.model_fields_set & {*DataClass}}
        if general is not None:
            said = {name: getattr(general, name) for name in general.model_fields_set & {*DataClass}} | said
        said.setdefault(DataClass.FILES, said.get(DataClass.TRANSCRIPT))
        return {DataClass(name): span.real for name, span in said.items() if span is not None}


class KeptByPriorityPart(Strict):
    P1: KeptPart | None = None
    P2: KeptPart | None = None
    P3: KeptPart | None = None
    P4: KeptPart | None = None


class RetentionPart(KeptPart):
    audit: Kept = None
    alerts: Kept = None
    by_priority: KeptByPriorityPart = KeptByPriorityPart()

    @field_validator("audit")
    @classmethod
    def _is_long_enough_to_look_back(cls, kept: Span | None) -> Span | None:
        return _at_least(AUDIT_AT_LEAST, kept)

    @field_validator("alerts")
    @classmethod
    def _is_long_enough_to_end(cls, kept: Span | None) -> Span | None:
        return _at_least(ALERTS_AT_LEAST, kept)

    @property
    def of_priorities(self) -> dict[Priority, dict[DataClass, timedelta]]:
        """For those that are other."""
        named = {one: getattr(self.by_priority, one) for one in Priority}
        return {one: part.spans(self) for one, part in named.items() if part is not None}

    @model_validator(mode="after")
    def _is_in_order(self) -> "RetentionPart":
        if wrong := out_of_order(self.spans()):
            raise ValueError(wrong)
        for priority, spans in self.of_priorities.items():
            if wrong := out_of_order(spans):
                raise ValueError(f"at {priority} {wrong}")
        return self


def _at_least(least: timedelta, kept: Span | None) -> Span | None:
    if kept is not None and kept.real < least:
        raise ValueError(f"must be at least {least.days}d")
    return kept


class ComponentPart(Strict):
    name: Words
    services: list[ServiceName] = []
    group: Words | None = None
    description: Words | None = None


class StatusWordsPart(Strict):
    investigating: CustomerWords | None = None
    identified: CustomerWords | None = None
    monitoring: CustomerWords | None = None
    resolved: CustomerWords | None = None


class StatusTargetPart(WayPart):
    name: Annotated[Word, Field(max_length=40)]
    kind: Literal["statuspage", "instatus"] = "statuspage"
    page: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    token: StatusToken
    components: dict[str, Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]] = {}
    notify: bool = False
    api: Address | None = None

    @field_validator("api")
    @classmethod
    def _is_safe(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is None:
            return None
        return checked_address(url, info.data.get("allow_private_address", False), "a token goes with each request")


class StatusPagePart(Strict):
    title: Words
    url: Address
    timezone: Zone | None = None
    components: Annotated[dict[Word, ComponentPart], Len(1, 100)]
    folder: Annotated[str, Field(min_length=1, max_length=LONGEST_PLACE)] | None = None
    approvers: Admitted = ["liaison"]
    templates: StatusWordsPart = StatusWordsPart()
    targets: Annotated[list[StatusTargetPart], Field(max_length=10)] = []

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names = [one.name for one in self.targets]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two targets are called `{twice}`; each needs a name of its own")
        if "files" in names:
            raise ValueError("`files` is the page of the folder; call the target otherwise")
        for target in self.targets:
            if unknown := next((one for one in target.components if one not in self.components), None):
                raise ValueError(f"the target {target.name} names the component `{unknown}`, which is not on the page")
        return self


class PeoplePart(Strict):
    managers: list[User] = []
    executives: list[User] = []


class WordingPart(Strict):
    stakeholders: Template | None = None


class TemplatesPart(Strict):
    P1: WordingPart | None = None
    P2: WordingPart | None = None
    P3: WordingPart | None = None
    P4: WordingPart | None = None


def _have_somebody(access: dict[str, list[str]], info: ValidationInfo) -> dict[str, list[str]]:
    """A verb that is about no incident cannot be for people who have a part in one."""
    alone: list[str] = (info.context or {}).get("verbs about nothing", [])
    for verb, targets in access.items():
        missing = sorted(OF_AN_INCIDENT & set(targets))
        if verb in alone and missing:
            others = "name managers, executives, oncall, user ids or a @group"
            raise ValueError(f"`{verb}` is about no incident that has a {missing[0]} yet; {others}")
    return access


class AlertRoutePart(Strict):
    do: Handling
    source: AlertSource | None = None
    when: dict[str, str] = {}
    service: ServiceName | None = None
    priority: Priority | None = None
    group_by: list[str] = []
    within: Duration = Span(0, timedelta(minutes=30))
    after: OftenWithin | None = None
    settle: Wait = Span(0, timedelta(minutes=5))
    private: bool = False


class StormPart(Strict):
    channels: Annotated[int, Field(ge=1, le=1000)] = 5
    questions: Annotated[int, Field(ge=1, le=1000)] = 10
    within: Duration = Span(0, timedelta(minutes=10))


class GenericPart(Strict):
    each: Expression = "@"
    key: Expression
    title: Expression
    state: Expression
    resolved: Annotated[list[str], Len(1)]
    group: Expression | None = None
    text: Expression | None = None
    severity: Expression | None = None
    labels: Expression | None = None
    started_at: Expression | None = None
    ended_at: Expression | None = None
    link: Expression | None = None
    runbook_url: Expression | None = None


class AlertingPart(Strict):
    storm: StormPart = StormPart()
    silent_after: dict[AlertSource, Duration] = {}
    generic: GenericPart | None = None


class WebhookPart(WayPart):
    name: Annotated[Word, Field(max_length=40)]
    url: Address
    secret: SecretVariable
    events: WebhookEvents = None
    services: list[ServiceName] = []
    priorities: list[Priority] = []
    private: bool = False

    @field_validator("url")
    @classmethod
    def _is_safe(cls, url: str, info: ValidationInfo) -> str:
        may_be_private = info.data.get("allow_private_address", False)
        return checked_address(url, may_be_private, "receivers check the signature")


def _have_names(webhooks: list[WebhookPart]) -> list[WebhookPart]:
    names = [one.name for one in webhooks]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"two webhooks are called `{twice}`; each needs a name of its own")
    return webhooks


class SubscriptionsPart(Strict):
    allow_private_address: bool = False


class BridgePart(WayPart):
    url: Address
    secret: SecretVariable

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        checked_address(self.url, self.allow_private_address, "everybody in an incident follows its link")
        return self


class ProofPart(WayPart):
    channel: Channel | None = None
    folder: Annotated[str, Field(min_length=1, max_length=LONGEST_PLACE)] | None = None
    timestamp: Address | None = None  # authorities are asked in the clear, too: what is sent is a digest


class MailPart(Strict):
    server: Host
    tls: Tls = Tls.STARTTLS
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    from_: Mailbox = Field(alias="from")
    to: Annotated[list[Mailbox], Len(1, MOST_MAILBOXES)]
    user: Annotated[str, Field(min_length=1, max_length=254)] | None = None
    password: MailPassword | None = None
    ca_file: CaFile | None = None

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("`user` and `password` go together")
        if self.password is not None and self.tls is Tls.NONE:
            raise ValueError("with `tls: none` anybody on the way could read the password; use starttls or implicit")
        return self


class DigestPart(Strict):
    at: Handover = (0, time(9))
    timezone: Zone | None = None
    channel: Channel | None = None
    mail: MailPart | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.channel is None and self.mail is None:
            raise ValueError("say where it goes: `channel`, `mail`, or both")
        if self.at[0] is None:
            raise ValueError("`at` needs a day of the week; write for example mon 09:00")
        return self


class EnginePart(WayPart):
    """What runs actions."""

    kind: EngineKind
    url: Address = "https://api.github.com"
    secret: EngineSecret

    @field_validator("url")
    @classmethod
    def _is_safe(cls, url: str, info: ValidationInfo) -> str:
        may_be_private = info.data.get("allow_private_address", False)
        checked_address(url, may_be_private, "`secret` is for that")
        if urlsplit(url).query or urlsplit(url).fragment:
            raise ValueError("the address of an engine ends with its path")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _has_its_own(self) -> Self:
        if self.kind is not EngineKind.GITHUB and "url" not in self.model_fields_set:
            raise ValueError("`url` is missing: where the engine is")
        return self


class ParameterPart(Strict):
    """What can be chosen: a number, yes or no, a service, or one of several words. Text is not among it."""

    type: ParameterKind | None = None
    min: Annotated[int, Field(ge=-999_999_999)] | None = None
    max: Annotated[int, Field(le=999_999_999)] | None = None
    one_of: Annotated[list[Option], Len(1, MOST_OPTIONS)] | None = None

    @property
    def kind(self) -> ParameterKind:
        return self.type or ParameterKind.ONE_OF

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if self.kind is ParameterKind.ONE_OF and not self.one_of:
            raise ValueError("say what can be chosen: one_of: [eu, us], or type: int, bool or service")
        if self.kind is not ParameterKind.ONE_OF and self.one_of:
            raise ValueError("`one_of` says it all; take `type` away")
        if self.kind is ParameterKind.INT and (self.min is None or self.max is None):
            raise ValueError("a number needs `min` and `max`")
        if self.kind is not ParameterKind.INT and (self.min is not None or self.max is not None):
            raise ValueError("`min` and `max` are for type: int")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("`min` is larger than `max`")
        return self


class DryRunPart(Strict):
    input: ParameterName
    value: Option = "true"


NEEDS = {
    EngineKind.GITHUB: ("repo", "workflow", "ref"),
    EngineKind.RUNDECK: ("job",),
    EngineKind.WEBHOOK: ("path",),
}
"""What an action says of where it is, by the kind of its engine."""


class ActionPart(Strict):
    engine: EngineName
    repo: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", max_length=140)] | None = None
    workflow: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+\.ya?ml$", max_length=100)] | None = None
    ref: Annotated[str, Field(pattern=r"^[A-Za-z0-9._/-]+$", max_length=200)] | None = None
    job: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=100)] | None = None
    path: Annotated[str, Field(pattern=r"^(?:/[A-Za-z0-9._~-]+)+/?$", max_length=200)] | None = None
    parameters: Annotated[dict[ParameterName, ParameterPart], Field(max_length=MOST_PARAMETERS)] = {}
    inputs: Annotated[dict[ParameterName, Option], Field(max_length=MOST_INPUTS)] = {}
    approve: Approvers
    dry_run: DryRunPart | None = None
    cooldown: Wait = Span(0, timedelta(minutes=5))
    priorities: list[Priority] = []
    timeout: Duration = Span(0, timedelta(minutes=15))

    @property
    def target(self) -> dict[str, str]:
        named = {name: getattr(self, name) for names in NEEDS.values() for name in names}
        return {name: value for name, value in named.items() if value is not None}

    @field_validator("timeout")
    @classmethod
    def _ends(cls, span: Span) -> Span:
        if span.real > LONGEST_RUN:
            raise ValueError("nothing is watched for longer than 6h")
        return span

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        names = [*self.parameters, *self.inputs, *([self.dry_run.input] if self.dry_run else ())]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"`{twice}` is given twice: under `parameters`, `inputs` and `dry_run` each name is one")
        if len(names) > MOST_INPUTS:
            raise ValueError(f"an action has at most {MOST_INPUTS} inputs, as one is Muster's own")
        return self


class RunbookRepositoryPart(WayPart):
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", max_length=140)]
    token: RepositoryToken
    base: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=200)] = "main"
    folder: RepositoryFolder = ""
    private: bool = False
    api: Address = "https://api.github.com"

    @field_validator("api")
    @classmethod
    def _is_safe(cls, url: str, info: ValidationInfo) -> str:
        may_be_private = info.data.get("allow_private_address", False)
        return checked_address(url, may_be_private, "the token is for that").rstrip("/")


class PagerDutyPart(WayPart):
    key: PagerSecret | None = None
    token: PagerSecret | None = None
    url: Address = EVENTS_URL
    api: Address = REST_URL

    @field_validator("url", "api")
    @classmethod
    def _is_safe(cls, url: str, info: ValidationInfo) -> str:
        may_be_private = info.data.get("allow_private_address", False)
        return checked_address(url, may_be_private, "the key travels by it").rstrip("/")


class JiraPart(WayPart):
    key: PagerSecret | None = None
    url: Address = JIRA_URL

    @field_validator("url")
    @classmethod
    def _is_safe(cls, url: str, info: ValidationInfo) -> str:
        may_be_private = info.data.get("allow_private_address", False)
        return checked_address(url, may_be_private, "the key travels by it").rstrip("/")


class ApprisePart(Strict):
    url: PagerSecret | None = None
    within: Duration = Span(0, timedelta(seconds=10))


PAGERS = ("pagerduty", "jira", "apprise")
"""By their names in the policy."""


class OwnKeysPart(Strict):
    """A text alone is the key of the only pager."""

    key: PagerSecret | None = None
    pagerduty: PagerSecret | None = None
    jira: PagerSecret | None = None
    apprise: PagerSecret | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_a_text(cls, value: object) -> object:
        return {"key": value} if isinstance(value, str) else value


class PagingPart(Strict):
    pagerduty: PagerDutyPart | None = None
    jira: JiraPart | None = None
    apprise: ApprisePart | None = None
    people: dict[User, OwnKeysPart] = {}
    slack_down_after: Duration | None = Span(0, timedelta(minutes=2))


TRACKER_ADDRESSES = {
    TrackerKind.GITHUB: "https://api.github.com",
    TrackerKind.GITLAB: "https://gitlab.com/api/v4",
    TrackerKind.LINEAR: "https://api.linear.app",
}
"""Where a tracker is unless `url` says otherwise; a Jira is each company's own."""
PROJECTS = {
    TrackerKind.GITHUB: (r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}", "owner/name"),
    TrackerKind.GITLAB: (r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)+|[0-9]{1,12}", "group/project"),
    TrackerKind.LINEAR: (r"[A-Z0-9]{1,20}", "ENG, the key of the team"),
    TrackerKind.JIRA: (r"[A-Z][A-Z0-9_]{1,254}", "OPS, the key of the project"),
}
"""How each kind names a project, and how to say so."""


class TrackerPart(WayPart):
    kind: TrackerKind
    url: Address | None = None
    project: str
    token: TrackerSecret
    secret: TrackerSecret | None = None
    account: Annotated[str, Field(min_length=1, max_length=254)] | None = None
    follow_ups: bool = True
    incidents: list[Priority] = []
    services: list[ServiceName] = []
    private: bool = False
    people: dict[User, Annotated[str, Field(min_length=1, max_length=254)]] = {}
    type: Annotated[str, Field(min_length=1, max_length=60)] = "Task"
    fields: dict[str, Any] = {}

    @field_validator("url")
    @classmethod
    def _is_safe(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is None:
            return None
        return checked_address(url, info.data.get("allow_private_address", False), "a token goes with each request")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        pattern, example = PROJECTS[self.kind]
        if not re.fullmatch(pattern, self.project):
            raise ValueError(f"`project` is no project of {self.kind}; write for example {example}")
        if self.kind is TrackerKind.JIRA and (self.url is None or self.account is None):
            whose = "`account`: the e-mail address of whom the token belongs to"
            raise ValueError(f"a Jira needs its `url` (https://example.atlassian.net), and {whose}")
        if self.kind is not TrackerKind.JIRA and (self.fields or "type" in self.model_fields_set):
            raise ValueError("`fields` and `type` are Jira's alone")
        if not self.follow_ups and not self.incidents:
            raise ValueError("nothing goes there: `follow_ups: true`, or `incidents: [P1, P2]`")
        return self


DOCUMENT_ADDRESSES = {
    DocumentKind.GITHUB: "https://api.github.com",
    DocumentKind.GITLAB: "https://gitlab.com/api/v4",
    DocumentKind.NOTION: "https://api.notion.com",
    DocumentKind.OUTLINE: "https://app.getoutline.com",
}
"""Where a service is unless `url` says otherwise; the others are each company's own."""
DOCUMENT_NEEDS = {
    DocumentKind.CONFLUENCE: ("url", "account", "space"),
    DocumentKind.CONFLUENCE_DATA_CENTER: ("url", "space"),
    DocumentKind.BOOKSTACK: ("url", "space"),
    DocumentKind.GITHUB: ("space",),
    DocumentKind.GITLAB: ("space",),
    DocumentKind.NOTION: ("parent",),
    DocumentKind.OUTLINE: ("space",),
}
"""The keys that each kind cannot do without."""
DOCUMENT_TAKES = {
    DocumentKind.CONFLUENCE: ("parent",),
    DocumentKind.CONFLUENCE_DATA_CENTER: ("parent",),
    DocumentKind.BOOKSTACK: ("parent",),
    DocumentKind.GITHUB: ("base", "folder"),
    DocumentKind.GITLAB: ("base", "folder"),
    DocumentKind.NOTION: (),
    DocumentKind.OUTLINE: ("parent",),
}
"""The keys that it takes besides, and the others do not."""


UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SPACES = {
    DocumentKind.CONFLUENCE: (r"[\w~.-]+", "OPS, the key of the space"),
    DocumentKind.CONFLUENCE_DATA_CENTER: (r"[\w~.-]+", "OPS, the key of the space"),
    DocumentKind.BOOKSTACK: (r"[0-9]{1,12}", "12, the number of the book"),
    DocumentKind.GITHUB: PROJECTS[TrackerKind.GITHUB],
    DocumentKind.GITLAB: PROJECTS[TrackerKind.GITLAB],
    DocumentKind.OUTLINE: (UUID, "8d3b…-…, the id of the collection"),
}
"""How each kind names what holds its documents, and how to say so."""


class DocumentPart(WayPart):
    kind: DocumentKind
    url: Address | None = None
    token: DocumentToken
    account: Annotated[str, Field(min_length=1, max_length=254)] | None = None
    space: Annotated[str, Field(min_length=1, max_length=254)] | None = None
    parent: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")] | None = None
    base: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=200)] | None = None
    folder: RepositoryFolder | None = None
    private: bool = False

    @field_validator("url")
    @classmethod
    def _is_safe(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is None:
            return None
        return checked_address(url, info.data.get("allow_private_address", False), "a token goes with each request")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        needed, taken = DOCUMENT_NEEDS[self.kind], DOCUMENT_TAKES[self.kind]
        pattern, example = SPACES.get(self.kind, (".*", ""))
        if self.space is not None and not re.fullmatch(pattern, self.space):
            raise ValueError(f"`space` is none of {self.kind}; write for example {example}")
        given = {
            name for name in ("url", "account", "space", "parent", "base", "folder") if getattr(self, name) is not None
        }
        if missing := [f"`{name}`" for name in needed if name not in given]:
            raise ValueError(f"{self.kind} needs {listed(missing)}; docs/documents.md says what they are")
        if foreign := [f"`{name}`" for name in sorted(given - {*needed, *taken, "url"})]:
            raise ValueError(f"{self.kind} has no {listed(foreign)}")
        return self


class RunbooksPart(Strict):
    review_every: Duration | None = None
    repository: RunbookRepositoryPart | None = None


class PolicyFile(Strict):
    """The whole file, after it was laid over the shipped one."""

    timezone: Zone
    business_hours: HoursPart
    channels: ChannelsPart
    priorities: PrioritiesPart
    matrix: MatrixPart
    escalation: EscalationPart = EscalationPart()
    context: list[ContextPart] = []
    services: dict[Word, ServicePart] = {}
    catalog: CatalogPart | None = None
    default_schedule: ScheduleName | None = None
    schedules: dict[str, SchedulePart] = {}
    people: PeoplePart = PeoplePart()
    categories: list[Word] = []
    access: Annotated[dict[Verb, Admitted], AfterValidator(_have_somebody)] = {}
    private_categories: list[Category] = []
    sources: list[Word] = []
    review: ReviewPart = ReviewPart()
    retention: RetentionPart = RetentionPart()
    marks: dict[Emoji, Mark] = {}
    elsewhere: ElsewherePart = ElsewherePart()
    audience: AudiencesPart = AudiencesPart()
    audiences: Annotated[dict[AudienceName, ClockPart], Field(max_length=MOST_AUDIENCES)] = {}
    regulations: Annotated[
        dict[RegulationName, RegulationPart], Field(max_length=MOST_REGULATIONS), AfterValidator(_are_known_or_whole)
    ] = {}
    slos: SlosPart | None = None
    duplicates: DuplicatesPart = DuplicatesPart()
    tiers: dict[int, TierPart] = {}
    max_snooze: Duration = Span(0, timedelta(hours=1))
    quiet_after: Duration | None = None
    runbooks: RunbooksPart = RunbooksPart()
    status_page: StatusPagePart | None = None
    templates: TemplatesPart = TemplatesPart()
    alerts: list[AlertRoutePart] = []
    alerting: AlertingPart = AlertingPart()
    webhooks: Annotated[list[WebhookPart], Field(max_length=MOST_WEBHOOKS), AfterValidator(_have_names)] = []
    bridge: BridgePart | None = None
    proof: ProofPart = ProofPart()
    outgoing: RoutePart = RoutePart()
    digest: DigestPart | None = None
    subscriptions: SubscriptionsPart = SubscriptionsPart()
    action_hosts: list[Host] = []
    engines: dict[Word, EnginePart] = {}
    actions: dict[ActionName, ActionPart] = {}

    @field_validator("engines")
    @classmethod
    def _are_allowed(cls, engines: dict[str, EnginePart], info: ValidationInfo) -> dict[str, EnginePart]:
        hosts: list[str] = info.data.get("action_hosts", [])
        for name, one in engines.items():
            if (host := urlsplit(one.url).hostname) not in hosts:
                raise ValueError(f"the engine `{name}` is on {host}, which `action_hosts` does not list")
        return engines

    @field_validator("actions")
    @classmethod
    def _fit_their_engines(cls, actions: dict[str, ActionPart], info: ValidationInfo) -> dict[str, ActionPart]:
        engines: dict[str, EnginePart] = info.data.get("engines", {})
        for name, one in actions.items():
            if one.engine in engines and one.target.keys() != set(NEEDS[engines[one.engine].kind]):
                needed = listed([f"`{key}`" for key in NEEDS[engines[one.engine].kind]])
                kind = engines[one.engine].kind
                raise ValueError(f"the action `{name}` is on an engine of the kind {kind}, which needs {needed} alone")
        return actions

    paging: PagingPart = PagingPart()
    trackers: dict[Annotated[Word, Field(max_length=40)], TrackerPart] = {}
    documents: dict[Annotated[Word, Field(max_length=40)], DocumentPart] = {}

    @model_validator(mode="after")
    def _reaches_its_audiences(self) -> Self:
        for name, one in self.audiences.items():
            is_reached = bool(one.tell or one.channels)
            if name != CUSTOMERS and not is_reached:
                raise ValueError(f"nobody is told as `{name}`: say whom, `tell: [executives]`, or where, `channels`")
            if name == CUSTOMERS and (is_reached or one.headings):
                raise ValueError("customers read the status page; take `tell`, `channels` and `headings` away")
            if name == CUSTOMERS and self.status_page is None:
                raise ValueError(
                    "a clock for customers needs a `status_page`: they are told by what is published there"
                )
        return self

    @model_validator(mode="after")
    def _has_a_pager(self) -> Self:
        steps = [step for name in Priority for step in getattr(self.escalation, name) or ()]
        pagers = [name for name in PAGERS if getattr(self.paging, name) is not None]
        if not pagers and (self.paging.people or any("page" in step.tell for step in steps)):
            raise ValueError("`page` in a ladder and people with pagers need a pager: `paging: {pagerduty: …}`")
        for user, one in self.paging.people.items():
            if one.key and len(pagers) > 1:
                raise ValueError(f"say which pager the key of {user} is for, as `{{pagerduty: env:MUSTER_PAGE_…}}`")
            if missing := next((name for name in PAGERS if getattr(one, name) and name not in pagers), None):
                raise ValueError(f"the key of {user} needs `paging: {{{missing}: {{}}}}`")
        asked = [name for name, one in self.schedules.items() if one.pagerduty]
        if asked and (self.paging.pagerduty is None or self.paging.pagerduty.token is None):
            raise ValueError(f"the schedule `{asked[0]}` needs `paging: {{pagerduty: {{token: env:MUSTER_PAGE_…}}}}`")
        return self
