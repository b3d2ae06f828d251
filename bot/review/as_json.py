"""The review as JSON for other programs, schema `muster.review/1`.

Instants are RFC 3339 in UTC with `Z`, spans are seconds, people are Slack ids.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any, TextIO

from bot.domain.document import Entry, Evidence, Line, PostedUpdate
from bot.domain.transcript import as_typed
from bot.review.secrets import Redacted
from bot.review.wording import TIME

SCHEMA = "muster.review/1"

RENAMED = {
    "is_private": "private",
    "is_drill": "drill",
    "is_edited": "edited",
    "is_kept": "kept",
    "is_deleted": "deleted",
    "is_written": "written",
    "is_joining": "joined",
    "is_late": "late",
    "is_bookkeeping": "bookkeeping",
    "shown_as": "author_name",
    "since": "from",
    "until": "to",
}
"""Field of ours → key of the document, where they differ."""

OPTIONAL = frozenset(
    {
        "about_service",
        "audiences",
        "error_budget",
        "integration",
        "shown_as",
        "full_name",
        "original",
        "mitigated_after",
        "pages",
        "reporting",
        "whom",
    }
)
"""Keys that stand only where there is something to say."""


def write_json(review: Redacted, out: TextIO) -> None:
    """The document with its keys always in the same order; written part by part, as a transcript can be long."""
    json.dump({"schema": SCHEMA, **_keyed(review)}, out, ensure_ascii=False, indent=2, default=_value)
    out.write("\n")


def render_json(review: Redacted) -> str:
    written = StringIO()
    write_json(review, written)
    return written.getvalue().encode("utf-8", "replace").decode("utf-8")


def _value(value: object) -> str | int | float | dict[str, Any]:
    """Whatever JSON has no form of its own for."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case timedelta():
            seconds = value.total_seconds()
            return int(seconds) if seconds.is_integer() else seconds
        case PostedUpdate():
            written = {name: one for name, one in _keyed(value).items() if name != "grace"}
            return {**written, "on_time": value.is_on_time, "late_by": value.late_by}
        case Entry():
            keyed = _keyed(value)
            texts: dict[str, Any] = {
                name: TIME.sub(r"\g<utc>", keyed[name]) for name in ("text", "original") if name in keyed
            }
            return {**keyed, **texts}
        case Line() | Evidence():
            # As it was typed: Slack's three entities are decoded, mentions and links are kept.
            return {**_keyed(value), "text": as_typed(value.text)}
    return _keyed(value)


def _keyed(value: object) -> dict[str, Any]:
    """A part of the review by its fields. Raises TypeError for anything else."""
    if not is_dataclass(value):
        raise TypeError(f"no JSON for {type(value).__name__}")
    named = {field.name: getattr(value, field.name) for field in fields(value)}
    return {RENAMED.get(name, name): one for name, one in named.items() if one is not None or name not in OPTIONAL}
