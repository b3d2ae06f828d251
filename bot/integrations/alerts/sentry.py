"""Sentry's integration platform: issues, issue alerts and metric alerts.

Fields: getsentry/sentry-docs, the pages on webhooks (August 2026). An issue alert never says that it is over: subscribe
to issues besides; both are known by the issue's id. Sentry gives up after one second.
"""

from collections.abc import Sequence
from typing import Any

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.authentic import is_signed
from bot.integrations.alerts.reading import Incoming, as_object, first, instant, items, labels_of, part, signal

NAME = "sentry"
OVER = ("resolved", "archived", "ignored")
FIRING, RESOLVED = SignalState.FIRING, SignalState.RESOLVED


def is_authentic(incoming: Incoming, secrets: Sequence[str]) -> bool:
    return is_signed([incoming.headers.get("sentry-hook-signature", "")], secrets, incoming.body)


def identity(incoming: Incoming) -> str | None:
    return incoming.headers.get("request-id")


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    content = as_object(incoming.body)
    action, data = content.get("action"), part(content, "data")
    if alert := part(data, "metric_alert"):
        return [_metric(str(action), data, alert)]
    if event := part(data, "event"):
        return [_event(data, event)]
    issue = part(data, "issue")
    if issue and (action in OVER or action in ("unresolved", "created")):
        return [_issue(str(action), issue)]
    return []  # assigned, commented, installed: nothing fires


def _metric(action: str, data: dict[str, Any], alert: dict[str, Any]) -> Signal:
    projects = alert.get("projects")
    project = projects[0] if isinstance(projects, list) and projects else ""
    identifier = alert.get("id")
    return signal(
        NAME,
        f"metric/{identifier}" if identifier else None,
        RESOLVED if action == "resolved" else FIRING,
        first(alert.get("title"), part(alert, "alert_rule").get("name")),
        text=data.get("description_text"),
        severity="" if action == "resolved" else action,
        labels={"project": project, "service": project},
        started_at=instant(alert.get("date_started")),
        ended_at=instant(alert.get("date_closed")),
        link=data.get("web_url"),
    )


def _event(data: dict[str, Any], event: dict[str, Any]) -> Signal:
    tags = event.get("tags")
    pairs = [one for one in tags if isinstance(one, list) and len(one) == 2] if isinstance(tags, list) else []
    settings = items(part(data, "issue_alert").get("settings"))
    labels = labels_of({str(name): value for name, value in pairs})
    labels |= labels_of({str(one.get("name")): one.get("value") for one in settings})
    return signal(
        NAME,
        event.get("issue_id"),
        FIRING,
        first(event.get("title"), data.get("triggered_rule")),
        text=event.get("culprit"),
        severity=event.get("level"),
        labels=labels,
        started_at=instant(event.get("datetime")),
        link=event.get("web_url"),
    )


def _issue(action: str, issue: dict[str, Any]) -> Signal:
    project = part(issue, "project").get("slug")
    return signal(
        NAME,
        issue.get("id"),
        RESOLVED if action in OVER else FIRING,
        first(issue.get("title")),
        text=issue.get("culprit"),
        severity=issue.get("level"),
        labels={"project": project, "service": project, "issue": issue.get("shortId")},
        started_at=instant(issue.get("lastSeen")),
        link=issue.get("permalink"),
    )
