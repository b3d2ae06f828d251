"""A company that works with Muster while everything breaks: carries out a plan, and keeps what people were told."""

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from bot.blocks.away import TAKEN_DOWN
from bot.sandbox import Fault, Sandbox
from bot.sandbox.answers import CommandAnswer, NotThere
from bot.slack.manifest import build_manifest
from tests.chaos.databases import BrokenPostgres, BrokenSqlite
from tests.chaos.plan import PEOPLE, Operation, Plan, Trouble
from tests.chaos.replicas import Replica, base_environment

AT_ONCE = 8
"""People who do something at the same time."""
RESTS_UP_TO = 0.8
"""Seconds between two things that one of them does, so that there is time for something to break."""
OPENED_WITHIN = 5.0
"""Seconds that people wait for a form or a channel before they give it up."""
SOME_WITHIN = 60.0
"""Seconds that they wait for the very first channel."""
LOOKS_EVERY = 0.05
REFUSED = ("Not done: ", "Nothing is declared yet")
"""How an answer begins that says no."""
UNSURE = ("Working on it", "Something went wrong", "Muster lost its database in the middle of this")
"""How one begins that says neither yes nor no."""
ACKNOWLEDGE_WITHIN = 15
POLICY: Mapping[str, Any] = {
    "priorities": {
        "P1": {
            "acknowledge_within": f"{ACKNOWLEDGE_WITHIN}s",
            "first_update_within": "20s",
            "update_every": "20s",
            "mitigated_update_every": "30s",
            "warn_before": "5s",
        },
        "P2": {
            "acknowledge_within": "30s",
            "first_update_within": "40s",
            "update_every": "40s",
            "mitigated_update_every": "40s",
            "warn_before": "10s",
        },
    },
    "escalation": {
        "P1": [{"after": "0s", "tell": ["channel", "commander"]}, {"after": "5s", "tell": ["manager"]}],
        "P2": [{"after": "0s", "tell": ["channel", "commander"]}, {"after": "10s", "tell": ["deputy"]}],
    },
    "duplicates": {"within": None},
}


class Answer(StrEnum):
    """What somebody was told of what they did."""

    DONE = "done"
    REFUSED = "refused"
    UNSURE = "unsure"
    """Nothing, or nothing clear: it may have been done, once."""
    SKIPPED = "skipped"
    """It could not even be tried: its incident was not declared, or nobody was there."""


@dataclass(slots=True)
class Act:
    """An operation as it was carried out. Times are the machine's, in seconds since the epoch."""

    operation: Operation
    began_at: float
    answered_at: float = 0.0
    answer: Answer = Answer.SKIPPED
    said: str = ""
    incident: int | None = None
    """The number that the incident has."""
    ts: str | None = None
    """Of the message that was posted."""

    def __str__(self) -> str:
        one = self.operation
        told = f"{self.answer}{f': {self.said[:100]}' if self.said else ''}"
        at = f"{_clock(self.began_at)}–{_clock(self.answered_at)}" if self.answered_at else _clock(self.began_at)
        return f"{at} {one.who} {one.verb} {one.text or one.word!r} → {told}".replace("\n", " ")


@dataclass(slots=True)
class Broke:
    """A trouble as it came about."""

    trouble: Trouble
    began_at: float
    ended_at: float = 0.0

    def __str__(self) -> str:
        one = self.trouble
        return f"{_clock(self.began_at)}–{_clock(self.ended_at)} {one.kind} ({one.method}, {one.times}×)"


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S.%f}"[:-3]


@dataclass
class Laboratory:
    """Slack in this process, replicas as processes of their own, and one database."""

    plan: Plan
    sandbox: Sandbox
    replicas: list[Replica]
    database_ways: Mapping[str, Callable[[float], Awaitable[None]]]
    acts: dict[int, Act] = field(default_factory=dict)
    broke: list[Broke] = field(default_factory=list)
    now: Callable[[], float] = time.time
    """Seconds since the epoch, by the clock that Muster dates what happens by."""
    _forms: dict[str, asyncio.Lock] = field(default_factory=lambda: {name: asyncio.Lock() for name in PEOPLE})
    """One person fills in one form at a time."""
    _answered: dict[int, asyncio.Event] = field(default_factory=dict)
    """By the place of an operation: it was answered, or given up."""

    async def carry_out(self) -> None:
        """Everything of the plan, several people at a time; returns when all is answered and nothing is broken."""
        slots = asyncio.Semaphore(AT_ONCE)
        waiting = list(self.plan.troubles)
        self._answered = {one.place: asyncio.Event() for one in self.plan.operations}

        async def one_of(operation: Operation) -> None:
            try:
                await self._do(operation)
                self._answered[operation.place].set()
                await asyncio.sleep(random.uniform(0, RESTS_UP_TO))  # noqa: S311 - chance, no secret
            finally:
                self._answered[operation.place].set()
                slots.release()

        async with asyncio.TaskGroup() as group:
            for operation in self.plan.operations:
                await slots.acquire()
                while waiting and waiting[0].at <= operation.place:
                    group.create_task(self._break(waiting.pop(0)))
                group.create_task(one_of(operation))

    # What people do

    async def do(self, operation: Operation) -> None:
        """One operation alone, for who keeps the order; what it refers to must have been carried out before."""
        self._answered[operation.place] = asyncio.Event()
        try:
            await self._do(operation)
        finally:
            self._answered[operation.place].set()

    def skip(self, operation: Operation) -> None:
        """Nobody could even try it."""
        self.acts[operation.place] = Act(operation, self.now(), self.now())
        self._answered[operation.place] = asyncio.Event()
        self._answered[operation.place].set()

    async def _do(self, operation: Operation) -> None:
        act = self.acts[operation.place] = Act(operation, self.now())
        for place in (operation.incident, operation.about):
            if place is not None:
                await self._answered[place].wait()
        if operation.incident is not None:
            about = self.acts[operation.about].incident if operation.about is not None else None
            act.incident = about or await self._busy_with(operation.incident)
            if act.incident is None:
                return
        act.began_at = self.now()
        try:
            await self._carried_out(operation, act)
        except NotThere as why:
            act.answer, act.said = Answer.SKIPPED, str(why)
        act.answered_at = act.answered_at or self.now()

    async def _busy_with(self, place: int) -> int | None:
        """The incident that was declared there; if nobody knows of it, the newest that has a channel, once one has."""
        planned = self.acts[place].incident
        if planned is not None:
            return planned
        for _ in range(round(SOME_WITHIN / LOOKS_EVERY)):
            numbers = [number for one in self.sandbox.channels if (number := number_in(one.name)) is not None]
            if numbers:
                return max(numbers)
            await asyncio.sleep(LOOKS_EVERY)
        return None

    async def _carried_out(self, operation: Operation, act: Act) -> None:
        match operation.verb:
            case "say" | "reply" | "edit" | "delete" | "react" | "join" | "leave":
                await self._chatted(operation, act)
            case "form":
                async with self._forms[operation.who]:
                    await self._filled_in(operation, act)
            case "click":
                channel = await self._channel(act)
                await self.sandbox.person(operation.who).clicks("Accept command", in_=channel)
                act.answer = Answer.UNSURE  # what comes of it is told later
            case _:
                await self._typed(operation, act)

    async def _typed(self, operation: Operation, act: Act) -> None:
        where = await self._channel(act) if operation.inside else "general"
        named = "" if operation.inside or act.incident is None else f"INC-{act.incident} "
        person = self.sandbox.person(operation.who)
        answer = await person.types(f"/incident {named}{operation.text}", in_=where)
        act.answer, act.said = read(answer), answer.text
        if operation.verb == "declare":
            found = re.match(r"INC-(\d+) declared", answer.text)
            act.incident = int(found[1]) if found else await self._declared_all_the_same(act)

    async def _declared_all_the_same(self, act: Act) -> int | None:
        """Without an answer, or without a number, people look whether a channel comes that has one."""
        if act.answer is not Answer.UNSURE and not act.said.startswith(TAKEN_DOWN):
            return None
        act.answered_at = self.now()
        for _ in range(round(OPENED_WITHIN / LOOKS_EVERY)):
            for channel in self.sandbox.channels:
                if act.operation.word in channel.name and (number := number_in(channel.name)) is not None:
                    return number
            await asyncio.sleep(LOOKS_EVERY)
        return None

    async def _filled_in(self, operation: Operation, act: Act) -> None:
        """The form of an update, from its button's twin to its end."""
        person = self.sandbox.person(operation.who)
        before = person.view
        opened = await person.types(f"/incident INC-{act.incident} update", in_="general")
        if not opened.ok or opened.text:
            raise NotThere(f"no form: {opened.text}")
        try:
            async with asyncio.timeout(OPENED_WITHIN):
                while (view := person.view) is None or view is before or not view.content.get("submit"):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise NotThere("no form") from None
        sent = await person.submits({"conditions": operation.text, "actions": "", "needs": ""})
        if sent.timed_out:
            act.answer = Answer.UNSURE
        elif sent.errors:
            act.answer, act.said = Answer.REFUSED, str(dict(sent.errors))
        else:
            act.answer = Answer.DONE if sent.view is None else Answer.UNSURE

    async def _chatted(self, operation: Operation, act: Act) -> None:
        channel = await self._channel(act)
        person = self.sandbox.person(operation.who)
        about = self.acts[operation.about].ts if operation.about is not None else None
        if operation.about is not None and about is None:
            raise NotThere("the message was never posted")
        if operation.verb not in ("join", "leave") and person.id not in self.sandbox.channel(channel).members:
            await person.joins(channel)
        match operation.verb:
            case "say" | "reply":
                act.ts = await person.says(operation.text, in_=channel, thread_of=about)
            case "edit" if about:
                await person.edits(about, operation.text, in_=channel)
            case "delete" if about:
                await person.deletes(about, in_=channel)
            case "react" if about:
                await person.reacts(operation.text, to=about, in_=channel)
            case "join":
                await person.joins(channel)
            case "leave":
                await person.leaves(channel)
        act.answer = Answer.DONE

    async def _channel(self, act: Act) -> str:
        """The id of the incident's channel, once it is there. Raises NotThere."""
        for _ in range(round(OPENED_WITHIN / LOOKS_EVERY)):
            for channel in self.sandbox.channels:
                if channel.name.startswith(f"inc-{act.incident}-") and not channel.is_im:
                    return channel.id
            await asyncio.sleep(LOOKS_EVERY)
        raise NotThere(f"INC-{act.incident} has no channel yet")

    # What breaks

    async def _break(self, trouble: Trouble) -> None:
        broke = Broke(trouble, self.now())
        self.broke.append(broke)
        replica = self.replicas[int(trouble.which * len(self.replicas))]
        match trouble.kind:
            case "kill" | "terminate":
                async with replica.turn:
                    await (replica.kill() if trouble.kind == "kill" else replica.terminate())
                    await asyncio.sleep(trouble.seconds)
                    await replica.start()
            case "freeze" | "pause":
                async with replica.turn:
                    await replica.freeze(trouble.seconds)
            case kind if kind in self.database_ways:
                await self.database_ways[kind](trouble.seconds)
            case _:
                self._break_slack(trouble)
                if trouble.kind == "slack_out":
                    await asyncio.sleep(trouble.seconds)
        broke.ended_at = self.now()

    def _break_slack(self, trouble: Trouble) -> None:
        sandbox, seconds = self.sandbox, trouble.seconds
        for fault in faults(trouble):
            sandbox.faults.add(fault)
        numbers = [one.number for one in sandbox.open_connections]
        which = numbers[int(trouble.which * len(numbers))] if numbers and trouble.which < 0.7 else None
        match trouble.kind:
            case "slack_out":
                sandbox.outage(seconds, "drop" if trouble.times % 2 else "http_503")
            case "sockets_cut":
                sandbox.break_connections("cut", which)
            case "sockets_half_open":
                sandbox.break_connections("half_open", which)
            case "sockets_renewed":
                sandbox.break_connections("refresh", which, seconds)
            case "sockets_disabled":
                sandbox.break_connections("link_disabled", which)

    async def make_well(self) -> None:
        """Nothing breaks any more, and every replica runs."""
        self.sandbox.faults.clear()
        self.sandbox.end_outage()
        for replica in self.replicas:
            await replica.start()

    async def stop(self) -> None:
        for replica in self.replicas:
            await replica.kill()

    @property
    def complaints(self) -> list[str]:
        return [complaint for replica in self.replicas for complaint in replica.complaints]


def faults(trouble: Trouble) -> list[Fault]:
    """What a trouble does to Slack's answers and deliveries."""
    method, times = trouble.method, trouble.times
    match trouble.kind:
        case "slack_refuses":
            return [Fault(method, "rate_limited", times, retry_after=times)]
        case "slack_fails":
            return [
                Fault(method, "http_500"),
                Fault(method, "error"),
                Fault(method, "html"),
                Fault(method, "drop_before"),
            ]
        case "slack_acts_then_drops":
            return [Fault(method, "act_then_drop", times), Fault(method, "truncated")]
        case "slack_says_nothing":
            return [Fault(method, "latency", seconds=trouble.seconds)]
        case "events_twice":
            return [Fault(method, "duplicate", times)]
        case "events_late":
            return [Fault(method, "delay", times, seconds=trouble.seconds)]
        case "events_reordered":
            return [Fault(method, "reorder", times)]
        case "events_unheard":
            return [Fault(method, "lost_ack", times)]
    return []


def number_in(channel: str) -> int | None:
    """The number of the incident whose channel is called so; None for any other, and while it has none."""
    found = re.match(r"inc-(\d+)", channel)
    return int(found[1]) if found else None


def read(answer: CommandAnswer) -> Answer:
    """What an answer tells whoever reads it."""
    if answer.timed_out or answer.text.startswith(UNSURE):
        return Answer.UNSURE
    return Answer.REFUSED if answer.text.startswith(REFUSED) else Answer.DONE


@asynccontextmanager
async def a_laboratory(plan: Plan, folder: Path, database_url: str) -> AsyncIterator[Laboratory]:
    """With every replica started; whatever still runs at the end is killed."""
    async with Sandbox(manifest=build_manifest()) as sandbox:
        people = [sandbox.add_person(name) for name in PEOPLE]
        for name in ("general", "incidents"):
            sandbox.add_channel(name, members=[*people, sandbox.bot])
        policy = folder / "policy.yml"
        policy.write_text(yaml.safe_dump(_policy(sandbox)), encoding="utf-8")
        environment = {
            **base_environment(),
            **sandbox.environment(),
            "MUSTER_DATABASE_URL": database_url,
            "MUSTER_POLICY": str(policy),
            "MUSTER_SLACK_PACE": "off",
        }
        replicas = [Replica(number, environment, folder) for number in range(1, plan.replicas + 1)]
        broken = BrokenSqlite(folder / "muster.db") if plan.engine == "sqlite" else BrokenPostgres(database_url)
        laboratory = Laboratory(plan, sandbox, replicas, broken.ways)
        try:
            for replica in replicas:
                await replica.start()
            await ready(laboratory)
            yield laboratory
        finally:
            await laboratory.stop()


def _policy(sandbox: Sandbox) -> dict[str, Any]:
    first, second, *_, last = (sandbox.person(name).id for name in PEOPLE)
    schedule = {"rotation": "weekly", "start": "2026-03-02", "members": [first, second], "secondary": [second, first]}
    return {
        **POLICY,
        "default_schedule": "shop",
        "schedules": {"shop": schedule},
        "people": {"managers": [last]},
    }


READY_WITHIN = 120.0
"""Seconds."""


async def ready(laboratory: Laboratory) -> None:
    """Until every replica takes commands. Raises TimeoutError; RuntimeError when one ends instead."""
    async with asyncio.timeout(READY_WITHIN):
        for replica in laboratory.replicas:
            while not await replica.is_ready():
                if not replica.is_running:
                    raise RuntimeError(replica.log.read_text()[-1000:])
                await asyncio.sleep(0.1)
