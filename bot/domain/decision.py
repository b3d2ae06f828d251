"""What a rule answers: the events that happened and the effects that must follow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.actor import Actor, Integration, Person
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


def credited(decision: Decision, actor: Actor) -> Decision:
    """The decision as what the actor did: an integration is named in each event, and in the `of` of each effect.

    A rule names the person itself, and nobody for an integration. Raises ValueError where it named somebody else: then
    the record would say of a person what they did not do.
    """
    person = actor.user if isinstance(actor, Person) else None
    if any(event.by != person for event in decision.events):
        raise ValueError(f"an event names somebody other than {actor}")
    if not isinstance(actor, Integration):
        return decision
    events = tuple(replace(event, integration=actor) for event in decision.events)
    named = tuple(zip(decision.events, events, strict=True))
    return Decision(events, tuple(_renamed(effect, named) for effect in decision.effects))


def _renamed(effect: Effect, named: Sequence[tuple[AnyEvent, AnyEvent]]) -> Effect:
    """The effect with `of` as the event is now; one of an earlier event stays as it is."""
    of = getattr(effect, "of", None)
    event = next((after for before, after in named if before == of), None)
    return replace(effect, of=event) if event is not None else effect  # type: ignore[arg-type]
