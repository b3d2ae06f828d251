"""Problems: linked and unlinked, explained, solved; and what an incident leaves behind to be found again."""

from dataclasses import replace

import pytest

from bot.domain import timeline as t
from bot.domain.actor import Person
from bot.domain.disclosing import disclose
from bot.domain.effects import Announce
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.domain.problem import (
    TITLE,
    Problem,
    ProblemIsPublic,
    explain,
    lesson,
    link,
    open_problem,
    recall,
    solve,
    unlink,
)
from bot.domain.refusal import NothingToChange
from bot.domain.sections import Written
from bot.domain.vocabulary import Priority, Section
from tests.domain.given import BO, CHEN, DANA, NOON, POLICY, after, declared, effects, fold_all, run

NOW = after(90)
POOL = Problem(3, "the pool is small", Person(DANA), NOON, cause="50 connections", workaround="restart the pool")
LINKED = t.ProblemLinked(at=NOW, by=BO, problem=3, title="the pool is small")


def linked() -> Incident:
    return run(declared(), lambda it: link(it, BO, POOL, NOW))


def test_a_problem_is_opened_with_its_first_incident() -> None:
    decision = open_problem(declared(), BO, 3, "the pool is small", NOW)
    assert decision.events == (t.ProblemLinked(at=NOW, by=BO, problem=3, title="the pool is small", is_new=True),)
    assert effects(declared(), decision)[0] == Announce(decision.events[0])
    assert run(declared(), decision).problem == 3


def test_a_title_is_kept_as_far_as_there_is_room() -> None:
    (event,) = open_problem(declared(), BO, 3, "x" * 1_000, NOW).events
    assert isinstance(event, t.ProblemLinked)
    assert event.title == "x" * TITLE


def test_linking_tells_the_incident_what_is_known_to_help() -> None:
    (event,) = link(declared(), BO, POOL, NOW).events
    assert event == replace(LINKED, workaround="restart the pool")


def test_an_incident_has_one_cause_at_a_time() -> None:
    with pytest.raises(NothingToChange, match=r"INC-42 is already linked to PRB-3; .*unlink"):
        open_problem(linked(), BO, 4, "the cache is cold", NOW)
    with pytest.raises(NothingToChange, match="is already linked to PRB-3"):
        link(linked(), BO, POOL, NOW)
    assert run(linked(), lambda it: link(it, BO, replace(POOL, number=4), NOW)).problem == 4


def test_after_unlinking_another_can_be_opened() -> None:
    free = run(linked(), lambda _: unlink(BO, POOL, "another cause", NOW))
    assert free.problem is None
    assert run(free, lambda it: open_problem(it, BO, 4, "the cache is cold", NOW)).problem == 4


def test_problems_are_read_by_everybody_so_a_hidden_incident_cannot_have_one() -> None:
    hidden = declared(is_private=True)
    with pytest.raises(ProblemIsPublic, match=r"INC-42 is private.*`/incident open <reason>`"):
        open_problem(hidden, BO, 3, "the pool is small", NOW)
    with pytest.raises(ProblemIsPublic):
        link(hidden, BO, POOL, NOW)
    listed = run(hidden, lambda it: disclose(it, BO, "customers were told", NOW, POLICY))
    assert run(listed, lambda it: link(it, BO, POOL, NOW)).problem == 3


@pytest.mark.parametrize(
    ("cause", "workaround", "is_new"),
    [
        ("50 connections", "", False),
        ("", "restart the pool", False),
        ("50 connections", "restart the pool", False),
        ("", "", False),
        ("20 connections", "", True),
        ("", "restart it twice", True),
        ("50 connections", "restart it twice", True),
        ("20 connections", "restart the pool", True),
    ],
)
def test_explaining_is_refused_only_where_nothing_of_it_is_new(cause: str, workaround: str, is_new: bool) -> None:
    if not is_new:
        with pytest.raises(NothingToChange, match="PRB-3 already says that; nothing was changed"):
            explain(BO, POOL, NOW, cause=cause, workaround=workaround)
        return
    (event,) = explain(BO, POOL, NOW, cause=cause, workaround=workaround).events
    assert isinstance(event, t.ProblemExplained)
    assert (event.problem, event.cause, event.workaround) == (3, cause, workaround)


def test_a_problem_is_solved_once() -> None:
    (event,) = solve(BO, POOL, "a larger pool", NOW).events
    assert isinstance(event, t.ProblemSolved)
    assert (event.problem, event.how) == (3, "a larger pool")
    with pytest.raises(NothingToChange, match="PRB-3 is already solved"):
        solve(BO, replace(POOL, solved_at=NOON), "again", NOW)


def test_nothing_alike_is_not_told() -> None:
    assert recall((), NOW) is None
    alike = t.PastIncident(IncidentNumber(12), "checkout fails", "rolled back")
    decision = recall([alike], NOW)
    assert decision is not None
    assert decision.events == (t.PastRecalled(at=NOW, alike=(alike,)),)
    assert effects(declared(), decision) == (Announce(decision.events[0]),)


DECLARED = t.IncidentDeclared(
    at=NOON,
    by=DANA,
    number=IncidentNumber(42),
    title="checkout returns 500s",
    priority=Priority.P1,
    why="",
    service="checkout",
    category="outage",
    user_impact="nobody can pay",
    asked=BO,
    acknowledge=t.Promise(after(5)),
    next_update=t.Promise(after(15)),
)
POSTED = t.UpdatePosted(at=after(10), by=BO, update=t.Update("half of them fail", "looking", "a database expert"))
MITIGATED = t.IncidentMitigated(at=after(20), by=BO, what="moved the traffic")
RESOLVED = t.IncidentResolved(at=after(30), by=BO, what="a larger pool")
WRITTEN = {Section.FACTORS: Written(Section.FACTORS, 1, "month end doubles the load", CHEN, after(60))}


def learned(*events: t.AnyEvent) -> tuple[str, str]:
    """The words and the fix that are kept of an incident with these events."""
    timeline = [t.Recorded(seq, event.at, event) for seq, event in enumerate((DECLARED, *events), start=1)]
    kept = lesson(fold_all((DECLARED, *events)), timeline, WRITTEN)
    return kept.words, kept.fixed_by


def test_what_tells_what_it_was_like_is_kept_and_what_was_asked_for_is_not() -> None:
    words, _ = learned(POSTED)
    assert words.split("\n") == ["nobody can pay", "outage", "half of them fail"]


def test_the_last_thing_that_helped_is_what_fixed_it() -> None:
    assert learned()[1] == ""
    assert learned(MITIGATED)[1] == "moved the traffic"
    assert learned(MITIGATED, RESOLVED)[1] == "a larger pool"


def test_what_was_written_in_a_review_counts_once_it_is_approved() -> None:
    started = (RESOLVED, t.ReviewStarted(at=after(50), by=BO))
    assert "month end" not in learned(*started)[0]
    assert "month end doubles the load" in learned(*started, t.ReviewApproved(at=after(70), by=CHEN))[0]
    reopened = t.ReviewReopened(at=after(80), by=CHEN, reason="more was learned")
    assert "month end" not in learned(*started, t.ReviewApproved(at=after(70), by=CHEN), reopened)[0]


def test_a_lesson_has_the_version_of_the_timeline_it_was_made_of() -> None:
    incident = fold_all((DECLARED, POSTED, LINKED))
    kept = lesson(incident, [], {})
    assert (kept.number, kept.version, kept.problem) == (42, 3, 3)
    assert (kept.title, kept.service) == ("checkout returns 500s", "checkout")
