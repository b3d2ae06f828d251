"""The door for trackers, `POST /trackers/<name>`: that something happened to an issue.

Closed unless the policy names a secret for the tracker. Nothing that is sent is believed: it has the issue looked at,
over there, and whoever forges a call brings about one look at most.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import structlog
from aiohttp import web

from bot.domain.vocabulary import TrackerKind
from bot.integrations.trackers.calling import SENDERS, Call, read

log = structlog.get_logger(__name__)

PATH: Final = "/trackers/"

Take = Callable[[str, str, str], None]
"""Has an issue looked at: the tracker's name, the issue, and the account that did something to it."""


class TrackerDoor:
    """Takes in that something happened."""

    def __init__(
        self,
        secrets: Mapping[str, tuple[TrackerKind, str]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`secrets`: by the name of a tracker, its kind and what it proves itself with. `now`: machine time."""
        self._secrets = secrets
        self._now = now
        self.take: Take | None = None
        """None while nobody can look."""

    def routes(self) -> list[web.RouteDef]:
        return [web.post(f"{PATH}{{name}}", self._post)]

    async def _post(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._secrets:
            return _said(404, "No such tracker calls here.")
        kind, secret = self._secrets[name]
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _said(413, "It is larger than a mebibyte.")
        headers = {key.lower(): value for key, value in request.headers.items()}
        if not SENDERS[kind].is_authentic(Call(headers, body, self._now()), secret):
            log.warning("trackers.not_authentic", tracker=name)
            return _said(401, "The signature or the secret is missing or wrong.")
        if self.take is None:
            said = _said(503, "It cannot be looked at now; please send it again.")
            said.headers["Retry-After"] = "5"
            return said
        heard = read(kind, body)
        if heard is not None:
            self.take(name, heard.issue, heard.by)
        return web.json_response({"looks": heard is not None}, status=202)


def _said(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)
