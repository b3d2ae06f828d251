"""Timeline events and effects as JSON and back.

Additive only: a class may gain optional fields; a kind or version that is not known decodes to `UnknownEvent`.
"""

import hashlib
import json
import secrets
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from bot.domain import effects as e
from bot.domain.ids import SlackUserId
from bot.domain.timeline import AnyEvent, UnknownEvent

KINDS: dict[str, type[Any]] = {one.__name__: one for one in get_args(AnyEvent) if one is not UnknownEvent}
VERSIONS: dict[str, int] = dict.fromkeys(KINDS, 1)
"""The version each kind is written in. One is raised only when a new optional field changes the meaning."""

COLUMNS = ("at", "by")
"""Fields that are columns of the timeline and so not in the body."""

SELDOM = ("integration", "proposed", "is_aloud", "kinds")
"""Fields that are left out where they hold nothing."""

REASONS = frozenset({"reasons", "why_reasons", "asked_reasons"})
"""Fields with codes of reasons; each says the same as a text beside it."""

EFFECTS: dict[str, type[Any]] = {
    one.__name__: one for one in (*get_args(e.Announcement), *get_args(e.Refresh), *get_args(e.Aside))
}
REFRESHES = frozenset(one.__name__ for one in (*get_args(e.Refresh), e.RefreshAlert, e.RefreshProposal))


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])


def encode(event: AnyEvent) -> tuple[str, int, str]:
    """Kind, version and canonical body: sorted keys, no spaces, fields that hold their default left in, but for
    those of `SELDOM`."""
    if isinstance(event, UnknownEvent):
        raise ValueError(f"an event of the unknown kind {event.kind} is never written")
    kind = type(event).__name__
    content = _adapter(kind).dump_python(event, mode="json")
    left_out = {*COLUMNS, *(name for name in SELDOM if not getattr(event, name, None))}
    body = {name: value for name, value in content.items() if name not in left_out}
    return kind, VERSIONS[kind], canonical(body)


def canonical(content: Any) -> str:
    """JSON as bodies are written in."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def decode(kind: str, version: int, body: str, at: datetime, by: str | None) -> AnyEvent:
    """The event as it was recorded; what this version cannot read becomes an UnknownEvent."""
    person = SlackUserId(by) if by is not None else None
    unknown = UnknownEvent(at=at, by=person, kind=kind, version=version, body=body)
    if kind not in KINDS or version > VERSIONS[kind]:
        return unknown
    try:
        content = {**json.loads(body), "at": at, "by": person}
    except (TypeError, ValueError):
        return unknown
    return _read(kind, content) or _read(kind, _without_reasons(content)) or unknown


def _read(kind: str, content: Any) -> AnyEvent | None:
    try:
        event: AnyEvent = _adapter(kind).validate_python(content)
    except (ValidationError, ValueError):
        return None
    return event


def _without_reasons(content: Any) -> Any:
    """The content without the codes of reasons: a newer version may have written some that this one cannot read.

    The words beside them stay.
    """
    match content:
        case dict():
            return {name: _without_reasons(value) for name, value in content.items() if name not in REASONS}
        case list():
            return [_without_reasons(one) for one in content]
    return content


def seal(body: str) -> tuple[bytes, bytes]:
    """Random salt, and the digest of salt and body: a chain over digests survives the erasure of both."""
    salt = secrets.token_bytes(16)
    return salt, hashlib.sha256(salt + body.encode()).digest()


def effect_body(effect: e.Effect | e.Aside) -> dict[str, Any]:
    """What an effect refers to besides its event: ids and places, no text."""
    body: dict[str, Any] = {}
    for one in fields(effect):
        if one.name != "of":
            value = getattr(effect, one.name)
            body[one.name] = _plain(value)
    return body


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # or an instant
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def decode_effect(kind: str, body: object, event: AnyEvent | None) -> e.Effect | e.Aside | e.UnknownEffect:
    """The effect as it was queued, for the event it names; what this version cannot read becomes an UnknownEffect."""
    if not isinstance(body, dict):
        return e.UnknownEffect(kind, is_damaged=True)
    if kind not in EFFECTS:
        return e.UnknownEffect(kind)
    causes, hints = _shape(kind)
    if causes and (isinstance(event, UnknownEvent) or not isinstance(event, causes)):
        return e.UnknownEffect(kind)
    try:
        given = {name: hint.validate_python(body[name]) for name, hint in hints.items() if name in body}
        effect: e.Effect | e.Aside = EFFECTS[kind](**({"of": event} if causes else {}), **given)
    except (ValidationError, TypeError):  # TypeError: a field is missing
        return e.UnknownEffect(kind)
    return effect


@cache
def _shape(kind: str) -> tuple[tuple[type[Any], ...], dict[str, TypeAdapter[Any]]]:
    """The kinds of events that may cause an effect, and its other fields."""
    hints = get_type_hints(EFFECTS[kind])
    of = hints.pop("of", None)
    return () if of is None else get_args(of) or (of,), {name: TypeAdapter(hint) for name, hint in hints.items()}
