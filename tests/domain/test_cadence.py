"""When things are due: the two clocks, promises, reclassification, and what a deadline brings about."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain import cadence
from bot.domain import timeline as t
from bot.domain.folding import fold
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import BusinessHours, Channels, Policy, PriorityRules
from bot.domain.vocabulary import Clock, Priority, Status

DANA, BO = SlackUserId("UDANA"), SlackUserId("UBO")
MADRID = ZoneInfo("Europe/Madrid")
HOURS = BusinessHours(
    days=frozenset(range(5)),
    opens=time(9),
    closes=time(18),
    timezone=MADRID,
    holidays=frozenset({date(2026, 12, 25), date(2027, 1, 1)}),
)
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def of_update(due_at: datetime, remind_at: datetime | None = None) -> t.Promise:
    """What is promised of an update: it has a minute of grace."""
    return t.Promise(due_at, remind_at, MINUTE)


def rules(every: timedelta, clock: Clock = Clock.ALWAYS, warn: timedelta | None = None) -> PriorityRules:
    return PriorityRules(
        name="",
        acknowledge_within=every / 3,
        first_update_within=every,
        update_every=every,
        mitigated_update_every=4 * every,
        max_next=4 * HOUR,
        warn_before=warn,
        clock=clock,
    )


P1 = rules(15 * MINUTE, warn=5 * MINUTE)
P3 = rules(4 * HOUR, Clock.BUSINESS, warn=15 * MINUTE)
POLICY = Policy(
    timezone=MADRID,
    business_hours=HOURS,
    channels=Channels(),
    priorities={
        Priority.P1: P1,
        Priority.P2: rules(30 * MINUTE),
        Priority.P3: P3,
        Priority.P4: rules(DAY, Clock.BUSINESS),
    },
    matrix={},
    categories=(),
)


def madrid(text: str) -> datetime:
    """An instant as Madrid's clocks show it."""
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).astimezone(UTC)


def declared(priority: Priority = Priority.P1, broadcast: str | None = "incidents") -> t.IncidentDeclared:
    acknowledge, update = cadence.first_promises(NOON, POLICY.priorities[priority], HOURS)
    return t.IncidentDeclared(
        at=NOON,
        by=DANA,
        number=IncidentNumber(42),
        title="checkout returns 500s",
        priority=priority,
        why="",
        asked=BO,
        acknowledge=acknowledge,
        next_update=update,
        broadcast=broadcast,
    )


def incident(*events: t.AnyEvent, first: t.IncidentDeclared | None = None) -> Incident:
    told = (first or declared(), *events)
    return fold(t.Recorded(seq, event.at, event) for seq, event in enumerate(told, start=1))


def updated(minutes: int, next_in: timedelta) -> t.UpdatePosted:
    at = NOON + minutes * MINUTE
    return t.UpdatePosted(at=at, by=DANA, update=t.Update("slow"), next_update=t.Promise(at + next_in))


BUSINESS_TIMES = [
    ("2026-03-04T10:00", 4 * HOUR, "2026-03-04T14:00"),
    ("2026-03-04T14:00", 4 * HOUR, "2026-03-04T18:00"),  # closing time is still today
    ("2026-03-04T16:00", 4 * HOUR, "2026-03-05T11:00"),
    ("2026-03-06T17:00", 2 * HOUR, "2026-03-09T10:00"),  # over a weekend
    ("2026-03-04T06:00", HOUR, "2026-03-04T10:00"),  # before opening
    ("2026-03-04T22:00", HOUR, "2026-03-05T10:00"),  # after closing
    ("2026-03-07T12:00", HOUR, "2026-03-09T10:00"),  # on a Saturday
    ("2026-03-04T18:00", HOUR, "2026-03-05T10:00"),  # at closing time
    ("2026-03-04T10:00", DAY, "2026-03-05T10:00"),
    ("2026-03-06T10:00", DAY, "2026-03-09T10:00"),
    ("2026-03-06T10:00", 5 * DAY, "2026-03-13T10:00"),
    ("2026-03-07T12:00", DAY, "2026-03-10T09:00"),
    ("2026-12-24T17:00", 2 * HOUR, "2026-12-28T10:00"),  # a holiday, then a weekend
    ("2026-12-31T17:00", 2 * HOUR, "2027-01-04T10:00"),  # over the end of the year
    ("2028-02-28T17:00", 2 * HOUR, "2028-02-29T10:00"),  # into a leap day
    ("2026-03-27T17:00", 2 * HOUR, "2026-03-30T10:00"),  # clocks go forward that Sunday
    ("2026-10-23T17:00", DAY, "2026-10-26T17:00"),  # clocks go back that Sunday
]


@pytest.mark.parametrize(("start", "span", "due"), BUSINESS_TIMES)
def test_business_time_counts_only_while_it_runs(start: str, span: timedelta, due: str) -> None:
    assert cadence.after(madrid(start), span, P3, HOURS) == madrid(due)


@pytest.mark.parametrize(
    ("start", "span"),
    [("2026-03-29T00:30", 4 * HOUR), ("2026-12-31T23:50", 15 * MINUTE), ("2028-02-28T23:50", DAY)],
)
def test_the_24_hour_clock_counts_every_hour_as_one_hour(start: str, span: timedelta) -> None:
    assert cadence.after(madrid(start), span, P1, HOURS) - madrid(start) == span


def test_hours_that_a_clock_change_swallows_are_passed_over() -> None:
    early = replace(HOURS, days=frozenset(range(7)), opens=time(2, 30), closes=time(3))
    assert cadence.after(madrid("2026-03-29T00:00"), 10 * MINUTE, P3, early) == madrid("2026-03-30T02:40")


@pytest.mark.parametrize(
    ("due", "span", "reminder"),
    [
        ("2026-03-04T11:00", 15 * MINUTE, "2026-03-04T10:45"),
        ("2026-03-09T09:05", 15 * MINUTE, "2026-03-06T17:50"),
        ("2026-03-09T09:00", HOUR, "2026-03-06T17:00"),
        ("2026-03-09T10:00", DAY, "2026-03-06T10:00"),
        ("2026-03-08T12:00", HOUR, "2026-03-06T17:00"),
    ],
)
def test_business_time_counts_backwards_too(due: str, span: timedelta, reminder: str) -> None:
    assert cadence.business_before(madrid(due), span, HOURS) == madrid(reminder)


def test_a_reminder_comes_in_business_hours() -> None:
    promised = cadence.promise(madrid("2026-03-06T14:05"), 4 * HOUR, P3, HOURS)
    assert promised == t.Promise(madrid("2026-03-09T09:05"), madrid("2026-03-06T17:50"))


def test_there_is_no_reminder_where_there_is_no_time_for_one() -> None:
    assert cadence.promise(NOON, 5 * MINUTE, P1, HOURS) == t.Promise(NOON + 5 * MINUTE, None)
    assert cadence.promise(NOON, HOUR, replace(P1, warn_before=None), HOURS).remind_at is None


def test_a_declaration_promises_acceptance_and_the_first_update() -> None:
    acknowledge, update = cadence.first_promises(NOON, P1, HOURS)
    assert acknowledge == t.Promise(NOON + 5 * MINUTE)
    assert update == of_update(NOON + 15 * MINUTE, NOON + 10 * MINUTE)


def test_a_mitigated_incident_has_a_calmer_cadence() -> None:
    assert cadence.next_update(Status.INVESTIGATING, NOON, P1, HOURS).due_at == NOON + 15 * MINUTE
    assert cadence.next_update(Status.MITIGATED, NOON, P1, HOURS).due_at == NOON + HOUR


def test_what_is_asked_for_counts_on_the_24_hour_clock() -> None:
    saturday = madrid("2026-03-07T12:00")
    assert cadence.next_update(Status.INVESTIGATING, saturday, P3, HOURS, 30 * MINUTE) == of_update(
        saturday + 30 * MINUTE, saturday + 15 * MINUTE
    )


def test_asking_for_too_long_is_refused_with_the_bound() -> None:
    with pytest.raises(cadence.TooLong, match=r"at most 4h away.*`next:4h`"):
        cadence.next_update(Status.INVESTIGATING, NOON, P1, HOURS, 4 * HOUR + MINUTE)
    assert cadence.next_update(Status.INVESTIGATING, NOON, P1, HOURS, 4 * HOUR).due_at == NOON + 4 * HOUR


@pytest.mark.parametrize(
    ("span", "text"),
    [(4 * HOUR, "4h"), (90 * MINUTE, "1h30m"), (2 * DAY, "2d"), (timedelta(seconds=45), "45s"), (0 * DAY, "0s")],
)
def test_a_span_is_spelled_as_it_is_typed(span: timedelta, text: str) -> None:
    assert cadence.spelled(span) == text


def test_a_worse_priority_counts_from_the_last_update() -> None:
    now = NOON + 20 * MINUTE
    told = incident(updated(10, HOUR), first=declared(Priority.P2))
    assert cadence.after_reclassification(told, Priority.P1, None, now, POLICY)[1] == of_update(NOON + 25 * MINUTE)


def test_a_worse_priority_never_puts_off_an_update_that_was_promised_sooner() -> None:
    now = NOON + 11 * MINUTE
    told = incident(updated(10, 5 * MINUTE), first=declared(Priority.P2))
    _, update = cadence.after_reclassification(told, Priority.P1, None, now, POLICY)
    assert update is not None
    assert update.due_at == NOON + 15 * MINUTE


def test_a_better_priority_relaxes_the_clock() -> None:
    now = NOON + 6 * MINUTE
    _, update = cadence.after_reclassification(incident(updated(5, 15 * MINUTE)), Priority.P2, None, now, POLICY)
    assert update == of_update(NOON + 35 * MINUTE)


def test_before_the_first_update_the_clock_counts_from_the_declaration() -> None:
    now = NOON + 2 * MINUTE
    acknowledge, update = cadence.after_reclassification(incident(), Priority.P2, None, now, POLICY)
    assert acknowledge == t.Promise(NOON + 10 * MINUTE)
    assert update == of_update(NOON + 30 * MINUTE)


def test_a_time_that_would_have_passed_already_starts_anew() -> None:
    now = NOON + 3 * HOUR
    told = incident(first=declared(Priority.P3))
    assert cadence.after_reclassification(told, Priority.P1, None, now, POLICY)[1] == of_update(
        now + 15 * MINUTE, now + 10 * MINUTE
    )


def test_the_same_priority_changes_no_promise() -> None:
    told = incident(updated(10, HOUR))
    assert cadence.after_reclassification(told, Priority.P1, None, NOON + 20 * MINUTE, POLICY) == (None, None)


def test_what_is_not_owed_is_not_promised_again() -> None:
    accepted = t.CommandAccepted(at=NOON + MINUTE, by=BO)
    resolved = t.IncidentResolved(at=NOON + 2 * MINUTE, by=BO, what="rolled back")
    now = NOON + 3 * MINUTE
    assert cadence.after_reclassification(incident(accepted), Priority.P2, None, now, POLICY)[0] is None
    assert cadence.after_reclassification(incident(accepted, resolved), Priority.P2, None, now, POLICY) == (None, None)


instants = st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(seconds=1), timedelta(hours=23, minutes=59))
zones = st.sampled_from(["UTC", "Europe/Madrid", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"])


@st.composite
def opening_hours(draw: st.DrawFn) -> BusinessHours:
    opens, closes = sorted(draw(st.tuples(st.integers(0, 1438), st.integers(1, 1439))))
    assume(opens < closes)
    return BusinessHours(
        days=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        opens=time(opens // 60, opens % 60),
        closes=time(closes // 60, closes % 60),
        timezone=ZoneInfo(draw(zones)),
        holidays=draw(st.frozensets(st.dates(date(2025, 1, 1), date(2029, 12, 31)), max_size=5)),
    )


def is_within(at: datetime, hours: BusinessHours) -> bool:
    """Whether the clock runs at an instant, or has just stopped."""
    day = at.astimezone(hours.timezone).date()
    opens = datetime.combine(day, hours.opens, tzinfo=hours.timezone).astimezone(UTC)
    closes = datetime.combine(day, hours.closes, tzinfo=hours.timezone).astimezone(UTC)
    return day.weekday() in hours.days and day not in hours.holidays and opens <= at <= closes


@given(instants, spans, st.integers(0, 10), opening_hours())
def test_what_is_due_on_the_business_clock_is_ahead_and_within_its_hours(
    start: datetime, span: timedelta, days: int, hours: BusinessHours
) -> None:
    due = cadence.after(start, days * DAY + min(span, 3 * HOUR), P3, hours)
    assert due > start
    assert is_within(due, hours)


@given(instants, spans, spans, opening_hours())
def test_business_time_adds_up(start: datetime, first: timedelta, second: timedelta, hours: BusinessHours) -> None:
    first, second = min(first, 11 * HOUR), min(second, 11 * HOUR)
    at_once = cadence.after(start, first + second, P3, hours)
    assert cadence.after(cadence.after(start, first, P3, hours), second, P3, hours) == at_once


@given(instants, spans, opening_hours())
def test_counting_back_undoes_counting_on(start: datetime, span: timedelta, hours: BusinessHours) -> None:
    span = min(span, 11 * HOUR)
    due = cadence.after(start, span, P3, hours)
    back = cadence.business_before(due, span, hours)
    assert cadence.after(back, span, P3, hours) == due
    assert is_within(back, hours)


@given(instants, st.sampled_from(Priority), st.sampled_from(list(Status)))
def test_the_next_update_is_always_ahead_and_its_reminder_between(
    now: datetime, priority: Priority, status: Status
) -> None:
    promised = cadence.next_update(status, now, POLICY.priorities[priority], HOURS)
    assert promised.due_at > now
    assert promised.remind_at is None or now < promised.remind_at < promised.due_at


@given(
    st.sampled_from(Priority),
    st.sampled_from(Priority),
    st.timedeltas(MINUTE, 4 * HOUR),
    st.timedeltas(timedelta(0), 5 * HOUR),
)
def test_a_worse_priority_never_waits_longer(
    old: Priority, new: Priority, next_in: timedelta, passed: timedelta
) -> None:
    told = incident(updated(0, next_in), first=declared(old))
    now = NOON + passed
    for before, after in zip(
        (told.acknowledge_due_at, told.update_due_at),
        cadence.after_reclassification(told, new, None, now, POLICY),
        strict=True,
    ):
        assert after is None or after.due_at > now
        if new.is_worse_than(old) and before is not None and before > now:
            assert after is not None
            assert after.due_at <= before


EDGES = [
    *(datetime(2026, 3, 29, hour, 59, tzinfo=UTC) for hour in range(3)),  # Madrid goes to summer time
    *(datetime(2026, 10, 25, hour, 59, tzinfo=UTC) for hour in range(3)),  # and back
    *(datetime(2026, 4, 4, hour, 59, tzinfo=UTC) for hour in (14, 15)),  # Lord Howe, by half an hour
    *(datetime(2028, 2, 29, hour, 0, tzinfo=UTC) for hour in (0, 12, 23)),
    *(datetime(2027, 12, 31, 23, minute, tzinfo=UTC) for minute in (0, 59)),
    datetime(2028, 1, 1, tzinfo=UTC),
]
edges = st.builds(lambda at, away: at + away, st.sampled_from(EDGES), st.timedeltas(-2 * HOUR, 2 * HOUR))


@given(edges, spans, st.integers(0, 400), opening_hours())
def test_at_clock_changes_leap_days_and_the_turn_of_the_year_what_is_due_lies_ahead_within_hours(
    start: datetime, span: timedelta, days: int, hours: BusinessHours
) -> None:
    due = cadence.after(start, days * DAY + min(span, 3 * HOUR), P3, hours)
    assert due > start
    assert is_within(due, hours)
    assert cadence.after(start, days * DAY + span, P1, hours) - start == days * DAY + span


@given(st.one_of(instants, edges), spans, st.timedeltas(timedelta(0), 3 * HOUR), opening_hours())
def test_starting_later_or_waiting_longer_is_never_due_sooner(
    start: datetime, span: timedelta, more: timedelta, hours: BusinessHours
) -> None:
    span = min(span, 3 * HOUR)
    due = cadence.after(start, span, P3, hours)
    assert cadence.after(start + more, span, P3, hours) >= due
    assert cadence.after(start, span + more, P3, hours) >= due


def test_a_calendar_that_is_all_holidays_for_years_is_passed_over() -> None:
    never = frozenset(date(2026, 1, 1) + timedelta(days=day) for day in range(3652))
    closed = replace(HOURS, holidays=never)
    assert cadence.after(NOON, HOUR, P3, closed) == datetime(2036, 1, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "due"),
    [(0, "2026-03-30T00:30"), (20, "2026-03-30T00:50"), (35, "2026-03-30T01:05"), (50, "2026-03-31T00:35")],
)
def test_a_day_on_which_the_clocks_skip_the_opening_and_that_closes_before_it_does_not_open(
    span: int, due: str
) -> None:
    skipped = BusinessHours(frozenset(range(7)), time(2, 30), time(3, 15), MADRID)
    at = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert cadence.business_after(at, span * MINUTE, skipped) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def at_night(opens: int, length: int) -> BusinessHours:
    """Hours in minutes of the day, every day in Madrid."""
    closes = opens + length
    days = frozenset(range(7))
    return BusinessHours(days, time(opens // 60, opens % 60), time(closes // 60, closes % 60), MADRID)


GAPS = st.builds(at_night, st.integers(100, 200), st.integers(20, 100))


@given(edges, spans, spans, GAPS)
def test_hours_within_a_skipped_or_doubled_hour_add_up_too(
    start: datetime, first: timedelta, second: timedelta, hours: BusinessHours
) -> None:
    first, second = min(first, 3 * HOUR), min(second, 3 * HOUR)
    at_once = cadence.business_after(start, first + second, hours)
    assert cadence.business_after(cadence.business_after(start, first, hours), second, hours) == at_once
    assert is_within(at_once, hours)
    back = cadence.business_before(at_once, second, hours)
    assert cadence.business_after(back, second, hours) == at_once
