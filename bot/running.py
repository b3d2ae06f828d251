"""`muster run`: load everything, say every problem at once, work until told to stop."""

import asyncio
import logging
import os
import signal

import click
import structlog

from bot import policy as policies
from bot import runbooks as shelves
from bot.app import Bot
from bot.settings import Settings, SettingsProblems, load
from bot.shipped import shipped
from bot.slack.preflight import Refused
from bot.store import AlreadyRunning

DONE, WRONG = 0, 2


def set_up_logging(format_: str) -> None:
    """One line per event on stderr, for people or as JSON. No message text and no tokens pass through here."""
    renderer = structlog.processors.JSONRenderer() if format_ == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(file=click.get_text_stream("stderr")),
    )
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")


def everything_or_problems() -> tuple[Bot, Settings] | list[str]:
    """The bot as configured; or every problem of settings, policy and runbooks together."""
    problems: list[str] = []
    try:
        settings = load()
    except SettingsProblems as found:
        return [str(found)]
    try:
        policy = policies.load(settings.policy)
    except policies.PolicyProblems as found:
        problems.append(str(found))
    try:
        runbooks = shelves.load(settings.runbooks or shipped("runbooks"))
    except shelves.RunbookProblems as found:
        problems.append(str(found))
    if problems:
        return problems
    return Bot(settings, policy, runbooks), settings


async def run() -> int:
    """Work until SIGTERM or SIGINT; then stop taking, finish what was acknowledged, hand leases back."""
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):  # they would switch Bolt to OAuth
        os.environ.pop(name, None)
    found = everything_or_problems()
    if isinstance(found, list):
        for problem in found:
            click.echo(problem, err=True)
        return WRONG
    bot, settings = found
    set_up_logging(settings.log_format)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    working = asyncio.create_task(_work(bot, stop))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not working.done() and not bot.has_started:  # still trying to reach Slack or the database
        working.cancel()
    try:
        await working
    except asyncio.CancelledError:
        return DONE
    except (Refused, AlreadyRunning) as no:
        click.echo(str(no), err=True)
        return WRONG
    finally:
        stopped.cancel()
    return DONE


async def _work(bot: Bot, stop: asyncio.Event) -> None:
    async with bot.running():
        await stop.wait()
