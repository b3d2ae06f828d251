"""Erasing a person: wherever they stand, their pseudonym stands afterwards, and what is theirs alone is gone."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select, update

from bot.domain.audience import of_erasing
from bot.domain.effects import Effect, SendWebhook
from bot.domain.erasing import ERASED, without_words
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.pseudonyms import StandIns, called, seeking
from bot.domain.timeline import ChannelOpened, LegalHoldSet, RecordRedacted
from bot.store import schema
from bot.store.codec import KINDS, decode, encode
from bot.store.persons import PersonReads, Trace, without
from bot.store.places import BY_NAME, PLACES, Place
from bot.store.redaction import Change, key_of, redact, remove
from bot.store.rows import ToRecord
from bot.store.session import machine_now
from bot.store.timeline import TimelineWrites

x, t, m, i, o = schema.erasures.c, schema.timeline.c, schema.transcript.c, schema.incidents.c, schema.outbox.c
TIMELINE, TRANSCRIPT = BY_NAME["timeline"], BY_NAME["transcript"]
ELSEWHERE = tuple(one for one in PLACES if one not in (TIMELINE, TRANSCRIPT) and not one.is_projection)
"""Places that belong to no incident's record."""
POSTED = ("ts", "file_id", "canvas")
"""What the result of an effect calls the thing that it brought about in Slack."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """The erasure of one person, while it goes on."""

    pseudonym: SlackUserId
    user: SlackUserId
    names: tuple[str, ...]
    takes_words: bool = False
    """Whether what they typed in timelines goes, too."""

    @property
    def who(self) -> StandIns:
        return seeking(self.user, self.names, self.pseudonym)


@dataclass(frozen=True, slots=True)
class Posted:
    """Something that Muster posted in Slack, by what the outbox keeps of it."""

    number: IncidentNumber | None
    kind: str
    """Of the effect."""
    channel: ChannelId | None
    what: str
    """`ts`, `file_id` or `canvas`."""
    id: str


class ErasingReads(PersonReads):
    async def erasure_of(self, user: SlackUserId) -> Erasure | None:
        """The erasure of somebody that was begun and has not ended."""
        rows = await self._connection.execute(
            select(schema.erasures).where(x.workspace == self._workspace, x.person == user).limit(1)
        )
        row = rows.mappings().one_or_none()
        return _erasure(row) if row else None

    async def erasures_begun(self, *, all_of_them: bool = False) -> tuple[tuple[SlackUserId, datetime], ...]:
        """Those that have not ended, by pseudonym, and since when they go on (machine time): of people who stand in no
        row any more, or all of them."""
        query = select(x.pseudonym, x.begun_at).where(x.workspace == self._workspace, x.ended_at.is_(None))
        rows = await self._connection.execute(query if all_of_them else query.where(x.person.is_(None)))
        return tuple((SlackUserId(one), at) for one, at in rows)

    async def held(self) -> frozenset[IncidentNumber]:
        """The incidents whose record is on legal hold."""
        query = select(t.incident, t.body).where(t.workspace == self._workspace, t.kind == LegalHoldSet.__name__)
        rows = await self._connection.execute(query.order_by(t.incident, t.seq))
        last = {IncidentNumber(number): json.loads(body)["is_held"] for number, body in rows}
        return frozenset(number for number, is_held in last.items() if is_held)

    async def incidents_of_newer_versions(self) -> tuple[IncidentNumber, ...]:
        """Those with events that this version cannot read."""
        query = select(t.incident).distinct().where(t.workspace == self._workspace, t.kind.not_in(KINDS))
        return tuple(IncidentNumber(one) for (one,) in await self._connection.execute(query.order_by(t.incident)))

    async def incidents_of_channels(self, channels: Collection[str]) -> dict[str, IncidentNumber]:
        """Whose channels those are, or were before the incident went on in another one."""
        if not channels:
            return {}
        own = select(i.channel, i.number).where(i.workspace == self._workspace, i.channel.is_not(None))
        found = {channel: IncidentNumber(one) for channel, one in await self._connection.execute(own)}
        if missing := set(channels) - found.keys():
            opened = select(t.incident, t.body).where(t.workspace == self._workspace, t.kind == ChannelOpened.__name__)
            for number, body in await self._connection.execute(opened):
                if (channel := json.loads(body)["channel"]) in missing:
                    found[channel] = IncidentNumber(number)
        return {channel: found[channel] for channel in channels if channel in found}

    async def count_of(self, kind: str, numbers: Collection[IncidentNumber]) -> int:
        """In how many of those incidents there is an event of a kind."""
        query = select(t.incident).distinct().where(t.workspace == self._workspace, t.kind == kind)
        return sum(number in numbers for (number,) in await self._connection.execute(query))

    async def posted_about(self, numbers: Collection[IncidentNumber]) -> tuple[Posted, ...]:
        """What Muster posted in Slack about those incidents, as far back as effects are kept."""
        query = select(o.incident, o.kind, o.result).where(o.workspace == self._workspace, o.state == "done")
        rows = await self._connection.execute(query.order_by(o.id))
        return tuple(
            Posted(IncidentNumber(number), kind, result.get("channel"), what, result[what])
            for number, kind, result in rows
            if number in numbers
            for what in POSTED
            if what in result
        )


class ErasingWrites(TimelineWrites, ErasingReads):
    async def begin_erasure(self, erasure: Erasure, reason: str, found: Mapping[str, int], now: datetime) -> None:
        """Remember that it goes on and whom it is about, until they are found nowhere any more. `found`: rows, by
        table. `now`: incident time."""
        row = {
            "workspace": self._workspace,
            "pseudonym": erasure.pseudonym,
            "reason": erasure.who.replaced(reason),
            "begun_at": machine_now(),
            "ended_at": None,
            "person": erasure.user,
            "names": json.dumps(erasure.names),
            "takes_words": erasure.takes_words,
            "found": json.dumps(found),
        }
        await self._upsert(schema.erasures, [row])
        person = {
            "workspace": self._workspace,
            "user": erasure.pseudonym,
            "name": called(erasure.pseudonym),
            "tz": "UTC",
            "is_bot": False,
            "is_guest": False,
            "is_deactivated": True,
            "is_confirmed": True,
            "full_name": "",
            "fetched_at": now,
        }
        await self._upsert(schema.people, [person])

    async def forget_whom(self, pseudonym: SlackUserId) -> None:
        """They stand nowhere any more, and the erasure does not name them either."""
        of_it = update(schema.erasures).where(*self._is(pseudonym))
        await self._connection.execute(of_it.values(person=None, names=None))

    async def end_erasure(self, pseudonym: SlackUserId) -> None:
        """Nothing is left in the database's files."""
        ended = update(schema.erasures).where(*self._is(pseudonym))
        await self._connection.execute(ended.values(ended_at=machine_now()))

    def _is(self, pseudonym: SlackUserId) -> tuple[Any, ...]:
        return x.workspace == self._workspace, x.pseudonym == pseudonym

    async def erase_from_incidents(
        self, erasure: Erasure, channels: Mapping[IncidentNumber, Collection[str]], now: datetime
    ) -> None:
        """Take somebody out of the records of incidents, each with its channels; every record says so. `now`: incident
        time."""
        numbers = sorted(channels)
        if not self._is_alone:
            rows = select(i.number).where(i.workspace == self._workspace, i.number.in_(numbers))
            await self._connection.execute(rows.order_by(i.number).with_for_update())
        entries: dict[IncidentNumber, list[int]] = {number: [] for number in numbers}
        changes = []
        async for one in self.traces_of(erasure.who, [TIMELINE], t.incident.in_(numbers)):
            entries[IncidentNumber(one.row["incident"])].append(one.row["seq"])
            changes.append(Change(key_of(schema.timeline, one.row), _entry_without(one, erasure)))
        await redact(self._connection, schema.timeline, changes)
        messages = await self.erase_from_channels(erasure, [one for each in channels.values() for one in each])
        self.forget_states(numbers)
        await self.load_all(numbers)
        told = []
        for number in numbers:
            count = sum(messages.get(one, 0) for one in channels[number])
            if entries[number] or count:
                redacted = RecordRedacted(
                    at=now, person=erasure.pseudonym, entries=tuple(entries[number]), messages=count
                )
                told.append(ToRecord(number, [redacted], await self._after(number, redacted)))
        await self.record_all(told, now)

    async def _after(self, number: IncidentNumber, redacted: RecordRedacted) -> list[Effect]:
        """What Muster posted of it lately is edited, where that can be; who was told by webhook is told of this."""
        incident = await self.load(number)
        if incident is None or incident.channel is None or incident.is_archived:
            return []
        seqs = redacted.entries
        told: list[Effect] = [SendWebhook(redacted, name) for name in await self._webhooks_sent(number, seqs)]
        is_shown = not incident.status.is_over or await self.announced_at(number, seqs)
        return [*of_erasing(redacted, incident), *told] if is_shown else told

    async def erase_from_channels(self, erasure: Erasure, channels: Sequence[str]) -> dict[str, int]:
        """Take somebody out of transcripts; how many messages of each channel changed. Of what they wrote, the words
        and the names of files go."""
        changes, counts = [], dict[str, int]()
        if not channels:
            return counts
        async for one in self.traces_of(erasure.who, [TRANSCRIPT], m.channel.in_(channels)):
            values = without(one, erasure.who)
            if one.row["author"] == erasure.user:
                gone: dict[str, Any] = {
                    "text": ERASED if one.row["text"] else "",
                    "files": [],
                    "shown_as": None,
                    "deleted_text": None,
                }
                values |= gone
            changes.append(Change(key_of(schema.transcript, one.row), values | {"redacted_at": machine_now()}))
            counts[one.row["channel"]] = counts.get(one.row["channel"], 0) + 1
        await redact(self._connection, schema.transcript, changes)
        return counts

    async def erase_elsewhere(self, erasure: Erasure, place: Place) -> int:
        """Take somebody out of a place that belongs to no incident's record; how many rows changed or are gone."""
        table = place.table
        if table is schema.audit:  # so that no entry gets its link between being read and being overwritten
            await self._lock_chain()
        traces = [one async for one in self.traces_of(erasure.who, [place])]
        own = [one for one in traces if one.is_own]
        others = [(one.row, without(one, erasure.who)) for one in traces if not one.is_own]
        keys = {column.name for column in table.primary_key.columns}
        moved = [(row, values) for row, values in others if keys & values.keys()]
        await redact(
            self._connection,
            table,
            [Change(key_of(table, row), values) for row, values in others if not keys & values.keys()],
        )
        if moved:  # it may be there under the pseudonym already
            await self._insert_new(table, [dict(row) | values for row, values in moved])
        await remove(self._connection, table, [key_of(table, one.row) for one in own])
        await remove(self._connection, table, [key_of(table, row) for row, _ in moved])
        return len(traces)


def _entry_without(one: Trace, erasure: Erasure) -> dict[str, Any]:
    """What the row of an event is to hold. The words of a message of theirs that was quoted go in any case."""
    values = without(one, erasure.who)
    row: dict[str, Any] = dict(one.row) | values
    body = json.loads(row["body"])
    shown = body.get("evidence")
    if shown and shown["author"] == erasure.pseudonym and shown["text"]:
        shown["text"] = ERASED
        values["body"] = row["body"] = json.dumps(body)
    event = decode(*(row[name] for name in ("kind", "version", "body", "occurred_at", "by")))
    if erasure.takes_words and event.by == erasure.pseudonym:
        event = without_words(event)
    return values | {"body": encode(event)[2]}


def _erasure(row: RowMapping) -> Erasure:
    return Erasure(
        SlackUserId(row["pseudonym"]),
        SlackUserId(row["person"]),
        tuple(json.loads(row["names"])),
        row["takes_words"],
    )
