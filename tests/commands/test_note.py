"""Notes: what happened, and when; said otherwise or taken back by its number."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.command import Missing
from bot.commands.dates_and_times import NotATime
from bot.commands.read_as_text import TheOtherWayRound, WhichNumber
from bot.domain.refusal import Refusal
from bot.verbs import requests as r
from tests.commands.reading import asked_for
from tests.domain.given import after

READ = [
    ("note First alert, the probes fail", r.AddNote("First alert, the probes fail")),
    ("note the probes fail at:12:45", r.AddNote("the probes fail", after(-15))),
    ("note at:12:45 the probes fail", r.AddNote("the probes fail", after(-15))),
    ("note the probes fail AT:2026-03-04T10:30Z", r.AddNote("the probes fail", after(-90))),
    # One o'clock is now for Dana, who is in Madrid; two o'clock was yesterday.
    ("note it began at:14:00", r.AddNote("it began", datetime(2026, 3, 3, 13, 0, tzinfo=UTC))),
    ("note the deploy at 14:00 broke it", r.AddNote("the deploy at 14:00 broke it")),
    ("note `at:12:45` is what the log says", r.AddNote("`at:12:45` is what the log says")),
    ("note see https://grafana.example/d/1?at=12", r.AddNote("see https://grafana.example/d/1?at=12")),
    ("note two lines\nof a log", r.AddNote("two lines\nof a log")),
    ("note amend 2 the second alert", r.AmendNote(2, "the second alert")),
    ("note AMEND 12\nthe second alert", r.AmendNote(12, "the second alert")),
    ("note retract 2 it was another service", r.RetractNote(2, "it was another service")),
    ("note retract #12345 it was another service", r.RetractNote(12345, "it was another service")),
    ("note amend the runbook, step 2 is wrong", r.AddNote("amend the runbook, step 2 is wrong")),
    ("note retracted 2 pods", r.AddNote("retracted 2 pods")),
]


@pytest.mark.parametrize(("line", "request_"), READ)
def test_it_is_read_as_typed(line: str, request_: r.Request[object]) -> None:
    assert asked_for(line) == request_


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("note at:12:45", "Say what happened"),
        ("note amend 2", "Say how it should read, for example `/incident note amend 2 "),
        ("note 2 amend the second alert", "`/incident note amend 2 the second alert`"),
        ("note 0 retract it was another", "`retract` needs the number, for example `/incident note retract 1`"),
        ("note amend 0 the second alert", "`amend` needs the number, for example `/incident note amend 1`"),
        ("note retract 3", "Say why, for example `/incident note retract 3 "),
    ],
)
def test_what_is_missing_is_said_with_the_number_that_was_typed(line: str, told: str) -> None:
    with pytest.raises((Missing, TheOtherWayRound, WhichNumber)) as refused:
        asked_for(line)
    assert told in str(refused.value)


def test_a_time_that_is_none_is_refused_and_not_taken_for_now() -> None:
    with pytest.raises(NotATime):
        asked_for("note the probes fail at:noon")


@given(st.integers(0, 99999), st.sampled_from(["amend", "retract"]), st.text(max_size=40))
def test_a_number_after_amend_or_retract_is_never_part_of_a_new_note(number: int, what: str, words: str) -> None:
    try:
        request = asked_for(f"note {what} {number} {words}")
    except Refusal:
        return
    assert isinstance(request, r.AmendNote | r.RetractNote)
    assert request.number == number
