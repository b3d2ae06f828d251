"""The sample app of the documents, in a process of its own: nothing of ours in it, and both transports."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.sandbox import Sandbox
from bot.sandbox.http_mode import HttpMode

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def slack_manifest() -> Mapping[str, Any]:
    """The sample app's own."""
    found: dict[str, Any] = yaml.safe_load((DOCS / "sample_manifest.yml").read_text(encoding="utf-8"))
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def started(environment: dict[str, str]) -> AsyncIterator[Process]:
    """The app as a process, with the given environment and little else."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(DOCS / "sample_app.py"),
        env={"PATH": os.environ["PATH"], **environment},
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def is_verified(mode: HttpMode) -> bool:
    try:
        return await mode.verify_url("a challenge")
    except (ConnectionError, TimeoutError):
        return False


async def listening(mode: HttpMode, process: Process) -> None:
    """Until the app answers the challenge."""
    async with asyncio.timeout(20):
        while not await is_verified(mode):
            assert process.returncode is None, (await process.communicate())[1].decode()
            await asyncio.sleep(0.05)


@pytest.fixture(params=["sockets", "http"])
async def app(request: pytest.FixtureRequest, slack: Sandbox) -> AsyncIterator[None]:
    """The sample app at work, by Socket Mode or behind a request URL."""
    if request.param == "sockets":
        async with started(slack.environment()):
            await slack.until(lambda: slack.connections == 1, timeout=20)
            yield
        return
    port = free_port()
    mode = slack.deliver_to(f"http://127.0.0.1:{port}/slack/events", pauses=(0.0, 0.0, 0.0))
    assert "SLACK_APP_TOKEN" not in slack.environment()
    async with started({**slack.environment(), "PORT": str(port)}) as process:
        await listening(mode, process)
        yield


async def test_lunch_is_ordered_by_a_form_and_joined_by_a_button(slack: Sandbox, app: None) -> None:
    dana, bo, general = slack.user("dana"), slack.user("bo"), slack.channel("general")

    await dana.types("/lunch", in_="general")
    refused = await dana.submits({"dish": "soup", "guests": "many"})
    assert refused.errors == {"guests": "Write a number, such as 3."}
    assert (await dana.submits({"dish": "soup", "guests": "3"})).ok
    await bo.clicks("Me too")

    order = await bo.reads("orders soup for 3")
    await dana.reads(f"<@{bo.id}> eats soup too.")
    assert [reply.text for reply in general.thread(order.ts)[1:]] == [f"<@{bo.id}> eats soup too."]
    assert dana.view is None


async def test_a_mention_is_answered_in_its_thread(slack: Sandbox, app: None) -> None:
    dana = slack.user("dana")
    asked = await dana.says("@lunch what now?", in_="general")
    answer = await dana.reads("Type /lunch to order.", in_="general")
    assert answer.thread_ts == asked
