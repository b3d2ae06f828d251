"""Alerts of Jira Service Management, by the key of an integration of the kind API.

Address, fields, limits and answers: developer.atlassian.com, Jira Service Management ops, “Integration events” (August
2026). Open alerts of one `alias` are one alert, so what may have arrived is simply sent again.
"""

from typing import Final
from urllib.parse import quote

from bot.delivery.destination import Absent, Finding
from bot.delivery.outcomes import Outcome
from bot.domain.policy import Jira as Settings
from bot.integrations.outgoing import Outgoing
from bot.integrations.paging.pager import Call
from bot.integrations.paging.posting import post

LONGEST_MESSAGE: Final = 130
LONGEST_DESCRIPTION: Final = 15_000
SOURCE: Final = "Muster"


class Jira:
    """Calls whoever the team behind the integration has on call."""

    name = "Jira Service Management"

    def __init__(self, settings: Settings, client: Outgoing) -> None:
        self._settings = settings
        self._client = client

    async def send(self, call: Call) -> Outcome:
        """What its title has no room for stands in its description as well."""
        message = call.summary if len(call.summary) <= LONGEST_MESSAGE else f"{call.summary[: LONGEST_MESSAGE - 1]}…"
        lines = [call.summary, call.how_to_accept, *([call.url] if call.url else [])]
        alert = {
            "message": message,
            "alias": call.key,
            "description": "\n\n".join(lines)[:LONGEST_DESCRIPTION],
            "priority": call.priority,
            "source": SOURCE,
        }
        return await post(self._client, self._settings, self._settings.url, alert, _signed(call.secret))

    async def find(self, _: Call) -> Finding:
        """Sent again it is the same alert."""
        return Absent()

    async def stop(self, key: str, secret: str) -> Outcome:
        url = f"{self._settings.url}/{quote(key, safe='')}/close?identifierType=alias"
        return await post(self._client, self._settings, url, {"source": SOURCE}, _signed(secret))


def _signed(secret: str) -> dict[str, str]:
    return {"Authorization": f"GenieKey {secret}"}
