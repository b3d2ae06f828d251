"""What every engine has in common: an order, three questions, and how answers are read.

An engine is asked to start something once. Where its answer is lost it is asked for the key of the run, and never again
to start it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from bot.delivery.outcomes import Done, Gone, Outcome
from bot.domain import policy
from bot.domain.automation import RUN_KEY
from bot.domain.vocabulary import RunOutcome
from bot.integrations.engines.log import last_lines
from bot.integrations.outgoing import Outgoing
from bot.integrations.rest import Content, Refused, Service, Stopped

LARGEST: Final = 1_000_000
"""Bytes of an answer that are read."""
LONGEST_LINK: Final = 500


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run, and the key by which it is found again."""

    key: str
    ref: str
    """The incident's."""
    action: policy.Automation
    given: Mapping[str, str]
    is_dry: bool = False

    @property
    def inputs(self) -> dict[str, str]:
        """Everything the engine is given, all of it from the policy or chosen from what that lists."""
        dry = dict([self.action.dry_run]) if self.is_dry and self.action.dry_run else {}
        return {**self.action.fixed, **self.given, **dry, RUN_KEY: self.key}


@dataclass(frozen=True, slots=True)
class Running:
    """It is there. `handle`: what the engine calls it."""

    handle: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    outcome: RunOutcome
    why: str = ""
    link: str = ""
    log: str = ""


class Engine(Protocol):
    """Something that runs actions."""

    async def start(self, order: Order) -> Outcome:
        """Have it run; where the engine took it, the result holds its `handle` and `link`."""
        ...

    async def find(self, order: Order) -> Running | None:
        """The run with the order's key; None where there is none that can be seen. Raises OSError."""
        ...

    async def look(self, order: Order, handle: str) -> Ended | None:
        """How it ended; None while it runs. Raises OSError."""
        ...

    async def check(self, action: policy.Automation) -> str:
        """What keeps the action from being started, as far as that can be seen; empty where nothing does. Raises
        OSError."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """The way to one engine."""

    engine: policy.Engine
    secrets: Sequence[str] = field(repr=False)
    """Its token; or what is signed with, of which there may be several."""
    outgoing: Outgoing
    hosts: frozenset[str]
    """To which links may lead."""
    now: Callable[[], datetime]
    """Machine time."""
    callback: str | None = None
    """Where an engine says how something ended."""

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], content: Mapping[str, Any] | None = None, *also: int
    ) -> Content:
        """`also`: statuses that are no error here. Raises Refused, Stopped."""
        service = Service(self.engine.url, headers, self.outgoing, self.engine, LARGEST)
        return await service.ask(method, path, content, *also)

    async def read(self, path: str, headers: Mapping[str, str]) -> Any:
        """The JSON that stands at a path. Raises Refused, Stopped."""
        return (await self.ask("GET", path, headers)).json

    async def sees(self, path: str, headers: Mapping[str, str]) -> str:
        """Why nothing can be read at a path; empty where it can. Raises Stopped."""
        try:
            await self.read(path, headers)
        except Refused as no:
            return why_of(no)
        return ""

    def link(self, address: object) -> str:
        return link_of(address, self.hosts)


WHY: Final = {
    301: "it answered with a redirect, and Muster follows none",
    302: "it answered with a redirect, and Muster follows none",
    303: "it answered with a redirect, and Muster follows none",
    307: "it answered with a redirect, and Muster follows none",
    308: "it answered with a redirect, and Muster follows none",
    401: "it does not accept the token",
    403: "the token may not start it",
    404: "it does not know what is to be run, or the token may not see it",
    422: "it does not accept the inputs",
}
"""What people are told of an answer."""


def why_of(no: Refused) -> str:
    """A refusal, for people."""
    return no.why if no.status is None else WHY.get(no.status, f"it answered with status {no.status}")


def link_of(address: object, hosts: frozenset[str]) -> str:
    """An address that people may be led to; empty for any other."""
    try:
        parts = urlsplit(str(address))
    except ValueError:
        return ""
    known = {*hosts, *(one.removeprefix("api.") for one in hosts)}
    is_good = parts.scheme == "https" and parts.hostname in known and parts.username is None
    return str(address) if is_good and len(str(address)) <= LONGEST_LINK else ""


async def started(order: Order, start: Callable[[Order], Any]) -> Outcome:
    """Start it; what the network does is an outcome."""
    try:
        outcome: Outcome = await start(order)
    except Refused as no:
        return Gone(why_of(no))
    except Stopped as stopped:
        return Gone("its certificate is not good") if str(stopped).startswith("certificate") else stopped.outcome
    return outcome


def taken(line: Line, handle: object, address: object) -> Done:
    """The engine has it."""
    return Done({"handle": str(handle)[:100], "link": line.link(address)})


def result_of(ended: Ended) -> dict[str, Any]:
    """As it is kept: the log's last lines, without secrets."""
    why = " ".join(ended.why.split())[:200]
    return {"outcome": ended.outcome.value, "why": why, "link": ended.link, "lines": list(last_lines(ended.log))}
