"""Azure Monitor's common alert schema.

Fields: MicrosoftDocs/azure-monitor-docs, alerts-common-schema.md (August 2026). `alertId` is one per firing.
"""

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.reading import (
    Incoming,
    Unreadable,
    as_object,
    first,
    instant,
    labels_of,
    part,
    signal,
)

NAME = "azure"


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    content = as_object(incoming.body)
    essentials = part(content, "data", "essentials")
    if not essentials:
        raise Unreadable("It is not in the common alert schema: switch that on in the action group.")
    is_over = essentials.get("monitorCondition") == "Resolved"
    targets = essentials.get("configurationItems")
    target = ", ".join(str(one) for one in targets if isinstance(one, str)) if isinstance(targets, list) else ""
    labels = {"rule": essentials.get("alertRule"), "target": target}
    labels |= labels_of(part(content, "data", "customProperties"))
    return [
        signal(
            NAME,
            essentials.get("alertId"),
            SignalState.RESOLVED if is_over else SignalState.FIRING,
            first(essentials.get("alertRule")),
            group=essentials.get("originAlertId") or "",
            text=essentials.get("description"),
            severity=essentials.get("severity"),
            labels=labels,
            started_at=instant(essentials.get("firedDateTime")),
            ended_at=instant(essentials.get("resolvedDateTime")),
            link=essentials.get("investigationLink"),
        )
    ]
