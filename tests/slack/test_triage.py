"""The question about an alert: posted once, found again, edited in place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.config import policy_loading as policies
from bot.delivery.destination import Absent, Found
from bot.delivery.job import AlertJob
from bot.delivery.outcomes import Done, Gone, Retry
from bot.domain.alerts import Alert
from bot.domain.effects import AskAboutAlert, RefreshAlert
from bot.domain.vocabulary import AlertState, Handling
from bot.sandbox import Sandbox
from bot.slack.client import open_client
from bot.slack.gateway import Gateway
from bot.slack.manifest import build_manifest
from bot.slack.preflight import preflight
from bot.slack.triage import Triage

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ALERT = Alert(
    *(12, "alertmanager", "k", Handling.ASK, "5xx above 5 %", NOW, NOW, NOW + timedelta(minutes=30)),
    state=AlertState.ASKED,
    times=1,
    channel="alerts",
)

POLICY = policies.load(None)


async def keep(_: dict[str, Any]) -> None:
    """Nothing is kept between its calls."""


def asks(alert: Alert = ALERT) -> AlertJob:
    return AlertJob(AskAboutAlert(alert.number), "the-key", alert, NOW, {}, keep)


def refreshes(alert: Alert) -> AlertJob:
    return AlertJob(RefreshAlert(alert.number), "alert:12", alert, NOW, {}, keep)


@asynccontextmanager
async def triage(edited_every: float = 0) -> AsyncIterator[tuple[Sandbox, Triage]]:
    async with Sandbox(now=lambda: NOW, manifest=build_manifest()) as sandbox:
        sandbox.add_channel("alerts", members=[sandbox.bot])
        given = sandbox.environment()
        async with open_client(given["SLACK_API_URL"], given["SLACK_BOT_TOKEN"]) as client:
            gateway = Gateway(client, await preflight(client, None))
            yield sandbox, Triage(gateway, lambda: POLICY, timedelta(seconds=edited_every))


async def test_it_is_posted_with_ways_and_found_again_by_its_key() -> None:
    async with triage() as (sandbox, destination):
        assert await destination.find(asks()) == Absent()
        outcome = await destination.deliver(asks())
        assert isinstance(outcome, Done)
        (posted,) = sandbox.channel("alerts").posted
        assert "5xx above 5 %" in posted.plain
        assert outcome.result["ts"] == posted.ts
        assert await destination.find(asks()) == Found(outcome.result)


async def test_it_is_edited_in_place_and_not_too_often() -> None:
    async with triage(edited_every=60) as (sandbox, destination):
        outcome = await destination.deliver(asks())
        assert isinstance(outcome, Done)
        posted = replace(ALERT, posted_in=outcome.result["channel"], posted_as=outcome.result["ts"], times=37)
        assert isinstance(await destination.deliver(refreshes(posted)), Done)
        (message,) = sandbox.channel("alerts").posted
        assert "×37, last" in message.plain
        assert isinstance(await destination.deliver(refreshes(posted)), Retry)
        assert await destination.find(refreshes(posted)) == Absent()


async def test_it_lists_those_that_have_no_message_of_their_own() -> None:
    others = [replace(ALERT, number=number, title=f"disk {number} full", gathered_by=12) for number in range(13, 33)]
    async with triage() as (sandbox, destination):
        await destination.deliver(replace(asks(), gathered=others))
        (posted,) = sandbox.channel("alerts").posted
        assert "20 more alerts at once" in posted.plain
        assert "`alert 32` disk 32 full" in posted.plain
        assert "disk 20 full" not in posted.plain
        assert "and 8 more: `/incident alert` lists them" in posted.plain
        assert "`/incident alert 32 declare`" in posted.plain


async def test_what_was_never_posted_or_was_deleted_is_let_go_and_a_missing_channel_is_told() -> None:
    async with triage() as (sandbox, destination):
        assert await destination.deliver(refreshes(ALERT)) == Done({})
        channel = sandbox.channel("alerts").id
        assert await destination.deliver(refreshes(replace(ALERT, posted_in=channel, posted_as="1.1"))) == Done({})
        assert await destination.deliver(asks(replace(ALERT, channel="nowhere"))) == Gone("channel_not_found")
