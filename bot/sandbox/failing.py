"""How a call of the Web API fails that was ordered to."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.sandbox.faults import Fault, Kind

PAGE = """<!DOCTYPE html>
<html><head><title>Slack is not available</title></head><body><h1>Something went wrong</h1></body></html>
"""
"""What a load balancer might say; no client should look into it."""

Failure = Callable[[Fault, web.Request], Awaitable[web.StreamResponse | None]]
Loss = Callable[[web.Request, web.Response], Awaitable[web.StreamResponse]]


def too_many(seconds: int) -> web.Response:
    """docs.slack.dev, "Rate limits"."""
    answer = {"ok": False, "error": "ratelimited"}
    return web.json_response(answer, status=429, headers={"Retry-After": str(seconds)})


def drop(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def _rate_limited(fault: Fault, _: web.Request) -> web.Response:
    return too_many(fault.retry_after)


async def _error(fault: Fault, _: web.Request) -> web.Response:
    return web.json_response({"ok": False, "error": fault.error})


async def _http_500(fault: Fault, _: web.Request) -> web.Response:
    return web.Response(status=fault.status, text="Internal Server Error")


async def _html(fault: Fault, _: web.Request) -> web.Response:
    return web.Response(status=fault.status, text=PAGE, content_type="text/html")


async def _drop_before(_: Fault, request: web.Request) -> web.Response:
    return drop(request)


async def _latency(fault: Fault, _: web.Request) -> None:
    await asyncio.sleep(fault.lasts)


INSTEAD: Mapping[Kind, Failure] = {
    "rate_limited": _rate_limited,
    "error": _error,
    "http_500": _http_500,
    "html": _html,
    "drop_before": _drop_before,
    "latency": _latency,
}


async def instead_of_acting(fault: Fault, request: web.Request) -> web.StreamResponse | None:
    """What a fault answers instead of acting; None when the call goes on."""
    failure = INSTEAD.get(fault.kind)
    return await failure(fault, request) if failure is not None else None


async def _dropped(request: web.Request, _: web.Response) -> web.StreamResponse:
    return drop(request)


async def _truncated(request: web.Request, whole: web.Response) -> web.StreamResponse:
    body = whole.body if isinstance(whole.body, bytes) else b""
    answer = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await answer.prepare(request)
    await answer.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return answer


AFTERWARDS: Mapping[Kind, Loss] = {"act_then_drop": _dropped, "truncated": _truncated}


async def after_acting(fault: Fault | None, request: web.Request, whole: web.Response) -> web.StreamResponse:
    """What becomes of an answer: a fault may lose it, or half of it."""
    loss = AFTERWARDS.get(fault.kind) if fault is not None else None
    return await loss(request, whole) if loss is not None else whole
