"""The budgets: never more than is allowed, by no number of replicas, and something left for what is urgent."""

import asyncio
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.job import Job
from bot.delivery.outcomes import Done
from bot.delivery.pace import KEPT, Pace, Rate
from bot.domain.effects import Announce, Effect, RefreshTopic, TellPerson
from bot.domain.ids import ChannelId
from bot.domain.timeline import ChannelOpened, NoteAdded, UpdateOverdue
from bot.domain.vocabulary import Priority
from bot.store import Paused, Store
from tests.delivery.given import Bench, Notebook, delivering, eventually
from tests.store.given import DANA, NOON, declaration, declare_with_channel, note, record
from tests.store.samples import SAMPLES

MINUTE = 60.0
RATES = {"create": Rate(10, MINUTE), "post": Rate(20, MINUTE)}
NEEDS = {"Open": ("create",), "Tell": ("post",), "Both": ("create", "post")}
IN_ONE_PLACE = Rate(4, 4.0)
OVERDUE = next(one for one in SAMPLES if isinstance(one, UpdateOverdue))


@dataclass
class Clock:
    at: float = 1000.0

    def now(self) -> float:
        return self.at


def a_pace(clock: Clock) -> Pace:
    return Pace(RATES, NEEDS, IN_ONE_PLACE, {"Tell"}, clock=clock.now)


def used_up(pace: Pace, name: str, calls: int) -> None:
    for _ in range(calls):
        pace.called(name)


def test_what_is_not_counted_is_never_paused() -> None:
    pace = a_pace(Clock())
    used_up(pace, "auth.test", 1000)
    pace.refused("auth.test", 30)
    assert not pace.limits(["Unknown"] * 100).paused


def test_the_last_part_of_a_budget_is_kept_for_what_is_urgent_and_then_nothing_goes() -> None:
    clock = Clock()
    pace = a_pace(clock)
    used_up(pace, "create", 10 - int(10 * KEPT))
    assert pace.limits().paused == Paused(unless_urgent=frozenset({"Open", "Both"}))
    used_up(pace, "create", int(10 * KEPT))
    limits = pace.limits()
    assert limits.paused == Paused(kinds=frozenset({"Open", "Both"}))
    assert limits.changes_in == MINUTE
    clock.at += MINUTE
    assert not pace.limits().paused


def test_what_is_under_way_counts_before_it_has_called() -> None:
    pace = a_pace(Clock())
    used_up(pace, "create", 5)
    assert pace.limits(["Open"] * 3).paused.unless_urgent == {"Open", "Both"}
    assert pace.limits(["Open"] * 5).paused.kinds == {"Open", "Both"}


def test_no_more_is_begun_at_once_than_the_scarcest_budget_has() -> None:
    pace = a_pace(Clock())
    used_up(pace, "create", 5)
    limits = pace.limits()
    assert (limits.most, limits.is_tight) == (3, False)
    used_up(pace, "create", 1)
    assert pace.limits().is_tight


def test_one_place_takes_a_burst_and_then_as_many_as_seconds_pass() -> None:
    clock = Clock()
    pace = a_pace(clock)
    for _ in range(4):
        assert not pace.limits().paused.lanes
        pace.took("Tell", "inc:1")
        clock.at += 0.1
    pace.took("Open", "inc:2")
    assert pace.limits().paused == Paused(lanes=frozenset({"inc:1"}))
    clock.at += 3.61
    assert not pace.limits().paused


def test_what_the_other_system_says_goes_before_any_count() -> None:
    clock = Clock()
    pace = a_pace(clock)
    pace.refused("create", 7)
    limits = pace.limits()
    assert limits.paused.kinds == {"Open", "Both"}
    assert limits.changes_in == 7
    clock.at += 7
    assert not pace.limits().paused


def test_one_place_that_is_refused_says_nothing_of_others_but_two_do() -> None:
    pace = a_pace(Clock())
    pace.refused("post", 5, "C1")
    pace.refused("post", 5, "C1")
    assert not pace.limits().paused
    pace.refused("post", 5, "C2")
    assert pace.limits().paused.kinds == {"Tell", "Both"}


def test_what_was_begun_before_the_start_counts_until_its_minute_is_over() -> None:
    clock = Clock()
    pace = a_pace(clock)
    for ago in (70, *[50] * 10):
        pace.remember("Open", "inc:1", ago)
    assert pace.limits().paused.kinds == {"Open", "Both"}
    clock.at += 10
    assert not pace.limits().paused


@given(st.integers(1, 10), st.lists(st.tuples(st.floats(0, 3), st.integers(0, 39)), max_size=200))
def test_however_many_replicas_there_are_all_together_keep_to_what_is_allowed(
    among: int, tries: list[tuple[float, int]]
) -> None:
    """Each may create, too, whenever its own count lets it: urgent things, so that nothing is kept."""
    clock, rate = Clock(), RATES["create"]
    replicas = [a_pace(clock) for _ in range(among)]
    for one in replicas:
        one.share(among)
    made: list[float] = []
    for passes, which in tries:
        clock.at += passes
        pace = replicas[which % among]
        if "Open" not in pace.limits().paused.kinds:
            pace.called("create")
            made.append(clock.at)
    for place, first in enumerate(made):
        assert sum(1 for at in made[place:] if at < first + rate.seconds) <= rate.calls


async def test_what_nobody_waits_for_leaves_what_is_kept() -> None:
    pace = Pace({"read": Rate(5, 0.2)}, {}, IN_ONE_PLACE, ())
    used_up(pace, "read", 4)
    async with asyncio.timeout(10):
        await pace.turn("read")
    assert pace.used()["read"] < 1


def one_topic_a_minute(clock: Clock) -> Pace:
    needs = {"RefreshTopic": ("topic",), "Announce": ("post",), "OpenChannel": ("create",)}
    rates = {"topic": Rate(1, MINUTE), "post": Rate(100, MINUTE), "create": Rate(100, MINUTE)}
    return Pace(rates, needs, IN_ONE_PLACE, {"Announce"}, clock=clock.now)


async def test_what_waits_for_its_budget_holds_up_nothing_else(store: Store) -> None:
    clock = Clock()
    pace, notebook = one_topic_a_minute(clock), Notebook()
    pace.refused("topic", 30)
    number = await declare_with_channel(store)
    event: NoteAdded = note("seen")
    async with delivering(store, notebook, pace=pace) as bench:
        await record(store, number, event, effects=(RefreshTopic(), Announce(event)))
        await eventually(lambda: _are_delivered(notebook, 1))
        assert [type(job.effect) for job in notebook.delivered] == [Announce]
        clock.at += 30
        bench.store.wake.set()
        await eventually(lambda: _are_delivered(notebook, 2))
        assert (await bench.row("RefreshTopic")).attempts == 1


async def test_a_lane_that_has_had_its_burst_waits_and_goes_on_in_order(store: Store) -> None:
    clock = Clock()
    pace, notebook = one_topic_a_minute(clock), Notebook()
    number = await declare_with_channel(store)
    notes = [note(str(place)) for place in range(6)]
    async with delivering(store, notebook, pace=pace) as bench:
        await record(store, number, *notes, effects=tuple(Announce(one) for one in notes))
        await eventually(lambda: _are_done(bench, 4))
        assert len(notebook.delivered) == 4
        clock.at += 4
        bench.store.wake.set()
        await eventually(lambda: _are_delivered(notebook, 6))
        assert [job.effect for job in notebook.delivered] == [Announce(one) for one in notes]


async def _are_done(bench: Bench, count: int) -> bool:
    return [one.state for one in await bench.rows()].count("done") == count


async def _are_delivered(notebook: Notebook, count: int) -> bool:
    return len(notebook.delivered) >= count


async def test_when_many_are_called_on_at_once_p1_is_first_and_no_more_is_said_than_is_allowed(store: Store) -> None:
    """Sixty reminders in as many channels, and more for one person than they can be sent in a second."""
    clock, notebook = Clock(), Notebook()
    needs = {"Announce": ("post",), "TellPerson": ("post",)}
    pace = Pace({"post": Rate(20, MINUTE)}, needs, IN_ONE_PLACE, set(needs), clock=clock.now)
    sent: list[float] = []

    async def answer(_: Job) -> Done:
        sent.append(clock.at)
        pace.called("post")
        return Done({})

    notebook.answer = answer
    priorities = [Priority.P3] * 54 + [Priority.P1] * 6
    for place, priority in enumerate(priorities):
        async with store.write() as tx:
            number = await tx.next_number()
            opened = ChannelOpened(at=NOON, channel=ChannelId(f"C{place}"), name=f"inc-{number}")
            told: tuple[Effect, ...] = (Announce(OVERDUE),)
            told += (TellPerson(OVERDUE, DANA),) if place >= 50 else ()
            declared = replace(declaration(number), priority=priority)
            await tx.record(number, [declared, opened, OVERDUE], NOON, told)
    async with delivering(store, notebook, pace=pace) as bench:

        async def is_over() -> bool:
            clock.at += 0.5
            bench.store.wake.set()
            return len(notebook.delivered) == 70

        await eventually(is_over)
    channels = [job.now.priority for job in notebook.delivered if isinstance(job.effect, Announce)]
    assert channels == [Priority.P1] * 6 + [Priority.P3] * 54
    assert max(sum(1 for at in sent if 0 <= at - first < MINUTE) for first in sent) <= 20
    person = [at for at, job in zip(sent, notebook.delivered, strict=True) if isinstance(job.effect, TellPerson)]
    assert max(sum(1 for at in person if 0 <= at - first < 4) for first in person) <= 4
