"""Datadog's webhook, with the template in `docs/senders/datadog.json`.

Variables: docs.datadoghq.com/integrations/webhooks (November 2026). `$ALERT_CYCLE_KEY` is the same from trigger to
recovery, `$ALERT_ID` is that of the monitor. A test sends the variables as they stand in the template.
"""

import re

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.reading import Incoming, as_object, first, instant, meant, signal, tagged

NAME = "datadog"
TRANSITION = re.compile(r"^\[[^\]]{1,40}\]\s*(?:on\s+)?")
"""`[Triggered] ` and the like before a title."""


def identity(incoming: Incoming) -> str | None:
    return meant(as_object(incoming.body).get("id")) or None


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    content = as_object(incoming.body)
    transition, kind = meant(content.get("alert_transition")).lower(), meant(content.get("alert_type")).lower()
    key = meant(content.get("alert_cycle_key")) or meant(content.get("aggreg_key")) or meant(content.get("alert_id"))
    if not transition and not kind and not key:
        return []  # a test
    is_over = "recovered" in transition or (not transition and kind == "success")
    at = instant(meant(content.get("date")))
    labels = {**tagged(meant(content.get("alert_scope")), ","), **tagged(meant(content.get("tags")), ",")}
    labels |= {"host": host} if (host := meant(content.get("hostname"))) else {}
    return [
        signal(
            NAME,
            key,
            SignalState.RESOLVED if is_over else SignalState.FIRING,
            first(TRANSITION.sub("", meant(content.get("event_title"))), meant(content.get("alert_status"))),
            group=meant(content.get("alert_id")) or key,
            text=meant(content.get("text_only_msg")),
            severity=meant(content.get("alert_priority")) or kind,
            labels=labels,
            started_at=None if is_over else at,
            ended_at=at if is_over else None,
            link=meant(content.get("link")),
        )
    ]
