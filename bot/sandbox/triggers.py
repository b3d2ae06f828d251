"""Triggers: what lets an app open a view after somebody acted."""

import secrets
import time
from dataclasses import dataclass

from bot.sandbox.errors import SlackError

LIVES = 3.0
"""Seconds of machine time; docs.slack.dev, "Handling user interaction": a trigger is used within 3 seconds, once."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted, and in which conversation, by ids."""

    user: str
    channel: str | None


class Triggers:
    """Every trigger that was handed out."""

    def __init__(self, lives: float) -> None:
        """`lives`: seconds for which each can be used."""
        self._lives = lives
        self._given: dict[str, tuple[Actor, float]] = {}
        self._used: set[str] = set()

    def new(self, user: str, channel: str | None = None) -> str:
        """`channel`: where they are, by id."""
        made = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._given[made] = (Actor(user, channel), time.monotonic())
        return made

    def use(self, trigger: str) -> Actor:
        """Who is behind it. Raises `invalid_trigger_id`, `exchanged_trigger_id`, `expired_trigger_id`."""
        if trigger not in self._given:
            raise SlackError("invalid_trigger_id")
        if trigger in self._used:
            raise SlackError("exchanged_trigger_id")
        actor, made_at = self._given[trigger]
        if time.monotonic() - made_at > self._lives:
            raise SlackError("expired_trigger_id")
        self._used.add(trigger)
        return actor
