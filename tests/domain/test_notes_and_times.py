"""What people add to the record by hand: notes, and when things truly happened."""

from datetime import datetime

import pytest

from bot.domain import notes_and_times, status
from bot.domain.effects import Announce
from bot.domain.incident import Incident
from bot.domain.refusal import NothingToChange
from bot.domain.timeline import NoteAdded, TimeCorrected
from bot.domain.vocabulary import Status, TimeName
from tests.domain.given import (
    BO,
    CHEN,
    NOON,
    POLICY,
    Verb,
    after,
    declared,
    effects,
    in_status,
    run,
)

NOW = after(30)


def correcting(name: TimeName, value: datetime) -> Verb:
    return lambda it: notes_and_times.correct_time(it, CHEN, name, value, "from the graphs", NOW)


def told(incident: Incident) -> tuple[datetime | None, ...]:
    return (incident.began_at, incident.detected_at, incident.mitigated_at, incident.resolved_at)


def test_a_note_stands_at_the_time_it_happened() -> None:
    decision = notes_and_times.add_note(CHEN, "Is it the WAF?", after(-3), NOW)
    assert decision.events == (NoteAdded(at=after(-3), by=CHEN, text="Is it the WAF?"),)
    assert effects(declared(), decision)[0] == Announce(decision.events[0])


def test_a_note_changes_nothing_but_the_record() -> None:
    incident = declared()
    noted = run(incident, notes_and_times.add_note(CHEN, "Is it the WAF?", NOW, NOW))
    assert (noted.status, noted.open_deadlines()) == (incident.status, incident.open_deadlines())
    assert noted.last_seq == 2


def test_a_note_of_something_to_come_is_refused() -> None:
    with pytest.raises(notes_and_times.InTheFuture, match="has happened"):
        notes_and_times.add_note(CHEN, "soon", after(30.1), NOW)


def test_a_time_to_come_is_refused() -> None:
    with pytest.raises(notes_and_times.InTheFuture, match="has happened"):
        correcting(TimeName.BEGAN, after(31))(declared())


def test_when_it_began_and_was_detected_may_lie_before_the_declaration() -> None:
    incident = run(declared(), correcting(TimeName.BEGAN, after(-18)), correcting(TimeName.DETECTED, after(-10)))
    assert told(incident) == (after(-18), after(-10), None, None)
    assert incident.declared_at == NOON


def test_a_correction_keeps_what_was_and_why() -> None:
    first = run(declared(), correcting(TimeName.BEGAN, after(-18)))
    (event,) = correcting(TimeName.BEGAN, after(-20))(first).events
    assert event == TimeCorrected(
        at=NOW, by=CHEN, name=TimeName.BEGAN, value=after(-20), was=after(-18), reason="from the graphs"
    )


@pytest.mark.parametrize(
    ("name", "says"), [(TimeName.MITIGATED, "/incident mitigate"), (TimeName.RESOLVED, "/incident resolve")]
)
def test_what_has_not_been_reached_cannot_be_dated(name: TimeName, says: str) -> None:
    with pytest.raises(notes_and_times.NotReached, match=f"INC-42 is not {name} yet.*{says}"):
        correcting(name, after(5))(declared())


def test_a_corrected_time_is_no_longer_inferred() -> None:
    resolved = run(declared(), lambda it: status.resolve(it, CHEN, "rolled back", after(20), POLICY))
    corrected = run(resolved, correcting(TimeName.MITIGATED, after(12)), correcting(TimeName.RESOLVED, after(18)))
    assert resolved.inferred == {"mitigated_at"}
    assert corrected.inferred == frozenset()
    assert told(corrected) == (None, None, after(12), after(18))


def test_correcting_to_the_same_time_changes_nothing() -> None:
    first = run(declared(), correcting(TimeName.BEGAN, after(-18)))
    with pytest.raises(NothingToChange, match="INC-42 already has that time"):
        correcting(TimeName.BEGAN, after(-18))(first)


@pytest.mark.parametrize("over", [Status.CLOSED, Status.CANCELLED, Status.MERGED])
def test_a_note_may_be_added_when_it_is_over(over: Status) -> None:
    assert run(in_status(over), lambda _: notes_and_times.add_note(CHEN, "seen again", NOW, NOW)).status is over


def noted() -> Incident:
    return run(
        declared(),
        lambda _: notes_and_times.add_note(CHEN, "locks", NOON, NOW),
        lambda _: notes_and_times.add_note(CHEN, "so?", NOON, NOW),
    )


def test_a_note_may_be_amended_and_retracted_and_the_record_keeps_what_it_said() -> None:
    incident = run(
        noted(),
        lambda it: notes_and_times.amend_note(it, BO, 1, "deadlocks", NOW),
        lambda it: notes_and_times.retract_note(it, BO, 2, "no", NOW),
    )
    assert [(one.number, one.text, one.is_amended, one.is_retracted) for one in incident.notes] == [
        (1, "deadlocks", True, False),
        (2, "so?", False, True),
    ]


def test_a_note_that_is_not_there_was_retracted_or_reads_so_already_is_refused() -> None:
    gone = run(noted(), lambda it: notes_and_times.retract_note(it, BO, 2, "no", NOW))
    for number in (2, 3):
        with pytest.raises(notes_and_times.NoSuchNote, match=f"has no note {number}, or it was retracted"):
            notes_and_times.amend_note(gone, BO, number, "x", NOW)
    with pytest.raises(NothingToChange, match="already reads like that"):
        notes_and_times.amend_note(noted(), BO, 1, "locks", NOW)


@pytest.mark.parametrize(
    ("name", "minutes", "says"),
    [
        (TimeName.BEGAN, -9, "begun after it was detected"),
        (TimeName.DETECTED, -30, "been detected before it began"),
        (TimeName.MITIGATED, -30, "been mitigated before it began"),
        (TimeName.MITIGATED, 25, "been mitigated after it was resolved"),
        (TimeName.RESOLVED, 9, "been resolved before it was mitigated"),
    ],
)
def test_times_out_of_order_are_refused_with_the_other_time(name: TimeName, minutes: float, says: str) -> None:
    known = run(
        declared(),
        correcting(TimeName.BEGAN, after(-20)),
        correcting(TimeName.DETECTED, after(-10)),
        lambda it: status.mitigate(it, CHEN, "rule off", after(10), POLICY),
        lambda it: status.resolve(it, CHEN, "rolled back", after(20), POLICY),
    )
    with pytest.raises(notes_and_times.OutOfOrder, match=says):
        correcting(name, after(minutes))(known)


def test_the_impact_may_end_before_anybody_notices() -> None:
    known = run(
        declared(),
        correcting(TimeName.BEGAN, after(-20)),
        correcting(TimeName.DETECTED, after(-5)),
        lambda it: status.mitigate(it, CHEN, "it went away", after(10), POLICY),
        correcting(TimeName.MITIGATED, after(-8)),
    )
    assert known.mitigated_at == after(-8)
