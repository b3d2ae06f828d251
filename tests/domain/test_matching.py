"""Choosing runbooks at declaration, and finding them by words that were looked up."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matching import EXPERIENCE, MOST_CHOSEN, Experience, Told, choose, search
from bot.domain.policy import Service
from bot.domain.runbook import Runbook
from bot.domain.vocabulary import Priority
from tests.domain.given import BAD_CHANGE, FAILOVER, SECURITY

ALL = (FAILOVER, BAD_CHANGE, SECURITY)
SAID = {"database-failover": Told(4.0, ("primary", "down"))}
FAINT = {"database-failover": Told(0.4, ("down",))}
VAGUE = {"database-failover": Told(4.0, ("slow", "down")), "bad-change": Told(4.0, ("rate", "above"))}
"""That something is wrong, or that there is too much of it, and nothing else."""
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


TWINS = (Runbook("a-way", "A way", services=("orders",)), Runbook("b-way", "B way", services=("orders",)))


def test_of_runbooks_that_fit_alike_the_one_that_helped_comes_first_and_says_so() -> None:
    told = {"a-way": Told(0.0, before=Experience(0, 1)), "b-way": Told(0.0, before=Experience(3, 1))}
    first, second = choose(TWINS, Service("orders", "Orders"), None, told)
    assert (first.slug, first.why) == ("b-way", "for the service Orders; helped in 3 of 4 incidents")
    assert (second.slug, second.why) == ("a-way", "for the service Orders; did not help in 1 incident")


def test_experience_neither_chooses_a_runbook_nor_beats_one_that_fits_better() -> None:
    told = {
        "database-failover": Told(0.0, before=Experience(0, 500)),
        "bad-change": Told(0.0, before=Experience(500)),
        "security-report": Told(0.0, before=Experience(500)),
    }
    assert chosen(told, Service("orders", "Orders", tags=("deploy",))) == ["database-failover", "bad-change"]
    assert search(ALL, told) == []


def test_a_search_puts_what_helped_first_where_words_say_the_same() -> None:
    told = {one.slug: Told(1.0, ("way",)) for one in TWINS}
    assert search(TWINS, told) == [*TWINS]
    assert search(TWINS, {**told, "b-way": Told(1.0, ("way",), Experience(1))}) == [*reversed(TWINS)]


@given(*[st.integers(0, 10_000)] * 3)
def test_experience_weighs_little_and_more_the_more_often_it_helped(helped: int, not_helped: int, used: int) -> None:
    known = Experience(helped, not_helped, used)
    assert abs(known.weight) < EXPERIENCE
    assert (
        Experience(helped + 1, not_helped, used).weight > known.weight > Experience(helped, not_helped + 1, used).weight
    )


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
