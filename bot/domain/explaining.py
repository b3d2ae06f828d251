"""Reasons in English words: the one place that holds them.

The words stand inside sentences of others (`<@U1> was asked to take command (on call for Checkout)`), so they begin
small and end without a stop.
"""

from collections.abc import Callable, Mapping
from typing import assert_never
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain import reason as r
from bot.domain.dates import a_date, in_zone
from bot.domain.timeline import LinkedRunbook
from bot.domain.vocabulary import Priority
from bot.domain.vocabulary import ReasonCode as Code

STATED: Mapping[r.StatedCode, str] = {
    Code.GIVEN_BY_HAND: "given by hand",
    Code.NO_SCHEDULE: "no on-call schedule applies",
    Code.NO_SCHEDULE_SO_DECLARER: "no on-call schedule applies, and they declared it",
    Code.AS_DEPUTY: "deputy",
    Code.AS_ON_CALL: "on call",
    Code.AS_SECONDARY: "secondary on call",
    Code.AS_MANAGER: "manager",
    Code.UPDATE_OVERDUE: "an update was overdue",
    Code.ACCEPTANCE_OVERDUE: "nobody had accepted command in time",
    Code.LEFT_CHANNEL: "left the channel",
    Code.DEACTIVATED: "were deactivated in Slack",
    Code.UNKNOWN_TO_SLACK: "Slack knows nobody with that id here",
    Code.IS_A_BOT: "they are a bot",
    Code.IS_DEACTIVATED: "they were deactivated in Slack",
    Code.ASKED_FOR_BY_NAME: "asked for by name",
    Code.NAMED_BY_ALERT: "the alert names it",
}


def helped_before(helped: int, not_helped: int, used: int) -> str:
    """`helped in 3 of 4 incidents`: what came of a runbook before."""
    if helped and not_helped:
        return f"helped in {helped} of {helped + not_helped} incidents"
    many = helped or not_helped or used
    incidents = f"{many} {'incident' if many == 1 else 'incidents'}"
    return f"{'helped' if helped else 'did not help' if not_helped else 'used'} in {incidents}"


FITS: Mapping[Code, Callable[[tuple[str, ...]], str]] = {
    Code.FOR_SERVICE: lambda values: f"for the service {', '.join(values)}",
    Code.SHARES_TAGS: lambda values: f"shares the {'tag' if len(values) == 1 else 'tags'} {', '.join(values)}",
    Code.TITLE_SAYS: lambda values: f"the report says {', '.join(values)}",
    Code.PEOPLE_SAY: lambda values: f"people mentioned {', '.join(values)}",
    Code.OF_CATEGORY: lambda values: f"category {', '.join(values)}",
    Code.FOUND_BY: lambda values: f"found by “{' '.join(values)}”",
}
GIVERS = {Code.GIVEN_BY_PERSON: "by hand", Code.GIVEN_BY_INTEGRATION: "by the integration"}


def explained(reasons: r.Reasons, told: str = "", between: str = ", ") -> str:
    """The reasons in words; `told`, the text that was stored, where there are none."""
    return between.join(map(worded, reasons)) or told


def why_priority(reasons: r.Reasons, told: str, priority: Priority) -> str:
    """How a priority came about; nothing where it was given and impact and urgency say the same."""
    telling = tuple(one for one in reasons if not (isinstance(one, r.PriorityGiven) and one.by_matrix is priority))
    return explained(telling, "" if reasons else told)


def why_runbook(linked: LinkedRunbook) -> str:
    """Why a runbook was linked."""
    return explained(linked.reasons, linked.why, between="; ")


def worded(reason: r.Reason) -> str:
    match reason:
        case r.Stated(code=code):
            return STATED[code]
        case r.LevelTold(axis=axis, level=level, code=code):
            return f"{axis} {level}{' (assumed)' if code is Code.LEVEL_ASSUMED else ''}"
        case r.LevelRaised(axis=axis, level=level):
            return f"{axis} raised to {level} ({_rule(reason)})"
        case r.PriorityGiven(by_matrix=priority, code=code):
            return f"set {GIVERS[code]}; impact and urgency suggest {priority}"
        case r.OnCallFor(name=name, until=until, zone=zone):
            ends = f" until {in_zone(until, _zone(zone))}" if until and zone else ""
            return f"on call for {name}{ends}"
        case r.NobodyOnCall(schedule=schedule, code=code, unmatched=unmatched):
            declarer = ", and they declared it" if code is Code.NOBODY_ON_CALL_SO_DECLARER else ""
            if unmatched:
                return f"PagerDuty has {unmatched} on call in {schedule}, who is not known in Slack{declarer}"
            return f"nobody is on call in {schedule} now{declarer}"
        case r.RunbookFits(values=values, code=code):
            return FITS[code](values)
        case r.RunbookHelped(helped=helped, not_helped=not_helped, used=used):
            return helped_before(helped, not_helped, used)
        case unexpected:
            assert_never(unexpected)


def _zone(name: str) -> ZoneInfo:
    """UTC where this machine does not know the zone any more."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _rule(raised: r.LevelRaised) -> str:
    """What the rule looked at."""
    parts = [
        f"service {raised.service}" if raised.service else "",
        f"category {raised.category}" if raised.category else "",
        f"tier {raised.tier}" if raised.tier is not None else "",
        raised.window.replace("_", " ") if raised.window else "",
        f"{a_date(raised.first_day)} to {a_date(raised.last_day)}" if raised.first_day and raised.last_day else "",
    ]
    return ", ".join(part for part in parts if part) or "business context"
