"""The tools by the official SDK. This module alone imports it, and nobody imports this one before somebody asks: the
SDK takes half a second and 30 MB."""

import json
import secrets
from collections.abc import Callable
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

import mcp_types as types
import structlog
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError

from bot.store import DatabaseUnreachable
from bot.web.api.asking import Asking, Refused
from bot.web.mcp.tools import BY_NAME, LARGEST, MARKED, TOOL, Tool, call, inputs, offered

log = structlog.get_logger(__name__)

Context = ServerRequestContext[Any, Any]
AskingOf = Callable[[Context], Asking]
LISTED_FOR: Final = 300_000
"""Milliseconds for which a list of tools may be kept, by whoever asked alone."""
INSTRUCTIONS: Final = (
    "Muster coordinates incidents in Slack. You see what the person behind your token sees there. Incidents are named "
    f"by references such as INC-42, people by Slack ids; `people` says who they are. {MARKED} Whatever you write is a "
    "proposal: people in Slack answer it, you cannot. To take command, resolve, close, cancel, publish, page somebody "
    "or work with private channels, people use Slack themselves."
)


def server(asking_of: AskingOf) -> Server[Any]:
    """Muster as one, for whoever asks by it."""

    async def list_tools(context: Context, _: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        try:
            me = await asking_of(context).ask(BY_NAME["showToken"], {}, {}, {})
        except Refused as refused:
            raise MCPError(types.INVALID_REQUEST, str(refused)) from None
        return types.ListToolsResult(tools=[_described(one) for one in offered(me["scopes"])])

    async def call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = TOOL.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {params.name[:60]}.")
        try:
            found = await call(asking_of(context), tool, params.arguments or {}, _program(context))
        except Refused as refused:
            return _refused(str(refused.problem.get("code", "")), str(refused))
        except DatabaseUnreachable:
            return _refused("database_unreachable", "The database does not answer. Try again in a moment.")
        except Exception:  # whoever asked must be told, whatever is broken
            reference = secrets.token_hex(2).upper()
            log.exception("mcp.failed", reference=reference, tool=tool.name)
            return _refused("internal", f"Something went wrong on our side (ref {reference}).")
        text = json.dumps(found, ensure_ascii=False)
        if len(text) > LARGEST:
            return _refused("too_large", "That is too much for one answer. Ask for less, with a smaller `limit`.")
        return types.CallToolResult(content=[types.TextContent(text=text)], structured_content=found)

    private = CacheHint(ttl_ms=LISTED_FOR, scope="private")
    return Server(
        "muster",
        title="Muster",
        version=version("muster-bot"),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        get_tool_input_schema=lambda name: inputs(TOOL[name]) if name in TOOL else None,
        cache_hints={"tools/list": private, "server/discover": private},
    )


def _described(tool: Tool) -> types.Tool:
    reads = tool.is_reading
    hints = types.ToolAnnotations(
        title=tool.title, read_only_hint=reads, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    return types.Tool(
        name=tool.name, title=tool.title, description=tool.description, input_schema=inputs(tool), annotations=hints
    )


def _refused(code: str, told: str) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(text=told)], structured_content={"code": code, "detail": told}, is_error=True
    )


def _program(context: Context) -> str:
    """How the program calls itself; empty where it does not say."""
    known = context.session.client_params
    return (known.client_info.title or known.client_info.name) if known is not None else ""


class OverHttp:
    """Each request stands alone: no session, nothing streamed. The scope of a request has who asks under `muster`."""

    def __init__(self, hosts: list[str], largest: int) -> None:
        """`hosts`: under which it may be asked for, as the Host header has them."""
        self.manager = StreamableHTTPSessionManager(
            server(lambda context: context.request.scope["muster"] if context.request else _nobody()),
            json_response=True,
            stateless=True,
            security_settings=TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[]),
            max_request_body_size=largest,
        )


def _nobody() -> Asking:
    raise MCPError(types.INTERNAL_ERROR, HTTPStatus.UNAUTHORIZED.phrase)


async def over_stdio(asking: Asking) -> None:
    """Serve whoever started this process, until they hang up. Nothing else may be written on stdout."""
    one = server(lambda _: asking)
    async with stdio_server() as (reads, writes):
        await one.run(reads, writes, one.create_initialization_options())
