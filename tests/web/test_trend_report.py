"""Trends on paper: every chart with its table, and numbers that lead to what is behind them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.trends import Selection, buckets, trends
from bot.domain.vocabulary import Priority
from bot.web.trend_pages import Names, charts, tiles
from bot.web.trend_report import PUBLIC, Report, file_name, last_month, on_paper, title_of, whole_month
from tests.domain.measuring import Measured, measures

OCTOBER = whole_month(date(2026, 10, 17))
NAMES = Names({"checkout": "Checkout <1>"})
SOME = [
    Measured(
        declared_at=(at := datetime(2026, 10, day, 12, tzinfo=UTC)),
        priority=Priority.P1,
        resolved_at=at + timedelta(hours=day),
        is_drill=day == 9,
    )
    for day in range(1, 10)
]


def written(wanted: Selection = OCTOBER, address: str | None = "https://muster.example") -> Report:
    return Report(trends(measures(SOME), wanted), NAMES, PUBLIC, date(2026, 11, 2), address)


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        (OCTOBER, "Incidents in October 2026"),
        (last_month(date(2026, 3, 31)), "Incidents in February 2026"),
        (last_month(date(2026, 1, 1)), "Incidents in December 2025"),
        (Selection(first=date(2026, 10, 1), last=date(2026, 10, 30)), "Incidents from 1 to 30 Oct 2026"),
        (Selection(first=date(2026, 10, 1), last=date(2026, 10, 31), drills=True), "Drills in October 2026"),
    ],
)
def test_it_is_called_by_what_it_is_about(wanted: Selection, title: str) -> None:
    assert title_of(wanted) == title


def test_a_month_is_cut_into_weeks() -> None:
    assert [first.day for first, _ in buckets(on_paper(OCTOBER))] == [1, 5, 12, 19, 26]
    assert file_name(OCTOBER) == "muster-report-2026-10-01-2026-10-31.pdf"


def test_each_figure_and_each_chart_with_its_table_is_in_it() -> None:
    report = written()
    page = report.page
    for tile in tiles(report.found):
        assert tile.title in page.replace("&#39;", "'")
    for chart in charts(report.found, NAMES):
        assert f"<h2>{chart.title}</h2>" in page
    assert page.count("<svg") == page.count("<thead>") == len(charts(report.found, NAMES))
    assert "Checkout &lt;1&gt;" in page
    assert "Not counted: 1 drill." in page
    assert PUBLIC in page
    assert 'href="/incidents?from=2026-10-05&amp;to=2026-10-11&amp;priority=P1"' in page


def test_without_pages_nothing_leads_anywhere() -> None:
    assert "href" not in written(address=None).page


def test_of_nothing_there_are_no_charts() -> None:
    page = written(whole_month(date(2026, 9, 1))).page
    assert "Nothing that counts was declared in these days." in page
    assert "<svg" not in page


def test_it_is_a_pdf() -> None:
    assert written().pdf.startswith(b"%PDF-")
