"""Bringing people in: invited, paged, told by escalation; nobody twice."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import bringing_in, roles
from bot.domain.audience import effects_of
from bot.domain.decision import Decision
from bot.domain.declaration import Declaration, declare
from bot.domain.effects import Announce, InvitePeople, TellPerson, address, invitations
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import People, Policy, Service
from bot.domain.reclassify import Change, reclassify
from bot.domain.timeline import Escalated, NoteAdded, PeopleInvited, ServicePaged
from bot.domain.vocabulary import Priority, Role
from tests.domain.given import (
    BO,
    CHEN,
    DANA,
    ELI,
    MIA,
    NOON,
    POLICY,
    SAM,
    XENIA,
    after,
    commanded,
    declared,
    effects,
    fold_all,
    person,
    run,
)

NOW = after(10)
NOTE = NoteAdded(at=NOON, by=DANA, text="")
NO_SCHEDULES = replace(POLICY, schedules={})


def told_by_escalating(incident: Incident, by: SlackUserId = CHEN, policy: Policy = POLICY) -> tuple[SlackUserId, ...]:
    decision = bringing_in.escalate(incident, by, "no database expert", NOW, policy)
    (event,) = decision.events
    assert isinstance(event, Escalated)
    messages = tuple(effect.to for effect in effects(incident, decision, policy) if isinstance(effect, TellPerson))
    assert messages == event.told
    return event.told


@given(st.lists(st.integers(1, 400).map(lambda number: SlackUserId(f"U{number}")), max_size=350))
def test_invitations_come_by_the_hundred_each_person_once_and_in_order(asked: list[SlackUserId]) -> None:
    parts = invitations(NOTE, asked)
    assert [one for part in parts for one in part.people] == list(dict.fromkeys(asked))
    assert all(1 <= len(part.people) <= 100 for part in parts)
    destinations = [address(part, IncidentNumber(42)).destination for part in parts]
    assert len(set(destinations)) == len(parts)


def test_inviting_adds_people_once_and_is_remembered() -> None:
    decision = bringing_in.invite(declared(), DANA, (CHEN, ELI, CHEN), NOW)
    event = PeopleInvited(at=NOW, by=DANA, people=(CHEN, ELI))
    assert decision.events == (event,)
    assert effects(declared(), decision)[:2] == (Announce(event), InvitePeople(event, (CHEN, ELI)))
    assert run(declared(), decision).invited == (CHEN, ELI)


def test_paging_a_service_tells_and_adds_whoever_is_on_call() -> None:
    incident = replace(declared(), asked=None)
    decision = bringing_in.page(incident, DANA, POLICY.services["checkout"], NOW, POLICY)
    event = ServicePaged(at=NOW, by=DANA, service="checkout", service_name="Checkout", person=BO)
    assert decision.events == (event,)
    assert effects(incident, decision)[:3] == (Announce(event), TellPerson(event, BO), InvitePeople(event, (BO,)))


def test_paging_somebody_who_is_there_does_not_add_them_again() -> None:
    paged = effects(commanded(), bringing_in.page(commanded(), DANA, POLICY.services["checkout"], NOW, POLICY))
    assert any(isinstance(effect, TellPerson) for effect in paged)
    assert not any(isinstance(effect, InvitePeople) for effect in paged)


def test_paging_a_service_without_a_schedule_calls_the_default_one() -> None:
    policy = replace(POLICY, default_schedule="shop")
    (event,) = bringing_in.page(declared(), DANA, policy.services["search"], NOW, policy).events
    assert isinstance(event, ServicePaged)
    assert event.person == BO


def test_who_is_on_call_themselves_pages_the_secondary() -> None:
    (event,) = bringing_in.page(declared(), BO, POLICY.services["checkout"], NOW, POLICY).events
    assert isinstance(event, ServicePaged)
    assert event.person == SAM


@pytest.mark.parametrize("secondary", [(), (BO,)])
def test_nobody_pages_themselves(secondary: tuple[SlackUserId, ...]) -> None:
    alone = replace(POLICY, schedules={"shop": replace(POLICY.schedules["shop"], secondary=secondary)})
    with pytest.raises(bringing_in.OnCallYourself, match=r"You are on call for Checkout yourself.*`/incident invite"):
        bringing_in.page(declared(), BO, POLICY.services["checkout"], NOW, alone)


@pytest.mark.parametrize("service", [POLICY.services["search"], Service("new", "Brand New")])
def test_paging_where_nobody_is_on_call_is_refused_with_whom_to_name(service: Service) -> None:
    with pytest.raises(
        bringing_in.NobodyOnCall, match=rf"Nobody is on call for {service.name}.*`/incident invite @name`"
    ):
        bringing_in.page(declared(), DANA, service, NOW, POLICY)


def test_escalating_tells_the_secondary_and_the_managers() -> None:
    assert told_by_escalating(commanded()) == (SAM, MIA)


def test_escalating_tells_the_deputy_rather_than_the_secondary() -> None:
    incident = run(commanded(), lambda it: roles.assign_role(it, BO, Role.DEPUTY, person(ELI), NOW))
    assert told_by_escalating(incident) == (ELI, MIA)


def test_escalating_tells_the_manager_of_the_service_rather_than_all() -> None:
    assert told_by_escalating(replace(commanded(), service="search")) == (ELI,)


def test_escalating_tells_nobody_of_their_own_escalation() -> None:
    assert told_by_escalating(commanded(), by=MIA) == (SAM,)


def test_nobody_is_told_twice_of_one_escalation() -> None:
    policy = replace(POLICY, people=People(managers=(MIA, SAM, MIA)))
    assert told_by_escalating(commanded(), policy=policy) == (SAM, MIA)


def test_an_escalation_that_reaches_nobody_is_recorded_all_the_same() -> None:
    assert told_by_escalating(commanded(), policy=replace(NO_SCHEDULES, people=People())) == ()


SHOP = replace(
    POLICY,
    priorities={
        **POLICY.priorities,
        Priority.P1: replace(POLICY.priorities[Priority.P1], notify=("resolver_group", "manager")),
    },
    services={"checkout": Service("checkout", "Checkout", oncall="shop", manager=MIA, resolver_group="@shop-sre")},
)
GROUPS = {"@shop-sre": (ELI, CHEN)}


def called(decision: Decision, before: Incident | None) -> tuple[list[SlackUserId], list[SlackUserId]]:
    """Whom a decision invites, and whom it tells directly."""
    found = effects_of(decision, before, SHOP)
    return (
        [one for effect in found if isinstance(effect, InvitePeople) for one in effect.people],
        [effect.to for effect in found if isinstance(effect, TellPerson)],
    )


def test_a_critical_one_calls_the_resolver_group_and_tells_the_manager() -> None:
    report = Declaration("it is down", priority=Priority.P1, service="checkout")
    decision = declare(IncidentNumber(42), DANA, report, NOON, SHOP, (), GROUPS)
    invited, told = called(decision, None)
    assert {ELI, CHEN} <= set(invited)
    assert MIA in told
    assert fold_all(decision.events).brought_in(ELI)
    for quiet in (replace(report, is_private=True), replace(report, priority=Priority.P3)):
        invited, told = called(declare(IncidentNumber(42), DANA, quiet, NOON, SHOP, (), GROUPS), None)
        assert not {ELI, CHEN} & set(invited)
        assert MIA not in told


def test_one_that_becomes_critical_calls_them_then_and_only_once() -> None:
    report = Declaration("it is slow", priority=Priority.P3, service="checkout")
    incident = fold_all(declare(IncidentNumber(42), DANA, report, NOON, SHOP, (), GROUPS).events)
    worse = reclassify(incident, DANA, Change(priority=Priority.P1), "it is down", NOON, SHOP, groups=GROUPS)
    assert called(worse, incident) == ([ELI, CHEN], [XENIA, MIA])
    incident = run(incident, worse)
    better = reclassify(incident, DANA, Change(priority=Priority.P3), "it is not", NOON, SHOP, groups=GROUPS)
    incident = run(incident, better)
    again = reclassify(incident, DANA, Change(priority=Priority.P1), "it is", NOON, SHOP, groups=GROUPS)
    assert called(again, incident)[0] == []
