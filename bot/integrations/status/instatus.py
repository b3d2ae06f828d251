"""Instatus by its API (github.com/instatushq/openapi, version 2.0.0, November 2026).

Nothing there is hidden from readers and could hold a mark of ours. What we may set, down to the millisecond, is when an
incident and each of its updates `started`: that is when it was published, and its milliseconds say which it is.
"""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from bot.delivery.outcomes import Result
from bot.integrations.rest import Refused, objects, part
from bot.integrations.status.target import PER_PAGE, Line, Post

SCHEME: Final = "Bearer"
OPEN: Final = "INVESTIGATING,IDENTIFIED,MONITORING"
PAGES_LOOKED_AT: Final = 3


class Instatus:
    def __init__(self, line: Line) -> None:
        self._line = line
        self._page = f"v1/{line.target.page}/incidents"

    async def components(self) -> frozenset[str]:
        return await self._line.ids(f"v1/{self._line.target.page}/components", SCHEME)

    async def look(self, post: Post) -> tuple[str | None, Result | None]:
        """What is unresolved first; then the others."""
        searches: list[dict[str, Any]] = [{"status": OPEN}]
        searches += [{"page": number} for number in range(1, PAGES_LOOKED_AT + 1)]
        for search in searches:
            query = urlencode({**search, "per_page": PER_PAGE})
            found = objects(await self._line.ask("GET", f"{self._page}?{query}", SCHEME))
            for one in found:
                if _is_of(one, post.began_at):
                    is_there = any(_is_entry(each, post) for each in objects(one.get("updates")))
                    return str(one.get("id")), {"id": one.get("id")} if is_there else None
            if "page" in search and len(found) < PER_PAGE:
                break
        return None, None

    async def publish(self, post: Post, incident: str | None) -> Result:
        body: dict[str, Any] = {
            "message": post.text,
            "status": post.update.stage.value.upper(),
            "started": _written(post.at if incident else post.began_at),
            "notify": self._line.target.is_notifying,
            "components": [id_ for id_, _ in post.components],
            "statuses": [{"id": id_, "status": _status(health)} for id_, health in post.components],
        }
        if incident is None:
            new = {**body, "name": post.update.title, "shouldPublish": True}
            answer = await self._line.ask("POST", self._page, SCHEME, new)
            return {"id": part(answer).get("id")}
        await self._rename(incident, post.update.title)
        await self._line.ask("POST", f"{self._page}/{incident}/incident-updates", SCHEME, body)
        return {"id": incident}

    async def _rename(self, incident: str, title: str) -> None:
        found = await self._line.ask("GET", f"{self._page}/{incident}", SCHEME)
        if not isinstance(found, dict):
            raise Refused("the incident was deleted there")
        if found.get("name") != title:
            await self._line.ask("PUT", f"{self._page}/{incident}", SCHEME, {"name": title, "notify": False})


def _is_entry(update: dict[str, Any], post: Post) -> bool:
    """An incident that is begun by a later entry, as the first did not come through, starts with the first one's time,
    and so does that entry there."""
    begins = _is_of(update, post.began_at) and update.get("message") == post.text
    return begins or _is_of(update, post.at)


def _is_of(found: dict[str, Any], at: datetime) -> bool:
    """Whether it started then. A service that keeps no milliseconds is taken at its second."""
    try:
        started = datetime.fromisoformat(str(found.get("started")))
    except ValueError:
        return False
    return started.tzinfo is not None and started in (at, at.replace(microsecond=0))


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _status(health: str) -> str:
    """`PARTIALOUTAGE` for our `partial_outage`."""
    return health.replace("_", "").upper()
