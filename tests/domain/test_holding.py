"""A legal hold is set and lifted by somebody, with a reason, also when the incident is over."""

import pytest

from bot.domain.access import is_sensitive
from bot.domain.folding import evolve
from bot.domain.holding import hold, lift
from bot.domain.refusal import NothingToChange
from bot.domain.timeline import LegalHoldSet, Recorded
from tests.domain.given import BO, NOON, declared


def test_it_is_set_once_and_lifted_once() -> None:
    incident = declared()
    with pytest.raises(NothingToChange, match="is not on legal hold"):
        lift(incident, BO, "the case is closed", NOON)
    (event,) = hold(incident, BO, "case 2026-17", NOON).events
    assert event == LegalHoldSet(at=NOON, by=BO, is_held=True, reason="case 2026-17")
    assert is_sensitive(event)
    held = evolve(incident, Recorded(incident.last_seq + 1, NOON, event))
    assert held.hold == event
    with pytest.raises(NothingToChange, match="on legal hold already"):
        hold(held, BO, "again", NOON)
    (lifted,) = lift(held, BO, "the case is closed", NOON).events
    assert evolve(held, Recorded(held.last_seq + 1, NOON, lifted)).hold is None
