"""What the check-up finds."""

from dataclasses import dataclass

SHOWN = 5
"""Things of a kind that are named one by one: dead effects, titles in a calendar, services."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that deserves a look; without `must_mend` Muster works as it is."""

    code: str
    text: str
    must_mend: bool = True
