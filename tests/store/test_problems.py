"""Problems are told by the timelines of their incidents."""

from bot.domain import timeline as t
from bot.domain.actor import Person
from bot.domain.ids import IncidentNumber
from bot.domain.problem import Problem
from bot.store import Store, rebuild
from bot.store.problems import folded
from tests.store.given import BO, DANA, NOON, declare, minutes, record

ONE, TWO = IncidentNumber(1), IncidentNumber(2)
POOL = "the pool is small"


def linked(problem: int, minute: float, *, is_new: bool = False) -> t.ProblemLinked:
    return t.ProblemLinked(at=NOON + minutes(minute), by=DANA, problem=problem, title=POOL, is_new=is_new)


def test_what_is_known_of_a_problem_follows_from_the_events_in_their_order() -> None:
    explained = t.ProblemExplained(at=NOON, by=BO, problem=1, title=POOL, cause="load", workaround="restart")
    corrected = t.ProblemExplained(at=NOON, by=BO, problem=1, title=POOL, workaround="restart twice")
    solved = t.ProblemSolved(at=NOON + minutes(9), by=BO, problem=1, title=POOL, how="a larger pool")
    told: list[tuple[IncidentNumber, t.AnyEvent]]
    told = [(ONE, linked(1, 0, is_new=True)), (TWO, linked(1, 1)), (ONE, explained), (TWO, corrected), (ONE, solved)]
    assert folded(told) == {
        1: Problem(1, POOL, Person(DANA), NOON, "load", "restart twice", NOON + minutes(9), (ONE, TWO))
    }


def test_an_incident_has_one_problem_at_a_time() -> None:
    moved: list[tuple[IncidentNumber, t.AnyEvent]]
    moved = [(ONE, linked(1, 0, is_new=True)), (TWO, linked(2, 1, is_new=True)), (ONE, linked(2, 2))]
    assert {number: one.incidents for number, one in folded(moved).items()} == {1: (), 2: (ONE, TWO)}
    away: tuple[IncidentNumber, t.AnyEvent]
    away = (ONE, t.ProblemUnlinked(at=NOON, by=BO, problem=2, title=POOL))
    assert folded([*moved, away])[2].incidents == (TWO,)


async def test_numbers_count_up_and_the_projection_follows(store: Store) -> None:
    for _ in range(2):
        await declare(store)
    async with store.write() as tx:
        assert await tx.next_problem() == 1
    await record(store, ONE, linked(1, 1, is_new=True))
    await record(store, TWO, linked(1, 2))
    async with store.write() as tx:
        assert await tx.next_problem() == 2
    async with store.read() as tx:
        assert (await tx.problems())[1].incidents == (ONE, TWO)
        summary = await tx.summary(TWO)
        assert summary is not None
        assert summary.problem == 1
        assert sorted((await tx.measured(NOON - minutes(1))).is_repeat) == [False, True]
    assert (await rebuild(store)).differences == []
