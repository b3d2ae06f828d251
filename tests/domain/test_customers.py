"""What customers are told: drafted, read by somebody else, approved in that version, published; and what of ours may
not stand in it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import customers as c
from bot.domain.cadence import TooLong
from bot.domain.customer_words import inside_words
from bot.domain.incident import Incident
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.status import reopen, resolve
from bot.domain.timeline import AffectedComponent, CustomerUpdate
from bot.domain.vocabulary import Health, Stage
from tests.domain.given import BO, DANA, PAGE, POLICY, after, commanded, run

WITH_PAGE = replace(POLICY, status_page=PAGE, services={**POLICY.services, "ledger-db": POLICY.services["search"]})
CHECKOUT = replace(commanded(), service="checkout")


def drafted(
    it: Incident,
    stage: Stage = Stage.INVESTIGATING,
    text: str = "",
    minute: float = 1,
    next_in: timedelta | None = None,
) -> Incident:
    return run(it, c.draft(it, DANA, stage, "", text, None, next_in, after(minute), WITH_PAGE))


def in_review(it: Incident) -> Incident:
    return run(it, c.ask_for_review(it, DANA, None, (), (DANA, BO), after(2), WITH_PAGE))


def approved(it: Incident) -> Incident:
    return run(it, c.approve(it, BO, version(it), after(3), WITH_PAGE))


def published(it: Incident) -> Incident:
    return run(it, c.publish(it, DANA, None, after(4), WITH_PAGE))


def version(it: Incident) -> int:
    assert it.customer_draft is not None
    return it.customer_draft.version


def resolved(it: Incident) -> Incident:
    return run(it, resolve(it, DANA, "rolled back", after(10), WITH_PAGE))


def test_a_draft_begins_with_words_for_customers_and_copies_nothing() -> None:
    it = drafted(replace(CHECKOUT, title="db-02 is out of connections"))
    assert it.customer_draft is not None
    update = it.customer_draft.update
    assert update.title == "Problems with Shop"
    assert update.text.startswith("We are looking into a problem with Shop.")
    assert update.components == (AffectedComponent("shop", "Shop", Health.DEGRADED),)
    assert "db-02" not in f"{update.title} {update.text}"


def test_the_whole_way_and_that_a_correction_is_one_more_entry() -> None:
    it = published(approved(in_review(drafted(CHECKOUT))))
    assert it.customers_told is not None
    assert it.customers_told.stage is Stage.INVESTIGATING
    assert it.customer_draft is None
    again = drafted(it, text="It is the search that fails, not the shop.", minute=5)
    assert again.customers_told == it.customers_told
    assert again.customer_draft is not None
    assert again.customer_draft.update.title == it.customers_told.title


def test_an_approval_is_of_one_version() -> None:
    read = version(in_review(drafted(CHECKOUT)))
    changed = drafted(in_review(drafted(CHECKOUT)), text="Other words.", minute=3)
    with pytest.raises(c.NotInReviewYet):
        c.approve(changed, BO, version(changed), after(4), WITH_PAGE)
    with pytest.raises(c.DraftChanged):
        c.approve(in_review(changed), BO, read, after(4), WITH_PAGE)
    after_approval = drafted(approved(in_review(drafted(CHECKOUT))), text="Other words.", minute=4)
    with pytest.raises(c.NotApprovedYet):
        c.publish(after_approval, DANA, None, after(5), WITH_PAGE)


def test_whoever_wrote_it_does_not_approve_it() -> None:
    it = in_review(drafted(CHECKOUT))
    with pytest.raises(c.WroteIt):
        c.approve(it, DANA, version(it), after(3), WITH_PAGE)


def test_what_was_approved_before_the_resolution_is_not_published_after_it() -> None:
    late = resolved(approved(in_review(drafted(CHECKOUT))))
    with pytest.raises(c.OverForCustomers, match="draft resolved"):
        c.publish(late, DANA, None, after(11), WITH_PAGE)
    with pytest.raises(c.NotOverYet):
        drafted(CHECKOUT, Stage.RESOLVED)


def test_the_resolution_is_offered_until_customers_know_and_makes_all_operational() -> None:
    assert not c.is_resolution_owed(resolved(CHECKOUT))
    it = resolved(published(approved(in_review(drafted(CHECKOUT)))))
    assert c.is_resolution_owed(it)
    assert c.offered_stages(it) == (Stage.RESOLVED,)
    told = drafted(it, Stage.RESOLVED, minute=11)
    assert told.customer_draft is not None
    assert [one.health for one in told.customer_draft.update.components] == [Health.OPERATIONAL]
    assert c.changes(told, told.customer_draft.update) == (
        "One more entry: investigating → resolved",
        "Shop: degraded performance → operational",
    )
    done = published(approved(in_review(told)))
    assert not c.is_resolution_owed(done)
    back = run(done, reopen(done, DANA, "errors are back", after(20), WITH_PAGE))
    assert drafted(back, minute=21).customer_draft is not None


def test_what_the_page_will_say_is_told_before() -> None:
    health = {"shop": Health.MAJOR, "find": Health.DEGRADED}
    it = run(CHECKOUT, c.draft(CHECKOUT, DANA, Stage.IDENTIFIED, "Down", "Sorry.", health, None, after(1), WITH_PAGE))
    assert it.customer_draft is not None
    assert c.changes(it, it.customer_draft.update) == (
        "A new incident: Down",
        "Shop: operational → major outage",
        "Search: operational → degraded performance",
    )


def test_when_the_next_one_comes_is_read_and_approved_with_the_words() -> None:
    half, hour = timedelta(minutes=30), timedelta(hours=1)
    it = drafted(CHECKOUT, next_in=half)
    assert it.customer_draft is not None
    assert c.changes(it, it.customer_draft.update)[-1] == "Next update: within 30 min of publishing"
    approved_ = approved(in_review(it))
    with pytest.raises(c.NotApprovedYet):
        c.publish(drafted(approved_, next_in=hour, minute=3.5), DANA, None, after(4), WITH_PAGE)
    told = published(approved_)
    assert told.customers_next_at == after(34)
    reworded = drafted(drafted(told, minute=5, next_in=hour), text="Other words.", minute=6)
    assert reworded.customer_draft is not None
    assert reworded.customer_draft.update.next_in == hour, "new words leave it as it was"
    silent = drafted(told, text="We know more.", minute=5)
    assert silent.customer_draft is not None
    assert c.changes(silent, silent.customer_draft.update)[-1] == "Next update: no time given"
    again = drafted(told, minute=5, next_in=half)
    assert again.customer_draft is not None, "the same words with a new time are something new"
    assert again.customer_draft.update == told.customers_told
    over = resolved(told)
    assert over.customers_next_at == after(34), "until customers are told that it is over"
    assert published(approved(in_review(drafted(over, Stage.RESOLVED, minute=11)))).customers_next_at is None
    with pytest.raises(TooLong):
        drafted(CHECKOUT, next_in=timedelta(days=30))


def test_what_cannot_be_told_is_refused_in_words_that_help() -> None:
    with pytest.raises(c.NoStatusPage):
        c.draft(CHECKOUT, DANA, Stage.INVESTIGATING, "", "", None, None, after(1), POLICY)
    with pytest.raises(c.DrillStaysInside):
        drafted(replace(CHECKOUT, is_drill=True))
    with pytest.raises(c.NoSuchComponent, match="shop, find"):
        c.draft(CHECKOUT, DANA, Stage.INVESTIGATING, "", "", {"chekout": Health.MAJOR}, None, after(1), WITH_PAGE)
    with pytest.raises(c.TooLongForCustomers):
        drafted(CHECKOUT, text="a" * (c.LONGEST_TEXT + 1))
    with pytest.raises(NothingToChange):
        drafted(drafted(CHECKOUT))
    with pytest.raises(c.NoDraft):
        c.publish(CHECKOUT, DANA, None, after(1), WITH_PAGE)
    with pytest.raises(c.SaysTooMuch, match="db-02"):
        c.ask_for_review(drafted(CHECKOUT), DANA, None, ("“db-02” is a machine",), (), after(2), WITH_PAGE)


def found_in(text: str) -> tuple[str, ...]:
    return inside_words(CustomerUpdate(Stage.IDENTIFIED, "Errors", text), PAGE, WITH_PAGE, ["Dana Reyes", "bo", "Hana"])


@pytest.mark.parametrize(
    "inside",
    [
        *(
            "db-02",
            "web-prod-3a",
            "10.1.2.3",
            "fe80:0:0:1::2",
            "db.shop.svc.cluster",
            "node7.fra.example.com",
            "vault.internal",
        ),
        *(
            "INC-42",
            "PAY-1234",
            "<@U12345678>",
            "@dana",
            "#inc-42-checkout",
            ":fire:",
            "<https://x.example|x>",
            "U0123ABCD9",
        ),
        *("Dana Reyes", "dana reyes", "Hana", "ledger-db"),
    ],
)
def test_words_of_ours_are_found(inside: str) -> None:
    (found, *_) = found_in(f"We see errors because of {inside} today.")
    assert inside.lower() in found.lower()


@pytest.mark.parametrize(
    "fine",
    [
        *(
            "We have found the cause and are working on a fix.",
            "Between 14:05 and 15:20 UTC about 5% of payments failed.",
        ),
        *(
            "See https://status.example.com and example.com.",
            "The Shop and Search are slow: checkout takes 3-4 seconds.",
        ),
        *("Version 4.2 of our app on iOS 17 is affected. We're sorry!", "We will post here by 14:30 - or sooner."),
    ],
)
def test_plain_words_are_left_alone(fine: str) -> None:
    assert found_in(fine) == ()


@given(st.text(max_size=300))
def test_any_text_can_be_looked_through_and_what_is_found_stands_in_it(text: str) -> None:
    for found in found_in(text):
        quoted = re.match(r"“(.*)” ", found, re.DOTALL)
        assert quoted
        assert quoted[1].casefold() in f"Errors\n{text}".casefold()


STEPS = st.lists(
    st.sampled_from(["draft", "review", "approve", "approve as its author", "publish", "resolve"]), max_size=12
)


@given(STEPS)
def test_nothing_is_published_that_another_person_did_not_approve_as_it_stands(steps: list[str]) -> None:
    it, count, said_yes_to = CHECKOUT, 0, set[CustomerUpdate]()
    for step in steps:
        before, count = it, count + 1
        try:
            match step:
                case "draft":
                    it = drafted(it, c.offered_stages(it)[0], f"Wording {count}", count)
                case "review":
                    it = in_review(it)
                case "approve":
                    it = approved(it) if it.customer_draft else it
                    said_yes_to |= {it.customer_draft.update} if it.customer_draft else set()
                case "approve as its author" if it.customer_draft:
                    it = run(it, c.approve(it, DANA, version(it), after(count), WITH_PAGE))
                    raise AssertionError("its author approved it")
                case "publish":
                    it = published(it)
                case "resolve":
                    it = resolved(it)
        except Refusal:
            assert it == before
    assert it.customers_told is None or it.customers_told in said_yes_to
