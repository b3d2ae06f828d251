"""A review is written in Slack's forms and on its page: by people who may, without anybody's words being lost."""

import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.domain.ids import SlackUserId
from bot.domain.people import Profile
from bot.sandbox import Channel
from tests.scenarios.conftest import Company
from tests.scenarios.looking import review_of
from tests.scenarios.test_forms import form_of


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what differs between the engines is tested with the store."""
    return sqlite_url


LINK = re.compile(r"<(http://127\.0\.0\.1:\d+/reviews/INC-\d+\?key=[^|>]+)")


async def resolved(company: Company, words: str = "checkout fails service:checkout P1") -> Channel:
    channel = await company.declares(words)
    await company.dana.types("/incident accept", in_=channel.id)
    await company.dana.types("/incident resolve rolled back", in_=channel.id)
    await company.settle()
    return channel


async def link_for(company: Company, name: str, number: int = 1, where: str | None = None) -> str:
    """The address the bot gives to somebody."""
    answer = await company.sandbox.person(name).types(f"/incident INC-{number} review", in_=where or "general")
    found = LINK.search(str(answer.blocks))
    assert found, answer.text
    return found[1]


@dataclass
class Window:
    """A browser without a face: it has a cookie jar, and the token of the page it has seen."""

    http: aiohttp.ClientSession
    base: str
    token: str

    async def writes(
        self, section: str, text: str, seen: int, began_from: str | None = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        body = {"text": text, "seen": seen, "began_from": began_from}
        return await self._sends("PUT", f"/sections/{section}", body, headers)

    async def looks(self, at: str | None = None, **knows: str) -> tuple[int, dict[str, Any]]:
        """What is new to a window that knows these marks; `at`: where its person writes."""
        query = {"window": self.token, **({"in": at} if at else {}), **knows}
        async with self.http.get(f"{self.base}/changes", params=query) as answer:
            return answer.status, await answer.json()

    async def takes(self, step: str, id_: str | None = None, **more: object) -> tuple[int, dict[str, Any]]:
        return await self._sends("POST", "/steps", {"step": step, "id": id_ or str(uuid.uuid4()), **more}, {})

    async def sends(self, path: str, **body: object) -> tuple[int, dict[str, Any]]:
        return await self._sends("POST", f"/{path}", {"id": str(uuid.uuid4()), **body}, {})

    async def _sends(self, method: str, path: str, body: object, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        given = {"X-Muster-Token": self.token, **{name.replace("_", "-"): one for name, one in headers.items()}}
        async with self.http.request(method, self.base + path, json=body, headers=given) as answer:
            return answer.status, await answer.json()

    async def sees(self, path: str = "") -> tuple[int, str]:
        async with self.http.get(self.base + path) as answer:
            return answer.status, await answer.text()


async def presses_open(http: aiohttp.ClientSession, page: str, link: str, **headers: str) -> tuple[int, str]:
    """The button of a link's page, as a browser sends it: the status and the page that it leads to."""
    action, key = re.search(r'action="([^"]+)"', page), re.search(r'name="key" value="([^"]+)"', page)
    assert action, page
    assert key, page
    home = URL(link)
    given = {"Origin": str(home.origin()), **headers}
    async with http.post(home.join(URL(action[1])), data={"key": key[1]}, headers=given) as answer:
        assert not answer.url.query_string, "the key must not stay in the address"
        return answer.status, await answer.text()


@asynccontextmanager
async def opens(link: str) -> AsyncIterator[Window]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with http.get(link) as answer:
            page = await answer.text()
            assert answer.status == 200, page
        status, page = await presses_open(http, page, link)
        assert status == 200, page
        token = re.search(r'name="muster-token" content="([^"]+)"', page)
        assert token
        yield Window(http, link.partition("?")[0], token[1])


async def test_the_form_keeps_what_is_written_and_shows_what_is_drafted(company: Company) -> None:
    channel = await resolved(company)
    await company.dana.types("/incident review edit", in_=channel.id)
    form = await form_of(company, company.dana)
    fields = {one["block_id"]: one for one in form.blocks}
    assert "It was resolved" in fields["summary"]["hint"]["text"]
    answer = await company.dana.submits({"impact": "Nobody could pay for ten minutes.", "luck": "It was night."})
    assert answer.ok, answer.errors
    sections = {one["name"]: one for one in (await review_of(company))["sections"]}
    assert sections["impact"]["text"] == "Nobody could pay for ten minutes."
    assert (sections["impact"]["by"], sections["impact"]["revision"]) == (company.dana.id, 1)
    assert not sections["summary"]["written"]
    await company.bo.types("/incident INC-1 review edit", in_="general")
    again = await form_of(company, company.bo)
    kept = {one["block_id"]: one["element"].get("initial_value") for one in again.blocks if one["type"] == "input"}
    assert kept["impact"] == "Nobody could pay for ten minutes."


async def test_two_forms_at_once_overwrite_nothing_unseen(company: Company) -> None:
    channel = await resolved(company)
    await company.dana.types("/incident review edit", in_=channel.id)
    await company.bo.types("/incident INC-1 review edit", in_="general")
    assert (await company.dana.submits({"impact": "Nobody could pay."})).ok
    refused = await company.bo.submits({"impact": "Everything was fine.", "luck": "It was night."})
    assert "saved “Impact” in the meantime" in refused.errors["impact"]
    sections = {one["name"]: one for one in (await review_of(company))["sections"]}
    assert (sections["impact"]["text"], sections["luck"]["text"]) == ("Nobody could pay.", "")


async def test_the_page_is_opened_by_a_personal_link_and_by_nothing_else(company: Company) -> None:
    await resolved(company)
    link = await link_for(company, "dana")
    base, _, key = link.partition("?key=")
    async with aiohttp.ClientSession() as http:
        for address in (
            base,
            f"{base}/document",
            f"{base}?key={key[:-2]}xx",
            f"{base}?key=",
            f"{base}?key={'a' * 4000}",
        ):
            async with http.get(address) as answer:
                assert answer.status == 403, address
                assert "needs a link of your own" in await answer.text()
        async with http.get(base.replace("INC-1", "INC-2") + f"?key={key}") as answer:
            assert answer.status == 403
    async with opens(link) as window:
        status, page = await window.sees()
        assert status == 200
        assert "checkout fails" in page
        status, document = await window.sees("/document")
        assert (status, "At a glance" in document) == (200, True)


async def test_a_link_opens_once_after_its_person_read_whose_it_is(company: Company) -> None:
    """What only looks – a preview, a scanner, a second look – uses nothing up."""
    await resolved(company)
    link = await link_for(company, "dana")
    browser, another = (aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) for _ in range(2))
    async with browser, another:
        async with another.head(link) as answer:
            assert answer.status == 200
            assert answer.headers["Referrer-Policy"] == "strict-origin"
            assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
        assert (await _get(browser, link))[0] == 200
        status, page = await _get(browser, link)
        assert (status, "You are <bdi>dana</bdi>" in page) == (200, True)
        assert "checkout fails" not in page
        assert not browser.cookie_jar.filter_cookies(URL(link)), "nobody is signed in by looking"
        for elsewhere in ("https://evil.example", "null"):
            status, said = await presses_open(another, page, link, Origin=elsewhere)
            assert (status, "did not come from a page" in said) == (403, True)
        for nonsense in (b"", b"key=x", b"\xff", b"key=a&key=b&key=c", b"x" * 5000):
            async with another.post(link.partition("?")[0], data=nonsense) as answer:
                assert (answer.status, "needs a link of your own" in await answer.text()) == (403, True)

        status, opened = await presses_open(browser, page, link)
        assert (status, "checkout fails" in opened) == (200, True)
        for again in (await presses_open(another, page, link), await _get(another, link)):
            assert again[0] == 403
            assert "This link was used already. Type <code>/incident INC-1 review</code> for a new one." in again[1]
        for again in (await presses_open(browser, page, link), await _get(browser, link)):
            assert (again[0], "checkout fails" in again[1]) == (200, True), "the browser that has the session goes on"

        of_bo = await link_for(company, "bo")
        status, page = await _get(browser, of_bo)
        assert (status, "You are <bdi>bo</bdi>" in page) == (200, True)
        await presses_open(browser, page, of_bo)
        token = re.search(r'name="muster-token" content="([^"]+)"', (await _get(browser, link.partition("?")[0]))[1])
        assert token
        window = Window(browser, link.partition("?")[0], token[1])
        assert (await window.writes("impact", "Nobody could pay.", 0))[1]["by"] == "Bo"


async def _get(http: aiohttp.ClientSession, address: str) -> tuple[int, str]:
    async with http.get(address) as answer:
        return answer.status, await answer.text()


async def test_sessions_and_links_end_at_once_when_the_operator_says_so(company: Company) -> None:
    await resolved(company)
    unused = await link_for(company, "bo")
    async with opens(await link_for(company, "dana")) as window:
        assert (await window.sees())[0] == 200
        async with company.bot.context.store.write() as tx:
            await tx.replace_link_key()
        for address in ("", "/document"):
            status, said = await window.sees(address)
            assert (status, "needs a link of your own" in said) == (403, True)
        assert (await window.writes("impact", "x", 0))[0] == 403
        async with window.http.get(unused) as answer:
            assert answer.status == 403
    async with opens(await link_for(company, "dana")) as window:
        assert (await window.sees())[0] == 200


async def test_what_a_page_changes_needs_its_token_and_its_origin(company: Company) -> None:
    await resolved(company)
    async with opens(await link_for(company, "dana")) as window:
        for headers in ({"X_Muster_Token": "x"}, {"X_Muster_Token": ""}, {"Origin": "https://evil.example"}):
            assert (await window.writes("impact", "x", 0, **headers))[0] == 403
        origin = window.base.partition("/reviews")[0]
        assert (await window.writes("impact", "Nobody could pay.", 0, Origin=origin))[0] == 200
    assert (await review_of(company))["sections"][1]["text"] == "Nobody could pay."


async def test_a_session_is_for_one_person_and_a_deactivated_one_loses_it(company: Company) -> None:
    await resolved(company)
    async with opens(await link_for(company, "eli")) as window:
        assert (await window.sees())[0] == 200
        unused = await link_for(company, "eli")
        company.sandbox.deactivate("eli")
        await company.settle()
        for answer in (await window.sees(), await _get(window.http, unused), await window.writes("impact", "x", 0)):
            assert answer[0] == 403
    async with company.bot.context.store.write() as tx:
        await tx.keep_person(Profile(SlackUserId(company.chen.id), "chen"), company.clock.now())
    async with opens(await link_for(company, "chen")) as window:
        company.sandbox.workspace.person("chen").is_deactivated = True  # while Muster was away: it heard nothing
        assert (await window.sees())[0] == 200, "what Slack said minutes ago still holds"
        await company.later(minutes=6)
        assert (await window.sees())[0] == 403


async def test_whoever_is_put_out_of_a_private_channel_loses_its_page_at_once(company: Company) -> None:
    channel = await resolved(company, "P1 somebody reads our mail service:payments private")
    await company.dana.types(f"/incident invite <@{company.eli.id}>", in_=channel.id)
    await company.settle()
    async with opens(await link_for(company, "eli", where=channel.id)) as window:
        assert "somebody reads our mail" in (await window.sees())[1]
        await company.dana.removes(company.eli, from_=channel.id)
        await company.settle()
        for path in ("", "/document", "/sections/impact"):
            status, said = await window.sees(path)
            assert (status, "somebody reads our mail" in said) == (404, False), path
        assert (await window.writes("impact", "x", 0))[0] == 404


async def test_a_private_review_is_for_its_members_on_the_page_too(company: Company) -> None:
    channel = await resolved(company, "P1 somebody reads our mail service:payments private")
    public = await resolved(company, "search is slow P3")
    assert public.name
    link = await link_for(company, "eli", number=2)
    async with opens(link) as window:
        private = window.base.replace("INC-2", "INC-1")
        nowhere = window.base.replace("INC-2", "INC-99")
        answers = []
        for address in (private, nowhere):
            async with window.http.get(address) as answer:
                answers.append((answer.status, (await answer.text()).replace("INC-99", "INC-1")))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
    async with opens(await link_for(company, "dana", where=channel.id)) as window:
        assert "somebody reads our mail" in (await window.sees())[1]


async def test_whoever_saves_second_sees_the_first(company: Company) -> None:
    await resolved(company)
    async with opens(await link_for(company, "dana")) as dana, opens(await link_for(company, "bo")) as bo:
        assert (await dana.writes("impact", "Nobody could pay.", 0))[1]["revision"] == 1
        status, said = await bo.writes("impact", "All was well.", 0)
        assert (status, said["theirs"]["text"], said["theirs"]["by"]) == (409, "Nobody could pay.", "Dana")
        assert (await bo.writes("impact", "Nobody could pay for a while.", 1))[1]["revision"] == 2
        async with bo.http.get(f"{bo.base}/sections/impact") as answer:
            listed = (await answer.json())["revisions"]
        assert [(one["revision"], one["by"]) for one in listed] == [(2, "Bo"), (1, "Dana")]


async def test_two_windows_see_what_the_other_writes(company: Company) -> None:
    await resolved(company)
    async with opens(await link_for(company, "dana")) as dana, opens(await link_for(company, "bo")) as bo:
        assert (await dana.looks("impact"))[1]["writing"] == {}, "nobody is told of themselves"
        _, saved = await dana.writes("impact", f"- <@{company.bo.id}> saw <b> of AKIAIOSFODNN7EXAMPLE", 0)
        _, said = await bo.looks()
        assert (said["state"], said["written"], said["writing"]) == ("draft", 1, {"impact": ["Dana"]})
        assert said["sections"]["impact"] == saved
        assert saved["html"] == (
            '<div class="prose"><ul dir="auto"><li><span class="name">Bo</span> saw &lt;b&gt; of [redacted]</li>'
            "</ul></div>"
        )
        assert (await bo.looks(impact=saved["mark"]))[1]["sections"] == {}

        # The revision grows while dana types: bo began from a text that is no longer there.
        _, grown = await dana.writes("impact", "Nobody could pay.", 0, began_from=saved["mark"])
        assert grown["revision"] == saved["revision"]
        status, refused = await bo.writes("impact", "All was well.", 1, began_from=saved["mark"])
        assert (status, refused["theirs"]) == (409, grown)
        assert (await bo.writes("impact", "Half could pay.", 0, began_from=grown["mark"]))[0] == 200
        await dana.looks()
        assert (await bo.looks())[1]["writing"] == {}
        assert (await bo.looks("weather"))[0] == 404


async def test_the_timeline_and_follow_ups_are_changed_on_the_page_as_when_typed(company: Company) -> None:
    channel = await resolved(company)
    said = await company.dana.says("the pool is full <b>", in_=channel.id)
    await company.bo.types("/incident note the moon was full", in_=channel.id)
    await company.settle()
    note = next(one["seq"] for one in (await review_of(company))["timeline"] if "moon" in one["text"])
    async with opens(await link_for(company, "dana")) as dana, opens(await link_for(company, "bo")) as bo:
        _, before = await bo.looks()
        status, after = await dana.sends("timeline", number=note, hide=True)
        assert (status, "1 hidden entry" in after["record"]) == (200, True)
        assert (await bo.looks(seq=str(before["record"]["seq"])))[1]["record"] == after
        assert (await bo.looks(seq=str(after["seq"])))[1]["record"] is None
        assert (await dana.sends("timeline", number=note, hide=True))[0] == 409
        assert (await dana.sends("timeline", number=999, hide=True))[0] == 409
        status, after = await dana.sends("timeline", number=1, text="<script>It began</script> AKIAIOSFODNN7EXAMPLE")
        assert (status, "&lt;script&gt;It began&lt;/script&gt; [redacted]" in after["record"]) == (200, True)
        assert "the pool is full &lt;b&gt;" in after["record"]
        assert (await dana.sends("marks", ts=said))[0] == 200
        assert (await dana.sends("marks", ts=said))[0] == 409
        assert (await dana.sends("marks", ts="1.0"))[0] == 409

        due = (company.clock.now() + timedelta(days=20)).date().isoformat()
        assert "No follow-up" in after["findings"]
        status, after = await dana.sends("followups", text="Alert on the pool", owner=company.chen.id, due=due)
        assert (status, "No follow-up" in after["findings"]) == (200, False)
        assert (await dana.sends("followups", text=" "))[0] == 409
        assert (await dana.sends("followups", text="x", due="2020-01-01"))[0] == 409
        assert (await dana.sends("followups", number=1, owner=company.bo.id))[0] == 200
        assert (await dana.sends("followups", number=1, owner=company.bo.id))[0] == 409
        assert (await dana.sends("followups", number=1, state="dropped"))[0] == 400
        once = str(uuid.uuid4())
        for _ in range(2):
            assert (await dana.sends("followups", number=1, state="done", note="done", id=once))[0] == 200
        assert (await dana.sends("followups", number="one"))[0] == 400

    review = await review_of(company)
    shown = {one["seq"]: one for one in review["timeline"]}
    assert note not in shown
    assert shown[1]["text"] == "<script>It began</script> [redacted]"
    assert "checkout fails" in shown[1]["original"]
    (hidden,) = [one for one in review["left_out"] if "original" in one]
    assert "the moon was full" in hidden["original"]["text"]
    assert [(one["text"], one["owner"], one["due"], one["state"]) for one in review["follow_ups"]] == [
        ("Alert on the pool", company.bo.id, due, "done")
    ]
    assert "the pool is full" in review["evidence"][0]["text"]

    answer = await company.dana.types(f"/incident review show {note}", in_=channel.id)
    assert "as it was recorded" in answer.text
    answer = await company.dana.types("/incident review reword", in_=channel.id)
    assert "/incident review reword 12 The rollback began" in answer.text
    await company.dana.types(f"/incident review reword #{note} The moon rose", in_=channel.id)
    assert "The moon rose" in str((await review_of(company))["timeline"])
    await company.dana.types("/incident review start", in_=channel.id)
    await company.bo.types("/incident review approve anyway", in_=channel.id)
    answer = await company.dana.types(f"/incident review hide {note} no moon", in_=channel.id)
    assert "its timeline can't be changed" in answer.text


async def test_bad_requests_are_refused_and_change_nothing(company: Company) -> None:
    await resolved(company)
    async with opens(await link_for(company, "dana")) as window:
        assert (await window.writes("weather", "sunny", 0))[0] == 404
        assert (await window.writes("impact", "x" * 20_001, 0))[0] == 409
        assert (await window.takes("waive"))[0] == 400
        assert (await window.takes("publish"))[0] == 409
        headers = {"X-Muster-Token": window.token, "Content-Type": "application/json"}
        for body in ("nonsense", "[]", '{"text": 5, "seen": 0}', '{"text": "x"}', '{"text": "x", "seen": -1}'):
            async with window.http.put(f"{window.base}/sections/impact", data=body, headers=headers) as answer:
                assert answer.status == 400, body
        async with window.http.put(
            f"{window.base}/sections/impact", data="x", headers=headers | {"Content-Type": "text/plain"}
        ) as answer:
            assert answer.status == 415
    assert not [one for one in (await review_of(company))["sections"] if one["written"]]


async def test_characters_that_no_database_takes_are_left_out(company: Company) -> None:
    await resolved(company)
    async with opens(await link_for(company, "dana")) as window:
        status, said = await window.writes("impact", "Nobody\x00 could pay.", 0)
        assert (status, said["text"]) == (200, "Nobody could pay.")


async def test_the_page_leads_a_review_to_its_publication_and_never_twice(company: Company) -> None:
    channel = await resolved(company)
    async with opens(await link_for(company, "dana")) as dana, opens(await link_for(company, "bo")) as bo:
        await dana.writes("summary", "The pool was too small.", 0)
        assert await dana.takes("start") == (200, {"state": "in review"})
        assert "somebody else has to read" in (await dana.takes("approve"))[1]["error"]
        _, page = await dana.sees()
        assert f'data-ask="{company.fay.id}">Ask <bdi>Fay</bdi> to approve' in page
        assert "data-ask" not in (await bo.sees())[1]
        assert (await dana.sends("asked", person=company.fay.id))[0] == 200
        assert "was asked already" in (await dana.sends("asked", person=company.fay.id))[1]["error"]
        await company.settle()
        assert "asks you to approve the review of INC-1" in company.fay.dms[-1].plain
        once = str(uuid.uuid4())
        status, asked = await bo.takes("approve", once)
        assert (status, asked["anyway"]) == (409, "Approve anyway")
        assert "Nothing is written under Impact, Contributing factors, Five whys, " in asked["error"]
        assert "Summary" not in asked["error"]
        assert await bo.takes("approve", once, anyway=True) == (200, {"state": "approved"})
        assert await bo.takes("approve", once, anyway=True) == (200, {"state": "approved"})
        assert (await dana.writes("summary", "Something else.", 1))[0] == 409
        assert await dana.takes("publish") == (200, {"state": "published"})
        await company.settle()
        assert channel.shows("review published by dana")
        assert (await dana.takes("reopen"))[0] == 400
        assert await dana.takes("reopen", reason="the impact was larger") == (200, {"state": "in review"})
        assert (await dana.writes("summary", "The pool was far too small.", 1))[0] == 200
        await company.settle()
        assert len([one for one in channel.posted if "approved the review" in one.plain]) == 1


async def test_what_the_page_refuses_is_audited_as_what_is_typed(company: Company) -> None:
    channel = await resolved(company)
    await company.dana.types("/incident review publish", in_=channel.id)
    async with opens(await link_for(company, "dana")) as dana:
        assert (await dana.takes("publish"))[0] == 409
        assert (await dana.writes("impact", "x" * 20_001, 0))[0] == 409
        assert (await dana.writes("impact", "half of them", 0))[0] == 200
    async with company.bot.context.store.read() as tx:
        kept = [(one.actor, one.verb, one.number, one.outcome) for one in await tx.audit()]
    assert kept == [(company.dana.id, "review", 1, outcome) for outcome in ("refused", "refused", "refused", "done")]


async def test_the_only_author_does_not_approve(company: Company) -> None:
    channel = await resolved(company)
    await company.bo.types("/incident INC-1 review edit", in_="general")
    assert (await company.bo.submits({"summary": "The pool was too small."})).ok
    await company.dana.types("/incident review start", in_=channel.id)
    refused = await company.bo.types("/incident INC-1 review approve", in_="general")
    assert "You are the only one who wrote" in refused.text
    assert "Approved." in (await company.chen.types("/incident INC-1 review approve anyway", in_="general")).text
