"""What every destination keeps: a contract, and each destination there is in front of it.

A further destination joins by a class and a line in `bot.jobs.destinations`, and by a line in `STANDS` here. The
journal below is one that only this test knows.
"""

import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import policy_loading as policies
from bot.delivery.destination import Absent, CannotTell, Destination, Finding, Found
from bot.delivery.job import Job, LeaseLost, load_job
from bot.delivery.outcomes import Done, Outcome, Result, Retry, Unknown
from bot.domain.effects import PROPOSALS, TRIAGE, Announce, Effect, OpenChannel, SendWebhook, ShareReview
from bot.domain.ids import ChannelId, WorkspaceId
from bot.domain.incident import Incident
from bot.integrations.git import Folder
from bot.integrations.outgoing import Outgoing
from bot.integrations.repository import Repository
from bot.integrations.webhook import Sender
from bot.jobs.destinations import destinations
from bot.review import Redacted, redact
from bot.sandbox import Fault, Sandbox
from bot.slack.canvas import ChannelCanvas
from bot.slack.client import open_client
from bot.slack.destination import SlackDestination
from bot.slack.gateway import Gateway
from bot.slack.manifest import build_manifest
from bot.slack.preflight import preflight
from bot.store import Database, Store, WorkspaceRow
from bot.verbs.channel_naming import channel_names
from bot.workflows.compiling import compile_for
from bot.workflows.context import Context
from tests.integrations.receiver import HANGS_UP, KEY, VARIABLE, a_receiver
from tests.integrations.test_webhook import webhooks
from tests.store.given import NOON, declaration, declare_with_channel, note, record


class Journal:
    """A destination of this test: one line per effect in a file, with the effect's key as its trace."""

    name = "The journal"

    def __init__(self, file: Path) -> None:
        self._file = file
        self.loses_answers = False

    async def deliver(self, job: Job) -> Outcome:
        try:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"{job.key} {job.now.ref}\n")
        except OSError as error:
            return Retry(None, error.strerror or "not written")
        return Unknown("the answer was lost") if self.loses_answers else Done({"line": job.key})

    async def find(self, job: Job) -> Finding:
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return Absent() if self._file.parent.is_dir() else CannotTell()
        return Found({"line": job.key}) if any(line.startswith(job.key) for line in lines) else Absent()


@dataclass
class Stand:
    """One destination with a job for it, and what the contract has to know of it."""

    destination: Destination[Job]
    job: Job
    count: Callable[[], int]
    """How often what was delivered stands there."""
    lose_the_answer: Callable[[], None] | None
    """Of the next delivery; None where no answer can be lost."""
    break_it: Callable[[], None]
    """From now on it cannot be had."""


@asynccontextmanager
async def a_job(
    folder: Path, channel: str, effect_of: Callable[[Announce], Effect]
) -> AsyncIterator[tuple[Job, Store]]:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}", migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
    number = await declare_with_channel(store, ChannelId(channel))
    event = note()
    (cause,) = await record(store, number, event)

    async def keep(_: Result) -> None:
        pass

    async with store.read() as reading:
        job = await load_job(reading, number, effect_of(Announce(event)), cause, "0123abcd", {}, keep)
    try:
        yield job, store
    finally:
        await database.close()


def sent_to(name: str) -> Callable[[Announce], Effect]:
    return lambda announce: SendWebhook(announce.of, name)


def shared_to(name: str) -> Callable[[Announce], Effect]:
    return lambda announce: ShareReview(announce.of, name)


@asynccontextmanager
async def a_journal(folder: Path) -> AsyncIterator[Stand]:
    file = folder / "there" / "journal.txt"
    file.parent.mkdir()
    journal = Journal(file)
    async with a_job(folder, "C1", shared_to("journal")) as (job, _):

        def lose() -> None:
            journal.loses_answers = True

        def break_it() -> None:
            file.parent.rename(folder / "gone")

        yield Stand(journal, job, lambda: len(file.read_text().splitlines()), lose, break_it)


@asynccontextmanager
async def a_repository(folder: Path) -> AsyncIterator[Stand]:
    there = folder / "reviews"
    there.mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=there, check=True)
    async with a_job(folder, "C1", shared_to("repository")) as (job, store):
        context = a_context(store)

        def break_it() -> None:
            there.rename(folder / "gone")
            there.write_text("no folder")

        repository = Repository(Folder(there), lambda incident: reviewed(context, incident))
        yield Stand(repository, job, lambda: len([*there.glob("*.md")]), None, break_it)


@asynccontextmanager
async def slack(folder: Path) -> AsyncIterator[Stand]:
    async with (
        a_gateway() as (sandbox, gateway, channel),
        a_job(folder, channel, lambda announce: announce) as (job, store),
    ):
        yield Stand(
            SlackDestination(a_context(store), gateway),
            job,
            lambda: len([one for one in sandbox.channel(channel).messages if one.metadata]),
            lambda: sandbox.faults.add(Fault("chat.postMessage", "act_then_drop")),
            lambda: sandbox.faults.add(Fault("*", "rate_limited", times=9)),
        )


@asynccontextmanager
async def a_canvas(folder: Path) -> AsyncIterator[Stand]:
    async with (
        a_gateway() as (sandbox, gateway, channel),
        a_job(folder, channel, shared_to("canvas")) as (job, store),
    ):
        context = a_context(store)
        yield Stand(
            ChannelCanvas(gateway, lambda incident: reviewed(context, incident)),
            job,
            lambda: len(sandbox.workspace.canvases),
            lambda: sandbox.faults.add(Fault("conversations.canvases.create", "act_then_drop")),
            lambda: sandbox.faults.add(Fault("*", "rate_limited", times=9)),
        )


@asynccontextmanager
async def a_gateway() -> AsyncIterator[tuple[Sandbox, Gateway, str]]:
    """A local Slack with a channel of ours; messages there are dated long after the event that caused them."""
    now = datetime(2027, 1, 1, tzinfo=UTC)
    async with Sandbox(now=lambda: now, manifest=build_manifest()) as sandbox:
        channel = sandbox.add_channel("inc-1", members=[sandbox.bot])
        given = sandbox.environment()
        async with open_client(given["SLACK_API_URL"], given["SLACK_BOT_TOKEN"]) as client:
            yield sandbox, Gateway(client, await preflight(client, None)), channel.id


def a_context(store: Store) -> Context:
    return Context(store, policies.load(None), (), lambda: NOON)


async def reviewed(context: Context, incident: Incident) -> Redacted:
    return redact(await compile_for(context, incident))


@asynccontextmanager
async def a_webhook(folder: Path) -> AsyncIterator[Stand]:
    async with a_receiver() as receiver, Outgoing() as outgoing, a_job(folder, "C1", sent_to("cmdb")) as (job, store):

        def break_it() -> None:
            receiver.answers.extend([503] * 9)

        sender = Sender(outgoing, {VARIABLE: (KEY,)}, lambda: datetime.now(UTC))
        yield Stand(
            webhooks(store, sender, receiver.subscription("cmdb")),
            job,
            lambda: len({one.headers["webhook-id"] for one in receiver.received}),
            lambda: receiver.answers.append(HANGS_UP),
            break_it,
        )


STANDS: dict[str, Callable[[Path], AbstractAsyncContextManager[Stand]]] = {
    "slack": slack,
    "canvas": a_canvas,
    "repository": a_repository,
    "webhooks": a_webhook,
    "journal": a_journal,
}


@pytest.fixture(params=STANDS)
async def stand(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stand]:
    async with STANDS[request.param](tmp_path) as stand:
        yield stand


async def test_what_is_delivered_stands_there_once(stand: Stand) -> None:
    assert isinstance(await stand.destination.find(stand.job), Absent)
    assert isinstance(await stand.destination.deliver(stand.job), Done)
    assert stand.count() == 1


async def test_what_was_delivered_is_found_or_may_be_delivered_again(stand: Stand) -> None:
    done = await stand.destination.deliver(stand.job)
    assert isinstance(done, Done)
    match await stand.destination.find(stand.job):
        case Found(result=result):
            assert result == done.result
        case Absent():
            assert isinstance(await stand.destination.deliver(stand.job), Done)
        case CannotTell():
            pytest.fail("it can be asked")
    assert stand.count() == 1


async def test_a_lost_answer_is_told_from_a_no_and_doubles_nothing(stand: Stand) -> None:
    if stand.lose_the_answer is None:
        return
    stand.lose_the_answer()
    assert isinstance(await stand.destination.deliver(stand.job), Unknown)
    if isinstance(await stand.destination.find(stand.job), Absent):
        assert isinstance(await stand.destination.deliver(stand.job), Done)
    assert stand.count() == 1


async def test_what_cannot_be_had_is_tried_again_and_never_raises(stand: Stand) -> None:
    stand.break_it()
    assert isinstance(await stand.destination.deliver(stand.job), Retry)
    assert isinstance(await stand.destination.find(stand.job), Absent | CannotTell)


def test_a_destination_has_a_name_that_begins_a_sentence(stand: Stand) -> None:
    assert stand.destination.name[0].isupper()
    assert not stand.destination.name.endswith(".")


async def test_every_destination_that_is_registered_keeps_the_contract(tmp_path: Path) -> None:
    """So that a new one is not forgotten here."""
    async with a_gateway() as (_, gateway, channel), a_job(tmp_path, channel, lambda announce: announce) as (_, store):
        context = a_context(store)
        policy = tmp_path / "policy.yml"
        told = f"[{{name: cmdb, url: https://cmdb.example, secret: {VARIABLE}}}]"
        policy.write_text(f"review: {{repository: {tmp_path / 'reviews'}}}\nwebhooks: {told}")
        context.policy = policies.load(policy)
        sender = Sender(Outgoing(), {VARIABLE: (KEY,)}, lambda: NOON)
        named = destinations(context, gateway, SlackDestination(context, gateway), sender=sender)
        asides = {TRIAGE, PROPOSALS}  # these take no effects of incidents
        assert set(named) - asides == set(STANDS) - {"journal"}


@pytest.mark.parametrize("is_lost", [True, False], ids=["the lease was lost", "the lease is held"])
async def test_a_second_name_is_tried_only_by_whoever_still_has_the_lease(tmp_path: Path, is_lost: bool) -> None:
    """A process that was frozen before it asked finds the name taken: by the replica that took its work over."""

    async def keep(_: Result) -> None:
        if is_lost:
            raise LeaseLost

    async with a_gateway() as (sandbox, gateway, channel), a_job(tmp_path, channel, lambda one: one) as (job, store):
        job = replace(job, effect=OpenChannel(declaration(1)), keep=keep)
        (name, second) = channel_names(job.then, a_context(store).policy)[:2]
        sandbox.add_channel(name, members=[sandbox.bot])
        with pytest.raises(LeaseLost) if is_lost else nullcontext():
            await SlackDestination(a_context(store), gateway).deliver(job)
        assert (second in {one.name for one in sandbox.channels}) is not is_lost
