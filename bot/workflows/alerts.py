"""Alerts: what is delivered is kept, then worked off in order; what follows is decided and recorded in the same
transaction."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import alerting
from bot.domain import alerts as rules
from bot.domain.actor import Actor
from bot.domain.alerts import Alert, Around, Delivery, KnownSignal, Signal
from bot.domain.audience import of_alert, of_counting
from bot.domain.decision import credited
from bot.domain.ids import IncidentNumber, SlackUserId, ref
from bot.domain.incident import Incident
from bot.domain.policy import AlertRoute
from bot.domain.vocabulary import AlertState, Handling, SignalState, Status
from bot.door.caller import Caller
from bot.store import Audited, Reading, Summary, Writing
from bot.workflows.context import Context, Decided, Outcome, answer_once, load, record

REMEMBERED = timedelta(days=1)
"""How long after its declaration the incident of a storm is looked for."""


async def receive(
    context: Context, source: str, delivery_id: str, within: timedelta | None, signals: Iterable[Signal]
) -> bool:
    """Keep what came, durably and once; False when the same was delivered before."""
    delivered = Delivery(0, source, tuple(signals), context.now())
    async with context.store.write() as tx:
        return await tx.receive(delivery_id, within, delivered)


async def work_off(context: Context, limit: int) -> int:
    """Take in what was delivered next, in its order and in one transaction; how many deliveries that were."""
    async with context.store.write() as tx:
        await tx.lock_alerts()
        deliveries = await tx.deliveries(limit)
        if deliveries:
            await _Batch(context, tx).take_in(deliveries)
            await tx.worked_off([one.id for one in deliveries])
        return len(deliveries)


async def set_aside(context: Context, error: str) -> None:
    """Leave out the delivery that comes next, because it cannot be worked off."""
    async with context.store.write() as tx:
        await tx.lock_alerts()
        for delivery in await tx.deliveries(1):
            await tx.not_worked_off(delivery.id, error)


class _Batch:
    """Deliveries that are worked off together: what they are about is read once, and written once."""

    def __init__(self, context: Context, tx: Writing) -> None:
        self._context = context
        self._tx = tx
        self._policy = context.policy
        self._before: dict[int, Alert] = {}
        self._latest: dict[str, Alert] = {}
        self._changed: dict[int, Alert] = {}
        self._known: dict[tuple[int, str], KnownSignal] = {}
        self._known_anew: dict[tuple[int, str], KnownSignal] = {}
        self._summaries: dict[IncidentNumber, Summary | None] = {}
        self._open: dict[str, IncidentNumber | None] = {}
        self._firing: dict[tuple[str, str], tuple[str, AlertRoute]] = {}
        self._attached: list[int] = []
        self._back: list[int] = []
        self._next_number = 0
        self._declared_lately = 0
        self._umbrella: Alert | None = None
        self._asked: dict[int, Alert] = {}

    async def take_in(self, deliveries: Iterable[Delivery]) -> None:
        deliveries = list(deliveries)
        await self._find_what_fires(one for delivery in deliveries for one in delivery.signals)
        grouped = [(delivery, self._grouped(delivery.signals)) for delivery in deliveries]
        keyed = {(key, signal.key) for _, groups in grouped for key, (_, some) in groups.items() for signal in some}
        await self._read(keyed)
        for delivery, groups in grouped:
            for key, (route, signals) in groups.items():
                await self._take(delivery, key, route, signals)
        await self._write()
        await self._tx.keep_heard({one.source: one.received_at for one in deliveries})

    async def _find_what_fires(self, signals: Iterable[Signal]) -> None:
        """A recovery belongs to the alert in which its signal fires, and not where a route would send it: many senders
        say another severity then, or none, and leave out labels."""
        over = [one for one in signals if one.state is SignalState.RESOLVED]
        firing = await self._tx.firing_in({one.key for one in over})
        for signal in over:
            alert = firing.get(signal.key)
            if alert is not None and alert.source == signal.source:
                _, route = rules.route_of(rules.as_it_fired(signal, alert), self._policy.alerting.routes)
                self._firing[signal.source, signal.key] = alert.key, route

    def _grouped(self, signals: Iterable[Signal]) -> dict[str, tuple[AlertRoute, list[Signal]]]:
        """By the key of their alert, in the order in which they came; without those that are to be ignored."""
        groups: dict[str, tuple[AlertRoute, list[Signal]]] = {}
        for signal in signals:
            key, route = self._where(signal)
            if route.do is not Handling.IGNORE:
                groups.setdefault(key, (route, []))[1].append(signal)
        return groups

    def _where(self, signal: Signal) -> tuple[str, AlertRoute]:
        """The key of the alert that it belongs to, and the route that is taken there."""
        named = signal.source, signal.key
        if signal.state is SignalState.RESOLVED and named in self._firing:
            return self._firing[named]
        _, route = rules.route_of(signal, self._policy.alerting.routes)
        found = rules.key_of(signal, route), route
        if signal.state is SignalState.FIRING:
            self._firing[named] = found
        return found

    async def _read(self, keyed: set[tuple[str, str]]) -> None:
        """`keyed`: the keys of alerts, each with those of its signals."""
        now, storm = self._context.now(), self._policy.alerting.storm
        self._latest = await self._tx.latest_alerts({key for key, _ in keyed})
        self._before = {one.number: one for one in self._latest.values()}
        numbers = {key: one.number for key, one in self._latest.items()}
        asked = {(numbers[key], signal) for key, signal in keyed if key in numbers}
        self._known = await self._tx.known_signals(asked)
        self._next_number = await self._tx.next_alert_number()
        self._declared_lately = await self._tx.declared_from_alerts_since(now - storm.within)
        umbrella = await self._tx.umbrella(now - REMEMBERED)
        is_open = umbrella is not None and not await self._is_over(umbrella)
        self._umbrella = umbrella if is_open else None
        self._asked = {one.number: one for one in await self._tx.asked_since(now - storm.within)}

    async def _take(self, delivery: Delivery, key: str, route: AlertRoute, signals: list[Signal]) -> None:
        now = delivery.received_at
        alert = await self._where_it_goes_on(self._latest.get(key))
        reopens = None
        if alert is not None and not alert.takes_in(now, is_over=await self._is_over(alert)):
            reopens = await self._may_come_back(alert)
            alert = None
        if alert is None:
            first = next((one for one in signals if one.state is SignalState.FIRING), None)
            if first is None:
                return  # it is over, and nobody was told of it
            alert = replace(rules.opened(self._next_number, first, route, now, self._policy), reopens=reopens)
            self._next_number += 1
        keys = [(alert.number, one.key) for one in signals]
        known = {signal: self._known[number, signal] for number, signal in keys if (number, signal) in self._known}
        counted = rules.count(alert, signals, known, route, now)
        for signal_key, one in counted.signals.items():
            self._known[alert.number, signal_key] = self._known_anew[alert.number, signal_key] = one
        after = counted.alert
        if counted.is_back and after.state is AlertState.TAKEN:
            self._back.append(after.number)
        if counted.fired and after.state in (AlertState.NOTED, AlertState.ASKED):
            after = await self._decided(after, route)
        self._latest[key] = self._changed[after.number] = after

    async def _decided(self, alert: Alert, route: AlertRoute) -> Alert:
        offered = await self._open_incident(alert.service)
        around = Around(offered, self._declared_lately, self._umbrella, tuple(self._asked.values()))
        after = rules.decide(alert, route, around, self._context.now(), self._policy)
        if after.state is AlertState.TAKEN:
            self._attached.append(after.number)
        if after.state is AlertState.ASKED and alert.state is AlertState.NOTED:
            self._asked[after.number] = after
        if after.declaring_since is not None and alert.declaring_since is None:
            self._declared_lately += 1
        if after.is_umbrella:
            self._umbrella = after
        return after

    async def _open_incident(self, service: str | None) -> IncidentNumber | None:
        if service is None:
            return None
        if service not in self._open:
            self._open[service] = await open_incident(self._tx, service)
        return self._open[service]

    async def _where_it_goes_on(self, alert: Alert | None) -> Alert | None:
        """An incident that was merged goes on as another one."""
        while alert is not None and alert.incident is not None:
            summary = await self._summary(alert.incident)
            merged = await self._tx.incident(alert.incident) if summary and summary.status is Status.MERGED else None
            if merged is None or merged.merged_into is None:
                return alert
            alert = replace(alert, incident=merged.merged_into)
        return alert

    async def _is_over(self, alert: Alert) -> bool:
        summary = await self._summary(alert.incident) if alert.incident is not None else None
        return summary is not None and summary.is_over

    async def _may_come_back(self, alert: Alert) -> IncidentNumber | None:
        """The incident that was closed, where everybody may know of it."""
        summary = await self._summary(alert.incident) if alert.incident is not None else None
        if summary is None or summary.status is not Status.CLOSED or summary.is_hidden:
            return None
        return summary.number

    async def _summary(self, number: IncidentNumber) -> Summary | None:
        if number not in self._summaries:
            self._summaries[number] = await self._tx.summary(number)
        return self._summaries[number]

    async def _write(self) -> None:
        """Incidents are locked in ascending order."""
        concerned: defaultdict[IncidentNumber, list[int]] = defaultdict(list)
        for number, alert in self._changed.items():
            if alert.incident is not None:
                concerned[alert.incident].append(number)
        for incident in sorted(concerned):
            await self._tell_incident(incident, concerned[incident])
        await self._tx.keep_alerts(self._changed.values())
        await self._tx.keep_signals(self._known_anew)
        told = [effect for one in self._changed.values() for effect in of_alert(self._before.get(one.number), one)]
        await self._tx.tell_of_alerts(told)

    async def _tell_incident(self, number: IncidentNumber, alerts: list[int]) -> None:
        incident = await self._tx.load(number)
        if incident is None or not incident.is_readable or incident.status.is_over:
            for one in set(alerts) & set(self._attached):  # it ended at this moment: the next signal is decided on anew
                self._changed[one] = replace(self._changed[one], state=AlertState.NOTED, incident=None)
            return
        now = self._context.now()
        for one in alerts:
            alert = self._changed[one]
            if one in self._attached:
                decision = credited(alerting.attach(incident, alert, None, now), alert.integration)
                await record(self._context, self._tx, number, decision)
            elif one in self._back:
                await record(self._context, self._tx, number, alerting.fires_again(incident, alert, now))
        if not set(alerts) & {*self._attached, *self._back}:
            await self._tx.show_again(incident, of_counting(), self._context.counts_every)


async def open_incident(tx: Reading, service: str) -> IncidentNumber | None:
    """The open incident of a service that everybody may know of; of several the newest. A drill is none."""
    found = await tx.incidents(open_only=True, service=service)
    return max((one.number for one in found if not one.is_private and not one.is_drill), default=None)


async def tell_silence(context: Context, source: str, since: datetime, state: SignalState) -> None:
    """That nothing comes from a source, or something again, as an alert of Muster's own; once for each time it spoke
    last."""
    signal = rules.silence(source, since, state)
    await receive(context, rules.MUSTER, f"alerts/muster/{signal.key}/{state}/{since.timestamp():.0f}", None, [signal])


async def is_said_to_be_silent(context: Context, source: str, since: datetime) -> bool:
    """Whether people were told of a silence that has ended."""
    signal = rules.silence(source, since, SignalState.FIRING)
    _, route = rules.route_of(signal, context.policy.alerting.routes)
    async with context.store.read() as tx:
        found = await tx.latest_alerts({rules.key_of(signal, route)})
    return any(alert.firing for alert in found.values())


async def say_quiet(context: Context) -> int:
    """Say what has been quiet for long enough; how many alerts that were."""
    async with context.store.write() as tx:
        await tx.lock_alerts()
        before = await tx.settling_alerts(context.now())
        after = [replace(one, is_quiet_told=True, settles_at=None) for one in before]
        await tx.keep_alerts(after)
        await tx.tell_of_alerts([effect for pair in zip(before, after, strict=True) for effect in of_alert(*pair)])
        for number in sorted({one.incident for one in after if one.incident is not None}):
            incident = await tx.load(number)
            if incident is not None and incident.is_readable:
                decision = alerting.all_quiet(incident, await tx.alerts_of(number), context.now())
                if decision.events:
                    await record(context, tx, number, decision)
        return len(after)


async def bind(context: Context, tx: Writing, alert: Alert, incident: Incident, actor: Actor) -> None:
    """The alert belongs to the incident from now on, which is its first evidence. The alerts are locked."""
    person = getattr(actor, "user", None)
    decision = alerting.attach(incident, alert, person, context.now())
    await record(context, tx, incident.number, credited(decision, actor))
    await keep_taken(tx, alert, incident, person)


async def keep_taken(tx: Writing, alert: Alert, incident: Incident, by: SlackUserId | None) -> None:
    after = rules.taken(alert, incident.number, by, is_private=incident.is_private)
    await tx.keep_alerts([after])
    await tx.tell_of_alerts(of_alert(alert, after))


async def free_alert(tx: Writing, number: int) -> Alert:
    """An alert that belongs to no incident, while the alerts are locked. Raises NoSuchAlert, AlertTaken; of one that
    belongs to a private incident nothing is told."""
    alert = await tx.alert(number)
    if alert is None or (alert.is_private and alert.incident is not None):
        raise rules.NoSuchAlert(number=number)
    if alert.incident is not None:
        raise rules.AlertTaken(ref=ref(alert.incident))
    return alert


async def join(context: Context, caller: Caller, number: IncidentNumber, alert_number: int) -> Outcome:
    """Somebody says that an alert belongs to an incident."""

    async def decide(tx: Writing) -> Decided:
        await tx.lock_alerts()
        alert = await free_alert(tx, alert_number)
        rules.require_free(alert)
        incident = await load(tx, number)
        decision = alerting.attach(incident, alert, caller.person, context.now())

        async def keep(tx: Writing, incident: Incident) -> None:
            await keep_taken(tx, alert, incident, caller.person)

        return Decided(number, incident, decision, then=keep)

    return await answer_once(context, caller, decide)


async def ignore(context: Context, caller: Caller, by: SlackUserId, alert_number: int, span: timedelta) -> Alert:
    """Somebody says that it is nothing, for a while."""
    async with context.store.write() as tx:
        await tx.lock_alerts()
        alert = await free_alert(tx, alert_number)
        after = rules.ignore(alert, by, span, context.now())
        await tx.keep_alerts([after])
        await tx.tell_of_alerts(of_alert(alert, after))
        await tx.keep_audit(Audited.of(context.now(), caller.actor, "alert", None, "done", "AlertIgnored"))
        return after


async def attach_to(context: Context, alert_number: int, incident_number: IncidentNumber) -> bool:
    """An alert that was to be declared joins an open incident instead; False where that is not open any more."""
    async with context.store.write() as tx:
        await tx.lock_alerts()
        alert = await tx.alert(alert_number)
        if alert is None or alert.state is not AlertState.DECLARING:
            return True
        incident = await tx.load(incident_number)
        if incident is None or not incident.is_readable or incident.status.is_over:
            return False
        await bind(context, tx, alert, incident, alert.integration)
        return True


async def where_to_join(context: Context, alert: Alert) -> IncidentNumber | None:
    """The open incident that an alert joins which was to be declared; None: it gets one of its own."""
    async with context.store.read() as tx:
        if alert.joins is not None:
            other = await tx.alert(alert.joins)
            return other.incident if other else None
        if alert.service is None or alert.is_private or alert.is_umbrella:
            return None
        return await open_incident(tx, alert.service)


async def ask_instead(context: Context, alert_number: int) -> None:
    """An incident may not be declared from it: people are asked."""
    async with context.store.write() as tx:
        await tx.lock_alerts()
        alert = await tx.alert(alert_number)
        if alert is None or alert.state is not AlertState.DECLARING:
            return
        channel = context.policy.channels.for_triage
        state = AlertState.ASKED if channel else AlertState.NOTED
        after = replace(alert, state=state, channel=channel, joins=None, is_umbrella=False, declaring_since=None)
        await tx.keep_alerts([after])
        await tx.tell_of_alerts(of_alert(alert, after))
