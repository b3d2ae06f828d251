"""`muster mcp`: the tools over stdin and stdout, for a client that starts its servers itself."""

from collections.abc import Mapping
from typing import Any

from bot.operator.asking import asking
from bot.operator.commands import DONE, WRONG, NotPossible, say
from bot.web.api.asking import Asking, Query, Refused
from bot.web.api.route import Route
from bot.web.mcp.door import INSTALL, is_installed


class Reached:
    """Muster as it is reached from here; where it cannot be, that is an answer too, and the client goes on."""

    def __init__(self, way: Asking) -> None:
        self._way = way

    async def ask(self, route: Route, path: Mapping[str, str], query: Query, body: Mapping[str, Any]) -> Any:
        try:
            return await self._way.ask(route, path, query, body)
        except NotPossible as no:
            raise Refused({"status": 503, "code": "unreachable", "detail": str(no)}) from None


async def serve(user: str | None) -> int:
    """Serve until the client hangs up: by MUSTER_URL and MUSTER_TOKEN, or by the database as somebody."""
    if not is_installed():
        raise NotPossible(WRONG, f"`muster mcp` needs the extra `mcp`, which is not installed here: {INSTALL}")
    async with asking(user) as way:
        from bot.web.mcp.serving import over_stdio

        say("Serving on stdin and stdout.")
        await over_stdio(Reached(way))
    return DONE
