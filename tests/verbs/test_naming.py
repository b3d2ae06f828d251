"""Which service, category or source somebody means; where nothing fits, the nearest name and what there is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.declaration import Declaration
from bot.domain.policy import Policy, Service
from bot.verbs.did_you_mean import nearest
from bot.verbs.naming import (
    UnknownName,
    as_the_policy_has_it,
    category_named,
    service_named,
    service_to_page,
    source_named,
)
from tests.domain.given import POLICY

LISTED = replace(
    POLICY,
    services={
        "checkout": Service("checkout", "Check Out"),
        "web": Service("web", "Website"),
        "search": Service("search", "Web"),
    },
    categories=("outage", "Security"),
    sources=("alert", "phone"),
    private_categories=frozenset({"Security"}),
)
NOTHING = replace(POLICY, services={}, categories=(), sources=())


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("checkout", "checkout"),
        ("CHECKOUT", "checkout"),
        ("check out", "checkout"),
        ("Website", "web"),
        ("web", "web"),  # a slug goes before the name of another
        ("Web", "web"),
    ],
)
def test_a_service_is_known_by_its_slug_and_by_its_name_in_any_case(typed: str, slug: str) -> None:
    assert service_named(LISTED, typed) == slug
    assert service_to_page(LISTED, typed).slug == slug


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("chekout", "There is no service “chekout”. Did you mean `checkout`? Known: checkout, search, web."),
        ("CHEKOUT", "There is no service “CHEKOUT”. Did you mean `checkout`? Known: checkout, search, web."),
        ("payroll", "There is no service “payroll”. Known: checkout, search, web."),
        ("", "There is no service “”. Known: checkout, search, web."),
    ],
)
def test_a_service_that_is_not_listed_is_refused_with_what_is(typed: str, told: str) -> None:
    with pytest.raises(UnknownName) as refused:
        service_named(LISTED, typed)
    assert str(refused.value) == told


def test_a_policy_without_services_takes_any_word_but_pages_nobody() -> None:
    assert service_named(NOTHING, "Anything") == "Anything"
    with pytest.raises(UnknownName, match=r"The policy lists none; name people with `invite @name`\."):
        service_to_page(NOTHING, "Anything")


def test_categories_and_sources_are_known_in_any_case_and_written_as_the_policy_does() -> None:
    assert category_named(LISTED, "OUTAGE") == "outage"
    assert category_named(LISTED, "security") == "Security"
    assert source_named(LISTED, "Phone") == "phone"
    with pytest.raises(UnknownName, match=r"There is no source “fax”\. Known: alert, phone\."):
        source_named(LISTED, "fax")
    with pytest.raises(UnknownName, match=r"There is no category “x”\. Known: \."):
        category_named(NOTHING, "x")


def test_of_very_many_names_the_first_are_told_and_the_nearest_all_the_same() -> None:
    many = replace(LISTED, categories=tuple(f"kind{number:03}" for number in range(100)))
    with pytest.raises(UnknownName) as refused:
        category_named(many, "kind99")
    told = str(refused.value)
    assert "Did you mean `kind099`?" in told
    assert told.count("kind0") == 21
    assert told.endswith("kind019….")


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("updte", ["update", "upgrade"], "update"),
        ("uptime", [], None),
        ("xyz", ["update"], None),
        ("", ["update"], None),
        ("update" * 10_000, ["update"], None),
    ],
)
def test_the_nearest_word_is_close_or_none(word: str, known: list[str], near: str | None) -> None:
    assert nearest(word, known) == near


@given(st.text(max_size=30), st.lists(st.text(max_size=30)))
def test_what_is_nearest_is_one_of_the_known(word: str, known: list[str]) -> None:
    found = nearest(word, known)
    assert found is None or found in known
    if word in known and word:
        assert found == word


@pytest.mark.parametrize(
    ("report", "as_listed"),
    [
        (Declaration("x"), Declaration("x")),
        (
            Declaration("x", service="Check Out", category="OUTAGE", source="PHONE"),
            Declaration("x", service="checkout", category="outage", source="phone"),
        ),
        (Declaration("x", category="security"), Declaration("x", category="Security", is_private=True)),
        (
            Declaration("x", category="outage", is_private=True),
            Declaration("x", category="outage", is_private=True),
        ),
    ],
)
def test_a_report_is_written_as_the_policy_has_it_and_private_where_its_category_is(
    report: Declaration, as_listed: Declaration
) -> None:
    assert as_the_policy_has_it(LISTED, report) == as_listed


@pytest.mark.parametrize(("policy", "field"), [(LISTED, "service"), (LISTED, "category"), (LISTED, "source")])
def test_a_report_with_one_unknown_name_is_refused(policy: Policy, field: str) -> None:
    with pytest.raises(UnknownName, match=f"There is no {field} “unheard”"):
        as_the_policy_has_it(policy, replace(Declaration("x"), **{field: "unheard"}))  # type: ignore[arg-type]
