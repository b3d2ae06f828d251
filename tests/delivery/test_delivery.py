"""The deliverer: how long it holds what it works on, how long it tries, and how it stops."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from prometheus_client import REGISTRY
from sqlalchemy import text as sql
from sqlalchemy import update
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.delivery.delivery import AT_ONCE, DAMAGED, IN_A_ROW
from bot.delivery.destination import CannotTell, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Outcome, OutOfReach, Retry, Unknown
from bot.delivery.patience import Patience
from bot.domain.effects import (
    Announce,
    Effect,
    InvitePeople,
    OpenChannel,
    PagePerson,
    PostCard,
    RefreshCard,
    RefreshTopic,
    SendWebhook,
    StopPage,
    TellPerson,
    destination_of,
)
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.reach import channel_regained
from bot.domain.timeline import ChannelOpened, CommandAccepted, Page, ServicePaged, UpdateOverdue, UpdatePosted
from bot.domain.vocabulary import ChannelLoss, Place
from bot.store import Store
from bot.store.schema import outbox, timeline
from bot.workflows import context
from tests.delivery.given import Bench, Machine, Notebook, a_context, delivering, eventually
from tests.store.given import (
    BO,
    CHANNEL,
    DANA,
    MACHINE,
    NOON,
    declaration,
    declare,
    declare_with_channel,
    incident,
    note,
    record,
)
from tests.store.poison import spoil_effects, spoil_events
from tests.store.samples import SAMPLES

HOUR = timedelta(hours=1)
SURE = [
    Retry(timedelta(minutes=1), "invalid_auth"),
    Retry(timedelta(minutes=1), "ratelimited"),
    Retry(None, "not connected: ClientConnectorError"),
]
"""What surely did not happen."""


def real_now() -> datetime:
    return datetime.now(UTC)


async def an_announcement(store: Store, *texts: str) -> None:
    number = await declare_with_channel(store)
    for text in texts or ("one",):
        event = note(text)
        await record(store, number, event, effects=(Announce(event),))


async def test_a_lease_is_renewed_while_the_work_goes_on(store: Store) -> None:
    await an_announcement(store)
    may_end, notebook = asyncio.Event(), Notebook()

    async def answer(_: Job) -> Outcome:
        await may_end.wait()
        return Done({})

    notebook.answer = answer
    lease, machine = timedelta(seconds=0.3), Machine()
    async with (
        delivering(store, notebook, patience=Patience(lease=lease), machine_now=machine.now) as bench,
        delivering(store, notebook, patience=Patience(lease=lease), machine_now=machine.now),
    ):
        await eventually(lambda: _true(bool(notebook.delivered)))
        for _ in range(5):
            machine.at += lease * 0.9
            store.wake.set()  # the other one looks whether there is something to take

            async def is_renewed() -> bool:
                return (await bench.row("Announce")).lease_until == machine.at + lease

            await eventually(is_renewed)
        assert len(notebook.delivered) == 1
        may_end.set()
        await eventually(lambda: _is(bench, "done"))
    assert len(notebook.delivered) == 1


async def test_whatever_is_logged_during_a_delivery_says_of_which(store: Store) -> None:
    notebook = Notebook()

    async def answer(_: Job) -> Outcome:
        structlog.get_logger("somewhere").info("called")
        return Gone("channel_not_found")

    notebook.answer = answer
    with capture_logs([merge_contextvars]) as logged:
        async with delivering(store, notebook) as bench:
            await an_announcement(store)
            await bench.at(bench.machine.at)
    row = await bench.row("Announce")
    told = [(one["event"], one["effect"], one["incident"], one["kind"], one["lane"]) for one in logged]
    assert told == [(event, row.id, "INC-1", "Announce", row.lane) for event in ("called", "delivery.dead")]


async def test_deliveries_go_on_after_the_database_was_away_for_a_while(store: Store) -> None:
    """No table is as good as no database: every question fails."""
    notebook = Notebook()
    async with delivering(store, notebook) as bench:
        with capture_logs() as logged:
            await rename(store, "outbox", "away")
            store.wake.set()
            await eventually(lambda: _true([one["event"] for one in logged].count("delivery.claim_failed") >= 2))
            await rename(store, "away", "outbox")
        await an_announcement(store)
        await bench.at(bench.machine.at)
        assert len(notebook.delivered) == 1
        await rename(store, "outbox", "away")  # what is left when it is stopped ends with its lease
    await rename(store, "away", "outbox")  # the database serves other tests too


async def rename(store: Store, name: str, other: str) -> None:
    async with store.database.write() as connection:
        await connection.execute(sql(f"ALTER TABLE {name} RENAME TO {other}"))


async def test_behind_a_receiver_that_is_down_nothing_is_tried_for_a_day_of_its_own(store: Store) -> None:
    number, notebook = await declare_with_channel(store), Notebook()
    for text in ("one", "two"):
        event = note(text)
        await record(store, number, event, effects=(SendWebhook(event, "cmdb"),))
    notebook.always(Retry(None, "status 503"))
    async with delivering(store, notebook) as bench:
        await bench.at(bench.machine.at)
        assert len(notebook.delivered) == 1
        assert bench.told == []  # it has waited for ten minutes, and was tried just now
        await bench.at(bench.machine.at + 25 * HOUR)
    assert [row.state for row in await bench.rows() if row.kind == "SendWebhook"] == ["dead", "dead"]
    assert len(notebook.delivered) == 3

    before = {row.id: row.queued_at for row in await bench.rows()}
    async with store.write() as tx:
        assert await tx.retry_dead() == 2
    anew = {row.kind for row in await bench.rows() if row.queued_at > before[row.id]}
    assert anew == {"SendWebhook"}  # it has another day


async def test_what_calls_on_people_in_vain_is_dropped_when_its_turn_comes(store: Store) -> None:
    number, notebook = await declare_with_channel(store), Notebook()
    late = UpdateOverdue(at=NOON - 1 * HOUR, due_at=NOON - 1 * HOUR)
    sample = next(one for one in SAMPLES if isinstance(one, UpdatePosted))
    posted = replace(sample, at=NOON, is_for_stakeholders=True, audiences=())
    for event in (late, posted):
        await record(store, number, event, effects=(Announce(event), TellPerson(event, BO)))
    async with delivering(store, notebook) as bench:
        await bench.at(bench.machine.at)
        assert {row.state for row in await bench.rows()} == {"done"}
    assert [job.cause.event for job in notebook.delivered] == [posted, posted]


async def test_people_are_invited_before_anything_is_shown_elsewhere(store: Store) -> None:
    notebook = Notebook()

    async def answer(job: Job) -> Outcome:
        return Done({"channel": "C1", "name": "inc-1"} if isinstance(job.effect, OpenChannel) else {})

    notebook.answer = answer
    async with store.write() as tx:
        declared = declaration(await tx.next_number())
        elsewhere = (PostCard(declared, Place.BROADCAST), TellPerson(declared, BO))
        first = (OpenChannel(declared), InvitePeople(declared, (BO,)))
        await tx.record(declared.number, [declared], NOON, [*elsewhere, *first])
    async with delivering(store, notebook) as bench:
        await bench.at(bench.machine.at)
    assert [type(one.effect).__name__ for one in notebook.delivered][:2] == ["OpenChannel", "InvitePeople"]
    assert {*elsewhere, *first} <= {one.effect for one in notebook.delivered}


async def test_whoever_loses_the_lease_stops_and_finishes_nothing(store: Store) -> None:
    await an_announcement(store)
    cut_off, notebook = asyncio.Event(), Notebook()

    async def answer(_: Job) -> Outcome:
        try:
            await asyncio.Event().wait()
        finally:
            cut_off.set()
        return Done({})

    notebook.answer = answer
    async with delivering(
        store, notebook, patience=Patience(lease=timedelta(seconds=0.3)), machine_now=real_now
    ) as bench:
        await eventually(lambda: _true(bool(notebook.delivered)))
        async with store.database.write() as connection:
            until = real_now() + timedelta(minutes=1)  # else it would end, and be claimed back, before we look
            stolen = update(outbox).values(owner="another", fence=outbox.c.fence + 1, lease_until=until)
            await connection.execute(stolen.where(outbox.c.state == "in_flight"))
        async with asyncio.timeout(20):
            await cut_off.wait()
        await eventually(lambda: _true(bench.delivery.is_idle))
        assert (await bench.row("Announce")).owner == "another"


@pytest.mark.parametrize("outcome", [*SURE, Unknown("status 500")], ids=lambda one: one.why)
async def test_what_fails_without_end_is_tried_for_a_day_and_told_twice(store: Store, outcome: Outcome) -> None:
    await an_announcement(store)
    notebook = Notebook()
    notebook.always(outcome)
    async with delivering(store, notebook) as bench:
        start = bench.machine.at
        await bench.at(start)
        for minutes in range(1, 24 * 60, 60):
            await bench.at(start + timedelta(minutes=minutes))
        row = await bench.row("Announce")
        assert (row.state, row.error) == ("pending", getattr(outcome, "why", ""))
        (waiting,) = bench.told
        assert "For 61 minutes Muster has been trying to post news of INC-1 in its channel: " in waiting
        assert "It goes on trying." in waiting

        await bench.at(start + 25 * HOUR)
        assert (await bench.row("Announce")).state == "dead"
        assert "Muster could not post news of INC-1 in its channel, after trying for 25 hours: " in bench.told[1]
        assert len(bench.told) == 2


async def test_the_pauses_grow_and_are_bounded(store: Store) -> None:
    await an_announcement(store)
    notebook = Notebook()
    notebook.always(Retry(None, "not connected"))
    async with delivering(store, notebook) as bench:
        start = bench.machine.at
        await bench.at(start)
        pauses = []
        while bench.machine.at - start < 3 * HOUR:
            due = (await bench.row("Announce")).not_before
            assert due is not None
            pauses.append((due - bench.machine.at).total_seconds())
            await bench.at(due)
        assert pauses[0] <= 0.5
        assert max(pauses) <= 300
        assert len(pauses) < 150


async def test_people_are_told_of_a_delay_as_soon_as_they_can_be(store: Store) -> None:
    await an_announcement(store)
    notebook = Notebook()
    reachable: list[bool] = []
    notebook.always(Retry(None, "not connected"))
    async with delivering(store, notebook, can_tell=lambda: bool(reachable)) as bench:
        start = bench.machine.at
        await bench.at(start)
        await bench.at(start + timedelta(minutes=5))
        assert bench.told == []
        for minutes in (12, 20):
            await bench.at(start + timedelta(minutes=minutes))
        assert len(bench.told) == 2
        reachable.append(True)
        for minutes in (30, 40, 50):
            await bench.at(start + timedelta(minutes=minutes))
        assert len(bench.told) == 3


async def test_an_effect_that_is_freed_after_a_day_has_another_day(store: Store) -> None:
    await an_announcement(store)
    notebook = Notebook()
    notebook.always(Retry(None, "not connected"))
    async with delivering(store, notebook) as bench:
        start = bench.machine.at
        await bench.at(start)
        await bench.at(start + 24 * HOUR)
        assert (await bench.row("Announce")).state == "dead"
        async with store.write() as tx:
            await tx.retry_dead()
        await bench.at(start + 30 * HOUR)
        assert (await bench.row("Announce")).state == "pending"


async def test_a_no_is_buried_at_once_and_the_lane_goes_on(store: Store) -> None:
    await an_announcement(store, "one", "two")
    notebook = Notebook()

    async def answer(job: Job) -> Outcome:
        return Gone("no space left") if job.cause.seq == 3 else Done({})

    notebook.answer = answer
    async with delivering(store, notebook) as bench:
        await bench.at(bench.machine.at)
        assert [row.state for row in await bench.rows()] == ["dead", "done"]
        assert "could not post news of INC-1 in its channel: The notebook answered “no space left”" in bench.told[0]


async def test_what_dies_of_the_same_again_is_not_told_again_until_it_was_retried(store: Store) -> None:
    await an_announcement(store, "one", "two")
    notebook = Notebook()
    notebook.always(Gone("restricted_action"))
    async with delivering(store, notebook) as bench:
        await bench.at(bench.machine.at)
        assert [row.state for row in await bench.rows()] == ["dead", "dead"]
        assert len(bench.told) == 1
        notebook.always(Done({}))
        async with store.write() as tx:
            await tx.retry_dead()
        await bench.at(bench.machine.at)
        notebook.always(Gone("restricted_action"))
        await record(store, IncidentNumber(1), event := note("three"), effects=(Announce(event),))
        await bench.at(bench.machine.at)
        assert len(bench.told) == 2


async def test_a_lost_answer_is_looked_for_before_anything_is_sent_again(store: Store) -> None:
    await an_announcement(store)
    notebook = Notebook(finding=Found({"ts": "1.5"}))
    notebook.always(Unknown("answer lost"))
    async with delivering(store, notebook) as bench:
        start = bench.machine.at
        await bench.at(start)
        await bench.at(start + timedelta(seconds=14))
        assert notebook.asked == 0
        await bench.at(start + timedelta(seconds=15))
        row = await bench.row("Announce")
        assert (notebook.asked, len(notebook.delivered), row.state) == (1, 1, "done")
        assert row.result == {"ts": "1.5"}


CARD = RefreshCard(Place.CHANNEL)


async def a_lost_card(store: Store, notebook: Notebook) -> None:
    """A refresh whose first call has no answer, and another that follows it."""
    number = await declare_with_channel(store)
    await record(store, number, note(), effects=(CARD, RefreshTopic()))

    async def answer(job: Job) -> Outcome:
        is_first = [type(one.effect) for one in notebook.delivered].count(RefreshCard) == 1
        if not isinstance(job.effect, RefreshCard) or not is_first:
            return Done({})
        if is_newer:  # the state changes while the call is under way
            await record(store, number, note("two"), effects=(CARD,))
        return Unknown("no answer within 10 s")

    is_newer = notebook.name == "A busy notebook"
    notebook.answer = answer


@pytest.mark.parametrize("name", ["The notebook", "A busy notebook"])
async def test_a_call_carried_out_late_undoes_nothing_newer(store: Store, name: str) -> None:
    """A card changed 14 s after the call would stay over what was shown meanwhile."""
    notebook = Notebook(name)
    await a_lost_card(store, notebook)
    async with delivering(store, notebook) as bench:
        start = bench.machine.at
        await bench.at(start)
        await bench.at(start + timedelta(seconds=14))
        assert [type(one.effect) for one in notebook.delivered] == [RefreshCard, RefreshTopic], "what follows goes on"
        await bench.at(start + timedelta(seconds=15))
        assert [type(one.effect) for one in notebook.delivered[2:]] == [RefreshCard]
        assert {row.state for row in await bench.rows() if row.kind == "RefreshCard"} <= {"done", "superseded"}
        assert notebook.asked == 0, "it shows the present: there is nothing to ask"


async def test_where_nobody_will_ever_tell_it_is_sent_again_and_says_so(store: Store) -> None:
    await an_announcement(store)
    notebook = Notebook(finding=CannotTell(may_be_repeat=True))
    notebook.always(Unknown("answer lost"))
    async with delivering(store, notebook) as bench:
        await bench.at(bench.machine.at)
        notebook.answer = None
        await bench.at(bench.machine.at + timedelta(seconds=15))
        assert [job.is_repeat for job in notebook.delivered] == [False, True]
        assert (await bench.row("Announce")).state == "done"


async def test_a_stop_is_bounded_and_hands_back_what_takes_longer(store: Store) -> None:
    await an_announcement(store)
    notebook = Notebook()

    async def answer(_: Job) -> Outcome:
        await asyncio.Event().wait()
        return Done({})

    notebook.answer = answer
    async with delivering(store, notebook, patience=Patience(drain=timedelta(seconds=0.2))) as bench:
        await eventually(lambda: _true(bool(notebook.delivered)))
        began = time.monotonic()
    assert time.monotonic() - began < 5
    row = await bench.row("Announce")
    assert (row.state, row.is_unknown, row.owner) == ("pending", True, None)


async def test_what_is_done_and_cannot_be_recorded_yet_is_kept_and_recorded_later(store: Store) -> None:
    """A newer replica has written an event: the incident is unreadable for this one while the channel is opened."""
    number = await declare(store)
    await record(store, number, event := note(), effects=(Announce(event),))
    notebook = Notebook()

    async def answer(job: Job) -> Outcome:
        if job.effect == Announce(event):
            return Done({})
        await _rename(store, "NoteAdded", "MoonLanded")
        return Done({"channel": "C1", "name": "inc-1"})

    notebook.answer = answer
    async with delivering(store, notebook) as bench:
        start = bench.machine.at
        await bench.at(start)
        await bench.at(start + timedelta(minutes=1))
        row = await bench.row("OpenChannel")
        assert (row.state, row.result["channel"], len(notebook.delivered)) == ("pending", "C1", 1)

        await _rename(store, "MoonLanded", "NoteAdded")
        await bench.at(start + timedelta(minutes=2))
        assert (await incident(store, number)).channel == ChannelId("C1")
        assert [job.effect for job in notebook.delivered][1:2] == [Announce(event)]
        assert not notebook.asked
        async with store.read() as tx:
            opened = [one for one in await tx.timeline(number) if isinstance(one.event, ChannelOpened)]
        assert len(opened) == 1
    assert [row.state for row in await bench.rows() if row.lane == "inc:1"] == ["done", "done"]


async def test_an_effect_whose_event_is_newer_waits_and_then_steps_aside(store: Store) -> None:
    await an_announcement(store, "one", "two")
    async with store.database.write() as connection:
        await connection.execute(update(timeline).where(timeline.c.seq == 3).values(kind="MoonLanded", body="{}"))
        await connection.execute(update(outbox).values(queued_at=MACHINE))
    async with delivering(store) as bench:
        await bench.at(bench.machine.at)
        assert [row.state for row in await bench.rows()] == ["pending", "pending"]
        await bench.at(bench.machine.at + 25 * HOUR)
        assert [row.state for row in await bench.rows()] == ["dead", "done"]
        assert "a newer version of Muster planned it" in bench.told[0]


async def test_who_goes_on_with_a_long_lane_leaves_room_for_what_has_waited_longer(store: Store) -> None:
    busy = [await declare_with_channel(store, ChannelId(f"C{lane}")) for lane in range(8)]
    quiet = await declare_with_channel(store, ChannelId("C8"))
    for number, count in (*((one, 3) for one in busy), (quiet, 1), *((one, 30) for one in busy)):
        events = [note(str(turn)) for turn in range(count)]
        await record(store, number, *events, effects=tuple(Announce(event) for event in events))
    async with delivering(store) as bench:
        await bench.at(bench.machine.at)
    lanes = [job.now.number for job in bench.notebook.delivered]
    assert len(lanes) == 8 * 33 + 1
    assert lanes.index(quiet) < 8 * IN_A_ROW + 40
    for lane in busy:
        told = [job.cause.seq for job in bench.notebook.delivered if job.now.number == lane]
        assert told == sorted(told)


async def test_effects_come_also_while_somebody_always_waits_and_a_channel_does_not_wait(store: Store) -> None:
    number = await declare(store)
    await record(store, number, event := note(), effects=(Announce(event),))
    notebook = Notebook()
    notebook.always(Done({"channel": "C1", "name": "inc-1"}))
    async with delivering(store, notebook) as bench:
        with bench.waiting.somebody():
            await bench.at(bench.machine.at)
        assert [row.state for row in await bench.rows()][:2] == ["done", "done"]


@pytest.mark.parametrize(("hangs", "answers"), [("webhooks", "slack"), ("slack", "webhooks")])
async def test_what_hangs_in_one_place_holds_up_no_other(store: Store, hangs: str, answers: str) -> None:
    number, notebook, may_end = await declare_with_channel(store), Notebook(), asyncio.Event()
    event = note("one")
    many = range(AT_ONCE + 2)
    of: dict[str, list[Effect]] = {
        "webhooks": [SendWebhook(event, f"w{one}") for one in many],
        "slack": [TellPerson(event, SlackUserId(f"U{one}")) for one in many],
    }

    async def answer(job: Job) -> Outcome:
        if destination_of(job.effect) == hangs:
            await may_end.wait()
        return Done({})

    async def has_come() -> bool:
        states = [row.state for row in await bench.rows() if row.kind == type(of[answers][0]).__name__]
        return states == ["done"] * len(many)

    notebook.answer = answer
    async with delivering(store, notebook) as bench:
        await record(store, number, event, effects=(*of[hangs], *of[answers]))
        await eventually(has_come)
        may_end.set()


async def test_a_page_that_is_called_off_is_not_waited_for(store: Store) -> None:
    """Not until its next attempt, and where it was being tried just then, not until one after that."""
    number, notebook, may_end = await declare_with_channel(store), Notebook(), asyncio.Event()

    async def answer(job: Job) -> Outcome:
        if isinstance(job.effect, StopPage) or not job.now.pages:
            return Done({})
        if isinstance(job.effect, PagePerson) and job.effect.to == DANA:
            await may_end.wait()
        return Retry(HOUR, "status 503")

    notebook.answer = answer
    paged = ServicePaged(
        at=NOON, service="x", service_name="X", person=BO, pages=tuple(Page(one, "pagerduty") for one in (BO, DANA))
    )
    accepted = CommandAccepted(at=NOON, by=DANA)
    async with delivering(store, notebook) as bench:
        pages = tuple(PagePerson(paged, one, "pagerduty") for one in (BO, DANA))
        await record(store, number, paged, effects=pages)

        async def have_been_tried() -> bool:
            states = {row.destination: row.error for row in await bench.rows() if row.kind == "PagePerson"}
            return len(notebook.delivered) == 2 and states[f"page:{BO}/pagerduty"] == "status 503"

        await eventually(have_been_tried)
        stops = tuple(StopPage(accepted, one, "pagerduty", (3,)) for one in (BO, DANA))
        await record(store, number, accepted, effects=stops)
        may_end.set()
        await bench.at(bench.machine.at)
        assert {row.state for row in await bench.rows() if row.kind in ("PagePerson", "StopPage")} == {"done"}


async def test_a_page_that_may_have_rung_rings_again_ever_more_rarely(store: Store) -> None:
    """One that surely did not ring is tried every few seconds all the same."""
    number, notebook = await declare_with_channel(store), Notebook(finding=CannotTell(may_be_repeat=True))
    notebook.always(Unknown("not confirmed"))
    paged = ServicePaged(at=NOON, service="x", service_name="X", person=BO, pages=(Page(BO, "apprise"),))

    def repeats() -> list[bool]:
        return [job.is_repeat for job in notebook.delivered if isinstance(job.effect, PagePerson)]

    async with delivering(store, notebook) as bench:
        start = bench.machine.at
        await record(store, number, paged, effects=(PagePerson(paged, BO, "apprise"),))
        await bench.at(start)
        await bench.at(start + timedelta(minutes=4))
        await bench.at(start + timedelta(minutes=4, seconds=50))
        assert repeats() == [False, True]
        notebook.always(Retry(None, "status 503"))
        for seconds in range(0, 60, 15):
            await bench.at(start + timedelta(minutes=8, seconds=seconds))
        assert len(repeats()) == 6


async def _rename(store: Store, kind: str, to: str) -> None:
    async with store.database.write() as connection:
        await connection.execute(update(timeline).where(timeline.c.kind == kind).values(kind=to))


async def _is(bench: Bench, state: str) -> bool:
    return (await bench.row("Announce")).state == state


async def _true(value: bool) -> bool:
    return value


async def test_what_a_channel_cannot_have_now_is_held_for_it_and_posted_in_order_on_its_return(store: Store) -> None:
    await an_announcement(store, "one", "two")
    notebook = Notebook()

    async def answer(job: Job) -> Outcome | OutOfReach:
        return Done({}) if job.now.is_out_of_reach else OutOfReach(ChannelLoss.ARCHIVED)

    notebook.answer = answer
    async with delivering(store, notebook) as bench:
        await bench.at(bench.machine.at)
        await bench.at(bench.machine.at + timedelta(seconds=2))
        held = [row for row in await bench.rows() if row.kind == "Announce"]
        assert [(row.state, row.error) for row in held] == [
            ("held", "held until the channel can be written in: archived")
        ] * 2
        assert bench.told == []
        seen = await incident(store, IncidentNumber(1))
        assert (seen.channel, seen.channel_lost) == (CHANNEL, ChannelLoss.ARCHIVED)

        notebook.always(Done({}))
        notebook.delivered.clear()
        async with store.write() as tx:
            back = channel_regained(seen, CHANNEL, BO, NOON)
            await context.record(a_context(store), tx, seen.number, back)
        await bench.at(bench.machine.at + timedelta(seconds=4))
        assert {row.state for row in await bench.rows()} == {"done"}
        posted = [job.cause.seq for job in notebook.delivered if isinstance(job.effect, Announce)]
        assert posted == sorted(row.seq or 0 for row in held)


async def test_what_waits_for_a_channel_that_is_left_behind_is_dropped(store: Store) -> None:
    await an_announcement(store)
    async with store.write() as tx:
        (claimed,) = await tx.claim_effects("me", datetime.now(UTC) + HOUR, HOUR)
        assert claimed.number is not None
        assert await tx.hold_effect(claimed, "archived")
        await tx.drop_held(claimed.number)
        assert await tx.outbox_counts() == {"superseded": 1}
        await tx.free_held(claimed.number)
        assert await tx.outbox_counts() == {"superseded": 1}


async def test_a_damaged_row_is_given_up_at_once_and_loudly_and_its_lane_goes_on(store: Store) -> None:
    await an_announcement(store, "one", "two")
    await spoil_effects(store, outbox.c.seq == 3)
    buried = REGISTRY.get_sample_value("muster_effects_buried_total", {"kind": "Announce"}) or 0
    async with delivering(store) as bench:
        await bench.at(bench.machine.at)
        assert [(row.state, row.error) for row in await bench.rows()] == [("dead", DAMAGED), ("done", None)]
    (told,) = bench.told
    assert told.startswith(":warning: Muster could not do something for INC-1: what was kept of it is damaged.")
    assert REGISTRY.get_sample_value("muster_effects_buried_total", {"kind": "Announce"}) == buried + 1


async def test_what_waits_for_a_newer_version_in_a_shared_lane_holds_up_no_other_incident(store: Store) -> None:
    numbers = [await declare_with_channel(store, ChannelId(f"C{place}")) for place in range(2)]
    for number in numbers:
        event = note(f"for {number}")
        await record(store, number, event, effects=(TellPerson(event, BO),))
    await spoil_events(store, timeline.c.incident == numbers[0], timeline.c.seq == 3)
    async with store.database.write() as connection:
        await connection.execute(update(outbox).values(queued_at=MACHINE))
    async with delivering(store) as bench:

        async def is_told() -> bool:
            return [(row.number, row.state) for row in await bench.rows()] == [(1, "pending"), (2, "done")]

        await eventually(is_told)
