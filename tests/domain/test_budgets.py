"""Error budgets: a minute is used once, by the worst of its incidents; nothing is used outside the window; what is left
may be less than nothing and says so; and the forecast is when it is so."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budgets import Budget, Burn, budget, exhaust, impact_of, used, worst
from bot.domain.decision import Decision
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.domain.objectives import Calendar, ErrorBudgets, Objective, Rolling
from bot.domain.policy import Policy
from bot.domain.timeline import (
    AnyEvent,
    BudgetExhausted,
    FollowUpAgreed,
    IncidentReopened,
    IncidentResolved,
    Promise,
    TimeCorrected,
)
from bot.domain.vocabulary import TimeName
from tests.domain.given import BO, POLICY, after_events, declared, effects, kinds

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NONE = timedelta()
ROLLING = Objective("checkout", "Checkout answers", 0.99, Rolling(10 * DAY, "10 days"))
"""It may fail for 2 h 24 min in 10 days."""
ALLOWED = 144 * MINUTE
MONTHS = Calendar(datetime(2026, 1, 31), ZoneInfo("Europe/Madrid"), 0, 1, "1 month")  # noqa: DTZ001 - as it is written
MONTHLY = Objective("checkout", "Checkout answers", 0.99, MONTHS)


def burn(number: int, begin: float, end: float | None, share: float = 1.0) -> Burn:
    """In minutes before now."""
    ended = None if end is None else NOW - end * MINUTE
    return Burn(IncidentNumber(number), ((NOW - begin * MINUTE, ended),), share)


@st.composite
def burns(draw: st.DrawFn) -> list[Burn]:
    found = []
    for number in range(draw(st.integers(0, 6))):
        begin = draw(st.integers(0, 16 * 24 * 60))
        is_open = draw(st.booleans())
        end = None if is_open else draw(st.integers(0, begin))
        found.append(burn(number + 1, begin, end, draw(st.sampled_from([0, 0.005, 0.1, 0.5, 1]))))
    return found


def minute_by_minute(objective: Objective, some: Sequence[Burn], begin: datetime, end: datetime) -> float:
    """The minutes used, counted one after the other."""
    total, at = 0.0, begin
    while at < end:
        shares = [
            objective.counted(one.share)
            for one in some
            for start, stop in one.spans
            if start <= at and (stop is None or at < stop)
        ]
        total += max(shares, default=0.0)
        at += MINUTE
    return total


@given(burns())
def test_a_minute_is_used_once_by_the_worst_of_its_incidents(some: list[Burn]) -> None:
    objective = Objective("checkout", "", 0.99, Rolling(DAY, "1 day"))
    found = budget(objective, some, NOW)
    expected = minute_by_minute(objective, some, NOW - DAY, NOW)
    assert found.burned / MINUTE == pytest.approx(expected)
    assert found.burned <= DAY
    assert found.burned <= sum((took for _, took in found.by_incident), NONE) + MINUTE / 1000
    assert all(took <= found.burned + MINUTE / 1000 for _, took in found.by_incident)


@given(burns(), st.randoms())
def test_the_order_of_incidents_does_not_matter(some: list[Burn], random: object) -> None:
    mixed = list(some)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert budget(ROLLING, mixed, NOW) == budget(ROLLING, some, NOW)


@given(burns())
def test_what_is_left_is_never_silently_negative(some: list[Burn]) -> None:
    found = budget(ROLLING, some, NOW)
    assert found.allowed == ALLOWED
    assert found.left + found.burned == found.allowed
    assert found.is_exhausted == (found.left <= NONE)
    assert found.overdrawn == (-found.left if found.left < NONE else NONE)
    assert 0 <= found.part_left <= 1


def at_the_pace(found: Budget, some: Sequence[Burn], at: datetime) -> timedelta:
    """What would be left at a later instant if it went on like this, by counting anew."""
    lately = used(worst(ROLLING, some, NOW - 2.5 * DAY, NOW)) / (2.5 * DAY)
    now = max((ROLLING.counted(one.share) for one in some if one.number in found.burning), default=0.0)
    past = used(worst(ROLLING, some, at - 10 * DAY, NOW))
    return found.allowed - past - (at - NOW) * (now or lately)


@given(burns(), st.floats(0, 1))
def test_the_forecast_is_when_nothing_is_left(some: list[Burn], part: float) -> None:
    """Also where old incidents fall out of the window meanwhile."""
    found = budget(ROLLING, some, NOW)
    if found.used_up_at is None:
        at = NOW + part * 10 * DAY
        assert found.is_exhausted or at_the_pace(found, some, at) > -MINUTE / 1000
    else:
        assert not found.is_exhausted
        assert NOW <= found.used_up_at <= NOW + 10 * DAY
        assert abs(at_the_pace(found, some, found.used_up_at)) < MINUTE / 1000
        before = NOW + (found.used_up_at - NOW) * part
        assert at_the_pace(found, some, before) > -MINUTE / 1000


def test_an_incident_under_way_uses_it_up_at_a_time() -> None:
    found = budget(ROLLING, [burn(1, 44, None, 0.5)], NOW)
    assert (found.burned, found.left) == (22 * MINUTE, 122 * MINUTE)
    assert found.used_up_at == NOW + 244 * MINUTE
    assert found.burning == (IncidentNumber(1),)
    assert found.rate == pytest.approx(22 / (2.5 * 14.4))


def test_more_than_there_is_can_be_used() -> None:
    found = budget(ROLLING, [burn(1, 200, 44)], NOW)
    assert found.is_exhausted
    assert found.overdrawn == 12 * MINUTE
    assert found.part_left == 0
    assert (found.used_up_at, found.burning) == (None, ())


def test_nothing_is_said_where_nothing_happened() -> None:
    found = budget(ROLLING, [burn(1, 15 * 24 * 60, 14 * 24 * 60)], NOW)
    assert (found.burned, found.rate, found.used_up_at, found.by_incident) == (NONE, None, None, ())


def test_what_was_used_long_ago_has_no_rate_any_more() -> None:
    found = budget(ROLLING, [burn(1, 5 * 24 * 60, 5 * 24 * 60 - 30)], NOW)
    assert found.burned == 30 * MINUTE
    assert (found.rate, found.used_up_at) == (None, None)


def test_by_time_slices_a_slice_is_good_or_bad() -> None:
    by_slices = Objective("checkout", "", 0.99, Rolling(10 * DAY, "10 days"), slice_target=0.95)
    assert budget(by_slices, [burn(1, 60, 30, 0.04)], NOW).burned == NONE
    assert budget(by_slices, [burn(1, 60, 30, 0.06)], NOW).burned == 30 * MINUTE


def test_a_month_begins_by_the_clock_on_the_wall_and_clips() -> None:
    """Madrid goes to summer time on 29 March 2026, so that March's window is an hour shorter."""
    assert MONTHS.span(NOW) == (datetime(2026, 2, 27, 23, tzinfo=UTC), datetime(2026, 3, 30, 22, tzinfo=UTC))
    assert MONTHS.span(datetime(2026, 3, 30, 22, tzinfo=UTC))[0] == datetime(2026, 3, 30, 22, tzinfo=UTC)
    found = budget(MONTHLY, [], NOW)
    assert found.renewed_at == datetime(2026, 3, 30, 22, tzinfo=UTC)
    assert found.allowed == (31 * DAY - HOUR) * 0.01 or abs(found.allowed - (31 * DAY - HOUR) * 0.01) < MINUTE / 1000


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.integers(0, 40), st.integers(1, 14))  # noqa: DTZ001
def test_every_instant_is_in_the_window_that_is_told(local: datetime, days: int, months: int) -> None:
    now = local.replace(tzinfo=UTC)
    window = Calendar(datetime(2026, 1, 31, 9), ZoneInfo("Europe/Madrid"), days, 0 if days else months, "")  # noqa: DTZ001
    begin, end = window.span(now)
    assert begin <= now < end
    assert window.span(begin) == (begin, end)
    assert window.span(end)[0] == end


def test_a_forecast_after_the_window_is_renewed_is_none() -> None:
    """36 h are left of the month, and 7 h of the budget; at half a minute per minute that is soon enough."""
    slow = [burn(1, 30, None, 0.1)]
    assert budget(MONTHLY, slow, NOW).used_up_at is None
    soon = budget(MONTHLY, [burn(1, 30, None, 0.5)], NOW)
    assert soon.used_up_at is not None
    assert NOW + 14 * HOUR < soon.used_up_at < NOW + 15 * HOUR


def test_the_impact_pauses_between_resolution_and_reopening() -> None:
    incident = declared()
    at = incident.declared_at
    assert impact_of(incident) == ((at, None),)
    events: list[AnyEvent] = [
        IncidentResolved(at=at + 30 * MINUTE, by=BO, what="a restart"),
        IncidentReopened(at=at + 2 * HOUR, by=BO, reason="it is back", next_update=Promise(at + 3 * HOUR)),
        TimeCorrected(at=at + 3 * HOUR, by=BO, name=TimeName.BEGAN, value=at - HOUR, was=None, reason="graphs"),
        IncidentResolved(at=at + 4 * HOUR, by=BO, what="the disk was changed"),
    ]
    incident = after_events(incident, *events)
    assert impact_of(incident) == ((at - HOUR, at + 30 * MINUTE), (at + 2 * HOUR, at + 4 * HOUR))


def told(incident: Incident, before: Sequence[Burn], policy: Policy, used: float = 150) -> list[type[AnyEvent]]:
    """What follows now for an incident that used so many minutes of its budget."""
    own = Burn(incident.number, ((NOW - used * MINUTE, None),), 1.0)
    begun = budget(ROLLING, before, NOW - used * MINUTE)
    decision = exhaust(incident, budget(ROLLING, [own, *before], NOW), begun, NOW, policy)
    return [type(one) for one in decision.events]


def test_whoever_uses_it_up_is_told_once() -> None:
    incident, rules = declared(), ErrorBudgets({"checkout": ROLLING})
    policy = replace(POLICY, budgets=rules)
    assert told(incident, [], policy, used=140) == []
    assert told(incident, [burn(7, 900, 890)], policy, used=140) == [BudgetExhausted]
    assert told(incident, [], policy) == [BudgetExhausted]
    assert told(incident, [burn(7, 900, 700)], policy) == [], "it was used up before"
    assert told(replace(incident, has_exhausted_budget=True), [], policy) == []
    assert exhaust(incident, None, None, NOW, policy).events == ()


def test_what_is_said_and_agreed_is_the_policys() -> None:
    incident, rules = declared(), ErrorBudgets({"checkout": ROLLING}, follow_up="What waits for {service}?")
    assert told(incident, [], replace(POLICY, budgets=rules)) == [BudgetExhausted, FollowUpAgreed]
    quiet = replace(rules, tells_channel=False)
    assert told(incident, [], replace(POLICY, budgets=quiet)) == [BudgetExhausted, FollowUpAgreed]
    assert told(incident, [], replace(POLICY, budgets=replace(quiet, follow_up=None))) == []


def test_only_what_is_to_be_said_aloud_is_announced() -> None:
    incident = declared()
    event = BudgetExhausted(at=NOW, service="Checkout", objective="99 % over 10 days", allowed=ALLOWED)
    assert "Announce" in kinds(effects(incident, Decision((event,))))
    assert effects(incident, Decision((replace(event, is_quiet=True),))) == ()
