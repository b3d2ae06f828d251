"""`step`: which step of which runbook, and what is said of it."""

import pytest

from bot.commands.command import Missing
from bot.domain.refusal import Refusal
from bot.domain.spans import NotADuration
from bot.domain.vocabulary import StepOutcome
from bot.door.reply import OpenForm
from bot.verbs.requests import ApproveRun, DeclineRun, ProposeRun, ReportStep, Request, TakeStep
from bot.workflows.context import Outcome
from tests.commands.reading import asked_for, typing
from tests.domain.given import minutes


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("step 3 done", ReportStep(None, 3, StepOutcome.DONE)),
        ("step 3 done replica is  read-only", ReportStep(None, 3, StepOutcome.DONE, "replica is  read-only")),
        ("step bad-change 3 DONE", ReportStep("bad-change", 3, StepOutcome.DONE)),
        ("step 2 skip no tool", ReportStep(None, 2, StepOutcome.SKIPPED, "no tool")),
        ("step Bad-Change 2 failed it hangs", ReportStep("bad-change", 2, StepOutcome.FAILED, "it hangs")),
        ("step 4 take", TakeStep(None, 4)),
        ("step bad-change 4 take on the console", TakeStep("bad-change", 4, None, "on the console")),
        ("step 4 wait 10m", TakeStep(None, 4, minutes(10))),
        ("step 2 propose", ProposeRun(None, 2)),
        ("step bad-change 2 propose percent=10 Region:EU", ProposeRun("bad-change", 2, ("percent=10", "Region:EU"))),
        ("step 2 approve 1", ApproveRun(None, 2, 1)),
        ("step bad-change 2 decline 1 not  now", DeclineRun("bad-change", 2, 1, "not  now")),
        ("step bad-change 4 wait 1h30m the copy runs", TakeStep("bad-change", 4, minutes(90), "the copy runs")),
    ],
)
def test_what_is_typed_says_which_step_and_what_of_it(line: str, wanted: Request[Outcome]) -> None:
    assert asked_for(line) == wanted


@pytest.mark.parametrize(
    ("line", "refusal", "told"),
    [
        ("step", Missing, "Give the step's number"),
        ("step 3", Missing, "Give the step's number"),
        ("step 3 dnoe", Missing, "Did you mean `done`"),
        ("step 3 wait", Missing, "Say for how long"),
        ("step 3 approve", Missing, "Name the proposal by its number"),
        ("step 3 approve it", Missing, "Name the proposal by its number"),
        ("step 3 decline not now", Missing, "Name the proposal by its number"),
        ("step 3 wait for Bo", NotADuration, "“for” is not a duration"),
    ],
)
def test_what_cannot_be_read_is_refused_with_an_example(line: str, refusal: type[Refusal], told: str) -> None:
    with pytest.raises(refusal, match=told):
        asked_for(line)


@pytest.mark.parametrize("line", ["step 3 skip", "step bad-change 3 fail"])
def test_without_a_reason_a_form_asks_for_it(line: str) -> None:
    assert isinstance(typing(line), OpenForm)
