"""What was declared without a database: one channel, whatever is lost on the way, and one incident that has it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import policy_loading as policies
from bot.domain.declaration import Declaration
from bot.domain.emergency import Emergency, Room
from bot.domain.ids import ChannelId, SlackUserId
from bot.domain.incident import Incident
from bot.domain.people import Profile
from bot.domain.timeline import ChannelOpened, IncidentDeclared
from bot.jobs.emergencies import Emergencies, record
from bot.sandbox import Channel, Fault, Sandbox
from bot.sandbox.faults import Kind
from bot.slack.client import open_client
from bot.slack.gateway import Gateway
from bot.slack.manifest import build_manifest
from bot.slack.preflight import preflight
from bot.slack.rooms import Rooms
from bot.store import DatabaseUnreachable, Journal, Store
from bot.verbs.verb import Dependencies
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex

DECLARED_AT = datetime(2026, 3, 2, 3, 4, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 3, 50, tzinfo=UTC)
ROOM = Room(ChannelId("C7"), "inc-new-abcd-checkout-fails", DECLARED_AT)
POLICY = policies.load(None)


def emergency(by: str = "UDANA", *, is_private: bool = False) -> Emergency:
    report = Declaration("checkout fails", is_private=is_private)
    name = "inc-new-abcd" if is_private else ROOM.name
    return Emergency("1.2.x", SlackUserId(by), ChannelId("C1"), DECLARED_AT, report, name, "cafe" * 8)


def verbs(store: Store) -> Dependencies:
    async def look_up(user: SlackUserId) -> Profile:
        return Profile(user, user)

    context = Context(store, POLICY, (), lambda: NOW)
    return Dependencies(context, SearchIndex(context), look_up)


async def test_it_is_recorded_once_with_the_channel_that_it_has(store: Store) -> None:
    opened = replace(emergency(), room=ROOM)
    first = await record(verbs(store), opened)
    again = await record(verbs(store), opened)
    assert (first.number, first.channel, first.channel_name, first.declared_at) == (
        1,
        ROOM.channel,
        ROOM.name,
        DECLARED_AT,
    )
    assert again == first
    async with store.read() as tx:
        timeline = await tx.timeline(first.number)
        effects = await tx.outbox(("pending", "in_flight", "done", "dead"))
    (declared,) = [one.event for one in timeline if isinstance(one.event, IncidentDeclared)]
    (channel,) = [one.event for one in timeline if isinstance(one.event, ChannelOpened)]
    assert declared.acknowledge.due_at > NOW, "its clocks start when there is somebody to keep them"
    assert (channel.at, channel.is_provisional) == (DECLARED_AT, True)
    assert [(one.kind, one.state) for one in effects if one.kind == "OpenChannel"] == [("OpenChannel", "done")]
    assert {"RenameChannel", "ReadBack"} <= {one.kind for one in effects if one.state == "pending"}


async def test_one_that_was_recorded_just_before_the_database_went_away_gets_the_channel_later(store: Store) -> None:
    """The commit went through, and nobody was told."""
    before = await record(verbs(store), emergency())
    assert before.channel is None
    assert (await record(verbs(store), replace(emergency(), room=ROOM))).channel == ROOM.channel
    async with store.read() as tx:
        assert await tx.last_number() == 1


async def test_a_channel_that_slack_would_not_have_is_opened_as_always(store: Store) -> None:
    incident = await record(verbs(store), replace(emergency(), has_no_room=True))
    async with store.read() as tx:
        waiting = [one.kind for one in await tx.outbox() if one.lane == f"inc:{incident.number}"]
    assert waiting[0] == "OpenChannel"


class Away:
    """Sees to the journal on a local Slack; nobody records, for there is no database."""

    def __init__(self, sandbox: Sandbox, rooms: Rooms, folder: Path) -> None:
        self.sandbox = sandbox
        self.rooms = rooms
        self.file = folder / "muster.declared"
        self.recorded = 0
        self.start()

    def start(self) -> None:
        """As after the death of the process before."""
        self.journal = Journal(self.file)
        self.emergencies = Emergencies(self.journal, self.rooms, lambda: POLICY)

    @property
    def channels(self) -> list[Channel]:
        return [one for one in self.sandbox.channels if one.name.startswith("inc-new-abcd")]


@pytest.fixture
def slack_manifest() -> dict[str, object]:
    return {**build_manifest(), "settings": {}}


@pytest.fixture
async def rooms(slack: Sandbox) -> AsyncIterator[Rooms]:
    environment = slack.environment()
    async with open_client(environment["SLACK_API_URL"], environment["SLACK_BOT_TOKEN"]) as client:
        yield Rooms(Gateway(client, await preflight(client, None)), lambda: NOW)


@pytest.fixture
async def place(slack: Sandbox, rooms: Rooms, tmp_path: Path) -> Away:
    found = Away(slack, rooms, tmp_path)
    await found.journal.add(emergency(slack.add_person("dana").id))
    return found


@pytest.mark.parametrize("kind", ["act_then_drop", "drop_before", "http_500"])
async def test_each_step_is_repeated_until_it_is_done_and_is_there_once(
    slack: Sandbox, place: Away, kind: Kind
) -> None:
    for method in ("conversations.create", "conversations.invite", "chat.postMessage", "conversations.history"):
        slack.faults.add(Fault(method, kind))
    for _ in range(6):
        await place.emergencies.tick()
        place.start()  # each time in a new process
    (channel,) = place.channels
    assert slack.person("dana").id in channel.members
    assert len([one for one in channel.posted if "cannot reach its database" in one.plain]) == 1
    (waiting,) = place.journal.waiting.values()
    assert (waiting.room and waiting.room.channel, waiting.is_told) == (channel.id, True)


async def test_a_process_that_dies_before_it_has_noted_the_channel_leaves_no_second_one(place: Away) -> None:
    written = place.file.read_bytes()
    await place.emergencies.tick()
    place.file.write_bytes(written)
    place.start()
    await place.emergencies.tick()
    (channel,) = place.channels
    assert len([one for one in channel.posted if "cannot reach its database" in one.plain]) == 1


async def test_a_private_one_gets_a_private_channel(slack: Sandbox, rooms: Rooms, tmp_path: Path) -> None:
    place = Away(slack, rooms, tmp_path)
    await place.journal.add(emergency(slack.add_person("dana").id, is_private=True))
    await place.emergencies.tick()
    (channel,) = place.channels
    assert (channel.is_private, channel.name) == (True, "inc-new-abcd")


async def test_what_slack_will_not_open_is_recorded_without_a_channel(slack: Sandbox, place: Away) -> None:
    slack.faults.add(Fault("conversations.create", "error", error="restricted_action"))
    await place.emergencies.tick()
    (waiting,) = place.journal.waiting.values()
    assert (waiting.room, waiting.has_no_room) == (None, True)


async def test_it_waits_for_the_database_and_then_for_the_next_round(place: Away, store: Store) -> None:
    tries = []

    async def later(one: Emergency) -> Incident:
        tries.append(one.id)
        if len(tries) < 2:
            raise DatabaseUnreachable("The connection was lost.")
        return await record(verbs(store), one)

    place.emergencies.go_on_with(later, lambda: False)
    await place.emergencies.tick()
    assert list(place.journal.waiting) == ["1.2.x"]
    await place.emergencies.tick()
    await place.emergencies.tick()
    assert (tries, dict(place.journal.waiting), place.file.exists()) == (["1.2.x", "1.2.x"], {}, False)


async def test_what_the_rules_refuse_then_is_said_in_the_channel(place: Away, store: Store) -> None:
    there = verbs(store)
    there.context.policy = replace(POLICY, access={"declare": ("UBO",)})
    place.emergencies.go_on_with(lambda one: record(there, one), lambda: False)
    await place.emergencies.tick()
    (channel,) = place.channels
    assert "could not be recorded" in channel.posted[-1].plain
    assert not place.journal.waiting
