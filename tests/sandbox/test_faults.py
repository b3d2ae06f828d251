"""Failing on demand."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler

from bot.sandbox import Fault
from bot.sandbox.faults import Kind
from tests.sandbox.bolt_app import workspace


async def test_an_answer_can_be_lost_after_the_message_was_posted() -> None:
    async with workspace() as office:
        office.sandbox.faults.add(Fault("chat.postMessage", "act_then_drop"))
        with pytest.raises(aiohttp.ClientError):
            await office.client.chat_postMessage(channel=office.general, text="once")
        assert [one.text for one in office.sandbox.channel("general").messages] == ["once"]


async def test_a_call_can_be_lost_before_anything_was_done() -> None:
    async with workspace() as office:
        office.sandbox.faults.add(Fault("chat.postMessage", "drop_before"))
        with pytest.raises(aiohttp.ClientError):
            await office.client.chat_postMessage(channel=office.general, text="never")
        assert not office.sandbox.channel("general").messages


async def test_a_client_that_repeats_a_lost_call_doubles_the_message() -> None:
    """The reason why a client that delivers must not repeat by itself."""
    async with workspace() as office:
        office.client.retry_handlers.append(AsyncConnectionErrorRetryHandler(max_retry_count=1))
        office.sandbox.faults.add(Fault("chat.postMessage", "act_then_drop"))
        await office.client.chat_postMessage(channel=office.general, text="twice")
        assert [one.text for one in office.sandbox.channel("general").messages] == ["twice", "twice"]


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        (Fault("chat.postMessage", "rate_limited", retry_after=7), 429, "ratelimited"),
        (Fault("*", "error", error="fatal_error"), 200, "fatal_error"),
    ],
)
async def test_a_call_can_be_refused(fault: Fault, status: int, error: str) -> None:
    async with workspace() as office:
        office.sandbox.faults.add(fault)
        with pytest.raises(SlackApiError) as refused:
            await office.client.chat_postMessage(channel=office.general, text="x")
        assert (refused.value.response.status_code, refused.value.response["error"]) == (status, error)
        if status == 429:
            assert refused.value.response.headers["Retry-After"] == "7"
        await office.client.chat_postMessage(channel=office.general, text="the next one passes")


async def test_a_fault_waits_for_its_turn_and_lasts_as_long_as_it_should() -> None:
    async with workspace() as office:
        office.sandbox.faults.add(Fault("users.info", "error", after=1, times=2))
        found = []
        for _ in range(4):
            try:
                found.append((await office.client.users_info(user=office.dana.id))["ok"])
            except SlackApiError:
                found.append(False)
        assert found == [True, False, False, True]


async def test_calls_can_be_made_slow_without_holding_each_other_up() -> None:
    async with workspace() as office:
        office.sandbox.latency = 0.1
        began = time.monotonic()
        await asyncio.gather(*(office.client.users_info(user=office.dana.id) for _ in range(10)))
        assert 0.1 <= time.monotonic() - began < 0.9


@pytest.mark.parametrize("kind", ["http_500", "html"])
async def test_a_load_balancer_can_answer_instead(kind: Kind) -> None:
    async with workspace() as office:
        office.sandbox.faults.add(Fault("chat.postMessage", kind, status=503))
        with pytest.raises(SlackApiError) as refused:
            await office.client.chat_postMessage(channel=office.general, text="never")
        assert refused.value.response.status_code == 503
        assert not office.sandbox.channel("general").messages


async def test_a_page_can_come_where_an_answer_should() -> None:
    """With status 200: not even the status tells the client."""
    async with workspace() as office:
        office.sandbox.faults.add(Fault("chat.postMessage", "html", status=200))
        with pytest.raises(SlackApiError):
            await office.client.chat_postMessage(channel=office.general, text="never")
        assert not office.sandbox.channel("general").messages


async def test_an_answer_can_break_off_after_the_message_was_posted() -> None:
    async with workspace() as office:
        office.sandbox.faults.add(Fault("chat.postMessage", "truncated"))
        with pytest.raises(aiohttp.ClientPayloadError):
            await office.client.chat_postMessage(channel=office.general, text="once")
        assert [one.text for one in office.sandbox.channel("general").messages] == ["once"]


async def test_what_failed_stands_in_the_journal() -> None:
    async with workspace() as office:
        office.sandbox.faults.add(Fault("users.info", "http_500"))
        with pytest.raises(SlackApiError):
            await office.client.users_info(user=office.dana.id)
        fault, call = office.sandbox.journal.find()[-2:]
        assert (fault.kind, fault.method, fault.arguments["kind"]) == ("fault", "users.info", "http_500")
        assert (call.kind, call.answer) == ("call", {"ok": False, "error": "http_500"})
        assert call.number == fault.number + 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "explode"}, "there are: rate_limited, error"),
        ({"kind": "http_500", "status": 404}, "500 to 599, not 404"),
        ({"kind": "error", "times": 0}, "times"),
        ({"kind": "latency", "seconds": -1}, "seconds"),
        ({"kind": "latency", "seconds": float("inf")}, "seconds"),
    ],
)
def test_what_is_no_fault_is_refused_with_what_there_is(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Fault("chat.postMessage", **fields)
