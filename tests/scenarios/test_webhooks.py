"""What happens to incidents is told to other programs: signed, in order, until they have it, and nothing private."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from standardwebhooks import Webhook as Verifier

from bot.domain.actor import Person
from bot.domain.ids import SlackUserId
from bot.door.token import Scope, Token, digest_of, mint
from tests.integrations.receiver import IS_SILENT, SECRET, VARIABLE, Receiver, a_receiver
from tests.scenarios.conftest import Company, company_at_work, eventually
from tests.scenarios.looking import everything_said_by_bot


@asynccontextmanager
async def told(folder: Path, database_url: str, *parts: Mapping[str, Any]) -> AsyncIterator[tuple[Company, Receiver]]:
    """A company whose policy has subscriptions, all to one receiver; without any, one to everything."""
    async with a_receiver() as receiver:
        policy = {"webhooks": [receiver.part(**part) for part in parts or ({},)]}
        async with company_at_work(folder, database_url, policy, environment={VARIABLE: SECRET}) as company:
            yield company, receiver


async def test_a_receiver_hears_everything_once_and_in_order_although_it_fails(
    tmp_path: Path, database_url: str
) -> None:
    async with told(tmp_path, database_url) as (company, receiver):
        receiver.answers = [500, 503]
        channel = await company.declares("checkout fails P1 service:checkout")
        await company.dana.types("/incident accept", in_=channel.id)
        receiver.answers = [500]
        await company.dana.types(f"/incident note <@{company.bo.id}> saw the *disk* <!channel>", in_=channel.id)
        await company.dana.types("/incident resolve rolled back", in_=channel.id)
        await company.settle()
        assert receiver.taken[0] == "incident.declared"
        assert receiver.taken[-2:] == ["incident.note_added", "incident.resolved"]
        assert len(receiver.received) == len(receiver.taken) + 3

        last = receiver.received[-1].event
        assert last["subject"] == "INC-1"
        assert last["data"]["url"].endswith(f"/archives/{channel.id}")
        stands = [last["data"][name] for name in ("status", "priority", "service")]
        assert stands == ["resolved", "P1", "checkout"]
        assert last["data"]["commander"] == {"id": company.dana.id, "name": "Dana"}
        assert last["data"]["text"] == "Dana resolved the incident: rolled back."
        note = next(one.event for one in receiver.received if one.kind == "incident.note_added")
        assert note["data"]["text"] == "Dana noted: Bo saw the disk @channel."
        seqs = [one.event["data"]["seq"] for one in receiver.received]
        assert seqs == sorted(seqs)


async def test_of_a_private_incident_only_those_hear_who_are_allowed_to(tmp_path: Path, database_url: str) -> None:
    trusted = {"name": "trusted", "private": True, "events": ["incident.declared"]}
    async with told(tmp_path, database_url, {}, trusted) as (company, receiver):
        await company.declares("--private somebody reads our mail")
        await company.dana.types("/incident INC-1 note it began at noon", in_="general")
        await company.settle()
        (only,) = receiver.received
        assert only.event["data"]["private"] is True
        assert only.kind == "incident.declared"
        await company.declares("checkout fails")
        assert len([one for one in receiver.received if one.event["subject"] == "INC-2"]) >= 2


async def test_one_that_is_gone_is_told_once_and_can_be_sent_again(tmp_path: Path, database_url: str) -> None:
    async with told(tmp_path, database_url, {"events": ["incident.note_added"]}) as (company, receiver):
        channel = await company.declares("checkout fails")
        receiver.answers = [410, 410]
        await company.dana.types("/incident note one", in_=channel.id)
        await company.dana.types("/incident note two", in_=channel.id)
        await company.settle()
        warnings = [one.text for one in everything_said_by_bot(company) if one.text.startswith(":warning:")]
        assert warnings == [
            ":warning: Muster could not tell the webhook cmdb what happened in INC-1: its receiver is gone for good. "
            "Please tell whoever runs Muster: the webhook can be deleted. "
            "What is kept of INC-1 there is not up to date."
        ]
        assert [one.code for one in (await company.bot.readiness()).warnings] == ["dead_effects"]
        before = {one.headers["webhook-id"] for one in receiver.received}

        async with company.bot.context.store.write() as tx:
            assert await tx.retry_dead(None) == 2
        await company.settle()
        assert (await company.bot.readiness()).warnings == ()
        assert {one.headers["webhook-id"] for one in receiver.received} == before
        again = ["Dana noted: one.", "Dana noted: two."]
        assert [one.event["data"]["text"] for one in receiver.received[2:]] == again

        began = datetime.now(UTC)
        async with company.bot.context.store.write() as tx:
            assert await tx.send_again(["board"], began - timedelta(hours=1)) == 0
            assert await tx.send_again(["cmdb"], began) == 0
            assert await tx.send_again(["cmdb"], began - timedelta(hours=1)) == 2
        await company.settle()
        assert [one.event["data"]["text"] for one in receiver.received[4:]] == again
        assert {one.headers["webhook-id"] for one in receiver.received} == before


async def test_receivers_that_never_answer_hold_up_nothing_in_slack(tmp_path: Path, database_url: str) -> None:
    many = [{"name": f"silent-{number}", "events": ["incident.declared"]} for number in range(9)]
    async with told(tmp_path, database_url, *many) as (company, receiver):
        receiver.answers = [IS_SILENT] * 9
        await company.dana.types("/incident declare checkout fails", in_="general")

        async def all_wait() -> bool:
            return len(receiver.received) == 9

        await eventually(all_wait)
        await company.dana.types("/incident INC-1 note the disk is full", in_="general")
        await company.sandbox.until(lambda: company.sandbox.channel("inc-1-checkout-fails").shows("the disk is full"))
        assert len(company.bot.delivery.under_way) >= 9
        receiver.released.set()
        await company.settle()
        assert len(receiver.received) == 9


@asynccontextmanager
async def an_admin(company: Company, person: SlackUserId) -> AsyncIterator[aiohttp.ClientSession]:
    minted = mint()
    made = Token(minted.id, "admin", Person(person), frozenset({Scope.ADMIN}), datetime.now(UTC))
    async with company.bot.context.store.write() as tx:
        await tx.keep_token(made, digest_of(minted.text))
    address, headers = f"http://127.0.0.1:{company.bot.port}/", {"Authorization": f"Bearer {minted.text}"}
    async with aiohttp.ClientSession(address, headers=headers) as session:
        yield session


async def test_one_made_by_the_api_hears_from_then_on_what_its_maker_may_read_until_it_is_deleted(
    tmp_path: Path, database_url: str
) -> None:
    policy = {"subscriptions": {"allow_private_address": True}}
    async with (
        a_receiver() as receiver,
        company_at_work(tmp_path, database_url, policy, environment={"MUSTER_WEBHOOK_API": SECRET}) as company,
        an_admin(company, SlackUserId(company.bo.id)) as admin,
    ):
        wanted = {"name": "board", "url": receiver.url, "private": True, "allow_private_address": True}
        wanted["events"] = ["incident.declared", "incident.note_added"]
        async with admin.post("/api/v1/webhooks", json=wanted) as response:
            made = await response.json()
            assert response.status == 201, made

        def heard() -> list[tuple[str, str]]:
            found = [Verifier(made["secret"]).verify(one.body, dict(one.headers)) for one in receiver.received]
            return [(one["subject"], one["type"].removeprefix("incident.")) for one in found]

        await company.dana.types("/incident declare checkout fails", in_="general")
        await company.dana.types("/incident declare --private somebody reads our mail", in_="general")
        await company.bo.types("/incident declare --private a key was stolen", in_="general")
        await company.settle()
        assert sorted(heard()) == [("INC-1", "declared"), ("INC-3", "declared")]

        receiver.answers = [503] * 1000
        await company.dana.types("/incident INC-1 note the disk is full", in_="general")

        async def is_tried() -> bool:
            return heard()[-1] == ("INC-1", "note_added")

        await eventually(is_tried)
        async with admin.delete(f"/api/v1/webhooks/{made['webhook']['id']}") as response:
            assert response.status == 200
        receiver.answers = []
        await company.dana.types("/incident INC-1 note it is empty again", in_="general")
        await company.settle()
        assert not [one for one in heard()[3:] if one != ("INC-1", "note_added")]
        assert receiver.answers == []
        async with company.bot.context.store.read() as tx:
            assert await tx.webhooks_waiting() == {}
