"""A call is opened by a program when it is needed: asked until it answers, once, and it never holds up anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook as Verifier

from tests.integrations.receiver import SECRET, VARIABLE
from tests.scenarios.conftest import Company, company_at_work
from tests.scenarios.looking import everything_said_by_bot, said_by_bot
from tests.serving import serving


@dataclass
class Calls:
    """A program that opens calls, one per `webhook-id`, and fails as it is told to."""

    answers: list[Any] = field(default_factory=list)
    """Statuses and contents instead of a call, in their order."""
    received: list[dict[str, Any]] = field(default_factory=list)
    open: dict[str, str] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.received.append(Verifier(SECRET).verify(body, dict(request.headers)))
        made = self.open.setdefault(request.headers["webhook-id"], f"https://meet.example/{len(self.open) + 1}")
        answer = self.answers.pop(0) if self.answers else {"url": made}
        return web.Response(status=answer) if isinstance(answer, int) else web.json_response(answer)


@asynccontextmanager
async def calling(folder: Path, database_url: str) -> AsyncIterator[tuple[Company, Calls]]:
    calls = Calls()
    async with serving(web.post("/call", calls.take)) as port:
        bridge = {"url": f"http://127.0.0.1:{port}/call", "secret": VARIABLE, "allow_private_address": True}
        async with company_at_work(folder, database_url, {"bridge": bridge}, environment={VARIABLE: SECRET}) as company:
            yield company, calls


async def test_a_call_is_opened_once_although_its_answer_was_lost_and_is_shown_where_people_look(
    tmp_path: Path, database_url: str
) -> None:
    async with calling(tmp_path, database_url) as (company, calls):
        calls.answers = [503, 500]
        channel = await company.declares("P1 checkout fails service:checkout")
        await company.settle()
        assert len(calls.received) == 3
        assert list(calls.open.values()) == ["https://meet.example/1"]
        assert calls.received[0]["title"] == "checkout fails"
        assert "https://meet.example/1" in channel.messages[0].plain
        assert sum("The bridge was opened" in one.plain for one in said_by_bot(company, channel)) == 1
        shown = await company.eli.types("/incident INC-1 bridge", in_="general")
        assert "https://meet.example/1" in shown.text
        assert "https://meet.example/1" in str(
            (await company.eli.types("/incident INC-1 status", in_="general")).blocks
        )

        assert "begins with https" in (await company.dana.types("/incident bridge zoom", in_=channel.id)).text
        await company.dana.types("/incident bridge https://zoom.example/j/9", in_=channel.id)
        await company.settle()
        assert "https://zoom.example/j/9" in channel.messages[0].plain
        assert [one.link for one in channel.bookmarks if one.title == "Bridge"] == ["https://zoom.example/j/9"]


async def test_a_program_that_answers_without_a_link_is_told_and_a_private_incident_has_no_title_there(
    tmp_path: Path, database_url: str
) -> None:
    async with calling(tmp_path, database_url) as (company, calls):
        calls.answers = [{"url": "http://meet.example/unsafe"}]
        channel = await company.declares("P1 --private keys leaked")
        await company.settle()
        assert (calls.received[0]["title"], calls.received[0]["private"]) == (None, True)
        [told] = [
            one.plain for one in everything_said_by_bot(company) if "could not open a call for INC-1" in one.plain
        ]
        assert "/incident bridge https://" in told
        assert "unsafe" not in told
        assert channel.id
        none = await company.dana.types("/incident bridge", in_=channel.id)
        assert "has no bridge" in none.text
        calm = await company.declares("P3 a label is wrong")
        await company.settle()
        assert len(calls.received) == 1
        assert calm.id
