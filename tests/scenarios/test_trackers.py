"""Follow-ups and incidents in a tracker: filed once, shown where people look, and said plainly where that fails."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.integrations.trackers.fake_github import FakeGitHub
from tests.integrations.trackers.fakes import TOKEN, VARIABLE, Fake, serving
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import everything_said_by_bot


@asynccontextmanager
async def tracked(
    folder: Path, database_url: str, token: str = TOKEN, **more: Any
) -> AsyncIterator[tuple[Company, Fake]]:
    async with serving(FakeGitHub()) as fake:
        fake.accounts = {"a-dana": ("Dana Ruiz", "dana@acme.example"), "a-eva": ("Eva Novak", "")}
        policy = {"trackers": {"work": fake.part(incidents=["P1"], **more)}}
        async with company_at_work(folder, database_url, policy, environment={VARIABLE: token}) as company:
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
