"""What was said while nobody listened – before a start, or while Slack could not reach us – is read back.

Channels are compared with their transcripts: what is missing is taken in like any Slack event, once, so that an edit, a
deletion or a mark of that time counts too.
"""

import asyncio
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import structlog

from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId, ref
from bot.domain.incident import Incident
from bot.domain.transcript import (
    MemberJoined,
    MemberLeft,
    Message,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Reacted,
    Seen,
    SlackEvent,
)
from bot.slack.gateway import Gateway
from bot.slack.history import PAUSE, Unreadable, is_gone, read_back, read_members
from bot.store import DatabaseUnreachable
from bot.workflows.context import Context
from bot.workflows.intake import Intake

log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(days=1)
"""Before the last message heard: so far back an edit, a deletion or a new reply is still noticed."""
MARGIN = timedelta(seconds=1)
"""Slack leaves out what was said at the very beginning of the stretch that is asked for."""
KEPT_EVERY = timedelta(minutes=1)
"""How often it is remembered up to when everything was heard; so much is missing after a crash."""
AGAIN_AFTER = 5.0
"""Seconds after which reading back is begun anew, where the database went away meanwhile."""
LONGEST_REST = 1800.0
"""Seconds, however often it has failed: every channel is read anew each time."""
JUST_OVER = timedelta(days=7)
"""So long after its end an incident's channel is still read back at a start."""


class CatchingUp:
    """Reads channels back."""

    def __init__(self, context: Context, gateway: Gateway, intake: Intake, pause: timedelta = PAUSE) -> None:
        self._context = context
        self._gateway = gateway
        self._intake = intake
        self._pause = pause
        self._is_complete = False
        """Whether everything that is said reaches us and nothing is missing."""
        self._losses = 0
        """How often the connection was lost; what began before a loss proves nothing after it."""
        context.presence.lost()
        context.presence.ask = self.members_of
        self._unreadable: dict[ChannelId, datetime] = {}
        """Channels with a gap that Slack does not let us read back, and up to when they were heard before it."""
        self._kept_at: datetime | None = None
        self._is_reading = False
        self._wanted: int | None = None
        """Reading every channel back once more, after so many losses."""
        self._rests_for = AGAIN_AFTER
        self._again_at: float | None = None
        """On the loop's clock; None: the last time went through, or is under way."""

    async def everything(self) -> None:
        """Every channel that is in use, or was until lately, one after the other. Never raises.

        A connection that is lost meanwhile counts: then something may be missing again.
        """
        losses, self._again_at = self._losses, None
        try:
            async with self._context.store.read() as tx:
                last = await tx.last_number()
            if losses == self._losses:
                self._context.presence.resumed(last)
            await self.private_members()
            await self._channels(losses)
        except Exception:  # the database may be away for a while
            log.exception("catching_up.failed")
            self._again_at = asyncio.get_running_loop().time() + self._rests_for
            self._rests_for = min(self._rests_for * 2, LONGEST_REST)
        else:
            self._rests_for = AGAIN_AFTER

    async def _channels(self, losses: int) -> None:
        """Once at a time, as Slack lets us ask only so often. What is asked for meanwhile is one more time at the end,
        however often connections were lost. `losses`: how many there had been when Slack reached us."""
        self._wanted = losses
        if self._is_reading:
            return
        self._is_reading = True
        try:
            while self._wanted is not None:
                losses, self._wanted = self._wanted, None
                failed: Exception | None = None
                for number in await self._recent():
                    try:
                        await self._number(number)
                    except DatabaseUnreachable:
                        raise
                    except Exception as error:  # what is wrong with one incident keeps no other from being read
                        log.exception("catching_up.incident_failed", incident=ref(number))
                        failed = error
                if failed is not None:
                    raise failed
                self._is_complete = losses == self._losses
        finally:
            self._is_reading = False

    @property
    def is_to_be_repeated(self) -> bool:
        """Whether it failed, and long enough ago to be begun anew."""
        return self._again_at is not None and asyncio.get_running_loop().time() >= self._again_at

    async def _number(self, number: IncidentNumber) -> None:
        async with self._context.store.read() as tx:
            incident = await tx.incident(number)
        if incident is not None:
            await self.channel(incident)

    def disconnected(self) -> None:
        """Slack does not reach us any more: from here on something may be missed."""
        self._losses += 1
        self._is_complete = False
        self._context.presence.lost()

    async def private_members(self) -> None:
        """Who is in the channels of private incidents, of whatever age: it decides who may see them."""
        async with self._context.store.read() as tx:
            private = await tx.private_numbers()
        for number in private:
            await self.members_of(number)

    async def members_of(self, number: IncidentNumber) -> bool:
        """Whether it is known now who is in the incident's channel."""
        async with self._context.store.read() as tx:
            incident = await tx.incident(number)
        return incident is not None and await self._members(incident)

    async def _members(self, incident: Incident) -> bool:
        """Read back who is in the channel; whoever came or went unseen is taken in as if Slack had told of it.

        Nobody comes or goes where the channel is archived. What happens while Slack answers is told by events, which
        are later than the question, so that they win.
        """
        channel, losses, asked_at = incident.channel, self._losses, self._context.now()
        if channel is None:
            return True
        if not incident.is_archived:
            async with self._context.store.read() as tx:
                before = await tx.members(channel) - {self._gateway.bot_user}
            try:
                there = await read_members(self._gateway, channel, self._pause)
            except Unreadable as why:
                log.warning("catching_up.members_unreadable", incident=incident.ref, why=str(why))
                return False
            run = uuid.uuid4().hex
            for place, seen in enumerate(came_and_went(channel, before, there, asked_at)):
                await self._intake.take(SlackEvent(f"members/{run}/{place}", seen))
        if losses == self._losses:
            self._context.presence.confirmed(channel)
        return True

    async def keep_heard(self) -> None:
        """Remember up to when everything was heard, now and then, for whoever writes a review beside the bot."""
        now = self._context.now()
        if not self._is_complete or (self._kept_at is not None and now - self._kept_at < KEPT_EVERY):
            return
        self._kept_at = now
        async with self._context.store.write() as tx:
            await tx.keep_heard_to(now)

    async def complete_to(self, incident: Incident, *, is_again: bool = False) -> datetime | None:
        """Up to when the transcript of the incident is complete, after reading its channel back; None: as far as was
        last kept. `is_again`: it has just been read for the same purpose."""
        now = self._context.now()
        if not is_again and await self.channel(incident):
            return now
        return self.heard_to(incident)

    def heard_to(self, incident: Incident) -> datetime | None:
        """Now, while everything that is said in its channel reaches us and nothing was missed; up to the gap, where
        that could not be read back; None while nothing reaches us."""
        if not self._is_complete or incident.channel is None:
            return None
        if incident.channel_lost_at is not None:
            return incident.channel_lost_at
        return self._unreadable.get(incident.channel, self._context.now())

    async def _kept_to(self, incident: Incident) -> datetime:
        async with self._context.store.read() as tx:
            return await tx.heard_to() or incident.declared_at

    async def _recent(self) -> list[IncidentNumber]:
        async with self._context.store.read() as tx:
            listed = await tx.incidents(open_only=True) + await tx.over_since(self._context.now() - JUST_OVER)
        return [one.number for one in listed if one.channel is not None]

    async def channel(self, incident: Incident) -> bool:
        """Whether the transcript of the incident's channel is complete now."""
        if incident.channel is None or incident.is_archived:
            return True
        if incident.channel_lost is not None and not await self._is_back(incident.channel):
            return False
        await self._members(incident)
        async with self._context.store.read() as tx:
            known = await tx.transcript(incident.channel)
        opened_at = incident.channel_opened_at or incident.declared_at
        heard_at = max([opened_at, *(one.posted_at for one in known)])
        oldest = max(incident.declared_at - timedelta(minutes=1), heard_at - LOOK_BACK)
        try:
            there = await read_back(self._gateway, incident.channel, oldest.timestamp(), self._pause)
        except Unreadable as why:
            log.warning("catching_up.unreadable", incident=incident.ref, why=str(why))
            if not self._is_complete:  # else nothing was missed: what is said is heard as it is said
                self._unreadable.setdefault(incident.channel, await self._kept_to(incident))
            return False
        self._unreadable.pop(incident.channel, None)
        told = list(differences(incident.channel, known, there, oldest, self._context.now()))
        threads = {one.ts: one.thread_ts for one in known}
        missed = [
            one for one in told if not isinstance(one, MessageDeleted) or await self._is_gone(one, threads[one.ts])
        ]
        run = uuid.uuid4().hex
        for place, seen in enumerate(missed):
            await self._intake.take(SlackEvent(f"read/{run}/{place}", seen))
        if missed:
            log.info("catching_up.read", incident=incident.ref, missed=len(missed))
        return True

    async def _is_back(self, channel: ChannelId) -> bool:
        """Whether we are in a channel again that was lost: nobody may have told us."""
        channels = await self._gateway.own_channels()
        if not isinstance(channels, list) or all(one.get("id") != channel for one in channels):
            return False
        joined = MemberJoined(channel, self._gateway.bot_user, self._context.now())
        await self._intake.take(SlackEvent(f"back/{uuid.uuid4().hex}", joined))
        return True

    async def _is_gone(self, one: MessageDeleted, thread: MessageTs | None) -> bool:
        """Whether Slack says so when asked for that one message: words are not given up for a page that lacks them."""
        try:
            return await is_gone(self._gateway, one.channel, one.ts, thread)
        except Unreadable:
            return False


def came_and_went(
    channel: ChannelId, before: frozenset[SlackUserId], there: frozenset[SlackUserId], at: datetime
) -> Iterator[Seen]:
    """What must have happened between who was in a channel and who is."""
    for user in sorted(before - there):
        yield MemberLeft(channel, user, at)
    for user in sorted(there - before):
        yield MemberJoined(channel, user, at)


def differences(
    channel: ChannelId, known: Iterable[Message], there: Iterable[Message], oldest: datetime, now: datetime
) -> Iterator[Seen]:
    """What must have happened between what we know and what stands there now."""
    ours = {one.ts: one for one in known}
    theirs = {one.ts: one for one in there}
    for ts, message in sorted(theirs.items()):
        before = ours.get(ts)
        if before is None:
            yield MessagePosted(message)
        elif before.deleted_at is None and not before.is_redacted:
            if message.edited_at is not None and message.edited_at != before.edited_at:
                yield MessageEdited(message)
            yield from _reactions(before, message)
    for ts, one in sorted(ours.items()):
        root = ours.get(one.thread_ts) if one.thread_ts else one  # a thread is read where it begins
        is_read = root is not None and root.posted_at > oldest + MARGIN
        if is_read and one.deleted_at is None and ts not in theirs:
            yield MessageDeleted(channel, ts, now)


def _reactions(before: Message, message: Message) -> Iterator[Seen]:
    had = {(one.name, user) for one in before.reactions for user in one.users}
    has = {(one.name, user) for one in message.reactions for user in one.users}
    for name, user in sorted(has - had):
        yield Reacted(message.channel, message.ts, user, name)
    for name, user in sorted(had - has):
        yield Reacted(message.channel, message.ts, user, name, is_removed=True)
