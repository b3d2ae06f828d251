"""What people ask the app: slash commands, buttons and menus, shortcuts, App Home."""

from typing import Any

from bot.sandbox import payloads
from bot.sandbox.answers import ClickAnswer, CommandAnswer, NotThere
from bot.sandbox.defaults import with_defaults
from bot.sandbox.filling import HOLDS, NoSuchOption, entered, held, options_of, pressed, state_of
from bot.sandbox.finding import Control, in_view, is_in, on_message
from bot.sandbox.messages import Block
from bot.sandbox.state import Channel, View
from bot.sandbox.uploading import NoFile, named_content
from bot.sandbox.watching import Watching

TIMED_OUT = "operation_timeout"
"""What Slack tells a person whose command was not acknowledged in time."""


class Asking(Watching):
    """The part of a person that uses the app."""

    async def types(self, text: str, in_: str) -> CommandAnswer:
        """A slash command; waits for the acknowledgement, three seconds at the most."""
        channel, world = self.sees(in_), self._world
        name, _, rest = text.strip().partition(" ")
        declared = world.app.commands
        if declared is not None and name not in declared:
            return self._told(channel, CommandAnswer(False, f"{name} is not a valid command."))
        if declared is None or declared[name].should_escape:
            rest = self._escaped(rest, with_names=True)
        trigger = world.triggers.new(self.id, channel.id)
        response_url = world.response_urls.new(self.id, channel)
        payload = payloads.command(world.workspace, self.who, channel, name, rest.strip(), trigger, response_url)
        try:
            answer = await world.deliveries.ask("slash_commands", payload)
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
            self._world.events.say_as_app(channel, found.text, found.blocks)
            return found
        return self._told(channel, found)

    def _told(self, channel: Channel, answer: CommandAnswer) -> CommandAnswer:
        if answer.text or answer.blocks:
            self._world.events.show_only_to(self.id, channel, answer.text, answer.blocks)
        return answer

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
        place = await self._world.once(lambda: self._control(what, view, in_, message, block))
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
        place = await self._world.once(lambda: self._control(action_id, view, in_, message, block))
        return await self._acts(place, value)

    def _control(
        self, what: str, view: View | None, in_: str | None, ts: str | None, block: str | None = None
    ) -> Control:
        """Raises NotThere."""
        is_anywhere = in_ is None and ts is None
        shown = view or (self.view if is_anywhere else None)
        if shown is not None:
            return in_view(shown, what, self.name, block)
        where = f"in {in_}" if in_ else "on any message"
        try:
            return on_message(self._screen(in_), what, ts, self.name, where, block)
        except NotThere:
            home = self.home if is_anywhere else None
            if home is None or not is_in(home, what):
                raise
        return in_view(home, what, self.name, block)

    async def _acts(self, control: Control, value: Any) -> ClickAnswer:
        """Use a button or menu where it stands."""
        world, action = self._world, self._action(control.block_id, control.element, value)
        place = control.view or control.message
        if control.element["type"] in HOLDS and place is not None:
            place.state.setdefault(control.block_id, {})[control.element["action_id"]] = held(action)
        trigger = world.triggers.new(self.id, control.channel.id if control.channel else None)
        if control.view is not None:
            payload = payloads.view_action(world.workspace, self.who, control.view, action, trigger)
            payload["view"]["state"] = {"values": state_of(control.view)}
            return await self._interacts(payload)
        channel, message = control.on_message
        response_url = world.response_urls.new(self.id, channel, message)
        return await self._interacts(
            payloads.message_action(world.workspace, self.who, control, action, trigger, response_url)
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

    def _entered(self, block_id: str, element: Block, given: Any) -> dict[str, Any]:
        offered = self._world.workspace.offered.get((self.id, block_id, str(element["action_id"])), ())
        try:
            if element["type"] == "file_input" and given:
                given = self._given_files(element, given)
            return entered(element, given, self._id_of, offered)
        except NoSuchOption as error:
            raise NotThere(str(error)) from None

    def _given_files(self, element: Block, given: Any) -> list[dict[str, Any]]:
        """What a field for files holds after they were put into it; docs.slack.dev, "File input element"."""
        try:
            contents = [named_content(one) for one in (given if isinstance(given, list) else [given])]
        except NoFile as error:
            raise NoSuchOption(str(error)) from None
        allowed = element.get("filetypes")
        if allowed and any(name.rpartition(".")[2].lower() not in allowed for name, _ in contents):
            raise NoSuchOption(f"only these files can be put here: {', '.join(allowed)}")
        entered(element, contents, self._id_of)
        files = [self._upload(name, content) for name, content in contents]
        for file in files:
            file.is_for_app = True
        return [file.described(self._world.workspace.url) for file in files]

    def _id_of(self, name: str) -> str:
        """A person or channel by name; anything else is taken for an id."""
        workspace = self._world.workspace
        people = workspace.names()
        return people.get(name.lstrip("@")) or workspace.channel_names().get(name.lstrip("#")) or name

    async def _interacts(self, payload: dict[str, Any]) -> ClickAnswer:
        trigger = str(payload.get("trigger_id", ""))
        try:
            await self._world.deliveries.ask("interactive", payload)
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
        world = self._world
        found = await world.once(lambda: self._control(action_id, view, in_, message, block))
        payload = payloads.suggestion(world.workspace, self.who, found, text)
        try:
            answer = await world.deliveries.ask("interactive", payload)
        except (TimeoutError, ConnectionError):
            answer = None
        content = with_defaults(answer) if isinstance(answer, dict) else {}
        options, groups = content.get("options") or [], content.get("option_groups") or []
        everything = options_of({"options": options, "option_groups": groups})
        world.workspace.offered[self.id, found.block_id, str(found.element["action_id"])] = everything
        return {"options": options, "option_groups": groups}

    async def runs_shortcut(self, callback_id: str, on: str | None = None, in_: str | None = None) -> ClickAnswer:
        """A global shortcut; or, `on` a message `in_` a channel, a message shortcut."""
        world = self._world
        if not world.app.offers("global" if on is None else "message", callback_id):
            raise NotThere(f"the app offers no such shortcut: {callback_id}")
        trigger = world.triggers.new(self.id, self.sees(in_).id if in_ else None)
        if on is None or in_ is None:
            payload = payloads.global_shortcut(world.workspace, self.who, callback_id, trigger)
            return await self._interacts(payload)
        channel = self.sees(in_)
        message = self._shown(channel, on)
        response_url = world.response_urls.new(self.id, channel)
        return await self._interacts(
            payloads.message_shortcut(world.workspace, self.who, callback_id, channel, message, trigger, response_url)
        )

    async def opens_home(self) -> None:
        """Look at App Home."""
        self._world.events.home_opened(self.id)
