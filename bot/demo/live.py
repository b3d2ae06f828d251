"""`muster demo --live`: a small company with Muster at work in it, to be played with in the browser."""

import asyncio
import logging
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import yaml

from bot.app import Bot, machine_now
from bot.config import policy_loading as policies
from bot.config import runbooks as runbook_files
from bot.config.settings import load
from bot.config.shipped import shipped
from bot.demo.guide import guide
from bot.demo.serving import NoPort, open_on, told_to_stop
from bot.operator.run import set_up_logging
from bot.sandbox import Sandbox
from bot.slack.manifest import build_manifest

DONE, WRONG = 0, 2
COMPANY = Path(__file__).with_name("live_company.yml")
SOMEBODY = re.compile(r"<([a-z]+)>")

WELCOME = """\
Muster is at work in a Slack of its own: {url}/

Three things to try there:
  1. In #general, click the suggestion above the composer and send it: an incident is declared.
  2. In the incident's channel, click “Accept command”, then follow the suggestions to the end: a review is written.
  3. Become somebody else, at the bottom on the left, and see what they see.

Ctrl-C ends it; nothing is kept."""


async def live(port: int) -> int:
    """Serve the page until SIGTERM or SIGINT, with the real bot on the machine's clock."""
    stop = told_to_stop()
    set_up_logging("console", logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="muster-live-") as scratch:
        sandbox = Sandbox(manifest=build_manifest(), rate_limits=True)
        try:
            await open_on(sandbox, port)
        except NoPort as error:
            click.echo(str(error), err=True)
            return WRONG
        try:
            await _work(sandbox, Path(scratch), stop)
        finally:
            await sandbox.stop()
    return DONE


async def _work(sandbox: Sandbox, scratch: Path, stop: asyncio.Event) -> None:
    bot = move_in(sandbox, scratch)
    async with bot.running() as started:
        guiding = asyncio.create_task(guide(sandbox, started))
        click.echo(WELCOME.format(url=sandbox.url))
        await stop.wait()
        guiding.cancel()
        with suppress(asyncio.CancelledError):
            await guiding


def move_in(sandbox: Sandbox, scratch: Path, now: Callable[[], datetime] = machine_now) -> Bot:
    """The company's people and channels, and the real bot with its policy, on a database in the scratch folder."""
    company = yaml.safe_load(COMPANY.read_text(encoding="utf-8"))
    sandbox.load_seed(company["seed"])
    policy_file = scratch / "policy.yml"
    policy_file.write_text(yaml.safe_dump(with_ids(company["policy"], sandbox), sort_keys=False), encoding="utf-8")
    environment = {
        **sandbox.environment(),
        "MUSTER_DATABASE_URL": f"sqlite:///{scratch / 'muster.db'}",
        "MUSTER_HTTP_PORT": "0",
        "MUSTER_PUBLIC_URL": "http://127.0.0.1:0",
    }
    settings = load(environment, env_file=None)
    return Bot(settings, policies.load(policy_file), runbook_files.load(shipped("runbooks")), now)


def with_ids(value: Any, sandbox: Sandbox) -> Any:
    """The policy with the person's Slack id wherever `<name>` stands. Raises KeyError for somebody unknown."""
    if isinstance(value, dict):
        return {key: with_ids(one, sandbox) for key, one in value.items()}
    if isinstance(value, list):
        return [with_ids(one, sandbox) for one in value]
    found = SOMEBODY.fullmatch(value) if isinstance(value, str) else None
    return sandbox.person(found[1]).id if found else value
