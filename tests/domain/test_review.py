"""The life of a review: started, approved by somebody else, published; or waived with a reason."""

import pytest

from bot.domain import review
from bot.domain.decision import Decision
from bot.domain.effects import PostReview
from bot.domain.incident import Incident
from bot.domain.refusal import NothingToChange
from bot.domain.status import close, reopen, resolve
from bot.domain.vocabulary import DeadlineKind, Priority, ReviewState, Section
from tests.domain.given import BO, CHEN, DANA, POLICY, after, commanded, due, effects, run


def resolved(priority: Priority = Priority.P1) -> Incident:
    return run(commanded(priority), lambda it: resolve(it, CHEN, "rolled back", after(5), POLICY))


def closed() -> Incident:
    return run(resolved(), lambda it: close(it, CHEN, "nobody can test", after(6), POLICY))


def started(incident: Incident) -> Incident:
    return run(incident, lambda it: review.start(it, CHEN, after(10), POLICY))


def approving(incident: Incident) -> Decision:
    return review.approve(incident, BO, after(20), POLICY)


def test_a_review_goes_from_draft_to_published() -> None:
    states = [commanded().review_state, resolved().review_state, started(resolved()).review_state]
    approved = run(started(resolved()), approving)
    published = run(approved, lambda it: review.publish(it, CHEN, after(30)))
    states += [approved.review_state, published.review_state]
    assert states == ["not begun", "draft", "in review", "approved", "published"]


def test_who_started_it_does_not_approve_it() -> None:
    with pytest.raises(review.ApprovedByAnother, match="somebody else has to read and approve it"):
        review.approve(started(resolved()), CHEN, after(20), POLICY)


def test_empty_sections_are_asked_about_before_it_is_approved() -> None:
    empty = [Section.LESSONS, Section.WHYS]
    with pytest.raises(review.HasEmptySections, match="Nothing is written under Five whys and Lessons"):
        review.approve(started(resolved()), BO, after(20), POLICY, empty=empty)
    with pytest.raises(review.ApprovedByAnother):  # whoever may not approve is not asked what is missing
        review.approve(started(resolved()), CHEN, after(20), POLICY, empty=empty)


def test_steps_out_of_order_are_refused_with_the_step_that_comes_first() -> None:
    with pytest.raises(review.NotInReview, match=r"is draft. .*`/incident review start`"):
        review.approve(resolved(), BO, after(20), POLICY)
    with pytest.raises(review.NotApproved, match=r"is in review. .*`/incident review approve`"):
        review.publish(started(resolved()), BO, after(20))
    with pytest.raises(review.TooEarlyForReview):
        review.waive(commanded(), BO, "a test", after(20), POLICY)
    with pytest.raises(NothingToChange, match="is approved already"):
        approving(run(started(resolved()), approving))
    with pytest.raises(NothingToChange, match="is waived already"):
        review.start(run(resolved(), waiving), CHEN, after(20), POLICY)


def waiving(incident: Incident) -> Decision:
    return review.waive(incident, BO, "a drill of ten minutes", after(20), POLICY)


def test_publishing_posts_it_as_it_stands() -> None:
    approved = run(started(resolved()), approving)
    decision = review.publish(approved, CHEN, after(30))
    assert any(isinstance(one, PostReview) for one in effects(approved, decision))


def test_a_review_is_owed_from_the_resolution_on_and_approval_or_waiving_ends_that() -> None:
    assert due(resolved(), DeadlineKind.REVIEW) is not None
    assert due(started(resolved()), DeadlineKind.REVIEW) == due(resolved(), DeadlineKind.REVIEW)
    assert due(run(started(resolved()), approving), DeadlineKind.REVIEW) is None
    assert due(run(resolved(), waiving), DeadlineKind.REVIEW) is None
    assert due(resolved(Priority.P2), DeadlineKind.REVIEW) is None, "this policy asks for none"


def test_what_was_kept_open_for_the_review_alone_is_archived_after_it() -> None:
    assert due(closed(), DeadlineKind.ARCHIVE) is None
    assert due(started(closed()), DeadlineKind.ARCHIVE) is None
    assert due(run(started(closed()), approving), DeadlineKind.ARCHIVE) is not None
    assert due(run(closed(), waiving), DeadlineKind.ARCHIVE) is not None
    approved_first = run(started(resolved()), approving)
    assert due(approved_first, DeadlineKind.ARCHIVE) is None
    ended = run(approved_first, lambda it: close(it, CHEN, "nobody can test", after(40), POLICY))
    assert due(ended, DeadlineKind.ARCHIVE) is not None


def test_reopening_begins_the_review_anew() -> None:
    again = run(started(closed()), approving, lambda it: reopen(it, DANA, "it is back", after(50), POLICY))
    assert (again.review_state, due(again, DeadlineKind.REVIEW)) == (ReviewState.NONE, None)


def test_an_approved_review_is_opened_again_and_approved_anew() -> None:
    def approving(it: Incident) -> Decision:
        return review.approve(it, BO, after(20), POLICY)

    approved = run(started(resolved()), approving)
    with pytest.raises(review.NotSettled, match="is in review"):
        review.reopen(started(resolved()), BO, "larger", after(30))
    again = run(approved, lambda it: review.reopen(it, BO, "the impact was larger", after(30)))
    assert again.review_state is ReviewState.IN_REVIEW
    assert due(again, DeadlineKind.ARCHIVE) is None
    assert run(again, approving).review_state is ReviewState.APPROVED
