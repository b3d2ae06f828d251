"""A calendar feed as shifts: who is on call from when to when.

The format: RFC 5545. Recurrence, time zones and cancelled instances are the libraries' work.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.ids import SlackUserId
from bot.domain.policy import Shift

BEFORE = timedelta(days=31)
AFTER = timedelta(days=60)
"""How far around now a feed is expanded."""
MOST_SHIFTS = 5_000
SECONDARY = "secondary"


class UnreadableFeed(Exception):
    """What came is no calendar; the text says why."""


def shifts_of(content: str, people: Mapping[str, SlackUserId], zone: ZoneInfo, around: datetime) -> tuple[Shift, ...]:
    """The shifts around an instant, in the order in which they begin. Raises UnreadableFeed.

    Whoever is named by an attendee's address, or whose name, address or Slack id stands in the event's title. Events
    that name nobody known are left out. All-day events last from midnight to midnight in the schedule's zone.
    """
    import icalendar
    import recurring_ical_events

    try:
        calendar = icalendar.Calendar.from_ical(content)
        events = recurring_ical_events.of(calendar).between(around - BEFORE, around + AFTER)
    except Exception as error:  # noqa: BLE001 - the libraries raise many kinds for what is malformed
        raise UnreadableFeed(f"it is no calendar that can be read ({type(error).__name__})") from None
    found = [one for event in events[:MOST_SHIFTS] if (one := _shift(event, people, zone)) is not None]
    return tuple(sorted(found, key=lambda one: (one.begins, one.ends)))


def _shift(event: Any, people: Mapping[str, SlackUserId], zone: ZoneInfo) -> Shift | None:
    who = _who(event, people)
    begins, ends = (_instant(getattr(event, name), zone) for name in ("start", "end"))
    if who is None or ends <= begins:
        return None
    return Shift(begins, ends, who, is_secondary=SECONDARY in str(event.get("SUMMARY", "")).lower())


def _instant(value: date, zone: ZoneInfo) -> datetime:
    """Floating times and whole days are the schedule's."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _who(event: Any, people: Mapping[str, SlackUserId]) -> SlackUserId | None:
    attendees = event.get("ATTENDEE", [])
    listed = attendees if isinstance(attendees, list) else [attendees]
    addresses = [str(one).lower().removeprefix("mailto:") for one in listed]
    summary = str(event.get("SUMMARY", ""))
    for name, user in people.items():
        if name.lower() in addresses or name.lower() in summary.lower():
            return user
    return next((SlackUserId(word) for word in summary.split() if word in people.values()), None)
