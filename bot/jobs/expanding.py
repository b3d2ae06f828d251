"""A calendar's events around an instant, expanded in a process of its own: `python -m bot.jobs.expanding`.

A feed of a few lines can stand for more instances than there is memory, and the libraries make them before anybody can
count. A process can be limited in time, memory and processor, and takes no turn from anybody else while it computes.
"""

import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

WITHIN = 10
"""Seconds, of the clock and of the processor, that a feed may take."""
MEMORY = 512 * 1024 * 1024
"""Bytes of address space; 120 MB of them are the interpreter's and the libraries'."""
MOST_INSTANCES = 5_000
TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
"""Nobody is on call like that, and the instances of some years are millions."""
TOO_MANY_TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
"""Of each, one value: several times of day make millions of instances likewise."""
UNREADABLE = 3
"""The exit code when what came is no calendar; stdout says why."""


class UnreadableFeed(Exception):
    """What came is no calendar of shifts; the text says why."""


@dataclass(frozen=True, slots=True)
class Instance:
    """An event of a calendar as it happens once. `addresses`: of who attends and has not declined, in small letters."""

    title: str
    addresses: tuple[str, ...]
    begins: datetime
    ends: datetime


def instances(content: str, zone: ZoneInfo, since: datetime, until: datetime) -> list[Instance]:
    """What happens between two instants, without what is cancelled. Floating times and whole days are the zone's.

    Waits for another process for some tenths of a second, at most for `WITHIN`. Raises UnreadableFeed.
    """
    asked = {"content": content, "zone": zone.key, "since": since.isoformat(), "until": until.isoformat()}
    try:
        answer = subprocess.run(
            (sys.executable, "-m", "bot.jobs.expanding"),
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
    return [
        Instance(
            one["title"],
            tuple(one["addresses"]),
            datetime.fromisoformat(one["begins"]),
            datetime.fromisoformat(one["ends"]),
        )
        for one in json.loads(answer.stdout)
    ]


def expanded(content: str, zone: ZoneInfo, since: datetime, until: datetime) -> list[Instance]:
    """The same, in this process and without its limits. Raises UnreadableFeed."""
    import icalendar
    import recurring_ical_events

    try:
        calendar = icalendar.Calendar.from_ical(content)
        _check([rule for event in calendar.walk("VEVENT") for rule in _rules(event)])
        events = recurring_ical_events.of(calendar).between(since, until)
        kept = [one for one in events[:MOST_INSTANCES] if one.get("STATUS", "") != "CANCELLED"]
        return [
            Instance(
                str(one.get("SUMMARY", "")),
                _addresses(one),
                *(_instant(getattr(one, at), zone) for at in ("start", "end")),
            )
            for one in kept
        ]
    except UnreadableFeed:
        raise
    except Exception as error:  # noqa: BLE001 - the libraries raise many kinds for what is malformed
        raise UnreadableFeed(f"it is no calendar that can be read ({type(error).__name__})") from None


def _rules(event: Any) -> list[Any]:
    rules = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def _check(rules: list[Any]) -> None:
    for rule in rules:
        if any(frequency in TOO_OFTEN for frequency in rule.get("FREQ", ())):
            raise UnreadableFeed("an event in it repeats more often than daily")
        if any(len(rule.get(part, ())) > 1 for part in TOO_MANY_TIMES):
            raise UnreadableFeed("an event in it repeats several times a day")


def _instant(value: date, zone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _addresses(event: Any) -> tuple[str, ...]:
    attendees = event.get("ATTENDEE", [])
    listed = attendees if isinstance(attendees, list) else [attendees]
    coming = [one for one in listed if getattr(one, "params", {}).get("PARTSTAT") != "DECLINED"]
    return tuple(str(one).lower().removeprefix("mailto:") for one in coming)


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
    json.dump([asdict(one) for one in listed], sys.stdout, default=datetime.isoformat)
    return 0


if __name__ == "__main__":
    sys.exit(main())
