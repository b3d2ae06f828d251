"""Deadlines of several audiences that one event set, and how often each was told in time."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.ids import IncidentNumber
from bot.domain.timeline import AnyEvent, AudiencePromise, Promise, ToldAudience, Update, UpdatePosted
from bot.domain.vocabulary import DeadlineKind, DeadlineStep
from bot.operator.export import metrics
from bot.store import Store, rebuild
from tests.store.given import BO, NOON, declaration, minutes

OWED = (
    AudiencePromise("executives", Promise(NOON + minutes(30))),
    AudiencePromise("partners", Promise(NOON + minutes(30))),
)
TOLD = UpdatePosted(
    at=NOON + minutes(5),
    by=BO,
    update=Update("half of them fail"),
    is_for_stakeholders=False,
    audiences=(ToldAudience("executives", NOON + minutes(30), promised=Promise(NOON + minutes(35))),),
)


async def happened(store: Store, *events: AnyEvent, is_drill: bool = False) -> IncidentNumber:
    async with store.write() as tx:
        number = await tx.next_number()
        declared = replace(declaration(number), is_drill=is_drill, audiences=OWED)
        await tx.record(number, [declared, *events], NOON)
        return number


async def test_one_event_sets_a_deadline_of_each_audience_and_each_is_claimed_once(store: Store) -> None:
    number = await happened(store)
    due_at = NOON + minutes(31)
    async with store.write() as tx:
        claimed = await tx.claim_deadlines("me", due_at, due_at, timedelta(seconds=30))
        again = await tx.claim_deadlines("you", due_at, due_at, timedelta(seconds=30))
    found = sorted((one.audience, one.step) for one in claimed if one.kind is DeadlineKind.AUDIENCE)
    assert found == [("executives", DeadlineStep.OVERDUE), ("partners", DeadlineStep.OVERDUE)]
    assert again == ()
    async with store.write() as tx:
        await tx.release_deadlines(claimed, "me")
        assert len(await tx.claim_deadlines("you", due_at, due_at, timedelta(seconds=30))) == len(claimed)
    async with store.read() as tx:
        incident = await tx.incident(number)
        assert incident is not None
        assert set(await tx.deadlines(number)) == set(incident.deadlines)
    assert (await rebuild(store)).differences == []


async def test_how_often_each_was_told_in_time_stands_beside_the_incident(store: Store) -> None:
    await happened(store, TOLD)
    hidden = await happened(store, TOLD)
    await happened(store, TOLD, is_drill=True)
    async with store.read() as tx:
        found = await tx.audience_updates(NOON - minutes(1), apart_from=[hidden])
        assert await tx.audience_updates(NOON + minutes(1)) == []
    assert found == [{"executives": [1, 1], "partners": [0, 0]}]


async def test_an_export_of_metrics_has_a_row_for_each_audience_with_the_columns_of_all(store: Store) -> None:
    await happened(store, TOLD)
    rows = await metrics(store, timedelta(days=1), NOON + minutes(60))
    told = [(row["name"], row["updates_on_time"], row["updates_on_time_of"]) for row in rows if row["by"] == "audience"]
    assert told == [("executives", 1, 1), ("partners", 0, 0)]
    assert len({tuple(row) for row in rows}) == 1
    assert rows[-1]["incidents"] is None
