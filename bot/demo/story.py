"""Stories: real incidents as replayable chat, checked when they are read. `stories/README.md` describes the format."""

import re
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

OFFSET = re.compile(r"^\+(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$")
SPAN = re.compile(r"^(\d+)h(\d\d)m$")


class StoryError(Exception):
    """The story cannot be read; the text says where and why."""


def _offset(text: object) -> timedelta:
    found = OFFSET.match(text) if isinstance(text, str) else None
    if not found or not any(found.groups()):
        raise ValueError(f"{text!r} is no offset such as +1h30m")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _span(text: object) -> timedelta:
    found = SPAN.match(text) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"{text!r} is no duration such as 24h05m")
    return timedelta(hours=int(found[1]), minutes=int(found[2]))


def _instant(value: object) -> object:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


Offset = Annotated[timedelta, BeforeValidator(_offset)]
Span = Annotated[timedelta, BeforeValidator(_span)]
Instant = Annotated[datetime, BeforeValidator(_instant)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Strict):
    publisher: str
    title: str
    year: int


class Somebody(Strict):
    role: str
    title: str
    tz: str
    guest: bool = False


class SharedFile(Strict):
    name: str
    text: str


class React(Strict):
    to: str
    emoji: str


class StoryEvent(Strict):
    at: Offset
    by: str
    do: Literal["declare", "command", "say", "edit", "delete", "react"]
    text: str = ""
    id: str | None = None
    thread_of: str | None = None
    broadcast: bool = False
    file: SharedFile | None = None
    edit: str | None = None
    delete: str | None = None
    react: React | None = None
    elsewhere: str | None = Field(default=None, alias="in")
    expect: Literal["refused"] | None = None
    doc: bool | Literal["fact"] | None = None


class Fact(Strict):
    at: Instant
    says: str


class AgreedFollowUp(Strict):
    text: str
    owner: str
    due: date


class Durations(Strict):
    detect: Span
    mitigate: Span
    resolve: Span
    declared_to_mitigated: Span
    declared_to_resolved: Span
    declared_to_closed: Span


class Counts(Strict):
    messages: int
    replies: int
    edited: int
    deleted: int
    files: int
    reactions: int
    updates: int
    commands: int
    follow_ups: int


class Truth(Strict):
    """What the timeline and the review of a correct replay contain."""

    began_at: Instant
    detected_at: Instant
    declared_at: Instant
    mitigated_at: Instant
    resolved_at: Instant
    closed_at: Instant
    durations: Durations
    documented: str
    commanders: tuple[str, ...]
    runbook_slug_expected: str
    facts: tuple[Fact, ...]
    absent: tuple[str, ...]
    contributing_factors: tuple[str, ...]
    follow_ups: tuple[AgreedFollowUp, ...]
    marks: tuple[dict[str, str], ...] = ()
    late_updates: tuple[str, ...] = ()
    counts: Counts


class Story(Strict):
    """One incident: who, what they did when, and what must be true of the replay."""

    story: str
    title: str
    source: Source
    confidence: str
    notes: tuple[str, ...] = ()
    people: dict[str, Somebody]
    service: str
    category: str
    impact: str
    urgency: str
    expected_priority: str
    declared_as: dict[str, str] | None = None
    starts_at: Instant
    events: tuple[StoryEvent, ...]
    truth: Truth


def shipped() -> dict[str, Path]:
    """The stories that come with Muster, by name."""
    folder = Path(str(files("bot.demo") / "stories"))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def read(name_or_file: str) -> Story:
    """A shipped story by its name, or any story file. Raises StoryError."""
    path = shipped().get(name_or_file, Path(name_or_file))
    if not path.is_file():
        raise StoryError(f"there is no story {name_or_file!r}; there are: {', '.join(shipped())}")
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Story.model_validate(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StoryError(f"{path}: not readable as YAML: {error}") from error
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise StoryError(f"{path}: {found}") from error
