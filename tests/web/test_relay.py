"""The relay that the documentation ships, as a process of its own: it runs what Muster signed, once, and answers."""

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.vocabulary import RunOutcome
from bot.integrations.webhook import signed
from bot.web.server import Web
from tests.integrations.receiver import KEY, SECRET
from tests.scenarios.conftest import eventually
from tests.web.test_actions import RUN, Kept, a_door, no_matter

RELAY = Path(__file__).parents[2] / "docs" / "engines"
RECIPES = re.findall(r"```python\n(# .*?)```", (RELAY.parent / "actions.md").read_text(encoding="utf-8"), re.DOTALL)
"""Those of the documentation."""
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


async def an_engine(request: web.Request) -> web.StreamResponse:
    """Answers as Jenkins, AWX and StackStorm document that they do; what it was given comes back as the log."""
    if request.method == "POST":
        request.app[GIVEN].append((await request.read()).decode())
        headers = {"Location": f"http://{request.host}/queue/item/1/"}
        return web.json_response({"id": "1", "job": 1}, headers=headers)
    if "consoleText" in request.path or "stdout" in request.path:
        return web.Response(text=request.app[GIVEN][0])
    status = "successful" if "/api/v2/" in request.path else "succeeded"
    build = {"executable": {"url": f"http://{request.host}/job/restart/1/"}, "building": False, "result": "SUCCESS"}
    return web.json_response({**build, "status": status, "finished": "now", **_of(request)})


def _of(request: web.Request) -> dict[str, Any]:
    """StackStorm has a whole result where Jenkins has a word."""
    return {"result": request.app[GIVEN]} if "executions" in request.path else {}


GIVEN = web.AppKey("given", list[str])


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.split()[1].rstrip(":"))
async def test_each_recipe_starts_waits_and_says_how_it_ended(recipe: str, tmp_path: Path) -> None:
    application = web.Application()
    application[GIVEN] = []
    application.router.add_route("*", "/{any:.*}", an_engine)
    async with TestServer(application) as server:
        own = re.sub(r"https://\w+\.example", str(server.make_url("")).rstrip("/"), recipe).replace(
            "relay.serve(run)", 'print(*run("restart", {"percent": "10"}, True, "INC-1-a1-0"), sep="|")'
        )
        (tmp_path / "recipe.py").write_text(own, encoding="utf-8")
        secrets = {"MUSTER_SECRET": SECRET, "JENKINS_AUTH": "x", "AWX_TOKEN": "x", "ST2_KEY": "x"}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "recipe.py",
            cwd=tmp_path,
            env={**os.environ, **secrets, "PYTHONPATH": str(RELAY)},
            stdout=PIPE,
        )
        said = (await process.communicate())[0].decode()
        assert said.startswith("True|http://127.0.0.1")
        assert ("percent" in said, "INC-1-a1-0" in said) == (True, True)
        (given,) = application[GIVEN]
        assert "percent" in given


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
        async with Web("127.0.0.1", 0, no_matter, actions=a_door(kept)).running() as muster:
            order = {"run": RUN, "action": "restart", "dry_run": True, "inputs": {"percent": "10"}}
            body = json.dumps({**order, "callback": f"http://127.0.0.1:{muster.port}/actions/result"}).encode()
            assert await sends(port, body, b"x" * 32) == 401
            assert [await sends(port, body), await sends(port, body)] == [202, 202]

            async def is_told() -> bool:
                return bool(kept)

            await eventually(is_told)
        assert kept == [("ops", RUN, RunOutcome.SUCCEEDED, "", "https://ops.example/1", [f"restart {RUN} True"])]
    finally:
        await ended(process)
