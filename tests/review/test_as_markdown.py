"""The review as Markdown: one page word for word, and hostile words that stay words."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.review import Redacted
from bot.review.as_markdown import paragraphs, render_markdown
from bot.review.wording import Reader

GOLDEN = Path(__file__).parent / "golden" / "small.md"

HOSTILE = [
    "<script>alert(1)</script>",
    "</details><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %} {# no #}",
    "# heading\n\n## second\n===\n---",
    "- item\n* item\n+ item\n1. item\n2) item",
    "| a | b |\n| --- | --- |\n| c | d |",
    "a\n:-",
    "```\ninside\n~~~\n````\nstill inside\n```` \n```",
    "```unclosed\n<b>",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "[ref]: https://evil.example 'title'",
    "&lt;script&gt; &amp;lt; &copy; &#60;",
    "    indented code\n\ttabbed",
    "\\` \\\\ `code` ``` x ``` $x^2$ ~~gone~~ ~gone~",
    "<https://ok.example|<b>> <javascript:alert(1)|x> <https://ok.example/)(|a](b)>",
    "\u202eright to left\u2066 \u200bzero\ufeffwidth \u0000\u001b[31m \r\n\x85\u2028end",
    "*bold _both_* _it_ ~struck~ snake_case_name __init__",
    "<@UBO> <!channel> <!subteam^S1|@ops> <#C1|general> <!date^1^{date}|noon>",
    "> quote\n>> deeper",
    "*a `b|c` d* `e|f`",
    "ends with ##",
]

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def structure(markdown: str) -> list[str]:
    """The document's blocks of our own making: headings, tables, lists and rules, without what stands in them."""
    kept = ("heading_open", "table_open", "tr_open", "td_open", "hr", "html_block", "code_block", "list_item_open")
    return [token.type for token in READER.parse(markdown) if token.type in kept]


def all_tokens(tokens: list[Token]) -> list[Token]:
    return [inner for token in tokens for inner in (token, *all_tokens(token.children or []))]


def test_the_small_review_reads_word_for_word_as_agreed(small_review: Redacted) -> None:
    written = render_markdown(small_review)
    if os.environ.get("MUSTER_TEST_WRITE_GOLDEN"):
        GOLDEN.write_text(written, encoding="utf-8")
    assert written == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_change_no_structure(words: str, review_with: Callable[[str | None], Redacted]) -> None:
    page = render_markdown(review_with(words))
    assert structure(page) == structure(render_markdown(review_with("plain")))


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_become_no_html_and_no_image(words: str, review_with: Callable[[str | None], Redacted]) -> None:
    tokens = all_tokens(READER.parse(render_markdown(review_with(words))))
    assert not [token for token in tokens if token.type in ("html_inline", "html_block", "image")]
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert not [link for link in links if not re.match(r"https?://|mailto:", link)]


@given(words=st.text(alphabet=st.characters(), max_size=60))
def test_any_words_leave_the_structure_alone(words: str, review_with: Callable[[str | None], Redacted]) -> None:
    page = render_markdown(review_with(f"a {words}"))
    assert structure(page) == structure(render_markdown(review_with("plain")))
    page.encode("utf-8")


@given(words=st.text(alphabet="a1 \n\t`*_~<>[]()#-+=|&;!\\.:$@{}%\"'", max_size=40))
def test_any_punctuation_leaves_the_structure_alone(words: str, review_with: Callable[[str | None], Redacted]) -> None:
    page = render_markdown(review_with(f"a{words}"))
    assert structure(page) == structure(render_markdown(review_with("plain")))
    tokens = all_tokens(READER.parse(page))
    assert not [token for token in tokens if token.type in ("html_inline", "html_block", "image")]


def test_what_was_deleted_is_gone(small_review: Redacted) -> None:
    page = render_markdown(small_review)
    assert "hunter2" not in page
    assert "**12:07 Bo** (deleted)" in page


def lines_of(text: str) -> list[str]:
    return paragraphs(Reader({}, is_escaped=True).read(text))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one\ntwo\n\nthree", ["one\\", "two", "", "three"]),
        ("- a\n1. b\n# c\n#d", ["\\- a\\", "1\\. b\\", "\\# c\\", "#d"]),
        ("max_wal_senders and _this_", ["max_wal_senders and *this*"]),
        ("log:\n```\na `` b\n```\nend", ["log:", "```", "a `` b", "```", "end"]),
        ("a < b &amp; c &lt; d", ["a \\< b & c \\< d"]),
        ("<https://x.example/a_b|the *graph*>", ["[the \\*graph\\*](<https://x.example/a_b>)"]),
        ("<https://x.example>", ["<https://x.example>"]),
    ],
)
def test_messages_keep_their_lines_and_their_words(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines


def test_a_fence_is_longer_than_any_inside_it() -> None:
    reader = Reader({}, is_escaped=False)
    fences = paragraphs(reader.read("```a ` b```"))
    assert fences == ["```", "a ` b", "```"]
