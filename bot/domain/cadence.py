"""When things are due: the arithmetic of the two clocks, the promises, and what happens when a time comes."""

from datetime import UTC, datetime, time, timedelta

from bot.domain.decision import Decision, refreshes
from bot.domain.effects import Announce, TellPerson
from bot.domain.incident import Deadline, Incident
from bot.domain.policy import BusinessHours, Policy, PriorityRules
from bot.domain.refusal import Refusal
from bot.domain.timeline import AcknowledgementOverdue, DeadlineReminded, Promise, UpdateOverdue
from bot.domain.vocabulary import Clock, DeadlineKind, DeadlineStep, Status

DAY = timedelta(days=1)


class TooLong(Refusal):
    """The next update may be {longest} away at the most. Type for example `next:{longest}`."""


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
    at = _opening(start, hours)
    for _ in range(days):
        at = _same_time_next_day(at, hours)
    while True:
        left = _closing(at, hours) - at
        if rest <= left:
            return at + rest
        rest -= left
        at = _opening(_closing(at, hours), hours)


def _is_business_day(at: datetime, hours: BusinessHours) -> bool:
    day = at.astimezone(hours.timezone).date()
    return day.weekday() in hours.days and day not in hours.holidays


def _at_clock(at: datetime, clock: time, hours: BusinessHours, days: int = 0) -> datetime:
    """A wall-clock time on the local day of `at`, or `days` later, as an instant."""
    day = at.astimezone(hours.timezone).date() + timedelta(days=days)
    return datetime.combine(day, clock, tzinfo=hours.timezone).astimezone(UTC)


def _opening(at: datetime, hours: BusinessHours) -> datetime:
    """`at` itself while the clock runs, else the next time it begins to run."""
    opens, closes = _at_clock(at, hours.opens, hours), _at_clock(at, hours.closes, hours)
    if _is_business_day(at, hours) and at < closes:
        return max(at, opens)
    day = 1
    while not _is_business_day(_at_clock(at, hours.opens, hours, day), hours):
        day += 1
    return _at_clock(at, hours.opens, hours, day)


def _closing(at: datetime, hours: BusinessHours) -> datetime:
    return _at_clock(at, hours.closes, hours)


def _same_time_next_day(at: datetime, hours: BusinessHours) -> datetime:
    """The same time of day on the next business day."""
    clock = at.astimezone(hours.timezone).time()
    next_day = _opening(_closing(at, hours), hours)
    return _at_clock(next_day, clock, hours)


def promise(start: datetime, span: timedelta, rules: PriorityRules, hours: BusinessHours) -> Promise:
    """Something is due `span` after `start`, with a reminder ahead of it where there is time for one."""
    return _promised(after(start, span, rules, hours), start, rules)


def _promised(due_at: datetime, now: datetime, rules: PriorityRules) -> Promise:
    remind_at = due_at - rules.warn_before if rules.warn_before else None
    return Promise(due_at, remind_at if remind_at is not None and remind_at > now else None)


def first_promises(now: datetime, rules: PriorityRules, hours: BusinessHours) -> tuple[Promise, Promise]:
    """What a declaration promises: acceptance of command, and the first update."""
    return (
        promise(now, rules.acknowledge_within, rules, hours),
        promise(now, rules.first_update_within, rules, hours),
    )


def next_update(
    status: Status, now: datetime, rules: PriorityRules, hours: BusinessHours, asked: timedelta | None = None
) -> Promise:
    """When stakeholders hear next: by the cadence, or as asked for within its bounds. Raises TooLong."""
    if asked is not None:
        if asked > rules.max_next:
            raise TooLong(longest=spelled(rules.max_next))
        return _promised(now + asked, now, rules)
    return promise(now, _cadence(status, rules), rules, hours)


def _cadence(status: Status, rules: PriorityRules) -> timedelta:
    return rules.mitigated_update_every if status is Status.MITIGATED else rules.update_every


def after_reclassification(
    incident: Incident, now: datetime, rules: PriorityRules, hours: BusinessHours
) -> tuple[Promise | None, Promise | None]:
    """Acceptance and next update by the rules of the new priority; None for what is not owed.

    The update is counted again from the last one. A worse priority never waits longer than the better one did.
    """
    acknowledge = None
    if incident.acknowledge_due_at is not None:
        due_at = after(incident.declared_at, rules.acknowledge_within, rules, hours)
        acknowledge = _anew(incident.acknowledge_due_at, due_at, rules.acknowledge_within, now, rules, hours)
    if incident.update_due_at is None:
        return acknowledge, None
    since, span = incident.declared_at, rules.first_update_within
    if incident.last_update is not None:
        since, span = incident.last_update.at, _cadence(incident.status, rules)
    due_at = after(since, span, rules, hours)
    return acknowledge, _anew(incident.update_due_at, due_at, span, now, rules, hours)


def _anew(
    old: datetime, due_at: datetime, span: timedelta, now: datetime, rules: PriorityRules, hours: BusinessHours
) -> Promise:
    """A recomputed due time, which is never in the past; it comes earlier than the old one, or relaxes it."""
    if due_at > now:
        return _promised(due_at, now, rules)
    fresh = after(now, span, rules, hours)
    return _promised(min(old, fresh) if old > now else fresh, now, rules)


def fire(incident: Incident, deadline: Deadline, now: datetime, policy: Policy) -> Decision:  # noqa: ARG001
    """What happens when a deadline's time comes; nothing when somebody was faster."""
    if deadline not in incident.open_deadlines():
        return Decision(())
    waiting_for = incident.commander if deadline.kind is DeadlineKind.UPDATE else None
    person = waiting_for or incident.asked
    if deadline.step is DeadlineStep.REMIND:
        reminded = DeadlineReminded(at=now, deadline=deadline.kind, due_at=deadline.promised_at)
        return Decision((reminded,), (TellPerson(reminded, person),) if person else ())
    if deadline.kind is DeadlineKind.UPDATE:
        overdue = UpdateOverdue(at=now, due_at=deadline.promised_at, commander=incident.commander)
        return Decision((overdue,), (Announce(overdue), *refreshes(incident)))
    late = AcknowledgementOverdue(at=now, due_at=deadline.promised_at, asked=incident.asked)
    return Decision((late,), (Announce(late), *refreshes(incident)))
