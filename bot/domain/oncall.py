"""Who is on call: rotations in a schedule's own time zone, overrides, and whom to ask to command."""

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import merge
from itertools import combinations, count, takewhile
from typing import Literal

from bot.domain.dates import in_zone
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.oncall_hours import edges_of, is_within
from bot.domain.policy import Override, Policy, Schedule
from bot.domain.reason import NobodyOnCall, OnCallFor, Reasons, Stated
from bot.domain.shifts import shift_at
from bot.domain.timeline import OnCallChanged
from bot.domain.vocabulary import ReasonCode as Code

LOOKED_AHEAD = timedelta(days=732)
"""A turn that does not end within these two years has no end."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Who is on call, until when (None: without end), and who is next (None: nobody, at first)."""

    primary: SlackUserId
    secondary: SlackUserId | None
    until: datetime | None
    next: SlackUserId | None


def on_call(schedule: Schedule, at: datetime) -> Turn | None:
    """Whose turn it is at an instant; None when nobody is on call then."""
    counting = counting_at(schedule, at)
    primary = _primary_of(counting, at) if counting else None
    if counting is None or primary is None:
        return None
    turns = ((then, primary_at(schedule, then)) for then in _edges(schedule, at))
    until, following = next(((then, who) for then, who in turns if who != primary), (None, None))
    return Turn(primary, _secondary_of(counting, at), until, following)


def counting_at(schedule: Schedule, at: datetime) -> Schedule | None:
    """The schedule that counts at an instant: outside the hours of a rotation the one for the rest of the time."""
    counting: Schedule | None = schedule
    while counting and counting.hours and not is_within(counting.hours, counting.timezone, at):
        counting = counting.hours.otherwise
    return counting


def primary_at(schedule: Schedule, at: datetime) -> SlackUserId | None:
    """Who is on call at an instant; None when nobody is."""
    counting = counting_at(schedule, at)
    return _primary_of(counting, at) if counting else None


def unmatched_at(schedule: Schedule, at: datetime) -> str:
    """Who is on call at an instant without being known in Slack; empty where nobody is."""
    counting = counting_at(schedule, at)
    found = counting.unmatched if counting else ()
    return ", ".join(dict.fromkeys(one.name for one in found if one.begins <= at < one.ends))


def next_turn(schedule: Schedule, at: datetime) -> tuple[datetime, SlackUserId] | None:
    """After an instant at which nobody is on call: from when somebody is, and who."""
    turns = ((then, primary_at(schedule, then)) for then in _edges(schedule, at))
    return next(((then, who) for then, who in turns if who is not None), None)


def first_gap(schedule: Schedule, begins: datetime, ends: datetime) -> tuple[datetime, datetime] | None:
    """The first stretch between two instants in which nobody is on call."""
    at = begins
    while at < ends:
        turn = on_call(schedule, at)
        if turn is None:
            upcoming = next_turn(schedule, at)
            return at, min(upcoming[0], ends) if upcoming else ends
        at = turn.until or ends
    return None


def note_handover(
    incident: Incident, present: Collection[SlackUserId], policy: Policy, now: datetime
) -> Decision | None:
    """Tell whoever came on call since the incident was declared, or since that was told last; None: nobody did.

    Of a private incident they hear only when they are in its channel. `present`: who is.
    """
    schedule = policy.schedule_for(incident.service)
    turn = on_call(schedule, now) if schedule else None
    if schedule is None or turn is None or incident.status.is_calm:
        return None
    is_known = incident.schedule == schedule.name
    before = incident.on_call if is_known else _at_declaration(incident, schedule)
    if before == turn.primary or (before is None and not is_known):
        return None
    event = OnCallChanged(at=now, schedule=schedule.name, was=before, person=turn.primary, until=turn.until)
    return Decision((event,), present=present)


def _at_declaration(incident: Incident, schedule: Schedule) -> SlackUserId | None:
    """For incidents whose service has changed since, or whose declaration did not say it yet."""
    turn = on_call(schedule, incident.declared_at)
    return turn.primary if turn else None


def _primary_of(schedule: Schedule, at: datetime) -> SlackUserId | None:
    """Of a schedule that counts: the last override that matches, else whose turn or shift it is."""
    if not schedule.is_rotation:
        shift = shift_at(schedule.shifts, at)
        return shift.who if shift else None
    return _stand_in(schedule, at) or schedule.members[turns_gone(schedule, at) % len(schedule.members)]


def _secondary_of(schedule: Schedule, at: datetime) -> SlackUserId | None:
    """Who stands behind at an instant, by the same rule."""
    if not schedule.is_rotation:
        shift = shift_at(schedule.shifts, at, is_secondary=True)
        return shift.who if shift else None
    listed = schedule.secondary
    theirs = listed[turns_gone(schedule, at) % len(listed)] if listed else None
    return _stand_in(schedule, at, is_secondary=True) or theirs


def _stand_in(schedule: Schedule, at: datetime, *, is_secondary: bool = False) -> SlackUserId | None:
    covering = [one for one in schedule.overrides if one.is_secondary is is_secondary and one.begins <= at < one.ends]
    return covering[-1].who if covering else None


def overlapping(schedule: Schedule, now: datetime) -> list[tuple[Override, Override]]:
    """Overrides that are not over and stand in for the same place at the same time with two people."""
    left = [one for one in schedule.overrides if one.ends > now]
    pairs = ((one, other) for one, other in combinations(left, 2) if one.is_secondary is other.is_secondary)
    return [
        (one, other)
        for one, other in pairs
        if one.who != other.who and max(one.begins, other.begins) < min(one.ends, other.ends)
    ]


def turns_gone(schedule: Schedule, at: datetime) -> int:
    """How many turns have gone by since the rotation began."""
    if len(schedule.members) < 2 or schedule.start is None:
        return 0
    index = max(_turns_until(schedule, schedule.start, at), 0)
    while index > 0 and handover(schedule, schedule.start, index) > at:
        index -= 1
    while handover(schedule, schedule.start, index + 1) <= at:
        index += 1
    return index


def _turns_until(schedule: Schedule, start: date, at: datetime) -> int:
    """How many turns by the calendar; where clocks change and months end, one more or less than have gone by."""
    first, local = _first(schedule, start), at.astimezone(schedule.timezone).replace(tzinfo=None)
    if schedule.turn is None:
        return (local.year - first.year) * 12 + local.month - first.month
    return (local - first) // schedule.turn


def _edges(schedule: Schedule, at: datetime) -> Iterator[datetime]:
    """The instants after `at` at which somebody else may take over, in their order, for the next two years."""
    return takewhile(lambda edge: edge <= at + LOOKED_AHEAD, _all_edges(schedule, at))


def _all_edges(schedule: Schedule, at: datetime) -> Iterator[datetime]:
    """The same without an end; reckoned one by one, for mostly the first decides."""
    stand_ins = sorted(edge for one in schedule.overrides if not one.is_secondary for edge in (one.begins, one.ends))
    coming = (one for one in schedule.shifts if one.ends > at and not one.is_secondary)
    shifts = (edge for one in coming for edge in (one.begins, one.ends))
    sources: list[Iterator[datetime]] = [(edge for edge in times if edge > at) for times in (stand_ins, shifts)]
    sources.append(_handovers(schedule, at))
    if schedule.hours:
        sources.append(edges_of(schedule.hours, schedule.timezone, at))
        if schedule.hours.otherwise:
            sources.append(_all_edges(schedule.hours.otherwise, at))
    return merge(*sources)


def _handovers(schedule: Schedule, at: datetime) -> Iterator[datetime]:
    """The handovers of a rotation after an instant."""
    if len(schedule.members) > 1 and schedule.start is not None:
        for number in count(turns_gone(schedule, at) + 1):
            yield handover(schedule, schedule.start, number)


def handover(schedule: Schedule, start: date, number: int) -> datetime:
    """The instant of a handover, by the wall clock of the schedule's zone; number 0 begins the first turn."""
    first = _first(schedule, start)
    local = _months_later(first, number) if schedule.turn is None else first + number * schedule.turn
    return local.replace(tzinfo=schedule.timezone).astimezone(UTC)


def _first(schedule: Schedule, start: date) -> datetime:
    """By the wall clock, the first time on or after the day `start` at which turns begin."""
    wait = 0 if schedule.handover_day is None else (schedule.handover_day - start.weekday()) % 7
    return datetime.combine(start + timedelta(days=wait), schedule.handover_time)


def _months_later(first: datetime, months: int) -> datetime:
    """The same day of another month, or its last day where it is shorter."""
    years, month = divmod(first.month - 1 + months, 12)
    year = first.year + years
    return first.replace(year=year, month=month + 1, day=min(first.day, monthrange(year, month + 1)[1]))


def who_to_ask(
    policy: Policy, service: str | None, at: datetime, declarer: SlackUserId | None
) -> tuple[SlackUserId | None, Reasons]:
    """Whom a declaration asks to command, and why: whoever is on call, else the declarer; nobody where no person
    declared it."""
    schedule = policy.schedule_for(service)
    turn = on_call(schedule, at) if schedule else None
    if schedule is None:
        return declarer, (Stated(Code.NO_SCHEDULE_SO_DECLARER if declarer else Code.NO_SCHEDULE),)
    if turn is None:
        code: Literal[Code.NOBODY_ON_CALL, Code.NOBODY_ON_CALL_SO_DECLARER]
        code = Code.NOBODY_ON_CALL_SO_DECLARER if declarer else Code.NOBODY_ON_CALL
        return declarer, (NobodyOnCall(schedule.name, code=code, unmatched=unmatched_at(schedule, at)),)
    known = policy.service_of(service)
    zone = schedule.timezone.key if turn.until else None
    return turn.primary, (OnCallFor(known.name if known else schedule.name, turn.until, zone),)


def spelled(until: datetime, schedule: Schedule) -> str:
    """An instant as the schedule's own people write it: `Mon 12 Jan 09:00 CET`."""
    return in_zone(until, schedule.timezone)
