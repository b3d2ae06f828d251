"""The review as a page: complete, self-contained, and deaf to whatever people wrote."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review import Redacted
from bot.review.as_html import render_html

VOID = {"meta", "br", "img", "input", "link", "hr"}

HOSTILE = [
    "<script>alert(1)</script>",
    "</details></main></style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus=alert(1) x='",
    "{{ 7 * 7 }} {% raw %}",
    '<https://x.example/"onclick=alert(1)|click>',
    "<https://x.example|<script>> <javascript:alert(1)|x> <data:text/html,x|y>",
    "```</code></pre><script>```",
    "`</code><script>`",
    "<!--",
    "]]> <![CDATA[",
    "\u202eright to left\u2066",
]


class Structure(HTMLParser):
    """The elements of a page in order, their attributes' names, and whether every one of them is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        self.is_balanced = not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


WORDS_MAY_BE = {"a", "b", "code", "em", "pre", "s", "span", "strong"}
"""Elements that people's words may become by Slack's own markup."""


def skeleton(page: str) -> list[tuple[str, tuple[str, ...]]]:
    return [tag for tag in Structure(page).tags if tag[0] not in WORDS_MAY_BE]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_change_no_structure(words: str, review_with: Callable[[str | None], Redacted]) -> None:
    page = render_html(review_with(words))
    assert skeleton(page) == skeleton(render_html(review_with("plain")))
    assert Structure(page).is_balanced
    assert not [one for one in Structure(page).addresses if not re.match(r"https?://|mailto:", one)]


@given(words=st.text(alphabet=st.characters(), max_size=60))
def test_any_words_leave_the_structure_alone(words: str, review_with: Callable[[str | None], Redacted]) -> None:
    page = render_html(review_with(f"a {words}"))
    assert skeleton(page) == skeleton(render_html(review_with("plain")))
    page.encode("utf-8")


def test_hostile_words_are_shown_as_words(review_with: Callable[[str | None], Redacted]) -> None:
    page = Structure(render_html(review_with("&lt;script&gt; {{ 7 * 7 }}")))
    assert "<script> {{ 7 * 7 }}" in page.text
    assert "script" not in [tag for tag, _ in page.tags]


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing(small_review: Redacted) -> None:
    page = render_html(small_review)
    tags = [tag for tag, _ in Structure(page).tags]
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(tags)
    assert "default-src 'none'" in page
    assert "@import" not in page
    assert "url(" not in page


def test_everything_of_the_timeline_and_the_transcript_is_on_the_page(small_review: Redacted) -> None:
    text = Structure(render_html(small_review)).text
    for words in (
        "release 4.2 went out",
        "a hundred test payments",
        "ERROR card declined <null>",
        "errors.png",
        "48.2 kB",
    ):
        assert words in text
    assert "late by 2 min" in text
    assert "(edited)" in text
    assert "1 h 10 min" in text


def test_the_transcript_is_folded_and_replies_stand_under_their_message(small_review: Redacted) -> None:
    page = render_html(small_review)
    folded = page[page.index("<h2>Transcript</h2>") :]
    log, reply, chart = (folded.index(words) for words in ("From the log", "Thank you", "The graph"))
    assert log < folded.index('<div class="replies">') < reply < chart


def test_what_was_deleted_is_gone(small_review: Redacted) -> None:
    page = render_html(small_review)
    assert "hunter2" not in page
    assert "(deleted)" in page
