"""A webhook on the wire: its signature, its body of each kind, what answers mean, and where it never goes.

`MUSTER_TEST_WRITE_GOLDEN=1` writes `golden/webhooks.json` anew. What stands there is an interface: fields are added,
none is renamed or leaves.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, Outcome, Result, Retry, Unknown
from bot.domain.effects import SendWebhook
from bot.domain.folding import evolve
from bot.domain.ids import ChannelId, SlackUserId, WorkspaceId
from bot.domain.people import Profile
from bot.domain.policy import Way, Webhook
from bot.domain.timeline import IncidentDeclared, NoteAdded, Recorded
from bot.domain.webhooks import KINDS, TOLD, name_of
from bot.integrations.outgoing import NotReached, Outgoing, PrivateAddress, wish_of
from bot.integrations.webhook import Sender, Webhooks, outcome_of, signed
from bot.integrations.webhook_event import LONGEST_TEXT, event_of
from bot.store import Database, Store
from bot.workflows.context import Context
from tests.domain.given import POLICY, declared
from tests.integrations.receiver import IS_SILENT, KEY, SECRET, VARIABLE, Receiver, a_receiver
from tests.store.samples import AT, BO, DANA, SAMPLES

GOLDEN = Path(__file__).with_name("golden") / "webhooks.json"
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
PEOPLE = {DANA: Profile(DANA, "dana", full_name="Dana Ruiz"), BO: Profile(BO, "bo")}


def body_of(event: Any, title: str | None = None) -> dict[str, Any]:
    incident = declared()
    incident = incident if isinstance(event, IncidentDeclared) else evolve(incident, Recorded(2, AT, event))
    incident = replace(incident, title=title) if title else incident
    return event_of(
        incident, Recorded(2, AT, event), PEOPLE, {"C042": "general"}, "T1", "https://x.slack.com/archives/C1"
    )


def test_the_body_of_each_kind_is_as_documented() -> None:
    bodies = {name_of(type(one)): body_of(one) for one in SAMPLES if type(one) in TOLD}
    assert set(bodies) == set(KINDS)
    text = json.dumps(bodies, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if os.environ.get("MUSTER_TEST_WRITE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_texts_are_plain_bounded_and_without_secrets() -> None:
    password = "xoxb-" + "123456789012-1234567890123-abcdefghijklmnopqrstuvwx"
    words = f"*<@{DANA}>* and <@U0GONE> saw <https://x.example|the graph> in <#C042>: {password}"
    data = body_of(NoteAdded(at=AT, by=BO, text=words), title=f"disk full {password}")["data"]
    assert data["text"] == ("bo noted: Dana Ruiz and U0GONE saw the graph (https://x.example) in #general: [redacted]")
    assert data["title"] == "disk full [redacted]"
    long = body_of(NoteAdded(at=AT, by=BO, text="é" * 100_000))
    assert len(long["data"]["text"]) == LONGEST_TEXT
    assert len(json.dumps(long, ensure_ascii=False).encode()) < 20_000


def test_what_is_signed_is_verified_by_the_package_that_receivers_use() -> None:
    other = b"o" * 32
    at, body = datetime.now(UTC), '{"text":"é"}'.encode()
    headers = signed("msg_1", at, body, (other, KEY))
    assert Verifier(SECRET).verify(body, headers) == {"text": "é"}
    assert Verifier(other).verify(body, headers) == {"text": "é"}
    assert headers["webhook-signature"].split()[1] == Verifier(SECRET).sign("msg_1", at, body.decode())
    with pytest.raises(Exception, match="No matching signature"):
        Verifier(SECRET).verify(body + b" ", headers)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((status, Done({"status": status})) for status in (200, 202, 204)),
        *((status, Gone(f"status {status}")) for status in (400, 410, 413, 422)),
        *((status, Retry(None, f"status {status}")) for status in (301, 307, 401, 404, 408, 429, 500, 503)),
    ],
)
def test_only_a_yes_is_one_and_what_is_no_for_good_is_not_repeated(status: int, outcome: Outcome) -> None:
    assert outcome_of(status, None) == outcome


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        *((None, None), ("", None), ("soon", None), ("-1", None)),
        *(("0", 5), ("30", 30), ("99999999999999999999", 3600)),
        *(("Wed, 04 Mar 2026 12:01:00 GMT", 60), ("Wed, 04 Mar 2020 12:01:00 GMT", 5)),
    ],
)
def test_a_receiver_is_left_alone_for_as_long_as_it_asks_within_bounds(said: str | None, seconds: int | None) -> None:
    assert wish_of(said, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@asynccontextmanager
async def sending(folder: Path, within: float = 10.0, **changes: Any) -> AsyncIterator[tuple[Receiver, Webhooks, Job]]:
    """A receiver, a subscription to it, and a note for it."""
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}", migrate=True)
    try:
        async with a_receiver() as receiver, Outgoing(within) as outgoing:
            webhook = replace(receiver.subscription(), **changes)
            sender = Sender(outgoing, {VARIABLE: (KEY,)}, lambda: datetime.now(UTC))
            yield receiver, webhooks(Store(database, WorkspaceId("T1")), sender, webhook), a_note()
    finally:
        await database.close()


def webhooks(store: Store, sender: Sender, *those: Webhook) -> Webhooks:
    """As the policy has them."""

    async def look_up(user: SlackUserId) -> Profile:
        return PEOPLE[user]

    context = Context(store, replace(POLICY, webhooks=those), (), lambda: NOW)
    return Webhooks(context, sender, look_up, "https://x.slack.com/")


def a_note(*, is_private: bool = False) -> Job:
    incident = replace(declared(is_private=is_private), channel=ChannelId("C1"))
    event = NoteAdded(at=AT, by=SlackUserId("UBO"), text="the disk is full")

    async def keep(_: Result) -> None:
        pass

    return Job(SendWebhook(event, "cmdb"), "0123abcd", incident, incident, Recorded(2, AT, event), {}, keep)


async def test_what_arrives_is_a_cloud_event_whose_id_stays_when_it_comes_again(tmp_path: Path) -> None:
    async with sending(tmp_path) as (receiver, destination, job):
        receiver.answers = [500]
        assert await destination.deliver(job) == Retry(None, "status 500")
        assert await destination.deliver(job) == Done({"status": 204})
        first, second = receiver.received
        assert first.headers["webhook-id"] == second.headers["webhook-id"] == "msg_0123abcd"
        assert first.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
        assert (first.event["specversion"], first.event["id"], first.event["source"]) == (
            "1.0",
            "INC-42/2",
            "/muster/T1",
        )
        assert first.event["data"]["url"] == "https://x.slack.com/archives/C1"


async def test_a_receiver_that_never_answers_is_given_up_in_time(tmp_path: Path) -> None:
    async with sending(tmp_path, within=0.2) as (receiver, destination, job):
        receiver.answers = [IS_SILENT]
        assert await destination.deliver(job) == Unknown("no answer in time")


async def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    async with sending(tmp_path) as (receiver, destination, job):
        receiver.answers, receiver.headers = [307], {"Location": f"{receiver.url}/elsewhere"}
        assert await destination.deliver(job) == Retry(None, "status 307")
        assert len(receiver.received) == 1


async def test_a_wish_to_be_left_alone_is_granted(tmp_path: Path) -> None:
    async with sending(tmp_path) as (receiver, destination, job):
        receiver.answers, receiver.headers = [429], {"Retry-After": "60"}
        assert await destination.deliver(job) == Retry(timedelta(seconds=60), "status 429")


async def test_a_private_address_is_refused_where_the_name_leads_to_one(tmp_path: Path) -> None:
    async with sending(tmp_path, allow_private_address=False) as (receiver, destination, job):
        assert await destination.deliver(job) == Gone("private address")
        async with Outgoing() as outgoing:
            for host in ("localhost", "127.0.0.1", "[::ffff:127.0.0.1]"):
                with pytest.raises(PrivateAddress):
                    await outgoing.send("POST", f"http://{host}:{receiver.port}/")
            for host in ("127.1", "2130706433", "0x7f000001"):  # no addresses to some readers, 127.0.0.1 to others
                with pytest.raises((PrivateAddress, NotReached)):
                    await outgoing.send("POST", f"http://{host}:{receiver.port}/")
            assert (await outgoing.send("POST", receiver.url, way=Way(allow_private_address=True))).status == 204
            with pytest.raises(PrivateAddress):  # although a connection to it is open
                await outgoing.send("POST", receiver.url)
        assert len(receiver.received) == 1


async def test_nobody_at_the_address_is_told_from_a_lost_answer(tmp_path: Path) -> None:
    async with sending(tmp_path, url="http://127.0.0.1:9/") as (_, destination, job):
        assert await destination.deliver(job) == Retry(None, "not connected: ClientConnectorError")


async def test_one_that_is_there_no_more_or_has_no_secret_is_told_from_one_that_fails(tmp_path: Path) -> None:
    async with sending(tmp_path, secret="MUSTER_WEBHOOK_OTHER") as (receiver, destination, job):
        assert await destination.deliver(job) == Retry(None, "MUSTER_WEBHOOK_OTHER is not set")
        gone = replace(job, effect=SendWebhook(job.cause.event, "board"))
        assert await destination.deliver(gone) == Gone("the policy names this place no more")
        assert receiver.received == []


async def test_what_was_queued_under_another_policy_stays_here_if_it_is_private(tmp_path: Path) -> None:
    async with sending(tmp_path) as (receiver, destination, _):
        assert await destination.deliver(a_note(is_private=True)) == Done({})
        assert receiver.received == []
    assert Webhook("a", "https://a.example", VARIABLE).is_private is False
