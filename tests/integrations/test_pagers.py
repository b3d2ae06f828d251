"""What every pager must do, whatever the service answers. Another one joins by a line in `PAGERS`."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.destination import Absent, CannotTell
from bot.delivery.outcomes import Done, Gone, Retry, Unknown
from bot.domain.policy import Apprise as AppriseSettings
from bot.domain.policy import Jira as JiraSettings
from bot.domain.policy import PagerDuty as Settings
from bot.integrations.outgoing import Outgoing
from bot.integrations.paging.apprise import AGAIN, NOT_CONFIRMED, Apprise, NotInstalled, addresses_of
from bot.integrations.paging.jira import Jira
from bot.integrations.paging.pager import Call, Pager
from bot.integrations.paging.pagerduty import PagerDuty
from tests.conftest import nothing_may_be_skipped
from tests.integrations.pagers import HANGS_UP, IS_SILENT, KEY, Events, pagerduty_events

CALL = Call("muster/T1/INC-1/page/3/U1", KEY, "INC-1, P1: checkout fails.", "Accept it.", "P1", "https://x.example")
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@dataclass
class Played:
    pager: Pager
    service: Events
    call: Call = CALL


@asynccontextmanager
async def by_pagerduty(*, allow_private: bool = True, within: float = 10) -> AsyncIterator[Played]:
    async with pagerduty_events() as service, Outgoing() as client:
        settings = Settings("X", service.url, within=timedelta(seconds=within), allow_private_address=allow_private)
        yield Played(PagerDuty(settings, client), service)


@asynccontextmanager
async def by_jira(*, allow_private: bool = True, within: float = 10) -> AsyncIterator[Played]:
    async with pagerduty_events() as service, Outgoing() as client:
        url, limit = f"{service.api}/v2/alerts", timedelta(seconds=within)
        settings = JiraSettings("X", url, within=limit, allow_private_address=allow_private)
        yield Played(Jira(settings, client), service)


@asynccontextmanager
async def by_apprise(*, within: float = 10) -> AsyncIterator[Played]:
    async with pagerduty_events() as service:
        try:
            addresses_of(service.address)
        except NotInstalled:
            if nothing_may_be_skipped():
                raise
            pytest.skip("the extra apprise is not installed")
        settings = AppriseSettings("X", timedelta(seconds=within))
        yield Played(Apprise(settings), service, replace(CALL, secret=service.address))


Play = Callable[..., AbstractAsyncContextManager[Played]]
RINGING: list[Play] = [by_pagerduty, by_jira]
PAGERS: list[Play] = [*RINGING, by_apprise]
each = pytest.mark.parametrize("play", PAGERS)
each_that_rings = pytest.mark.parametrize("play", RINGING)
"""Those whose calls are known by a key, go on and can be stopped."""
FAILURES = [500, 503, 429, HANGS_UP]


@each
async def test_whoever_is_called_hears_it_and_to_stop_it_does_no_harm(play: Play) -> None:
    async with play() as it:
        assert await it.pager.send(it.call) == Done({})
        assert it.service.rang == 1
        assert it.call.summary in str(it.service.received)
        assert await it.pager.stop(it.call.key, it.call.secret) == Done({})
        assert await it.pager.stop(it.call.key, it.call.secret) == Done({})


@each
@pytest.mark.parametrize("failure", FAILURES)
async def test_what_failed_is_sent_again_until_it_was_taken(play: Play, failure: int) -> None:
    async with play() as it:
        it.service.answers = [failure]
        assert isinstance(await it.pager.send(it.call), Retry | Unknown)
        assert await it.pager.find(it.call) in (Absent(), CannotTell(may_be_repeat=True))
        assert await it.pager.send(replace(it.call, is_repeat=True)) == Done({})
        rang_before = failure == HANGS_UP and play is by_apprise
        assert it.service.rang == (2 if rang_before else 1), "rather twice than never, and never twice by one key"


@each
async def test_a_service_that_does_not_answer_is_waited_for_no_longer_than_agreed(play: Play) -> None:
    async with play(within=0.2) as it:
        it.service.answers = [IS_SILENT]
        assert await it.pager.send(it.call) in (Retry(None, "no answer in time"), Unknown(NOT_CONFIRMED))


@each
async def test_a_key_that_can_be_none_is_refused_and_stands_in_no_error(play: Play) -> None:
    async with play() as it:
        wrong = "WR0NG00000000000000000000000000"
        refused = await it.pager.send(replace(it.call, secret=wrong))
        assert isinstance(refused, Gone)
        assert wrong not in refused.error
        assert it.service.rang == 0


@each_that_rings
async def test_a_call_rings_once_until_it_is_stopped(play: Play) -> None:
    async with play() as it:
        assert await it.pager.send(CALL) == Done({})
        assert await it.pager.send(CALL) == Done({})
        assert (list(it.service.ringing), it.service.rang) == ([CALL.key], 1)
        assert await it.pager.stop(CALL.key, KEY) == Done({})
        assert await it.pager.stop(CALL.key, KEY) == Done({})
        assert it.service.ringing == {}


@each_that_rings
@pytest.mark.parametrize("failure", FAILURES)
async def test_a_stop_that_failed_is_tried_again(play: Play, failure: int) -> None:
    async with play() as it:
        it.service.answers = [failure]
        assert isinstance(await it.pager.stop(CALL.key, KEY), Retry)


@each_that_rings
async def test_a_service_that_asks_for_patience_gets_it(play: Play) -> None:
    async with play() as it:
        it.service.answers, it.service.headers = [429, 429], {"Retry-After": "47"}
        assert await it.pager.send(CALL) == Retry(timedelta(seconds=47), "status 429")
        it.service.headers = {}
        assert await it.pager.send(CALL) == Retry(timedelta(seconds=30), "status 429")


@each_that_rings
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


async def test_what_apprise_sends_is_a_message_and_a_repeated_one_says_so() -> None:
    async with by_apprise() as it:
        call = replace(it.call, bridge="https://meet.example/1")
        await it.pager.send(call)
        await it.pager.send(replace(call, priority="P3", is_repeat=True))
        first, again = it.service.received
        assert (first["title"], first["type"]) == (CALL.summary, "failure")
        assert first["message"].split() == ["Accept", "it.", "https://x.example", "https://meet.example/1"]
        assert (again["title"], again["type"]) == (CALL.summary, "warning")
        assert again["message"] == f"{AGAIN}\n{first['message']}"


@pytest.mark.parametrize("failure", [401, HANGS_UP])
async def test_apprise_says_nothing_of_whom_it_could_not_reach(failure: int, caplog: pytest.LogCaptureFixture) -> None:
    async with by_apprise() as it:
        it.service.answers = [failure]
        with caplog.at_level(logging.WARNING):
            assert await it.pager.send(it.call) == Unknown(NOT_CONFIRMED)
        assert caplog.text == ""


async def test_of_several_addresses_one_that_takes_it_is_enough_and_all_must_be_some() -> None:
    async with by_apprise() as it, pagerduty_events() as another:
        both = replace(it.call, secret=f"{it.service.address} {another.address}")
        another.answers = [503]
        assert await it.pager.send(both) == Done({})
        assert (it.service.rang, another.rang) == (1, 0)
        it.service.answers, another.answers = [503], [503]
        assert await it.pager.send(both) == Unknown(NOT_CONFIRMED)
        assert isinstance(await it.pager.send(replace(both, secret=f"{it.service.address} pagerr://x")), Gone)
        assert isinstance(await it.pager.send(replace(both, secret=" ")), Gone)
