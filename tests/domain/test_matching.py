"""Choosing runbooks at declaration, and finding them by words."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.runbooks import load
from bot.demo import company, story
from bot.domain.matching import choose, search
from bot.domain.policy import Service
from bot.domain.runbook import Runbook
from tests.domain.given import BAD_CHANGE, FAILOVER, SECURITY

SHIPPED = load(Path(__file__).parents[2] / "runbooks")
ALL = (FAILOVER, BAD_CHANGE, SECURITY)


def chosen(title: str, service: Service | None = None, category: str | None = None) -> list[str]:
    return [one.slug for one in choose(ALL, service, category, title)]


def test_the_runbook_of_the_service_comes_first() -> None:
    orders = Service("orders", "Orders", tags=("deploy",))
    first, second = choose(ALL, orders, "outage", "slow")
    assert (first.slug, first.why) == ("database-failover", "for the service Orders; category outage")
    assert (second.slug, second.why) == ("bad-change", "shares the tag deploy; category outage")


def test_the_reason_names_every_tag_that_is_shared() -> None:
    (found,) = choose(ALL, Service("x", "X", tags=("postgres", "database")), None, "slow")
    assert found.why == "shares the tags database, postgres"


def test_one_category_of_several_alone_chooses_nothing() -> None:
    assert chosen("something is odd", category="outage") == []


def test_the_only_category_of_a_runbook_chooses_it() -> None:
    assert chosen("something is odd", category="security") == ["security-report"]


def test_a_title_that_names_a_runbook_chooses_it() -> None:
    assert chosen("Databases need a FAILOVER") == ["database-failover"]


def test_words_of_a_symptom_choose_together() -> None:
    assert chosen("all writes fail, replication is behind") == ["database-failover"]
    assert chosen("the writes are late") == []


def test_nothing_is_chosen_where_nothing_fits() -> None:
    assert chosen("printer on fire", Service("office", "Office", tags=("paper",)), "hardware") == []


def test_three_runbooks_are_chosen_at_the_most() -> None:
    tagged = tuple(Runbook(f"run-{number}", "Run", tags=("database",)) for number in range(5))
    found = choose(tagged, Service("x", "X", tags=("database",)), None, "slow")
    assert [one.slug for one in found] == ["run-0", "run-1", "run-2"]


@pytest.mark.parametrize("name", story.shipped())
def test_every_story_gets_its_runbook_first(name: str) -> None:
    told = story.read(name)
    declared = next(event for event in told.events if event.do == "declare")
    title = declared.text.partition(" service:")[0]
    service = Service(told.service, told.service, tags=tuple(company.TAGS[told.service]))
    expected = told.truth.runbook_slug_expected
    assert choose(SHIPPED, service, told.category, title)[0].slug == expected
    assert expected in [one.slug for one in choose(SHIPPED, None, told.category, title)]


def test_a_runbook_whose_file_is_gone_is_neither_chosen_nor_found() -> None:
    gone = replace(FAILOVER, is_withdrawn=True)
    assert choose((gone,), None, None, "database failover") == ()
    assert search((gone,), "database failover") == []


def test_a_search_puts_what_is_named_before_what_is_told() -> None:
    lag = Runbook("lag", "Lag", symptoms=("the database is behind",))
    assert search((lag, FAILOVER, BAD_CHANGE), "Database") == [FAILOVER, lag]
    assert search(ALL, "xyzzy") == []
    assert search(ALL, "the of") == []


def test_a_plural_finds_its_singular() -> None:
    assert search(ALL, "databases") == [FAILOVER]
