"""`muster purge`: what the policy's `retention` keeps no longer goes, or is only shown."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from bot.blocks.text import plural
from bot.config.policy_words import FOREVER
from bot.domain.cadence import spelled
from bot.domain.ids import ref
from bot.domain.retention import Retention, Spans
from bot.domain.telling import few
from bot.domain.vocabulary import DataClass, Priority
from bot.operator.commands import DONE, NO, NotPossible, keep_act, opened_store, say, what_was_agreed
from bot.operator.finding import SHOWN
from bot.store import Store
from bot.workflows.retaining import WouldGo, purge_records, purge_rest, would_go

ROWS = {
    "messages": ("message", "messages"),
    "entries": ("entry of timelines", "entries of timelines"),
    "sections": ("version of a review's section", "versions of reviews' sections"),
    "alerts": ("alert of incidents", "alerts of incidents"),
    "comings": ("note of who came or left", "notes of who came or left"),
    "audit": ("entry of the audit log", "entries of the audit log"),
    "alerts of no incident": ("alert of no incident", "alerts of no incident"),
}


async def purge(*, is_dry: bool, is_sure: bool, rewrites: bool, as_json: bool) -> int:
    """Show what would go, ask, and do it. NO where nobody said yes."""
    policy, _ = what_was_agreed()
    retention = policy.retention
    async with opened_store() as store:
        async with store.read() as tx:
            found = await would_go(tx, retention, now())
            is_to_scrub = await tx.is_to_scrub()
        _show(found, retention, as_json=as_json)
        if is_dry:
            say("Nothing was changed: this was a dry run.")
            return DONE
        if found.is_nothing and not is_to_scrub:
            return DONE
        if not is_sure and not found.is_nothing and not click.confirm("Go on? There is no way back.", err=True):
            raise NotPossible(NO, "Nothing was changed.")
        await _do(store, retention, rewrites=rewrites)
    say("Done. Each record says what was taken out. Your backups keep it until you rotate them.")
    return DONE


async def _do(store: Store, retention: Retention, *, rewrites: bool) -> None:
    async with store.write() as tx:
        await tx.begin_retention(now())
    await purge_rest(store, retention, now)
    count = await purge_records(store, retention, now)
    await store.database.scrub(rewrite=rewrites)
    async with store.write() as tx:
        await tx.scrubbed()
    await keep_act(store, "purge", f"incidents: {count}")


def now() -> datetime:
    return datetime.now(UTC)


def _show(found: WouldGo, retention: Retention, *, as_json: bool) -> None:
    if as_json:
        told: dict[str, Any] = {
            "schema": "muster.purge/1",
            "kept": {**_told(retention.spans), "audit": _span(retention.audit), "alerts": _span(retention.alerts)},
            "by_priority": {one.value: _told(spans) for one, spans in retention.by_priority.items()},
            "records": {one.value: found.records[one] for one in DataClass},
            "rows": found.rows,
            "on_hold": [ref(one) for one in found.held],
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for line in _lines(found, retention):
        click.echo(line)


def _told(spans: Spans) -> dict[str, str]:
    return {one.value: _span(spans.get(one)) for one in DataClass}


def _span(span: timedelta | None) -> str:
    return FOREVER if span is None else spelled(span)


def _lines(found: WouldGo, retention: Retention) -> Iterator[str]:
    for one in DataClass:
        records = found.records[one]
        goes = f"goes from {plural(records, 'record')}" if records else "nothing to go"
        yield f"{one.value:12} {_kept(one, retention.spans, retention.by_priority):40} {goes}"
    for key, (singular, several) in ROWS.items():
        if count := found.rows[key]:
            yield f"  {count:>9,} {singular if count == 1 else several}"
    if found.held:
        names = few([ref(one) for one in found.held], SHOWN)
        yield f"On legal hold, and not touched: {names}."


def _kept(kind: DataClass, spans: Spans, by_priority: Mapping[Priority, Spans]) -> str:
    general = spans.get(kind)
    others = [f"{one}: {_span(each.get(kind))}" for one, each in by_priority.items() if each.get(kind) != general]
    more = f" ({', '.join(others)})" if others else ""
    return f"kept {_for(general)}{more}"


def _for(span: timedelta | None) -> str:
    return FOREVER if span is None else f"for {spelled(span)}"
