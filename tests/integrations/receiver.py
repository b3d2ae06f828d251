"""A receiver of webhooks on this machine: what came, and how it answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook as Verifier

from bot.domain.policy import Webhook
from bot.domain.webhooks import key_of
from tests.serving import everything, serving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
KEY = key_of(SECRET)
VARIABLE = "MUSTER_WEBHOOK_CMDB"
HANGS_UP, IS_SILENT = -1, -2
"""What it does instead of answering with a status."""


@dataclass(frozen=True)
class Received:
    headers: Mapping[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """What the signature vouches for: it is verified by the package that receivers use."""
        found = Verifier(SECRET).verify(self.body, dict(self.headers))
        assert isinstance(found, dict)
        return found

    @property
    def kind(self) -> str:
        kind = self.event["type"]
        assert isinstance(kind, str)
        return kind


@dataclass
class Receiver:
    port: int = 0
    answers: list[int] = field(default_factory=list)
    """The next statuses; after them 204."""
    received: list[Received] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    """Of its answers."""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def taken(self) -> list[str]:
        """The kinds of what it was sent, each message once, in the order in which it first came."""
        first = {one.headers["webhook-id"]: one.kind for one in reversed(self.received)}
        return [first[name] for name in dict.fromkeys(one.headers["webhook-id"] for one in self.received)]

    def subscription(self, name: str = "cmdb", *, allow_private_address: bool = True) -> Webhook:
        return Webhook(name, self.url, VARIABLE, allow_private_address=allow_private_address)

    def part(self, **more: Any) -> dict[str, Any]:
        """As the policy file has it."""
        return {"name": "cmdb", "url": self.url, "secret": VARIABLE, "allow_private_address": True, **more}

    async def answer(self, request: web.Request) -> web.Response:
        self.received.append(Received(dict(request.headers), await request.read()))
        status = self.answers.pop(0) if self.answers else 204
        if status == IS_SILENT:
            await self.released.wait()
        if status == HANGS_UP:
            assert request.transport is not None
            request.transport.close()
        return web.Response(status=max(status, 200), headers=self.headers)


@asynccontextmanager
async def a_receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    async with serving(everything(receiver.answer)) as receiver.port:
        try:
            yield receiver
        finally:
            receiver.released.set()


def pretty(event: Mapping[str, Any]) -> str:
    return json.dumps(event, indent=2, ensure_ascii=False) + "\n"
