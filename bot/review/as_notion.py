"""Blocks as Notion's API takes them (developers.notion.com, “Block” and “Request limits”, November 2026).

A rich text has 2,000 characters at the most, a list of them 100, a request 100 blocks; what is longer is cut into
several of its kind, and nothing is left out. Lists within lists stand at one level, as a request takes but two.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, assert_never

from bot.review.blocks import Block, Items, Quote, Table, Title
from bot.review.prose import Paragraph
from bot.review.wording import Break, Code, Fence, Link, Name, Piece, Plain, Styled, tidy

Json = dict[str, Any]
LONGEST: Final = 1_000
"""Characters of a text: of those that count twice, these are 2,000."""
MOST_TEXTS: Final = 100
MOST_BLOCKS: Final = 100
MOST_ROWS: Final = 99
"""Of a table, besides its head."""
MOST_IN_ALL: Final = 900
MOST_BYTES: Final = 300_000
"""Of a request; Notion takes 1,000 blocks with those inside others, and 500 KB."""
STYLES: Final = {"bold": "bold", "italic": "italic", "strike": "strikethrough"}


def render_notion(blocks: Iterable[Block]) -> list[Json]:
    return [one for block in blocks for one in _block(block)]


def requests(blocks: Iterable[Json]) -> Iterator[list[Json]]:
    """The blocks in parts that each fit into one request."""
    part: list[Json] = []
    count = size = 0
    for one in blocks:
        more, bytes_ = 1 + len(one[one["type"]].get("children", ())), len(json.dumps(one))
        if part and (len(part) == MOST_BLOCKS or count + more > MOST_IN_ALL or size + bytes_ > MOST_BYTES):
            yield part
            part, count, size = [], 0, 0
        part.append(one)
        count, size = count + more, size + bytes_
    if part:
        yield part


def _block(block: Block) -> Iterator[Json]:
    match block:
        case Paragraph(pieces):
            yield from _made("paragraph", _texts(pieces))
        case Title(pieces, level):
            yield from _made(f"heading_{min(max(level, 1), 3)}", _texts(pieces))
        case Items(items, first):
            kind = "bulleted_list_item" if first is None else "numbered_list_item"
            for item in items:
                yield from _item(kind, item)
        case Quote(blocks):
            for one in blocks:
                if isinstance(one, Paragraph):
                    yield from _made("quote", _texts(one.pieces))
                else:
                    yield from _block(one)
        case Fence(text):
            yield from _made("code", _texts([Plain(text)]), language="plain text")
        case Table(rows):
            yield from _tables(rows)
        case unexpected:
            assert_never(unexpected)


def _item(kind: str, item: Sequence[Block]) -> Iterator[Json]:
    """Its first text beside its sign; what else it has follows."""
    first, *rest = item or (Paragraph(()),)
    if isinstance(first, Paragraph):
        yield from _made(kind, _texts(first.pieces))
    else:
        rest = [first, *rest]
    for one in rest:
        yield from _block(one)


def _tables(rows: Sequence[Sequence[Sequence[Piece]]]) -> Iterator[Json]:
    """Each with the head, as long as it may be, and with as many cells in every row."""
    width = max((len(row) for row in rows), default=0)
    if not width:
        return
    cells_of = [[list(_texts(cell))[:MOST_TEXTS] for cell in row] for row in rows]
    head, *body = [[*row, *([[]] * (width - len(row)))] for row in cells_of]
    for start in range(0, len(body) or 1, MOST_ROWS):
        cells = [head, *body[start : start + MOST_ROWS]]
        children = [{"type": "table_row", "table_row": {"cells": row}} for row in cells]
        table = {"table_width": width, "has_column_header": True, "has_row_header": False, "children": children}
        yield {"type": "table", "table": table}


def _made(kind: str, texts: Iterable[Json], **more: Any) -> Iterator[Json]:
    """One of this kind, or as many as it takes."""
    all_ = list(texts)
    for start in range(0, len(all_) or 1, MOST_TEXTS):
        yield {"type": kind, kind: {"rich_text": all_[start : start + MOST_TEXTS], **more}}


def _texts(pieces: Iterable[Piece], **style: bool) -> Iterator[Json]:
    for piece in pieces:
        match piece:
            case Plain(text) | Name(text):
                yield from _cut(text, style)
            case Break():
                yield from _cut("\n", style)
            case Code(text) | Fence(text):
                yield from _cut(text, {**style, "code": True})
            case Link(url, text):
                yield from _cut(text, style, url if len(url) <= LONGEST else None)
            case Styled(how, parts):
                yield from _texts(parts, **{**style, STYLES[how]: True})
            case unexpected:
                assert_never(unexpected)


def _cut(text: str, style: dict[str, bool], url: str | None = None) -> Iterator[Json]:
    whole = tidy(text)
    for start in range(0, len(whole), LONGEST):
        content: Json = {"content": whole[start : start + LONGEST]}
        if url is not None:
            content["link"] = {"url": url}
        yield {"type": "text", "text": content, **({"annotations": style} if style else {})}
