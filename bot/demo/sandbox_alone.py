"""`muster sandbox`: the local Slack alone, for any app that speaks to Slack."""

import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import yaml

from bot.sandbox import Sandbox, SeedError
from bot.slack.manifest import build_manifest

DONE, WRONG = 0, 2


async def run_sandbox(port: int, manifest: Path | None, seed: Path | None) -> int:
    """Serve until SIGTERM or SIGINT. Prints KEY=value lines, then `ready`."""
    try:
        app_manifest = _mapping(manifest) if manifest else build_manifest()
        sandbox = Sandbox(now=lambda: datetime.now(UTC), manifest=app_manifest, rate_limits=True)
        if seed is not None:
            sandbox.load_seed(_mapping(seed))
        else:
            _furnish(sandbox)
        await sandbox.start(port=port)
    except (SeedError, ValueError, OSError) as error:
        click.echo(str(error), err=True)
        return WRONG
    for name, value in sandbox.environment().items():
        click.echo(f"{name}={value}")
    click.echo("ready")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await sandbox.stop()
    return DONE


def _mapping(path: Path) -> dict[str, Any]:
    """A YAML or JSON file that holds a mapping. Raises ValueError."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not readable as YAML: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path}: expected a mapping, found {type(content).__name__}")
    return content


def _furnish(sandbox: Sandbox) -> None:
    """A few people and channels, so that there is somebody to be."""
    zones = {"dana": "Europe/Madrid", "bo": "Europe/Amsterdam", "chen": "UTC", "eli": "America/New_York"}
    people = [sandbox.add_person(name, real_name=name.capitalize(), tz=tz) for name, tz in zones.items()]
    for channel in ("general", "incidents"):
        sandbox.add_channel(channel, members=[*people, sandbox.bot])
