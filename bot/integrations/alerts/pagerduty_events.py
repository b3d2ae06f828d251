"""The shape of PagerDuty's Events API v2, which dozens of senders speak: they need only another address.

Fields: PagerDuty/developer-docs, docs/events-API-v2 (August 2026). The routing key is the secret.
"""

from collections.abc import Sequence
from typing import Any

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.authentic import is_one_of
from bot.integrations.alerts.reading import (
    Incoming,
    Unreadable,
    as_object,
    digest,
    first,
    instant,
    items,
    labels_of,
    part,
    signal,
)

NAME = "pagerduty-events"


def is_authentic(incoming: Incoming, secrets: Sequence[str]) -> bool:
    try:
        key = as_object(incoming.body).get("routing_key")
    except Unreadable:
        key = None
    return isinstance(key, str) and is_one_of([key], secrets)


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    content = as_object(incoming.body)
    action, payload = content.get("event_action"), part(content, "payload")
    if action == "acknowledge":
        return []  # somebody at the sender looks after it; it fires all the same
    if action not in ("trigger", "resolve"):
        raise Unreadable("`event_action` is none of trigger, acknowledge and resolve.")
    if action == "trigger" and not first(payload.get("summary")):
        raise Unreadable("`payload.summary` is missing.")
    link = next((one.get("href") for one in items(content.get("links"))), None)
    service = payload.get("component")
    labels = {name: payload.get(name) for name in ("source", "component", "group", "class")}
    return [
        signal(
            NAME,
            key_of(content),
            SignalState.FIRING if action == "trigger" else SignalState.RESOLVED,
            first(payload.get("summary")),
            severity=payload.get("severity"),
            labels={"service": service, **labels, **labels_of(payload.get("custom_details"))},
            started_at=instant(payload.get("timestamp")),
            link=link or content.get("client_url"),
        )
    ]


def key_of(content: dict[str, Any]) -> str | None:
    """The sender's own, else what is the same when it says the same again; None for a resolution without one."""
    own = content.get("dedup_key")
    if isinstance(own, str) and own.strip():
        return own
    payload = part(content, "payload")
    said = [first(payload.get(name)) for name in ("summary", "source", "component", "group", "class")]
    return digest(*said) if any(said) else None
