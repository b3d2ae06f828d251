"""Customers are told on the status page, from Slack to what a reader and a watcher get, and nothing by itself."""

import json
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import Channel
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import said_by_bot

PAGE = {
    "title": "Example",
    "url": "https://status.example.com",
    "components": {"shop": {"name": "Shop", "services": ["checkout"]}, "search": {"name": "Search"}},
}


async def got(company: Company, path: str, known: str = "") -> tuple[int, str, Mapping[str, str]]:
    headers = {"If-None-Match": known} if known else {}
    address = f"http://127.0.0.1:{company.bot.port}/status/{path}"
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as answer:
        return answer.status, await answer.text(), answer.headers


def last(company: Company, channel: Channel, words: str) -> dict[str, str]:
    """The buttons of the last message of the bot with these words in it: label → command."""
    message = [one for one in said_by_bot(company, channel) if words in json.dumps(one.blocks, ensure_ascii=False)][-1]
    found = [each for block in message.blocks for each in block.get("elements", ()) if "value" in each]
    return {each["text"]["text"]: each["value"] for each in found}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "site"


async def test_customers_are_told_what_two_people_agreed_on(tmp_path: Path, folder: Path, database_url: str) -> None:
    page = {**PAGE, "folder": str(folder)}
    async with company_at_work(tmp_path, database_url, {"status_page": page}) as company:
        dana, bo = company.dana, company.bo
        channel = await company.declares("P1 db-02 is out of connections service:checkout")
        await bo.types("/incident join", in_=channel.id)
        form = "draft identified We have found the cause. components:shop=partial"
        drafted = (await dana.types(f"/incident status-page {form}", in_=channel.id)).text
        assert "Nothing has been said to customers yet" in drafted
        await dana.types("/incident status-page review", in_=channel.id)
        await company.settle()
        approve = last(company, channel, "Shop: operational → partial outage")["Approve"].partition(" ")[2]
        assert "somebody else" in (await dana.types(f"/incident {approve}", in_=channel.id)).text
        await dana.types("/incident status-page draft identified We know the cause. next:45m", in_=channel.id)
        assert "changed since you read it" in (await bo.types(f"/incident {approve}", in_=channel.id)).text
        assert "not approved" in (await dana.types("/incident status-page publish", in_=channel.id)).text
        assert (await got(company, "api/v2/incidents.json"))[1].count("incident_updates") == 0
        await dana.types("/incident status-page review", in_=channel.id)
        await company.settle()
        approve = last(company, channel, "Next update: within 45 min of publishing")["Approve"].partition(" ")[2]
        await bo.types(f"/incident {approve}", in_=channel.id)
        await dana.types("/incident status-page publish", in_=channel.id)
        await company.settle()
        assert "We know the cause." in (folder / "index.html").read_text(encoding="utf-8")
        assert "Next update by" in (folder / "index.html").read_text(encoding="utf-8")
        assert "Next update by" in said_by_bot(company, channel)[-1].text
        summary = json.loads((folder / "api" / "v2" / "summary.json").read_text(encoding="utf-8"))
        assert summary["status"] == {"indicator": "major", "description": "Partial System Outage"}
        for path in folder.rglob("*.*"):
            assert not any(word in path.read_text(encoding="utf-8") for word in ("INC-", "db-02", dana.id, "inc-1"))
        await dana.types("/incident resolve restarted the pool", in_=channel.id)
        await company.settle()
        assert "status-page draft resolved" in last(company, channel, "still says")["Say it is resolved"]


async def test_the_page_is_served_to_anybody_and_kept_by_their_browser(tmp_path: Path, database_url: str) -> None:
    async with company_at_work(tmp_path, database_url, {"status_page": PAGE}) as company:
        status, text, headers = await got(company, "")
        assert status == 200
        assert "All systems operational" in text
        assert "Set-Cookie" not in headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "public, max-age=30"
        assert (await got(company, "", headers["ETag"]))[0] == 304
        assert (await got(company, "incidents/none.html"))[0] == 404
        status, text, headers = await got(company, "api/v2/summary.json")
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert json.loads(text)["status"]["indicator"] == "none"
