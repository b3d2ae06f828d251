"""The policy file: laid over the shipped one, checked, and turned into the domain's Policy.

Every problem is reported at once, with file, line and the nearest valid key.
"""

import re
import string
from collections.abc import Container, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

import holidays as calendars
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.domain import policy as p
from bot.domain.ids import SlackUserId
from bot.domain.vocabulary import Clock, Level, Priority
from bot.yaml_lines import Lined, Path_, Problem, Problems, nearest, read, text_of

SHIPPED = Path(__file__).with_name("policy.yml")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TARGETS = (
    "channel",
    "commander",
    "commander_dm",
    "deputy",
    "secondary",
    "oncall",
    "manager",
    "executives",
)
PLACES = (
    "ref",
    "title",
    "priority",
    "status",
    "service",
    "category",
    "commander",
    "conditions",
    "actions",
    "needs",
    "next_due",
    "channel",
    "bridge",
)
"""What a template may name."""

DURATION = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?")
USER = re.compile(r"[UW][A-Z0-9]+")
LONGEST = timedelta(days=3660)


class PolicyProblems(Problems):
    """Everything that is wrong with a policy."""


def _duration(value: object) -> timedelta:
    found = DURATION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if not found or not any(found.groups()):
        raise ValueError(f"{value!r} is no duration; write for example 45s, 15m, 1h30m, 4h or 2d")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if span > LONGEST:
        raise ValueError(f"{value} is longer than ten years")
    return span


def _above_zero(span: timedelta) -> timedelta:
    if span <= timedelta(0):
        raise ValueError("must be longer than zero")
    return span


def _clock_time(value: object) -> time:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", value) if isinstance(value, str) else None
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(f'{value!r} is no time of day; write for example "09:00", in quotes')
    return time(int(found[1]), int(found[2]))


def _zone(value: object) -> ZoneInfo:
    if not isinstance(value, str) or value not in available_timezones():
        found = get_close_matches(str(value), sorted(available_timezones()), n=1)
        raise ValueError(f"there is no time zone {value!r}" + (f"; did you mean {found[0]}?" if found else ""))
    return ZoneInfo(value)


def _day(value: object) -> int:
    if not isinstance(value, str) or value.lower()[:3] not in DAYS:
        raise ValueError(f"{value!r} is no day; write one of {', '.join(DAYS)}")
    return DAYS.index(value.lower()[:3])


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is no date; write for example 2026-01-05") from None


def _local(value: object) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is no date and time; write for example 2026-12-24T09:00") from None


def _user(value: str) -> SlackUserId:
    if not USER.fullmatch(value):
        raise ValueError(f"{value!r} is no Slack user id; it looks like U0123ABCD (copy it from the person's profile)")
    return SlackUserId(value)


def _rotation(value: object) -> int:
    """The days of a turn."""
    words = {"daily": 1, "weekly": 7}
    found = re.fullmatch(r"([1-9]\d{0,2})([wd])", str(value))
    if value not in words and not found:
        raise ValueError(f"{value!r} is no rotation; write daily, weekly, 2w or 10d")
    return words[str(value)] if value in words else int(found[1]) * (7 if found[2] == "w" else 1)  # type: ignore[index]


def _handover(value: object) -> tuple[int | None, time]:
    day, _, clock = str(value).rpartition(" ")
    return (_day(day) if day else None), _clock_time(clock)


def _address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>|]+", value):
        raise ValueError(f"{value!r} is no web address that begins with https://")
    return value


def _prefix(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,19}", value):
        raise ValueError("a prefix has up to 20 lower-case letters, digits, - or _")
    return value


def _template(value: str) -> str:
    try:
        named = [name for _, name, _, _ in string.Formatter().parse(value) if name is not None]
    except ValueError as error:
        raise ValueError(f"the template cannot be read: {error}") from None
    unknown = [name for name in named if name not in PLACES]
    if unknown:
        raise ValueError(f"the template names {{{unknown[0]}}}; {nearest(unknown[0], list(PLACES))}")
    return value


def _target(value: str) -> str:
    if value in TARGETS or USER.fullmatch(value) or re.fullmatch(r"@[\w.-]+", value):
        return value
    raise ValueError(f"{value!r} is nobody to tell; {nearest(value, list(TARGETS))}, a user id, a @group")


Duration = Annotated[timedelta, BeforeValidator(_duration), AfterValidator(_above_zero)]
Wait = Annotated[timedelta, BeforeValidator(_duration)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Day = Annotated[int, BeforeValidator(_day)]
Date = Annotated[date, BeforeValidator(_date)]
User = Annotated[str, AfterValidator(_user)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class Hours(Strict):
    days: list[Day]
    from_: ClockTime = Field(alias="from")
    to: ClockTime
    holidays: str | list[Date] | None = None


class ChannelsPart(Strict):
    prefix: Annotated[str, AfterValidator(_prefix)] = "inc"
    broadcast: str | None = None
    archive_after: Duration | None = None
    bridge_url: Annotated[str, AfterValidator(_address)] | None = None


class PriorityPart(Strict):
    name: str
    acknowledge_within: Duration
    first_update_within: Duration | None = None
    update_every: Duration
    mitigated_update_every: Duration | None = None
    max_next: Duration | None = None
    warn_before: Duration | None = None
    resolve_within: Duration | None = None
    review_within: Duration | None = None
    clock: Clock = Clock.ALWAYS
    bridge: bool = False
    notify_executives: bool = False


class StepPart(Strict):
    after: Wait
    tell: list[Annotated[str, AfterValidator(_target)]]


class When(Strict):
    service: str | None = None
    category: str | None = None
    tier: int | None = None
    calendar: Literal["month_end"] | None = None


class ContextPart(Strict):
    when: When
    raise_: Literal["urgency"] = Field(alias="raise")


class ServicePart(Strict):
    name: str | None = None
    tier: int | None = None
    oncall: str | None = None
    manager: User | None = None
    resolver_group: str | None = None
    tags: list[str] = []


class OverridePart(Strict):
    from_: Annotated[datetime, BeforeValidator(_local)] = Field(alias="from")
    to: Annotated[datetime, BeforeValidator(_local)]
    who: User


class SchedulePart(Strict):
    rotation: Annotated[int, BeforeValidator(_rotation)] = 7
    start: Date | None = None
    handover: Annotated[tuple[int | None, time], BeforeValidator(_handover)] = (0, time(9))
    timezone: Zone | None = None
    members: list[User] = Field(min_length=1)
    secondary: list[User] = []
    overrides: list[OverridePart] = []


class PeoplePart(Strict):
    managers: list[User] = []
    executives: list[User] = []


class PolicyFile(Strict):
    """The whole file, after it was laid over the shipped one."""

    timezone: Zone
    business_hours: Hours
    channels: ChannelsPart
    priorities: dict[Priority, PriorityPart]
    escalation: dict[Priority, list[StepPart]] = {}
    matrix: dict[Level, dict[Level, Priority]]
    context: list[ContextPart] = []
    services: dict[str, ServicePart] = {}
    default_schedule: str | None = None
    schedules: dict[str, SchedulePart] = {}
    people: PeoplePart = PeoplePart()
    categories: list[str] = []
    max_snooze: Duration = timedelta(hours=1)
    templates: dict[Priority, dict[Literal["stakeholders"], Annotated[str, AfterValidator(_template)]]] = {}


def load(path: Path | None) -> p.Policy:
    """The policy of a file, or the shipped one. Raises PolicyProblems."""
    shipped = read(text_of(SHIPPED), SHIPPED.name)
    if path is None:
        return _policy(shipped.content, shipped, SHIPPED.name)
    try:
        own = read(text_of(path), str(path))
    except Problems as found:
        raise PolicyProblems(list(found.problems)) from None
    if own.content is not None and not isinstance(own.content, dict):
        raise PolicyProblems([Problem(str(path), 1, "expected `key: value` lines; see the shipped policy.yml")])
    return _policy(merge(shipped.content, own.content or {}), own, str(path))


def merge(below: Any, above: Any) -> Any:
    """Mappings merge, scalars and lists replace, null removes."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    merged = dict(below)
    for key, value in above.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(below.get(key), value)
    return merged


def _policy(content: Any, own: Lined, file: str) -> p.Policy:
    try:
        found = PolicyFile.model_validate(content)
    except ValidationError as error:
        raise PolicyProblems([_problem(one, own, file) for one in error.errors()]) from None
    problems = [Problem(file, own.line(where), text) for where, text in _contradictions(found)]
    if problems:
        raise PolicyProblems(problems)
    return _domain(found)


def _problem(error: Mapping[str, Any], own: Lined, file: str) -> Problem:
    """One of pydantic's errors, in our words."""
    where: Path_ = tuple(part for part in error["loc"] if part not in ("[key]", "str", "list[date]"))
    name = ".".join(map(str, where))
    line = own.line(where)
    match error["type"]:
        case "extra_forbidden":
            return Problem(file, line, f"there is no key `{name}`; {nearest(str(where[-1]), _keys(where[:-1]))}")
        case "missing":
            return Problem(file, line, f"`{name}` is missing")
        case "value_error":
            return Problem(file, line, f"`{name}`: {error['ctx']['error']}")
        case _:
            return Problem(file, line, f"`{name}`: {error['msg'][0].lower()}{error['msg'][1:]}")


def _keys(where: Path_) -> list[str]:
    """The keys that are valid at a place."""
    shape: Any = PolicyFile
    for part in where:
        shape = _inside(shape, str(part))
    return list(_fields(shape)) if _is_model(shape) else []


def _inside(shape: Any, part: str) -> Any:
    """What stands one key or item further in."""
    if _is_model(shape):
        return _bare(_fields(shape).get(part))
    return _bare(get_args(shape)[-1]) if get_args(shape) else None


def _bare(shape: Any) -> Any:
    """The type without its `| None`."""
    present = [one for one in get_args(shape) if one is not NoneType]
    return present[0] if len(present) == 1 and NoneType in get_args(shape) else shape


def _is_model(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _contradictions(found: PolicyFile) -> Iterator[tuple[Path_, str]]:
    """What each value alone does not show."""
    if found.business_hours.to <= found.business_hours.from_ or not found.business_hours.days:
        yield ("business_hours",), "the business hours never open: give days, and a `to` later than `from`"
    country = found.business_hours.holidays
    if isinstance(country, str) and _calendar(country) is None:
        known = sorted(calendars.list_supported_countries())
        yield ("business_hours", "holidays"), f"no holidays are known for {country!r}; {nearest(country, known)[:200]}"
    for priority in Priority:
        if priority not in found.priorities:
            yield ("priorities",), f"{priority} is missing; all of P1 to P4 are needed"
    for priority, part in found.priorities.items():
        yield from _odd_priority(("priorities", str(priority)), part)
    for row in Level:
        for column in Level:
            if column not in found.matrix.get(row, {}):
                yield ("matrix", str(row)), f"the matrix has no priority for impact {row}, urgency {column}"
    for priority, steps in found.escalation.items():
        waits = [step.after for step in steps]
        if waits != sorted(set(waits)):
            yield ("escalation", str(priority)), "each step of a ladder comes later than the one before it"
    yield from _odd_references(found)
    for name, schedule in found.schedules.items():
        if len(schedule.members) > 1 and schedule.start is None:
            yield ("schedules", name), f"`schedules.{name}.start` is needed when there is more than one member"
        for index, override in enumerate(schedule.overrides):
            if override.to.replace(tzinfo=None) <= override.from_.replace(tzinfo=None):
                yield ("schedules", name, "overrides", index), "the override ends before it begins"


def _odd_priority(where: Path_, part: PriorityPart) -> Iterator[tuple[Path_, str]]:
    if part.warn_before is not None and part.warn_before >= part.update_every:
        yield (*where, "warn_before"), "`warn_before` must be shorter than `update_every`"
    if part.max_next is not None and part.max_next < part.update_every:
        yield (*where, "max_next"), "`max_next` must not be shorter than `update_every`"
    if part.resolve_within is not None and part.resolve_within < part.acknowledge_within:
        yield (*where, "resolve_within"), "`resolve_within` is shorter than `acknowledge_within`"


def _odd_references(found: PolicyFile) -> Iterator[tuple[Path_, str]]:
    schedules = list(found.schedules)
    if found.default_schedule is not None and found.default_schedule not in schedules:
        text = f"there is no schedule `{found.default_schedule}`; {nearest(found.default_schedule, schedules)}"
        yield ("default_schedule",), text
    for slug, service in found.services.items():
        if not re.fullmatch(r"[\w.-]+", slug):
            yield ("services", slug), f"`{slug}`: a service is one word of letters, digits, . - or _"
        if service.oncall is not None and service.oncall not in schedules:
            yield (
                ("services", slug, "oncall"),
                f"there is no schedule `{service.oncall}`; {nearest(service.oncall, schedules)}",
            )
    for index, rule in enumerate(found.context):
        if rule.when.service is not None and rule.when.service not in found.services:
            text = f"there is no service `{rule.when.service}`; {nearest(rule.when.service, list(found.services))}"
            yield ("context", index, "when", "service"), text
        if rule.when.category is not None and rule.when.category not in found.categories:
            text = f"there is no category `{rule.when.category}`; {nearest(rule.when.category, found.categories)}"
            yield ("context", index, "when", "category"), text


def _calendar(country: str) -> Container[date] | None:
    name, _, part = country.partition("-")
    try:
        return calendars.country_holidays(name, subdiv=part or None)
    except NotImplementedError:
        return None


def _domain(found: PolicyFile) -> p.Policy:
    hours = found.business_hours
    days_off: Container[date] = frozenset(hours.holidays) if isinstance(hours.holidays, list) else frozenset()
    if isinstance(hours.holidays, str):
        days_off = _calendar(hours.holidays) or days_off
    return p.Policy(
        timezone=found.timezone,
        business_hours=p.BusinessHours(frozenset(hours.days), hours.from_, hours.to, found.timezone, days_off),
        channels=p.Channels(
            found.channels.prefix, found.channels.broadcast, found.channels.archive_after, found.channels.bridge_url
        ),
        priorities={name: _rules(part) for name, part in found.priorities.items()},
        matrix=found.matrix,
        categories=tuple(found.categories),
        services={slug: _service(slug, part) for slug, part in found.services.items()},
        schedules={name: _schedule(name, part, found.timezone) for name, part in found.schedules.items()},
        default_schedule=found.default_schedule,
        context=tuple(
            p.ContextRule(one.when.service, one.when.category, one.when.tier, one.when.calendar)
            for one in found.context
        ),
        escalation={
            name: tuple(p.EscalationStep(step.after, tuple(step.tell)) for step in steps)
            for name, steps in found.escalation.items()
        },
        people=p.People(
            tuple(map(SlackUserId, found.people.managers)), tuple(map(SlackUserId, found.people.executives))
        ),
        max_snooze=found.max_snooze,
        templates={
            name: {str(part): text for part, text in wording.items()} for name, wording in found.templates.items()
        },
    )


def _rules(part: PriorityPart) -> p.PriorityRules:
    every = part.update_every
    relaxed = max(every, min(4 * every, timedelta(hours=4)))
    return p.PriorityRules(
        name=part.name,
        acknowledge_within=part.acknowledge_within,
        first_update_within=part.first_update_within or every,
        update_every=every,
        mitigated_update_every=part.mitigated_update_every or relaxed,
        max_next=part.max_next or max(timedelta(hours=4), 2 * every),
        warn_before=part.warn_before,
        resolve_within=part.resolve_within,
        review_within=part.review_within,
        clock=part.clock,
        bridge=part.bridge,
        notify_executives=part.notify_executives,
    )


def _service(slug: str, part: ServicePart) -> p.Service:
    return p.Service(
        slug,
        part.name or slug,
        part.tier,
        part.oncall,
        SlackUserId(part.manager) if part.manager else None,
        part.resolver_group,
        tuple(part.tags),
    )


def _schedule(name: str, part: SchedulePart, policy_zone: ZoneInfo) -> p.Schedule:
    zone = part.timezone or policy_zone
    day, clock = part.handover
    return p.Schedule(
        name=name,
        members=tuple(map(SlackUserId, part.members)),
        secondary=tuple(map(SlackUserId, part.secondary)),
        turn=part.rotation,
        start=part.start,
        handover_day=day if part.rotation % 7 == 0 else None,
        handover_time=clock,
        timezone=zone,
        overrides=tuple(
            p.Override(_in_zone(one.from_, zone), _in_zone(one.to, zone), SlackUserId(one.who))
            for one in part.overrides
        ),
    )


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
