"""PagerDuty's Events API, version 2.

Fields, statuses and limits: PagerDuty/developer-docs, docs/events-API-v2 (August 2026). Events of one `dedup_key` are
one alert, so what may have arrived is simply sent again.
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.delivery.destination import Absent, Finding
from bot.delivery.outcomes import Outcome
from bot.domain.policy import PagerDuty as Settings
from bot.integrations.outgoing import Outgoing
from bot.integrations.paging.pager import Call
from bot.integrations.paging.posting import post

LONGEST_SUMMARY: Final = 1024
SEVERITIES: Final[Mapping[str, str]] = {"P1": "critical", "P2": "error", "P3": "warning", "P4": "info"}


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
        return await post(self._client, self._settings, self._settings.url, event)
