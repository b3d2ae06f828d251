"""Who commands and who does what: asked, accepted, handed over, taken over; and who may not."""

from dataclasses import replace

import pytest

from bot.domain import roles
from bot.domain.effects import Announce, InvitePeople, TellPerson
from bot.domain.escalation import asked_after
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.reason import Stated, StatedCode
from bot.domain.refusal import AlreadyOver, NothingToChange
from bot.domain.timeline import CommandAccepted, CommandTakenOver, HandoverOffered
from bot.domain.vocabulary import DeadlineKind, ReasonCode, Role, Status
from tests.domain.given import (
    BO,
    CHEN,
    DANA,
    ELI,
    LEFT,
    MIA,
    NOON,
    POLICY,
    SAM,
    Verb,
    after,
    commanded,
    declared,
    due,
    effects,
    hours,
    in_status,
    kinds,
    person,
    run,
    updating,
)

NOW = after(2)
LATE = after(60)
"""Everything is overdue by then."""


def asking(user: SlackUserId, by: SlackUserId = DANA) -> Verb:
    return lambda it: roles.ask_commander(it, by, person(user), NOW)


def handing_over(incident: Incident) -> Incident:
    return run(incident, lambda it: roles.offer_handover(it, BO, person(CHEN), NOW))


def with_deputy(incident: Incident) -> Incident:
    return run(incident, lambda it: roles.assign_role(it, BO, Role.DEPUTY, person(ELI), NOW))


def test_until_somebody_accepts_there_is_no_commander() -> None:
    incident = declared()
    assert (incident.commander, incident.asked, incident.holders(Role.COMMANDER)) == (None, BO, ())


def test_whoever_was_asked_accepts_and_commands() -> None:
    incident = run(declared(), lambda it: roles.accept(it, BO, NOW))
    assert (incident.commander, incident.asked) == (BO, None)
    assert incident.holder(Role.COMMANDER) == BO
    assert incident.status is Status.INVESTIGATING
    assert incident.acknowledged_at == NOW
    assert due(incident, DeadlineKind.ACKNOWLEDGE) is None


def test_anyone_may_accept_while_nobody_commands() -> None:
    assert run(declared(), lambda it: roles.accept(it, CHEN, NOW)).commander == CHEN


def test_accepting_leaves_the_update_clock_alone() -> None:
    assert due(run(declared(), lambda it: roles.accept(it, BO, NOW)), DeadlineKind.UPDATE) == after(15)


def test_accepting_twice_changes_nothing_and_says_so() -> None:
    with pytest.raises(NothingToChange, match="You already command INC-42"):
        roles.accept(commanded(), BO, NOW)


def test_nobody_accepts_what_another_commands_unless_asked() -> None:
    with pytest.raises(roles.AskedOfAnother, match=r"<@UBO> commands INC-42.*`/incident takeover`"):
        roles.accept(commanded(), CHEN, NOW)


def test_a_helper_who_accepts_is_brought_into_the_channel() -> None:
    decision = roles.accept(declared(), CHEN, NOW)
    (event,) = decision.events
    assert InvitePeople(event, (CHEN,)) in effects(declared(), decision)
    assert "InvitePeople" not in kinds(effects(declared(), roles.accept(declared(), BO, NOW)))


def test_whoever_cannot_take_command_says_so_and_the_next_one_is_asked_at_once() -> None:
    decision = roles.decline(declared(), BO, "on a train", NOW, POLICY)
    (event,) = decision.events
    assert effects(declared(), decision)[:3] == (Announce(event), TellPerson(event, SAM), InvitePeople(event, (SAM,)))
    after = run(declared(), decision)
    assert (after.asked, after.commander, after.acknowledge_due_at) == (SAM, None, declared().acknowledge_due_at)


def test_nobody_who_has_declined_is_asked_again_but_by_hand() -> None:
    first = run(declared(), roles.decline(declared(), BO, "", NOW, POLICY))
    both = run(first, roles.decline(first, SAM, "", NOW, POLICY))
    assert both.asked is None
    assert asked_after(both, POLICY) is None
    by_hand = run(both, roles.ask_commander(both, DANA, person(BO), NOW))
    assert by_hand.asked == BO
    assert asked_after(by_hand, POLICY) is None, "the secondary has declined as well"


def test_only_whoever_is_asked_declines() -> None:
    with pytest.raises(roles.NotAsked, match="You haven't been asked to command INC-42"):
        roles.decline(declared(), CHEN, "", NOW, POLICY)


def test_a_declined_handover_leaves_command_where_it_is_and_its_commander_is_told() -> None:
    offered = run(commanded(), roles.offer_handover(commanded(), BO, person(CHEN), NOW))
    decision = roles.decline(offered, CHEN, "", NOW, POLICY)
    after = run(offered, decision)
    assert (after.commander, after.asked) == (BO, None)
    assert TellPerson(decision.events[0], BO) in effects(offered, decision)


def test_anyone_may_ask_somebody_to_command_while_nobody_does() -> None:
    decision = roles.ask_commander(declared(), DANA, person(CHEN), NOW)
    (event,) = decision.events
    assert effects(declared(), decision)[:3] == (Announce(event), TellPerson(event, CHEN), InvitePeople(event, (CHEN,)))
    assert run(declared(), decision).asked == CHEN
    assert run(declared(), decision).commander is None


def test_only_the_commander_asks_somebody_else_to_command() -> None:
    assert run(commanded(), asking(CHEN, by=BO)).asked == CHEN
    with pytest.raises(roles.OnlyTheCommander, match=r"<@UBO> commands INC-42.*`/incident takeover`"):
        asking(CHEN)(commanded())


def test_a_handover_changes_nothing_until_it_is_accepted() -> None:
    offered = handing_over(commanded())
    assert (offered.commander, offered.asked) == (BO, CHEN)
    accepted = run(offered, lambda it: roles.accept(it, CHEN, after(3)))
    assert (accepted.commander, accepted.asked) == (CHEN, None)
    spans = [(held.person, held.since, held.until) for held in accepted.roles]
    assert spans == [(BO, NOON, after(3)), (CHEN, after(3), None)]


def test_the_time_to_acknowledge_is_that_of_the_first_commander() -> None:
    assert run(handing_over(commanded()), lambda it: roles.accept(it, CHEN, after(3))).acknowledged_at == NOON


def test_a_handover_names_who_had_command_before() -> None:
    (event,) = roles.accept(handing_over(commanded()), CHEN, after(3)).events
    assert event == CommandAccepted(at=after(3), by=CHEN, previous=BO)


def test_a_handover_is_offered_by_direct_message() -> None:
    decision = roles.offer_handover(commanded(), BO, person(CHEN), NOW)
    event = HandoverOffered(at=NOW, by=BO, asked=CHEN)
    assert decision.events == (event,)
    assert TellPerson(event, CHEN) in effects(commanded(), decision)


def test_the_last_person_asked_is_the_one_who_may_accept() -> None:
    offered = run(handing_over(commanded()), lambda it: roles.offer_handover(it, BO, person(ELI), after(3)))
    with pytest.raises(roles.AskedOfAnother):
        roles.accept(offered, CHEN, after(4))
    assert run(offered, lambda it: roles.accept(it, ELI, after(4))).commander == ELI


def test_only_the_commander_hands_over() -> None:
    with pytest.raises(roles.OnlyTheCommander):
        roles.offer_handover(commanded(), CHEN, person(ELI), NOW)


def test_nothing_is_handed_over_while_nobody_commands() -> None:
    with pytest.raises(roles.NobodyCommands, match=r"`/incident commander @name`.*`/incident accept`"):
        roles.offer_handover(declared(), DANA, person(ELI), NOW)


@pytest.mark.parametrize("over", [Status.CLOSED, Status.CANCELLED, Status.MERGED])
def test_command_of_what_is_over_cannot_pass(over: Status) -> None:
    incident = replace(in_status(over), commander=BO)
    with pytest.raises(AlreadyOver, match=f"INC-42 is {over}"):
        roles.offer_handover(incident, BO, person(ELI), NOW)
    with pytest.raises(AlreadyOver, match=f"INC-42 is {over}"):
        roles.take_over(incident, MIA, NOW, POLICY)


def test_asking_the_commander_to_command_changes_nothing() -> None:
    with pytest.raises(NothingToChange, match="<@UBO> already commands INC-42"):
        asking(BO, by=BO)(commanded())


def test_asking_the_same_person_twice_changes_nothing() -> None:
    with pytest.raises(NothingToChange, match="<@UBO> has already been asked"):
        asking(BO)(declared())


def test_asking_oneself_is_answered_with_accept() -> None:
    with pytest.raises(roles.AcceptInstead, match="`/incident accept`"):
        asking(DANA)(declared())


@pytest.mark.parametrize("role", [Role.COMMANDER, Role.DEPUTY, Role.SCRIBE, Role.LIAISON, Role.RESPONDER])
def test_neither_a_bot_nor_somebody_who_left_takes_a_role(role: Role) -> None:
    with pytest.raises(roles.NotAPerson, match=r"<@UELI> is a bot .* Name a person"):
        roles.assign_role(declared(), DANA, role, person(ELI, is_bot=True), NOW)
    with pytest.raises(roles.NotAPerson, match=r"<@UELI> is deactivated .* Name a person"):
        roles.assign_role(declared(), DANA, role, person(ELI, is_deactivated=True), NOW)


@pytest.mark.parametrize("role", [Role.DEPUTY, Role.SCRIBE, Role.LIAISON])
def test_a_role_has_one_holder_and_passes_to_the_next(role: Role) -> None:
    incident = run(
        declared(),
        lambda it: roles.assign_role(it, DANA, role, person(CHEN), NOW),
        lambda it: roles.assign_role(it, DANA, role, person(ELI), after(3)),
    )
    assert incident.holders(role) == (ELI,)
    assert incident.roles[0].until == after(3)


def test_responders_are_many() -> None:
    incident = run(
        declared(),
        lambda it: roles.assign_role(it, DANA, Role.RESPONDER, person(CHEN), NOW),
        lambda it: roles.assign_role(it, DANA, Role.RESPONDER, person(ELI), NOW),
    )
    assert incident.holders(Role.RESPONDER) == (CHEN, ELI)


def test_giving_a_role_to_its_holder_changes_nothing() -> None:
    with pytest.raises(NothingToChange, match="<@UELI> is already deputy of INC-42"):
        with_deputy(with_deputy(commanded()))


def test_the_role_of_commander_is_asked_for_not_given() -> None:
    incident = run(declared(), lambda it: roles.assign_role(it, DANA, Role.COMMANDER, person(CHEN), NOW))
    assert (incident.commander, incident.asked) == (None, CHEN)


@pytest.mark.parametrize(
    ("by", "capacity", "code"),
    [
        (ELI, "deputy", ReasonCode.AS_DEPUTY),
        (BO, "on call", ReasonCode.AS_ON_CALL),
        (SAM, "secondary on call", ReasonCode.AS_SECONDARY),
        (MIA, "manager", ReasonCode.AS_MANAGER),
    ],
)
def test_command_is_taken_over_at_once_when_nobody_accepted_in_time(
    by: SlackUserId, capacity: str, code: StatedCode
) -> None:
    incident = with_deputy(declared())
    (event,) = roles.take_over(incident, by, after(5), POLICY).events
    assert event == CommandTakenOver(
        at=after(5),
        by=by,
        because=f"{capacity}, nobody had accepted command in time",
        reasons=(Stated(code), Stated(ReasonCode.ACCEPTANCE_OVERDUE)),
    )
    assert run(incident, lambda it: roles.take_over(it, by, after(5), POLICY)).commander == by


def test_command_is_taken_over_from_a_silent_commander() -> None:
    taken = run(commanded(), lambda it: roles.take_over(it, MIA, after(16), POLICY))
    assert taken.commander == MIA
    assert taken.holders(Role.COMMANDER) == (MIA,)


def test_taking_over_withdraws_an_offered_handover() -> None:
    taken = run(handing_over(commanded()), lambda it: roles.take_over(it, MIA, LATE, POLICY))
    assert taken.asked is None
    with pytest.raises(roles.AskedOfAnother):
        roles.accept(taken, CHEN, LATE)


def test_nothing_is_taken_over_before_it_is_overdue_and_the_refusal_says_when() -> None:
    with pytest.raises(roles.NothingOverdue, match=r"the next deadline is <!date.*12:15 UTC>"):
        roles.take_over(commanded(), MIA, after(14.99), POLICY)


def test_a_punctual_commander_is_not_taken_over_from() -> None:
    with pytest.raises(roles.NothingOverdue, match="12:29 UTC"):
        roles.take_over(run(commanded(), updating(after(14))), MIA, after(16), POLICY)


def test_nothing_is_overdue_in_a_resolved_incident() -> None:
    with pytest.raises(roles.NothingOverdue, match="nothing is due"):
        roles.take_over(in_status(Status.RESOLVED), MIA, NOON + hours(9), POLICY)


@pytest.mark.parametrize("stranger", [CHEN, DANA])
def test_others_may_not_take_over_and_hear_whom_to_ask(stranger: SlackUserId) -> None:
    with pytest.raises(roles.MayNotTakeOver, match=r"a manager.*`/incident escalate <reason>`"):
        roles.take_over(commanded(), stranger, LATE, POLICY)


def test_the_commander_cannot_take_over_from_themself() -> None:
    with pytest.raises(NothingToChange, match="You already command INC-42"):
        roles.take_over(commanded(), BO, LATE, POLICY)


def test_the_manager_of_the_service_may_take_over_beside_those_of_the_company() -> None:
    incident = replace(commanded(), service="search")
    for manager in (ELI, MIA):
        assert run(incident, roles.take_over(incident, manager, LATE, POLICY)).commander == manager


def test_a_commander_who_left_is_replaced_by_whoever_is_asked_next() -> None:
    incident = run(commanded(), lambda it: roles.assign_role(it, CHEN, Role.DEPUTY, person(ELI), after(1)))
    decision = roles.lose(incident, BO, LEFT, after(3), POLICY)
    assert decision is not None
    lost = run(incident, decision)
    assert (lost.commander, lost.asked) == (None, ELI)
    assert lost.holder(Role.COMMANDER) is None
    assert due(lost, DeadlineKind.ACKNOWLEDGE) == after(8)
    assert due(lost, DeadlineKind.UPDATE) == due(incident, DeadlineKind.UPDATE)
    assert run(lost, lambda it: roles.accept(it, BO, after(4))).commander == BO


def test_without_a_deputy_the_on_call_else_the_secondary_is_asked() -> None:
    left = roles.lose(commanded(), BO, LEFT, after(3), POLICY)
    assert left is not None
    assert run(commanded(), left).asked == SAM
    elsewhere = replace(POLICY, schedules={})
    alone = roles.lose(commanded(), BO, LEFT, after(3), elsewhere)
    assert alone is not None
    assert run(commanded(), alone).asked is None


def test_whoever_else_leaves_changes_nothing_and_nobody_is_sought_once_it_is_resolved() -> None:
    assert roles.lose(commanded(), CHEN, LEFT, after(3), POLICY) is None
    assert roles.lose(in_status(Status.CLOSED), BO, LEFT, after(3), POLICY) is None
    resolved = replace(commanded(), status=Status.RESOLVED)
    left = roles.lose(resolved, BO, LEFT, after(3), POLICY)
    assert left is not None
    assert effects(resolved, left) == ()
    assert (run(resolved, left).commander, run(resolved, left).asked) == (None, None)


def test_whoever_was_asked_and_leaves_is_asked_no_more_and_called_anew_when_asked_again() -> None:
    asked = run(commanded(), lambda it: roles.offer_handover(it, BO, person(CHEN), after(1)))
    left = roles.lose(asked, CHEN, LEFT, after(2), POLICY)
    assert left is not None
    assert "Announce" in kinds(effects(asked, left))
    gone = run(asked, left)
    assert (gone.commander, gone.asked) == (BO, None)
    again = roles.offer_handover(gone, BO, person(CHEN), after(3))
    assert [one.people for one in effects(gone, again) if isinstance(one, InvitePeople)] == [(CHEN,)]
    assert run(gone, again).departed == frozenset()


def test_a_policy_calls_nobody_back_into_a_private_incident() -> None:
    hidden = replace(commanded(), is_private=True)
    left = roles.lose(hidden, SAM, LEFT, after(1), POLICY)
    assert left is not None
    assert effects(hidden, left) == ()
    without_sam = run(hidden, left)
    lost = roles.lose(without_sam, BO, LEFT, after(2), POLICY)
    assert lost is not None
    assert run(without_sam, lost).asked != SAM
