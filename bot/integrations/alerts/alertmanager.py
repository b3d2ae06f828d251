"""Prometheus Alertmanager's webhook, version 4.

Fields: prometheus/alertmanager, docs/configuration.md and notify/webhook/webhook.go of 0.34.0 (August 2026); met with
0.25 as Debian has it. A message that says `firing` may hold alerts that are resolved, and the last one holds only those
that were resolved since the message before: each alert's own state counts. Annotations may be missing on resolution.
Labels that begin with two underscores are Prometheus' and Grafana's own, for no reader.
"""

from typing import Any

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.reading import (
    Incoming,
    Unreadable,
    as_object,
    bounded,
    digest,
    first,
    instant,
    items,
    labels_of,
    part,
    signal,
)

NAME = "alertmanager"


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    content = as_object(incoming.body)
    if not isinstance(content.get("alerts"), list):
        raise Unreadable("It is no message of Alertmanager's webhook: `alerts` is missing.")
    return bounded(of_group(NAME, content))


def of_group(source: str, content: dict[str, Any]) -> list[Signal]:
    """The alerts of a message; Grafana's has the same shape."""
    return [_one(source, content, one) for one in items(content["alerts"])]


def _one(source: str, content: dict[str, Any], alert: dict[str, Any]) -> Signal:
    labels = {name: value for name, value in labels_of(alert.get("labels")).items() if not name.startswith("__")}
    notes = {**part(content, "commonAnnotations"), **part(alert, "annotations")}
    is_over = alert.get("status") == "resolved"
    key = alert.get("fingerprint") or digest(*(f"{name}={value}" for name, value in sorted(labels.items())))
    return signal(
        source,
        key,
        SignalState.RESOLVED if is_over else SignalState.FIRING,
        first(notes.get("summary"), notes.get("title"), labels.get("alertname"), content.get("title")),
        group=content.get("groupKey") or key,
        text=notes.get("description") or notes.get("message"),
        severity=labels.get("severity", ""),
        labels=labels,
        started_at=instant(alert.get("startsAt")),
        ended_at=instant(alert.get("endsAt")),
        link=alert.get("panelURL")
        or alert.get("dashboardURL")
        or alert.get("generatorURL")
        or content.get("externalURL"),
        runbook_url=notes.get("runbook_url") or notes.get("runbook"),
    )
