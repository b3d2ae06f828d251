"""Reading what somebody typed after `/incident`: the verb, its tokens, and the text that is left.

Every function is pure and raises nothing but Refusal. Syntax reads typographic quotes and dashes as plain ones; free
text keeps what was typed.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.ids import SlackUserId
from bot.domain.refusal import Refusal

Key = Callable[[str, str], Any]
"""Turns the value of a key into what it means; raises Refusal. Takes the key's name and the value."""

QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“”", "”": "”", "‘": "’", "’": "’", "«": "»"}
"""Opening quote → the characters that may close it."""

DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}

REFERENCE = re.compile(r"inc-([1-9]\d{0,8})", re.IGNORECASE)
TOKEN = re.compile(r"(?<!\S)([A-Za-z]+):(?=\S)")
DURATION_PART = re.compile(r"(\d+)([smhd])")
LONGEST = timedelta(days=365)
CLOCK_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|<!subteam\^(\w+)(?:\|@?([^>]*))?>")
LOOSE_NAME = re.compile(r"(?<![\w.@])@[\w.-]+")
PARTS = re.compile(r"(?<!\S)(conditions|actions|needs):\s*", re.IGNORECASE)


class BadToken(Refusal):
    """`{key}:{value}` was not understood. {known}"""


class TwiceTheSame(Refusal):
    """`{key}:` stands there twice. Give it once; nothing was recorded."""


class NoSuchDuration(Refusal):
    """“{text}” is no duration. Examples: `45s`, `15m`, `1h30m`, `4h`, `2d`."""


class NoSuchTime(Refusal):
    """“{text}” is no time. Examples: `14:05` in your own time zone, or `2026-11-20T14:05Z`."""


class NoSuchDate(Refusal):
    """“{text}” is no date. Example: `2026-12-01`."""


class NotAMention(Refusal):
    """“{name}” is not somebody Slack knows. Type @ and choose the person from Slack's list."""


@dataclass(frozen=True, slots=True)
class Words:
    """The whole line, before the verb's own shape is applied."""

    reference: str | None
    """As people write it in messages: `INC-42`."""
    verb: str
    """Lower case; empty when nothing was typed."""
    rest: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What one verb takes besides text: `keys` as `key:value`; `options` before the text's first word or after its
    last."""

    keys: Mapping[str, Key] = field(default_factory=lambda: MappingProxyType({}))
    options: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Parsed:
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A person, chosen from Slack's list."""

    user: SlackUserId


@dataclass(frozen=True, slots=True)
class Group:
    """A user group, chosen from Slack's list."""

    id: str
    handle: str


def split(line: str) -> Words:
    """Reference and verb apart from the rest. Slack's three entities are decoded, once."""
    words = decode(line).strip()
    reference = None
    first, rest = _first_word(words)
    if found := REFERENCE.fullmatch(first.translate(DASHES)):
        reference = f"INC-{int(found[1])}"
        first, rest = _first_word(rest)
    return Words(reference, first.lower(), rest)


def _first_word(text: str) -> tuple[str, str]:
    parts = text.split(maxsplit=1)
    return (parts[0] if parts else "", parts[1].strip() if len(parts) > 1 else "")


def decode(text: str) -> str:
    """Undo what Slack does to `&`, `<` and `>`, once: `&amp;lt;` becomes `&lt;`."""
    return re.sub(r"&(?:lt|gt|amp);", lambda found: ENTITIES[found[0]], text)


def read(rest: str, shape: Shape) -> Parsed:
    """Tokens and options of the verb's shape, and the text that is left, as typed. Raises Refusal."""
    text, values = _take_tokens(rest, shape.keys)
    text, options = _take_options(text, shape.options)
    return Parsed(text, values, options)


def _take_tokens(text: str, keys: Mapping[str, Key]) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {}
    position = 0
    while found := TOKEN.search(text, position):
        key = found[1].lower()
        if key not in keys:
            position = found.end()
            continue
        value, end = _value(text, found.end())
        if key in values:
            raise TwiceTheSame(key=key)
        values[key] = keys[key](key, value)
        position = found.start()
        text = _cut(text, found.start(), end)
    return text.strip(), values


def _value(text: str, start: int) -> tuple[str, int]:
    """One word, or everything up to the closing quote."""
    closers = QUOTES.get(text[start])
    if closers is not None:
        ends = [end for end in (text.find(closer, start + 1) for closer in closers) if end > 0]
        if ends:
            return text[start + 1 : min(ends)], min(ends) + 1
    end = start
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[start:end], end


def _cut(text: str, start: int, end: int) -> str:
    """The text without a piece; of the spaces around it one is left, line breaks stay."""
    before, after = text[:start], text[end:]
    if before.endswith(" ") and (not after or after[0] in " \n"):
        before = before[:-1]
    elif not before or before.endswith("\n"):
        after = after.lstrip(" ")
    return before + after


def _take_options(text: str, options: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """Options stand before the first word or after the last; between words they are text."""
    by_name = {option.lower(): option for option in options}
    words = list(re.finditer(r"\S+", text))
    leading, trailing = 0, len(words)
    while leading < trailing and words[leading][0].lower() in by_name:
        leading += 1
    while trailing > leading and words[trailing - 1][0].lower() in by_name:
        trailing -= 1
    taken = [by_name[word[0].lower()] for word in (*words[:leading], *words[trailing:])]
    left = text[words[leading].start() : words[trailing - 1].end()] if leading < trailing else ""
    return left, tuple(dict.fromkeys(taken))


def WORD(key: str, value: str) -> str:  # noqa: N802 - reads as a constant beside `one_of(…)`
    """Any word."""
    if not value.strip():
        raise BadToken(key=key, value=value, known="It needs a value.")
    return value.strip()


def DURATION(key: str, value: str) -> timedelta:  # noqa: ARG001, N802
    return duration(value)


def DATE(key: str, value: str) -> date:  # noqa: ARG001, N802
    return calendar_date(value)


def one_of(*known: str) -> Key:
    """One of a few words, in any case."""

    def pick(key: str, value: str) -> str:
        if value.lower() not in known:
            near = nearest(value, known)
            hint = f"Did you mean `{key}:{near}`? " if near else ""
            raise BadToken(key=key, value=value, known=f"{hint}It knows {', '.join(known)}.")
        return value.lower()

    return pick


def duration(text: str) -> timedelta:
    """`45s`, `15m`, `1h30m`, `4h`, `2d`: above zero, a year at the most. Raises NoSuchDuration."""
    parts = DURATION_PART.findall(text.strip().lower())
    units = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
    letters = [letter for _, letter in parts]
    if (
        not parts
        or "".join(map("".join, parts)) != text.strip().lower()
        or letters != sorted(letters, key="dhms".index)
    ):
        raise NoSuchDuration(text=text)
    if len(set(letters)) != len(letters) or any(len(number) > 9 for number, _ in parts):
        raise NoSuchDuration(text=text)
    span = timedelta(**{units[letter]: int(number) for number, letter in parts})
    if not timedelta(0) < span <= LONGEST:
        raise NoSuchDuration(text=text)
    return span


def clock_time(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The latest such time not after now, in the typist's zone; or an instant in ISO 8601. Raises NoSuchTime."""
    typed = text.strip().translate(DASHES)
    if found := CLOCK_TIME.fullmatch(typed):
        return _latest(int(found[1]), int(found[2]), zone, now)
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise NoSuchTime(text=text) from None
    if len(typed) < len("2026-11-20T14"):
        raise NoSuchTime(text=text)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise NoSuchTime(text=text) from None


def _latest(hour: int, minute: int, zone: ZoneInfo, now: datetime) -> datetime:
    """Walk back day by day; where a clock shows a time twice the later one counts, where it skips it none does."""
    today = now.astimezone(zone).date()
    for back in range(4):
        day = today - timedelta(days=back)
        for fold in (1, 0):
            local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone, fold=fold)
            moment = local.astimezone(UTC)
            exists = moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
            if exists and moment <= now:
                return moment
    raise NoSuchTime(text=f"{hour:02}:{minute:02}")


def calendar_date(text: str) -> date:
    """A day of the calendar, as `2026-12-01`. Raises NoSuchDate."""
    typed = text.strip().translate(DASHES)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed):
        raise NoSuchDate(text=text)
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NoSuchDate(text=text) from None


def mentions(text: str) -> tuple[tuple[Mention | Group, ...], str]:
    """Everybody who is mentioned, in order, and the text without them. Raises NotAMention for a loose `@name`."""
    found = tuple(
        Mention(SlackUserId(one[1])) if one[1] else Group(one[2], one[3] or one[2]) for one in MENTION.finditer(text)
    )
    left = MENTION.sub("", text)
    if loose := LOOSE_NAME.search(left):
        raise NotAMention(name=loose[0])
    return found, re.sub(r"[ \t]{2,}", " ", left).strip()


def cut_update(text: str) -> tuple[str, str, str]:
    """Conditions, actions and needs of an update that begins with `Conditions:`; any other is all conditions."""
    pieces = PARTS.split(text.strip())
    if pieces[0] or len(pieces) < 3 or pieces[1].lower() != "conditions":
        return text.strip(), "", ""
    parts = {"conditions": "", "actions": "", "needs": ""}
    for name, words in zip(pieces[1::2], pieces[2::2], strict=True):
        already = parts[name.lower()]
        parts[name.lower()] = f"{already} {words.strip()}".strip()
    return parts["conditions"], parts["actions"], parts["needs"]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that a mistyped one most likely stands for."""
    found = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None
