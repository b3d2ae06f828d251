"""Another status page, whatever its kind, as a destination: each entry once, in order, found again where an answer was
lost.

Services have no idempotency key. What is sent therefore carries a mark that nobody else would write, and before it is
sent after an unknown outcome the service is asked whether it has it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final, Protocol

from bot.delivery.destination import Absent, CannotTell, Finding, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Outcome, Result, Retry, Unknown
from bot.domain.policy import StatusTarget
from bot.domain.timeline import CustomerUpdate, CustomerUpdatePublished
from bot.integrations.outgoing import NotReached, Outgoing, PrivateAddress

MOST_BYTES: Final = 4_000_000
LONGEST_WISH: Final = timedelta(hours=1)
LIMITED: Final = frozenset({420, 429})
"""“Slow down”: Statuspage says 420 as well."""


class Stopped(Exception):
    """It goes no further."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome)


@dataclass(frozen=True, slots=True)
class Line:
    """A target of the policy, what it is shown, and the client for it."""

    target: StatusTarget
    token: str
    client: Outgoing

    async def ask(self, method: str, path: str, scheme: str, body: Mapping[str, Any] | None = None) -> Any:
        """The content of an answer; None where there is no such thing. Raises Stopped."""
        headers = {
            "Authorization": f"{scheme} {self.token}",
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "Muster",
        }
        try:
            answer = await self.client.ask(
                method,
                f"{self.target.api}/{path}",
                body=None if body is None else json.dumps(body).encode(),
                headers=headers,
                most_bytes=MOST_BYTES,
                allow_private=self.target.allow_private_address,
            )
        except PrivateAddress:
            raise Stopped(Gone("private address")) from None
        except NotReached as error:
            is_unknown = error.may_have_arrived and method != "GET"
            raise Stopped(Unknown(error.why) if is_unknown else Retry(None, error.why)) from None
        why = f"status {answer.status}"
        if 200 <= answer.status < 300:
            try:
                return json.loads(answer.body or b"null")
            except ValueError:
                raise Stopped(Unknown("an answer that nobody can read")) from None
        if answer.status == 404 and method == "GET":
            return None
        if answer.status in LIMITED:
            raise Stopped(Retry(_wish(answer.headers), why))
        if answer.status >= 500:
            raise Stopped(Retry(None, why) if method == "GET" else Unknown(why))
        raise Stopped(Gone(why))


@dataclass(frozen=True, slots=True)
class Post:
    """One entry to be published. `incident` and `entry` are marks that stand in what is sent."""

    incident: str
    entry: str
    update: CustomerUpdate
    components: tuple[tuple[str, str], ...]
    """Ids over there, with the health of each as the domain spells it."""


class HostedStatusPage(Protocol):
    """One kind of service. Both raise Stopped."""

    async def look(self, post: Post) -> tuple[str | None, Result | None]:
        """The id of the incident there, and the entry if it stands there already; None for what does not."""
        ...

    async def publish(self, post: Post, incident: str | None) -> Result:
        """Add the entry to the incident there; None: as a new one."""
        ...


class Target:
    """Publishes on one of them. Each time it looks first: it alone knows its incidents by their marks."""

    def __init__(self, target: StatusTarget, service: HostedStatusPage, workspace: str) -> None:
        self.name = f"The status page {target.name}"
        self._target = target
        self._service = service
        self._workspace = workspace

    async def deliver(self, job: Job) -> Outcome:
        post = self._post(job)
        if post is None:
            return Done({})
        try:
            incident, there = await self._service.look(post)
            return Done(there if there is not None else await self._service.publish(post, incident))
        except Stopped as stopped:
            return stopped.outcome

    async def find(self, job: Job) -> Finding:
        post = self._post(job)
        if post is None:
            return Absent()
        try:
            _, there = await self._service.look(post)
        except Stopped:
            return CannotTell()
        return Absent() if there is None else Found(there)

    def _post(self, job: Job) -> Post | None:
        event = job.cause.event
        if not isinstance(event, CustomerUpdatePublished):
            return None
        known = self._target.components
        components = tuple((known[one.id], one.health.value) for one in event.update.components if one.id in known)
        incident = _mark(f"{self._workspace}/{job.now.number}")
        return Post(incident, _mark(f"{self._workspace}/{job.now.number}/{job.cause.seq}"), event.update, components)


def _mark(of: str) -> str:
    return sha256(of.encode()).hexdigest()[:12]


def listed(content: Any) -> list[dict[str, Any]]:
    """The objects of a list; what is none is left out."""
    return [one for one in content if isinstance(one, dict)] if isinstance(content, list) else []


def _wish(headers: Mapping[str, str]) -> timedelta | None:
    said = headers.get("retry-after", "").strip()
    return min(timedelta(seconds=int(said[:9])), LONGEST_WISH) if said.isascii() and said.isdecimal() else None
