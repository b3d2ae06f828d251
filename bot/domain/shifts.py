"""Shifts of a calendar or a user group: which one counts where they overlap, and where nobody is named."""

import heapq
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from bot.domain.policy import Schedule, Shift

NAMED = 5
"""Events of a calendar that are named one by one."""


def laid_out(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """The same shifts without overlaps, and without seams where one person follows themselves.

    Where shifts overlap, the one that begins last counts, as calendars show a swap laid over a shift.
    """
    given = sorted(shifts, key=lambda one: one.begins)
    rows = [_one_row([one for one in given if one.is_secondary is role]) for role in (False, True)]
    return tuple(sorted((one for row in rows for one in row), key=lambda one: (one.begins, one.is_secondary)))


def _one_row(shifts: Sequence[Shift]) -> list[Shift]:
    """`shifts`: of one role, in the order in which they begin."""
    edges = sorted({edge for one in shifts for edge in (one.begins, one.ends)})
    row: list[Shift] = []
    live: list[tuple[float, int, Shift]] = []
    """The shifts that have begun, the last begun first; those that are over are dropped when they come up."""
    begun = 0
    for begins, ends in pairwise(edges):
        while begun < len(shifts) and shifts[begun].begins <= begins:
            heapq.heappush(live, (-shifts[begun].begins.timestamp(), -begun, shifts[begun]))
            begun += 1
        while live and live[0][2].ends <= begins:
            heapq.heappop(live)
        if live:
            _append(row, Shift(begins, ends, live[0][2].who, live[0][2].is_secondary))
    return row


def _append(row: list[Shift], shift: Shift) -> None:
    if row and row[-1].ends == shift.begins and row[-1].who == shift.who:
        shift = Shift(row.pop().begins, shift.ends, shift.who, shift.is_secondary)
    row.append(shift)


def shift_at(shifts: Sequence[Shift], at: datetime, *, is_secondary: bool = False) -> Shift | None:
    """The shift that counts at an instant. `shifts`: laid out."""
    begun = bisect_right(shifts, at, key=lambda one: one.begins)
    latest = next(
        (one for one in map(shifts.__getitem__, reversed(range(begun))) if one.is_secondary is is_secondary), None
    )
    return latest if latest and at < latest.ends else None


def left_out(schedule: Schedule) -> str:
    """Which events of a schedule's calendar do not count, and why, for whoever can mend them."""
    shown = "; ".join(schedule.left_out[:NAMED])
    more = f"; and {len(schedule.left_out) - NAMED} more" if len(schedule.left_out) > NAMED else ""
    events = "1 event" if len(schedule.left_out) == 1 else f"{len(schedule.left_out)} events"
    return f"{events} in the calendar of the schedule {schedule.name} left out: {shown}{more}."
