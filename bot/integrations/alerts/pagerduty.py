"""PagerDuty's webhooks, version 3.

Fields and signature: PagerDuty/developer-docs, docs/webhooks (August 2026). The header holds several signatures while
one secret takes the place of another; a delivery may come more than once, with the same event.
"""

from collections.abc import Sequence

from bot.domain.alerts import Signal
from bot.domain.paging import OWN
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.authentic import is_signed
from bot.integrations.alerts.reading import Incoming, as_object, first, instant, part, signal

NAME = "pagerduty"
STATES = {
    "incident.triggered": SignalState.FIRING,
    "incident.reopened": SignalState.FIRING,
    "incident.unacknowledged": SignalState.FIRING,
    "incident.resolved": SignalState.RESOLVED,
}
"""What other events tell is for people to know, not that something fires."""
SEEN = frozenset({"incident.acknowledged", "incident.resolved"})
"""What people do with a page. When Muster itself resolves it, nobody waits for it any more."""


def is_authentic(incoming: Incoming, secrets: Sequence[str]) -> bool:
    given = incoming.headers.get("x-pagerduty-signature", "").split(",")
    signatures = [one.strip().removeprefix("v1=") for one in given if one.strip().startswith("v1=")]
    return is_signed(signatures, secrets, incoming.body)


def identity(incoming: Incoming) -> str | None:
    return str(part(as_object(incoming.body), "event").get("id") or "") or incoming.headers.get("x-webhook-id")


def seen(incoming: Incoming) -> str | None:
    """The key of a page of Muster's own that somebody acknowledged; no alert is made of those."""
    event = part(as_object(incoming.body), "event")
    key = part(event, "data").get("incident_key")
    is_page = isinstance(key, str) and key.startswith(OWN)
    return str(key) if is_page and event.get("event_type") in SEEN else None


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    event = part(as_object(incoming.body), "event")
    kind, data = event.get("event_type"), part(event, "data")
    state = STATES.get(kind) if isinstance(kind, str) else None
    if state is None or str(data.get("incident_key") or "").startswith(OWN):
        return []
    at = instant(event.get("occurred_at"))
    began = instant(data.get("created_at")) if kind == "incident.triggered" else at
    return [
        signal(
            NAME,
            data.get("id"),
            state,
            first(data.get("title")),
            severity=part(data, "priority").get("summary") or data.get("urgency"),
            labels={"service": part(data, "service").get("summary"), "urgency": data.get("urgency")},
            started_at=began if state is SignalState.FIRING else None,
            ended_at=at,
            link=data.get("html_url"),
        )
    ]
