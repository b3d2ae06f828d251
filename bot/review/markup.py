"""Formed text as HTML: nothing in it is markup that somebody else wrote, and links lead to the web alone."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from bot.domain.markup import (
    Block,
    Break,
    Code,
    Fence,
    Heading,
    Image,
    Items,
    Link,
    Paragraph,
    Piece,
    Quote,
    Styled,
    Table,
    Text,
)

STYLED = {
    "bold": Markup("<strong>{}</strong>"),
    "italic": Markup("<em>{}</em>"),
    "strike": Markup("<s>{}</s>"),
}
ADDRESSES = ("http://", "https://", "mailto:")


def as_html(blocks: Sequence[Block]) -> Markup:
    """Blocks, one below the other."""
    return Markup("\n").join(_block(block) for block in blocks)


def _block(block: Block) -> Markup:
    match block:
        case Paragraph(pieces):
            return Markup("<p>{}</p>").format(_line(pieces))
        case Heading(pieces):
            return Markup("<p><strong>{}</strong></p>").format(_line(pieces))
        case Fence(code):
            return Markup("<pre><code>{}\n</code></pre>").format(code)
        case Quote(inner):
            return Markup("<blockquote>{}</blockquote>").format(as_html(inner))
        case Items(items, None):
            return Markup("<ul>{}</ul>").format(_items(items))
        case Items(items, first):
            return Markup('<ol start="{}">{}</ol>').format(first, _items(items))
        case Table(heads, rows):
            cells = Markup("").join(Markup("<th>{}</th>").format(_line(cell)) for cell in heads)
            body = Markup("").join(
                Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(_line(cell)) for cell in row))
                for row in rows
            )
            return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(cells, body)


def _items(items: Sequence[Sequence[Block]]) -> Markup:
    return Markup("").join(Markup("<li>{}</li>").format(as_html(item)) for item in items)


def _line(pieces: Sequence[Piece]) -> Markup:
    return Markup("").join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> Markup:
    match piece:
        case Text(text):
            return escape(text)
        case Code(text):
            return Markup("<code>{}</code>").format(text)
        case Break():
            return Markup("<br>")
        case Styled(style, inner):
            return STYLED[style].format(_line(inner))
        case Link(address, inner):
            return _link(address, _line(inner))
        case Image(address, description):
            return _link(address, escape(description or address))


def _link(address: str, label: Markup) -> Markup:
    """A picture is a link as well: showing it would tell its server who reads."""
    if address.startswith(ADDRESSES):
        return Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, label)
    return Markup("{} (<code>{}</code>)").format(label, address)
