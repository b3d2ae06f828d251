"""New Relic's workflows, with the template in `docs/senders/newrelic.hbs`.

The template's fields are our own; what they are filled with is New Relic's, written from its documentation (2026).
"""

from typing import Any

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.reading import Incoming, as_object, first, instant, meant, signal

NAME = "newrelic"


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    content = as_object(incoming.body)
    state = (meant(content.get("status")) or meant(content.get("state"))).upper()
    if state in ("", "ACKNOWLEDGED"):
        return []  # a test, or somebody there looks after it
    is_over = state == "CLOSED"
    return [
        signal(
            NAME,
            meant(content.get("id")) or meant(content.get("issueId")),
            SignalState.RESOLVED if is_over else SignalState.FIRING,
            first(meant(content.get("name")), meant(content.get("title"))),
            severity=meant(content.get("severity")) or meant(content.get("priority")),
            labels={
                "service": _one(content.get("impactedEntities")),
                "policy": _one(content.get("alertPolicyNames")),
                "condition": _one(content.get("alertConditionNames")),
            },
            started_at=instant(content.get("createdAt")),
            ended_at=instant(content.get("updatedAt")),
            link=content.get("issueUrl"),
            runbook_url=content.get("runbookUrl"),
        )
    ]


def _one(listed: Any) -> str:
    """The first of several names."""
    return first(*listed) if isinstance(listed, list) else first(listed)
