"""The people's side: what they type, say, click and send, through the same door as in Slack."""

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.sandbox import payloads
from bot.sandbox.answers import ClickAnswer, CommandAnswer, NotThere, SubmitAnswer
from bot.sandbox.errors import SlackError
from bot.sandbox.escape import escape
from bot.sandbox.filling import HOLDS, NoSuchOption, entered, held, options_of, pressed, unfilled, untouched
from bot.sandbox.finding import Control, in_view, on_message, on_screen, own_channels
from bot.sandbox.messages import Block, File, Message
from bot.sandbox.reading import interactive
from bot.sandbox.rich_text import rich_text
from bot.sandbox.state import Channel, Somebody, View
from bot.sandbox.tending import Tending

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

TIMED_OUT = "operation_timeout"
"""What Slack tells a person whose command was not acknowledged in time."""


class Person(Tending):
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

    def __repr__(self) -> str:
        return f"<Person {self.name}>"

    # What they see

    @property
    def ephemerals(self) -> list[Message]:
        """Messages that only they see, oldest first."""
        return self._sandbox.workspace.ephemerals.setdefault(self.id, [])

    @property
    def dms(self) -> list[Message]:
        """Their direct messages with the app, oldest first."""
        return self._sandbox.workspace.im(self.id).messages

    @property
    def view(self) -> View | None:
        """The modal on top."""
        stack = self._sandbox.workspace.stacks.get(self.id, [])
        return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        """Their App Home, once it was published."""
        return self._sandbox.workspace.homes.get(self.id)

    def sees(self, name: str) -> Channel:
        """A channel that they can see. Raises NotThere for one that is not there or private to others."""
        try:
            channel = self._sandbox.workspace.channel(name)
        except SlackError:
            raise NotThere(f"{self.name} sees no channel {name}") from None
        if channel.kind != "channels" and self.id not in channel.members:
            raise NotThere(f"{self.name} sees no channel {name}")
        return channel

    def _present(self, name: str, *, even_archived: bool = False) -> Channel:
        """A channel that they are in, where things can still be said."""
        channel = self.sees(name)
        if self.id not in channel.members:
            raise NotThere(f"{self.name} is not in #{channel.name}")
        if channel.is_archived and not even_archived:
            raise NotThere(f"#{channel.name} is archived")
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
        """Post a message; its ts. `broadcast`: a reply that is also sent to the channel."""
        channel = self._present(in_)
        if thread_of is not None:
            self._shown(channel, thread_of)
        written = self._escaped(text, with_names=False)
        message = Message(
            ts=self._sandbox.workspace.next_ts(),
            user=self.id,
            client_msg_id=str(uuid.uuid4()),
            team=self._sandbox.team_id,
            text=written,
            blocks=rich_text(written),
            thread_ts=thread_of,
            subtype="thread_broadcast" if broadcast else None,
            files=[self._upload(channel, name, content) for name, content in files],
            is_broadcast=broadcast,
        )
        self._sandbox.events.posted(channel, message)
        return message.ts

    def _upload(self, channel: Channel, name: str, content: bytes) -> File:
        workspace = self._sandbox.workspace
        made = File(workspace.ids.new("F"), name, len(content), self.id, workspace.seconds(), content)
        made.is_complete = True
        made.channels.append(channel.id)
        workspace.files[made.id] = made
        return made

    def _shown(self, channel: Channel, ts: str) -> Message:
        found = channel.by_ts.get(ts)
        if found is None or found.is_deleted:
            raise NotThere(f"{self.name} sees no message {ts} in #{channel.name}")
        return found

    def _own(self, channel: Channel, ts: str) -> Message:
        message = self._shown(channel, ts)
        if message.user != self.id:
            raise NotThere(f"{self.name} can change only their own messages")
        return message

    async def edits(self, ts: str, text: str, in_: str) -> None:
        """Change what they said."""
        channel = self._present(in_)
        message = self._own(channel, ts)
        workspace = self._sandbox.workspace
        before = message.described(workspace.url)
        message.text = self._escaped(text, with_names=False)
        message.blocks = rich_text(message.text)
        message.edited = {"user": self.id, "ts": workspace.next_ts()}
        self._sandbox.events.changed(channel, message, before)

    async def deletes(self, ts: str, in_: str) -> None:
        """Take back what they said."""
        channel = self._present(in_)
        self._sandbox.events.deleted(channel, self._own(channel, ts))

    async def reacts(self, emoji: str, to: str, in_: str) -> None:
        channel = self._present(in_)
        message, name = self._shown(channel, to), emoji.strip(":")
        if self.id not in message.reactions.get(name, []):
            self._sandbox.events.reacted(channel, message, self.id, name)

    async def unreacts(self, emoji: str, to: str, in_: str) -> None:
        channel = self._present(in_)
        message, name = self._shown(channel, to), emoji.strip(":")
        if self.id not in message.reactions.get(name, []):
            raise NotThere(f"{self.name} has not reacted with :{name}:")
        self._sandbox.events.unreacted(channel, message, self.id, name)

    async def joins(self, channel: str) -> None:
        """Come into a public channel."""
        found = self.sees(channel)
        if found.is_private:
            raise NotThere(f"#{found.name} is private; somebody in it must invite {self.name}")
        if found.is_archived:
            raise NotThere(f"#{found.name} is archived")
        self._sandbox.events.join(found, self.id)

    async def leaves(self, channel: str) -> None:
        self._sandbox.events.leave(self._present(channel), self.id)

    async def invites(self, person: "Person", to: str) -> None:
        """Slack's own invitation, by a member."""
        self._sandbox.events.join(self._present(to), person.id, inviter=self.id)

    async def removes(self, person: "Person", from_: str) -> None:
        """Put somebody, or the app, out of a channel."""
        self._sandbox.events.leave(self._present(from_), person.id)

    async def archives(self, channel: str) -> None:
        self._sandbox.events.archive(self._present(channel), self.id)

    async def unarchives(self, channel: str) -> None:
        """People can; the app does not come back by it."""
        self._sandbox.events.unarchive(self.sees(channel), self.id)

    # What they ask the app

    async def types(self, text: str, in_: str) -> CommandAnswer:
        """A slash command; waits for the acknowledgement, three seconds at the most."""
        channel, sandbox = self.sees(in_), self._sandbox
        name, _, rest = text.strip().partition(" ")
        declared = sandbox.app.commands
        if declared is not None and name not in declared:
            return self._told(channel, CommandAnswer(False, f"{name} is not a valid command."))
        if declared is None or declared[name].should_escape:
            rest = self._escaped(rest, with_names=True)
        trigger = sandbox.triggers.new(self.id)
        response_url = sandbox.response_urls.new(self.id, channel)
        payload = payloads.command(sandbox.workspace, self.who, channel, name, rest.strip(), trigger, response_url)
        try:
            answer = await sandbox.deliveries.ask("slash_commands", payload)
        except (TimeoutError, ConnectionError):
            said = f"{name} failed with the error “{TIMED_OUT}”"
            return self._told(channel, CommandAnswer(False, said, timed_out=True, trigger_id=trigger))
        return self._answered(channel, answer, trigger)

    def _answered(self, channel: Channel, answer: Any, trigger: str) -> CommandAnswer:
        """Show what the acknowledgement of a command said."""
        content: dict[str, Any] = answer if isinstance(answer, dict) else {"text": answer or ""}
        found = CommandAnswer(
            True,
            str(content.get("text") or ""),
            list(content.get("blocks") or []),
            str(content.get("response_type") or "ephemeral"),
            trigger_id=trigger,
        )
        if found.response_type == "in_channel" and (found.text or found.blocks):
            self._sandbox.events.say_as_app(channel, found.text, found.blocks)
            return found
        return self._told(channel, found)

    def _told(self, channel: Channel, answer: CommandAnswer) -> CommandAnswer:
        if answer.text or answer.blocks:
            self._sandbox.events.show_only_to(self.id, channel, answer.text, answer.blocks)
        return answer

    async def reads(self, words: str, in_: str | None = None) -> Message:
        """The newest message with these words: in a channel, else anywhere that they are, in what only they see too.

        Waits for it, as everything below waits for what it needs: `patience` seconds, then NotThere.
        """
        return await self._sandbox.once(lambda: self._read(words, in_))

    def _read(self, words: str, in_: str | None) -> Message:
        for _, message in self._screen(in_):
            if words in message.plain:
                return message
        raise NotThere(f"{self.name} reads “{words}” nowhere" + (f" in {in_}" if in_ else ""))

    def _screen(self, in_: str | None) -> list[tuple[Channel, Message]]:
        """The messages that they see, the newest first: in one channel, or wherever they are."""
        workspace = self._sandbox.workspace
        channels = own_channels(workspace, self.id) if in_ is None else [self.sees(in_)]
        return on_screen(workspace, self.id, channels)

    async def clicks(
        self,
        what: str,
        in_: str | None = None,
        message: str | None = None,
        *,
        view: View | None = None,
        block: str | None = None,
    ) -> ClickAnswer:
        """A button, by its label or action id: in the open view, else on the newest message that has it, in a channel
        or wherever they are. `block`: the id of the block it stands in, where several have it."""
        place = await self._sandbox.once(lambda: self._control(what, view, in_, message, block))
        return await self._acts(place, None)

    async def chooses(
        self,
        action_id: str,
        value: Any,
        in_: str | None = None,
        view: View | None = None,
        *,
        message: str | None = None,
        block: str | None = None,
    ) -> ClickAnswer:
        """An option of a select, of radio buttons or of an overflow menu, by its value or label (several: a list), or
        what a field holds: in a view (the one on top, or App Home when it is given), else on the newest message that
        has it."""
        place = await self._sandbox.once(lambda: self._control(action_id, view, in_, message, block))
        return await self._acts(place, value)

    def _control(
        self, what: str, view: View | None, in_: str | None, ts: str | None, block: str | None = None
    ) -> Control:
        """Raises NotThere."""
        shown = view or (self.view if in_ is None and ts is None else None)
        if shown is not None:
            return in_view(shown, what, self.name, block)
        where = f"in {in_}" if in_ else "on any message"
        return on_message(self._screen(in_), what, ts, self.name, where, block)

    async def _acts(self, control: Control, value: Any) -> ClickAnswer:
        """Use a button or menu where it stands."""
        sandbox, action = self._sandbox, self._action(control.block_id, control.element, value)
        place = control.view or control.message
        if control.element["type"] in HOLDS and place is not None:
            place.state.setdefault(control.block_id, {})[control.element["action_id"]] = held(action)
        trigger = sandbox.triggers.new(self.id)
        if control.view is not None:
            payload = payloads.view_action(sandbox.workspace, self.who, control.view, action, trigger)
            return await self._interacts(payload)
        channel, message = control.on_message
        response_url = sandbox.response_urls.new(self.id, channel, message)
        return await self._interacts(
            payloads.message_action(sandbox.workspace, self.who, channel, message, action, trigger, response_url)
        )

    def _action(self, block_id: str, element: Block, value: Any) -> dict[str, Any]:
        """The entry of an action in a payload."""
        about = {"action_id": element["action_id"], "block_id": block_id, "type": element["type"]}
        if element["type"] in HOLDS:
            return {**about, **self._entered(block_id, element, value)}
        try:
            return {**about, **pressed(element, value)}
        except NoSuchOption as error:
            raise NotThere(str(error)) from None

    async def _interacts(self, payload: dict[str, Any]) -> ClickAnswer:
        trigger = str(payload.get("trigger_id", ""))
        try:
            await self._sandbox.deliveries.ask("interactive", payload)
        except (TimeoutError, ConnectionError):
            return ClickAnswer(False, timed_out=True, trigger_id=trigger)
        return ClickAnswer(True, trigger_id=trigger)

    async def asks_options(
        self,
        action_id: str,
        text: str,
        in_: str | None = None,
        message: str | None = None,
        *,
        view: View | None = None,
        block: str | None = None,
    ) -> dict[str, Any]:
        """Type into a select whose options the app gives: what it offers, `options` or `option_groups`."""
        sandbox = self._sandbox
        found = await sandbox.once(lambda: self._control(action_id, view, in_, message, block))
        payload = payloads.suggestion(sandbox.workspace, self.who, found.place, found.element, found.block_id, text)
        try:
            answer = await sandbox.deliveries.ask("interactive", payload)
        except (TimeoutError, ConnectionError):
            answer = None
        content = answer if isinstance(answer, dict) else {}
        options, groups = content.get("options") or [], content.get("option_groups") or []
        everything = options_of({"options": options, "option_groups": groups})
        sandbox.workspace.offered[self.id, found.block_id, str(found.element["action_id"])] = everything
        return {"options": options, "option_groups": groups}

    async def runs_shortcut(self, callback_id: str, on: str | None = None, in_: str | None = None) -> ClickAnswer:
        """A global shortcut; or, `on` a message `in_` a channel, a message shortcut."""
        sandbox = self._sandbox
        if not sandbox.app.offers("global" if on is None else "message", callback_id):
            raise NotThere(f"the app offers no such shortcut: {callback_id}")
        trigger = sandbox.triggers.new(self.id)
        if on is None or in_ is None:
            payload = payloads.global_shortcut(sandbox.workspace, self.who, callback_id, trigger)
            return await self._interacts(payload)
        channel = self.sees(in_)
        message = self._shown(channel, on)
        response_url = sandbox.response_urls.new(self.id, channel)
        return await self._interacts(
            payloads.message_shortcut(sandbox.workspace, self.who, callback_id, channel, message, trigger, response_url)
        )

    async def opens_home(self) -> None:
        """Look at App Home."""
        self._sandbox.events.home_opened(self.id)

    # Forms

    async def submits(self, values: Mapping[str, Any] | None = None) -> SubmitAnswer:
        """Fill the fields of the open view, by block or action id, and send it. People and channels may be named.

        As in Slack, a required field that is empty is refused before anything is sent.
        """
        view = await self._sandbox.once(lambda: self._fills_in(values or {}))
        view.errors = unfilled(view)
        if view.errors:
            return SubmitAnswer(False, view.errors, view)
        sandbox = self._sandbox
        payload = payloads.view_submission(sandbox.workspace, self.who, view, sandbox.triggers.new(self.id))
        try:
            answer = await sandbox.deliveries.ask("interactive", payload)
        except (TimeoutError, ConnectionError):
            return SubmitAnswer(False, view=view, timed_out=True)
        return self._after_submission(view, answer if isinstance(answer, dict) else {})

    def _fills_in(self, values: Mapping[str, Any]) -> View:
        """The open view with these values in its fields. Raises NotThere."""
        view = self._open_view()
        if not view.content.get("submit"):
            raise NotThere(f"the view “{view.title}” has nothing to send it with")
        view.state = self._filled(view, dict(values))
        return view

    def _open_view(self) -> View:
        if self.view is None:
            raise NotThere(f"{self.name} has no view open")
        return self.view

    def _after_submission(self, view: View, answer: dict[str, Any]) -> SubmitAnswer:
        """What the app's acknowledgement does to the stack of views; one that cannot be used counts as none."""
        try:
            self._sandbox.views.answered(view, answer)
        except SlackError:
            return SubmitAnswer(False, view=view, timed_out=True)
        return SubmitAnswer(not view.errors, view.errors, self.view)

    def _filled(self, view: View, values: dict[str, Any]) -> dict[str, Any]:
        """The state of every field: what is given now, else what was entered before, else how it came."""
        state: dict[str, Any] = {}
        for block_id, element in interactive(view.blocks):
            if element["type"] not in HOLDS or element["type"] == "overflow":
                continue
            action_id = str(element["action_id"])
            known = view.state.get(block_id, {}).get(action_id) or untouched(element)
            name = next((one for one in (block_id, action_id) if one in values), None)
            entry = known if name is None else self._entered(block_id, element, values.pop(name))
            state.setdefault(block_id, {})[action_id] = entry
        if values:
            raise NotThere(f"the view “{view.title}” has no field {', '.join(values)}")
        return state

    def _entered(self, block_id: str, element: Block, given: Any) -> dict[str, Any]:
        offered = self._sandbox.workspace.offered.get((self.id, block_id, str(element["action_id"])), ())
        try:
            return entered(element, given, self._id_of, offered)
        except NoSuchOption as error:
            raise NotThere(str(error)) from None

    def _id_of(self, name: str) -> str:
        """A person or channel by name; anything else is taken for an id."""
        workspace = self._sandbox.workspace
        people = workspace.names()
        return people.get(name.lstrip("@")) or workspace.channel_names().get(name.lstrip("#")) or name

    async def closes(self, *, everything: bool = False) -> None:
        """Close the view on top, or all; the app hears of those for which it asked to."""
        self._open_view()
        while (view := self._sandbox.views.pop(self.id)) is not None:
            if view.content.get("notify_on_close"):
                told = payloads.view_closed(self._sandbox.workspace, self.who, view, is_cleared=everything)
                await self._interacts(told)
            if not everything:
                return

    def other(self, name: str) -> "Person":
        """Somebody else, by name or id. Raises NotThere."""
        try:
            return self._sandbox.person(name)
        except KeyError as nobody:
            raise NotThere(str(nobody.args[0])) from None

    def _escaped(self, text: str, *, with_names: bool) -> str:
        workspace = self._sandbox.workspace
        return escape(text, workspace.mentionable(), with_names=with_names)
