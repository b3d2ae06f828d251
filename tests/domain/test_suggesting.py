"""What similar incidents suggest: with their evidence, never for what was said, and only where enough of them agree."""

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import timeline as t
from bot.domain.declaration import Declaration
from bot.domain.ids import IncidentNumber
from bot.domain.problem import Lesson, lesson
from bot.domain.suggesting import LEAST, NOTHING, Similar, history_of, said_of, suggested, with_taken
from bot.domain.vocabulary import Level, Priority, Suggestible
from tests.domain.given import CHEN, DANA, NOON, POLICY, declaring, fold_all, recorded

WHAT = Suggestible
DRAFT = Declaration("checkout returns 500s")
NUMBERS = count(1)


def like(score: float = 0.8, paged: tuple[str, ...] = (), **said: str) -> Similar:
    """An incident of the past that was said to be that."""
    told = {Suggestible(what): value for what, value in said.items()}
    past = Lesson(IncidentNumber(next(NUMBERS)), 1, "checkout fails", "", "", "", said=told, paged=frozenset(paged))
    return Similar(past, score)


def found(*similar: Similar, draft: Declaration = DRAFT) -> dict[str, str]:
    return {one.suggested.what: one.suggested.value for one in history_of(similar, draft, POLICY).suggestions}


def test_what_most_of_them_were_is_suggested_with_those_and_how_sure_it_is() -> None:
    three = [like(service="checkout") for _ in range(3)]
    (one,) = history_of([*three, like(service="search"), like()], DRAFT, POLICY).suggestions
    assert (one.suggested.what, one.suggested.value, one.suggested.of) == (WHAT.SERVICE, "checkout", 4)
    assert one.suggested.like == tuple(sorted((it.lesson.number for it in three), reverse=True))
    assert (one.confidence > LEAST, one.is_likely) == (True, False)
    (sure,) = history_of([*three, like(service="checkout")], DRAFT, POLICY).suggestions
    assert sure.is_likely


@pytest.mark.parametrize(
    ("similar", "service"),
    [
        ([], None),
        ([like(1.0, service="checkout")], "checkout"),
        ([like(0.5, service="checkout")], None),
        ([like(service="checkout"), like(service="search")], None),
        ([like(1.0, service="checkout"), like(0.4, service="search")], "checkout"),
        ([like(service="gone"), like(service="gone")], None),
    ],
    ids=["nobody", "the same title", "somewhat alike", "of two minds", "the more alike", "no service any more"],
)
def test_a_few_suggest_only_what_they_clearly_say(similar: list[Similar], service: str | None) -> None:
    assert found(*similar).get("service") == service


def test_what_the_draft_says_is_not_suggested() -> None:
    similar = [like(service="search", category="outage", impact="high", urgency="low", priority="P2") for _ in range(4)]
    assert found(*similar) == {"service": "search", "category": "outage", "impact": "high", "urgency": "low"}
    assert found(*similar, draft=replace(DRAFT, service="checkout", impact=Level.LOW)) == {
        "category": "outage",
        "urgency": "low",
    }
    assert found(*similar, draft=replace(DRAFT, priority=Priority.P3)) == {"service": "search", "category": "outage"}


def test_a_priority_is_suggested_only_where_neither_impact_nor_urgency_is() -> None:
    plain = [like(priority="P1") for _ in range(3)]
    assert found(*plain) == {"priority": "P1"}
    assert found(*plain, draft=replace(DRAFT, impact=Level.LOW)) == {}


def test_whoever_else_was_needed_in_most_of_them_is_told() -> None:
    twice = [like(paged=("search",), service="checkout"), like(paged=("search", "checkout"), service="checkout")]
    assert history_of(twice, DRAFT, POLICY).paged == (("search", 2),)
    assert history_of(twice[:1], DRAFT, POLICY).paged == ()
    assert history_of([*twice, like(), like()], DRAFT, POLICY).paged == ()


@given(st.lists(st.sampled_from(["checkout", "search", ""]), max_size=8), st.floats(0.4, 1.0))
def test_the_evidence_is_never_more_than_there_is(services: list[str], score: float) -> None:
    similar = [like(score, service=one) if one else like(score) for one in services]
    for one in history_of(similar, DRAFT, POLICY).suggestions:
        assert len(one.suggested.like) == services.count(one.suggested.value)
        assert len(one.suggested.like) <= one.suggested.of == sum(map(bool, services))
        assert LEAST <= one.confidence < 1


@pytest.mark.parametrize(
    ("what", "value"),
    [("service", "search"), ("category", "outage"), ("impact", "high"), ("urgency", "low"), ("priority", "P3")],
)
def test_a_suggestion_that_is_taken_is_said(what: str, value: str) -> None:
    draft = with_taken(DRAFT, Suggestible(what), value)
    assert said_of(DRAFT, Suggestible(what)) is None
    assert said_of(draft, Suggestible(what)) == value


def test_of_an_incident_only_what_people_said_is_learned_and_what_became_of_suggestions() -> None:
    shown = [t.SuggestedValue(WHAT(what), value, (IncidentNumber(1),), 1) for what, value in RIGHT_AND_WRONG]
    event = suggested(shown, NOON)
    assert event is not None
    declared = declaring(Declaration("checkout fails", Level.HIGH, service="checkout"), by=DANA)
    incident = fold_all((*declared.events, event))
    paged = t.ServicePaged(at=NOON, by=CHEN, service="search", service_name="Search", person=DANA)
    events = [*declared.events, event, paged]
    learned = lesson(incident, [recorded(seq, one) for seq, one in enumerate(events, 1)], {})
    assert learned.said == {WHAT.SERVICE: "checkout", WHAT.IMPACT: "high", WHAT.PRIORITY: incident.priority}
    assert learned.kept == {WHAT.SERVICE: True, WHAT.CATEGORY: False}
    assert learned.paged == {"search"}
    assert (suggested([], NOON), history_of([], DRAFT, POLICY)) == (None, NOTHING)


RIGHT_AND_WRONG = (("service", "checkout"), ("category", "security"))
