"""Any program that takes a signed webhook, and calls back when it is done: n8n, Jenkins, AWX, StackStorm.

Both ways are signed as Standard Webhooks has it (github.com/standard-webhooks/standard-webhooks).
"""

import json
from collections.abc import Mapping

from bot.delivery.outcomes import Gone, Outcome
from bot.domain.policy import Automation
from bot.domain.webhooks import key_of
from bot.integrations.engines.engine import Ended, Line, Order, Running, started, taken
from bot.integrations.outgoing import Answered, NotReached, PrivateAddress
from bot.integrations.rest import IN_PRIVATE, Refused, Stopped, lost, meaning
from bot.integrations.webhook import signed


class SignedWebhook:
    """It says by itself how something ended, and cannot be asked."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._keys = [key_of(one) for one in line.secrets]

    async def start(self, order: Order) -> Outcome:
        return await started(order, self._start)

    async def _start(self, order: Order) -> Outcome:
        line = self._line
        content = {
            "type": "action.run",
            "run": order.key,
            "action": order.action.name,
            "incident": order.ref,
            "dry_run": order.is_dry,
            "inputs": {name: value for name, value in order.inputs.items() if value != order.key},
            "callback": line.callback,
        }
        body = json.dumps(content, separators=(",", ":")).encode()
        headers = {
            **signed(order.key, line.now(), body, self._keys),
            "Content-Type": "application/json",
            "User-Agent": "Muster",
        }
        answer = await self._send("POST", order.action, body, headers)
        if 200 <= answer.status < 300:
            return taken(line, "", "")
        outcome = meaning("POST", answer.status, answer.wish)
        if isinstance(outcome, Gone):
            raise Refused(outcome.error, answer.status)
        return outcome

    async def find(self, _: Order) -> Running | None:
        return None

    async def check(self, action: Automation) -> str:
        """Asked what it takes, which tells it nothing."""
        try:
            await self._send("OPTIONS", action)
        except Refused as no:
            return no.why
        return ""

    async def _send(
        self, method: str, action: Automation, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answered:
        """What it answers is not read. Raises Refused, Stopped."""
        engine = self._line.engine
        url = f"{engine.url}{action.target['path']}"
        try:
            return await self._line.outgoing.send(method, url, body=body, headers=headers, way=engine)
        except PrivateAddress:
            raise Refused(IN_PRIVATE) from None
        except NotReached as error:
            raise Stopped(lost(error, method)) from None

    async def look(self, _order: Order, _handle: str) -> Ended | None:
        return None
