"""Who acts: a person, an integration that somebody set up, or Muster itself."""

from dataclasses import dataclass

from bot.domain.ids import SlackUserId


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Slack."""

    user: SlackUserId


@dataclass(frozen=True, slots=True)
class Integration:
    """A program that acts through a door of Muster, such as a monitoring system. It never counts as a person."""

    name: str
    """As people call it, such as `Alertmanager`."""
    kind: str
    """What it speaks, such as `alertmanager` or `api`."""


@dataclass(frozen=True, slots=True)
class Muster:
    """The bot itself: deadlines, observations, housekeeping."""


Actor = Person | Integration | Muster
MUSTER = Muster()
