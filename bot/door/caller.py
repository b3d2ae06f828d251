"""Who asks for something, and by which door they came."""

from dataclasses import dataclass
from typing import Final, NewType

from bot.domain.actor import Actor, Integration, Muster, Person
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId

Door = NewType("Door", str)
"""A way in, as dedup keys name it. A new door brings a name of its own."""

SLACK: Final = Door("slack")
PAGE: Final = Door("page")
"""The pages: reviews, and the dashboard."""
API: Final = Door("api")
"""The REST API."""
MCP: Final = Door("mcp")
"""Programs that speak the Model Context Protocol."""
CLI: Final = Door("cli")
"""The command line, on the machine itself."""
ALERTS: Final = Door("alerts")
"""What monitoring delivers."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An incident as somebody saw it: `seq` is that of the last entry of its timeline then."""

    number: IncidentNumber
    seq: int


@dataclass(frozen=True, slots=True)
class Caller:
    """One request's sender. `request_id` is the same when the request is delivered again."""

    actor: Actor
    door: Door
    request_id: str
    channel: ChannelId | None = None
    """Where it was typed, for a door that has channels."""
    is_from_outside: bool = False
    """Whether the door knows that they belong to another organisation."""
    asked: bytes | None = None
    """The digest of what is asked for, for a door whose callers choose the request's id: with the same id, something
    else is refused."""
    seen: Seen | None = None
    """What they decided on: where the incident has moved on since, they are refused."""
    proposal: int | None = None
    """The number of the proposal that they say yes to."""
    is_rehearsing: bool = False
    """Whether it is only to be found out what would happen: then `Rehearsed` is raised, and nothing is recorded."""

    @property
    def person(self) -> SlackUserId | None:
        """The person who asks; None for a program."""
        return self.actor.user if isinstance(self.actor, Person) else None

    @property
    def key(self) -> str:
        """What the store knows the request by. Slack's own ids stand alone, as every version has written them, so that
        a second delivery is known for one across an upgrade; elsewhere two callers may choose the same id."""
        if self.door == SLACK:
            return self.request_id
        match self.actor:
            case Person(user=name) | Integration(name=name):
                return f"{self.door}/{name}/{self.request_id}"
            case Muster():
                return f"{self.door}/{self.request_id}"
