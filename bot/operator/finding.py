"""What the check-up finds."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 5
"""Things of a kind that are named one by one: dead effects, titles in a calendar, services."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that deserves a look; without `must_mend` Muster works as it is."""

    code: str
    text: str
    must_mend: bool = True


def few(names: Sequence[str]) -> str:
    """The first of them by name, and how many more there are."""
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"
