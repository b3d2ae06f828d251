"""Where a line of Markdown ends, and where its first sentence does."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from bot.domain.markup import Break, Code, Image, Link, Piece, Styled, Text, words

WRAP: Final = Text("\n")
"""The end of a line as it was typed: of no meaning in a text that is wrapped at some width, and meant as one where a
sentence or a command ends with it."""
ENDS_A_LINE: Final = re.compile(r"[.:;!?)…\]”\"]\s*\Z")
BEGINS_A_LINE: Final = re.compile(r"\s*[^\W\d_a-zß-öø-ÿ]|\s*\d")
ENDS_A_SENTENCE: Final = re.compile(r"[.!?…][\"'”’)\]]*(?=\s|\Z)")
SHORTENED: Final = re.compile(r"\b(?:e\.g|i\.e|etc|vs|cf|approx|resp|no|min|max|incl|\w)\.\Z", re.IGNORECASE)
"""A word that a full stop shortens, or a single letter."""


def with_lines(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Pieces in which a line ends where it was meant to, without space around them."""
    lines = _split(pieces, lambda piece: piece == WRAP or isinstance(piece, Break))
    found: list[Piece] = []
    for place, (end, line) in enumerate(lines):
        line = [one for one in map(_unwrapped, line) if one != Text("")]
        if place and (isinstance(end, Break) or _is_meant(lines[place - 1][1], line)):
            found.append(Break())
        elif place:
            found.append(Text(" "))
        found += line
    return _trimmed(_joined(found))


def _split(pieces: Sequence[Piece], is_end: Callable[[Piece], bool]) -> list[tuple[Piece | None, list[Piece]]]:
    """The lines of pieces, each with what ended the one before it."""
    lines: list[tuple[Piece | None, list[Piece]]] = [(None, [])]
    for piece in pieces:
        if is_end(piece):
            lines.append((piece, []))
        else:
            lines[-1][1].append(piece)
    return lines


def _is_meant(before: Sequence[Piece], after: Sequence[Piece]) -> bool:
    """Whether a line was ended on purpose between these."""
    if not before or not after:
        return False
    if _is_code(after) or _is_code(before) or isinstance(after[0], Image) or _is_bold(before):
        return True
    if not ENDS_A_LINE.search(words(before[-1:])) and not isinstance(before[-1], Code):
        return False
    return isinstance(after[0], Code) or bool(BEGINS_A_LINE.match(words(after)))


def _is_code(line: Sequence[Piece]) -> bool:
    return all(isinstance(piece, Code) or (isinstance(piece, Text) and not piece.text.strip()) for piece in line)


def _is_bold(line: Sequence[Piece]) -> bool:
    match line:
        case (Styled("bold", _),):
            return True
    return False


def _unwrapped(piece: Piece) -> Piece:
    """What is formed goes on over the end of a line."""
    match piece:
        case Styled() | Link():
            return replace(piece, pieces=_joined(Text(" ") if one == WRAP else _unwrapped(one) for one in piece.pieces))
    return piece


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces without two texts in a row."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Text) and found and isinstance(found[-1], Text):
            found[-1] = Text(found[-1].text + piece.text)
        else:
            found.append(piece)
    return tuple(found)


def _trimmed(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Pieces without breaks and space at both ends."""
    found = list(pieces)
    while found and (isinstance(found[0], Break) or (isinstance(found[0], Text) and not found[0].text.strip())):
        del found[0]
    while found and (isinstance(found[-1], Break) or (isinstance(found[-1], Text) and not found[-1].text.strip())):
        del found[-1]
    if found and isinstance(found[0], Text):
        found[0] = Text(found[0].text.lstrip())
    if found and isinstance(found[-1], Text):
        found[-1] = Text(found[-1].text.rstrip())
    return tuple(found)


def lead_of(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The first sentence of a paragraph, or its first line where that is less, and the rest. What is bold at the
    beginning is one where it ends as a sentence does, or fills the line."""
    for place, piece in enumerate(pieces):
        rest = pieces[place + 1 :]
        match piece:
            case Break():
                return _trimmed(pieces[:place]), _trimmed(rest)
            case Text(text):
                for end in ENDS_A_SENTENCE.finditer(text):
                    if _is_sentence(text[: end.end()], (Text(text[end.end() :]), *rest)):
                        lead, others = Text(text[: end.end()]), Text(text[end.end() :])
                        return _trimmed((*pieces[:place], lead)), _trimmed((others, *rest))
            case Styled() | Link():
                said = words(piece.pieces)
                if ENDS_A_SENTENCE.search(said[-3:]) and not SHORTENED.search(said):
                    return _trimmed(pieces[: place + 1]), _trimmed(rest)
            case Code() | Image():
                pass
    return _trimmed(pieces), ()


def _is_sentence(said: str, rest: Sequence[Piece]) -> bool:
    """Whether a sentence ends here: not after what is only shortened, nor where the next word goes on with it."""
    if SHORTENED.search(said):
        return False
    is_apart = False
    for piece in rest:
        match piece:
            case Break():
                return True
            case Code():
                return is_apart
            case Text(text) if not text.strip():
                is_apart = is_apart or bool(text)
            case _:
                text = piece.text if isinstance(piece, Text) else words((piece,))
                return (is_apart or text[:1].isspace()) and not text.strip()[:1].islower()
    return True
