"""People's time: counted once for each quarter of an hour, by the clock of the team, and never by person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import evolve
from bot.domain.ids import SlackUserId
from bot.domain.policy import Schedule, Service
from bot.domain.time_spent import (
    NO_TEAM,
    QUARTER,
    SMALL_TEAMS,
    Hours,
    added,
    by_team,
    hours,
    of_teams,
    quarters_of,
    team_of,
)
from bot.domain.timeline import NoteAdded, Recorded
from tests.domain.given import NOON, POLICY, after, declared

MADRID = "Europe/Madrid"
PEOPLE = tuple(SlackUserId(f"U{number}") for number in range(3))


def quarter(year: int, month: int, day: int, hour: int, minute: int = 0, *, zone: str = MADRID) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone)).timestamp() // 900)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ((2026, 3, 4, 12), Hours(0.25)),
        ((2026, 3, 4, 22), Hours(0.25, at_night=0.25)),
        ((2026, 3, 4, 21, 45), Hours(0.25)),
        ((2026, 3, 5, 6, 45), Hours(0.25, at_night=0.25)),
        ((2026, 3, 5, 7), Hours(0.25)),
        ((2026, 3, 7, 3), Hours(0.25, on_weekends=0.25)),
        ((2026, 3, 8, 23, 45), Hours(0.25, on_weekends=0.25)),
        ((2026, 3, 9, 0), Hours(0.25, at_night=0.25)),
        ((2026, 3, 29, 3), Hours(0.25, on_weekends=0.25)),  # an hour was left out that night
        ((2026, 7, 1, 22), Hours(0.25, at_night=0.25)),
    ],
)
def test_nights_and_weekends_are_those_of_the_teams_clock(at: tuple[int, ...], expected: Hours) -> None:
    assert hours([(quarter(*at), 1)], MADRID) == expected


@given(
    st.dictionaries(st.integers(1_900_000, 2_000_000), st.integers(1, 9), max_size=30), st.sampled_from([MADRID, "UTC"])
)
def test_every_quarter_counts_once(quarters: dict[int, int], zone: str) -> None:
    found = hours(quarters.items(), zone)
    assert found.all == sum(quarters.values()) / 4
    assert found.at_night + found.on_weekends <= found.all
    day = list(quarters.items())
    assert added([hours(day[::2], zone), hours(day[1::2], zone)]) == found


def test_a_person_counts_once_in_a_quarter_however_much_they_do() -> None:
    acts = [(0, 0), (3, 0), (4, 1), (14, 0), (15, 0), (16, 1), (16, 2), (14, 2), (90, 1)]  # minute, person
    incident = declared()  # by somebody else, in the first of them
    for minute, person in acts:
        note = NoteAdded(at=after(minute), by=PEOPLE[person], text="x")
        incident = evolve(incident, Recorded(incident.last_seq + 1, after(minute), note))
    first = int(NOON.timestamp() // 900)
    assert dict(quarters_of(incident)) == {first: 3, first + 1: 3, first + 6: 1}


def test_teams_are_schedules_by_name_and_small_ones_are_added_up() -> None:
    schedules = {
        "web": Schedule("web", PEOPLE, timezone=ZoneInfo(MADRID)),
        "api": Schedule("api", PEOPLE),
        "one": Schedule("one", PEOPLE[:1]),
        "two": Schedule("two", PEOPLE[:2]),
    }
    services = {name: Service(name, name, oncall=name) for name in schedules}
    policy = replace(POLICY, schedules=schedules, services=services, default_schedule=None)
    assert team_of("web", policy) == ("web", MADRID)
    assert team_of("one", policy)[0] == SMALL_TEAMS
    assert team_of(None, policy)[0] == NO_TEAM
    night = quarter(2026, 3, 4, 23)
    names = ("web", "one", "two", None, "api", "api")
    each = of_teams(((number, name, [(night, 1)]) for number, name in enumerate(names)), policy)
    assert [number for number, team, _ in each if team == SMALL_TEAMS] == [1, 2]
    found = by_team((team, worked) for _, team, worked in each)
    assert list(found) == ["api", "web", NO_TEAM, SMALL_TEAMS]
    assert (found["api"].all, found[SMALL_TEAMS].all) == (0.5, 0.5)
    assert found["web"].at_night == 0.25
    assert timedelta(hours=0.25) == QUARTER
    assert datetime.fromtimestamp(night * 900, UTC).minute == 0
