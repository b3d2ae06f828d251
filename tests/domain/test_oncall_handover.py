"""The turn passes while an incident is open: whoever comes on call hears of it once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.ids import SlackUserId
from bot.domain.oncall import note_handover
from bot.domain.policy import Policy, Schedule, Shift
from bot.domain.timeline import OnCallChanged
from tests.domain.given import BO, ELI, NOON, POLICY, declared, effects, run

WEEKLY = Schedule("shop", (BO, ELI), start=date(2026, 3, 2))


def test_whoever_comes_on_call_hears_of_what_is_open_and_of_a_private_one_only_in_its_channel() -> None:
    policy = replace(POLICY, schedules={"shop": WEEKLY})
    for is_private, present, told in ((False, frozenset(), 1), (True, frozenset(), 0), (True, frozenset({ELI}), 1)):
        incident = declared(policy=policy, is_private=is_private)
        assert note_handover(incident, present, policy, NOON) is None
        decision = note_handover(incident, present, policy, NOON + timedelta(days=7))
        assert decision is not None
        assert len(effects(incident, decision, policy)) == told
        assert note_handover(run(incident, decision), present, policy, NOON + timedelta(days=7)) is None
        back = note_handover(run(incident, decision), present, policy, NOON + timedelta(days=14))
        assert back is not None


def with_group(*users: SlackUserId) -> Policy:
    """A user group names no times: whoever is in it now seems always to have been."""
    always = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
    schedule = Schedule("context", group="@helpdesk", shifts=tuple(Shift(*always, user) for user in users[:1]))
    return replace(POLICY, schedules={"context": schedule}, default_schedule="context", services={})


def test_when_a_user_group_changes_whoever_is_first_now_hears_of_it() -> None:
    for before in ((BO,), ()):
        incident = declared(policy=with_group(*before))
        assert note_handover(incident, frozenset(), with_group(*before), NOON) is None
        decision = note_handover(incident, frozenset(), with_group(ELI), NOON)
        assert decision is not None
        (event,) = decision.events
        assert isinstance(event, OnCallChanged)
        assert (event.was, event.person) == (before[0] if before else None, ELI)


def test_a_calendar_that_tells_of_the_past_anew_tells_nobody_twice() -> None:
    incident = declared(policy=with_group(BO))
    decision = note_handover(incident, frozenset(), with_group(ELI), NOON)
    assert decision is not None
    incident = run(incident, decision)
    assert note_handover(incident, frozenset(), with_group(ELI), NOON + timedelta(days=1)) is None
    assert note_handover(incident, frozenset(), with_group(), NOON + timedelta(days=1)) is None
