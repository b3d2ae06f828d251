"""One request to the API, by whatever way it came: read, asked for, and refused in the words of every door."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.blocks.text import MARKED_TIME, in_zone, plain
from bot.domain.named import by_name, mentioned
from bot.domain.refusal import Refusal
from bot.door.caller import Caller
from bot.door.token import Token
from bot.web.api.problems import as_problem, unreadable
from bot.web.api.route import Ask, Dependencies, Route
from bot.web.api.values import Unreadable, read_query


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
        raise as_problem(refusal, await _in_words(dependencies, str(refusal), zone)) from None


async def _in_words(dependencies: Dependencies, text: str, zone: ZoneInfo) -> str:
    """A refusal as somebody reads it: people by name, times in their zone."""
    if "<!date^" in text:
        text = MARKED_TIME.sub(lambda found: found[0].rpartition("|")[2].rstrip(">"), in_zone(text, zone))
    if "<@" in text:
        async with dependencies.store.read() as tx:
            known = await tx.people(set(mentioned((text,))))
        text = by_name(text, {user: one.name for user, one in known.items()})
    return plain(text)
