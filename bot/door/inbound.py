"""What a person asks the bot, as plain values: typed, clicked or submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import ChannelId, MessageTs, SlackUserId, WorkspaceId
from bot.domain.timeline import Evidence


@dataclass(frozen=True, slots=True)
class Shared:
    """The message that a shortcut was used on."""

    evidence: Evidence
    is_public: bool
    """Whether everybody in the workspace may read it."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A slash command; or a button, whose value is the text of the command it stands for.

    `text` is what stands after `/incident`, as Slack sends it (`&amp; &lt; &gt;` not yet decoded).
    """

    sender_id: str
    """The trigger id, or the message's channel and ts: the same when Slack delivers the payload again."""
    workspace: WorkspaceId
    user: SlackUserId
    channel: ChannelId
    text: str
    trigger_id: str
    response_url: str | None = None
    is_click: bool = False
    on: Shared | None = None
    is_in_home: bool = False
    """Pressed in App Home: what comes of it is shown there."""
    is_mention: bool = False
    """Said to Muster in a message of the channel, as `@Muster status`; it has no trigger."""
    thread: MessageTs | None = None
    """The thread in which it was said."""
    is_from_outside: bool = False
    """Whether the person belongs to another organisation."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form that was sent. `values` maps the action id of each filled field to what stands in it."""

    sender_id: str
    """The view's id and hash."""
    workspace: WorkspaceId
    user: SlackUserId
    form: str
    """The view's callback id: the verb the form belongs to."""
    carried: str
    """The view's private metadata, as we gave it."""
    values: Mapping[str, str | tuple[str, ...]]
    view_id: str
    trigger_id: str | None = None
    is_from_outside: bool = False
    fields: frozenset[str] = frozenset()
    """Every field that the form has, filled or not."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A field of an open form changed; `values` is what stands in the form by now."""

    workspace: WorkspaceId
    user: SlackUserId
    form: str
    carried: str
    values: Mapping[str, str | tuple[str, ...]]
    view_id: str
    is_from_outside: bool = False
    fields: frozenset[str] = frozenset()
    """Every field that the form has, filled or not."""
    pressed: str = ""
    """The field that changed, or the button that was pressed."""


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody looks at App Home. `notice`: what came of a button that they pressed there."""

    workspace: WorkspaceId
    user: SlackUserId
    notice: str = ""
    is_from_outside: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody has come into a channel."""

    workspace: WorkspaceId
    user: SlackUserId
    channel: ChannelId
    at: datetime
    inviter: SlackUserId | None = None
    is_from_outside: bool = False


Inbound = Typed | Submitted | Changed | HomeOpened | Joined
