"""What the check-up finds."""

from dataclasses import dataclass, field

SHOWN = 5
"""Things of a kind that are named one by one: dead effects, titles in a calendar, services."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that deserves a look; without `must_mend` Muster works as it is."""

    code: str
    text: str
    must_mend: bool = True


@dataclass(slots=True)
class CheckUp:
    """What was looked at."""

    findings: list[Finding] = field(default_factory=list)
    fine: list[str] = field(default_factory=list)
    """A line for each part that is as it should be."""
