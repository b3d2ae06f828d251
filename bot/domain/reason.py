"""Why Muster chose as it did, as codes with facts: a priority, whom it asked, a runbook.

Events keep these beside the English text of the same meaning, which is what older versions read. The words are in
`bot.domain.explaining`. Like the events, these classes are for ever: a code never changes its meaning, and facts are
only ever added.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from bot.domain.vocabulary import Axis, Level, Priority, Window
from bot.domain.vocabulary import ReasonCode as Code

StatedCode = Literal[
    Code.GIVEN_BY_HAND,
    Code.NO_SCHEDULE,
    Code.NO_SCHEDULE_SO_DECLARER,
    Code.AS_DEPUTY,
    Code.AS_ON_CALL,
    Code.AS_SECONDARY,
    Code.AS_MANAGER,
    Code.UPDATE_OVERDUE,
    Code.ACCEPTANCE_OVERDUE,
    Code.LEFT_CHANNEL,
    Code.DEACTIVATED,
    Code.UNKNOWN_TO_SLACK,
    Code.IS_A_BOT,
    Code.IS_DEACTIVATED,
    Code.ASKED_FOR_BY_NAME,
    Code.NAMED_BY_ALERT,
]


@dataclass(frozen=True, slots=True)
class Stated:
    """A reason that needs no facts."""

    code: StatedCode


@dataclass(frozen=True, slots=True)
class LevelTold:
    """Impact or urgency as somebody told it; or what was assumed, as nobody did."""

    axis: Axis
    level: Level
    code: Literal[Code.LEVEL_TOLD, Code.LEVEL_ASSUMED] = field(default=Code.LEVEL_TOLD, kw_only=True)


@dataclass(frozen=True, slots=True)
class LevelRaised:
    """A rule of the policy raised impact or urgency to a level; what the rule looked at, as far as it did."""

    axis: Axis
    level: Level
    service: str | None = None
    """Its slug."""
    category: str | None = None
    tier: int | None = None
    window: Window | None = None
    first_day: date | None = None
    last_day: date | None = None
    code: Literal[Code.LEVEL_RAISED] = field(default=Code.LEVEL_RAISED, kw_only=True)


@dataclass(frozen=True, slots=True)
class PriorityGiven:
    """Whoever declared it said the priority; the matrix says another one, or the same."""

    by_matrix: Priority
    code: Literal[Code.GIVEN_BY_PERSON, Code.GIVEN_BY_INTEGRATION] = field(default=Code.GIVEN_BY_PERSON, kw_only=True)


@dataclass(frozen=True, slots=True)
class OnCallFor:
    """Somebody is on call for a service, or by a schedule where no service is known; until when, in which zone."""

    name: str
    until: datetime | None = None
    zone: str | None = None
    code: Literal[Code.ON_CALL] = field(default=Code.ON_CALL, kw_only=True)


@dataclass(frozen=True, slots=True)
class NobodyOnCall:
    """A schedule has nobody now."""

    schedule: str
    code: Literal[Code.NOBODY_ON_CALL, Code.NOBODY_ON_CALL_SO_DECLARER] = field(
        default=Code.NOBODY_ON_CALL, kw_only=True
    )
    unmatched: str = field(default="", kw_only=True)
    """Who is, by PagerDuty, without being known in Slack."""


@dataclass(frozen=True, slots=True)
class RunbookFits:
    """What of the incident a runbook is for: `values` are the service's name, shared tags, words of the title, the
    category, the words it was looked for by, or what people said since."""

    values: tuple[str, ...]
    code: Literal[
        Code.FOR_SERVICE, Code.SHARES_TAGS, Code.TITLE_SAYS, Code.PEOPLE_SAY, Code.OF_CATEGORY, Code.FOUND_BY
    ] = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class RunbookHelped:
    """In how many incidents a runbook helped, did not help, and was used without a word of that."""

    helped: int
    not_helped: int
    used: int
    code: Literal[Code.HELPED_BEFORE] = field(default=Code.HELPED_BEFORE, kw_only=True)


Reason = Stated | LevelTold | LevelRaised | PriorityGiven | OnCallFor | NobodyOnCall | RunbookFits | RunbookHelped
Reasons = tuple[Reason, ...]
"""In the order in which they are told."""
