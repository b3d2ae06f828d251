"""A calendar's events around an instant, expanded in a process of its own: `python -m bot.jobs.ical_events`.

A feed of a few lines can stand for more instances than there is memory, and the libraries make them before anybody can
count. A process can be limited in time, memory and processor, and takes no turn from anybody else while it computes.
"""

import json
import os
import resource
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.on_call_titles import Invited

WITHIN = 10
"""Seconds, of the clock and of the processor, that a feed may take."""
MEMORY = 512 * 1024 * 1024
"""Bytes of address space; 120 MB of them are the interpreter's and the libraries'."""
MOST_INSTANCES = 5_000
TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
"""Nobody is on call like that, and the instances of some years are millions."""
TOO_MANY_TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
"""Of each, one value: several times of day make millions of instances likewise."""
PARTS = {
    "DTSTART": "start",
    "DTEND": "end",
    "DURATION": "duration",
    "RRULE": "repetition",
    "RDATE": "further dates",
    "EXDATE": "exceptions",
    "RECURRENCE-ID": "place in its series",
}
"""What of an event must be readable, and how people call it."""
UNREADABLE = 3
"""The exit code when what came is no calendar; stdout says why."""


class UnreadableFeed(Exception):
    """What came is no calendar of shifts; the text says why."""


class OddEvent(Exception):
    """One event cannot be read, and is left out; the text says why."""


@dataclass(frozen=True, slots=True)
class Instance:
    """An event of a calendar as it happens once."""

    invited: Invited
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An event that could not be read; `day` is when it begins or was last changed, as far as that is known."""

    title: str
    day: date | None
    why: str


@dataclass(slots=True)
class Expanded:
    instances: list[Instance] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def instances(content: str, zone: ZoneInfo, since: datetime, until: datetime) -> Expanded:
    """What happens between two instants, without what is cancelled. Floating times and whole days are the zone's.

    Waits for another process for some tenths of a second, at most for `WITHIN`. Raises UnreadableFeed.
    """
    asked = {"content": content, "zone": zone.key, "since": since.isoformat(), "until": until.isoformat()}
    try:
        answer = subprocess.run(
            (sys.executable, "-m", "bot.jobs.ical_events"),
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=WITHIN,
            check=False,
            env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ.get("PATH", os.defpath)},
        )
    except subprocess.TimeoutExpired:
        raise UnreadableFeed(f"it was not read within {WITHIN} seconds; it has too many events") from None
    if answer.returncode == UNREADABLE:
        raise UnreadableFeed(answer.stdout.decode())
    if answer.returncode != 0:
        raise UnreadableFeed("it takes too much memory or time to read; it has too many events")
    told = json.loads(answer.stdout)
    return Expanded([_instance(one) for one in told["instances"]], [_left_out(one) for one in told["left_out"]])


def _instance(told: Mapping[str, Any]) -> Instance:
    who = told["invited"]
    return Instance(
        Invited(who["title"], tuple(who["addresses"]), who["organiser"], who["is_away"]),
        datetime.fromisoformat(told["begins"]),
        datetime.fromisoformat(told["ends"]),
    )


def _left_out(told: Mapping[str, Any]) -> LeftOut:
    return LeftOut(told["title"], date.fromisoformat(told["day"]) if told["day"] else None, told["why"])


def expanded(content: str, zone: ZoneInfo, since: datetime, until: datetime) -> Expanded:
    """The same, in this process and without its limits. Raises UnreadableFeed.

    What cannot be read within an event, an alarm or a time zone leaves no more out than the event itself.
    """
    import icalendar

    icalendar.Component.ignore_exceptions = True
    try:
        parsed = icalendar.Calendar.from_ical(content.replace("\ufeff", "").strip(), multiple=True)
    except Exception as error:  # noqa: BLE001 - the library raises many kinds for what is malformed
        raise UnreadableFeed(f"it is no calendar that can be read ({type(error).__name__})") from None
    calendars = [one for one in parsed if one.name == "VCALENDAR"]
    if not calendars:
        raise UnreadableFeed("it is no calendar that can be read (it has no beginning, or no end)")
    found = Expanded()
    for calendar in calendars:
        for series in _series(calendar, found.left_out):
            room = MOST_INSTANCES - len(found.instances)
            found.instances += islice(_happening(calendar, series, zone, since, until, found.left_out), room)
    return found


def _series(calendar: Any, left_out: list[LeftOut]) -> Iterator[list[Any]]:
    """The events that can be read, those of one series together: an event, and what it is changed to on some days."""
    series: dict[str | int, list[Any]] = defaultdict(list)
    for number, event in enumerate(calendar.walk("VEVENT")):
        try:
            _check(event)
        except OddEvent as why:
            left_out.append(_described(event, str(why)))
        else:
            series[_text(event, "UID") or number].append(event)
    yield from series.values()


def _happening(
    calendar: Any, series: list[Any], zone: ZoneInfo, since: datetime, until: datetime, left_out: list[LeftOut]
) -> list[Instance]:
    """A series between two instants; by itself, so that one that cannot be read leaves the others alone."""
    import icalendar
    import recurring_ical_events

    alone = icalendar.Calendar(calendar)  # with its properties: one of them is the zone of floating times
    alone.subcomponents = series
    try:
        events = recurring_ical_events.of(alone).between(since, until)
        return [
            Instance(_invited(event), _instant(event.start, zone), _instant(event.end, zone))
            for event in events
            if not _text(event, "STATUS").strip().upper().startswith("CANCEL")
        ]
    except Exception as error:  # noqa: BLE001 - as above
        left_out.append(_described(series[0], f"it cannot be read ({type(error).__name__})"))
        return []


def _check(event: Any) -> None:
    """Raises OddEvent for what cannot be read, and for what would be expanded without an end."""
    from icalendar.prop import vBroken

    for name, what in PARTS.items():
        if any(isinstance(value, vBroken) for value in _values(event, name)):
            raise OddEvent(f"its {what} cannot be read")
    if "DTSTART" not in event:
        raise OddEvent("it has no start")
    for rule in _values(event, "RRULE"):
        if any(frequency in TOO_OFTEN for frequency in rule.get("FREQ", ())):
            raise OddEvent("it repeats more often than daily")
        if any(len(rule.get(part, ())) > 1 for part in TOO_MANY_TIMES):
            raise OddEvent("it repeats several times a day")
        if any(interval < 1 for interval in rule.get("INTERVAL", ())):
            raise OddEvent("its repetition cannot be read")
    if _is_backwards(event):
        raise OddEvent("it ends before it begins")


def _is_backwards(event: Any) -> bool:
    """The library would turn such an event around."""
    try:
        begins, ends = (_instant(event[name].dt, ZoneInfo("UTC")) for name in ("DTSTART", "DTEND"))
    except (KeyError, AttributeError):  # it has no end, or several
        return False
    return ends < begins


def _values(event: Any, name: str) -> list[Any]:
    value = event.get(name, [])
    return value if isinstance(value, list) else [value]


def _text(event: Any, name: str) -> str:
    return " / ".join(map(str, _values(event, name)))


def _described(event: Any, why: str) -> LeftOut:
    for name in ("DTSTART", "RECURRENCE-ID", "DTEND", "LAST-MODIFIED", "DTSTAMP"):
        for value in _values(event, name):
            try:
                return LeftOut(_text(event, "SUMMARY"), date.fromisoformat(f"{value.dt:%Y-%m-%d}"), why)
            except (AttributeError, ValueError, TypeError):
                continue
    return LeftOut(_text(event, "SUMMARY"), None, why)


def _instant(value: date, zone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _invited(event: Any) -> Invited:
    coming = [one for one in _values(event, "ATTENDEE") if getattr(one, "params", {}).get("PARTSTAT") != "DECLINED"]
    organisers = [_address(one) for one in _values(event, "ORGANIZER")]
    return Invited(
        title=_text(event, "SUMMARY"),
        addresses=tuple(map(_address, coming)),
        organiser=organisers[0] if organisers else None,
        is_away=_text(event, "X-MICROSOFT-CDO-BUSYSTATUS").upper() == "OOF",
    )


def _address(person: Any) -> str:
    return str(person).lower().removeprefix("mailto:").strip()


def main() -> int:
    """Limit this process, then answer on stdout what was asked on stdin."""
    resource.setrlimit(resource.RLIMIT_CPU, (WITHIN, WITHIN))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    asked = json.load(sys.stdin)
    try:
        since, until = (datetime.fromisoformat(asked[name]) for name in ("since", "until"))
        listed = expanded(asked["content"], ZoneInfo(asked["zone"]), since, until)
    except UnreadableFeed as why:
        sys.stdout.write(str(why))
        return UNREADABLE
    json.dump(asdict(listed), sys.stdout, default=lambda at: at.isoformat())
    return 0


if __name__ == "__main__":
    sys.exit(main())
