"""The answer to `metrics`: what it says of the figures, what it leaves out, and that any number of groups fits."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.metrics import MOST_RUNBOOKS, MOST_SERVICES, metrics_report, runbook_report
from bot.domain import effectiveness
from bot.domain.effectiveness import Used
from bot.domain.metrics import report
from bot.domain.vocabulary import Priority, Status
from tests.blocks.hostile import text
from tests.blocks.reading import as_read, called, fits
from tests.domain.measuring import Measured, measures

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def one(
    days_ago: float,
    took: float | None = 60,
    *,
    service: str | None = "checkout",
    priority: Priority = Priority.P2,
    status: Status = Status.CLOSED,
    is_drill: bool = False,
    is_repeat: bool = False,
) -> Measured:
    """An incident of so many days ago that was resolved after so many minutes; None: not yet."""
    at = NOW - days_ago * DAY
    return Measured(
        priority=priority,
        service=service,
        status=status,
        is_drill=is_drill,
        declared_at=at,
        acknowledged_at=at + 2 * MINUTE,
        resolved_at=None if took is None else at + took * MINUTE,
        kept_resolve=None if took is None else took <= 60,
        updates_due=2,
        updates_on_time=1,
        is_repeat=is_repeat,
    )


def told(incidents: Iterable[Measured], days: float = 90, **names: str) -> str:
    """The answer over so many days as one reads it."""
    shown = metrics_report(report(measures(incidents), NOW - days * DAY, NOW), names)
    fits(shown)
    return as_read(shown)


def test_without_an_incident_it_says_so_and_what_was_left_out() -> None:
    assert "none that counts was declared in the last 90 days." in told([])
    assert "Left out" not in told([])
    drills = [one(1, is_drill=True), one(2, is_drill=True)]
    cancelled = one(3, status=Status.CANCELLED)
    assert told([*drills, cancelled]).endswith("Left out: 2 drills, 1 cancelled or merged.")


def test_the_whole_stands_beside_the_period_before() -> None:
    found = told([one(1, 30), one(2, 90), one(100, 240)]).splitlines()
    assert "*The last 90 days: 2 incidents*" in found
    assert "All | 2 | 2 min | – | – | 1 h | 2 of 4" in found
    assert "Target met | – | – | – | – | 1 of 2 | –" in found
    assert "90 days before | 1 | 2 min | – | – | 4 h | 1 of 2" in found
    assert "Resolved without escalating: 2 of 2 · From one to the next: 24 h (median)" in found


def test_percentiles_are_told_of_five_incidents_and_not_of_four() -> None:
    four = [one(day, 10 * day) for day in (1, 2, 3, 4)]
    assert "Fewer than 5 incidents" in told(four)
    assert "9 of 10 within" not in told(four)
    five = told([*four, one(5, 50)])
    assert "9 of 10 within | – | 2 min | – | – | 46 min | –" in five
    assert "Fewer than" not in five


def test_what_nobody_measured_is_a_dash() -> None:
    found = told([one(1, None, status=Status.INVESTIGATING)])
    assert "All | 1 | 2 min | – | – | – | 1 of 2" in found
    assert "From one to the next" not in found
    assert "without escalating" not in found
    assert "1 incident still open." in found


def test_groups_are_told_in_their_order_and_services_by_how_often_they_fail() -> None:
    incidents = [
        *(one(number, priority=Priority.P3, service="search") for number in (1, 2, 3)),
        one(4, priority=Priority.P1, service="checkout"),
        one(5, priority=Priority.P1, service=None),
    ]
    found = told(incidents, search="Search", checkout="Checkout & Co")
    assert found.index("P1 | 2 | 2 min | – | – | 1 h") < found.index("P3 | 3 |")
    assert found.index("Search | 3 |") < found.index("No service | 1 |")
    assert "Checkout & Co | 1 | 2 min | – | – | 1 h | 1 of 2" in found


def test_a_service_that_left_the_policy_is_told_by_its_slug() -> None:
    assert "retired-one | 1 |" in told([one(1, service="retired-one")])


def test_more_services_than_fit_are_counted_and_it_says_where_all_of_them_are() -> None:
    incidents = [one(number, service=f"s{number:02}") for number in range(1, MOST_SERVICES + 4)]
    found = told(incidents)
    assert sum(line.startswith("s") for line in found.splitlines()) == MOST_SERVICES
    assert "3 more services: `muster export metrics` has all." in found


def test_a_period_is_told_as_it_was_asked_for() -> None:
    for days, words in ((90, "90 days"), (2, "2 days"), (2.25, "2 days 6 h"), (1, "24 h"), (0.5, "12 h")):
        assert f"The last {words}: 1 incident*\n" in told([one(0.1)], days)


def test_a_time_that_was_set_before_the_declaration_is_left_out_and_counted() -> None:
    assert "Left out: 1 time corrected to before the declaration." in told([one(1, -30)])


@given(text, st.integers(1, 300))
@settings(max_examples=20)
def test_any_names_and_any_number_of_services_fit_and_call_nobody(words: str, number: int) -> None:
    incidents = [one(place / 10, service=f"s{place}") for place in range(number)]
    names = {f"s{place}": words * 10 for place in range(number)}
    shown = metrics_report(report(measures(incidents), NOW - 90 * DAY, NOW), names)
    fits(shown)
    assert not called(shown)


@given(st.lists(st.tuples(st.floats(0.01, 89), st.integers(0, 10**7)), min_size=1, max_size=40))
def test_any_times_are_told(times: list[tuple[float, int]]) -> None:
    found = told([one(days, took) for days, took in times])
    assert f"All | {len(times)} | 2 min" in found
    assert "None" not in found


def of_runbooks(incidents: Iterable[Used], **titles: str) -> str:
    shown = runbook_report(effectiveness.report(incidents, NOW - 90 * DAY, NOW), titles)
    fits(shown)
    return as_read(shown)


def used(letters: str, took: float | None = None, slug: str = "rollback") -> Used:
    return Used({slug: letters}, NOW - DAY, None, None if took is None else NOW - DAY + took * MINUTE)


def test_runbooks_are_told_by_title_with_counts_and_times_and_few_are_not_compared() -> None:
    assert "no runbook was offered" in of_runbooks([])
    few = of_runbooks([used("ouh", 20), used("o", 60), used("ouf")], rollback="Rolling back")
    for part in ("Rolling back", "2 of 3", "1 of 1", "20 min / 1 h"):
        assert part in few
    assert "less" not in few
    many = of_runbooks([*[used("ou", 20)] * 5, *[used("o", 60)] * 5])
    assert "20 min / 1 h: 40 min less" in many
    assert "20 min / 20 min: the same" in of_runbooks([*[used("ou", 20)] * 5, *[used("o", 20)] * 5])
    assert "1 h / 20 min: 40 min more" in of_runbooks([*[used("ou", 60)] * 5, *[used("o", 20)] * 5])


def test_of_many_runbooks_those_used_most_are_shown() -> None:
    assert "2 more runbooks" in of_runbooks(used("ou", 5, f"r-{number}") for number in range(MOST_RUNBOOKS + 2))
