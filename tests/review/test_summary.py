"""What the channel is told when the review is posted."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.document import Durations, Review
from bot.domain.vocabulary import Status
from bot.review.summary import summary


def test_the_summary_says_how_long_it_took_and_what_is_left_to_do(small_review: Review) -> None:
    assert summary(small_review) == (
        "*INC-42* (P1) is closed: command accepted after 2 min, mitigated after 30 min, resolved after 1 h, "
        "closed after 1 h 10 min. 1 of 2 updates came on time. "
        "1 follow-up was agreed; the review holds 18 timeline entries and 8 messages."
    )


def test_little_known_is_a_short_summary(small_review: Review) -> None:
    bare = replace(
        small_review,
        incident=replace(small_review.incident, status=Status.CANCELLED),
        durations=Durations(None, None, None, None, None),
        updates=(),
        timeline=small_review.timeline[:1],
        transcript=(),
        follow_ups=(),
    )
    assert summary(bare) == (
        "*INC-42* (P1) is cancelled. No update was posted. "
        "No follow-ups were agreed; the review holds 1 timeline entry and no messages."
    )


def test_an_inferred_mitigation_is_not_told_as_one(small_review: Review) -> None:
    review = replace(small_review, times=replace(small_review.times, inferred=("mitigated_at",)))
    assert "mitigated" not in summary(review)


def test_what_came_before_the_declaration_says_so(small_review: Review) -> None:
    spans = replace(small_review.durations, time_to_mitigate=timedelta(minutes=-3))
    assert "mitigated 3 min before it was declared" in summary(replace(small_review, durations=spans))


def test_the_summary_repeats_no_words_of_people(small_review: Review) -> None:
    loud = replace(small_review, incident=replace(small_review.incident, title="<!channel>", service="<!here>"))
    assert "<!" not in summary(loud)
