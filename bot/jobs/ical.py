"""A calendar feed as shifts: who is on call from when to when.

The format: RFC 5545. Recurrence and time zones are the libraries' work.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.ids import SlackUserId
from bot.domain.policy import Shift
from bot.domain.shifts import laid_out
from bot.jobs.expanding import UnreadableFeed, instances

__all__ = ["Read", "UnreadableFeed", "read_calendar"]

BEFORE = timedelta(days=31)
AFTER = timedelta(days=60)
"""How far around now a feed is expanded."""
SECONDARY = re.compile(r"\bsecondary\b", re.IGNORECASE)
MEMBER_ID = re.compile(r"[UW](?=[A-Z]*\d)[A-Z0-9]{8,}")
"""A Slack user id: https://docs.slack.dev/reference/objects/user-object. The shortest in use have nine characters."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a calendar says around now: shifts that do not overlap, and titles of events that name nobody known."""

    shifts: tuple[Shift, ...]
    unknown: tuple[str, ...] = ()


def read_calendar(content: str, people: Mapping[str, SlackUserId], zone: ZoneInfo, around: datetime) -> Read:
    """Raises UnreadableFeed. Waits for another process: not for the loop's own thread.

    Whoever is named by an attendee's address, or whose name, address or Slack id stands in the event's title. All-day
    events last from midnight to midnight in the schedule's zone. What is cancelled is left out.
    """
    shifts: list[Shift] = []
    unknown: dict[str, None] = {}
    for event in instances(content, zone, around - BEFORE, around + AFTER):
        who = _who(event.addresses, event.title, people)
        if who is None:
            unknown[event.title] = None
        elif event.begins < event.ends:
            shifts.append(Shift(event.begins, event.ends, who, is_secondary=SECONDARY.search(event.title) is not None))
    return Read(laid_out(shifts), tuple(unknown))


def _who(addresses: tuple[str, ...], title: str, people: Mapping[str, SlackUserId]) -> SlackUserId | None:
    """An attendee goes before a name in the title, and of names the longest: `Bo Berg` before `Bo`."""
    by_name = {name.lower(): user for name, user in people.items()}
    for address in addresses:
        if address in by_name:
            return by_name[address]
    for name in sorted(by_name, key=len, reverse=True):
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", title.lower()):
            return by_name[name]
    ids = (word for word in re.findall(r"\w+", title) if word in people.values() or MEMBER_ID.fullmatch(word))
    return next((SlackUserId(word) for word in ids), None)
