"""What part of the service is degraded is said by somebody, with a reason, and holds for the whole impact."""

import math

import pytest

from bot.domain.degrading import NotAShare, state_degraded
from bot.domain.folding import evolve
from bot.domain.refusal import NothingToChange
from bot.domain.timeline import DegradedShareStated, Recorded
from tests.domain.given import BO, NOON, declared


def test_it_is_stated_and_corrected() -> None:
    incident = declared()
    assert incident.degraded is None
    (event,) = state_degraded(incident, BO, 30, "only card payments fail", NOON).events
    assert event == DegradedShareStated(at=NOON, by=BO, percent=30, reason="only card payments fail")
    stated = evolve(incident, Recorded(incident.last_seq + 1, NOON, event))
    assert stated.degraded == 30
    with pytest.raises(NothingToChange, match="counts as 30 % degraded already"):
        state_degraded(stated, BO, 30.0, "again", NOON)
    (corrected,) = state_degraded(stated, BO, 0, "nobody noticed", NOON).events
    assert evolve(stated, Recorded(stated.last_seq + 1, NOON, corrected)).degraded == 0


def test_hundredths_of_a_percent_are_kept() -> None:
    (event,) = state_degraded(declared(), BO, 0.0149, "one in ten thousand", NOON).events
    assert event == DegradedShareStated(at=NOON, by=BO, percent=0.01, reason="one in ten thousand")


@pytest.mark.parametrize("percent", [-0.1, 100.1, math.inf, math.nan])
def test_it_is_a_part_of_the_service(percent: float) -> None:
    with pytest.raises(NotAShare):
        state_degraded(declared(), BO, percent, "why", NOON)
