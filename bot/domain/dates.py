"""Days in English words of our own, because `strftime` speaks the machine's language."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

WHOLE_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def a_month(day: date) -> str:
    """`July 2019`."""
    return f"{WHOLE_MONTHS[day.month - 1]} {day.year}"


def a_date(day: date) -> str:
    """`5 Jul 2019`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def a_short_date(day: date) -> str:
    """`5 Jul`."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def a_span(first: date, last: date) -> str:
    """`28 Nov 2026`, `2 to 8 Nov 2026`, `30 Nov to 6 Dec 2026`."""
    if first == last:
        return a_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {a_date(last)}"
    return f"{a_short_date(first) if first.year == last.year else a_date(first)} to {a_date(last)}"


def in_zone(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as people of a time zone write it: `Mon 12 Jan 09:00 CET`."""
    local = instant.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local:%H:%M %Z}"
