"""What one person sees: channels, messages, views; and whatever the rest of a person stands on."""

from bot.sandbox.answers import NotThere
from bot.sandbox.errors import SlackError
from bot.sandbox.escape import escape
from bot.sandbox.finding import on_screen, own_channels, with_words
from bot.sandbox.messages import File, Message
from bot.sandbox.seen import visible
from bot.sandbox.state import Channel, Somebody, View
from bot.sandbox.world import World

MOST_FOUND = 20
"""Messages that a search shows."""


class Watching:
    """Somebody in the workspace who looks."""

    def __init__(self, world: World, who: Somebody) -> None:
        self._world = world
        self.who = who

    @property
    def id(self) -> str:
        return self.who.id

    @property
    def name(self) -> str:
        return self.who.name

    def __repr__(self) -> str:
        return f"<Person {self.name}>"

    @property
    def ephemerals(self) -> list[Message]:
        """Messages that only they see, oldest first."""
        return self._world.workspace.ephemerals.setdefault(self.id, [])

    @property
    def dms(self) -> list[Message]:
        """Their direct messages with the app, oldest first."""
        return self._world.workspace.im(self.id).messages

    @property
    def view(self) -> View | None:
        """The modal on top."""
        stack = self._world.workspace.stacks.get(self.id, [])
        return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        """Their App Home, once it was published."""
        return self._world.workspace.homes.get(self.id)

    def sees(self, name: str) -> Channel:
        """A channel that they can see. Raises NotThere for one that is not there or private to others."""
        try:
            channel = self._world.workspace.channel(name)
        except SlackError:
            raise NotThere(f"{self.name} sees no channel {name}") from None
        if self.who.team and self.who.team not in channel.shared_by and self.id not in channel.members:
            raise NotThere(f"{self.name} is of another organisation and sees no channel {name}")
        if channel.kind != "channels" and self.id not in channel.members:
            raise NotThere(f"{self.name} sees no channel {name}")
        return channel

    async def reads(self, words: str, in_: str | None = None) -> Message:
        """The newest message with these words: in a channel, else anywhere that they are, in what only they see too.

        Waits for it, as everything below waits for what it needs: `patience` seconds, then NotThere.
        """
        return await self._world.once(lambda: self._read(words, in_))

    def searches(self, text: str) -> list[tuple[Channel, Message]]:
        """Messages with all the words of a text, wherever they may look: the newest, and where they are."""
        workspace = self._world.workspace
        return with_words(workspace, self.id, visible(workspace, self.who), text)[:MOST_FOUND]

    def _read(self, words: str, in_: str | None) -> Message:
        for _, message in self._screen(in_):
            if words in message.plain:
                return message
        raise NotThere(f"{self.name} reads “{words}” nowhere" + (f" in {in_}" if in_ else ""))

    def _screen(self, in_: str | None) -> list[tuple[Channel, Message]]:
        """The messages that they see, the newest first: in one channel, or wherever they are."""
        workspace = self._world.workspace
        channels = own_channels(workspace, self.id) if in_ is None else [self.sees(in_)]
        return on_screen(workspace, self.id, channels)

    def _present(self, name: str, *, even_archived: bool = False) -> Channel:
        """A channel that they are in, where things can still be said."""
        channel = self.sees(name)
        if self.id not in channel.members:
            raise NotThere(f"{self.name} is not in #{channel.name}")
        if channel.is_archived and not even_archived:
            raise NotThere(f"#{channel.name} is archived")
        return channel

    def _upload(self, name: str, content: bytes) -> File:
        """A file of theirs, which is in no channel yet."""
        workspace = self._world.workspace
        made = File(workspace.ids.new("F"), name, len(content), self.id, workspace.seconds(), content)
        made.is_complete = True
        workspace.files[made.id] = made
        return made

    def _shown(self, channel: Channel, ts: str) -> Message:
        found = channel.by_ts.get(ts)
        if found is None or found.is_deleted:
            raise NotThere(f"{self.name} sees no message {ts} in #{channel.name}")
        return found

    def _escaped(self, text: str, *, with_names: bool) -> str:
        workspace = self._world.workspace
        return escape(text, workspace.mentionable(), with_names=with_names)
