"""Working through runbooks: whoever clicks first is told nothing else, and no step is lost or told twice."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import status, working
from bot.domain import timeline as t
from bot.domain.decision import Decision
from bot.domain.effects import Announce, PostRunbook, RefreshCard, RefreshRunbook
from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.incident import Incident
from bot.domain.refusal import AlreadyOver, NothingToChange, Refusal
from bot.domain.runbook import NoRunbookYet, NoSuchStep, Step, UnknownRunbook, WhyNotDone
from bot.domain.vocabulary import ChannelLoss, DeadlineKind, StepOutcome
from tests.domain.given import (
    BO,
    CHEN,
    DANA,
    FAILOVER,
    NOON,
    POLICY,
    ROLLBACK,
    SECURITY,
    Verb,
    after,
    after_events,
    commanded,
    effects,
    minutes,
    run,
)

ALL = (ROLLBACK, FAILOVER, SECURITY)
DONE, SKIPPED, FAILED = StepOutcome.DONE, StepOutcome.SKIPPED, StepOutcome.FAILED
SLUG, OTHER = ROLLBACK.slug, FAILOVER.slug
CHANNEL, TS = ChannelId("C42"), MessageTs("1.000001")


def starting(slug: str | None = SLUG, by: SlackUserId = BO, at: datetime = NOON) -> Verb:
    return lambda it: working.start(it, by, ALL, slug, at)


def taking(
    number: int, by: SlackUserId = BO, wait: timedelta | None = None, slug: str | None = SLUG, at: datetime = NOON
) -> Verb:
    return lambda it: working.take(it, by, slug, number, at, wait)


def reporting(
    number: int,
    outcome: StepOutcome = DONE,
    note: str = "",
    by: SlackUserId = BO,
    slug: str | None = SLUG,
    at: datetime = NOON,
    *,
    is_in_hand: bool = False,
) -> Verb:
    return lambda it: working.report(it, by, ALL, slug, number, outcome, note, at, is_in_hand=is_in_hand)


def stopping(slug: str | None = SLUG, by: SlackUserId = BO, at: datetime = NOON) -> Verb:
    return lambda it: working.stop(it, by, slug, "mitigated meanwhile", at)


def at_work(*verbs: Verb) -> Incident:
    started = run(commanded(), starting())
    posted = t.RunbookPosted(at=NOON, slug=SLUG, channel=CHANNEL, ts=TS)
    return run(after_events(started, posted), *verbs)


def timer(incident: Incident) -> list[datetime]:
    return [one.due_at for one in incident.open_deadlines() if one.kind is DeadlineKind.STEP]


def test_a_runbook_that_is_started_is_linked_and_shown_once() -> None:
    before = commanded()
    decision = working.start(before, BO, ALL, SLUG, NOON)
    assert [type(one) for one in effects(before, decision)] == [PostRunbook, RefreshCard]
    incident = run(before, decision)
    runbook = incident.working(SLUG)
    assert runbook is not None
    assert ([one.slug for one in incident.runbooks], incident.last_runbook) == ([SLUG], SLUG)
    assert [one.title for one in runbook.steps] == ["Find the change", "Roll it back", "Watch"]
    assert ([one.number for one in runbook.in_hand], runbook.behind, runbook.is_finished) == ([1], 0, False)


def test_a_file_that_changes_meanwhile_changes_no_step_that_people_work_on() -> None:
    edited = replace(ROLLBACK, steps=(Step(1, "Something else"),))
    incident = at_work()
    decision = working.report(incident, BO, [edited], SLUG, 3, DONE, "", NOON)
    assert [one.step for one in decision.events if isinstance(one, t.StepReported)] == ["Watch"]
    assert run(incident, working.report(incident, BO, [], SLUG, 3, DONE, "", NOON)).steps[-1].step == "Watch"


@pytest.mark.parametrize(
    ("before", "verb", "refusal", "told"),
    [
        ((), starting(), working.StartedAlready, "<@UBO> started “Roll back a bad change” at .*<#C42>"),
        ((), starting("security-report"), working.NothingToWorkThrough, "no numbered steps"),
        ((), taking(4), NoSuchStep, "has steps 1 to 3"),
        ((), taking(1, slug=OTHER), working.NotStarted, "Nobody has started “database-failover”"),
        ((taking(1),), taking(1), NothingToChange, "You already have step 1"),
        ((taking(1),), taking(1, CHEN), working.TakenAlready, "<@UBO> has had step 1"),
        ((reporting(1),), taking(1, CHEN), working.ReportedAlready, "<@UBO> reported step 1 of .* done at"),
        ((reporting(1),), reporting(1, by=CHEN), working.ReportedAlready, "step bad-change 1 fail"),
        ((reporting(1, FAILED, "hangs"),), reporting(1), working.ReportedAlready, "step bad-change 1 done it worked"),
        ((reporting(1),), reporting(1, SKIPPED, "x", CHEN, is_in_hand=True), working.ReportedAlready, "done at"),
        ((stopping(),), stopping(by=CHEN), working.StoppedAlready, "<@UBO> stopped “Roll back a bad change” at "),
        ((stopping(),), reporting(1), working.StoppedAlready, "`/incident runbook bad-change start` begins it anew"),
        ((stopping(),), taking(1), working.StoppedAlready, "mitigated meanwhile"),
        ((stopping(),), stopping(slug=None), working.NothingToStop, "No runbook is being worked through in INC-"),
        ((), stopping(OTHER), working.NotStarted, "Nobody has started “database-failover”"),
        ((starting(OTHER),), stopping(slug=None), working.WhichToStop, "runbook stop database-failover <reason>"),
        ((reporting(1), reporting(2), reporting(3)), stopping(), working.FinishedAlready, "nothing left to stop"),
        ((), reporting(1, SKIPPED), WhyNotDone, "Say why step 1 is skipped"),
        ((), taking(1, wait=timedelta(days=2)), working.WaitTooLong, "a day at most"),
    ],
)
def test_what_would_change_nothing_or_cannot_be_is_refused_in_words(
    before: tuple[Verb, ...], verb: Verb, refusal: type[Refusal], told: str
) -> None:
    with pytest.raises(refusal, match=told):
        verb(at_work(*before))


def judging(note: str = "", by: SlackUserId = BO, slug: str = SLUG, *, helped: bool = True) -> Verb:
    return lambda it: working.judge(it, by, ALL, slug, note, NOON, helped=helped)


def test_whether_a_runbook_helped_is_said_once_and_what_is_said_last_counts() -> None:
    finished = at_work(reporting(1), reporting(2), reporting(3))
    assert [type(one) for one in effects(finished, judging()(finished))] == [RefreshRunbook]
    incident = run(finished, judging(), judging("it only hid the fault", CHEN, helped=False))
    (said,) = incident.judgements
    assert (said.by, said.helped, said.note) == (CHEN, False, "it only hid the fault")
    with pytest.raises(NothingToChange, match="That is noted of “Roll back a bad change” already"):
        judging("it only hid the fault", helped=False)(incident)


def test_a_runbook_that_nobody_linked_is_linked_by_the_judgement_also_once_all_is_over() -> None:
    over = run(commanded(), status.cancel(commanded(), BO, "a test", NOON, POLICY))
    assert effects(over, judging()(over)) == ()
    incident = run(over, judging())
    assert ([one.slug for one in incident.runbooks], incident.worked) == ([SLUG], ())
    with pytest.raises(UnknownRunbook, match="Did you mean `bad-change`"):
        judging(slug="bad-chance")(incident)


def test_before_any_runbook_there_is_nothing_to_start_or_take() -> None:
    for verb in (starting(None), taking(1, slug=None), lambda it: working.require_open(it, BO, None, 1)):
        with pytest.raises(NoRunbookYet):
            verb(commanded())
    over = run(commanded(), status.cancel(commanded(), BO, "a test", NOON, POLICY))
    with pytest.raises(AlreadyOver):
        starting()(over)


def test_what_was_said_is_corrected_by_whoever_says_why() -> None:
    incident = at_work(reporting(1, FAILED, "it hangs"), reporting(1, DONE, "the second time", CHEN))
    runbook = incident.working(SLUG)
    assert runbook is not None
    assert (runbook.behind, runbook.failed) == (1, 0)
    assert [one.note for one in incident.steps] == ["it hangs", "the second time"]


def test_work_on_a_runbook_edits_its_message_and_writes_no_other() -> None:
    incident = at_work()
    for verb in (taking(1), taking(1, wait=minutes(5)), reporting(1), reporting(2, FAILED, "no access")):
        followed = effects(incident, verb(incident))
        assert {type(one) for one in followed} == {RefreshRunbook, RefreshCard}
        incident = run(incident, verb)


def test_a_step_that_has_waited_is_told_once_to_whoever_has_it() -> None:
    incident = at_work(taking(1, wait=minutes(10)))
    (deadline,) = [one for one in incident.open_deadlines() if one.kind is DeadlineKind.STEP]
    decision = working.time_up(incident, deadline, after(10))
    assert [type(one) for one in effects(incident, decision)] == [Announce, RefreshRunbook]
    (event,) = decision.events
    assert isinstance(event, t.StepTimeUp)
    assert (event.to, event.step) == (BO, "Find the change")
    later = run(incident, decision)
    assert timer(later) == []
    runbook = later.working(SLUG)
    assert runbook is not None
    assert (runbook.steps[0].holder, runbook.steps[0].remind_at) == (BO, None)


def test_a_later_timer_takes_the_place_of_the_first_and_no_timer_outlives_its_step() -> None:
    incident = at_work(taking(1, wait=minutes(10)), taking(1, CHEN, minutes(30)))
    assert timer(incident) == [after(30)]
    assert timer(run(incident, reporting(1))) == []
    assert timer(run(incident, status.cancel(incident, BO, "a test", NOON, POLICY))) == []


def test_of_several_under_way_a_step_without_a_name_is_of_whoever_has_it() -> None:
    incident = at_work(starting(OTHER, CHEN))
    with pytest.raises(working.WhichRunbook, match="Under way: `bad-change`, `database-failover`"):
        reporting(1, slug=None)(incident)
    theirs = run(incident, taking(1), taking(1, CHEN, slug=OTHER))
    for by, slug in ((BO, SLUG), (CHEN, OTHER)):
        (event,) = reporting(1, by=by, slug=None)(theirs).events
        assert isinstance(event, t.StepReported)
        assert event.slug == slug


def test_what_several_people_have_is_in_hand_beside_the_next() -> None:
    runbook = at_work(taking(2), taking(3, CHEN)).working(SLUG)
    assert runbook is not None
    assert [one.number for one in runbook.in_hand] == [1, 2, 3]


def test_one_that_is_through_may_be_started_again() -> None:
    through = at_work(*(reporting(number) for number in (1, 2, 3)))
    again = run(through, starting(at=after(9))).working(SLUG)
    assert again is not None
    assert (again.behind, again.started_at, again.shown) == (0, after(9), None)


def test_one_that_is_stopped_ends_with_its_timers_and_what_was_not_reached_is_not_done() -> None:
    incident = at_work(
        starting(OTHER), reporting(1), taking(2, CHEN, minutes(10)), taking(1, slug=OTHER, wait=minutes(5))
    )
    decision = stopping(slug=SLUG, at=after(3))(incident)
    assert [type(one) for one in effects(incident, decision)] == [Announce, RefreshRunbook, RefreshCard]
    (event,) = decision.events
    assert isinstance(event, t.RunbookStopped)
    assert (event.title, event.not_done) == ("Roll back a bad change", (2, 3))
    stopped = run(incident, decision)
    assert timer(stopped) == [after(5)]
    runbook = stopped.working(SLUG)
    assert runbook is not None
    assert (runbook.in_hand, runbook.is_under_way, runbook.is_finished) == ((), False, False)
    assert [one.outcome for one in runbook.steps] == [DONE, None, None]

    assert run(stopped, reporting(1, slug=None)).steps[-1].slug == OTHER
    assert run(stopped, reporting(1, FAILED, "the errors are back", CHEN)).steps[-1].outcome is FAILED

    again = run(stopped, starting(at=after(9))).working(SLUG)
    assert again is not None
    assert (again.stopped, again.behind, [one.number for one in again.in_hand]) == (None, 0, [1])


def test_a_message_that_was_deleted_is_posted_anew_and_an_old_one_is_not() -> None:
    incident = at_work()
    assert working.lost(incident, SLUG, MessageTs("0.9"), NOON).events == ()
    lost = working.lost(incident, SLUG, TS, NOON)
    assert [type(one) for one in effects(incident, lost)] == [PostRunbook]
    assert working.lost(run(incident, lost), SLUG, TS, NOON).events == ()


def test_messages_lose_their_buttons_with_the_end_and_move_with_the_channel() -> None:
    incident = at_work()
    over = effects(incident, status.cancel(incident, BO, "a test", NOON, POLICY))
    assert [one.slug for one in over if isinstance(one, RefreshRunbook)] == [SLUG]
    moved = t.ChannelReplaced(at=NOON, was=CHANNEL, loss=ChannelLoss.DELETED)
    followed = effects(incident, Decision((moved,)))
    assert [one.slug for one in followed if isinstance(one, PostRunbook)] == [SLUG]


DEEDS = st.tuples(
    st.sampled_from((SLUG, OTHER, None)),
    st.integers(1, 3),
    st.sampled_from(("start", "take", "wait", "done", "skip", "fail", "stop", "tick", "cancel", "reopen")),
    st.sampled_from((BO, CHEN, DANA)),
    st.sampled_from(("", "the console is slow")),
)


@given(st.lists(DEEDS, max_size=30))
def test_whatever_people_click_in_whatever_order_each_step_has_one_state(
    deeds: list[tuple[str | None, int, str, SlackUserId, str]],
) -> None:
    incident, now = run(commanded(), starting()), NOON
    for slug, number, deed, by, note in deeds:
        now += minutes(4)
        before = incident
        incident = run(incident, *_told(incident, now))
        try:
            incident = run(incident, _verb(slug, number, deed, by, note, now))
        except Refusal:
            assert incident.worked == run(before, *_told(before, now)).worked
        reports = [one for one in incident.steps if incident.working(one.slug)]
        for runbook in incident.worked:
            known = {one.number: one for one in reports if one.slug == runbook.slug and one.at >= runbook.started_at}
            assert {one.number: one.report for one in runbook.steps if one.report} == known
            assert all(one.report is None for one in runbook.in_hand)
            assert runbook.is_under_way == bool(runbook.in_hand)
        waiting = [
            one.remind_at
            for runbook in incident.worked
            for one in runbook.steps
            if one.remind_at and one.report is None
        ]
        assert incident.status.is_over or sorted(timer(incident)) == sorted(waiting)
        assert not (incident.status.is_over and timer(incident))


def _verb(slug: str | None, number: int, deed: str, by: SlackUserId, note: str, now: datetime) -> Verb:
    outcomes = {"done": DONE, "skip": SKIPPED, "fail": FAILED}
    match deed:
        case "start":
            return starting(slug, by, now)
        case "take":
            return taking(number, by, None, slug, now)
        case "stop":
            return stopping(slug, by, now)
        case "wait":
            return taking(number, by, minutes(10), slug, now)
        case "cancel":
            return lambda it: status.cancel(it, by, "a test", now, POLICY)
        case "reopen":
            return lambda it: status.reopen(it, by, "it is back", now, POLICY)
        case "tick":
            return lambda _: Decision(())
        case _:
            return reporting(number, outcomes[deed], note, by, slug, now)


def _told(incident: Incident, now: datetime) -> list[Decision]:
    due = [one for one in incident.open_deadlines() if one.kind is DeadlineKind.STEP and one.due_at <= now]
    return [working.time_up(incident, one, one.due_at) for one in due]
