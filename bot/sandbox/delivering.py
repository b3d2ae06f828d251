"""Bringing payloads to the app and waiting for its acknowledgement, whichever the transport."""

import asyncio
import time
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.journal import Journal, without_secrets
from bot.sandbox.outage import Outage
from bot.sandbox.rates import Rates

ACK_WITHIN = 3.0
"""Seconds; docs.slack.dev, "Acknowledge within 3 seconds"."""


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
        """What it is, for the journal: the type of the event or of the interaction, else its own type."""
        event = self.payload.get("event") if self.is_event else None
        content = event if isinstance(event, dict) else self.payload
        return str(content.get("type", self.type))

    @property
    def shown(self) -> dict[str, Any]:
        """What the journal shows of it; of an event it has an entry of its own."""
        if self.is_event:
            return {"event_id": self.payload.get("event_id")}
        return {"payload": without_secrets(self.payload)}

    @property
    def names(self) -> tuple[str, str]:
        """What faults may call it."""
        return self.name, self.type


class NotTaken(ConnectionError):
    """The app could not be reached, or said no. `reason` as in `x-slack-retry-reason`."""

    def __init__(self, text: str, reason: str = "http_error") -> None:
        super().__init__(text)
        self.reason = reason


class NotAgain(NotTaken):
    """The app said no, and asked not to be sent it again."""


class Transport(Protocol):
    """Socket Mode, or HTTP."""

    repeats_interactions: bool
    """Whether an unacknowledged command or interaction is sent again, as events are."""

    @property
    def is_listening(self) -> bool:
        """Whether there is, or was, somebody to bring anything to."""
        ...

    @property
    def repetitions(self) -> int:
        """How often an event is sent again at the most."""
        ...

    async def send(self, delivery: Delivery, attempt: int, reason: str | None, within: float) -> Any:
        """The acknowledgement's payload, None for an empty one. Raises TimeoutError when none came in time,
        ConnectionError when the app could not be reached or said no."""
        ...

    async def pause(self, attempt: int) -> None:
        """What passes before an event is sent again, for the first, second, third time."""
        ...

    async def close(self) -> None: ...


class Deliveries:
    """Everything that is on its way to the app."""

    def __init__(
        self,
        transport: Transport,
        journal: Journal,
        touched: Callable[[], None],
        ack_within: float,
        faults: Faults,
        rates: Rates,
        outage: Outage,
    ) -> None:
        self.transport = transport
        self.ack_within = ack_within
        self._journal = journal
        self._touched = touched
        self._faults = faults
        self._rates = rates
        self._outage = outage
        self._under_way: set[asyncio.Task[Any]] = set()
        self._asked = 0
        self._held: list[asyncio.Event] = []
        """Those that wait until the next delivery has gone out."""

    def send_event(self, payload: dict[str, Any]) -> None:
        """Deliver an event, again and again until it is acknowledged, three times more at the most.

        Assumed: an app that has never connected is sent nothing, and nothing is kept for it. What happens during an
        outage is kept and sent when it is over.
        """
        delivery = Delivery("events_api", payload)
        about = {"event_id": payload.get("event_id"), "event": payload.get("event")}
        self._journal.note("event", delivery.name, about)
        if not self.transport.is_listening:
            return
        if self._rates.may_deliver():
            self._in_background(self._until_acknowledged(delivery, 0, None))
            return
        self._journal.note("limited", delivery.name, {"event_id": about["event_id"]})
        minute = int(payload.get("event_time", 0)) // 60 * 60
        if self._rates.is_first_refused_in(minute):
            self._in_background(self._until_acknowledged(too_many_events(payload, minute), 0, None))

    def _in_background(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._under_way.add(task)
        task.add_done_callback(self._arrived)

    def _arrived(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        self._touched()

    async def _until_acknowledged(self, delivery: Delivery, first: int, reason: str | None) -> None:
        for attempt in range(first, self.transport.repetitions + 1):
            if attempt:
                await self.transport.pause(attempt)
            await self._outage.over.wait()
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
        """Send it once, with the failure that was ordered for it."""
        fault = self._faults.take_for(delivery.names)
        if fault is not None:
            self._journal.note("fault", delivery.name, {"kind": fault.kind, "id": delivery.id})
            await self._before(fault, delivery, attempt, reason)
        began = time.monotonic()
        answer = await self._send(delivery, attempt, reason)
        if fault is not None and fault.kind == "lost_ack":
            await asyncio.sleep(began + self.ack_within - time.monotonic())
            raise TimeoutError
        return answer

    async def _before(self, fault: Fault, delivery: Delivery, attempt: int, reason: str | None) -> None:
        match fault.kind:
            case "delay":
                await asyncio.sleep(fault.lasts)
            case "reorder":
                await self._next_one(fault.lasts)
            case "duplicate":
                self._in_background(self._copy(delivery, attempt, reason))

    async def _next_one(self, within: float) -> None:
        """Until a later delivery was acknowledged or refused, or so many seconds have passed."""
        following = asyncio.Event()
        self._held.append(following)
        try:
            async with asyncio.timeout(within):
                await following.wait()
        except TimeoutError:
            self._held = [one for one in self._held if one is not following]

    async def _copy(self, delivery: Delivery, attempt: int, reason: str | None) -> None:
        """Whatever becomes of the second one, nothing follows from it."""
        try:
            await self._send(delivery, attempt, reason)
        except (TimeoutError, ConnectionError):
            return

    async def _send(self, delivery: Delivery, attempt: int, reason: str | None) -> Any:
        about = {"id": delivery.id, "attempt": attempt}
        held, self._held = self._held, []
        self._journal.note("delivery", delivery.name, {**about, **delivery.shown})
        try:
            answer = await self.transport.send(delivery, attempt, reason, self.ack_within)
        except (TimeoutError, ConnectionError) as failure:
            self._journal.note("late", delivery.name, {**about, "reason": reason_of(failure)})
            raise
        finally:
            for one in held:
                one.set()
        self._journal.note("ack", delivery.name, about, answer if isinstance(answer, dict) else {"text": answer})
        self._touched()
        return answer

    async def ask(self, type_: str, payload: dict[str, Any]) -> Any:
        """Deliver a command or interaction. Raises TimeoutError, ConnectionError: the person's wait is over then.

        Assumed: Socket Mode still sends it again, and what is answered to that reaches nobody. During an outage Slack
        does not take it at all.
        """
        delivery = Delivery(type_, payload)
        if self._outage.is_on:
            self._journal.note("lost", delivery.name, {"id": delivery.id})
            raise NotTaken("the workspace is out")
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
    """As in `x-slack-retry-reason`."""
    return failure.reason if isinstance(failure, NotTaken) else "http_timeout"


def too_many_events(payload: dict[str, Any], minute: int) -> Delivery:
    """What the app is told instead: docs.slack.dev, "app_rate_limited event". It stands outside the usual wrapper.

    Assumed: in Socket Mode it comes as any other event.
    """
    about: dict[str, Any] = {one: payload[one] for one in ("token", "team_id", "api_app_id") if one in payload}
    return Delivery("events_api", {**about, "type": "app_rate_limited", "minute_rate_limited": minute})
