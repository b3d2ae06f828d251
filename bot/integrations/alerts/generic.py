"""Any JSON, by the expressions of the policy (`alerting.generic`).

JMESPath (jmespath.org) has no loops, no patterns and no arithmetic: whatever an expression meets, it ends. What comes
is only ever looked at by expressions that the operator wrote, and is never one itself.
"""

from collections.abc import Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from bot.domain.alerts import Signal
from bot.domain.policy import GenericAlerts
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts.reading import Incoming, Unreadable, as_json, bounded, first, instant, one_line, signal

NAME = "generic"


class Generic:
    """Reads what the policy describes."""

    def __init__(self, described: GenericAlerts) -> None:
        self._each = jmespath.compile(described.each)
        self._found: Mapping[str, Any] = {name: jmespath.compile(way) for name, way in described.ways.items()}
        self._over = frozenset(one.casefold() for one in described.resolved)

    def read(self, incoming: Incoming) -> list[Signal]:
        """Raises Unreadable."""
        try:
            found = self._each.search(as_json(incoming.body))
        except JMESPathError as error:
            raise Unreadable(f"`each` finds nothing in it ({type(error).__name__}).") from None
        listed = found if isinstance(found, list) else [found]
        return bounded(self._one(one) for one in listed if one is not None)

    def _one(self, content: Any) -> Signal:
        state = one_line(self._said("state", content), 100).casefold()
        return signal(
            NAME,
            self._said("key", content),
            SignalState.RESOLVED if state in self._over else SignalState.FIRING,
            first(self._said("title", content)),
            group=self._said("group", content) or "",
            text=self._said("text", content),
            severity=self._said("severity", content),
            labels=self._said("labels", content),
            started_at=instant(self._said("started_at", content)),
            ended_at=instant(self._said("ended_at", content)),
            link=self._said("link", content),
            runbook_url=self._said("runbook_url", content),
        )

    def _said(self, name: str, content: Any) -> Any:
        way = self._found.get(name)
        try:
            return way.search(content) if way is not None else None
        except JMESPathError as error:
            raise Unreadable(f"`{name}` finds nothing in it ({type(error).__name__}).") from None
