"""What the values of a policy file may be, and what to write instead."""

import re
import ssl
import string
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import jmespath
from annotated_types import Len
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo

from bot.config.yaml_lines import nearest
from bot.domain.addresses import checked_proxy
from bot.domain.alerts import MUSTER, SOURCES
from bot.domain.audience_clocks import EVERYBODY, STAKEHOLDERS
from bot.domain.automation import RUN_KEY, named_action
from bot.domain.ids import SlackUserId
from bot.domain.policy import DIRECT, Often
from bot.domain.regulations import FILLED, Within
from bot.domain.webhooks import KINDS as WEBHOOK_EVENTS

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TARGETS = (
    *("channel", "commander", "commander_dm", "deputy", "liaison", "secondary", "oncall", "manager", "executives"),
    "page",
)
ADMITTED = (
    *("anyone", "responders", "commander", "deputy", "liaison", "managers", "executives", "oncall", "integrations"),
)
PLACES = (
    *("ref", "title", "priority", "status", "service", "category", "commander"),
    *("conditions", "actions", "needs", "next_due", "channel", "bridge"),
)
"""What a template may name."""
DURATION = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?")
USER = re.compile(r"[UW][A-Z0-9]+")
GROUP = re.compile(r"@[\w.-]+")
ENGINE_SECRET = re.compile(r"env:(MUSTER_ACTION_[A-Z0-9_]{1,60})")
REPOSITORY_TOKEN = re.compile(r"env:(MUSTER_RUNBOOKS_[A-Z0-9_]{1,60})")
STATUS_TOKEN = re.compile(r"env:(MUSTER_STATUS_[A-Z0-9_]{1,64})")
WEBHOOK_SECRET = re.compile(r"MUSTER_WEBHOOK_[A-Z0-9_]{1,60}")
PAGER_SECRET = re.compile(r"env:(MUSTER_PAGE_[A-Z0-9_]{1,60})")
PROXY_VARIABLE = re.compile(r"env:(?:HTTPS_PROXY|MUSTER_PROXY_[A-Z0-9_]{1,60})")
LONGEST_ANSWER = timedelta(seconds=60)
DOCUMENT_TOKEN = re.compile(r"env:(MUSTER_DOCUMENT_[A-Z0-9_]{1,60})")
MAIL_PASSWORD = re.compile(r"env:(MUSTER_MAIL_[A-Z0-9_]{1,60})")
TRACKER_SECRET = re.compile(r"env:(MUSTER_TRACKER_[A-Z0-9_]{1,60})")
CLOCK_WORDS = ("none", "submitted", "draft")
"""What stands after a regulation in `clock`, so no trigger can be called that."""
LONGEST = timedelta(days=3660)
MOST_WORDS = 500
LONGEST_TITLE = 60
"""Characters of what a link is called."""


@dataclass(frozen=True, slots=True)
class Span:
    """A duration as it was typed: `1d` and `24h` are the same on the 24-hour clock, but not on the business clock."""

    days: int
    within: timedelta

    @property
    def real(self) -> timedelta:
        """On the 24-hour clock."""
        return timedelta(days=self.days) + self.within

    def in_business_days(self, day: timedelta) -> timedelta:
        """On the business clock, where a day of the answer is one business day, `day` long."""
        more, rest = divmod(self.within, day)
        return timedelta(days=self.days + more) + rest


@dataclass(frozen=True, slots=True)
class Turn:
    """How long somebody is on call; None is a calendar month."""

    length: timedelta | None

    @property
    def is_in_weeks(self) -> bool:
        return self.length is not None and self.length % timedelta(weeks=1) == timedelta()


FOREVER = "forever"


def _wait(value: object) -> Span:
    found = DURATION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if not found or not any(found.groups()):
        raise ValueError(f"{value!r} is no duration; write for example 45s, 15m, 1h30m, 4h or 2d")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    span = Span(days, timedelta(hours=hours, minutes=minutes, seconds=seconds))
    if span.real > LONGEST:
        raise ValueError(f"{value} is longer than ten years")
    return span


def _duration(value: object) -> Span:
    span = _wait(value)
    if not span.real:
        raise ValueError("must be longer than zero")
    return span


def _answer(value: object) -> Span:
    span = _duration(value)
    if span.real > LONGEST_ANSWER:
        raise ValueError("an answer is waited for 60s at the most: whatever else goes there waits behind it")
    return span


def _kept(value: object) -> Span | None:
    if isinstance(value, str) and value.strip().lower() == FOREVER:
        return None
    try:
        return _duration(value)
    except ValueError as wrong:
        raise ValueError(str(wrong).replace("45s, 15m, 1h30m, 4h or 2d", f"400d, or {FOREVER}")) from None


def _clock_time(value: object) -> time:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", str(value))
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(f'{value!r} is no time of day; write for example "09:00"')
    return time(int(found[1]), int(found[2]))


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (KeyError, ValueError, OSError):  # unknown, no name at all, a folder of zones
        found = get_close_matches(str(value), sorted(available_timezones()), n=1)
        hint = f"did you mean {found[0]}?" if found else "write for example Europe/Madrid"
        raise ValueError(f"there is no time zone {value!r}; {hint}") from None


def _day(value: object) -> int:
    if not isinstance(value, str) or value.lower() not in DAYS:
        raise ValueError(f"{value!r} is no day; write one of {', '.join(DAYS)}")
    return DAYS.index(value.lower())


def _some_days(days: list[int]) -> list[int]:
    if not days:
        raise ValueError("the business hours never open; name at least one day")
    return days


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


def _holidays(value: object) -> Container[date]:
    """The days off of a country or a part of it, or the days that are listed."""
    if isinstance(value, list):
        return frozenset(_date(one) for one in value)
    country, _, part = str(value).upper().partition("-")
    import holidays as calendars  # takes long to load, and most policies name none

    known = calendars.list_supported_countries()
    if country not in known:
        raise ValueError(f"no holidays are known for {value!r}; write a country such as ES or DE, or a list of dates")
    if part and part not in known[country]:
        raise ValueError(f"no part {part!r} of {country} is known; {nearest(part, known[country])}")
    return calendars.country_holidays(country, subdiv=part or None)


def _user(value: str) -> SlackUserId:
    if not USER.fullmatch(value):
        raise ValueError(f"{value!r} is no Slack user id; it looks like U0123ABCD (copy it from the person's profile)")
    return SlackUserId(value)


def _group(value: str) -> str:
    if not GROUP.fullmatch(value):
        raise ValueError(f'{value!r} is no user group; write its handle, for example "@shop-sre"')
    return value


def _word(value: str) -> str:
    if not re.fullmatch(r"\w[\w.-]*", value):
        raise ValueError(f"{value!r} is no plain word of letters, digits, . - or _")
    return value


def _rotation(value: object) -> Turn:
    if value == "monthly":
        return Turn(None)
    named = {"daily": "1d", "weekly": "1w"}
    found = re.fullmatch(r"([1-9]\d{0,2})([wdh])", named.get(str(value), str(value)))
    if not found:
        raise ValueError(f"{value!r} is no rotation; write daily, weekly, monthly, 2w, 10d or 12h")
    return Turn(timedelta(**{{"w": "weeks", "d": "days", "h": "hours"}[found[2]]: int(found[1])}))


def _handover(value: object) -> tuple[int | None, time]:
    day, _, clock = str(value).rpartition(" ")
    return (_day(day) if day else None), _clock_time(clock)


def _emoji(value: str) -> str:
    name = value.strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]{1,100}", name):
        raise ValueError(f"{value!r} is no name of an emoji; write for example pushpin, without colons")
    return name


def _address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>|]+", value):
        raise ValueError(f"{value!r} isn't a web address that begins with https://")
    return value


def _calendar(value: str) -> str:
    """`webcal://` is what calendars call their address on the web, which is https."""
    return _address(re.sub(r"^webcals?://", "https://", value, flags=re.IGNORECASE))


def _link_title(value: str) -> str:
    if not 0 < len(value.strip()) <= LONGEST_TITLE:
        raise ValueError(f"a link is called something, in {LONGEST_TITLE} characters at the most")
    return value.strip()


def _webhook_event(value: str) -> str:
    if value not in WEBHOOK_EVENTS:
        raise ValueError(f"{value!r} is no kind of event; {nearest(value, list(WEBHOOK_EVENTS))}")
    return value


def _secret_variable(value: str) -> str:
    """Not quoted in the error: somebody may have written the secret itself."""
    if not WEBHOOK_SECRET.fullmatch(value):
        raise ValueError("name the environment variable that holds the secret, for example MUSTER_WEBHOOK_CMDB")
    return value


def _token_variable(value: str) -> str:
    """The name of the variable; not quoted in the error, as of webhooks."""
    found = REPOSITORY_TOKEN.fullmatch(value)
    if found is None:
        raise ValueError("name the environment variable that holds the token, for example env:MUSTER_RUNBOOKS_TOKEN")
    return found[1]


def _status_token(value: str) -> str:
    """The name of the variable; not quoted in the error, as of webhooks."""
    found = STATUS_TOKEN.fullmatch(value)
    if found is None:
        raise ValueError("name the environment variable that holds the token, for example env:MUSTER_STATUS_TOKEN")
    return found[1]


def _customer_words(value: str) -> str:
    """With `{components}` in it or without."""
    if re.search(r"[{}]", value.replace("{components}", "")):
        raise ValueError("the words for customers can name {components}, and nothing else in braces")
    return _words(value)


def _folder(value: str) -> str:
    """With a slash at its end; empty for the top."""
    plain = value.strip("/")
    if not plain:
        return ""
    if value.startswith("/") or any(part in ("", ".", "..") for part in plain.split("/")) or "\\" in plain:
        raise ValueError(f"{value!r} is no folder of a repository; write for example docs/runbooks")
    return f"{plain}/"


def _pager_secret(value: str) -> str:
    """The variable's name. What was written is not quoted: somebody may have written the key itself."""
    found = PAGER_SECRET.fullmatch(value)
    if not found:
        raise ValueError("name the environment variable that holds the key, for example env:MUSTER_PAGE_PAGERDUTY")
    return found[1]


def _tracker_secret(value: str) -> str:
    """The variable's name. What was written is not quoted: somebody may have written the token itself."""
    found = TRACKER_SECRET.fullmatch(value)
    if not found:
        raise ValueError("name the environment variable that holds it, for example env:MUSTER_TRACKER_TOKEN")
    return found[1]


def _pagerduty_id(value: str) -> str:
    if not re.fullmatch(r"[A-Z0-9]{4,20}", value):
        raise ValueError("write the id of the schedule, as it stands at the end of its address: PXXXXXX")
    return value


def _all(value: object) -> object:
    return None if value == "all" else value


def _prefix(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,19}", value):
        raise ValueError("a prefix has up to 20 lower-case letters, digits, - or _")
    return value


def channel_name(value: str) -> str:
    """Slack allows no spaces, capitals or punctuation in a channel's name; an id is all capitals. Raises ValueError."""
    name = value.removeprefix("#")
    is_id = re.fullmatch(r"[CG][A-Z0-9]{2,}", name)
    if not is_id and (not re.fullmatch(r"[\w-]{1,80}", name) or name != name.lower()):
        raise ValueError(f"{value!r} is no channel; write its name in lower case, or its id")
    return name


def _words(value: str) -> str:
    if not value.strip() or len(value) > MOST_WORDS:
        raise ValueError(f"write what people are to read, in {MOST_WORDS} characters at the most")
    return value.strip()


def _template(value: str) -> str:
    return _filled_template(value, PLACES)


def _filled_template(value: str, places: Sequence[str]) -> str:
    try:
        parts = [part[1:] for part in string.Formatter().parse(value) if part[1] is not None]
    except ValueError as error:
        raise ValueError(f"the template cannot be read: {error}") from None
    for name, form, conversion in parts:
        if name not in places:
            raise ValueError(f"the template names {{{name}}}; {nearest(str(name), list(places))}")
        if form or conversion:
            raise ValueError(f"write {{{name}}} without : or ! in it")
    return value


def _target(value: str) -> str:
    if value in TARGETS or USER.fullmatch(value) or GROUP.fullmatch(value):
        return value
    raise ValueError(f"{value!r} is nobody to tell; {nearest(value, list(TARGETS))}, a user id, a @group")


def _alert_source(value: str) -> str:
    if value not in (known := [*SOURCES, MUSTER]):
        raise ValueError(f"{value!r} is no source of alerts; {nearest(value, known)}")
    return value


def _expression(value: str) -> str:
    try:
        jmespath.compile(value)
    except JMESPathError as error:
        raise ValueError(f"{value!r} is no JMESPath expression ({type(error).__name__}); see jmespath.org") from None
    return value


def _often(value: object) -> Often:
    found = re.fullmatch(r"([1-9][0-9]{0,2})\s+in\s+(\S+)", str(value).strip())
    if not found:
        raise ValueError(f"{value!r} does not say how often; write for example 3 in 10m")
    return Often(int(found[1]), _duration(found[2]).real)


def _admitted(value: str) -> str:
    if value in ADMITTED or USER.fullmatch(value) or GROUP.fullmatch(value):
        return value
    raise ValueError(f"{value!r} is nobody who could be let in; {nearest(value, list(ADMITTED))}, a user id, a @group")


def _told(value: str) -> str:
    if value in ("managers", "executives") or USER.fullmatch(value):
        return value
    raise ValueError(f"{value!r} is nobody to tell; {nearest(value, ['managers', 'executives'])}, a user id")


def _reached(value: str) -> str:
    return value if GROUP.fullmatch(value) else _told(value)


def _audience_name(value: str) -> str:
    if value in (STAKEHOLDERS, EVERYBODY):
        raise ValueError(
            f"`{value}` stands for whoever follows; their clock is `update_every` under `priorities`, and their ladder "
            "`escalation`"
        )
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", value):
        raise ValueError(f"{value[:60]!r} is no name of an audience; write for example key-accounts")
    return value


def _limit(value: object) -> Within:
    """`4h`, `14d`, or calendar months."""
    found = re.fullmatch(r"([1-9]\d?) months?", str(value).strip().lower())
    if found:
        return Within(months=int(found[1]))
    try:
        return Within(_duration(value).real)
    except ValueError:
        raise ValueError(f"{value!r} is no time limit; write for example 4h, 14d or 1 month") from None


def _regulation_name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,19}", value):
        raise ValueError(
            f"{value[:60]!r} is no name of a regulation; write a short word in lower case, for example acme"
        )
    return value


def _stage_name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", value) or value in CLOCK_WORDS:
        raise ValueError(f"{value[:60]!r} can't be typed after `clock`; write for example first_notice")
    return value


def _draft_template(value: str) -> str:
    return _filled_template(value, FILLED)


def as_list(value: object) -> object:
    """One may stand alone."""
    return [value] if isinstance(value, str) else value


def _engine_secret(value: str) -> str:
    """The name of a variable; not quoted in the error, as above."""
    found = ENGINE_SECRET.fullmatch(value)
    if found is None:
        raise ValueError("name the environment variable that holds it, for example env:MUSTER_ACTION_GITHUB")
    return found[1]


def _action_name(value: str) -> str:
    if named_action(value) is None or " " in value:
        raise ValueError(f"{value[:60]!r} is no name of an action; write for example restart-checkout")
    return value


def _parameter_name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", value) or value == RUN_KEY:
        raise ValueError(f"{value[:60]!r} is no name of a parameter; write lower-case letters, digits and _")
    return value


def _option(value: object) -> str:
    """A word, without spaces: it can be typed."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if not re.fullmatch(r"[\w.:/@+-]{1,50}", text):
        raise ValueError(f"{text[:60]!r} cannot be chosen; write one word")
    return text


def _host(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9.-]{1,253}|\[[0-9a-f:]+\]", value):
        raise ValueError(f"{value[:60]!r} is no host; write for example api.github.com, without https:// or a port")
    return value


def _approver(value: str) -> str:
    if value == "integrations":
        raise ValueError("a program approves nothing; name people")
    return _admitted(value)


def _percent(value: object) -> float:
    """`50%`, as a part of 1."""
    found = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)\s*%", value) if isinstance(value, str) else None
    if found is None or float(found[1]) > 100:
        raise ValueError(f"{value!r} is no share; write 0% to 100%")
    return float(found[1]) / 100


def _agreed_when_used_up(value: str) -> str:
    """What a follow-up says."""
    return _filled_template(value, ("service",))


def _known(kind: str, plural: str) -> AfterValidator:
    """The name stands elsewhere in the same file; the context of the validation says which names do, None where they
    stand in the catalogue too, which is read later."""

    def check(value: str, info: ValidationInfo) -> str:
        known: list[str] | None = (info.context or {}).get(plural, [])
        if known is not None and value not in known:
            raise ValueError(f"there is no {kind} `{value}`; {nearest(value, known)}")
        return value

    return AfterValidator(check)


def _not_in_a_circle(value: str, info: ValidationInfo) -> str:
    """The context of the validation says which schedule each one names for the rest of the time."""
    otherwise: dict[str, str] = (info.context or {}).get("otherwise", {})
    way = [value]
    while (following := otherwise.get(way[-1])) is not None:
        way.append(following)
        if way.count(following) > 1:
            raise ValueError(f"outside their hours these schedules name each other: {' → '.join(way)}")
    return value


Duration = Annotated[Span, PlainValidator(_duration)]
Percent = Annotated[float, PlainValidator(_percent)]
Kept = Annotated[Span | None, PlainValidator(_kept)]
Wait = Annotated[Span, PlainValidator(_wait)]
Answer = Annotated[Span, PlainValidator(_answer)]
ClockTime = Annotated[time, PlainValidator(_clock_time)]
Zone = Annotated[ZoneInfo, PlainValidator(_zone)]
Day = Annotated[int, PlainValidator(_day)]
Date = Annotated[date, PlainValidator(_date)]
Expression = Annotated[str, AfterValidator(_expression)]
AlertSource = Annotated[str, AfterValidator(_alert_source)]
OftenWithin = Annotated[Often, PlainValidator(_often)]
Moment = Annotated[datetime, PlainValidator(_local)]
Holidays = Annotated[Container[date], PlainValidator(_holidays)]
User = Annotated[str, AfterValidator(_user)]
Word = Annotated[str, AfterValidator(_word)]
Words = Annotated[str, AfterValidator(_words)]
Group = Annotated[str, AfterValidator(_group)]
Emoji = Annotated[str, AfterValidator(_emoji)]
Address = Annotated[str, AfterValidator(_address)]


def _document_token(value: str) -> str:
    """The variable's name. What was written is not quoted: somebody may have written the token itself."""
    found = DOCUMENT_TOKEN.fullmatch(value)
    if not found:
        raise ValueError("name the environment variable that holds it, for example env:MUSTER_DOCUMENT_TOKEN")
    return found[1]


def _proxy(value: str) -> str:
    """Not quoted in the error: there may be a password in it."""
    if value == DIRECT or PROXY_VARIABLE.fullmatch(value):
        return value
    if value.startswith("env:"):
        raise ValueError("name a variable like env:MUSTER_PROXY_URL, or env:HTTPS_PROXY")
    if urlsplit(checked_proxy(value)).username is not None:
        text = "write no user or password into the address; put all of it into a variable, and that here"
        raise ValueError(f"{text}: env:MUSTER_PROXY_URL")
    return checked_proxy(value)


def _ca_file(value: str, info: ValidationInfo) -> str:
    """Seen from the folder of the policy."""
    path = Path((info.context or {}).get("folder", ".")) / value
    try:
        trusted = ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        trusted = None
    except FileNotFoundError:
        raise ValueError(f"there is no file {path}") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror or type(error).__name__})") from None
    if trusted is None or not trusted.cert_store_stats()["x509"]:
        raise ValueError(f"{path} holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----")
    return str(path)


def _mail_password(value: str) -> str:
    """The variable's name; what was written is not quoted."""
    found = MAIL_PASSWORD.fullmatch(value)
    if not found:
        raise ValueError("name the environment variable that holds it, for example env:MUSTER_MAIL_PASSWORD")
    return found[1]


def _mailbox(value: str) -> str:
    """Nothing that means something in the header of a mail, and no letters that not every server takes."""
    if len(value) > 254 or not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", value):
        raise ValueError(f"{value[:60]!r} is no mail address; write for example ops@example.com, without a name")
    return value


CalendarAddress = Annotated[str, AfterValidator(_calendar)]
LinkTitle = Annotated[str, AfterValidator(_link_title)]
RepositoryToken = Annotated[str, AfterValidator(_token_variable)]
RepositoryFolder = Annotated[str, AfterValidator(_folder)]
WebhookEvents = Annotated[
    Annotated[list[Annotated[str, AfterValidator(_webhook_event)]], Len(1)] | None, BeforeValidator(_all)
]
PagerDutyId = Annotated[str, AfterValidator(_pagerduty_id)]
PagerSecret = Annotated[str, AfterValidator(_pager_secret)]
DocumentToken = Annotated[str, AfterValidator(_document_token)]
MailPassword = Annotated[str, AfterValidator(_mail_password)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
TrackerSecret = Annotated[str, AfterValidator(_tracker_secret)]
SecretVariable = Annotated[str, AfterValidator(_secret_variable)]
Proxy = Annotated[str, AfterValidator(_proxy)]
CaFile = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_ca_file)]
Prefix = Annotated[str, AfterValidator(_prefix)]
Channel = Annotated[str, AfterValidator(channel_name)]
Days = Annotated[list[Day], AfterValidator(_some_days)]
SomeDays = Annotated[list[Day], Len(1)]
Rotation = Annotated[Turn, PlainValidator(_rotation)]
Handover = Annotated[tuple[int | None, time], PlainValidator(_handover)]
Target = Annotated[str, AfterValidator(_target)]
Template = Annotated[str, AfterValidator(_template)]
ScheduleName = Annotated[str, _known("schedule", "schedules")]
OtherwiseName = Annotated[ScheduleName, AfterValidator(_not_in_a_circle)]
Verb = Annotated[str, _known("verb", "verbs")]
Admitted = Annotated[list[Annotated[str, AfterValidator(_admitted)]], BeforeValidator(as_list), Len(1)]
Told = Annotated[list[Annotated[str, AfterValidator(_told)]], BeforeValidator(as_list)]
Reached = Annotated[list[Annotated[str, AfterValidator(_reached)]], BeforeValidator(as_list)]
Limit = Annotated[Within, PlainValidator(_limit)]
RegulationName = Annotated[str, AfterValidator(_regulation_name)]
StageName = Annotated[str, AfterValidator(_stage_name)]
DraftTemplate = Annotated[str, Field(max_length=10_000), AfterValidator(_draft_template)]
AgreedWhenUsedUp = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_agreed_when_used_up)]
AudienceName = Annotated[str, AfterValidator(_audience_name)]
ServiceName = Annotated[str, _known("service", "services")]
Category = Annotated[str, _known("category", "categories")]
StatusToken = Annotated[str, AfterValidator(_status_token)]
CustomerWords = Annotated[str, AfterValidator(_customer_words)]
EngineSecret = Annotated[str, AfterValidator(_engine_secret)]
EngineName = Annotated[str, _known("engine", "engines")]
ActionName = Annotated[str, Field(max_length=40), AfterValidator(_action_name)]
ParameterName = Annotated[str, AfterValidator(_parameter_name)]
Option = Annotated[str, PlainValidator(_option)]
Host = Annotated[str, AfterValidator(_host)]
Approvers = Annotated[list[Annotated[str, AfterValidator(_approver)]], BeforeValidator(as_list), Len(1)]
