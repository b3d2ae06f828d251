"""Other status pages against one on this machine over real HTTP: each entry stands there once, whatever is lost on the
way. Every kind passes these; what a fake does is written from the service's documentation."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from aiohttp import web

from bot.delivery.destination import Absent, CannotTell, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Result, Retry, Unknown
from bot.domain.effects import PublishStatus
from bot.domain.incident import FirstTold
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
class FakePage:
    """What both have in common: a token, and ways to fail."""

    kind: ClassVar[str]
    scheme: ClassVar[str]
    at: ClassVar[str]
    """Where its API begins."""
    root: ClassVar[str]
    incidents: list[dict[str, Any]] = field(default_factory=list)
    """Newest first, each with its `entries`: the bodies that readers see."""
    next_writes: list[str] = field(default_factory=list)
    """What it does with writes instead: a status, `drops`, or `drops after`."""
    is_down: bool = False
    components: list[str] = field(default_factory=lambda: [f"x{number}" for number in range(100)] + ["c1"])

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if self.is_down:
            return web.Response(status=503)
        if request.headers.get("Authorization") != f"{self.scheme} {TOKEN}":
            return web.Response(status=401)
        if request.path.endswith("/components"):
            return self._listed(request)
        path = request.path.removeprefix(self.root).strip("/")
        if request.method == "GET":
            found = self.read(path, request.query)
            return web.Response(status=404) if found is None else web.json_response(found)
        act = self.next_writes.pop(0) if self.next_writes else ""
        if act.isdecimal():
            return web.Response(status=int(act), headers={"Retry-After": "7"} if act in ("420", "429") else {})
        answer: Any = None
        if act != "drops":
            answer = self.write(request.method, path, self.body_of(await request.json()))
        if act:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(answer)

    def _listed(self, request: web.Request) -> web.Response:
        if not request.path.startswith(self.root.removesuffix("incidents")):
            return web.Response(status=404)
        most = int(request.query["per_page"])
        first = (int(request.query["page"]) - 1) * most
        return web.json_response([{"id": one} for one in self.components[first : first + most]])

    def known(self, id_: str) -> Any:
        return next((one for one in self.incidents if one["id"] == id_), None)

    def body_of(self, content: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def read(self, path: str, query: Mapping[str, str]) -> Any:
        raise NotImplementedError

    def write(self, method: str, path: str, body: dict[str, Any]) -> Any:
        raise NotImplementedError


@dataclass
class FakeStatuspage(FakePage):
    kind = "statuspage"
    scheme = "OAuth"
    at = "/v1"
    root = "/v1/pages/p1/incidents"

    def body_of(self, content: dict[str, Any]) -> dict[str, Any]:
        found = content["incident"]
        assert isinstance(found, dict)
        return found

    def read(self, path: str, query: Mapping[str, str]) -> Any:
        if path == "unresolved":
            return [one for one in self.incidents if one["status"] != "resolved"]
        return self.known(path) if path else self.incidents

    def write(self, method: str, path: str, body: dict[str, Any]) -> Any:
        if not path:
            self.incidents.insert(0, {"id": f"i{len(self.incidents)}", "entries": []})
        one = self.known(path or self.incidents[0]["id"])
        one |= {key: value for key, value in body.items() if key != "body"}
        one["entries"].append(body["body"])
        return one


@dataclass
class FakeInstatus(FakePage):
    """github.com/instatushq/openapi, version 2.0.0: an update is an object of its own, and an incident begins with
    one. Nothing is kept but what is documented."""

    kind = "instatus"
    scheme = "Bearer"
    at = ""
    root = "/v1/p1/incidents"
    keeps_milliseconds: bool = True

    def body_of(self, content: dict[str, Any]) -> dict[str, Any]:
        return content

    def read(self, path: str, query: Mapping[str, str]) -> Any:
        if path:
            return self.known(path)
        assert int(query["per_page"]) <= 100
        wanted = query.get("status")
        return [one for one in self.incidents if not wanted or one["status"] in wanted.split(",")]

    def write(self, method: str, path: str, body: dict[str, Any]) -> Any:
        if method == "PUT":
            assert set(body) <= {"name", "notify"}
            return self.known(path).update(name=body["name"]) or self.known(path)
        if not path:
            assert body["shouldPublish"] is True
            started = self.kept(body["started"])
            self.incidents.insert(0, {"id": f"i{len(self.incidents)}", "name": body["name"], "started": started})
            self.incidents[0] |= {"updates": [], "entries": [], "components": {}}
        one = self.known(path.removesuffix("/incident-updates") or self.incidents[0]["id"])
        one["updates"].append({"started": self.kept(body["started"]), "message": body["message"]})
        one["entries"].append(body["message"])
        one["status"] = body["status"]
        assert [each["id"] for each in body["statuses"]] == body["components"]
        one["components"] |= {each["id"]: each["status"] for each in body["statuses"]}
        return one

    def kept(self, instant: str) -> str:
        return instant if self.keeps_milliseconds else f"{instant[:19]}.000Z"


FAKES: list[type[FakePage]] = [FakeStatuspage, FakeInstatus]
each = pytest.mark.parametrize("kind", FAKES)


@asynccontextmanager
async def a_target(kind: type[FakePage], token: str = TOKEN) -> AsyncIterator[tuple[FakePage, Target]]:
    fake = kind()
    async with serving(everything(fake.answer)) as port, Outgoing(within=20) as client:
        api = f"http://127.0.0.1:{port}{fake.at}"
        about = ("other", fake.kind, "p1", "MUSTER_STATUS_TOKEN", {"shop": "c1"}, api)
        target = StatusTarget(*about, is_notifying=True, allow_private_address=True)
        yield fake, Target(target, SERVICES[target.kind](Line(target, token, client)), "T1")


def job(
    seq: int,
    stage: Stage = Stage.IDENTIFIED,
    health: Health = Health.PARTIAL,
    *,
    minutes: int = 0,
    title: str = "Errors",
    next_in: timedelta | None = None,
) -> Job:
    parts = (AffectedComponent("shop", "Shop", health), AffectedComponent("inside", "Inside", health))
    update = CustomerUpdate(stage, title, f"Entry {seq}", parts, next_in)
    event = CustomerUpdatePublished(at=NOON + timedelta(minutes=minutes), version=1, update=update)

    async def keep(_: Result) -> None:
        pass

    now = replace(declared(), customers_first_told=FirstTold(5, NOON))
    return Job(PublishStatus(event, "other"), "k", now, now, Recorded(seq, NOON, event), {}, keep)


@each
async def test_entries_of_one_incident_stand_in_one_there_each_once(kind: type[FakePage]) -> None:
    async with a_target(kind) as (fake, target):
        assert isinstance(await target.deliver(job(5)), Done)
        assert isinstance(await target.deliver(job(9, Stage.RESOLVED, Health.OPERATIONAL)), Done)
        assert isinstance(await target.deliver(job(9, Stage.RESOLVED, Health.OPERATIONAL)), Done)
        assert isinstance(await target.deliver(job(11, Stage.RESOLVED, Health.OPERATIONAL)), Done)
        (one,) = fake.incidents
        assert one["entries"] == ["Entry 5", "Entry 9", "Entry 11"]
        assert one["name"] == "Errors"
        assert one["components"] == {"c1": "operational" if kind is FakeStatuspage else "OPERATIONAL"}
        assert one["status"].lower() == "resolved"
        assert "INC-" not in json.dumps(one)


@each
async def test_the_time_of_the_next_one_stands_below_the_words(kind: type[FakePage]) -> None:
    promising = job(5, next_in=timedelta(minutes=30))
    async with a_target(kind) as (fake, target):
        fake.next_writes = ["drops after"]
        assert isinstance(await target.deliver(promising), Unknown)
        assert isinstance(await target.find(promising), Found)
        assert fake.incidents[0]["entries"] == ["Entry 5\n\nNext update by 4 Mar 2026, 12:30 UTC."]


@each
@pytest.mark.parametrize(("act", "is_there"), [("drops", False), ("drops after", True)])
async def test_an_entry_whose_answer_was_lost_is_looked_for(kind: type[FakePage], act: str, is_there: bool) -> None:
    async with a_target(kind) as (fake, target):
        fake.next_writes = [act]
        assert isinstance(await target.deliver(job(5)), Unknown)
        assert isinstance(await target.find(job(5)), Found if is_there else Absent)
        assert isinstance(await target.deliver(job(5)), Done)
        assert [one["entries"] for one in fake.incidents] == [["Entry 5"]]


@each
@pytest.mark.parametrize(
    ("act", "outcome"),
    [("429", Retry), ("420", Retry), ("500", Unknown), ("422", Gone), ("403", Gone)],
)
async def test_what_an_answer_means(kind: type[FakePage], act: str, outcome: type) -> None:
    async with a_target(kind) as (fake, target):
        fake.next_writes = [act]
        found = await target.deliver(job(5))
        assert isinstance(found, outcome)
        assert fake.incidents == []
        if isinstance(found, Retry):
            assert found.after is not None
            assert found.after.total_seconds() == 7


@each
async def test_while_it_is_down_nobody_can_tell(kind: type[FakePage]) -> None:
    async with a_target(kind) as (fake, target):
        fake.is_down = True
        assert isinstance(await target.deliver(job(5)), Retry)
        assert isinstance(await target.find(job(5)), CannotTell)


@each
async def test_a_wrong_token_is_no_for_good(kind: type[FakePage]) -> None:
    async with a_target(kind, "another") as (_, target):
        assert await target.deliver(job(5)) == Gone("status 401")


async def test_statuspage_gets_components_in_the_same_request_and_keeps_them_when_it_is_resolved() -> None:
    async with a_target(FakeStatuspage) as (fake, target):
        await target.deliver(job(5))
        await target.deliver(job(9, Stage.RESOLVED, Health.OPERATIONAL))
        assert fake.incidents[0]["component_ids"] == ["c1"]


@pytest.mark.parametrize("keeps", [True, False])
async def test_instatus_tells_entries_by_when_they_were_published(keeps: bool) -> None:
    """Also where it keeps no milliseconds: what people wrote there in another second is not ours."""
    async with a_target(FakeInstatus) as (fake, target):
        assert isinstance(fake, FakeInstatus)
        fake.keeps_milliseconds = keeps
        by_hand = {"id": "h1", "name": "By hand", "status": "MONITORING", "entries": ["x"], "updates": []}
        fake.incidents.append({**by_hand, "started": "2026-03-04T12:00:01.005Z"})
        await target.deliver(job(5))
        renamed = job(9, minutes=4, title="Errors in the shop")
        assert isinstance(await target.deliver(renamed), Done)
        assert isinstance(await target.find(renamed), Found)
        assert isinstance(await target.find(job(11, minutes=9)), Absent)
        ours, theirs = fake.incidents
        assert (ours["name"], ours["entries"]) == ("Errors in the shop", ["Entry 5", "Entry 9"])
        assert theirs["entries"] == ["x"]
        if keeps:
            written = [one["started"] for one in ours["updates"]]
            assert written == ["2026-03-04T12:00:00.005Z", "2026-03-04T12:04:00.009Z"]


async def test_an_incident_that_people_deleted_on_instatus_is_begun_anew_once() -> None:
    async with a_target(FakeInstatus) as (fake, target):
        await target.deliver(job(5))
        fake.incidents.clear()
        for _ in range(2):
            await target.deliver(job(9, minutes=4))
            await target.deliver(job(11, minutes=8))
        assert [one["entries"] for one in fake.incidents] == [["Entry 9", "Entry 11"]]
