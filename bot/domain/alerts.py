"""Alerts: what monitoring says, the route it takes through the policy, and what follows from it.

A *signal* is what a sender says of one thing that it watches: it fires, or it fires no more. An *alert* is what people
deal with: the signals that belong together. A recovery is evidence and nothing else: it changes no status.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from bot.domain.actor import Integration
from bot.domain.ids import IncidentNumber, SlackUserId, ref
from bot.domain.policy import AlertRoute, Policy
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.vocabulary import AlertState, Handling, Priority, SignalState

SOURCES: Mapping[str, str] = {
    "alertmanager": "Alertmanager",
    "azure": "Azure Monitor",
    "cloudevents": "CloudEvents",
    "datadog": "Datadog",
    "gcp": "Google Cloud Monitoring",
    "generic": "Monitoring",
    "grafana": "Grafana",
    "healthchecks": "healthchecks.io",
    "icinga": "Icinga",
    "nagios": "Nagios",
    "newrelic": "New Relic",
    "pagerduty": "PagerDuty",
    "pagerduty-events": "Events API",
    "sentry": "Sentry",
    "sns": "CloudWatch",
    "uptime-kuma": "Uptime Kuma",
    "zabbix": "Zabbix",
}
"""Each source as it stands in addresses, settings and the policy → as people call it."""
MUSTER = "muster"
"""The source of what Muster itself notices about the others."""
DEFAULT_ROUTE = AlertRoute()
"""For signals that no route of the policy matches: people are asked."""
IGNORED_FOR = timedelta(hours=1)
MOST_LABELS = 12
"""So many labels of an alert stand in the timeline."""


class NoSuchAlert(Refusal):
    """There is no alert {number}. `/incident alert` lists those that wait for somebody."""


class AlertTaken(Refusal):
    """The alert belongs to {ref} already; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that a sender watches, as the sender tells of it. Texts are plain, of a single source's making: they
    are data, whatever stands in them."""

    source: str
    key: str
    """What the sender knows the thing by: the same while it fires, when it fires again, and when it is over."""
    group: str
    """What the sender groups it by; its key where the sender groups nothing."""
    state: SignalState
    title: str
    text: str = ""
    severity: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    link: str | None = None
    runbook_url: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came in one request, and was kept."""

    id: int
    source: str
    signals: tuple[Signal, ...]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class KnownSignal:
    """What is remembered of one signal of an alert."""

    state: SignalState
    started_at: datetime | None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """Signals that belong together, and what became of them. All instants are incident time."""

    number: int
    source: str
    key: str
    """What tells it from the other alerts of its time: its source, and what its signals are grouped by."""
    handling: Handling
    title: str
    opened_at: datetime
    last_at: datetime
    """When it was last said to fire."""
    open_until: datetime
    """Until when it takes in another signal, unless it fires or belongs to an incident."""
    state: AlertState = AlertState.NOTED
    began_at: datetime | None = None
    """When it began to fire, according to its sender."""
    text: str = ""
    severity: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    """Those that all its signals have."""
    link: str | None = None
    runbook_url: str | None = None
    service: str | None = None
    """The slug, or a free word where the policy lists no services."""
    priority: Priority | None = None
    is_private: bool = False
    times: int = 0
    """How often it was said to fire."""
    signals: int = 0
    firing: int = 0
    """How many of the signals fire."""
    flaps: int = 0
    """How often one fired again after it had been quiet."""
    recent: tuple[datetime, ...] = ()
    """When it was last said to fire, as far as the policy counts that."""
    quiet_since: datetime | None = None
    settles_at: datetime | None = None
    """When it is said that all is quiet, unless something fires before."""
    is_quiet_told: bool = False
    incident: IncidentNumber | None = None
    joins: int | None = None
    """The alert whose incident it joins once that is declared."""
    is_umbrella: bool = False
    """Whether its incident takes in whatever else fires."""
    declaring_since: datetime | None = None
    channel: str | None = None
    """Where people are asked about it: name or id."""
    posted_in: str | None = None
    posted_as: str | None = None
    """The message: the channel's id, and the ts."""
    by: SlackUserId | None = None
    """Who decided what becomes of it."""
    ignored_until: datetime | None = None
    offers: IncidentNumber | None = None
    """The open incident of its service, which it may join."""
    reopens: IncidentNumber | None = None
    """The incident of the same alert that was closed."""
    gathers: bool = False
    """Whether what is asked about it lists other alerts, too."""
    gathered_by: int | None = None
    """The alert whose question lists it, instead of one of its own."""

    @property
    def integration(self) -> Integration:
        return Integration(name_of(self.source), self.source)

    @property
    def is_wordless(self) -> bool:
        """Whether nobody is told a word of its sender: it is private, and there are no members of its incident yet."""
        return self.is_private and self.incident is None

    @property
    def is_quiet(self) -> bool:
        return self.firing == 0

    def takes_in(self, now: datetime, *, is_over: bool) -> bool:
        """Whether another signal of its kind still belongs to it. `is_over`: whether its incident is."""
        match self.state:
            case AlertState.TAKEN:
                return not is_over
            case AlertState.DECLARING:
                return True
            case AlertState.IGNORED:
                return self.ignored_until is not None and now < self.ignored_until
            case AlertState.NOTED | AlertState.ASKED:
                return self.firing > 0 or now <= self.open_until


def name_of(source: str) -> str:
    """As people call it."""
    return "Muster" if source == MUSTER else SOURCES.get(source, source)


def route_of(signal: Signal, routes: Sequence[AlertRoute]) -> tuple[int | None, AlertRoute]:
    """The first route that matches, and its place in the policy, from 1; None for what no route matches."""
    for place, route in enumerate(routes, start=1):
        if _is_for(route, signal.source) and all(_matches(signal, *one) for one in route.when.items()):
            return place, route
    return None, DEFAULT_ROUTE


def as_it_fired(signal: Signal, alert: Alert) -> Signal:
    """A recovery with what is known of its alert, for the routes."""
    return replace(signal, title=alert.title, severity=alert.severity, labels={**signal.labels, **dict(alert.labels)})


def _is_for(route: AlertRoute, source: str) -> bool:
    """What Muster itself notices is told unless a route names it: one for all is meant for monitoring."""
    return route.source == source or (route.source is None and source != MUSTER)


def _matches(signal: Signal, label: str, pattern: str) -> bool:
    known = {"severity": signal.severity, "title": signal.title, **signal.labels}
    return label in known and fnmatchcase(known[label], pattern)


def unreachable(routes: Sequence[AlertRoute], sources: Iterable[str]) -> list[tuple[int, str]]:
    """The routes that never apply, by their places, and why. `sources`: those that are switched on."""
    found = []
    known = {*sources, MUSTER}
    for place, route in enumerate(routes, start=1):
        before = (one for one in enumerate(routes[: place - 1], start=1) if _covers(one[1], route))
        if route.source is not None and route.source not in known:
            found.append((place, f"{name_of(route.source)} is not switched on"))
        elif (earlier := next(before, None)) is not None:
            found.append((place, f"route {earlier[0]} matches all of it before"))
    return found


def _covers(earlier: AlertRoute, later: AlertRoute) -> bool:
    """Whether whatever the later one matches is matched by the earlier one. Patterns are compared as they stand."""
    if earlier.source != later.source and (earlier.source is not None or later.source == MUSTER):
        return False
    return all(
        (pattern == "*" and label in later.when) or later.when.get(label) == pattern
        for label, pattern in earlier.when.items()
    )


def service_of(signal: Signal, route: AlertRoute, policy: Policy) -> str | None:
    """The service that it is about: of the route, else of its label, by slug or name. Where the policy lists none, the
    label is taken as it stands; what the policy does not list is no service."""
    if route.service is not None:
        return route.service
    said = signal.labels.get("service", "").strip()
    if not said:
        return None
    if not policy.services:
        return said
    names = {service.name.casefold(): slug for slug, service in policy.services.items()}
    slugs = {slug.casefold(): slug for slug in policy.services}
    return slugs.get(said.casefold()) or names.get(said.casefold())


def key_of(signal: Signal, route: AlertRoute) -> str:
    """What tells the alert that a signal belongs to from others: of any length as the sender has it, so its digest."""
    grouped = [f"{label}={signal.labels.get(label, '')}" for label in route.group_by] or [signal.group]
    told = "\n".join([signal.source, route.do, route.service or "", *grouped])
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def opened(number: int, signal: Signal, route: AlertRoute, now: datetime, policy: Policy) -> Alert:
    """An alert that begins with this signal; nothing is counted yet."""
    return Alert(
        number=number,
        source=signal.source,
        key=key_of(signal, route),
        handling=route.do,
        title=signal.title,
        text=signal.text,
        opened_at=now,
        last_at=now,
        open_until=now + route.within,
        severity=signal.severity,
        labels=tuple(sorted(signal.labels.items()))[:MOST_LABELS],
        link=signal.link,
        runbook_url=signal.runbook_url,
        service=service_of(signal, route, policy),
        priority=route.priority,
        is_private=route.is_private,
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """An alert after some of its signals came, and what is remembered of them."""

    alert: Alert
    signals: Mapping[str, KnownSignal]
    """By key, those that changed."""
    fired: int = 0
    is_back: bool = False
    """Whether it fires again after it was said to be quiet."""


def count(
    alert: Alert, signals: Iterable[Signal], known: Mapping[str, KnownSignal], route: AlertRoute, now: datetime
) -> Counted:
    """Take in what came. A repetition that comes late, after the recovery it was sent before, changes nothing."""
    states = dict(known)
    changed: dict[str, KnownSignal] = {}
    fired, added, begun, ended, flaps = 0, 0, 0, 0, 0
    runbook_url, link, began_at, quiet_since = alert.runbook_url, alert.link, alert.began_at, alert.quiet_since
    labels = alert.labels
    for signal in signals:
        before = states.get(signal.key)
        if signal.state is SignalState.FIRING:
            if before is not None and _is_late(before, signal):
                continue
            fired += 1
            added += before is None
            begun += before is None or before.state is SignalState.RESOLVED
            flaps += before is not None and before.state is SignalState.RESOLVED
            runbook_url, link = runbook_url or signal.runbook_url, link or signal.link
            labels = tuple((name, value) for name, value in labels if signal.labels.get(name) == value)
            began_at = _earlier(began_at, _plausible(signal.started_at, now))
            after = KnownSignal(SignalState.FIRING, signal.started_at)
        elif before is None or before.state is SignalState.RESOLVED:
            continue
        else:
            ended += 1
            at = _plausible(signal.ended_at, now) or now
            quiet_since = max(quiet_since or at, at)
            after = KnownSignal(SignalState.RESOLVED, before.started_at, at)
        states[signal.key] = changed[signal.key] = after
    firing = max(0, alert.firing + begun - ended)
    is_quiet_now = firing == 0 and alert.firing + begun > 0
    often = route.after.times if route.after else 0
    found = replace(
        alert,
        times=alert.times + fired,
        signals=alert.signals + added,
        firing=firing,
        flaps=alert.flaps + flaps,
        began_at=began_at,
        labels=labels,
        runbook_url=runbook_url,
        link=link,
        recent=(*alert.recent, *([now] * fired))[-often:] if often else (),
    )
    if fired:
        found = replace(found, last_at=now, open_until=now + route.within)
    if firing:
        found = replace(found, quiet_since=None, settles_at=None, is_quiet_told=False)
    elif is_quiet_now:
        found = replace(found, quiet_since=quiet_since, settles_at=now + route.settle)
    return Counted(found, changed, fired, is_back=alert.is_quiet_told and firing > 0)


def _is_late(before: KnownSignal, signal: Signal) -> bool:
    is_over = before.state is SignalState.RESOLVED
    return is_over and signal.started_at is not None and signal.started_at == before.started_at


def _plausible(at: datetime | None, now: datetime) -> datetime | None:
    """What a sender says of a time, if it can be: not after now, and not a month before."""
    return at if at is not None and now - timedelta(days=31) <= at <= now else None


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


def silence(source: str, since: datetime, state: SignalState) -> Signal:
    """That nothing comes from a source any more, as a signal of Muster's own; `since`: when it last spoke."""
    return Signal(
        source=MUSTER,
        key=f"silence/{source}",
        group=f"silence/{source}",
        state=state,
        title=f"Nothing has come from {name_of(source)} since {since:%Y-%m-%d %H:%M} UTC",
        labels={"silent": source},
        started_at=since,
    )


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside an alert when it is decided on."""

    open_incident: IncidentNumber | None = None
    """The open incident of its service that everybody may know of."""
    declared_lately: int = 0
    """How many incidents were declared from alerts within the span of the storm guard."""
    umbrella: Alert | None = None
    """The alert whose incident takes in whatever else fires, while that is open or about to be."""
    asked_lately: Sequence[Alert] = ()
    """Those that began within the span of the storm guard and that people are still asked about."""


def decide(alert: Alert, route: AlertRoute, around: Around, now: datetime, policy: Policy) -> Alert:
    """What becomes of an alert that fired just now and of which nobody was told yet."""
    if alert.state is AlertState.ASKED:
        return replace(alert, offers=around.open_incident)
    if alert.state is not AlertState.NOTED or not _is_often(alert, route, now):
        return alert
    match alert.handling:
        case Handling.IGNORE:
            return alert
        case Handling.ASK:
            return _asked(alert, around, policy)
        case Handling.ATTACH | Handling.DECLARE if around.open_incident is not None and not alert.is_private:
            return replace(alert, state=AlertState.TAKEN, incident=around.open_incident)
        case Handling.ATTACH:
            return alert
        case Handling.DECLARE:
            return _declaring(alert, around, now, policy)


def _asked(alert: Alert, around: Around, policy: Policy) -> Alert:
    """A question of its own; in a storm one that lists all others."""
    channel = policy.channels.for_triage
    if channel is None:
        return replace(alert, offers=around.open_incident)
    asked = replace(alert, state=AlertState.ASKED, channel=channel, offers=around.open_incident)
    gatherer = next((one for one in around.asked_lately if one.gathers), None)
    if gatherer is not None:
        return replace(asked, channel=None, gathered_by=gatherer.number)
    return replace(asked, gathers=len(around.asked_lately) >= policy.alerting.most_questions)


def _is_often(alert: Alert, route: AlertRoute, now: datetime) -> bool:
    """Whether it fired as often as its route asks for."""
    if route.after is None:
        return True
    return sum(at > now - route.after.within for at in alert.recent) >= route.after.times


def _declaring(alert: Alert, around: Around, now: datetime, policy: Policy) -> Alert:
    """An incident of its own; in a storm one for all. What is private never goes where everybody reads."""
    declaring = replace(alert, state=AlertState.DECLARING, declaring_since=now)
    if alert.is_private:
        return declaring
    if around.umbrella is not None and around.umbrella.incident is not None:
        return replace(alert, state=AlertState.TAKEN, incident=around.umbrella.incident)
    if around.umbrella is not None:
        return replace(declaring, joins=around.umbrella.number)
    return replace(declaring, is_umbrella=around.declared_lately >= policy.alerting.storm.times)


def ignore(alert: Alert, by: SlackUserId, span: timedelta, now: datetime) -> Alert:
    """Nobody is asked about it for a while, whatever it does. Raises AlertTaken."""
    require_free(alert)
    return replace(alert, state=AlertState.IGNORED, by=by, ignored_until=now + span)


def require_free(alert: Alert) -> None:
    """Raises AlertTaken, NothingToChange: it becomes an incident at this moment."""
    if alert.incident is not None:
        raise AlertTaken(ref=ref(alert.incident))
    if alert.state is AlertState.DECLARING:
        raise NothingToChange(text="An incident is being declared from it at this moment; nothing was changed.")


def taken(alert: Alert, incident: IncidentNumber, by: SlackUserId | None, *, is_private: bool) -> Alert:
    """It belongs to an incident from now on; what belongs to a private one is private."""
    private = alert.is_private or is_private
    return replace(alert, state=AlertState.TAKEN, incident=incident, by=by, joins=None, is_private=private)
