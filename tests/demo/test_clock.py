"""Incident time in the demo: it moves when it is told to, and never back."""

from datetime import UTC, datetime, timedelta

from bot.demo.clock import SteppedClock

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_it_stands_still_until_it_is_stepped() -> None:
    clock = SteppedClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.step_to(NOON + timedelta(minutes=5))
    assert clock.now() == NOON + timedelta(minutes=5)


def test_it_never_goes_back_and_wakes_nobody_when_it_does_not_move() -> None:
    clock, woken = SteppedClock(NOON), list[datetime]()
    clock.on_step(lambda: woken.append(clock.now()))
    clock.step_to(NOON - timedelta(minutes=1))
    clock.step_to(NOON)
    assert (clock.now(), woken) == (NOON, [])
    clock.step_to(NOON + timedelta(seconds=1))
    assert woken == [NOON + timedelta(seconds=1)]
