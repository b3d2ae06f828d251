"""`muster digest` and `muster report`: what is told of a week, and of a month."""

import asyncio
import os
from datetime import UTC, date, datetime
from pathlib import Path

import click

from bot.blocks.weekly import Told
from bot.delivery.outcomes import Done, Gone, Retry
from bot.domain.policy import Mail
from bot.domain.trends import DAY
from bot.integrations.mail import composed, send
from bot.jobs.digest import put_into_words
from bot.operator.commands import (
    DONE,
    NO,
    WRONG,
    NotPossible,
    opened_store,
    say,
    settings_or_stop,
    what_was_agreed,
    write_out,
)
from bot.review import NoPdf
from bot.web.trend_pages import Names
from bot.web.trend_report import PUBLIC, Report, whole_month
from bot.workflows.context import Context
from bot.workflows.looking_back import public_trends, week_until


async def digest(last: date | None, picture: Path | None, to: str | None) -> int:
    """Print the digest of the seven days up to one; those up to yesterday where none is given."""
    settings, (policy, runbooks) = settings_or_stop(), what_was_agreed()
    now = datetime.now(UTC)
    async with opened_store() as store:
        context = Context(store, policy, runbooks, lambda: now)
        found = await week_until(context, last or now.date() - DAY)
    told = await asyncio.to_thread(put_into_words, context, found, settings.public_url, now)
    click.echo("\n".join([told.title, "", *told.lines, *([told.address] if told.address else [])]))
    if picture is not None:
        write_out(told.picture, picture)
    if to is None:
        return DONE
    mail = policy.digest.mail if policy.digest else None
    if mail is None:
        raise NotPossible(WRONG, "The policy names no mail server: `digest: {mail: …}`; docs/dashboard.md shows how.")
    password = settings.mail_passwords.get(mail.password) if mail.password else None
    return await _send(told, mail, password.get_secret_value() if password else None, to)


async def _send(told: Told, mail: Mail, password: str | None, to: str) -> int:
    message = composed(told, mail.sender, to, os.urandom(16).hex())
    match await asyncio.to_thread(send, mail, password, to, message):
        case Done():
            say(f"Sent to {to}.")
            return DONE
        case Gone(error=why) | Retry(why=why):
            say(f"Not sent: {mail.server}: {why}.")
        case unknown:
            say(f"It may have been sent: {mail.server}: {unknown.why}.")
    return NO


async def report(month: date, out: Path | None) -> int:
    """Write the report of a month as PDF."""
    settings, (policy, runbooks) = settings_or_stop(), what_was_agreed()
    now = datetime.now(UTC)
    async with opened_store() as store:
        context = Context(store, policy, runbooks, lambda: now)
        found = await public_trends(context, whole_month(month))
    names = Names({slug: one.name for slug, one in policy.services.items()})
    written = Report(found, names, PUBLIC, now.date(), settings.public_url)
    try:
        write_out(await asyncio.to_thread(lambda: written.pdf), out)
    except NoPdf as why:
        raise NotPossible(WRONG, str(why)) from None
    return DONE
