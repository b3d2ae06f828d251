"""What every pager must do, whatever the service answers. Another one joins by a line in `PAGERS`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.destination import Absent
from bot.delivery.outcomes import Done, Gone, Retry
from bot.domain.policy import Jira as JiraSettings
from bot.domain.policy import PagerDuty as Settings
from bot.integrations.outgoing import Outgoing
from bot.integrations.paging.jira import Jira
from bot.integrations.paging.pager import Call, Pager
from bot.integrations.paging.pagerduty import PagerDuty
from tests.integrations.pagers import HANGS_UP, IS_SILENT, KEY, Events, pagerduty_events

CALL = Call("muster/T1/INC-1/page/3/U1", KEY, "INC-1, P1: checkout fails.", "Accept it.", "P1", "https://x.example")
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@dataclass
class Played:
    pager: Pager
    service: Events


@asynccontextmanager
async def by_pagerduty(*, allow_private: bool = True, within: float = 10) -> AsyncIterator[Played]:
    async with pagerduty_events() as service, Outgoing() as client:
        settings = Settings("X", service.url, timedelta(seconds=within), allow_private)
        yield Played(PagerDuty(settings, client), service)


@asynccontextmanager
async def by_jira(*, allow_private: bool = True, within: float = 10) -> AsyncIterator[Played]:
    async with pagerduty_events() as service, Outgoing() as client:
        settings = JiraSettings("X", f"{service.api}/v2/alerts", timedelta(seconds=within), allow_private)
        yield Played(Jira(settings, client), service)


Play = Callable[..., AbstractAsyncContextManager[Played]]
PAGERS: list[Play] = [by_pagerduty, by_jira]
each = pytest.mark.parametrize("play", PAGERS)


@each
async def test_a_call_rings_once_until_it_is_stopped(play: Play) -> None:
    async with play() as it:
        assert await it.pager.send(CALL) == Done({})
        assert await it.pager.send(CALL) == Done({})
        assert (list(it.service.ringing), it.service.rang) == ([CALL.key], 1)
        assert await it.pager.stop(CALL.key, KEY) == Done({})
        assert await it.pager.stop(CALL.key, KEY) == Done({})
        assert it.service.ringing == {}


@each
@pytest.mark.parametrize("failure", [500, 503, 429, HANGS_UP])
async def test_what_failed_for_now_is_tried_again_and_rings_once(play: Play, failure: int) -> None:
    async with play() as it:
        it.service.answers = [failure]
        assert isinstance(await it.pager.send(CALL), Retry)
        assert isinstance(await it.pager.find(CALL), Absent)
        assert await it.pager.send(CALL) == Done({})
        assert it.service.rang == 1
        it.service.answers = [failure]
        assert isinstance(await it.pager.stop(CALL.key, KEY), Retry)


@each
async def test_a_service_that_asks_for_patience_gets_it(play: Play) -> None:
    async with play() as it:
        it.service.answers, it.service.headers = [429, 429], {"Retry-After": "47"}
        assert await it.pager.send(CALL) == Retry(timedelta(seconds=47), "status 429")
        it.service.headers = {}
        assert await it.pager.send(CALL) == Retry(timedelta(seconds=30), "status 429")


@each
async def test_a_service_that_does_not_answer_is_waited_for_no_longer_than_agreed(play: Play) -> None:
    async with play(within=0.2) as it:
        it.service.answers = [IS_SILENT]
        assert await it.pager.send(CALL) == Retry(None, "no answer in time")


@each
async def test_a_wrong_key_is_said_at_once_and_stands_in_no_error(play: Play) -> None:
    async with play() as it:
        wrong = "WR0NG00000000000000000000000000"
        refused = await it.pager.send(Call(CALL.key, wrong, "x", "y", "P2"))
        assert isinstance(refused, Gone)
        assert refused.error in ("pager refused with status 400", "pager refused with status 403")
        assert it.service.rang == 0


@each
async def test_no_private_address_is_called_unless_the_policy_allows_it(play: Play) -> None:
    async with play(allow_private=False) as it:
        assert await it.pager.send(CALL) == Gone("private address")
        assert it.service.received == []


async def test_what_pagerduty_is_sent_is_an_event_of_its_documentation() -> None:
    async with by_pagerduty() as it:
        await it.pager.send(CALL)
        await it.pager.stop(CALL.key, KEY)
        assert it.service.received == [
            {
                "routing_key": KEY,
                "dedup_key": CALL.key,
                "event_action": "trigger",
                "payload": {
                    "summary": CALL.summary,
                    "source": "Muster",
                    "severity": "critical",
                    "custom_details": {"How to accept": "Accept it."},
                },
                "links": [{"href": "https://x.example", "text": "The incident's channel"}],
            },
            {"routing_key": KEY, "dedup_key": CALL.key, "event_action": "resolve"},
        ]


async def test_what_jira_is_sent_is_an_alert_of_its_documentation() -> None:
    async with by_jira() as it:
        long = replace(CALL, summary=f"INC-1, P1: {'x' * 150}. Nobody has taken command.")
        await it.pager.send(long)
        await it.pager.stop(CALL.key, KEY)
        sent, closed = it.service.received
        assert sent == {
            "message": f"{long.summary[:129]}…",
            "alias": CALL.key,
            "description": f"{long.summary}\n\nAccept it.\n\nhttps://x.example",
            "priority": "P1",
            "source": "Muster",
        }
        assert closed == {"source": "Muster"}
