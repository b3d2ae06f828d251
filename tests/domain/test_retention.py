"""What is kept no longer: by class of data and priority, after the end of the incident."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import SlackUserId
from bot.domain.retention import AT_LEAST, Retention, cutoffs, out_of_order, people_in
from bot.domain.telling import TAKEN_OUT, tell
from bot.domain.timeline import FollowUpAgreed, NoteAdded, RecordRedacted
from bot.domain.vocabulary import DataClass, Priority
from tests.blocks.story import STORY

DAY = timedelta(days=1)
OVER_AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
TRANSCRIPT, FILES, PEOPLE, TIMELINE, REVIEWS = DataClass
KEPT = Retention(
    {TRANSCRIPT: 400 * DAY, PEOPLE: 1000 * DAY}, {Priority.P1: {TRANSCRIPT: 700 * DAY}, Priority.P2: {PEOPLE: 90 * DAY}}
)


def goes(priority: Priority, days: float, *done: DataClass, is_stirred: bool = False) -> set[DataClass]:
    return set(cutoffs(priority, OVER_AT, done, KEPT, OVER_AT + days * DAY, is_stirred=is_stirred))


@pytest.mark.parametrize(
    ("priority", "days", "gone"),
    [
        (Priority.P3, 399.9, set()),
        (Priority.P3, 400, {TRANSCRIPT}),
        (Priority.P3, 1000, {TRANSCRIPT, PEOPLE}),
        (Priority.P1, 400, set()),
        (Priority.P1, 9000, {TRANSCRIPT}),
        (Priority.P2, 90, {PEOPLE}),
    ],
)
def test_each_class_goes_when_its_time_is_over(priority: Priority, days: float, gone: set[DataClass]) -> None:
    assert goes(priority, days) == gone


def test_what_went_is_looked_at_again_only_when_something_was_written_since() -> None:
    assert goes(Priority.P3, 500, TRANSCRIPT) == set()
    assert goes(Priority.P3, 500, TRANSCRIPT, is_stirred=True) == {TRANSCRIPT}
    assert goes(Priority.P3, 1000, TRANSCRIPT) == {TRANSCRIPT, PEOPLE}, "each with all that was written up to then"


@given(st.sets(st.sampled_from(DataClass)), st.sampled_from(Priority), st.booleans())
def test_nothing_of_an_open_incident_ever_goes(done: set[DataClass], priority: Priority, is_stirred: bool) -> None:
    assert cutoffs(priority, None, done, KEPT, OVER_AT + 9999 * DAY, is_stirred=is_stirred) == {}


@given(st.sampled_from(Priority), st.integers(0, 3000), st.booleans())
def test_nothing_goes_that_was_written_within_its_time(priority: Priority, days: int, is_stirred: bool) -> None:
    now = OVER_AT + days * DAY
    for kind, at in cutoffs(priority, OVER_AT, (), KEPT, now, is_stirred=is_stirred).items():
        assert now - at == KEPT.of(priority)[kind]
        assert at >= OVER_AT


def test_the_shortest_span_is_that_of_any_priority() -> None:
    assert KEPT.shortest == 90 * DAY
    assert Retention().shortest is None


@pytest.mark.parametrize(
    ("spans", "wrong"),
    [
        ({}, None),
        ({PEOPLE: DAY}, None),
        ({TRANSCRIPT: 2 * DAY, FILES: DAY, TIMELINE: 2 * DAY}, None),
        ({FILES: DAY}, None),
        ({TRANSCRIPT: DAY}, "`files` are kept longer than `transcript`"),
        ({TRANSCRIPT: DAY, FILES: 2 * DAY}, "`files` are kept longer than `transcript`"),
        ({TIMELINE: DAY}, "`transcript` is kept longer than `timeline`"),
        ({TRANSCRIPT: 2 * DAY, FILES: DAY, TIMELINE: DAY}, "`transcript` is kept longer than `timeline`"),
    ],
)
def test_what_makes_no_sense_is_said(spans: dict[DataClass, timedelta], wrong: str | None) -> None:
    found = out_of_order(spans)
    assert found == wrong or (wrong is not None and found is not None and found.startswith(wrong))


def test_of_each_class_it_is_said_what_went_and_how_long_it_is_kept_at_least() -> None:
    assert set(TAKEN_OUT) == set(AT_LEAST) == set(DataClass)


def test_a_record_says_what_was_taken_out() -> None:
    redacted = RecordRedacted(at=OVER_AT, entries=(2, 3), messages=1, kinds=(TRANSCRIPT, PEOPLE))
    assert tell(redacted) == (
        "Because of their age, the words of messages and the names of people were taken out of this record, in 2 "
        "entries and 1 message."
    )
    assert tell(RecordRedacted(at=OVER_AT, kinds=(REVIEWS,))) == (
        "Because of their age, the words of the review were taken out of this record."
    )


def test_people_are_found_in_fields_and_mentions_and_words_are_nobody() -> None:
    dana, bo = SlackUserId("UDANA"), SlackUserId("UBO")
    noted = NoteAdded(at=OVER_AT, by=dana, text="UNKNOWN errors, says <@UBO|bo>")
    assert list(people_in(noted)) == [dana, bo]
    agreed = FollowUpAgreed(at=OVER_AT, text="WATCH it", owner=bo)
    assert list(people_in(agreed)) == [bo]


@pytest.mark.parametrize("event", STORY, ids=lambda event: type(event).__name__)
def test_everybody_of_the_story_is_found(event: object) -> None:
    named = {word.strip("'<@>(),") for word in repr(event).split("'") if word.startswith(("U0", "W0"))}
    assert named <= set(people_in(event)) | {""}
