"""How impact, urgency and business context become a priority."""

from dataclasses import dataclass

from bot.domain.business_context import Circumstances, raised
from bot.domain.policy import Policy
from bot.domain.vocabulary import Axis, Level, Priority

ASSUMED_IMPACT = Level.MEDIUM
ASSUMED_URGENCY = Level.HIGH
"""Urgent until somebody knows better: in doubt take the worse."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """A priority and, in words, how it came about."""

    priority: Priority
    impact: Level
    urgency: Level
    """Both as they were told or assumed. Context raises them for the matrix alone, so that nothing is raised twice."""
    why: str
    is_given: bool = False


def assess(
    policy: Policy,
    around: Circumstances,
    impact: Level | None = None,
    urgency: Level | None = None,
    given: Priority | None = None,
) -> Assessment:
    """The priority by the policy's matrix, unless one is given outright; then what the matrix says is told too."""
    rows, columns = impact or ASSUMED_IMPACT, urgency or ASSUMED_URGENCY
    row, why_row = raised(policy, around, Axis.IMPACT, rows)
    column, why_column = raised(policy, around, Axis.URGENCY, columns)
    priority = policy.matrix[row][column]
    if given is not None:
        why = f"given by the person who declared it; the matrix says {priority}"
        return Assessment(given, rows, columns, why, is_given=True)
    reasons = [_said("impact", rows, impact), _said("urgency", columns, urgency), why_row, why_column]
    return Assessment(priority, rows, columns, ", ".join(one for one in reasons if one))


def _said(name: str, level: Level, given: Level | None) -> str:
    return f"{name} {level}" if given else f"{name} {level} (assumed)"
