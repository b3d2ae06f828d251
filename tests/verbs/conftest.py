"""Verbs through a real store, without a door."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.actor import Integration, Person
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.people import Profile
from bot.domain.policy import PagerDuty, Paging, RegulationRules
from bot.domain.regulations import NIS2
from bot.domain.timeline import Recorded
from bot.store import Audited, Store
from bot.verbs.verb import Dependencies
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex
from tests.domain.given import BO, NOON, PAGE, POLICY, ROLLBACK

ALERTMANAGER = Integration("Alertmanager", "alertmanager")
PERSON = Person(BO)
EQUIPPED = replace(
    POLICY,
    status_page=PAGE,
    paging=Paging(PagerDuty(), {BO: {"pagerduty": "MUSTER_PAGE_BO"}}),
    regulations={"nis2": RegulationRules(NIS2)},
)
"""With whatever verbs may be about."""


@dataclass(slots=True)
class Workplace:
    """Verbs at work in one workspace, and a clock that is put forward by hand."""

    store: Store
    now: datetime = NOON
    dependencies: Dependencies = field(init=False)

    def __post_init__(self) -> None:
        context = Context(self.store, EQUIPPED, (ROLLBACK,), lambda: self.now)
        self.dependencies = Dependencies(context, SearchIndex(context), self._look_up)

    def later(self, span: timedelta) -> None:
        self.now += span

    async def timeline(self, number: int = 1) -> tuple[Recorded, ...]:
        async with self.store.read() as tx:
            return tuple(await tx.timeline(IncidentNumber(number)))

    async def audit(self) -> list[Audited]:
        async with self.store.read() as tx:
            return list(await tx.audit())

    async def refusals(self) -> list[Audited]:
        return [one for one in await self.audit() if one.outcome == "refused"]

    async def _look_up(self, user: SlackUserId) -> Profile:
        return Profile(user, user)


@pytest.fixture
def workplace(store: Store) -> Workplace:
    return Workplace(store)
