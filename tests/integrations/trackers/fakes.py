"""What the trackers on this machine have in common: issues, and how they fail. What each of them answers is written
from its documentation, in a file of its own."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from aiohttp import web

from bot.domain.policy import TrackerPlace
from bot.domain.vocabulary import FollowUpState, Priority, TrackerKind
from tests.serving import everything
from tests.serving import serving as answering

TOKEN, VARIABLE = "token-of-a-test", "MUSTER_TRACKER_TOKEN"
SECRET, SECRET_VARIABLE = "secret-of-a-webhook", "MUSTER_TRACKER_SECRET"
MUSTER = "muster-bot"
"""The account that the token belongs to."""


@dataclass
class Made:
    """An issue there."""

    number: int
    title: str
    body: Any
    """As it was sent."""
    state: FollowUpState = FollowUpState.OPEN
    owner: str | None = None
    """An account's id."""
    due: date | None = None
    more: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Fake:
    """A tracker with one project."""

    kind: TrackerKind
    project: str
    base: str = ""
    """Below which path its API is."""
    keeps_due: bool = True
    tells_dropped: bool = True
    accounts: dict[str, tuple[str, str]] = field(default_factory=lambda: {"a-dana": ("Dana Ruiz", "dana@shop.example")})
    """By id, a name and an e-mail address."""
    issues: dict[int, Made] = field(default_factory=dict)
    acts: list[str] = field(default_factory=list)
    """What it does with the next writes instead: a status, `drops`, `drops after`, or `garbage`."""
    writes: list[Any] = field(default_factory=list)
    """The bodies of what was written."""
    is_down: bool = False
    has_project: bool = True
    longest: int = 65_536
    """Characters of a description."""
    port: int = 0

    def place(self, **more: Any) -> TrackerPlace:
        here: dict[str, Any] = {"api": f"http://127.0.0.1:{self.port}{self.base}", "allow_private_address": True}
        return TrackerPlace("work", self.kind, project=self.project, token=VARIABLE, **{**here, **self.needs(), **more})

    def part(self, **more: Any) -> dict[str, Any]:
        """As the policy file has it."""
        here = {"url": f"http://127.0.0.1:{self.port}{self.base}", "allow_private_address": True}
        place = {"kind": self.kind.value, "project": self.project, "token": f"env:{VARIABLE}"}
        return {**place, **here, **self.needs(), **more}

    def needs(self) -> dict[str, Any]:
        """What this kind has to be told besides."""
        return {}

    def is_admitted(self, headers: Mapping[str, str]) -> bool:
        return headers.get("Authorization") == f"Bearer {TOKEN}"

    def is_write(self, method: str, body: Any) -> bool:
        return method != "GET"

    async def do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        """What it answers when nothing is wrong."""
        raise NotImplementedError

    def flat(self, made: Made) -> str:
        """Its description as the limit counts it."""
        return made.body if isinstance(made.body, str) else json.dumps(made.body, ensure_ascii=False)

    def must_be_quiet(self, made: Made) -> None:
        """Fail where something in it would call somebody, or lead or close somewhere; Markdown, unless it is not."""
        outside = re.sub(r"```.*?```|`[^`]*`", "", str(made.body), flags=re.DOTALL).replace("&#8203;", "\u200b")
        assert not re.search(r"@\w|#\d|!\d|^/\w", outside, re.MULTILINE)
        assert "@here #2" in str(made.body), "code stays as it was typed"
        assert "<!channel>" not in outside

    def add(self, made: Made) -> Made:
        self.issues[made.number] = made
        return made

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if self.is_down:
            return web.Response(status=503)
        if not self.is_admitted(request.headers):
            return web.json_response({"message": "Bad credentials"}, status=401)
        raw = await request.read()
        body = json.loads(raw) if raw else None
        is_write = self.is_write(request.method, body)
        act = self.acts.pop(0) if is_write and self.acts else ""
        if act.isdecimal():
            limited = {"Retry-After": "7"} if act == "429" else {}
            return web.json_response({"message": "No."}, status=int(act), headers=limited)
        status, content = 200, None
        if act != "drops":
            if is_write:
                self.writes.append(body)
            path = request.path.removeprefix(self.base)
            status, content = await self.do(request.method, path, request.query, body)
        if act.startswith("drops"):
            assert request.transport is not None
            request.transport.abort()
        if act == "garbage":
            return web.Response(text="<html>It is busy.</html>", content_type="text/html")
        return web.Response(status=204) if status == 204 else web.json_response(content, status=status)


@asynccontextmanager
async def serving(fake: Fake) -> AsyncIterator[Fake]:
    async with answering(everything(fake.answer)) as fake.port:
        yield fake


P1_AND_P2 = frozenset({Priority.P1, Priority.P2})
