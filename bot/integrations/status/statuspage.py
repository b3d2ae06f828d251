"""Atlassian Statuspage by its API v1 (developer.statuspage.io, November 2026).

An incident has `metadata`, which readers do not see: our marks stand there, that of the last entry beside that of the
incident. `components` and `component_ids` go in one request: apart, one of two messages to subscribers is lost.
"""

from typing import Any, Final

from bot.delivery.outcomes import Result
from bot.domain.vocabulary import Stage
from bot.integrations.rest import Refused, objects, part
from bot.integrations.status.target import PER_PAGE, Line, Post

SCHEME: Final = "OAuth"
OURS: Final = "muster"
PAGES_LOOKED_AT: Final = 3


class Statuspage:
    def __init__(self, line: Line) -> None:
        self._line = line
        self._page = f"pages/{line.target.page}/incidents"

    async def components(self) -> frozenset[str]:
        return await self._line.ids(f"pages/{self._line.target.page}/components", SCHEME)

    async def look(self, post: Post) -> tuple[str | None, Result | None]:
        """What is unresolved first; then the newest of all."""
        places = [f"{self._page}/unresolved"]
        places += [f"{self._page}?limit={PER_PAGE}&page={number}" for number in range(1, PAGES_LOOKED_AT + 1)]
        for place in places:
            found = objects(await self._line.ask("GET", place, SCHEME))
            for one in found:
                marks = _marks(one)
                if marks.get("incident") == post.incident:
                    is_there = post.entry in str(marks.get("entries", "")).split()
                    return str(one.get("id")), {"id": one.get("id")} if is_there else None
            if "page=" in place and len(found) < PER_PAGE:
                break
        return None, None

    async def publish(self, post: Post, incident: str | None) -> Result:
        before = "" if incident is None else await self._entries(incident)
        entries = " ".join([*before.split(), post.entry])
        body: dict[str, Any] = {
            "name": post.update.title,
            "status": post.update.stage.value,
            "body": post.text,
            "deliver_notifications": self._line.target.is_notifying,
            "metadata": {OURS: {"incident": post.incident, "entries": entries}},
        }
        if post.components:
            body["components"] = dict(post.components)
            if post.update.stage is not Stage.RESOLVED:
                body["component_ids"] = [id_ for id_, _ in post.components]
        method, path = ("POST", self._page) if incident is None else ("PATCH", f"{self._page}/{incident}")
        answer = await self._line.ask(method, path, SCHEME, {"incident": body})
        return {"id": answer.get("id") if isinstance(answer, dict) else incident}

    async def _entries(self, incident: str) -> str:
        found = await self._line.ask("GET", f"{self._page}/{incident}", SCHEME)
        if not isinstance(found, dict):
            raise Refused("the incident was deleted there")
        return str(_marks(found).get("entries", ""))


def _marks(incident: dict[str, Any]) -> dict[str, Any]:
    return part(incident, "metadata", OURS)
