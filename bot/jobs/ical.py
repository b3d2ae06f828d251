"""A calendar feed as shifts: who is on call from when to when.

The format: RFC 5545. Recurrence and time zones are the libraries' work.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.ids import SlackUserId
from bot.domain.policy import Shift
from bot.domain.shifts import laid_out

BEFORE = timedelta(days=31)
AFTER = timedelta(days=60)
"""How far around now a feed is expanded."""
MOST_SHIFTS = 5_000
SECONDARY = re.compile(r"\bsecondary\b", re.IGNORECASE)
MEMBER_ID = re.compile(r"[UW](?=[A-Z]*\d)[A-Z0-9]{8,}")
"""A Slack user id: https://docs.slack.dev/reference/objects/user-object. The shortest in use have nine characters."""
TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
"""Nobody is on call like that, and the instances of some years are millions."""


class UnreadableFeed(Exception):
    """What came is no calendar of shifts; the text says why."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a calendar says around now: shifts that do not overlap, and titles of events that name nobody known."""

    shifts: tuple[Shift, ...]
    unknown: tuple[str, ...] = ()


def read_calendar(content: str, people: Mapping[str, SlackUserId], zone: ZoneInfo, around: datetime) -> Read:
    """Raises UnreadableFeed. May take a second for the largest: not for the loop's own thread.

    Whoever is named by an attendee's address, or whose name, address or Slack id stands in the event's title. All-day
    events last from midnight to midnight in the schedule's zone. What is cancelled is left out.
    """
    events = [one for one in _events(content, around)[:MOST_SHIFTS] if one.get("STATUS", "") != "CANCELLED"]
    shifts: list[Shift] = []
    unknown: dict[str, None] = {}
    for event in events:
        title = str(event.get("SUMMARY", ""))
        who = _who(_addresses(event), title, people)
        begins, ends = (_instant(getattr(event, name), zone) for name in ("start", "end"))
        if who is None:
            unknown[title] = None
        elif begins < ends:
            shifts.append(Shift(begins, ends, who, is_secondary=SECONDARY.search(title) is not None))
    return Read(laid_out(shifts), tuple(unknown))


def _events(content: str, around: datetime) -> list[Any]:
    import icalendar
    import recurring_ical_events

    try:
        calendar = icalendar.Calendar.from_ical(content)
        rules = [rule for event in calendar.walk("VEVENT") for rule in _rules(event)]
        if any(frequency in TOO_OFTEN for rule in rules for frequency in rule.get("FREQ", ())):
            raise UnreadableFeed("an event in it repeats more often than daily")
        return list(recurring_ical_events.of(calendar).between(around - BEFORE, around + AFTER))
    except UnreadableFeed:
        raise
    except Exception as error:  # noqa: BLE001 - the libraries raise many kinds for what is malformed
        raise UnreadableFeed(f"it is no calendar that can be read ({type(error).__name__})") from None


def _rules(event: Any) -> list[Any]:
    rules = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def _instant(value: date, zone: ZoneInfo) -> datetime:
    """Floating times and whole days are the schedule's."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _addresses(event: Any) -> list[str]:
    """Of the attendees, those left out who declined."""
    attendees = event.get("ATTENDEE", [])
    listed = attendees if isinstance(attendees, list) else [attendees]
    coming = [one for one in listed if getattr(one, "params", {}).get("PARTSTAT") != "DECLINED"]
    return [str(one).lower().removeprefix("mailto:") for one in coming]


def _who(addresses: list[str], title: str, people: Mapping[str, SlackUserId]) -> SlackUserId | None:
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
