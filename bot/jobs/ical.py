"""A calendar feed as shifts: who is on call from when to when.

The format: RFC 5545. Recurrence and time zones are the libraries' work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.ids import SlackUserId
from bot.domain.on_call_titles import Unclear, who_is_meant
from bot.domain.policy import Shift, Unmatched
from bot.domain.shifts import laid_out
from bot.jobs.ical_events import UnreadableFeed, instances

__all__ = ["Read", "UnreadableFeed", "read_calendar"]

BEFORE = timedelta(days=31)
AFTER = timedelta(days=60)
"""How far around now a feed is expanded."""
LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Read:
    """What a calendar says around now: shifts that do not overlap, titles of events that name nobody known, and of
    each event that was left out a sentence that names it and says why."""

    shifts: tuple[Shift, ...]
    unknown: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    """Who is on call without being known in Slack; only PagerDuty says so."""


def read_calendar(content: str, people: Mapping[str, SlackUserId], zone: ZoneInfo, around: datetime) -> Read:
    """Raises UnreadableFeed. Waits for another process: not for the loop's own thread.

    Who is meant by an event: `domain.on_call_titles`. All-day events last from midnight to midnight in the schedule's
    zone. What is cancelled is left out without a word.
    """
    shifts: list[Shift] = []
    unknown: dict[str, None] = {}
    unclear: dict[tuple[str, str], datetime] = {}
    found = instances(content, zone, around - BEFORE, around + AFTER)
    for event in found.instances:
        title, who = event.invited.title, who_is_meant(event.invited, people)
        if who is None:
            unknown[as_one_line(title)] = None
        elif isinstance(who, Unclear):
            unclear.setdefault((title, who.why), event.begins)
        elif event.begins >= event.ends:
            unclear.setdefault((title, "has no length"), event.begins)
        else:
            shifts.append(Shift(event.begins, event.ends, who, is_secondary=event.invited.is_secondary))
    left_out = [f"{_named(title, at.astimezone(zone))} {why}" for (title, why), at in unclear.items()]
    left_out += [f"{_named(one.title, one.day)}: {one.why}" for one in found.left_out]
    return Read(laid_out(shifts), tuple(unknown), tuple(left_out))


def _named(title: str, day: date | None) -> str:
    quoted = f"“{as_one_line(title)}”"
    return f"{quoted} ({day:%Y-%m-%d})" if day else quoted


def as_one_line(title: str) -> str:
    """A title as doctor and readiness show it: without line breaks and control characters, and not long."""
    shown = "".join(letter for letter in " ".join(title.split()) if letter.isprintable())
    return shown if len(shown) <= LONGEST_TITLE else f"{shown[: LONGEST_TITLE - 1]}…"
