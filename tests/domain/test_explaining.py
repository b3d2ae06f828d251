"""Reasons in words: each code says what the text beside it says, and people read what they always read."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import reason as r
from bot.domain import timeline as t
from bot.domain.actor import Integration
from bot.domain.decision import Decision
from bot.domain.declaration import Declaration, declare
from bot.domain.explaining import STATED, explained, why_runbook, worded
from bot.domain.ids import IncidentNumber
from bot.domain.policy import ContextRule, Days, Service
from bot.domain.reclassify import Change, reclassify
from bot.domain.refusal import NothingToChange
from bot.domain.roles import lose, take_over
from bot.domain.runbook import link
from bot.domain.telling import tell
from bot.domain.vocabulary import Axis, Level, Priority, ReasonCode, Window
from tests.domain.given import (
    BO,
    BY_NAME,
    DANA,
    LEFT,
    NOON,
    POLICY,
    ROLLBACK,
    SAM,
    after,
    commanded,
    declared,
    fold_all,
)

CODE = ReasonCode
NINE = datetime(2026, 1, 26, 8, 0, tzinfo=UTC)
SAID: list[tuple[r.Reason, str]] = [
    (r.LevelTold(Axis.IMPACT, Level.HIGH), "impact high"),
    (r.LevelTold(Axis.URGENCY, Level.LOW, code=CODE.LEVEL_ASSUMED), "urgency low (assumed)"),
    (r.LevelRaised(Axis.URGENCY, Level.HIGH), "urgency raised to high (business context)"),
    (
        r.LevelRaised(Axis.IMPACT, Level.HIGH, "checkout", "outage", 1, Window.MONTH_END),
        "impact raised to high (service checkout, category outage, tier 1, month end)",
    ),
    (
        r.LevelRaised(Axis.IMPACT, Level.MEDIUM, first_day=date(2026, 11, 27), last_day=date(2026, 11, 30)),
        "impact raised to medium (27 Nov 2026 to 30 Nov 2026)",
    ),
    (r.PriorityGiven(Priority.P2), "set by hand; impact and urgency suggest P2"),
    (
        r.PriorityGiven(Priority.P2, code=CODE.GIVEN_BY_INTEGRATION),
        "set by the integration; impact and urgency suggest P2",
    ),
    (r.Stated(CODE.GIVEN_BY_HAND), "given by hand"),
    (r.OnCallFor("Checkout"), "on call for Checkout"),
    (r.OnCallFor("Checkout", NINE, "Europe/Madrid"), "on call for Checkout until Mon 26 Jan 09:00 CET"),
    (r.OnCallFor("Checkout", NINE, "Mars/Olympus"), "on call for Checkout until Mon 26 Jan 08:00 UTC"),
    (r.Stated(CODE.NO_SCHEDULE), "no on-call schedule applies"),
    (r.Stated(CODE.NO_SCHEDULE_SO_DECLARER), "no on-call schedule applies, and they declared it"),
    (r.NobodyOnCall("shop"), "nobody is on call in shop now"),
    (
        r.NobodyOnCall("shop", unmatched="Xenia"),
        "PagerDuty has Xenia on call in shop, who is not known in Slack",
    ),
    (
        r.NobodyOnCall("shop", code=CODE.NOBODY_ON_CALL_SO_DECLARER),
        "nobody is on call in shop now, and they declared it",
    ),
    (r.Stated(CODE.AS_DEPUTY), "deputy"),
    (r.Stated(CODE.AS_ON_CALL), "on call"),
    (r.Stated(CODE.AS_SECONDARY), "secondary on call"),
    (r.Stated(CODE.AS_MANAGER), "manager"),
    (r.Stated(CODE.UPDATE_OVERDUE), "an update was overdue"),
    (r.Stated(CODE.ACCEPTANCE_OVERDUE), "nobody had accepted command in time"),
    (r.Stated(CODE.LEFT_CHANNEL), "left the channel"),
    (r.Stated(CODE.DEACTIVATED), "were deactivated in Slack"),
    (r.Stated(CODE.UNKNOWN_TO_SLACK), "Slack knows nobody with that id here"),
    (r.Stated(CODE.IS_A_BOT), "they are a bot"),
    (r.Stated(CODE.IS_DEACTIVATED), "they were deactivated in Slack"),
    (r.RunbookFits(("Checkout",), code=CODE.FOR_SERVICE), "for the service Checkout"),
    (r.RunbookFits(("deploy",), code=CODE.SHARES_TAGS), "shares the tag deploy"),
    (r.RunbookFits(("web", "payments"), code=CODE.SHARES_TAGS), "shares the tags web, payments"),
    (r.RunbookFits(("errors", "deploy"), code=CODE.TITLE_SAYS), "the report says errors, deploy"),
    (r.RunbookFits(("disk", "full"), code=CODE.PEOPLE_SAY), "people mentioned disk, full"),
    (r.RunbookFits(("outage",), code=CODE.OF_CATEGORY), "category outage"),
    (r.RunbookFits(("database failover",), code=CODE.FOUND_BY), "found by “database failover”"),
    (r.RunbookHelped(3, 0, 9), "helped in 3 incidents"),
    (r.RunbookHelped(1, 2, 0), "helped in 1 of 3 incidents"),
    (r.RunbookHelped(0, 1, 2), "did not help in 1 incident"),
    (r.RunbookHelped(0, 0, 2), "used in 2 incidents"),
    (r.Stated(CODE.ASKED_FOR_BY_NAME), "asked for by name"),
    (r.Stated(CODE.NAMED_BY_ALERT), "the alert names it"),
]
"""The words as they are stored since there are codes, and were before."""


@pytest.mark.parametrize(("reason", "text"), SAID, ids=[text for _, text in SAID])
def test_a_reason_reads_as_it_always_did(reason: r.Reason, text: str) -> None:
    assert worded(reason) == text


def test_every_code_has_its_words() -> None:
    assert {reason.code for reason, _ in SAID} == set(ReasonCode)
    assert set(STATED) == {code for code in ReasonCode if any(reason == r.Stated(code) for reason, _ in SAID)}  # type: ignore[arg-type]


names = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12)
windows = st.sampled_from(Window) | st.builds(Days, st.just(date(2026, 3, 1)), st.just(date(2026, 3, 31)))
rules = st.builds(
    ContextRule,
    service=st.none() | st.just("checkout"),
    category=st.none() | st.just("outage"),
    tier=st.none() | st.just(1),
    calendar=st.none() | windows,
    raises=st.sampled_from(Axis),
)
reports = st.builds(
    Declaration,
    title=st.just("errors after a deploy of checkout"),
    impact=st.none() | st.sampled_from(Level),
    urgency=st.none() | st.sampled_from(Level),
    priority=st.none() | st.sampled_from(Priority),
    service=st.none() | st.sampled_from(["checkout", "search", "billing"]),
    category=st.none() | st.sampled_from(["outage", "security"]),
)
changes = st.one_of(
    st.sampled_from(Priority).map(lambda one: Change(priority=one)),
    st.sampled_from(Level).map(lambda one: Change(urgency=one)),
    st.sampled_from(["checkout", "search"]).map(lambda one: Change(service=one)),
    st.sampled_from(["outage", "security"]).map(lambda one: Change(category=one)),
)


def pairs(value: object) -> Iterator[tuple[str, str]]:
    """Everywhere in an event: the text that is stored, and the words of the codes beside it."""
    match value:
        case t.LinkedRunbook():
            yield value.why, why_runbook(replace(value, why="?"))
        case t.IncidentDeclared() | t.Reclassified():
            yield value.why, explained(value.why_reasons, "?")
            yield value.asked_because, explained(value.asked_reasons)
        case t.CommandTakenOver():
            yield value.because, explained(value.reasons, "?")
        case t.CommanderLost() | t.ChoiceUndone():
            yield value.why, explained(value.reasons, "?")
    if is_dataclass(value):
        for one in fields(value):
            yield from pairs(getattr(value, one.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from pairs(part)


def say_the_same(decision: Decision | None) -> None:
    assert decision is not None
    found = [pair for event in decision.events for pair in pairs(event)]
    assert found
    assert all(stored == words for stored, words in found), found


@given(reports, st.lists(rules, max_size=3), names, st.booleans(), changes)
def test_whatever_is_decided_the_codes_say_what_is_stored(
    report: Declaration, context: list[ContextRule], name: str, has_declarer: bool, change: Change
) -> None:
    services = {**POLICY.services, "checkout": replace(POLICY.services["checkout"], name=name)}
    policy = replace(POLICY, context=tuple(context), services=services)
    decision = declare(IncidentNumber(42), DANA if has_declarer else None, report, NOON, policy, [ROLLBACK])
    say_the_same(decision)
    integration = None if has_declarer else Integration("Alertmanager", "alertmanager")
    incident = fold_all(replace(event, integration=integration) for event in decision.events)
    with suppress(NothingToChange):
        say_the_same(reclassify(incident, BO, change, "we know more", after(1), policy, [ROLLBACK]))


def test_so_it_is_of_command_and_of_runbooks_that_people_link() -> None:
    say_the_same(take_over(declared(), SAM, after(6), POLICY))
    say_the_same(lose(commanded(), BO, LEFT, after(3), POLICY))
    say_the_same(link(commanded(), BO, ROLLBACK, BY_NAME, after(3)))


OLD = t.CommandTakenOver(at=NOON, by=BO, because="in the words of an older version")


def test_an_event_of_before_reads_as_it_was_stored() -> None:
    assert tell(OLD) == "<@UBO> took over command: in the words of an older version."


def test_where_there_is_a_code_its_words_are_told() -> None:
    assert tell(replace(OLD, reasons=(r.Stated(CODE.AS_DEPUTY),))) == "<@UBO> took over command: deputy."


def test_a_priority_that_stays_keeps_its_reasons() -> None:
    policy = replace(POLICY, services={**POLICY.services, "web": Service("web", "Web")})
    incident = fold_all(
        declare(IncidentNumber(42), DANA, Declaration("x", priority=Priority.P3), NOON, policy, ()).events
    )
    (event,) = reclassify(incident, BO, Change(service="web"), "it is the web", after(1), policy).events
    assert isinstance(event, t.Reclassified)
    assert event.why_reasons == incident.why_reasons == (r.PriorityGiven(Priority.P2),)
