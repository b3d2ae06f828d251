"""What people say in channels, change, take back and react to."""

import uuid
from collections.abc import Sequence

from bot.sandbox.answers import NotThere
from bot.sandbox.messages import File, Message
from bot.sandbox.rich_text import rich_text
from bot.sandbox.state import Channel
from bot.sandbox.watching import Watching


class Saying(Watching):
    """The part of a person that talks."""

    async def says(
        self,
        text: str,
        in_: str,
        thread_of: str | None = None,
        broadcast: bool = False,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> str:
        """Post a message; its ts. `broadcast`: a reply that is also sent to the channel."""
        channel = self._present(in_)
        if thread_of is not None:
            self._shown(channel, thread_of)
        written = self._escaped(text, with_names=False)
        message = Message(
            ts=self._world.workspace.next_ts(),
            user=self.id,
            client_msg_id=str(uuid.uuid4()),
            team=self._world.workspace.team_of(self.id),
            text=written,
            blocks=rich_text(written),
            thread_ts=thread_of,
            subtype="thread_broadcast" if broadcast else None,
            files=[self._share(channel, name, content) for name, content in files],
            is_broadcast=broadcast,
        )
        self._world.events.posted(channel, message)
        return message.ts

    def _share(self, channel: Channel, name: str, content: bytes) -> File:
        made = self._upload(name, content)
        made.channels.append(channel.id)
        return made

    async def edits(self, ts: str, text: str, in_: str) -> None:
        """Change what they said."""
        channel = self._present(in_)
        message = self._own(channel, ts)
        workspace = self._world.workspace
        before = message.described(workspace.url)
        message.text = self._escaped(text, with_names=False)
        message.blocks = rich_text(message.text)
        message.edited = {"user": self.id, "ts": workspace.next_ts()}
        self._world.events.changed(channel, message, before)

    async def deletes(self, ts: str, in_: str) -> None:
        """Take back what they said."""
        channel = self._present(in_)
        self._world.events.deleted(channel, self._own(channel, ts))

    def _own(self, channel: Channel, ts: str) -> Message:
        message = self._shown(channel, ts)
        if message.user != self.id:
            raise NotThere(f"{self.name} can change only their own messages")
        return message

    async def reacts(self, emoji: str, to: str, in_: str) -> None:
        channel = self._present(in_)
        message, name = self._shown(channel, to), emoji.strip(":")
        if self.id not in message.reactions.get(name, []):
            self._world.events.reacted(channel, message, self.id, name)

    async def unreacts(self, emoji: str, to: str, in_: str) -> None:
        channel = self._present(in_)
        message, name = self._shown(channel, to), emoji.strip(":")
        if self.id not in message.reactions.get(name, []):
            raise NotThere(f"{self.name} has not reacted with :{name}:")
        self._world.events.unreacted(channel, message, self.id, name)
