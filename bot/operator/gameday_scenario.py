"""What a game day plays and what it asks of people: the file of a scenario, and its score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.config.yaml_lines import Problems, read, text_of, worded
from bot.domain.refusal import Refusal
from bot.domain.spans import duration
from bot.domain.vocabulary import Level

LONGEST_INJECT = 1000
MOST_INJECTS = 100


def _span(typed: object) -> timedelta:
    if isinstance(typed, timedelta):
        return typed
    if typed in ("0", "0m", 0):
        return timedelta()
    if not isinstance(typed, str):
        raise ValueError("has to be a duration such as 5m")
    try:
        return duration(typed)
    except Refusal as no:
        raise ValueError(str(no)) from None


Span = Annotated[timedelta, BeforeValidator(_span)]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_INJECT)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Inject(Strict):
    """Something that happens to the players, so long after the declaration."""

    at: Span
    say: Text | None = None
    """What is told, such as an alert, or a customer's complaint."""
    away: Literal["commander"] | None = None
    """From now on whoever commands, or was asked to, does not answer."""


class Expect(Strict):
    """What is asked of the players; what is None is not."""

    accepted_within: Span | None = None
    first_update_within: Span | None = None
    updates_on_time: bool | None = None
    covered_within: Span | None = None
    """Somebody else commands so long after the commander stopped answering."""
    runbook: bool | None = None
    """One was worked through."""
    mitigated_within: Span | None = None
    resolved_within: Span | None = None
    review: Literal["started", "published"] | None = None


class Scenario(Strict):
    title: Text
    about: str = ""
    """For whoever runs it: nobody else sees it."""
    impact: Level = Level.HIGH
    urgency: Level = Level.HIGH
    service: str | None = None
    category: str | None = None
    ends_after: Span
    injects: Annotated[list[Inject], Field(min_length=1, max_length=MOST_INJECTS)]
    expect: Expect


def shipped() -> dict[str, Path]:
    """Name → file of the scenarios that come with Muster."""
    folder = Path(str(files("bot.operator").joinpath("gamedays")))
    return {one.stem: one for one in sorted(folder.glob("*.yml"))}


def load(file: Path) -> Scenario:
    """Raises Problems."""
    document = read(text_of(file), str(file))
    try:
        return Scenario.model_validate(document.content)
    except ValidationError as error:
        raise Problems(worded(error, Scenario, document, str(file))) from None


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing that was asked of the players. `is_met`: None while that is open."""

    name: str
    wanted: str
    got: str
    is_met: bool | None


@dataclass(frozen=True, slots=True)
class Played:
    """What is known of a drill: as the API tells it."""

    incident: Mapping[str, Any]
    entries: Sequence[Mapping[str, Any]]
    away_at: datetime | None = None
    """When its commander stopped answering."""
    away: str | None = None
    """Who that was."""
    is_over: bool = False
    speed: float = 1.0
    """Minutes of the scenario in one real minute."""

    def at(self, *kinds: str, after: datetime | None = None, by_another_than: str | None = None) -> datetime | None:
        """When one of these happened first."""
        found = (
            datetime.fromisoformat(one["at"])
            for one in self.entries
            if one["kind"] in kinds and (by_another_than is None or one["by"] != by_another_than)
        )
        return next((at for at in found if after is None or at >= after), None)

    @property
    def declared_at(self) -> datetime:
        return datetime.fromisoformat(self.incident["declared_at"])


UPDATES = "Updates"
OPEN = "open"
COMMANDS = ("CommandAccepted", "CommandTakenOver")


def score(expect: Expect, played: Played) -> list[Goal]:
    """Every goal of a scenario, in the order in which they come up."""
    begun = played.declared_at
    found = [
        _within("Command accepted", expect.accepted_within, begun, played.at(*COMMANDS), played),
        _within("First update", expect.first_update_within, begun, played.at("UpdatePosted"), played),
        _covered(expect.covered_within, played),
        _runbook(expect, played),
        _within("Mitigated", expect.mitigated_within, begun, _mitigated(played), played),
        _within("Resolved", expect.resolved_within, begun, played.at("IncidentResolved"), played),
        _updates(expect, played),
        _review(expect, played),
    ]
    return [one for one in found if one is not None]


def _mitigated(played: Played) -> datetime | None:
    return played.at("IncidentMitigated", "IncidentResolved")


def _within(
    name: str, limit: timedelta | None, since: datetime | None, at: datetime | None, played: Played
) -> Goal | None:
    if limit is None:
        return None
    wanted = f"within {spelled(limit)}"
    if since is None:
        return Goal(name, wanted, "did not come up", None)
    if at is None:
        return Goal(name, wanted, _missing(played), _open(played))
    took = (at - since) * played.speed
    return Goal(name, wanted, f"after {spelled(took)}", took <= limit)


def _covered(limit: timedelta | None, played: Played) -> Goal | None:
    at = played.at(*COMMANDS, after=played.away_at, by_another_than=played.away) if played.away_at else None
    return _within("Somebody else in command", limit, played.away_at, at, played)


def _runbook(expect: Expect, played: Played) -> Goal | None:
    if not expect.runbook:
        return None
    done = played.at("RunbookStarted") is not None
    return Goal("Runbook", "worked through", "done" if done else _missing(played), done or _open(played))


def _updates(expect: Expect, played: Played) -> Goal | None:
    if not expect.updates_on_time:
        return None
    missed = sum(one["kind"] == "UpdateOverdue" for one in played.entries)
    posted = sum(one["kind"] == "UpdatePosted" for one in played.entries)
    got = f"{posted} posted, {missed} overdue"
    return Goal(UPDATES, "none overdue", got, False if missed else (posted > 0 if played.is_over else None))


REVIEW_KINDS = {"started": ("ReviewStarted", "ReviewPublished"), "published": ("ReviewPublished",)}


def _review(expect: Expect, played: Played) -> Goal | None:
    if expect.review is None:
        return None
    done = played.at(*REVIEW_KINDS[expect.review]) is not None
    return Goal("Review", expect.review, expect.review if done else _missing(played), done or _open(played))


def _missing(played: Played) -> str:
    return "not done" if played.is_over else OPEN


def _open(played: Played) -> bool | None:
    return False if played.is_over else None


def spelled(span: timedelta) -> str:
    """In words, to the minute."""
    seconds = round(span.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
