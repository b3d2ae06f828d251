"""The time zone of the machine on which somebody types."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LINK = Path("/etc/localtime")


def local_zone() -> ZoneInfo:
    """What `TZ` names, else what the machine is set to; UTC where neither is a zone that has a name."""
    named = os.environ.get("TZ", "").lstrip(":")
    set_to = str(LINK.resolve()).rpartition("/zoneinfo/")[2] if LINK.is_symlink() else ""
    for name in (named, set_to):
        try:
            if name:
                return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")
