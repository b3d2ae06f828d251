"""The lifecycle: every verb at every status, what each step brings about, and what a refusal says to do instead."""

from dataclasses import replace

import pytest

from bot.domain import bringing_in, followup, notes_and_times, review, roles, runbook, status
from bot.domain.effects import Effect, PostReview, RefreshCard, RefreshTopic, TellPerson
from bot.domain.incident import Incident
from bot.domain.policy import People, Policy
from bot.domain.reclassify import Change, reclassify
from bot.domain.refusal import AlreadyOver, Refusal
from bot.domain.timeline import IncidentClosed, IncidentReopened, IncidentResolved
from bot.domain.vocabulary import (
    DeadlineKind,
    DeadlineStep,
    Level,
    Place,
    Priority,
    Role,
    Status,
    StepOutcome,
    TimeName,
)
from tests.domain.given import (
    AFTERWARDS,
    BO,
    BY_NAME,
    CHEN,
    DANA,
    ELI,
    POLICY,
    ROLLBACK,
    XENIA,
    Verb,
    after,
    commanded,
    declared,
    due,
    effects,
    hours,
    in_status,
    kinds,
    minutes,
    person,
    run,
    updating,
)

NOW = after(10)

DECLARED, INVESTIGATING, MITIGATED, RESOLVED, CLOSED, CANCELLED, MERGED = Status

STAYS = {one: one for one in Status}
WHILE_NOT_OVER = {DECLARED: DECLARED, INVESTIGATING: INVESTIGATING, MITIGATED: MITIGATED, RESOLVED: RESOLVED}

VERBS: dict[str, tuple[Verb, dict[Status, Status]]] = {
    "accept": (
        lambda it: roles.accept(it, CHEN, NOW),
        {DECLARED: INVESTIGATING, INVESTIGATING: INVESTIGATING, MITIGATED: MITIGATED, RESOLVED: RESOLVED},
    ),
    "commander": (lambda it: roles.ask_commander(it, DANA, person(ELI), NOW), WHILE_NOT_OVER),
    "role": (lambda it: roles.assign_role(it, DANA, Role.SCRIBE, person(ELI), NOW), WHILE_NOT_OVER),
    "update": (
        updating(NOW),
        {DECLARED: INVESTIGATING, INVESTIGATING: INVESTIGATING, MITIGATED: MITIGATED, RESOLVED: RESOLVED},
    ),
    "mitigate": (
        lambda it: status.mitigate(it, CHEN, "rule off", NOW, POLICY),
        {DECLARED: MITIGATED, INVESTIGATING: MITIGATED},
    ),
    "resolve": (
        lambda it: status.resolve(it, CHEN, "rolled back", NOW, POLICY),
        {DECLARED: RESOLVED, INVESTIGATING: RESOLVED, MITIGATED: RESOLVED},
    ),
    "verify": (lambda it: status.verify(it, CHEN, "the graphs", NOW), {RESOLVED: RESOLVED}),
    "close": (lambda it: status.close(it, CHEN, "nobody can test", NOW, POLICY), {RESOLVED: CLOSED}),
    "reopen": (
        lambda it: status.reopen(it, CHEN, "it is back", NOW, POLICY),
        {RESOLVED: INVESTIGATING, CLOSED: INVESTIGATING},
    ),
    "cancel": (
        lambda it: status.cancel(it, CHEN, "a test", NOW, POLICY),
        {DECLARED: CANCELLED, INVESTIGATING: CANCELLED, MITIGATED: CANCELLED},
    ),
    "priority": (
        lambda it: reclassify(it, CHEN, Change(priority=Priority.P2), "one shop", NOW, POLICY),
        WHILE_NOT_OVER,
    ),
    "impact": (lambda it: reclassify(it, CHEN, Change(impact=Level.LOW), "one shop", NOW, POLICY), WHILE_NOT_OVER),
    "urgency": (lambda it: reclassify(it, CHEN, Change(urgency=Level.LOW), "it can wait", NOW, POLICY), WHILE_NOT_OVER),
    "time": (
        lambda it: notes_and_times.correct_time(it, CHEN, TimeName.BEGAN, after(-5), "the graphs", NOW),
        WHILE_NOT_OVER,
    ),
    "runbook": (lambda it: runbook.link(it, CHEN, ROLLBACK, BY_NAME, NOW), WHILE_NOT_OVER),
    "step": (
        lambda it: runbook.report_step(it, CHEN, [ROLLBACK], "bad-change", 1, StepOutcome.DONE, "", NOW),
        WHILE_NOT_OVER,
    ),
    "escalate": (lambda it: bringing_in.escalate(it, CHEN, "no database expert", NOW, POLICY), WHILE_NOT_OVER),
    "page": (lambda it: bringing_in.page(it, CHEN, POLICY.services["checkout"], NOW, POLICY), WHILE_NOT_OVER),
    "invite": (lambda it: bringing_in.invite(it, CHEN, (ELI,), NOW), WHILE_NOT_OVER),
    "note": (lambda _: notes_and_times.add_note(CHEN, "the WAF?", NOW, NOW), STAYS),
    "followup": (lambda _: followup.agree(CHEN, "test the WAF", ELI, None, NOW, POLICY), STAYS),
    "review start": (
        lambda it: review.start(it, CHEN, NOW, POLICY),
        {RESOLVED: RESOLVED, CLOSED: CLOSED, CANCELLED: CANCELLED, MERGED: MERGED},
    ),
}
"""Verb → the statuses it may be used in, each with the status that follows; at every other one it is refused."""

ALLOWED = [(verb, before, then) for verb, (_, table) in VERBS.items() for before, then in table.items()]
REFUSED = [(verb, before) for verb, (_, table) in VERBS.items() for before in Status if before not in table]


@pytest.mark.parametrize(("verb", "before", "then"), ALLOWED)
def test_a_verb_leads_where_the_table_says(verb: str, before: Status, then: Status) -> None:
    assert run(in_status(before), VERBS[verb][0]).status is then


@pytest.mark.parametrize(("verb", "before"), REFUSED)
def test_a_verb_is_refused_everywhere_else_and_the_refusal_says_what_to_do_instead(verb: str, before: Status) -> None:
    with pytest.raises(Refusal) as refused:
        VERBS[verb][0](in_status(before))
    text = str(refused.value)
    assert f"INC-42 is {before}" in text
    assert any(word in text for word in ("/incident ", "Declare a new incident", "Go on in the incident"))
    assert "{" not in text


@pytest.mark.parametrize("before", [Status.CANCELLED, Status.MERGED])
def test_what_cannot_be_reopened_is_not_advised_to_be_reopened(before: Status) -> None:
    for decide, table in VERBS.values():
        if before not in table:
            with pytest.raises(Refusal) as refused:
                decide(in_status(before))
            assert "reopen <reason>" not in str(refused.value)


def test_a_closed_incident_says_how_it_can_be_opened_again() -> None:
    with pytest.raises(AlreadyOver, match=r"INC-42 is closed.*`/incident reopen <reason>`"):
        updating(NOW)(in_status(Status.CLOSED))


def test_closing_an_unverified_incident_is_refused_with_both_ways_out() -> None:
    with pytest.raises(status.NotVerified, match=r"/incident verify <.*/incident close unverified <reason>"):
        status.close(in_status(Status.RESOLVED), CHEN, None, NOW, POLICY)


def test_a_verified_incident_closes_without_a_reason() -> None:
    verified = run(in_status(Status.RESOLVED), lambda it: status.verify(it, CHEN, "the graphs", after(5)))
    closed = status.close(verified, CHEN, None, NOW, POLICY)
    assert closed.events == (IncidentClosed(at=NOW, by=CHEN),)
    assert run(verified, closed).closed_at == NOW


def test_a_verified_incident_is_not_called_unverified_however_it_was_closed() -> None:
    verified = run(in_status(Status.RESOLVED), lambda it: status.verify(it, CHEN, "the graphs", after(5)))
    assert status.close(verified, CHEN, "no time", NOW, POLICY).events == (IncidentClosed(at=NOW, by=CHEN),)


def test_closing_unverified_keeps_the_reason() -> None:
    (closed,) = status.close(in_status(Status.RESOLVED), CHEN, "nobody can test", NOW, POLICY).events
    assert closed == IncidentClosed(at=NOW, by=CHEN, unverified_because="nobody can test")


def test_verifying_may_be_repeated_and_the_last_time_stands() -> None:
    verified = run(
        in_status(Status.RESOLVED),
        lambda it: status.verify(it, CHEN, "the graphs", after(5)),
        lambda it: status.verify(it, ELI, "a customer", after(9)),
    )
    assert verified.verified_at == after(9)


def test_closing_posts_the_review_and_nothing_beside_it() -> None:
    resolved = in_status(Status.RESOLVED)
    closed = status.close(resolved, CHEN, "nobody can test", NOW, POLICY)
    event = closed.events[0]
    assert effects(resolved, closed) == (
        PostReview(event),
        RefreshCard(Place.CHANNEL),
        RefreshTopic(),
        RefreshCard(Place.BROADCAST),
    )


def test_resolving_without_mitigating_infers_when_it_was_mitigated() -> None:
    resolved = run(declared(), lambda it: status.resolve(it, CHEN, "rolled back", NOW, POLICY))
    assert (resolved.resolved_at, resolved.mitigated_at) == (NOW, NOW)
    assert resolved.inferred == {"mitigated_at"}


def test_a_mitigation_that_was_told_is_not_inferred() -> None:
    resolved = run(in_status(Status.MITIGATED), lambda it: status.resolve(it, CHEN, "rolled back", NOW, POLICY))
    assert (resolved.resolved_at, resolved.mitigated_at) == (NOW, after(1))
    assert resolved.inferred == frozenset()


def test_mitigating_keeps_the_clock_running_more_slowly() -> None:
    mitigated = run(declared(), lambda it: status.mitigate(it, CHEN, "rule off", NOW, POLICY))
    assert mitigated.update_due_at == NOW + hours(1)
    assert due(mitigated, DeadlineKind.UPDATE, DeadlineStep.REMIND) == NOW + minutes(55)


def test_mitigating_leaves_the_acceptance_of_command_owed() -> None:
    mitigated = run(declared(), lambda it: status.mitigate(it, CHEN, "rule off", after(1), POLICY))
    assert due(mitigated, DeadlineKind.ACKNOWLEDGE) == after(5)


@pytest.mark.parametrize("calm", [Status.RESOLVED, Status.CLOSED, Status.CANCELLED])
def test_a_calm_incident_owes_nothing_and_asks_nobody(calm: Status) -> None:
    incident = in_status(calm)
    assert {one.kind for one in incident.open_deadlines()} <= AFTERWARDS
    assert (incident.update_due_at, incident.acknowledge_due_at, incident.asked) == (None, None, None)


def test_reopening_starts_the_clocks_anew_and_forgets_the_ending() -> None:
    reopened = run(in_status(Status.CLOSED), lambda it: status.reopen(it, CHEN, "it is back", NOW, POLICY))
    assert due(reopened, DeadlineKind.UPDATE) == NOW + minutes(15)
    assert due(reopened, DeadlineKind.ACKNOWLEDGE) == NOW + minutes(5)
    ended = (reopened.mitigated_at, reopened.resolved_at, reopened.verified_at, reopened.closed_at, reopened.over_at)
    assert ended == (None,) * 5
    assert reopened.inferred == frozenset()


def test_what_was_verified_before_reopening_must_be_verified_again() -> None:
    resolved_again = run(
        in_status(Status.RESOLVED),
        lambda it: status.verify(it, CHEN, "the graphs", after(5)),
        lambda it: status.reopen(it, CHEN, "it is back", NOW, POLICY),
        lambda it: status.resolve(it, CHEN, "rolled back for good", NOW, POLICY),
    )
    with pytest.raises(status.NotVerified):
        status.close(resolved_again, CHEN, None, NOW, POLICY)


def test_reopening_under_a_commander_asks_nobody_to_accept_again() -> None:
    reopened = run(
        commanded(),
        lambda it: status.resolve(it, BO, "rolled back", after(5), POLICY),
        lambda it: status.reopen(it, CHEN, "it is back", NOW, POLICY),
    )
    assert reopened.commander == BO
    assert due(reopened, DeadlineKind.ACKNOWLEDGE) is None
    assert due(reopened, DeadlineKind.UPDATE) == NOW + minutes(15)


def test_reopening_a_business_hours_incident_at_night_owes_nothing_before_the_morning() -> None:
    night = after(10 * 60)
    resolved = run(declared(Priority.P3), lambda it: status.resolve(it, CHEN, "rolled back", after(1), POLICY))
    (event,) = status.reopen(resolved, CHEN, "it is back", night, POLICY).events
    assert isinstance(event, IncidentReopened)
    assert event.next_update.due_at == after(25 * 60)  # 13:00 on the next day


def resolving(incident: Incident, policy: Policy = POLICY) -> tuple[Effect, ...]:
    """What follows when it is resolved."""
    return effects(incident, status.resolve(incident, BO, "fixed", NOW, policy), policy)


def test_executives_are_told_of_the_resolution_where_the_priority_asks_for_it() -> None:
    decision = status.resolve(commanded(), BO, "rolled back", NOW, POLICY)
    (event,) = decision.events
    assert isinstance(event, IncidentResolved)
    told = effects(commanded(), decision)
    assert [one for one in told if isinstance(one, TellPerson)] == [TellPerson(event, XENIA)]
    assert "TellPerson" not in kinds(resolving(commanded(Priority.P2)))


def test_executives_are_not_told_of_a_private_incident() -> None:
    assert "TellPerson" not in kinds(resolving(declared(is_private=True)))


def test_without_executives_nobody_is_told() -> None:
    alone = replace(POLICY, people=People())
    assert "TellPerson" not in kinds(resolving(commanded(), alone))


def test_a_private_incident_has_no_broadcast_card_to_refresh() -> None:
    private = declared(is_private=True)
    shown = effects(private, status.mitigate(private, CHEN, "rule off", NOW, POLICY))
    assert RefreshCard(Place.BROADCAST) not in shown
    assert RefreshCard(Place.CHANNEL) in shown
