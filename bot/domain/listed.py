"""What is shown of an incident where many stand one below the other: the more, the more somebody may know."""

from datetime import datetime
from typing import Protocol

from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId


class Named(Protocol):
    """What an incident is called by."""

    @property
    def number(self) -> IncidentNumber: ...
    @property
    def priority(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def is_drill(self) -> bool: ...


class Outlined(Named, Protocol):
    """What may be told to somebody who may know of the incident and not read it."""

    @property
    def title(self) -> str: ...
    @property
    def update_due_at(self) -> datetime | None: ...


class Listed(Outlined, Protocol):
    """What a list shows."""

    @property
    def commander(self) -> SlackUserId | None: ...
    @property
    def asked(self) -> SlackUserId | None: ...
    @property
    def channel(self) -> ChannelId | None: ...
    @property
    def is_outline(self) -> bool: ...
