"""What a reader is shown whatever the format: phases, threads, times and counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.document import Entry
from bot.domain.timeline import AnyEvent
from bot.review import Redacted
from bot.review.reading import QUIET, count, moment, read, since, size, steps_reported
from tests.review.conftest import after


def test_the_timeline_is_cut_where_the_incident_changed(small_review: Redacted) -> None:
    phases = {phase.title: [entry.kind for entry in phase.entries] for phase in read(small_review).phases()}
    assert list(phases) == ["Before it was declared", "Declared", "Mitigated", "Resolved", "Closed"]
    assert phases["Mitigated"] == ["IncidentMitigated"]
    assert phases["Declared"][0] == "IncidentDeclared"


def test_an_inferred_mitigation_cuts_nothing(small_review: Redacted) -> None:
    review = replace(small_review, times=replace(small_review.times, inferred=("mitigated_at",)))
    titles = [phase.title for phase in read(review).phases()]
    assert titles == ["Before it was declared", "Declared", "Resolved", "Closed"]
    assert "Mitigated (inferred)" in [row.what for row in read(review).summary_rows()]


def test_no_entry_is_lost_between_the_phases(small_review: Redacted) -> None:
    shown = [entry for phase in read(small_review).phases() for entry in phase.entries]
    assert shown == list(small_review.timeline)


def test_replies_stand_under_their_message_even_when_that_is_missing(small_review: Redacted) -> None:
    threads = read(small_review).threads()
    shown = [(thread.first.text if thread.first else None, len(thread.replies)) for thread in threads]
    assert [one for one in shown if one[1]] == [(small_review.transcript[1].text, 1), (None, 1)]
    assert sum(1 + len(thread.replies) for thread in threads if thread.first) + 1 == len(small_review.transcript)


def test_times_have_a_date_only_where_the_incident_spans_days(small_review: Redacted) -> None:
    half_past = datetime(2026, 2, 1, 0, 36, tzinfo=UTC)
    assert read(small_review).clock(half_past) == "00:36"
    entry = replace(small_review.timeline[-1], at=small_review.timeline[-1].at + timedelta(days=1))
    longer = replace(small_review, timeline=(*small_review.timeline, entry))
    assert read(longer).clock(half_past) == "1 Feb 00:36"


def test_people_without_a_role_are_named_if_they_took_part(small_review: Redacted) -> None:
    assert [read(small_review).name(user) for user in read(small_review).also_there()] == ["Chen"]


def test_roles_read_as_what_and_when(small_review: Redacted) -> None:
    reading = read(small_review)
    assert [reading.roles(user) for user in reading.with_roles()] == ["scribe from 12:03", "commander from 12:02"]


def test_steps_are_counted_once_each(small_review: Redacted) -> None:
    (runbook,) = small_review.runbooks
    again = replace(runbook, steps=runbook.steps * 2)
    assert steps_reported(again) == "1 of 5 steps reported"
    assert steps_reported(replace(runbook, step_count=None)) == "1 step reported"


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (count(0, "update"), "no updates"),
        (count(1, "update"), "1 update"),
        (count(12_000, "entry", "entries"), "12,000 entries"),
        (since(timedelta(hours=25)), "25 h"),
        (since(timedelta(minutes=-4)), "4 min before"),
        (size(1), "1 byte"),
        (size(48_213), "48.2 kB"),
        (size(999_999), "1.0 MB"),
        (size(3_400_000), "3.4 MB"),
        (size(12_345_678_900), "12.3 GB"),
        (moment(datetime(2019, 7, 5, 14, 5, tzinfo=UTC)), "5 Jul 2019, 14:05 UTC"),
    ],
)
def test_numbers_read_as_people_say_them(shown: str, words: str) -> None:
    assert shown == words


@given(
    kinds=st.lists(st.sampled_from(["UpdatePosted", "NoteAdded", *sorted(QUIET)]), max_size=40),
    minutes=st.lists(st.integers(-30, 200), min_size=40, max_size=40),
)
def test_every_entry_stands_in_one_run_of_one_phase_and_in_order(
    kinds: list[str], minutes: list[int], small_review: Redacted
) -> None:
    told = zip(kinds, map(after, minutes), strict=False)
    unsorted = [Entry(seq, at, at, kind, None, "x") for seq, (kind, at) in enumerate(told)]
    entries = sorted(unsorted, key=lambda one: (one.at, one.seq))
    reading = read(Redacted(replace(small_review, timeline=tuple(entries))))
    runs = [run for phase in reading.phases() for run in phase.runs()]
    assert [one for run in runs for one in run.entries] == entries
    assert all(len(run.entries) == 1 or all(one.kind in QUIET for one in run.entries) for run in runs)


def test_quiet_kinds_are_kinds_of_events() -> None:
    assert {kind.__name__ for kind in get_args(AnyEvent)} >= QUIET
