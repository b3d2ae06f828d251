"""The turn passes while an incident is open: whoever comes on call hears of it once."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.oncall import note_handover
from bot.domain.policy import Schedule
from tests.domain.given import BO, ELI, NOON, POLICY, declared, run

WEEKLY = Schedule("shop", (BO, ELI), start=date(2026, 3, 2))


def test_whoever_comes_on_call_hears_of_what_is_open_and_of_a_private_one_only_in_its_channel() -> None:
    policy = replace(POLICY, schedules={"shop": WEEKLY})
    for is_private, present, told in ((False, frozenset(), 1), (True, frozenset(), 0), (True, frozenset({ELI}), 1)):
        incident = declared(policy=policy, is_private=is_private)
        assert note_handover(incident, present, policy, NOON) is None
        decision = note_handover(incident, present, policy, NOON + timedelta(days=7))
        assert decision is not None
        assert len(decision.effects) == told
        assert note_handover(run(incident, decision), present, policy, NOON + timedelta(days=7)) is None
        back = note_handover(run(incident, decision), present, policy, NOON + timedelta(days=14))
        assert back is not None
