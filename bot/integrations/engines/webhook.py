"""Any program that takes a signed webhook, and calls back when it is done: n8n, Jenkins, AWX, StackStorm.

Both ways are signed as Standard Webhooks has it (github.com/standard-webhooks/standard-webhooks).
"""

import json

from bot.delivery.outcomes import Outcome
from bot.domain.policy import Automation
from bot.domain.webhooks import key_of
from bot.integrations.engines.engine import Ended, Line, Order, Running, started, taken
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
        answer = await line.outgoing.send(
            "POST",
            f"{line.engine.url}{order.action.target['path']}",
            body=body,
            headers={
                **signed(order.key, line.now(), body, self._keys),
                "Content-Type": "application/json",
                "User-Agent": "Muster",
            },
            allow_private=line.engine.allow_private_address,
        )
        if 200 <= answer.status < 300:
            return taken(line, "", "")
        return line.refused(answer.status, {"retry-after": answer.retry_after} if answer.retry_after else {})

    async def find(self, _: Order) -> Running | None:
        return None

    async def check(self, action: Automation) -> str:
        """Asked what it takes, which tells it nothing."""
        engine = self._line.engine
        await self._line.outgoing.send(
            "OPTIONS", f"{engine.url}{action.target['path']}", allow_private=engine.allow_private_address
        )
        return ""

    async def look(self, _order: Order, _handle: str) -> Ended | None:
        return None
