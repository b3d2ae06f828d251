"""Who is on call: turns, handovers by the schedule's own clock, overrides, and whom a declaration asks."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.explaining import explained
from bot.domain.ids import SlackUserId
from bot.domain.oncall import Turn, on_call, who_to_ask
from bot.domain.policy import BusinessHours, Channels, Override, Policy, Schedule, Service

DANA, BO, CHEN, ELI = (SlackUserId(f"U{name}") for name in ("DANA", "BO", "CHEN", "ELI"))
MADRID = ZoneInfo("Europe/Madrid")


def turn_at(schedule: Schedule, at: datetime) -> Turn:
    """Of a schedule that always names somebody."""
    found = on_call(schedule, at)
    assert found is not None
    return found


def madrid(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).astimezone(UTC)


WEEKLY = Schedule(
    name="shop",
    members=(DANA, BO, CHEN),
    secondary=(ELI, DANA),
    start=date(2026, 1, 7),  # a Wednesday: the first turn begins on Monday the 12th
    timezone=MADRID,
)
DAILY = replace(WEEKLY, turn=timedelta(days=1), handover_day=None, start=date(2026, 1, 7))


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-01-01T12:00", DANA),  # before the rotation began
        ("2026-01-12T08:59", DANA),
        ("2026-01-12T09:00", DANA),
        ("2026-01-19T08:59", DANA),
        ("2026-01-19T09:00", BO),
        ("2026-01-26T09:00", CHEN),
        ("2026-02-02T09:00", DANA),
        ("2026-03-30T08:59", BO),  # clocks went forward the day before
        ("2026-03-30T09:00", CHEN),
        ("2026-10-26T08:59", BO),  # clocks went back the day before
        ("2026-10-26T09:00", CHEN),
    ],
)
def test_a_week_turns_at_the_handover_by_the_local_clock(at: str, who: SlackUserId) -> None:
    assert turn_at(WEEKLY, madrid(at)).primary == who


@pytest.mark.parametrize(
    ("at", "who"),
    [("2026-01-07T09:00", DANA), ("2026-01-08T08:59", DANA), ("2026-01-08T09:00", BO), ("2026-01-10T09:00", DANA)],
)
def test_a_daily_rotation_turns_every_day(at: str, who: SlackUserId) -> None:
    assert turn_at(DAILY, madrid(at)).primary == who


def test_a_turn_of_two_weeks_lasts_two_weeks() -> None:
    schedule = replace(WEEKLY, turn=timedelta(days=14))
    assert turn_at(schedule, madrid("2026-01-26T08:59")).primary == DANA
    assert turn_at(schedule, madrid("2026-01-26T09:00")).primary == BO


MONTHLY = replace(WEEKLY, turn=None, handover_day=None, start=date(2026, 1, 31))
TWELVE_HOURS = replace(DAILY, turn=timedelta(hours=12), start=date(2026, 3, 28))


@pytest.mark.parametrize(
    ("schedule", "at", "who"),
    [
        (MONTHLY, "2026-02-28T08:59", DANA),
        (MONTHLY, "2026-02-28T09:00", BO),  # the last day of a month that is shorter
        (MONTHLY, "2026-03-31T08:59", BO),
        (MONTHLY, "2026-03-31T09:00", CHEN),
        (MONTHLY, "2028-02-29T09:00", BO),
        (TWELVE_HOURS, "2026-03-28T20:59", DANA),
        (TWELVE_HOURS, "2026-03-28T21:00", BO),
        (TWELVE_HOURS, "2026-03-29T08:59", BO),  # eleven hours: clocks went forward in the night
        (TWELVE_HOURS, "2026-03-29T09:00", CHEN),
        (TWELVE_HOURS, "2026-03-29T21:00", DANA),
        (replace(TWELVE_HOURS, turn=timedelta(hours=36)), "2026-03-29T20:59", DANA),
        (replace(TWELVE_HOURS, turn=timedelta(hours=36)), "2026-03-29T21:00", BO),
    ],
)
def test_turns_of_months_and_of_hours_go_by_the_local_clock(schedule: Schedule, at: str, who: SlackUserId) -> None:
    assert turn_at(schedule, madrid(at)).primary == who


def test_a_turn_says_until_when_and_who_is_next() -> None:
    assert turn_at(WEEKLY, madrid("2026-01-20T12:00")) == Turn(BO, DANA, madrid("2026-01-26T09:00"), CHEN)


def test_the_secondary_turns_with_the_members() -> None:
    turns = [turn_at(WEEKLY, madrid(day)).secondary for day in ("2026-01-13", "2026-01-20", "2026-01-27")]
    assert turns == [ELI, DANA, ELI]


def test_one_member_is_always_on_call() -> None:
    alone = Schedule(name="shop", members=(DANA,))
    assert turn_at(alone, madrid("2026-01-20T12:00")) == Turn(DANA, None, None, None)


def test_of_overrides_the_last_that_matches_wins() -> None:
    schedule = replace(
        WEEKLY,
        overrides=(
            Override(madrid("2026-01-20T00:00"), madrid("2026-01-23T00:00"), ELI),
            Override(madrid("2026-01-21T00:00"), madrid("2026-01-22T00:00"), CHEN),
        ),
    )
    days = ("2026-01-19T12:00", "2026-01-20T12:00", "2026-01-21T12:00", "2026-01-22T12:00", "2026-01-23T12:00")
    assert [turn_at(schedule, madrid(day)).primary for day in days] == [BO, ELI, CHEN, ELI, BO]


def test_an_override_of_the_secondary_leaves_the_primary_and_their_turn_alone() -> None:
    stand_in = Override(madrid("2026-01-20T00:00"), madrid("2026-01-23T00:00"), CHEN, is_secondary=True)
    schedule = replace(WEEKLY, overrides=(stand_in,))
    assert turn_at(schedule, madrid("2026-01-20T12:00")) == Turn(BO, CHEN, madrid("2026-01-26T09:00"), CHEN)
    assert turn_at(schedule, madrid("2026-01-23T12:00")) == turn_at(WEEKLY, madrid("2026-01-23T12:00"))


def test_an_override_ends_a_turn_early_and_gives_it_back() -> None:
    schedule = replace(WEEKLY, overrides=(Override(madrid("2026-01-21T00:00"), madrid("2026-01-22T00:00"), ELI),))
    before, during = turn_at(schedule, madrid("2026-01-20T12:00")), turn_at(schedule, madrid("2026-01-21T12:00"))
    assert (before.until, before.next) == (madrid("2026-01-21T00:00"), ELI)
    assert (during.until, during.next) == (madrid("2026-01-22T00:00"), BO)


def test_an_override_by_whoever_is_next_lasts_until_the_end_of_their_turn() -> None:
    schedule = replace(WEEKLY, overrides=(Override(madrid("2026-01-21T00:00"), madrid("2026-01-26T09:00"), CHEN),))
    turn = turn_at(schedule, madrid("2026-01-22T12:00"))
    assert (turn.primary, turn.until, turn.next) == (CHEN, madrid("2026-02-02T09:00"), DANA)


def policy(service: Service | None = None, default: str | None = None) -> Policy:
    return Policy(
        timezone=MADRID,
        business_hours=BusinessHours(frozenset(range(5)), time(9), time(18), MADRID),
        channels=Channels(),
        priorities={},
        matrix={},
        categories=(),
        services={service.slug: service} if service else {},
        schedules={"shop": WEEKLY, "everything": replace(WEEKLY, name="everything", members=(ELI,))},
        default_schedule=default,
    )


CHECKOUT = Service("checkout", "Checkout", oncall="shop")
AT = madrid("2026-01-20T12:00")


def asked(policy: Policy, service: str | None, at: datetime, declarer: SlackUserId) -> tuple[SlackUserId | None, str]:
    """Whom, and why in words."""
    person, reasons = who_to_ask(policy, service, at, declarer)
    return person, explained(reasons)


def test_the_services_own_schedule_is_asked_first() -> None:
    found = asked(policy(CHECKOUT, "everything"), "checkout", AT, CHEN)
    assert found == (BO, "on call for Checkout until Mon 26 Jan 09:00 CET")


def test_without_one_the_default_schedule_is_asked() -> None:
    assert asked(policy(CHECKOUT, "everything"), None, AT, CHEN) == (ELI, "on call for everything")
    assert asked(policy(CHECKOUT, "everything"), "search", AT, CHEN) == (ELI, "on call for everything")


def test_without_any_schedule_the_declarer_is_asked() -> None:
    assert asked(policy(), None, AT, CHEN) == (CHEN, "no on-call schedule applies, and they declared it")


LENGTHS = st.one_of(st.integers(1, 21 * 24).map(lambda hours: timedelta(hours=hours)), st.none())
instants = st.datetimes(datetime(2025, 6, 1), datetime(2028, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001


@given(instants, LENGTHS, st.times(), st.sampled_from(["UTC", "Europe/Madrid", "Australia/Lord_Howe"]))
def test_a_turn_holds_until_its_end_and_then_the_next_person_has_it(
    at: datetime, length: timedelta | None, clock: time, zone: str
) -> None:
    clock = clock.replace(microsecond=0, fold=0)
    schedule = replace(WEEKLY, turn=length, handover_day=None, handover_time=clock, timezone=ZoneInfo(zone))
    turn = turn_at(schedule, at)
    assert turn.until is not None
    assert turn.until > at
    assert turn_at(schedule, turn.until - timedelta(seconds=1)).primary == turn.primary
    assert turn_at(schedule, turn.until).primary == turn.next != turn.primary


ZONES = ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu"]
"""Two hemispheres, a change of half an hour, a change at midnight, and no change at all."""


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("clock", [time(9), time(2, 30), time(0)])
def test_through_a_year_of_clock_changes_every_day_has_one_handover_and_nobody_is_skipped(
    zone: str, clock: time
) -> None:
    tz = ZoneInfo(zone)
    schedule = replace(DAILY, start=date(2026, 1, 1), handover_time=clock, timezone=tz)
    turn = turn_at(schedule, datetime.combine(date(2026, 1, 1), clock, tz))
    handovers: list[datetime] = []
    for number in range(364):
        assert turn.primary == schedule.members[number % 3]
        assert turn.until is not None
        assert turn_at(schedule, turn.until - timedelta(seconds=1)).primary == turn.primary
        handovers.append(turn.until.astimezone(tz))
        turn = turn_at(schedule, turn.until)
    assert [at.date() for at in handovers] == [date(2026, 1, 2) + timedelta(days=number) for number in range(364)]
    swallowed = [at for at in handovers if at.time() != clock]
    assert len(swallowed) <= 1, "only the hour that clocks skip can move a handover"
    assert all(at.time() > clock for at in swallowed)


around_january = st.datetimes(datetime(2026, 1, 5), datetime(2026, 2, 20)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)


@given(around_january, st.lists(st.tuples(around_january, st.integers(1, 400), st.sampled_from([BO, ELI])), max_size=4))
def test_the_last_override_that_covers_an_instant_decides_and_else_the_rotation(
    at: datetime, standing_in: list[tuple[datetime, int, SlackUserId]]
) -> None:
    overrides = tuple(Override(begin, begin + timedelta(hours=length), who) for begin, length, who in standing_in)
    covering = [one.who for one in overrides if one.begins <= at < one.ends]
    expected = covering[-1] if covering else turn_at(WEEKLY, at).primary
    turn = turn_at(replace(WEEKLY, overrides=overrides), at)
    assert turn.primary == expected
    assert turn.secondary == turn_at(WEEKLY, at).secondary
    assert turn.until is None or turn.until > at
