"""Incidents of the past and their causes, as they are listed: what helps stands out, and any list fits."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import past
from bot.domain.actor import Integration, Person
from bot.domain.ids import IncidentNumber
from bot.domain.problem import Problem
from bot.domain.timeline import PastIncident, PastRecalled
from tests.blocks.hostile import LONG, text
from tests.blocks.reading import as_read, called, fits
from tests.domain.given import DANA, NOON

BEFORE = PastIncident(IncidentNumber(12), "checkout <fails>", "rolled back 4.1", 3, "restart the pool")
POOL = Problem(3, "the pool is small", Person(DANA), NOON)


def numbers(*of: int) -> tuple[IncidentNumber, ...]:
    return tuple(map(IncidentNumber, of))


def test_a_line_says_what_fixed_it_and_what_helps_meanwhile() -> None:
    assert past.line(BEFORE) == (
        "*INC-12*: checkout &lt;fails&gt;\nFixed by: rolled back 4.1\n:bulb: Workaround (PRB-3): restart the pool"
    )


def test_what_is_not_known_of_it_is_not_mentioned() -> None:
    assert past.line(PastIncident(IncidentNumber(9), "slow")) == "*INC-9*: slow"
    assert past.line(replace(BEFORE, workaround="", fixed_by="")) == "*INC-12*: checkout &lt;fails&gt;"
    assert "Workaround" not in past.line(replace(BEFORE, problem=None))


def test_whoever_looks_is_told_what_was_looked_for_or_that_there_is_nothing() -> None:
    assert as_read(past.similar("checkout fails", ())) == f"({past.NOTHING_ALIKE})\n{past.NOTHING_ALIKE}"
    assert "*Looks like checkout &amp; basket*" in as_read(past.similar("checkout & basket", (BEFORE,)))


def test_the_channel_is_told_of_the_first_ones_first() -> None:
    found = as_read(past.past_recalled(PastRecalled(at=NOON, alike=(BEFORE, replace(BEFORE, number=numbers(9)[0])))))
    assert found.startswith("(This looks like something that happened before\n*INC-12*")
    assert found.index("*INC-12*") < found.index("*INC-9*")


def test_a_problem_says_what_is_known_of_it_and_what_is_not() -> None:
    bare = as_read(past.problem(POOL))
    assert "Open, opened by <@UDANA>. Incidents: none." in bare
    assert "*Cause*\nNot known yet." in bare
    assert "*Workaround*\nNone is known." in bare
    known = replace(POOL, cause="50 connections", workaround="restart", solved_at=NOON, incidents=numbers(1, 42))
    told = as_read(past.problem(known))
    assert "Solved, opened by <@UDANA>. Incidents: INC-1, INC-42." in told
    assert "*Cause*\n50 connections" in told
    assert "Alertmanager" in as_read(past.problem(replace(POOL, opened_by=Integration("Alertmanager", "a"))))


def test_open_problems_come_with_the_most_incidents_first() -> None:
    one = replace(POOL, incidents=numbers(1))
    two = replace(POOL, number=5, incidents=numbers(2, 3))
    none = replace(POOL, number=4)
    read = as_read(past.problems([none, one, two]))
    assert [read.index(f"*PRB-{number}*") for number in (5, 3, 4)] == sorted(
        read.index(f"*PRB-{number}*") for number in (5, 3, 4)
    )
    assert "(2 incidents)" in read
    assert "(1 incident)" in read


def test_without_an_open_problem_it_says_how_one_is_opened() -> None:
    assert "`/incident problem &lt;title&gt;` opens one" in past.problems([]).text


def test_more_problems_than_fit_are_counted() -> None:
    many = [replace(POOL, number=number, incidents=numbers(number)) for number in range(1, 201)]
    shown = past.problems(many)
    fits(shown)
    read = as_read(shown)
    listed = sum(f"*PRB-{one.number}*" in str(shown.blocks) for one in many)
    assert f"… and {200 - listed} more." in read


def test_more_incidents_of_one_problem_than_fit_are_counted() -> None:
    many = replace(POOL, incidents=numbers(*range(1, 2_000)), cause="50 connections", workaround="restart the pool")
    shown = past.problem(many)
    fits(shown)
    assert "*Cause*\n50 connections" in as_read(shown)
    assert "*Workaround*\nrestart the pool" in as_read(shown)
    assert "INC-1, INC-2" in as_read(shown)
    assert "INC-20 and 1,979 more." in as_read(shown)


def fits_with(words: str, number: int) -> None:
    """Asserts that lists of so many fit where people wrote that everywhere, and that they call nobody."""
    alike = [replace(BEFORE, title=words, fixed_by=words, workaround=words)] * number
    problem = replace(POOL, title=words, cause=words, workaround=words, incidents=numbers(*range(1, number)))
    for shown in (past.similar(words, alike), past.problem(problem), past.problems([problem] * number)):
        fits(shown)
        assert called(shown) <= {DANA}


@given(text, st.integers(1, 80))
def test_any_words_and_any_number_fit_and_call_nobody(words: str, number: int) -> None:
    fits_with(words, number)


@pytest.mark.parametrize("words", LONG, ids=["words", "entities", "mentions", "code", "emoji"])
def test_texts_as_long_as_slacks_messages_fit(words: str) -> None:
    fits_with(words, 4)
