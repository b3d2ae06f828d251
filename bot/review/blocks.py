"""The review as blocks, for places that take neither Markdown nor HTML.

It is read from the review's own Markdown, so that there is one template. Whatever is no Markdown of ours is text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.review.prose import ADDRESS, STYLES, Paragraph
from bot.review.wording import Break, Code, Fence, Link, Piece, Plain, Styled

DEEPEST: Final = 250
"""Levels of blocks within blocks: what people write has a hundred, and stands in lists and quotes of ours."""
SYNTAX: Final = (
    MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    .enable(["table", "strikethrough"])
    .disable(["image", "html_block", "html_inline", "reference"])
)


@dataclass(frozen=True, slots=True)
class Title:
    pieces: tuple[Piece, ...]
    level: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `first` is the number of its first item, None where they are not numbered."""

    items: tuple[tuple["Block", ...], ...]
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The first row is its head; every row has as many cells."""

    rows: tuple[tuple[tuple[Piece, ...], ...], ...]


Block = Title | Paragraph | Items | Quote | Fence | Table


def read_blocks(markdown: str) -> tuple[Block, ...]:
    return tuple(_blocks(SyntaxTreeNode(SYNTAX.parse(markdown)).children))


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
    for node in nodes:
        match node.type:
            case "paragraph":
                yield Paragraph(_line(node), node.hidden)
            case "heading":
                yield Title(_line(node), int(node.tag[1:]))
            case "fence" | "code_block":
                yield Fence(node.content.removesuffix("\n"))
            case "blockquote":
                yield Quote(tuple(_blocks(node.children)))
            case "bullet_list":
                yield Items(tuple(tuple(_blocks(item.children)) for item in node.children))
            case "ordered_list":
                items = tuple(tuple(_blocks(item.children)) for item in node.children)
                yield Items(items, int(node.attrs.get("start", 1)))
            case "table":
                rows = [row for part in node.children for row in part.children]
                yield Table(tuple(tuple(_line(cell) for cell in row.children) for row in rows))


def _line(node: SyntaxTreeNode) -> tuple[Piece, ...]:
    return tuple(piece for inline in node.children for piece in _pieces(inline.children))


def _pieces(nodes: Sequence[SyntaxTreeNode]) -> Iterator[Piece]:
    for node in nodes:
        match node.type:
            case "text":
                yield Plain(node.content)
            case "code_inline":
                yield Code(node.content)
            case "softbreak" | "hardbreak":
                yield Break()
            case "link":
                pieces, address = tuple(_pieces(node.children)), str(node.attrs.get("href", ""))
                if ADDRESS.match(address):
                    yield Link(address, " ".join(words(pieces).split()) or address)
                else:
                    yield from pieces
            case style if style in STYLES:
                yield Styled(STYLES[style], tuple(_pieces(node.children)))


def words(pieces: Sequence[Piece]) -> str:
    """What pieces say, without how they look."""
    return "".join(words(piece.parts) if isinstance(piece, Styled) else piece.text for piece in pieces)
