"""Who is in the workspace: people and user groups, as Slack knows them."""

from dataclasses import dataclass

from bot.domain.ids import SlackUserId


@dataclass(frozen=True, slots=True)
class Profile:
    """What Muster knows about a person in the workspace."""

    user: SlackUserId
    name: str
    """As Slack shows it beside messages."""
    tz: str = "UTC"
    is_bot: bool = False
    is_guest: bool = False
    is_deactivated: bool = False
    is_confirmed: bool = True
    """False when Slack could not be asked in time."""
    full_name: str | None = None
    """None while Slack has not been asked; empty where it knows none."""


@dataclass(frozen=True, slots=True)
class Group:
    """A Slack user group."""

    id: str
    handle: str
    users: tuple[SlackUserId, ...]
