"""Uptime Kuma's webhook, as JSON.

Fields: louislam/uptime-kuma, server/model/monitor.js, heartbeat.js and notification-providers/webhook.js (August 2026).
Tests, and notices about certificates, come with `heartbeat: null`. Times are UTC. What fails to arrive is not sent
again.
"""

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.reading import Incoming, as_object, first, instant, items, labels_of, part, signal

NAME = "uptime-kuma"
DOWN, UP = 0, 1
"""Pending (2) and maintenance (3) are neither."""


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    content = as_object(incoming.body)
    heartbeat, monitor = part(content, "heartbeat"), part(content, "monitor")
    status = heartbeat.get("status")
    if status not in (DOWN, UP) or isinstance(status, bool):
        return []
    at = instant(heartbeat.get("time"))
    identifier = monitor.get("id", heartbeat.get("monitorID"))
    tags = {str(one.get("name")): one.get("value") for one in items(monitor.get("tags"))}
    return [
        signal(
            NAME,
            identifier,
            SignalState.FIRING if status == DOWN else SignalState.RESOLVED,
            first(monitor.get("name")),
            text=heartbeat.get("msg"),
            labels={"service": monitor.get("name"), **labels_of(tags)},
            started_at=at if status == DOWN else None,
            ended_at=at,
            link=monitor.get("url"),
        )
    ]
