"""Time zones of people."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def offset_of(name: str, at: datetime | None = None) -> int:
    """Seconds from UTC, now unless another moment is given. Raises ValueError for a zone that does not exist."""
    try:
        offset = (at or datetime.now(UTC)).astimezone(ZoneInfo(name)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"there is no time zone {name!r}") from None
    return int(offset.total_seconds()) if offset else 0
