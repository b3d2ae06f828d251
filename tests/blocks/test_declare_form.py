"""The form of a declaration for the worst policies and drafts, and what it says while its fields change."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.declare_form import declare_form, elsewhere
from bot.blocks.forms import View
from bot.domain.declaration import Declaration
from bot.domain.ids import IncidentNumber
from bot.domain.policy import ContextRule, Elsewhere, Policy, Service
from bot.domain.timeline import PastIncident
from bot.domain.vocabulary import Axis, Level, Matter, Priority, Severity
from tests.blocks.hostile import LONG, text
from tests.blocks.reading import CALLS_ALL, fits_as_view, mrkdwn
from tests.domain.given import BO, NOON, POLICY

PAST = PastIncident(IncidentNumber(12), "checkout fails", "rolled back 4.1", 3, "restart the pool")
LEVELS = st.none() | st.sampled_from(Level)


def block(view: View, name: str) -> View | None:
    return next((one for one in view["blocks"] if one.get("block_id") == name), None)


def outcome(draft: Declaration, policy: Policy = POLICY) -> str:
    """What the form says would come of it."""
    found = block(declare_form(policy, draft, NOON), "outcome")
    assert found is not None
    return str(found["text"]["text"])


def named(priority: str) -> Policy:
    """The policy with every priority called that."""
    return replace(POLICY, priorities={one: replace(rules, name=priority) for one, rules in POLICY.priorities.items()})


def fits_with(words: str, number: int) -> None:
    """Asserts that the form fits where everything in policy and draft is called that, and there is so much of it."""
    policy = replace(
        named(words),
        services={f"{words[:40]}{place}": Service(f"s{place}", words) for place in range(number)},
        categories=tuple(f"{words[:40]}{place}" for place in range(number)),
        sources=(words[:140], *(f"source{place}" for place in range(number))),
        elsewhere=Elsewhere(words[:500], words[:500]),
    )
    alike = [replace(PAST, title=words, fixed_by=words, workaround=words)] * 5
    draft = Declaration(words, user_impact=words, service=words, category=words, source=words, reported_by=BO)
    for matter in Matter:
        view = declare_form(policy, draft, NOON, matter, "x" * 5_000, alike)
        fits_as_view(view)
        assert not any(CALLS_ALL.search(one) for one in mrkdwn(view))


@pytest.mark.parametrize("words", ["\u202e", " ", "\n"], ids=["turning", "space", "line"])
def test_words_of_which_nothing_is_seen_leave_no_empty_paragraph(words: str) -> None:
    fits_with(words, 1)


@given(text, st.integers(0, 130))
def test_any_policy_and_any_draft_fit(words: str, number: int) -> None:
    fits_with(words, number)


@pytest.mark.parametrize("words", LONG, ids=["words", "entities", "mentions", "code", "emoji"])
def test_texts_as_long_as_slacks_messages_fit(words: str) -> None:
    fits_with(words, 3)


@given(LEVELS, LEVELS, st.none() | st.sampled_from(Priority))
def test_the_priority_told_is_the_one_of_the_matrix_unless_it_is_given(
    impact: Level | None, urgency: Level | None, given_: Priority | None
) -> None:
    expected = given_ or POLICY.matrix[impact or Level.MEDIUM][urgency or Level.HIGH]
    assert outcome(Declaration("", impact, urgency, given_)).startswith(f"*{expected}, ")


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        (Declaration(""), "*P2, High*: impact medium (assumed), urgency high (assumed)."),
        (Declaration("", Level.LOW, Level.LOW), "*P4, Low*: impact low, urgency low."),
        (Declaration("", priority=Priority.P1), "*P1, Critical*: "),
        (
            Declaration("", Level.MEDIUM, Level.MEDIUM, service="checkout"),
            "*P2, High*: impact medium, urgency medium, urgency raised to high (service checkout).",
        ),
    ],
)
def test_it_says_why_and_what_follows(draft: Declaration, told: str) -> None:
    policy = replace(POLICY, context=(ContextRule(service="checkout", raises=Axis.URGENCY),))
    found = outcome(draft, policy)
    assert found.startswith(told)
    assert "Command should be accepted within " in found
    assert "the first update is due within " in found


def test_a_name_of_a_priority_is_shown_as_it_was_written() -> None:
    assert outcome(Declaration(""), named("High & <rising>")).startswith("*P2, High &amp; &lt;rising&gt;*")


def test_incidents_of_the_past_stand_under_the_title_that_they_look_like() -> None:
    blocks = declare_form(POLICY, Declaration("checkout fails"), NOON, alike=[PAST])["blocks"]
    names = [one.get("block_id") for one in blocks]
    assert names.index("past") == names.index("title") + 1
    assert "*INC-12*: checkout fails" in str(blocks[names.index("past")])
    assert block(declare_form(POLICY, Declaration(""), NOON), "past") is None


@pytest.mark.parametrize(
    ("matter", "told"),
    [(Matter.INCIDENT, ""), (Matter.REQUEST, POLICY.elsewhere.request), (Matter.PROBLEM, POLICY.elsewhere.problem)],
)
def test_what_is_no_incident_belongs_elsewhere(matter: Matter, told: str) -> None:
    assert elsewhere(POLICY, matter) == told
    assert (block(declare_form(POLICY, Declaration(""), NOON, matter), "elsewhere") is None) is (not told)


def test_a_choice_that_the_policy_no_longer_has_is_not_chosen() -> None:
    draft = Declaration("", service="retired", category="gone", source="fax")
    view = declare_form(POLICY, draft, NOON)
    fits_as_view(view)
    for name in ("service", "category", "source"):
        found = block(view, name)
        assert found is not None
        assert "initial_option" not in found["element"]


@pytest.mark.parametrize(("is_private", "is_drill"), [(False, False), (True, False), (False, True), (True, True)])
def test_what_was_ticked_stays_ticked(is_private: bool, is_drill: bool) -> None:
    draft = Declaration("", is_private=is_private, is_drill=is_drill)
    found = block(declare_form(POLICY, draft, NOON, is_unfolded=True), "options")
    assert found is not None
    ticked = {one["value"] for one in found["element"].get("initial_options", ())}
    assert ticked == {name for name, holds in (("private", is_private), ("drill", is_drill)) if holds}


def test_only_fields_on_which_the_priority_depends_are_watched() -> None:
    view = declare_form(POLICY, Declaration("", severity=Severity.SEV1), NOON)
    watched = {one["block_id"] for one in view["blocks"] if one.get("dispatch_action")}
    assert watched == {"matter", "impact", "urgency", "service", "category", "priority"}


def test_what_is_carried_through_the_form_comes_back() -> None:
    assert declare_form(POLICY, Declaration(""), NOON, carried='{"a": 1}')["private_metadata"] == '{"a": 1}'
