"""How impact, urgency and business context become a priority."""

from dataclasses import dataclass

from bot.domain.business_context import Circumstances, raised
from bot.domain.explaining import explained
from bot.domain.policy import Policy
from bot.domain.reason import LevelTold, PriorityGiven, Reasons
from bot.domain.vocabulary import Axis, Level, Priority
from bot.domain.vocabulary import ReasonCode as Code

ASSUMED_IMPACT = Level.MEDIUM
"""Unless the report says otherwise."""
ASSUMED_URGENCY = Level.HIGH
"""Unless the report says otherwise: in doubt take the worse."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """A priority, and how it came about: in words, and as codes."""

    priority: Priority
    impact: Level
    urgency: Level
    """Both as they were told or assumed. Context raises them for the matrix alone, so that nothing is raised twice."""
    why: str
    is_given: bool = False
    reasons: Reasons = ()
    """Empty only for what a version before codes has decided."""


def assess(
    policy: Policy,
    around: Circumstances,
    impact: Level | None = None,
    urgency: Level | None = None,
    given: Priority | None = None,
    *,
    by_integration: bool = False,
) -> Assessment:
    """The priority by the policy's matrix, unless one is given outright; then what the matrix says is told too.
    `by_integration`: no person gave it."""
    rows, columns = impact or ASSUMED_IMPACT, urgency or ASSUMED_URGENCY
    row, why_row = raised(policy, around, Axis.IMPACT, rows)
    column, why_column = raised(policy, around, Axis.URGENCY, columns)
    priority = policy.matrix[row][column]
    if given is not None:
        reasons: Reasons = (_given(priority, by_integration=by_integration),)
    else:
        reasons = (_told(Axis.IMPACT, impact, rows), _told(Axis.URGENCY, urgency, columns), *why_row, *why_column)
    return Assessment(given or priority, rows, columns, explained(reasons), given is not None, reasons)


def _given(by_matrix: Priority, *, by_integration: bool) -> PriorityGiven:
    return PriorityGiven(by_matrix, code=Code.GIVEN_BY_INTEGRATION if by_integration else Code.GIVEN_BY_PERSON)


def _told(axis: Axis, given: Level | None, level: Level) -> LevelTold:
    return LevelTold(axis, level, code=Code.LEVEL_TOLD if given else Code.LEVEL_ASSUMED)
