"""How alike two titles are, and which of them name different things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alikeness import alikeness, have_something_in_common, name_different_things, service_words
from bot.domain.duplicates import ALIKE, Report, likely_same
from bot.domain.ids import IncidentNumber
from bot.domain.policy import Duplicates, Service
from tests.domain.given import after

SHOP = {
    slug: Service(slug, name)
    for slug, name in (
        ("payments-gateway", "Payments Gateway"),
        ("search", "Search"),
        ("cf-177", "Customer facing service 177"),
        ("cf-178", "Customer facing service 178"),
    )
}

THE_SAME = [
    ("checkout returns 500s", "checkout gives 500"),
    ("checkout returns 500s", "checkout returns 500s since the deploy"),
    ("checkout returns 500s since the deploy", "checkout returns 500s for cards"),
    ("checkout is throwing errors", "Checkout throws errors again!"),
    ("payments API is down in EU", "Payments API down, EU"),
    ("payments API is down in EU", "payments API is down"),
    ("payments API is down in Europe", "EU: payments API is down"),
    ("payments gateway is down", "payments is down"),
    ("disk full on db-1", "db-1: disk full"),
    ("disk full on db-1", "disk is full on db-1.example.com"),
    ("disk full on db-1", "disk full on db-1 and db-7"),
    ("node 3 is not ready", "node-3 not ready"),
    ("HighErrorRate payments prod firing", "HighErrorRate payments production"),
    ("HighErrorRate payments prod firing", "[RESOLVED] HighErrorRate payments prod"),
    ("login is slow for everybody", "login very slow for all users"),
    ("payments fail", "payments are failing"),
    ("everything is down", "everything is down again"),
    ("p99 latency of checkout is high", "checkout p95 latency high"),
]
NOT_THE_SAME = [
    ("payments API is down in EU", "search API is down in EU"),
    ("payments API is down in EU", "payments API is down in US"),
    ("EU payments API is down", "search API is down in EU"),
    ("payments is down", "search is down"),
    ("disk full on db-1", "disk full on db-7"),
    ("disk full on db-1", "db-7: disk full"),
    ("disk full on 10.0.0.7", "disk full on 10.0.0.8"),
    ("node 3 is not ready", "node 7 is not ready"),
    ("HighErrorRate payments prod firing", "HighErrorRate search prod firing"),
    ("HighErrorRate payments prod firing", "HighLatency payments prod firing"),
    ("HighErrorRate payments prod firing", "HighErrorRate payments staging firing"),
    ("checkout is down in eu-west-1", "checkout is down in us-east-1"),
    ("checkout returns 500s for cards", "checkout returns 500s for wallets"),
    ("customer facing service 177 is down", "customer facing service 178 is down"),
    ("login page is blank", "signup page is blank"),
    ("checkout returns 500s", "500"),
    ("checkout is slow", "everything is slow"),
]


def same(one: str, other: str, services: dict[str, Service]) -> bool:
    first = Report(IncidentNumber(1), one, None, after(0))
    return likely_same(other, None, [first], after(1), Duplicates(), services.values()) is not None


@pytest.mark.parametrize(("one", "other"), THE_SAME)
def test_the_same_thing_in_other_words_is_offered_either_way(one: str, other: str) -> None:
    assert same(one, other, SHOP)
    assert same(other, one, SHOP)


@pytest.mark.parametrize(("one", "other"), NOT_THE_SAME)
def test_the_same_words_of_another_thing_are_not(one: str, other: str) -> None:
    assert not same(one, other, SHOP)
    assert not same(other, one, SHOP)


def test_what_no_policy_names_is_told_apart_by_where_it_stands() -> None:
    assert not same("payments API is down in EU", "search API is down in EU", {})
    assert not same("HighErrorRate payments prod firing", "HighErrorRate search prod firing", {})
    assert same("checkout returns 500s", "checkout gives 500", {})


def test_words_of_one_service_are_no_two_things() -> None:
    named = service_words(SHOP.values())
    assert not name_different_things("payments is down", "it is the gateway that is down", named)
    assert name_different_things("the gateway is slow, says bo", "slow search", named)


@given(st.text(max_size=80), st.text(max_size=80))
def test_it_is_the_same_either_way_and_nothing_differs_from_itself(one: str, other: str) -> None:
    named = service_words(SHOP.values())
    assert name_different_things(one, other, named) == name_different_things(other, one, named)
    assert not name_different_things(one, one, named)
    assert alikeness(one, one) >= ALIKE


def test_a_question_finds_what_it_names_and_not_what_only_goes_wrong_alike() -> None:
    assert not have_something_in_common("payments time out", "checkout returns 500s and times out; rolled back")
    assert have_something_in_common("payments time out", "the payment provider was slow")
    assert have_something_in_common("timing out", "checkout times out")
