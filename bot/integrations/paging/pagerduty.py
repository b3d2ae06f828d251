"""PagerDuty's Events API, version 2.

Fields, statuses and limits: PagerDuty/developer-docs, docs/events-API-v2 (August 2026). Events of one `dedup_key` are
one alert, so what may have arrived is simply sent again.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from bot.delivery.destination import Absent, Finding
from bot.delivery.outcomes import Done, Gone, Outcome, Retry
from bot.domain.policy import PagerDuty as Settings
from bot.integrations.outgoing import NotReached, Outgoing, PrivateAddress
from bot.integrations.paging.pager import Call

LONGEST_SUMMARY: Final = 1024
SEVERITIES: Final[Mapping[str, str]] = {"P1": "critical", "P2": "error", "P3": "warning", "P4": "info"}
AFTER_TOO_MANY: Final = timedelta(seconds=30)
"""How long it wants to be left alone after a 429 that does not say."""


class PagerDuty:
    """Calls whoever is on call for the service whose key it is given."""

    name = "PagerDuty"

    def __init__(self, settings: Settings, client: Outgoing) -> None:
        self._settings = settings
        self._client = client

    async def send(self, call: Call) -> Outcome:
        payload = {
            "summary": call.summary[:LONGEST_SUMMARY],
            "source": "Muster",
            "severity": SEVERITIES[call.priority],
            "custom_details": {
                "How to accept": call.how_to_accept,
                **({"Bridge": call.bridge} if call.bridge else {}),
            },
        }
        links = {"links": [{"href": call.url, "text": "The incident's channel"}]} if call.url else {}
        return await self._post(call.secret, call.key, "trigger", {"payload": payload, **links})

    async def find(self, _: Call) -> Finding:
        """Sent again it is the same alert."""
        return Absent()

    async def stop(self, key: str, secret: str) -> Outcome:
        return await self._post(secret, key, "resolve", {})

    async def _post(self, secret: str, key: str, action: str, more: Mapping[str, Any]) -> Outcome:
        event = {"routing_key": secret, "dedup_key": key, "event_action": action, **more}
        try:
            answer = await self._client.send(
                "POST",
                self._settings.url,
                body=json.dumps(event, ensure_ascii=False).encode("utf-8", "replace"),
                headers={"Content-Type": "application/json", "User-Agent": "Muster"},
                allow_private=self._settings.allow_private_address,
                within=self._settings.within.total_seconds(),
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
