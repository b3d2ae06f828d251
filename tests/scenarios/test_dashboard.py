"""The dashboard: opened by a personal link, live, and for each viewer what they may see – at this very request."""

import csv
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from html import unescape
from io import StringIO

import aiohttp
import pytest
from yarl import URL

from bot.domain.trends import Selection
from bot.workflows.looking_back import public_trends
from tests.scenarios import recomputed
from tests.scenarios.conftest import Company
from tests.scenarios.test_writing_reviews import link_for, presses_open, resolved


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what differs between the engines is tested with the store."""
    return sqlite_url


LINK = re.compile(r"<(http://127\.0\.0\.1:\d+/\?key=[^|>]+)")


async def dashboard_link(company: Company, name: str) -> str:
    answer = await company.sandbox.person(name).types("/incident dashboard", in_="general")
    found = LINK.search(str(answer.blocks))
    assert found, answer.text
    return found[1]


class Window:
    """A browser without a face, on the dashboard."""

    def __init__(self, http: aiohttp.ClientSession, home: URL) -> None:
        self.http, self.home = http, home

    async def sees(self, path: str = "/") -> tuple[int, str]:
        async with self.http.get(self.home.join(URL(path))) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def opens(link: str) -> AsyncIterator[Window]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with http.get(link) as answer:
            page = await answer.text()
            assert answer.status == 200, page
        status, page = await presses_open(http, page, link)
        assert status == 200, page
        yield Window(http, URL(link).origin())


async def test_the_dashboard_shows_what_is_open_and_each_incident_on_a_page_of_its_own(company: Company) -> None:
    channel = await company.declares("<b>checkout</b> fails service:checkout P1")
    await company.dana.types("/incident accept", in_=channel.id)
    await company.dana.types("/incident update Conditions: half fail. Actions: rolling back.", in_=channel.id)
    await company.declares("a fire drill P2 --drill", by="bo")
    async with opens(await dashboard_link(company, "chen")) as chen:
        status, page = await chen.sees()
        assert (status, "1 open incident: 1 P1" in page) == (200, True)
        assert "&lt;b&gt;checkout&lt;/b&gt; fails" in page
        assert "commander Dana" in page
        assert "next update by" in page
        assert page.index("fire drill") > page.index("<h2>Drill</h2>")
        status, part = await chen.sees("/open.json")
        assert (status, '"head": "1 open incident: 1 P1"' in part) == (200, True)
        status, page = await chen.sees("/incidents/1")
        assert status == 200
        for told in ("rolling back", "Command accepted", f"#{channel.name}", 'href="/reviews/INC-1"', "Checkout"):
            assert told in page, told
        assert (await chen.sees("/reviews/INC-1"))[0] == 200, "one session is good for all pages"
        await company.later(minutes=40)
        assert "update overdue since" in (await chen.sees())[1]
        await company.dana.types("/incident resolve rolled back", in_=channel.id)
        await company.dana.types("/incident close unverified we must sleep", in_=channel.id)
        await company.settle()
        assert "No open incidents" in (await chen.sees())[1]
        assert "closed" in (await chen.sees("/incidents/1"))[1]
        status, said = await chen.sees("/incidents/99")
        assert (status, "There is no incident INC-99 that you can see" in said) == (404, True)


async def test_nobody_gets_in_without_a_link_and_the_session_tells_nothing_to_scripts(company: Company) -> None:
    await resolved(company)
    link, of_review = await dashboard_link(company, "dana"), await link_for(company, "dana")
    home = link.partition("?")[0]
    async with aiohttp.ClientSession() as http:
        for path in ("", "open.json", "incidents/1", f"?key={of_review.partition('?key=')[2]}", "?key=x"):
            async with http.get(home + path) as answer:
                assert (answer.status, "type <code>" in (await answer.text()).lower()) == (403, True), path
        async with http.get(link) as answer:
            page = await answer.text()
            assert "You are <bdi>dana</bdi>" in page
        key = link.partition("?key=")[2]
        for origin, status in (("https://evil.example", 403), (str(URL(link).origin()), 303)):
            async with http.post(home, data={"key": key}, headers={"Origin": origin}, allow_redirects=False) as answer:
                assert answer.status == status
        cookie = answer.cookies["muster_session"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_what_is_private_is_there_for_its_members_until_they_are_put_out(company: Company) -> None:
    channel = await company.declares("a leak P1 --private")
    await company.dana.types("/incident invite @bo", in_=channel.id)
    await company.settle()
    async with (
        opens(await dashboard_link(company, "bo")) as bo,
        opens(await dashboard_link(company, "eli")) as eli,
        opens(await dashboard_link(company, "dana")) as dana,
    ):
        for member in (bo, dana):
            assert "a leak" in (await member.sees())[1]
            assert "a leak" in (await member.sees("/incidents/1"))[1]
        assert "No open incidents" in (await eli.sees())[1]
        assert (await eli.sees("/incidents/1"))[0] == 404
        assert "leak" not in (await eli.sees("/open.json"))[1]
        await company.bo.leaves(channel.id)
        await company.settle()
        assert "No open incidents" in (await bo.sees())[1]
        assert (await bo.sees("/incidents/1"))[0] == 404
        await company.dana.types("/incident open customers ask", in_=channel.id)
        await company.settle()
        status, outline = await eli.sees("/incidents/1")
        assert (status, "only its members can read" in outline) == (200, True)
        assert "dana" not in outline.lower()
        company.sandbox.deactivate("dana")
        await company.settle()
        assert (await dana.sees())[0] == 403


async def test_trends_count_what_the_viewer_may_read_and_lead_to_what_is_behind_each_figure(company: Company) -> None:
    channel = await resolved(company)
    private = await company.declares("a leak P1 --private")
    await company.declares("a fire drill P2 --drill")
    async with opens(await dashboard_link(company, "dana")) as dana, opens(await dashboard_link(company, "eli")) as eli:
        status, page = await dana.sees("/trends")
        assert (status, page.count("<svg")) == (200, 10)
        assert "Not counted: 1 drill." in page
        for viewer, count in ((dana, 2), (eli, 1)):
            status, found = await viewer.sees("/trends/priority.csv")
            (row,) = csv.DictReader(StringIO(found))
            assert (status, row["priority"], row["incidents"]) == (200, "P1", str(count))
        await company.dana.types("/incident open customers ask", in_=private.id)
        await company.settle()
        (row,) = csv.DictReader(StringIO((await eli.sees("/trends/priority.csv"))[1]))
        assert row["incidents"] == "1", "what others may know of, and not read, is in no sum of theirs"
        (behind,) = {unescape(one) for one in re.findall(r'href="(/incidents\?[^"]*behind=open[^"]*)"', page)}
        status, listed = await dana.sees(behind)
        assert (status, "a leak" in listed, "checkout fails" in listed) == (200, True, False)
        assert "a leak" not in (await eli.sees(behind))[1]
        assert "a fire drill" in (await dana.sees("/incidents?drills=1"))[1]
        exports = {unescape(one) for one in re.findall(r'href="(/trends/[a-z]+\.(?:csv|png)\?[^"]*)"', page)}
        assert len(exports) == 2 * page.count("<svg"), "each chart has both"
        for address in exports:
            async with dana.http.get(dana.home.join(URL(address))) as answer:
                kind = "image/png" if ".png" in address else "text/csv"
                assert (answer.status, answer.content_type) == (200, kind), address
                name = address.removeprefix("/trends/").partition(".")[0]
                assert f'filename="muster-{name}-' in answer.headers["Content-Disposition"]
        (report,) = {unescape(one) for one in re.findall(r'href="(/trends/report\.pdf\?[^"]*to=2026-02-28)"', page)}
        async with dana.http.get(dana.home.join(URL(report))) as answer:
            assert (answer.status, answer.content_type) == (200, "application/pdf")
            assert (await answer.read()).startswith(b"%PDF-")
        today = Selection(first=company.clock.now().date(), last=company.clock.now().date())
        public = await public_trends(company.bot.context, today)
        assert public.whole.incidents == 1, "what goes to people whom nobody knows has nothing private in it"
        await company.dana.leaves(private.id)
        await company.settle()
        (row,) = csv.DictReader(StringIO((await dana.sees("/trends/priority.csv"))[1]))
        assert row["incidents"] == "1", "whoever has left counts it no more"
        assert channel.name in (await dana.sees("/incidents/1"))[1]
        for address, status in (
            ("/trends?from=banana", 400),
            ("/trends?from=2026-03-02&to=2026-03-01", 400),
            ("/trends?from=2020-01-01&to=2026-01-01", 400),
            ("/trends?from=0001-01-01", 400),
            ("/trends?priority=P9", 400),
            ("/trends?service=%3Cscript%3E", 200),
            ("/incidents?behind=everything", 400),
            ("/incidents?page=0", 400),
            ("/incidents?page=7", 200),
            ("/trends/weather.csv", 404),
        ):
            found_status, told = await dana.sees(address)
            assert found_status == status, address
            assert "<script>" not in told


async def test_every_figure_of_the_trends_is_what_the_timeline_alone_says(company: Company) -> None:
    """Recomputed by a script that shares no line with Muster."""
    await lived(company)
    with closing(sqlite3.connect(company.folder / "muster.db")) as database:
        rows = database.execute(
            'SELECT incident, kind, occurred_at, recorded_at, "by", body FROM timeline ORDER BY incident, seq'
        ).fetchall()
    expected = recomputed.figures(rows)
    async with opens(await dashboard_link(company, "chen")) as chen:

        async def told(chart: str) -> list[dict[str, str]]:
            _, found = await chen.sees(f"/trends/{chart}.csv?from=2026-03-02&to=2026-03-02")
            return list(csv.DictReader(StringIO(found)))

        by_priority = {row.pop("priority"): row for row in await told("priority")}
        assert by_priority.keys() == expected.keys()
        for priority, row in by_priority.items():
            shown = {name: float(value) if value else None for name, value in row.items()}
            assert shown == {name: expected[priority][name] for name in shown}, priority
            for chart in ("acknowledge", "mitigate", "resolve"):
                _, found = await chen.sees(f"/trends/{chart}.csv?from=2026-03-02&to=2026-03-02&priority={priority}")
                (day,) = csv.DictReader(StringIO(found))
                mean = expected[priority][f"{chart}_mean"]
                assert (float(day["mean"]) if day["mean"] else None) == mean
        _, page = await chen.sees("/trends?from=2026-03-02&to=2026-03-02")
        tiles = dict(re.findall(r'<h2>([^<]+)</h2>\n<p class="value">[^<]*</p>\n<p class="quiet">(\d+) of', page))
        for title, name in (
            ("Reopened", "reopened"),
            ("Repeated", "repeated"),
            ("Resolved without escalating", "unescalated"),
            ("Updates on time", "updates_on_time"),
            ("Targets met", "targets_met"),
        ):
            assert int(tiles[title]) == sum(one[name] for one in expected.values()), title
        (day,) = await told("incidents")
        assert {name: int(day[name]) for name in expected} == {name: one["incidents"] for name, one in expected.items()}
        (day,) = await told("promises")
        for name in ("updates_on_time", "updates_due", "targets_met", "targets_decided"):
            assert int(day[name]) == sum(one[name] for one in expected.values())
        by_category = {row["category"]: row["incidents"] for row in await told("category")}
        assert by_category == {"outage": "1", "": "2"}
        assert {row["service"] for row in await told("service")} == {"checkout", "payments", ""}
        (team,) = await told("hours")
        assert float(team["hours"]) == float(team["hours_at_night"]) == sum(one["hours"] for one in expected.values())
        assert [(row["open"], row["overdue"]) for row in await told("followups")] == [("2", "0"), *[("0", "0")] * 3]
        await company.later(days=9)
        assert [(row["open"], row["overdue"]) for row in await told("followups")][1] == ("2", "1")
        for behind, count in (
            ("behind=follow-ups&from=2026-01-01&to=2026-01-02", 2),  # of any day
            ("behind=follow-ups&of=older", 0),
            ("behind=overdue&of=up+to+a+month", 1),
            ("behind=worked", 3),
            ("behind=at-night&from=2026-03-02&to=2026-03-02&of=Smaller+teams", 3),
            ("behind=at-night&from=2026-03-02&to=2026-03-02&of=shop", 0),
            ("behind=on-weekends&from=2026-03-02&to=2026-03-02", 0),
        ):
            status, listed = await chen.sees(f"/incidents?{behind}")
            assert (status, listed.count('class="first"')) == (200, count), behind


async def lived(company: Company) -> None:
    """Three incidents, with whatever the trends count."""

    async def does(number: int, *typed: str) -> None:
        for one in typed:
            minutes, _, words = one.partition("|")
            await company.later(minutes=float(minutes))
            answer = await company.dana.types(f"/incident INC-{number} {words}", in_="general")
            assert not answer.text.startswith("Not done"), answer.text
        await company.settle()

    await company.declares("checkout fails service:checkout category:outage P1")
    await does(
        1,
        *("3|accept", "2|update Conditions: half fail.", "40|update Conditions: all fail.", "1|escalate nobody sleeps"),
        *(
            "9|mitigate traffic moved",
            "5|resolve rolled back",
            "4|problem The pool is too small",
            "1|reopen it is back",
        ),
        *("6|mitigate traffic moved", "7|resolve rolled back again", "1|followup Size the pool @bo due:2026-04-01"),
    )
    await company.declares("payments fail service:payments P2", by="bo")
    await does(2, "20|accept", "5|problem PRB-1", "30|resolve restarted", "1|followup Alert on it @bo due:2026-03-03")
    await company.declares("search is slow P2", by="bo")
    await does(3, "1|accept", "2|cancel a false alarm")
    await company.declares("a fire drill P2 --drill", by="bo")
    await company.declares("search is slow again P3", by="bo")
