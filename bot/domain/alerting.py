"""What alerts bring about in incidents: a declaration, evidence, and what is said when they are quiet or come back."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.alerts import Alert, name_of
from bot.domain.decision import Decision
from bot.domain.declaration import Declaration
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.status import require_not_over
from bot.domain.timeline import AlertAttached, AlertFiresAgain, AlertsQuiet
from bot.domain.vocabulary import Status

STORM = "Many alerts at once"


def report_of(alert: Alert, policy: Policy) -> Declaration:
    """What is declared from an alert."""
    return Declaration(
        title=STORM if alert.is_umbrella else alert.title,
        priority=alert.priority,
        service=None if alert.is_umbrella else alert.service,
        source=next((one for one in policy.sources if one.casefold() == "alert"), None),
        is_private=alert.is_private,
        runbook_url=None if alert.is_umbrella else alert.runbook_url,
    )


def attach(incident: Incident, alert: Alert, by: SlackUserId | None, now: datetime) -> Decision:
    """The alert is evidence of the incident. `by`: who said so; None: the alert's route did, and the decision is then
    credited to its sender."""
    require_not_over(incident)
    event = AlertAttached(
        at=now,
        by=by,
        alert=alert.number,
        source=name_of(alert.source),
        title=alert.title,
        severity=alert.severity,
        labels=alert.labels,
        link=alert.link,
        runbook_url=alert.runbook_url,
        began_at=alert.began_at,
    )
    return Decision((event,))


def all_quiet(incident: Incident, alerts: Sequence[Alert], now: datetime) -> Decision:
    """Everything that fired is quiet, for as long as each route asks for: said once. `alerts`: all of the incident."""
    quiet = [alert.quiet_since for alert in alerts if alert.is_quiet_told and alert.quiet_since is not None]
    if not quiet or len(quiet) < len(alerts) or incident.status.is_over:
        return Decision(())
    event = AlertsQuiet(
        at=now,
        signals=sum(alert.signals for alert in alerts),
        times=sum(alert.times for alert in alerts),
        since=max(quiet),
        sources=tuple(dict.fromkeys(name_of(alert.source) for alert in alerts)),
        is_after_resolution=incident.status is Status.RESOLVED and incident.verified_at is None,
    )
    return Decision((event,))


def fires_again(incident: Incident, alert: Alert, now: datetime) -> Decision:
    """After it was said to be quiet; nothing follows where the incident is over."""
    if incident.status.is_over:
        return Decision(())
    event = AlertFiresAgain(
        at=now,
        alert=alert.number,
        source=name_of(alert.source),
        title=alert.title,
        is_after_resolution=incident.status is Status.RESOLVED,
    )
    return Decision((event,))
