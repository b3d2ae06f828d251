"""The append-only timelines, and the projection of incidents that follows from them."""

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from functools import cache, reduce
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    cast,
    delete,
    extract,
    func,
    or_,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Double, NullType

from bot.domain.audience import of_erasing
from bot.domain.budgets import Burning, impact_of
from bot.domain.effectiveness import Used, uses
from bot.domain.effects import Effect, SendWebhook, webhook
from bot.domain.erasing import without_words
from bot.domain.folding import evolve, fold
from bot.domain.home import OwnFollowUp
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId, WorkspaceId, ref
from bot.domain.incident import Incident
from bot.domain.metrics import NOT_HANDLED, SPANS, Measures
from bot.domain.offering import TELLING
from bot.domain.service_levels import measured
from bot.domain.time_spent import quarters_of
from bot.domain.timeline import (
    AnyEvent,
    FollowUpAgreed,
    FollowUpChanged,
    FollowUpEnded,
    IssueChanged,
    IssueFiled,
    IssueLost,
    Recorded,
    RecordRedacted,
    RunApproved,
    WordsErased,
)
from bot.domain.transcript import MessageAt
from bot.domain.trends import Promised
from bot.domain.vocabulary import ChannelLoss, FollowUpState, Priority, Status
from bot.store import schema
from bot.store.chain import ChainWrites
from bot.store.codec import decode, encode, seal
from bot.store.deadlines import DeadlineWrites
from bot.store.outbox import OutboxWrites
from bot.store.prepared import Prepared
from bot.store.redaction import Change, redact
from bot.store.rows import Summary, ToRecord, Wanted
from bot.store.session import Session
from bot.store.states import Kept, Seal, States, grown

REVIEWS = ("ReviewStarted", "ReviewApproved", "ReviewWaived", "ReviewReopened")
BEGINS_REVIEW = ("ReviewStarted", "ReviewReopened")
LAST_ACTS = 50
"""So many entries of people are looked at for the last one: a note may be dated back."""
LOOP_HELD_FOR = 200
"""Events that are folded before others may go on."""
REWRITES = frozenset({WordsErased.__name__, RecordRedacted.__name__})
"""Kinds of events that say that an earlier event reads differently now."""

t, i = schema.timeline.c, schema.incidents.c
EVENT = (t.seq, t.kind, t.version, t.occurred_at, t.recorded_at, t.by, t.body)
EVENTS_SINCE = Prepared(
    select(*EVENT, t.digest)
    .where(t.workspace == bindparam("workspace"), t.incident == bindparam("incident"), t.seq >= bindparam("first"))
    .order_by(t.seq)
)
SUMMARY_COLUMNS = tuple(i[one.name] for one in fields(Summary) if one.metadata.get("is_column", True))
SUMMARIES = select(*SUMMARY_COLUMNS)
THIS = i.workspace == bindparam("workspace"), i.number == bindparam("number")
SUMMARY = Prepared(SUMMARIES.where(*THIS))
LOCK = Prepared(select(i.number).where(*THIS).with_for_update())
OF_CHANNEL = Prepared(select(i.number).where(i.workspace == bindparam("workspace"), i.channel == bindparam("channel")))
NEXT_NUMBER = Prepared(
    update(schema.workspaces)
    .where(schema.workspaces.c.id == bindparam("workspace"))
    .values(last_number=schema.workspaces.c.last_number + 1)
    .returning(schema.workspaces.c.last_number)
)
APPEND = Prepared(schema.timeline.insert())


class TimelineReads(Session):
    """Reading incidents: folded from their timelines, or as rows of the projection."""

    async def timeline(self, number: IncidentNumber, up_to: int | None = None) -> tuple[Recorded, ...]:
        """All events of an incident in order; empty when there is none. Its cost grows with the incident's age."""
        query = self._events(number)
        rows = await self._connection.execute(query if up_to is None else query.where(t.seq <= up_to))
        return tuple(_recorded(row) for row in rows)

    async def events(self, number: IncidentNumber, seqs: Collection[int]) -> tuple[Recorded, ...]:
        """Those events of an incident, in order."""
        rows = await self._connection.execute(self._events(number).where(t.seq.in_(seqs)))
        return tuple(_recorded(row) for row in rows)

    async def events_from(self, number: IncidentNumber, first: int, last: int) -> tuple[Recorded, ...]:
        """The events of an incident from one `seq` to another, both included."""
        rows = await self._connection.execute(self._events(number).where(t.seq.between(first, last)))
        return tuple(_recorded(row) for row in rows)

    async def events_after(self, number: IncidentNumber, seq: int, limit: int) -> tuple[Recorded, ...]:
        """The events of an incident after one of them, in order; at most so many."""
        rows = await self._connection.execute(self._events(number).where(t.seq > seq).limit(limit))
        return tuple(_recorded(row) for row in rows)

    async def events_of(self, number: IncidentNumber, kinds: Collection[str]) -> tuple[Recorded, ...]:
        """The events of an incident that are of certain kinds, in order. Its cost grows with the incident's age."""
        rows = await self._connection.execute(self._events(number).where(t.kind.in_(kinds)))
        return tuple(_recorded(row) for row in rows)

    async def newest_events(self, number: IncidentNumber, limit: int) -> tuple[Recorded, ...]:
        """The last events of an incident, in order."""
        query = self._events(number).order_by(None).order_by(t.seq.desc()).limit(limit)
        rows = (await self._connection.execute(query)).all()
        return tuple(_recorded(row) for row in reversed(rows))

    async def incident(self, number: IncidentNumber) -> Incident | None:
        """The incident as it stands; None when there is none."""
        kept = await self._fold(number)
        return kept.state if kept else None

    async def incident_as_of(self, number: IncidentNumber, seq: int) -> Incident | None:
        """The incident right after one of its events; None when there is none."""
        kept = await self._fold(number)
        if kept is None or seq >= kept.seq:
            return kept.state if kept else None
        nearest = kept.before(seq)
        if nearest is not None and nearest.last_seq == seq:
            return nearest
        following = await self.events_from(number, nearest.last_seq + 1 if nearest else 1, seq)
        return reduce(evolve, following, nearest) if nearest else fold(following)

    async def _fold(self, number: IncidentNumber) -> Kept | None:
        """What is kept of an incident, with the events that have come since.

        What is kept counts only if the row of its last event is there and unchanged. It is not where this transaction
        sees less than what was kept, or where the database was replaced by an older copy.
        """
        kept = self._states.get(number)
        if kept is not None:
            for start in (kept, kept.earlier()):
                grown_since = await self._fold_on(number, start) if start is not None else None
                if grown_since is not None:
                    self._states.keep(grown_since)
                    return grown_since
            self._states.drop(number)
        folded = await self._fold_on(number, None)
        if folded is not None:
            self._states.keep(folded)
        return folded

    async def _fold_on(self, number: IncidentNumber, kept: Kept | None) -> Kept | None:
        """Read and fold the events after what is kept; None where that does not count."""
        given = {"workspace": self._workspace, "incident": number, "first": kept.seq if kept else 1}
        rows = await EVENTS_SINCE.rows(self._connection, given, is_little=kept is not None)
        return await _folded_on(kept, rows)

    def _events(self, number: IncidentNumber) -> Select[Any]:
        return select(*EVENT).where(t.workspace == self._workspace, t.incident == number).order_by(t.seq)

    async def last_act_at(self, number: IncidentNumber) -> datetime | None:
        """When a person last did something, by the last entries of the timeline (incident time)."""
        last = (
            select(t.occurred_at, t.recorded_at)
            .where(t.workspace == self._workspace, t.incident == number, t.by.is_not(None))
            .order_by(t.seq.desc())
            .limit(LAST_ACTS)
            .subquery()
        )
        query = select(func.max(last.c.occurred_at)).where(last.c.occurred_at <= last.c.recorded_at)
        acted_at: datetime | None = (await self._connection.execute(query)).scalar_one()
        return acted_at

    async def summary(self, number: IncidentNumber) -> Summary | None:
        row = await SUMMARY.row(self._connection, {"workspace": self._workspace, "number": number})
        return summary_of(row) if row else None

    async def summaries(self, numbers: Iterable[IncidentNumber]) -> tuple[Summary, ...]:
        """Those rows of the projection."""
        query = SUMMARIES.where(i.workspace == self._workspace, i.number.in_(list(numbers)))
        return tuple(summary_of(row) for row in await self._connection.execute(query))

    async def incidents(
        self,
        *,
        open_only: bool = True,
        limit: int | None = None,
        since: datetime | None = None,
        service: str | None = None,
        private_only: bool = False,
    ) -> tuple[Summary, ...]:
        """Rows of the projection, newest first; of those declared since an instant, of one service, or private."""
        query = SUMMARIES.where(i.workspace == self._workspace).order_by(i.number.desc())
        if open_only:
            query = query.where(~i.is_over)
        if since is not None:
            query = query.where(i.declared_at >= since)
        if service is not None:
            query = query.where(i.service == service)
        if private_only:
            query = query.where(i.is_private)
        if limit is not None:
            query = query.limit(limit)
        return tuple(summary_of(row) for row in await self._connection.execute(query))

    async def incidents_like(
        self, wanted: Wanted, limit: int, before: IncidentNumber | None = None
    ) -> tuple[Summary, ...]:
        """Rows of the projection, newest first, of numbers below one: a page of them at a time."""
        query = SUMMARIES.where(i.workspace == self._workspace)
        if before is not None:
            query = query.where(i.number < before)
        if wanted.is_over is not None:
            query = query.where(i.is_over if wanted.is_over else ~i.is_over)
        if wanted.statuses:
            query = query.where(i.status.in_([one.value for one in wanted.statuses]))
        if wanted.priorities:
            query = query.where(i.priority.in_([one.value for one in wanted.priorities]))
        if wanted.service is not None:
            query = query.where(i.service == wanted.service)
        if wanted.category is not None:
            query = query.where(i.category == wanted.category)
        if wanted.is_drill is not None:
            query = query.where(i.is_drill if wanted.is_drill else ~i.is_drill)
        if wanted.since is not None:
            query = query.where(i.declared_at >= wanted.since)
        if wanted.until is not None:
            query = query.where(i.declared_at < wanted.until)
        rows = await self._connection.execute(query.order_by(i.number.desc()).limit(limit))
        return tuple(summary_of(row) for row in rows)

    async def with_follow_ups(self, since: datetime) -> tuple[IncidentNumber, ...]:
        """The incidents in which something was said of a follow-up since an instant."""
        query = select(t.incident).distinct().where(t.workspace == self._workspace, text(schema.FOLLOW_UPS))
        rows = await self._connection.execute(query.where(t.recorded_at >= since).order_by(t.incident.desc()))
        return tuple(IncidentNumber(number) for (number,) in rows)

    async def over_since(self, since: datetime) -> tuple[Summary, ...]:
        """Rows of the incidents that have ended since an instant."""
        query = SUMMARIES.where(i.workspace == self._workspace, i.is_over, i.over_at >= since)
        return tuple(summary_of(row) for row in await self._connection.execute(query))

    async def private_numbers(self) -> tuple[IncidentNumber, ...]:
        """The private incidents that have a channel, newest first."""
        query = select(i.number).where(i.workspace == self._workspace, i.is_private, i.channel.is_not(None))
        rows = await self._connection.execute(query.order_by(i.number.desc()))
        return tuple(IncidentNumber(number) for (number,) in rows)

    async def last_number(self) -> IncidentNumber:
        """The number of the newest incident; 0 when there is none."""
        w = schema.workspaces.c
        rows = await self._connection.execute(select(w.last_number).where(w.id == self._workspace))
        return IncidentNumber(rows.scalar_one_or_none() or 0)

    async def measured(
        self, since: datetime, until: datetime | None = None, apart_from: Collection[IncidentNumber] = ()
    ) -> Measures:
        """What is measured of the incidents declared since an instant, and before another one, but for some."""
        first = await self._first_of_problems()
        query = _what_is_measured(self._connection.dialect.name).where(
            i.workspace == self._workspace, i.declared_at >= since
        )
        if until is not None:
            query = query.where(i.declared_at < until)
        rows = (await self._connection.execute(query)).all()
        return _measured([row for row in rows if row[0] not in apart_from], first)

    async def runbook_uses(self, since: datetime, apart_from: Collection[IncidentNumber] = ()) -> list[Used]:
        """What came of runbooks in the incidents declared since an instant, but for some, drills, and those that were
        cancelled or merged."""
        query = select(i.number, i.runbooks, *USED_TIMES).where(
            i.workspace == self._workspace,
            i.declared_at >= since,
            i.runbooks.is_not(None),
            ~i.is_drill,
            i.status.not_in([one.value for one in NOT_HANDLED]),
        )
        rows = [row for row in await self._connection.execute(query) if row[0] not in apart_from]
        if not rows:
            return []
        _, told, *times = zip(*rows, strict=True)
        instants = ([at and at.replace(tzinfo=UTC) for at in _in_utc(column)] for column in times)
        each = zip(told, *instants, strict=True)
        return [Used(json.loads(one), at, *ends) for one, at, *ends in each if at is not None]

    async def acts(self, since: datetime, until: datetime) -> dict[IncidentNumber, list[tuple[int, int]]]:
        """Of each incident declared between two instants: quarters of an hour, and how many people did something in
        each."""
        query = select(i.number, i.acts).where(
            i.workspace == self._workspace, i.declared_at >= since, i.declared_at < until, i.acts.is_not(None)
        )
        rows = await self._connection.execute(query)
        return {IncidentNumber(number): json.loads(told) for number, told in rows}

    async def burning(self, services: Collection[str], since: datetime) -> list[Burning]:
        """The incidents of some services that affected users after an instant, but for drills, and those that were
        cancelled or merged. It costs what there is of them, however many there were before."""
        of_those = select(i.number, i.declared_at, i.service, i.priority, i.is_private, i.impact, i.degraded).where(
            i.workspace == self._workspace,
            i.service.in_(services),
            i.impact.is_not(None),
            ~i.is_drill,
            i.status.not_in([one.value for one in NOT_HANDLED]),
        )
        lately, now = of_those.where(i.impact_until > since), of_those.where(i.impact_until.is_(None))
        rows = await self._connection.execute(lately.union_all(now))  # each by the index
        return [
            Burning(number, declared_at, service, PRIORITIES[priority], is_private, _spans_of(told), part)
            for number, declared_at, service, priority, is_private, told, part in rows
        ]

    async def open_follow_ups(self) -> list[Promised]:
        """Of each incident in which something is still to be done, whenever it was agreed."""
        query = select(i.number, i.priority, i.service, i.category, i.is_drill, i.status, i.follow_ups).where(
            i.workspace == self._workspace, text("follow_ups IS NOT NULL")
        )
        return [
            Promised(
                number,
                PRIORITIES[priority],
                service,
                category,
                is_drill,
                STATUSES[status],
                tuple(
                    (agreed and datetime.fromtimestamp(agreed, UTC), due and date.fromisoformat(due))
                    for agreed, due in json.loads(told)
                ),
            )
            for number, priority, service, category, is_drill, status, told in await self._connection.execute(query)
        ]

    async def audience_updates(
        self, since: datetime, apart_from: Collection[IncidentNumber] = ()
    ) -> list[dict[str, list[int]]]:
        """Audience → updates that were due to it, and those that came on time, of each incident declared since an
        instant in which it was owed any; but for some, drills, and those that were cancelled or merged."""
        query = select(i.number, i.audiences).where(
            i.workspace == self._workspace,
            i.declared_at >= since,
            i.audiences.is_not(None),
            ~i.is_drill,
            i.status.not_in([one.value for one in NOT_HANDLED]),
        )
        rows = await self._connection.execute(query)
        return [json.loads(told) for number, told in rows if number not in apart_from]

    async def _first_of_problems(self) -> dict[int, int]:
        """The number of the first incident of each problem."""
        query = select(i.problem, func.min(i.number)).where(i.workspace == self._workspace, i.problem.is_not(None))
        rows = await self._connection.execute(query.group_by(i.problem))
        return {row[0]: row[1] for row in rows}

    async def learned_from(self, numbers: Collection[IncidentNumber] | None = None) -> list[tuple[IncidentNumber, int]]:
        """The incidents that others can learn from, with the `seq` of their last event: resolved, no drill, and
        not private. `numbers`: only those of them; all of them take the longer the more there were."""
        query = select(i.number, i.last_seq).where(
            i.workspace == self._workspace,
            i.resolved_at.is_not(None),
            ~i.is_drill,
            ~i.is_private,
            i.status.in_((Status.RESOLVED.value, Status.CLOSED.value)),
        )
        if numbers is not None:
            query = query.where(i.number.in_(numbers))
        return [(IncidentNumber(number), last) for number, last in await self._connection.execute(query)]

    async def unmeasured(self, above: int, limit: int) -> tuple[IncidentNumber, ...]:
        """Incidents above a number whose row was written by a version that measured nothing, in their order."""
        query = select(i.number).where(i.workspace == self._workspace, text("impact IS NULL"), i.number > above)
        query = query.order_by(i.number).limit(limit)
        return tuple(IncidentNumber(number) for (number,) in await self._connection.execute(query))

    async def follow_ups_of(self, owner: SlackUserId, since: datetime) -> tuple[OwnFollowUp, ...]:
        """What somebody is still to do of what was agreed since an instant, oldest first."""
        query = (
            select(t.incident, t.seq, t.kind, t.version, t.body, t.occurred_at, t.by)
            .where(t.workspace == self._workspace, text(schema.FOLLOW_UPS), t.recorded_at >= since)
            .order_by(t.recorded_at, t.incident, t.seq)
        )
        found: dict[tuple[int, int], FollowUpAgreed] = {}
        keys: dict[tuple[int, int], str] = {}
        over: set[tuple[int, int]] = set()
        for number, seq, *rest in await self._connection.execute(query):
            match decode(*rest):
                case FollowUpAgreed() as agreed:
                    found[number, seq] = agreed
                case FollowUpChanged(of=of) as changed if (number, of) in found:
                    known = found[number, of]
                    owned, due = changed.owner or known.owner, changed.due or known.due
                    found[number, of] = replace(known, owner=owned, due=due, link=changed.link or known.link)
                case FollowUpEnded(of=of):
                    over.add((number, of))
                case IssueChanged(of=of) as told if (number, of) in found:
                    found[number, of] = replace(found[number, of], owner=told.owner, due=told.due)
                    (over.discard if told.state is FollowUpState.OPEN else over.add)((number, of))
                case IssueFiled(of=of, url=url, key=key) if (number, of) in found:
                    found[number, of], keys[number, of] = replace(found[number, of], link=url), key
                case IssueLost(of=of) if (number, of) in found:
                    found[number, of] = replace(found[number, of], link=None)
                    keys.pop((number, of), None)
                case _:
                    pass
        own = ((at, one) for at, one in found.items() if one.owner == owner and at not in over)
        return tuple(OwnFollowUp(IncidentNumber(at[0]), one.text, one.due, one.link, keys.get(at)) for at, one in own)

    async def issues_filed(self, since: datetime | None) -> list[tuple[IncidentNumber, IssueFiled, datetime]]:
        """The issues that trackers have, of those recorded since an instant, and when that was; None: of all."""
        query = select(t.incident, t.kind, t.version, t.body, t.occurred_at, t.by, t.recorded_at).where(
            t.workspace == self._workspace, text(schema.FOLLOW_UPS), t.kind == IssueFiled.__name__
        )
        if since is not None:
            query = query.where(t.recorded_at >= since)
        rows = await self._connection.execute(query.order_by(t.recorded_at))
        read = ((number, decode(*rest), at) for number, *rest, at in rows)
        return [(IncidentNumber(number), event, at) for number, event, at in read if isinstance(event, IssueFiled)]

    async def in_review(self, since: datetime) -> tuple[IncidentNumber, ...]:
        """Of the incidents declared since an instant those whose review was started, or opened again, and not settled
        since."""
        recent = select(i.number).where(i.workspace == self._workspace, i.declared_at >= since)
        query = select(t.incident, t.kind).where(t.workspace == self._workspace, t.incident.in_(recent))
        query = query.where(t.kind.in_(REVIEWS)).order_by(t.incident, t.seq)
        last: dict[int, str] = {}
        for number, kind in await self._connection.execute(query):
            last[number] = kind
        return tuple(IncidentNumber(number) for number, kind in last.items() if kind in BEGINS_REVIEW)

    async def runs_approved(self, since: datetime) -> list[RunApproved]:
        """Every run of an action that was approved since an instant, in any incident, in order."""
        query = select(*EVENT).where(t.workspace == self._workspace, text(schema.RUNS), t.recorded_at >= since)
        entries = [_recorded(row).event for row in await self._connection.execute(query.order_by(t.recorded_at))]
        return [one for one in entries if isinstance(one, RunApproved)]

    async def numbers(self) -> tuple[IncidentNumber, ...]:
        """Every incident that the timelines or the projection tell of, in order."""
        told = select(t.incident).where(t.workspace == self._workspace, t.seq == 1)
        listed = select(i.number).where(i.workspace == self._workspace)
        rows = await self._connection.execute(told.union(listed))
        return tuple(sorted(IncidentNumber(number) for (number,) in rows))

    async def number_of_channel(self, channel: ChannelId) -> IncidentNumber | None:
        """The incident whose channel this is."""
        given = {"workspace": self._workspace, "channel": channel}
        row = await OF_CHANNEL.row(self._connection, given)
        return IncidentNumber(row[0]) if row else None

    async def numbers_with_copies(self, message: MessageAt) -> tuple[IncidentNumber, ...]:
        """The incidents that may hold words copied from a message: that of its channel, and those declared from it."""
        here, declared = i.channel == message.channel, i.declared_from == _key(message)
        first, second = (select(i.number).where(i.workspace == self._workspace, which) for which in (here, declared))
        rows = await self._connection.execute(first.union(second))  # each by an index of its own
        return tuple(sorted(IncidentNumber(number) for (number,) in rows))


class TimelineWrites(TimelineReads, DeadlineWrites, OutboxWrites, ChainWrites):
    """Recording decisions."""

    def __init__(self, connection: AsyncConnection, workspace: WorkspaceId, states: States | None = None) -> None:
        super().__init__(connection, workspace, states)
        self._locked: dict[IncidentNumber, Kept | None] = {}
        """Incidents that only this transaction can change now, as it sees them."""

    async def load(self, number: IncidentNumber) -> Incident | None:
        """The incident, locked until the transaction ends, so that decisions on it follow each other."""
        if number not in self._locked:
            if not self._is_alone:
                await LOCK.row(self._connection, {"workspace": self._workspace, "number": number})
            self._locked[number] = await self._fold(number)
        kept = self._locked[number]
        return kept.state if kept else None

    async def _fold(self, number: IncidentNumber) -> Kept | None:
        """What this transaction has locked nobody else has changed since."""
        return self._locked.get(number) or await super()._fold(number)

    async def load_all(self, numbers: Collection[IncidentNumber]) -> None:
        """Load several incidents with one question instead of one for each; they are locked in ascending order."""
        wanted = sorted(set(numbers) - self._locked.keys())
        if not wanted:
            return
        if not self._is_alone:
            rows = select(i.number).where(i.workspace == self._workspace, i.number.in_(wanted))
            await self._connection.execute(rows.order_by(i.number).with_for_update())
        kept = {number: self._states.get(number) for number in wanted}
        rows_of = await self._rows_since({number: one.seq if one else 1 for number, one in kept.items()})
        for number in wanted:
            grown_since = await _folded_on(kept[number], rows_of[number])
            if grown_since is not None:
                self._states.keep(grown_since)
            self._locked[number] = grown_since or await self._fold(number)

    async def _rows_since(self, first: Mapping[IncidentNumber, int]) -> dict[IncidentNumber, list[Any]]:
        """The events of several incidents, each from a `seq` of its own on."""
        each = [and_(t.workspace == self._workspace, t.incident == one, t.seq >= seq) for one, seq in first.items()]
        query = select(*EVENT, t.digest, t.incident).where(or_(*each)).order_by(t.incident, t.seq)
        found: dict[IncidentNumber, list[Any]] = {number: [] for number in first}
        for row in await self._connection.execute(query):
            found[row.incident].append(row)
        return found

    async def next_number(self) -> IncidentNumber:
        """The next reference, gapless: it is used only if the transaction commits."""
        (row,) = await NEXT_NUMBER.rows(self._connection, {"workspace": self._workspace})
        return IncidentNumber(row[0])

    async def record(
        self,
        number: IncidentNumber,
        events: Sequence[AnyEvent],
        recorded_at: datetime,
        effects: Sequence[Effect] = (),
        dedup: str | None = None,
    ) -> tuple[Recorded, ...]:
        """Append the events, bring the projections up to date, queue the effects; the incident stays locked.

        `dedup` makes recording the same thing twice impossible: a second time raises an integrity error.
        """
        (recorded,) = await self.record_all([ToRecord(number, events, effects, dedup)], recorded_at)
        return recorded

    async def record_all(self, decided: Sequence[ToRecord], recorded_at: datetime) -> tuple[tuple[Recorded, ...], ...]:
        """The same for decisions on several incidents, with one statement per table instead of one for each."""
        rows = _Rows()
        recorded = tuple([await self._prepare(one, recorded_at, rows) for one in decided])
        if rows.timeline:
            await APPEND.change(self._connection, rows.timeline)
            await self._upsert(schema.incidents, rows.incidents)
        if rows.deadlines:
            await self._upsert(schema.deadlines, rows.deadlines)
        await self._queue(rows.outbox)
        self.news |= {one.number for one in decided if any(isinstance(event, TELLING) for event in one.events)}
        await self._hurry([row for row in rows.outbox if row["incident"] in rows.counting])
        return recorded

    async def _prepare(self, one: ToRecord, recorded_at: datetime, rows: "_Rows") -> tuple[Recorded, ...]:
        """Add to `rows` what a decision comes to."""
        incident = await self.load(one.number)
        if incident is not None and not incident.is_readable:
            raise ValueError(f"{incident.ref} holds events of a newer version and is only read")
        first = incident.last_seq + 1 if incident else 1
        recorded = tuple(Recorded(seq, recorded_at, event) for seq, event in enumerate(one.events, start=first))
        if recorded:
            after = self._append(one.number, recorded, one.dedup, rows)
            rows.incidents.append(self._incident_row(after))
            rows.deadlines += self._deadline_rows(after, incident)
        elif incident is None:
            raise ValueError("a new incident needs its declaration")
        else:
            after = incident
        earlier = await self._named_earlier(one.number, one.effects, {entry.event for entry in recorded})
        if after.alerts:
            rows.counting.add(one.number)
        rows.outbox += [self._effect_row(after, effect, (*earlier, *recorded)) for effect in one.effects]
        return recorded

    async def _named_earlier(
        self, number: IncidentNumber, effects: Sequence[Effect], recorded: Collection[AnyEvent]
    ) -> list[Recorded]:
        """The events that effects name and that were recorded before this decision."""
        named = {effect.of for effect in effects if hasattr(effect, "of")} - set(recorded)
        found = []
        for event in named:
            kind, version, body = encode(event)
            same = (t.kind == kind, t.version == version, t.occurred_at == event.at, t.body == body)
            rows = await self._connection.execute(self._events(number).where(*same))
            found += [_recorded(row) for row in rows]
        return found

    async def project_again(self, incident: Incident) -> None:
        """Write an incident's projections anew."""
        await self.unproject(incident.number)
        await self._project(incident)
        if rows := self._deadline_rows(incident, None):
            await self._upsert(schema.deadlines, rows)

    async def erase_words(self, number: IncidentNumber, seq: int, now: datetime) -> bool:
        """Take what somebody typed out of an event, and record that it was; False where nothing was typed in it.

        Raises LookupError for an event that there is not, and for an incident that a newer version wrote, or whose
        record is on legal hold.
        """
        incident = await self.load(number)
        entries = await self.events(number, [seq])
        if incident is None or not incident.is_readable or not entries:
            raise LookupError(f"there is no entry {seq} of {ref(number)} to erase")
        if incident.hold is not None:
            raise LookupError(f"{ref(number)} is on legal hold")
        before = entries[0].event
        after = without_words(before)
        if after == before:
            return False
        await self.overwrite(number, {seq: after}, WordsErased(at=now, of=seq), now)
        return True

    async def overwrite(
        self, number: IncidentNumber, entries: Mapping[int, AnyEvent], erased: WordsErased, now: datetime
    ) -> None:
        """Let events of an incident hold other words, by `seq`, and record that they do. Nothing else of an event is
        ever changed. Raises LookupError for an incident that there is not.

        The digests of the rows stay, their salts go: what stood there can no longer be guessed and compared. Every
        process folds the incident anew, which costs the more the older it is.
        """
        incident = await self.load(number)
        if incident is None:
            raise LookupError(f"there is no {ref(number)}")
        key = {"workspace": self._workspace, "incident": number}
        changes = [Change(key | {"seq": seq}, {"body": encode(event)[2]}) for seq, event in entries.items()]
        await redact(self._connection, schema.timeline, changes)
        told = [SendWebhook(erased, name) for name in await self._webhooks_sent(number, list(entries))]
        await self.record(number, [erased], now, [*of_erasing(erased, incident), *told])
        if (present := await self.folded_anew(number)) is not None:
            await self._project(present)

    async def _webhooks_sent(self, number: IncidentNumber, seqs: Sequence[int]) -> list[str]:
        """The subscriptions that may have received one of these events: what was sent is out of our hands, so they are
        told that its words are gone. As far back as effects are kept."""
        o = schema.outbox.c
        rows = await self._connection.execute(
            select(o.destination)
            .distinct()
            .where(o.workspace == self._workspace, o.incident == number, o.seq.in_(seqs))
            .where(o.kind == SendWebhook.__name__, o.first_called_at.is_not(None))
            .order_by(o.destination)
        )
        return [destination.removeprefix(webhook("")) for (destination,) in rows]

    async def folded_anew(self, number: IncidentNumber) -> Incident | None:
        """The incident, locked, as its timeline tells it from the first event on, whatever is kept of it."""
        self.forget_states([number])
        return await self.load(number)

    def forget_states(self, numbers: Collection[IncidentNumber]) -> None:
        """Whatever is kept of incidents counts no more: they are folded from their first events on."""
        for number in numbers:
            self._states.drop(number)
            self._locked.pop(number, None)

    async def measure(self, number: IncidentNumber) -> None:
        """Write the row of an incident anew, unless a newer version has written its timeline."""
        incident = await self.folded_anew(number)
        if incident is not None and incident.is_readable:
            await self._project(incident)

    async def unproject(self, number: IncidentNumber) -> None:
        """Remove an incident from the projections; its timeline stays."""
        d = schema.deadlines.c
        for table, which in (
            (schema.deadlines, (d.workspace == self._workspace, d.incident == number)),
            (schema.incidents, (i.workspace == self._workspace, i.number == number)),
        ):
            await self._connection.execute(delete(table).where(*which))

    def _append(
        self, number: IncidentNumber, recorded: Sequence[Recorded], dedup: str | None, rows: "_Rows"
    ) -> Incident:
        """The incident after more events."""
        kept = self._locked[number]
        for place, entry in enumerate(recorded):
            kind, version, body = encode(entry.event)
            salt, digest = seal(body)
            rows.timeline.append(
                {
                    "workspace": self._workspace,
                    "incident": number,
                    "seq": entry.seq,
                    "kind": kind,
                    "version": version,
                    "occurred_at": entry.event.at,
                    "recorded_at": entry.recorded_at,
                    "by": entry.event.by,
                    "body": body,
                    "salt": salt,
                    "digest": digest,
                    "dedup": f"{dedup}/{place}" if dedup else None,
                }
            )
            kept = grown(kept, entry, Seal(kind, version, digest))
        if kept is None:
            raise ValueError("nothing was recorded")
        self._locked[number] = kept
        self._states.keep(kept)
        return kept.state

    async def _project(self, incident: Incident) -> None:
        await self._upsert(schema.incidents, [self._incident_row(incident)])

    def _incident_row(self, incident: Incident) -> dict[str, Any]:
        return {"workspace": self._workspace, **projection(incident)}


@dataclass(slots=True)
class _Rows:
    """What is to be written, by table."""

    timeline: list[dict[str, Any]] = field(default_factory=list)
    incidents: list[dict[str, Any]] = field(default_factory=list)
    deadlines: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    counting: set[IncidentNumber] = field(default_factory=set)
    """Incidents of which something may wait to be shown until more of it has come."""


def _key(message: MessageAt) -> str:
    return f"{message.channel}/{message.ts}"


async def _folded_on(kept: Kept | None, rows: Sequence[Any]) -> Kept | None:
    """Fold the events after what is kept; None when the last of those it stands for is not there as it was, or when
    words were erased since. `rows`: from that last event on."""
    if kept is not None:
        if not rows or seal_of(rows[0]) != kept.seal or any(row[1] in REWRITES for row in rows[1:]):
            return None
        rows = rows[1:]
    for count, row in enumerate(rows, start=1):
        kept = grown(kept, _recorded(row[:7]), seal_of(row))
        if count % LOOP_HELD_FOR == 0:
            await asyncio.sleep(0)
    return kept


def _recorded(row: Sequence[Any]) -> Recorded:
    seq, kind, version, occurred_at, recorded_at, by, body = row
    return Recorded(seq, recorded_at, decode(kind, version, body, occurred_at, by))


def seal_of(row: Sequence[Any]) -> Seal:
    """Of a row that begins like those of `EVENTS_SINCE`."""
    _, kind, version, *_, digest = row[: len(EVENT) + 1]
    return Seal(kind, version, bytes(digest))


def projection(incident: Incident) -> dict[str, Any]:
    """The row of an incident."""
    return {
        "number": incident.number,
        "title": incident.title,
        "status": incident.status.value,
        "priority": incident.priority.value,
        "service": incident.service,
        "category": incident.category,
        "is_private": incident.is_private,
        "is_listed": incident.is_listed,
        "is_drill": incident.is_drill,
        "is_over": incident.status.is_over,
        "declared_by": incident.declared_by,
        "declared_by_integration": (
            incident.declared_by_integration.name if incident.declared_by_integration else None
        ),
        "declared_from": _key(incident.declared_from) if incident.declared_from else None,
        "channel_lost": incident.channel_lost.value if incident.channel_lost else None,
        "declared_at": incident.declared_at,
        "commander": incident.commander,
        "asked": incident.asked,
        "channel": incident.channel,
        "channel_name": incident.channel_name,
        "update_due_at": incident.update_due_at,
        "last_update_at": incident.last_update.at if incident.last_update else None,
        "over_at": incident.over_at,
        "last_seq": incident.last_seq,
        "problem": incident.problem,
        **_measures(incident),
    }


def _measures(incident: Incident) -> dict[str, Any]:
    """What figures over many incidents are made of."""
    kept = {one.name: one.is_kept for one in measured(incident)}
    return {
        "acknowledged_at": incident.acknowledged_at,
        "first_update_at": incident.first_update_at,
        "mitigated_at": None if "mitigated_at" in incident.inferred else incident.mitigated_at,
        "resolved_at": incident.resolved_at,
        "updates_due": incident.updates_due,
        "updates_on_time": incident.updates_on_time,
        "times_reopened": incident.times_reopened,
        "was_escalated": incident.was_escalated,
        **{f"kept_{name.replace(' ', '_')}": kept.get(name) for name in SPANS},
        "runbooks": json.dumps(uses(incident), separators=(",", ":")) if incident.runbooks else None,
        "audiences": json.dumps({one.audience: (one.updates_due, one.updates_on_time) for one in incident.audiences})
        if incident.audiences
        else None,
        "alerts": len(incident.alerts),
        **_impact(incident),
        "acts": _compact(quarters_of(incident)),
        "follow_ups": _compact(
            [
                (one.agreed_at.timestamp() if one.agreed_at else None, one.due.isoformat() if one.due else None)
                for one in incident.open_follow_ups()
            ]
        ),
    }


def _impact(incident: Incident) -> dict[str, Any]:
    """What it uses of an error budget. Whatever it was, the row says so: one that does not is of an older version."""
    spans = impact_of(incident)
    ends = [end for _, end in spans]
    return {
        "impact": json.dumps([(begin.timestamp(), end and end.timestamp()) for begin, end in spans]),
        "impact_until": ends[-1] if ends else incident.impact_since,
        "degraded": None if incident.degraded is None else round(incident.degraded * 100),
    }


def _compact(listed: Sequence[Sequence[Any]]) -> str | None:
    """None for an empty list: most have none."""
    return json.dumps(listed, separators=(",", ":")) if listed else None


PRIORITIES = {priority.value: priority for priority in Priority}
STATUSES = {status.value: status for status in Status}
ENDS = ("acknowledged_at", "first_update_at", "mitigated_at", "resolved_at")
"""Of `SPANS`, in their order."""
KEPT = tuple(f"kept_{name.replace(' ', '_')}" for name in SPANS)
COUNTS = ("updates_due", "updates_on_time", "times_reopened", "alerts", "was_escalated")
WHICH = ("number", "problem", "priority", "service", "category", "status", "is_drill", "declared_at")
MEASURES = (*WHICH, *ENDS, *KEPT, *COUNTS)
TIMES = ("declared_at", *ENDS)
USED_TIMES = tuple(type_coerce(i[name], NullType()) for name in ("declared_at", "mitigated_at", "resolved_at"))
"""As the driver gives them."""
ANSWERS = {None: None, 0: False, 1: True}
"""What SQLite gives for a boolean, and PostgreSQL."""
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - as the times that it is taken from


@cache
def _what_is_measured(dialect: str) -> Select[Any]:
    """As the driver gives it: for all incidents of half a year, to convert each value by its type took half the time.
    Instants come as text from SQLite and in seconds from PostgreSQL, which is as quick as either can be."""
    columns: dict[str, ColumnElement[Any]] = {name: i[name] for name in MEASURES}
    if dialect == "postgresql":
        columns |= {name: cast(extract("epoch", i[name]), Double()) for name in TIMES}
    given: list[Any] = [type_coerce(column, NullType()).label(name) for name, column in columns.items()]
    return select(*given)


def _measured(rows: Sequence[Sequence[Any]], first: Mapping[int, int]) -> Measures:
    """Column by column, which takes a third of the time. `first`: the number of the first incident of each problem."""
    columns = list(zip(*rows, strict=True)) or [()] * len(MEASURES)
    number, problem, priority, service, category, status, is_drill, declared_at = columns[:8]
    ends, kept, counts, was_escalated = columns[8:12], columns[12:16], columns[16:20], columns[20]
    declared, took = _times(declared_at, ends)
    updates_due, updates_on_time, times_reopened, alerts = ([count or 0 for count in column] for column in counts)
    return Measures(
        number=number,
        priority=[PRIORITIES[one] for one in priority],
        service=service,
        category=category,
        status=[STATUSES[one] for one in status],
        is_drill=is_drill,
        declared=declared,
        took=took,
        kept=[[ANSWERS[answer] for answer in column] for column in kept],
        updates_due=updates_due,
        updates_on_time=updates_on_time,
        times_reopened=times_reopened,
        was_escalated=[bool(one) for one in was_escalated],
        alerts=alerts,
        is_repeat=[one is not None and first[one] < this for one, this in zip(problem, number, strict=True)],
    )


def _times(begins: Sequence[Any], ends: Sequence[Sequence[Any]]) -> tuple[list[float], list[list[float | None]]]:
    """When each began, in seconds since 1970, and how many seconds later each of the ends came."""
    if not begins or isinstance(begins[0], float):
        return list(begins), [
            [None if end is None else round(end - begin, 6) for begin, end in zip(begins, column, strict=True)]
            for column in ends
        ]
    declared = [at for at in _in_utc(begins) if at is not None]  # all of them have one
    return [(at - EPOCH).total_seconds() for at in declared], [
        [None if end is None else (end - begin).total_seconds() for begin, end in zip(declared, later, strict=True)]
        for later in map(_in_utc, ends)
    ]


def _spans_of(told: str) -> tuple[tuple[datetime, datetime | None], ...]:
    each = ((begin, end and datetime.fromtimestamp(end, UTC)) for begin, end in json.loads(told))
    return tuple((datetime.fromtimestamp(begin, UTC), end) for begin, end in each)


def _in_utc(column: Sequence[str | datetime | None]) -> list[datetime | None]:
    """Without saying so, as in SQLite's text: that takes half the time."""
    return [
        datetime.fromisoformat(one) if isinstance(one, str) else one and one.astimezone(UTC).replace(tzinfo=None)
        for one in column
    ]


def summary_of(row: Sequence[Any]) -> Summary:
    """Of a row that begins with `SUMMARY_COLUMNS`."""
    number, title, status, priority, *others, lost = row[: len(SUMMARY_COLUMNS)]
    return Summary(*(number, title, STATUSES[status], PRIORITIES[priority], *others, lost and ChannelLoss(lost)))
