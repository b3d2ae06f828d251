"""Business context: what the service, the category and the calendar do to impact and urgency."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.policy import BusinessHours, ContextRule, Days, Policy
from bot.domain.reason import LevelRaised, Reasons
from bot.domain.vocabulary import Axis, Level, Window

RAISED = {Level.LOW: Level.MEDIUM, Level.MEDIUM: Level.HIGH, Level.HIGH: Level.HIGH}
QUARTERS_LAST_MONTHS = (3, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What business context looks at."""

    service: str | None
    category: str | None
    at: datetime


def raised(policy: Policy, around: Circumstances, axis: Axis, level: Level) -> tuple[Level, Reasons]:
    """The level after the first rule that raises it, one step at the most; and why, nothing where it stays."""
    raising = next((one for one in policy.context if one.raises is axis and _applies(one, policy, around)), None)
    if raising is None or RAISED[level] is level:
        return level, ()
    return RAISED[level], (_raised_by(raising, RAISED[level]),)


def _applies(rule: ContextRule, policy: Policy, around: Circumstances) -> bool:
    known = policy.service_of(around.service)
    tier = known.tier if known else None
    return (
        rule.service in (None, around.service)
        and rule.category in (None, around.category)
        and rule.tier in (None, tier)
        and (rule.calendar is None or is_within(rule.calendar, around.at, policy.business_hours))
    )


def _raised_by(rule: ContextRule, level: Level) -> LevelRaised:
    window = rule.calendar if isinstance(rule.calendar, Window) else None
    days = rule.calendar if isinstance(rule.calendar, Days) else None
    first, last = (days.first, days.last) if days else (None, None)
    return LevelRaised(rule.raises, level, rule.service, rule.category, rule.tier, window, first, last)


def is_within(window: Window | Days, at: datetime, hours: BusinessHours) -> bool:
    """Whether an instant lies in a calendar window, in the zone of the business hours."""
    if isinstance(window, Days):
        return window.first <= at.astimezone(hours.timezone).date() <= window.last
    return WINDOWS[window](at, hours)


def _is_month_end(at: datetime, hours: BusinessHours) -> bool:
    """One of the last two business days of its month."""
    today = at.astimezone(hours.timezone).date()
    first_of_next = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    days = [first_of_next - timedelta(days=back) for back in range(1, 32)]
    business = [day for day in days if day.month == today.month and _is_business_day(day, hours)]
    return today in business[:2]


def _is_quarter_end(at: datetime, hours: BusinessHours) -> bool:
    is_last_month = at.astimezone(hours.timezone).month in QUARTERS_LAST_MONTHS
    return is_last_month and _is_month_end(at, hours)


def _is_weekend(at: datetime, hours: BusinessHours) -> bool:
    """A day of the week on which nobody works; holidays are no weekend."""
    return at.astimezone(hours.timezone).weekday() not in hours.days


def _is_outside_hours(at: datetime, hours: BusinessHours) -> bool:
    local = at.astimezone(hours.timezone)
    return not (_is_business_day(local.date(), hours) and hours.opens <= local.time() < hours.closes)


def _is_business_day(day: date, hours: BusinessHours) -> bool:
    return day.weekday() in hours.days and day not in hours.holidays


WINDOWS: Mapping[Window, Callable[[datetime, BusinessHours], bool]] = {
    Window.MONTH_END: _is_month_end,
    Window.QUARTER_END: _is_quarter_end,
    Window.WEEKEND: _is_weekend,
    Window.OUTSIDE_BUSINESS_HOURS: _is_outside_hours,
}
