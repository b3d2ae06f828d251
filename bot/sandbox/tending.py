"""What people do to conversations as a whole: come, go, invite, open one, name what it is about, pin, mark as read."""

from collections.abc import Sequence

from bot.sandbox.answers import NotThere
from bot.sandbox.errors import SlackError
from bot.sandbox.limits import CHANNEL_NAME, TOPIC
from bot.sandbox.state import Channel
from bot.sandbox.watching import Watching

MOST_IN_A_GROUP = 8
"""People in a group direct message, besides oneself; docs.slack.dev, `conversations.open`."""


class Tending(Watching):
    """The part of a person that tends conversations."""

    async def opens_dm(self, people: Sequence[str]) -> Channel:
        """Direct messages with others, by name or id; the same ones again when there are some."""
        workspace = self._world.workspace
        others = []
        for name in people:
            try:
                others.append(workspace.person(name).id)
            except SlackError:
                raise NotThere(f"there is nobody called {name}") from None
        if not others or len(others) > MOST_IN_A_GROUP:
            raise NotThere(f"direct messages are between you and one to {MOST_IN_A_GROUP} others")
        channel = workspace.direct([self.id, *others])
        self._world.events.touched()
        return channel

    async def creates_channel(self, name: str, *, is_private: bool = False) -> Channel:
        """A new channel with oneself in it."""
        self._require_free(name)
        channel = self._world.workspace.new_channel(name, self.id, [self.id], is_private=is_private)
        self._world.events.channel_created(channel)
        return channel

    def _require_free(self, name: str) -> None:
        """Raises NotThere for a name that no new channel can have."""
        legal = name == name.lower() and all(letter.isalnum() or letter in "-_" for letter in name)
        if not name or len(name) > CHANNEL_NAME or not legal:
            raise NotThere(f"a channel's name has small letters, digits, - and _, {CHANNEL_NAME} at the most")
        if name in self._world.workspace.channel_names():
            raise NotThere(f"there is a channel #{name} already")

    async def joins(self, channel: str) -> None:
        """Come into a public channel."""
        found = self.sees(channel)
        if found.is_private:
            raise NotThere(f"#{found.name} is private; somebody in it must invite {self.name}")
        if found.is_archived:
            raise NotThere(f"#{found.name} is archived")
        self._world.events.join(found, self.id)

    async def leaves(self, channel: str) -> None:
        self._world.events.leave(self._present(channel), self.id)

    async def invites(self, person: Watching, to: str) -> None:
        """Slack's own invitation, by a member."""
        self._world.events.join(self._present(to), person.id, inviter=self.id)

    async def removes(self, person: Watching, from_: str) -> None:
        """Put somebody, or the app, out of a channel."""
        self._world.events.leave(self._present(from_), person.id)

    async def archives(self, channel: str) -> None:
        self._world.events.archive(self._present(channel), self.id)

    async def deletes_channel(self, channel: str) -> None:
        """For good, with all that was said in it."""
        self._world.events.channel_deleted(self._present(channel, even_archived=True), self.id)

    async def renames(self, channel: str, name: str) -> None:
        """Give a channel another name."""
        self._require_free(name)
        found = self._present(channel)
        before, found.name = found.name, name
        self._world.events.channel_renamed(found, self.id, before)

    async def unarchives(self, channel: str) -> None:
        """People can; the app does not come back by it."""
        self._world.events.unarchive(self.sees(channel), self.id)

    async def sets_topic(self, topic: str, in_: str) -> None:
        """What a channel is about now; an empty one takes it away."""
        if len(topic) > TOPIC:
            raise NotThere(f"a topic has {TOPIC} characters at the most, this one {len(topic)}")
        channel = self._present(in_)
        channel.topic = self._escaped(topic, with_names=False)
        self._world.events.noticed(channel, "channel_topic", self.id, f"set the channel topic: {channel.topic}")

    async def pins(self, ts: str, in_: str) -> None:
        channel = self._present(in_)
        message = self._shown(channel, ts)
        if message not in channel.pins:
            self._world.events.pinned(channel, message, self.id)

    async def unpins(self, ts: str, in_: str) -> None:
        channel = self._present(in_)
        message = self._shown(channel, ts)
        if message in channel.pins:
            self._world.events.unpinned(channel, message, self.id)

    async def marks_read(self, channel: str, ts: str | None = None) -> None:
        """Up to a message, or all."""
        found = self._present(channel, even_archived=True)
        until = ts or (found.posted[-1].ts if found.posted else "")
        key = self.id, found.id
        self._world.workspace.read_until[key] = max(until, self._world.workspace.read_until.get(key, ""))
        self._world.events.touched()
