"""Templates are written part by part: nothing is escaped twice, nothing is left open, and the end is one newline."""

import io
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import Markup

from bot.review import Redacted
from bot.review.page import ending_once, templates, write_page
from bot.review.reading import read
from tests.review.conftest import CHEN

LINES = st.text(st.sampled_from("ab\n"), max_size=6)


@given(st.lists(LINES))
def test_parts_are_joined_and_end_with_one_newline(parts: list[str]) -> None:
    assert "".join(ending_once(parts)) == "".join(parts).rstrip("\n") + "\n"


@given(st.lists(LINES))
def test_what_comes_is_passed_on_at_once_and_only_newlines_wait(parts: list[str]) -> None:
    """The parts of a transcript of a hundred thousand messages are never held in memory."""
    taken: list[str] = []

    def one_by_one() -> Iterator[str]:
        for part in parts:
            taken.append(part)
            yield part

    written = ""
    for piece in ending_once(one_by_one()):
        written += piece
        assert written.rstrip("\n") == "".join(taken).rstrip("\n")


def test_markup_and_text_side_by_side_are_not_escaped_again() -> None:
    parts = [Markup("<p>\n"), "a &lt; b\n", Markup("</p>"), "\n\n"]
    assert "".join(ending_once(parts)) == "<p>\na &lt; b\n</p>\n"


def test_nothing_at_all_is_still_a_line() -> None:
    assert "".join(ending_once([])) == "\n"
    assert "".join(ending_once(["\n", "\n"])) == "\n"


def test_a_name_that_a_template_does_not_know_is_an_error_and_no_gap(small_review: Redacted) -> None:
    given = {"picture": "", "typed": str, "linked": str, "prose": str, "editor": None}
    with pytest.raises(UndefinedError, match="'told' is undefined"):
        write_page(io.StringIO(), "review.html", read(small_review), **given)


@pytest.mark.parametrize(("template", "is_escaped"), [("review.html", True), ("review.md", False)])
def test_what_ends_in_html_is_escaped_by_itself(template: str, is_escaped: bool) -> None:
    escapes = templates().autoescape
    assert callable(escapes)
    assert escapes(template) is is_escaped


def test_a_name_of_markup_is_shown_and_not_obeyed(review_with: Callable[[str | None], Redacted]) -> None:
    out = io.StringIO()
    reading = read(review_with("<img src=x>"))
    assert reading.name(CHEN) == "<img src=x>"
    given = dict.fromkeys(("told", "typed", "linked", "prose"), lambda _: "")
    write_page(out, "review.html", reading, picture="", editor=None, **given)
    assert "<img src=x>" not in out.getvalue()
    assert "&lt;img src=x&gt;" in out.getvalue()
