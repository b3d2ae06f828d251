"""Reading the Markdown in which people write the sections of a review: paragraphs, lists, quotes, code and links.

The syntax is CommonMark's, without HTML, images, references and rules; a line stays a line, as it was typed. Headings
stand below those of the document. Mentions and addresses are read as in Slack. What is none of this is plain text, so
that nothing that somebody writes can become anything else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.domain.document import Participant
from bot.domain.ids import SlackUserId
from bot.review.wording import Break, Code, Fence, Link, Piece, Plain, Reader, Styled, tidy

DEEPEST: Final = 100
"""Levels of blocks within blocks, two for each list. What lies deeper is not shown; no page is wide enough for it."""
SYNTAX: Final = MarkdownIt("zero", {"maxNesting": DEEPEST}).enable(
    ["fence", "list", "blockquote", "heading", "newline", "escape", "backticks", "emphasis", "strikethrough", "link"]
)
ADDRESS: Final = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
"""What a link may lead to."""
STYLES: Final = {"strong": "bold", "em": "italic", "s": "strike"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    pieces: tuple[Piece, ...]
    is_tight: bool = False
    """In a list whose items follow each other without a blank line."""


@dataclass(frozen=True, slots=True)
class Heading:
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `first` is the number of its first item, None where they are not numbered."""

    items: tuple[tuple["Block", ...], ...]
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple["Block", ...]


Block = Paragraph | Heading | Items | Quote | Fence


def read_prose(text: str, people: Mapping[SlackUserId, Participant]) -> tuple[Block, ...]:
    """The blocks of a section, in order."""
    reader = Reader(people, is_escaped=False, is_styled=False)
    return tuple(_blocks(SyntaxTreeNode(SYNTAX.parse(tidy(text))).children, reader))


def _blocks(nodes: Sequence[SyntaxTreeNode], reader: Reader) -> Iterator[Block]:
    for node in nodes:
        match node.type:
            case "paragraph":
                yield Paragraph(_line(node, reader), node.hidden)
            case "heading":
                yield Heading(_line(node, reader))
            case "fence":
                yield Fence(node.content.removesuffix("\n"))
            case "blockquote":
                yield Quote(tuple(_blocks(node.children, reader)))
            case "bullet_list":
                yield Items(tuple(tuple(_blocks(item.children, reader)) for item in node.children))
            case "ordered_list":
                first = node.attrs.get("start", 1)
                items = tuple(tuple(_blocks(item.children, reader)) for item in node.children)
                yield Items(items, int(first))


def _line(node: SyntaxTreeNode, reader: Reader) -> tuple[Piece, ...]:
    return tuple(piece for inline in node.children for piece in _pieces(inline.children, reader))


def _pieces(nodes: Sequence[SyntaxTreeNode], reader: Reader) -> Iterator[Piece]:
    for node in nodes:
        match node.type:
            case "text":
                yield from reader.read(node.content)
            case "code_inline":
                yield Code(node.content)
            case "softbreak" | "hardbreak":
                yield Break()
            case "link":
                yield from _link(node, reader)
            case style if style in STYLES:
                yield Styled(STYLES[style], tuple(_pieces(node.children, reader)))


def _link(node: SyntaxTreeNode, reader: Reader) -> Iterator[Piece]:
    """A link with its words; where it leads to nothing that a link may, it stays as it was typed."""
    address, pieces = str(node.attrs.get("href", "")), tuple(_pieces(node.children, reader))
    if ADDRESS.match(address):
        yield Link(address, " ".join(_words(pieces).split()) or address)
    else:
        yield from (Plain("["), *pieces, Plain(f"]({address})"))


def _words(pieces: Sequence[Piece]) -> str:
    """What pieces say, without how they look."""
    return "".join(_words(piece.parts) if isinstance(piece, Styled) else piece.text for piece in pieces)
