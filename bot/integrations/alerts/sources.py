"""Every source there is, by its name: another one joins by a file of its own and a line here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.domain.alerts import Signal
from bot.integrations.alerts import alertmanager
from bot.integrations.alerts.authentic import knows_secret
from bot.integrations.alerts.reading import Incoming, Unreadable, digest

SAME_WITHIN: Final = timedelta(minutes=4)
"""How long the same body is taken for the same delivery, sent again: less than the five minutes after which
Alertmanager says the same once more by default."""


def by_its_body(incoming: Incoming) -> str | None:  # noqa: ARG001
    """The sender gives its deliveries no ids."""
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of sender."""

    read: Callable[[Incoming], list[Signal]]
    is_authentic: Callable[[Incoming, Sequence[str]], bool] = knows_secret
    """Whether it comes from somebody who knows one of the secrets."""
    identity: Callable[[Incoming], str | None] = by_its_body
    """What the sender calls this delivery, the same when it is sent again; None: nothing."""

    def delivery_id(self, source: str, incoming: Incoming) -> tuple[str, timedelta | None]:
        """What the delivery is known by, and for how long."""
        own = self.identity(incoming)
        if own:
            return f"alerts/{source}/{digest(own)}", None
        return f"alerts/{source}/{digest(incoming.body.decode('utf-8', 'replace'))}", SAME_WITHIN


SOURCES: Final[Mapping[str, Source]] = {
    alertmanager.NAME: Source(alertmanager.read),
}


def read(source: str, incoming: Incoming) -> list[Signal]:
    """What a source says. Raises Unreadable, whatever came."""
    try:
        return SOURCES[source].read(incoming)
    except Unreadable:
        raise
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise Unreadable("It is nothing that this source sends.") from None
