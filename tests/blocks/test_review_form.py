"""How a review stands, and the form in which it is written: all that fits, with the revisions that it began from."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import limits
from bot.blocks.forms import View
from bot.blocks.review_form import FINDINGS_SHOWN, carried, meeting, review_form, review_state, saved, seen
from bot.blocks.text import size
from bot.domain import timeline as t
from bot.domain.document import ReviewSection
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.sections import HEADINGS, LONGEST, OPEN
from bot.domain.vocabulary import ReviewState, Section
from tests.blocks.hostile import LONG, text
from tests.blocks.reading import DATE, as_read, called, fits, fits_as_view
from tests.blocks.story import BO, NOON, after, moments

LINK = "https://muster.example/reviews/INC-42?key=abc"


def sections(words: str = "", *, is_written: bool = False) -> list[ReviewSection]:
    return [ReviewSection(name, words, is_written=is_written, by=BO, revision=3) for name in HEADINGS]


def inputs(view: View) -> dict[str, View]:
    return {one["block_id"]: one for one in view["blocks"] if one["type"] == "input"}


def in_state(state: ReviewState) -> Incident:
    """The incident of the story when its review is in that state for the first time."""
    return next(incident for incident, _ in moments() if incident.review_state is state)


@pytest.mark.parametrize("state", ReviewState)
def test_every_state_says_what_comes_next(state: ReviewState) -> None:
    shown = review_state(in_state(state))
    fits(shown)
    read = DATE.sub(r"\1", as_read(shown))
    assert f"Review of INC-42: {state}" in read
    assert ("[Write in Slack = INC-42 review edit]" in read) is (state in OPEN)
    if state in OPEN and state is not ReviewState.NONE:
        assert "Next: " in read


def test_a_date_that_is_over_by_itself_is_told_only_while_it_matters() -> None:
    assert "It is due 7 Mar 2026 13:01 UTC." in DATE.sub(r"\1", review_state(in_state(ReviewState.IN_REVIEW)).text)
    for state in (ReviewState.NONE, ReviewState.APPROVED, ReviewState.PUBLISHED, ReviewState.WAIVED):
        assert "It is due" not in review_state(in_state(state)).text


def test_a_personal_link_says_that_it_is_one() -> None:
    read = as_read(review_state(in_state(ReviewState.IN_REVIEW), address=LINK))
    assert f"<{LINK}|Open the review in your browser>. The link is yours alone and works for one hour." in read
    assert "browser" not in as_read(review_state(in_state(ReviewState.IN_REVIEW)))


@pytest.mark.parametrize(("number", "more"), [(0, None), (1, None), (6, None), (7, 1), (300, 294)])
def test_the_first_findings_are_shown_and_the_rest_is_counted(number: int, more: int | None) -> None:
    shown = review_state(in_state(ReviewState.DRAFT), [f"Finding {place} of <@UBO>." for place in range(number)])
    fits(shown)
    read = as_read(shown)
    assert read.count("• Finding") == min(number, FINDINGS_SHOWN)
    assert ("Worth a look" in read) is bool(number)
    assert ("more in the review" in read) is (more is not None)
    if more is not None:
        assert f"…and {more} more in the review." in read


def test_a_settled_review_is_asked_nothing() -> None:
    assert "Worth a look" not in as_read(review_state(in_state(ReviewState.APPROVED), ["Nobody accepted command."]))


def test_a_draft_is_a_hint_and_what_people_wrote_stands_in_the_field() -> None:
    drafted = inputs(review_form(after(t.IncidentResolved), sections("It was mitigated."), {}))["summary"]
    assert "initial_value" not in drafted["element"]
    assert drafted["hint"]["text"] == "If you leave it empty: It was mitigated."
    written = inputs(review_form(after(t.IncidentResolved), sections("We did it.", is_written=True), {}))["summary"]
    assert written["element"]["initial_value"] == "We did it."
    assert written["hint"]["text"] == HEADINGS[Section.SUMMARY].question
    told = sections("<@U1> did it.", is_written=True)
    named = inputs(review_form(after(t.IncidentResolved), told, {SlackUserId("U1"): "Dana Ruiz"}))
    assert named["summary"]["element"]["initial_value"] == "@Dana Ruiz did it."
    empty = inputs(review_form(after(t.IncidentResolved), sections(), {}))["summary"]
    assert empty["hint"]["text"] == HEADINGS[Section.SUMMARY].question


@pytest.mark.parametrize(
    ("length", "is_asked"),
    [(limits.PLAIN_TEXT_INPUT, True), (limits.PLAIN_TEXT_INPUT + 1, False), (LONGEST, False)],
)
def test_what_is_too_long_for_a_field_is_named_and_never_cut(length: int, is_asked: bool) -> None:
    long = ReviewSection(Section.IMPACT, "x" * length, is_written=True, by=BO, revision=2)
    short = ReviewSection(Section.SUMMARY, "short", is_written=True, by=BO, revision=1)
    view = review_form(after(t.IncidentResolved), [short, long], {})
    fits_as_view(view)
    assert ("impact" in inputs(view)) is is_asked
    assert (Section.IMPACT in seen(view["private_metadata"])) is is_asked
    told = "Too long for a form, and left as they are: Impact."
    assert (told in str(view["blocks"][-1])) is not is_asked
    if is_asked:
        assert inputs(view)["impact"]["element"]["initial_value"] == "x" * length


def test_a_long_draft_is_only_a_hint_so_its_section_is_asked_for() -> None:
    assert "impact" in inputs(review_form(after(t.IncidentResolved), sections("x" * LONGEST), {}))


def fits_with(words: str, *, is_written: bool) -> None:
    """Asserts that form and state fit where people wrote that everywhere."""
    view = review_form(after(t.IncidentResolved), sections(words[:LONGEST], is_written=is_written), {})
    fits_as_view(view)
    assert set(seen(view["private_metadata"])) == {Section(name) for name in inputs(view)}
    findings = [words] * 9
    shown = review_state(in_state(ReviewState.DRAFT), findings, LINK)
    fits(shown)
    assert called(shown) <= {"UEVE"}


@given(text, st.booleans())
def test_any_words_fit(words: str, is_written: bool) -> None:
    fits_with(words, is_written=is_written)


@pytest.mark.parametrize("words", LONG, ids=["words", "entities", "mentions", "code", "emoji"])
def test_texts_as_long_as_slacks_messages_fit(words: str) -> None:
    fits_with(words, is_written=False)
    fits_with(words, is_written=True)


@given(st.lists(st.tuples(st.sampled_from(Section), st.integers(0, 10**6)), unique_by=lambda one: one[0]))
def test_the_revisions_that_a_form_was_opened_with_come_back(revisions: list[tuple[Section, int]]) -> None:
    fields = [ReviewSection(name, "", is_written=True, revision=revision) for name, revision in revisions]
    assert seen(carried("INC-42", fields)) == dict(revisions)


@given(st.text())
def test_whatever_comes_back_instead_raises_nothing(typed: str) -> None:
    assert all(revision >= 0 for revision in seen(typed).values())


@pytest.mark.parametrize(
    "typed",
    ["", "INC-42", "INC-42 ", "INC-42 summary", "INC-42 summary:", "INC-42 nothing:3", "INC-42 summary:-1"],
)
def test_what_is_no_revision_is_left_out(typed: str) -> None:
    assert seen(typed) == {}


def test_what_was_saved_is_named_and_nothing_new_is_said_to_be_nothing() -> None:
    incident = after(t.IncidentResolved)
    assert as_read(saved(incident, [])).endswith("\nNothing was changed in the review of INC-42.")
    both = as_read(saved(incident, ["Summary", "What went well"]))
    assert both.endswith("\nSaved in the review of INC-42: Summary, What went well.")


def test_a_meeting_says_how_it_is_moved() -> None:
    told = DATE.sub(r"\1", meeting(replace(after(t.IncidentResolved)), NOON + timedelta(days=1)))
    assert told == (
        "A meeting about INC-42 is proposed: 5 Mar 2026 12:00 UTC. Open the file to add it to your calendar; "
        "`/incident INC-42 review meet 2026-12-03T10:00` moves it."
    )


def test_every_section_that_people_write_has_a_heading_and_a_question_that_fit() -> None:
    assert set(HEADINGS) <= set(Section)
    for heading in HEADINGS.values():
        assert size(heading.question) <= limits.PLACEHOLDER, "cut, it would ask for nothing"
