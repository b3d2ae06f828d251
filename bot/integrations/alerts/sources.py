"""Every source there is, by its name: another one joins by a file of its own and a line here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.domain.alerts import Signal
from bot.domain.policy import GenericAlerts
from bot.integrations.alerts import (
    alertmanager,
    azure,
    cloudevents,
    datadog,
    gcp,
    grafana,
    healthchecks,
    nagios,
    newrelic,
    pagerduty,
    pagerduty_events,
    sentry,
    sns,
    uptime_kuma,
    zabbix,
)
from bot.integrations.alerts.authentic import knows_secret
from bot.integrations.alerts.generic import NAME as GENERIC
from bot.integrations.alerts.generic import Generic
from bot.integrations.alerts.reading import Incoming, Unreadable, digest

SAME_WITHIN: Final = timedelta(minutes=4)
"""How long the same body is taken for the same delivery, sent again: less than the five minutes after which
Alertmanager says the same once more by default."""


def never(incoming: Incoming, secrets: Sequence[str]) -> bool:  # noqa: ARG001
    """What proves it has to be fetched first: `sns.Proof`."""
    return False


def by_its_body(incoming: Incoming) -> str | None:  # noqa: ARG001
    """The sender gives its deliveries no ids."""
    return None


def nothing_seen(incoming: Incoming) -> str | None:  # noqa: ARG001
    """Nobody is paged by it."""
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of sender."""

    read: Callable[[Incoming], list[Signal]]
    is_authentic: Callable[[Incoming, Sequence[str]], bool] = knows_secret
    """Whether it comes from somebody who knows one of the secrets."""
    identity: Callable[[Incoming], str | None] = by_its_body
    """What the sender calls this delivery, the same when it is sent again; None: nothing."""
    seen: Callable[[Incoming], str | None] = nothing_seen
    """The key of a page of ours that somebody acknowledged there."""

    def delivery_id(self, source: str, incoming: Incoming) -> tuple[str, timedelta | None]:
        """What the delivery is known by, and for how long."""
        try:
            own = self.identity(incoming)
        except Unreadable:
            own = None
        if own:
            return f"alerts/{source}/{digest(own)}", None
        return f"alerts/{source}/{digest(incoming.body.decode('utf-8', 'replace'))}", SAME_WITHIN


SOURCES: Final[Mapping[str, Source]] = {
    alertmanager.NAME: Source(alertmanager.read),
    azure.NAME: Source(azure.read),
    cloudevents.NAME: Source(cloudevents.read, identity=cloudevents.identity),
    datadog.NAME: Source(datadog.read, identity=datadog.identity),
    gcp.NAME: Source(gcp.read),
    grafana.NAME: Source(grafana.read, grafana.is_authentic),
    healthchecks.NAME: Source(healthchecks.read),
    nagios.ICINGA: Source(nagios.read_icinga),
    nagios.NAGIOS: Source(nagios.read_nagios),
    newrelic.NAME: Source(newrelic.read),
    pagerduty.NAME: Source(pagerduty.read, pagerduty.is_authentic, pagerduty.identity, pagerduty.seen),
    pagerduty_events.NAME: Source(pagerduty_events.read, pagerduty_events.is_authentic),
    sentry.NAME: Source(sentry.read, sentry.is_authentic, sentry.identity),
    sns.NAME: Source(sns.read, never, sns.identity),
    uptime_kuma.NAME: Source(uptime_kuma.read),
    zabbix.NAME: Source(zabbix.read),
}
"""All but the one that the policy describes."""


def sources(generic: GenericAlerts | None) -> Mapping[str, Source]:
    """Every source, by name; `generic` as the policy describes it, if it does."""
    return SOURCES if generic is None else {**SOURCES, GENERIC: Source(Generic(generic).read)}


def read(source: Source, incoming: Incoming) -> list[Signal]:
    """What a source says. Raises Unreadable, whatever came."""
    try:
        return source.read(incoming)
    except Unreadable:
        raise
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise Unreadable("It is nothing that this source sends.") from None
