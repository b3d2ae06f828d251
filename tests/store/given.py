"""What the tests of the store begin with: a declared incident, with its channel or without."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from bot.domain.effects import Effect, OpenChannel
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId
from bot.domain.incident import Incident
from bot.domain.timeline import AnyEvent, ChannelOpened, IncidentDeclared, NoteAdded, Promise, Recorded
from bot.domain.transcript import Message
from bot.domain.vocabulary import Priority
from bot.store import Store, Writing
from bot.store.schema import timeline

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""Incident time."""
MACHINE = datetime.now(UTC)
"""Machine time."""
LEASE = timedelta(seconds=30)

DANA, BO = SlackUserId("UDANA"), SlackUserId("UBO")
CHANNEL = ChannelId("C1")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def declaration(number: int) -> IncidentDeclared:
    """Dana declares at noon; Bo is asked, has 5 minutes, and the first update is due after 15, with a reminder."""
    return IncidentDeclared(
        at=NOON,
        by=DANA,
        number=IncidentNumber(number),
        title="checkout returns 500s",
        priority=Priority.P1,
        why="everybody is affected",
        asked=BO,
        acknowledge=Promise(NOON + minutes(5)),
        next_update=Promise(NOON + minutes(15), NOON + minutes(10)),
        broadcast="incidents",
    )


def note(text: str = "it is the database") -> NoteAdded:
    return NoteAdded(at=NOON + minutes(1), by=DANA, text=text)


async def declare(store: Store) -> IncidentNumber:
    """An incident whose channel is still to be opened."""
    async with store.write() as tx:
        return await declare_in(tx)


async def declare_in(tx: Writing) -> IncidentNumber:
    number = await tx.next_number()
    event = declaration(number)
    await tx.record(number, [event], NOON, [OpenChannel(event)])
    return number


async def declare_with_channel(store: Store, channel: ChannelId = CHANNEL) -> IncidentNumber:
    """An incident with its channel, and nothing to deliver."""
    async with store.write() as tx:
        number = await tx.next_number()
        opened = ChannelOpened(at=NOON, channel=channel, name=f"inc-{number}-checkout")
        await tx.record(number, [declaration(number), opened], NOON)
        return number


async def record(
    store: Store, number: IncidentNumber, *events: AnyEvent, effects: tuple[Effect, ...] = ()
) -> tuple[Recorded, ...]:
    async with store.write() as tx:
        return await tx.record(number, events, NOON + minutes(2), effects)


async def incident(store: Store, number: IncidentNumber) -> Incident:
    async with store.read() as tx:
        found = await tx.incident(number)
    assert found is not None
    return found


def message(ts: str, text: str = "looking", *, edited_at: datetime | None = None) -> Message:
    return Message(
        channel=CHANNEL,
        ts=MessageTs(ts),
        author=DANA,
        text=text,
        posted_at=datetime.fromtimestamp(float(ts), UTC),
        edited_at=edited_at,
    )


async def make_unreadable(store: Store, number: IncidentNumber) -> None:
    """As if a newer version had written the incident's latest event."""
    async with store.database.write() as connection:
        await connection.execute(
            update(timeline)
            .where(timeline.c.incident == number, timeline.c.seq == 2)
            .values(kind="MoonLanded", version=1, body="{}")
        )


class Killed(Exception):
    """As a process that is killed: nothing after it happens."""


def killed_after(steps: int, at: datetime) -> Callable[[], datetime]:
    """A clock that tells the same time so often, and is asked no further."""
    left = iter(range(steps))

    def now() -> datetime:
        if next(left, None) is None:
            raise Killed
        return at

    return now
