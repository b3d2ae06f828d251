"""The bot as a real process: killed in the middle of a declare, stopped politely, started twice."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml

from bot.sandbox import Fault, Sandbox
from bot.slack.manifest import build_manifest
from tests.muster import Running
from tests.scenarios.conftest import ZONES, eventually, policy_of


@asynccontextmanager
async def a_slack(folder: Path) -> AsyncIterator[tuple[Sandbox, dict[str, str]]]:
    """A sandbox with people, and the environment that points a process at it."""
    async with Sandbox(manifest=build_manifest()) as sandbox:
        people = [sandbox.add_person(name, tz=tz) for name, tz in ZONES.items()]
        for name in ("general", "incidents"):
            sandbox.add_channel(name, members=[*people, sandbox.bot])
        policy = folder / "policy.yml"
        policy.write_text(yaml.safe_dump(policy_of(sandbox)), encoding="utf-8")
        environment = {
            "PATH": os.environ["PATH"],
            **sandbox.environment(),
            "MUSTER_DATABASE_URL": f"sqlite:///{folder / 'muster.db'}",
            "MUSTER_POLICY": str(policy),
            "MUSTER_HTTP_PORT": "0",
        }
        yield sandbox, environment


async def started(sandbox: Sandbox, environment: dict[str, str], folder: Path) -> Running:
    """`muster run`, once it is connected."""
    process = Running("run", cwd=folder, environment=environment)

    async def is_connected() -> bool:
        assert process.returncode is None, await process.ended()
        return sandbox.connections >= 1

    await eventually(is_connected)
    return process


async def killed(process: Running) -> None:
    process.send_signal(signal.SIGKILL)
    await process.ended()


@pytest.mark.long
async def test_a_declare_that_was_cut_off_is_finished_after_the_restart(tmp_path: Path) -> None:
    """Whatever call was under way. All three at once: each waits 15 s before it asks Slack what became of the call."""
    methods = ("conversations.create", "conversations.invite", "chat.postMessage")
    for method in methods:
        (tmp_path / method).mkdir()
    async with asyncio.TaskGroup() as group:
        for method in methods:
            group.create_task(cut_off_and_finished(tmp_path / method, method))


async def cut_off_and_finished(folder: Path, method: str) -> None:
    async with a_slack(folder) as (sandbox, environment):
        process = await started(sandbox, environment, folder)
        sandbox.faults.add(Fault(method=method, kind="latency", seconds=1.0))  # Slack is still acting when we die
        dana = sandbox.person("dana")
        answer = await dana.types("/incident declare checkout returns 500s", in_="general")
        assert "INC-1 declared" in answer.text
        await sandbox.until(lambda: any(one.kind == "fault" for one in sandbox.journal.entries))
        await killed(process)

        process = await started(sandbox, environment, folder)

        def finished() -> bool:
            mine = [one for one in sandbox.channels if one.name.startswith("inc-1")]
            return (
                bool(mine) and dana.id in mine[0].members and len(mine[0].pins) == 1 and mine[0].shows("take command")
            )

        await sandbox.until(finished, timeout=60)
        await killed(process)

        channels = [one for one in sandbox.channels if one.creator == sandbox.bot.id and not one.is_im]
        assert [one.name for one in channels] == ["inc-1-checkout-returns-500s"]
        keys = [
            message.metadata["event_payload"]["key"]
            for channel in sandbox.channels
            for message in channel.posted
            if message.metadata
        ]
        assert len(keys) == len(set(keys))
        texts = [message.text for message in channels[0].messages if message.user == sandbox.bot.id]
        assert len(texts) == len(set(texts))


async def test_sigterm_ends_it_with_0_within_ten_seconds(tmp_path: Path) -> None:
    """Started as people do, and not from one that has imported everything already."""
    async with a_slack(tmp_path) as (sandbox, environment):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment, cwd=tmp_path, stdout=PIPE, stderr=PIPE
        )
        await sandbox.until(lambda: sandbox.connections >= 1, timeout=20)
        await sandbox.person("dana").types("/incident declare checkout returns 500s", in_="general")
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()


async def test_sigterm_ends_it_within_ten_seconds_whatever_is_under_way(tmp_path: Path) -> None:
    """A review whose channel Slack lets nobody read for a minute, and a message that Slack takes a minute for."""
    async with a_slack(tmp_path) as (sandbox, environment):
        process = await started(sandbox, environment, tmp_path)
        dana = sandbox.person("dana")
        await dana.types("/incident declare checkout returns 500s", in_="general")
        await dana.types("/incident INC-1 resolve rolled back", in_="general")
        await sandbox.until(
            lambda: any("resolved" in one.text for one in sandbox.channel("inc-1-checkout-returns-500s").messages)
        )
        sandbox.faults.add(Fault(method="conversations.history", kind="rate_limited", times=5, retry_after=60))
        sandbox.faults.add(Fault(method="conversations.open", kind="latency", times=5, seconds=60))
        await dana.types("/incident INC-1 close unverified switched off", in_="general")
        await dana.types(f"/incident INC-1 page <@{sandbox.person('bo').id}>", in_="general")
        await sandbox.until(lambda: len([one for one in sandbox.journal.entries if one.kind == "fault"]) >= 1)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            errors = await process.ended()
        assert process.returncode == 0, errors


async def test_a_thread_that_still_computes_does_not_hold_up_the_end() -> None:
    program = """
import asyncio, time
from bot.operator.run import leave_soon
async def work():
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 600)
    leave_soon(0)
asyncio.run(work())
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
    async with asyncio.timeout(60):
        assert await process.wait() == 0


async def test_a_second_process_on_the_same_file_is_refused(tmp_path: Path) -> None:
    async with a_slack(tmp_path) as (sandbox, environment):
        first = await started(sandbox, environment, tmp_path)
        second = Running("run", cwd=tmp_path, environment=environment)
        errors = await second.ended()
        await killed(first)
        assert second.returncode == 2
        assert "Another Muster process works on" in errors


async def test_a_refused_token_ends_it_with_2_and_says_what_to_do(tmp_path: Path) -> None:
    async with a_slack(tmp_path) as (_, environment):
        environment["SLACK_BOT_TOKEN"] = "xoxb-wrong"
        process = Running("run", cwd=tmp_path, environment=environment)
        errors = await process.ended()
        assert process.returncode == 2
        assert "SLACK_BOT_TOKEN" in errors
        assert "xoxb-wrong" not in errors
