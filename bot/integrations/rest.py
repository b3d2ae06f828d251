"""Services that speak JSON over HTTP: one way to ask them, and one meaning for each answer.

What an adapter adds is its paths, its bodies, and its words for people.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar

from bot.delivery.outcomes import Gone, Outcome, Retry, Unknown
from bot.domain.policy import DocumentPlace, TrackerPlace, Way
from bot.integrations.outgoing import ANYHOW, NotReached, Outgoing, PrivateAddress

MOST_BYTES: Final = 4_000_000
"""Of an answer; what is larger is not read to its end."""
SLOW_DOWN: Final = frozenset({420, 429})
"""Statuspage says 420 as well."""
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_SAID: Final = 200
"""Characters of what a service says itself that people are told."""
NOT_JSON: Final = "an answer that nobody can read"
NOTHING: Final = object()
"""What stands in an answer that is no JSON."""
IN_PRIVATE: Final = (
    "its address is in a private network; `allow_private_address: true` in the policy lets Muster go there"
)


class Refused(OSError):
    """It says no, and would say so again. `content`: what it says beside that; None where that is no JSON."""

    def __init__(self, why: str, status: int | None = None, content: Any = None) -> None:
        self.why = why
        self.status = status
        self.content = content
        super().__init__(why)


class Stopped(OSError):
    """It goes no further for now."""

    def __init__(self, outcome: Retry | Unknown) -> None:
        self.outcome = outcome
        super().__init__(outcome.why)


@dataclass(frozen=True, slots=True)
class Content:
    """A good answer, and what it holds."""

    status: int
    json: Any
    headers: Mapping[str, str]
    """By their names in lower case."""


@dataclass(frozen=True, slots=True)
class Service:
    """One of them: where it is, and what it is told with each request."""

    url: str
    """Before every path, without a slash at its end."""
    headers: Mapping[str, str] = field(repr=False)
    """With the secret among them."""
    client: Outgoing
    way: Way = ANYHOW
    most_bytes: int = MOST_BYTES

    async def ask(self, method: str, path: str, content: Any = None, *also: int) -> Content:
        """`path` begins with a slash; `also`: statuses that are no error here. Raises Refused, Stopped."""
        headers = {"Accept": "application/json", "User-Agent": "Muster", **self.headers}
        body = None
        if content is not None:
            headers = {"Content-Type": "application/json", **headers}
            body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        try:
            answer = await self.client.ask(
                method,
                f"{self.url}{path}",
                body=body,
                headers=headers,
                most_bytes=self.most_bytes,
                way=self.way,
            )
        except PrivateAddress:
            raise Refused(IN_PRIVATE) from None
        except NotReached as error:
            raise Stopped(lost(error, method)) from None
        found = read(answer.body)
        if answer.status in also:
            return Content(answer.status, None if found is NOTHING else found, answer.headers)
        if 200 <= answer.status < 300:
            if found is NOTHING:
                raise Stopped(Retry(None, NOT_JSON) if method in READING else Unknown(NOT_JSON))
            return Content(answer.status, found, answer.headers)
        outcome = meaning(method, answer.status, answer.wish, answer.headers)
        if isinstance(outcome, Gone):
            raise Refused(outcome.error, answer.status, None if found is NOTHING else found)
        raise Stopped(outcome)


P_co = TypeVar("P_co", bound=TrackerPlace | DocumentPlace, covariant=True)
T = TypeVar("T")


@dataclass(frozen=True)  # with slots, Python 3.11 cannot make one of a class that is given its parameter
class Line(Generic[P_co]):
    """A place of the policy, and the way to it."""

    place: P_co
    token: str = field(repr=False)
    client: Outgoing

    async def ask(self, method: str, path: str, headers: Mapping[str, str], body: Any = None, *also: int) -> Content:
        """`headers`: with the token among them; `also`: statuses that are no error here. Raises Refused, Stopped."""
        service = Service(self.place.api, headers, self.client, self.place)
        return await service.ask(method, path, body, *also)


def understood(found: T | None, *, is_written: bool = False) -> T:
    """An answer that nobody can read is none: what was written may stand there all the same. Raises Stopped."""
    if found is None:
        raise Stopped(Unknown(NOT_JSON) if is_written else Retry(None, NOT_JSON))
    return found


def read(body: bytes) -> Any:
    """The JSON of an answer; None of an empty one, NOTHING of anything else."""
    try:
        return json.loads(body) if body.strip() else None
    except (ValueError, RecursionError):
        return NOTHING


def lost(error: NotReached, method: str) -> Retry | Unknown:
    """What it means that no answer came."""
    return Unknown(error.why) if error.may_have_arrived and method not in READING else Retry(None, error.why)


def meaning(
    method: str, status: int, wish: timedelta | None = None, headers: Mapping[str, str] | None = None
) -> Retry | Unknown | Gone:
    """What an answer means that is not yes: nothing was done for now, nobody knows, or no for good. `wish`: how long it
    asks to be left alone."""
    why = f"status {status}"
    is_limited = wish is not None or (headers or {}).get("x-ratelimit-remaining") == "0"
    if status in SLOW_DOWN or (status == 403 and is_limited):
        return Retry(wish, why)
    if status >= 500 or status == 408:
        return Retry(wish, why) if method in READING else Unknown(why)
    return Gone(why)


def as_outcome(no: Refused | Stopped) -> Outcome:
    """For the deliverer."""
    return Gone(no.why) if isinstance(no, Refused) else no.outcome


def objects(found: Any) -> list[dict[str, Any]]:
    """The objects of a list; what is none is left out, and what is no list is empty."""
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def part(found: Any, *names: str) -> dict[str, Any]:
    """The object that stands in an answer under these names; an empty one where there is none."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def text_of(found: Any, *names: str) -> str:
    """A text that stands in an answer under these names; empty where there is none."""
    value = part(found, *names[:-1]).get(names[-1])
    return value if isinstance(value, str) else ""
