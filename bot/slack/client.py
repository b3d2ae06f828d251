"""The connection to Slack's Web API: one HTTP session for everything, and no retries behind our back."""

import ipaddress
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
from slack_sdk.web.async_client import AsyncWebClient

Client = AsyncWebClient

CALL_WITHIN: Final = 10.0
"""Seconds a call may take in all."""
USER_AGENT: Final = "Muster"

logger = logging.getLogger("muster.slack_sdk")
logger.setLevel(logging.WARNING)
"""Given a level of its own: without one slack_sdk prepares a debug line of every call, message text included."""


def is_loopback(url: str) -> bool:
    """Whether an address leads to this very machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names, never for this machine itself (slack_sdk ignores `NO_PROXY`)."""
    return None if is_loopback(url) else load_http_proxy_from_env(logger)


@asynccontextmanager
async def open_client(api_url: str, token: str) -> AsyncIterator[AsyncWebClient]:
    """A client for one token. Its default retry handler would post a message twice when an answer is lost: none here.

    Without a session of its own a client opens a new connection for each call.
    """
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_WITHIN)) as session:
        yield build_client(api_url, token, session)


def build_client(api_url: str, token: str | None, session: aiohttp.ClientSession | None) -> AsyncWebClient:
    client = AsyncWebClient(
        token=token,
        base_url=api_url,
        session=session,
        timeout=int(CALL_WITHIN),
        retry_handlers=[],
        user_agent_prefix=USER_AGENT,
        logger=logger,
    )
    client.proxy = proxy_for(api_url)
    return client
