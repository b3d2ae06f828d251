"""Reading Slack's mrkdwn, so that a message can be shown in other formats without trusting a word of it.

The syntax is that of Slack's page "Formatting text for app surfaces"; whatever is not of it is plain text.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from bot.domain.document import Participant
from bot.domain.ids import SlackUserId
from bot.domain.transcript import as_typed

SPOKEN_OF = r"""
      <@(?P<person>[A-Z0-9]+)(?:\|[^<>]*)?>
    | <\#(?P<channel>[A-Z0-9]+)(?:\|(?P<channel_name>[^<>]*))?>
    | <!(?P<special>[^<>|]+)(?:\|(?P<special_text>[^<>]*))?>
    | <(?P<url>(?:https?://|mailto:)[^<>|\s]+)(?:\|(?P<url_text>[^<>]*))?>
    | (?<![\w<|/])(?P<bare>https?://[^\s<>|"]*[^\s<>|".,;:!?)\]}'`*~])
    """
STYLED = r"""
      \n?```(?P<fence>.*?)```\n?
    | `(?P<code>[^`\n]+)`
    | (?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])
    | (?<![\w_])_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])
    | (?<![\w~])~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])
    """
REFERENCES = re.compile(SPOKEN_OF, re.VERBOSE)
SYNTAX = re.compile(f"{STYLED}|{SPOKEN_OF}", re.VERBOSE | re.DOTALL)

TIME = re.compile(r"<!date\^(?P<at>\d{1,11})\^\{time\}\|(?P<utc>[^<>|]*)>")
"""A time within a text of ours, as `marked_time` writes it."""

UNSEEN = dict.fromkeys(
    (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
"""Control characters but tab and newline, and those that turn the direction of the text around them."""


@dataclass(frozen=True, slots=True)
class Plain:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Fence:
    """Several lines of code."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line within a paragraph."""

    text: ClassVar[str] = "\n"


@dataclass(frozen=True, slots=True)
class Name:
    """A person, channel or group that is spoken of: `Dana Ruiz`, `#general`."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address; only http, https and mailto are ever read as one."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    """`style` is `bold`, `italic` or `strike`."""

    style: str
    parts: tuple["Piece", ...]


Piece = Plain | Code | Fence | Break | Name | Link | Styled

STYLES = ("bold", "italic", "strike")


def in_utc(instant: datetime) -> str:
    return f"{instant:%H:%M} UTC"


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads texts with the people of one review.

    `is_escaped`: the text comes from Slack, with `&`, `<` and `>` as entities, and people are mentioned with an @; else
    it is plain text, where a mention is the person, and times are told by `clock`.
    """

    people: Mapping[SlackUserId, Participant]
    is_escaped: bool
    is_styled: bool = True
    """Whether code and Slack's emphasis are read; else only who is spoken of, and addresses."""
    clock: Callable[[datetime], str] = in_utc

    def read(self, text: str) -> tuple[Piece, ...]:
        """The pieces of a text, in order; nothing is lost but control characters and the newlines around a fence."""
        return tuple(self._pieces(tidy(text)))

    def _pieces(self, text: str) -> Iterator[Piece]:
        start = 0
        for found in (SYNTAX if self.is_styled else REFERENCES).finditer(text):
            if found.start() > start:
                yield Plain(self._decoded(text[start : found.start()]))
            yield self._piece(found)
            start = found.end()
        if start < len(text):
            yield Plain(self._decoded(text[start:]))

    def _piece(self, found: re.Match[str]) -> Piece:
        kind, value = found.lastgroup or "", found[0]
        parts = found.groupdict()
        if (fence := parts.get("fence")) is not None:
            return Fence(self._decoded(fence.strip("\n")))
        if (code := parts.get("code")) is not None:
            return Code(self._decoded(code))
        if (user := parts["person"]) is not None:
            name = name_of(SlackUserId(user), self.people)
            return Name(f"@{name}" if self.is_escaped else name)
        if (channel := parts["channel"]) is not None:
            return Name(f"#{self._decoded(parts['channel_name'] or channel)}")
        if not self.is_escaped and (time := TIME.fullmatch(value)):
            return Plain(self.clock(instant_of(time)))
        if (special := parts["special"]) is not None:
            return Name(self._decoded(parts["special_text"] or f"@{special.partition('^')[0]}"))
        if (url := parts["url"]) is not None:
            address = self._decoded(url)
            return Link(address, self._decoded(parts["url_text"] or "") or address)
        if (bare := parts["bare"]) is not None:
            return Link(self._decoded(bare), self._decoded(bare))
        if kind in STYLES:
            return Styled(kind, tuple(self._pieces(parts[kind] or "")))
        return Plain(self._decoded(value))

    def _decoded(self, text: str) -> str:
        return as_typed(text) if self.is_escaped else text


def instant_of(time: re.Match[str]) -> datetime:
    return datetime.fromtimestamp(int(time["at"]), UTC)


def name_of(user: SlackUserId, people: Mapping[SlackUserId, Participant]) -> str:
    """Somebody's full name on one line; their handle where that is not known, and the id of a stranger."""
    known = people.get(user)
    return one_line((known.full_name or known.name) if known else user) or user


def tidy(text: str) -> str:
    """The text with plain newlines, without control characters and lone surrogates."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate(UNSEEN)
    return plain if plain.isascii() else plain.encode("utf-8", "replace").decode("utf-8")


def one_line(text: str) -> str:
    return " ".join(tidy(text).split())
