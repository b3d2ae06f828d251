"""Shifts that overlap, follow each other or leave gaps."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import SlackUserId
from bot.domain.oncall import first_gap, next_turn
from bot.domain.policy import Schedule, Shift
from bot.domain.shifts import laid_out, shift_at

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PEOPLE = [SlackUserId(f"U{name}") for name in ("DANA", "BO", "CHEN")]


def hour(number: int) -> datetime:
    return NOON + timedelta(hours=number)


shifts = st.builds(
    lambda begins, length, who, second: Shift(hour(begins), hour(begins + length), who, is_secondary=second),
    st.integers(0, 30),
    st.integers(1, 12),
    st.sampled_from(PEOPLE),
    st.booleans(),
)


@given(st.lists(shifts, max_size=12, unique_by=lambda one: (one.begins, one.is_secondary)), st.booleans())
def test_laid_out_at_every_instant_the_last_begun_counts_and_neighbours_differ(
    given_shifts: list[Shift], second: bool
) -> None:
    row = laid_out(given_shifts)
    for number in range(45):
        at = hour(number) + timedelta(minutes=30)
        naive = [one for one in given_shifts if one.begins <= at < one.ends and one.is_secondary is second]
        found = shift_at(row, at, is_secondary=second)
        assert (found and found.who) == (max(naive, key=lambda one: one.begins).who if naive else None)
        assert sum(one.begins <= at < one.ends for one in row if one.is_secondary is second) <= 1
    mine = [one for one in row if one.is_secondary is second]
    pairs = list(pairwise(mine))
    assert all(one.ends <= other.begins for one, other in pairs)
    assert not any(one.ends == other.begins and one.who == other.who for one, other in pairs)


@given(st.lists(shifts, max_size=8))
def test_a_gap_is_the_first_stretch_without_a_primary(given_shifts: list[Shift]) -> None:
    row = laid_out(given_shifts)
    schedule = Schedule("ops", group="@ops", shifts=row)
    gap = first_gap(schedule, hour(0), hour(40))
    uncovered = [number for number in range(40) if shift_at(row, hour(number)) is None]
    assert (gap is None) == (not uncovered)
    if gap is not None:
        assert gap[0] == hour(uncovered[0])
        after = next_turn(schedule, gap[0])
        assert gap[1] == min(after[0] if after else hour(40), hour(40))
