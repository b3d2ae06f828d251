"""Breaking things from outside, and reading what happened."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.breaking import ACTS
from bot.sandbox.faults import KINDS
from tests.sandbox.bolt_app import Office, office, workspace


class Outside:
    """Asks the control API."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def ask(self, verb: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        async with self._session.request(verb, f"{self._url}/sandbox/api/{path}", json=body) as answer:
            return answer.status, dict(await answer.json())

    async def get(self, path: str) -> dict[str, Any]:
        status, content = await self.ask("GET", path)
        assert status == 200, content
        return content

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        status, content = await self.ask("POST", path, body)
        assert status == 200, content
        return content


@asynccontextmanager
async def outside(found: Office) -> AsyncIterator[Outside]:
    async with aiohttp.ClientSession() as session:
        yield Outside(session, found.sandbox.url)


async def test_faults_are_set_listed_and_taken_back() -> None:
    async with workspace() as found, outside(found) as api:
        await api.post("faults", method="users.info", kind="error", error="fatal_error", times=2)
        await api.post("faults", method="message", kind="duplicate")
        with pytest.raises(SlackApiError, match="fatal_error"):
            await found.client.users_info(user=found.dana.id)
        listed = (await api.get("faults"))["faults"]
        assert [(one["method"], one["kind"], one["times"]) for one in listed] == [
            ("users.info", "error", 1),
            ("message", "duplicate", 1),
        ]
        assert await api.ask("DELETE", "faults") == (200, {"ok": True})
        assert (await api.get("faults"))["faults"] == []
        assert (await found.client.users_info(user=found.dana.id))["ok"]


async def test_every_kind_of_fault_can_be_ordered() -> None:
    async with workspace() as found, outside(found) as api:
        for kind in KINDS:
            await api.post("faults", method="nothing", kind=kind)
        assert [one["kind"] for one in (await api.get("faults"))["faults"]] == list(KINDS)


async def test_connections_are_listed_and_broken_by_their_number() -> None:
    async with office(connections=2) as found, outside(found) as api:
        listed = (await api.get("connections"))["connections"]
        assert [one["number"] for one in listed] == [1, 2]
        assert (await api.post("connections/latency", number=1, seconds=0.01))["numbers"] == [1]
        assert (await api.post("connections/half_open", number=2))["numbers"] == [2]
        listed = (await api.get("connections"))["connections"]
        assert listed == [
            {"number": 1, "latency": 0.01, "is_half_open": False},
            {"number": 2, "latency": 0.0, "is_half_open": True},
        ]
        assert (await api.post("connections/cut"))["numbers"] == [1, 2]
        await found.sandbox.until(lambda: len(found.sandbox.journal.find("disconnect")) == 2)


async def test_an_outage_begins_and_ends() -> None:
    async with workspace() as found, outside(found) as api:
        assert (await api.get("outage"))["is_out"] is False
        await api.post("outage", seconds=60, kind="http_503")
        assert (await api.get("outage"))["is_out"] is True
        with pytest.raises(SlackApiError):
            await found.client.auth_test()
        assert (await api.ask("DELETE", "outage"))[0] == 200
        assert (await found.client.auth_test())["ok"]


async def test_the_journal_is_read_in_pieces() -> None:
    async with workspace() as found, outside(found) as api:
        began = time.monotonic()
        for _ in range(3):
            await found.client.auth_test()
        whole = await api.get("journal?kind=call&method=auth.test")
        numbers = [one["number"] for one in whole["entries"]]
        assert whole["last"] == numbers[-1]
        assert all(began <= one["at"] <= time.monotonic() and one["took"] >= 0 for one in whole["entries"])
        first = (await api.get("journal?kind=call&limit=1"))["entries"]
        rest = (await api.get(f"journal?kind=call&since={first[0]['number']}"))["entries"]
        assert [one["number"] for one in first + rest] == numbers
        assert (await api.get(f"journal?since={numbers[-1]}"))["entries"] == []


@pytest.mark.parametrize(
    ("verb", "path", "body", "words"),
    [
        ("POST", "faults", {}, "method: Field required; kind: Field required"),
        ("POST", "faults", {"method": "*", "kind": "explode"}, "there are: rate_limited, error"),
        ("POST", "faults", {"method": "*", "kind": "error", "speed": 1}, "there are: method, kind, times"),
        ("POST", "faults", {"method": "*", "kind": "error", "times": "2"}, "times: Input should be a valid integer"),
        ("POST", "faults", [], "the body must be a JSON object"),
        ("POST", "connections/explode", {}, f"there are: {', '.join(ACTS)}"),
        ("POST", "connections/cut", {"number": 9}, "connection 9 is not open; open: none"),
        ("POST", "connections/cut", {"number": "9"}, "number: Input should be a valid integer"),
        ("POST", "connections/cut", {"act": 9}, "there is no field 'act'; there are: number, seconds"),
        ("POST", "outage", {}, "seconds: Field required"),
        ("POST", "outage", {"seconds": 0}, "seconds: Input should be greater than 0"),
        ("POST", "outage", {"seconds": 1, "kind": "flood"}, "kind: Input should be 'drop' or 'http_503'"),
        ("GET", "journal?kind=explosion", None, "there is no kind of entry 'explosion'; there are: call, fault"),
        ("GET", "journal?since=x", None, "since: Input should be a valid integer"),
        ("GET", "journal?limits=1", None, "there are: kind, method, since, limit"),
    ],
)
async def test_what_is_not_known_is_refused_with_what_is(verb: str, path: str, body: Any, words: str) -> None:
    async with workspace() as found, outside(found) as api:
        status, answer = await api.ask(verb, path, body)
        assert (status, answer["ok"]) == (400, False)
        assert words in answer["error"]
        assert not found.sandbox.faults.waiting
        assert not found.sandbox.is_out
