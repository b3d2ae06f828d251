"""The one look that the door for alerts takes at the outside world: Amazon's certificates and confirmations."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.domain.policy import Way
from bot.integrations.alerts.sns import Fetch
from bot.integrations.outgoing import Outgoing

WITHIN: Final = 4.0
"""Seconds."""
LARGEST: Final = 64 * 1024


def fetching(way: Way, proxies: Mapping[str, str]) -> Fetch:
    """Whatever says how to get there, a look is a short one."""

    async def fetch(url: str) -> bytes:
        """What stands at an address that was judged before; a redirect leads nowhere. Raises OSError."""
        async with Outgoing(WITHIN, replace(way, within=None), proxies) as client:
            answer = await client.ask("GET", url, headers={}, most_bytes=LARGEST)
        if answer.status != 200:
            raise OSError(f"status {answer.status}")
        return answer.body

    return fetch
