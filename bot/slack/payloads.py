"""What Slack sends when people act, checked where it enters. Fields that are not ours are ignored.

Payloads: docs.slack.dev, "Slash commands", "block_actions payload", "view_submission payload".
"""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.blocks.text import clean
from bot.domain.ids import ChannelId, MessageTs, SlackUserId, WorkspaceId
from bot.domain.timeline import Evidence
from bot.domain.transcript import as_typed, permalink
from bot.door.inbound import Changed, HomeOpened, Shared, Submitted, Typed
from bot.slack.said import whole_text

NOT_PUBLIC = frozenset({"privategroup", "directmessage"})
"""What stands in a payload for the name of a channel that not everybody can read."""


class Payload(BaseModel):
    """The base of everything that Slack sends. What was sent stays out of errors, and so out of logs."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Ided(Payload):
    """Anything that Slack names by its id."""

    id: str = Field(min_length=1)


class SlashCommand(Payload):
    command: str
    text: str = ""
    user_id: str = Field(min_length=1)
    channel_id: str
    trigger_id: str = Field(min_length=1)
    response_url: str | None = None


class Option(Payload):
    value: str | None = None


class Action(Payload):
    """A button that was pressed, or an option that was chosen."""

    action_id: str
    value: str | None = None
    selected_option: Option | None = None

    @property
    def command(self) -> str:
        """The text of the command it stands for."""
        return self.value or (self.selected_option and self.selected_option.value) or ""


class Container(Payload):
    channel_id: str | None = None


class ViewType(Payload):
    type: str = ""


class SharedMessage(Payload):
    ts: str = ""
    thread_ts: str | None = None
    user: str | None = None
    text: str = ""
    blocks: tuple[Mapping[str, Any], ...] = ()
    attachments: tuple[Mapping[str, Any], ...] = ()


class NamedChannel(Ided):
    name: str = ""


class UsedShortcut(Payload):
    """A shortcut, global or on a message."""

    user: Ided
    trigger_id: str = Field(min_length=1)
    callback_id: str = Field(min_length=1)
    response_url: str | None = None
    channel: NamedChannel | None = None
    message: SharedMessage | None = None


class FormAction(Payload):
    """A field of a form that changed, or a button in it that was pressed."""

    user: Ided
    view: "View"
    actions: tuple[Action, ...] = ()


class BlockActions(Payload):
    user: Ided
    trigger_id: str = Field(min_length=1)
    actions: tuple[Action, ...] = Field(min_length=1)
    channel: Ided | None = None
    container: Container = Container()
    view: ViewType = ViewType()
    response_url: str | None = None


class Filled(Payload):
    """What stands in one field of a form; which of these is set depends on the kind of its element."""

    value: str | None = None
    selected_option: Option | None = None
    selected_options: tuple[Option, ...] = ()
    selected_user: str | None = None
    selected_users: tuple[str, ...] = ()
    selected_channel: str | None = None
    selected_channels: tuple[str, ...] = ()
    selected_conversation: str | None = None
    selected_conversations: tuple[str, ...] = ()
    selected_date: str | None = None
    selected_time: str | None = None
    selected_date_time: int | None = None

    @property
    def content(self) -> str | tuple[str, ...] | None:
        """A text for a field that holds one thing, several for one that may hold more; None when it is empty."""
        several = tuple(option.value for option in self.selected_options if option.value)
        chosen = several or self.selected_users or self.selected_channels or self.selected_conversations
        if chosen:
            return chosen
        one = (
            self.value
            or (self.selected_option and self.selected_option.value)
            or self.selected_user
            or self.selected_channel
            or self.selected_conversation
            or self.selected_date
            or self.selected_time
        )
        return one or (str(self.selected_date_time) if self.selected_date_time is not None else None)


class State(Payload):
    values: Mapping[str, Mapping[str, Filled]] = {}


class View(Payload):
    id: str = Field(min_length=1)
    hash: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    state: State = State()

    @property
    def values(self) -> dict[str, str | tuple[str, ...]]:
        """Action id of each filled field → what stands in it."""
        fields = [field for block in self.state.values.values() for field in block.items()]
        return {name: filled.content for name, filled in fields if filled.content is not None}

    @property
    def fields(self) -> frozenset[str]:
        """Action id of every field, also of those that were left empty."""
        return frozenset(name for block in self.state.values.values() for name in block)


class ViewSubmission(Payload):
    user: Ided
    view: View
    trigger_id: str | None = None


def cleaned(payload: Any) -> Any:
    """The payload with U+0000 and lone surrogates taken out of every text in it: neither can be stored."""
    match payload:
        case str():
            return clean(payload)
        case dict():
            return {cleaned(name): cleaned(value) for name, value in payload.items()}
        case list():
            return [cleaned(value) for value in payload]
        case _:
            return payload


def read_command(body: Mapping[str, Any], workspace: WorkspaceId) -> Typed:
    """What was typed after `/incident`. Raises pydantic's ValidationError for a malformed payload."""
    command = SlashCommand.model_validate(cleaned(body))
    return Typed(
        sender_id=command.trigger_id,
        workspace=workspace,
        user=SlackUserId(command.user_id),
        channel=ChannelId(command.channel_id),
        text=command.text,
        trigger_id=command.trigger_id,
        response_url=command.response_url,
    )


def read_click(body: Mapping[str, Any], workspace: WorkspaceId) -> Typed:
    """The command that a button stands for. Raises pydantic's ValidationError for a malformed payload."""
    click = BlockActions.model_validate(cleaned(body))
    channel = click.channel.id if click.channel else click.container.channel_id
    return Typed(
        sender_id=click.trigger_id,
        workspace=workspace,
        user=SlackUserId(click.user.id),
        channel=ChannelId(channel or ""),
        text=click.actions[0].command,
        trigger_id=click.trigger_id,
        response_url=click.response_url,
        is_click=True,
        is_in_home=click.view.type == "home",
    )


def read_shortcut(body: Mapping[str, Any], workspace: WorkspaceId, workspace_url: str) -> Typed:
    """The command that a shortcut stands for, and the message it was used on.

    Raises pydantic's ValidationError for a malformed payload.
    """
    used = UsedShortcut.model_validate(cleaned(body))
    shared = _shared(used, workspace_url)
    return Typed(
        sender_id=used.trigger_id,
        workspace=workspace,
        user=SlackUserId(used.user.id),
        channel=ChannelId(used.channel.id if used.channel else ""),
        text=_meant(used.callback_id, shared),
        trigger_id=used.trigger_id,
        response_url=used.response_url,
        is_click=True,
        on=shared,
    )


def _meant(callback: str, shared: Shared | None) -> str:
    """The command that a shortcut stands for."""
    verb = callback.removeprefix("keep_")
    if shared and verb != callback:
        return f"{verb} from {shared.evidence.permalink}"
    kind = callback.removeprefix("mark_")
    return f"mark {kind} {shared.evidence.permalink}" if shared and kind != callback else "declare"


def _shared(used: UsedShortcut, workspace_url: str) -> Shared | None:
    if used.channel is None or used.message is None:
        return None
    said, thread = used.message, used.message.thread_ts
    link = permalink(
        workspace_url, ChannelId(used.channel.id), MessageTs(said.ts), MessageTs(thread) if thread else None
    )
    evidence = Evidence(
        link,
        SlackUserId(said.user) if said.user else None,
        as_typed(whole_text(said.text, said.blocks, said.attachments)),
    )
    return Shared(evidence, is_public=_is_surely_public(used.channel.id, used.channel.name))


def _is_surely_public(channel: str, name: str | None) -> bool:
    """Slack writes a word in place of the name of what is private; group messages are `mpdm-…`, with ids that
    begin with C or G. In doubt it is not public: what was said in private must not be quoted where all can read it."""
    return channel.startswith("C") and bool(name) and name not in NOT_PUBLIC and not str(name).startswith("mpdm-")


def read_home_opened(body: Mapping[str, Any], workspace: WorkspaceId) -> HomeOpened | None:
    """Who opened the Home tab; None for any other Slack event, and for the tab of messages."""
    event = body.get("event")
    if not isinstance(event, Mapping) or event.get("type") != "app_home_opened" or event.get("tab") != "home":
        return None
    user = event.get("user")
    return HomeOpened(workspace, SlackUserId(user)) if isinstance(user, str) and user else None


class MentionEvent(Payload):
    """A message that mentions the app."""

    user: str = Field(min_length=1)
    channel: str = Field(min_length=1)
    ts: str = Field(min_length=1)
    thread_ts: str | None = None
    text: str = ""
    bot_id: str | None = None


def read_mention(body: Mapping[str, Any], workspace: WorkspaceId, bot_user: str) -> Typed | None:
    """The command that was said to the app, `@Muster status`: what stands after its name. None for any other Slack
    event, and for what a bot says."""
    event = body.get("event")
    if not isinstance(event, Mapping) or event.get("type") != "app_mention":
        return None
    try:
        said = MentionEvent.model_validate(cleaned(event))
    except ValueError:
        return None
    if said.bot_id or said.user == bot_user:
        return None
    name = re.search(rf"<@{re.escape(bot_user)}(?:\|[^<>]*)?>", said.text)
    return Typed(
        sender_id=f"mention/{said.channel}/{said.ts}",
        workspace=workspace,
        user=SlackUserId(said.user),
        channel=ChannelId(said.channel),
        text=said.text[name.end() :].lstrip(" \t:,–-") if name else "",
        trigger_id="",
        is_mention=True,
        thread=MessageTs(said.thread_ts) if said.thread_ts else None,
    )


def read_submission(body: Mapping[str, Any], workspace: WorkspaceId) -> Submitted:
    """The form that was sent. Raises pydantic's ValidationError for a malformed payload."""
    sent = ViewSubmission.model_validate(cleaned(body))
    return Submitted(
        sender_id=f"{sent.view.id}:{sent.view.hash}",
        workspace=workspace,
        user=SlackUserId(sent.user.id),
        form=sent.view.callback_id,
        carried=sent.view.private_metadata,
        values=sent.view.values,
        view_id=sent.view.id,
        trigger_id=sent.trigger_id,
        fields=sent.view.fields,
    )


def read_change(body: Mapping[str, Any], workspace: WorkspaceId) -> Changed:
    """A field that changed in an open form. Raises pydantic's ValidationError for a malformed payload."""
    acted = FormAction.model_validate(cleaned(body))
    return Changed(
        workspace=workspace,
        user=SlackUserId(acted.user.id),
        form=acted.view.callback_id,
        carried=acted.view.private_metadata,
        values=acted.view.values,
        view_id=acted.view.id,
        fields=acted.view.fields,
        pressed=acted.actions[0].action_id if acted.actions else "",
    )
