"""A test of somebody's own pager: it rings once, ends by itself, and says what kept it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.delivery.job import TryJob
from bot.delivery.outcomes import Done, NotYet, Result, Retry
from bot.domain.effects import TryPager
from bot.domain.paging import ONE_MESSAGE, REFUSED, TAKEN_AT, TEST_RINGS_FOR
from bot.domain.policy import Apprise, Paging
from bot.domain.policy import PagerDuty as Settings
from bot.integrations.paging.destination import Pagers, Pages
from bot.store import Store
from bot.workflows.context import Context
from tests.domain.given import DANA, NOON, POLICY
from tests.integrations.pagers import VARIABLE, Events
from tests.integrations.test_pagers import by_apprise, by_pagerduty


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here is stored."""
    return sqlite_url


@dataclass
class Desk:
    service: Events
    pagers: Pagers
    pages: Pages
    pager: str
    at: datetime = NOON
    kept: Result = field(default_factory=dict)

    async def keep(self, result: Result) -> None:
        self.kept |= result

    async def tries(self, at: datetime) -> object:
        """The turn of a test that was asked for at noon."""
        self.at = at
        effect = TryPager(DANA, self.pager, NOON)
        return await self.pages.deliver(TryJob(effect, "ab" * 16, dict(self.kept), self.keep))


@asynccontextmanager
async def a_desk(store: Store, key: str | None = None, pager: str = "pagerduty") -> AsyncIterator[Desk]:
    play = by_apprise if pager in ONE_MESSAGE else by_pagerduty
    async with play() as it:
        policy = replace(POLICY, paging=Paging(Settings(), {DANA: {pager: VARIABLE}}, apprise=Apprise()))
        key = it.call.secret if key is None else key
        pagers = Pagers({pager: it.pager}, {VARIABLE: key} if key else {}, lambda: desk.at)
        context = Context(store, policy, (), lambda: NOON)
        desk = Desk(it.service, pagers, Pages(context, pagers, "https://x.example"), pager)
        yield desk


async def test_it_rings_for_a_while_and_ends_by_itself(store: Store) -> None:
    async with a_desk(store) as desk:
        assert await desk.tries(NOON) == NotYet(TEST_RINGS_FOR)
        assert desk.kept == {TAKEN_AT: NOON.isoformat()}
        (page,) = desk.service.ringing.values()
        assert page["payload"]["severity"] == "error"
        assert await desk.tries(NOON + TEST_RINGS_FOR) == Done({})
        assert (desk.service.ringing, desk.service.rang) == ({}, 1)


async def test_what_cannot_be_sent_in_time_is_called_off(store: Store) -> None:
    """Its answers were lost: it may ring all the same."""
    async with a_desk(store) as desk:
        desk.service.answers = [503, -1]
        assert isinstance(await desk.tries(NOON), Retry)
        assert isinstance(await desk.tries(NOON + timedelta(seconds=15)), Retry)
        assert len(desk.service.ringing) <= 1
        assert await desk.tries(NOON + TEST_RINGS_FOR) == Done({REFUSED: "it could not be reached"})
        assert desk.service.ringing == {}


@pytest.mark.parametrize(
    ("key", "why"), [("WR0NG00000000000000000000000000", "pager refused with status 400"), ("", "no pager key is set")]
)
async def test_what_is_refused_is_said_and_not_tried_again(store: Store, key: str, why: str) -> None:
    async with a_desk(store, key) as desk:
        assert await desk.tries(NOON) == Done({REFUSED: why})


async def test_one_message_is_a_test_and_what_nobody_confirms_is_said_and_not_repeated(store: Store) -> None:
    async with a_desk(store, pager="apprise") as desk:
        assert await desk.tries(NOON) == Done({TAKEN_AT: NOON.isoformat()})
        (sent,) = desk.service.received
        assert "Acknowledge" not in sent["message"]
        desk.service.answers = [503]
        assert await desk.tries(NOON) == Done({REFUSED: "nothing confirms that it arrived"})
