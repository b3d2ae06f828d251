"""What is left to do afterwards, and the start of the review."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain import followup, status
from bot.domain.refusal import NothingToChange
from bot.domain.timeline import FollowUpAgreed, ReviewStarted
from bot.domain.vocabulary import Priority, Status
from tests.domain.given import CHEN, ELI, POLICY, after, days, declared, in_status, run

NOW = after(30)
TODAY = date(2026, 3, 4)


def test_a_follow_up_is_agreed_with_owner_and_date() -> None:
    decision = followup.agree(declared(), CHEN, "test the WAF", ELI, date(2026, 12, 1), NOW, POLICY)
    event = FollowUpAgreed(at=NOW, by=CHEN, text="test the WAF", owner=ELI, due=date(2026, 12, 1))
    (agreed,) = decision.events
    assert isinstance(agreed, FollowUpAgreed)
    assert replace(agreed, owed=()) == event
    assert run(declared(), decision).follow_ups == (agreed,)


def test_follow_ups_stand_in_the_order_they_were_agreed() -> None:
    incident = run(
        declared(),
        lambda it: followup.agree(it, CHEN, "test the WAF", None, None, NOW, POLICY),
        lambda it: followup.agree(it, CHEN, "page earlier", None, None, NOW, POLICY),
    )
    assert [one.text for one in incident.follow_ups] == ["test the WAF", "page earlier"]


def test_a_follow_up_may_be_due_today() -> None:
    assert followup.agree(declared(), CHEN, "test the WAF", None, TODAY, NOW, POLICY).events


def test_a_follow_up_due_in_the_past_is_refused_with_a_date_that_would_do() -> None:
    with pytest.raises(followup.DueInThePast, match=r"2026-03-03 is over.*`due:2026-03-18`"):
        followup.agree(declared(), CHEN, "test the WAF", None, date(2026, 3, 3), NOW, POLICY)


def test_the_review_is_due_by_the_priority_in_calendar_time() -> None:
    (event,) = followup.start_review(in_status(Status.RESOLVED), CHEN, NOW, POLICY).events
    assert isinstance(event, ReviewStarted)
    assert event.due_at == NOW + days(3)


def test_without_a_limit_the_review_is_due_at_no_time() -> None:
    resolved = run(declared(Priority.P4), lambda it: status.resolve(it, CHEN, "rolled back", after(5), POLICY))
    (event,) = followup.start_review(resolved, CHEN, NOW, POLICY).events
    assert event == ReviewStarted(at=NOW, by=CHEN, due_at=None)


def test_the_review_of_what_still_goes_on_is_refused_with_what_comes_first() -> None:
    with pytest.raises(followup.TooEarlyForReview, match=r"INC-42 is declared.*`/incident resolve"):
        followup.start_review(declared(), CHEN, NOW, POLICY)


def test_the_review_starts_once() -> None:
    started = run(in_status(Status.CLOSED), lambda it: followup.start_review(it, CHEN, NOW, POLICY))
    assert started.review_started_at == NOW
    with pytest.raises(NothingToChange, match="The review of INC-42 has started already"):
        followup.start_review(started, ELI, NOW, POLICY)
