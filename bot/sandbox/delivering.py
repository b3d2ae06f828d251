"""Bringing payloads to the app and waiting for its acknowledgement, whichever the transport."""

import asyncio
import contextlib
from typing import Any, Protocol

from bot.sandbox.journal import Journal

ACK_WITHIN = 3.0
"""Seconds; docs.slack.dev, "Acknowledge within 3 seconds"."""
REDELIVERIES = 3


class Transport(Protocol):
    """Socket Mode, or HTTP."""

    async def send(self, type_: str, payload: dict[str, Any], attempt: int, reason: str | None) -> Any:
        """The acknowledgement's payload, None for an empty one. Raises TimeoutError when none came in time."""
        ...

    def pause_before(self, attempt: int) -> float:
        """Seconds before an event is sent again."""
        ...

    async def close(self) -> None: ...


class Deliveries:
    """Everything that is on its way to the app."""

    def __init__(self, journal: Journal) -> None:
        self.transport: Transport | None = None
        self._journal = journal
        self._under_way: set[asyncio.Task[None]] = set()

    def send_event(self, type_: str, payload: dict[str, Any]) -> None:
        """Deliver an event, again and again until it is acknowledged, three times more at the most."""
        self._journal.note("event", payload["event"]["type"], {"event": payload["event"]})
        if self.transport is None:
            return
        task = asyncio.get_running_loop().create_task(self._until_acknowledged(type_, payload))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _until_acknowledged(self, type_: str, payload: dict[str, Any]) -> None:
        reason: str | None = None
        for attempt in range(REDELIVERIES + 1):
            transport = self.transport
            if transport is None:
                return
            if attempt:
                await asyncio.sleep(transport.pause_before(attempt))
            try:
                await transport.send(type_, payload, attempt, reason)
            except TimeoutError:
                reason = "timeout"
            except ConnectionError:
                reason = "http_error"
            else:
                self._journal.note("ack", type_, {"event_id": payload.get("event_id"), "attempt": attempt})
                return
        self._journal.note("ack", type_, {"event_id": payload.get("event_id"), "lost": True})

    async def ask(self, type_: str, payload: dict[str, Any]) -> Any:
        """Deliver a command or interaction once. Raises TimeoutError, ConnectionError."""
        if self.transport is None:
            raise ConnectionError("no app is connected")
        answer = await self.transport.send(type_, payload, 0, None)
        self._journal.note("ack", type_, {"payload": answer})
        return answer

    @property
    def is_idle(self) -> bool:
        return not self._under_way

    async def settled(self) -> None:
        """Until nothing is on its way."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def close(self) -> None:
        for task in list(self._under_way):
            task.cancel()
        for task in list(self._under_way):
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self.transport is not None:
            await self.transport.close()
