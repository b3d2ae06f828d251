"""`time`: which time, when in the person's own zone, and why."""

from datetime import UTC, datetime

import pytest

from bot.commands.command import Missing
from bot.commands.dates_and_times import NotATime
from bot.domain.vocabulary import TimeName
from bot.verbs import requests as r
from tests.commands.reading import asked_for
from tests.domain.given import after

READ = [
    ("time began at:12:42 the deploy went out", r.CorrectTime(TimeName.BEGAN, after(-18), "the deploy went out")),
    ("time DETECTED the first alert at:12:50", r.CorrectTime(TimeName.DETECTED, after(-10), "the first alert")),
    ("time at:12:42 began from the graphs", r.CorrectTime(TimeName.BEGAN, after(-18), "from the graphs")),
    ("time mitigated at:2026-03-04T11:55Z graphs", r.CorrectTime(TimeName.MITIGATED, after(-5), "graphs")),
    (
        "time resolved at:23:30 from the graphs",
        r.CorrectTime(TimeName.RESOLVED, datetime(2026, 3, 3, 22, 30, tzinfo=UTC), "from the graphs"),
    ),
]


@pytest.mark.parametrize(("line", "request_"), READ)
def test_it_is_read_as_typed(line: str, request_: r.Request[object]) -> None:
    assert asked_for(line) == request_


@pytest.mark.parametrize(
    "line",
    [
        "time",
        "time at:12:42",
        "time began",
        "time began 12:42 the deploy went out",
        "time start at:12:42 the deploy went out",
        "time closed at:12:42 the meeting was over",
    ],
)
def test_all_three_are_needed_and_the_times_are_named(line: str) -> None:
    with pytest.raises(Missing, match=r"began, detected, mitigated, resolved\), when, and why"):
        asked_for(line)


def test_without_a_reason_there_is_no_correction() -> None:
    with pytest.raises(Missing, match="Give a reason as well"):
        asked_for("time began at:12:42")


def test_a_time_that_is_none_is_named() -> None:
    with pytest.raises(NotATime, match="“25:00” is not a time"):
        asked_for("time began at:25:00 the deploy went out")
