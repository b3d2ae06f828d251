"""`muster demo --live` as a real process: played through by its suggestions, and gone without a trace."""

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from bot.blocks.answers import is_refusal
from tests.muster import muster

LAST = "/incident review publish"
CHANNEL = "inc-1-checkout-returns-500s"


@dataclass
class Play:
    """The running demo, and somebody's page."""

    process: Process
    url: str
    greeting: str
    scratch: Path


@asynccontextmanager
async def playing(folder: Path) -> AsyncIterator[Play]:
    scratch = folder / "scratch"
    scratch.mkdir()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-m", "bot", "demo", "--live"),
        env={"PATH": os.environ["PATH"], "TMPDIR": str(scratch)},
        cwd=folder,
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        greeting = await greeted(process)
        address = re.search(r"http://127\.0\.0\.1:\d+", greeting)
        assert address, greeting
        yield Play(process, address[0], greeting, scratch)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def greeted(process: Process) -> str:
    """What it says at first, down to how to end it."""
    assert process.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(30):
        while not lines or not lines[-1].startswith("Ctrl-C"):
            line = (await process.stdout.readline()).decode()
            assert line, f"it ended: {lines}"
            lines.append(line)
    return "".join(lines)


async def suggestion(page: ClientWebSocketResponse, channel: str, known: set[str]) -> tuple[str, str]:
    """The first suggestion for a channel that was not followed yet, once there is one, and who is to send it."""
    async with asyncio.timeout(20):
        while True:
            sections: dict[str, Any] = await page.receive_json()
            for one in sections.get("suggestions", []):
                if one["in"] == channel and one["text"] not in known:
                    return str(one["text"]), one["by"] or "dana"


async def typed(session: ClientSession, url: str, text: str, channel: str, by: str) -> str:
    body = {"text": text, "in": channel}
    async with session.post(f"{url}/sandbox/api/people/{by}/types", json=body) as answer:
        found = await answer.json()
    assert answer.status == 200, found
    assert not found["timed_out"], text
    return str(found["text"])


async def test_a_whole_incident_is_played_by_the_suggestions_alone(tmp_path: Path) -> None:
    async with playing(tmp_path) as play, ClientSession() as session:
        followed: set[str] = set()
        while LAST not in followed:
            channel = CHANNEL if followed else "general"
            async with session.ws_connect(f"{play.url}/sandbox/live?as=dana") as page:
                text, by = await suggestion(page, channel, followed)
            followed.add(text)
            answer = await typed(session, play.url, text, channel, by)
            assert not is_refusal(answer), f"{text}: {answer}"
        assert {verb.split()[1] for verb in followed} >= {"declare", "accept", "update", "resolve", "verify", "close"}
        assert await has_review(session, play.url)


async def has_review(session: ClientSession, url: str) -> bool:
    """Whether the review is in the incident's channel, in the end."""
    async with asyncio.timeout(20):
        while True:
            async with session.get(f"{url}/sandbox/api/state") as answer:
                state = await answer.json()
            [channel] = [one for one in state["channels"] if one.get("name") == CHANNEL]
            if any("INC-1-review.md" in str(message.get("files")) for message in channel["messages"]):
                return True
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
async def test_it_says_three_things_to_try_and_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    async with playing(tmp_path) as play, ClientSession() as session:
        assert [line.strip()[0] for line in play.greeting.splitlines() if line.startswith("  ")] == ["1", "2", "3"]
        assert list(play.scratch.iterdir()) != []
        async with session.ws_connect(f"{play.url}/sandbox/live?as=dana"):
            play.process.send_signal(number)
            async with asyncio.timeout(15):
                said, warned = await play.process.communicate()
        assert (play.process.returncode, said, warned) == (0, b"", b"")
        assert list(play.scratch.iterdir()) == []
        assert [file.name for file in tmp_path.iterdir()] == ["scratch"]
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", int(play.url.rpartition(":")[2])))


def ended(folder: Path, *arguments: str) -> tuple[int | None, str]:
    """The exit code of a command, and what it said on stderr."""
    done = muster(*arguments, cwd=folder)
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.mark.parametrize("other", [("--story", "gitlab-2017-01-31-database"), ("--list",), ("--speed", "2")])
def test_a_story_is_refused_beside_it(tmp_path: Path, other: tuple[str, ...]) -> None:
    code, why = ended(tmp_path, "demo", "--live", *other)
    assert (code, "--live plays no story" in why) == (2, True)


@pytest.mark.parametrize("command", [("demo", "--live"), ("sandbox",)])
def test_a_port_that_is_taken_is_said(tmp_path: Path, command: tuple[str, ...]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, why = ended(tmp_path, *command, "--port", port)
    assert (code, why) == (2, f"port {port} is taken already. Choose another with --port; 0 takes a free one.\n")


@pytest.mark.parametrize(
    ("option", "content", "words"),
    [
        ("--manifest", "features: [1]", "the manifest cannot be used: features"),
        ("--manifest", "- 1", "expected a mapping, found list"),
        ("--manifest", "{", "not readable as YAML"),
        ("--seed", "people: {dana: {tz: Mars/Base}}", "people.dana.tz"),
        ("--seed", "persons: {}", "persons"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, option: str, content: str, words: str) -> None:
    (tmp_path / "given.yml").write_text(content, encoding="utf-8")
    code, why = ended(tmp_path, "sandbox", option, "given.yml")
    assert code == 2
    assert why.startswith("given.yml: ")
    assert words in why
