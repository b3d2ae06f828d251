"""The people's side over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox
from tests.sandbox.bolt_app import BUTTON, Office, office, workspace

Found = tuple[int, dict[str, Any]]


class Remote:
    """Somebody who works the control API."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = f"{url}/sandbox/api"
        self._session = session

    async def post(self, path: str, **body: Any) -> Found:
        async with self._session.post(f"{self._url}/{path}", json=body) as response:
            return response.status, await response.json()

    async def get(self, path: str) -> dict[str, Any]:
        async with self._session.get(f"{self._url}/{path}") as response:
            return dict(await response.json())


@asynccontextmanager
async def remote(found: Office) -> AsyncIterator[Remote]:
    async with aiohttp.ClientSession() as session:
        yield Remote(found.sandbox.url, session)


async def test_a_person_is_led_through_an_hour_of_work() -> None:
    async with office() as found, remote(found) as control:
        status, answer = await control.post("people/dana/types", **{"text": "/lunch soup", "in": "general"})
        assert (status, answer["text"]) == (200, "Lunch: soup")
        _, said = await control.post("people/dana/says", **{"text": "one", "in": "general"})
        ts = said["ts"]
        await control.post("people/dana/edits", **{"ts": ts, "text": "two", "in": "general"})
        await control.post("people/bo/reacts", **{"ts": ts, "emoji": "eyes", "in": "general"})
        await found.client.chat_postMessage(channel=found.general, text="Soup?", blocks=[BUTTON])
        assert (await control.post("people/bo/clicks", **{"what": "Agree", "in": "general"}))[1]["ok"]
        await control.post("people/dana/types", **{"text": "/lunch form", "in": "general"})
        await found.sandbox.until(lambda: found.dana.view is not None)
        _, refused = await control.post("people/dana/submits", values={"dish": "stone"})
        assert refused["errors"] == {"dish": "Nobody eats stone."}
        assert (await control.post("people/dana/submits", values={"dish": "soup"}))[1]["ok"]

        state = await control.get("state")
        (general,) = [one for one in state["channels"] if one.get("name") == "general"]
        assert [one["text"] for one in general["messages"]] == ["two", "Soup?"]
        assert general["messages"][0]["reactions"] == [{"name": "eyes", "users": [found.bo.id], "count": 1}]
        calls = (await control.get("journal?kind=call&method=chat.postMessage"))["entries"]
        assert [one["arguments"]["text"] for one in calls] == ["Soup?"]
        assert "xoxb-" not in str(await control.get("journal"))


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("people/nobody/says", {"text": "x", "in": "general"}, "nobody called nobody"),
        ("people/dana/dances", {}, "they can: types, says"),
        ("people/dana/says", {"text": "x"}, "says needs in"),
        ("people/dana/says", {"text": "x", "in": "general", "loud": 1}, "does not know loud; it knows: broadcast"),
        ("people/dana/says", {"text": "x", "in": "nowhere"}, "sees no channel nowhere"),
        ("people/dana/edits", {"ts": "1.0", "text": "x", "in": "general"}, "sees no message 1.0"),
        ("faults", {"method": "chat.postMessage", "kind": "explode"}, "there are: rate_limited"),
        ("faults", {"speed": 1}, "speed"),
    ],
)
async def test_what_the_control_api_does_not_know_is_refused_with_what_it_does(
    path: str, body: dict[str, Any], words: str
) -> None:
    async with workspace() as found, remote(found) as control:
        status, answer = await control.post(path, **body)
        assert status == 400
        assert words in answer["error"]


async def test_a_fault_can_be_set_from_outside() -> None:
    async with workspace() as found, remote(found) as control:
        await control.post("faults", method="auth.test", kind="error", error="fatal_error")
        with pytest.raises(Exception, match="fatal_error"):
            await found.client.auth_test()


async def test_the_sandbox_serves_on_the_loopback_address_only() -> None:
    with pytest.raises(ValueError, match="loopback address only"):
        await Sandbox().start(host="0.0.0.0")  # noqa: S104 - it is refused
