"""The JSON schema of the review, from its dataclasses: `python -m tests.house.review_schema` writes it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from bot.domain.document import PostedUpdate, Review
from bot.review.as_json import OPTIONAL, RENAMED, SCHEMA
from tests.house.sources import ROOT

FILE = ROOT / "docs" / "review.schema.json"
INSTANT = {"type": "string", "format": "date-time", "description": "RFC 3339, UTC"}
SIMPLE: dict[Any, dict[str, Any]] = {
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
COMPUTED: dict[Any, dict[str, Any]] = {PostedUpdate: {"on_time": SIMPLE[bool], "late_by": SIMPLE[timedelta]}}


def schema() -> dict[str, Any]:
    made = _schema_of(Review)
    made["properties"] = {"schema": {"const": SCHEMA}, **made["properties"]}
    made["required"] = ["schema", *made["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Muster's post-incident review",
        "description": "People are Slack ids. Keys may be added; none goes or changes its meaning.",
        **made,
    }


def as_text() -> str:
    return json.dumps(schema(), indent=2) + "\n"


def _schema_of(hint: Any) -> dict[str, Any]:
    if isinstance(hint, NewType):
        return _schema_of(hint.__supertype__)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return {"anyOf": [_schema_of(one) for one in arguments]}
    if origin in (tuple, Sequence):
        return {"type": "array", "items": _schema_of(arguments[0])}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": _schema_of(arguments[1])}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"type": "string", "enum": [one.value for one in hint]}
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        shown = [one.name for one in fields(hint) if (hint, one.name) not in NOT_WRITTEN]
        own = {RENAMED.get(name, name): _schema_of(hints[name]) for name in shown}
        properties = {**own, **COMPUTED.get(hint, {})}
        required = [name for name in properties if name not in {RENAMED.get(one, one) for one in OPTIONAL}]
        return {"type": "object", "properties": properties, "required": required}
    return SIMPLE[hint]


if __name__ == "__main__":
    FILE.write_text(as_text(), encoding="utf-8")
