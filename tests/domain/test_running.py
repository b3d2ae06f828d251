"""Running an action: nobody approves their own, nobody approves anything else than what they saw, and what nobody knows
is said to be unknown."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import running, working
from bot.domain import timeline as t
from bot.domain.automation import NotAParameter, StillToGive, UnknownAction
from bot.domain.decision import Decision
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.domain.roles import accept
from bot.domain.run import Run
from bot.domain.status import cancel
from bot.domain.vocabulary import DeadlineKind, Priority, RunOutcome, StepOutcome
from tests.domain.given import BO, CHEN, DANA, MIA, NOON, POLICY, RESTART, ROLLBACK, TRIED, declared, minutes, run

SLUG = ROLLBACK.slug
TOKEN = "0123456789abcdef"


def at_work(**of_incident: Any) -> Incident:
    """Dana commands, and the runbook is started."""
    started = working.start(declared(), BO, [ROLLBACK], SLUG, NOON)
    return replace(run(declared(), accept(declared(), DANA, NOON), started), **of_incident)


def proposing(
    incident: Incident,
    by: SlackUserId = BO,
    number: int = 2,
    typed: Sequence[str] = ("region=eu",),
    now: datetime = NOON,
    policy: Policy = POLICY,
    last_at: dict[str, datetime] | None = None,
) -> Decision:
    return running.propose(incident, by, SLUG, number, typed, now, policy, {}, last_at or {})


def approving(
    incident: Incident,
    by: SlackUserId = DANA,
    number: int = 2,
    which: int = 1,
    now: datetime = NOON,
    policy: Policy = POLICY,
    last_at: dict[str, datetime] | None = None,
) -> Decision:
    return running.approve(incident, by, SLUG, number, which, now, policy, {}, (BO, DANA, CHEN), TOKEN, last_at or {})


def first(incident: Incident) -> Run:
    found = incident.run(1)
    assert found is not None
    return found


def ending(incident: Incident, outcome: RunOutcome, which: int = 1) -> Decision:
    return running.ended(incident, which, outcome, "", "", ("done",), NOON)


def under_way(**of_incident: Any) -> Incident:
    incident = run(at_work(), proposing(at_work()))
    return replace(run(incident, approving(incident)), **of_incident)


def test_what_is_approved_is_exactly_what_was_proposed_and_its_end_ticks_the_step() -> None:
    incident = run(at_work(), proposing(at_work()))
    assert first(incident).planned.given == (t.Given("percent", "10"), t.Given("region", "eu"))
    assert first(incident).proposed.asked == (DANA, MIA)
    incident = run(incident, approving(incident))
    approved = first(incident).approved
    assert approved is not None
    assert (approved.run, approved.key) == (first(incident).planned, f"INC-42-a1-{TOKEN}")
    assert running.of_key(approved.key) == (42, 1)
    incident = run(incident, running.started(incident, 1, "17", "https://ops.example/17", NOON))
    incident = run(incident, ending(incident, RunOutcome.SUCCEEDED))
    step = incident.worked[0].steps[1]
    assert (step.outcome, step.report.note if step.report else "") == (
        StepOutcome.DONE,
        "restart (percent=10, region=eu) succeeded",
    )
    assert first(incident).link == "https://ops.example/17"
    assert ending(incident, RunOutcome.FAILED).events == ()
    assert running.started(incident, 1, "18", "", NOON).events == ()


def test_a_runbook_that_is_stopped_takes_back_what_waits_and_leaves_alone_what_runs() -> None:
    proposed = run(at_work(), proposing(at_work()))
    stop = working.stop(proposed, CHEN, SLUG, "mitigated", NOON)
    stopped = run(proposed, stop)
    declined = first(stopped).declined
    assert declined is not None
    assert (declined.by, declined.note) == (CHEN, "the runbook was stopped")
    assert [one for one in stopped.open_deadlines() if one.kind is DeadlineKind.RUN] == []
    with pytest.raises(working.StoppedAlready):
        proposing(stopped)
    running_on = run(under_way(), working.stop(under_way(), CHEN, SLUG, "mitigated", NOON))
    assert first(running_on).is_under_way
    through = run(running_on, ending(running_on, RunOutcome.SUCCEEDED))
    assert (first(through).has_succeeded, through.worked[0].steps[1].report) == (True, None)


def test_what_failed_leaves_the_step_open_to_be_proposed_again() -> None:
    incident = run(under_way(), ending(under_way(), RunOutcome.FAILED))
    assert incident.worked[0].steps[1].outcome is None
    with pytest.raises(running.RanJustNow):
        proposing(incident, now=NOON + minutes(9), last_at={"restart": NOON})
    again = run(incident, proposing(incident, now=NOON + minutes(10), last_at={"restart": NOON}))
    assert again.runs[-1].planned.number == 2


REFUSED: list[tuple[type[Refusal], Any]] = [
    (running.NotYourOwn, lambda it: approving(run(it, proposing(it, DANA)), DANA)),
    (running.NotYoursToApprove, lambda it: approving(run(it, proposing(it)), CHEN)),
    (running.NoSuchRun, lambda it: approving(run(it, proposing(it)), which=2)),
    (running.NoSuchRun, lambda it: approving(run(it, proposing(it)), number=3)),
    (running.AnsweredTooLate, lambda it: approving(run(it, proposing(it)), now=NOON + minutes(30))),
    (running.RanJustNow, lambda it: approving(run(it, proposing(it)), last_at={"restart": NOON})),
    (running.ProposedAlready, lambda it: proposing(run(it, proposing(it)))),
    (running.RunAnswered, lambda it: approving(run(it, proposing(it), approving(run(it, proposing(it)))))),
    (running.NamesNoAction, lambda it: proposing(it, number=1)),
    (StillToGive, lambda it: proposing(it, typed=())),
    (NotAParameter, lambda it: proposing(it, typed=("region=eu", "why=because"))),
    (UnknownAction, lambda it: proposing(it, policy=replace(POLICY, actions={}))),
    (running.NobodyElse, lambda it: proposing(it, DANA, policy=only_for("commander"))),
    (running.NotAtThisPriority, lambda it: proposing(it, policy=only_at(Priority.P1))),
    (running.HasNoDryRun, lambda it: proposing(replace(it, is_drill=True))),
    (running.HasNoDryRun, lambda it: approving(replace(run(it, proposing(it)), is_drill=True))),
    (working.ReportedAlready, lambda it: proposing(run(it, reported(it)))),
    (running.StepMovedOn, lambda it: approving(run(run(it, proposing(it)), reported(it)))),
    (running.ChangedSince, lambda it: approving(run(it, proposing(it)), policy=with_another_path())),
]


def reported(incident: Incident) -> Decision:
    return working.report(incident, CHEN, [ROLLBACK], SLUG, 2, StepOutcome.DONE, "", NOON)


def only_for(*approvers: str) -> Policy:
    return replace(POLICY, actions={"restart": replace(RESTART, approvers=approvers)})


def only_at(priority: Priority) -> Policy:
    return replace(POLICY, actions={"restart": replace(RESTART, priorities=frozenset({priority}))})


def with_another_path() -> Policy:
    return replace(POLICY, actions={"restart": replace(RESTART, target={"path": "/delete"})})


@pytest.mark.parametrize(("refusal", "ask"), REFUSED, ids=lambda one: getattr(one, "__name__", ""))
def test_it_is_refused(refusal: type[Refusal], ask: Any) -> None:
    with pytest.raises(refusal):
        ask(at_work(priority=Priority.P2))


def test_a_dry_run_comes_first_and_the_real_one_only_for_the_same() -> None:
    incident = at_work()
    incident = run(incident, proposing(incident, number=3, typed=()))
    assert first(incident).planned.is_dry
    incident = run(incident, approving(incident, number=3))
    incident = run(incident, ending(incident, RunOutcome.SUCCEEDED))
    assert incident.worked[0].steps[2].outcome is None
    real = run(incident, proposing(incident, number=3, typed=(), last_at={"drain": NOON - minutes(9)})).runs[-1]
    assert not real.planned.is_dry
    changed = replace(POLICY, actions={"drain": replace(TRIED, fixed={"force": "true"})})
    again = run(incident, proposing(incident, number=3, typed=(), policy=changed)).runs[-1]
    assert again.planned.is_dry


def test_in_a_drill_the_dry_run_is_all_there_is() -> None:
    incident = at_work(is_drill=True)
    incident = run(incident, proposing(incident, number=3, typed=()))
    incident = run(incident, approving(incident, number=3))
    incident = run(incident, ending(incident, RunOutcome.SUCCEEDED))
    assert first(incident).planned.is_dry
    assert incident.worked[0].steps[2].outcome is StepOutcome.DONE


def test_nobody_answers_in_time_or_the_engine_does_not() -> None:
    incident = run(at_work(), proposing(at_work()))
    incident = run(incident, running.time_up(incident, due(incident), NOON + minutes(30)))
    assert not first(incident).is_open
    assert not [one for one in incident.waiting if one.kind is DeadlineKind.RUN]

    waiting = under_way()
    unknown = run(waiting, running.time_up(waiting, due(waiting), NOON + minutes(15)))
    ended = first(unknown).ended
    assert ended is not None
    assert ended.outcome is RunOutcome.UNKNOWN
    late = run(unknown, ending(unknown, RunOutcome.SUCCEEDED))
    assert late.worked[0].steps[1].outcome is StepOutcome.DONE

    started = run(waiting, running.started(waiting, 1, "17", "", NOON))
    (event,) = running.time_up(started, due(started), NOON + minutes(15)).events
    assert isinstance(event, t.RunEnded)
    assert event.outcome is RunOutcome.TIMED_OUT


def due(incident: Incident) -> Any:
    (found,) = [one for one in incident.waiting if one.kind is DeadlineKind.RUN]
    return found


def test_of_an_incident_that_is_over_the_end_is_kept_and_nothing_is_ticked() -> None:
    incident = run(under_way(), cancel(under_way(), BO, "it was nothing", NOON, POLICY))
    incident = run(incident, ending(incident, RunOutcome.SUCCEEDED))
    assert first(incident).has_succeeded
    assert incident.worked[0].steps[1].outcome is None


PEOPLE = (DANA, MIA, CHEN)
ACTS = ("propose", "propose", "approve", "approve", "decline", "start", "succeed", "fail", "report", "time")


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(PEOPLE)), max_size=25))
def test_whatever_people_do_nothing_is_approved_twice_or_by_whoever_proposed_it(acts: list[tuple[str, Any]]) -> None:
    incident, now = at_work(), NOON
    for act, who in acts:
        now += minutes(1)
        which = len(incident.runs) or 1
        try:
            match act:
                case "propose":
                    decision = proposing(incident, who, now=now)
                case "approve":
                    decision = approving(incident, who, which=which, now=now)
                case "decline":
                    decision = running.decline(incident, who, SLUG, 2, which, "", now)
                case "start":
                    decision = running.started(incident, which, "1", "", now)
                case "succeed":
                    decision = ending(incident, RunOutcome.SUCCEEDED, which)
                case "fail":
                    decision = ending(incident, RunOutcome.FAILED, which)
                case "report":
                    decision = reported(incident)
                case _:
                    open_ones = [one for one in incident.waiting if one.kind is DeadlineKind.RUN]
                    decision = running.time_up(incident, open_ones[0], now) if open_ones else Decision(())
        except Refusal:
            continue
        incident = run(incident, decision)
    assert sum(one.is_open for one in incident.runs) <= 1
    for one in incident.runs:
        assert one.approved is None or one.approved.actor != one.proposed.actor
        assert one.approved is None or one.declined is None
        assert one.ended is None or one.approved is not None
    waits = [one for one in incident.waiting if one.kind is DeadlineKind.RUN]
    assert len(waits) == sum(one.is_open for one in incident.runs)
