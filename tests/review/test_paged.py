"""Pages in the written review: one small table in every format, and nothing where nobody was paged."""

import json
from dataclasses import replace

import pytest

from bot.domain.document import Paged
from bot.review import Redacted, render_html, render_json, render_pdf
from bot.review.as_markdown import render_markdown
from tests.review.conftest import BO, CHEN, DANA, after

HEAD = "| Who | Asked | Sent | Seen | Answered |"


@pytest.fixture
def paged(small_review: Redacted) -> Redacted:
    pages = (
        Paged(BO, "pagerduty", after(5), after(5.05), after(6), after(7), BO),
        Paged(CHEN, "jira", after(5), None, None, after(7), BO, is_late=True),
        Paged(DANA, "apprise", after(9), after(9)),
    )
    return Redacted(replace(small_review, pages=pages))


def test_each_page_is_a_row_of_how_soon_it_came_how_far(paged: Redacted) -> None:
    table = render_markdown(paged).partition("## Pages\n\n")[2].split("\n\n")[1].splitlines()
    assert table[0] == HEAD
    assert table[2:] == [
        "| Bo (PagerDuty) | 12:05 | 3 s | 1 min | 2 min |",
        "| Chen (Jira Service Management) | 12:05 | not sent | – | 2 min, by Bo |",
        "| Dana (Apprise) | 12:09 | 0 s | – | – |",
    ]


def test_on_the_page_it_is_the_same_table_and_on_paper_too(paged: Redacted) -> None:
    shown = render_html(paged)
    assert '<summary><h2>Pages</h2> <span class="quiet">3</span></summary>' in shown
    assert "<bdi>2 min, by Bo</bdi>" in shown
    assert len(render_pdf(paged)) > len(render_pdf(Redacted(replace(paged, pages=None))))


def test_for_programs_it_is_instants(paged: Redacted, small_review: Redacted) -> None:
    assert "pages" not in json.loads(render_json(small_review))
    first, second, _ = json.loads(render_json(paged))["pages"]
    assert (first["person"], first["taken_at"], first["late"]) == (BO, "2026-03-04T12:05:03Z", False)
    assert (second["taken_at"], second["answered_by"], second["late"]) == (None, BO, True)


def test_where_nobody_was_paged_there_is_no_word_of_it(small_review: Redacted) -> None:
    assert small_review.pages is None
    assert "## Pages" not in render_markdown(small_review)
    assert "<h2>Pages</h2>" not in render_html(small_review)
