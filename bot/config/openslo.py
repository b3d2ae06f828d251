"""Objectives of services: files in the form of OpenSLO v1, as https://github.com/OpenSLO/OpenSLO describes it.

Read is what an error budget needs: of each `SLO` its service, its time window, how it is counted, and its target. How
it is measured (`indicator`, `op`, `value`) and who is alerted is for other tools; so are all other kinds of objects.
What an error budget cannot do without, and what it could only guess at, is refused.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from annotated_types import Len
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.blocks.text import plural
from bot.config.policy_words import Zone
from bot.config.yaml_lines import Lined, Problem, Problems, nearest, read_all, text_of, worded
from bot.domain.objectives import Calendar, Objective, Rolling

VERSION = "openslo/v1"
KINDS = ("SLO", "SLI", "Service", "DataSource", "AlertPolicy", "AlertCondition", "AlertNotificationTarget")
LEFT_OUT = "muster/budget"
"""An SLO with this annotation set to "false" is none of Muster's."""
ENDINGS = (".yaml", ".yml")
UNITS = {"m": "minute", "h": "hour", "d": "day", "w": "week", "M": "month", "Q": "quarter", "Y": "year"}
MONTHS = {"M": 1, "Q": 3, "Y": 12}
DAYS = {"d": 1, "w": 7}
LONGEST = 366
"""Days that a window may have."""


def _span(value: object) -> tuple[int, str]:
    """`28d`: a number, and what of."""
    found = re.fullmatch(r"([1-9][0-9]{0,3})([mhdwMQY])", value if isinstance(value, str) else str(value))
    if found is None:
        raise ValueError("write a number and d, w, M, Q or Y, for example 28d or 1M")
    number, unit = int(found[1]), found[2]
    if unit in "mh":
        raise ValueError("a window shorter than a day says nothing of incidents; write for example 28d")
    if number * DAYS.get(unit, 0) + number * MONTHS.get(unit, 0) * 30 > LONGEST:
        raise ValueError("a window has at most a year")
    return number, unit


def _local(value: object) -> datetime:
    """`2026-01-01 00:00:00`: the zone stands beside it."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError("write day and time, for example 2026-01-01 00:00:00") from None
    if found.tzinfo is not None:
        raise ValueError("write it without an offset; `timeZone` says where the clock hangs")
    return found


class Loose(BaseModel):
    """Holds more than is read."""

    model_config = ConfigDict(extra="ignore")


class Whole(BaseModel):
    """All that OpenSLO knows there: what is misspelled is told."""

    model_config = ConfigDict(extra="forbid")


class MetadataPart(Loose):
    name: Annotated[str, Field(min_length=1, max_length=255)]
    displayName: Annotated[str, Field(max_length=255)] | None = None  # noqa: N815 - as OpenSLO spells it
    annotations: dict[str, Any] = {}


class CalendarPart(Whole):
    startTime: Annotated[datetime, BeforeValidator(_local)]  # noqa: N815
    timeZone: Zone  # noqa: N815


class WindowPart(Whole):
    duration: Annotated[tuple[int, str], BeforeValidator(_span)]
    isRolling: bool | None = None  # noqa: N815
    calendar: CalendarPart | None = None

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Self:
        if self.isRolling and self.calendar is not None:
            raise ValueError("a window is rolling or has a `calendar`, not both")
        if not self.isRolling and self.calendar is None:
            raise ValueError("write `isRolling: true`, or a `calendar` with `startTime` and `timeZone`")
        number, unit = self.duration
        if self.isRolling and unit in MONTHS:
            raise ValueError(f"a rolling {UNITS[unit]} has no length; write days, for example {number * 30}d")
        return self

    @property
    def words(self) -> str:
        number, unit = self.duration
        if self.isRolling:
            return f"over {plural(number * DAYS[unit], 'day')}"
        return f"each {UNITS[unit]}" if number == 1 else f"every {plural(number, UNITS[unit])}"


class ObjectivePart(Whole):
    displayName: str | None = None  # noqa: N815
    op: Any = None
    value: Any = None
    target: float | None = None
    targetPercent: float | None = None  # noqa: N815
    timeSliceTarget: float | None = None  # noqa: N815
    timeSliceWindow: Any = None  # noqa: N815

    @model_validator(mode="after")
    def _has_a_target(self) -> Self:
        if (self.target is None) == (self.targetPercent is None):
            raise ValueError("write `target: 0.999` or `targetPercent: 99.9`; exactly one of them")
        if self.target is not None and not 0 <= self.target <= 1:
            raise ValueError(f"a `target` is a part of 1; {self.target:g} percent is `targetPercent: {self.target:g}`")
        if not 0 <= self.aim <= 1:
            raise ValueError("a `targetPercent` is from 0 to less than 100")
        if self.aim == 1:
            raise ValueError("an objective of 100 % leaves no error budget; write what is good enough")
        if self.timeSliceTarget is not None and not 0 < self.timeSliceTarget <= 1:
            raise ValueError("a `timeSliceTarget` is above 0 and at most 1")
        return self

    @property
    def aim(self) -> float:
        return self.target if self.target is not None else (self.targetPercent or 0.0) / 100


def _only(why: str) -> AfterValidator:
    def check(value: Sequence[Any]) -> Sequence[Any]:
        if len(value) != 1:
            raise ValueError(f"there {'is none' if not value else f'are {len(value)}'}; {why}")
        return value

    return AfterValidator(check)


class SpecPart(Whole):
    description: Any = None
    service: Annotated[str, Len(1)]
    indicator: Any = None
    indicatorRef: Any = None  # noqa: N815
    timeWindow: Annotated[list[WindowPart], _only("an error budget has one time window")]  # noqa: N815
    budgetingMethod: Literal["Occurrences", "Timeslices", "RatioTimeslices"]  # noqa: N815
    objectives: Annotated[
        list[ObjectivePart],
        _only("an incident uses one error budget of its service, so keep one in this SLO"),
    ]
    alertPolicies: Any = None  # noqa: N815

    @model_validator(mode="after")
    def _says_what_a_slice_needs(self) -> Self:
        if self.budgetingMethod == "Timeslices" and self.objectives[0].timeSliceTarget is None:
            raise ValueError("`Timeslices` needs the `timeSliceTarget` of its objective: when is a slice good?")
        return self


class SloPart(Loose):
    metadata: MetadataPart
    spec: SpecPart


def load(place: Path, services: Sequence[str] | None) -> dict[str, Objective]:
    """The objectives of a file, or of all in a folder, by service. `services`: those that there are; None where they
    are not all known yet. Raises Problems, with everything that is wrong."""
    objectives: dict[str, Objective] = {}
    problems: list[Problem] = []
    said: dict[str, str] = {}
    for file in _files(place):
        try:
            documents, wrong = read_all(text_of(file), str(file))
        except Problems as found:
            problems += found.problems
            continue
        problems += wrong
        for document in documents:
            try:
                objective = _objective(document, str(file), services)
            except Problems as found:
                problems += found.problems
                continue
            if objective is None:
                continue
            line = document.line(("spec", "service"))
            first = said.setdefault(objective.service, f"{file}:{line}")
            if first != f"{file}:{line}":
                twice = f"`{objective.service}` has an objective already, in {first}. An incident uses one error budget"
                out = f'of its service: annotate the SLO that does not count with `{LEFT_OUT}: "false"`'
                problems.append(Problem(str(file), line, f"{twice} {out}"))
            objectives[objective.service] = objective
    if not problems and not objectives:
        problems.append(Problem(str(place), 1, f"holds no SLO of {VERSION}"))
    if problems:
        raise Problems(problems)
    return objectives


def _files(place: Path) -> Iterable[Path]:
    """Raises Problems where there is nothing."""
    if not place.is_dir():
        return [place]
    return sorted(one for one in place.rglob("*") if one.suffix in ENDINGS and one.is_file())


def _objective(document: Lined, file: str, services: Sequence[str] | None) -> Objective | None:
    """None for what is no SLO, or none of ours. Raises Problems."""
    content = document.content
    if content is None:
        return None
    version, kind = (content.get("apiVersion"), content.get("kind")) if isinstance(content, dict) else (None, None)
    if not isinstance(version, str) or not version.startswith("openslo"):
        raise Problems([Problem(file, document.line(()), f"is nothing of OpenSLO: no `apiVersion: {VERSION}`")])
    if version != VERSION:
        told = f"`apiVersion` is {version[:60]}; {VERSION} is what Muster reads"
        raise Problems([Problem(file, document.line(("apiVersion",)), told)])
    if kind not in KINDS:
        told = f"there is no kind {str(kind)[:60]!r}; {nearest(str(kind), list(KINDS))}"
        raise Problems([Problem(file, document.line(("kind",)), told)])
    if kind != "SLO" or _is_left_out(content):
        return None
    try:
        part = SloPart.model_validate(content)
    except ValidationError as error:
        raise Problems(worded(error, SloPart, document, file)) from None
    service = part.spec.service
    if services is not None and service not in services:
        told = f"`spec.service`: there is no service `{service[:60]}` in the policy; {nearest(service, list(services))}"
        raise Problems([Problem(file, document.line(("spec", "service")), told)])
    (aim,) = part.spec.objectives
    by_slices = part.spec.budgetingMethod == "Timeslices"
    return Objective(
        service=service,
        name=part.metadata.displayName or part.metadata.name,
        target=aim.aim,
        window=_window(part.spec.timeWindow[0]),
        slice_target=aim.timeSliceTarget if by_slices else None,
    )


def _is_left_out(content: dict[str, Any]) -> bool:
    metadata = content.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    return isinstance(annotations, dict) and str(annotations.get(LEFT_OUT)).lower() == "false"


def _window(part: WindowPart) -> Rolling | Calendar:
    number, unit = part.duration
    if part.calendar is None:
        return Rolling(timedelta(days=number * DAYS[unit]), part.words)
    days, months = number * DAYS.get(unit, 0), number * MONTHS.get(unit, 0)
    zone: ZoneInfo = part.calendar.timeZone
    return Calendar(part.calendar.startTime, zone, days, months, part.words)
