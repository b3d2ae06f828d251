"""Blocks in Confluence's storage format (confluence.atlassian.com, “Confluence Storage Format”, November 2026).

It is XML, and a page that is not well-formed is refused as a whole: every text is escaped where it is put in, what XML
cannot hold is left out, and each element is closed where it is opened. There is no markup in it but what stands here.
"""

from collections.abc import Iterable
from html import escape
from typing import Final, assert_never

from bot.review.blocks import Block, Items, Quote, Table, Title
from bot.review.prose import Paragraph
from bot.review.wording import Break, Code, Fence, Link, Name, Piece, Plain, Styled, tidy

NOT_IN_XML: Final = dict.fromkeys((0xFFFE, 0xFFFF))
"""What is left of Unicode once control characters are gone (XML 1.0, 2.2)."""
STYLES: Final = {
    "bold": ("<strong>", "</strong>"),
    "italic": ("<em>", "</em>"),
    "strike": ('<span style="text-decoration: line-through;">', "</span>"),
}


def render_confluence(blocks: Iterable[Block], anchor: str) -> str:
    """`anchor`: the name of a place in the page, which nobody sees."""
    named = f'<ac:parameter ac:name="">{_text(anchor)}</ac:parameter>'
    return f"{_joined(blocks)}<p>{_macro('anchor', named)}</p>"


def _block(block: Block) -> str:
    match block:
        case Paragraph(pieces, is_tight=True):
            return _shown(pieces)
        case Paragraph(pieces):
            return f"<p>{_shown(pieces)}</p>"
        case Title(pieces, level):
            tag = f"h{min(max(level, 1), 6)}"
            return f"<{tag}>{_shown(pieces)}</{tag}>"
        case Items(items, None):
            return f"<ul>{_items(items)}</ul>"
        case Items(items, first):
            return f'<ol start="{first}">{_items(items)}</ol>'
        case Quote(blocks):
            return f"<blockquote>{_joined(blocks)}</blockquote>"
        case Fence(text):
            return _macro("code", f"<ac:plain-text-body>{_unparsed(text)}</ac:plain-text-body>")
        case Table(rows):
            lines = [_row(row, "td" if number else "th") for number, row in enumerate(rows)]
            return f"<table><tbody>{''.join(lines)}</tbody></table>"
        case unexpected:
            assert_never(unexpected)


def _joined(blocks: Iterable[Block]) -> str:
    return "".join(map(_block, blocks))


def _items(items: Iterable[tuple[Block, ...]]) -> str:
    return "".join(f"<li>{_joined(item)}</li>" for item in items)


def _row(cells: Iterable[Iterable[Piece]], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{_shown(one)}</{tag}>' for one in cells)}</tr>"


def _macro(name: str, content: str) -> str:
    return f'<ac:structured-macro ac:name="{name}">{content}</ac:structured-macro>'


def _shown(pieces: Iterable[Piece]) -> str:
    return "".join(map(_piece, pieces))


def _piece(piece: Piece) -> str:
    match piece:
        case Plain(text) | Name(text):
            return _text(text)
        case Break():
            return "<br />"
        case Code(text) | Fence(text):
            return f"<code>{_text(text)}</code>"
        case Link(url, text):
            return f'<a href="{_text(url)}">{_text(text)}</a>'
        case Styled(style, parts):
            begin, end = STYLES[style]
            return f"{begin}{_shown(parts)}{end}"
        case unexpected:
            assert_never(unexpected)


def _text(text: str) -> str:
    return escape(_possible(text))


def _possible(text: str) -> str:
    return tidy(text).translate(NOT_IN_XML)


def _unparsed(text: str) -> str:
    """Letter by letter, also where it holds what would end it."""
    return f"<![CDATA[{_possible(text).replace(']]>', ']]]]><![CDATA[>')}]]>"
