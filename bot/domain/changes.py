"""Changes: what was deployed, as pipelines tell, beside the incidents of the same service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.actor import Integration
from bot.domain.decision import Decision
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.timeline import ChangeSeen

NAMES: Mapping[str, str] = {"cloudevents": "CloudEvents", "github": "GitHub", "gitlab": "GitLab"}
"""Each sender → as people call it."""
LOOKED_BACK = timedelta(hours=2)
"""How long before its declaration a change may have to do with an incident."""


@dataclass(frozen=True, slots=True)
class Change:
    """A deployment that ended. Texts are its sender's."""

    source: str
    service: str
    """As its sender calls it."""
    what: str
    """What was deployed, such as `4.2.0`."""
    at: datetime
    has_failed: bool = False
    environment: str = ""
    by_whom: str = ""
    """As its sender calls them: nobody whom Muster knows."""
    link: str | None = None

    @property
    def integration(self) -> Integration:
        return Integration(NAMES.get(self.source, self.source), self.source)


def service_of(change: Change, policy: Policy) -> str | None:
    """The slug of the service that was deployed; where the policy lists none, the name as it stands."""
    said = change.service.casefold()
    if not policy.services:
        return change.service or None
    names = {service.name.casefold(): slug for slug, service in policy.services.items()}
    return {slug.casefold(): slug for slug in policy.services}.get(said) or names.get(said)


def seen(incident: Incident, change: Change, now: datetime) -> Decision:
    """The change stands on the incident's timeline, when it happened; how long before is said where it was before.
    Nothing follows for an incident that is over. To be credited to the sender."""
    if incident.status.is_over:
        return Decision(())
    began = incident.impact_since
    event = ChangeSeen(
        at=min(change.at, now),
        source=NAMES.get(change.source, change.source),
        service=incident.service_name or change.service,
        what=change.what,
        has_failed=change.has_failed,
        environment=change.environment,
        by_whom=change.by_whom,
        link=change.link,
        before=began - change.at if change.at <= began else None,
        is_before_beginning=incident.began_at is not None,
    )
    return Decision((event,))
