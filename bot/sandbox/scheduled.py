"""Messages that wait for their time, on the workspace's clock.

docs.slack.dev, `chat.scheduleMessage`.
"""

import asyncio
from dataclasses import dataclass

from bot.sandbox.errors import SlackError
from bot.sandbox.events import Events
from bot.sandbox.messages import Message
from bot.sandbox.state import Channel, Workspace

LOOKS_AGAIN_AFTER = 0.05
"""Assumed: seconds of machine time between two looks at the workspace's clock, which may stand still or leap."""
FARTHEST = 120 * 86_400
"""Seconds ahead."""
MOST = 30
"""Messages to one channel within five minutes."""
WINDOW = 300
FIXED = 60
"""Seconds before its time, from when on a message cannot be taken back."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is not there yet. `post_at` and `created` are seconds of the workspace's clock."""

    id: str
    channel: Channel
    message: Message
    post_at: int
    created: int


class Scheduled:
    """Every message that waits, and the task that delivers them."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self._workspace = workspace
        self._events = events
        self._waiting: dict[str, Waiting] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> list[Waiting]:
        """The next one first."""
        return sorted(self._waiting.values(), key=lambda one: (one.post_at, one.id))

    def check(self, channel: Channel, post_at: int) -> None:
        """Raises `time_in_past`, `time_too_far`, `restricted_too_many`."""
        now = self._workspace.seconds()
        if post_at <= now:
            raise SlackError("time_in_past")
        if post_at > now + FARTHEST:
            raise SlackError("time_too_far")
        near = [one for one in self.waiting if one.channel is channel and abs(one.post_at - post_at) < WINDOW]
        if len(near) >= MOST:
            raise SlackError("restricted_too_many")

    def add(self, channel: Channel, message: Message, post_at: int) -> Waiting:
        made = Waiting(self._workspace.ids.new("Q"), channel, message, post_at, self._workspace.seconds())
        self._waiting[made.id] = made
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return made

    def remove(self, id_: str, channel: Channel) -> None:
        """Raises `invalid_scheduled_message_id`, also for one that is about to be sent."""
        found = self._waiting.get(id_)
        if found is None or found.channel is not channel or found.post_at < self._workspace.seconds() + FIXED:
            raise SlackError("invalid_scheduled_message_id")
        del self._waiting[id_]

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while self._waiting:
            for one in self.waiting:
                if one.post_at <= self._workspace.seconds():
                    del self._waiting[one.id]
                    self._post(one)
            await asyncio.sleep(LOOKS_AGAIN_AFTER)

    def _post(self, one: Waiting) -> None:
        """Assumed: where the app can speak no more, the message is dropped."""
        if one.channel.is_archived or self._workspace.bot_user not in one.channel.members:
            return
        one.message.ts = self._workspace.next_ts()
        self._events.posted(one.channel, one.message)
