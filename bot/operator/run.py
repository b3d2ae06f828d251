"""`muster run`: load everything, say every problem at once, work until told to stop."""

import asyncio
import logging
import os
import signal
import sys
import threading
from pathlib import Path

import click
import structlog
from structlog import PrintLoggerFactory
from structlog.dev import ConsoleRenderer
from structlog.typing import Processor

from bot.app import Bot
from bot.config import policy_loading as policies
from bot.config.runbooks import Shelf
from bot.config.settings import (
    Settings,
    SettingsProblems,
    load,
    load_what_can_be_read,
    missing_secrets,
    secrets_among,
)
from bot.config.shipped import shipped
from bot.domain.policy import Policy
from bot.door.under_way import trace_with
from bot.operator.tracebacks import Formatter, JsonFormatter, without_values
from bot.operator.tracing import INSTALL, NotInstalled, spans_wanted
from bot.slack.preflight import Refused
from bot.store import AlreadyRunning

DONE, WRONG = 0, 2
ENV_FILE = Path(".env")
LEFT_TO_THREADS = 1.0
"""Seconds, once everything else has come to rest."""


class Unusable(Exception):
    """The configuration cannot be used; the text lists every problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))


def set_up_logging(format_: str, level: int = logging.INFO) -> None:
    """One line per event on stderr, for people or as JSON. No message text and no tokens pass through here."""
    renderer: Processor = structlog.processors.JSONRenderer()
    if format_ != "json":
        renderer = ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_values,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=PrintLoggerFactory(file=sys.stderr),
    )
    handler = logging.StreamHandler()
    plain = Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    handler.setFormatter(JsonFormatter() if format_ == "json" else plain)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def build_bot() -> tuple[Bot, Settings]:
    """The bot as configured. Raises Unusable with every problem of settings and policy; runbooks
    that cannot be read are left out."""
    problems: list[str] = []
    settings: Settings | None = None
    try:
        settings = load()
    except SettingsProblems as found:
        problems.append(str(found))
    readable = settings or load_what_can_be_read(os.environ, ENV_FILE)
    if readable is None:
        raise Unusable(problems)
    policy: Policy | None = None
    try:
        policy = policies.load(readable.policy)
    except policies.PolicyProblems as found:
        problems.append(str(found))
    shelf = Shelf(readable.runbooks or (shipped("runbooks"),))
    if settings is not None and policy is not None:
        problems += map(str, missing_secrets(settings, policy))
    if settings is None or policy is None or problems:
        raise Unusable(problems)
    return Bot(settings, policy, shelf.look().runbooks, shelf=shelf), settings


def leave_soon(code: int) -> None:
    """End the process even when a thread still computes, such as a long review: it cannot be interrupted, and nothing
    depends on it."""
    leaving = threading.Timer(LEFT_TO_THREADS, os._exit, (code,))
    leaving.daemon = True
    leaving.start()


async def run() -> int:
    """Work until SIGTERM or SIGINT; then stop taking, finish what was acknowledged, hand leases back."""
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):  # they would switch Bolt to OAuth
        os.environ.pop(name, None)
    try:
        bot, settings = build_bot()
    except Unusable as found:
        click.echo(str(found), err=True)
        return WRONG
    try:
        spans = spans_wanted(os.environ)
    except NotInstalled:
        spans = None
        click.echo(f"Warning: traces need the extra `otel`, which is not installed: {INSTALL}", err=True)
    trace_with(spans)
    for name in secrets_among(os.environ):  # whatever we start, or whoever reads our environment, needs none of them
        os.environ.pop(name, None)
    for warning in settings.warnings:
        click.echo(f"Warning: {warning}", err=True)
    set_up_logging(settings.log_format)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
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
        if spans is not None:
            await asyncio.to_thread(spans.flush)
    return DONE


async def _work(bot: Bot, stop: asyncio.Event) -> None:
    async with bot.running():
        await stop.wait()
