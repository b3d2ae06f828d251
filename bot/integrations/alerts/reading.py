"""What all readers of alerts share: JSON whatever it holds, texts that are data, times as senders spell them.

Whatever arrives, a reader answers with signals or raises `Unreadable`.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState

TITLE, TEXT, WORD, VALUE, ADDRESS = 300, 2_000, 100, 300, 2_000
"""Characters that are kept of each."""
MOST_LABELS = 40
MOST_SIGNALS = 5_000
"""Of one delivery; more would not fit into a mebibyte but for empty ones."""
KEY = 64
"""Characters of a key; a longer one is known by its digest."""
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
"""What terminals act on: ECMA-48, control sequences and strings."""
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""Control characters, those that turn the direction of text, those without width, and lone surrogates."""
OPENING = re.compile(r"<(?=[@#!])")
"""What Slack takes for a person, a channel or everybody: docs.slack.dev, "Formatting message text"."""
SPACES = re.compile(r"[ \t]{2,}")
LITERAL = re.compile(r"\$[A-Z_]+\$?|\$[a-zA-Z_.]+\$|\{[A-Z][A-Z0-9.]*\}|\{\{.*\}\}", re.DOTALL)
"""A variable as it stands in a template: Datadog's, Nagios' and Icinga's, Zabbix', New Relic's."""
URL = re.compile(r"https?://[^\s<>|\"]+", re.IGNORECASE)


class Unreadable(Exception):
    """What came is nothing that this source sends; the text says why, and quotes none of it."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as it came."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in lower case."""
    query: Mapping[str, str] = field(default_factory=dict)


def as_json(body: bytes) -> Any:
    """Raises Unreadable, also for what is nested too deeply."""
    try:
        return json.loads(body)
    except RecursionError:
        raise Unreadable("The JSON is nested too deeply.") from None
    except ValueError:
        raise Unreadable("The body is no JSON.") from None


def as_object(body: bytes) -> dict[str, Any]:
    """Raises Unreadable."""
    found = as_json(body)
    if not isinstance(found, dict):
        raise Unreadable("The body is no JSON object.")
    return found


def part(value: Any, *names: str) -> dict[str, Any]:
    """A part of what came, by its way; empty where it is not there or no object."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def tidy(value: Any, limit: int) -> str:
    """A text that calls nobody, steers no terminal and is no longer than `limit`; empty for what is none."""
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return ""
    text = _digits(value) if isinstance(value, int | float) else str(value)
    text = text[: limit * 4]
    text = UNSEEN.sub("", ESCAPES.sub("", text.replace("\r\n", "\n")))
    text = SPACES.sub(" ", OPENING.sub("<\u2060", text)).strip()
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _digits(value: float) -> str:
    try:
        return str(value)
    except ValueError:  # more digits than Python writes
        return ""


def one_line(value: Any, limit: int) -> str:
    return " ".join(tidy(value, limit).split())


def first(*values: Any) -> str:
    """The first text that is not empty, as one line."""
    return next((text for value in values if (text := one_line(value, TITLE))), "")


def meant(value: Any) -> str:
    """What a template was filled in with; empty where its variable stands there still, as senders' tests have it."""
    text = tidy(value, TEXT)
    return "" if LITERAL.fullmatch(text) else text


def tagged(said: str, between: str) -> dict[str, str]:
    """Tags such as `env:prod,service:checkout`; one without a value is its own."""
    found = {}
    for tag in said.split(between)[: MOST_LABELS * 2]:
        name, _, value = tag.strip().partition(":")
        if name:
            found[name] = value or name
    return found


def address(value: Any) -> str | None:
    """A web address; None for anything else."""
    text = tidy(value, ADDRESS + 1)
    return text if len(text) <= ADDRESS and URL.fullmatch(text) else None


def instant(value: Any) -> datetime | None:
    """A time as RFC 3339 has it, or seconds or milliseconds since 1970; None for what is none, and for the year 1,
    which stands for "not yet"."""
    try:
        if isinstance(value, bool):
            return None
        if isinstance(value, str) and re.fullmatch(r"[0-9]{9,14}(\.[0-9]+)?", value.strip()):
            value = float(value)
        if isinstance(value, int | float):
            seconds = value / 1000 if value > 100_000_000_000 else value
            found = datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
        elif isinstance(value, str):
            found = datetime.fromisoformat(value.strip())
            found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return found if found is not None and found.year > 1970 else None


def labels_of(value: Any) -> dict[str, str]:
    """Names and values of an object, as far as they are texts or numbers."""
    found: dict[str, str] = {}
    for name, said in value.items() if isinstance(value, dict) else ():
        text = one_line(said, VALUE)
        if text and len(found) < MOST_LABELS:
            found[one_line(name, WORD)] = text
    return found


def digest(*parts: str) -> str:
    """What stands for texts of any length."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()


def signal(
    source: str,
    key: Any,
    state: SignalState,
    title: str,
    *,
    group: Any = "",
    text: Any = "",
    severity: Any = "",
    labels: Any = None,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    link: Any = None,
    runbook_url: Any = None,
) -> Signal:
    """A signal within bounds. Raises Unreadable where nothing tells it from others."""
    known_by = str(key) if isinstance(key, str | int) and not isinstance(key, bool) else ""
    if not known_by.strip():
        raise Unreadable("It says nothing by which its alert could be known again.")
    grouped = str(group) if isinstance(group, str | int) and group != "" else known_by
    is_plain = len(known_by) <= KEY and known_by.isascii() and known_by.isprintable()
    return Signal(
        source=source,
        key=known_by if is_plain else digest(known_by),
        group=grouped if len(grouped) <= KEY and grouped.isprintable() else digest(grouped),
        state=state,
        title=title or "An alert without a title",
        text=tidy(text, TEXT),
        severity=one_line(severity, WORD).lower(),
        labels=labels_of(labels),
        started_at=started_at,
        ended_at=ended_at if state is SignalState.RESOLVED else None,
        link=address(link),
        runbook_url=address(runbook_url),
    )


def bounded(signals: Iterable[Signal]) -> list[Signal]:
    """Raises Unreadable where there are more than anybody sends."""
    found = list(signals)
    if len(found) > MOST_SIGNALS:
        raise Unreadable(f"It has more than {MOST_SIGNALS:,} alerts in it.")
    return found
