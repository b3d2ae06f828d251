"""How soon what is told reaches every destination, what destinations that are down cost the others, and the status page
under load."""

import asyncio
import json
import re
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import yaml
from aiohttp import web

from bot.sandbox import Channel, Person, Sandbox
from tests.bench import asking as asker
from tests.bench.company import PEOPLE, a_bot, a_slack, processor_seconds
from tests.bench.figures import Figure, Unit, percentile
from tests.integrations.pagers import KEY, Events, pagerduty_events
from tests.integrations.pagers import VARIABLE as PAGER
from tests.integrations.receiver import SECRET as SIGNED_WITH
from tests.integrations.receiver import VARIABLE as HOOK
from tests.integrations.receiver import Receiver, a_receiver
from tests.integrations.test_status_targets import TOKEN as STATUS_TOKEN
from tests.integrations.test_status_targets import FakeStatuspage
from tests.integrations.trackers.fake_github import FakeGitHub
from tests.integrations.trackers.fakes import TOKEN, VARIABLE, Fake
from tests.integrations.trackers.fakes import serving as a_tracker
from tests.scenarios.test_bridge import Calls
from tests.serving import everything, serving

ROUNDS = 10
DESTINATIONS, DOWN = 10, 3
NOTES = 100
"""Each becomes an effect for every destination."""
NUMBER = re.compile(rb"number ([0-9]+)\.")
AT_ONCE = 10
"""So many people write a note at the same time."""
REQUESTS, PER_SECOND = 3_000, 1_000
WITHIN = 60.0
"""Seconds until what was told must have arrived."""


async def measure(folder: Path) -> list[Figure]:
    found = await _everywhere(folder / "everywhere")
    for down in (0, DOWN):
        found += await _beside(folder / f"{down}-down", down)
    return found + await _read(folder / "read")


@asynccontextmanager
async def _company(folder: Path, policy: dict[str, Any], **secrets: str) -> AsyncIterator[tuple[Sandbox, int, int]]:
    """A local Slack, and a bot with this policy: its process and its port."""
    folder.mkdir()
    async with a_slack(folder) as (sandbox, environment):
        sandbox.add_channel("leadership", members=[sandbox.person(PEOPLE[0]), sandbox.bot])
        file = Path(environment["MUSTER_POLICY"])
        more = {"services": {"checkout": {"name": "Checkout", "oncall": "shop"}}, "duplicates": {"within": None}}
        file.write_text(file.read_text(encoding="utf-8") + yaml.safe_dump({**more, **policy}), encoding="utf-8")
        async with a_bot({**environment, **secrets}, folder) as process:
            yield sandbox, process.pid, int(environment["MUSTER_HTTP_PORT"])


async def _declared(sandbox: Sandbox, number: int = 1) -> Channel:
    person = sandbox.person(PEOPLE[0])
    await person.types("/incident declare P1 checkout is down service:checkout", in_="general")
    name = f"inc-{number}-checkout-is-down"
    await _until(lambda: any(one.name == name for one in sandbox.channels))
    channel = sandbox.channel(name)
    await _until(lambda: person.id in channel.members)
    return channel


async def _until(has_come: Callable[[], bool]) -> float:
    """When it had come, by the clock of `perf_counter`."""
    async with asyncio.timeout(WITHIN):
        while not has_come():
            await asyncio.sleep(0.002)
    return time.perf_counter()


class Taken:
    """How long each destination took, round by round."""

    def __init__(self) -> None:
        self.spans: dict[str, list[float]] = {}

    async def of(self, act: Callable[[], Awaitable[object]], ways: dict[str, Callable[[], bool]]) -> None:
        began = time.perf_counter()
        watching = [asyncio.create_task(_until(one)) for one in ways.values()]
        await act()
        for name, came in zip(ways, await asyncio.gather(*watching), strict=True):
            self.spans.setdefault(name, []).append(came - began)

    def figures(self) -> list[Figure]:
        found = []
        for name, spans in self.spans.items():
            found.append(Figure(f"{name}, p50", percentile(spans, 0.5) * 1000, Unit.MILLISECONDS))
            found.append(Figure("… the slowest", max(spans) * 1000, Unit.MILLISECONDS))
        return found


async def _everywhere(folder: Path) -> list[Figure]:
    """From what somebody typed until it is there."""
    page, calls, taken = FakeStatuspage(), Calls(), Taken()
    async with AsyncExitStack() as stack:
        pager = await stack.enter_async_context(pagerduty_events())
        tracker = await stack.enter_async_context(a_tracker(FakeGitHub()))
        hooks = await stack.enter_async_context(a_receiver())
        page_port = await stack.enter_async_context(serving(everything(page.answer)))
        call_port = await stack.enter_async_context(serving(web.post("/call", calls.take)))
        policy = _policy(folder, pager, tracker, hooks, page_port, call_port)
        secrets = {PAGER: KEY, HOOK: SIGNED_WITH, VARIABLE: TOKEN, "MUSTER_STATUS_TOKEN": STATUS_TOKEN}
        sandbox, pid, _ = await stack.enter_async_context(_company(folder, policy, **secrets))
        used = processor_seconds(pid)
        for number in range(1, ROUNDS + 1):
            await _one_round(sandbox, folder, number, taken, (pager, tracker, hooks, page, calls))
        used = processor_seconds(pid) - used
    per_round = Figure("… processor time of Muster, for a P1 with all of it", used / ROUNDS * 1000, Unit.MILLISECONDS)
    return [*taken.figures(), per_round]


def _policy(
    folder: Path, pager: Events, tracker: Fake, hooks: Receiver, page_port: int, call_port: int
) -> dict[str, Any]:
    private = {"allow_private_address": True}
    target = {"name": "other", "page": "p1", "token": "env:MUSTER_STATUS_TOKEN", "components": {"shop": "c1"}}
    return {
        "paging": {"pagerduty": pager.part()},
        "status_page": {
            "title": "Example",
            "url": "https://status.example.com",
            "components": {"shop": {"name": "Shop", "services": ["checkout"]}},
            "folder": str(folder / "site"),
            "targets": [{**target, **private, "api": f"http://127.0.0.1:{page_port}/v1"}],
        },
        "trackers": {"work": tracker.part(incidents=["P1"])},
        "bridge": {"url": f"http://127.0.0.1:{call_port}/call", "secret": HOOK, **private},
        "audiences": {"leads": {"every": {"P1": "30m"}, "channels": ["leadership"]}},
        "webhooks": [hooks.part(events=["incident.update_posted"])],
    }


async def _one_round(
    sandbox: Sandbox,
    folder: Path,
    number: int,
    taken: Taken,
    to: tuple[Events, Fake, Receiver, FakeStatuspage, Calls],
) -> None:
    pager, tracker, hooks, page, calls = to
    person, other = sandbox.person(PEOPLE[0]), sandbox.person(PEOPLE[1])
    made: list[Channel] = []

    async def declares() -> None:
        made.append(await _declared(sandbox, number))

    await taken.of(
        declares,
        {
            "declared → an issue in a tracker": lambda: len(tracker.issues) == number,
            "declared → a call for the bridge": lambda: len(calls.open) == number,
        },
    )
    channel = made[0]

    def types(text: str, who: Person = person) -> Callable[[], Awaitable[object]]:
        return lambda: who.types(f"/incident {text}", in_=channel.id)

    await types("join", other)()
    follower = sandbox.person(PEOPLE[2])
    await follower.types(f"/incident INC-{number} follow", in_="general")
    await taken.of(types("page checkout"), {"paged → the pager rings": lambda: pager.rang == number})
    words = f"update {number} of all"
    leadership = sandbox.channel("leadership")
    await taken.of(
        types(f"update for:all {words}"),
        {
            "update → the incident's channel": lambda: channel.shows(words),
            "update → an audience's channel": lambda: leadership.shows(words),
            "update → a follower": lambda: any(words in one.plain for one in follower.dms),
            "update → a webhook": lambda: len(hooks.received) == number,
        },
    )
    told = f"Entry {number} for customers."
    await types(f"status-page draft identified {told}")()
    await types("status-page review")()
    version = None
    async with asyncio.timeout(WITHIN):
        while version is None:
            version = _version_in(channel, told)
            await asyncio.sleep(0.005)
    await types(f"status-page approve {version}", other)()
    index = folder / "site" / "index.html"
    await taken.of(
        types("status-page publish"),
        {
            "published → the files of the status page": lambda: index.exists() and told in index.read_text("utf-8"),
            "published → Statuspage": lambda: len(page.incidents) == number,
        },
    )
    await types("resolve rolled back")()


def _version_in(channel: Channel, words: str) -> str | None:
    """What the button to approve a text names."""
    for message in reversed(channel.posted):
        shown = str(message.blocks)
        if words in shown and "status-page approve" in shown:
            return shown.partition("status-page approve ")[2].partition("'")[0]
    return None


@dataclass
class Hook:
    """A receiver of notes that says when each came; or one that never answers."""

    is_silent: bool
    came: dict[int, float] = field(default_factory=dict)
    """By the number of the note, by the clock of `perf_counter`."""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        number = NUMBER.search(await request.read())
        if self.is_silent:
            await self.released.wait()
        elif number:
            self.came.setdefault(int(number[1]), time.perf_counter())
        return web.Response(status=204)


async def _beside(folder: Path, down: int) -> list[Figure]:
    """How late notes reach webhooks, of which some never answer; counted from the note's acknowledgement."""
    hooks = [Hook(number < down) for number in range(DESTINATIONS)]
    said: dict[int, float] = {}
    async with AsyncExitStack() as stack:
        parts = []
        for number, one in enumerate(hooks):
            stack.callback(one.released.set)
            port = await stack.enter_async_context(serving(everything(one.take)))
            url = {"url": f"http://127.0.0.1:{port}/", "allow_private_address": True, "secret": HOOK}
            parts.append({"name": f"hook{number}", "events": ["incident.note_added"], **url})
        sandbox, pid, _ = await stack.enter_async_context(_company(folder, {"webhooks": parts}, **{HOOK: SIGNED_WITH}))
        channel = await _declared(sandbox)
        used, began = processor_seconds(pid), time.perf_counter()

        async def note(number: int) -> None:
            person = sandbox.person(PEOPLE[number % len(PEOPLE)])
            await person.types(f"/incident INC-1 note number {number}.", in_=channel.id)
            said[number] = time.perf_counter()

        for first in range(0, NOTES, AT_ONCE):
            await asyncio.gather(*(note(number) for number in range(first, first + AT_ONCE)))
        took = await _until(lambda: all(len(one.came) == NOTES for one in hooks if not one.is_silent)) - began
        used = processor_seconds(pid) - used
    spans = [max(0.0, at - said[number]) for one in hooks for number, at in one.came.items()]
    what = f"{NOTES * DESTINATIONS:,} effects for {DESTINATIONS} webhooks, {down or 'none'} of them down: late by"
    return [
        Figure(f"{what}, p50", percentile(spans, 0.5), Unit.SECONDS),
        Figure("… p99", percentile(spans, 0.99), Unit.SECONDS),
        Figure("… all that can arrive has after", took, Unit.SECONDS),
        Figure("… processor time of Muster", used, Unit.SECONDS),
    ]


async def _read(folder: Path) -> list[Figure]:
    """The status page as Muster serves it: asked at a steady rate, whatever the answers take."""
    site = folder / "site"
    page = {
        "title": "Example",
        "url": "https://status.example.com",
        "components": {"shop": {"name": "Shop", "services": ["checkout"]}},
        "folder": str(site),
    }
    async with _company(folder, {"status_page": page}) as (sandbox, pid, port):
        channel = await _declared(sandbox)
        person, other = sandbox.person(PEOPLE[0]), sandbox.person(PEOPLE[1])
        await other.types("/incident join", in_=channel.id)
        await person.types("/incident status-page draft identified We know the cause.", in_=channel.id)
        await person.types("/incident status-page review", in_=channel.id)
        await _until(lambda: _version_in(channel, "We know the cause.") is not None)
        version = _version_in(channel, "We know the cause.")
        await other.types(f"/incident status-page approve {version}", in_=channel.id)
        await person.types("/incident status-page publish", in_=channel.id)
        await _until((site / "index.html").exists)
        live = f"http://127.0.0.1:{port}/status/"
        found = await _asked("the status page, live", live, pid)
        found += await _asked("the same compressed, as browsers ask", live, pid, "Accept-Encoding: gzip")
        known = f"If-None-Match: {await _etag(live)}"
        found += await _asked("the same, to readers who have it already", live, pid, known, status=304)
    return found


async def _etag(address: str) -> str:
    async with aiohttp.ClientSession() as client, client.get(address) as answer:
        return answer.headers["ETag"]


async def _asked(what: str, address: str, pid: int, *headers: str, status: int = 200) -> list[Figure]:
    """By a process of its own. Where others share the processors, what the server used of them says most."""
    found = urlsplit(address)
    used = processor_seconds(pid)
    where = (str(found.hostname), str(found.port), found.path, str(REQUESTS), str(PER_SECOND))
    asking = await asyncio.create_subprocess_exec(sys.executable, "-m", asker.__name__, *where, *headers, stdout=PIPE)
    said, _ = await asking.communicate()
    used = processor_seconds(pid) - used
    answers = json.loads(said)
    assert answers["statuses"] == [status]
    spans = answers["spans"]
    answered = REQUESTS / answers["took"]
    return [
        Figure(f"{what}, asked {PER_SECOND:,} times a second: answered", answered, Unit.PER_SECOND, PER_SECOND * 0.99),
        Figure("… p50 after it was due", percentile(spans, 0.5) * 1000, Unit.MILLISECONDS),
        Figure("… p99", percentile(spans, 0.99) * 1000, Unit.MILLISECONDS),
        Figure("… processor time of the server, per answer", used / REQUESTS * 1000, Unit.MILLISECONDS),
        Figure("… so many a second by one core", REQUESTS / used, Unit.PER_SECOND, PER_SECOND),
    ]
