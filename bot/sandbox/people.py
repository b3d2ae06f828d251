"""The people's side: what they type, say, click and send, through the same door as in Slack."""

from bot.sandbox.answers import NotThere
from bot.sandbox.errors import SlackError
from bot.sandbox.saying import Saying
from bot.sandbox.submitting import Submitting
from bot.sandbox.tending import Tending


class Person(Saying, Tending, Submitting):
    """Somebody in the workspace, and everything they can do."""

    def other(self, name: str) -> "Person":
        """Somebody else, by name or id. Raises NotThere."""
        try:
            return Person(self._world, self._world.workspace.person(name))
        except SlackError:
            raise NotThere(f"there is nobody called {name}") from None
