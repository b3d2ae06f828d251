"""The door for how runs ended: only what is signed, now, by the engine that was asked."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from bot.domain.vocabulary import RunOutcome
from bot.domain.webhooks import key_of
from bot.integrations.webhook import signed
from bot.web.actions import ActionDoor
from bot.web.readiness import Readiness
from bot.web.server import Web
from tests.integrations.receiver import KEY

OTHER = key_of("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDC2FVsBQIhrs=")
RUN = "INC-42-a1-0123456789abcdef"
TOLD = {"run": RUN, "outcome": "succeeded"}


class Kept(list[tuple[str, str, RunOutcome, str, str, Sequence[str]]]):
    """What was taken, and what is answered."""

    answers: bool | None = True

    async def take(
        self, engine: str, key: str, outcome: RunOutcome, why: str, link: str, lines: Sequence[str]
    ) -> bool | None:
        self.append((engine, key, outcome, why, link, lines))
        return self.answers


async def no_matter() -> Readiness:
    return Readiness(())


async def post(door: ActionDoor, body: bytes, key: bytes = KEY, at: datetime | None = None) -> tuple[int, Any]:
    async with Web("127.0.0.1", 0, no_matter, actions=door).running() as web, aiohttp.ClientSession() as session:
        headers = signed("msg_1", at or datetime.now(UTC), body, [key])
        async with session.post(
            f"http://127.0.0.1:{web.port}/actions/result", data=BytesIO(body), headers=headers
        ) as answer:
            return answer.status, await answer.json()


def a_door(kept: Kept | None = None) -> ActionDoor:
    door = ActionDoor({"ops": [KEY], "night": [OTHER]}, frozenset({"ops.example"}))
    door.take = kept.take if kept is not None else None
    return door


async def test_what_an_engine_signs_is_kept_as_its_own_without_secrets() -> None:
    kept = Kept()
    told = {
        **TOLD,
        "outcome": "failed",
        "why": "exit\n 1",
        "link": "https://ops.example/1",
        "log": "a\nAKIAIOSFODNN7EXAMPLE",
    }
    assert await post(a_door(kept), json.dumps(told).encode()) == (202, {"recorded": True})
    assert await post(a_door(kept), json.dumps({**TOLD, "link": "https://evil.example"}).encode(), OTHER) == (
        202,
        {"recorded": True},
    )
    assert kept == [
        ("ops", RUN, RunOutcome.FAILED, "exit 1", "https://ops.example/1", ["a", "[redacted]"]),
        ("night", RUN, RunOutcome.SUCCEEDED, "", "", []),
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff", 400),
        (b"[]", 400),
        (b"[" * 100_000, 400),
        (b'{"run": 1, "outcome": "succeeded"}', 400),
        (json.dumps({**TOLD, "outcome": "unknown"}).encode(), 400),
        (json.dumps({**TOLD, "log": ["x"]}).encode(), 400),
        (json.dumps({**TOLD, "log": "x" * 2_000_000}).encode(), 413),
    ],
)
async def test_what_cannot_be_read_is_refused(body: bytes, status: int) -> None:
    kept = Kept()
    assert (await post(a_door(kept), body))[0] == status
    assert kept == []


async def test_what_is_not_signed_now_by_an_engine_of_the_policy_is_refused() -> None:
    kept, body = Kept(), json.dumps(TOLD).encode()
    assert (await post(a_door(kept), body, b"x" * 32))[0] == 401
    assert (await post(a_door(kept), body, at=datetime.now(UTC) - timedelta(minutes=6)))[0] == 401
    assert (await post(a_door(kept), body, at=datetime.now(UTC) + timedelta(minutes=6)))[0] == 401
    assert (await post(ActionDoor({}), body))[0] == 404
    assert kept == []
    kept.answers = None
    assert (await post(a_door(kept), body))[0] == 404
    assert (await post(a_door(), body))[0] == 503
