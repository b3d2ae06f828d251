"""How pagers that take events by HTTP are asked: what was sent may be sent again, as it is known by its key."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from bot.delivery.outcomes import Done, Gone, Outcome, Retry
from bot.domain.policy import Way
from bot.integrations.outgoing import NotReached, Outgoing, PrivateAddress

AFTER_TOO_MANY: Final = timedelta(seconds=30)
"""How long one wants to be left alone after a 429 that does not say: PagerDuty asks for as much."""


async def post(
    client: Outgoing, way: Way, url: str, content: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Outcome:
    """A lost answer is a Retry."""
    try:
        answer = await client.send(
            "POST",
            url,
            body=json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"),
            headers={"Content-Type": "application/json", "User-Agent": "Muster", **(headers or {})},
            way=way,
        )
    except PrivateAddress:
        return Gone("private address")
    except NotReached as error:
        return Retry(None, error.why)
    return _outcome(answer.status, answer.wish)


def _outcome(status: int, wish: timedelta | None) -> Outcome:
    if 200 <= status < 300:
        return Done({})
    if status == 429:
        return Retry(wish or AFTER_TOO_MANY, "status 429")
    if status >= 500 or status == 408:
        return Retry(None, f"status {status}")
    return Gone(f"pager refused with status {status}")
