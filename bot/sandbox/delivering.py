"""Bringing payloads to the app and waiting for its acknowledgement, whichever the transport."""

import asyncio
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.sandbox.journal import Journal

ACK_WITHIN = 3.0
"""Seconds; docs.slack.dev, "Acknowledge within 3 seconds"."""
REDELIVERIES = 3
"""docs.slack.dev, "Events API": three retries. Assumed: as many in Socket Mode, for interactions too."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One payload on its way. `type`: events_api, slash_commands or interactive."""

    type: str
    payload: dict[str, Any]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def is_event(self) -> bool:
        return self.type == "events_api"

    @property
    def name(self) -> str:
        """What it is, for the journal."""
        return str(self.payload["event"]["type"] if self.is_event else self.payload.get("type", self.type))


class NotAgain(ConnectionError):
    """The app said no, and asked not to be sent it again."""


class Transport(Protocol):
    """Socket Mode, or HTTP."""

    repeats_interactions: bool
    """Whether an unacknowledged command or interaction is sent again, as events are."""

    @property
    def is_listening(self) -> bool:
        """Whether there is, or was, somebody to bring anything to."""
        ...

    async def send(self, delivery: Delivery, attempt: int, reason: str | None, within: float) -> Any:
        """The acknowledgement's payload, None for an empty one. Raises TimeoutError when none came in time,
        ConnectionError when the app could not be reached or said no."""
        ...

    def pause_before(self, attempt: int) -> float:
        """Seconds before an event is sent again."""
        ...

    async def close(self) -> None: ...


class Deliveries:
    """Everything that is on its way to the app."""

    def __init__(self, transport: Transport, journal: Journal, touched: Callable[[], None], ack_within: float) -> None:
        self.transport = transport
        self._journal = journal
        self._touched = touched
        self._ack_within = ack_within
        self._under_way: set[asyncio.Task[None]] = set()
        self._asked = 0

    def send_event(self, payload: dict[str, Any]) -> None:
        """Deliver an event, again and again until it is acknowledged, three times more at the most.

        Assumed: an app that has never connected is sent nothing, and nothing is kept for it.
        """
        delivery = Delivery("events_api", payload)
        self._journal.note("event", delivery.name, {"event": payload["event"]})
        if self.transport.is_listening:
            self._in_background(self._until_acknowledged(delivery, 0, None))

    def _in_background(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._under_way.add(task)
        task.add_done_callback(self._arrived)

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._touched()

    async def _until_acknowledged(self, delivery: Delivery, first: int, reason: str | None) -> None:
        for attempt in range(first, REDELIVERIES + 1):
            if attempt:
                await asyncio.sleep(self.transport.pause_before(attempt))
            try:
                await self._attempt(delivery, attempt, reason)
            except NotAgain:
                break
            except (TimeoutError, ConnectionError) as failure:
                reason = reason_of(failure)
            else:
                return
        self._journal.note("lost", delivery.name, {"id": delivery.id})

    async def _attempt(self, delivery: Delivery, attempt: int, reason: str | None) -> Any:
        about = {"id": delivery.id, "attempt": attempt}
        self._journal.note("delivery", delivery.name, about)
        answer = await self.transport.send(delivery, attempt, reason, self._ack_within)
        self._journal.note("ack", delivery.name, about, answer if isinstance(answer, dict) else {"text": answer})
        self._touched()
        return answer

    async def ask(self, type_: str, payload: dict[str, Any]) -> Any:
        """Deliver a command or interaction. Raises TimeoutError, ConnectionError: the person's wait is over then.

        Assumed: Socket Mode still sends it again, and what is answered to that reaches nobody.
        """
        delivery = Delivery(type_, payload)
        self._asked += 1
        try:
            return await self._attempt(delivery, 0, None)
        except (TimeoutError, ConnectionError) as failure:
            if self.transport.repeats_interactions and self.transport.is_listening:
                self._in_background(self._until_acknowledged(delivery, 1, reason_of(failure)))
            raise
        finally:
            self._asked -= 1
            self._touched()

    @property
    def is_idle(self) -> bool:
        return not self._under_way and not self._asked

    async def close(self) -> None:
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self.transport.close()


def reason_of(failure: Exception) -> str:
    """As in `x-slack-retry-reason` and `retry_reason`."""
    return "http_timeout" if isinstance(failure, TimeoutError) else "http_error"
