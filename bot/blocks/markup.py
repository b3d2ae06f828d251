"""Formed text as Slack's mrkdwn: nothing in it calls anybody, and code stays as it was written."""

from collections.abc import Callable, Iterator, Sequence

from bot.blocks.text import FENCE, bold, clean, code, escape, link, plain, safe
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
    words,
)
from bot.domain.runbook import nowhere

MARKS = {"italic": "_", "strike": "~", "bold": "*"}
INDENT = "    "
QUOTED = "&gt; "
"""What makes a line a quotation; Slack reads it like the mark itself, which would not be told from markup."""
WIDEST = 60
"""Characters of a cell of a table; what is longer is told below it."""

LeadsTo = Callable[[str], str | None]


def mrkdwn(blocks: Sequence[Block], leads_to: LeadsTo = nowhere) -> str:
    """Blocks, one below the other. `leads_to`: the slug of the runbook that a link's address means."""
    return "\n".join(part for part in (_block(block, leads_to) for block in blocks) if part)


def line(pieces: Sequence[Piece], leads_to: LeadsTo = nowhere, *, is_bold: bool = False) -> str:
    """What stands within lines. `is_bold`: it will be in bold, so nothing in it is marked so."""
    return "".join(_pieces(pieces, leads_to, is_bold=is_bold))


def _block(block: Block, leads_to: LeadsTo) -> str:
    match block:
        case Paragraph(pieces):
            return line(pieces, leads_to)
        case Heading(pieces):
            return bold(said) if (said := line(pieces, leads_to, is_bold=True).strip()) else ""
        case Fence(text):
            return fence(text)
        case Quote(inner):
            return "\n".join(_quoted(mrkdwn(inner, leads_to)))
        case Table():
            return _table(block, leads_to)
        case Items(items, first):
            marks = ["•" if first is None else f"{first + place}." for place in range(len(items))]
            return "\n".join(_item(mark, item, leads_to) for mark, item in zip(marks, items, strict=True))


def fence(text: str) -> str:
    """Lines of code; Slack has no way to write its own fence within one."""
    return f"{FENCE}\n{escape(clean(text)).replace(FENCE, chr(39) * 3)}\n{FENCE}"


def _item(mark: str, blocks: Sequence[Block], leads_to: LeadsTo) -> str:
    """An item with all that is below it moved to the right, but code, which Slack shows as a box of its own."""
    lines = list(_outside(mrkdwn(blocks, leads_to)))
    if not lines or lines[0][1]:
        lines.insert(0, ("", False))
    (head, _), *rest = lines
    return "\n".join([f"{mark} {head}".rstrip(), *(text if is_code else f"{INDENT}{text}" for text, is_code in rest)])


def _quoted(text: str) -> Iterator[str]:
    for one, is_code in _outside(text):
        yield one if is_code else f"{QUOTED}{one}"


def _outside(text: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it is of a fence."""
    is_code = False
    for one in text.split("\n") if text else []:
        is_edge = one == FENCE
        yield one, is_code or is_edge
        is_code = is_code is not is_edge


def _table(table: Table, leads_to: LeadsTo) -> str:
    """A table as columns of code, for Slack's text has none; links in it stand below."""
    rows = [[plain(words(cell)) for cell in row] for row in (table.heads, *table.rows)]
    widths = [min(WIDEST, max(len(cell) for cell in column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    cells = (cell for row in (table.heads, *table.rows) for cell in row)
    links = [line((piece,), leads_to) for cell in cells for piece in cell if isinstance(piece, Link | Image)]
    return "\n".join([fence("\n".join(lines)), " · ".join(links)]).rstrip("\n")


def _pieces(pieces: Sequence[Piece], leads_to: LeadsTo, *, is_bold: bool) -> Iterator[str]:
    for place, piece in enumerate(pieces):
        match piece:
            case Text(text):
                yield safe(text)
            case Code(text):
                yield code(text)
            case Break():
                yield "\n"
            case Image(address, description):
                yield _link(address, description or address.rpartition("/")[2] or "picture", leads_to)
            case Link(address, inner):
                yield _link(address, words(inner), leads_to)
            case Styled(style, inner):
                said = line(inner, leads_to, is_bold=is_bold or style == "bold")
                is_apart = _is_apart(pieces, place) and said.strip() == said and "\n" not in said
                mark = MARKS[style] if is_apart and not (is_bold and style == "bold") else ""
                yield f"{mark}{said}{mark}"


def _is_apart(pieces: Sequence[Piece], place: int) -> bool:
    """Whether Slack reads a mark here: not within a word."""
    before = words(pieces[place - 1 : place])[-1:] if place and not _ends_with_space(pieces[place - 1]) else ""
    after = pieces[place + 1] if place + 1 < len(pieces) else None
    follows = after.text[:1] if isinstance(after, Text) else ""
    return not before.isalnum() and not follows.isalnum()


def _ends_with_space(piece: Piece) -> bool:
    return isinstance(piece, Text) and piece.text[-1:].isspace()


def _link(address: str, label: str, leads_to: LeadsTo) -> str:
    """A link that Slack can open; of another runbook, what shows it; of any other file, where it is."""
    if slug := leads_to(address):
        return f"{safe(label)} ({code(f'/incident runbook {slug}')})"
    if address.startswith(("http://", "https://", "mailto:")):
        return link(address, label)
    return f"{safe(label)} ({code(address)})" if label != address else code(address)
