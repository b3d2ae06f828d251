"""Google Cloud Monitoring's webhook, versions 1.1 and 1.2.

Fields: samples in public tests and documents of 2025 and 2026. Times are seconds since 1970; labels of the policy
(`policy_user_labels`) say what it is about, the summary is prose.
"""

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.reading import Incoming, as_object, first, instant, labels_of, part, signal

NAME = "gcp"


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    incident = part(as_object(incoming.body), "incident")
    if not incident:
        return []  # a test of the channel
    documentation = incident.get("documentation")
    content = documentation.get("content") if isinstance(documentation, dict) else documentation
    resource = part(incident, "resource")
    labels = {"resource": incident.get("resource_name"), **labels_of(resource.get("labels"))}
    return [
        signal(
            NAME,
            incident.get("incident_id"),
            SignalState.RESOLVED if incident.get("state") == "closed" else SignalState.FIRING,
            first(incident.get("policy_name"), incident.get("condition_name"), incident.get("summary")),
            text=incident.get("summary"),
            severity=incident.get("severity"),
            labels={**labels, **labels_of(incident.get("policy_user_labels"))},
            started_at=instant(incident.get("started_at")),
            ended_at=instant(incident.get("ended_at")),
            link=incident.get("url"),
            runbook_url=content,
        )
    ]
