"""A new classification and its reason: the first word says what, the rest says why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.classifying import cut_first_word, severity_named
from bot.commands.command import Missing
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import Level, Priority, Severity
from bot.verbs import requests as r
from bot.verbs.naming import UnknownName
from tests.commands.reading import asked_for

READ = [
    ("priority P2 only one region", r.SetPriority(Priority.P2, "only one region")),
    ("priority p1\neverybody is affected", r.SetPriority(Priority.P1, "everybody is affected")),
    ("impact HIGH more regions", r.SetImpact(Level.HIGH, "more regions")),
    ("urgency low   until Monday", r.SetUrgency(Level.LOW, "until Monday")),
    ("severity SEV-2 one node of three", r.SetSeverity(Severity.SEV2, "one node of three")),
    ("severity sev2 one node", r.SetSeverity(Severity.SEV2, "one node")),
    ("severity 2 one node", r.SetSeverity(Severity.SEV2, "one node")),
    ("severity SEV–2 one node", r.SetSeverity(Severity.SEV2, "one node")),
    ("service Checkout it is not the search", r.CorrectAffected("checkout", "it is not the search")),
    ("service SEARCH it is not the shop", r.CorrectAffected("search", "it is not the shop")),
    ("category Security a key was leaked", r.CorrectCategory("security", "a key was leaked")),
    ("priority P2 P1 was too much", r.SetPriority(Priority.P2, "P1 was too much")),
]


@pytest.mark.parametrize(("line", "request_"), READ)
def test_the_first_word_is_the_value_and_the_rest_is_the_reason(line: str, request_: r.Request[object]) -> None:
    assert asked_for(line) == request_


KINDS = {
    "priority": ("P2", "priority (P1, P2, P3, P4)"),
    "impact": ("high", "level (high, medium, low)"),
    "urgency": ("low", "level (high, medium, low)"),
    "severity": ("SEV-3", "severity (SEV-1, SEV-2, SEV-3, SEV-4)"),
    "service": ("checkout", "service"),
    "category": ("outage", "category"),
}


@pytest.mark.parametrize(("verb", "told"), [(verb, told) for verb, (_, told) in KINDS.items()])
def test_a_verb_alone_says_what_it_takes(verb: str, told: str) -> None:
    with pytest.raises(Missing, match=f"Give a {told.split(maxsplit=1)[0]}") as refused:
        asked_for(verb)
    assert f"Give a {told} and a reason" in str(refused.value)
    assert f"`/incident {verb} " in str(refused.value)


@pytest.mark.parametrize(("verb", "value"), [(verb, value) for verb, (value, _) in KINDS.items()])
def test_a_value_without_a_reason_is_not_enough(verb: str, value: str) -> None:
    with pytest.raises(Missing, match="Give a reason as well"):
        asked_for(f"{verb} {value}")


@pytest.mark.parametrize(
    "line",
    [
        "priority P0 all is lost",
        "priority 2 one region",
        "impact huge all",
        "urgency P1 all",
        "severity SEV-5 one node",
    ],
)
def test_what_is_no_value_asks_for_one_instead_of_taking_it_for_a_reason(line: str) -> None:
    with pytest.raises(Missing, match="and a reason"):
        asked_for(line)


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("service chekout it is not the search", "Did you mean `checkout`?"),
        ("service SERCH it is not the shop", "Did you mean `search`?"),
        ("category secruity a key was leaked", "Did you mean `security`?"),
        ("category OUTGE nothing works", "Did you mean `outage`?"),
    ],
)
def test_a_name_that_is_not_in_the_policy_gets_the_nearest_one(line: str, near: str) -> None:
    with pytest.raises(UnknownName) as refused:
        asked_for(line)
    assert near in str(refused.value)


@pytest.mark.parametrize("typed", ["SEV-1", "sev-1", "Sev1", "1", "SEV‑1", "SEV—1"])
def test_a_severity_may_be_typed_as_people_write_it(typed: str) -> None:
    assert severity_named(typed) is Severity.SEV1


@pytest.mark.parametrize("typed", ["", "SEV", "SEV-", "SEV-0", "SEV-5", "SEV-11", "P1", "one", "1.0"])
def test_what_is_no_severity_is_none(typed: str) -> None:
    assert severity_named(typed) is None


@given(st.text())
def test_cutting_off_the_first_word_loses_nothing_but_space(text: str) -> None:
    word, rest = cut_first_word(text)
    assert "".join((word, rest)).split() == "".join(text.split(maxsplit=1)).split()
    assert not rest or word
    assert word.split() in ([], [word])


@given(st.sampled_from(list(KINDS)), st.text(max_size=80))
def test_anything_typed_is_a_request_with_a_reason_or_a_refusal(verb: str, typed: str) -> None:
    try:
        request = asked_for(f"{verb} {typed}")
    except Refusal:
        return
    assert r.required_words(request)["reason"].strip()
