"""Rules by which an incident is reported to somebody outside by the hour: those of the law that Muster knows, as data,
and when their stages are due. Whether one applies is never decided here; people say so.

Sources of each figure: docs/regulations.md. Hours are counted on the clock of UTC, so that no change to summer time
makes one longer or shorter.
"""

from calendar import monthrange
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

FILLED: Final = (
    *("ref", "title", "priority", "status", "service", "authority", "reference", "times"),
    *("what", "latest", "impact", "source", "story", "cause", "measures"),
)
"""What a draft can have from the record."""
REMINDED_AT = 1 / 6
"""The part of a stage's time that is left when it is reminded of: 40 minutes of 4 hours, 12 hours of 72."""
SATURDAY = 5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Within:
    """A time limit: a span by the clock, or calendar months."""

    span: timedelta = timedelta()
    months: int = 0

    def after(self, start: datetime) -> datetime:
        return months_after(start, self.months) + self.span

    @property
    def words(self) -> str:
        """`72 hours`, `14 days`, `one month`."""
        if self.months:
            return "one month" if self.months == 1 else f"{self.months} months"
        units = (("day", DAY),) if self.span >= 7 * DAY else ()
        named = (*units, ("hour", HOUR), ("minute", timedelta(minutes=1)))
        unit, size = next((one for one in named if not self.span % one[1]), named[-1])
        number = self.span // size
        return f"{number} {unit}{'' if number == 1 else 's'}"


def months_after(start: datetime, months: int) -> datetime:
    """The same day and time of day so many months later, in UTC; a month that is too short ends on its last day."""
    start = start.astimezone(UTC)
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Limit:
    """By when a stage is due, counted from when something was so, or from when an earlier stage was submitted."""

    after: str
    """The name of a trigger or of a stage."""
    within: Within
    only: str = ""
    """A trigger that it takes besides: it does not count where that never came, or came only after its time."""

    def ends(self, known: Mapping[str, datetime]) -> datetime | None:
        """None: it does not count, or not yet. `known`: when each trigger was, and each stage submitted."""
        start = known.get(self.after)
        if start is None:
            return None
        end = self.within.after(start)
        if self.only and not (self.only in known and known[self.only] <= end):
            return None
        return end


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a clock, or moves it."""

    name: str
    words: str
    """As a sentence calls it: `awareness`."""
    answers: bool = True
    """Whether it says that there is something to be reported; else it only dates what somebody says besides."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a draft, and what of `FILLED` stands below it; empty: people write it."""

    title: str
    filled: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A report, by when it is due, and what it has to say."""

    name: str
    title: str
    limits: tuple[Limit, ...]
    article: str = ""
    headings: tuple[Heading, ...] = ()
    template: str = ""
    """Of a draft in the policy's own words, instead of `headings`."""
    may_wait: bool = False
    """Whether the law lets it wait until noon of the next working day where its time ends on none."""


@dataclass(frozen=True, slots=True)
class Regulation:
    """A law or a contract by which an incident is reported in stages, in their order."""

    key: str
    name: str
    law: str
    question: str
    """What decides whether it applies, in the words of whoever has to answer."""
    triggers: tuple[Trigger, ...]
    stages: tuple[Stage, ...]

    def trigger(self, name: str) -> Trigger | None:
        return next((one for one in self.triggers if one.name == name), None)

    def stage(self, name: str) -> Stage | None:
        return next((one for one in self.stages if one.name == name), None)

    def called(self, name: str) -> str:
        """What a trigger or a stage is called in a sentence."""
        stage, trigger = self.stage(name), self.trigger(name)
        return f"submission of the {stage.title}" if stage else trigger.words if trigger else name


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """On which days an authority works: not at weekends, and not on holidays."""

    timezone: ZoneInfo
    holidays: Container[date] = frozenset()

    def has(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.holidays

    def noon_after(self, end: datetime) -> datetime:
        """`end` on a working day, else noon of the next one, by the wall clock."""
        day = end.astimezone(self.timezone).date()
        if self.has(day):
            return end
        while not self.has(day):
            day += DAY
        return datetime.combine(day, time(12), tzinfo=self.timezone).astimezone(UTC)


def due(stage: Stage, known: Mapping[str, datetime], relief: WorkingDays | None = None) -> datetime | None:
    """When a stage is due: by the first of its limits that counts; None while none does. `relief`: the days on which
    it does not have to be submitted, where the law and the policy say so."""
    ends = [end for limit in stage.limits if (end := limit.ends(known)) is not None]
    if not ends:
        return None
    return relief.noon_after(min(ends)) if relief is not None and stage.may_wait else min(ends)


def reminded(stage: Stage, known: Mapping[str, datetime], due_at: datetime) -> datetime:
    """When to remind of it: when a sixth of its time is left."""
    starts = [known[limit.after] for limit in stage.limits if limit.ends(known) is not None]
    return due_at - (due_at - max(starts)) * REMINDED_AT


def basis(regulation: Regulation, stage: Stage, known: Container[str]) -> str:
    """From what it counts: `72 hours after awareness`. `known`: the triggers that came and the stages submitted."""
    limits = [one for one in stage.limits if not one.only or one.only in known] or stage.limits
    return " or ".join(f"{one.within.words} after {regulation.called(one.after)}" for one in limits)


MONTH = Within(months=1)


def within_hours(number: int) -> Within:
    return Within(number * HOUR)


def _headings(*pairs: tuple[str, str] | str) -> tuple[Heading, ...]:
    return tuple(Heading(one) if isinstance(one, str) else Heading(*one) for one in pairs)


NIS2 = Regulation(
    "nis2",
    "NIS2",
    "Directive (EU) 2022/2555, Art. 23",
    "Is it significant: severe disruption of the service or financial loss, or considerable damage to others "
    "(Art. 23(3))?",
    (Trigger("aware", "awareness"),),
    (
        Stage(
            "early_warning",
            "early warning",
            (Limit("aware", within_hours(24)),),
            "Art. 23(4)(a)",
            _headings(
                ("What happened", "what"),
                "Is it suspected to be caused by unlawful or malicious acts?",
                "Could it have a cross-border impact?",
            ),
        ),
        Stage(
            "notification",
            "incident notification",
            (Limit("aware", within_hours(72)),),
            "Art. 23(4)(b)",
            _headings(
                ("Update of the early warning", "latest"),
                ("Initial assessment: severity and impact", "impact"),
                "Indicators of compromise, where available",
            ),
        ),
        Stage(
            "final",
            "final report",
            (Limit("notification", MONTH),),
            "Art. 23(4)(d)",
            _headings(
                ("Detailed description: severity and impact", "story"),
                ("Type of threat or root cause", "cause"),
                ("Applied and ongoing mitigation measures", "measures"),
                "Cross-border impact, where applicable",
            ),
        ),
    ),
)
DORA = Regulation(
    "dora",
    "DORA",
    "Regulation (EU) 2022/2554, Art. 19; Delegated Regulation (EU) 2025/301, Art. 5",
    "Is it major by the criteria of Delegated Regulation (EU) 2024/1772?",
    (
        Trigger("major", "classification as major"),
        Trigger("aware", "awareness", answers=False),
    ),
    (
        Stage(
            "initial",
            "initial notification",
            (Limit("major", within_hours(4)), Limit("aware", within_hours(24), only="major")),
            "(EU) 2025/301 Art. 5(1)(a), 5(2)",
            _headings(
                ("Incident reference code", "reference"),
                ("Date and time of detection and of classification", "times"),
                ("Description", "what"),
                "Classification criteria that triggered the report",
                "Member States impacted, where applicable",
                ("How it was discovered", "source"),
                "Origin, where available",
                "Was a business continuity plan activated?",
            ),
            may_wait=True,
        ),
        Stage(
            "intermediate",
            "intermediate report",
            (Limit("initial", within_hours(72)),),
            "(EU) 2025/301 Art. 5(1)(b)",
            _headings(
                ("Incident reference code", "reference"),
                ("Date and time of occurrence, and when activities were recovered", "times"),
                "Classification criteria",
                "Type of incident; threats and techniques used",
                ("Affected functional areas, business processes and infrastructure", "impact"),
                "Impact on the financial interest of clients",
                "Reporting to other authorities",
                ("Temporary actions taken or planned to recover", "measures"),
                "Indicators of compromise, where applicable",
            ),
            may_wait=True,
        ),
        Stage(
            "final",
            "final report",
            (Limit("intermediate", MONTH),),
            "(EU) 2025/301 Art. 5(1)(c)",
            _headings(
                ("Incident reference code", "reference"),
                ("Root causes", "cause"),
                ("When it was resolved and the root cause addressed", "times"),
                ("Resolution", "measures"),
                "Direct and indirect costs and losses, and recoveries",
                "Recurring incidents, where applicable",
            ),
            may_wait=True,
        ),
    ),
)
GDPR = Regulation(
    "gdpr",
    "GDPR",
    "Regulation (EU) 2016/679, Art. 33",
    "Is it a breach of personal data, and likely to put people's rights and freedoms at risk (Art. 33(1))?",
    (Trigger("aware", "awareness"),),
    (
        Stage(
            "notification",
            "notification",
            (Limit("aware", within_hours(72)),),
            "Art. 33(1)",
            _headings(
                ("Nature of the breach", "what"),
                "Categories and approximate number of people and of records concerned",
                "Data protection officer or other contact",
                ("Likely consequences", "impact"),
                ("Measures taken or proposed", "measures"),
                "Reasons for the delay, after 72 hours",
            ),
        ),
    ),
)
CRA = Regulation(
    "cra",
    "CRA",
    "Regulation (EU) 2024/2847, Art. 14",
    "Is a vulnerability in one of our products actively exploited, or is the security of one affected by a severe "
    "incident?",
    (
        Trigger("vulnerability", "awareness of an exploited vulnerability"),
        Trigger("incident", "awareness of a severe incident"),
        Trigger("fixed", "the fix", answers=False),
    ),
    (
        Stage(
            "early_warning",
            "early warning",
            (Limit("vulnerability", within_hours(24)), Limit("incident", within_hours(24))),
            "Art. 14(2)(a), 14(4)(a)",
            _headings(
                ("What happened", "what"),
                "Member States where the product is available, where applicable",
                "An incident: is it suspected to be caused by unlawful or malicious acts?",
            ),
        ),
        Stage(
            "notification",
            "notification",
            (Limit("vulnerability", within_hours(72)), Limit("incident", within_hours(72))),
            "Art. 14(2)(b), 14(4)(b)",
            _headings(
                "The product",
                ("Nature of the vulnerability and its exploit, or of the incident", "what"),
                ("Initial assessment", "impact"),
                ("Corrective or mitigating measures taken", "measures"),
                "Measures that users can take",
                "How sensitive the information is",
            ),
        ),
        Stage(
            "final",
            "final report",
            (Limit("fixed", Within(14 * DAY), only="vulnerability"), Limit("notification", MONTH, only="incident")),
            "Art. 14(2)(c), 14(4)(c)",
            _headings(
                ("Description: severity and impact", "story"),
                ("Root cause, or the type of threat", "cause"),
                "Who exploited the vulnerability, where known",
                ("The security update or other measures", "measures"),
            ),
        ),
    ),
)

BUILT_IN: Final[Mapping[str, Regulation]] = {one.key: one for one in (NIS2, DORA, GDPR, CRA)}
"""The laws that a policy can name without writing them down."""
