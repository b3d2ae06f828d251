"""PagerDuty on this machine, which fails as the real one does: what it was sent, and what rings; who is on call; and
what people do there, which it tells by webhook.

Fields, statuses and signature: PagerDuty/developer-docs, docs/events-API-v2 and docs/webhooks, and PagerDuty/api-schema
(August 2026).
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from tests.serving import serving

KEY = "R0UT1NGKEY0000000000000000000000"
VARIABLE = "MUSTER_PAGE_PAGERDUTY"
TOKEN, TOKEN_VARIABLE = "u+T0kenT0kenT0kenT0k", "MUSTER_PAGE_PAGERDUTY_TOKEN"
TOLD, SECRET = "MUSTER_ALERTS_PAGERDUTY", "whsec-of-pagerduty-0000000000000"
HANGS_UP, IS_SILENT = -1, -2
"""What it does instead of answering, after it took the event."""


@dataclass
class Events:
    port: int = 0
    answers: list[int] = field(default_factory=list)
    """The next statuses; after them 202."""
    headers: dict[str, str] = field(default_factory=dict)
    received: list[dict[str, Any]] = field(default_factory=list)
    ringing: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Alerts that are open, by their `dedup_key`."""
    rang: int = 0
    """How often a new alert began."""
    on_call: list[dict[str, Any]] = field(default_factory=list)
    """What its schedule says."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """What was asked of it."""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v2/enqueue"

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """As Apprise has it."""
        return f"json://127.0.0.1:{self.port}/message"

    def part(self, **more: Any) -> dict[str, Any]:
        """As the policy file has it."""
        return {"key": f"env:{VARIABLE}", "url": self.url, "allow_private_address": True, **more}

    async def answer(self, request: web.Request) -> web.Response:
        event = await request.json()
        self.received.append(event)
        if event["routing_key"] != KEY:
            return web.json_response({"status": "invalid event", "errors": ["invalid routing key"]}, status=400)
        return await self._answered(event, request)

    async def _answered(self, event: dict[str, Any], request: web.Request) -> web.Response:
        status = self.answers.pop(0) if self.answers else 202
        if status < 300:
            self._take(event)
        if status == IS_SILENT:
            await self.released.wait()
        if status == HANGS_UP:
            assert request.transport is not None
            request.transport.close()
        return web.json_response({"status": "success"}, status=max(status, 200), headers=self.headers)

    async def jira(self, request: web.Request) -> web.Response:
        """Alerts of Jira Service Management, with the same faults: the same alert is known by its alias."""
        content = await request.json()
        alias = request.match_info.get("alias") or content["alias"]
        action = "resolve" if "alias" in request.match_info else "trigger"
        self.received.append(content)
        if request.headers.get("Authorization") != f"GenieKey {KEY}":
            return web.json_response({"message": "Key format is not valid!"}, status=403)
        return await self._answered({**content, "dedup_key": alias, "event_action": action}, request)

    async def message(self, request: web.Request) -> web.Response:
        """What Apprise sends to an address `json://`: each time another message, which nobody can stop."""
        content = await request.json()
        self.received.append(content)
        event = {"dedup_key": f"message {len(self.received)}", "event_action": "trigger", **content}
        return await self._answered(event, request)

    async def tells(self, port: int, kind: str, key: str, secret: str = SECRET, event: str = "01") -> int:
        """What somebody did with a page, told to Muster; its answer."""
        data = {"id": "PGR0VU2", "type": "incident", "incident_key": key, "title": "…", "urgency": "high"}
        body = json.dumps({"event": {"id": event, "event_type": kind, "data": data}}).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-PagerDuty-Signature": f"v1={signature}", "Content-Type": "application/json"}
        async with ClientSession() as client:
            answer = await client.post(f"http://127.0.0.1:{port}/alerts/pagerduty", data=body, headers=headers)
            return answer.status

    def _take(self, event: dict[str, Any]) -> None:
        if event["event_action"] == "resolve":
            self.ringing.pop(event["dedup_key"], None)
        elif event["dedup_key"] not in self.ringing:
            self.rang += 1
            self.ringing[event["dedup_key"]] = event

    async def oncalls(self, request: web.Request) -> web.Response:
        """`GET /oncalls`, a page at a time, and `GET /abilities`."""
        if request.headers.get("Authorization") != f"Token token={TOKEN}":
            return web.json_response({"error": {"message": "Unauthorized", "code": 2006}}, status=401)
        status = self.answers.pop(0) if self.answers else 200
        if status != 200 or request.path == "/abilities":
            return web.json_response({"abilities": ["teams"]}, status=status, headers=self.headers)
        self.asked.append(dict(request.query))
        first = int(request.query["offset"])
        page = self.on_call[first : first + int(request.query["limit"])]
        return web.json_response({"oncalls": page, "more": first + len(page) < len(self.on_call)})


def on_call(name: str, email: str, start: str | None, end: str | None, level: int = 1) -> dict[str, Any]:
    """One entry of `/oncalls`."""
    user = {"id": "PUSER01", "type": "user", "name": name, "email": email}
    return {"user": user, "schedule": {"id": "PSHOP01"}, "escalation_level": level, "start": start, "end": end}


@asynccontextmanager
async def pagerduty_events() -> AsyncIterator[Events]:
    events = Events()
    routes = (
        web.post("/v2/enqueue", events.answer),
        web.post("/v2/alerts", events.jira),
        web.post("/v2/alerts/{alias}/close", events.jira),
        web.post("/message", events.message),
        web.get("/oncalls", events.oncalls),
        web.get("/abilities", events.oncalls),
    )
    async with serving(*routes) as events.port:
        try:
            yield events
        finally:
            events.released.set()
