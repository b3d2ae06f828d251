"""An engine on this machine over real HTTP: a GitHub, a Rundeck and a signed webhook in one, that does as told."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.domain.automation import RUN_KEY
from tests.integrations.receiver import SECRET
from tests.serving import everything, serving

VARIABLE = "MUSTER_ACTION_OPS"
SECRETS = {"webhook": SECRET, "github": "ghp_secret_of_a_test", "rundeck": "rd_secret_of_a_test"}
TARGETS = {
    "webhook": {"path": "/hooks/restart"},
    "github": {"repo": "example/ops", "workflow": "restart.yml", "ref": "main"},
    "rundeck": {"job": "3f1c-restart"},
}
LARGE = b'{"workflow_run_id": 1, "id": 1, "x": "' + b"x" * 10_000_000 + b'"}'


@dataclass(frozen=True)
class Sent:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


@dataclass
class FakeEngine:
    port: int = 0
    sent: list[Sent] = field(default_factory=list)
    runs: dict[int, str] = field(default_factory=dict)
    """What was started, each with its key."""
    status: str = "running"
    """Of all runs: `running`, or how they ended: `success`, `failure`, `succeeded`, `failed`."""
    on_start: list[str] = field(default_factory=list)
    """What it does with the next requests to start something instead of answering: `hangs`, `drops`, the same `_after`
    it was started, `large`, `garbage`, `redirects`, or a status."""
    refuses: int = 0
    """The status with which it answers whatever asks."""
    log: str = "restarting\ntoken=ghp_012345678901234567890123456789abcdef done"
    released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def starts(self) -> list[Sent]:
        return [one for one in self.sent if one.method == "POST"]

    def policy(self, kind: str, **action: Any) -> dict[str, Any]:
        """The parts of a policy with this engine, and an action on it."""
        whole = {
            "engine": "ops",
            **TARGETS[kind],
            "parameters": {"percent": {"type": "int", "min": 1, "max": 50}},
            "approve": ["commander"],
            "cooldown": "0m",
            **action,
        }
        engine = {"kind": kind, "url": self.url, "secret": f"env:{VARIABLE}", "allow_private_address": True}
        return {"action_hosts": ["127.0.0.1"], "engines": {"ops": engine}, "actions": {"restart": whole}}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        sent = Sent(request.method, request.path, dict(request.headers), await request.read())
        self.sent.append(sent)
        if request.method == "POST":
            return await self._start(request, sent)
        if self.refuses:
            return web.Response(status=self.refuses)
        if request.path.endswith(("/runs", "/executions")):
            named = [{"id": number, "display_title": f"Restart {key}"} for number, key in self.runs.items()]
            options = [{"id": number, "job": {"options": {RUN_KEY: key}}} for number, key in self.runs.items()]
            return web.json_response({"workflow_runs": named, "executions": options})
        if request.path.endswith("/jobs"):
            step = {"name": "Restart", "conclusion": self.status}
            return web.json_response({"jobs": [{"name": "ops", "steps": [step]}]})
        if request.path.endswith("/output"):
            return web.json_response({"entries": [{"log": line} for line in self.log.splitlines()]})
        ended = self.status in ("success", "failure")
        state = {"status": "completed" if ended else "in_progress", "conclusion": self.status if ended else None}
        return web.json_response(state if "/repos/" in request.path else {"status": self.status})

    async def _start(self, request: web.Request, sent: Sent) -> web.StreamResponse:
        how = self.on_start.pop(0) if self.on_start else ""
        if how in ("", "drops_after", "hangs_after", "large", "garbage", "204"):
            given = {**sent.json, **sent.json.get("inputs", {}), **sent.json.get("options", {})}
            self.runs[len(self.runs) + 1] = str(given.get(RUN_KEY) or given.get("run"))
        if how.startswith("hangs"):
            await self.released.wait()
        if how.startswith(("drops", "hangs")):
            assert request.transport is not None
            request.transport.close()
        if how == "large":
            return web.Response(body=LARGE)
        if how == "garbage":
            return web.Response(body=b"\xff<html>")
        if how == "redirects":
            return web.Response(status=307, headers={"Location": f"{self.url}/elsewhere"})
        if how.isdecimal():
            return web.Response(status=int(how), headers={"Retry-After": "5"} if how == "429" else {})
        return web.json_response({"workflow_run_id": len(self.runs), "id": len(self.runs)})


@asynccontextmanager
async def a_fake_engine(tls: ssl.SSLContext | None = None) -> AsyncIterator[FakeEngine]:
    engine = FakeEngine()
    async with serving(everything(engine.answer), tls=tls) as engine.port:
        try:
            yield engine
        finally:
            engine.released.set()
