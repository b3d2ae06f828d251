"""One P1 with everything that is told outside of Slack: once with all of it there, once with each service out. Nothing
waits for it, nothing comes twice, and what did not arrive is said and follows."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.delivery.patience import Patience
from bot.sandbox import Channel
from tests.integrations import pagers, receiver
from tests.integrations.documents.fake_confluence import FakeConfluence
from tests.integrations.documents.fakes import TOKEN as WIKI_TOKEN
from tests.integrations.documents.fakes import VARIABLE as WIKI_VARIABLE
from tests.integrations.documents.fakes import serving as a_wiki
from tests.integrations.pagers import Events, pagerduty_events
from tests.integrations.receiver import Receiver, a_receiver
from tests.integrations.test_status_targets import TOKEN as STATUS_TOKEN
from tests.integrations.test_status_targets import FakeStatuspage
from tests.integrations.trackers.fake_github import FakeGitHub
from tests.integrations.trackers.fakes import TOKEN, VARIABLE, Fake
from tests.integrations.trackers.fakes import serving as a_tracker
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import everything_said_by_bot, said_by_bot
from tests.scenarios.test_bridge import Calls
from tests.scenarios.test_status_page import last
from tests.serving import everything, serving

GIVES_UP_AT_ONCE = Patience(
    look_after=timedelta(seconds=0.05),
    first_pause=timedelta(seconds=0.05),
    not_done_for=timedelta(0),
    unknown_for=timedelta(0),
)
"""A day of a service that is out, in no time."""
LONG = [503] * 99
LOST = {
    "pager": "could not page <@{dana}>",
    "status page": "on the status page other",
    "tracker": "open an issue in work",
    "bridge": "open a call for INC-1",
    "webhook": "tell the webhook cmdb",
    "wiki": "bring the review of INC-1 to wiki",
}
"""What people are told of what did not arrive, by who was out."""
TEXT = "We know the cause."


@dataclass
class World:
    company: Company
    site: Path
    pager: Events
    page: FakeStatuspage
    tracker: Fake
    wiki: FakeConfluence
    calls: Calls
    receiver: Receiver

    def is_out(self, service: str, *, out: bool = True) -> None:
        self.page.is_down = out and service == "status page"
        self.tracker.is_down = out and service == "tracker"
        self.wiki.is_down = out and service == "wiki"
        named: dict[str, Events | Calls | Receiver]
        named = {"pager": self.pager, "bridge": self.calls, "webhook": self.receiver}
        for name, one in named.items():
            one.answers = [*LONG] if out and service == name else []

    def told_as_lost(self) -> set[str]:
        """Of whom people were told that something did not arrive there; of each thing once."""
        said = [one.plain for one in everything_said_by_bot(self.company)]
        words = {who: told.format(dana=self.company.dana.id) for who, told in LOST.items()}
        found = {who: [one for one in said if told in one] for who, told in words.items()}
        assert all(len(each) == len(set(each)) for each in found.values())
        return {who for who, each in found.items() if each}

    async def comes_back(self, service: str) -> None:
        """And whoever runs Muster types `muster outbox retry`."""
        self.is_out(service, out=False)
        async with self.company.bot.context.store.write() as tx:
            await tx.retry_dead()
        await self.company.settle()


@asynccontextmanager
async def outside(folder: Path, database_url: str) -> AsyncIterator[World]:
    page, calls = FakeStatuspage(), Calls()
    async with AsyncExitStack() as stack:
        pager = await stack.enter_async_context(pagerduty_events())
        tracker = await stack.enter_async_context(a_tracker(FakeGitHub()))
        wiki = FakeConfluence()
        await stack.enter_async_context(a_wiki(wiki))
        hooks = await stack.enter_async_context(a_receiver())
        page_port = await stack.enter_async_context(serving(everything(page.answer)))
        call_port = await stack.enter_async_context(serving(web.post("/call", calls.take)))
        private = {"allow_private_address": True}
        target = {"name": "other", "page": "p1", "token": "env:MUSTER_STATUS_TOKEN", "components": {"shop": "c1"}}
        policy = {
            "escalation": {"P1": [{"after": "0m", "tell": ["channel", "page"]}]},
            "paging": {"pagerduty": pager.part()},
            "status_page": {
                "title": "Example",
                "url": "https://status.example.com",
                "components": {"shop": {"name": "Shop", "services": ["checkout"]}},
                "folder": str(folder / "site"),
                "targets": [{**target, **private, "api": f"http://127.0.0.1:{page_port}/v1"}],
            },
            "documents": {"wiki": wiki.part()},
            "trackers": {"work": tracker.part(incidents=["P1"])},
            "bridge": {"url": f"http://127.0.0.1:{call_port}/call", "secret": receiver.VARIABLE, **private},
            "audiences": {"leads": {"every": {"P1": "30m"}, "channels": ["leadership"]}},
            "webhooks": [hooks.part()],
        }
        secrets = {
            pagers.VARIABLE: pagers.KEY,
            "MUSTER_STATUS_TOKEN": STATUS_TOKEN,
            VARIABLE: TOKEN,
            WIKI_VARIABLE: WIKI_TOKEN,
            receiver.VARIABLE: receiver.SECRET,
        }
        company = await stack.enter_async_context(
            company_at_work(folder, database_url, policy, GIVES_UP_AT_ONCE, environment=secrets)
        )
        company.sandbox.add_channel("leadership", members=[company.eli, company.sandbox.bot])
        yield World(company, folder / "site", pager, page, tracker, wiki, calls, hooks)


async def tell_customers(world: World, channel: Channel, draft: str) -> None:
    company = world.company
    await company.dana.types(f"/incident status-page draft {draft}", in_=channel.id)
    await company.dana.types("/incident status-page review", in_=channel.id)
    await company.settle()
    approve = last(company, channel, draft.split(" ", 1)[1])["Approve"].partition(" ")[2]
    await company.bo.types(f"/incident {approve}", in_=channel.id)
    await company.dana.types("/incident status-page publish", in_=channel.id)
    await company.settle()


@pytest.mark.parametrize("out", ["nothing", *LOST])
async def test_a_p1_is_told_everywhere_once_whatever_is_out(tmp_path: Path, database_url: str, out: str) -> None:
    async with outside(tmp_path, database_url) as world:
        world.is_out(out)
        company = world.company
        channel = await company.declares("P1 checkout is down service:checkout", by="eli")
        await company.bo.types("/incident join", in_=channel.id)
        await company.later(minutes=5)
        for typed in (
            "accept",
            "update for:all half of all orders fail",
            f"followup rotate keys <@{company.dana.id}> due:2026-12-01",
            "mitigate rolled back",
        ):
            await company.dana.types(f"/incident {typed}", in_=channel.id)
        await tell_customers(world, channel, f"identified {TEXT}")

        said = [one.plain for one in everything_said_by_bot(company)]
        assert company.dana.id in channel.messages[0].plain, "the card knows who commands"
        assert len([one for one in said if "half of all orders fail" in one and "Update" in one]) == 1
        if out != "wiki":
            assert world.told_as_lost() == {out} - {"nothing"}
            await world.comes_back(out)
        assert "https://meet.example/1" in channel.messages[0].plain
        for typed in ("resolve rolled back", "review start"):
            await company.dana.types(f"/incident {typed}", in_=channel.id)
        await company.bo.types("/incident review approve anyway", in_=channel.id)
        await company.dana.types("/incident review publish", in_=channel.id)
        await company.settle()
        assert world.told_as_lost() == {out} - {"nothing"}
        await world.comes_back(out)

        assert (world.pager.rang, world.pager.ringing) == (0 if out == "pager" else 1, {})
        assert [one["entries"] for one in world.page.incidents] == [[TEXT]]
        assert TEXT in (world.site / "index.html").read_text(encoding="utf-8")
        assert [one.title for one in world.wiki.there()] == ["INC-1: checkout is down"]
        assert [one.title for one in world.tracker.issues.values()] == ["INC-1: checkout is down", "rotate keys"]
        assert list(world.calls.open.values()) == ["https://meet.example/1"]
        kinds = world.receiver.taken
        ordered = ["incident.declared", "incident.resolved", "incident.review_published"]
        assert [one for one in kinds if one in ordered] == ordered
        assert (len(world.receiver.received) == len(kinds)) is (out != "webhook")
        assert [kinds.count(f"incident.{one}") for one in ("update_posted", "customer_update_published")] == [1, 1]
        leadership = company.sandbox.channel("leadership")
        assert len([one for one in said_by_bot(company, leadership) if "half of all orders" in one.plain]) == 1
        assert len([one for one in said_by_bot(company, channel) if "The bridge was opened" in one.plain]) == 1
