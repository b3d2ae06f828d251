"""How impact, urgency and business context become a priority."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.business_context import Circumstances
from bot.domain.policy import ContextRule, Policy
from bot.domain.priority import assess
from bot.domain.vocabulary import Axis, Level, Priority, Window
from tests.domain.given import NOON, POLICY

HIGH, MEDIUM, LOW = Level
P1, P2, P3, P4 = Priority
LAST_DAY = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
"""A Tuesday, the last day of its month."""

NOWHERE = Circumstances(service=None, category=None, at=NOON)
AT_MONTH_END = ContextRule(service="checkout", calendar=Window.MONTH_END)


def with_context(*rules: ContextRule) -> Policy:
    return replace(POLICY, context=rules)


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [
        (HIGH, HIGH, P1),
        (HIGH, MEDIUM, P2),
        (HIGH, LOW, P3),
        (MEDIUM, HIGH, P2),
        (MEDIUM, MEDIUM, P3),
        (MEDIUM, LOW, P4),
        (LOW, HIGH, P3),
        (LOW, MEDIUM, P4),
        (LOW, LOW, P4),
    ],
)
def test_impact_and_urgency_give_the_priority_by_the_matrix(impact: Level, urgency: Level, priority: Priority) -> None:
    found = assess(POLICY, NOWHERE, impact, urgency)
    assert (found.priority, found.why, found.is_given) == (priority, f"impact {impact}, urgency {urgency}", False)


def test_what_nobody_told_is_assumed_and_said_to_be() -> None:
    found = assess(POLICY, NOWHERE)
    assert (found.priority, found.why) == (P2, "impact medium (assumed), urgency high (assumed)")


def test_a_priority_given_outright_stands_whatever_the_matrix_says() -> None:
    found = assess(POLICY, NOWHERE, LOW, LOW, given=P1)
    assert (found.priority, found.is_given) == (P1, True)
    assert found.why == "set by hand; impact and urgency suggest P4"


@pytest.mark.parametrize(
    ("rule", "around", "because"),
    [
        (ContextRule(service="checkout"), Circumstances("checkout", None, NOON), "service checkout"),
        (ContextRule(category="security"), Circumstances(None, "security", NOON), "category security"),
        (ContextRule(tier=1), Circumstances("checkout", None, NOON), "tier 1"),
        (ContextRule(calendar=Window.MONTH_END), Circumstances(None, None, LAST_DAY), "month end"),
        (AT_MONTH_END, Circumstances("checkout", "outage", LAST_DAY), "service checkout, month end"),
        (ContextRule(), NOWHERE, "business context"),
    ],
)
def test_business_context_raises_the_urgency_and_says_why(
    rule: ContextRule, around: Circumstances, because: str
) -> None:
    found = assess(with_context(rule), around, HIGH, MEDIUM)
    assert found.priority is P1
    assert found.why == f"impact high, urgency medium, urgency raised to high ({because})"


@pytest.mark.parametrize(
    ("rule", "around"),
    [
        (ContextRule(service="checkout"), Circumstances("search", None, NOON)),
        (ContextRule(service="checkout"), NOWHERE),
        (ContextRule(category="security"), Circumstances(None, "outage", NOON)),
        (ContextRule(tier=1), Circumstances("search", None, NOON)),
        (ContextRule(tier=1), Circumstances("a service nobody knows", None, NOON)),
        (AT_MONTH_END, Circumstances("checkout", None, NOON)),
        (AT_MONTH_END, Circumstances("search", None, LAST_DAY)),
    ],
)
def test_context_that_does_not_match_in_every_part_raises_nothing(rule: ContextRule, around: Circumstances) -> None:
    assert assess(with_context(rule), around, HIGH, MEDIUM).priority is P2


def test_the_urgency_is_raised_by_one_level_however_many_rules_match() -> None:
    policy = with_context(ContextRule(), ContextRule(tier=1), ContextRule(service="checkout"))
    assert assess(policy, Circumstances("checkout", None, NOON), HIGH, LOW).priority is P2


def test_the_highest_urgency_is_not_raised() -> None:
    found = assess(with_context(ContextRule()), NOWHERE, HIGH, HIGH)
    assert (found.priority, found.why) == (P1, "impact high, urgency high")


def test_business_context_raises_the_impact_as_well() -> None:
    policy = with_context(ContextRule(tier=1, raises=Axis.IMPACT), ContextRule(service="checkout"))
    found = assess(policy, Circumstances("checkout", None, NOON), MEDIUM, MEDIUM)
    assert found.priority is P1
    assert found.why == (
        "impact medium, urgency medium, impact raised to high (tier 1), urgency raised to high (service checkout)"
    )
