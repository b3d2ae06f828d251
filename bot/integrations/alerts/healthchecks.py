"""healthchecks.io's webhook, with the template in `docs/senders/healthchecks.json`, for down and for up alike.

Variables: healthchecks/healthchecks, hc/integrations/webhook/transport.py (August 2026).
"""

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.reading import Incoming, as_object, first, instant, meant, part, signal, tagged

NAME = "healthchecks"


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    content = as_object(incoming.body)
    status = meant(content.get("status")).lower()
    if status not in ("up", "down"):
        return []
    at = instant(meant(content.get("now")))
    tags = tagged(meant(content.get("tags")), " ")
    return [
        signal(
            NAME,
            meant(content.get("code")),
            SignalState.FIRING if status == "down" else SignalState.RESOLVED,
            first(meant(content.get("name")), meant(content.get("slug"))),
            text=part(content, "check").get("desc"),
            labels={"service": meant(content.get("slug")), **tags},
            started_at=at if status == "down" else None,
            ended_at=at,
        )
    ]
