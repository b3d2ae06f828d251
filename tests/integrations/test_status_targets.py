"""Other status pages against one on this machine over real HTTP: each entry stands there once, whatever is lost on the
way. Every kind passes these; what a fake does is written from the service's documentation."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.delivery.destination import Absent, CannotTell, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Result, Retry, Unknown
from bot.domain.effects import PublishStatus
from bot.domain.policy import StatusTarget
from bot.domain.timeline import AffectedComponent, CustomerUpdate, CustomerUpdatePublished, Recorded
from bot.domain.vocabulary import Health, Stage
from bot.integrations.outgoing import Outgoing
from bot.integrations.status import SERVICES
from bot.integrations.status.target import Line, Target
from tests.domain.given import NOON, declared
from tests.serving import everything, serving

TOKEN = "token-of-a-test"


@dataclass
class FakeStatuspage:
    incidents: list[dict[str, Any]] = field(default_factory=list)
    """Newest first, each with its `entries`: the bodies that readers see."""
    next_writes: list[str] = field(default_factory=list)
    """What it does with writes instead: a status, `drops`, or `drops after`."""
    is_down: bool = False

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if self.is_down:
            return web.Response(status=503)
        if request.headers.get("Authorization") != f"OAuth {TOKEN}":
            return web.Response(status=401)
        path = request.path.removeprefix("/v1/pages/p1/incidents").strip("/")
        if request.method == "GET":
            return self._read(path)
        act = self.next_writes.pop(0) if self.next_writes else ""
        if act.isdecimal():
            return web.Response(status=int(act), headers={"Retry-After": "7"} if act in ("420", "429") else {})
        answer: dict[str, Any] | None = None
        if act != "drops":
            answer = self._write(path, (await request.json())["incident"])
        if act:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(answer)

    def _read(self, path: str) -> web.Response:
        if path == "unresolved":
            return web.json_response([one for one in self.incidents if one["status"] != "resolved"])
        if not path:
            return web.json_response(self.incidents)
        return web.json_response(next(one for one in self.incidents if one["id"] == path))

    def _write(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if not path:
            self.incidents.insert(0, {"id": f"i{len(self.incidents)}", "entries": []})
        one = next(one for one in self.incidents if one["id"] == (path or self.incidents[0]["id"]))
        one |= {key: value for key, value in body.items() if key != "body"}
        one["entries"].append(body["body"])
        return one


@asynccontextmanager
async def a_target(token: str = TOKEN) -> AsyncIterator[tuple[FakeStatuspage, Target]]:
    fake = FakeStatuspage()
    async with serving(everything(fake.answer)) as port, Outgoing(within=20) as client:
        api = f"http://127.0.0.1:{port}/v1"
        target = StatusTarget("other", "statuspage", "p1", "MUSTER_STATUS_TOKEN", {"shop": "c1"}, api, True, True)
        yield fake, Target(target, SERVICES[target.kind](Line(target, token, client)), "T1")


def job(seq: int, stage: Stage = Stage.IDENTIFIED, health: Health = Health.PARTIAL) -> Job:
    parts = (AffectedComponent("shop", "Shop", health), AffectedComponent("inside", "Inside", health))
    event = CustomerUpdatePublished(at=NOON, version=1, update=CustomerUpdate(stage, "Errors", f"Entry {seq}", parts))

    async def keep(_: Result) -> None:
        pass

    return Job(PublishStatus(event, "other"), "k", declared(), declared(), Recorded(seq, NOON, event), {}, keep)


async def test_entries_of_one_incident_stand_in_one_there_each_once() -> None:
    async with a_target() as (fake, target):
        assert isinstance(await target.deliver(job(5)), Done)
        assert isinstance(await target.deliver(job(9, Stage.RESOLVED, Health.OPERATIONAL)), Done)
        assert isinstance(await target.deliver(job(9, Stage.RESOLVED, Health.OPERATIONAL)), Done)
        assert isinstance(await target.deliver(job(11, Stage.RESOLVED, Health.OPERATIONAL)), Done)
        (one,) = fake.incidents
        assert one["entries"] == ["Entry 5", "Entry 9", "Entry 11"]
        assert one["components"] == {"c1": "operational"}
        assert one["component_ids"] == ["c1"]
        assert one["status"] == "resolved"
        assert "INC-" not in json.dumps(one)


@pytest.mark.parametrize(("act", "is_there"), [("drops", False), ("drops after", True)])
async def test_an_entry_whose_answer_was_lost_is_looked_for(act: str, is_there: bool) -> None:
    async with a_target() as (fake, target):
        fake.next_writes = [act]
        assert isinstance(await target.deliver(job(5)), Unknown)
        assert isinstance(await target.find(job(5)), Found if is_there else Absent)
        assert isinstance(await target.deliver(job(5)), Done)
        assert [one["entries"] for one in fake.incidents] == [["Entry 5"]]


@pytest.mark.parametrize(
    ("act", "outcome"),
    [("429", Retry), ("420", Retry), ("500", Unknown), ("422", Gone), ("403", Gone)],
)
async def test_what_an_answer_means(act: str, outcome: type) -> None:
    async with a_target() as (fake, target):
        fake.next_writes = [act]
        found = await target.deliver(job(5))
        assert isinstance(found, outcome)
        assert fake.incidents == []
        if isinstance(found, Retry):
            assert found.after is not None
            assert found.after.total_seconds() == 7


async def test_while_it_is_down_nobody_can_tell() -> None:
    async with a_target() as (fake, target):
        fake.is_down = True
        assert isinstance(await target.deliver(job(5)), Retry)
        assert isinstance(await target.find(job(5)), CannotTell)


async def test_a_wrong_token_is_no_for_good() -> None:
    async with a_target("another") as (_, target):
        assert await target.deliver(job(5)) == Gone("status 401")
