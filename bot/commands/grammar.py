"""What may stand after `/incident`, read word by word; nothing here knows what it leads to.

Typographic quotes and dashes, which phones put in by themselves, count as plain ones wherever they are syntax: in a
reference and around or inside the value of a key. Text is kept as typed. What stands as code, between backticks, is
never syntax.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.commands.asking_back import Question, Way
from bot.commands.dates_and_times import calendar_date, is_date, is_moment
from bot.domain.ids import SlackUserId
from bot.domain.refusal import NotFound, Refusal
from bot.domain.spans import duration, is_span, shown
from bot.domain.transcript import as_typed
from bot.verbs.did_you_mean import nearest

DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
QUOTES = ('"“”„‟«»', "'‘’‚‛`´")
QUOTED = re.compile("|".join(rf"[{marks}][^{marks}]*[{marks}](?!\S)" for marks in QUOTES))
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
HIDDEN = "\ue000"
"""Stands for each character of code while syntax is looked for: no space, no letter, nothing that a key begins with."""
REFERENCE = re.compile(r"INC-([0-9]+)[:,]?", re.IGNORECASE)
LARGEST_REFERENCE = 9
"""Digits; what is longer can be no incident of ours."""
MENTION = re.compile(
    r"<@(?P<user>[UW][A-Z0-9]+)(?:\|[^<>]*)?>|<!subteam\^(?P<group>[A-Z0-9]+)(?:\|@?(?P<handle>[^<>]*))?>"
)
OTHER_NAME = re.compile(r"(?:^|(?<=[\s<(,;:\"'“‘]))(?:@\w[\w.\-]*|<!(?:channel|here|everyone)\b[^>]*>)")
PARTS = ("conditions", "actions", "needs")


class Unquoted(Refusal):
    """The quotation mark after `{key}:` is not closed. For example: `{key}:"{example}"`."""


class NoValue(Refusal):
    """`{key}:` needs a value. For example: `{key}:"{example}"`."""


class TypedTwice(Refusal):
    """`{key}:` is there twice, as “{first}” and “{second}”. Type it once."""


class UnknownValue(Refusal):
    """`{key}:` does not know “{typed}”. {hint}It takes {known}."""


class HowFar(Question):
    """`{key}:` takes one word, or words in quotes. Does “{more}” belong to it, or is it separate text? Nothing was
    recorded."""


class UnknownPerson(Refusal):
    """Slack knows nobody here called “{name}”. Type @ and choose from Slack's list."""


@dataclass(frozen=True, slots=True)
class Key:
    """What stands after `key:`. `read` takes the key and what was typed, and raises a Refusal for what it cannot be."""

    read: Callable[[str, str], Any]
    example: str
    is_surely: Callable[[str], bool] = lambda _: False
    """Whether a word can only be a value: then one space may stand before it, as in `next: 30m`."""
    may_be_a_word: bool = False
    """Its values are words of the language: after a space, one is taken only where nothing but tokens follows."""
    ends_text: bool = False
    """Taken without its colon as the last words of a text: `next 30m`."""
    is_text: bool = False
    """Its value is free text: what follows it unquoted may belong to it, so that is asked back."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What one verb takes besides its text."""

    keys: Mapping[str, Key] = field(default_factory=dict)
    options: frozenset[str] = frozenset()
    """Words that may follow the last token without being text."""


@dataclass(frozen=True, slots=True)
class Words:
    """A command in its parts, before the verb's shape is applied."""

    reference: str | None
    """As `INC-42`."""
    verb: str
    """In lower case; empty when nothing was typed, or a reference alone."""
    rest: str
    said: str = field(default="", compare=False)
    """The verb and the rest, as typed."""

    @property
    def before(self) -> str:
        """What the rest stands after: `INC-42 update`."""
        return f"{self.reference or ''} {self.verb}".strip()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What stands after the verb: the text without its tokens, and the values."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    last: str = field(default="", compare=False)
    """The part of the text that stands after the last token; empty without tokens."""


@dataclass(frozen=True, slots=True)
class Token:
    """`key:value`, and where it stands in what was typed."""

    key: str
    value: str
    start: int
    end: int
    is_quoted: bool = False


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

    return Key(choose, str(names[0]), lambda word: word.lower() in known, may_be_a_word=True)


WORD = Key(lambda _, typed: typed, "two words")
MOMENT = Key(lambda _, typed: typed, "14:05", is_moment)
"""A time of day or a date with a time, read in the typist's zone."""
DURATION = Key(lambda _, typed: duration(typed), "30m", is_span)
DATE = Key(lambda _, typed: calendar_date(typed), "2026-12-01", is_date)


def split(line: str) -> Words:
    """The reference, the verb and the rest. Raises NotFound for a number that no incident can have."""
    line = as_typed(line).strip()
    reference, rest = cut_reference(line)
    said = line if reference is None else rest
    verb, rest = _first_word(said)
    return Words(reference, verb.translate(DASHES).rstrip(":,").lower(), rest, said)


def cut_reference(text: str) -> tuple[str | None, str]:
    """The reference that a text begins with, as `INC-42`, and what follows it. Raises NotFound for a number that no
    incident can have."""
    word, rest = _first_word(text)
    found = REFERENCE.fullmatch(word.translate(DASHES))
    if found is None:
        return None, text
    number = found[1].lstrip("0") or "0"
    if len(number) > LARGEST_REFERENCE:
        raise NotFound(ref=shown(f"INC-{number}"))
    return f"INC-{number}", rest


def read(rest: str, shape: Shape, before: str = "") -> Parsed:
    """The tokens that the verb knows, and the text without them. `before`: what the rest stands after, such as
    `INC-42 update`, for what is asked back."""
    values: dict[str, Any] = {}
    tokens: dict[str, Token] = {}
    pieces, end = [], 0
    for token in _tokens(rest, shape):
        if token.key in tokens:
            raise TypedTwice(key=token.key, first=shown(tokens[token.key].value), second=shown(token.value))
        tokens[token.key] = token
        values[token.key] = shape.keys[token.key].read(token.key, token.value)
        pieces.append(rest[end : token.start])
        end = token.end
    _require_ends(rest, shape, list(tokens.values()), before)
    return Parsed(join([*pieces, rest[end:]]), values, rest[end:].strip() if tokens else "")


def masked(text: str) -> str:
    """The text, as long as it is, with its code hidden."""
    return CODE.sub(lambda found: HIDDEN * len(found[0]), text)


def mentions(text: str) -> tuple[list[Mention | Group], str]:
    """The people and groups named, and the text without them. Raises UnknownPerson for any other `@name`."""
    found = list(MENTION.finditer(masked(text)))
    starts, ends = [0, *(one.end() for one in found)], [*(one.start() for one in found), len(text)]
    rest = join([text[start:end] for start, end in zip(starts, ends, strict=True)])
    if other := OTHER_NAME.search(masked(rest)):
        raise UnknownPerson(name=shown(other[0]))
    return [_named(one) for one in found], rest


def cut_update(text: str, headings: Sequence[str] = ()) -> tuple[str, str, str]:
    """Conditions, actions and needs. A text that does not begin with `Conditions:` is all conditions. `headings`: what
    those whom it is for call the parts; the usual names are read as well."""
    hidden = masked(text := text.strip())
    for names in filter(None, (headings, PARTS)):
        if (parts := _cut(text, hidden, [name.casefold() for name in names])) is not None:
            first, second, third = (*parts, "", "")[:3]
            return first, second, third
    return text, "", ""


def _cut(text: str, hidden: str, names: Sequence[str]) -> list[str] | None:
    """The text below each name, in their order; None where it does not begin with the first."""
    part = re.compile(rf"(?:^|(?<=\s))((?i:{'|'.join(map(re.escape, names))})):")
    first = part.match(hidden)
    if first is None or first[1].casefold() != names[0]:
        return None
    cuts = {found[1].casefold(): found for found in reversed(list(part.finditer(hidden)))}
    order = sorted(cuts.values(), key=lambda found: found.start())
    ends = [found.start() for found in order[1:]] + [len(text)]
    parts = {found[1].casefold(): text[found.end() : end].strip() for found, end in zip(order, ends, strict=True)}
    return [parts.get(name, "") for name in names]


def _first_word(text: str) -> tuple[str, str]:
    word, rest = (*text.split(maxsplit=1), "", "")[:2]
    return word, rest.rstrip()


def _tokens(rest: str, shape: Shape) -> Iterator[Token]:
    """Every `key:value` at the beginning of a word, outside code, in order."""
    if not shape.keys:
        return
    hidden, end = masked(rest), 0
    names = "|".join(map(re.escape, shape.keys))
    given = set()
    for found in re.finditer(rf"(?:^|(?<=\s))(?P<key>(?ai:{names})):", hidden):
        if found.start() >= end and (token := _token(rest, hidden, found, shape)):
            yield token
            end = token.end
            given.add(token.key)
    for key in (name for name, one in shape.keys.items() if one.ends_text and name not in given):
        last = re.compile(rf"(?:^|(?<=\s))(?ai:{re.escape(key)})\s+(?P<value>\S+)\s*\Z").search(hidden, end)
        if last and shape.keys[key].is_surely(last["value"].translate(DASHES)):
            yield Token(key, last["value"].translate(DASHES), last.start(), last.end())


def _token(rest: str, hidden: str, found: re.Match[str], shape: Shape) -> Token | None:
    key, at = found["key"].lower(), found.end()
    if quoted := QUOTED.match(hidden, at):
        value = _value(rest[at + 1 : quoted.end() - 1], key, shape)
        return Token(key, value, found.start(), quoted.end(), is_quoted=True)
    if word := re.compile(r"\S+").match(hidden, at):
        typed = rest[at : word.end()]
        is_code = CODE.fullmatch(typed) is not None
        if not is_code and any(typed[0] in marks for marks in QUOTES):
            raise Unquoted(key=key, example=shape.keys[key].example)
        value = _value(typed.strip("`") if is_code else typed, key, shape)
        return Token(key, value, found.start(), word.end(), is_code)
    spaced = re.compile(r" (\S+)").match(hidden, at)
    if spaced and _is_surely(spaced[1].translate(DASHES), hidden[spaced.end() :].strip(), shape.keys[key], shape):
        return Token(key, spaced[1].translate(DASHES), found.start(), spaced.end())
    return None


def _is_surely(word: str, following: str, key: Key, shape: Shape) -> bool:
    """Whether the word after `key: ` is its value. A word of the language is one only where no text follows."""
    if not key.is_surely(word):
        return False
    return not key.may_be_a_word or not following or following.partition(":")[0].lower() in shape.keys


def _value(typed: str, key: str, shape: Shape) -> str:
    value = typed.translate(DASHES).strip()
    if not value:
        raise NoValue(key=key, example=shape.keys[key].example)
    return value


def _require_ends(rest: str, shape: Shape, tokens: list[Token], before: str) -> None:
    """Of each value that is free text it must be plain where it ends. Raises HowFar."""
    for place, token in enumerate(tokens):
        until = tokens[place + 1].start if place + 1 < len(tokens) else len(rest)
        more = rest[token.end : until].strip()
        words = more.lower().split()
        if not shape.keys[token.key].is_text or token.is_quoted or all(word in shape.options for word in words):
            continue
        quoted = f"{token.value} {more}".replace('"', "'")
        longer = f'{rest[: token.start]}{token.key}:"{quoted}" {rest[until:]}'
        shorter = f'{rest[: token.start]}{token.key}:"{token.value}" {rest[token.end :].lstrip()}'
        ways = (
            Way(f"All of it is {token.key}", f"{before} {longer}".strip()),
            Way("Only the first word", f"{before} {shorter}".strip()),
        )
        raise HowFar(ways, key=token.key, more=shown(more))


def join(pieces: list[str]) -> str:
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
