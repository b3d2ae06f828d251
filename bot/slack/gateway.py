"""Calls to Slack, one method at a time, each with an outcome that is a value. No text and no token is logged."""

import io
import json
from datetime import timedelta
from time import perf_counter
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.outcomes import Done, Gone, Outcome, Result, Retry, Unknown
from bot.delivery.pace import Pace
from bot.domain.ids import ChannelId, SlackUserId
from bot.door.under_way import failed, under_way
from bot.slack import traffic_metrics
from bot.slack.client import proxy_for
from bot.slack.methods import METHODS
from bot.slack.outcomes import read_refusal, read_status
from bot.slack.preflight import Identity

log = structlog.get_logger(__name__)

PAGE = 200
RATE_LIMITED = "ratelimited"
"""Slack answers, and asks for patience."""
NOT_CONNECTED = "not connected"
A_SECOND = timedelta(seconds=1)
POST = "chat.postMessage"
"""Slack counts it by channel, too."""
NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""The connection was never made, so Slack cannot have acted."""
LOST = (aiohttp.ClientError, TimeoutError, OSError)
UNREADABLE = (SlackClientError, ValueError, AttributeError)
"""What slack_sdk raises for an answer that is no JSON object."""


class Gateway:
    """Our way to Slack as one bot user of one workspace."""

    def __init__(self, client: AsyncWebClient, identity: Identity, pace: Pace | None = None) -> None:
        """`pace`: counts what is called."""
        self._client = client
        self.pace = pace
        self.bot_user = SlackUserId(identity.bot_user)
        self.workspace_url = identity.url
        self.organisation = identity.organisation
        self.is_failing = False
        """Whether the last call did not reach Slack, or nobody knows."""

    async def call(self, method: str, **arguments: Any) -> Outcome:
        """Call one method; never raises for what Slack or the network do. Raises LookupError for one not in METHODS."""
        if method not in METHODS:
            raise LookupError(f"{method} is not in METHODS, so the manifest asks for no scope for it")
        began = perf_counter()
        with under_way(f"slack {method}", "calling"):
            outcome = await self._outcome(method, _as_form(arguments))
            if not isinstance(outcome, Done):
                failed(outcome.error if isinstance(outcome, Gone) else outcome.why)
        self.is_failing = isinstance(outcome, Retry | Unknown) and outcome.why != RATE_LIMITED
        self._count(method, outcome, str(arguments.get("channel", "")) if method == POST else "")
        traffic_metrics.call(method, type(outcome).__name__.lower(), perf_counter() - began)
        match outcome:
            case Unknown(why=why) | Retry(why=why):
                log.warning("slack.call", method=method, outcome=type(outcome).__name__, why=why)
            case Gone(error=error):
                log.info("slack.call", method=method, outcome="Gone", error=error)
            case Done():
                pass
        return outcome

    def _count(self, method: str, outcome: Outcome, channel: str) -> None:
        """What Slack never heard of it does not count, nor what it did not take."""
        match outcome:
            case Retry(after=after, why=why) if why == RATE_LIMITED:
                traffic_metrics.RATE_LIMITED.labels(method).inc()
                if self.pace is not None:
                    self.pace.refused(method, (after or A_SECOND).total_seconds(), channel)
            case Retry(why=why) if why.startswith(NOT_CONNECTED):
                pass
            case _ if self.pace is not None:
                self.pace.called(method)

    async def turn(self, method: str) -> None:
        """For what nobody waits for: wait until it takes nothing away from anybody."""
        if self.pace is not None:
            await self.pace.turn(method)

    async def _outcome(self, method: str, form: dict[str, str]) -> Outcome:
        try:
            response = await self._client.api_call(method, data=form)
        except SlackApiError as error:
            return self._for(method, read_refusal(method, error))
        except NEVER_SENT as error:
            return Retry(None, f"{NOT_CONNECTED}: {type(error).__name__}")
        except LOST as error:
            return self._for(method, Unknown(f"answer lost: {type(error).__name__}"))
        except UNREADABLE as error:
            return self._for(method, Unknown(f"unreadable answer: {type(error).__name__}"))
        return Done(response.data) if isinstance(response.data, dict) else Unknown("unreadable answer")

    def _for(self, method: str, outcome: Outcome) -> Outcome:
        """Reading twice is harmless: for a method that only reads, an unknown outcome is one to try again."""
        if isinstance(outcome, Unknown) and METHODS[method].is_read:
            return Retry(None, outcome.why)
        return outcome

    async def upload(self, url: str, content: bytes) -> Outcome:
        """Send a file's bytes to the address that `files.getUploadURLExternal` reserved for it."""
        session = self._client.session
        if session is None:
            raise LookupError("the client has no session")
        try:
            async with session.post(url, data=io.BytesIO(content), proxy=proxy_for(url)) as response:
                status, retry_after = response.status, response.headers.get("Retry-After")
        except NEVER_SENT as error:
            return Retry(None, f"{NOT_CONNECTED}: {type(error).__name__}")
        except LOST as error:
            return Unknown(f"answer lost: {type(error).__name__}")
        if status == 200:
            return Done({})
        return read_status(status, retry_after) or Gone(f"upload_failed_{status}")

    async def own_channels(self) -> list[Result] | Retry | Unknown | Gone:
        """The channels that the bot is in and that are not archived. Never all channels of the workspace."""
        found: list[Result] = []
        cursor = ""
        while True:
            outcome = await self.call(
                "users.conversations",
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=PAGE,
                cursor=cursor,
            )
            if not isinstance(outcome, Done):
                return outcome
            found += outcome.result.get("channels", [])
            cursor = outcome.result.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return found

    async def own_channel(self, name: str) -> ChannelId | Retry | Unknown | Gone | None:
        """The channel of that name (or id) that the bot is in; None when it is in none."""
        channels = await self.own_channels()
        if not isinstance(channels, list):
            return channels
        wanted = name.lstrip("#")
        return next((ChannelId(one["id"]) for one in channels if wanted in (one.get("name"), one["id"])), None)


def _as_form(arguments: dict[str, Any]) -> dict[str, str]:
    """Every method takes a form; not every method takes JSON. Arguments that are None are left out."""
    return {name: _as_field(value) for name, value in arguments.items() if value is not None}


def _as_field(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
