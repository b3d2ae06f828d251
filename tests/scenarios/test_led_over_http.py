"""Incidents led by HTTP and at a terminal: what is done while Slack is away, and Muster too, stands in Slack, in order,
once they are back; and what is refused is refused in the words that Slack's people read."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo.clock import SteppedClock
from bot.domain.actor import Integration, Person
from bot.domain.ids import SlackUserId
from bot.door.token import Scope, Token, digest_of, mint
from bot.sandbox import Sandbox
from bot.sandbox.pytest import PATIENCE
from bot.slack.manifest import build_manifest
from tests.muster import muster
from tests.scenarios.conftest import ANSWER_WITHIN, Company, at_work, eventually
from tests.scenarios.looking import recorded, review_of, said_by_bot

LONG = 600
"""Seconds: until the test ends it."""


async def token(
    company: Company, actor: Person | Integration, scopes: frozenset[Scope] = frozenset({Scope.READ, Scope.WRITE})
) -> str:
    minted = mint()
    made = Token(minted.id, "a phone", actor, scopes, datetime.now(UTC))
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


async def terminal(*typed: str, cwd: Path, **environment: str) -> str:
    """What `muster incident` says, as a process of its own."""
    done = await asyncio.to_thread(muster, "incident", *typed, cwd=cwd, **environment)
    assert done.returncode == 0, (typed, done.stderr)
    return done.stdout


async def test_what_is_led_without_slack_and_then_without_muster_stands_in_slack_in_order_afterwards(
    tmp_path: Path, sqlite_url: str
) -> None:
    clock = SteppedClock(datetime.now(UTC))  # processes of their own know no other time
    async with Sandbox(now=clock.now, manifest=build_manifest(), patience=PATIENCE, ack_within=ANSWER_WITHIN) as slack:
        async with at_work(slack, clock, tmp_path, sqlite_url) as company:
            for person in (company.dana, company.bo):
                await person.types("/incident list", in_="general")  # Muster knows who they are
            await company.settle()
            dana, bo = (Person(SlackUserId(one.id)) for one in (company.dana, company.bo))
            slack.outage(LONG)
            async with asking(company, dana) as phone, asking(company, Integration("Pipeline", "ci")) as program:
                declared = await program.does("", title="checkout returns 500s", service="checkout", priority="P2")
                assert (declared["incident"]["ref"], declared["incident"]["integration"]) == ("INC-1", "Pipeline")
                assert "is a program" in await program.is_refused("/INC-1/accept")
                await phone.does("/INC-1/accept")
                await phone.does("/INC-1/update", conditions="half of them fail", actions="rolling back", next_in="20m")
                await phone.does("/INC-1/priority", priority="P1", reason="it spreads")
                await program.does("/INC-1/note", text="deployed 4.1 again")
                await phone.does("/INC-1/followup", text="deploy in stages", due="2036-04-01")
                await phone.does("/INC-1/mitigate", what="moved traffic away")
            by_url = {"MUSTER_URL": f"http://127.0.0.1:{company.bot.port}", "MUSTER_TOKEN": await token(company, dana)}
            await terminal("role", "INC-1", "scribe", bo.user, cwd=tmp_path, **by_url)
            await terminal("resolve", "INC-1", "rolled", "back", "to", "4.1", cwd=tmp_path, **by_url)
        on_the_machine = {"MUSTER_DATABASE_URL": sqlite_url, "MUSTER_POLICY": str(tmp_path / "policy.yml")}
        said = ""
        for who, typed in (
            (dana, ("verify", "INC-1", "graphs are flat")),
            (dana, ("close", "INC-1")),
            (dana, ("review", "INC-1", "start")),
            (bo, ("review", "INC-1", "approve", "--anyway")),
            (dana, ("review", "INC-1", "publish")),
        ):
            said = await terminal(*typed, "--as", who.user, cwd=tmp_path, **on_the_machine)
        assert said.startswith("INC-1 · P1 closed · checkout returns 500s")
        assert not [one for one in slack.channels if one.name.startswith("inc-1")]

        slack.outage(0.01)
        await slack.until(lambda: not slack.is_out)
        clock.step_to(datetime.now(UTC))
        async with at_work(slack, clock, tmp_path, sqlite_url) as company:
            await _stands_there_in_order(company)


async def _stands_there_in_order(company: Company) -> None:
    async def is_told() -> bool:
        return (await company.incident()).channel is not None

    await eventually(is_told)
    channel = await company.channel()
    said = [message.plain for message in said_by_bot(company, channel)]
    in_order = (
        "accepted command",
        "half of them fail",
        "it spreads",
        "moved traffic away",
        "rolled back to 4.1",
        "graphs are flat",
        "closed",
        "review published",
    )
    places = [next(at for at, text in enumerate(said) if words in text and at > 0) for words in in_order]
    assert places == sorted(places), said
    assert any("deployed 4.1 again" in text and "Pipeline" in text for text in said)
    assert {company.dana.id, company.bo.id} <= set(channel.members)
    by = [(type(one).__name__, one.by, one.integration and one.integration.name) for one in await recorded(company)]
    assert ("IncidentDeclared", None, "Pipeline") in by
    assert ("NoteAdded", None, "Pipeline") in by
    assert ("IncidentResolved", company.dana.id, None) in by
    assert ("ReviewApproved", company.bo.id, None) in by
    review = await review_of(company)
    assert (review["incident"]["declared_by"], review["incident"]["integration"]) == (None, "Pipeline")
    assert review["incident"]["review"] == "published"


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
