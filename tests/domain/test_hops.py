"""How far each page came, read from the timeline alone."""

from datetime import datetime, timedelta

from bot.domain import timeline as t
from bot.domain.document import Paged
from bot.domain.hops import hops
from bot.domain.vocabulary import DeadlineKind
from tests.domain.given import A_CRITICAL_ONE, BO, CHEN, DANA, NOON, POLICY, declaring

LATE = NOON + timedelta(minutes=5)
BEGUN = declaring(A_CRITICAL_ONE, NOON, POLICY).events


def rung(*pages: t.Page, deadline: DeadlineKind = DeadlineKind.ACKNOWLEDGE, seconds: float = 0) -> t.EscalationTold:
    rungs = t.Rungs(taken=1, told=tuple(one.person for one in pages), pages=pages, next_at=None)
    return t.EscalationTold(at=LATE + timedelta(seconds=seconds), deadline=deadline, due_at=NOON, rungs=rungs)


def read(*events: t.AnyEvent) -> tuple[Paged, ...]:
    """Of those after the declaration; the first of them has the `seq` that hops name."""
    return hops([t.Recorded(number, one.at, one) for number, one in enumerate((*BEGUN, *events), 1)])


SEQ = len(BEGUN) + 1
OF_BO, OF_CHEN = t.Page(BO, "pagerduty"), t.Page(CHEN, "jira")


def taken(seconds: float, page: t.Page = OF_BO, of: int = SEQ) -> t.PageTaken:
    when = LATE + timedelta(seconds=seconds)
    return t.PageTaken(at=when, of=of, person=page.person, pager=page.pager, asked_at=LATE)


def seen(seconds: float, page: t.Page = OF_BO) -> t.PageSeen:
    when = LATE + timedelta(seconds=seconds)
    return t.PageSeen(at=when, of=SEQ, person=page.person, pager=page.pager, asked_at=LATE)


def soon(seconds: float) -> datetime:
    return LATE + timedelta(seconds=seconds)


def test_each_hop_of_each_page_has_its_time_and_whoever_accepts_answers_all() -> None:
    accepted = t.CommandAccepted(at=LATE + timedelta(seconds=90), by=BO)
    found = read(rung(OF_BO, OF_CHEN), taken(1), taken(3, OF_CHEN), seen(40), taken(60), accepted, taken(99))
    assert found == (
        Paged(BO, "pagerduty", LATE, soon(1), soon(40), soon(90), BO),
        Paged(CHEN, "jira", LATE, soon(3), None, soon(90), BO),
    )


def test_what_could_not_be_sent_is_late_and_may_be_taken_afterwards() -> None:
    not_sent = t.PageNotSent(at=LATE + timedelta(seconds=30), of=SEQ, person=BO, pager="pagerduty")
    assert read(rung(OF_BO), not_sent) == (Paged(BO, "pagerduty", LATE, is_late=True),)
    assert read(rung(OF_BO), not_sent, taken(45)) == (Paged(BO, "pagerduty", LATE, soon(45), is_late=True),)


def test_a_page_about_an_update_is_answered_by_the_update_and_not_by_time_or_by_slack() -> None:
    update = rung(OF_BO, deadline=DeadlineKind.UPDATE)
    posted = t.UpdatePosted(at=LATE + timedelta(seconds=70), by=DANA, update=t.Update("x", "", ""), next_update=None)
    assert read(update, posted) == (Paged(BO, "pagerduty", LATE, answered_at=soon(70), answered_by=DANA),)
    lost = t.SlackLost(at=LATE, since=NOON, pages=(OF_BO,))
    regained = t.SlackRegained(at=LATE + timedelta(seconds=70), lost_at=NOON, paged=(BO,))
    assert read(lost, regained) == (Paged(BO, "pagerduty", LATE),)


def test_whoever_is_called_by_each_step_stands_once_for_each() -> None:
    again = rung(OF_BO, seconds=600)
    found = read(rung(OF_BO), again, taken(601, of=SEQ + 1))
    assert [(one.asked_at, one.taken_at) for one in found] == [(LATE, None), (soon(600), soon(601))]


def test_where_no_pager_called_anybody_there_is_nothing() -> None:
    assert read(t.NoteAdded(at=LATE, by=BO, text="quiet")) == ()
    assert read(rung(t.Page(BO, "")), t.CommandAccepted(at=LATE, by=BO)) == ()
