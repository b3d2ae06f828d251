"""Taking out of records what is kept no longer. Rows stay, and each record says what was taken out of it, and when.

What an incident's record holds is worked through in one order – messages, some at a time, then all else in one
transaction with the entry that tells of it – and what is done already is found by looking. So whoever goes on after a
kill, or does the same beside another, does nothing twice.
"""

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, Text, and_, cast, delete, exists, or_, select, update

from bot.domain.erasing import ERASED, without_words
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.named import mentioned
from bot.domain.people import Profile
from bot.domain.pseudonyms import RANDOM_BYTES, StandIns, is_name, is_pseudonym, is_unmistakable, pseudonym
from bot.domain.retention import Retention, cutoffs, people_in
from bot.domain.timeline import Recorded, RecordRedacted, WordsErased
from bot.domain.vocabulary import DataClass, Priority
from bot.store import schema
from bot.store.codec import canonical, decode, encode
from bot.store.erasing import ErasingReads, ErasingWrites
from bot.store.people import person_of
from bot.store.persons import trace_in, without
from bot.store.places import BY_NAME, PLACES, Place
from bot.store.redaction import Change, key_of, redact, remove
from bot.store.session import machine_now
from bot.store.timeline import TimelineReads

MESSAGES_AT_ONCE = 500
"""That one transaction overwrites: some tens of milliseconds, for which others wait."""
LOOP_HELD_FOR = 100
"""Entries that are looked through before others may go on."""
WHOLE_WORKSPACE = 0
LIKE_AN_ID = re.compile(r"[UW][A-Z0-9]{2,31}")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
TIMELINE, TRANSCRIPT, SECTIONS = (BY_NAME[name] for name in ("timeline", "transcript", "review_sections"))
ALERTS, COMINGS = BY_NAME["alerts"], BY_NAME["comings"]

r, t, m, i = schema.retained.c, schema.timeline.c, schema.transcript.c, schema.incidents.c
s, a, c, k, p = (
    one.c for one in (schema.review_sections, schema.alerts, schema.members, schema.comings, schema.people)
)


@dataclass(frozen=True, slots=True)
class Due:
    """An incident of whose record something is kept no longer."""

    number: IncidentNumber
    cutoffs: Mapping[DataClass, datetime]
    """Up to when what is to go was written (incident time)."""
    has_alerts: bool

    def is_over(self, kind: DataClass, at: datetime) -> bool:
        return kind in self.cutoffs and at <= self.cutoffs[kind]

    @property
    def latest(self) -> datetime:
        return max(self.cutoffs.values())

    @property
    def earliest(self) -> datetime:
        """Nothing that was written up to then is left."""
        return min(self.cutoffs.values())


@dataclass(slots=True)
class Taken:
    """What goes of a record."""

    kinds: set[DataClass] = field(default_factory=set)
    entries: list[Change] = field(default_factory=list)
    messages: list[Change] = field(default_factory=list)
    sections: list[Change] = field(default_factory=list)
    alerts: list[Change] = field(default_factory=list)
    came: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=list)
    """Rows, and what their columns are to hold."""
    left: list[Mapping[str, Any]] = field(default_factory=list)
    """Keys of rows about people who were in a channel and are not there any more."""


@dataclass(slots=True)
class UnderWay:
    """What was done of a record, and no entry tells of yet."""

    people: dict[SlackUserId, SlackUserId]
    kinds: set[DataClass] = field(default_factory=set)
    messages: int = 0
    after: tuple[str, str] = ("", "")
    """The last message that was looked at: its channel and ts."""


class RetainingReads(TimelineReads, ErasingReads):
    async def kept_too_long(self, retention: Retention, now: datetime) -> tuple[Due, ...]:
        """Every record of which something is kept no longer, in the order of incidents; none of an open incident, or of
        one on legal hold. `now`: incident time."""
        if retention.shortest is None:
            return ()
        before = now - retention.shortest
        rows = await self._connection.execute(select(r.incident, r.kinds).where(r.workspace == self._workspace))
        done = {number: frozenset(map(DataClass, json.loads(kinds))) for number, kinds in rows}
        held, stirred = await self.held(), await self._stirred(before)
        query = select(i.number, i.priority, i.over_at, i.alerts).where(
            i.workspace == self._workspace, i.is_over, i.over_at <= before
        )
        found = []
        async with self._connection.stream(query.order_by(i.number)) as result:
            async for part in result.partitions(LOOP_HELD_FOR):
                for number, priority, over_at, alerts in part:
                    to_go = cutoffs(
                        Priority(priority),
                        None if number in held else over_at,
                        done.get(number, frozenset()),
                        retention,
                        now,
                        is_stirred=number in stirred,
                    )
                    if to_go:
                        found.append(Due(IncidentNumber(number), to_go, bool(alerts)))
        return tuple(found)

    async def _stirred(self, before: datetime) -> frozenset[int]:
        """The incidents of which something went and, up to an instant, something was written since, or of which not all
        went that was to."""
        later = (
            exists().where(
                t.workspace == r.workspace, t.incident == r.incident, t.seq > r.up_to_seq, t.recorded_at <= before
            ),
            exists().where(
                m.workspace == r.workspace, m.channel == i.channel, m.ts > r.up_to_ts, m.posted_at <= before
            ),
            exists().where(s.workspace == r.workspace, s.incident == r.incident, s.at > r.up_to, s.at <= before),
        )
        query = (
            select(r.incident)
            .join_from(schema.retained, schema.incidents, and_(i.workspace == r.workspace, i.number == r.incident))
            .where(r.workspace == self._workspace, or_(r.under_way.is_not(None), *later))
        )
        return frozenset(number for (number,) in await self._connection.execute(query))

    async def is_to_scrub(self) -> bool:
        """Whether the database's files may still hold what was taken out of records."""
        query = select(r.incident).where(r.workspace == self._workspace, ~r.is_scrubbed).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def retention_begun(self) -> datetime | None:
        """When it was first looked for what is kept too long (incident time)."""
        query = select(r.up_to).where(r.workspace == self._workspace, r.incident == WHOLE_WORKSPACE)
        found: datetime | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def what_goes(self, due: Due) -> Taken | None:
        """All of it; None where nothing may be taken out now."""
        incident = await self.incident(due.number)
        if incident is None or not _may_lose(incident):
            return None
        entries = await self.timeline(due.number)
        who = await self._standing_in(due, incident, entries, {})
        taken = Taken()
        async for row in self._messages(due, incident.channels, ("", "")):
            _take_of_message(taken, row, due, who)
        await self._take_rest(taken, due, incident, who)
        return taken

    async def profiles_of_nobody(self) -> frozenset[SlackUserId]:
        """The people who are deactivated in Slack and stand in nothing but their profile. It looks at everything."""
        deactivated = select(p.user).where(p.workspace == self._workspace, p.is_deactivated)
        left = {SlackUserId(user) for (user,) in await self._connection.execute(deactivated)}
        for place in PLACES:
            if not left:
                break
            if place.is_projection or place.table is schema.people:
                continue
            columns = [cast(place.table.c[name], Text) for name in place.columns]
            query = select(*columns).where(place.table.c.workspace == self._workspace)
            async with self._connection.stream(query) as result:
                async for part in result.partitions(LOOP_HELD_FOR):
                    left -= {
                        SlackUserId(one) for row in part for told in row if told for one in LIKE_AN_ID.findall(told)
                    }
        return frozenset(left)

    async def _standing_in(
        self, due: Due, incident: Incident, entries: Sequence[Recorded], known: Mapping[SlackUserId, SlackUserId]
    ) -> StandIns | None:
        """Everybody in a record, each with a pseudonym that is theirs in this record alone; None where people stay.
        `known`: those who have one. Programs stay."""
        if DataClass.PEOPLE not in due.cutoffs:
            return None
        ids = {*known, *(user for entry in entries for user in people_in(entry.event))}
        ids |= {one["by"] for one in await self._sections(due)}
        ids |= await self._seen_in(incident.channels)
        profiles = await self._profiles(ids)
        bot = select(schema.workspaces.c.bot_user).where(schema.workspaces.c.id == self._workspace)
        programs = {(await self._connection.execute(bot)).scalar_one_or_none()}
        programs |= {user for user, one in profiles.items() if one.is_bot}
        people = sorted(one for one in ids - programs if one.startswith(("U", "W")) and not is_pseudonym(one))
        stand_ins = {one: known.get(one) or pseudonym(secrets.token_bytes(RANDOM_BYTES)) for one in people}
        return StandIns(stand_ins, _names(profiles, stand_ins)) if stand_ins else None

    async def _seen_in(self, channels: Collection[ChannelId]) -> set[SlackUserId]:
        """Everybody who wrote in channels, came, reacted, or is mentioned there."""
        came = select(k.user).distinct().where(k.workspace == self._workspace, k.channel.in_(channels))
        ids = {SlackUserId(user) for (user,) in await self._connection.execute(came)}
        said = select(m.author, m.text, m.reactions).where(m.workspace == self._workspace, m.channel.in_(channels))
        async with self._connection.stream(said) as result:
            async for part in result.partitions(LOOP_HELD_FOR):
                for author, words, reactions in part:
                    ids |= {*([author] if author else []), *mentioned([words])}
                    ids |= {user for one in reactions for user in one["users"]}
        return ids

    async def _profiles(self, users: Collection[SlackUserId]) -> dict[SlackUserId, Profile]:
        query = select(schema.people).where(p.workspace == self._workspace, p.user.in_(users))
        rows = await self._rows(query)
        return {SlackUserId(row["user"]): person_of(row) for row in rows}

    async def _sections(self, due: Due) -> list[dict[str, Any]]:
        query = select(schema.review_sections).where(
            s.workspace == self._workspace, s.incident == due.number, s.at <= due.latest
        )
        return await self._rows(query)

    async def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        return [dict(row) for row in (await self._connection.execute(query)).mappings()]

    async def _messages(
        self, due: Due, channels: Collection[ChannelId], after: tuple[str, str]
    ) -> AsyncIterator[dict[str, Any]]:
        """Those of a record's channels that are old enough, after one of them. Whoever has enough may stop."""
        if not {DataClass.TRANSCRIPT, DataClass.FILES, DataClass.PEOPLE} & due.cutoffs.keys():
            return
        for channel in sorted(one for one in channels if one >= after[0]):
            last = after[1] if channel == after[0] else ""
            query = select(schema.transcript).where(
                m.workspace == self._workspace, m.channel == channel, m.posted_at <= due.latest
            )
            is_more = True
            while is_more:
                rows = await self._rows(query.where(m.ts > last).order_by(m.ts).limit(LOOP_HELD_FOR))
                for row in rows:
                    yield row
                if is_more := len(rows) == LOOP_HELD_FOR:
                    last = rows[-1]["ts"]

    async def _take_rest(self, taken: Taken, due: Due, incident: Incident, who: StandIns | None) -> None:
        """What goes besides messages."""
        query = select(schema.timeline).where(
            t.workspace == self._workspace, t.incident == due.number, t.recorded_at <= due.latest
        )
        for count, row in enumerate(await self._rows(query.order_by(t.seq)), start=1):
            values = _without_people(taken, due, TIMELINE, row, row["recorded_at"], who)
            if due.is_over(DataClass.TIMELINE, row["recorded_at"]):
                whole = row | values
                event = decode(*(whole[name] for name in ("kind", "version", "body", "occurred_at", "by")))
                if (wordless := without_words(event)) != event:
                    values |= {"body": encode(wordless)[2]}
                    taken.kinds.add(DataClass.TIMELINE)
            if values:
                taken.entries.append(Change(key_of(schema.timeline, row), values))
            if count % LOOP_HELD_FOR == 0:
                await asyncio.sleep(0)
        for row in await self._sections(due):
            values = {}
            if due.is_over(DataClass.REVIEWS, row["at"]) and row["text"] not in ("", ERASED):
                values = {"text": ERASED}
                taken.kinds.add(DataClass.REVIEWS)
            values |= _without_people(taken, due, SECTIONS, row | values, row["at"], who)
            if values:
                taken.sections.append(Change(key_of(schema.review_sections, row), values))
        if due.has_alerts:
            await self._take_of_alerts(taken, due, who)
        if who is not None:
            await self._take_of_coming_and_going(taken, due, incident.channels, who)

    async def _take_of_alerts(self, taken: Taken, due: Due, who: StandIns | None) -> None:
        """What senders said; title and labels stay, as in the timeline."""
        query = select(schema.alerts).where(a.workspace == self._workspace, a.incident == due.number)
        for row in await self._rows(query):
            values, body = {}, json.loads(row["body"])
            if due.is_over(DataClass.TIMELINE, row["last_at"]) and body.get("text") not in (None, "", ERASED):
                values = {"body": canonical(body | {"text": ERASED})}
                taken.kinds.add(DataClass.TIMELINE)
            values |= _without_people(taken, due, ALERTS, row | values, row["last_at"], who)
            if values:
                taken.alerts.append(Change(key_of(schema.alerts, row), values))

    async def _take_of_coming_and_going(
        self, taken: Taken, due: Due, channels: Collection[ChannelId], who: StandIns
    ) -> None:
        """Who came and left. Who is in a channel now is no record: it follows Slack."""
        before = due.cutoffs[DataClass.PEOPLE]
        came = select(schema.comings).where(k.workspace == self._workspace, k.channel.in_(channels), k.at <= before)
        for row in await self._rows(came):
            if values := _without_people(taken, due, COMINGS, row, row["at"], who):
                taken.came.append((row, values))
        left = select(schema.members).where(
            c.workspace == self._workspace, c.channel.in_(channels), c.left_at <= before, c.user.in_(list(who.ids))
        )
        for row in await self._rows(left):
            taken.left.append(key_of(schema.members, row))
            taken.kinds.add(DataClass.PEOPLE)


class RetainingWrites(ErasingWrites, RetainingReads):
    async def begin_retention(self, now: datetime) -> datetime:
        """Remember that it was looked for what is kept too long; when that was done first (incident time)."""
        await self._insert_new(schema.retained, [self._mark(WHOLE_WORKSPACE, (), now, 0, is_scrubbed=True)])
        return await self.retention_begun() or now

    async def take_out(self, due: Due, now: datetime, at_once: int = MESSAGES_AT_ONCE) -> bool:
        """Take out what is kept no longer, or some of its messages; whether there is more to do. The record says so
        once, in the end. Nothing of an incident that was opened again, or put on legal hold, meanwhile. Where it has
        alerts, they are locked already. `now`: incident time. `at_once`: so many messages."""
        incident = await self.load(due.number)
        if incident is None or not _may_lose(incident):
            return False
        entries = await self.timeline(due.number)
        before, under_way, is_scrubbed = await self._marked(due.number)
        who = await self._standing_in(due, incident, entries, under_way.people)
        taken, is_whole = Taken(under_way.kinds), True
        async for row in self._messages(due, incident.channels, under_way.after):
            _take_of_message(taken, row, due, who)
            under_way.after = (row["channel"], row["ts"])
            if len(taken.messages) >= at_once:
                is_whole = False
                break
        await redact(self._connection, schema.transcript, taken.messages)
        under_way.messages += len(taken.messages)
        is_scrubbed = is_scrubbed and not taken.messages
        if not is_whole:
            under_way.people = dict(who.ids) if who else {}
            row = before | {"under_way": _written(under_way), "is_scrubbed": is_scrubbed}
            await self._upsert(schema.retained, [row])
            return True
        await self._take_rest(taken, due, incident, who)
        await self._overwrite(taken)
        if taken.kinds:
            is_scrubbed = False
            await self._tell(due.number, taken, under_way.messages, now)
        last = (await self.load(due.number) or incident).last_seq
        later = [
            one.seq
            for one in entries
            if one.recorded_at > due.earliest and not isinstance(one.event, RecordRedacted | WordsErased)
        ]
        kinds = {*map(DataClass, json.loads(before["kinds"])), *due.cutoffs}
        seq = later[0] - 1 if later else last
        mark = self._mark(due.number, kinds, due.earliest, seq, is_scrubbed=is_scrubbed)
        await self._upsert(schema.retained, [mark])
        return False

    async def _overwrite(self, taken: Taken) -> None:
        await redact(self._connection, schema.timeline, taken.entries)
        await redact(self._connection, schema.review_sections, taken.sections)
        await redact(self._connection, schema.alerts, taken.alerts)
        if taken.came:  # the key is another one
            await self._insert_new(schema.comings, [dict(row) | dict(values) for row, values in taken.came])
            await remove(self._connection, schema.comings, [key_of(schema.comings, row) for row, _ in taken.came])
        await remove(self._connection, schema.members, taken.left)

    async def _tell(self, number: IncidentNumber, taken: Taken, messages: int, now: datetime) -> None:
        seqs = tuple(change.key["seq"] for change in taken.entries)
        kinds = tuple(one for one in DataClass if one in taken.kinds)
        redacted = RecordRedacted(at=now, entries=seqs, messages=messages, kinds=kinds)
        self.forget_states([number])
        await self.record(number, [redacted], now, await self._after(number, redacted))

    async def forget_profiles(self, users: Collection[SlackUserId]) -> None:
        """Of people who are deactivated."""
        await self._connection.execute(
            delete(schema.people).where(p.workspace == self._workspace, p.user.in_(users), p.is_deactivated)
        )

    async def scrubbed(self) -> None:
        """Nothing is left in the database's files of what was taken out before."""
        await self._connection.execute(
            update(schema.retained).where(r.workspace == self._workspace).values(is_scrubbed=True)
        )

    async def _marked(self, number: IncidentNumber) -> tuple[dict[str, Any], UnderWay, bool]:
        """What was done of a record: its row, what is under way, and whether the files are clean of it."""
        query = select(schema.retained).where(r.workspace == self._workspace, r.incident == number)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        found = dict(row) if row else self._mark(number, (), NEVER, 0, is_scrubbed=True)
        return found, _read(found["under_way"]), found["is_scrubbed"]

    def _mark(
        self, number: int, kinds: Iterable[DataClass], up_to: datetime, seq: int, *, is_scrubbed: bool
    ) -> dict[str, Any]:
        return {
            "workspace": self._workspace,
            "incident": number,
            "kinds": json.dumps(sorted(kinds)),
            "up_to": up_to,
            "up_to_ts": f"{up_to.timestamp():.6f}",
            "up_to_seq": seq,
            "under_way": None,
            "is_scrubbed": is_scrubbed,
        }


def _may_lose(incident: Incident) -> bool:
    return incident.is_readable and incident.status.is_over and incident.hold is None


def _names(
    profiles: Mapping[SlackUserId, Profile], stand_ins: Mapping[SlackUserId, SlackUserId]
) -> dict[str, SlackUserId]:
    """The names by which people can be found with nobody looking at what is found."""
    return {
        name.strip(): stand_ins[user]
        for user, one in profiles.items()
        if user in stand_ins
        for name in (one.name, one.full_name or "")
        if is_name(name) and is_unmistakable(name)
    }


def _take_of_message(taken: Taken, row: Mapping[str, Any], due: Due, who: StandIns | None) -> None:
    values: dict[str, Any] = {}
    at = row["posted_at"]
    has_words = row["text"] not in ("", ERASED) or row["deleted_text"] is not None
    if due.is_over(DataClass.TRANSCRIPT, at) and has_words:
        values |= {"text": ERASED if row["text"] else "", "deleted_text": None}
        taken.kinds.add(DataClass.TRANSCRIPT)
    if due.is_over(DataClass.FILES, at) and row["files"]:
        values["files"] = []
        taken.kinds.add(DataClass.FILES)
    values |= _without_people(taken, due, TRANSCRIPT, dict(row) | values, at, who)
    if values:
        taken.messages.append(Change(key_of(schema.transcript, row), values | {"redacted_at": machine_now()}))


def _without_people(
    taken: Taken, due: Due, place: Place, row: Any, at: datetime, who: StandIns | None
) -> dict[str, Any]:
    """What the columns in which people stand are to hold."""
    if who is None or not due.is_over(DataClass.PEOPLE, at):
        return {}
    trace = trace_in(place, row, who)
    if trace is None:
        return {}
    taken.kinds.add(DataClass.PEOPLE)
    return without(trace, who)


def _written(under_way: UnderWay) -> str:
    told = {"people": under_way.people, "kinds": sorted(under_way.kinds), "messages": under_way.messages}
    return canonical(told | {"after": under_way.after})


def _read(text: str | None) -> UnderWay:
    if text is None:
        return UnderWay({})
    told = json.loads(text)
    channel, ts = told["after"]
    return UnderWay(told["people"], set(map(DataClass, told["kinds"])), told["messages"], (channel, ts))
