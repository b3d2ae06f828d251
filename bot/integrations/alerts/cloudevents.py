"""CloudEvents 1.0 over HTTP: structured, binary and in batches.

cloudevents/spec, http-protocol-binding.md and http-webhook.md (1.0.2). An alert is known by `source` and `subject`, a
delivery by `source` and `id`. Whether it fires is told by `data.status` or `data.state`, else by the last word of
`type`.
"""

import re
from typing import Any
from urllib.parse import unquote

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.reading import (
    Incoming,
    Unreadable,
    as_json,
    as_object,
    bounded,
    first,
    instant,
    items,
    labels_of,
    one_line,
    part,
    signal,
)

NAME = "cloudevents"
OVER = frozenset(
    {"resolved", "recovered", "ok", "closed", "cleared", "up", "success", "succeeded", "normal", "healthy"}
)
LAST_WORD = re.compile(r"[A-Za-z]+(?=[^A-Za-z]*$)")


def identity(incoming: Incoming) -> str | None:
    """None for a batch, which has none of its own."""
    events = events_of(incoming)
    event = events[0] if len(events) == 1 else {}
    return f"{event.get('source')} {event['id']}" if event.get("id") else None


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    return bounded(_one(event) for event in events_of(incoming))


def events_of(incoming: Incoming) -> list[dict[str, Any]]:
    """The events of a request, each with its attributes and `data`. Raises Unreadable."""
    kind = incoming.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/cloudevents-batch+json":
        events = items(as_json(incoming.body))
    elif "ce-specversion" in incoming.headers:
        attributes = {
            name.removeprefix("ce-"): unquote(value)
            for name, value in incoming.headers.items()
            if name.startswith("ce-")
        }
        events = [{**attributes, "data": as_json(incoming.body) if incoming.body.strip() else {}}]
    else:
        events = [as_object(incoming.body)]
    if any(not isinstance(one.get("type"), str) or not isinstance(one.get("source"), str) for one in events):
        raise Unreadable("It is no CloudEvent: `type` or `source` is missing.")
    return events


def _one(event: dict[str, Any]) -> Signal:
    data = part(event, "data")
    said = one_line(data.get("status") or data.get("state"), 60).lower()
    word = LAST_WORD.search(event["type"])
    is_over = (said or (word[0].lower() if word else "")) in OVER
    at = instant(event.get("time"))
    subject = event.get("subject")
    return signal(
        NAME,
        f"{event['source']} {subject}" if subject else event["source"],
        SignalState.RESOLVED if is_over else SignalState.FIRING,
        first(data.get("title"), data.get("summary"), subject, event["type"]),
        text=data.get("text") or data.get("description"),
        severity=data.get("severity"),
        labels={
            "type": event["type"],
            "subject": subject,
            "service": data.get("service"),
            **labels_of(data.get("labels")),
        },
        started_at=None if is_over else at,
        ended_at=at,
        link=data.get("link") or data.get("url"),
        runbook_url=data.get("runbook_url"),
    )
