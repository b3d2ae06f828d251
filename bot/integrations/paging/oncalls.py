"""Who is on call in PagerDuty: `/oncalls` of its REST API, version 2.

Fields, headers and limits: PagerDuty/api-schema, reference/REST/openapiv3.json (August 2026). Its older schedules and
its Flex Schedules both answer there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from bot.domain.policy import PagerDuty as Settings
from bot.integrations.outgoing import Outgoing
from bot.integrations.rest import Service, objects, part

PAGE: Final = 100
"""The most that it gives at once."""
MOST: Final = 1_000
"""So many turns are read of one schedule."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """Somebody's turn; None where it has no end or had no beginning."""

    begins: datetime | None
    ends: datetime | None
    name: str
    email: str


class OnCalls:
    """Asks who is on call."""

    def __init__(self, settings: Settings, token: str, client: Outgoing) -> None:
        headers = {"Authorization": f"Token token={token}", "Accept": "application/vnd.pagerduty+json;version=2"}
        self._service = Service(settings.api, headers, client, settings)

    async def between(self, schedule: str, since: datetime, until: datetime) -> tuple[OnCall, ...]:
        """The turns of a schedule, each once. Raises Refused, Stopped."""
        wanted = [("schedule_ids[]", schedule), ("since", since.isoformat()), ("until", until.isoformat())]
        found: dict[OnCall, None] = {}
        for offset in range(0, MOST, PAGE):
            query = urlencode([*wanted, ("include[]", "users"), ("limit", PAGE), ("offset", offset)])
            answer = (await self._service.ask("GET", f"/oncalls?{query}")).json
            found |= dict.fromkeys(filter(None, map(_read, objects(part(answer).get("oncalls")))))
            if not (isinstance(answer, dict) and answer.get("more")):
                break
        return tuple(found)

    async def check(self) -> None:
        """Whether the token is taken. Raises Refused, Stopped."""
        await self._service.ask("GET", "/abilities")


def _read(found: dict[str, Any]) -> OnCall | None:
    user = part(found, "user")
    name, email = (str(user.get(one) or "") for one in ("name", "email"))
    name = name or str(user.get("summary") or "")
    return OnCall(_instant(found.get("start")), _instant(found.get("end")), name, email.lower()) if name else None


def _instant(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
