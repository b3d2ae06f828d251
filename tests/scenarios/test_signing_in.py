"""Sign in with Slack: from a page to Slack and back to it, in the browser that began, and for nobody else."""

import base64
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from bot.demo.clock import SteppedClock
from bot.sandbox import Sandbox
from tests.scenarios.conftest import Company, at_work


@pytest.fixture
async def company(slack: Sandbox, clock: SteppedClock, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Company]:
    """With the client id and secret of the app. Which database is behind it makes no difference here."""
    client_id, secret = slack.client
    given = {"MUSTER_SIGN_IN_CLIENT_ID": client_id, "MUSTER_SIGN_IN_CLIENT_SECRET": secret}
    async with at_work(slack, clock, tmp_path, sqlite_url, environment=given) as company:
        yield company


def browser() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def way_to_slack(http: aiohttp.ClientSession, page: URL) -> URL:
    """What the page of somebody without a session leads to, at Slack."""
    async with http.get(page) as answer:
        assert answer.status == 403
        found = re.search(r'href="(/signin[^"]*)">Sign in with Slack', await answer.text())
    assert found
    async with http.get(page.join(URL(unescape(found[1]), encoded=True)), allow_redirects=False) as answer:
        assert answer.status == 303
        cookie = answer.cookies["muster_signin"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/signin")
        return URL(answer.headers["Location"], encoded=True)


async def says_yes(http: aiohttp.ClientSession, at_slack: URL, name: str) -> URL:
    """The address that Slack sends somebody back to."""
    async with http.get(at_slack.update_query({"as": name}), allow_redirects=False) as answer:
        assert answer.status == 302, await answer.text()
        return URL(answer.headers["Location"], encoded=True)


async def get(http: aiohttp.ClientSession, address: URL) -> tuple[int, str]:
    async with http.get(address) as answer:
        return answer.status, await answer.text()


async def test_somebody_signs_in_with_slack_and_comes_to_the_page_they_wanted(company: Company) -> None:
    await company.declares("a leak P1 --private")
    home = URL(f"http://127.0.0.1:{company.bot.port}/")
    async with browser() as http, browser() as another:
        at_slack = await way_to_slack(http, home / "incidents/1")
        assert (at_slack.query["scope"], at_slack.query["response_type"]) == ("openid", "code")
        status, page = await get(http, at_slack)
        assert (status, ">dana</a>" in page) == (200, True)
        back = await says_yes(http, at_slack, "dana")
        assert "did not begin in this browser" in (await get(another, back))[1]
        status, page = await get(http, back)
        assert (status, "a leak" in page) == (200, True)
        assert (await get(http, home))[0] == 200
        assert (await get(http, back))[0] == 403, "a code is good once"
        assert (await get(another, home))[0] == 403


async def test_what_slack_does_not_say_signs_nobody_in(company: Company) -> None:
    home = URL(f"http://127.0.0.1:{company.bot.port}/")
    async with browser() as http:
        back = await says_yes(http, await way_to_slack(http, home), "nobody")
        assert back.query["error"] == "access_denied"
        assert "Slack did not say who you are" in (await get(http, back))[1]
        good = await says_yes(http, await way_to_slack(http, home), "dana")
        for wrong in (good.update_query(code="x"), good.update_query(code="")):
            assert "Slack did not say who you are" in (await get(http, wrong))[1]
        for wrong in (good.update_query(state="x"), good.with_query(code="x")):
            assert "did not begin in this browser" in (await get(http, wrong))[1]
        replayed = await says_yes(http, (await way_to_slack(http, home)).update_query(nonce="another"), "dana")
        assert "Slack did not say who you are" in (await get(http, replayed))[1]
        elsewhere = home.join(URL("/signin?to=//evil.example/", encoded=True))
        async with http.get(elsewhere, allow_redirects=False) as answer:
            back = await says_yes(http, URL(answer.headers["Location"], encoded=True), "dana")
        async with http.get(back, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/")


async def test_slacks_page_says_no_to_what_it_does_not_know(company: Company, slack: Sandbox) -> None:
    home = URL(f"http://127.0.0.1:{company.bot.port}/")
    async with browser() as http:
        at_slack = await way_to_slack(http, home)
        for changed in (
            {"client_id": "1.2"},
            {"response_type": "token"},
            {"scope": "email"},
            {"team": "T0"},
            {"redirect_uri": "https://evil.example/"},
        ):
            assert (await get(http, at_slack.update_query(changed)))[0] == 400, changed
        token = URL(f"{slack.url}/api/openid.connect.token")
        client_id, secret = slack.client
        for sent, error in (
            ({"client_id": "1.2"}, "invalid_client_id"),
            ({"client_id": client_id, "client_secret": "x"}, "bad_client_secret"),
            ({"client_id": client_id, "client_secret": secret, "code": "x"}, "invalid_code"),
            ({"grant_type": "refresh_token"}, "invalid_grant_type"),
        ):
            async with http.post(token, data=sent) as answer:
                assert await answer.json() == {"ok": False, "error": error}
        as_basic = {"Authorization": f"Basic {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"}
        for headers, error in ((as_basic, "invalid_code"), ({"Authorization": "Basic é"}, "invalid_client_id")):
            async with http.post(token, data={"code": "x"}, headers=headers) as answer:
                assert await answer.json() == {"ok": False, "error": error}
