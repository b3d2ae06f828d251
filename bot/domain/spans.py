"""Spans of time as people type them, by every door: `15m`, `1h30m`, `4h`."""

import re
from datetime import timedelta
from typing import Final

from bot.domain.refusal import Refusal

LONGEST: Final = timedelta(days=365)
SPAN = re.compile(r"(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?", re.IGNORECASE | re.ASCII)


class NotADuration(Refusal):
    """“{typed}” is not a duration above zero. Try `45s`, `15m`, `1h30m`, `4h` or `2d`."""


class TooLong(Refusal):
    """“{typed}” is longer than a year. Try `15m`, `4h` or `2d`."""


def shown(typed: str) -> str:
    """What somebody typed, short enough to be named in an answer."""
    return typed if len(typed) <= 60 else f"{typed[:59]}…"


def duration(typed: str) -> timedelta:
    """`45s`, `15m`, `1h30m`, `4h`, `2d`: above zero and at most a year. Raises NotADuration, TooLong."""
    found = SPAN.fullmatch(typed.strip())
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    if days + hours + minutes + seconds == 0:
        raise NotADuration(typed=shown(typed))
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if length > LONGEST:
        raise TooLong(typed=shown(typed))
    return length


def is_span(word: str) -> bool:
    """Whether it is written as a duration."""
    return bool(word) and SPAN.fullmatch(word) is not None
