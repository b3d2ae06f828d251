"""Linking runbooks, reporting their steps."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import runbook as rules
from bot.domain import timeline as t
from bot.domain.effects import Announce
from bot.domain.folding import fold
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.refusal import AlreadyOver
from bot.domain.vocabulary import Priority, StepOutcome
from tests.domain.given import BAD_CHANGE, BY_NAME, FAILOVER, SECURITY, effects

DANA = SlackUserId("UDANA")
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SOON = t.Promise(NOON + timedelta(minutes=15))

ALL = (FAILOVER, BAD_CHANGE, SECURITY)


def test_an_unknown_slug_is_refused_with_the_nearest() -> None:
    assert rules.find(ALL, "bad-change") is BAD_CHANGE
    with pytest.raises(rules.UnknownRunbook, match="Did you mean `database-failover`"):
        rules.find(ALL, "database-failovr")


def incident(*events: t.AnyEvent, runbooks: tuple[t.LinkedRunbook, ...] = ()) -> Incident:
    declared = t.IncidentDeclared(
        at=NOON,
        by=DANA,
        number=IncidentNumber(42),
        title="checkout returns 500s",
        priority=Priority.P1,
        why="",
        asked=DANA,
        acknowledge=SOON,
        next_update=SOON,
        runbooks=runbooks,
    )
    return fold(t.Recorded(seq, event.at, event) for seq, event in enumerate((declared, *events), start=1))


LINKED = (t.LinkedRunbook("database-failover", "Database failover", ""),)
OVER = t.IncidentCancelled(at=NOON, by=DANA, reason="a test")


def reported(
    number: int,
    outcome: StepOutcome = StepOutcome.DONE,
    note: str = "",
    slug: str | None = None,
    of: Incident | None = None,
) -> t.StepReported:
    told = of or incident(runbooks=LINKED)
    (event,) = rules.report_step(told, DANA, ALL, slug, number, outcome, note, NOON).events
    assert isinstance(event, t.StepReported)
    return event


def test_a_runbook_is_linked_and_announced_with_why() -> None:
    decision = rules.link(incident(), DANA, BAD_CHANGE, BY_NAME, NOON)
    (event,) = decision.events
    linked = t.LinkedRunbook(
        "bad-change", "Roll back a bad change", "asked for by name", (BY_NAME,), len(BAD_CHANGE.steps)
    )
    assert event == t.RunbookLinked(at=NOON, by=DANA, runbook=linked)
    assert effects(incident(), decision)[0] == Announce(event)


def test_a_step_is_of_the_runbook_last_touched() -> None:
    assert reported(2).slug == "database-failover"
    assert reported(2).step == "Promote the replica"
    touched = incident(reported(1, slug="bad-change"), runbooks=LINKED)
    assert reported(1, of=touched).slug == "bad-change"


def test_without_a_runbook_there_is_no_step_to_report() -> None:
    with pytest.raises(rules.NoRunbookYet, match="/incident runbook"):
        reported(1, of=incident())


@pytest.mark.parametrize(
    ("slug", "number", "range_"),
    [("database-failover", 0, "steps 1 to 2"), ("database-failover", 3, "steps 1 to 2"), ("bad-change", 2, "1 step;")],
)
def test_a_step_out_of_range_is_refused_with_the_range(slug: str, number: int, range_: str) -> None:
    with pytest.raises(rules.NoSuchStep, match=range_):
        reported(number, slug=slug)


def test_a_step_that_was_not_done_needs_a_reason() -> None:
    with pytest.raises(rules.WhyNotDone, match=r"why step 1 is skipped.*`/incident step 1 skip "):
        reported(1, StepOutcome.SKIPPED)
    with pytest.raises(rules.WhyNotDone, match="why step 1 failed"):
        reported(1, StepOutcome.FAILED)
    assert reported(1, StepOutcome.FAILED, "no access").note == "no access"


def test_once_an_incident_is_over_its_runbooks_rest() -> None:
    with pytest.raises(AlreadyOver):
        rules.link(incident(OVER), DANA, BAD_CHANGE, BY_NAME, NOON)
    with pytest.raises(AlreadyOver):
        reported(1, of=incident(OVER, runbooks=LINKED))
