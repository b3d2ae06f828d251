"""Incidents led by HTTP alone: what is done while Slack is away stands in Slack, in order, once it is back; and what is
refused is refused in the words that Slack's people read."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import unescape
from typing import Any

import aiohttp

from bot.domain.actor import Integration, Person
from bot.domain.ids import SlackUserId
from bot.door.token import Scope, Token, digest_of, mint
from tests.scenarios.conftest import Company, eventually
from tests.scenarios.looking import recorded, review_of, said_by_bot

LONG = 600
"""Seconds: until the test ends it."""


async def token(company: Company, actor: Person | Integration) -> str:
    minted = mint()
    made = Token(minted.id, "a phone", actor, frozenset({Scope.READ, Scope.WRITE}), datetime.now(UTC))
    async with company.bot.context.store.write() as tx:
        await tx.keep_token(made, digest_of(minted.text))
    return minted.text


class Asking:
    """Somebody with a token."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def does(self, path: str, **body: Any) -> Mapping[str, Any]:
        async with self._session.post(f"/api/v1/incidents{path}", json=body) as response:
            found: Mapping[str, Any] = await response.json()
            assert response.status in (200, 201), found
            return found

    async def is_refused(self, path: str, **body: Any) -> str:
        async with self._session.post(f"/api/v1/incidents{path}", json=body) as response:
            found = await response.json()
            assert response.status >= 400, found
            return str(found["detail"])


@asynccontextmanager
async def asking(company: Company, actor: Person | Integration) -> AsyncIterator[Asking]:
    headers = {"Authorization": f"Bearer {await token(company, actor)}"}
    address = f"http://127.0.0.1:{company.bot.port}"
    async with aiohttp.ClientSession(address, headers=headers) as session:
        yield Asking(session)


async def test_what_is_led_by_http_while_slack_is_away_stands_there_in_order_afterwards(
    company: Company,
) -> None:
    dana = Person(SlackUserId(company.dana.id))
    await company.dana.types("/incident list", in_="general")  # Muster knows who she is
    await company.settle()
    company.sandbox.outage(LONG)
    pipeline = Integration("Pipeline", "ci")
    async with asking(company, dana) as phone, asking(company, pipeline) as program:
        declared = await program.does("", title="checkout returns 500s", service="checkout", priority="P2")
        assert (declared["incident"]["ref"], declared["incident"]["integration"]) == ("INC-1", "Pipeline")
        assert "is a program" in await program.is_refused("/INC-1/accept")
        await phone.does("/INC-1/accept")
        await phone.does("/INC-1/update", conditions="half of them fail", actions="rolling back", next_in="20m")
        await program.does("/INC-1/note", text="deployed 4.1 again")
        await phone.does("/INC-1/followup", text="deploy in stages", due="2026-04-01")
        await phone.does("/INC-1/mitigate", what="moved traffic away")
        await phone.does("/INC-1/resolve", what="rolled back to 4.1")
        await phone.does("/INC-1/verify", how="graphs are flat")
        closed = await phone.does("/INC-1/close")
    assert closed["incident"]["status"] == "closed"
    assert closed["incident"]["channel"] is None
    assert not [one for one in company.sandbox.channels if one.name.startswith("inc-1")]

    company.sandbox.outage(0.01)
    await company.sandbox.until(lambda: not company.sandbox.is_out)

    async def is_told() -> bool:
        return (await company.incident()).channel is not None

    await eventually(is_told)
    channel = await company.channel()
    said = [message.plain for message in said_by_bot(company, channel)]
    wanted = (
        "accepted command",
        "half of them fail",
        "moved traffic away",
        "rolled back to 4.1",
        "graphs are flat",
        "closed",
    )
    places = [next(at for at, text in enumerate(said) if words in text and at > 0) for words in wanted[:4]]
    assert places == sorted(places)
    assert all(any(words in text for text in said) for words in wanted)
    assert any("deployed 4.1 again" in text and "Pipeline" in text for text in said)
    assert company.dana.id in channel.members
    by = [(type(one).__name__, one.by, one.integration and one.integration.name) for one in await recorded(company)]
    assert ("IncidentDeclared", None, "Pipeline") in by
    assert ("NoteAdded", None, "Pipeline") in by
    assert ("IncidentResolved", company.dana.id, None) in by
    review = await review_of(company)
    assert (review["incident"]["declared_by"], review["incident"]["integration"]) == (None, "Pipeline")


SAME: dict[str, tuple[str, dict[str, Any]]] = {
    "verify graphs are flat": ("verify", {"how": "graphs are flat"}),
    "reopen it is back": ("reopen", {"reason": "it is back"}),
    "takeover": ("takeover", {}),
    "handover @bo": ("handover", {"person": "bo"}),
    "priority P2 it is": ("priority", {"priority": "P2", "reason": "it is"}),
    "page chekout": ("page", {"service": "chekout"}),
    "note amend 7 it was later": ("note/amend", {"number": 7, "text": "it was later"}),
    "update quiet next:9h": ("update", {"conditions": "quiet", "next_in": "9h"}),
    "time mitigated at:02:50 it was then": (
        "time",
        {"name": "mitigated", "value": "2026-03-02T01:50:00Z", "reason": "it was then"},
    ),
    "step database-failover 99 done": ("step", {"slug": "database-failover", "number": 99, "outcome": "done"}),
    "review publish": ("review", {"step": "publish"}),
    "close": ("close", {}),
    "followup mend it due:2026-01-01": ("followup", {"text": "mend it", "due": "2026-01-01"}),
}
"""Typed → the address and the body that ask for the same."""


async def test_a_refusal_has_the_words_that_slack_shows(company: Company) -> None:
    channel = await company.declares("the shop is slow")
    async with asking(company, Person(SlackUserId(company.dana.id))) as phone:
        for typed, (verb, body) in SAME.items():
            sent = {**body, "person": company.bo.id} if "person" in body else body
            answer = await company.dana.types(f"/incident {typed}", in_=channel.id)
            shown = re.sub(r"<!date[^<>]*\|([^<>]*)>", r"\1", unescape(answer.text)).removeprefix("Not done: ")
            told = await phone.is_refused(f"/INC-1/{verb}", **sent)
            for name in ("dana", "bo", "fay"):
                shown = shown.replace(f"<@{company.sandbox.person(name).id}>", f"@{name}")
            assert " ".join(told.split()) in " ".join(shown.split()), typed
