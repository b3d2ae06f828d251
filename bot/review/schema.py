"""JSON schemas (draft 2020-12) of values made of dataclasses, from their types."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, Literal, NewType, Union, get_args, get_origin, get_type_hints

from bot.domain.document import PostedUpdate, Review
from bot.review.as_json import OPTIONAL, RENAMED, SCHEMA

Schema = dict[str, Any]
Known = Callable[[Any], Schema | None]
"""The schema of a type where it is not the usual one."""

INSTANT: Final[Schema] = {"type": "string", "format": "date-time", "description": "RFC 3339, UTC"}
SIMPLE: Final[Mapping[Any, Schema]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime: INSTANT,
    date: {"type": "string", "format": "date"},
    timedelta: {"type": "number", "description": "seconds"},
    NoneType: {"type": "null"},
}
NOT_WRITTEN = {(PostedUpdate, "grace")}
COMPUTED: Mapping[Any, Mapping[str, Schema]] = {
    PostedUpdate: {"on_time": SIMPLE[bool], "late_by": SIMPLE[timedelta]},
}
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema_of(hint: Any, known: Known) -> Schema:
    """The schema of a type; `known` is asked first, for it and for all that is in it."""
    if (own := known(hint)) is not None:
        return own
    if isinstance(hint, NewType):
        return schema_of(hint.__supertype__, known)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return {"anyOf": [schema_of(one, known) for one in arguments]}
    if origin in (tuple, list, Sequence):
        return {"type": "array", "items": schema_of(arguments[0], known)}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": schema_of(arguments[1], known)}
    if origin is Literal:
        return {"type": "string", "enum": [one.value for one in arguments]}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"type": "string", "enum": [one.value for one in hint]}
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        properties = {one.name: schema_of(hints[one.name], known) for one in fields(hint)}
        return {"type": "object", "properties": properties, "required": list(properties)}
    return dict(SIMPLE[hint])


def review_schema() -> Schema:
    """That of the review as JSON."""
    made = schema_of(Review, _of_a_review)
    made["properties"] = {"schema": {"const": SCHEMA}, **made["properties"]}
    made["required"] = ["schema", *made["required"]]
    return {
        "title": "Muster's post-incident review",
        "description": "People are Slack ids. Keys may be added; none goes or changes its meaning.",
        **made,
    }


def _of_a_review(hint: Any) -> Schema | None:
    """A part of the review, whose keys are not all named as its fields are."""
    if not is_dataclass(hint):
        return None
    hints = get_type_hints(hint)
    shown = [one.name for one in fields(hint) if (hint, one.name) not in NOT_WRITTEN]
    own = {RENAMED.get(name, name): schema_of(hints[name], _of_a_review) for name in shown}
    properties = {**own, **COMPUTED.get(hint, {})}
    required = [name for name in properties if name not in {RENAMED.get(one, one) for one in OPTIONAL}]
    return {"type": "object", "properties": properties, "required": required}
