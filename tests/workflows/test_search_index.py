"""What is known of the past, at once or after a look for what is new."""

from dataclasses import replace

from bot.domain.ids import IncidentNumber
from bot.domain.matching import Experience
from bot.domain.timeline import (
    AnyEvent,
    IncidentReopened,
    IncidentResolved,
    LinkedRunbook,
    Promise,
    RunbookJudged,
    RunbookStarted,
    TitleCorrected,
)
from bot.store import Store
from bot.workflows.context import Context
from bot.workflows.search_index import Question, SearchIndex
from tests.domain.given import FAILOVER, POLICY
from tests.store.given import BO, NOON, declaration, minutes, record

QUESTION = Question("checkout returns 500s")


def index_of(store: Store) -> SearchIndex:
    return SearchIndex(Context(store, POLICY, (), lambda: NOON), stale_after=0)


async def resolve_one(store: Store, fix: str) -> IncidentNumber:
    async with store.write() as tx:
        number = await tx.next_number()
        declared = replace(declaration(number), title="checkout returns 500s")
        await tx.record(number, [declared, IncidentResolved(at=NOON + minutes(5), by=BO, what=fix)], NOON)
        return number


async def told(index: SearchIndex, *, at_once: bool) -> list[tuple[int, str, str]]:
    return [(one.number, one.title, one.fixed_by) for one in await index.alike(QUESTION, at_once=at_once)]


async def test_whoever_declares_does_not_wait_for_a_look_at_what_is_new_but_the_first(store: Store) -> None:
    index = index_of(store)
    await resolve_one(store, "restarted the pool")
    assert await told(index, at_once=True) == [(1, "checkout returns 500s", "restarted the pool")]

    await resolve_one(store, "a bigger pool")
    assert [number for number, *_ in await told(index, at_once=True)] == [1]
    assert [number for number, *_ in await told(index, at_once=False)] == [2, 1]
    assert [number for number, *_ in await told(index, at_once=True)] == [2, 1]


async def test_what_is_told_at_once_is_of_this_moment(store: Store) -> None:
    index = index_of(store)
    first, second = await resolve_one(store, "restarted the pool"), await resolve_one(store, "a bigger pool")
    await index.refresh()
    await record(store, first, TitleCorrected(at=NOON + minutes(6), by=BO, title="checkout answers 500"))
    again = IncidentReopened(at=NOON + minutes(6), by=BO, reason="again", next_update=Promise(NOON + minutes(20)))
    await record(store, second, again)
    assert await told(index, at_once=True) == [(1, "checkout answers 500", "restarted the pool")]


async def test_what_came_of_a_runbook_is_counted_in_incidents_that_everybody_may_know(store: Store) -> None:
    runbook = LinkedRunbook(FAILOVER.slug, FAILOVER.title, "")
    started = RunbookStarted(at=NOON, by=BO, runbook=runbook, steps=())
    yes, no = (RunbookJudged(at=NOON, by=BO, runbook=runbook, helped=helped) for helped in (True, False))
    resolved = IncidentResolved(at=NOON, by=BO, what="promoted the replica")

    async def happened(*events: AnyEvent, is_private: bool = False) -> IncidentNumber:
        async with store.write() as tx:
            number = await tx.next_number()
            declared = replace(declaration(number), is_private=is_private)
            await tx.record(number, [declared, *events], NOON)
            return number

    index = SearchIndex(Context(store, POLICY, (FAILOVER,), lambda: NOON), stale_after=0)
    first = await happened(started, yes, resolved)
    for events in ((started, no, yes, resolved), (no, resolved), (started, resolved), (resolved,)):
        await happened(*events)
    await happened(started, no, resolved, is_private=True)
    await happened(started, no)
    await index.refresh()
    assert (await index.runbooks.told("coffee"))[FAILOVER.slug].before == Experience(2, 1, 1)

    await record(store, first, no)
    await index.refresh()
    said = (await index.runbooks.told("the database has failed over"))[FAILOVER.slug]
    assert (said.before, said.score > 0) == (Experience(1, 2, 1), True)
