"""Follow-ups and incidents in a tracker: filed once, shown where people look, and said plainly where that fails."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp

from bot.domain.vocabulary import FollowUpState
from tests.integrations.trackers.fake_github import FakeGitHub
from tests.integrations.trackers.fakes import MUSTER, SECRET, SECRET_VARIABLE, TOKEN, VARIABLE, Fake, Made, serving
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import everything_said_by_bot


@asynccontextmanager
async def tracked(
    folder: Path, database_url: str, token: str = TOKEN, **more: Any
) -> AsyncIterator[tuple[Company, Fake]]:
    async with serving(FakeGitHub()) as fake:
        fake.accounts = {"a-dana": ("Dana Ruiz", "dana@acme.example"), "a-eva": ("Eva Novak", "")}
        secrets = {VARIABLE: token, SECRET_VARIABLE: SECRET}
        policy = {"trackers": {"work": fake.part(incidents=["P1"], **more)}}
        async with company_at_work(folder, database_url, policy, environment=secrets) as company:
            yield company, fake


async def test_a_follow_up_is_filed_once_and_shown_where_people_look(tmp_path: Path, database_url: str) -> None:
    async with tracked(tmp_path, database_url) as (company, fake):
        channel = await company.declares("P1 checkout is down service:checkout")
        own, *others = fake.issues.values()
        assert (own.title, others) == ("INC-1: checkout is down", [])
        assert "https://github.example/example/shop/issues/40|#40" in str(channel.messages[0].blocks)

        said = f"/incident followup rotate keys, mail hubot@octocat <@{company.dana.id}> due:2026-12-01"
        await company.dana.types(said, in_=channel.id)
        await company.settle()
        (made,) = [one for one in fake.issues.values() if one is not own]
        assert made.owner == "a-dana"
        assert "@octocat" not in f"{made.title}{made.body}"
        listed = await company.dana.types("/incident followup", in_=channel.id)
        assert "https://github.example/example/shop/issues/41|#41" in str(listed.blocks)

        await company.dana.types("/incident followup done 1", in_=channel.id)
        await company.settle()
        assert made.state == "done"
        await company.dana.types("/incident cancel a false alarm", in_=channel.id)
        await company.settle()
        assert own.state == "done"
        assert len(fake.issues) == 2


async def test_what_the_tracker_refuses_is_said_and_can_be_tried_again(tmp_path: Path, database_url: str) -> None:
    async with tracked(tmp_path, database_url, "another") as (company, fake):
        channel = await company.declares("P3 checkout is slow service:checkout")
        await company.dana.types("/incident followup rotate keys", in_=channel.id)
        await company.settle()
        told = [one.text for one in everything_said_by_bot(company) if "could not open an issue" in one.text]
        assert len(told) == 1
        assert "a follow-up of INC-1: GitHub answered “the token is not accepted; make a new one" in told[0]
        assert fake.issues == {}


async def test_what_people_do_there_comes_back_and_nothing_of_it_touches_the_incident(
    tmp_path: Path, database_url: str
) -> None:
    more = {"secret": f"env:{SECRET_VARIABLE}"}
    async with tracked(tmp_path, database_url, **more) as (company, fake):
        channel = await company.declares("P1 checkout is down service:checkout")
        said = f"/incident followup rotate keys <@{company.dana.id}> due:2026-12-01"
        await company.dana.types(said, in_=channel.id)
        await company.settle()
        own, made = fake.issues.values()

        made.owner = "a-eva"
        assert await calls(company, made, by=MUSTER) == 202
        await company.settle()
        assert (await company.incident()).follow_ups[0].owner == company.dana.id, "it was Muster itself"
        assert await calls(company, made, by="a-eva") == 202
        await company.settle()
        (follow_up,) = (await company.incident()).follow_ups
        assert (follow_up.owner, follow_up.owner_name) == (None, "Eva Novak")
        news = "#41 says of the follow-up “rotate keys”: owner Eva Novak."
        assert [one.text for one in everything_said_by_bot(company)].count(news) == 1

        made.state, own.state = FollowUpState.DONE, FollowUpState.DONE
        assert company.bot.trackers is not None
        company.bot.trackers.sweep()
        await company.settle()
        incident = await company.incident()
        assert incident.follow_ups[0].state is FollowUpState.DONE
        assert not incident.status.is_over
        assert any("that changes nothing about the incident" in one.text for one in everything_said_by_bot(company))

        writes, timeline = len(fake.writes), incident.last_seq
        company.bot.trackers.sweep()
        fake.is_down = True
        assert await calls(company, made, by="a-eva") == 202
        await company.settle()
        fake.is_down = False
        company.bot.trackers.again()
        await company.settle()
        assert (len(fake.writes), (await company.incident()).last_seq) == (writes, timeline), "the same is no news"


async def calls(company: Company, made: Made, by: str) -> int:
    """The tracker tells that somebody did something to an issue."""
    body = json.dumps({"action": "edited", "issue": {"number": made.number}, "sender": {"login": by}}).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    address = f"http://127.0.0.1:{company.bot.port}/trackers/work"
    async with aiohttp.ClientSession() as session:
        headers = {"X-Hub-Signature-256": f"sha256={signature}", "X-GitHub-Event": "issues"}
        async with session.post(address, data=BytesIO(body), headers=headers) as answer:
            return answer.status
