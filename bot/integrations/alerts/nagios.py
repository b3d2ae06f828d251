"""Nagios and Icinga 2, by the commands in `docs/senders/`: they run on the monitoring host and post what it says.

Macros: commands.cfg of Debian's Nagios 4, conf.d/commands.conf of its Icinga 2 2.13. The host, or host and service, is
what an alert is known by. Acknowledgements, downtimes and notices of flapping are for people to know.
"""

from datetime import datetime
from typing import Any

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.reading import Incoming, as_object, first, meant, signal

NAGIOS, ICINGA = "nagios", "icinga"
STATES = {"PROBLEM": SignalState.FIRING, "RECOVERY": SignalState.RESOLVED}


def read_nagios(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    return _read(NAGIOS, as_object(incoming.body))


def read_icinga(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    return _read(ICINGA, as_object(incoming.body))


def _read(source: str, content: dict[str, Any]) -> list[Signal]:
    state = STATES.get(meant(content.get("notification_type")).upper())
    if state is None:
        return []
    host, service = meant(content.get("host")), meant(content.get("service"))
    at = _instant(meant(content.get("date")))
    named = [meant(content.get("service_display_name")) or service, meant(content.get("host_display_name")) or host]
    return [
        signal(
            source,
            "!".join(one for one in (host, service) if one),
            state,
            first(f"{' on '.join(one for one in named if one)}: {meant(content.get('state')).lower()}"),
            text=meant(content.get("output")),
            severity=meant(content.get("state")),
            labels={"host": host, "check": service, "service": meant(content.get("muster_service")) or service},
            started_at=at if state is SignalState.FIRING else None,
            ended_at=at,
            link=meant(content.get("notes_url")),
        )
    ]


def _instant(said: str) -> datetime | None:
    """Icinga says its zone; Nagios names it, which does not tell which it is."""
    try:
        return datetime.strptime(said, "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return None
