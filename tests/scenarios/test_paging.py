"""Whoever does not look at Slack is called by a pager: until somebody accepts, once each, and never without a word."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.domain.timeline import PageSeen, PageTaken
from bot.integrations.paging.apprise import AGAIN
from tests.integrations.pagers import HANGS_UP, KEY, SECRET, TOLD, VARIABLE, Events, pagerduty_events
from tests.integrations.test_pagers import by_apprise
from tests.scenarios.conftest import Company, company_at_work, eventually
from tests.scenarios.looking import everything_said_by_bot, recorded, said_by_bot

LADDER = [{"after": "0m", "tell": ["channel", "page"]}, {"after": "5m", "tell": ["manager", "page"]}]


@asynccontextmanager
async def paging(folder: Path, database_url: str, key: str = KEY, **more: Any) -> AsyncIterator[tuple[Company, Events]]:
    async with pagerduty_events() as events:
        policy = {"paging": {"pagerduty": events.part(), **more}, "escalation": {"P1": LADDER}}
        async with company_at_work(folder, database_url, policy, environment={VARIABLE: key, TOLD: SECRET}) as company:
            yield company, events


async def test_command_that_nobody_accepts_pages_and_accepting_stops_it(tmp_path: Path, database_url: str) -> None:
    async with paging(tmp_path, database_url) as (company, events):
        channel = await company.declares("P1 checkout is down service:checkout", by="eli")
        assert events.received == []
        await company.later(minutes=5)
        (page,) = events.ringing.values()
        assert page["payload"]["summary"] == "INC-1, P1: checkout is down. Nobody has taken command."
        assert "/incident INC-1 accept" in page["payload"]["custom_details"]["How to accept"]
        await company.later(minutes=1)
        assert events.rang == 1

        port = company.bot.port
        assert await events.tells(port, "incident.acknowledged", page["dedup_key"], "another-secret") == 401
        assert await events.tells(port, "incident.acknowledged", page["dedup_key"]) == 202
        assert await events.tells(port, "incident.acknowledged", page["dedup_key"]) == 202
        assert await events.tells(port, "incident.acknowledged", "muster/T0/INC-1/page/3/U1", event="02") == 202
        await company.settle()
        (seen,) = [one for one in await recorded(company) if isinstance(one, PageSeen)]
        assert seen.at - seen.asked_at == timedelta(minutes=1)
        assert f"*Paged*: <@{company.dana.id}> (acknowledged in PagerDuty at" in said_by_bot(company, channel)[0].plain
        status = await company.eli.types("/incident status", in_=channel.id)
        assert "acknowledged in PagerDuty" in str(status.blocks)

        await company.dana.types("/incident accept", in_=channel.id)
        await company.settle()
        assert events.ringing == {}
        assert [one["event_action"] for one in events.received] == ["trigger", "resolve"]
        taken = [one for one in await recorded(company) if isinstance(one, PageTaken)]
        assert [one.pager for one in taken] == ["pagerduty"]


async def test_a_page_that_is_refused_climbs_at_once_and_is_said(tmp_path: Path, database_url: str) -> None:
    async with paging(tmp_path, database_url, "WR0NG00000000000000000000000000") as (company, events):
        await company.declares("P1 checkout is down service:checkout", by="eli")
        await company.later(minutes=5, seconds=5)
        assert len(events.received) == 1
        assert any("Nobody has taken command yet" in one.plain for one in company.fay.dms), "the second step"
        told = [one.text for one in everything_said_by_bot(company) if "could not page" in one.text]
        assert len([one for one in told if "the pager refused it" in one]) == 1
        unmatched = [one for one in told if "the policy names no pager for them" in one]
        assert len(unmatched) == 2, "of the secondary and of the manager"


async def test_of_a_private_incident_no_word_leaves_slack(tmp_path: Path, database_url: str) -> None:
    async with paging(tmp_path, database_url) as (company, events):
        await company.declares("--private P1 somebody reads our mail service:checkout", by="eli")
        await company.later(minutes=5)
        (page,) = events.received
        assert page["payload"]["summary"] == "INC-1, P1: private incident. Nobody has taken command."
        assert "mail" not in str(page)


async def test_page_test_rings_ones_own_pager_and_says_how_far_it_came(tmp_path: Path, database_url: str) -> None:
    async with paging(tmp_path, database_url) as (company, events):
        first = await company.dana.types("/incident page test", in_="general")
        assert "PagerDuty: being called now." in first.text

        async def rings() -> bool:
            return bool(events.ringing)

        await eventually(rings)
        ((key, page),) = events.ringing.items()
        assert page["payload"]["summary"] == "A test of your pager by Muster. Nothing is wrong."

        async def says(words: str) -> bool:
            return words in (await company.dana.types("/incident page test", in_="general")).text

        await eventually(lambda: says("took it at once, not acknowledged yet."))
        assert await events.tells(company.bot.port, "incident.acknowledged", key) == 202
        await eventually(lambda: says("acknowledged 0 s after it was asked for."))
        await company.settle()
        assert (events.ringing, events.rang) == ({}, 1)
        refused = await company.fay.types("/incident page test", in_="general")
        assert "The policy names no pager that rings for you." in refused.text


async def test_while_slack_is_down_people_are_paged_and_told_how_to_go_on(tmp_path: Path, database_url: str) -> None:
    async with paging(tmp_path, database_url, slack_down_after="1s") as (company, events):
        channel = await company.declares("P1 checkout is down service:checkout", by="eli")
        company.sandbox.outage(60)

        async def rings() -> bool:
            return bool(events.ringing)

        await eventually(rings)
        (page,) = events.received
        assert page["payload"]["summary"] == "INC-1, P1: checkout is down. Slack cannot be reached: go on without it."
        assert "muster incident show INC-1" in page["payload"]["custom_details"]["How to accept"]
        company.sandbox.end_outage()

        async def is_over() -> bool:
            return not events.ringing and "paged meanwhile" in str([one.text for one in said_by_bot(company, channel)])

        await eventually(is_over)
        assert events.rang == 1


async def test_a_message_that_nobody_confirms_is_sent_again_and_says_so(tmp_path: Path, database_url: str) -> None:
    async with by_apprise() as it:
        policy = {"paging": {"apprise": {"url": f"env:{VARIABLE}"}}, "escalation": {"P1": LADDER}}
        given = {VARIABLE: it.call.secret}
        async with company_at_work(tmp_path, database_url, policy, environment=given) as company:
            it.service.answers = [HANGS_UP]
            channel = await company.declares("P1 checkout is down service:checkout", by="eli")
            await company.later(minutes=5)

            async def was_taken() -> bool:
                return any(isinstance(one, PageTaken) for one in await recorded(company))

            await eventually(was_taken)
            await company.dana.types("/incident accept", in_=channel.id)
            await company.settle()
            first, again = it.service.received
            assert first["title"] == again["title"] == "INC-1, P1: checkout is down. Nobody has taken command."
            assert again["message"] == f"{AGAIN}\n{first['message']}"
            assert first["message"].startswith("In Slack: /incident INC-1 accept.\n")
