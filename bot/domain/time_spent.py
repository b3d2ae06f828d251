"""How much people worked on incidents, and how much of that at night and on weekends: by what they did, never by whom.

Counted in quarters of an hour: one counts for a person when the timeline has anything that they did in it, from the
declaration until the resolution. What was only said or read counts nowhere, so it is the least that it can have been.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.incident import Incident, Quarter, replace
from bot.domain.policy import Policy
from bot.domain.timeline import Recorded

QUARTER: Final = timedelta(minutes=15)
NIGHT_BEGINS, NIGHT_ENDS = 22, 7
"""Hours by the clock of the team."""
SATURDAY: Final = 5
FEWEST: Final = 3
"""People of a schedule from which on its hours are told: of fewer, they would be those of one person."""
SMALL_TEAMS: Final = "Smaller teams"
NO_TEAM: Final = "No team"


@dataclass(frozen=True, slots=True)
class Hours:
    """Of people, added up."""

    all: float = 0.0
    at_night: float = 0.0
    """Weekdays' nights only, so that nothing counts twice."""
    on_weekends: float = 0.0


NONE: Final = Hours()


def added(each: Collection[Hours]) -> Hours:
    return Hours(sum(one.all for one in each), sum(one.at_night for one in each), sum(one.on_weekends for one in each))


def of_teams(
    acts: Iterable[tuple[int, str | None, Collection[tuple[int, int]]]], policy: Policy
) -> list[tuple[int, str, Hours]]:
    """Number, team and hours of each incident. `acts`: its number, its service, and its quarters."""
    teams: dict[str | None, tuple[str, str]] = {}
    found = []
    for number, service, quarters in acts:
        if service not in teams:
            teams[service] = team_of(service, policy)
        team, zone = teams[service]
        found.append((number, team, hours(quarters, zone)))
    return found


def by_team(worked: Iterable[tuple[str, Hours]]) -> dict[str, Hours]:
    """Added up, in the order of the teams' names: it ranks nobody."""
    parts: dict[str, list[Hours]] = {}
    for team, of in worked:
        parts.setdefault(team, []).append(of)
    found = {team: added(each) for team, each in parts.items()}
    return {team: found[team] for team in sorted(found, key=lambda one: (one in (SMALL_TEAMS, NO_TEAM), one))}


def with_act(before: Incident | None, after: Incident, recorded: Recorded) -> Incident:
    """The incident after somebody did something about it."""
    by = recorded.event.by
    if by is None or (before is not None and (before.resolved_at is not None or before.status.is_over)):
        return after
    now, number = after.at_work, _quarter(recorded.recorded_at)
    if now is None:
        return replace(after, at_work=Quarter(number, frozenset({by})))
    if number > now.number:
        over = after.quarters.with_item((now.number, len(now.people)))
        return replace(after, quarters=over, at_work=Quarter(number, frozenset({by})))
    if by in now.people:
        return after
    return replace(after, at_work=Quarter(now.number, now.people | {by}))  # a clock that is behind counts as now


def quarters_of(incident: Incident) -> list[tuple[int, int]]:
    """Numbers of quarters since 1970, and how many people did something in each."""
    now = incident.at_work
    return [*incident.quarters, *([(now.number, len(now.people))] if now else [])]


def hours(quarters: Collection[tuple[int, int]], zone: str) -> Hours:
    """`quarters`: of one incident, by `quarters_of`; `zone`: whose nights and weekends are meant."""
    if not quarters:
        return NONE
    found = {"day": 0, "night": 0, "weekend": 0}
    for quarter, people in quarters:
        found[_kind(quarter, zone)] += people
    return Hours(sum(found.values()) / 4, found["night"] / 4, found["weekend"] / 4)


def team_of(service: str | None, policy: Policy) -> tuple[str, str]:
    """Whose work an incident of that service is, and the zone of their nights."""
    schedule = policy.schedule_for(service)
    if schedule is None:
        return NO_TEAM, policy.timezone.key
    people = {*schedule.members, *schedule.secondary, *(one.who for one in schedule.shifts)}
    return schedule.name if len(people) >= FEWEST else SMALL_TEAMS, schedule.timezone.key


@lru_cache(maxsize=200_000)
def _kind(quarter: int, zone: str) -> str:
    local = datetime.fromtimestamp(quarter * QUARTER.total_seconds(), UTC).astimezone(ZoneInfo(zone))
    if local.weekday() >= SATURDAY:
        return "weekend"
    return "night" if local.hour >= NIGHT_BEGINS or local.hour < NIGHT_ENDS else "day"


def _quarter(at: datetime) -> int:
    return int(at.timestamp() // QUARTER.total_seconds())
