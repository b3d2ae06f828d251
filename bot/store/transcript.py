"""The transcript: what Slack says people did, and who is in which channel."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, assert_never

from sqlalchemy import RowMapping, and_, bindparam, func, or_, select, update

from bot.domain import transcript as seen
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId
from bot.store import schema
from bot.store.inbox import InboxWrites
from bot.store.people import PeopleWrites
from bot.store.prepared import Prepared
from bot.store.session import Session, insert_into

AT_ONCE = 500
"""Messages that are read before others may go on."""

m, c, i, k = schema.transcript.c, schema.members.c, schema.incidents.c, schema.comings.c
OF_PERSON = select(c.channel, c.left_at.is_(None)).where(
    c.workspace == bindparam("workspace"), c.user == bindparam("user")
)
WHEREABOUTS, IS_THERE = Prepared(OF_PERSON), Prepared(OF_PERSON.where(c.channel == bindparam("channel")))


class TranscriptReads(Session):
    async def transcript(self, channel: ChannelId) -> tuple[seen.Message, ...]:
        """Every message of a channel in channel order, deleted ones included.

        Read in parts, so that a long one does not hold up what else the loop has to do.
        """
        query = (
            select(schema.transcript)
            .where(m.workspace == self._workspace, m.channel == channel)
            .order_by(func.length(m.ts), m.ts)
        )
        messages: list[seen.Message] = []
        async with self._connection.stream(query) as result:
            async for part in result.mappings().partitions(AT_ONCE):
                messages += map(_message, part)
        return tuple(messages)

    async def messages_after(
        self, channels: Sequence[ChannelId], after: tuple[ChannelId, MessageTs] | None, limit: int
    ) -> tuple[seen.Message, ...]:
        """Messages of several channels, one channel after the other, that follow one of them; at most so many."""
        found: list[seen.Message] = []
        rest = channels[channels.index(after[0]) :] if after else channels
        for channel in rest:
            query = select(schema.transcript).where(m.workspace == self._workspace, m.channel == channel)
            if after is not None and channel == after[0]:
                length = len(after[1])
                later = or_(func.length(m.ts) > length, and_(func.length(m.ts) == length, m.ts > after[1]))
                query = query.where(later)
            query = query.order_by(func.length(m.ts), m.ts).limit(limit - len(found))
            found += [_message(row) for row in (await self._connection.execute(query)).mappings()]
            if len(found) >= limit:
                break
        return tuple(found)

    async def first_said(self, channel: ChannelId, limit: int) -> tuple[str, ...]:
        """What people said first in a channel, in channel order; at most so many messages."""
        query = (
            select(m.text)
            .where(m.workspace == self._workspace, m.channel == channel, ~m.is_bot, m.deleted_at.is_(None))
            .order_by(func.length(m.ts), m.ts)
            .limit(limit)
        )
        return tuple(text for (text,) in await self._connection.execute(query))

    async def authors(self, channel: ChannelId) -> frozenset[SlackUserId]:
        """Everybody who wrote in a channel."""
        query = select(m.author).distinct().where(m.workspace == self._workspace, m.channel == channel)
        rows = await self._connection.execute(query.where(m.author.is_not(None)))
        return frozenset(SlackUserId(author) for (author,) in rows)

    async def with_markup(self, channel: ChannelId) -> tuple[str, ...]:
        """The texts of a channel in which somebody or something may be mentioned."""
        query = select(m.text).where(m.workspace == self._workspace, m.channel == channel, m.text.like("%<%"))
        return tuple(text for (text,) in await self._connection.execute(query))

    async def last_message_at(self, channel: ChannelId) -> datetime | None:
        """When a person last wrote in a channel (incident time)."""
        query = select(func.max(m.posted_at)).where(
            m.workspace == self._workspace, m.channel == channel, ~m.is_bot, m.deleted_at.is_(None)
        )
        found: datetime | None = (await self._connection.execute(query)).scalar_one()
        return found

    async def message(self, channel: ChannelId, ts: MessageTs) -> seen.Message | None:
        rows = await self._connection.execute(
            select(schema.transcript).where(m.workspace == self._workspace, m.channel == channel, m.ts == ts)
        )
        row = rows.mappings().one_or_none()
        return _message(row) if row else None

    async def members(self, channel: ChannelId) -> frozenset[SlackUserId]:
        """Who is in a channel now."""
        rows = await self._connection.execute(
            select(c.user).where(c.workspace == self._workspace, c.channel == channel, c.left_at.is_(None))
        )
        return frozenset(SlackUserId(user) for (user,) in rows)

    async def came(self, channel: ChannelId) -> tuple[seen.Came, ...]:
        """Who joined a channel and left it, in order."""
        rows = await self._connection.execute(
            select(k.user, k.at, k.is_joining)
            .where(k.workspace == self._workspace, k.channel == channel)
            .order_by(k.at, k.user)
        )
        return tuple(seen.Came(SlackUserId(user), at, is_joining) for user, at, is_joining in rows)

    async def channels_of(self, user: SlackUserId) -> frozenset[ChannelId]:
        """The channels that a person is in now."""
        rows = await self._connection.execute(
            select(c.channel).where(c.workspace == self._workspace, c.user == user, c.left_at.is_(None))
        )
        return frozenset(ChannelId(channel) for (channel,) in rows)

    async def whereabouts(self, user: SlackUserId, channel: ChannelId | None = None) -> dict[ChannelId, bool]:
        """Every channel that a person was seen in, and whether they are in it now; or only about that one: whoever has
        been in many incidents was seen in many."""
        given = {"workspace": self._workspace, "user": user}
        if channel is None:
            rows = await WHEREABOUTS.rows(self._connection, given, is_little=False)
        else:
            rows = await IS_THERE.rows(self._connection, {**given, "channel": channel})
        return {ChannelId(channel): bool(is_there) for channel, is_there in rows}


class TranscriptWrites(TranscriptReads, PeopleWrites, InboxWrites):
    """Applying what Slack tells. Only channels of incidents are kept."""

    _keep_deleted = False

    async def apply_all(self, events: Sequence[seen.SlackEvent], *, keep_deleted: bool = False) -> int:
        """Many deliveries at once, each only if it is new; how many were. `keep_deleted`: what is deleted stays in a
        column that nothing reads, until `forget_deleted`.

        New messages, by far the most, are written together.
        """
        self._keep_deleted = keep_deleted
        fresh = await self.take_all([event.event_id for event in events])
        kept = await self._kept_channels([event.seen for event in events])
        posted: dict[tuple[str, str], seen.Message] = {}
        new = 0
        for event in events:
            if event.event_id not in fresh:
                continue
            fresh.discard(event.event_id)
            new += 1
            match event.seen:
                case seen.MessagePosted(message=message):
                    if message.channel in kept:
                        posted.setdefault((message.channel, message.ts), message)
                case None:
                    pass
                case other:
                    await self._post(posted)
                    posted = {}
                    await self._apply(other, kept)
        await self._post(posted)
        return new

    async def apply(self, what: seen.Seen) -> None:
        """One thing that Slack tells."""
        kept = await self._kept_channels([what])
        if isinstance(what, seen.MessagePosted):
            if what.message.channel in kept:
                await self._post({(what.message.channel, what.message.ts): what.message})
            return
        await self._apply(what, kept)

    async def _kept_channels(self, told: Iterable[seen.Seen | None]) -> frozenset[str]:
        """Those channels that belong to incidents."""
        channels = {channel for one in told if (channel := _channel(one)) is not None}
        if not channels:
            return frozenset()
        rows = await self._connection.execute(
            select(i.channel).where(i.workspace == self._workspace, i.channel.in_(channels))
        )
        return frozenset(channel for (channel,) in rows)

    async def _post(self, posted: dict[tuple[str, str], seen.Message]) -> None:
        """Insert messages. One that is known already stays as it is, for an edit came first; if its deletion came
        first, it is now known who wrote it."""
        if not posted:
            return
        upsert = _post(self._connection.dialect.name)
        await self._connection.execute(upsert, [self._message_row(message) for message in posted.values()])
        self.news |= {message.channel for message in posted.values() if not message.is_bot}

    async def _apply(self, what: seen.Seen, kept: frozenset[str]) -> None:
        match what:
            case seen.MessagePosted():
                raise AssertionError("posted messages are written together")
            case seen.MessageEdited(message=message):
                if message.channel in kept:
                    await self._edit(message)
            case seen.MessageDeleted():
                if what.channel in kept:
                    await self._delete(what)
            case seen.Reacted():
                if what.channel in kept:
                    await self._react(what)
            case seen.MemberJoined(channel=channel, user=user, at=at):
                await self._joined(channel, user, at)
                await self._came(channel, seen.Came(user, at, is_joining=True))
            case seen.MemberLeft(channel=channel, user=user, at=at):
                await self._left(channel, user, at)
                await self._came(channel, seen.Came(user, at, is_joining=False))
            case seen.PersonChanged(person=person):
                await self.keep_person(person, None)
            case seen.GroupChanged(group=group):
                await self.keep_group(group)
            case seen.ChannelGone() | seen.ChannelNamed() | seen.ChannelUnarchived():
                pass
            case unexpected:
                assert_never(unexpected)

    async def _edit(self, message: seen.Message) -> None:
        """The last wording counts; after a deletion nothing does. Reactions come by events of their own."""
        known = await self.message(message.channel, message.ts)
        if known is None:
            await self._post({(message.channel, message.ts): message})
            return
        if known.deleted_at is not None or known.is_redacted or _is_later(known.edited_at, message.edited_at):
            return
        await self._change(
            message.channel,
            message.ts,
            text=message.text,
            edited_at=message.edited_at or known.edited_at,
            files=[_file_row(file) for file in message.files],
        )

    async def _delete(self, gone: seen.MessageDeleted) -> None:
        """Author and time stay; the words, the files' names and the reactions go."""
        if await self.message(gone.channel, gone.ts) is None:
            tombstone = seen.Message(gone.channel, gone.ts, None, "", _posted_at(gone), deleted_at=gone.deleted_at)
            await self._post({(gone.channel, gone.ts): tombstone})
            return
        known = await self.message(gone.channel, gone.ts)
        kept = known.text if self._keep_deleted and known and known.deleted_at is None else None
        gone_now = {"text": "", "files": [], "reactions": [], "deleted_at": gone.deleted_at}
        await self._change(gone.channel, gone.ts, **gone_now, **({"deleted_text": kept} if kept else {}))

    async def forget_deleted(self, before: datetime, held: Iterable[IncidentNumber] = ()) -> int:
        """Let go of what was deleted before an instant (incident time), but for the channels of some incidents; how
        many messages."""
        kept = select(i.channel).where(i.workspace == self._workspace, i.number.in_(list(held)), i.channel.is_not(None))
        gone = await self._connection.execute(
            update(schema.transcript)
            .where(m.workspace == self._workspace, m.deleted_text.is_not(None), m.deleted_at < before)
            .where(m.channel.not_in(kept))
            .values(deleted_text=None)
        )
        return gone.rowcount

    async def _react(self, what: seen.Reacted) -> None:
        """Add or take away one person's reaction; on a message that was never seen it is let go."""
        known = await self.message(what.channel, what.ts)
        if known is None or known.deleted_at is not None:
            return
        by_name = {one.name: one.users for one in known.reactions}
        others = tuple(user for user in by_name.get(what.reaction, ()) if user != what.user)
        by_name[what.reaction] = others if what.is_removed else (*others, what.user)
        rows = [{"name": name, "users": list(users)} for name, users in by_name.items() if users]
        await self._change(what.channel, what.ts, reactions=rows)

    async def _change(self, channel: ChannelId, ts: MessageTs, **values: Any) -> None:
        await self._connection.execute(
            update(schema.transcript)
            .where(m.workspace == self._workspace, m.channel == channel, m.ts == ts)
            .values(**values)
        )

    async def _joined(self, channel: ChannelId, user: SlackUserId, at: datetime) -> None:
        row = {"workspace": self._workspace, "channel": channel, "user": user, "joined_at": at, "left_at": None}
        await self._connection.execute(_join(self._connection.dialect.name), row)

    async def _left(self, channel: ChannelId, user: SlackUserId, at: datetime) -> None:
        """Also noted of somebody who was never seen to join: the news of that may come later."""
        row = {"workspace": self._workspace, "channel": channel, "user": user, "joined_at": at, "left_at": at}
        await self._connection.execute(_leave(self._connection.dialect.name), row)

    async def _came(self, channel: ChannelId, one: seen.Came) -> None:
        row = {"channel": channel, "user": one.user, "at": one.at, "is_joining": one.is_joining}
        await self._insert_new(schema.comings, [{"workspace": self._workspace, **row}])

    def _message_row(self, message: seen.Message) -> dict[str, Any]:
        return {
            "workspace": self._workspace,
            "channel": message.channel,
            "ts": message.ts,
            "thread_ts": message.thread_ts,
            "author": message.author,
            "text": message.text,
            "posted_at": message.posted_at,
            "edited_at": message.edited_at,
            "deleted_at": message.deleted_at,
            "files": [_file_row(file) for file in message.files],
            "reactions": [{"name": one.name, "users": list(one.users)} for one in message.reactions],
            "is_bot": message.is_bot,
            "shown_as": message.shown_as,
        }


def _channel(what: seen.Seen | None) -> ChannelId | None:
    """The channel whose transcript a Slack event changes."""
    match what:
        case seen.MessagePosted() | seen.MessageEdited():
            return what.message.channel
        case seen.MessageDeleted() | seen.Reacted():
            return what.channel
        case _:
            return None


def _posted_at(gone: seen.MessageDeleted) -> datetime:
    """When a deleted message was posted: its ts is seconds since 1970."""
    try:
        return datetime.fromtimestamp(float(gone.ts), UTC)
    except (ValueError, OverflowError, OSError):
        return gone.deleted_at


def _is_later(known: datetime | None, new: datetime | None) -> bool:
    """Whether the wording we have is of a later edit; a message that was not edited is older than any edit."""
    return known is not None and (new is None or known > new)


def _file_row(file: seen.File) -> dict[str, Any]:
    return {"name": file.name, "type": file.type, "size": file.size, "permalink": file.permalink}


@cache
def _post(dialect: str) -> Any:
    """Made once, as those below: `excluded` copies every column of the table."""
    insert = insert_into(schema.transcript, dialect)
    return insert.on_conflict_do_update(
        index_elements=[m.workspace, m.channel, m.ts],
        set_={name: insert.excluded[name] for name in ("author", "thread_ts", "is_bot", "shown_as")},
        where=and_(m.deleted_at.is_not(None), m.author.is_(None)),
    )


@cache
def _join(dialect: str) -> Any:
    insert = insert_into(schema.members, dialect)
    return insert.on_conflict_do_update(
        index_elements=[c.workspace, c.channel, c.user],
        set_={"joined_at": insert.excluded.joined_at, "left_at": None},
        where=or_(c.left_at.is_(None), c.left_at <= insert.excluded.joined_at),
    )


@cache
def _leave(dialect: str) -> Any:
    insert = insert_into(schema.members, dialect)
    return insert.on_conflict_do_update(
        index_elements=[c.workspace, c.channel, c.user],
        set_={"left_at": insert.excluded.left_at},
        where=c.joined_at <= insert.excluded.left_at,
    )


def _message(row: RowMapping) -> seen.Message:
    return seen.Message(
        channel=ChannelId(row["channel"]),
        ts=MessageTs(row["ts"]),
        author=SlackUserId(row["author"]) if row["author"] is not None else None,
        text=row["text"],
        posted_at=row["posted_at"],
        thread_ts=MessageTs(row["thread_ts"]) if row["thread_ts"] is not None else None,
        edited_at=row["edited_at"],
        deleted_at=row["deleted_at"],
        files=tuple(seen.File(**file) for file in row["files"]),
        reactions=tuple(
            seen.Reaction(one["name"], tuple(SlackUserId(user) for user in one["users"])) for one in row["reactions"]
        ),
        is_bot=row["is_bot"],
        shown_as=row["shown_as"],
        is_redacted=row["redacted_at"] is not None,
    )
