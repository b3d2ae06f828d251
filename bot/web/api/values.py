"""JSON by types: how a value is read, how it is written, and the schema that says so.

What is read comes from outside: each thing that is wrong is named with its place, and nothing is guessed.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from http import HTTPStatus
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, NewType, Union, get_args, get_origin, get_type_hints

from bot.domain.ids import ChannelId, MessageTs, Reference, SlackUserId
from bot.domain.refusal import Refusal
from bot.domain.spans import SPAN, duration
from bot.review.schema import Schema, schema_of
from bot.verbs.requests import REQUIRED
from bot.web.api.problems import Problem, Wrong

LONGEST_TEXT: Final = 20_000
"""Characters, as many as a section of a review may have."""
LONGEST_PARAMETER: Final = 500
"""Characters: a line of a request takes 8,190 bytes."""
LARGEST_NUMBER: Final = 10**9
MOST_ITEMS: Final = 100
PREFIX: Final = "is_"
"""Fields are questions, keys are names: `is_private` is `private`."""

PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")
CHANNEL = re.compile(r"[CGD][A-Z0-9]{1,30}")
REFERENCE = re.compile(r"[Ii][Nn][Cc]-[1-9][0-9]{0,8}")
TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,8}")
INSTANT = re.compile(
    r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
"""RFC 3339, seconds optional; its zone must be told."""
DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")


class NotAsAsked(Exception):
    """A value is not what is asked for; the text goes on after its name: “must be a text”."""


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of value is written in JSON."""

    schema: Schema
    read: Callable[[Any], Any]


def _matching(pattern: re.Pattern[str], told: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise NotAsAsked(told)
        return value

    return read


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise NotAsAsked("must be a text")
    if len(value) > LONGEST_TEXT:
        raise NotAsAsked(f"is {len(value):,} characters long; at most {LONGEST_TEXT:,} are taken")
    text = value.replace("\r\n", "\n")
    if any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t" for one in text):
        raise NotAsAsked("has control characters in it")
    return text


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise NotAsAsked("must be true or false")
    return value


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotAsAsked("must be a whole number")
    if not 0 <= value <= LARGEST_NUMBER:
        raise NotAsAsked(f"must be from 0 to {LARGEST_NUMBER:,}")
    return value


def _decimal(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotAsAsked("must be a number")
    if not 0 <= value <= LARGEST_NUMBER:
        raise NotAsAsked(f"must be from 0 to {LARGEST_NUMBER:,}")
    return float(value)


def _instant(value: Any) -> datetime:
    told = "must be a time with its zone, such as 2026-11-20T14:05:00Z"
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        raise NotAsAsked(told)
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotAsAsked(told) from None


def _day(value: Any) -> date:
    told = "must be a date, such as 2026-12-01"
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise NotAsAsked(told)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise NotAsAsked(told) from None


def _span(value: Any) -> timedelta:
    if not isinstance(value, str) or len(value) > 40:
        raise NotAsAsked("must be a duration, such as 30m or 1h30m")
    try:
        return duration(value)
    except Refusal as no:
        raise NotAsAsked(f"is no duration: {no}") from None


FORMS: Final[Mapping[Any, Form]] = {
    str: Form({"type": "string", "maxLength": LONGEST_TEXT}, _text),
    bool: Form({"type": "boolean"}, _flag),
    int: Form({"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER}, _number),
    float: Form({"type": "number", "minimum": 0, "maximum": LARGEST_NUMBER}, _decimal),
    datetime: Form(
        {"type": "string", "format": "date-time", "pattern": f"^{INSTANT.pattern}$", "examples": ["2026-11-20T14:05Z"]},
        _instant,
    ),
    date: Form({"type": "string", "format": "date", "examples": ["2026-12-01"]}, _day),
    timedelta: Form(
        {"type": "string", "maxLength": 40, "description": "A duration.", "examples": ["30m", "1h30m", "2d"]}, _span
    ),
    SlackUserId: Form(
        {"type": "string", "pattern": f"^{PERSON.pattern}$", "description": "A person's Slack id."},
        _matching(PERSON, "must be a person's Slack id, such as U0123ABC"),
    ),
    ChannelId: Form(
        {"type": "string", "pattern": f"^{CHANNEL.pattern}$", "description": "A channel's Slack id."},
        _matching(CHANNEL, "must be a channel's Slack id, such as C0123ABC"),
    ),
    Reference: Form(
        {"type": "string", "pattern": f"^{REFERENCE.pattern}$", "examples": ["INC-42"]},
        lambda value: _matching(REFERENCE, "must be the reference of an incident, such as INC-42")(value).upper(),
    ),
    MessageTs: Form(
        {"type": "string", "pattern": f"^{TS.pattern}$", "description": "A message's ts."},
        _matching(TS, "must be a message's ts, such as 1772625840.000100"),
    ),
}


def parse(content: bytes) -> Any:
    """The JSON of a body. Raises Problem for what is none, and for a key that stands there twice."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        keyed = dict(found)
        if len(keyed) != len(found):
            raise ValueError("a key stands there twice")
        return keyed

    def constant(_: str) -> Any:
        raise ValueError("not a number of JSON")

    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=pairs, parse_constant=constant)
    except (ValueError, RecursionError):
        told = "The body is no JSON that can be read: UTF-8, each key once, not nested deeply."
        raise Problem(HTTPStatus.BAD_REQUEST, "not_json", told) from None


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an object, and the field that it fills."""

    name: str
    hint: Any
    path: tuple[str, ...]
    """From the outermost value to the field."""
    default: Any = MISSING

    @property
    def is_required(self) -> bool:
        return self.default is MISSING


@dataclass(frozen=True, slots=True)
class Shape:
    """How an object stands for a dataclass: values that are always within it are spread among its keys."""

    of: type
    keys: tuple[Key, ...]

    def schema(self) -> Schema:
        properties = {one.name: schema_of(one.hint, asked_for) for one in self.keys}
        for one in self.keys:
            if not one.is_required and one.default not in (None, "", ()):
                properties[one.name] = {**properties[one.name], "default": written(one.default)}
        required = [one.name for one in self.keys if one.is_required]
        made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**made, "required": required} if required else made

    def read(self, value: Any, at: str = "") -> Any:
        """The dataclass. Raises Unreadable with everything that is wrong."""
        if not isinstance(value, dict):
            raise Unreadable([Wrong(at, "must be an object")])
        wrong: list[Wrong] = []
        known = {one.name for one in self.keys}
        for name in value:
            if name not in known:
                listed = ", ".join(sorted(known)) or "nothing"
                wrong.append(Wrong(f"{at}/{_in_pointer(name)}", f"is not known here; known: {listed}"))
        found: dict[tuple[str, ...], Any] = {}
        for one in self.keys:
            if one.name not in value:
                if one.is_required:
                    wrong.append(Wrong(f"{at}/{one.name}", "is missing"))
                continue
            try:
                found[one.path] = read(one.hint, value[one.name], f"{at}/{one.name}")
            except Unreadable as no:
                wrong += no.wrong
        if wrong:
            raise Unreadable(wrong)
        return _made(self.of, found)


class Unreadable(Exception):
    """Everything that is wrong with what was sent."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(len(wrong))
        self.wrong = tuple(wrong)


def read(hint: Any, value: Any, at: str) -> Any:
    """A value of a type. Raises Unreadable."""
    if get_origin(hint) is Annotated:
        return read(get_args(hint)[0], value, at)
    if hint in FORMS:
        try:
            return FORMS[hint].read(value)
        except NotAsAsked as no:
            raise Unreadable([Wrong(at, str(no))]) from None
    if isinstance(hint, NewType):
        return read(hint.__supertype__, value, at)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _one_of(arguments, value, at)
    if origin is tuple:
        if not isinstance(value, list):
            raise Unreadable([Wrong(at, "must be a list")])
        if len(value) > MOST_ITEMS:
            raise Unreadable([Wrong(at, f"must have at most {MOST_ITEMS} items")])
        return tuple(read(arguments[0], one, f"{at}/{place}") for place, one in enumerate(value))
    if origin is Mapping:
        if not isinstance(value, dict):
            raise Unreadable([Wrong(at, "must be an object")])
        return {
            read(arguments[0], key, f"{at}/{_in_pointer(key)}"): read(arguments[1], one, f"{at}/{_in_pointer(key)}")
            for key, one in value.items()
        }
    if origin is Literal:
        return _listed(arguments, value, at)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _listed(tuple(hint), value, at)
    return shape_of(hint).read(value, at)


def _one_of(hints: Sequence[Any], value: Any, at: str) -> Any:
    if value is None and NoneType in hints:
        return None
    others = [one for one in hints if one is not NoneType]
    if timedelta in others and datetime in others:
        is_span = isinstance(value, str) and SPAN.fullmatch(value.strip()) is not None
        others = [timedelta if is_span else datetime]
        if not is_span and not (isinstance(value, str) and INSTANT.fullmatch(value)):
            told = "must be a duration, such as 30m, or a time with its zone, such as 2026-11-20T14:05:00Z"
            raise Unreadable([Wrong(at, told)])
    return read(others[0], value, at)


def _listed(known: Sequence[Enum], value: Any, at: str) -> Enum:
    found = next((one for one in known if isinstance(value, str) and str(one.value).lower() == value.lower()), None)
    if found is None:
        raise Unreadable([Wrong(at, f"must be one of {', '.join(str(one.value) for one in known)}")])
    return found


@cache
def shape_of(kind: Any, without: frozenset[str] = frozenset()) -> Shape:
    """How an object stands for a dataclass. `without`: fields that nobody sends."""
    return Shape(kind, tuple(one for one in _keys(kind, ()) if one.path[-1] not in without))


def asked_for(hint: Any) -> Schema | None:
    """The schema of what is sent, where it is another than that of what is told."""
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        schema = schema_of(inner, asked_for)
        return {**schema, "minLength": 1} if REQUIRED in marks else schema
    if hint in FORMS:
        return dict(FORMS[hint].schema)
    if is_dataclass(hint) and isinstance(hint, type):
        return shape_of(hint).schema()
    if get_origin(hint) is tuple:
        return {"type": "array", "maxItems": MOST_ITEMS, "items": schema_of(get_args(hint)[0], asked_for)}
    if get_origin(hint) is Mapping:
        key, one = get_args(hint)
        return {
            "type": "object",
            "propertyNames": schema_of(key, asked_for),
            "additionalProperties": schema_of(one, asked_for),
        }
    return None


def _keys(kind: Any, path: tuple[str, ...]) -> Iterator[Key]:
    hints = get_type_hints(kind, include_extras=True)
    for one in fields(kind):
        hint, here = hints[one.name], (*path, one.name)
        if is_dataclass(hint):
            yield from _keys(hint, here)
            continue
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        yield Key(one.name.removeprefix(PREFIX), hint, here, default)


def _made(kind: Any, found: Mapping[tuple[str, ...], Any]) -> Any:
    hints = get_type_hints(kind)
    values = {path[0]: value for path, value in found.items() if len(path) == 1}
    for name in {path[0] for path in found if len(path) > 1}:
        values[name] = _made(hints[name], {path[1:]: value for path, value in found.items() if path[0] == name})
    return kind(**values)


def read_query(kind: Any, given: Mapping[str, Sequence[str]]) -> Any:
    """The dataclass of a query; a list may be given as `a,b` and as several parameters. Raises Unreadable."""
    shape = shape_of(kind)
    hints = {one.name: one.hint for one in shape.keys}
    wrong = [Wrong(name, "is there twice") for name, values in given.items() if _is_doubled(hints.get(name), values)]
    too_long = f"is longer than {LONGEST_PARAMETER} characters"
    wrong += [Wrong(name, too_long) for name, values in given.items() if sum(map(len, values)) > LONGEST_PARAMETER]
    if wrong:
        raise Unreadable(wrong)
    values = {name[:60]: _typed(hints.get(name), values) for name, values in given.items()}
    try:
        return shape.read(values)
    except Unreadable as no:
        raise Unreadable([Wrong(one.pointer.lstrip("/"), one.detail) for one in no.wrong]) from None


def _is_doubled(hint: Any, values: Sequence[str]) -> bool:
    return len(values) > 1 and get_origin(hint) is not tuple


def _typed(hint: Any, values: Sequence[str]) -> Any:
    """A parameter as JSON would have it."""
    inner = {hint, *(get_args(hint) if get_origin(hint) in (Union, UnionType) else ())}
    if get_origin(hint) is tuple:
        return [part for value in values for part in value.split(",") if part]
    (value, *_) = values
    if bool in inner:
        return {"true": True, "false": False}.get(value.lower(), value)
    if int in inner and re.fullmatch(r"[0-9]{1,12}", value, re.ASCII):
        return int(value)
    return value


def _in_pointer(key: str) -> str:
    """As RFC 6901 escapes it, short."""
    return key[:60].replace("~", "~0").replace("/", "~1")


def written(value: Any) -> Any:
    """A value as JSON has it: instants in UTC with `Z`, spans in seconds."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case timedelta():
            seconds = value.total_seconds()
            return int(seconds) if seconds.is_integer() else seconds
        case Mapping():
            return {str(written(key)): written(one) for key, one in value.items()}
        case list() | tuple():
            return [written(one) for one in value]
    return {one.name: written(getattr(value, one.name)) for one in fields(value)}
