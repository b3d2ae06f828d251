"""What can go wrong between the workspace and the app, with unmodified Bolt on the other side."""

import time
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox import Fault
from bot.sandbox.delivering import Delivery, NotTaken
from bot.sandbox.http_mode import DELAYED, HttpMode
from tests.sandbox.bolt_app import BUTTON, TRANSPORTS, Office, office, workspace


def texts(found: Office) -> list[str]:
    return [one["text"] for one in found.heard("message")]


def attempts(found: Office, name: str) -> list[int]:
    """The attempts at sending payloads of a name, in their order."""
    return [one.arguments["attempt"] for one in found.sandbox.journal.find("delivery", name)]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_an_acknowledgement_that_is_lost_brings_the_event_again(transport: str) -> None:
    async with office(transport, ack_within=0.3) as found:
        began = found.sandbox.journal.last_number
        found.sandbox.faults.add(Fault("message", "lost_ack"))
        await found.dana.says("x", in_="general")
        await found.sandbox.settled()
        assert texts(found) == ["x", "x"]
        assert len({one["event_id"] for one in found.events}) == 1
        journal = found.sandbox.journal.find(since=began)
        first, second = (one for one in journal if one.kind == "delivery" and one.method == "message")
        assert second.at - first.at >= 0.3
        assert [one.arguments["kind"] for one in journal if one.kind == "fault"] == ["lost_ack"]
        if transport == "http":
            assert found.retries == [(None, None), (1, "http_timeout")]


async def test_a_command_whose_acknowledgement_is_lost_fails_for_its_typist_and_comes_again() -> None:
    async with office(ack_within=0.3) as found:
        found.sandbox.faults.add(Fault("slash_commands", "lost_ack"))
        answer = await found.dana.types("/lunch soup", in_="general")
        assert answer.timed_out
        assert "operation_timeout" in answer.text
        await found.sandbox.settled()
        assert len(found.commands) == 2
        assert found.commands[0]["trigger_id"] == found.commands[1]["trigger_id"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_an_event_can_come_twice_with_the_same_id(transport: str) -> None:
    async with office(transport, connections=2 if transport == "sockets" else 1) as found:
        found.sandbox.faults.add(Fault("message", "duplicate"))
        await found.dana.says("x", in_="general")
        await found.dana.says("y", in_="general")
        await found.sandbox.settled()
        assert sorted(texts(found)) == ["x", "x", "y"]
        assert len({one["event_id"] for one in found.events}) == 2
        assert attempts(found, "message")[-3:] == [0, 0, 0]
        assert not found.sandbox.journal.find("lost")


async def test_a_click_can_come_twice_and_is_acknowledged_once() -> None:
    async with office() as found:
        await found.client.chat_postMessage(channel=found.general, text="Agree?", blocks=[BUTTON])
        found.sandbox.faults.add(Fault("block_actions", "duplicate"))
        assert (await found.dana.clicks("Agree", in_="general")).ok
        await found.sandbox.settled()
        assert [one["trigger_id"] for one in found.clicks] == [found.clicks[0]["trigger_id"]] * 2


async def test_an_event_can_be_late() -> None:
    async with office() as found:
        found.sandbox.faults.add(Fault("message", "delay", seconds=0.2))
        began = time.monotonic()
        await found.dana.says("x", in_="general")
        await found.sandbox.settled()
        assert time.monotonic() - began >= 0.2
        assert texts(found) == ["x"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_an_event_can_be_overtaken_by_the_next_one(transport: str) -> None:
    async with office(transport) as found:
        found.sandbox.faults.add(Fault("message", "reorder", seconds=5))
        for text in ("first", "second", "third"):
            await found.dana.says(text, in_="general")
        await found.sandbox.settled()
        assert texts(found)[0] != "first"
        assert sorted(texts(found)) == ["first", "second", "third"]


async def test_an_event_that_nothing_overtakes_is_sent_in_the_end() -> None:
    async with office() as found:
        found.sandbox.faults.add(Fault("events_api", "reorder", seconds=0.1))
        await found.dana.says("alone", in_="general")
        await found.sandbox.settled()
        assert texts(found) == ["alone"]


async def test_faults_of_calls_and_of_deliveries_do_not_use_each_other_up() -> None:
    async with office() as found:
        found.sandbox.faults.add(Fault("*", "duplicate", after=1))
        found.sandbox.faults.add(Fault("*", "latency", seconds=0.01))
        await found.client.users_info(user=found.dana.id)
        assert [one.kind for one in found.sandbox.faults.waiting] == ["duplicate"]
        await found.dana.says("once", in_="general")
        await found.dana.says("twice", in_="general")
        await found.sandbox.settled()
        assert sorted(texts(found)) == ["once", "twice", "twice"]
        assert not found.sandbox.faults.waiting


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        ({}, "events_api"),
        ({"event": None}, "events_api"),
        ({"event": "message", "type": "event_callback"}, "event_callback"),
        ({"event": {}}, "events_api"),
        ({"event": {"type": "message"}}, "message"),
    ],
)
def test_every_payload_has_a_name_however_odd_it_is(payload: dict[str, Any], name: str) -> None:
    assert Delivery("events_api", payload).name == name


async def test_a_request_url_that_cannot_be_reached_or_leads_elsewhere_is_told_apart() -> None:
    async def elsewhere(request: web.Request) -> web.Response:
        raise web.HTTPFound(request.path)

    server = web.Application()
    server.router.add_route("*", "/slack/events", elsewhere)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    assert await refusal(f"http://127.0.0.1:{port}/slack/events") == "too_many_redirects"
    assert await refusal(f"http://127.0.0.1:{port}/nowhere") == "http_error"
    await runner.cleanup()
    assert await refusal(f"http://127.0.0.1:{port}/slack/events") == "connection_failed"


async def refusal(url: str) -> str:
    mode = HttpMode(url, "secret")
    with pytest.raises(NotTaken) as refused:
        await mode.send(Delivery("events_api", {"type": "event_callback"}), 0, None, 3.0)
    await mode.close()
    return refused.value.reason


async def test_an_app_that_asks_not_to_be_sent_it_again_is_not() -> None:
    async def busy(_: web.Request) -> web.Response:
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    async with workspace() as found:
        server = web.Application()
        server.router.add_post("/", busy)
        runner = web.AppRunner(server)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        found.sandbox.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        await found.dana.says("x", in_="general")
        await found.sandbox.settled()
        await runner.cleanup()
        assert attempts(found, "message") == [0]
        assert [one.method for one in found.sandbox.journal.find("lost")] == ["message"]


async def test_events_are_sent_again_at_once_after_a_minute_after_five_and_delayed_ones_hourly_for_a_day() -> None:
    assert DELAYED[:3] == (0.0, 60.0, 300.0)
    assert (len(DELAYED), set(DELAYED[3:])) == (27, {3600.0})
    assert HttpMode("http://127.0.0.1:1/", "secret").repetitions == 3


async def test_what_people_did_is_in_the_journal_without_secrets() -> None:
    async with workspace() as found:
        found.sandbox.socket_address()
        found.sandbox.deliveries.ack_within = 0.01
        await found.dana.types("/lunch soup", in_="general")
        (sent,) = found.sandbox.journal.find("delivery", "slash_commands", limit=1)
        payload = sent.arguments["payload"]
        assert (payload["command"], payload["text"]) == ("/lunch", "soup")
        assert payload["token"] == payload["response_url"] == "…"
        late = found.sandbox.journal.find("late")[0]
        assert (late.arguments["attempt"], late.arguments["reason"]) == (0, "http_timeout")
