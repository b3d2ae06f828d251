"""Sections are written in Markdown: lists, links and code are shown as such, and nothing else comes through."""

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.document import Participant, ReviewSection
from bot.domain.ids import SlackUserId
from bot.domain.vocabulary import Section
from bot.review import Redacted
from bot.review.as_html import render_html
from bot.review.as_html import section as as_html
from bot.review.as_markdown import render_markdown
from bot.review.as_markdown import section as as_markdown
from tests.review.test_as_html import HOSTILE as HOSTILE_PAGES
from tests.review.test_as_html import Structure
from tests.review.test_as_markdown import HOSTILE as HOSTILE_MARKDOWN
from tests.review.test_as_markdown import READER, all_tokens

PEOPLE = {SlackUserId("UBO"): Participant("Bo_Li")}
HOSTILE = [
    *HOSTILE_PAGES,
    *HOSTILE_MARKDOWN,
    "[x](javascript:alert(1)) [x](JaVaScRiPt:alert) [x](data:text/html,x) [x](vbscript:x) [x](/steps) [x](//evil)",
    "[x](&#106;avascript:alert(1)) [x](java\tscript:alert(1)) <javascript:alert(1)> ![x](https://evil.example/x.png)",
    '[x](https://x.example/"onclick="alert(1)) [x](https://x.example "title\\" onclick=x")',
    "[![x](https://evil.example/x.png)](https://x.example) !<https://x.example/x.png|x>",
    "- a\n  > b\n  > 1. c\n\n     ```\n     <script>\n",
]
ALLOWED = {"a", "blockquote", "br", "code", "div", "em", "h3", "li", "ol", "p", "pre", "s", "span", "strong", "ul"}
ATTRIBUTES = {"class", "dir", "href", "rel", "start"}


def html(text: str) -> str:
    return str(as_html(ReviewSection(Section.IMPACT, text, is_written=True), PEOPLE))


def markdown(text: str) -> str:
    return "\n".join(as_markdown(ReviewSection(Section.IMPACT, text, is_written=True), PEOPLE))


def require_harmless(text: str) -> None:
    page = Structure(html(text))
    assert page.is_balanced
    assert {tag for tag, _ in page.tags} <= ALLOWED
    assert {name for _, names in page.tags for name in names} <= ATTRIBUTES
    assert all(re.match(r"https?://|mailto:", one, re.IGNORECASE) for one in page.addresses)
    tokens = all_tokens(READER.parse(markdown(text)))
    assert not [token for token in tokens if token.type in ("html_inline", "html_block", "image", "table_open", "hr")]
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert all(re.match(r"https?://|mailto:", link, re.IGNORECASE) for link in links)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_become_nothing_but_words(text: str) -> None:
    require_harmless(text)


@given(text=st.text(alphabet="a1 \n\t`*_~<>[]()#-+=|&;!\\.:/$@{}%\"'", max_size=60))
def test_any_punctuation_becomes_nothing_but_words(text: str) -> None:
    require_harmless(text)


def test_lists_links_and_code_are_shown_as_such() -> None:
    text = (
        "<@UBO> saw:\nit failed\n\n- the [log](https://log.example/a_b), `max_conn`\n  1. **first**\n- two\n\n"
        "```\nx = `1` <b>\n```\n# More"
    )
    assert html(text) == (
        '<div class="prose"><p dir="auto"><span class="name">Bo_Li</span> saw:<br>it failed</p>'
        '<ul dir="auto"><li>the <a href="https://log.example/a_b" rel="noopener noreferrer nofollow">log</a>, '
        '<code>max_conn</code><ol dir="auto" start="1"><li><strong>first</strong></li></ol></li><li>two</li></ul>'
        '<pre><code>x = `1` &lt;b&gt;</code></pre><h3 dir="auto">More</h3></div>'
    )
    assert markdown(text).split("\n") == [
        "Bo_Li saw:\\",
        "it failed",
        "",
        "- the [log](<https://log.example/a_b>), `max_conn`",
        "  1. **first**",
        "- two",
        "",
        "```",
        "x = `1` <b>",
        "```",
        "",
        "### More",
    ]


def test_markdown_means_the_same_when_it_is_read_again() -> None:
    text = (
        "1. a\n2. b\n\n   more\n\n3) other\n\n- x\n* y\n  - z\n    ```\n    code\n    ```\n\n"
        "> quoted\n> - item\n\n~~gone~~ *it*"
    )
    reader = MarkdownIt("commonmark").enable("strikethrough")
    assert reader.render(markdown(text)) == reader.render(text)


def test_a_link_that_may_lead_nowhere_stays_as_it_was_typed() -> None:
    assert "[here](javascript:alert(1))" in html("[here](javascript:alert(1))")
    assert "href" not in html("[here](/reviews/INC-2)")


def test_a_draft_is_no_markdown() -> None:
    draft = ReviewSection(Section.SUMMARY, "- 2 * 3 * 4", is_written=False)
    assert "- 2 * 3 * 4" in as_html(draft, {})
    assert as_markdown(draft, {}) == ["\\- 2 \\* 3 \\* 4"]


def test_sections_stand_so_in_the_document(small_review: Redacted) -> None:
    one = ReviewSection(Section.FACTORS, "- a pool\n- `max` <script>", is_written=True)
    review = Redacted(replace(small_review, sections=(one,)))
    assert '<ul dir="auto"><li>a pool</li><li><code>max</code> &lt;script&gt;</li></ul>' in render_html(review)
    assert "## Contributing factors\n\n- a pool\n- `max` \\<script>\n" in render_markdown(review)


LONG = {
    "brackets": "[" * 20_000,
    "broken links": "[[](" * 5_000,
    "stars": "*a " * 6_600,
    "stars and underscores": "**_" * 6_600,
    "backticks": "`a" * 10_000,
    "quotes": "> " * 10_000,
    "lists": "- + " * 5_000,
    "addresses": "<https://a" * 2_000,
    "deep": "".join(f"{' ' * level}- x\n" for level in range(190)),
    "lines": "a\n" * 10_000,
    "one word": "x" * 20_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_twenty_thousand_characters_are_read_in_a_moment(text: str) -> None:
    began = time.process_time()
    page, words = html(text), markdown(text)
    assert time.process_time() - began < 10
    assert Structure(page).is_balanced
    assert len(words) < 20 * len(text)
