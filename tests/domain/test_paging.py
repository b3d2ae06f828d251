"""Who is called by which pager, until when it is wanted, and when the ladder goes on without it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import paging
from bot.domain import timeline as t
from bot.domain.audience import effects_of
from bot.domain.decision import Decision
from bot.domain.effects import PagePerson, StopPage
from bot.domain.folding import evolve
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.oncall import on_call
from bot.domain.policy import Apprise, Jira, PagerDuty, Paging
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Priority, Status
from tests.domain.given import BO, CHEN, DANA, NOON, POLICY, declared

LATE = NOON + timedelta(minutes=5)


def rung(*called: SlackUserId, pager: str = "pagerduty") -> t.EscalationTold:
    pages = tuple(t.Page(one, pager) for one in called)
    rungs = t.Rungs(taken=1, told=called, pages=pages, next_at=LATE + timedelta(minutes=10))
    return t.EscalationTold(at=LATE, deadline=DeadlineKind.ACKNOWLEDGE, due_at=NOON, rungs=rungs)


def after(incident: Incident, *events: t.AnyEvent) -> Incident:
    for event in events:
        incident = evolve(incident, t.Recorded(incident.last_seq + 1, event.at, event))
    return incident


def queued(incident: Incident, event: t.AnyEvent) -> list[PagePerson | StopPage]:
    effects = effects_of(Decision((event,)), incident, POLICY)
    return [one for one in effects if isinstance(one, PagePerson | StopPage)]


def next_step_at(incident: Incident) -> object:
    steps = [one for one in incident.open_deadlines() if one.step is DeadlineStep.ESCALATE]
    return [one.due_at for one in steps if one.kind is DeadlineKind.ACKNOWLEDGE]


def test_the_general_key_rings_for_who_is_on_call_and_for_nobody_else() -> None:
    general = replace(POLICY, paging=Paging(PagerDuty("K"), {CHEN: {"pagerduty": "MUSTER_PAGE_CHEN"}}))
    assert paging.pages_for((BO, CHEN), None, NOON, general) == (t.Page(BO, ""), t.Page(CHEN, "pagerduty"))
    assert (general.paging.key_of(CHEN, "pagerduty"), general.paging.key_of(BO, "pagerduty")) == (
        "MUSTER_PAGE_CHEN",
        "K",
    )
    assert general.paging.pagers_of(BO, is_on_call=True) == ("pagerduty",)
    assert paging.pages_for((BO,), None, NOON, POLICY) == ()


def test_with_several_pagers_everybody_is_called_by_all_of_theirs() -> None:
    both = Paging(PagerDuty("K"), {CHEN: {"jira": "MUSTER_PAGE_CHEN"}}, jira=Jira("J"))
    policy = replace(POLICY, paging=both)
    assert paging.pages_for((BO, CHEN, DANA), "checkout", NOON, policy) == (
        t.Page(BO, "pagerduty"),
        t.Page(BO, "jira"),
        t.Page(CHEN, "jira"),
        t.Page(DANA, ""),
    )
    assert both.variables == {"K", "J", "MUSTER_PAGE_CHEN"}
    assert [both.key_of(one, "jira") for one in (CHEN, BO)] == ["MUSTER_PAGE_CHEN", "J"]
    assert both.key_of(BO, "another") is None
    phone = Paging(people={CHEN: {"apprise": "MUSTER_PAGE_CHEN"}}, apprise=Apprise())
    called = paging.pages_for((BO, CHEN), "checkout", NOON, replace(POLICY, paging=phone))
    assert called == (t.Page(BO, ""), t.Page(CHEN, "apprise"))
    assert phone.variables == {"MUSTER_PAGE_CHEN"}


def test_accepting_stops_every_page_and_a_step_pages_each_once() -> None:
    incident, event = declared(), rung(BO, CHEN)
    assert queued(incident, event) == [PagePerson(event, BO, "pagerduty"), PagePerson(event, CHEN, "pagerduty")]
    incident = after(incident, event)
    accepted = t.CommandAccepted(at=LATE, by=DANA)
    seq = incident.last_seq
    assert queued(incident, accepted) == [
        StopPage(accepted, BO, "pagerduty", (seq,)),
        StopPage(accepted, CHEN, "pagerduty", (seq,)),
    ]
    assert after(incident, accepted).pages == ()


def test_whoever_comes_is_called_no_longer_and_others_are() -> None:
    incident = after(declared(), rung(BO, CHEN))
    note = t.NoteAdded(at=LATE, by=BO, text="I look")
    assert [one.to for one in queued(incident, note)] == [BO]
    assert [one.person for one in after(incident, note).pages] == [CHEN]


def test_the_ladder_goes_on_at_once_when_nobody_of_a_step_can_be_paged() -> None:
    incident = after(declared(), rung(BO, CHEN))
    seq, soon = incident.last_seq, LATE + timedelta(seconds=3)
    planned = next_step_at(incident)
    one = after(incident, t.PageNotSent(at=soon, of=seq, person=BO, pager="pagerduty"))
    assert next_step_at(one) == planned
    both = after(one, t.PageNotSent(at=soon, of=seq, person=CHEN, pager="pagerduty"))
    assert next_step_at(both) == [soon]
    assert paging.not_sent(both, seq, CHEN, "pagerduty", soon).events == ()


def test_a_page_without_a_pager_is_never_stopped() -> None:
    incident = after(declared(), rung(BO, pager=""))
    assert queued(incident, t.CommandAccepted(at=LATE, by=DANA)) == []


def test_a_page_that_is_seen_rings_no_less_and_command_is_not_accepted() -> None:
    incident = after(declared(), rung(BO))
    seq, soon = incident.last_seq, LATE + timedelta(seconds=40)
    (event,) = paging.seen(incident, seq, BO, "pagerduty", soon).events
    assert event == t.PageSeen(at=soon, of=seq, person=BO, pager="pagerduty", asked_at=LATE)
    assert queued(incident, event) == []
    seen = after(incident, event)
    assert [(one.person, one.seen_at) for one in seen.pages] == [(BO, soon)]
    assert (seen.commander, next_step_at(seen)) == (None, next_step_at(incident))
    assert paging.seen(seen, seq, BO, "pagerduty", soon).events == ()
    accepted = after(seen, t.CommandAccepted(at=soon, by=DANA))
    assert paging.seen(accepted, seq, BO, "pagerduty", soon).events == ()


@given(st.text(), st.integers(1, 10**9 - 1), st.integers(1, 10**9 - 1))
def test_a_page_is_known_again_by_its_key(words: str, number: int, seq: int) -> None:
    key = paging.PageKey("T1", IncidentNumber(number), seq, BO)
    assert paging.of_key(str(key)) == key
    found = paging.of_key(words)
    assert found is None or str(found) == words


def test_while_slack_is_lost_those_who_see_to_what_is_urgent_are_called_once_until_it_is_back() -> None:
    policy = replace(POLICY, paging=Paging(PagerDuty("K"), {CHEN: {"pagerduty": "MUSTER_PAGE_CHEN"}}))
    asked = replace(declared(), asked=CHEN)
    (event,) = paging.slack_lost(asked, LATE, policy).events
    assert event == t.SlackLost(
        at=LATE, since=LATE - timedelta(minutes=2), pages=(t.Page(CHEN, "pagerduty"), t.Page(BO, "pagerduty"))
    )
    assert [one.to for one in queued(asked, event)] == [CHEN, BO]
    lost = after(asked, event)
    assert paging.slack_lost(lost, LATE, policy).events == ()
    chen_goes_on = after(lost, t.NoteAdded(at=LATE, by=CHEN, text="from the terminal"))
    assert [one.person for one in chen_goes_on.pages] == [BO]
    less = replace(chen_goes_on, priority=Priority.P3)
    assert after(less, t.NoteAdded(at=LATE, by=DANA, text="it is only one region")).pages == ()
    (back,) = paging.slack_regained(chen_goes_on, LATE).events
    assert back == t.SlackRegained(at=LATE, lost_at=LATE - timedelta(minutes=2), paged=(CHEN, BO))
    assert [one.to for one in queued(chen_goes_on, back)] == [BO]
    regained = after(chen_goes_on, back)
    assert (regained.pages, regained.slack_lost) == ((), None)
    assert paging.slack_regained(regained, LATE).events == ()
    assert paging.slack_lost(regained, LATE, policy).events != ()


def test_what_is_not_urgent_or_calm_calls_nobody_and_the_policy_may_say_never() -> None:
    policy = replace(POLICY, paging=Paging(PagerDuty("K"), {}))
    for calm in (replace(declared(), priority=Priority.P3), replace(declared(), status=Status.RESOLVED)):
        assert paging.slack_lost(calm, LATE, policy).events == ()
    never = replace(policy, paging=replace(policy.paging, slack_down_after=None))
    assert paging.slack_lost(declared(), LATE, never).events == ()


def test_who_tests_a_pager_is_called_by_their_own_or_by_that_of_whoever_is_on_call() -> None:
    general = replace(POLICY, paging=Paging(PagerDuty("K"), {CHEN: {"pagerduty": "MUSTER_PAGE_CHEN"}}))
    (turn,) = {on_call(one, NOON) for one in POLICY.schedules.values()}
    assert turn is not None
    assert paging.pagers_to_try(CHEN, NOON, general) == ("pagerduty",)
    assert paging.pagers_to_try(turn.primary, NOON, general) == ("pagerduty",)
    other = next(one for one in (BO, DANA) if one != turn.primary)
    with pytest.raises(paging.NoPagerOfYours, match="While you are on call"):
        paging.pagers_to_try(other, NOON, general)
    with pytest.raises(paging.NoPagerOfYours):
        paging.pagers_to_try(turn.primary, NOON, replace(POLICY, paging=Paging(PagerDuty(), {})))


@given(st.text())
def test_a_test_is_known_again_by_its_key(words: str) -> None:
    assert paging.try_of_key(paging.key_of_try("T1", "ab" * 16)) == ("T1", "ab" * 16)
    assert paging.of_key(paging.key_of_try("T1", "ab" * 16)) is None
    found = paging.try_of_key(words)
    assert found is None or paging.key_of_try(*found) == words


def test_a_page_that_is_not_open_was_not_taken() -> None:
    incident = after(declared(), rung(BO))
    seq = incident.last_seq
    (taken,) = paging.taken(incident, seq, BO, "pagerduty", LATE, LATE).events
    assert isinstance(taken, t.PageTaken)
    assert paging.taken(incident, seq, CHEN, "pagerduty", LATE, LATE).events == ()
