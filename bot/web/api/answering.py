"""One request to the API, by whatever way it came: read, asked for, and refused in the words of every door."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.refusal import Refusal
from bot.door.caller import Caller
from bot.door.token import Token
from bot.web.api.problems import as_problem, unreadable
from bot.web.api.route import Ask, Dependencies, Route
from bot.web.api.values import Unreadable, read_query
from bot.web.refusals import in_words


async def answer(
    dependencies: Dependencies,
    route: Route,
    token: Token,
    caller: Caller,
    zone: ZoneInfo,
    path: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    body: Any,
) -> Any:
    """What the route answers. `body`: as JSON has it; `zone`: in which whoever asks reads times. Raises Problem."""
    try:
        asked = read_query(route.query, query) if route.query is not None else None
        wanted = route.body.read(body) if route.body is not None else None
    except Unreadable as no:
        raise unreadable(no.wrong) from None
    try:
        return await route.does(Ask(dependencies, token, caller, path, asked, wanted, zone))
    except Refusal as refusal:
        raise as_problem(refusal, await in_words(dependencies.store, str(refusal), zone)) from None
