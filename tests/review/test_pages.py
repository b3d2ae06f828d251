"""The pages of reviews as they are written, whatever stands in a review."""

from collections.abc import Callable

from bot.review import Redacted
from bot.web.pages import Page, editor

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_nothing_on_a_page_turns_the_direction_of_what_follows(review_with: Callable[[str | None], Redacted]) -> None:
    """Else a title could make `exe.txt` of `txt.exe`, and an owner of somebody else."""
    review = review_with(f"gpj{TURNING}exe")
    assert review.people, "their names turn as well"
    page = editor(Page(review, review.sections, "token"))
    assert "gpj" in page
    assert [sign for sign in TURNING if sign in page] == []
