"""People's words in the form that a tracker takes, so that nothing in them calls or closes anything there.

What Slack's mrkdwn says is read by `bot.review.wording`; here its pieces become blocks, and blocks are written as
Markdown, or as the Atlassian Document Format (developer.atlassian.com, “Atlassian Document Format”).
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bot.review.wording import Break, Code, Fence, Link, Name, Piece, Plain, Styled

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

CUT = "Cut here: it is longer than this tracker takes. Slack has all of it."
BULLET = re.compile(r"[-•*◦] +")


@dataclass(frozen=True, slots=True)
class Lines:
    """A paragraph, line by line."""

    lines: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[tuple[Piece, ...], ...]


Block = Lines | Bullets | Fence


class Form(Protocol[T_co]):
    """Writes blocks."""

    def write(self, blocks: Sequence[Block]) -> T_co: ...


def said(*pieces: str | Piece) -> Lines:
    """A paragraph of one line."""
    return Lines((tuple(Plain(one) if isinstance(one, str) else one for one in pieces),))


def blocks_of(pieces: Sequence[Piece]) -> tuple[Block, ...]:
    """Paragraphs, lists and code, as they stand in a message."""
    found: list[Block] = []
    open_lines: list[tuple[Piece, ...]] = []

    def close() -> None:
        if open_lines:
            found.append(Lines(tuple(open_lines)))
            open_lines.clear()

    for line in _lines(pieces):
        if isinstance(line, Fence):
            close()
            found.append(line)
        elif (item := _item(line)) is not None:
            close()
            last = found[-1] if found else None
            if isinstance(last, Bullets):
                found[-1] = Bullets((*last.items, item))
            else:
                found.append(Bullets((item,)))
        elif "".join(texts(line)).strip():
            open_lines.append(line)
        else:
            close()
    close()
    return tuple(found)


def _lines(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...] | Fence]:
    line: list[Piece] = []
    for piece in pieces:
        match piece:
            case Fence():
                yield tuple(line)
                line = []
                yield piece
            case Break():
                yield tuple(line)
                line = []
            case Plain(text=text):
                first, *rest = text.split("\n")
                line += [Plain(first)] if first else []
                for one in rest:
                    yield tuple(line)
                    line = [Plain(one)] if one else []
            case _:
                line.append(piece)
    yield tuple(line)


def _item(line: tuple[Piece, ...]) -> tuple[Piece, ...] | None:
    """What stands behind the bullet that a line begins with."""
    if not line or not isinstance(line[0], Plain) or (bullet := BULLET.match(line[0].text)) is None:
        return None
    rest = line[0].text[bullet.end() :]
    return (*((Plain(rest),) if rest else ()), *line[1:]) or None


def texts(pieces: Iterable[Piece]) -> Iterator[str]:
    for piece in pieces:
        match piece:
            case Styled(parts=parts):
                yield from texts(parts)
            case Break():
                yield "\n"
            case _:
                yield piece.text


def fitting(form: Form[T], words: Sequence[Block], facts: Sequence[Block], longest: int) -> T:
    """Words and facts together; of the words as much as fits. `longest`: characters of what is written."""
    whole = form.write((*words, *facts))
    most = sum(map(_length, words))
    while (length := _written(whole)) > longest and most > 0:
        most = min(most - 1, most * longest // length)
        whole = form.write((*_cut(words, most), said(CUT), *facts))
    return whole


def _written(whole: object) -> int:
    return len(whole) if isinstance(whole, str) else len(json.dumps(whole, ensure_ascii=False))


def _length(block: Block) -> int:
    return len("".join(texts((block,) if isinstance(block, Fence) else _all_of(block))))


def _all_of(block: Lines | Bullets) -> Iterator[Piece]:
    for line in block.lines if isinstance(block, Lines) else block.items:
        yield from line


def _cut(blocks: Sequence[Block], most: int) -> Iterator[Block]:
    """The first so many characters; the last block loses how it looks."""
    for block in blocks:
        length = _length(block)
        if length > most:
            text = "".join(texts((block,) if isinstance(block, Fence) else _all_of(block)))[:most]
            if text.strip():
                yield Fence(text) if isinstance(block, Fence) else said(f"{text}…")
            return
        yield block
        most -= length


CALLS = re.compile(r'@(?=\w)|[#!$&^](?=\d)|[%~](?=[\w"])|(?<=\bGH-)(?=\d)|(?<=\bgh-)(?=\d)')
"""Right behind what makes a mention or a reference of the words after it, on GitHub, GitLab and Linear."""
NOTHING_SEEN = "\u200b"
AS_ENTITY = "&#8203;"
SPECIAL = re.compile(r"[\\`*_{}\[\]#|~]")
AT_THE_START = re.compile(r"^\s*(?=[-+=>])")
COMMAND = re.compile(r"^\s*/(?=\w)")


def quiet(text: str, apart: str = NOTHING_SEEN) -> str:
    """The text with something that nobody sees behind each sign that would call somebody or lead somewhere."""
    return CALLS.sub(lambda found: f"{found[0]}{apart}", text)


class Markdown:
    """GitHub's, which GitLab and Linear read, too. Each line is a line."""

    def write(self, blocks: Sequence[Block]) -> str:
        return "\n\n".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        match block:
            case Fence(text=text):
                fence = "`" * max(3, 1 + _longest_run(text))
                return f"{fence}\n{text}\n{fence}"
            case Bullets(items=items):
                return "\n".join(f"- {self._line(one)}" for one in items)
            case Lines(lines=lines):
                return "  \n".join(self._line(one) for one in lines)

    def _line(self, pieces: Sequence[Piece]) -> str:
        """A slash at its start would be a command to GitLab, and dashes would make a heading of the line above."""
        line = AT_THE_START.sub(r"\\", "".join(self._piece(one) for one in pieces), count=1)
        return COMMAND.sub(lambda found: f"{AS_ENTITY}{found[0].strip()}", line)

    def _piece(self, piece: Piece) -> str:
        match piece:
            case Styled(style=style, parts=parts):
                sign = {"bold": "**", "italic": "*", "strike": "~~"}[style]
                return f"{sign}{''.join(self._piece(one) for one in parts)}{sign}"
            case Code(text=text):
                fence = "`" * (1 + _longest_run(text))
                apart = " " if text.startswith("`") or text.endswith("`") else ""
                return f"{fence}{apart}{text}{apart}{fence}"
            case Link(url=url, text=text):
                return f"[{_escaped(text)}](<{url}>)"
            case _:
                return _escaped("".join(texts((piece,))))


def _escaped(text: str) -> str:
    """Plain text as Markdown reads it. A reference is taken apart before its sign is escaped."""
    parts = text.replace("&", "\0").split("\0")
    apart = [
        SPECIAL.sub(r"\\\g<0>", quiet(part, "\1")).replace("<", "&lt;").replace(">", "&gt;").replace("\1", AS_ENTITY)
        for part in parts
    ]
    return "&amp;".join(apart)


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


class Adf:
    """The Atlassian Document Format, version 1. A mention is a node of its own there; text calls nobody."""

    def write(self, blocks: Sequence[Block]) -> dict[str, Any]:
        return {"type": "doc", "version": 1, "content": [self._block(one) for one in blocks]}

    def _block(self, block: Block) -> dict[str, Any]:
        match block:
            case Fence(text=text):
                return {"type": "codeBlock", "content": [{"type": "text", "text": text}] if text else []}
            case Bullets(items=items):
                listed = [{"type": "listItem", "content": [self._paragraph((one,))]} for one in items]
                return {"type": "bulletList", "content": listed}
            case Lines(lines=lines):
                return self._paragraph(lines)

    def _paragraph(self, lines: Sequence[Sequence[Piece]]) -> dict[str, Any]:
        content: list[dict[str, Any]] = []
        for place, line in enumerate(lines):
            content += [{"type": "hardBreak"}] if place else []
            content += self._pieces(line, ())
        return {"type": "paragraph", "content": content}

    def _pieces(self, pieces: Sequence[Piece], marks: tuple[dict[str, Any], ...]) -> Iterator[dict[str, Any]]:
        for piece in pieces:
            match piece:
                case Styled(style=style, parts=parts):
                    kind = {"bold": "strong", "italic": "em", "strike": "strike"}[style]
                    yield from self._pieces(parts, (*marks, {"type": kind}))
                case Code(text=text):
                    yield _text(text, ({"type": "code"},))
                case Link(url=url, text=text):
                    yield _text(text, (*marks, {"type": "link", "attrs": {"href": url}}))
                case Break():
                    yield {"type": "hardBreak"}
                case Plain(text=text) | Name(text=text) | Fence(text=text):
                    if text:
                        yield _text(text, marks)


def _text(text: str, marks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"marks": list(marks)} if marks else {})}
