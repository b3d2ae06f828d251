"""What is wrong with tokens and scopes is said before work begins."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.sandbox import Fault, Sandbox
from bot.slack.client import open_client
from bot.slack.manifest import build_manifest
from bot.slack.preflight import Refused, Unreachable, preflight

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@asynccontextmanager
async def slack(manifest: dict[str, Any] | None = None) -> AsyncIterator[tuple[Sandbox, dict[str, str]]]:
    async with Sandbox(now=lambda: NOW, manifest=manifest or build_manifest()) as sandbox:
        yield sandbox, sandbox.environment()


async def codes(url: str, bot_token: str, app_token: str | None) -> list[str]:
    """What is refused."""
    async with open_client(url, bot_token) as client:
        with pytest.raises(Refused) as refused:
            await preflight(client, app_token)
    text = str(refused.value)
    assert bot_token not in text
    assert app_token is None or app_token not in text
    return [finding.code for finding in refused.value.findings]


async def test_with_the_right_tokens_we_learn_who_we_are() -> None:
    async with slack() as (sandbox, given), open_client(given["SLACK_API_URL"], given["SLACK_BOT_TOKEN"]) as client:
        identity = await preflight(client, given["SLACK_APP_TOKEN"])
        assert identity.workspace == sandbox.team_id
        assert identity.bot_user == sandbox.bot.id
        assert identity.url.endswith("/")


async def test_everything_that_is_wrong_is_said_at_once() -> None:
    async with slack() as (_, given):
        url = given["SLACK_API_URL"]
        assert await codes(url, "xoxb-wrong", "xapp-wrong") == ["invalid_auth", "invalid_auth"]
        assert await codes(url, given["SLACK_BOT_TOKEN"], "xapp-wrong") == ["invalid_auth"]
        assert await codes(url, "xoxb-wrong", given["SLACK_APP_TOKEN"]) == ["invalid_auth"]


async def test_tokens_that_were_exchanged_are_refused() -> None:
    async with slack() as (_, given):
        assert len(await codes(given["SLACK_API_URL"], given["SLACK_APP_TOKEN"], given["SLACK_BOT_TOKEN"])) == 2


async def test_a_missing_scope_is_named() -> None:
    manifest = build_manifest()
    manifest["oauth_config"]["scopes"]["bot"].remove("pins:write")
    async with slack(manifest) as (_, given), open_client(given["SLACK_API_URL"], given["SLACK_BOT_TOKEN"]) as client:
        with pytest.raises(Refused, match="lacks the scope pins:write"):
            await preflight(client, None)


@pytest.mark.parametrize("kind", ["http_500", "drop_before", "rate_limited", "error"])
async def test_a_slack_that_fails_is_not_taken_for_a_refusal(kind: Any) -> None:
    async with slack() as (sandbox, given), open_client(given["SLACK_API_URL"], given["SLACK_BOT_TOKEN"]) as client:
        sandbox.faults.add(Fault("auth.test", kind))
        with pytest.raises(Unreachable, match="Muster keeps trying"):
            await preflight(client, given["SLACK_APP_TOKEN"])


async def test_an_address_where_nothing_listens_is_unreachable() -> None:
    async with open_client("http://127.0.0.1:9/api/", "xoxb-1") as client:
        with pytest.raises(Unreachable, match="SLACK_API_URL"):
            await preflight(client, None)
