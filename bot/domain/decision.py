"""What a rule answers: the events that happened. `bot.domain.audience` says what follows from them."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.domain.actor import Actor, Integration, Person
from bot.domain.ids import SlackUserId
from bot.domain.timeline import AnyEvent, Proposer


@dataclass(frozen=True, slots=True)
class Decision:
    """The events, and what was known beside the incident that says who else hears of them."""

    events: tuple[AnyEvent, ...]
    present: Collection[SlackUserId] = ()
    """Who is in the channel that it is about: the incident's own, or that of one merged into it."""
    unconfirmed: tuple[SlackUserId, ...] = ()
    """People chosen about whom Slack could not be asked in time."""


def credited(decision: Decision, actor: Actor, proposed: Proposer | None = None) -> Decision:
    """The decision as what the actor did: an integration is named in each event, and who proposed it.

    A rule names the person itself, and nobody for an integration. Raises ValueError where it named somebody else: then
    the record would say of a person what they did not do.
    """
    person = actor.user if isinstance(actor, Person) else None
    if any(event.by != person for event in decision.events):
        raise ValueError(f"an event names somebody other than {actor}")
    integration = actor if isinstance(actor, Integration) else None
    if integration is None and proposed is None:
        return decision
    named = (replace(event, integration=integration, proposed=proposed) for event in decision.events)
    return replace(decision, events=tuple(named))
