"""What people are asked by direct message: from when on, and until when."""

import pytest

from bot.domain import roles, status
from bot.domain import timeline as t
from bot.domain.asking import has_passed
from bot.domain.audience import effects_of
from bot.domain.decision import Decision
from bot.domain.declaration import Declaration
from bot.domain.effects import SettleAsks
from bot.domain.ids import SlackUserId
from bot.domain.incident import Ask, Incident
from bot.domain.vocabulary import DeadlineKind, Status, Wanted
from tests.domain.given import (
    BO,
    CHEN,
    DANA,
    MIA,
    POLICY,
    SAM,
    Verb,
    after,
    commanded,
    declared,
    declaring,
    fold_all,
    in_status,
    person,
    run,
)

LADDER = t.Rungs(taken=1, told=(SAM, MIA), asked=SAM)
OVERDUE = t.AcknowledgementOverdue(at=after(5), due_at=after(5), asked=BO, rungs=LADDER)


def edited(incident: Incident, what: Decision | Verb) -> list[tuple[SlackUserId, tuple[int, ...]]]:
    """Whose direct messages are edited, and about which events they are."""
    decision = what if isinstance(what, Decision) else what(incident)
    found = effects_of(decision, incident, POLICY)
    return [(one.to, one.asked) for one in found if isinstance(one, SettleAsks)]


def test_whoever_is_on_call_is_asked_from_the_declaration_on() -> None:
    assert declared().asks == (Ask(1, BO, Wanted.COMMAND),)


def test_whoever_is_asked_and_declared_it_has_no_message_that_could_be_edited() -> None:
    own = declaring(Declaration("the shop is slow", service="search")).events[0]
    assert isinstance(own, t.IncidentDeclared)
    assert own.asked == own.by
    assert fold_all((own,)).asks == ()


@pytest.mark.parametrize(
    "what",
    [
        lambda it: roles.accept(it, BO, after(2)),
        lambda it: roles.accept(it, CHEN, after(2)),
        lambda it: roles.decline(it, BO, "", after(2), POLICY),
        lambda it: roles.ask_commander(it, DANA, person(CHEN), after(2)),
        lambda it: status.resolve(it, DANA, "rolled back", after(2), POLICY),
        lambda it: status.cancel(it, DANA, "a false alarm", after(2), POLICY),
    ],
)
def test_it_is_settled_once_and_then_left_alone(what: Verb) -> None:
    assert edited(declared(), what) == [(BO, (1,))]
    after_it = run(declared(), what)
    assert BO not in [one.person for one in after_it.asks]
    assert BO not in [one for one, _ in edited(after_it, Decision((t.NoteAdded(at=after(3), by=DANA, text="x"),)))]


def test_an_update_settles_nothing() -> None:
    assert edited(declared(), Decision((t.NoteAdded(at=after(1), by=DANA, text="the pool is full"),))) == []


def test_the_reminder_and_the_first_message_are_edited_together() -> None:
    reminded = t.DeadlineReminded(at=after(3), deadline=DeadlineKind.ACKNOWLEDGE, due_at=after(5))
    incident = run(declared(), Decision((reminded,)))
    assert edited(incident, lambda it: roles.accept(it, BO, after(4))) == [(BO, (1, 2))]


def test_when_the_next_one_is_asked_the_first_is_not_any_more_and_a_manager_is_until_somebody_commands() -> None:
    assert edited(declared(), Decision((OVERDUE,))) == [(BO, (1,))]
    passed_on = run(declared(), Decision((OVERDUE,)))
    assert passed_on.asks == (Ask(2, SAM, Wanted.COMMAND), Ask(2, MIA, Wanted.A_COMMANDER))
    assert edited(passed_on, lambda it: roles.decline(it, SAM, "", after(6), POLICY))[0] == (SAM, (2,))
    assert edited(passed_on, lambda it: roles.accept(it, CHEN, after(6))) == [(SAM, (2,)), (MIA, (2,))]


def test_a_handover_is_asked_until_it_is_answered() -> None:
    offered = run(commanded(), lambda it: roles.offer_handover(it, BO, person(CHEN), after(10)))
    assert [one.person for one in offered.asks] == [CHEN]
    assert edited(offered, lambda it: roles.decline(it, CHEN, "", after(11), POLICY)) == [(CHEN, (3,))]
    assert edited(offered, lambda it: roles.offer_handover(it, BO, person(DANA), after(11))) == [(CHEN, (3,))]


@pytest.mark.parametrize(
    ("event", "where", "passes"),
    [
        (t.CommanderAsked(at=after(1), by=DANA, asked=BO), Status.RESOLVED, True),
        (t.CommanderAsked(at=after(1), by=DANA, asked=BO), Status.MITIGATED, False),
        (OVERDUE, Status.CLOSED, True),
        (t.DeadlineReminded(at=after(1), deadline=DeadlineKind.UPDATE, due_at=after(1)), Status.CANCELLED, True),
        (t.DeadlineReminded(at=after(1), deadline=DeadlineKind.REVIEW, due_at=after(1)), Status.CLOSED, False),
        (t.UpdateOverdue(at=after(0), due_at=after(0)), Status.INVESTIGATING, True),
        (t.UpdateOverdue(at=after(2), due_at=after(2)), Status.INVESTIGATING, False),
        (t.NoteAdded(at=after(1), by=BO, text="the disk is full"), Status.CLOSED, False),
    ],
)
def test_what_comes_late_and_is_needed_no_more_is_left_out(event: t.AnyEvent, where: Status, *, passes: bool) -> None:
    incident = in_status(where)
    assert has_passed(event, incident, after(60)) is passes
    assert not has_passed(event, incident, event.at)
