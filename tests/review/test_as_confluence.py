"""The storage format is well-formed for any text, has no markup but ours, and says what it was given."""

from collections.abc import Callable
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.review import Redacted, render_markdown
from bot.review.as_confluence import render_confluence
from bot.review.blocks import Block, Items, Quote, Table, Title, read_blocks
from bot.review.prose import Paragraph
from bot.review.wording import Break, Code, Fence, Link, Name, Piece, Plain, Styled
from tests.integrations.documents.fake_confluence import parsed

AC = "{http://atlassian.com/content}"
KNOWN = {
    *("page", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "tbody", "tr", "th", "td"),
    *("blockquote", "strong", "em", "span", "code", "a", "br"),
    *(f"{AC}structured-macro", f"{AC}parameter", f"{AC}plain-text-body"),
}
TEXT = st.text(max_size=20) | st.sampled_from(["]]>", "<b>", "&nbsp;", "\x00\x0b", "\ufffe\uffff", '"', "</ac:x>"])
PIECES = st.recursive(
    st.builds(Plain, TEXT)
    | st.builds(Code, TEXT)
    | st.builds(Name, TEXT)
    | st.just(Break())
    | st.builds(Link, TEXT, TEXT),
    lambda some: st.builds(
        Styled, st.sampled_from(["bold", "italic", "strike"]), st.lists(some, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
LINE = st.lists(PIECES, max_size=4).map(tuple)
BLOCKS = st.recursive(
    st.builds(Paragraph, LINE, st.booleans())
    | st.builds(Title, LINE, st.integers(0, 9))
    | st.builds(Fence, TEXT)
    | st.builds(Table, st.lists(st.lists(LINE, max_size=3).map(tuple), max_size=3).map(tuple)),
    lambda some: (
        st.builds(Quote, st.lists(some, max_size=3).map(tuple))
        | st.builds(
            Items, st.lists(st.lists(some, max_size=3).map(tuple), max_size=3).map(tuple), st.none() | st.just(3)
        )
    ),
    max_leaves=8,
)


def told(element: ElementTree.Element) -> str:
    return "".join(element.itertext())


@settings(max_examples=80, deadline=None)
@given(st.lists(BLOCKS, max_size=4))
def test_any_blocks_are_well_formed_and_hold_no_markup_but_ours(blocks: list[Block]) -> None:
    page = parsed(render_confluence(blocks, "muster-1"))
    assert {one.tag for one in page.iter()} <= KNOWN


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        st.characters(
            exclude_categories=["Cs", "Cc", "Cn"],
            exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
        )
    )
)
def test_a_text_says_what_it_said(text: str) -> None:
    pieces: list[tuple[Block, str]] = [
        (Paragraph((Plain(text),)), "p"),
        (Paragraph((Code(text),)), "p/code"),
        (Fence(text), f"{AC}structured-macro/{AC}plain-text-body"),
    ]
    for block, where in pieces:
        found = parsed(render_confluence([block], "muster-1")).find(where)
        assert found is not None
        assert told(found) == text


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=80))
def test_a_review_with_any_words_is_well_formed(review_with: Callable[[str | None], Redacted], words: str) -> None:
    blocks = read_blocks(render_markdown(review_with(words), with_transcript=False))
    assert parsed(render_confluence(blocks, "muster-1")).find("h2") is not None


def test_a_link_leads_where_it_says_and_an_anchor_is_not_seen() -> None:
    link: Piece = Link('https://x.example/?a=1&b="2"', "<it>")
    page = parsed(render_confluence([Paragraph((link,))], "muster-1"))
    (found,) = page.iter("a")
    assert (found.get("href"), found.text) == ('https://x.example/?a=1&b="2"', "<it>")
    anchor = page.find(f"p/{AC}structured-macro")
    assert anchor is not None
    assert anchor.get(f"{AC}name") == "anchor"
