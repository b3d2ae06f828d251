"""An hour without Slack, at speed: people go on by the API and at a terminal, promises fall due, and afterwards Slack
shows all of it, once and in order. `make chaos ARGS="--outage 60"`.

Muster, Slack and the people are in one process, whose incident time is stepped to each deadline on the way (docs/
decisions/0006-two-clocks.md); only back-off is the machine's.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.domain.actor import Person
from bot.domain.ids import SlackUserId
from bot.domain.refusal import Refusal
from bot.door.token import Scope, Token, digest_of, mint
from bot.verbs.requests import Declare, Request
from tests.chaos.checking import check, nags
from tests.chaos.evidence import look
from tests.chaos.laboratory import Act, Answer, Broke, Laboratory
from tests.chaos.plan import PEOPLE, TYPED, Operation, Plan, Trouble
from tests.chaos.rounds import Round
from tests.commands.reading import asked_for
from tests.muster import muster
from tests.scenarios.conftest import Company, company_at_work, eventually
from tests.web.api.test_doing import PATHS, body_of

LONG = 36_000.0
"""Seconds of the machine: until it is ended."""
BEFORE = 0.25
"""Of the operations, so many before Slack goes, as many after it is back."""
AFTERWARDS = timedelta(minutes=10)
"""So that of the newest incidents, too, it is said that nobody took command."""
AT_A_TERMINAL = 15
"""Every so many of the notes and declarations is given to `muster incident`, a process of its own."""
ALL_WITHIN = 300.0
"""Seconds of the machine until everything is told."""


@dataclass(slots=True)
class Hour:
    """What it came to, besides what the checker finds."""

    acted: int = 0
    """Operations that were acknowledged while Slack was away."""
    nagged: int = 0
    """How often it was recorded meanwhile that a promise was to be kept soon, or was missed."""
    waited: int = 0
    """Effects that waited for Slack when it came back."""
    told_within: float = 0.0
    """Seconds of the machine from then until all of them were told."""

    def __str__(self) -> str:
        return (
            f"{self.acted} operations and {self.nagged} nags while Slack was away; {self.waited} effects waited, and "
            f"were told within {self.told_within:.1f} s"
        )


async def go(plan: Plan, folder: Path, database_url: str, minutes: int) -> tuple[Round, Hour]:
    """Carry out the plan, without Slack for so many minutes in the middle of it; then look."""
    async with company_at_work(folder, database_url) as company:
        sandbox = company.sandbox
        for name in PEOPLE:
            person = sandbox.add_person(name)
            for channel in ("general", "incidents"):
                await person.joins(channel)
        laboratory = Laboratory(plan, sandbox, [], {}, now=lambda: company.clock.now().timestamp())
        hour = await _Course(company, laboratory, timedelta(minutes=minutes)).run()
        async with company.bot.context.store.read() as tx:
            left = [f"{row.kind} to {row.lane}, {row.state}, {row.error}" for row in await tx.outbox()]
        evidence = await look(laboratory, company.bot.context.store, [company.bot.port], left)
    return Round(plan, evidence, tuple(check(evidence))), hour


class _Course:
    def __init__(self, company: Company, laboratory: Laboratory, span: timedelta) -> None:
        self._company = company
        self._laboratory = laboratory
        self._span = span
        self._tokens: dict[str, str] = {}
        self._terminal = 0

    async def run(self) -> Hour:
        operations = self._laboratory.plan.operations
        first = max(1, round(len(operations) * BEFORE))
        before, meanwhile, after = operations[:first], operations[first:-first], operations[-first:]
        hour = Hour()
        for one in before:
            await self._in_slack(one)
        await self._company.settle()
        broke = Broke(Trouble(first, "slack_out", 0.0, self._span.total_seconds()), self._laboratory.now())
        self._laboratory.broke.append(broke)
        self._company.sandbox.outage(LONG)
        nagged = await self._nagged()
        address = f"http://127.0.0.1:{self._company.bot.port}"
        async with aiohttp.ClientSession(address) as session:
            for one in meanwhile:
                await self._without_slack(one, session)
                await self._time_passes(self._span / len(meanwhile))
        hour.acted = sum(self._laboratory.acts[one.place].answer is Answer.DONE for one in meanwhile)
        hour.nagged = await self._nagged() - nagged
        hour.waited = await self._waiting()
        broke.ended_at = self._laboratory.now()
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._company.sandbox.end_outage()
        await self._until_told()
        hour.told_within = loop.time() - began
        for one in after:
            await self._in_slack(one)
        await self._time_passes(AFTERWARDS)
        await self._until_told()
        return hour

    async def _until_told(self) -> None:
        async def is_told() -> bool:
            await self._company.sandbox.settled()
            return self._company.bot.delivery.is_idle and not await self._company.bot.under_way()

        await eventually(is_told, ALL_WITHIN)

    async def _in_slack(self, one: Operation) -> None:
        await self._laboratory.do(one)
        await self._company.settle()
        self._company.clock.step_to(self._company.clock.now() + timedelta(seconds=1))

    async def _time_passes(self, span: timedelta) -> None:
        """Stopping at each deadline on the way, until it is acted on."""
        company = self._company
        until = company.clock.now() + span
        while (due_at := await company.bot.next_deadline_at()) is not None and due_at <= until:
            company.clock.step_to(max(due_at, company.clock.now()))
            await eventually(lambda due=due_at: self._is_acted_on(due))  # type: ignore[misc]
        company.clock.step_to(until)

    async def _is_acted_on(self, due_at: datetime) -> bool:
        following = await self._company.bot.next_deadline_at()
        return following is None or following > due_at

    async def _nagged(self) -> int:
        async with self._company.bot.context.store.read() as tx:
            return sum([nags(await tx.timeline(number)).total() for number in await tx.numbers()])

    async def _waiting(self) -> int:
        async with self._company.bot.context.store.read() as tx:
            return len(await tx.outbox())

    async def _without_slack(self, one: Operation, session: aiohttp.ClientSession) -> None:
        """In Slack people still talk with each other; orders are given elsewhere."""
        if one.verb not in TYPED and one.verb not in ("declare", "form", "click"):
            if self._number(one) is not None and self._has_channel(self._number(one)):
                await self._laboratory.do(one)
            else:
                self._laboratory.skip(one)
            return
        self._laboratory.skip(one)
        act = self._laboratory.acts[one.place]
        if one.incident is not None and (number := self._number(one)) is None:
            act.answered_at = self._laboratory.now()
            return
        act.incident = None if one.incident is None else number
        await self._ordered(one, act, session)
        self._company.clock.step_to(self._company.clock.now() + timedelta(seconds=1))
        act.answered_at = self._laboratory.now()
        self._company.clock.step_to(self._company.clock.now() + timedelta(seconds=1))

    def _number(self, one: Operation) -> int | None:
        return self._laboratory.acts[one.incident].incident if one.incident is not None else None

    def _has_channel(self, number: int | None) -> bool:
        return any(each.name.startswith(f"inc-{number}-") for each in self._company.sandbox.channels)

    async def _ordered(self, one: Operation, act: Act, session: aiohttp.ClientSession) -> None:
        typed = {"form": f"update {one.text}", "click": "accept"}.get(one.verb, one.text)
        for name in PEOPLE:
            typed = typed.replace(f"@{name}", f"<@{self._company.sandbox.person(name).id}>")
        try:
            want = await asyncio.to_thread(asked_for, typed)
        except Refusal as refused:
            act.answer, act.said = Answer.REFUSED, str(refused)
            return
        about = f"INC-{act.incident}"
        self._terminal += one.verb in ("note", "declare")
        if one.verb in ("note", "declare") and self._terminal % AT_A_TERMINAL == 1:
            await self._at_a_terminal(one, about, act)
        else:
            await self._by_the_api(one, want, about, act, session)

    async def _by_the_api(
        self, one: Operation, want: Request[Any], about: str, act: Act, session: aiohttp.ClientSession
    ) -> None:
        body = {**body_of(want), **({"anyway": True} if isinstance(want, Declare) else {})}
        path = PATHS[type(want)].replace("{ref}", about)
        headers = {"Authorization": f"Bearer {await self._token(one.who)}"}
        async with session.post(f"/api/v1{path}", json=body, headers=headers) as response:
            found: Mapping[str, Any] = await response.json()
        act.answer = Answer.DONE if response.status in (200, 201) else Answer.REFUSED
        act.said = str(found.get("detail", response.status))
        assert response.status < 500, found
        if isinstance(want, Declare):
            act.incident = int(found["incident"]["ref"].partition("-")[2])

    async def _at_a_terminal(self, one: Operation, about: str, act: Act) -> None:
        environment = {
            "MUSTER_URL": f"http://127.0.0.1:{self._company.bot.port}",
            "MUSTER_TOKEN": await self._token(one.who),
        }
        verb, _, words = one.text.partition(" ")
        if verb == "declare":
            priority, _, words = words.partition(" ")
            typed = ["declare", "--anyway", "--priority", priority.lower(), words]
        else:
            typed = [verb, about, words]
        done = await asyncio.to_thread(muster, "incident", *typed, cwd=self._company.folder, **environment)
        act.answer, act.said = (Answer.DONE if done.returncode == 0 else Answer.REFUSED), done.stdout + done.stderr
        if verb == "declare" and done.returncode == 0:
            act.incident = int(done.stdout.partition("INC-")[2].split()[0])

    async def _token(self, name: str) -> str:
        if name not in self._tokens:
            minted = mint()
            person = Person(SlackUserId(self._company.sandbox.person(name).id))
            made = Token(minted.id, name, person, frozenset({Scope.READ, Scope.WRITE}), datetime.now(UTC))
            async with self._company.bot.context.store.write() as tx:
                await tx.keep_token(made, digest_of(minted.text))
            self._tokens[name] = minted.text
        return self._tokens[name]
