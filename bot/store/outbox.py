"""The outbox: effects waiting to be delivered, lane by lane."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any, get_args

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    RowMapping,
    String,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.domain import effects as e
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId
from bot.domain.incident import Incident
from bot.domain.paging import REFUSED, SEEN_AT, TAKEN_AT, Tried
from bot.domain.precedence import URGENT, place_of
from bot.domain.timeline import Recorded
from bot.domain.transcript import MessageAt
from bot.door.under_way import carried
from bot.store import schema
from bot.store.codec import EFFECTS, REFRESHES, decode, decode_effect, effect_body
from bot.store.prepared import Prepared
from bot.store.rows import NOTHING_PAUSED, Begun, Claimed, OutboxRow, Paused, Queued
from bot.store.session import Session, machine_now

o, i, t = schema.outbox.c, schema.incidents.c, schema.timeline.c
CAUSE = Prepared(
    select(t.recorded_at, t.kind, t.version, t.body, t.occurred_at, t.by).where(
        t.workspace == bindparam("workspace"), t.incident == bindparam("incident"), t.seq == bindparam("seq")
    )
)
Values = Mapping[str, Any] | RowMapping
TRACE = "trace"
"""Where a result keeps what led to the effect. It is no part of what came of it."""
RESULT = Prepared(select(o.result).where(o.id == bindparam("id")))
LEFT_TO_NEWER = timedelta(days=1)
"""So long an effect that this version cannot read waits for a newer one."""
LEFT = "left to a newer version of Muster"
"""What is said of an effect that this version has tried to read, and cannot."""
TRIES = 10
"""Of one person, that are looked at."""
UNFINISHED = ("pending", "in_flight")
ELSEWHERE = tuple(one.__name__ for one in get_args(e.ELSEWHERE))
HELD = "held"
"""The state of an effect that waits for its channel to be written in again; it blocks no lane."""
IS_UNFINISHED = o.ended_at.is_(None)
"""Said without a parameter, so that both engines use the partial index of unfinished effects."""


class OutboxReads(Session):
    async def outbox(self, states: Sequence[str] = UNFINISHED, limit: int = 1000) -> tuple[OutboxRow, ...]:
        """Effects in the given states, oldest first."""
        rows = await self._connection.execute(
            select(schema.outbox).where(o.workspace == self._workspace, o.state.in_(states)).order_by(o.id).limit(limit)
        )
        return tuple(_row(row) for row in rows.mappings())

    async def outbox_counts(self) -> dict[str, int]:
        """How many effects are in each state."""
        rows = await self._connection.execute(
            select(o.state, func.count()).where(o.workspace == self._workspace).group_by(o.state)
        )
        return {row[0]: row[1] for row in rows}

    async def effects_waiting(self, now: datetime) -> tuple[Queued, ...]:
        """The effects that could be delivered by now and are not, by kind and kind of lane."""
        rows = await self._connection.execute(
            select(o.kind, o.lane, func.count(), func.min(o.queued_at))
            .where(o.workspace == self._workspace, IS_UNFINISHED, or_(o.not_before.is_(None), o.not_before <= now))
            .group_by(o.kind, o.lane)
        )
        return tuple(Queued(kind, e.lane_kind(lane), *rest) for kind, lane, *rest in rows)

    async def died_alike(self, effect: int) -> bool:
        """Whether another effect of the incident died of the same before it, on its way to the same place with the same
        words."""
        own = schema.outbox.alias("own")
        is_before = or_(o.ended_at < own.c.ended_at, and_(o.ended_at == own.c.ended_at, o.id < own.c.id))
        same = [getattr(o, name) == own.c[name] for name in ("workspace", "incident", "kind", "destination", "error")]
        query = select(o.body, own.c.body).where(own.c.id == effect, is_before, o.state == "dead", *same)
        return any(body == mine for body, mine in await self._connection.execute(query))

    async def announced_at(self, number: IncidentNumber, seqs: Collection[int]) -> dict[int, MessageAt]:
        """Where the announcements of events stand in Slack, by `seq`, as far as their effects are kept."""
        return await self._stands_at(number, seqs, o.kind == e.Announce.__name__)

    async def told_at(self, number: IncidentNumber, seqs: Collection[int], to: SlackUserId) -> dict[int, MessageAt]:
        """Where the direct messages to somebody about events stand in Slack, likewise."""
        return await self._stands_at(number, seqs, o.kind == e.TellPerson.__name__, o.destination == f"dm:{to}")

    async def _stands_at(
        self, number: IncidentNumber, seqs: Collection[int], *which: ColumnElement[bool]
    ) -> dict[int, MessageAt]:
        query = select(o.seq, o.result).where(
            o.workspace == self._workspace, o.incident == number, o.seq.in_(seqs), *which
        )
        rows = await self._connection.execute(query)
        return {
            seq: MessageAt(ChannelId(result["channel"]), MessageTs(result["ts"]))
            for seq, result in rows
            if "ts" in result
        }

    async def is_held(self, lane: str, number: IncidentNumber) -> bool:
        """Whether something of an incident in a lane waits for a channel already."""
        held = o.workspace == self._workspace, o.incident == number, o.lane == lane, o.state == HELD
        return bool((await self._connection.execute(select(exists().where(*held)))).scalar_one())

    async def is_under_way(self, lane: str) -> bool:
        """Whether anything of a lane is still to be done."""
        query = select(exists().where(o.workspace == self._workspace, o.lane == lane, IS_UNFINISHED))
        return bool((await self._connection.execute(query)).scalar_one())

    async def oldest_pending_at(self, now: datetime) -> datetime | None:
        """When the oldest effect that could be delivered by now was queued (machine time)."""
        query = select(func.min(o.queued_at)).where(
            o.workspace == self._workspace,
            IS_UNFINISHED,
            or_(o.not_before.is_(None), o.not_before <= now),
        )
        found: datetime | None = (await self._connection.execute(query)).scalar_one()
        return found

    async def next_effect_at(
        self, now: datetime, *, elsewhere: bool = False, paused: Paused = NOTHING_PAUSED
    ) -> datetime | None:
        """When the next head of a lane may be claimed (machine time); None when none waits. `elsewhere`: of those that
        do not wait for Slack. What is paused is left out."""
        given = {"in_workspace": self._workspace, "waited_since": now - LEFT_TO_NEWER, **_named(paused)}
        ((found,),) = await _next_at(elsewhere=elsewhere, paused=bool(paused)).rows(self._connection, given)
        return schema.Instant().process_result_value(_parsed(found), self._connection.dialect)

    async def tried_since(self, before: datetime, limit: int = 100) -> tuple[OutboxRow, ...]:
        """Unfinished effects that were first tried before an instant (machine time), the oldest first."""
        query = (
            select(schema.outbox)
            .where(o.workspace == self._workspace, IS_UNFINISHED, o.first_called_at <= before)
            .order_by(o.first_called_at)
            .limit(limit)
        )
        return tuple(_row(row) for row in (await self._connection.execute(query)).mappings())

    async def begun_since(self, since: datetime, limit: int = 1000) -> tuple[Begun, ...]:
        """The effects that were last begun since an instant (machine time), the oldest first; of the newest ones, among
        which all of a minute are."""
        newest = select(o.kind, o.lane, o.called_at, o.workspace).order_by(o.id.desc()).limit(limit).subquery()
        n = newest.c
        query = select(n.kind, n.lane, n.called_at).where(n.workspace == self._workspace, n.called_at >= since)
        return tuple(Begun(*row) for row in await self._connection.execute(query.order_by(n.called_at)))

    async def tries(self, person: SlackUserId) -> tuple[Tried, ...]:
        """How far their pagers have come of late that somebody had called for a test, the last first."""
        query = (
            select(schema.outbox)
            .where(o.workspace == self._workspace, o.kind == e.TryPager.__name__, o.lane.startswith(_tries_of(person)))
            .order_by(o.id.desc())
            .limit(TRIES)
        )
        rows = (await self._connection.execute(query)).mappings()
        return tuple(_tried(row) for row in rows)

    async def unreadable_effects(self) -> tuple[str, ...]:
        """The kinds of effects that wait for a newer version."""
        query = select(o.kind).where(o.workspace == self._workspace, IS_UNFINISHED, o.kind.not_in(EFFECTS)).distinct()
        return tuple(sorted((await self._connection.execute(query)).scalars()))


class OutboxWrites(OutboxReads):
    async def _queue(self, rows: Sequence[dict[str, Any]]) -> None:
        """Store effects; a refresh that waits already is not queued again."""
        if rows:
            await self._insert_new(schema.outbox, rows)
            self.frees_effects = True
            self.urgent_lanes += [row["lane"] for row in rows if row["kind"] == e.OpenChannel.__name__]
            await self._overtake([row["lane"] for row in rows if row["kind"] == e.StopPage.__name__])

    async def _overtake(self, lanes: Sequence[str]) -> None:
        """What is to be stopped waits for no further attempt: its turn is now, it finds that it is not wanted any more,
        and what stops it follows."""
        if lanes:
            which = o.workspace == self._workspace, o.lane.in_(lanes), o.state == "pending"
            await self._connection.execute(update(schema.outbox).where(*which).values(not_before=None))

    async def show_again(self, incident: Incident, effects: Sequence[e.Refresh], after: timedelta) -> None:
        """Queue what shows an incident's present state, where no event calls for it. It may wait for so long, and more
        of the same with it; it holds up nothing else, and what an event calls for takes it along at once."""
        later = {"not_before": machine_now() + after}
        await self._queue([self._effect_row(incident, effect, ()) | later for effect in effects])

    async def _hurry(self, rows: Sequence[dict[str, Any]]) -> None:
        """What shows an incident anew waits no longer, once an event calls for it."""
        keys = [row["key"] for row in rows if row["kind"] == e.RefreshCard.__name__]
        if keys:
            spaced = o.workspace == self._workspace, o.key.in_(keys), _is_spaced(o), o.is_unknown.is_(False)
            await self._connection.execute(update(schema.outbox).where(*spaced).values(not_before=None))

    async def tell_of_alerts(self, effects: Sequence[e.AlertEffect]) -> None:
        """Queue what is about alerts; a refresh that waits already is not queued again."""
        await self._tell_aside(effects)

    async def tell_of_proposals(self, effects: Sequence[e.ProposalEffect]) -> None:
        """Queue what is about proposals, likewise."""
        await self._tell_aside(effects)

    async def try_pagers(self, effects: Sequence[e.TryPager]) -> None:
        """Queue that somebody's pagers are called for a test."""
        await self._tell_aside(effects)

    async def publish_heads(self, effects: Sequence[e.PublishHead]) -> None:
        """Queue that a head of the record's chain is published."""
        await self._tell_aside(effects)

    async def send_digest(self, effects: Sequence[e.DigestEffect]) -> None:
        """Queue that a week is told of."""
        await self._tell_aside(effects)

    async def try_seen(self, key: str, now: datetime) -> None:
        """A test was acknowledged where it rings (machine time), so it is stopped now."""
        which = update(schema.outbox).where(o.workspace == self._workspace, o.key == key, o.kind == e.TryPager.__name__)
        found = await self._connection.execute(which.values(not_before=None).returning(o.result))
        result = found.scalar_one_or_none()
        if result is not None and SEEN_AT not in result:
            self.frees_effects = True
            await self._connection.execute(which.values(result={**result, SEEN_AT: now.isoformat()}))

    async def _tell_aside(self, effects: Sequence[e.Aside]) -> None:
        await self._queue([_row_aside(self._workspace, effect) for effect in effects])

    def _effect_row(self, incident: Incident, effect: e.Effect, timeline: Sequence[Recorded]) -> dict[str, Any]:
        """An effect of a decision, stamped and addressed."""
        kind = type(effect).__name__
        to = e.address(effect, incident.number)
        is_refresh = kind in REFRESHES
        of = getattr(effect, "of", None)
        seq = next((one.seq for one in reversed(timeline) if one.event == of), None) if of is not None else None
        if of is not None and seq is None:
            raise LookupError(f"the effect {kind} names an event that is not on the timeline")
        return {
            "workspace": self._workspace,
            "incident": incident.number,
            "seq": seq,
            "kind": kind,
            "destination": to.destination,
            "lane": to.lane,
            "key": f"inc:{incident.number}/{kind}/{to.destination}" if is_refresh else secrets.token_hex(16),
            "body": effect_body(effect),
            "is_refresh": is_refresh,
            "needs_channel": to.needs_channel,
            "state": "pending",
            "not_before": None,
            "queued_at": machine_now(),
            "result": _traced(),
            "precedence": place_of(effect, incident.priority),
        }

    async def claim_effects(
        self,
        owner: str,
        now: datetime,
        lease: timedelta,
        limit: int = 8,
        *,
        lane: str | None = None,
        calls: bool = False,
        elsewhere: bool = False,
        paused: Paused = NOTHING_PAUSED,
    ) -> tuple[Claimed, ...]:
        """Lease the heads of lanes that may be delivered now, the most urgent first; one statement for both engines.

        One whose lease ran out comes back with an unknown outcome: somebody may have sent it and died. A dead effect
        that was freed again goes ahead of its lane, but not beside a later one that is being delivered. `lane`: of that
        lane alone. `calls`: note at once that a call begins, except where it is not known what became of the last
        one. `elsewhere`: only what does not wait for Slack.
        """
        given: dict[str, Any] = {"in_workspace": self._workspace, "most": limit, "me": owner}
        given |= {} if lane is None else {"in_lane": lane}
        given |= {"now": now, "until": now + lease, "waited_since": now - LEFT_TO_NEWER, **_named(paused)}
        claim = _claim(of_lane=lane is not None, calls=calls, elsewhere=elsewhere, paused=bool(paused))
        rows = [claim.named(row) for row in await claim.rows(self._connection, given)]
        found = sorted(rows, key=lambda row: (int(row["precedence"]), int(row["id"])))
        causes = await self._causes(found)
        return tuple(_claimed(row, causes.get((row["incident"], row["seq"]))) for row in found)

    async def _causes(self, rows: Sequence[Values]) -> dict[tuple[int, int], Recorded]:
        """The events that effects name."""
        found = {}
        for incident, seq in {(row["incident"], row["seq"]) for row in rows if row["seq"] is not None}:
            given = {"workspace": self._workspace, "incident": incident, "seq": seq}
            if (row := await CAUSE.row(self._connection, given)) is not None:
                recorded_at, *event = row
                found[incident, seq] = Recorded(seq, recorded_at, decode(*event))
        return found

    async def effect_called(self, claimed: Claimed, now: datetime) -> bool:
        """Note that a call begins now. False when the lease was lost."""
        return await self._of_owner(claimed, **_call(literal(now, schema.Instant())))

    async def effect_partial(self, claimed: Claimed, result: dict[str, Any], now: datetime | None = None) -> bool:
        """Keep what one of several calls brought, beside what earlier ones did; the next one begins now."""
        kept = await self._kept(claimed)
        return await self._of_owner(claimed, result={**kept, **result}, **({"called_at": now} if now else {}))

    async def finish_effect(self, claimed: Claimed, result: dict[str, Any]) -> bool:
        """The effect is done. False when the lease was lost: then somebody else has it."""
        return await self._end(claimed, "done", result={**await self._kept(claimed), **result}, error=None)

    async def _kept(self, claimed: Claimed) -> dict[str, Any]:
        row = await RESULT.row(self._connection, {"id": claimed.id})
        return row[0] or {} if row else {}

    async def bury_effect(self, claimed: Claimed, error: str) -> bool:
        """Give the effect up, until somebody retries it."""
        return await self._end(claimed, "dead", error=error)

    async def hold_effect(self, claimed: Claimed, why: str) -> bool:
        """Set the effect aside, so that its lane goes on, until the incident's channel can be written in again. What
        earlier calls brought is forgotten: then it is brought about from its beginning."""
        return await self._end(claimed, HELD, error=why, result={}, is_unknown=False, called_at=None)

    async def free_held(self, number: IncidentNumber) -> None:
        """Let what was set aside for an incident's channel go on, in its order."""
        self.frees_effects = True
        waiting = {"state": "pending", "attempts": 0, "not_before": None, "ended_at": None, "error": None}
        await self._connection.execute(self._held_for_channel(number).values(**waiting, first_called_at=None))

    async def free_broadcast(self) -> None:
        """Let what was set aside for the broadcast channel go on; of several refreshes of a card the newest is
        enough."""
        held = select(o.id).where(o.workspace == self._workspace, o.lane == e.BROADCAST, o.state == HELD)
        for effect in (await self._connection.execute(held.order_by(o.id.desc()))).scalars().all():
            await self._revive(effect)

    async def drop_held(self, number: IncidentNumber) -> None:
        """What was set aside is not wanted any more: another channel takes the place of the one it was meant for."""
        await self._connection.execute(self._held_for_channel(number).values(state="superseded"))

    def _held_for_channel(self, number: IncidentNumber) -> Update:
        return update(schema.outbox).where(o.workspace == self._workspace, o.incident == number, o.state == HELD)

    async def renew_effects(self, claimed: Sequence[Claimed], until: datetime) -> frozenset[int]:
        """Hold what was claimed for longer; the ids of those that are still held. What another has by now stays
        theirs."""
        if not claimed:
            return frozenset()
        held = or_(*(self._is_held(one) for one in claimed))
        rows = await self._connection.execute(
            update(schema.outbox).where(held).values(lease_until=until).returning(o.id)
        )
        return frozenset(rows.scalars())

    async def retry_effect(self, claimed: Claimed, not_before: datetime, why: str, *, unknown: bool) -> bool:
        """Back to waiting; a refresh that meets a newer one of its kind ends `superseded`.

        `unknown`: Slack may act on the last call, even yet. Otherwise that call is over and forgotten.
        """
        self.frees_effects = True
        values: dict[str, Any] = {"owner": None, "lease_until": None, "not_before": not_before, "error": why}
        if not unknown:
            values["called_at"] = None
        try:
            async with self._connection.begin_nested():
                return await self._of_owner(claimed, state="pending", is_unknown=unknown, **values)
        except IntegrityError:  # one refresh of a kind waits at a time
            if unknown:  # carried out late, the older call would undo what the newer one shows
                newer = o.workspace == self._workspace, o.key == claimed.key, o.state == "pending"
                called_at = select(o.called_at).where(o.id == claimed.id).scalar_subquery()
                waits = {"is_unknown": True, "called_at": called_at, "not_before": not_before}
                await self._connection.execute(update(schema.outbox).where(*newer).values(waits))
            return await self._end(claimed, "superseded", error=why)

    async def postpone_effect(self, claimed: Claimed, until: datetime, now: datetime) -> bool:
        """Back to waiting as if it had been queued just now (machine time): nothing went wrong with it."""
        self.frees_effects = True
        times = {"queued_at": now, "not_before": until, "called_at": None, "first_called_at": None}
        free = {"owner": None, "lease_until": None, "error": None, "attempts": 0, "is_unknown": False}
        return await self._of_owner(claimed, state="pending", **times, **free)

    async def release_effects(self, owner: str) -> int:
        """Hand back what an owner still holds; what it had begun to send is unknown."""
        return await self._release(o.owner == owner)

    async def release_all_effects(self) -> int:
        """Hand back everything: for the only process, at its start."""
        return await self._release(o.owner.is_not(None))

    async def _release(self, which: ColumnElement[bool]) -> int:
        rows = await self._connection.execute(
            select(schema.outbox).where(o.workspace == self._workspace, o.state == "in_flight", which)
        )
        released = 0
        for row in rows.mappings().all():
            unknown = bool(row["is_unknown"] or row["called_at"] is not None)
            released += await self.retry_effect(_claimed(row, None), machine_now(), "handed back", unknown=unknown)
        return released

    async def retry_dead(self, ids: Sequence[int] | None = None) -> int:
        """Free dead effects; how many. Of several refreshes of a kind one is enough: the others end `superseded`."""
        which = [o.workspace == self._workspace, o.state == "dead"]
        if ids is not None:
            which.append(o.id.in_(ids))
        dead = (await self._connection.execute(select(o.id).where(*which).order_by(o.id.desc()))).scalars().all()
        for effect in dead:
            await self._revive(effect)
        return len(dead)

    async def send_again(self, names: Collection[str], since: datetime) -> int:
        """Have webhooks of those names sent once more whatever was queued for them since then (machine time), in its
        order and ahead of what comes next; how many messages. What was done is remembered for 30 days."""
        self.frees_effects = True
        which = update(schema.outbox).where(
            o.workspace == self._workspace,
            o.kind == e.SendWebhook.__name__,
            o.destination.in_([e.webhook(name) for name in names]),
            o.state.in_(("done", "dead")),
            o.queued_at >= since,
        )
        return (await self._connection.execute(which.values(**_waiting_anew()))).rowcount

    async def _revive(self, effect: int) -> None:
        self.frees_effects = True
        freed = update(schema.outbox).where(o.id == effect, o.state.in_(("dead", HELD)))
        waiting = _waiting_anew()
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(freed.values(**waiting))
        except IntegrityError:
            await self._connection.execute(freed.values(state="superseded"))

    async def _end(self, claimed: Claimed, state: str, **values: Any) -> bool:
        self.frees_effects = True  # the next of its lane
        values |= {"state": state, "ended_at": machine_now(), "lease_until": None, "owner": None}
        given = {f"new_{name}": value for name, value in values.items()}
        given |= {"effect": claimed.id, "me": claimed.owner, "claim": claimed.fence}
        return await _ending(tuple(values)).change(self._connection, [given]) == 1

    async def _of_owner(self, claimed: Claimed, /, **values: Any) -> bool:
        """Change an effect only while its lease is ours."""
        changed = await self._connection.execute(update(schema.outbox).where(self._is_held(claimed)).values(**values))
        return changed.rowcount == 1

    def _is_held(self, claimed: Claimed) -> ColumnElement[bool]:
        return and_(o.id == claimed.id, o.owner == claimed.owner, o.fence == claimed.fence, o.state == "in_flight")


WORKSPACE, LANE = bindparam("in_workspace", type_=String()), bindparam("in_lane", type_=String())
NOW, UNTIL = bindparam("now", type_=schema.Instant()), bindparam("until", type_=schema.Instant())
WAITED_SINCE = bindparam("waited_since", type_=schema.Instant())
"""Who has waited since then for a newer version has waited long enough."""


@cache
def _claim(*, of_lane: bool, calls: bool, elsewhere: bool, paused: bool) -> Prepared:
    """Made once of each kind: to make it took longer than to carry it out, and every effect is claimed."""
    other = schema.outbox.alias("other")
    is_ahead = or_(other.c.id < o.id, and_(other.c.state == "in_flight", other.c.lease_until > NOW))
    is_head = ~exists().where(
        other.c.workspace == o.workspace,
        other.c.lane == o.lane,
        other.c.ended_at.is_(None),
        other.c.id != o.id,
        is_ahead,
        not_(and_(_is_spaced(other.c), other.c.not_before > NOW)),
        or_(not_(_is_left(other.c)), other.c.incident == o.incident),
    )
    is_free = or_(
        and_(o.state == "pending", or_(o.not_before.is_(None), o.not_before <= NOW)),
        and_(o.state == "in_flight", o.lease_until <= NOW),
    )
    due = (
        select(o.id)
        .where(
            o.workspace == WORKSPACE,
            IS_UNFINISHED,
            *([o.lane == LANE] if of_lane else []),
            *([_is_one_of(o.kind, ELSEWHERE)] if elsewhere else []),
            *(_may_go_on(o) if paused else ()),
            is_free,
            is_head,
            _has_channel(o),
            _is_ours(o),
        )
        .order_by(o.precedence, o.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True, of=schema.outbox)
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    is_unknown = or_(o.is_unknown, and_(o.state == "in_flight", o.called_at.is_not(None)))
    values: dict[Any, Any] = {"state": "in_flight", "owner": bindparam("me", type_=String()), "lease_until": UNTIL}
    values |= {"fence": o.fence + 1, "is_unknown": is_unknown}
    if calls:
        values |= {name: case((is_unknown, o[name]), else_=new) for name, new in _call(NOW).items()}
    return Prepared(update(schema.outbox).where(o.id.in_(select(due.c.id))).values(values).returning(schema.outbox))


def _waiting_anew() -> dict[str, Any]:
    """The age of an effect counts anew: of a webhook from when it was queued, of all others from the first call."""
    queued_at = case((o.kind == e.SendWebhook.__name__, machine_now()), else_=o.queued_at)
    ends = dict.fromkeys(("not_before", "ended_at", "error", "first_called_at"))
    return {"state": "pending", "attempts": 0, "queued_at": queued_at, **ends}


@cache
def _ending(names: tuple[str, ...]) -> Prepared:
    """Gives those columns of an effect new values, while its lease is ours. Made once, as every effect ends."""
    held = o.id == bindparam("effect"), o.owner == bindparam("me"), o.fence == bindparam("claim")
    new = {name: bindparam(f"new_{name}", type_=o[name].type) for name in names}
    return Prepared(update(schema.outbox).where(*held, o.state == "in_flight").values(new))


def _is_spaced(columns: Any) -> ColumnElement[bool]:
    """Whether it waits only so that nothing is shown more often than people read, or until a call without an answer
    can no longer be carried out. It holds up nothing."""
    is_apart = or_(columns.attempts == 0, columns.is_unknown)
    return and_(columns.state == "pending", columns.is_refresh, columns.not_before.is_not(None), is_apart)


STOPPED = bindparam("stopped", type_=String())
SPARED = bindparam("spared", type_=String())
SPACED = bindparam("spaced", type_=String())


def _named(paused: Paused) -> dict[str, str]:
    """What the statements are given that leave out what is paused: one text each, for their parameters are counted."""
    if not paused:
        return {}
    named = {"stopped": paused.kinds, "spared": paused.unless_urgent, "spaced": paused.lanes}
    return {name: "".join(f"|{one}|" for one in ones) for name, ones in named.items()}


def _may_go_on(columns: Any) -> tuple[ColumnElement[bool], ...]:
    """That it is not paused."""
    is_urgent = columns.precedence.in_([literal_column(str(one)) for one in URGENT])
    is_spared = or_(is_urgent, _is_none_of(columns.kind, SPARED))
    return _is_none_of(columns.kind, STOPPED), is_spared, _is_none_of(columns.lane, SPACED)


def _is_none_of(column: ColumnElement[str], named: BindParameter[str]) -> ColumnElement[bool]:
    return func.replace(named, "|" + column + "|", "") == named


@cache
def _next_at(*, elsewhere: bool, paused: bool) -> Prepared:
    """When the oldest unfinished effect of some lane may be claimed."""
    unfinished = o.workspace == WORKSPACE, IS_UNFINISHED
    oldest = select(func.min(o.id)).where(*unfinished, not_(_is_spaced(o))).group_by(o.lane).scalar_subquery()
    head = select(schema.outbox).where(*unfinished, or_(o.id.in_(oldest), _is_spaced(o))).subquery()
    at = case(
        (head.c.state == "in_flight", head.c.lease_until), else_=func.coalesce(head.c.not_before, head.c.queued_at)
    )
    which: list[ColumnElement[bool]] = [_is_one_of(head.c.kind, ELSEWHERE)] if elsewhere else []
    which += _may_go_on(head.c) if paused else ()
    return Prepared(select(func.min(at)).where(_has_channel(head.c), _is_ours(head.c), *which))


def _has_channel(columns: Any) -> ColumnElement[bool]:
    """Whether an effect that needs the incident's channel can have it."""
    known = exists().where(i.workspace == columns.workspace, i.number == columns.incident, i.channel.is_not(None))
    return or_(columns.needs_channel.is_(False), known)


def _is_ours(columns: Any) -> ColumnElement[bool]:
    """Whether this version can read the effect, or it has waited so long for a newer one that it is to be given up."""
    return or_(_is_one_of(columns.kind, EFFECTS), columns.queued_at <= WAITED_SINCE)


def _is_one_of(kind: ColumnElement[Any], names: Iterable[str]) -> ColumnElement[bool]:
    """Names of classes of ours stand in the statement itself: how many there are never changes."""
    return kind.in_([literal_column(f"'{name}'") for name in names])


def _is_left(columns: Any) -> ColumnElement[bool]:
    """Whether a newer version has to see to it. Of its own incident it keeps the order; effects of others do not wait,
    for nobody knows whether that version ever comes."""
    is_unknown = not_(_is_one_of(columns.kind, EFFECTS))
    return or_(is_unknown, func.coalesce(columns.error, "") == LEFT)


def _call(began: ColumnElement[Any]) -> dict[str, Any]:
    """What is noted of a call that begins."""
    return {"attempts": o.attempts + 1, "called_at": began, "first_called_at": func.coalesce(o.first_called_at, began)}


def _lane_aside(effect: e.Aside) -> str:
    match effect:
        case e.AskAboutAlert(alert=number) | e.RefreshAlert(alert=number):
            return f"alert:{number}"
        case e.AskAboutProposal(proposal=number) | e.RefreshProposal(proposal=number):
            return f"proposal:{number}"
        case e.TryPager(to=to, pager=pager):
            return f"{_tries_of(to)}{pager}"
        case e.PublishHead(to=to):
            return to
        case e.PostDigest():
            return e.DIGEST
        case e.MailDigest(place=place):
            return f"{e.MAIL}/{place}"


def _tries_of(person: SlackUserId) -> str:
    return f"try:{person}/"


def _row_aside(workspace: str, effect: e.Aside) -> dict[str, Any]:
    """Those of one alert, of one proposal, of one person's pager, of one place of heads, or of one mailbox go in their
    order; they do not wait for each other."""
    kind = type(effect).__name__
    is_refresh = kind in REFRESHES
    lane = _lane_aside(effect)
    return {
        "workspace": workspace,
        "incident": None,
        "seq": None,
        "kind": kind,
        "destination": e.destination_of(effect),
        "lane": lane,
        "key": f"{lane}/{kind}" if is_refresh else secrets.token_hex(16),
        "body": effect_body(effect),
        "is_refresh": is_refresh,
        "needs_channel": False,
        "state": "pending",
        "queued_at": machine_now(),
        "result": _traced(),
        "precedence": place_of(effect, None),
    }


def _tried(row: RowMapping) -> Tried:
    result, body = row["result"] or {}, row["body"]
    taken, seen = (datetime.fromisoformat(result[one]) if one in result else None for one in (TAKEN_AT, SEEN_AT))
    is_over = row["ended_at"] is not None
    error = str(result.get(REFUSED) or row["error"] or "")
    return Tried(str(body["pager"]), datetime.fromisoformat(body["asked_at"]), taken, seen, error, is_over=is_over)


def _row(row: Values) -> OutboxRow:
    return OutboxRow(**_values(row))


def _claimed(row: Values, cause: Recorded | None) -> Claimed:
    effect = decode_effect(row["kind"], row["body"], cause.event if cause else None)
    return Claimed(**_values(row), effect=effect, cause=cause)


def _values(row: Values) -> dict[str, Any]:
    values = {one.name: row[one.name] for one in fields(OutboxRow) if one.name not in ("number", TRACE)}
    result = dict(row["result"]) if isinstance(row["result"], dict) else {}
    return {"number": row["incident"], **values, TRACE: result.pop(TRACE, None), "result": result}


def _traced() -> dict[str, Any]:
    """What an effect begins with: nothing has come of it, and the command that led to it is known to traces."""
    return {} if (trace := carried()) is None else {TRACE: trace}


def _parsed(found: Any) -> datetime | None:
    """SQLite gives a computed instant back as text."""
    return datetime.fromisoformat(found) if isinstance(found, str) else found
