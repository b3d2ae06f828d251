"""The last lines of a log, as they may be shown: no secrets, no control characters, not many."""

import re
from typing import Final

from bot.review import without_secrets

LINES: Final = 20
LONGEST: Final = 200
"""Characters of a line."""
READ: Final = 64_000
"""Characters at the end of a log that are looked at."""
ESCAPES: Final = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
"""What colours text in a terminal."""
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def last_lines(log: str) -> tuple[str, ...]:
    clean = CONTROLS.sub("", ESCAPES.sub("", log[-READ:].replace("\r\n", "\n").replace("\r", "\n")))
    text, _ = without_secrets(clean)
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return tuple(line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in lines[-LINES:])
