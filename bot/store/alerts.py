"""Alerts: what was delivered and waits to be worked off, the alerts themselves, and what is remembered of their
signals."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, exists, func, or_, select, text, tuple_, update

from bot.domain.alerts import Alert, Delivery, KnownSignal, Signal
from bot.domain.ids import IncidentNumber
from bot.domain.vocabulary import AlertState, SignalState
from bot.store import schema
from bot.store.inbox import InboxWrites
from bot.store.outbox import OutboxWrites
from bot.store.prepared import Prepared
from bot.store.session import Session

i = schema.incidents.c
a, d, s, h = schema.alerts.c, schema.alert_deliveries.c, schema.signals.c, schema.alert_sources.c

AT_ONCE = 500
"""Keys that one query asks for."""
IS_FIRING = text(f"signals.{schema.FIRING}")
"""Said without a parameter, as the partial index says it."""
DELIVERED = Prepared(select(d.id).where(d.workspace == bindparam("workspace"), d.error.is_(None)).limit(1))
DECLARING = Prepared(
    select(a.number).where(a.workspace == bindparam("workspace"), a.state == AlertState.DECLARING).limit(1)
)


@cache
def _alert() -> TypeAdapter[Alert]:
    return TypeAdapter(Alert)


@cache
def _signals() -> TypeAdapter[tuple[Signal, ...]]:
    return TypeAdapter(tuple[Signal, ...])


class AlertReads(Session):
    async def alert(self, number: int) -> Alert | None:
        return next(iter(await self._alerts(a.number == number)), None)

    async def alerts_of(self, number: IncidentNumber) -> tuple[Alert, ...]:
        """What belongs to an incident, in the order in which it began."""
        return await self._alerts(a.incident == number)

    async def alerts(
        self,
        states: Collection[AlertState] = (),
        incident: IncidentNumber | None = None,
        before: int | None = None,
        limit: int = 20,
    ) -> tuple[Alert, ...]:
        """Those in some of the states, of any where none is named; of an incident; below a number. The newest first."""
        query = select(a.body).where(a.workspace == self._workspace)
        if states:
            query = query.where(a.state.in_(states))
        if incident is not None:
            query = query.where(a.incident == incident)
        if before is not None:
            query = query.where(a.number < before)
        query = query.order_by(a.number.desc()).limit(limit)
        return tuple(_alert().validate_json(body) for (body,) in await self._connection.execute(query))

    async def alerts_before(self, before: datetime) -> int:
        """How many alerts of no incident last fired before an instant (incident time)."""
        query = select(func.count()).where(a.workspace == self._workspace, a.last_at < before, a.incident.is_(None))
        count: int = (await self._connection.execute(query)).scalar_one()
        return count

    async def latest_alerts(self, keys: Collection[str]) -> dict[str, Alert]:
        """Of each key the alert that began last."""
        found: dict[str, Alert] = {}
        listed = sorted(keys)
        for start in range(0, len(listed), AT_ONCE):
            some = listed[start : start + AT_ONCE]
            last = select(func.max(a.number)).where(a.workspace == self._workspace, a.key.in_(some)).group_by(a.key)
            for alert in await self._alerts(a.number.in_(last)):
                found[alert.key] = alert
        return found

    async def known_signals(self, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], KnownSignal]:
        """What is remembered of signals, by alert and key."""
        found: dict[tuple[int, str], KnownSignal] = {}
        listed = sorted(keys)
        for start in range(0, len(listed), AT_ONCE):
            query = select(s.alert, s.key, s.state, s.started_at, s.ended_at).where(
                s.workspace == self._workspace, tuple_(s.alert, s.key).in_(listed[start : start + AT_ONCE])
            )
            for alert, key, state, started_at, ended_at in await self._connection.execute(query):
                found[alert, key] = KnownSignal(SignalState(state), started_at, ended_at)
        return found

    async def firing_in(self, keys: Collection[str]) -> dict[str, Alert]:
        """Of each signal that fires the alert in which it does, the last one where there are several."""
        found: dict[str, Alert] = {}
        listed = sorted(keys)
        belongs = (a.workspace == s.workspace) & (a.number == s.alert)
        for start in range(0, len(listed), AT_ONCE):
            named = s.key.in_(listed[start : start + AT_ONCE])
            query = select(s.key, a.body).join_from(schema.signals, schema.alerts, belongs)
            rows = await self._connection.execute(query.where(s.workspace == self._workspace, named, IS_FIRING))
            for key, body in rows:
                alert = _alert().validate_json(body)
                if key not in found or found[key].number < alert.number:
                    found[key] = alert
        return found

    async def declaring_alerts(self) -> tuple[Alert, ...]:
        """Those that an incident is to be declared from, in their order."""
        return await self._alerts(a.state == AlertState.DECLARING)

    async def settling_alerts(self, now: datetime) -> tuple[Alert, ...]:
        """Those that have been quiet for long enough to say so."""
        return await self._alerts(a.settles_at <= now)

    async def declared_from_alerts_since(self, since: datetime) -> int:
        """How many incidents were declared from alerts by themselves, or are about to be."""
        query = select(func.count()).where(a.workspace == self._workspace, a.declaring_since > since)
        count: int = (await self._connection.execute(query)).scalar_one()
        return count

    async def asked_since(self, since: datetime) -> tuple[Alert, ...]:
        """Those that people are asked about and that began after an instant (incident time)."""
        found = await self._alerts(a.last_at > since, a.state == AlertState.ASKED)
        return tuple(one for one in found if one.opened_at > since)

    async def gathered_by(self, alert: Alert) -> tuple[Alert, ...]:
        """Those that people are asked about in the question of another one."""
        found = await self._alerts(a.last_at >= alert.opened_at, a.state == AlertState.ASKED) if alert.gathers else ()
        return tuple(one for one in found if one.gathered_by == alert.number)

    async def umbrella(self, since: datetime) -> Alert | None:
        """The last alert whose incident takes in others."""
        found = await self._alerts(or_(a.declaring_since > since, a.state == AlertState.DECLARING))
        return next((one for one in reversed(found) if one.is_umbrella), None)

    async def next_alert_number(self) -> int:
        """Only while the alerts are locked."""
        query = select(func.max(a.number)).where(a.workspace == self._workspace)
        return int((await self._connection.execute(query)).scalar_one() or 0) + 1

    async def deliveries(self, limit: int) -> tuple[Delivery, ...]:
        """What waits to be worked off, in the order in which it came."""
        query = (
            select(d.id, d.source, d.signals, d.received_at)
            .where(d.workspace == self._workspace, d.error.is_(None))
            .order_by(d.id)
            .limit(limit)
        )
        rows = await self._connection.execute(query)
        return tuple(Delivery(id, source, _signals().validate_json(text), at) for id, source, text, at in rows)  # noqa: A001

    async def failed_deliveries(self) -> int:
        """How many could not be worked off."""
        query = select(func.count()).where(d.workspace == self._workspace, d.error.is_not(None))
        count: int = (await self._connection.execute(query)).scalar_one()
        return count

    async def next_alert_at(self) -> datetime | None:
        """When the next alert is said to be quiet, unless it fires before."""
        query = select(func.min(a.settles_at)).where(a.workspace == self._workspace, a.settles_at.is_not(None))
        found: datetime | None = (await self._connection.execute(query)).scalar_one()
        return found

    async def are_alerts_waiting(self) -> bool:
        """Whether anything waits to be worked off now."""
        given = {"workspace": self._workspace}
        delivered = await DELIVERED.row(self._connection, given)
        return delivered is not None or await DECLARING.row(self._connection, given) is not None

    async def deliveries_waiting(self) -> int:
        """How many deliveries are not worked off yet."""
        query = select(func.count()).where(d.workspace == self._workspace, d.error.is_(None))
        count: int = (await self._connection.execute(query)).scalar_one()
        return count

    async def heard_from(self) -> dict[str, datetime]:
        """Source → when something last came from it, in incident time."""
        rows = await self._connection.execute(select(h.source, h.heard_at).where(h.workspace == self._workspace))
        return {row.source: row.heard_at for row in rows}

    async def _alerts(self, *which: Any) -> tuple[Alert, ...]:
        query = select(a.body).where(a.workspace == self._workspace, *which).order_by(a.number)
        return tuple(_alert().validate_json(body) for (body,) in await self._connection.execute(query))


class AlertWrites(OutboxWrites, InboxWrites, AlertReads):
    async def lock_alerts(self) -> None:
        """Whoever changes alerts does this first, before the workspace or any incident is locked: alerts are decided on
        one after the other, whichever process does it."""
        if not self._is_alone:
            key = func.hashtextextended(f"{self._workspace}/alerts", 0)
            await self._connection.execute(select(func.pg_advisory_xact_lock(key)))

    async def receive(self, delivery_id: str, within: timedelta | None, delivered: Delivery) -> bool:
        """Keep what came, once; False when the same was delivered before. `within`: for how long the same counts as
        the same (machine time); None: for as long as deliveries are remembered."""
        is_new = await self.take(delivery_id) if within is None else await self.take_within(delivery_id, within)
        if is_new and delivered.signals:
            await self._connection.execute(
                schema.alert_deliveries.insert(),
                {
                    "workspace": self._workspace,
                    "source": delivered.source,
                    "received_at": delivered.received_at,
                    "signals": _signals().dump_json(delivered.signals).decode(),
                },
            )
        return is_new

    async def worked_off(self, ids: Sequence[int]) -> None:
        await self._connection.execute(delete(schema.alert_deliveries).where(d.id.in_(ids)))

    async def not_worked_off(self, delivery: int, error: str) -> None:
        """Set it aside, so that what came after it goes on."""
        await self._connection.execute(update(schema.alert_deliveries).where(d.id == delivery).values(error=error))

    async def retry_deliveries(self) -> int:
        """Have what was set aside worked off after all; how many."""
        which = update(schema.alert_deliveries).where(d.workspace == self._workspace, d.error.is_not(None))
        return (await self._connection.execute(which.values(error=None))).rowcount

    async def keep_alerts(self, alerts: Iterable[Alert]) -> None:
        rows = [
            {
                "workspace": self._workspace,
                "number": one.number,
                "key": one.key,
                "state": one.state,
                "incident": one.incident,
                "last_at": one.last_at,
                "settles_at": one.settles_at,
                "declaring_since": one.declaring_since,
                "body": _alert().dump_json(one).decode(),
            }
            for one in alerts
        ]
        if rows:
            await self._upsert(schema.alerts, rows)

    async def keep_signals(self, known: Mapping[tuple[int, str], KnownSignal]) -> None:
        """By alert and key."""
        rows = [
            {
                "workspace": self._workspace,
                "alert": alert,
                "key": key,
                "state": one.state,
                "started_at": one.started_at,
                "ended_at": one.ended_at,
            }
            for (alert, key), one in known.items()
        ]
        if rows:
            await self._upsert(schema.signals, rows)

    async def keep_heard(self, heard: Mapping[str, datetime]) -> None:
        """When something last came from each source."""
        rows = [{"workspace": self._workspace, "source": name, "heard_at": at} for name, at in heard.items()]
        if rows:
            await self._upsert(schema.alert_sources, rows)

    async def purge_alerts(self, before: datetime) -> None:
        """Forget alerts that last fired before an instant (incident time), but for those of an incident; and what is
        remembered of the signals of all of them whose incident is not open."""
        is_open = exists().where(i.workspace == a.workspace, i.number == a.incident, ~i.is_over)
        old = select(a.number).where(a.workspace == self._workspace, a.last_at < before, ~is_open)
        await self._connection.execute(delete(schema.signals).where(s.workspace == self._workspace, s.alert.in_(old)))
        gone = delete(schema.alerts).where(a.workspace == self._workspace, a.last_at < before, a.incident.is_(None))
        await self._connection.execute(gone)
