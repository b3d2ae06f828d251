"""The review as Markdown that can be committed beside the code.

What people wrote cannot break its structure or become HTML: the rules are those of CommonMark 0.31 with GitHub's
tables, strikethrough, autolinks and mathematics.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import TextIO, assert_never

from bot.domain.document import Entry, Line, Participant, ReviewSection
from bot.domain.ids import SlackUserId
from bot.domain.transcript import File
from bot.review.page import write_page
from bot.review.prose import Block, Heading, Items, Paragraph, Quote, read_prose
from bot.review.reading import Reading, Thread, emoji, read, size
from bot.review.secrets import Redacted
from bot.review.wording import Break, Code, Fence, Link, Name, Piece, Plain, Reader, Styled, one_line

SYNTAX = re.compile(r"[\\`*\[\]<|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|#(?=#*\s*$)")
"""Characters with a meaning inside a line; an underscore within a word has none, a hash only at a heading's end."""

LINE_START = re.compile(r"(?P<number>\d{1,9}(?=[.)]))|[-+=>]|:(?=-)|#(?=#{0,5}(?:\s|$))")
"""What would begin a list, a heading, a rule, a quote or a table."""

EMPTY = "&#160;"
"""What stands in an item without words: signs of empty lists within lists would make a rule together."""

MARKS = {"bold": "**", "italic": "*", "strike": "~~"}

ADDRESS = {ord(char): f"%{ord(char):02X}" for char in "<>\\|`"}


def write_markdown(review: Redacted, out: TextIO, *, with_transcript: bool = True) -> None:
    """One document: headings, tables and lists of our own, people's words escaped."""
    reading = read(review)
    told, typed = reading.reader(is_escaped=False), reading.reader(is_escaped=True)
    write_page(
        out,
        "review.md",
        reading,
        with_transcript=with_transcript,
        cell=lambda text: _cell(text, reading, told),
        linked=lambda one: inline(Link(one.url, one.title)),
        told=lambda entry: _entry(entry, reading, told),
        prose=lambda one: "\n".join(section(one, review.people)),
        thread=lambda thread: _thread(thread, reading, typed),
    )


def render_markdown(review: Redacted, *, with_transcript: bool = True) -> str:
    written = StringIO()
    write_markdown(review, written, with_transcript=with_transcript)
    return written.getvalue()


def escaped(text: str) -> str:
    """Plain text that is shown letter by letter."""
    return SYNTAX.sub(lambda found: f"\\{found[0]}", text)


def inline(piece: Piece) -> str:
    """A piece within a line."""
    match piece:
        case Plain(text) | Name(text):
            return escaped(text)
        case Break():
            return "\n"
        case Code(text) | Fence(text):
            ticks = "`" * (_longest_run(text) + 1)
            return f"{ticks} {one_line(text)} {ticks}" if "`" in text else f"`{text}`"
        case Link(url, text):
            address = url.translate(ADDRESS)
            return f"<{address}>" if text == url else f"[{escaped(one_line(text))}](<{address}>)"
        case Styled(style, parts):
            return f"{MARKS[style]}{joined(parts)}{MARKS[style]}"
        case unexpected:
            assert_never(unexpected)


def joined(pieces: Iterable[Piece]) -> str:
    """Pieces within a line; an exclamation mark before a link makes no image of it."""
    text = ""
    for piece in pieces:
        more = inline(piece)
        text = f"{text[:-1]}\\!{more}" if text.endswith("!") and more.startswith("[") else text + more
    return text


def _cell(text: str, reading: Reading, reader: Reader) -> str:
    """Words on one line of a table, where a bar would end the cell inside code too: then letter by letter."""
    if "|" in text and "`" in text:
        return escaped(reading.names(text))
    return joined(reader.read(one_line(text)))


def paragraphs(pieces: Iterable[Piece]) -> list[str]:
    """Lines of Markdown: text with its line breaks, code in fences longer than any inside it."""
    lines: list[str] = []
    within: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Fence):
            lines += [*_text(joined(within)), *_fenced(piece.text)]
            within = []
        else:
            within.append(piece)
    return [*lines, *_text(joined(within))]


def _fenced(text: str) -> list[str]:
    fence = "`" * max(3, _longest_run(text) + 1)
    return [fence, *text.split("\n"), fence]


def section(one: ReviewSection, people: Mapping[SlackUserId, Participant]) -> list[str]:
    """A section line by line: the Markdown that people wrote, written anew so that it stays within its place; else
    the words of the draft."""
    if one.is_written:
        return list(_blocks(read_prose(one.text, people)))
    return paragraphs(Reader(people, is_escaped=False).read(one.text))


def _blocks(blocks: Iterable[Block], *, is_tight: bool = False) -> Iterator[str]:
    """Blocks with an empty line between them. A list right after one of its kind has another sign, or they would be
    one list."""
    before: Block | None = None
    is_other = False
    for block in blocks:
        if before is not None and (isinstance(block, Paragraph) or not is_tight):
            yield ""
        follows = isinstance(block, Items) and isinstance(before, Items)
        is_other = follows and not is_other
        yield from _block(block, is_other=is_other)
        before = block


def _block(block: Block, *, is_other: bool) -> Iterable[str]:
    match block:
        case Paragraph(pieces):
            return _text(joined(pieces))
        case Heading(pieces):
            return [f"### {one_line(joined(pieces))}".rstrip()]
        case Items(items, first):
            return _items(items, first, is_other=is_other)
        case Quote(blocks):
            return _quoted(_blocks(blocks))
        case Fence(text):
            return _fenced(text)
        case unexpected:
            assert_never(unexpected)


def _items(items: Iterable[tuple[Block, ...]], first: int | None, *, is_other: bool) -> Iterator[str]:
    is_loose = False
    for number, blocks in enumerate(items, start=first or 0):
        if is_loose:
            yield ""
        sign = ("*" if is_other else "-") if first is None else f"{number}{')' if is_other else '.'}"
        is_tight = isinstance(blocks[0], Paragraph) and blocks[0].is_tight if blocks else False
        begin, *rest = list(_blocks(blocks, is_tight=is_tight)) or [EMPTY]
        yield f"{sign} {begin}"
        yield from (f"{' ' * (len(sign) + 1)}{line}".rstrip() for line in rest)
        is_loose = bool(blocks) and not is_tight


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _text(text: str) -> list[str]:
    """Lines that begin nothing but text; a break within a paragraph is a backslash at the end of its line."""
    if not text.strip():
        return []
    lines = [_started(line.rstrip()) for line in text.strip("\n").split("\n")]
    following = [*lines[1:], ""]
    return [f"{line}\\" if line and after else line for line, after in zip(lines, following, strict=True)]


def _started(line: str) -> str:
    """A line that begins no list, heading, rule or code: indentation becomes spaces that do not break."""
    text = line.lstrip()
    if len(text) < len(line):
        return "\u00a0" * (len(line) - len(text)) + text
    found = LINE_START.match(line)
    if not found:
        return line
    return f"{found[0]}\\{line[found.end() :]}" if found["number"] else f"\\{line}"


def _entry(entry: Entry, reading: Reading, reader: Reader) -> str:
    """A timeline entry as an item of a list, with the files of the message it shows under it."""
    first, *rest = paragraphs(reader.read(entry.text))
    link = _link(entry.permalink)
    if rest and link:
        rest.append(link.lstrip())
    else:
        first += link
    rest += [f"- {_file(file)}{_link(file.permalink)}" for file in reading.files(entry)]
    return "\n".join([f"- **{reading.clock(entry.at)}** {first}", *(f"  {line}".rstrip() for line in rest)])


def _link(address: str | None) -> str:
    """A space and a link; nothing where there is no address."""
    return f" [↗](<{address.translate(ADDRESS)}>)" if address else ""


def _file(file: File) -> str:
    return f"File: {escaped(one_line(file.name))} ({escaped(one_line(file.type))}, {size(file.size)})"


def _thread(thread: Thread, reading: Reading, reader: Reader) -> str:
    """A message with its replies quoted under it."""
    lines = ["*Replies to a message that is not in this transcript:*"]
    if thread.first:
        lines = _message(thread.first, reading, reader)
    for reply in thread.replies:
        lines += _quoted(["", *_message(reply, reading, reader)])
    return "\n".join(lines)


def _message(line: Line, reading: Reading, reader: Reader) -> list[str]:
    """Who and when, then the words and what hangs on them as a quote."""
    mark = " (deleted)" if line.is_deleted else " (edited)" if line.is_edited else ""
    link = _link(line.permalink)
    body = [
        paragraphs(reader.read(line.text)),
        *([_file(file)] for file in line.files),
        [" · ".join(f"{escaped(emoji(one.name))} {len(one.users)}" for one in line.reactions)],
    ]
    parts = [part for part in body if any(part)]
    quoted = [text for number, part in enumerate(parts) for text in ([""] if number else []) + part]
    return [
        f"**{reading.clock(line.at)} {escaped(reading.author(line))}**{mark}{link}",
        *_quoted(quoted),
    ]


def _quoted(lines: Iterable[str]) -> list[str]:
    return [f"> {line}".rstrip() for line in lines]
