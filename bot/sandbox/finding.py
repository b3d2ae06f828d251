"""Looking for something on somebody's screen: what they want to click, or to read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.sandbox.answers import NotThere
from bot.sandbox.filling import names_of
from bot.sandbox.messages import Block, Message
from bot.sandbox.reading import interactive
from bot.sandbox.state import Channel, View, Workspace

MOST_NAMED = 12
"""Of the things that are there instead."""


@dataclass(frozen=True, slots=True)
class Control:
    """A button, menu or field, and where it stands: in a view, or on a message of a channel."""

    block_id: str
    element: Block
    view: View | None = None
    channel: Channel | None = None
    message: Message | None = None
    attachment: int | None = None
    """The number of the attachment it stands in, from 1; None for what stands in the message itself."""

    @property
    def on_message(self) -> tuple[Channel, Message]:
        """Raises LookupError for what stands in a view."""
        if self.channel is None or self.message is None:
            raise LookupError("it stands in a view")
        return self.channel, self.message

    @property
    def unfurl(self) -> Block | None:
        """What the app made of a link, if that is where it stands."""
        if self.message is None or self.attachment is None:
            return None
        found = {"id": self.attachment, **self.message.attachments[self.attachment - 1]}
        return found if found.get("is_app_unfurl") else None


def on_screen(workspace: Workspace, user: str, channels: Iterable[Channel]) -> list[tuple[Channel, Message]]:
    """The messages of these channels that somebody sees, their ephemeral ones among them, the newest first."""
    alone = workspace.ephemerals.get(user, [])
    seen = [
        (channel, message)
        for channel in channels
        for message in [*channel.posted, *(one for one in alone if one.channel == channel.id)]
        if not message.is_deleted
    ]
    return sorted(seen, key=lambda one: float(one[1].ts), reverse=True)


def with_words(
    workspace: Workspace, user: str, channels: Iterable[Channel], text: str
) -> list[tuple[Channel, Message]]:
    """The messages of these channels with all the words of a text, in any case, the newest first."""
    words = text.casefold().split()

    def has_all(message: Message) -> bool:
        said = message.plain.casefold()
        return message.is_said and all(word in said for word in words)

    return [one for one in on_screen(workspace, user, channels) if has_all(one[1])] if words else []


def own_channels(workspace: Workspace, user: str) -> list[Channel]:
    """Where somebody is a member: channels and direct messages."""
    return [one for one in workspace.channels.values() if user in one.members]


def in_view(view: View, what: str, who: str, block: str | None = None) -> Control:
    """By label or action id. Raises NotThere with what is there."""
    controls = [
        Control(block_id, element, view) for block_id, element in interactive(view.blocks) if block in (None, block_id)
    ]
    return _named(controls, what, who, f"in the view “{view.title}”")


def on_message(
    seen: Iterable[tuple[Channel, Message]], what: str, ts: str | None, who: str, where: str, block: str | None = None
) -> Control:
    """The newest that has it; of one message, when its ts is given. Raises NotThere with what is there.

    `block`: where it stood when it was clicked. An edit gives a message's blocks other ids; a click that crossed it
    still counts, where only one thing on the message is called so.
    """
    controls = [
        Control(block_id, element, channel=channel, message=message, attachment=number)
        for channel, message in seen
        if ts in (None, message.ts)
        for number, blocks in _parts(message)
        for block_id, element in interactive(blocks)
    ]
    there = [one for one in controls if block in (None, one.block_id)]
    called_so = [one for one in controls if what in names_of(one.element)]
    if block is not None and not there and len(called_so) == 1:
        return called_so[0]
    return _named(there, what, who, where)


def is_in(view: View, what: str) -> bool:
    return any(what in names_of(element) for _, element in interactive(view.blocks))


def _parts(message: Message) -> Iterator[tuple[int | None, list[Block]]]:
    """The blocks of a message, and those of each of its attachments with its number."""
    yield None, message.blocks
    for number, attachment in enumerate(message.attachments, 1):
        yield number, attachment.get("blocks") or []


def _named(controls: list[Control], what: str, who: str, where: str) -> Control:
    found = next((one for one in controls if what in names_of(one.element)), None)
    if found is None:
        names = dict.fromkeys(label or action_id for action_id, label in (names_of(one.element) for one in controls))
        there = ", ".join(f"“{name}”" for name in list(names)[:MOST_NAMED]) or "nothing to click"
        raise NotThere(f"{who} sees no “{what}” {where}; there is {there}")
    return found
