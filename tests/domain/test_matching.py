"""Choosing runbooks at declaration, and finding them by words that were looked up."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matching import MOST_CHOSEN, Told, choose, search
from bot.domain.policy import Service
from bot.domain.runbook import Runbook
from bot.domain.vocabulary import Priority
from tests.domain.given import BAD_CHANGE, FAILOVER, SECURITY

ALL = (FAILOVER, BAD_CHANGE, SECURITY)
SAID = {"database-failover": Told(4.0, ("primary", "down"))}
FAINT = {"database-failover": Told(0.4, ("down",))}
VAGUE = {"database-failover": Told(4.0, ("slow", "down"))}
"""That something is wrong, and nothing else."""
BESIDE = {"database-failover": Told(9.0)}
"""The words stand in its steps only."""


def chosen(told: dict[str, Told], service: Service | None = None, category: str | None = None) -> list[str]:
    return [one.slug for one in choose(ALL, service, category, told)]


def test_the_runbook_of_the_service_comes_first() -> None:
    orders = Service("orders", "Orders", tags=("deploy",))
    first, second = choose(ALL, orders, "outage", {})
    assert (first.slug, first.why) == ("database-failover", "for the service Orders; category outage")
    assert (second.slug, second.why) == ("bad-change", "shares the tag deploy; category outage")


def test_the_reason_names_every_tag_that_is_shared() -> None:
    (found,) = choose(ALL, Service("x", "X", tags=("postgres", "database")), None, {})
    assert found.why == "shares the tags database, postgres"


def test_one_category_of_several_alone_chooses_nothing() -> None:
    assert chosen({}, category="outage") == []


def test_the_only_category_of_a_runbook_chooses_it() -> None:
    assert chosen({}, category="security") == ["security-report"]


def test_words_that_stand_in_a_runbook_choose_it_and_are_told() -> None:
    (found,) = choose(ALL, None, None, SAID)
    assert (found.slug, found.why) == ("database-failover", "the report says primary, down")


def test_words_that_tell_little_or_stand_in_the_steps_only_choose_nothing() -> None:
    assert chosen(FAINT) == []
    assert chosen(VAGUE) == []
    assert chosen(BESIDE) == []


def test_a_runbook_for_worse_incidents_is_not_chosen_for_milder_ones() -> None:
    worse = replace(FAILOVER, priority=Priority.P2)
    chosen_for = [one for one in (None, *Priority) if choose((worse,), None, None, SAID, one)]
    assert chosen_for == [None, Priority.P1, Priority.P2]


def test_nothing_is_chosen_where_nothing_fits() -> None:
    assert chosen({}, Service("office", "Office", tags=("paper",)), "hardware") == []


def test_three_runbooks_are_chosen_at_the_most() -> None:
    tagged = tuple(Runbook(f"run-{number}", "Run", tags=("database",)) for number in range(5))
    found = choose(tagged, Service("x", "X", tags=("database",)), None, {})
    assert [one.slug for one in found] == ["run-0", "run-1", "run-2"]


def test_a_runbook_whose_file_is_gone_is_neither_chosen_nor_found() -> None:
    gone = replace(FAILOVER, is_withdrawn=True)
    assert choose((gone,), None, None, SAID) == ()
    assert search((gone,), SAID) == []


def test_a_search_finds_what_stands_in_a_title_or_often_in_the_steps_best_first() -> None:
    told = {**SAID, "bad-change": Told(5.0, ("down",)), "security-report": Told(0.4)}
    assert search(ALL, told) == [BAD_CHANGE, FAILOVER]
    assert search(ALL, BESIDE) == [FAILOVER]
    assert search(ALL, {"gone": Told(9.0, ("down",))}) == []


@given(
    st.permutations(ALL),
    st.dictionaries(
        st.sampled_from([one.slug for one in ALL]),
        st.builds(Told, st.floats(0, 20), st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(tuple)),
    ),
    st.sampled_from([None, Service("orders", "Orders", tags=("deploy",))]),
    st.sampled_from([None, "outage", "security"]),
)
def test_the_same_is_chosen_whatever_the_order_and_only_words_that_stand_there_are_told(
    runbooks: list[Runbook], told: dict[str, Told], service: Service | None, category: str | None
) -> None:
    found = choose(runbooks, service, category, told)
    assert found == choose(ALL, service, category, told)
    assert len(found) <= MOST_CHOSEN
    for one in found:
        words = [word for reason in one.reasons if reason.code == "title_says" for word in reason.values]  # type: ignore[union-attr]
        assert set(words) <= set(told.get(one.slug, Told(0)).words)
