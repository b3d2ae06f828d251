"""The review as Markdown that can be committed beside the code.

What people wrote cannot break its structure or become HTML: the rules are those of CommonMark 0.31 with GitHub's
tables, strikethrough, autolinks and mathematics.
"""

import re
from collections.abc import Iterable
from io import StringIO
from typing import TextIO, assert_never

from bot.domain.document import Entry, Line
from bot.review.page import write_page
from bot.review.reading import Reading, Thread, read, size
from bot.review.secrets import Redacted
from bot.review.wording import Code, Fence, Link, Name, Piece, Plain, Reader, Styled, one_line

SYNTAX = re.compile(r"[\\`*\[\]<|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|#(?=#*\s*$)")
"""Characters with a meaning inside a line; an underscore within a word has none, a hash only at a heading's end."""

LINE_START = re.compile(r"(?P<number>\d{1,9}(?=[.)]))|[-+=>]|:(?=-)|#(?=#{0,5}(?:\s|$))")
"""What would begin a list, a heading, a rule, a quote or a table."""

MARKS = {"bold": "**", "italic": "*", "strike": "~~"}

ADDRESS = {ord(char): f"%{ord(char):02X}" for char in "<>\\|`"}


def write_markdown(review: Redacted, out: TextIO, *, with_transcript: bool = True) -> None:
    """One document: headings, tables and lists of our own, people's words escaped."""
    reading = read(review)
    told, typed = Reader(review.people, is_escaped=False), Reader(review.people, is_escaped=True)
    write_page(
        out,
        "review.md",
        reading,
        with_transcript=with_transcript,
        cell=lambda text: _cell(text, reading, told),
        told=lambda entry: _entry(entry, reading, told),
        said=lambda text: "\n".join(paragraphs(told.read(text))),
        quoted=lambda text: "\n".join(f"  {line}".rstrip() for line in _quoted(paragraphs(typed.read(text)))),
        link=lambda address: f"[↗](<{address.translate(ADDRESS)}>)" if address else "",
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
        case Code(text) | Fence(text):
            ticks = "`" * (_longest_run(text) + 1)
            return f"{ticks} {one_line(text)} {ticks}" if "`" in text else f"`{text}`"
        case Link(url, text):
            address = url.translate(ADDRESS)
            return f"<{address}>" if text == url else f"[{escaped(one_line(text))}](<{address}>)"
        case Styled(style, parts):
            return f"{MARKS[style]}{''.join(map(inline, parts))}{MARKS[style]}"
        case unexpected:
            assert_never(unexpected)


def _cell(text: str, reading: Reading, reader: Reader) -> str:
    """Words on one line of a table, where a bar would end the cell inside code too: then letter by letter."""
    if "|" in text and "`" in text:
        return escaped(reading.names(text))
    return "".join(map(inline, reader.read(one_line(text))))


def paragraphs(pieces: Iterable[Piece]) -> list[str]:
    """Lines of Markdown: text with its line breaks, code in fences longer than any inside it."""
    lines: list[str] = []
    text = ""
    for piece in pieces:
        if isinstance(piece, Fence):
            fence = "`" * max(3, _longest_run(piece.text) + 1)
            lines += [*_text(text), fence, *piece.text.split("\n"), fence]
            text = ""
        else:
            text += inline(piece)
    return [*lines, *_text(text)]


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
    """A timeline entry as an item of a list."""
    first, *rest = paragraphs(reader.read(entry.text))
    if entry.permalink:
        first, rest = (
            (first, [*rest, f"[↗](<{entry.permalink.translate(ADDRESS)}>)"])
            if rest
            else (
                f"{first} [↗](<{entry.permalink.translate(ADDRESS)}>)",
                rest,
            )
        )
    return "\n".join([f"- **{reading.clock(entry.at)}** {first}", *(f"  {line}".rstrip() for line in rest)])


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
    link = f" [↗](<{line.permalink.translate(ADDRESS)}>)" if line.permalink else ""
    body = [
        paragraphs(reader.read(line.text)),
        *(
            [f"File: {escaped(one_line(file.name))} ({escaped(one_line(file.type))}, {size(file.size)})"]
            for file in line.files
        ),
        [" · ".join(f"{escaped(one_line(f':{one.name}:'))} {len(one.users)}" for one in line.reactions)],
    ]
    parts = [part for part in body if any(part)]
    quoted = [text for number, part in enumerate(parts) for text in ([""] if number else []) + part]
    return [
        f"**{reading.clock(line.at)} {escaped(reading.author(line))}**{mark}{link}",
        *_quoted(quoted),
    ]


def _quoted(lines: Iterable[str]) -> list[str]:
    return [f"> {line}".rstrip() for line in lines]
