"""What becomes of the app's WebSockets, with slack_sdk's unmodified client on the other side."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.journal import Entry
from tests.sandbox.bolt_app import Office, office, workspace

PING_EVERY = 0.2


@contextlib.asynccontextmanager
async def listening(found: Office, count: int = 1) -> AsyncIterator[list[str]]:
    """Clients that acknowledge everything, and the texts of the messages they were sent."""
    texts: list[str] = []

    async def take(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        texts.append(request.payload.get("event", request.payload).get("text", ""))
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, {"text": "done"}))

    given = found.sandbox.environment()
    web = AsyncWebClient(base_url=given["SLACK_API_URL"])
    clients = [
        SocketModeClient(given["SLACK_APP_TOKEN"], web_client=web, ping_interval=PING_EVERY) for _ in range(count)
    ]
    for client in clients:
        client.socket_mode_request_listeners.append(take)
        await client.connect()  # type: ignore[no-untyped-call]
    await found.sandbox.until(lambda: found.sandbox.connections == count)
    try:
        yield texts
    finally:
        found.sandbox.end_outage()
        for client in clients:
            await client.close()  # type: ignore[no-untyped-call]


@contextlib.asynccontextmanager
async def raw(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A connection without a library."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(sandbox.socket_address(), autoping=False) as socket,
    ):
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


def connects(found: Office) -> list[int]:
    return [one.arguments["number"] for one in found.sandbox.journal.find("connect")]


def disconnects(found: Office) -> dict[int, str]:
    return {one.arguments["number"]: one.arguments["why"] for one in found.sandbox.journal.find("disconnect")}


async def test_a_client_finds_out_by_itself_that_its_connection_is_half_open() -> None:
    async with workspace() as found, listening(found) as texts:
        found.sandbox.deliveries.ack_within = 0.3
        assert found.sandbox.break_connections("half_open") == [1]
        await found.dana.says("lost at first", in_="general")
        await found.sandbox.until(lambda: 1 in disconnects(found) and found.sandbox.connections == 1)
        await found.sandbox.settled()
        assert connects(found) == [1, 2]
        assert disconnects(found) == {1: "the app left a half-open connection"}
        assert texts == ["lost at first"]


async def test_on_a_half_open_connection_nothing_is_answered_not_even_a_goodbye() -> None:
    async with workspace() as found, raw(found.sandbox) as socket:
        found.sandbox.break_connections("half_open", 1)
        await socket.ping(b"sdk-ping-pong:1")
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=0.1)
        assert found.sandbox.connections == 1


async def test_only_the_connection_that_is_named_is_broken() -> None:
    async with workspace() as found, listening(found, 2) as texts:
        assert found.sandbox.break_connections("cut", 2) == [2]
        await found.sandbox.until(lambda: connects(found) == [1, 2, 3])
        await found.dana.says("x", in_="general")
        await found.sandbox.settled()
        assert disconnects(found) == {2: "cut"}
        assert texts == ["x"]


async def test_everything_on_a_slow_connection_comes_late_and_in_order() -> None:
    async with workspace() as found, raw(found.sandbox) as socket:
        found.sandbox.break_connections("latency", seconds=0.2)
        began = time.monotonic()
        for number in range(6):
            await found.dana.says(str(number), in_="general")
        frames = [await socket.receive_json() for _ in range(6)]
        assert 0.2 <= time.monotonic() - began < 1.0  # each frame is late, not later than the one before it
        assert [one["payload"]["event"]["text"] for one in frames] == [str(number) for number in range(6)]
        began = time.monotonic()
        await socket.ping(b"sdk-ping-pong:1")
        assert (await socket.receive()).type is aiohttp.WSMsgType.PONG
        assert time.monotonic() - began >= 0.2


async def test_latency_of_all_connections_holds_for_those_that_come() -> None:
    async with workspace() as found, raw(found.sandbox):
        found.sandbox.break_connections("latency", seconds=0.01)
        async with raw(found.sandbox):
            assert [one.latency for one in found.sandbox.open_connections] == [0.01, 0.01]


async def test_a_renewal_is_announced_and_then_carried_out() -> None:
    async with workspace() as found, raw(found.sandbox) as socket:
        found.sandbox.break_connections("refresh", seconds=0.1)
        warned, asked = await socket.receive_json(), await socket.receive_json()
        assert [one["type"] for one in (warned, asked)] == ["disconnect", "disconnect"]
        assert [one["reason"] for one in (warned, asked)] == ["warning", "refresh_requested"]
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        await socket.close()
        await found.sandbox.until(lambda: disconnects(found) == {1: "refresh_requested"})


async def test_renewals_while_messages_flow_lose_none() -> None:
    async with workspace() as found, listening(found, 2) as texts:
        said = []
        for number in range(30):
            if number % 10 == 5:
                found.sandbox.break_connections("refresh", seconds=0.05)
            said.append(str(number))
            await found.dana.says(str(number), in_="general")
            await found.sandbox.until(lambda: bool(found.sandbox.open_connections))
        found.sandbox.deliveries.ack_within = 0.5
        await found.sandbox.settled()
        assert set(texts) == set(said)


async def test_a_link_can_be_disabled() -> None:
    async with workspace() as found, raw(found.sandbox) as socket:
        found.sandbox.break_connections("link_disabled")
        assert (await socket.receive_json())["reason"] == "link_disabled"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


@pytest.mark.parametrize(
    ("act", "number", "seconds", "words"),
    [
        ("explode", None, None, "there are: latency, half_open, refresh, cut, link_disabled"),
        ("cut", 7, None, "connection 7 is not open; open: none"),
        ("cut", None, 1.0, "cut takes no seconds"),
    ],
)
async def test_what_cannot_be_done_to_a_connection_is_refused(
    act: str, number: int | None, seconds: float | None, words: str
) -> None:
    async with workspace() as found:
        with pytest.raises(ValueError, match=words):
            found.sandbox.break_connections(act, number, seconds)


# Frames that mean nothing


def strays(found: Office) -> list[str]:
    return [one.arguments["why"] for one in found.sandbox.journal.find("stray")]


async def test_odd_frames_are_noted_and_harm_nothing() -> None:
    async with workspace() as found, raw(found.sandbox) as socket:
        for frame in ("{", "[]", '"x"', "{}", '{"envelope_id": ["a"]}', '{"envelope_id": "of nobody"}', "[" * 100_000):
            await socket.send_str(frame)
        await socket.send_bytes(b"\x00\xff")
        await found.sandbox.until(lambda: len(strays(found)) == 8)
        assert strays(found) == [
            "not JSON",
            *["no envelope_id"] * 4,
            "nobody waits for this envelope",
            "not JSON",
            "not a text frame",
        ]
        assert found.sandbox.connections == 1


async def test_a_ping_in_a_text_frame_is_echoed() -> None:
    async with workspace() as found, raw(found.sandbox) as socket:
        await socket.send_str("sdk-ping-pong:1700000000")
        assert await socket.receive_str() == "sdk-ping-pong:1700000000"
        assert not strays(found)


async def test_a_second_acknowledgement_is_noted_and_the_first_one_counts() -> None:
    async with workspace() as found, raw(found.sandbox) as socket:
        typing = asyncio.create_task(found.dana.types("/lunch soup", in_="general"))
        envelope: dict[str, Any] = await socket.receive_json()
        for text in ("first", "second"):
            await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": text}})
        assert (await typing).text == "first"
        await found.sandbox.until(lambda: strays(found) == ["nobody waits for this envelope"])


async def test_a_broken_frame_ends_the_connection_and_nothing_else() -> None:
    async with workspace() as found, listening(found) as texts, raw(found.sandbox) as socket:
        with contextlib.suppress(ConnectionError):  # it may end before all of it was sent
            await socket.send_bytes(b"x" * (4 * 1024 * 1024 + 1))  # more than aiohttp takes in one frame
        await found.sandbox.until(lambda: 2 in disconnects(found))
        await found.dana.says("x", in_="general")
        await found.sandbox.settled()
        assert texts == ["x"]


# An outage of everything


def refused(found: Office) -> list[Entry]:
    return [one for one in found.sandbox.journal.calls() if one.answer == {"ok": False, "error": "outage"}]


async def test_during_an_outage_nothing_works_and_afterwards_nothing_is_lost() -> None:
    async with workspace() as found, listening(found, 2) as texts:
        found.sandbox.outage(0.5)
        assert found.sandbox.is_out
        with pytest.raises(aiohttp.ClientError):
            await found.client.chat_postMessage(channel=found.general, text="never")
        await found.dana.says("meanwhile", in_="general")
        answer = await found.dana.types("/lunch soup", in_="general")
        assert answer.timed_out
        await found.sandbox.until(lambda: found.sandbox.connections == 0)
        await found.sandbox.until(lambda: not found.sandbox.is_out)
        await found.sandbox.settled()
        assert texts == ["meanwhile"]
        assert not found.sandbox.channel("general").shows("never")
        assert {one.method for one in refused(found)} >= {"chat.postMessage", "apps.connections.open"}
        assert [one.method for one in found.sandbox.journal.find("outage")] == ["begins", "ends"]


async def test_during_an_outage_no_request_url_is_called() -> None:
    async with office("http") as found:
        began = found.sandbox.journal.last_number
        found.sandbox.outage(0.2)
        await found.dana.says("meanwhile", in_="general")
        await found.sandbox.settled()
        kinds = [(one.kind, one.method) for one in found.sandbox.journal.find(since=began)]
        assert kinds.index(("outage", "ends")) < kinds.index(("delivery", "message"))
        assert [one["text"] for one in found.heard("message")] == ["meanwhile"]
        assert found.retries == [(None, None)]


async def test_an_outage_can_answer_503_and_be_ended_early() -> None:
    async with workspace() as found, aiohttp.ClientSession() as session:
        found.sandbox.outage(60, "http_503")
        for path in ("/api/auth.test", "/socket?ticket=x", "/response/x", "/upload/v1/x"):
            async with session.post(found.sandbox.url + path) as answer:
                assert answer.status == 503
        async with session.get(found.sandbox.url + "/sandbox/api/state") as answer:
            assert answer.status == 200
        found.sandbox.end_outage()
        assert (await found.client.auth_test())["ok"]


async def test_what_was_on_its_way_when_the_outage_began_comes_again() -> None:
    async with workspace() as found, raw(found.sandbox) as socket:
        found.sandbox.deliveries.ack_within = 0.1
        await found.dana.says("x", in_="general")
        first = await socket.receive_json()
        found.sandbox.outage(0.2)
        await found.sandbox.until(lambda: not found.sandbox.is_out)
        async with raw(found.sandbox) as later:
            second = await later.receive_json()
            await later.send_json({"envelope_id": second["envelope_id"]})
            await found.sandbox.settled()
        assert (first["payload"]["event_id"], first["envelope_id"]) == (
            second["payload"]["event_id"],
            second["envelope_id"],
        )
        assert (first["retry_attempt"], second["retry_reason"]) == (0, "timeout")
        assert second["retry_attempt"] >= 1


def test_an_outage_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="there are: drop, http_503"):
        Sandbox().outage(1.0, "flood")  # type: ignore[arg-type]
