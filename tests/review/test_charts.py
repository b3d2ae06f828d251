"""Charts: whatever the figures, a drawing that stands within its frame, tells series apart, and trusts no name."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.metrics import spread
from bot.review.as_png import as_png
from bot.review.charts import MOST_BARS, PRIORITY_COLOURS, WIDTH, Chart, bars, columns, shares, short, spreads

LABELS = st.lists(st.sampled_from(["1 Nov", "30 Nov", "Nov 26"]), min_size=1, max_size=40)
SVG = "{http://www.w3.org/2000/svg}"


def numbers(chart: Chart, *names: str) -> list[float]:
    root = ElementTree.fromstring(chart.drawing)  # noqa: S314 - our own
    return [float(one.attrib[name]) for one in root.iter() for name in names if name in one.attrib]


def assert_within(chart: Chart) -> None:
    assert all(0 <= one <= WIDTH for one in numbers(chart, "x", "cx"))
    assert all(0 <= one <= chart.height for one in numbers(chart, "y", "cy"))
    assert "nan" not in chart.drawing


@given(LABELS, st.data())
def test_columns_stand_on_each_other_and_within_the_frame(labels: list[str], data: st.DataObject) -> None:
    counts = st.lists(st.integers(0, 10**6), min_size=len(labels), max_size=len(labels))
    series = {name: data.draw(counts) for name in PRIORITY_COLOURS}
    chart = columns("incidents", labels, series, PRIORITY_COLOURS)
    assert_within(chart)
    assert_within(Chart("", chart.height + 30, [str(chart.titled("Incidents"))]))


@given(LABELS, st.data())
def test_spreads_and_shares_stand_within_the_frame(labels: list[str], data: st.DataObject) -> None:
    spans = st.lists(st.floats(0, 10**8).map(lambda seconds: timedelta(seconds=seconds)), max_size=6)
    found = [spread(data.draw(spans)) for _ in labels]
    assert_within(spreads("times", labels, found))
    percents = [data.draw(st.none() | st.integers(0, 100)) for _ in labels]
    chart = shares("promises", labels, {"updates on time": percents, "targets met": percents[::-1]})
    assert_within(chart)
    if any(one is not None for one in percents):
        assert "stroke-dasharray" in chart.drawing, "told apart without colour"


def test_names_that_people_gave_are_text() -> None:
    chart = bars("By service", [("<script>&", 3, "3"), *((f"s{number}", 1, "1") for number in range(20))])
    assert_within(chart)
    assert "<script>" not in chart.drawing
    root = ElementTree.fromstring(chart.drawing)  # noqa: S314 - our own
    told = [one.text for one in root.iter(f"{SVG}text")]
    assert told[0] == "<script>&"
    assert told[-1] == f"and {21 - MOST_BARS} more in the table"
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == "By service"


def test_a_chart_becomes_a_png_with_its_title() -> None:
    chart = bars("By service", [("Checkout", 3, "3")])
    drawn = as_png(chart.titled("By service, 2 to 8 Nov 2026"))
    assert drawn.startswith(b"\x89PNG")
    assert re.search(r">By service, 2 to 8 Nov 2026</text>", chart.titled("By service, 2 to 8 Nov 2026"))


@pytest.mark.parametrize(
    ("span", "told"), [(timedelta(), "0"), (timedelta(minutes=30), "30 min"), (timedelta(days=5), "5 days")]
)
def test_spans_are_short(span: timedelta, told: str) -> None:
    assert short(span) == told
