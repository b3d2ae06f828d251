"""What is said when the review is posted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.review_posted import closing, elsewhere, published, with_the_files
from bot.domain.document import Durations, Facts, Participant, PostedUpdate, Review, ReviewSection, Times
from bot.domain.ids import SlackUserId
from bot.domain.timeline import IncidentClosed, ReviewPublished
from bot.domain.vocabulary import Priority, Section, Status
from tests.blocks.reading import as_read, fits
from tests.blocks.story import BO, NOON, at

FACTS = Facts("INC-42", "checkout returns 500s", Status.CLOSED, Priority.P1, None, "Checkout", False, False, BO, None)
TIMES = Times(None, None, NOON, at(2), at(30), at(60), None, at(70), ())
SPANS = Durations(None, *(timedelta(minutes=after) for after in (2, 30, 60, 70)))
UPDATES = tuple(PostedUpdate(at(minute), BO, "", "", "", at(10)) for minute in (10, 20))
SECTIONS = (
    ReviewSection(Section.SUMMARY, "<@UBO> rolled back 4.3. <!channel> noticed.", is_written=True),
    ReviewSection(Section.IMPACT, "Nobody could pay.", is_written=True),
)
PEOPLE = {BO: Participant("Bo Berg")}
CLOSED = IncidentClosed(at=at(70), by=BO)
PUBLISHED = ReviewPublished(at=at(90), by=BO)
REVIEW = Review(NOON, NOON, FACTS, PEOPLE, TIMES, SPANS, UPDATES, (), (), (), (), (), (), sections=SECTIONS)


def test_closing_tells_the_figures_and_where_the_review_is() -> None:
    assert closing(REVIEW, CLOSED) == (
        ":white_check_mark: *INC-42 · P1 · checkout returns 500s* – closed by Bo Berg.\n"
        "Command accepted after 2 min, mitigated after 30 min, resolved after 1 h, closed after 1 h 10 min. "
        "1 of 2 updates on time. No follow-ups.\n"
        "The draft of the review is below. Open the review: `/incident INC-42 review`"
    )
    assert "– closed without verification by" in closing(REVIEW, replace(CLOSED, unverified_because="no time"))


def test_publishing_tells_whoever_was_not_there_what_they_want_to_know() -> None:
    assert published(REVIEW, PUBLISHED) == (
        ":page_facing_up: *INC-42 · P1 · checkout returns 500s* – review published by Bo Berg.\n"
        "Bo Berg rolled back 4.3. @\u2060channel noticed.\n"
        "*Impact:* Nobody could pay.\n"
        "*Duration:* 1 h until it was resolved. No follow-ups."
    )
    assert with_the_files(REVIEW, PUBLISHED).startswith(published(REVIEW, PUBLISHED))
    assert "[Open the review = INC-42 review]" in as_read(elsewhere(REVIEW, PUBLISHED))


def test_what_is_not_known_is_left_out() -> None:
    bare = replace(REVIEW, durations=Durations(None, None, None, None, None), updates=(), sections=())
    assert "\nNo follow-ups.\n" in closing(bare, CLOSED)
    assert published(bare, PUBLISHED).endswith("published by Bo Berg.\nNo follow-ups.")


def test_an_inferred_mitigation_is_not_told_as_one_and_what_came_before_the_declaration_says_so() -> None:
    assert "mitigated" not in closing(replace(REVIEW, times=replace(TIMES, inferred=("mitigated_at",))), CLOSED)
    early = replace(SPANS, time_to_mitigate=timedelta(minutes=-3))
    assert "mitigated 3 min before it was declared" in closing(replace(REVIEW, durations=early), CLOSED)


@pytest.mark.parametrize("words", ["<!channel> & <@UEVE> " * 3_000, "🧯" * 20_000])
def test_any_words_stay_within_a_message_and_call_nobody(words: str) -> None:
    sections = tuple(replace(one, text=words) for one in SECTIONS)
    loud = replace(REVIEW, incident=replace(FACTS, title=words, is_drill=True), sections=sections)
    fits(elsewhere(loud, PUBLISHED))
    for text in (closing(loud, CLOSED), with_the_files(loud, PUBLISHED)):
        assert "DRILL · INC-42" in text
        assert "<" not in text
        assert len(text) < 3_000
    assert SlackUserId("UEVE") not in loud.people


@pytest.mark.parametrize("words", ["alpha beta gamma " * 1_200, "אלפא בטא גמא " * 1_600])
def test_a_review_of_20_000_characters_is_cut_at_a_word_and_one_without_a_word_is_a_line(words: str) -> None:
    long = replace(REVIEW, sections=tuple(replace(one, text=words) for one in SECTIONS))
    _, summary, impact, _ = published(long, PUBLISHED).splitlines()
    for told, known in ((summary, words.split()), (impact.removeprefix("*Impact:* "), words.split())):
        assert told.endswith("…")
        assert set(told.removesuffix("…").split()) <= set(known)
    empty = replace(REVIEW, sections=tuple(ReviewSection(one, "", is_written=False) for one in Section))
    assert published(empty, PUBLISHED).count("\n") == 1
    assert "Impact" not in published(empty, PUBLISHED)
