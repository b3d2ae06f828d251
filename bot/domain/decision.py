"""What a rule answers: the events that happened and the effects that must follow."""

from dataclasses import dataclass

from bot.domain.effects import Effect
from bot.domain.timeline import AnyEvent


@dataclass(frozen=True, slots=True)
class Decision:
    events: tuple[AnyEvent, ...]
    effects: tuple[Effect, ...] = ()
