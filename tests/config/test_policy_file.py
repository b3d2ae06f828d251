"""What the parts of a policy file demand of each other: what is left out, what belongs together, what cannot be."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bot.config import policy_file as p
from bot.config.policy_words import Span, Turn
from bot.domain.vocabulary import Axis, Clock, OnCallRole, Priority, Window

Values = dict[str, Any]
PRIORITY: Values = {"name": "High", "acknowledge_within": "15m", "update_every": "30m"}
HOURS: Values = {"days": ["mon"], "from": "09:00", "to": "18:00"}
MEMBERS: Values = {"members": ["U1"]}
FEED: Values = {"ical": "https://calendar.example/a.ics", "people": {"Dana": "U1"}}


def problems(part: type[BaseModel], values: Values, **context: list[str]) -> list[tuple[str, str]]:
    """The place and the words of everything that is wrong."""
    try:
        part.model_validate(values, context=context)
    except ValidationError as found:
        return [(".".join(map(str, one["loc"])), one["msg"].removeprefix("Value error, ")) for one in found.errors()]
    return []


ALONE: list[tuple[type[BaseModel], Values]] = [
    (p.HoursPart, HOURS),
    (p.ChannelsPart, {}),
    (p.PriorityPart, PRIORITY),
    (p.TargetsPart, {}),
    (p.TierPart, {}),
    (p.StepPart, {"after": "0m", "tell": ["channel"]}),
    (p.EscalationPart, {}),
    (p.WhenPart, {}),
    (p.ServicePart, {}),
    (p.SchedulePart, MEMBERS),
    (p.SchedulePart, FEED),
    (p.SchedulePart, {"group": "@ops"}),
    (p.AudiencePart, {}),
    (p.DuplicatesPart, {}),
    (p.ElsewherePart, {}),
    (p.ReviewPart, {}),
    (p.PeoplePart, {}),
    (p.WordingPart, {}),
]


@pytest.mark.parametrize(("part", "values"), ALONE)
def test_this_much_is_enough_and_an_unknown_key_is_too_much(part: type[BaseModel], values: Values) -> None:
    assert problems(part, values) == []
    assert [place for place, _ in problems(part, {**values, "unknown": 1})] == ["unknown"]


@pytest.mark.parametrize(
    ("part", "values", "missing"),
    [
        (p.HoursPart, HOURS, {"days", "from", "to"}),
        (p.PriorityPart, PRIORITY, {"name", "acknowledge_within", "update_every"}),
        (p.StepPart, {"after": "0m", "tell": []}, {"after", "tell"}),
        (p.RowPart, dict.fromkeys(("high", "medium", "low"), "P1"), {"high", "medium", "low"}),
        (p.PrioritiesPart, dict.fromkeys(Priority, PRIORITY), set(Priority)),
        (p.OverridePart, {"from": "2026-01-01", "to": "2026-01-02", "who": "U1"}, {"from", "to", "who"}),
    ],
)
def test_none_of_these_can_be_left_out(part: type[BaseModel], values: Values, missing: set[str]) -> None:
    assert problems(part, values) == []
    for name in missing:
        left = {key: value for key, value in values.items() if key != name}
        assert [place for place, _ in problems(part, left)] == [name]


def test_what_is_left_out_of_a_priority_stays_open() -> None:
    part = p.PriorityPart.model_validate(PRIORITY)
    assert (part.clock, part.bridge, part.notify_executives) == (Clock.ALWAYS, False, False)
    assert (part.first_update_within, part.warn_before, part.resolve_within, part.max_next) == (None, None, None, None)


CONTRADICTIONS: list[tuple[type[BaseModel], Values, str, str]] = [
    (p.HoursPart, {**HOURS, "to": "09:00"}, "to", "`to` must be later than `from`"),
    (p.HoursPart, {**HOURS, "to": "08:59"}, "to", "the business hours never open"),
    (p.PriorityPart, {**PRIORITY, "warn_before": "30m"}, "warn_before", "must be shorter than `update_every`"),
    (p.PriorityPart, {**PRIORITY, "max_next": "29m"}, "max_next", "must not be shorter than `update_every`"),
    (p.PriorityPart, {**PRIORITY, "resolve_within": "14m"}, "resolve_within", "shorter than `acknowledge_within`"),
    (
        p.PriorityPart,
        {**PRIORITY, "mitigate_within": "2h", "resolve_within": "1h"},
        "resolve_within",
        "must not be shorter than `mitigate_within`",
    ),
    (
        p.TargetsPart,
        {"acknowledge_within": "2h", "resolve_within": "1h"},
        "resolve_within",
        "must not be shorter than `acknowledge_within`",
    ),
    (p.SchedulePart, {}, "", "exactly one of them"),
    (p.SchedulePart, {**MEMBERS, **FEED}, "", "exactly one of them"),
    (p.SchedulePart, {**MEMBERS, "group": "@ops"}, "", "exactly one of them"),
    (p.SchedulePart, {"ical": FEED["ical"]}, "", "`people` is needed with `ical`"),
    (p.SchedulePart, {**FEED, "secondary": ["U2"]}, "", "are made there, not here"),
    (p.SchedulePart, {"members": ["U1", "U2"], "start": None}, "members", "`start` is needed when there is more"),
    (p.SchedulePart, {**MEMBERS, "rotation": "10d", "handover": "mon 09:00"}, "handover", "has no weekday"),
    (p.SchedulePart, {**MEMBERS, "rotation": "daily", "handover": "mon 09:00"}, "handover", "has no weekday"),
    (
        p.OverridePart,
        {"from": "2026-01-02", "to": "2026-01-02", "who": "U1"},
        "to",
        "the override ends before it begins",
    ),
    (p.CalendarPart, {}, "", "write a window, for example month_end, or both ends"),
    (p.CalendarPart, {"from": "2026-11-27"}, "", "or both ends"),
    (p.CalendarPart, {"window": "weekend", "from": "2026-11-27", "to": "2026-11-30"}, "", "write a window"),
    (p.CalendarPart, {"from": "2026-11-27", "to": "2026-11-26"}, "", "the days end before they begin"),
    (p.DuplicatesPart, {"major_after": 1}, "major_after", "greater than or equal to 2"),
    (p.ReviewPart, {"repository": ""}, "repository", "at least 1 character"),
]


@pytest.mark.parametrize(("part", "values", "place", "told"), CONTRADICTIONS)
def test_a_contradiction_is_named_once_where_it_can_be_mended(
    part: type[BaseModel], values: Values, place: str, told: str
) -> None:
    ((found_place, words),) = problems(part, values)
    assert found_place == place
    assert told in words


ALLOWED: list[tuple[type[BaseModel], Values]] = [
    (p.HoursPart, {**HOURS, "to": "09:01"}),
    (p.PriorityPart, {**PRIORITY, "warn_before": "29m", "max_next": "30m", "resolve_within": "15m"}),
    (p.PriorityPart, {**PRIORITY, "mitigate_within": "1h", "resolve_within": "1h"}),
    (p.SchedulePart, {"members": ["U1", "U2"], "start": "2026-01-05"}),
    (p.SchedulePart, {"members": ["U1", "U1"], "start": "2026-01-05", "rotation": "2w", "handover": "fri 17:00"}),
    (p.SchedulePart, {**MEMBERS, "rotation": "10d", "handover": "17:00"}),
    (p.CalendarPart, {"from": "2026-11-27", "to": "2026-11-27"}),
    (p.DuplicatesPart, {"major_after": 2}),
]


@pytest.mark.parametrize(("part", "values"), ALLOWED)
def test_what_only_just_fits_together_is_taken(part: type[BaseModel], values: Values) -> None:
    assert problems(part, values) == []


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_the_steps_of_a_ladder_rise(minutes: list[int]) -> None:
    ladder = [{"after": f"{number}m", "tell": ["channel"]} for number in minutes]
    found = problems(p.EscalationPart, {"P1": ladder})
    assert bool(found) is (minutes != sorted(set(minutes)))
    assert all("must come later than the one before it" in words for _, words in found)


def test_steps_are_compared_by_how_long_they_are_and_not_by_how_they_are_written() -> None:
    ladder: list[Values] = [{"after": after, "tell": []} for after in ("0m", "90m", "2h", "1d", "25h")]
    assert problems(p.EscalationPart, {"P1": ladder}) == []


def test_a_window_may_stand_alone() -> None:
    assert p.CalendarPart.model_validate("month_end").window is Window.MONTH_END
    part = p.CalendarPart.model_validate({"from": "2026-11-27", "to": "2026-11-30"})
    assert (part.window, part.from_, part.to) == (None, date(2026, 11, 27), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("begins", "ends", "is_right"),
    [
        ("2026-12-24T09:00", "2026-12-24T10:00", True),
        ("2026-12-24T09:00", "2026-12-24T10:00+01:00", True),
        ("2026-12-24T09:00Z", "2026-12-24T10:00Z", True),
        ("2026-12-24T09:00+02:00", "2026-12-24T08:30Z", True),
        ("2026-12-24T09:00Z", "2026-12-24T09:30+02:00", False),
        ("2026-12-24T09:00Z", "2026-12-24T10:00+01:00", False),
    ],
)
def test_an_override_ends_after_it_begins_whatever_the_offsets(begins: str, ends: str, is_right: bool) -> None:
    values = {"from": begins, "to": ends, "who": "U1"}
    assert problems(p.OverridePart, values) == ([] if is_right else [("to", "the override ends before it begins")])


def test_an_override_stands_in_for_the_primary_unless_it_says_otherwise() -> None:
    values = {"from": "2026-12-24", "to": "2026-12-25", "who": "U1"}
    assert p.OverridePart.model_validate(values).role is OnCallRole.PRIMARY
    assert p.OverridePart.model_validate({**values, "role": "secondary"}).role is OnCallRole.SECONDARY


def test_a_schedule_turns_weekly_unless_it_says_otherwise() -> None:
    part = p.SchedulePart.model_validate(MEMBERS)
    assert (part.rotation, part.handover, part.refresh_every) == (
        Turn(timedelta(weeks=1)),
        None,
        Span(0, timedelta(minutes=15)),
    )
    assert p.SchedulePart.model_validate({**MEMBERS, "handover": "tue 10:00"}).handover == (1, time(10))


NAMES: dict[str, list[str]] = {"services": ["checkout"], "categories": ["outage"], "schedules": ["shop"]}


@pytest.mark.parametrize(
    ("part", "values", "told"),
    [
        (p.WhenPart, {"service": "chekout"}, "there is no service `chekout`; did you mean `checkout`?"),
        (p.WhenPart, {"category": "outge"}, "there is no category `outge`; did you mean `outage`?"),
        (p.ServicePart, {"oncall": "shp"}, "there is no schedule `shp`; did you mean `shop`?"),
    ],
)
def test_a_name_must_stand_in_the_same_file(part: type[BaseModel], values: Values, told: str) -> None:
    ((_, words),) = problems(part, values, **NAMES)
    assert words.startswith(told)


def test_business_context_raises_one_axis() -> None:
    part = p.ContextPart.model_validate({"when": {"tier": 1}, "raise": "impact"})
    assert (part.raise_, part.when.tier) == (Axis.IMPACT, 1)
    ((place, _),) = problems(p.ContextPart, {"when": {}, "raise": "severity"})
    assert place == "raise"
