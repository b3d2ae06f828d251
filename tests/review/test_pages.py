"""The pages of reviews as they are written, whatever stands in a review."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.document import LeftOut, ReviewSection
from bot.domain.vocabulary import ReviewState, Section
from bot.review import Redacted
from bot.web.pages import MOST_MESSAGES, Page, editor
from tests.review.test_as_html import WORDS_MAY_BE, Structure
from tests.review.test_prose import HOSTILE as HOSTILE_SECTIONS

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_nothing_on_a_page_turns_the_direction_of_what_follows(review_with: Callable[[str | None], Redacted]) -> None:
    """Else a title could make `exe.txt` of `txt.exe`, and an owner of somebody else."""
    review = review_with(f"gpj{TURNING}exe")
    assert review.people, "their names turn as well"
    page = editor(Page(review, review.sections, "token"))
    assert "gpj" in page
    assert [sign for sign in TURNING if sign in page] == []


def page_of(review: Redacted, words: str = "") -> Structure:
    """The page while people write, with an entry hidden, one reworded, and a section with these words."""
    first, second, *rest = review.timeline
    reworded = replace(second, text=f"a {words}", original=second.text)
    written = tuple(
        ReviewSection(one.name, f"a {words}", is_written=True, at=review.generated_at)
        if one.name is Section.LUCK
        else one
        for one in review.sections
    )
    shown = replace(
        review,
        incident=replace(review.incident, review=ReviewState.DRAFT),
        timeline=(reworded, *rest),
        left_out=(LeftOut(first.seq, f"hidden: {words}", first),),
        sections=written,
    )
    return Structure(editor(Page(Redacted(shown), written, "token")))


def skeleton(page: Structure) -> list[tuple[str, tuple[str, ...]]]:
    sections = {"blockquote", "br", "h3", "li", "ol", "p", "ul"}
    return [one for one in page.tags if one[0] not in WORDS_MAY_BE | sections]


@pytest.mark.parametrize("words", HOSTILE_SECTIONS)
def test_hostile_words_change_nothing_of_the_page(words: str, review_with: Callable[[str | None], Redacted]) -> None:
    page = page_of(review_with(words), words)
    assert skeleton(page) == skeleton(page_of(review_with("plain"), "plain"))
    assert page.is_balanced
    assert not [one for one in page.addresses if not one.startswith(("http://", "https://", "mailto:", "/reviews/"))]


def test_a_long_incident_is_on_the_page(small_review: Redacted) -> None:
    """Five hundred entries can each be reworded and hidden; of messages, so many are offered as a page can hold."""
    entries = tuple(replace(small_review.timeline[0], seq=seq) for seq in range(1, 501))
    lines = tuple(replace(small_review.transcript[0], text=f"message {number}") for number in range(10_000))
    title = f"{'x' * 120} {'y' * 29}"
    review = replace(small_review, timeline=entries, transcript=lines)
    review = replace(review, incident=replace(review.incident, title=title, review=ReviewState.IN_REVIEW))
    page = editor(Page(Redacted(review), review.sections, "token"))
    assert title in page
    assert page.count('data-hide="true"') == page.count(">Reword<") == 500
    assert page.count("data-ts=") == MOST_MESSAGES
    assert "message 9999<" in page
