"""Another status page, whatever its kind, as a destination: each entry once, in order, found again where an answer was
lost.

Services have no idempotency key. What is sent therefore carries a mark that nobody else would write, and before it is
sent after an unknown outcome the service is asked whether it has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Protocol

from bot.delivery.destination import Absent, CannotTell, Finding, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Outcome, Result
from bot.domain.incident import FirstTold
from bot.domain.policy import StatusTarget
from bot.domain.timeline import CustomerUpdate, CustomerUpdatePublished
from bot.integrations.outgoing import Outgoing
from bot.integrations.rest import Refused, Service, Stopped, as_outcome, objects
from bot.status_page import in_utc

PER_PAGE: Final = 100
LISTED: Final = 10
"""So many pages of a list are read at the most."""


@dataclass(frozen=True, slots=True)
class Line:
    """A target of the policy, and the way to it."""

    target: StatusTarget
    token: str = field(repr=False)
    client: Outgoing

    async def ask(self, method: str, path: str, scheme: str, body: Mapping[str, Any] | None = None) -> Any:
        """The content of an answer; None where there is no such thing. Raises Refused, Stopped."""
        headers = {"Authorization": f"{scheme} {self.token}"}
        service = Service(self.target.api, headers, self.client, self.target)
        answer = await service.ask(method, f"/{path}", body, *((404,) if method == "GET" else ()))
        return None if answer.status == 404 else answer.json

    async def ids(self, path: str, scheme: str) -> frozenset[str]:
        """Those of what is listed there, page by page. Raises Refused, Stopped."""
        found: set[str] = set()
        for number in range(1, LISTED + 1):
            listed = await self.ask("GET", f"{path}?page={number}&per_page={PER_PAGE}", scheme)
            if listed is None:
                raise Refused("there is no such page", 404)
            found |= {str(one.get("id")) for one in objects(listed)}
            if len(objects(listed)) < PER_PAGE:
                break
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Post:
    """One entry to be published. `incident` and `entry` are marks that stand in what is sent, where it has room for
    any; where it has none, instants tell which is which."""

    incident: str
    entry: str
    update: CustomerUpdate
    components: tuple[tuple[str, str], ...]
    """Ids over there, with the health of each as the domain spells it."""
    at: datetime
    """When it was published, with milliseconds of our own."""
    began_at: datetime
    """That of the incident's first entry."""

    @property
    def text(self) -> str:
        """What is to be read there. They have no field for the time of the next entry, so it stands below the words."""
        if self.update.next_in is None:
            return self.update.text
        return f"{self.update.text}\n\nNext update by {in_utc(self.at + self.update.next_in)}."


class HostedStatusPage(Protocol):
    """One kind of service. All raise Refused, Stopped."""

    async def components(self) -> frozenset[str]:
        """The ids of those that the page has."""
        ...

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
        except (Refused, Stopped) as no:
            return as_outcome(no)

    async def find(self, job: Job) -> Finding:
        post = self._post(job)
        if post is None:
            return Absent()
        try:
            _, there = await self._service.look(post)
        except (Refused, Stopped):
            return CannotTell()
        return Absent() if there is None else Found(there)

    def _post(self, job: Job) -> Post | None:
        event = job.cause.event
        if not isinstance(event, CustomerUpdatePublished):
            return None
        known = self._target.components
        components = tuple((known[one.id], one.health.value) for one in event.update.components if one.id in known)
        incident, seq = f"{self._workspace}/{job.now.number}", job.cause.seq
        first = job.now.customers_first_told or FirstTold(seq, event.at)
        at, began_at = _instant(event.at, seq), _instant(first.at, first.seq)
        return Post(_mark(incident), _mark(f"{incident}/{seq}"), event.update, components, at, began_at)


def _instant(at: datetime, seq: int) -> datetime:
    """Apart from every other entry of the same second, and from most that people made there."""
    return at.astimezone(UTC).replace(microsecond=seq % 1000 * 1000)


def _mark(of: str) -> str:
    return sha256(of.encode()).hexdigest()[:12]
