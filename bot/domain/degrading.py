"""What part of a service is degraded, by which an incident uses its error budget: said by somebody, with a reason."""

import math
from datetime import datetime
from typing import Final

from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.telling import spell_percent
from bot.domain.timeline import DegradedShareStated

DECIMALS: Final = 2
"""Of a percentage. With an objective of 99.99 % a hundredth of a percent is just what may fail."""


class NotAShare(Refusal):
    """A share is from 0 to 100 percent, for example `/incident degraded 30% only card payments fail`."""


def state_degraded(incident: Incident, by: SlackUserId | None, percent: float, reason: str, now: datetime) -> Decision:
    """It holds for the whole impact of the incident, instead of what the policy says for its priority; also when the
    incident is over. Raises NotAShare, NothingToChange."""
    if not math.isfinite(percent) or not 0 <= percent <= 100:
        raise NotAShare
    percent = round(percent, DECIMALS)
    if percent == incident.degraded:
        told = f"{incident.ref} counts as {spell_percent(percent)} degraded already; nothing was changed."
        raise NothingToChange(text=told)
    return Decision((DegradedShareStated(at=now, by=by, percent=percent, reason=reason),))
