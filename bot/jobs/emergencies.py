"""What was declared while the database was away: its channel is opened at once, and the record catches up.

Each step stands in the journal before the next, and is harmless when it is done again. What has to be there once – the
incident, and that the channel is its – is one transaction, which the request's id lets through once.
"""

from collections.abc import Awaitable, Callable

import structlog

from bot.blocks import away
from bot.blocks.message import Rendered
from bot.domain.actor import Person
from bot.domain.emergency import Emergency
from bot.domain.ids import ref
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.door.caller import SLACK, Caller
from bot.door.under_way import under_way
from bot.jobs.woken import Woken
from bot.slack.rooms import NoRoom, Rooms
from bot.store import DatabaseUnreachable, Journal
from bot.verbs.perform import perform
from bot.verbs.requests import Declare
from bot.verbs.verb import Dependencies
from bot.workflows.observations import adopt

log = structlog.get_logger(__name__)

Record = Callable[[Emergency], Awaitable[Incident]]
"""Makes an incident of it, once. Raises Refusal, DatabaseUnreachable."""


class Emergencies(Woken):
    """Sees to what waits in the journal."""

    failed = "emergencies.round_failed"

    def __init__(self, journal: Journal, rooms: Rooms, policy: Callable[[], Policy]) -> None:
        super().__init__()
        self._journal = journal
        self._rooms = rooms
        self._policy = policy
        self._record: Record | None = None
        """None until the database was reached for the first time."""
        self._is_away: Callable[[], bool] = lambda: True

    def go_on_with(self, record: Record, is_away: Callable[[], bool]) -> None:
        """From now on there is a database, unless it `is_away`."""
        self._record, self._is_away = record, is_away

    def wake_if_any(self) -> None:
        """What could not be done is tried again with each tick."""
        if self._journal.waiting:
            self.wake()

    async def tick(self) -> None:
        for emergency in list(self._journal.waiting.values()):
            if self._stopping:
                return
            with under_way("emergency", request=emergency.id):
                try:
                    await self._see_to(emergency)
                except Exception:  # a defect in one must not keep the others
                    log.exception(self.failed)

    async def _see_to(self, emergency: Emergency) -> None:
        if emergency.room is None and not emergency.has_no_room:
            emergency = await self._opened(emergency)
        if emergency.room is not None and not emergency.is_told:
            emergency = await self._told(emergency)
        if emergency.room is None and not emergency.has_no_room:
            return  # without knowing that it has no channel, it could get a second one
        if self._record is not None and not self._is_away():
            await self._recorded(emergency, self._record)

    async def _opened(self, emergency: Emergency) -> Emergency:
        try:
            room = await self._rooms.open(emergency.name, is_private=emergency.report.is_private)
        except NoRoom as why:
            log.warning("emergency.no_room", why=str(why))
            return await self._journal.opened(emergency, None)
        return emergency if room is None else await self._journal.opened(emergency, room)

    async def _told(self, emergency: Emergency) -> Emergency:
        if emergency.room is None:
            return emergency
        event = emergency.as_it_will_be(self._policy())
        people = tuple(dict.fromkeys(one for one in (emergency.by, event.asked) if one))
        is_done = await self._rooms.invite(emergency.room, people)
        is_done = is_done and await self._rooms.tell(emergency.room, emergency.key, away.room(event))
        return await self._journal.told(emergency) if is_done else emergency

    async def _recorded(self, emergency: Emergency, record: Record) -> None:
        try:
            incident = await record(emergency)
        except DatabaseUnreachable:
            return
        except Refusal as refusal:
            await self._say(emergency, away.not_recorded(str(refusal)))
            await self._journal.settled(emergency, type(refusal).__name__)
            return
        if incident.channel is None and emergency.room is not None:
            return  # the effect that opens one is under way: the next round knows more
        if emergency.room is not None and incident.channel is not None and incident.channel != emergency.room.channel:
            await self._say(emergency, away.goes_on(incident.ref, incident.channel))
        log.info("emergency.recorded", incident=incident.ref)
        await self._journal.settled(emergency, incident.ref)

    async def _say(self, emergency: Emergency, told: Rendered) -> None:
        if emergency.room is not None:
            await self._rooms.say(emergency.room, told)


async def record(verbs: Dependencies, emergency: Emergency) -> Incident:
    """Declare it by the ordinary verb, as whoever declared it; a second time finds the first one's. Its channel becomes
    the incident's with it, or now, where the declaration was recorded just before the database went away."""
    caller = Caller(Person(emergency.by), SLACK, emergency.id, emergency.typed_in)
    outcome = await perform(verbs, caller, Declare(emergency.report, anyway=True, begun=emergency.begun))
    store, number = verbs.context.store, outcome.incident.number
    async with store.write() as tx:
        if emergency.room is not None:
            await adopt(verbs.context, tx, number, emergency.room)
        found = await tx.incident(number)
    if found is None:
        raise LookupError(f"{ref(number)} was declared and is gone")
    return found
