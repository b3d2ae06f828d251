"""What a browser is told: what the person may see, when it is different, and nothing else."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from bot.sandbox import Sandbox

Told = dict[str, Any]


class Window:
    """A browser's side of the WebSocket."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.everything: list[Told] = []

    async def until(self, holds: Callable[[Told], Any]) -> Told:
        """The next thing that is told for which the condition holds."""
        while True:
            told: Told = await self.socket.receive_json(timeout=10)
            self.everything.append(told)
            if holds(told):
                return told

    async def looks_at(self, channel: str, thread: str | None = None) -> Told:
        await self.socket.send_json({"look": {"channel": channel, "thread": thread}})
        return (await self.until(lambda told: told.get("messages", {}).get("is_whole")))["messages"]  # type: ignore[no-any-return]


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    async with Sandbox() as slack:
        people = [slack.add_person(name) for name in ("dana", "bo", "gus")]
        slack.add_channel("general", members=[*people, slack.bot])
        slack.add_channel("secret", members=people[:2], is_private=True)
        yield slack


@asynccontextmanager
async def a_window(slack: Sandbox, person: str) -> AsyncIterator[Window]:
    async with ClientSession() as session, session.ws_connect(f"{slack.url}/sandbox/live?as={person}") as socket:
        yield Window(socket)


async def test_everything_is_told_at_first_and_then_only_what_is_different(slack: Sandbox) -> None:
    async with a_window(slack, "dana") as window:
        first = await window.until(lambda _: True)
        assert {"me", "workspace", "app", "people", "groups", "channels", "stack", "home", "suggestions"} <= set(first)
        slack.add_person("chen")
        told = await window.until(lambda told: "people" in told)
        assert "app" not in told
        assert "chen" in [one["name"] for one in told["people"].values()]


async def test_a_private_channel_is_never_told_of_to_those_outside(slack: Sandbox) -> None:
    secret = slack.channel("secret")
    await slack.person("dana").says("the plan", in_="secret")
    async with a_window(slack, "gus") as window:
        await window.until(lambda told: "channels" in told)
        await window.socket.send_json({"look": {"channel": secret.id}})
        await window.socket.send_json({"older": {"channel": secret.id, "before": "9"}})
        await slack.person("dana").says("more of the plan", in_="secret")
        await slack.person("dana").says("good morning", in_="general")
        await window.looks_at(slack.channel("general").id)
        assert "plan" not in str(window.everything)
        assert "secret" not in str(window.everything)


async def test_somebody_put_out_of_a_channel_hears_no_more_of_it(slack: Sandbox) -> None:
    dana, bo = slack.person("dana"), slack.person("bo")
    async with a_window(slack, "bo") as window:
        await window.looks_at(slack.channel("secret").id)
        await dana.removes(bo, from_="secret")
        await dana.says("behind your back", in_="secret")
        await dana.says("good morning", in_="general")
        await window.until(lambda told: any(one["unread"] for one in told.get("channels", [])))
        assert "behind your back" not in str(window.everything)


async def test_new_and_changed_messages_are_told_of_the_channel_on_screen(slack: Sandbox) -> None:
    bo, general = slack.person("bo"), slack.channel("general")
    ts = await bo.says("hello", in_="general")
    async with a_window(slack, "dana") as window:
        whole = await window.looks_at(general.id)
        assert [one["text"] for one in whole["list"]] == ["hello"]
        assert whole["is_start"]
        await bo.edits(ts, "hello all", in_="general")
        changed = (await window.until(lambda told: "messages" in told))["messages"]
        assert [(one["ts"], one["text"]) for one in changed["list"]] == [(ts, "hello all")]
        await bo.deletes(ts, in_="general")
        gone = (await window.until(lambda told: "messages" in told))["messages"]
        assert gone["list"][0]["is_deleted"]


async def test_long_channels_come_in_pieces_without_gaps(slack: Sandbox) -> None:
    bo, general = slack.person("bo"), slack.channel("general")
    for number in range(150):
        await bo.says(str(number), in_="general")
    async with a_window(slack, "dana") as window:
        piece = await window.looks_at(general.id)
        found = piece["list"]
        while not piece["is_start"]:
            await window.socket.send_json({"older": {"channel": general.id, "before": found[0]["ts"]}})
            piece = (await window.until(lambda told: "older" in told))["older"]
            found = [*piece["list"], *found]
    assert [one["text"] for one in found] == [str(number) for number in range(150)]


async def test_a_thread_is_told_whole_whenever_it_is_different(slack: Sandbox) -> None:
    bo, general = slack.person("bo"), slack.channel("general")
    root = await bo.says("who is on call?", in_="general")
    async with a_window(slack, "dana") as window:
        await window.looks_at(general.id, thread=root)
        await bo.says("found it", in_="general", thread_of=root)
        told = await window.until(lambda told: len((told.get("thread") or {}).get("list", [])) == 2)
        assert [one["text"] for one in told["thread"]["list"]] == ["who is on call?", "found it"]


async def test_what_is_unread_counts_until_it_is_marked_as_read(slack: Sandbox) -> None:
    bo, dana = slack.person("bo"), slack.person("dana")
    async with a_window(slack, "dana") as window:

        def unread(told: Told) -> dict[str, tuple[int, int]]:
            return {one["name"]: (one["unread"], one["mentions"]) for one in told.get("channels", [])}

        await bo.says("one", in_="general")
        await bo.says("two for @dana", in_="general")
        await window.until(lambda told: unread(told).get("general") == (2, 1))
        await dana.marks_read("general")
        await window.until(lambda told: unread(told).get("general") == (0, 0))


async def test_nobody_is_told_nothing_and_shown_out(slack: Sandbox) -> None:
    async with a_window(slack, "nobody") as window:
        assert "error" in await window.until(lambda _: True)
        assert (await window.socket.receive(timeout=10)).type in (WSMsgType.CLOSE, WSMsgType.CLOSED)
        assert window.socket.close_code == 4404


@pytest.mark.parametrize("sent", ["no json", "[]", "{}", '{"look": 3}', '{"look": {"channel": {}}}', '{"older": null}'])
async def test_odd_wishes_leave_the_window_open(slack: Sandbox, sent: str) -> None:
    async with a_window(slack, "dana") as window:
        await window.socket.send_str(sent)
        assert await window.looks_at(slack.channel("general").id)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"Host": "evil.example"}),
        ("/sandbox/api/state", {"Host": "evil.example:80"}),
        ("/sandbox/api/state", {"Origin": "https://evil.example"}),
        ("/sandbox/live", {"Origin": "http://127.0.0.1:1"}),
    ],
)
async def test_no_other_page_may_act_through_the_local_address(
    slack: Sandbox, path: str, headers: dict[str, str]
) -> None:
    async with ClientSession() as session, session.get(f"{slack.url}{path}", headers=headers) as response:
        assert response.status == 403


@pytest.mark.parametrize("name", ["..%2Fserver.py", "nothing.js", "index", "page.css%00"])
async def test_only_the_pages_own_parts_are_served(slack: Sandbox, name: str) -> None:
    async with ClientSession() as session, session.get(f"{slack.url}/page/{name}") as response:
        assert response.status == 404


async def test_the_page_lets_nothing_run_but_its_own_parts(slack: Sandbox) -> None:
    async with ClientSession() as session, session.get(slack.url) as response:
        assert response.content_type == "text/html"
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
