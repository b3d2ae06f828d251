"""The heartbeat beats while all is well, and says once why it cannot."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from structlog.testing import capture_logs

from bot.integrations.outgoing import Outgoing
from bot.jobs.heartbeat import EVERY, LOOKED_AGAIN, PRIVATE, Heartbeat, Monitor
from tests.integrations.receiver import a_receiver
from tests.store.given import MACHINE

SECOND = timedelta(seconds=1)


@dataclass
class Beating:
    """A heartbeat whose clock and health a test sets."""

    monitor: Monitor
    outgoing: Outgoing
    now: datetime = MACHINE
    is_well: bool = True
    heart: Heartbeat = field(init=False)

    def __post_init__(self) -> None:
        async def well() -> bool:
            return self.is_well

        self.heart = Heartbeat(self.monitor, self.outgoing, well, lambda: self.now)

    async def after(self, span: timedelta) -> None:
        self.now += span
        await self.heart.beat_when_due()


async def test_it_beats_once_a_minute_and_not_while_something_is_wrong() -> None:
    async with a_receiver() as receiver, Outgoing() as outgoing:
        beating = Beating(Monitor(receiver.url, may_be_private=True), outgoing)
        counts = []
        for span in (SECOND, SECOND, EVERY - 2 * SECOND, SECOND):
            await beating.after(span)
            counts.append(len(receiver.received))
        assert counts == [1, 1, 1, 2]

        beating.is_well = False
        for span in (EVERY, EVERY):
            await beating.after(span)
        assert len(receiver.received) == 2
        beating.is_well = True
        await beating.after(SECOND)
        assert len(receiver.received) == 2
        await beating.after(LOOKED_AGAIN)
        assert len(receiver.received) == 3
        assert {one.body for one in receiver.received} == {b""}


async def test_what_does_not_come_through_is_tried_again_soon_and_logged_once() -> None:
    async with a_receiver() as receiver, Outgoing() as outgoing:
        receiver.answers = [500, 500, 404, 200, 404]
        beating = Beating(Monitor(receiver.url, may_be_private=True), outgoing)
        with capture_logs() as logged:
            for _ in range(4):
                await beating.after(LOOKED_AGAIN)
            await beating.after(EVERY)
    told = [(one["event"], str(one.get("why", "")).partition(":")[0]) for one in logged]
    assert told == [
        ("heartbeat.not_sent", "it answered 500"),
        ("heartbeat.not_sent", "it answered 404"),
        ("heartbeat.sent_again", ""),
        ("heartbeat.not_sent", "it answered 404"),
    ]
    assert receiver.url not in str(logged)


async def test_it_goes_into_no_private_network_unless_told_to() -> None:
    async with a_receiver() as receiver, Outgoing() as outgoing:
        beating = Beating(Monitor(receiver.url), outgoing)
        with capture_logs() as logged:
            await beating.after(SECOND)
    assert (receiver.received, [one["why"] for one in logged]) == ([], [PRIVATE])
