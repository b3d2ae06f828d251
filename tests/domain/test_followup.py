"""What is left to do afterwards, and the start of the review."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain import followup, review, status
from bot.domain.incident import Incident
from bot.domain.refusal import NothingToChange
from bot.domain.timeline import FollowUpAgreed, ReviewStarted
from bot.domain.vocabulary import DeadlineKind, FollowUpState, Priority, Status
from tests.domain.given import CHEN, ELI, POLICY, after, days, declared, in_status, run

NOW = after(30)
TODAY = date(2026, 3, 4)


def test_a_follow_up_is_agreed_with_owner_and_date() -> None:
    decision = followup.agree(CHEN, "test the WAF", ELI, date(2026, 12, 1), NOW, POLICY)
    event = FollowUpAgreed(at=NOW, by=CHEN, text="test the WAF", owner=ELI, due=date(2026, 12, 1))
    (agreed,) = decision.events
    assert isinstance(agreed, FollowUpAgreed)
    assert replace(agreed, owed=()) == event
    (known,) = run(declared(), decision).follow_ups
    assert (known.number, known.text, known.owner, known.due) == (1, "test the WAF", ELI, date(2026, 12, 1))


def test_follow_ups_stand_in_the_order_they_were_agreed() -> None:
    incident = run(
        declared(),
        lambda _: followup.agree(CHEN, "test the WAF", None, None, NOW, POLICY),
        lambda _: followup.agree(CHEN, "page earlier", None, None, NOW, POLICY),
    )
    assert [one.text for one in incident.follow_ups] == ["test the WAF", "page earlier"]


def test_a_follow_up_may_be_due_today() -> None:
    assert followup.agree(CHEN, "test the WAF", None, TODAY, NOW, POLICY).events


def test_a_follow_up_due_in_the_past_is_refused_with_a_date_that_would_do() -> None:
    with pytest.raises(followup.DueInThePast, match=r"2026-03-03 has passed.*`due:2026-03-18`"):
        followup.agree(CHEN, "test the WAF", None, date(2026, 3, 3), NOW, POLICY)


def test_today_is_that_of_whoever_types() -> None:
    """Late in the evening in New York it is tomorrow by UTC; in the morning in Tokyo it is yesterday."""
    in_new_york, in_tokyo = date(2026, 3, 3), date(2026, 3, 5)
    assert followup.agree(CHEN, "x", None, in_new_york, NOW, POLICY, today=in_new_york).events
    with pytest.raises(followup.DueInThePast, match="2026-03-04 has passed"):
        followup.agree(CHEN, "x", None, TODAY, NOW, POLICY, today=in_tokyo)


def test_the_review_is_due_by_the_priority_in_calendar_time() -> None:
    (event,) = review.start(in_status(Status.RESOLVED), CHEN, NOW, POLICY).events
    assert isinstance(event, ReviewStarted)
    assert event.due_at == after(1) + days(3), "three days after it was resolved"


def test_without_a_limit_the_review_is_due_at_no_time() -> None:
    resolved = run(declared(Priority.P4), lambda it: status.resolve(it, CHEN, "rolled back", after(5), POLICY))
    (event,) = review.start(resolved, CHEN, NOW, POLICY).events
    assert event == ReviewStarted(at=NOW, by=CHEN, due_at=None)


def test_the_review_of_what_still_goes_on_is_refused_with_what_comes_first() -> None:
    with pytest.raises(review.TooEarlyForReview, match=r"INC-42 is declared.*`/incident resolve"):
        review.start(declared(), CHEN, NOW, POLICY)


def test_the_review_starts_once() -> None:
    started = run(in_status(Status.CLOSED), lambda it: review.start(it, CHEN, NOW, POLICY))
    assert started.review_started_at == NOW
    with pytest.raises(NothingToChange, match="The review of INC-42 is in review already"):
        review.start(started, ELI, NOW, POLICY)


def agreed(*texts: str) -> Incident:
    return run(
        declared(),
        *(lambda _, text=text: followup.agree(CHEN, text, ELI, date(2026, 3, 20), NOW, POLICY) for text in texts),
    )


def reminders(incident: Incident) -> list[int]:
    """Of which follow-ups somebody will be reminded, by number."""
    seqs = {one.seq: one.number for one in incident.follow_ups}
    return sorted({seqs[one.set_by] for one in incident.open_deadlines() if one.kind is DeadlineKind.FOLLOW_UP})


def test_what_is_done_or_dropped_is_open_no_more_and_reminds_nobody() -> None:
    incident = agreed("test the WAF", "page earlier", "write it down")
    assert reminders(incident) == [1, 2, 3]
    ended = run(
        incident,
        lambda it: followup.end(it, ELI, 2, FollowUpState.DONE, "", NOW),
        lambda it: followup.end(it, ELI, 3, FollowUpState.DROPPED, "it is known", NOW),
    )
    assert [one.state for one in ended.follow_ups] == ["open", "done", "dropped"]
    assert [one.number for one in ended.open_follow_ups()] == [1]
    assert reminders(ended) == [1]


def test_ending_twice_or_what_never_was_is_refused_with_what_there_is() -> None:
    ended = run(agreed("test the WAF"), lambda it: followup.end(it, ELI, 1, FollowUpState.DONE, "", NOW))
    with pytest.raises(followup.EndedAlready, match="Follow-up 1 of INC-42 is already done"):
        followup.end(ended, ELI, 1, FollowUpState.DONE, "", NOW)
    with pytest.raises(followup.NoSuchFollowUp, match="It has one, number 1"):
        followup.end(ended, ELI, 2, FollowUpState.DONE, "", NOW)
    with pytest.raises(followup.NoSuchFollowUp, match="It has none yet"):
        followup.end(declared(), ELI, 1, FollowUpState.DONE, "", NOW)


def test_another_due_date_brings_its_own_reminders() -> None:
    incident = run(agreed("test the WAF"), lambda it: followup.change(it, ELI, 1, None, date(2026, 4, 1), NOW, POLICY))
    (known,) = incident.follow_ups
    assert (known.due, known.owner) == (date(2026, 4, 1), ELI)
    rows = [one for one in incident.open_deadlines() if one.kind is DeadlineKind.FOLLOW_UP]
    assert [f"{one.due_at:%m-%d}" for one in sorted(rows, key=lambda one: one.due_at)] == ["03-30", "04-01"]
    keys = [(one.kind, one.step, one.set_by) for one in incident.deadlines]
    assert len(set(keys)) == len(keys)


def test_another_owner_keeps_the_reminders_and_nothing_new_is_refused() -> None:
    incident = run(agreed("test the WAF"), lambda it: followup.change(it, ELI, 1, CHEN, None, NOW, POLICY))
    assert incident.follow_ups[0].owner == CHEN
    assert reminders(incident) == [1]
    with pytest.raises(NothingToChange, match="is already like that"):
        followup.change(incident, ELI, 1, CHEN, None, NOW, POLICY)
