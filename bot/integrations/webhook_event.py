"""An event of an incident as other programs read it (docs/webhooks.md). Its form is an interface: fields are added,
none is renamed or leaves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.document import Participant
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.labels import labelled, nameless
from bot.domain.named import mentioned
from bot.domain.people import Profile
from bot.domain.telling import tell
from bot.domain.timeline import Recorded, RecordRedacted, WordsErased
from bot.domain.webhooks import name_of
from bot.review import without_secrets
from bot.review.wording import Break, Code, Fence, Link, Name, Piece, Plain, Reader, Styled
from bot.review.wording import name_of as called

LONGEST_TITLE = 300
LONGEST_TEXT = 4000
"""Characters: with all else a body stays below the 20 KB that the specification recommends."""


def spoken_of(incident: Incident, cause: Recorded) -> tuple[set[SlackUserId], frozenset[str]]:
    """The people, and the groups and channels, whose names are needed."""
    said = (incident.title, tell(cause.event))
    people = {incident.commander, incident.declared_by, cause.event.by, *mentioned(said)}
    return {one for one in people if one is not None}, nameless(said)


def event_of(
    incident: Incident,
    cause: Recorded,
    people: Mapping[SlackUserId, Profile],
    names: Mapping[str, str],
    workspace: str,
    link: str | None,
) -> dict[str, Any]:
    """`incident`: as it was right after the event. Texts are plain, and without what looks like a secret."""
    known = {user: Participant(one.name, full_name=one.full_name) for user, one in people.items()}
    event = cause.event

    def plain(text: str, longest: int) -> str:
        clean, _ = without_secrets(labelled(text, names))
        return _clipped(_text_of(Reader(known, is_escaped=False).read(clean)).strip(), longest)

    def person(user: SlackUserId | None) -> dict[str, str] | None:
        return None if user is None else {"id": user, "name": called(user, known)}

    return {
        "specversion": "1.0",
        "id": f"{incident.ref}/{cause.seq}",
        "source": f"/muster/{workspace}",
        "type": name_of(type(event)),
        "subject": incident.ref,
        "time": _time(event.at),
        "datacontenttype": "application/json",
        "data": {
            "ref": incident.ref,
            "seq": cause.seq,
            "title": plain(incident.title, LONGEST_TITLE),
            "status": incident.status.value,
            "priority": incident.priority.value,
            "service": incident.service,
            "category": incident.category,
            "commander": person(incident.commander),
            "declared_by": person(incident.declared_by),
            "private": incident.is_private,
            "drill": incident.is_drill,
            "began_at": _time(incident.began_at),
            "detected_at": _time(incident.detected_at),
            "declared_at": _time(incident.declared_at),
            "acknowledged_at": _time(incident.acknowledged_at),
            "mitigated_at": _time(incident.mitigated_at),
            "resolved_at": _time(incident.resolved_at),
            "closed_at": _time(incident.closed_at),
            "next_update_due_at": _time(incident.update_due_at),
            "by": person(event.by),
            "integration": event.integration.name if event.integration else None,
            "text": plain(tell(event), LONGEST_TEXT),
            "url": link,
            "erased": list(event.entries) if isinstance(event, WordsErased | RecordRedacted) else [],
        },
    }


def _time(at: datetime | None) -> str | None:
    """RFC 3339, UTC, whole seconds."""
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _text_of(pieces: Sequence[Piece]) -> str:
    return "".join(_plain(one) for one in pieces)


def _plain(piece: Piece) -> str:
    match piece:
        case Styled(parts=parts):
            return _text_of(parts)
        case Link(url=url, text=text):
            return url if text == url else f"{text} ({url})"
        case Plain(text=text) | Code(text=text) | Fence(text=text) | Name(text=text):
            return text
        case Break():
            return Break.text


def _clipped(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
