"""The message of a runbook that is worked through: however long it is, what is in hand stands there with its
buttons."""

from dataclasses import replace

import pytest

from bot.blocks.announce import announcement
from bot.blocks.worked import worked
from bot.domain import running, working
from bot.domain import timeline as t
from bot.domain.incident import Incident
from bot.domain.runbook import Runbook, Step
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import StepOutcome
from tests.blocks.reading import as_read, fits
from tests.domain.given import BO, CHEN, DANA, NOON, ROLLBACK, Verb, commanded, run
from tests.domain.test_running import approving, at_work, proposing

SLUG = ROLLBACK.slug


def reporting(runbook: Runbook, number: int) -> Verb:
    return lambda it: working.report(it, BO, [runbook], runbook.slug, number, StepOutcome.DONE, "", NOON)


@pytest.mark.parametrize("title", ["Look at host", "<&>" * 60])
def test_of_500_steps_those_in_hand_are_shown_with_their_neighbours_and_buttons(title: str) -> None:
    many = replace(ROLLBACK, steps=tuple(Step(number, f"{title} {number}") for number in range(1, 501)))
    incident = run(commanded(), working.start(commanded(), BO, [many], SLUG, NOON))
    incident = run(incident, *(reporting(many, number) for number in range(1, 251)))
    shown = worked(incident, incident.worked[0], {251: "x" * 1_500})
    fits(shown)
    read = as_read(shown)
    assert "[Done = INC-42 step bad-change 251 done]" in read
    assert "[Stop this runbook… = INC-42 runbook stop bad-change]" in read
    *earlier, in_hand = read.partition(":arrow_right:")[0].partition("# ")[2].splitlines()
    assert "earlier steps" in "\n".join(earlier)
    assert ":white_check_mark: 250. " in f"{earlier[-1]}{in_hand}"
    assert ":white_circle: 252. " in read
    assert "more steps" in read


def test_steps_of_several_sections_stand_under_their_headings() -> None:
    titles = (("Look", "Diagnosis"), ("Ask", "Diagnosis"), ("Restart", "Mitigation"), ("Watch", ""))
    steps = tuple(Step(at, title, section=section) for at, (title, section) in enumerate(titles, start=1))
    runbook = replace(ROLLBACK, steps=steps)
    incident = run(commanded(), working.start(commanded(), BO, [runbook], SLUG, NOON), reporting(runbook, 1))
    read = as_read(worked(incident, incident.worked[0], {}))
    assert "*Diagnosis*\n:white_check_mark: 1. Look" in read
    assert "\n:arrow_right: *2. Ask*" in read
    assert "*Mitigation*\n:white_circle: 3. Restart\n:white_circle: 4. Watch" in read
    one = replace(ROLLBACK, steps=tuple(replace(step, section="Steps") for step in steps))
    alone = run(commanded(), working.start(commanded(), BO, [one], SLUG, NOON))
    assert "Steps" not in as_read(worked(alone, alone.worked[0], {}))


def stopped(incident: Incident) -> t.RunbookStopped:
    (event, *_) = working.stop(incident, DANA, SLUG, "errors are <gone>", NOON).events
    assert isinstance(event, t.RunbookStopped)
    return event


def test_one_that_was_stopped_says_who_is_at_a_step_still_and_what_is_running_still() -> None:
    proposed = run(at_work(), proposing(at_work()))
    incident = run(proposed, approving(proposed), lambda it: running.started(it, 1, "17", "", NOON))
    incident = run(incident, lambda it: working.take(it, CHEN, SLUG, 1, NOON))
    event = stopped(incident)
    after = run(incident, lambda it: working.stop(it, DANA, SLUG, event.reason, NOON))
    told = as_read(announcement(after, Recorded(99, NOON, event)))
    assert told.splitlines()[-1] == (
        "<@UDANA> stopped the runbook “Roll back a bad change” (bad-change): errors are &lt;gone&gt;. "
        "Not done: steps 1 to 3. Still in hand: step 1 (<@UCHEN>). "
        "Still running: restart (percent=10, region=eu). Stopping the runbook does not stop it."
    )
    shown = worked(after, after.worked[0], {})
    fits(shown)
    read = as_read(shown)
    assert "# Roll back a bad change: stopped at 0 of 3" in read
    assert ":white_circle: 2. Roll it back – not done" in read
    assert ":gear: *restart (percent=10, region=eu)* is running" in read
    assert read.splitlines()[-1] == (
        "[Start again = INC-42 runbook bad-change start] [It helped = INC-42 runbook bad-change helped] "
        "[It did not help = INC-42 runbook bad-change not helpful]"
    )
