"""Figures over incidents: drills never count, means have medians beside them, shares lie between none and all."""

import statistics
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import metrics
from bot.domain.metrics import Figures, Report, Share, kept_to, spread
from bot.domain.vocabulary import Priority, Status
from tests.domain.measuring import Measured, measures

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def resolved(
    days_ago: float, took: float = 60, priority: Priority = Priority.P2, service: str | None = "checkout"
) -> Measured:
    """Resolved so many minutes after it was declared."""
    declared_at = NOW - days_ago * DAY
    return Measured(
        priority=priority,
        service=service,
        status=Status.CLOSED,
        is_drill=False,
        declared_at=declared_at,
        acknowledged_at=declared_at + 2 * MINUTE,
        first_update_at=declared_at + 10 * MINUTE,
        mitigated_at=declared_at + took / 2 * MINUTE,
        resolved_at=declared_at + took * MINUTE,
        kept_resolve=took <= 60,
        updates_due=4,
        updates_on_time=3,
    )


def report(some: list[Measured], since: datetime, until: datetime) -> Report:
    return metrics.report(measures(some), since, until)


def figures(some: list[Measured]) -> Figures:
    return metrics.figures(measures(some))


def test_the_mean_has_the_median_and_the_ninetieth_percentile_beside_it() -> None:
    found = spread([minutes * MINUTE for minutes in (10, 20, 30, 40, 1000)])
    assert found is not None
    assert (found.mean, found.median, found.count) == (220 * MINUTE, 30 * MINUTE, 5)
    assert found.mostly == 616 * MINUTE


@given(st.lists(st.integers(0, 100_000), min_size=2, max_size=50))
def test_percentiles_are_those_of_the_standard_library(seconds: list[int]) -> None:
    found = spread([timedelta(seconds=one) for one in seconds])
    assert found is not None
    deciles = statistics.quantiles(seconds, n=10, method="inclusive")
    assert found.mostly.total_seconds() == pytest.approx(deciles[8], abs=1e-5)
    assert found.median.total_seconds() == pytest.approx(statistics.median(seconds), abs=1e-5)
    assert min(seconds) <= found.mean.total_seconds() <= max(seconds) + 1e-5


def test_nothing_has_no_figures_and_no_division_by_nothing() -> None:
    found = figures([])
    assert (found.incidents, found.between, set(found.times.values())) == (0, None, {None})
    assert found.updates.percent is None
    assert spread([]) is None


def test_drills_and_what_was_cancelled_or_merged_are_left_out_and_counted() -> None:
    others = [
        resolved(3, 6000)._replace(is_drill=True),
        resolved(3, 6000)._replace(status=Status.CANCELLED),
        resolved(3, 6000)._replace(status=Status.MERGED),
    ]
    found = report([resolved(2), *others], NOW - 30 * DAY, NOW)
    assert (found.whole.incidents, found.drills, found.not_handled) == (1, 1, 2)
    assert found.whole == report([resolved(2)], NOW - 30 * DAY, NOW).whole


def test_the_period_before_is_compared_with_and_never_mixed_in() -> None:
    found = report([resolved(2), resolved(40, 600), resolved(100)], NOW - 30 * DAY, NOW)
    assert (found.whole.incidents, found.before.incidents) == (1, 1)
    assert found.before.times["resolve"] == spread([600 * MINUTE])


def test_what_ends_before_it_began_is_left_out_and_counted() -> None:
    odd = resolved(2)._replace(mitigated_at=NOW - 3 * DAY)
    found = figures([odd, resolved(1)])
    assert (found.impossible, found.times["mitigate"]) == (1, spread([30 * MINUTE]))


def test_first_contact_is_resolved_without_help_and_for_good() -> None:
    some = [
        resolved(4),
        resolved(3)._replace(was_escalated=True),
        resolved(2)._replace(times_reopened=1),
        resolved(1)._replace(resolved_at=None, status=Status.INVESTIGATING),
    ]
    found = figures(some)
    assert (found.first_contact, found.reopened, found.open) == (Share(1, 3), Share(1, 4), 1)
    assert found.kept["resolve"] == Share(4, 4)
    assert found.kept["mitigate"] == Share(0, 0)


def test_the_time_between_incidents_is_from_declaration_to_declaration() -> None:
    assert figures([resolved(1), resolved(9), resolved(5)]).between == spread([4 * DAY, 4 * DAY])
    assert figures([resolved(1)]).between is None


def test_figures_are_by_priority_service_and_month() -> None:
    some = [resolved(1, priority=Priority.P1), resolved(2, service=None), resolved(40)]
    found = report(some, NOW - 90 * DAY, NOW)
    assert list(found.by_priority) == ["P1", "P2"]
    assert {name: one.incidents for name, one in found.by_service.items()} == {"": 1, "checkout": 2}
    assert list(found.by_month) == ["2026-04", "2026-05"]
    assert sum(one.incidents for one in found.by_month.values()) == found.whole.incidents


ANY = st.builds(
    resolved,
    st.floats(0.01, 200),
    st.integers(-600, 6000),
    st.sampled_from(Priority),
    st.sampled_from(["checkout", "search", None]),
)


@given(st.lists(ANY, max_size=30), st.randoms())
def test_the_order_of_incidents_does_not_matter_and_groups_add_up(some: list[Measured], chance: object) -> None:
    mixed = sorted(some, key=lambda _: chance.random())  # type: ignore[attr-defined]
    found = report(some, NOW - 90 * DAY, NOW)
    assert report(mixed, NOW - 90 * DAY, NOW) == found
    for groups in (found.by_priority, found.by_service, found.by_month):
        assert sum(one.incidents for one in groups.values()) == found.whole.incidents
    shares = [found.whole.updates, found.whole.first_contact, found.whole.reopened, *found.whole.kept.values()]
    assert all(0 <= one.part <= one.of for one in shares)


@given(st.lists(ANY, min_size=1, max_size=20), st.integers(0, 19))
def test_a_missed_service_level_never_improves_compliance(some: list[Measured], which: int) -> None:
    one = some[which % len(some)]
    worse = [it._replace(kept_resolve=False) if it is one else it for it in some]
    before, after = figures(some).kept["resolve"], figures(worse).kept["resolve"]
    assert after.part <= before.part


def test_what_each_audience_was_told_in_time_is_added_up() -> None:
    assert kept_to([{"executives": (3, 2)}, {"partners": (0, 0), "executives": (1, 1)}]) == {
        "executives": Share(3, 4),
        "partners": Share(0, 0),
    }
