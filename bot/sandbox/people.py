"""The people's side: what they type, say, click and send, through the same door as in Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.errors import SlackError
from bot.sandbox.escape import escape
from bot.sandbox.reading import buttons
from bot.sandbox.state import Channel, File, Message, Somebody, View

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

TIMED_OUT = "operation_timeout"


class NotThere(AssertionError):
    """What somebody wanted to click, read or send is not there for them."""


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """What came back at once for a slash command."""

    ok: bool
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    response_type: str = "ephemeral"
    timed_out: bool = False
    trigger_id: str = ""


@dataclass(frozen=True, slots=True)
class ClickAnswer:
    ok: bool
    timed_out: bool = False
    trigger_id: str = ""


@dataclass(frozen=True, slots=True)
class SubmitAnswer:
    """`errors` stand in red under their fields; `view` is what is open afterwards."""

    ok: bool
    errors: Mapping[str, str] = field(default_factory=dict)
    view: View | None = None
    timed_out: bool = False


class Person:
    """Somebody in the workspace, and everything they can do."""

    def __init__(self, sandbox: "Sandbox", who: Somebody) -> None:
        self._sandbox = sandbox
        self.who = who

    @property
    def id(self) -> str:
        return self.who.id

    @property
    def name(self) -> str:
        return self.who.name

    # What they see

    @property
    def ephemerals(self) -> list[Message]:
        """Messages that only they see."""
        return self._sandbox.workspace.ephemerals.get(self.id, [])

    @property
    def dms(self) -> list[Message]:
        """Their direct messages with the app."""
        return self._sandbox.workspace.im(self.id).messages

    @property
    def view(self) -> View | None:
        """The modal on top."""
        stack = self._sandbox.workspace.stacks.get(self.id, [])
        return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        return self._sandbox.workspace.homes.get(self.id)

    def sees(self, name: str) -> Channel:
        """A channel that they can see. Raises NotThere for one that is not there or private to others."""
        try:
            channel = self._sandbox.workspace.channel(name)
        except SlackError:
            raise NotThere(f"{self.name} sees no channel {name}") from None
        if (channel.is_private or channel.is_im) and self.id not in channel.members:
            raise NotThere(f"{self.name} sees no channel {name}")
        return channel

    # What they do in channels

    async def says(
        self,
        text: str,
        in_: str,
        thread_of: str | None = None,
        broadcast: bool = False,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> str:
        """Post a message; its ts."""
        channel = self._present(in_)
        workspace = self._sandbox.workspace
        uploaded = [self._upload(channel, name, content) for name, content in files]
        message = Message(
            ts=workspace.next_ts(),
            user=self.id,
            text=self._escaped(text, with_names=False),
            thread_ts=thread_of,
            subtype="thread_broadcast" if broadcast else None,
            files=uploaded,
            is_broadcast=broadcast,
        )
        channel.add(message)
        self._sandbox.events.posted(channel, message)
        return message.ts

    def _upload(self, channel: Channel, name: str, content: bytes) -> File:
        workspace = self._sandbox.workspace
        made = File(workspace.ids.new("F"), name, len(content), self.id, workspace.seconds(), content)
        made.is_complete = True
        made.channels.append(channel.id)
        workspace.files[made.id] = made
        return made

    async def edits(self, ts: str, text: str, in_: str) -> None:
        channel = self._present(in_)
        message = self._own(channel, ts)
        before = message.described(self._sandbox.workspace.url)
        message.text = self._escaped(text, with_names=False)
        message.edited = {"user": self.id, "ts": self._sandbox.workspace.next_ts()}
        self._sandbox.events.changed(channel, message, before)

    async def deletes(self, ts: str, in_: str) -> None:
        channel = self._present(in_)
        self._sandbox.events.deleted(channel, self._own(channel, ts))

    def _own(self, channel: Channel, ts: str) -> Message:
        message = channel.message(ts)
        if message.user != self.id:
            raise NotThere(f"{self.name} can change only their own messages")
        return message

    async def reacts(self, emoji: str, to: str, in_: str) -> None:
        channel = self._present(in_)
        self._sandbox.events.reacted(channel, channel.message(to), self.id, emoji.strip(":"))

    async def unreacts(self, emoji: str, to: str, in_: str) -> None:
        channel = self._present(in_)
        self._sandbox.events.unreacted(channel, channel.message(to), self.id, emoji.strip(":"))

    async def joins(self, channel: str) -> None:
        found = self.sees(channel)
        if found.is_private:
            raise NotThere(f"{found.name} is private; somebody in it must invite {self.name}")
        self._sandbox.events.join(found, self.id)

    async def leaves(self, channel: str) -> None:
        self._sandbox.events.leave(self._present(channel), self.id)

    async def invites(self, person: "Person", to: str) -> None:
        """Slack's own invitation, by a member."""
        self._sandbox.events.join(self._present(to), person.id, inviter=self.id)

    def _present(self, name: str) -> Channel:
        """A channel that they are in."""
        channel = self.sees(name)
        if self.id not in channel.members:
            raise NotThere(f"{self.name} is not in #{channel.name}")
        if channel.is_archived:
            raise NotThere(f"#{channel.name} is archived")
        return channel

    # What they ask the app

    async def types(self, text: str, in_: str) -> CommandAnswer:
        """A slash command; waits for the acknowledgement."""
        channel = self.sees(in_)
        command, _, rest = text.strip().partition(" ")
        sandbox = self._sandbox
        declared = sandbox.commands
        if declared is not None and command not in declared:
            return self._told(CommandAnswer(False, f"{command} is not a valid command."))
        should_escape = declared is None or declared[command]
        trigger, response_url = sandbox.new_trigger(self.id), sandbox.new_response_url(self.id, channel.id)
        payload = {
            "token": "verification-token",
            "team_id": sandbox.team_id,
            "team_domain": "sandbox",
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.is_im else channel.name,
            "user_id": self.id,
            "user_name": self.name,
            "command": command,
            "text": self._escaped(rest, with_names=True) if should_escape else rest,
            "api_app_id": sandbox.workspace.app_id,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": trigger,
        }
        try:
            answer = await sandbox.deliveries.ask("slash_commands", payload)
        except (TimeoutError, ConnectionError):
            text = f"{command} failed with the error “{TIMED_OUT}”"
            return self._told(CommandAnswer(False, text, timed_out=True, trigger_id=trigger))
        if answer is None or answer == "":
            return CommandAnswer(True, trigger_id=trigger)
        content: dict[str, Any] = answer if isinstance(answer, dict) else {"text": str(answer)}
        found = CommandAnswer(
            True,
            str(content.get("text", "")),
            list(content.get("blocks") or []),
            str(content.get("response_type", "ephemeral")),
            trigger_id=trigger,
        )
        if found.response_type == "in_channel":
            sandbox.say_as_app(channel, found.text, found.blocks)
            return found
        return self._told(found)

    def _told(self, answer: CommandAnswer) -> CommandAnswer:
        if answer.text or answer.blocks:
            ts = self._sandbox.workspace.next_ts()
            message = Message(ts, self._sandbox.workspace.bot_user, answer.text, answer.blocks, is_ephemeral=True)
            self._sandbox.show_ephemeral(self.id, message)
        return answer

    async def clicks(self, what: str, in_: str | None = None, message: str | None = None) -> ClickAnswer:
        """A button, by its label or action id, on the newest message that has it: in a channel, in their direct
        messages with the app (`in_` left out), or in the open view."""
        if in_ is None and self.view is not None:
            return await self._acts_in_view(what, None)
        channel = self._sandbox.workspace.im(self.id) if in_ is None else self.sees(in_)
        shown, block_id, element = self._find_button(channel, what, message)
        action = {
            "action_id": element["action_id"],
            "block_id": block_id,
            "text": element.get("text"),
            "value": element.get("value"),
            "type": element["type"],
        }
        return await self._acts(channel, shown, action)

    async def chooses(self, action_id: str, value: str, in_: str | None = None) -> ClickAnswer:
        """An option of a select, by its value, in a message or in the open view."""
        if in_ is None and self.view is not None:
            return await self._acts_in_view(action_id, value)
        channel = self._sandbox.workspace.im(self.id) if in_ is None else self.sees(in_)
        shown, block_id, element = self._find_button(channel, action_id, None)
        action = {"action_id": action_id, "block_id": block_id, "type": element["type"], **_selected(element, value)}
        return await self._acts(channel, shown, action)

    def _find_button(self, channel: Channel, what: str, ts: str | None) -> tuple[Message, str, dict[str, Any]]:
        shown = [one for one in [*channel.posted, *self.ephemerals] if not one.is_deleted and ts in (None, one.ts)]
        for message in reversed(shown):
            for block_id, element in buttons(message.blocks):
                label = (element.get("text") or {}).get("text")
                if what in (element["action_id"], label):
                    return message, block_id, element
        raise NotThere(f"{self.name} sees no “{what}” in {channel.name or 'their direct messages'}")

    async def _acts(self, channel: Channel, message: Message, action: dict[str, Any]) -> ClickAnswer:
        sandbox = self._sandbox
        trigger = sandbox.new_trigger(self.id)
        payload = {
            "type": "block_actions",
            **self._common(),
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": channel.id,
                "is_ephemeral": message.is_ephemeral,
            },
            "trigger_id": trigger,
            "channel": {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name},
            "message": message.described(sandbox.workspace.url),
            "state": {"values": {}},
            "response_url": sandbox.new_response_url(self.id, channel.id, message),
            "actions": [{**action, "action_ts": sandbox.workspace.next_ts()}],
        }
        return await self._interacts(payload, trigger)

    async def _acts_in_view(self, what: str, value: str | None) -> ClickAnswer:
        view = self.view
        if view is None:
            raise NotThere(f"{self.name} has no view open")
        for block_id, element in buttons(view.blocks):
            label = (element.get("text") or {}).get("text")
            if what not in (element["action_id"], label):
                continue
            action = {"action_id": element["action_id"], "block_id": block_id, "type": element["type"]}
            action |= {"value": element.get("value")} if value is None else _selected(element, value)
            trigger = self._sandbox.new_trigger(self.id)
            payload = {
                "type": "block_actions",
                **self._common(),
                "container": {"type": "view", "view_id": view.id},
                "trigger_id": trigger,
                "view": self._described(view),
                "actions": [{**action, "action_ts": self._sandbox.workspace.next_ts()}],
            }
            return await self._interacts(payload, trigger)
        raise NotThere(f"{self.name} sees no “{what}” in the view “{view.title}”")

    async def _interacts(self, payload: dict[str, Any], trigger: str) -> ClickAnswer:
        try:
            await self._sandbox.deliveries.ask("interactive", payload)
        except (TimeoutError, ConnectionError):
            return ClickAnswer(False, timed_out=True, trigger_id=trigger)
        return ClickAnswer(True, trigger_id=trigger)

    async def runs_shortcut(self, callback_id: str, on: str | None = None, in_: str | None = None) -> ClickAnswer:
        """A global shortcut; or, `on` a message, a message shortcut."""
        trigger = self._sandbox.new_trigger(self.id)
        payload = {
            "type": "shortcut",
            **self._common(),
            "callback_id": callback_id,
            "trigger_id": trigger,
            "action_ts": self._sandbox.workspace.next_ts(),
        }
        if on is not None and in_ is not None:
            channel = self.sees(in_)
            payload |= {
                "type": "message_action",
                "message": channel.message(on).described(self._sandbox.workspace.url),
                "message_ts": on,
                "channel": {"id": channel.id, "name": channel.name},
                "response_url": self._sandbox.new_response_url(self.id, channel.id),
            }
        return await self._interacts(payload, trigger)

    async def opens_home(self) -> None:
        self._sandbox.events.home_opened(self.id)

    async def submits(self, values: Mapping[str, Any] | None = None) -> SubmitAnswer:
        """Fill the fields of the open view, by block or action id, and send it."""
        view = self.view
        if view is None:
            raise NotThere(f"{self.name} has no view open")
        view.state = self._filled(view, dict(values or {}))
        trigger = self._sandbox.new_trigger(self.id)
        payload = {
            "type": "view_submission",
            **self._common(),
            "trigger_id": trigger,
            "view": self._described(view),
            "response_urls": [],
        }
        try:
            answer = await self._sandbox.deliveries.ask("interactive", payload)
        except (TimeoutError, ConnectionError):
            return SubmitAnswer(False, view=view, timed_out=True)
        return self._after_submission(view, answer if isinstance(answer, dict) else {})

    def _after_submission(self, view: View, answer: dict[str, Any]) -> SubmitAnswer:
        """What the app's acknowledgement does to the stack of views."""
        stack = self._sandbox.workspace.stacks.setdefault(self.id, [])
        match answer.get("response_action"):
            case "errors":
                view.errors = {str(name): str(text) for name, text in answer.get("errors", {}).items()}
                self._sandbox.events.touched()
                return SubmitAnswer(False, view.errors, view)
            case "update":
                self._sandbox.replace_view(view, answer.get("view"))
                return SubmitAnswer(True, view=view)
            case "push":
                stack.append(self._sandbox.add_view(self.id, answer.get("view")))
                return SubmitAnswer(True, view=stack[-1])
            case "clear":
                stack.clear()
            case _:
                if stack:
                    stack.pop()
        self._sandbox.events.touched()
        return SubmitAnswer(True, view=self.view)

    def _filled(self, view: View, values: dict[str, Any]) -> dict[str, Any]:
        state: dict[str, Any] = {}
        for block in view.blocks:
            element = block.get("element")
            if block.get("type") != "input" or not isinstance(element, dict):
                continue
            block_id, action_id = str(block.get("block_id", "")), str(element.get("action_id", ""))
            given = values.pop(block_id, values.pop(action_id, None))
            state.setdefault(block_id, {})[action_id] = {"type": element["type"], **_entered(element, given)}
        if values:
            raise NotThere(f"the view “{view.title}” has no fields {', '.join(values)}")
        return state

    async def closes(self) -> None:
        """Close the view on top; the app hears of it if it asked to."""
        stack = self._sandbox.workspace.stacks.get(self.id, [])
        if not stack:
            return
        view = stack.pop()
        self._sandbox.events.touched()
        if view.content.get("notify_on_close"):
            payload = {"type": "view_closed", **self._common(), "view": self._described(view), "is_cleared": False}
            await self._interacts(payload, "")

    def _common(self) -> dict[str, Any]:
        sandbox = self._sandbox
        return {
            "user": {"id": self.id, "username": self.name, "name": self.name, "team_id": sandbox.team_id},
            "api_app_id": sandbox.workspace.app_id,
            "token": "verification-token",
            "team": {"id": sandbox.team_id, "domain": "sandbox"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _described(self, view: View) -> dict[str, Any]:
        workspace = self._sandbox.workspace
        return view.described(workspace.team_id, workspace.app_id, workspace.bot_id)

    def _escaped(self, text: str, *, with_names: bool) -> str:
        workspace = self._sandbox.workspace
        channels = {one.name: one.id for one in workspace.channels.values() if not one.is_im}
        return escape(text, workspace.names(), channels, with_names=with_names)

    def __repr__(self) -> str:
        return f"<Person {self.name}>"


def _option(element: Mapping[str, Any], value: str) -> dict[str, Any]:
    for option in element.get("options", []):
        if option["value"] == value:
            return dict(option)
    raise NotThere(f"there is no option {value!r}")


def _selected(element: Mapping[str, Any], value: str) -> dict[str, Any]:
    if element["type"] in ("users_select", "channels_select", "conversations_select"):
        return {f"selected_{element['type'].removesuffix('s_select')}": value}
    return {"selected_option": _option(element, value)}


def _entered(element: Mapping[str, Any], given: Any) -> dict[str, Any]:
    """The state of one field, in the form its type has."""
    kind = element["type"]
    if kind == "plain_text_input":
        return {"value": str(given) if given not in (None, "") else element.get("initial_value")}
    if kind in ("checkboxes", "multi_static_select"):
        listed = [given] if isinstance(given, str) else list(given or [])
        return {"selected_options": [_option(element, one) for one in listed]}
    if kind in ("static_select", "radio_buttons"):
        return {"selected_option": _option(element, given) if given else element.get("initial_option")}
    if kind == "datepicker":
        return {"selected_date": given or element.get("initial_date")}
    if kind == "users_select":
        return {"selected_user": given or element.get("initial_user")}
    return {"value": given}
