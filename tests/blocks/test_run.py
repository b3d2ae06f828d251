"""Runs of actions as people see them: what stands at the step in each state, with which buttons, within Slack's
limits whatever an engine wrote."""

from dataclasses import replace

from hypothesis import given

from bot.blocks.announce import announcement
from bot.blocks.run import parameters_form
from bot.blocks.worked import worked
from bot.domain import running, working
from bot.domain import timeline as t
from bot.domain.decision import Decision
from bot.domain.incident import Incident
from bot.domain.policy import Parameter
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import ParameterKind, RunOutcome, StepOutcome
from bot.sandbox.blocks import check_message
from tests.blocks import hostile
from tests.blocks.reading import as_read, called, fits, fits_as_view
from tests.domain.given import BO, DANA, NOON, POLICY, RESTART, ROLLBACK, run
from tests.domain.test_running import approving, at_work, proposing, under_way

SLUG = ROLLBACK.slug


def shown(incident: Incident) -> list[str]:
    """The lines at step 2, and its buttons."""
    found = as_read(worked(incident, incident.worked[0], {}, POLICY.actions.keys())).splitlines()
    at = next(place for place, line in enumerate(found) if "2. Roll it back*" in line)
    return found[at + 1 : at + 4]


def looking() -> Incident:
    """The first step is done, so that the second is in hand."""
    incident = at_work()
    return run(incident, working.report(incident, BO, [ROLLBACK], SLUG, 1, StepOutcome.DONE, "", NOON))


def test_each_state_has_its_line_and_only_what_waits_can_be_answered() -> None:
    incident = looking()
    assert shown(incident)[0].startswith("[Propose restart = INC-42 step bad-change 2 propose] [Done = ")
    incident = run(incident, proposing(incident))
    lines = shown(incident)
    assert lines[0] == (
        ":raised_hand: <@UBO> proposes *restart (percent=10, region=eu)* in ops (/restart); "
        "it can be approved until 12:30 UTC, by somebody else."
    )
    assert lines[1] == ("[Approve = INC-42 step bad-change 2 approve 1] [Decline = INC-42 step bad-change 2 decline 1]")
    assert "Propose" not in lines[2]
    declined = run(incident, running.decline(incident, DANA, SLUG, 2, 1, "not now", NOON))
    assert shown(declined)[0] == ":no_entry_sign: <@UDANA> declined restart (percent=10, region=eu): not now."
    assert shown(declined)[1].startswith("[Propose restart")
    incident = run(incident, approving(incident))
    assert "is being started, approved by <@UDANA> at" in shown(incident)[0]
    incident = run(incident, running.started(incident, 1, "17", "https://ops.example/17", NOON))
    assert shown(incident)[0].endswith("approved by <@UDANA> (<https://ops.example/17|open it>)")
    ended = run(incident, running.ended(incident, 1, RunOutcome.FAILED, "exit 1", "", (), NOON))
    assert shown(ended)[0].startswith(":x: restart (percent=10, region=eu) failed: exit 1, ")
    assert shown(ended)[1].startswith("[Propose restart")


def test_without_the_policy_s_action_there_is_nothing_to_propose() -> None:
    incident = looking()
    assert "Propose" not in as_read(worked(incident, incident.worked[0], {}))


def told(incident: Incident, event: t.AnyEvent) -> str:
    return as_read(announcement(incident, Recorded(99, NOON, event)))


def test_those_who_may_approve_are_called_once_and_by_a_log_nobody_is() -> None:
    incident = at_work()
    (event,) = proposing(incident).events
    assert "<@UDANA> and <@UMIA>, please look: it is not run unless you approve it before 12:30 UTC" in told(
        incident, event
    )


@given(hostile.text)
def test_whatever_an_engine_says_fits_and_calls_nobody(said: str) -> None:
    incident = under_way()
    for outcome in RunOutcome:
        decision = running.ended(incident, 1, outcome, said, "https://ops.example/1", (said, said * 5), NOON)
        event = decision.events[0]
        message = announcement(incident, Recorded(99, NOON, event))
        fits(message)
        assert called(message) == set()
        after = run(incident, Decision((event,)))
        shows = worked(after, after.worked[0], {}, POLICY.actions.keys())
        check_message(list(shows.blocks))
        assert called(shows) <= {"UBO", "UDANA"}


def test_a_form_with_everything_that_a_policy_may_list_fits() -> None:
    options = tuple(f"{number:03}" + "x" * 47 for number in range(100))
    several = tuple(Parameter(f"p{number}" + "x" * 38, ParameterKind.ONE_OF, options=options) for number in range(9))
    action = replace(RESTART, parameters=(*several, Parameter("service", ParameterKind.SERVICE)))
    form = parameters_form(at_work(), SLUG, 2, action, {"service": "checkout"}, POLICY.services)
    fits_as_view(form)
    assert not any(block.get("optional") for block in form["blocks"])
