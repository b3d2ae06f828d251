"""The door for trackers: only what proves itself, over the bytes as they came, and nothing of it is believed."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from bot.domain.vocabulary import TrackerKind
from bot.integrations.webhook import signed
from bot.web.readiness import Readiness
from bot.web.server import Web
from bot.web.trackers import TrackerDoor
from tests.integrations.receiver import KEY
from tests.integrations.receiver import SECRET as WHSEC

SECRET = "secret-of-a-webhook"


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def github(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature-256": signature(body, secret)}


def jira(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature": signature(body, secret)}


def gitlab(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The body is not covered by it."""
    return {"X-Gitlab-Token": secret if not body.endswith(b" ") else ""}


def linear(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"Linear-Signature": signature(body, secret).removeprefix("sha256=")}


def milliseconds() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


LOADED = datetime.now(UTC)
"""When Linear's call below says that it was sent, to the door's clock."""


CALLS = {
    TrackerKind.GITLAB: (
        gitlab,
        {"object_kind": "issue", "user": {"username": "dana"}, "object_attributes": {"id": 70_041, "iid": 41}},
        ("work", "41", "dana"),
    ),
    TrackerKind.LINEAR: (
        linear,
        {
            "type": "Issue",
            "webhookTimestamp": int(LOADED.timestamp() * 1000),
            "data": {"id": "i-1"},
            "actor": {"id": "a-dana"},
        },
        ("work", "i-1", "a-dana"),
    ),
    TrackerKind.GITHUB: (github, {"issue": {"number": 41}, "sender": {"login": "dana"}}, ("work", "41", "dana")),
    TrackerKind.JIRA: (jira, {"issue": {"id": "10041"}, "user": {"accountId": "a-dana"}}, ("work", "10041", "a-dana")),
}
each = pytest.mark.parametrize("kind", CALLS)


async def no_matter() -> Readiness:
    return Readiness(())


async def post(door: TrackerDoor, body: bytes, headers: dict[str, str], name: str = "work") -> int:
    async with Web("127.0.0.1", 0, no_matter, trackers=door).running() as web, aiohttp.ClientSession() as session:
        address = f"http://127.0.0.1:{web.port}/trackers/{name}"
        async with session.post(address, data=BytesIO(body), headers=headers) as answer:
            return answer.status


@each
async def test_what_proves_itself_has_the_issue_looked_at(kind: TrackerKind) -> None:
    sign, content, expected = CALLS[kind]
    taken: list[tuple[str, str, str]] = []
    door = TrackerDoor({"work": (kind, SECRET)}, lambda: LOADED)
    body = json.dumps(content, indent=2).encode()
    assert await post(door, body, sign(body)) == 503, "it comes again"
    door.take = lambda *call: taken.append(call)
    assert await post(door, body, sign(body)) == 202
    assert taken == [expected]
    for refused in (sign(body, "another"), sign(body + b" "), {}):
        assert await post(door, body, refused) == 401
    assert await post(door, body, sign(body), "other") == 404
    assert taken == [expected]


@each
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"issue": 1}', b'{"zen": "ping"}', b"[" * 9000])
async def test_what_is_about_no_issue_is_taken_and_leads_to_nothing(kind: TrackerKind, body: bytes) -> None:
    taken: list[Any] = []
    door = TrackerDoor({"work": (kind, SECRET)})
    door.take = lambda *call: taken.append(call)
    is_dated = kind is not TrackerKind.LINEAR
    assert await post(door, body, CALLS[kind][0](body)) == (202 if is_dated else 401)
    assert taken == []


async def test_what_linear_signed_long_ago_is_refused() -> None:
    door = TrackerDoor({"work": (TrackerKind.LINEAR, SECRET)})
    door.take = lambda *_: None
    for webhook_timestamp in (milliseconds() - 600_000, "now", 0, -1, 10**20):
        body = json.dumps({"type": "Issue", "webhookTimestamp": webhook_timestamp, "data": {"id": "i-1"}}).encode()
        assert await post(door, body, linear(body)) == 401


async def test_gitlab_may_sign_as_standard_webhooks_have_it() -> None:
    door = TrackerDoor({"work": (TrackerKind.GITLAB, WHSEC)})
    door.take = lambda *_: None
    body = json.dumps(CALLS[TrackerKind.GITLAB][1]).encode()
    now = datetime.now(UTC)
    assert await post(door, body, signed("msg_1", now, body, [KEY])) == 202
    assert await post(door, body + b" ", signed("msg_1", now, body, [KEY])) == 401
    assert await post(door, body, signed("msg_1", now - timedelta(minutes=6), body, [KEY])) == 401
    assert await post(door, body, {"X-Gitlab-Token": WHSEC}) == 401


async def test_without_a_secret_it_is_closed() -> None:
    assert await post(TrackerDoor({}), b"{}", github(b"{}")) == 404
