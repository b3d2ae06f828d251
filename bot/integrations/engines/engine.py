"""What every engine has in common: an order, three questions, and how answers are read.

An engine is asked to start something once. Where its answer is lost it is asked for the key of the run, and never again
to start it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from bot.delivery.outcomes import Done, Gone, Outcome, Retry, Unknown
from bot.domain import policy
from bot.domain.automation import RUN_KEY
from bot.domain.vocabulary import RunOutcome
from bot.integrations.engines.log import last_lines
from bot.integrations.outgoing import Asked, NotReached, Outgoing, PrivateAddress
from bot.integrations.webhook import wish_of

LARGEST: Final = 1_000_000
"""Bytes of an answer that are read."""
LONGEST_LINK: Final = 500
HEADERS: Final = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "Muster"}


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
        self, method: str, path: str, headers: Mapping[str, str], content: Mapping[str, Any] | None = None
    ) -> Asked:
        """Raises PrivateAddress, NotReached."""
        body = None if content is None else json.dumps(content, separators=(",", ":")).encode()
        return await self.outgoing.ask(
            method,
            f"{self.engine.url}{path}",
            body=body,
            headers={**HEADERS, **headers},
            most_bytes=LARGEST,
            allow_private=self.engine.allow_private_address,
        )

    async def read(self, path: str, headers: Mapping[str, str]) -> Any:
        """The JSON that stands at a path. Raises PrivateAddress, NotReached."""
        answer = await self.ask("GET", path, headers)
        found = parsed(answer)
        if answer.status != 200 or found is None:
            raise NotReached(f"status {answer.status}" if answer.status != 200 else "unreadable answer")
        return found

    async def sees(self, path: str, headers: Mapping[str, str]) -> str:
        """Why nothing can be read at a path; empty where it can. Raises PrivateAddress, NotReached."""
        answer = await self.ask("GET", path, headers)
        return "" if answer.status == 200 else WHY.get(answer.status, f"it answered with status {answer.status}")

    def link(self, address: object) -> str:
        return link_of(address, self.hosts)

    def refused(self, status: int, headers: Mapping[str, str]) -> Outcome:
        """What an answer means that is not yes: whether nothing was started, for now or for good, or nobody knows."""
        wish = wish_of(headers.get("retry-after"), self.now())
        is_limited = wish is not None or headers.get("x-ratelimit-remaining") == "0"
        if status == 429 or (status == 403 and is_limited):
            return Retry(wish, f"status {status}")
        if status >= 500 or status == 408:
            return Unknown(f"status {status}")
        return Gone(WHY.get(status, f"it answered with status {status}"))


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


def listed(found: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects in a list of an answer, whatever else that is."""
    several = found.get(name) if isinstance(found, Mapping) else None
    return [one for one in several if isinstance(one, Mapping)] if isinstance(several, list) else []


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
    except PrivateAddress:
        return Gone("its address leads into a private network, which the policy does not allow")
    except NotReached as error:
        if error.why.startswith("certificate"):
            return Gone("its certificate is not good")
        return Unknown(error.why) if error.may_have_arrived else Retry(None, error.why)
    return outcome


def parsed(answer: Asked) -> Any | None:
    """The JSON of an answer; None for anything else."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def taken(line: Line, handle: object, address: object) -> Done:
    """The engine has it."""
    return Done({"handle": str(handle)[:100], "link": line.link(address)})


def result_of(ended: Ended) -> dict[str, Any]:
    """As it is kept: the log's last lines, without secrets."""
    why = " ".join(ended.why.split())[:200]
    return {"outcome": ended.outcome.value, "why": why, "link": ended.link, "lines": list(last_lines(ended.log))}
