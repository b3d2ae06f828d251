"""Who has which section of a review open just now.

Every window says so each time it looks for changes. It is remembered by this process alone and for seconds: nothing
depends on it, and what is saved comes to everybody anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.vocabulary import Section

GONE_AFTER: Final = 8.0
"""Seconds (machine time) after which a window that was not heard of is closed: it looks every two and a half."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A window in which somebody writes."""

    number: IncidentNumber
    user: SlackUserId
    section: Section
    at: float


class Writers:
    """`now`: seconds of machine time."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._seats: dict[str, Seat] = {}

    def heard(self, window: str, number: IncidentNumber, user: SlackUserId, section: Section | None) -> None:
        """A window says where its person writes; None: nowhere."""
        self._seats = {key: one for key, one in self._seats.items() if self._now() - one.at < GONE_AFTER}
        if section is None:
            self._seats.pop(window, None)
        else:
            self._seats[window] = Seat(number, user, section, self._now())

    def others(self, number: IncidentNumber, user: SlackUserId) -> dict[Section, list[SlackUserId]]:
        """Who else writes in a review, by section."""
        found: dict[Section, list[SlackUserId]] = {}
        for one in self._seats.values():
            is_here = one.number == number and self._now() - one.at < GONE_AFTER
            if is_here and one.user != user and one.user not in found.setdefault(one.section, []):
                found[one.section].append(one.user)
        return {section: users for section, users in found.items() if users}
