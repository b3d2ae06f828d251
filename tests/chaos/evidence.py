"""What there is in the end: in Slack, in the database, and as each replica tells it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp

from bot.domain import timeline as t
from bot.domain.actor import Person
from bot.domain.folding import fold
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.transcript import Message as Kept
from bot.door.token import Scope, Token, digest_of, mint
from bot.sandbox import Channel, Message
from bot.store import Database, OutboxRow, Store, Summary
from tests.chaos.laboratory import Act, Broke, Laboratory
from tests.chaos.plan import PEOPLE, Plan

RESTS_WITHIN = 300.0
"""Seconds: some lookups of 15 s, a lease of 30 s, and pauses half as long as what they follow."""
LOOKS_EVERY = 0.5
SOON, VERY_SOON = timedelta(minutes=2), timedelta(seconds=10)
"""Deadlines of P1 and P2 come sooner than the first, those of P3 later. A quarter of an hour after the last step of a
ladder it is said that nobody reacted, of one incident after the other: after many operations there are never two
minutes without a deadline, and the ten seconds in which the evidence is collected must do."""
ENDED = ("done", "dead", "superseded", "held")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One incident as the database has it."""

    summary: Summary
    timeline: tuple[t.Recorded, ...]
    transcript: tuple[Kept, ...]
    members: frozenset[SlackUserId]

    @property
    def folded(self) -> Incident:
        return fold(self.timeline)


@dataclass(slots=True)
class Evidence:
    """All that the checker looks at."""

    plan: Plan
    acts: tuple[Act, ...]
    broke: tuple[Broke, ...]
    incidents: Mapping[int, Recorded]
    outbox: tuple[OutboxRow, ...]
    channels: tuple[Channel, ...]
    bot: str
    people: Mapping[str, str]
    """Ids by name."""
    told_by: tuple[Mapping[str, Mapping[str, object]], ...]
    """Each replica's list of incidents, by reference."""
    complaints: tuple[str, ...] = ()
    """What did not come to rest, and who ended as they should not."""

    @property
    def shown(self) -> list[tuple[Channel, Message]]:
        """Everything the bot has posted that can be told apart."""
        return [(one, message) for one in self.channels for message in one.posted if message.metadata]


def key(message: Message) -> str:
    return str(message.metadata["event_payload"]["key"]) if message.metadata else ""


async def gather(laboratory: Laboratory, database_url: str) -> Evidence:
    """Wait until all is quiet, and look."""
    database = await Database.open(database_url, migrate=False)
    try:
        (workspace,) = await database.workspaces()
        store = Store(database, workspace)
        complaints = await _rest(laboratory, store)
        ports = [replica.port for replica in laboratory.replicas]
        return await look(laboratory, store, ports, (*laboratory.complaints, *complaints))
    finally:
        await database.close()


async def look(laboratory: Laboratory, store: Store, ports: Sequence[int], complaints: Sequence[str] = ()) -> Evidence:
    """What there is now. `ports`: where each replica's API listens."""
    told_by = await _asked(laboratory, store, ports)
    async with store.read() as tx:
        outbox = await tx.outbox((*ENDED, "pending", "in_flight"), limit=1_000_000)
        incidents = {}
        for number in await tx.numbers():
            summary = await tx.summary(number)
            assert summary is not None
            channel = summary.channel
            incidents[int(number)] = Recorded(
                summary,
                await tx.timeline(IncidentNumber(number)),
                await tx.transcript(channel) if channel else (),
                await tx.members(channel) if channel else frozenset(),
            )
    return Evidence(
        plan=laboratory.plan,
        acts=tuple(laboratory.acts.values()),
        broke=tuple(laboratory.broke),
        incidents=incidents,
        outbox=outbox,
        channels=tuple(laboratory.sandbox.channels),
        people={name: laboratory.sandbox.person(name).id for name in PEOPLE},
        bot=laboratory.sandbox.bot.id,
        told_by=told_by,
        complaints=tuple(complaints),
    )


async def _rest(laboratory: Laboratory, store: Store) -> list[str]:
    """Until nothing is due, nothing waits for Slack, and what was missed is read back; what does not end."""
    since = datetime.now(UTC)
    waits = ["nothing was looked at"]
    try:
        async with asyncio.timeout(RESTS_WITHIN):
            while waits:
                await asyncio.sleep(LOOKS_EVERY)
                is_late = datetime.now(UTC) - since > timedelta(seconds=RESTS_WITHIN / 2)
                waits = await _waiting(laboratory, store, since, VERY_SOON if is_late else SOON)
    except TimeoutError:
        return [f"not at rest after {RESTS_WITHIN:.0f} s: {one}" for one in waits]
    return []


async def _waiting(laboratory: Laboratory, store: Store, since: datetime, soon: timedelta) -> list[str]:
    async with store.read() as tx:
        due_at, heard_to = await tx.next_deadline_at(), await tx.heard_to()
        rows = await tx.outbox()
    waits = [f"{row.kind} to {row.lane}, {row.state}, {row.attempts} attempts, {row.error}" for row in rows]
    waits += [f"a deadline of {due_at}"] if due_at and due_at < datetime.now(UTC) + soon else []
    waits += ["the reading back of channels"] if heard_to is None or heard_to < since else []
    waits += [f"the journal of replica {one.number}" for one in laboratory.replicas if one.journal.exists()]
    waits += [] if laboratory.sandbox.deliveries.is_idle else ["Slack's deliveries"]
    return waits


async def _asked(
    laboratory: Laboratory, store: Store, ports: Sequence[int]
) -> tuple[dict[str, Mapping[str, object]], ...]:
    """Every replica's own answer to what incidents there are."""
    minted = mint()
    person = Person(SlackUserId(laboratory.sandbox.person("person00").id))
    token = Token(minted.id, "chaos", person, frozenset({Scope.READ}), datetime.now(UTC))
    async with store.write() as tx:
        await tx.keep_token(token, digest_of(minted.text))
    return tuple([await _list(port, minted.text) for port in ports])


async def _list(port: int, token: str) -> dict[str, Mapping[str, object]]:
    found: dict[str, Mapping[str, object]] = {}
    cursor: str | None = None
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as session:
        while True:
            params = {"limit": "100", **({"after": cursor} if cursor else {})}
            async with session.get("/api/v1/incidents", params=params) as response:
                if response.status == 429:
                    await asyncio.sleep(1)
                    continue
                page = await response.json()
            found |= {one["ref"]: one for one in page["incidents"]}
            cursor = page["next"]
            if not cursor:
                return found
