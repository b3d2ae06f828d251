"""The relay that the documentation ships, as a process of its own: it runs what Muster signed, once, and answers."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.domain.vocabulary import RunOutcome
from bot.integrations.webhook import signed
from bot.web.server import Web
from tests.integrations.receiver import KEY, SECRET
from tests.scenarios.conftest import eventually
from tests.web.test_actions import RUN, Kept, a_door, no_matter

RELAY = Path(__file__).parents[2] / "docs" / "engines"
RECIPE = """
import relay
def run(action, inputs, dry_run, key):
    return inputs["percent"] == "10", "https://ops.example/1", f"{action} {key} {dry_run}"
relay.serve(run)
"""


async def sends(port: str, body: bytes, key: bytes = KEY) -> int:
    headers = signed(RUN, datetime.now(UTC), body, [key])
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{port}/restart", data=body, headers=headers) as answer,
    ):
        return answer.status


async def ended(process: Process) -> None:
    process.kill()
    await process.communicate()


async def test_what_muster_signed_is_run_once_and_its_end_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "recipe.py").write_text(RECIPE, encoding="utf-8")
    environment = {**os.environ, "MUSTER_SECRET": SECRET, "RELAY_PORT": "0", "PYTHONPATH": str(RELAY)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "recipe.py", cwd=tmp_path, env=environment, stdout=PIPE
    )
    try:
        assert process.stdout is not None
        port = (await process.stdout.readline()).decode().split()[-1]
        kept = Kept()
        async with Web("127.0.0.1", 0, no_matter, actions=a_door(kept)).running() as web:
            order = {"run": RUN, "action": "restart", "dry_run": True, "inputs": {"percent": "10"}}
            body = json.dumps({**order, "callback": f"http://127.0.0.1:{web.port}/actions/result"}).encode()
            assert await sends(port, body, b"x" * 32) == 401
            assert [await sends(port, body), await sends(port, body)] == [202, 202]

            async def is_told() -> bool:
                return bool(kept)

            await eventually(is_told)
        assert kept == [("ops", RUN, RunOutcome.SUCCEEDED, "", "https://ops.example/1", [f"restart {RUN} True"])]
    finally:
        await ended(process)
