"""Whether somebody belongs to the organisation that Muster is installed in: in shared channels people of others may use
an app, too (docs.slack.dev, "Using Slack Connect")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Organisation:
    """The workspace of the installation, and the enterprise that it is part of, if any."""

    workspace: str
    """A team id; the enterprise's own id where the whole organisation installed it."""
    enterprise: str | None = None

    def sent_by_another(self, payload: Mapping[str, Any]) -> bool:
        """Whether a payload says that whoever acted is of another organisation.

        The person's own team counts, `user.team_id`, and of a command, which has none, the `team_id` it was typed in.
        Within an enterprise people belong to any of its workspaces. A payload that says nothing is not doubted.
        """
        user = payload.get("user")
        team = (user.get("team_id") if isinstance(user, Mapping) else None) or payload.get("team_id")
        return self.is_other(team, _enterprise_in(payload))

    def is_other(self, team: object, enterprise: object = None) -> bool:
        """Whether somebody of this team, in this enterprise, is of another organisation."""
        if not isinstance(team, str) or team in ("", self.workspace, self.enterprise):
            return False
        return self.enterprise is None or enterprise != self.enterprise


def _enterprise_in(payload: Mapping[str, Any]) -> object:
    """The enterprise of whoever acted: Slack names it in several places, in a command plainly."""
    for name in ("user", "team", "enterprise"):
        part = payload.get(name)
        if isinstance(part, Mapping):
            found = part.get("id") if name == "enterprise" else part.get("enterprise_id")
            if isinstance(found, str):
                return found
    return payload.get("enterprise_id")
