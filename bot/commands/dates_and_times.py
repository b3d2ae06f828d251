"""Clock times and dates as people type them. What this small grammar does not know is refused."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.refusal import Refusal
from bot.domain.spans import duration, is_span, shown

DAY = re.compile(r"([12][0-9]{3})-([0-9]{2})-([0-9]{2})")
CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
OF_12_HOURS = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))? ?([ap])\.?m\.?", re.IGNORECASE)
INSTANT = re.compile(
    r"(?P<day>[12][0-9]{3}-[0-9]{2}-[0-9]{2})[T ]"
    r"(?P<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"(?P<offset>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?",
    re.IGNORECASE,
)
"""ISO 8601, to the minute at least. Years are limited to those that every time zone can hold."""


class NeitherSpanNorTime(Refusal):
    """“{typed}” is not a duration or a time of day. {hint}Try `30m` or `1h30m`, or `14:05` in your own
    time zone."""


class NotADate(Refusal):
    """“{typed}” is not a date. Type it as year-month-day, for example `2026-12-01`."""


class NotATime(Refusal):
    """“{typed}” is not a time. {hint}Try `14:05` in your own time zone, `2026-11-20T14:05`, or
    `2026-11-20T14:05Z` for UTC."""


class NoSuchTime(Refusal):
    """There was no {typed} in {zone}: the clocks skipped it. Type the time in UTC, for example
    `2026-03-29T01:30Z`."""


def calendar_date(typed: str) -> date:
    """`2026-12-01`. Raises NotADate."""
    found = DAY.fullmatch(typed.strip())
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise NotADate(typed=shown(typed))


def clock_time(typed: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The instant meant, in UTC. Raises NotATime, NoSuchTime.

    `14:05` is the latest such time in the typist's zone that is not after `now`: where the clocks skipped it, that of
    the day before; where it came twice, the later. With a date, the time may lie ahead.
    """
    typed = typed.strip()
    try:
        if found := CLOCK.fullmatch(typed):
            return _latest(time(int(found[1]), int(found[2]), int(found[3] or 0)), zone, now)
        if found := INSTANT.fullmatch(typed):
            return _instant(found, zone, now)
    except ValueError:
        pass
    raise NotATime(typed=shown(typed), hint=_of_24_hours(typed))


def span_or_time(typed: str, zone: ZoneInfo, now: datetime) -> timedelta | datetime:
    """A duration, or the instant meant by a clock time that lies ahead: `14:05` is the next such time in the typist's
    zone. Raises NotADuration, NeitherSpanNorTime, TooLong, NotATime, NoSuchTime."""
    typed = typed.strip()
    found = CLOCK.fullmatch(typed)
    if found is None and INSTANT.fullmatch(typed):
        return clock_time(typed, zone, now)
    if found is None and is_span(typed):
        return duration(typed)
    if found is None:
        raise NeitherSpanNorTime(typed=shown(typed), hint=_of_24_hours(typed))
    try:
        clock = time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        raise NotATime(typed=shown(typed), hint=_of_24_hours(typed)) from None
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(4)]
    return min(at for day in days for at in _readings(datetime.combine(day, clock), zone) if at > now)


def is_date(word: str) -> bool:
    """Whether it is written as a date."""
    return DAY.fullmatch(word) is not None


def is_moment(word: str) -> bool:
    """Whether it is written as a time of day, or as a date with a time."""
    return CLOCK.fullmatch(word) is not None or INSTANT.fullmatch(word) is not None


def _of_24_hours(typed: str) -> str:
    """For `2pm`, a sentence that says how to type it; else empty."""
    found = OF_12_HOURS.fullmatch(typed)
    if found is None or not 1 <= int(found[1]) <= 12 or int(found[2] or 0) > 59:
        return ""
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
    return f"Did you mean `{hour:02}:{int(found[2] or 0):02}`? "


def _latest(clock: time, zone: ZoneInfo, now: datetime) -> datetime:
    """Three days back are enough: no zone skips a time on two days running, and Samoa once skipped a whole day."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(4)]
    return max(at for day in days for at in _readings(datetime.combine(day, clock), zone) if at <= now)


def _instant(found: re.Match[str], zone: ZoneInfo, now: datetime) -> datetime:
    local = datetime.fromisoformat(f"{found['day']}T{found['clock']}")
    if offset := found["offset"]:
        return datetime.fromisoformat(f"{local.isoformat()}{offset.upper()}").astimezone(UTC)
    readings = _readings(local, zone)
    if not readings:
        raise NoSuchTime(typed=f"{local:%Y-%m-%d %H:%M}", zone=zone.key)
    return max((at for at in readings if at <= now), default=min(readings))


def _readings(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants at which a wall clock there shows this: one; none where it was put forward, two where back."""
    instants = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return [at for at in sorted(instants) if at.astimezone(zone).replace(tzinfo=None) == local]
