"""What a text says and how it is formed, as plain values: paragraphs, code, lists, tables, links."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Code within a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line within a paragraph."""


@dataclass(frozen=True, slots=True)
class Link:
    address: str
    """As it was written; one that is relative leads to another file."""
    pieces: tuple["Piece", ...]


@dataclass(frozen=True, slots=True)
class Image:
    address: str
    description: str


@dataclass(frozen=True, slots=True)
class Styled:
    """`style` is `bold`, `italic` or `strike`."""

    style: str
    pieces: tuple["Piece", ...]


Piece = Text | Code | Break | Link | Image | Styled


@dataclass(frozen=True, slots=True)
class Paragraph:
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """One within a step, a list or a quotation."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Fence:
    """Lines of code, each space as it was written, without the newline at the end."""

    code: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `first` is the number of its first item, None where they are not numbered."""

    items: tuple[tuple["Block", ...], ...]
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    heads: tuple[tuple[Piece, ...], ...]
    rows: tuple[tuple[tuple[Piece, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple["Block", ...]


Block = Paragraph | Heading | Fence | Items | Table | Quote


def words(pieces: Sequence[Piece]) -> str:
    """What pieces say on one line, without how they look."""
    return " ".join("".join(_words(pieces)).split())


def _words(pieces: Sequence[Piece]) -> Iterator[str]:
    for piece in pieces:
        match piece:
            case Text(text) | Code(text):
                yield text
            case Break():
                yield " "
            case Image(_, description):
                yield description
            case Link(_, inner) | Styled(_, inner):
                yield from _words(inner)


def addresses(blocks: Iterable[Block]) -> Iterator[Link | Image]:
    """Every link and image in blocks, in order."""
    for block in blocks:
        match block:
            case Paragraph(pieces) | Heading(pieces):
                yield from _addresses(pieces)
            case Items(items, _):
                for item in items:
                    yield from addresses(item)
            case Table(heads, rows):
                for cell in (*heads, *(cell for row in rows for cell in row)):
                    yield from _addresses(cell)
            case Quote(inner):
                yield from addresses(inner)
            case Fence():
                pass


def _addresses(pieces: Sequence[Piece]) -> Iterator[Link | Image]:
    for piece in pieces:
        match piece:
            case Image():
                yield piece
            case Link(_, inner):
                yield piece
                yield from _addresses(inner)
            case Styled(_, inner):
                yield from _addresses(inner)


def as_text(blocks: Sequence[Block]) -> str:
    """Blocks as a person reads them in plain text: code between fences, lists with their marks, tables with bars."""
    return "\n\n".join(_as_text(block) for block in blocks)


def _as_text(block: Block) -> str:
    match block:
        case Paragraph(pieces) | Heading(pieces):
            return _line(pieces)
        case Fence(code, language):
            fence = "`" * max(3, 1 + max((len(run) for run in _ticks(code)), default=0))
            return f"{fence}{language}\n{code}\n{fence}"
        case Quote(inner):
            return _indented(as_text(inner), "> ", "> ")
        case Table(heads, rows):
            return "\n".join("| " + " | ".join(_line(cell) for cell in row) + " |" for row in (heads, *rows))
        case Items(items, first):
            marks = ["- " if first is None else f"{first + place}. " for place in range(len(items))]
            texts = ["\n".join(_as_text(one) for one in item) for item in items]
            return "\n".join(_indented(text, mark, " " * len(mark)) for mark, text in zip(marks, texts, strict=True))


def _line(pieces: Sequence[Piece]) -> str:
    """Pieces with their lines, code in backticks and links with where they lead."""
    found = []
    for piece in pieces:
        match piece:
            case Text(text):
                found.append(text)
            case Code(text):
                found.append(f"`{text}`")
            case Break():
                found.append("\n")
            case Image(address, description):
                found.append(f"{description} ({address})" if description else address)
            case Link(address, inner):
                label = _line(inner)
                found.append(label if label == address else f"{label} ({address})")
            case Styled(_, inner):
                found.append(_line(inner))
    return "".join(found)


def _ticks(code: str) -> list[str]:
    """The runs of backticks in code."""
    return "".join(character if character == "`" else " " for character in code).split()


def _indented(text: str, first: str, rest: str) -> str:
    head, *others = text.split("\n")
    return "\n".join([first + head, *(rest + line if line else rest.rstrip() for line in others)])
