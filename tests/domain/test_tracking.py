"""What trackers are told, and what becomes of what they say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import timeline as t
from bot.domain.effects import FileIssue, UpdateIssue
from bot.domain.followup import agree, change, end
from bot.domain.incident import Incident, Issue
from bot.domain.policy import Policy, TrackerPlace
from bot.domain.tracking import OWN, Told, filed, is_watched, lost, seen
from bot.domain.vocabulary import DeadlineKind, FollowUpState, Priority, TrackerKind
from tests.domain.given import BO, CHEN, DANA, NOON, POLICY, after_events, declared, declaring, effects, run
from tests.store.samples import SAMPLES

DUE, LATER = date(2026, 3, 18), date(2026, 4, 1)
OPEN, DONE, DROPPED = FollowUpState
ISSUE = Issue("work", "12", "OPS-12", "https://x.example/OPS-12", ("owner", "due"))


def place(name: str = "work", **more: object) -> TrackerPlace:
    return replace(TrackerPlace(name, TrackerKind.GITHUB, "https://x.example", "a/b", "T"), **more)  # type: ignore[arg-type]


def tracking(*places: TrackerPlace) -> Policy:
    return replace(POLICY, trackers={one.name: one for one in places})


def with_issue(holds: tuple[str, ...] = ("owner", "due"), owner: str | None = DANA) -> Incident:
    """INC-42 with a follow-up that has an issue."""
    it = run(declared(), agree(BO, "rotate keys", owner, DUE, NOON, POLICY))  # type: ignore[arg-type]
    return run(it, filed(it, it.last_seq, replace(ISSUE, holds=holds), it.last_seq, NOON))


def said(it: Incident, told: Told) -> Incident:
    return run(it, seen(it, it.follow_ups[0].seq, told, NOON, POLICY))


def told_of(decided: object, before: Incident | None, policy: Policy) -> list[tuple[str, str]]:
    found = effects(before, decided, policy)  # type: ignore[arg-type]
    return [(type(one).__name__, one.to) for one in found if isinstance(one, FileIssue | UpdateIssue)]


def test_a_follow_up_goes_to_the_first_tracker_that_fits() -> None:
    policy = tracking(
        place("others", services=frozenset({"search"})),
        place("majors", follow_ups=False, incidents=frozenset({Priority.P1})),
        place("work"),
        place("more"),
    )
    agreed = agree(BO, "rotate keys", None, DUE, NOON, policy)
    assert told_of(agreed, declared(), policy) == [("FileIssue", "work")]
    assert told_of(agreed, declared(), POLICY) == []
    linked = agree(BO, "rotate keys", None, DUE, NOON, policy, link="https://x.example/OPS-1")
    assert told_of(linked, declared(), policy) == [], "it is tracked there already"


def test_private_ones_go_only_where_the_policy_says_so() -> None:
    agreed = agree(BO, "rotate keys", None, DUE, NOON, POLICY)
    hidden = declared(is_private=True)
    assert told_of(agreed, hidden, tracking(place())) == []
    assert told_of(agreed, hidden, tracking(place(), place("safe", is_private=True))) == [("FileIssue", "safe")]


def test_an_incident_has_an_issue_once_it_is_bad_enough() -> None:
    policy = tracking(place(incidents=frozenset({Priority.P1, Priority.P2})))
    assert told_of(declaring(policy=policy), None, policy) == [("FileIssue", "work")]
    minor = declared(Priority.P3)
    (worse,) = (one for one in SAMPLES if isinstance(one, t.Reclassified))
    worse = replace(worse, priority=Priority.P2, was=Priority.P3)
    decided = replace(declaring(), events=(worse,))
    assert told_of(decided, minor, policy) == [("FileIssue", "work")]
    assert told_of(decided, replace(minor, is_drill=True), policy) == []
    assert told_of(decided, replace(minor, issue=ISSUE), policy) == []
    worst = replace(declaring(), events=(replace(worse, priority=Priority.P1, was=Priority.P2),))
    assert told_of(worst, declared(Priority.P2), policy) == [], "it has one, or soon will"


def test_what_people_change_in_slack_is_brought_there() -> None:
    it = with_issue()
    assert told_of(change(it, BO, 1, CHEN, None, NOON, POLICY), it, POLICY) == [("UpdateIssue", "work")]
    assert told_of(change(it, BO, 1, None, None, NOON, POLICY, priority=Priority.P1), it, POLICY) == []
    assert told_of(end(it, BO, 1, DONE, "", NOON), it, POLICY) == [("UpdateIssue", "work")]
    own = replace(it, issue=ISSUE)
    renamed = replace(declaring(), events=(t.TitleCorrected(at=NOON, title="x", renames_channel=False),))
    assert told_of(renamed, own, POLICY) == [("UpdateIssue", "work")]


def test_what_changed_while_it_was_being_filed_follows() -> None:
    it = run(declared(), agree(BO, "rotate keys", DANA, DUE, NOON, POLICY))
    of = it.last_seq
    assert told_of(filed(it, of, ISSUE, it.last_seq, NOON), it, POLICY) == []
    late = run(it, lambda one: end(one, BO, 1, DONE, "", NOON))
    assert told_of(filed(late, of, ISSUE, it.last_seq, NOON), late, POLICY) == [("UpdateIssue", "work")]
    assert filed(with_issue(), of, ISSUE, of, NOON).events == ()


def test_the_tracker_is_right_about_state_owner_and_due_date() -> None:
    it = said(with_issue(), Told(DONE, CHEN, "", LATER))
    one = it.follow_ups[0]
    assert (one.state, one.owner, one.due, one.ended_at) == (DONE, CHEN, LATER, NOON)
    assert not [due for due in it.deadlines if due.kind is DeadlineKind.FOLLOW_UP and due.is_open]
    again = said(it, Told(OPEN, None, "Eva Novak", LATER))
    one = again.follow_ups[0]
    assert (one.state, one.owner, one.owner_name, one.ended_at) == (OPEN, None, "Eva Novak", None)
    owed = [due.promised_at.date() for due in again.deadlines if due.kind is DeadlineKind.FOLLOW_UP and due.is_open]
    assert set(owed) == {LATER}
    nobody = said(again, Told(OPEN)).follow_ups[0]
    assert (nobody.owner, nobody.owner_name, nobody.due) == (None, "", None)


def test_what_never_stood_there_is_not_taken_away() -> None:
    it = with_issue(holds=())
    assert said(it, Told(OPEN)) == it
    seen_there = said(it, Told(OPEN, DANA))
    assert seen_there.follow_ups[0].issue == replace(ISSUE, holds=("owner",)), "from now on it counts there"
    assert effects(it, seen(it, it.follow_ups[0].seq, Told(OPEN, DANA), NOON, POLICY)) == ()
    assert said(seen_there, Told(OPEN)).follow_ups[0].owner is None
    assert said(seen_there, Told(OPEN)).follow_ups[0].due == DUE


@given(
    st.lists(
        st.builds(
            Told,
            st.sampled_from(FollowUpState),
            st.sampled_from((None, DANA, CHEN)),
            st.just(""),
            st.sampled_from((None, DUE, LATER)),
        ),
        max_size=6,
    )
)
def test_whatever_is_said_the_incident_goes_on_and_the_same_is_no_news_twice(course: list[Told]) -> None:
    it = with_issue()
    for told in course:
        after = said(it, told)
        assert (after.status, after.priority, after.commander) == (it.status, it.priority, it.commander)
        assert (after.follow_ups[0].state, after.follow_ups[0].owner) == (told.state, told.owner)
        assert said(after, told) == after
        followed = effects(it, seen(it, it.follow_ups[0].seq, told, NOON, POLICY))
        assert not [one for one in followed if isinstance(one, FileIssue | UpdateIssue)]
        it = after


def test_an_incidents_own_issue_changes_nothing_about_it() -> None:
    it = run(declared(), filed(declared(), OWN, ISSUE, 1, NOON))
    assert it.issue == ISSUE
    decided = seen(it, OWN, Told(DONE), NOON, POLICY)
    closed = run(it, decided)
    assert (closed.status, closed.issue) == (it.status, replace(ISSUE, is_open=False))
    assert seen(closed, OWN, Told(DONE), NOON, POLICY).events == ()
    over = after_events(it, t.IncidentCancelled(at=NOON, by=BO, reason="a false alarm"))
    assert seen(over, OWN, Told(DONE), NOON, POLICY).events == (), "it is as it should be"


def test_what_is_gone_is_tracked_by_muster_alone_again() -> None:
    it = with_issue()
    of = it.follow_ups[0].seq
    gone = run(it, lost(it, of, NOON))
    assert (gone.follow_ups[0].issue, gone.follow_ups[0].link) == (None, None)
    assert lost(gone, of, NOON).events == seen(gone, of, Told(DONE), NOON, POLICY).events == ()


@pytest.mark.parametrize(("days", "is_looked_at"), [(13, True), (15, False)])
def test_what_is_over_is_looked_at_for_a_while(days: int, is_looked_at: bool) -> None:
    it = said(with_issue(), Told(DONE, DANA, "", DUE))
    of = it.follow_ups[0].seq
    assert is_watched(it, of, NOON + timedelta(days=days)) is is_looked_at
    assert is_watched(with_issue(), of, NOON + timedelta(days=days))
    assert not is_watched(it, OWN, NOON)
