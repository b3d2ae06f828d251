"""What a shell offers while somebody types `muster incident …`: references, services and runbooks, as Muster has them.

A shell shows whatever is printed here in the middle of a line, so that nothing is: who cannot be asked offers nothing.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from bot.operator.asking import Reach
from bot.operator.showing import plainly
from bot.web.api.asking import Asking, Query
from bot.web.api.reads import MOST, READS

WITHIN: Final = 1.0
"""Seconds that somebody who pressed Tab waits at most."""

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that has names."""

    operation: str
    """Of the API, which lists them."""
    items: str
    """The list in its answer."""
    name: str
    title: str
    """The keys of an item: what is typed, and what it is called."""
    queries: tuple[Query, ...] = ({},)
    """Asked one after the other until one has what somebody began to type."""


INCIDENTS: Final = Kind(
    "listIncidents", "incidents", "ref", "title", ({"open": ["true"], "limit": [str(MOST)]}, {"limit": [str(MOST)]})
)
SERVICES: Final = Kind("listServices", "services", "slug", "name")
RUNBOOKS: Final = Kind("listRunbooks", "runbooks", "slug", "title")
KINDS: Final[Mapping[str, Kind]] = {
    "ref": INCIDENTS,
    "into": INCIDENTS,
    "incident": INCIDENTS,
    "service": SERVICES,
    "slug": RUNBOOKS,
    "wanted": RUNBOOKS,
}
"""What is typed as a path's or a body's key → what it names."""


def completing(reach: Reach, key: str) -> Complete | None:
    """What completes a key; None where nothing does."""
    kind = KINDS.get(key)
    if kind is None:
        return None

    def complete(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()), suppress(Exception):
            return asyncio.run(_found(reach, kind, ctx.params.get("user"), begun))
        return []  # whatever is wrong, the command itself says it

    return complete


async def _found(reach: Reach, kind: Kind, user: str | None, begun: str) -> list[CompletionItem]:
    async with asyncio.timeout(WITHIN), reach(user) as way:
        for query in kind.queries:
            if fitting := list(_fitting(kind, await _listed(way, kind, query), begun)):
                return fitting
    return []


async def _listed(way: Asking, kind: Kind, query: Query) -> Iterable[Mapping[str, Any]]:
    (route,) = (one for one in READS if one.name == kind.operation)
    found: Iterable[Mapping[str, Any]] = (await way.ask(route, {}, query, {}))[kind.items]
    return found


def _fitting(kind: Kind, listed: Iterable[Mapping[str, Any]], begun: str) -> Iterable[CompletionItem]:
    """The title is on one line, as the shell's protocol has it."""
    for one in listed:
        if str(one[kind.name]).lower().startswith(begun.lower()):
            yield CompletionItem(one[kind.name], help=" ".join(plainly(one[kind.title]).split()))
