"""`/mcp` in front of verbs at work, asked by the SDK's own client in both of its protocols."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, Implementation

from tests.web.api.conftest import served, sqlite_store  # noqa: F401 - fixtures

PRESENT, PREVIOUS = "2026-07-28", "legacy"
CLAUDE = Implementation(name="claude-code", title="Claude", version="2")


@asynccontextmanager
async def client(port: int, token: str, mode: str = PRESENT) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers, timeout=30) as http:
        transport = streamable_http_client(f"http://127.0.0.1:{port}/mcp", http_client=http)
        async with Client(transport, mode=mode, client_info=CLAUDE) as one:
            yield one


async def asks(one: Client, tool: str, **arguments: Any) -> Any:
    """What the tool tells. Fails where it refuses."""
    result = await one.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert not result.is_error, result.content
    return result.structured_content


async def is_refused(one: Client, tool: str, **arguments: Any) -> tuple[str, str]:
    """The code and the words of a refusal."""
    result = await one.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert result.is_error, result.structured_content
    return result.structured_content["code"], result.structured_content["detail"]
