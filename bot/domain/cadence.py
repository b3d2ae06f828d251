"""When things are due: the arithmetic of the two clocks, and the promises."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.grace import grace
from bot.domain.incident import Incident
from bot.domain.policy import BusinessHours, Policy, PriorityRules
from bot.domain.refusal import Refusal
from bot.domain.telling import own_time
from bot.domain.timeline import Promise
from bot.domain.vocabulary import Clock, Priority, Status

DAY = timedelta(days=1)


class NotAhead(Refusal):
    """{time} has passed, so no update can be promised for it. Try `next:15m`."""


class TooLong(Refusal):
    """The next update can be at most {longest} away. Try `next:{longest}`."""


def spelled(span: timedelta) -> str:
    """A span as it is typed: `4h`, `1h30m`, `2d`."""
    days, rest = divmod(round(span.total_seconds()), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{letter}" for number, letter in parts if number) or "0s"


def after(start: datetime, span: timedelta, rules: PriorityRules, hours: BusinessHours) -> datetime:
    """The instant that lies `span` after `start` on the clock of the priority."""
    return start + span if rules.clock is Clock.ALWAYS else business_after(start, span, hours)


def business_after(start: datetime, span: timedelta, hours: BusinessHours) -> datetime:
    """`span` of business time after `start`: whole days are business days, the rest is time within them."""
    days, rest = divmod(span, DAY)
    at = opening(start, hours)
    for _ in range(days):
        at = _same_time_next_day(at, hours)
    while True:
        left = _closing(at, hours) - at
        if rest <= left:
            return at + rest
        rest -= left
        at = opening(_closing(at, hours), hours)


def part_before(end: datetime, span: timedelta, part: float, rules: PriorityRules, hours: BusinessHours) -> datetime:
    """The instant ahead of `end` at which that part of `span` is still left, on the clock of the priority."""
    if rules.clock is Clock.ALWAYS:
        return end - span * part
    day = _at_clock(end, hours.closes, hours) - _at_clock(end, hours.opens, hours)
    days, rest = divmod(span, DAY)
    whole_days, left = divmod((days * day + rest) * part, day)
    return business_before(end, whole_days * DAY + left, hours)


def business_before(end: datetime, span: timedelta, hours: BusinessHours) -> datetime:
    """The latest instant with `span` of business time between it and `end`."""
    days, rest = divmod(span, DAY)
    at = end
    for _ in range(days):
        at = _same_time_previous_day(at, hours)
    while True:
        at = _last_running(at, hours)
        gone = at - _at_clock(at, hours.opens, hours)
        if rest <= gone:
            return at - rest
        rest -= gone
        at = _at_clock(at, hours.opens, hours)


def _is_business_day(at: datetime, hours: BusinessHours) -> bool:
    """Whether business opens on the local day of `at`. Where the clocks skip the opening hour, a day may close before
    it opens; then it does not open at all."""
    day = at.astimezone(hours.timezone).date()
    if day.weekday() not in hours.days or day in hours.holidays:
        return False
    return _at_clock(at, hours.opens, hours) < _at_clock(at, hours.closes, hours)


def _at_clock(at: datetime, clock: time, hours: BusinessHours, days: int = 0) -> datetime:
    """A wall-clock time on the local day of `at`, or `days` later, as an instant."""
    day = at.astimezone(hours.timezone).date() + timedelta(days=days)
    return datetime.combine(day, clock, tzinfo=hours.timezone).astimezone(UTC)


def on_day(day: date, hours: BusinessHours) -> datetime:
    """When business opens on a day, or the next time after it."""
    return opening(datetime.combine(day, hours.opens, tzinfo=hours.timezone).astimezone(UTC), hours)


def opening(at: datetime, hours: BusinessHours) -> datetime:
    """`at` itself while the clock runs, else the next time it begins to run."""
    begins = max(at, _at_clock(at, hours.opens, hours))
    if _is_business_day(at, hours) and begins < _closing(at, hours):
        return begins
    day = 1
    while not _is_business_day(_at_clock(at, hours.opens, hours, day), hours):
        day += 1
    return _at_clock(at, hours.opens, hours, day)


def _closing(at: datetime, hours: BusinessHours) -> datetime:
    return _at_clock(at, hours.closes, hours)


def _last_running(at: datetime, hours: BusinessHours) -> datetime:
    """`at` itself when the clock has run today up to then, else the last time it stopped."""
    ends = min(at, _closing(at, hours))
    if _is_business_day(at, hours) and ends > _at_clock(at, hours.opens, hours):
        return ends
    day = -1
    while not _is_business_day(_at_clock(at, hours.opens, hours, day), hours):
        day -= 1
    return _at_clock(at, hours.closes, hours, day)


def _same_time_previous_day(at: datetime, hours: BusinessHours) -> datetime:
    """The same time of day on the business day before."""
    clock = at.astimezone(hours.timezone).time()
    day_before = _last_running(_at_clock(at, hours.opens, hours), hours)
    return _at_clock(day_before, clock, hours)


def _same_time_next_day(at: datetime, hours: BusinessHours) -> datetime:
    """The same time of day on the next business day."""
    clock = at.astimezone(hours.timezone).time()
    next_day = opening(_closing(at, hours), hours)
    return _at_clock(next_day, clock, hours)


def promise(start: datetime, span: timedelta, rules: PriorityRules, hours: BusinessHours) -> Promise:
    """Something is due `span` after `start`, with a reminder ahead of it where there is time for one."""
    return _promised(after(start, span, rules, hours), start, rules, hours)


def _promised(due_at: datetime, now: datetime, rules: PriorityRules, hours: BusinessHours) -> Promise:
    """Due at that instant; the reminder is `warn_before` ahead of it on the clock of the priority."""
    if rules.warn_before is None:
        return Promise(due_at)
    on_business = rules.clock is Clock.BUSINESS
    remind_at = business_before(due_at, rules.warn_before, hours) if on_business else due_at - rules.warn_before
    return Promise(due_at, remind_at if remind_at > now else None)


def first_promises(now: datetime, rules: PriorityRules, hours: BusinessHours) -> tuple[Promise, Promise]:
    """What a declaration promises: acceptance of command, and the first update."""
    return promise(now, rules.acknowledge_within, rules, hours), first_update(now, rules, hours)


def first_update(now: datetime, rules: PriorityRules, hours: BusinessHours) -> Promise:
    return _of_update(promise(now, rules.first_update_within, rules, hours), rules)


def update_by(due_at: datetime, now: datetime, rules: PriorityRules, hours: BusinessHours) -> Promise:
    """An update that is due at an instant, with a reminder ahead of it where there is time for one."""
    return _of_update(_promised(due_at, now, rules, hours), rules)


def _of_update(promised: Promise, rules: PriorityRules) -> Promise:
    return replace(promised, grace=grace(rules.update_every))


def next_update(
    status: Status,
    now: datetime,
    rules: PriorityRules,
    hours: BusinessHours,
    asked: timedelta | datetime | None = None,
) -> Promise:
    """When stakeholders hear next: by the cadence, or as `asked`: after a span on the 24-hour clock, or at an instant.

    Raises TooLong when more is asked for than the policy allows, NotAhead for an instant that is past.
    """
    if asked is None:
        return _of_update(promise(now, usual_pause(status, rules), rules, hours), rules)
    due_at = asked if isinstance(asked, datetime) else now + asked
    if due_at <= now:
        raise NotAhead(time=own_time(due_at))
    if due_at - now > rules.max_next:
        raise TooLong(longest=spelled(rules.max_next))
    return _of_update(_promised(due_at, now, replace(rules, clock=Clock.ALWAYS), hours), rules)


def usual_next(incident: Incident, now: datetime, policy: Policy) -> datetime | None:
    """When the next update would be due after one posted now, to the full minute; None when none would be."""
    if incident.status.is_calm:
        return None
    rules = policy.rules_for(incident.priority, incident.service)
    due_at = next_update(incident.status, now, rules, policy.business_hours).due_at
    whole = due_at.replace(second=0, microsecond=0)
    return whole if whole > now else due_at


def usual_pause(status: Status, rules: PriorityRules) -> timedelta:
    """From one update to the next."""
    return rules.mitigated_update_every if status is Status.MITIGATED else rules.update_every


def anew(
    old: datetime | None,
    since: datetime,
    span: timedelta,
    now: datetime,
    rules: PriorityRules,
    hours: BusinessHours,
    *,
    is_worse: bool,
) -> datetime:
    """When something is due by other rules: counted again `since`, or from now where that is past. After a change for
    the worse nobody waits longer than before."""
    due_at = after(since, span, rules, hours)
    if due_at <= now:
        due_at = after(now, span, rules, hours)
    return min(old, due_at) if is_worse and old is not None and old > now else due_at


def after_reclassification(
    incident: Incident, priority: Priority, service: str | None, now: datetime, policy: Policy
) -> tuple[Promise | None, Promise | None]:
    """Acceptance and next update by the rules that hold now; None for what stays as it is or is not owed.

    The update is counted again from the last one. A worse priority never waits longer than the better one did.
    """
    rules, hours = policy.rules_for(priority, service), policy.business_hours
    if rules == policy.rules_for(incident.priority, incident.service):
        return None, None
    is_worse = priority.is_worse_than(incident.priority)

    def promised(old: datetime, since: datetime, span: timedelta) -> Promise:
        return _promised(anew(old, since, span, now, rules, hours, is_worse=is_worse), now, rules, hours)

    acknowledge = update = None
    if incident.acknowledge_due_at is not None:
        acknowledge = promised(incident.acknowledge_due_at, incident.declared_at, rules.acknowledge_within)
    if incident.update_due_at is not None and incident.last_update is not None:
        update = promised(incident.update_due_at, incident.last_update.at, usual_pause(incident.status, rules))
        update = _of_update(update, rules)
    elif incident.update_due_at is not None:
        update = _of_update(promised(incident.update_due_at, incident.declared_at, rules.first_update_within), rules)
    return acknowledge, update
