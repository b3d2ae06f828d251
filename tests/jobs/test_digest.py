"""Each week is told of once, whoever looks how often, after however long a time."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import structlog
from structlog.testing import capture_logs

from bot.domain.effects import MailDigest, PostDigest
from bot.domain.ids import WorkspaceId
from bot.domain.policy import Mail, WeeklyDigest
from bot.domain.vocabulary import Tls
from bot.jobs.digest import Digests
from bot.store import Database, OutboxRow, Store
from bot.store.codec import decode_effect
from bot.workflows.context import Context
from tests.domain.given import POLICY

MAIL = Mail("mail.example", 587, Tls.STARTTLS, "muster@example.com", ("a@example.com", "b@example.com"))
RULES = WeeklyDigest(POLICY.timezone, channel="leadership", mail=MAIL)
MONDAY = datetime.combine(date(2026, 11, 23), RULES.at, RULES.timezone)
SUNDAY = date(2026, 11, 22)
WEEK = timedelta(days=7)


class Look:
    """Replicas at one moment each."""

    def __init__(self, store: Store, rules: WeeklyDigest | None = RULES) -> None:
        self.store = store
        self.policy = replace(POLICY, digest=rules)

    async def at(self, now: datetime) -> None:
        await Digests(Context(self.store, self.policy, (), lambda: now)).look()

    async def queued(self) -> list[object]:
        async with self.store.read() as tx:
            return [told(row) for row in await tx.outbox()]


def told(row: OutboxRow) -> object:
    return decode_effect(row.kind, row.body, None)


async def test_a_week_is_told_of_once_to_each_place_and_the_first_is_the_next_one(store: Store) -> None:
    look = Look(store)
    await look.at(MONDAY - timedelta(days=3))
    assert await look.queued() == [], "it was set up today"
    await look.at(MONDAY - timedelta(minutes=1))
    assert await look.queued() == []
    await look.at(MONDAY + timedelta(minutes=1))
    await look.at(MONDAY + timedelta(minutes=2))
    assert await look.queued() == [
        PostDigest(SUNDAY),
        MailDigest(SUNDAY, "a@example.com", 1),
        MailDigest(SUNDAY, "b@example.com", 2),
    ]
    async with store.read() as tx:
        assert {row.lane for row in await tx.outbox()} == {"digest", "mail/1", "mail/2"}


async def test_of_several_replicas_one_tells_it(store: Store, database_url: str) -> None:
    await Look(store).at(MONDAY - WEEK)
    other = await Database.open(database_url)
    try:
        looks = [Look(one) for one in (store, Store(other, WorkspaceId("T1")), store)]
        await asyncio.gather(*(look.at(MONDAY) for look in looks))
        assert len(await looks[0].queued()) == 3
    finally:
        await other.close()


async def test_after_two_days_it_is_late_and_after_four_it_is_dropped_and_the_next_one_says_so(store: Store) -> None:
    look = Look(store, replace(RULES, mail=None))
    await look.at(MONDAY - WEEK)
    await look.at(MONDAY + timedelta(days=2))
    assert await look.queued() == [PostDigest(SUNDAY)]
    structlog.reset_defaults()
    with capture_logs() as logs:
        await look.at(MONDAY + WEEK + timedelta(days=4))
    assert [one["event"] for one in logs if one["event"].startswith("digest")] == ["digest.dropped"]
    await look.at(MONDAY + 2 * WEEK)
    assert await look.queued() == [PostDigest(SUNDAY), PostDigest(SUNDAY + 2 * WEEK, missed=1)]


async def test_without_a_place_no_week_is_told_of(store: Store) -> None:
    look = Look(store, None)
    for weeks in range(3):
        await look.at(MONDAY.astimezone(UTC) + weeks * WEEK)
    assert await look.queued() == []
