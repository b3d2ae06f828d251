"""What `muster export` writes: rows of incidents, timelines, follow-ups, metrics and the audit log, by reference."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import effectiveness
from bot.domain.access import is_sensitive
from bot.domain.budgets import Budget, looked_back_to
from bot.domain.budgets import budgets as every_budget
from bot.domain.effectiveness import Effectiveness
from bot.domain.ids import IncidentNumber, SlackUserId, ref
from bot.domain.labels import labelled, nameless
from bot.domain.metrics import Figures, Share, Spread, kept_to, report
from bot.domain.named import MENTION
from bot.domain.objectives import ErrorBudgets
from bot.domain.telling import tell
from bot.review.secrets import without_secrets
from bot.store import Audited, Reading, Store

Row = dict[str, Any]
METRICS = "muster.metrics/1"
RUNBOOKS = "muster.runbooks/1"
BUDGETS = "muster.budgets/1"
COUNTED = ("slug", "offered", "used", "finished", "helped", "did_not_help")


def _time(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None


async def _incidents(store: Store) -> list[Row]:
    async with store.read() as tx:
        numbers = [summary.number for summary in await tx.incidents(open_only=False)]
        found = [await tx.incident(number) for number in sorted(numbers)]
    return [
        {
            "ref": one.ref,
            "title": one.title,
            "status": one.status,
            "priority": one.priority,
            "impact": one.impact,
            "urgency": one.urgency,
            "service": one.service,
            "category": one.category,
            "private": one.is_private,
            "drill": one.is_drill,
            "declared_by": one.declared_by,
            "commander": one.commander,
            "channel": one.channel,
            "declared_at": _time(one.declared_at),
            "acknowledged_at": _time(one.acknowledged_at),
            "mitigated_at": _time(one.mitigated_at),
            "resolved_at": _time(one.resolved_at),
            "verified_at": _time(one.verified_at),
            "closed_at": _time(one.closed_at),
            "integration": one.declared_by_integration.name if one.declared_by_integration else None,
            "channel_name": one.channel_name,
        }
        for one in found
        if one is not None
    ]


async def _timelines(store: Store) -> list[Row]:
    async with store.read() as tx:
        return await timeline_rows(tx, sorted(summary.number for summary in await tx.incidents(open_only=False)))


async def timeline_rows(tx: Reading, numbers: Iterable[IncidentNumber]) -> list[Row]:
    """A row for every entry of the timelines of some incidents."""
    return [
        {
            "ref": ref(number),
            "seq": one.seq,
            "at": _time(one.event.at),
            "recorded_at": _time(one.recorded_at),
            "kind": type(one.event).__name__,
            "by": one.event.by,
            "text": tell(one.event),
            "integration": one.event.integration.name if one.event.integration else None,
        }
        for number in numbers
        for one in await tx.timeline(number)
    ]


async def _followups(store: Store) -> list[Row]:
    async with store.read() as tx:
        numbers = sorted(summary.number for summary in await tx.incidents(open_only=False))
        found = [await tx.incident(number) for number in numbers]
    return [
        {
            "ref": incident.ref,
            "number": one.number,
            "text": one.text,
            "owner": one.owner,
            "due": one.due.isoformat() if one.due else None,
            "priority": one.priority,
            "link": one.link,
            "agreed_at": _time(one.agreed_at),
            "state": one.state,
        }
        for incident in found
        if incident is not None
        for one in incident.follow_ups
    ]


async def _audit(store: Store) -> list[Row]:
    """Everything that no timeline records, and the sensitive part of every timeline, oldest first."""
    async with store.read() as tx:
        entries = list(await tx.audit())
        for summary in await tx.incidents(open_only=False):
            entries += [
                Audited.of(one.event.at, one.event.actor, "", summary.number, "done", type(one.event).__name__)
                for one in await tx.timeline(summary.number)
                if is_sensitive(one.event)
            ]
    return [
        {
            "at": _time(one.at),
            "actor": one.actor,
            "verb": one.verb or None,
            "ref": ref(one.number) if one.number is not None else None,
            "outcome": one.outcome,
            "what": one.detail,
            "actor_kind": one.actor_kind,
            "actor_name": one.actor_name,
        }
        for one in sorted(entries, key=lambda one: one.at)
    ]


async def metrics(store: Store, period: timedelta, now: datetime) -> list[Row]:
    """A row for all, for each priority, each service and each month of a period; spans in seconds. Of each audience
    that has a clock of its own only how many of its updates came on time."""
    async with store.read() as tx:
        found = report(await tx.measured(now - period), now - period, now)
        audiences = kept_to(await tx.audience_updates(now - period))
    groups = [("all", "", found.whole)]
    for by, figures in (("priority", found.by_priority), ("service", found.by_service), ("month", found.by_month)):
        groups += [(by, name, one) for name, one in figures.items()]
    head = {"schema": METRICS, "since": _time(found.since), "until": _time(found.until)}
    rows = [{**head, "by": by, "name": name, **_figures(one)} for by, name, one in groups]
    unknown = dict.fromkeys(rows[0])
    return rows + [
        {**unknown, **head, "by": "audience", "name": name, **_share("updates_on_time", share)}
        for name, share in audiences.items()
    ]


async def runbooks(store: Store, period: timedelta, now: datetime) -> list[Row]:
    """A row for each runbook that was offered in a period; spans in seconds."""
    async with store.read() as tx:
        found = effectiveness.report(await tx.runbook_uses(now - period), now - period, now)
    head = {"schema": RUNBOOKS, "since": _time(found.since), "until": _time(found.until)}
    return [{**head, **_runbook(one)} for one in found.runbooks]


async def budgets(store: Store, policy: ErrorBudgets, now: datetime) -> list[Row]:
    """A row for each service with an objective; spans in seconds."""
    async with store.read() as tx:
        burning = await tx.burning(list(policy.objectives), looked_back_to(policy, now))
    return [_budget(one) for one in every_budget(policy, burning, now)]


def _budget(one: Budget) -> Row:
    return {
        "schema": BUDGETS,
        "at": _time(one.at),
        "service": one.objective.service,
        "objective": one.objective.name,
        "target": one.objective.target,
        "window": one.objective.window.words,
        "since": _time(one.since),
        "renewed_at": _time(one.renewed_at),
        "allowed": one.allowed.total_seconds(),
        "used": one.burned.total_seconds(),
        "left": one.left.total_seconds(),
        "burn_rate": one.rate,
        "used_up_at": _time(one.used_up_at),
        "incidents": len(one.by_incident),
        "using_now": ", ".join(ref(number) for number in one.burning),
    }


def _runbook(one: Effectiveness) -> Row:
    row: Row = {name: getattr(one, name) for name in COUNTED}
    for name, took in (("mitigate", one.mitigate), ("resolve", one.resolve)):
        row |= _spread(f"time_to_{name}_used", took.used) | _spread(f"time_to_{name}_unused", took.unused)
        row[f"time_to_{name}_saved"] = took.saved.total_seconds() if took.saved is not None else None
    return row


def _figures(one: Figures) -> Row:
    row: Row = {"incidents": one.incidents, "open": one.open}
    for name, spread in (*one.times.items(), ("between_incidents", one.between)):
        row |= _spread(f"time_to_{name.replace(' ', '_')}" if name in one.times else name, spread)
    for name, kept in one.kept.items():
        row |= _share(f"kept_{name.replace(' ', '_')}", kept)
    row |= _share("updates_on_time", one.updates)
    row |= _share("first_contact", one.first_contact)
    row |= _share("reopened", one.reopened)
    return {**row, **_share("repeated", one.repeated), "impossible": one.impossible}


def _spread(name: str, spread: Spread | None) -> Row:
    return {
        f"{name}_count": spread.count if spread else 0,
        f"{name}_mean": spread.mean.total_seconds() if spread else None,
        f"{name}_median": spread.median.total_seconds() if spread else None,
        f"{name}_p90": spread.mostly.total_seconds() if spread else None,
    }


def _share(name: str, share: Share) -> Row:
    return {name: share.part, f"{name}_of": share.of}


IDS = ("declared_by", "commander", "by", "owner", "actor")
"""Columns that hold the id of a person; `…_name` beside each says who it is."""


async def rows_of(store: Store, what: str) -> list[Row]:
    """The rows of a kind, with people named beside their ids and groups and channels in texts by name, as far as
    Muster knows them, and without secrets."""
    rows = await EXPORTS[what](store)
    async with store.read() as tx:
        names = {user: one.name for user, one in (await tx.people()).items()}
        others = await tx.names(nameless(value for row in rows for value in row.values() if isinstance(value, str)))
    return without_secrets_in([_named(row, names, others) for row in rows])


def _named(row: Row, names: Mapping[SlackUserId, str], others: Mapping[str, str]) -> Row:
    """New columns come last. In a text Slack's own markup has room for both: `<@U1|Dana>`."""
    texts = {
        name: labelled(_with_people(value, names), others) if isinstance(value, str) else value
        for name, value in row.items()
    }
    people = {f"{one}_name": row.get(f"{one}_name") or names.get(row[one]) for one in IDS if one in row}
    return texts | people


def _with_people(text: str, names: Mapping[SlackUserId, str]) -> str:
    def label(found: re.Match[str]) -> str:
        name = names.get(SlackUserId(found["user"]))
        return f"<@{found['user']}|{' '.join(re.sub('[<>|]', ' ', name).split())}>" if name else found[0]

    return MENTION.sub(label, text)


def without_secrets_in(rows: list[Row]) -> list[Row]:
    """The rows with every secret that somebody typed taken out."""
    return [{name: _clean(value) for name, value in row.items()} for row in rows]


def _clean(value: Any) -> Any:
    match value:
        case str():
            return without_secrets(value)[0]
        case list():
            return [_clean(one) for one in value]
        case dict():
            return {name: _clean(one) for name, one in value.items()}
    return value


EXPORTS: Mapping[str, Callable[[Store], Awaitable[list[Row]]]] = {
    "incidents": _incidents,
    "timeline": _timelines,
    "followups": _followups,
    "audit": _audit,
}
"""Kind of export → how its rows are read."""
