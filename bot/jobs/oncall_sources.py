"""Where schedules come from besides the policy: calendar feeds, PagerDuty and Slack user groups; and who is told at a
handover."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.domain.ids import SlackUserId
from bot.domain.oncall import on_call
from bot.domain.policy import Feed, Schedule, Shift
from bot.integrations.outgoing import NotReached, Outgoing
from bot.integrations.paging.oncalls import OnCalls
from bot.jobs.ical import Read, UnreadableFeed, read_calendar
from bot.jobs.oncall_pagerduty import Match, copy_of, read_copy
from bot.store import FeedCopy
from bot.workflows.context import Context
from bot.workflows.oncall import note_handovers

log = structlog.get_logger(__name__)


async def nobody(_: str) -> None:
    """Where nobody can be asked who has an address."""


MOST_BYTES = 2_000_000
FOREVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


class OnCallSources:
    """Keeps the schedules of the context's policy up to date. The last good copy of a feed stands in the database."""

    def __init__(
        self, context: Context, outgoing: Outgoing, oncalls: OnCalls | None = None, match: Match = nobody
    ) -> None:
        """`oncalls`: PagerDuty's, where there is a token for it. `match`: who has an address in Slack."""
        self._context = context
        self._outgoing = outgoing
        self._oncalls = oncalls
        self._match = match
        self._tried_at: dict[str, datetime] = {}
        self._on_call: dict[str, SlackUserId] | None = None
        """Who was on call when we looked last."""
        self._expanded: dict[str, tuple[str, date, Read]] = {}
        """By schedule: the calendar, the day for which it was expanded, and what it says."""

    async def refresh(self, machine_now: datetime) -> None:
        """Fetch the feeds whose time has come, look at the groups, then tell whoever comes on call. Never raises."""
        try:
            for schedule in self._context.policy.schedules.values():
                if schedule.feed is not None and self._is_due(schedule, schedule.feed, machine_now):
                    self._tried_at[schedule.name] = machine_now
                    await self._fetch(schedule, schedule.feed, machine_now)
            await self.apply()
            await self._tell_newcomers()
        except Exception:  # the next round tries again: the database may be away for a while
            log.exception("oncall_sources.refresh_failed")

    async def _tell_newcomers(self) -> None:
        """Only when a turn may have passed since we looked last: there may be thousands of open incidents."""
        now = self._context.now()
        turns = {name: on_call(one, now) for name, one in self._context.policy.schedules.items()}
        on_call_now = {name: turn.primary for name, turn in turns.items() if turn is not None}
        if on_call_now != self._on_call:
            await note_handovers(self._context)
            self._on_call = on_call_now

    def _is_due(self, schedule: Schedule, feed: Feed, machine_now: datetime) -> bool:
        tried_at = self._tried_at.get(schedule.name)
        return tried_at is None or machine_now - tried_at >= feed.refresh_every

    async def apply(self) -> None:
        """Bring what the database holds into the schedules."""
        async with self._context.store.read() as tx:
            feeds = await tx.feeds()
            groups = {
                one.name: await tx.group(one.group) for one in self._context.policy.schedules.values() if one.group
            }
        changed: dict[str, Schedule] = {}
        for name, schedule in self._context.policy.schedules.items():
            if schedule.feed is not None and (copy := feeds.get(name)) is not None:
                changed[name] = await self._of_feed(schedule, schedule.feed, copy)
            elif schedule.group is not None:
                group = groups.get(name)
                changed[name] = replace(schedule, shifts=_of_group(group.users if group else ()))
        if changed:
            self._context.policy = self._context.policy.with_schedules(changed)

    async def _of_feed(self, schedule: Schedule, feed: Feed, copy: FeedCopy) -> Schedule:
        """The schedule as the copy has it; a copy that cannot be read any more leaves what was."""
        current = replace(schedule, read_at=copy.fetched_at, is_behind=copy.error is not None)
        try:
            read = await self._expand(schedule, feed, copy.content)
        except UnreadableFeed:
            return current
        return replace(current, shifts=read.shifts, left_out=read.left_out, unmatched=read.unmatched)

    async def _expand(self, schedule: Schedule, feed: Feed, content: str | None) -> Read:
        """Once a day for each content, in a thread: it can take a second. Raises UnreadableFeed."""
        if content is None:
            return Read(())
        now = self._context.now()
        known = self._expanded.get(schedule.name)
        if known is None or known[:2] != (content, now.date()):
            read = await asyncio.to_thread(read_feed, feed, content, schedule.timezone, now)
            known = self._expanded[schedule.name] = (content, now.date(), read)
        return known[2]

    async def _fetch(self, schedule: Schedule, feed: Feed, machine_now: datetime) -> None:
        async with self._context.store.read() as tx:
            known = (await tx.feeds()).get(schedule.name, FeedCopy())
        try:
            copy = await self._had(feed, known, machine_now)
            await self._expand(schedule, feed, copy.content)
        except (OSError, UnreadableFeed, UnicodeDecodeError) as error:
            why = (
                str(error) if isinstance(error, UnreadableFeed) else f"it could not be fetched ({type(error).__name__})"
            )
            log.warning("oncall_feed.failed", schedule=schedule.name, why=why)
            copy = replace(known, error=why)
        async with self._context.store.write() as tx:
            await tx.keep_feed(schedule.name, copy)

    async def _had(self, feed: Feed, known: FeedCopy, machine_now: datetime) -> FeedCopy:
        if feed.pagerduty is None:
            return await _download(self._outgoing, feed, known, machine_now)
        now, people = self._context.now(), feed.people
        content = await copy_of(self._oncalls, feed.pagerduty, people, self._match, known.content, now)
        return FeedCopy(content, None, machine_now, None)


def read_feed(feed: Feed, content: str, zone: ZoneInfo, now: datetime) -> Read:
    """What a copy says around now. Raises UnreadableFeed."""
    return read_copy(content, feed.people) if feed.pagerduty else read_calendar(content, feed.people, zone, now)


async def _download(client: Outgoing, feed: Feed, known: FeedCopy, machine_now: datetime) -> FeedCopy:
    """The feed as it is now; the known copy where it has not changed."""
    headers = {"If-None-Match": known.etag} if known.etag and known.content else {}
    try:
        answer = await client.get(feed.url, headers=headers, most_bytes=MOST_BYTES, way=feed)
    except NotReached as error:
        raise UnreadableFeed(f"it could not be fetched ({error.why})") from None
    if answer.status == 304:
        return replace(known, fetched_at=machine_now, error=None)
    if answer.status != 200:
        raise UnreadableFeed(f"its server answered {answer.status}")
    return FeedCopy(answer.body.decode("utf-8-sig"), answer.etag, machine_now, None)


def _of_group(users: tuple[SlackUserId, ...]) -> tuple[Shift, ...]:
    """The first member is on call, the second stands behind, as on-call tools keep such groups."""
    return tuple(Shift(*FOREVER, user, is_secondary=place > 0) for place, user in enumerate(users[:2]))


REFRESH_EVERY = timedelta(minutes=1)
"""How often the sources are looked at; each feed is fetched as often as its schedule says."""
