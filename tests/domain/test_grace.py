"""An update that comes within a minute of its time is on time, everywhere."""

from datetime import timedelta

import pytest

from bot.domain import timeline as t
from bot.domain.document import PostedUpdate
from bot.domain.escalation import taken_back
from bot.domain.grace import grace, is_late
from bot.domain.service_levels import measured
from bot.domain.timeline import Recorded
from bot.domain.update import post_update
from bot.domain.vocabulary import DeadlineKind, DeadlineStep
from tests.domain.given import CHEN, NOON, POLICY, after, commanded, declared, due, run

SECOND = timedelta(seconds=1)
UPDATE_OVERDUE = (DeadlineKind.UPDATE, DeadlineStep.OVERDUE)


@pytest.mark.parametrize(("every", "seconds"), [(240, 60), (15, 60), (10, 60), (5, 30), (1, 6)])
def test_it_is_a_minute_and_less_where_updates_come_more_often(every: int, seconds: int) -> None:
    assert grace(timedelta(minutes=every)) == seconds * SECOND


def test_the_notice_waits_for_it_and_the_promise_stays_what_it_was() -> None:
    incident = declared()
    assert incident.update_due_at is not None
    (notice,) = [one for one in incident.open_deadlines() if (one.kind, one.step) == UPDATE_OVERDUE]
    assert (notice.due_at, notice.promised_at) == (incident.update_due_at + 60 * SECOND, incident.update_due_at)
    reminded = due(incident, DeadlineKind.UPDATE, DeadlineStep.REMIND)
    assert reminded is not None
    assert reminded < incident.update_due_at
    assert due(incident, DeadlineKind.ACKNOWLEDGE) == incident.acknowledge_due_at


@pytest.mark.parametrize(("late", "is_on_time"), [(0, True), (60, True), (61, False)])
def test_record_measures_and_review_say_the_same(late: int, is_on_time: bool) -> None:
    due_at = declared().update_due_at
    assert due_at is not None
    at = due_at + late * SECOND
    (posted,) = post_update(commanded(), CHEN, t.Update("still down"), None, at, POLICY).events
    assert isinstance(posted, t.UpdatePosted)
    incident = run(commanded(), lambda it: post_update(it, CHEN, t.Update("still down"), None, at, POLICY))
    written = PostedUpdate(at, CHEN, "still down", "", "", due_at, None, posted.grace)
    first = next(one for one in measured(incident) if one.name == "update first")

    assert posted.is_on_time is is_on_time
    assert incident.updates_on_time == is_on_time
    assert first.is_kept is is_on_time
    assert (written.is_on_time, written.late_by) == (is_on_time, timedelta() if is_on_time else late * SECOND)
    assert is_late(due_at, at) is not is_on_time


def test_a_notice_of_an_earlier_version_about_an_update_that_was_on_time_is_taken_back() -> None:
    events: tuple[t.AnyEvent, ...] = (
        t.UpdateOverdue(at=NOON, due_at=NOON),
        t.UpdatePosted(at=NOON + 20 * SECOND, by=CHEN, update=t.Update("here"), due_at=NOON),
        t.UpdateOverdue(at=after(15), due_at=after(15)),
        t.UpdatePosted(at=after(17), by=CHEN, update=t.Update("late"), due_at=after(15)),
    )
    assert taken_back([Recorded(seq, one.at, one) for seq, one in enumerate(events, 1)]) == {1}
