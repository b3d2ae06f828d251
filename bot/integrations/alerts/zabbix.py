"""Zabbix, with the media type in `docs/senders/zabbix-media-type.yaml`.

Macros: Zabbix' documentation of supported macros (2026). A recovery has the `{EVENT.ID}` of its problem. Its times have
no zone, so none is read from it.
"""

from typing import Any

from bot.domain.alerts import Signal
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.reading import Incoming, Unreadable, as_json, as_object, first, items, meant, signal

NAME = "zabbix"


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    content = as_object(incoming.body)
    value = meant(content.get("value"))
    if value not in ("0", "1"):
        return []  # a test: macros are not filled in
    return [
        signal(
            NAME,
            meant(content.get("event_id")),
            SignalState.FIRING if value == "1" else SignalState.RESOLVED,
            first(meant(content.get("name"))),
            group=meant(content.get("trigger_id")),
            severity=meant(content.get("severity")),
            labels={"host": meant(content.get("host")), **_tags(content.get("tags"))},
            link=meant(content.get("link")),
        )
    ]


def _tags(written: Any) -> dict[str, Any]:
    """`{EVENT.TAGSJSON}` is JSON within a text."""
    try:
        listed = as_json(written.encode()) if isinstance(written, str) else written
    except (Unreadable, UnicodeError):
        return {}
    return {str(one.get("tag")): one.get("value") for one in items(listed)}
