"""Who is on call: rotations in a schedule's own time zone, overrides, and whom to ask to command."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.domain.ids import SlackUserId
from bot.domain.policy import Policy, Schedule


@dataclass(frozen=True, slots=True)
class Turn:
    """Who is on call, until when, and who is next; `until` is None when nobody else ever takes over."""

    primary: SlackUserId
    secondary: SlackUserId | None
    until: datetime | None
    next: SlackUserId | None


def on_call(schedule: Schedule, at: datetime) -> Turn:
    """Whose turn it is at an instant. Before the first handover it is the first member's."""
    index, ends = _rotation(schedule, at)
    members, secondary = schedule.members, schedule.secondary
    primary = members[index % len(members)]
    following = members[(index + 1) % len(members)]
    for override in schedule.overrides:  # the last that matches wins
        if override.begins <= at < override.ends:
            primary, ends, following = override.who, override.ends, members[index % len(members)]
    return Turn(
        primary=primary,
        secondary=secondary[index % len(secondary)] if secondary else None,
        until=ends,
        next=following if ends is not None else None,
    )


def _rotation(schedule: Schedule, at: datetime) -> tuple[int, datetime | None]:
    """How many turns have gone by, and when the present one ends."""
    if len(schedule.members) < 2 or schedule.start is None:
        return 0, None
    first = first_handover(schedule, schedule.start)
    local = at.astimezone(schedule.timezone).date()
    index = max((local - first).days // schedule.turn, 0)
    while handover(schedule, first + timedelta(days=index * schedule.turn)) > at and index > 0:
        index -= 1
    return index, handover(schedule, first + timedelta(days=(index + 1) * schedule.turn))


def first_handover(schedule: Schedule, start: date) -> date:
    """The first day on or after `start` on which turns begin."""
    if schedule.handover_day is None:
        return start
    return start + timedelta(days=(schedule.handover_day - start.weekday()) % 7)


def handover(schedule: Schedule, day: date) -> datetime:
    """The instant of a handover on a day, by the wall clock of the schedule's zone."""
    return datetime.combine(day, schedule.handover_time, tzinfo=schedule.timezone).astimezone(UTC)


def who_to_ask(policy: Policy, service: str | None, at: datetime, declarer: SlackUserId) -> tuple[SlackUserId, str]:
    """Whom a declaration asks to command, and why: whoever is on call, else the declarer."""
    schedule = policy.schedule_for(service)
    if schedule is None or not schedule.members:
        return declarer, "no on-call schedule applies, and they declared it"
    known = policy.services.get(service) if service else None
    return on_call(schedule, at).primary, f"on call for {known.name if known else schedule.name}"
