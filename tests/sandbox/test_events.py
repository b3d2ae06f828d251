"""What the app hears of, in both transports."""

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.sandbox import NotThere
from tests.sandbox.bolt_app import NOW, TRANSPORTS, office, workspace


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_message_reaches_the_app_in_slacks_wrapper(transport: str) -> None:
    async with office(transport) as found:
        ts = await found.dana.says("hello @bo & <all>", in_="general")
        await found.sandbox.settled()
        (wrapper,) = found.events
        assert wrapper["type"] == "event_callback"
        assert (wrapper["team_id"], wrapper["event_time"]) == (found.sandbox.team_id, int(NOW.timestamp()))
        assert wrapper["event_id"].startswith("Ev")
        assert wrapper["authorizations"][0]["user_id"] == found.sandbox.bot.id
        assert {"token", "api_app_id", "event_context", "is_ext_shared_channel"} <= wrapper.keys()
        event = wrapper["event"]
        assert (event["channel"], event["channel_type"], event["ts"]) == (found.general, "channel", ts)
        assert event["text"] == f"hello <@{found.bo.id}> &amp; &lt;all&gt;"


async def test_edits_deletions_files_and_replies_come_as_subtypes() -> None:
    async with office() as found:
        ts = await found.dana.says("one", in_="general", files=[("a.txt", b"abc")])
        await found.dana.edits(ts, "two", in_="general")
        reply = await found.dana.says("loud", in_="general", thread_of=ts, broadcast=True)
        await found.dana.deletes(reply, in_="general")
        await found.sandbox.settled()
        shared, changed, loud, deleted = sorted(found.heard("message"), key=lambda one: str(one["event_ts"]))
        assert (shared["subtype"], shared["files"][0]["name"]) == ("file_share", "a.txt")
        assert (changed["subtype"], changed["previous_message"]["text"], changed["message"]["text"]) == (
            "message_changed",
            "one",
            "two",
        )
        assert (loud["subtype"], loud["thread_ts"], loud["root"]["text"]) == ("thread_broadcast", ts, "two")
        assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", reply)


async def test_reactions_and_members_are_told_of() -> None:
    async with office() as found:
        ts = await found.dana.says("x", in_="general")
        await found.bo.reacts("eyes", to=ts, in_="general")
        await found.bo.unreacts("eyes", to=ts, in_="general")
        await found.bo.leaves("general")
        await found.bo.joins("general")
        await found.sandbox.settled()
        (added,) = found.heard("reaction_added")
        assert (added["user"], added["reaction"], added["item"]["ts"]) == (found.bo.id, "eyes", ts)
        for type_ in ("reaction_removed", "member_left_channel", "member_joined_channel"):
            assert [one["user"] for one in found.heard(type_)] == [found.bo.id]


async def test_the_app_hears_nothing_of_channels_it_is_not_in() -> None:
    async with office() as found:
        found.sandbox.add_channel("theirs", members=[found.dana])
        await found.dana.says("among us", in_="theirs")
        await found.sandbox.settled()
        assert not found.heard("message")


async def test_only_what_the_manifest_subscribes_to_is_sent() -> None:
    manifest = {"settings": {"event_subscriptions": {"bot_events": ["message.groups", "reaction_added"]}}}
    async with workspace(manifest) as found:
        found.sandbox.add_channel("secret", members=[found.dana, found.sandbox.bot], is_private=True)
        ts = await found.dana.says("heard", in_="secret")
        await found.dana.says("not heard", in_="general")
        await found.dana.reacts("eyes", to=ts, in_="secret")
        await found.dana.unreacts("eyes", to=ts, in_="secret")
        events = [one.arguments["event"] for one in found.sandbox.journal.events()]
        assert [one.get("text", one["type"]) for one in events] == ["heard", "reaction_added"]


async def test_each_payload_goes_to_one_of_the_connections() -> None:
    async with office(connections=3) as found:
        sent = [await found.dana.says(str(number), in_="general") for number in range(9)]
        await found.sandbox.settled()
        assert sorted(one["ts"] for one in found.heard("message")) == sent


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_an_event_that_is_not_acknowledged_comes_again(transport: str) -> None:
    async with office(transport, ack_within=1.0) as found:
        await found.sandbox.settled()  # what happened while the office was furnished
        found.events.clear()
        found.retries.clear()
        found.failures = 2
        await found.dana.says("x", in_="general")
        await found.sandbox.settled()
        assert len({one["event_id"] for one in found.events}) == 1
        if transport == "http":
            assert found.retries == [(None, None), (1, "http_error"), (2, "http_error")]
        else:
            assert len(found.events) == 3


async def test_an_event_is_given_up_after_three_repetitions() -> None:
    async with office("http") as found:
        found.failures = 9
        await found.dana.says("x", in_="general")
        await found.sandbox.settled()
        assert len(found.events) == 4
        assert [one.method for one in found.sandbox.journal.entries if one.kind == "lost"] == ["message"]


async def test_an_app_that_is_asked_to_connect_anew_loses_nothing() -> None:
    async with office() as found:
        await found.sandbox.disconnect()
        sent = [await found.dana.says(str(number), in_="general") for number in range(5)]
        await found.sandbox.settled()
        assert sorted({one["ts"] for one in found.heard("message")}) == sent
        assert len(found.sandbox.journal.calls("apps.connections.open")) == 2


async def test_an_eleventh_connection_is_refused_and_a_ticket_is_good_for_one() -> None:
    async with workspace() as found, aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(found.sandbox.socket_address()) for _ in range(10)]
        assert (await sockets[-1].receive_json())["num_connections"] == 10
        with pytest.raises(aiohttp.WSServerHandshakeError, match="429"):
            await session.ws_connect(found.sandbox.socket_address())
        await sockets[0].close()
        await found.sandbox.until(lambda: found.sandbox.connections == 9)
        address = found.sandbox.socket_address()
        sockets[0] = await session.ws_connect(address)
        with pytest.raises(aiohttp.WSServerHandshakeError, match="408"):
            await session.ws_connect(address)
        for socket in sockets:
            await socket.close()


async def test_an_acknowledgement_counts_on_any_connection_and_pings_are_echoed() -> None:
    async with workspace() as found, aiohttp.ClientSession() as session:
        await found.sandbox.disconnect()
        first = await session.ws_connect(found.sandbox.socket_address(), autoping=False)
        second = await session.ws_connect(found.sandbox.socket_address())
        assert (await first.receive_json())["type"] == (await second.receive_json())["type"] == "hello"
        await first.ping(b"sdk-ping-pong:1")
        typing = asyncio.create_task(found.dana.types("/lunch soup", in_="general"))
        seen = {"first": first, "second": second}
        waiting = {name: asyncio.create_task(receive(socket, "slash_commands")) for name, socket in seen.items()}
        done, _ = await asyncio.wait(waiting.values(), return_when=asyncio.FIRST_COMPLETED)
        envelope = done.pop().result()
        other = second if waiting["first"].done() else first
        await other.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Soup it is"}})
        assert (await typing).text == "Soup it is"
        for task in waiting.values():
            task.cancel()
        await asyncio.gather(*waiting.values(), return_exceptions=True)
        await first.close()
        await second.close()


async def receive(socket: aiohttp.ClientWebSocketResponse, type_: str) -> dict[str, Any]:
    """The next envelope of a type."""
    while True:
        message = await socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT and message.json()["type"] == type_:
            return dict(message.json())


async def test_a_wait_in_vain_shows_the_last_lines_of_the_journal() -> None:
    async with workspace() as found:
        await found.client.chat_postMessage(channel=found.general, text="the last words")
        with pytest.raises(AssertionError, match="the last words"):
            await found.sandbox.until(lambda: False, timeout=0.01)


async def test_a_wait_ends_with_the_change_it_waits_for() -> None:
    async with workspace() as found:
        waiting = asyncio.create_task(found.sandbox.until(lambda: found.sandbox.channel("general").shows("now")))
        await found.client.chat_postMessage(channel=found.general, text="now")
        await waiting


async def test_people_of_another_organisation_come_with_their_own_team_and_share_the_channel() -> None:
    async with office() as found:
        sandbox = found.sandbox
        olga = sandbox.add_person("olga", team="TPARTNER")
        assert (olga.who.described(sandbox.workspace)["is_stranger"], sandbox.channel("general").shared_by) == (
            True,
            [],
        )
        with pytest.raises(NotThere, match="another organisation"):
            await olga.joins("general")
        await found.dana.invites(olga, to="general")
        await olga.says("hello", in_="general")
        await sandbox.settled()
        described = (await found.client.users_info(user=olga.id))["user"]
        assert (described["team_id"], described["is_stranger"]) == ("TPARTNER", False)
        channel = (await found.client.conversations_info(channel=found.general))["channel"]
        assert channel["is_ext_shared"] is True
        assert channel["shared_team_ids"] == [sandbox.team_id, "TPARTNER"]
        joined, said = found.events[-3], found.events[-1]
        assert joined["event"].get("team", "TPARTNER") == "TPARTNER"
        assert (said["event"]["user_team"], said["event"]["source_team"]) == ("TPARTNER", "TPARTNER")
        assert (said["is_ext_shared_channel"], said["authorizations"][0]["team_id"]) == (True, sandbox.team_id)
