"""Tells of each week, once: whichever replica is first when its hour has come, and late where none was there."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from bot.blocks.weekly import Told, lines_of, title_of
from bot.delivery.job import DigestJob
from bot.domain import effects as e
from bot.domain.policy import WeeklyDigest
from bot.domain.weekly import Weekly, last_due, missed_between
from bot.review.as_png import as_png
from bot.review.weekly import weeks_chart
from bot.workflows.context import Context
from bot.workflows.looking_back import week_until

log = structlog.get_logger(__name__)

EVERY: Final = timedelta(minutes=1)
PICTURE: Final = "Incidents by week"


@dataclass(frozen=True, slots=True)
class Post:
    """What sending takes besides the policy."""

    address: str | None = None
    """Of our pages; None where there are none."""
    password: str | None = None
    """Of the mail server."""


class Digests:
    """Queues the digest of a week when it is due."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._settled: date | None = None
        """The week of which this replica knows that nothing is left to be done."""

    async def look(self) -> None:
        """Queue what is due and nobody has queued. The first time of all nothing is: the next week is the first."""
        rules, now = self._context.policy.digest, self._context.now()
        if rules is None:
            return
        due = last_due(rules, now)
        if due.last == self._settled:
            return
        async with self._context.store.read() as tx:
            told = await tx.digest_of()
        if told is not None and told < due.last and due.is_too_late(now):
            log.warning("digest.dropped", last=due.last.isoformat(), due_at=due.at.isoformat())
        elif told is None or told < due.last:
            async with self._context.store.write() as tx:
                if await tx.take_digest(due.last) and told is not None:
                    await tx.send_digest(_effects(rules, due.last, missed_between(told, due.last)))
        self._settled = due.last


def _effects(rules: WeeklyDigest, last: date, missed: int) -> list[e.DigestEffect]:
    mailboxes = rules.mail.to if rules.mail else ()
    return [
        *([e.PostDigest(last, missed)] if rules.channel is not None else []),
        *(e.MailDigest(last, to, place, missed) for place, to in enumerate(mailboxes, start=1)),
    ]


async def write(context: Context, address: str | None, job: DigestJob) -> Told:
    """The digest that an effect tells, with the figures as they are now. `address`: of our pages."""
    found = await week_until(context, job.effect.last)
    return await asyncio.to_thread(put_into_words, context, found, address, context.now(), job.effect.missed)


def put_into_words(context: Context, found: Weekly, address: str | None, now: datetime, missed: int = 0) -> Told:
    names = {slug: one.name for slug, one in context.policy.services.items()}
    chart = weeks_chart(found)
    return Told(
        title_of(found),
        lines_of(found, names, missed),
        f"{address}/trends?from={found.first}&to={found.last}" if address else "",
        as_png(chart.titled(PICTURE)),
        chart.described,
        now,
    )
