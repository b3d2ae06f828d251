"""`muster sandbox`: the local Slack alone, for any app that speaks to Slack."""

import asyncio
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import yaml
from aiohttp import ClientConnectionError

from bot.demo.serving import NoPort, open_on, told_to_stop
from bot.sandbox import ManifestError, Sandbox, SeedError
from bot.sandbox.http_mode import HttpMode
from bot.slack.manifest import build_manifest

DONE, WRONG = 0, 2
ASKS_AGAIN_AFTER = 0.5
"""Seconds between two challenges, while the app at the request URL is still to be started."""
VERIFIED = "{url} is verified: everything is posted there."
OTHERWISE = "{url} answers, but not with the challenge: is that the path the app listens on? Asking again."
NOT_YET = "{url} is not verified yet: {why}. Asking again until it is."


async def run_sandbox(port: int, manifest: Path | None, seed: Path | None, request_url: str | None) -> int:
    """Serve until SIGTERM or SIGINT. Prints KEY=value lines, then `ready`; all else goes to stderr.

    `request_url`: everything is posted there, signed, instead of going over Socket Mode.
    """
    stop = told_to_stop()
    try:
        sandbox = _furnished(manifest, seed)
        mode = sandbox.deliver_to(_web_address(request_url)) if request_url is not None else None
        await open_on(sandbox, port)
    except (SeedError, ValueError, NoPort) as error:
        click.echo(str(error), err=True)
        return WRONG
    for name, value in sandbox.environment().items():
        click.echo(f"{name}={value}")
    click.echo("ready")
    click.echo(f"The page: {sandbox.url}/", err=True)
    for line in sandbox.app.in_vain:
        click.echo(f"Of the manifest: {line}.", err=True)
    checking = asyncio.create_task(_verify(mode, request_url)) if mode and request_url else None
    await stop.wait()
    if checking is not None:
        checking.cancel()
        with suppress(asyncio.CancelledError):
            await checking
    await sandbox.stop()
    return DONE


def _furnished(manifest: Path | None, seed: Path | None) -> Sandbox:
    """A sandbox for the app of the manifest, with the people of the seed. Raises ValueError, SeedError."""
    app_manifest = _mapping(manifest) if manifest else build_manifest()
    try:
        sandbox = Sandbox(now=lambda: datetime.now(UTC), manifest=app_manifest, rate_limits=True)
    except ManifestError as error:
        raise ValueError(f"{manifest}: {error}") from error
    if seed is None:
        _furnish(sandbox)
        return sandbox
    content = _mapping(seed)
    try:
        sandbox.load_seed(content)
    except SeedError as error:
        raise SeedError(f"{seed}: {error}") from None
    return sandbox


async def _verify(mode: HttpMode, url: str) -> None:
    """Ask the app to prove that it is there, as Slack does before it takes a request URL; again until it does.

    The app can be started only when it knows the signing secret, so that nobody answering is no failure yet.
    """
    said = ""
    while (text := await _outcome(mode, url)) != VERIFIED.format(url=url):
        if text != said:
            click.echo(text, err=True)
        said = text
        await asyncio.sleep(ASKS_AGAIN_AFTER)
    click.echo(text, err=True)


async def _outcome(mode: HttpMode, url: str) -> str:
    """What came of one challenge, in words."""
    try:
        is_right = await mode.verify_url(secrets.token_hex(12))
    except (ConnectionError, TimeoutError) as failure:
        is_absent = isinstance(failure.__cause__, ClientConnectionError)
        why = "nobody listens there" if is_absent else str(failure) or "no answer within 3 s"
        return NOT_YET.format(url=url, why=why)
    return VERIFIED.format(url=url) if is_right else OTHERWISE.format(url=url)


def _web_address(url: str) -> str:
    """Raises ValueError for what isn't a web address on this machine: what is posted there is signed, not secret."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost"):
        example = "http://127.0.0.1:3000/slack/events"
        raise ValueError(f"--request-url: {url} is no address on this machine, such as {example}")
    return url


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
