"""A program that opens a call and answers with its link, signed as every webhook is.

What it gets is the same whenever it is sent again, its `webhook-id` included: a program that keeps that opens one call.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.delivery.destination import Absent, Finding
from bot.delivery.job import AnyJob, Job
from bot.delivery.outcomes import Done, Gone, Outcome
from bot.domain.bridge import is_link
from bot.domain.incident import Incident
from bot.domain.policy import Bridge as Settings
from bot.integrations.outgoing import NotReached, Outgoing, PrivateAddress
from bot.integrations.rest import IN_PRIVATE, lost, meaning, part, read
from bot.integrations.webhook import signed
from bot.review import without_secrets

MOST_BYTES: Final = 10_000
"""Of an answer; there is a link in it and little else."""


class Bridge:
    """Calls, as a destination."""

    name = "The bridge"

    def __init__(
        self,
        settings: Settings,
        outgoing: Outgoing,
        keys: Mapping[str, Sequence[bytes]],
        now: Callable[[], datetime],
        workspace: str,
    ) -> None:
        """`keys`: by the variable that holds them; `now`: machine time."""
        self._settings = settings
        self._outgoing = outgoing
        self._keys = keys
        self._now = now
        self._workspace = workspace

    async def deliver(self, job: AnyJob) -> Outcome:
        """Once somebody has given a link, or it is over, no call is needed."""
        if not isinstance(job, Job) or job.now.bridge_url or job.now.status.is_calm:
            return Done({})
        keys = self._keys.get(self._settings.secret)
        if not keys:
            return Gone("its secret is not set")
        body = json.dumps(self._content(job.now), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        headers = {
            **signed(f"{self._workspace}/{job.now.ref}/bridge", self._now(), body, keys),
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "Muster",
        }
        try:
            answer = await self._outgoing.ask(
                "POST",
                self._settings.url,
                body=body,
                headers=headers,
                most_bytes=MOST_BYTES,
                way=self._settings,
            )
        except PrivateAddress:
            return Gone(IN_PRIVATE)
        except NotReached as error:
            return lost(error, "POST")
        if not 200 <= answer.status < 300:
            return meaning("POST", answer.status, answer.wish, answer.headers)
        url = part(read(answer.body)).get("url")
        if not isinstance(url, str) or not is_link(url):
            return Gone("it answered without a link that begins with https://")
        return Done({"url": url})

    async def find(self, _: AnyJob) -> Finding:
        """Sent again it is the same call."""
        return Absent()

    @staticmethod
    def _content(incident: Incident) -> dict[str, object]:
        """Of a private incident no word leaves Slack."""
        title, _ = without_secrets(incident.title)
        return {
            "type": "bridge.open",
            "incident": incident.ref,
            "title": None if incident.is_private else title,
            "priority": incident.priority.value,
            "private": incident.is_private,
            "drill": incident.is_drill,
        }
