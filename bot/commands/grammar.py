"""What may stand after `/incident`, read word by word; nothing here knows what it leads to.

Typographic quotes and dashes, which phones put in by themselves, count as plain ones wherever they are syntax: in a
reference and around or inside the value of a key. Text is kept as typed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.commands.when import calendar_date, clock_time, duration, shown
from bot.domain.ids import SlackUserId
from bot.domain.refusal import NotFound, Refusal
from bot.domain.transcript import as_typed
from bot.verbs.naming import nearest

__all__ = [
    "DATE",
    "DURATION",
    "WORD",
    "Group",
    "Key",
    "Mention",
    "Parsed",
    "Shape",
    "Words",
    "clock_time",
    "cut_update",
    "duration",
    "mentions",
    "nearest",
    "one_of",
    "read",
    "split",
]

DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
QUOTES = {"double": '"“”„‟«»', "single": "'‘’‚‛`´"}
REFERENCE = re.compile(r"INC-([0-9]+)[:,]?", re.IGNORECASE)
LARGEST_REFERENCE = 9
"""Digits; what is longer can be no incident of ours."""
MENTION = re.compile(
    r"<@(?P<user>[UW][A-Z0-9]+)(?:\|[^<>]*)?>|<!subteam\^(?P<group>[A-Z0-9]+)(?:\|@?(?P<handle>[^<>]*))?>"
)
OTHER_NAME = re.compile(r"(?:^|(?<=[\s<(,;:\"'“‘]))(?:@\w[\w.\-]*|<!(?:channel|here|everyone)\b[^>]*>)")
PART = re.compile(r"(?:^|(?<=\s))((?ai:conditions|actions|needs)):")


class Unquoted(Refusal):
    """The quotation mark after `{key}:` is not closed. For example: `{key}:"{example}"`."""


class NoValue(Refusal):
    """`{key}:` is there without a value. For example: `{key}:"{example}"`."""


class TypedTwice(Refusal):
    """`{key}:` is there twice, as “{first}” and “{second}”. Type it once."""


class UnknownValue(Refusal):
    """`{key}:` does not know “{typed}”. {hint}It takes {known}."""


class UnknownPerson(Refusal):
    """“{name}” is nobody that Slack knows here. Type @ and choose from Slack's list."""


@dataclass(frozen=True, slots=True)
class Key:
    """What stands after `key:`. `read` takes the key and what was typed, and raises a Refusal for what it cannot be."""

    read: Callable[[str, str], Any]
    example: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What one verb takes besides its text."""

    keys: Mapping[str, Key] = field(default_factory=dict)
    options: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Words:
    """A command in its parts, before the verb's shape is applied."""

    reference: str | None
    """As `INC-42`."""
    verb: str
    """In lower case; empty when nothing was typed, or a reference alone."""
    rest: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What stands after the verb: the text without its tokens, the values, the options as the shape spells them."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named: `<@U1>` or `<@U1|dana>`."""

    user: SlackUserId


@dataclass(frozen=True, slots=True)
class Group:
    """A user group named: `<!subteam^S1|@shop-sre>`. `handle` is without its @, or the id where Slack left it out."""

    id: str
    handle: str


def one_of(*names: str) -> Key:
    """A value from a short list, in any case."""
    known = {str(name).lower(): name for name in names}

    def choose(key: str, typed: str) -> str:
        if typed.lower() in known:
            return known[typed.lower()]
        near = nearest(typed.lower(), known)
        hint = f"Did you mean `{near}`? " if near else ""
        raise UnknownValue(key=key, typed=shown(typed), hint=hint, known=_listed(list(known.values())))

    return Key(choose, str(names[0]))


WORD = Key(lambda _, typed: typed, "two words")
DURATION = Key(lambda _, typed: duration(typed), "30m")
DATE = Key(lambda _, typed: calendar_date(typed), "2026-12-01")


def split(line: str) -> Words:
    """The reference, the verb and the rest. Raises NotFound for a number that no incident can have."""
    word, rest = _first_word(as_typed(line))
    reference = REFERENCE.fullmatch(word.translate(DASHES))
    if reference is None:
        return Words(None, word.lower(), rest)
    number = reference[1].lstrip("0") or "0"
    if len(number) > LARGEST_REFERENCE:
        raise NotFound(ref=shown(f"INC-{number}"))
    verb, rest = _first_word(rest)
    return Words(f"INC-{number}", verb.lower(), rest)


def read(rest: str, shape: Shape) -> Parsed:
    """The tokens and options that the verb knows, and the text without them."""
    values: dict[str, Any] = {}
    typed: dict[str, str] = {}
    pieces, end = [], 0
    for found in _token(shape).finditer(rest) if shape.keys else ():
        key, value = found["key"].lower(), _value(found, shape)
        if key in typed:
            raise TypedTwice(key=key, first=shown(typed[key]), second=shown(value))
        typed[key], values[key] = value, shape.keys[key].read(key, value)
        pieces.append(rest[end : found.start()])
        end = found.end()
    text, options = _options(_join([*pieces, rest[end:]]), shape)
    return Parsed(text, values, options)


def mentions(text: str) -> tuple[list[Mention | Group], str]:
    """The people and groups named, and the text without them. Raises UnknownPerson for any other `@name`."""
    found = list(MENTION.finditer(text))
    rest = _join(MENTION.split(text)[:: MENTION.groups + 1])
    if other := OTHER_NAME.search(rest):
        raise UnknownPerson(name=shown(other[0]))
    return [_named(one) for one in found], rest


def cut_update(text: str) -> tuple[str, str, str]:
    """Conditions, actions and needs. A text that does not begin with `Conditions:` is all conditions."""
    first = PART.match(text := text.strip())
    if first is None or first[1].lower() != "conditions":
        return text, "", ""
    cuts = {found[1].lower(): found for found in reversed(list(PART.finditer(text)))}
    order = sorted(cuts.values(), key=lambda found: found.start())
    ends = [found.start() for found in order[1:]] + [len(text)]
    parts = {found[1].lower(): text[found.end() : end].strip() for found, end in zip(order, ends, strict=True)}
    return parts["conditions"], parts.get("actions", ""), parts.get("needs", "")


def _first_word(text: str) -> tuple[str, str]:
    word, rest = (*text.split(maxsplit=1), "", "")[:2]
    return word, rest.rstrip()


def _token(shape: Shape) -> re.Pattern[str]:
    """`key:value` at the beginning of a word, the value a word or quoted."""
    keys = "|".join(map(re.escape, shape.keys))
    quoted = "|".join(rf"[{marks}](?P<{name}>[^{marks}]*)[{marks}](?!\S)" for name, marks in QUOTES.items())
    return re.compile(rf"(?:^|(?<=\s))(?P<key>(?ai:{keys})):(?:{quoted}|(?P<word>\S+))")


def _value(found: re.Match[str], shape: Shape) -> str:
    key, word = found["key"].lower(), found["word"]
    if word and any(word[0] in marks for marks in QUOTES.values()):
        raise Unquoted(key=key, example=shape.keys[key].example)
    value = (word or found["double"] or found["single"] or "").translate(DASHES).strip()
    if not value:
        raise NoValue(key=key, example=shape.keys[key].example)
    return value


def _options(text: str, shape: Shape) -> tuple[str, tuple[str, ...]]:
    """The options before the text's first word and after its last, and the text between."""
    known = {option.lower(): option for option in shape.options}
    given = []
    while (word := _first_word(text)[0]).lower() in known:
        given.append(known[word.lower()])
        text = _first_word(text)[1]
    last: list[str] = []
    while (words := text.rsplit(maxsplit=1)) and words[-1].lower() in known:
        last.insert(0, known[words[-1].lower()])
        text = words[0] if len(words) > 1 else ""
    return text.strip(), tuple(dict.fromkeys([*given, *last]))


def _join(pieces: list[str]) -> str:
    """The pieces between what was taken out, without doubled spaces; line breaks stay."""
    text = pieces[0]
    for piece in pieces[1:]:
        left, right = text.rstrip(), piece.lstrip()
        gaps = sorted(filter(None, (text[len(left) :], piece[: len(piece) - len(right)])), key=len)
        text = left + max(gaps, key=lambda gap: gap.count("\n"), default="") + right
    return text.strip()


def _named(found: re.Match[str]) -> Mention | Group:
    if found["user"]:
        return Mention(SlackUserId(found["user"]))
    return Group(found["group"], found["handle"] or found["group"])


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]
