"""A rotation that counts within its hours, and whoever covers the rest: who, until when, who is next, and gaps."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import SlackUserId
from bot.domain.oncall import Turn, first_gap, next_turn, note_handover, on_call
from bot.domain.policy import OnCallHours, Override, Schedule, Shift
from bot.domain.timeline import OnCallChanged
from tests.domain.given import BO, CHEN, DANA, ELI, NOON, POLICY, SAM, declared, run

MADRID = ZoneInfo("Europe/Madrid")
NIGHTS = Schedule("nights", members=(CHEN,), secondary=(ELI,), timezone=MADRID)
WORKDAYS = frozenset(range(5))


def office(otherwise: Schedule | None = None) -> Schedule:
    """Dana and Bo by the week, from nine to six on working days."""
    hours = OnCallHours(WORKDAYS, time(9), time(18), otherwise)
    return Schedule("shop", (DANA, BO), (SAM,), start=date(2026, 1, 5), timezone=MADRID, hours=hours)


def madrid(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).astimezone(UTC)


def person(schedule: Schedule, at: datetime) -> SlackUserId | None:
    turn = on_call(schedule, at)
    return turn.primary if turn else None


@pytest.mark.parametrize(
    ("at", "turn"),
    [
        ("2026-01-12T08:59", Turn(CHEN, ELI, madrid("2026-01-12T09:00"), BO)),
        ("2026-01-12T09:00", Turn(BO, SAM, madrid("2026-01-12T18:00"), CHEN)),
        ("2026-01-12T18:00", Turn(CHEN, ELI, madrid("2026-01-13T09:00"), BO)),
        ("2026-01-16T18:00", Turn(CHEN, ELI, madrid("2026-01-19T09:00"), DANA)),  # over the weekend
        ("2026-03-27T18:00", Turn(CHEN, ELI, madrid("2026-03-30T09:00"), DANA)),  # clocks go forward
        ("2026-10-23T18:00", Turn(CHEN, ELI, madrid("2026-10-26T09:00"), DANA)),  # clocks go back
    ],
)
def test_within_its_hours_the_rotation_counts_and_outside_them_the_schedule_for_the_rest(at: str, turn: Turn) -> None:
    assert on_call(office(NIGHTS), madrid(at)) == turn


def test_hours_may_go_past_midnight_and_belong_to_the_day_on_which_they_begin() -> None:
    hours = OnCallHours(frozenset({4}), time(22), time(6), NIGHTS)
    friday_night = Schedule("friday", members=(DANA,), timezone=MADRID, hours=hours)
    times = ("2026-01-16T21:59", "2026-01-16T22:00", "2026-01-17T05:59", "2026-01-17T06:00", "2026-01-17T22:00")
    assert [person(friday_night, madrid(at)) for at in times] == [CHEN, DANA, DANA, CHEN, CHEN]
    whole_day = replace(friday_night, hours=replace(hours, begins=time(9), ends=time(9)))
    assert on_call(whole_day, madrid("2026-01-16T12:00")) == Turn(DANA, None, madrid("2026-01-17T09:00"), CHEN)


def test_without_anybody_for_the_rest_there_is_nobody_until_the_hours_begin() -> None:
    assert on_call(office(), madrid("2026-01-16T17:00")) == Turn(BO, SAM, madrid("2026-01-16T18:00"), None)
    assert on_call(office(), madrid("2026-01-16T18:00")) is None
    assert next_turn(office(), madrid("2026-01-16T18:00")) == (madrid("2026-01-19T09:00"), DANA)
    fortnight = (madrid("2026-01-16T12:00"), madrid("2026-01-30T12:00"))
    assert first_gap(office(), *fortnight) == (madrid("2026-01-16T18:00"), madrid("2026-01-19T09:00"))
    assert first_gap(office(NIGHTS), *fortnight) is None


def test_an_override_stands_in_within_the_hours_of_its_own_schedule() -> None:
    stand_in = Override(madrid("2026-01-13T12:00"), madrid("2026-01-14T12:00"), ELI)
    schedule = replace(office(NIGHTS), overrides=(stand_in,))
    times = ("2026-01-13T11:59", "2026-01-13T12:00", "2026-01-13T18:00", "2026-01-14T09:00", "2026-01-14T12:00")
    assert [person(schedule, madrid(at)) for at in times] == [BO, ELI, CHEN, ELI, BO]


def test_one_person_who_covers_everything_is_on_call_without_end() -> None:
    alone = replace(office(replace(NIGHTS, members=(DANA,))), members=(DANA,))
    assert on_call(alone, madrid("2026-01-12T12:00")) == Turn(DANA, SAM, None, None)


def test_whoever_comes_on_call_at_the_edge_of_the_hours_hears_of_what_is_open() -> None:
    evening = NOON.replace(hour=18)
    hours = OnCallHours(WORKDAYS, time(9), time(18), Schedule("nights", members=(ELI,)))
    policy = replace(POLICY, schedules={"shop": Schedule("shop", members=(BO,), hours=hours)})
    incident = declared(policy=policy)
    assert note_handover(incident, frozenset(), policy, evening - timedelta(seconds=1)) is None
    decision = note_handover(incident, frozenset(), policy, evening)
    assert decision is not None
    (event,) = decision.events
    assert isinstance(event, OnCallChanged)
    morning = evening + timedelta(hours=15)
    assert (event.was, event.person, event.until) == (BO, ELI, morning)
    assert note_handover(run(incident, decision), frozenset(), policy, morning) is not None


def test_what_a_schedule_says_now_reaches_those_that_name_it_for_the_rest() -> None:
    group = Schedule("nights", group="@nights")
    between = Schedule("between", (BO,), hours=OnCallHours(WORKDAYS, time(7), time(20), group))
    policy = replace(POLICY, schedules={"shop": office(between), "between": between, "nights": group})
    always = Shift(datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC), ELI)
    schedules = policy.with_schedules({"nights": replace(group, shifts=(always,))}).schedules
    assert [person(schedules[name], madrid("2026-01-17T12:00")) for name in ("shop", "between", "nights")] == [ELI] * 3
    assert person(policy.schedules["shop"], madrid("2026-01-17T12:00")) is None


ZONES = ["UTC", "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
clocks = st.builds(time, st.integers(4, 23), st.sampled_from([0, 30]))
"""No zone above changes its clocks at such a time of day."""
some_days = st.frozensets(st.integers(0, 6), min_size=1)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
shift_edges = st.lists(instants, min_size=2, max_size=6, unique=True).map(sorted)


def shifts_between(edges: list[datetime]) -> tuple[Shift, ...]:
    return tuple(
        Shift(begins, ends, (ELI, CHEN)[number % 2])
        for number, (begins, ends) in enumerate(zip(edges[::2], edges[1::2], strict=False))
    )


rests = st.one_of(
    st.none(),
    st.just(NIGHTS),
    st.just(Schedule("nights", (CHEN, BO), start=date(2026, 1, 7), turn=timedelta(hours=36), handover_day=None)),
    shift_edges.map(lambda edges: Schedule("nights", group="@nights", shifts=shifts_between(edges))),
    st.builds(
        lambda days, begins, ends: Schedule("nights", (ELI,), hours=OnCallHours(days, begins, ends, NIGHTS)),
        some_days,
        clocks,
        clocks,
    ),
)
schedules = st.builds(
    lambda zone, turn, hours: replace(
        office(), timezone=ZoneInfo(zone), turn=turn, handover_day=None, hours=OnCallHours(*hours)
    ),
    st.sampled_from(ZONES),
    st.sampled_from([timedelta(hours=12), timedelta(days=1), timedelta(weeks=1), None]),
    st.tuples(some_days, clocks, clocks, rests),
)


def is_within_by_the_wall_clock(hours: OnCallHours, local: datetime) -> bool:
    clock, day, day_before = local.time(), local.weekday(), (local.weekday() - 1) % 7
    if hours.begins < hours.ends:
        return day in hours.days and hours.begins <= clock < hours.ends
    return (day in hours.days and clock >= hours.begins) or (day_before in hours.days and clock < hours.ends)


def by_the_rule(schedule: Schedule | None, at: datetime) -> SlackUserId | None:
    if schedule is None or schedule.hours is None:
        return person(schedule, at) if schedule else None
    if is_within_by_the_wall_clock(schedule.hours, at.astimezone(schedule.timezone)):
        return person(replace(schedule, hours=None), at)
    return by_the_rule(schedule.hours.otherwise, at)


@given(schedules, instants)
def test_at_every_instant_the_wall_clock_says_whose_turn_it_is_and_until_is_when_that_changes(
    schedule: Schedule, at: datetime
) -> None:
    turn = on_call(schedule, at)
    primary = turn.primary if turn else None
    assert primary == by_the_rule(schedule, at)
    upcoming = next_turn(schedule, at)
    ends = turn.until if turn else upcoming[0] if upcoming else None
    looked_at = (at + timedelta(minutes=30 * step) for step in range(1, 48 * 8))
    same = [person for then in looked_at if ends is None or then < ends for person in [by_the_rule(schedule, then)]]
    assert set(same) <= {primary}
    if ends is not None:
        assert ends > at
        assert by_the_rule(schedule, ends - timedelta(microseconds=1)) == primary
        after = by_the_rule(schedule, ends)
        assert after == (turn.next if turn else upcoming and upcoming[1]) != primary
