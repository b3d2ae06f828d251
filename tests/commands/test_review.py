"""`review`: the steps it takes, and the reasons that some of them need."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.command import Missing
from bot.commands.dates_and_times import NotATime
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import Overwriting, ReviewStep
from bot.door.reply import OpenForm
from bot.verbs import requests as r
from tests.commands.reading import asked_for, typing

READ = [
    ("review start", r.TakeReviewStep(ReviewStep.START)),
    ("postmortem START", r.TakeReviewStep(ReviewStep.START)),
    ("retro approve ", r.TakeReviewStep(ReviewStep.APPROVE)),
    ("review approve Anyway", r.TakeReviewStep(ReviewStep.APPROVE, anyway=True)),
    ("review approve --anyway", r.TakeReviewStep(ReviewStep.APPROVE, anyway=True)),
    ("review publish", r.TakeReviewStep(ReviewStep.PUBLISH)),
    ("review reopen the impact was larger", r.TakeReviewStep(ReviewStep.REOPEN, "the impact was larger")),
    ("review reopen\nthe impact was larger", r.TakeReviewStep(ReviewStep.REOPEN, "the impact was larger")),
    ("review waive a drill of ten minutes", r.TakeReviewStep(ReviewStep.WAIVE, "a drill of ten minutes")),
    ("review waive\ta drill", r.TakeReviewStep(ReviewStep.WAIVE, "a drill")),
    ("review hide 12 it is about\nanother service", r.CurateEntry(12, True, reason="it is about\nanother service")),
    ("review hide 12", r.CurateEntry(12, True)),
    ("review SHOW #12", r.CurateEntry(12, False)),
    ("review reword 12  The rollback began", r.CurateEntry(12, text="The rollback began")),
    ("review reword 12", r.CurateEntry(12, text="")),
    ("review document wiki replace", r.DecideOverwriting("wiki", Overwriting.REPLACE)),
    ("review document Wiki  LEAVE", r.DecideOverwriting("wiki", Overwriting.LEAVE)),
    ("review meet 2026-12-03T10:00", r.MoveReviewMeeting(datetime(2026, 12, 3, 9, tzinfo=UTC))),
    ("review meet  2026-12-03T10:00Z", r.MoveReviewMeeting(datetime(2026, 12, 3, 10, tzinfo=UTC))),
]


@pytest.mark.parametrize(("line", "request_"), READ)
def test_it_is_read_as_typed(line: str, request_: r.Request[object]) -> None:
    assert asked_for(line) == request_


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("review reopen", "Say what needs changing"),
        ("review document wiki", "Say where, and then `replace`, `child` or `leave`"),
        ("review document wiki overwrite", "for example"),
        ("review waive", "Say why there won't be one"),
        ("review hide", "Say which entry by its number"),
        ("review reword the third", "Say which entry by its number"),
        ("review meet", "can be started, edited, approved"),
        ("review start now", "can be started, edited, approved"),
        ("review approve the draft", "can be started, edited, approved"),
        ("review approve it anyway", "can be started, edited, approved"),
        ("review edit summary", "can be started, edited, approved"),
        ("review delete", "can be started, edited, approved"),
    ],
)
def test_what_is_no_step_or_lacks_its_reason_is_refused(line: str, told: str) -> None:
    with pytest.raises(Missing, match=told):
        asked_for(line)


def test_a_meeting_needs_a_time() -> None:
    with pytest.raises(NotATime):
        asked_for("review meet next Tuesday")


def test_to_edit_opens_a_form() -> None:
    assert isinstance(typing("review edit"), OpenForm)


@given(st.sampled_from(["reopen", "waive"]), st.text(max_size=40))
def test_a_reason_is_kept_as_typed_or_asked_for(step: str, reason: str) -> None:
    try:
        request = asked_for(f"review {step} {reason}")
    except Refusal:
        assert "&" in reason or not reason.strip()
        return
    assert isinstance(request, r.TakeReviewStep)
    assert (request.step, "&" in reason or request.reason == reason.strip()) == (step, True)
