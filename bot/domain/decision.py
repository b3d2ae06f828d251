"""What a rule answers: the events that happened and the effects that must follow."""

from dataclasses import dataclass

from bot.domain.effects import Announce, Effect, RefreshCard, RefreshTopic
from bot.domain.incident import Incident
from bot.domain.timeline import AnyEvent
from bot.domain.vocabulary import Place


@dataclass(frozen=True, slots=True)
class Decision:
    events: tuple[AnyEvent, ...]
    effects: tuple[Effect, ...] = ()


def refreshes(incident: Incident) -> tuple[Effect, ...]:
    """Everything that shows the incident's present state."""
    own = (RefreshCard(Place.CHANNEL), RefreshTopic())
    return own if incident.broadcast is None else (*own, RefreshCard(Place.BROADCAST))


def announced(incident: Incident, event: AnyEvent, *more: Effect) -> Decision:
    """One event that the channel is told of; `more` effects follow the announcement."""
    return Decision((event,), (Announce(event), *more, *refreshes(incident)))
