"""The issues of trackers: as destinations, and what is said of them there without being asked.

A webhook only has an issue looked at. Webhooks are lost, so every issue that is worth it is looked at each hour as
well, by one of the replicas; that is why nothing of them is kept.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from bot.domain import tracking
from bot.domain.effects import tracker_lane
from bot.domain.ids import IncidentNumber
from bot.integrations.rest import Refused, Stopped
from bot.integrations.trackers import Tracker
from bot.integrations.trackers.destination import Emails, Issues, Owners
from bot.jobs.woken import Woken
from bot.slack.gateway import Gateway
from bot.slack.people import email_of, whose_email
from bot.workflows.context import Context
from bot.workflows.trackers import looked

log = structlog.get_logger(__name__)

SWEPT_EVERY: Final = timedelta(hours=1)
SWEEP: Final = "sweep of trackers"
"""What it is noted by that somebody sweeps."""
AGAIN_EVERY: Final = timedelta(minutes=1)
"""What could not be looked at although a tracker called."""
OVERLAP: Final = timedelta(minutes=5)
"""Issues are learned of by when they were recorded; a transaction may end a little later than another."""
ONE_SWEEP: Final = SWEPT_EVERY - OVERLAP
"""Within which all replicas together sweep once; their timers differ."""


def issues_of(context: Context, gateway: Gateway, trackers: Mapping[str, Tracker]) -> dict[str, Issues]:
    """By the name of their tracker, as the policy has it."""
    emails = Emails(partial(email_of, gateway), partial(whose_email, gateway))
    places = context.policy.trackers
    return {
        name: Issues(places[name], one, Owners(places[name], one, emails), context, gateway.workspace_url)
        for name, one in trackers.items()
    }


class Trackers(Woken):
    """Looks at issues, each tracker's one after the other, and records what is news."""

    failed = "trackers.not_looked"

    def __init__(self, context: Context, issues: Mapping[str, Issues], between: timedelta = ONE_SWEEP) -> None:
        """`between`: how long nobody sweeps after somebody has."""
        super().__init__()
        self._between = between
        self._context = context
        self._issues = issues
        self._called: dict[str, dict[str, str]] = defaultdict(dict)
        """By tracker and issue, who did something to it."""
        self._is_sweeping = False
        self._known: dict[tuple[str, str], tuple[IncidentNumber, int]] = {}
        """By tracker and issue, what it is about."""
        self._known_to: datetime | None = None
        self._settled: set[tuple[str, str]] = set()
        """What is not worth looking at unless somebody calls."""

    def wake(self) -> None:
        self.is_idle = False
        super().wake()

    def call(self, tracker: str, issue: str, by: str) -> None:
        """Something happened to an issue."""
        self._called[tracker][issue] = by
        self.wake()

    def sweep(self) -> None:
        """Look at every issue that is worth it, unless somebody has done so lately."""
        self._is_sweeping = True
        self.wake()

    def again(self) -> None:
        """Look at what could not be looked at when a tracker called."""
        if any(self._called.values()):
            self.wake()

    async def tick(self) -> None:
        is_asked, self._is_sweeping = self._is_sweeping, False
        is_sweep = is_asked and await self._has_its_turn()
        called, self._called = self._called, defaultdict(dict)
        await self._learn()
        await asyncio.gather(*(self._look_at_all(name, called.get(name, {}), is_sweep) for name in self._issues))

    async def _has_its_turn(self) -> bool:
        """Whether none of the replicas swept lately; then it is ours."""
        async with self._context.store.write() as tx:
            return await tx.take_within(SWEEP, self._between)

    async def _learn(self) -> None:
        """Which issues there are."""
        since = self._known_to - OVERLAP if self._known_to is not None else None
        async with self._context.store.read() as tx:
            filed = await tx.issues_filed(since)
        for number, event, at in filed:
            self._known[event.tracker, event.id] = number, event.of
            self._known_to = at

    async def _look_at_all(self, name: str, called: Mapping[str, str], is_sweep: bool) -> None:
        """Those that were called for first. What the tracker does not answer for now is left for later; in a sweep,
        until the next."""
        swept = [id_ for tracker, id_ in self._known if tracker == name and id_ not in called] if is_sweep else []
        left = {**called, **dict.fromkeys(swept, "")}
        try:
            own = await self._issues[name].myself() if called else ""
            for id_, by in {**left}.items():
                is_own = bool(own) and by == own
                if not is_own and (id_ in called or (name, id_) not in self._settled):
                    await self._look_unless_refused(name, id_, is_called=id_ in called)
                del left[id_]
        except Refused as no:
            log.warning("trackers.refused", tracker=name, why=str(no))
        except Stopped as stopped:
            log.warning("trackers.not_answered", tracker=name, why=str(stopped))
            self._called[name] = {**{id_: by for id_, by in left.items() if id_ in called}, **self._called[name]}

    async def _look_unless_refused(self, name: str, id_: str, *, is_called: bool) -> None:
        """One issue that may not be seen stands in no other's way; a token that is no good does. Raises Refused,
        Stopped."""
        try:
            await self._look(name, id_, is_called=is_called)
        except Refused as no:
            if no.status == 401:
                raise
            log.warning("trackers.refused", tracker=name, issue=id_, why=str(no))

    async def _look(self, name: str, id_: str, *, is_called: bool) -> None:
        """Raises Refused, Stopped."""
        number, of = self._known.get((name, id_), (None, 0))
        if number is None:
            return
        async with self._context.store.read() as tx:
            incident = await tx.incident(number)
        issue = tracking.issue_of(incident, of) if incident else None
        is_watched = incident is not None and tracking.is_watched(incident, of, self._context.now())
        if incident is None or issue is None or issue.id != id_ or not (is_called or is_watched):
            self._settled.add((name, id_))
            return
        self._settled.discard((name, id_))
        found = await self._issues[name].look_at(incident, of, issue)
        if await looked(self._context, number, tracker_lane(name, number), found):
            log.info("trackers.news", tracker=name, incident=incident.ref)
