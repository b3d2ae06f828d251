"""What is wrong with the clocks, in words."""

from datetime import timedelta

import pytest

from bot.store import Store
from bot.web.clocks import apart, clock_skew, overdue_claims


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, ""),
        (2, ""),
        (-2, ""),
        (3, "The database's clock is 3 seconds ahead of this machine's; let both be set by NTP."),
        (-61, "The database's clock is 61 seconds behind this machine's; let both be set by NTP."),
    ],
)
def test_clocks_that_are_far_apart_are_told_with_which_one_is_ahead(seconds: int, told: str) -> None:
    assert apart(timedelta(seconds=seconds)) == told


async def test_a_database_on_the_same_machine_has_its_time(store: Store) -> None:
    assert await clock_skew(store.database) == ""


def test_deadlines_that_are_late_are_counted() -> None:
    assert overdue_claims(1) == "1 deadline is more than 30 seconds late."
    assert overdue_claims(2) == "2 deadlines are more than 30 seconds late."
