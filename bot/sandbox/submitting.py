"""How people fill in a form, send it and close it."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox import payloads
from bot.sandbox.answers import NotThere, SubmitAnswer
from bot.sandbox.asking import Asking
from bot.sandbox.errors import SlackError
from bot.sandbox.filling import HOLDS, state_of, unfilled
from bot.sandbox.reading import interactive
from bot.sandbox.state import View


class Submitting(Asking):
    """The part of a person that sends forms."""

    async def submits(self, values: Mapping[str, Any] | None = None) -> SubmitAnswer:
        """Fill the fields of the open view, by block or action id, and send it. People and channels may be named.

        As in Slack, a required field that is empty is refused before anything is sent.
        """
        view = await self._world.once(lambda: self._fills_in(values or {}))
        view.errors = unfilled(view)
        if view.errors:
            return SubmitAnswer(False, view.errors, view)
        world = self._world
        trigger, urls = world.triggers.new(self.id), self._response_urls(view)
        payload = payloads.view_submission(world.workspace, self.who, view, trigger, urls)
        try:
            answer = await world.deliveries.ask("interactive", payload)
        except (TimeoutError, ConnectionError):
            return SubmitAnswer(False, view=view, timed_out=True)
        return self._after_submission(view, answer if isinstance(answer, dict) else {})

    async def fills(self, values: Mapping[str, Any]) -> None:
        """Have something in the fields of the open view, by block id, before a button or a menu in it is worked: Slack
        sends with that all that stands in the form. What the view does not have is left out."""
        view = self.view
        if view is not None and values:
            names = {str(block.get("block_id", "")) for block in view.blocks}
            known = {name: value for name, value in values.items() if name in names}
            view.state = await self._world.once(lambda: self._filled(view, known))

    def _response_urls(self, view: View) -> list[dict[str, str]]:
        """An address for each place that was chosen in a menu that asks for one: docs.slack.dev, "Modals"."""
        world = self._world
        return [
            {
                "block_id": block_id,
                "action_id": str(element["action_id"]),
                "channel_id": channel.id,
                "response_url": world.response_urls.new(self.id, channel),
            }
            for block_id, element in interactive(view.blocks)
            if element.get("response_url_enabled")
            for chosen in [view.state[block_id][element["action_id"]].get(HOLDS[element["type"]])]
            if (channel := world.workspace.channels.get(str(chosen))) is not None
        ]

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

    def _filled(self, view: View, values: dict[str, Any]) -> dict[str, Any]:
        """The state of every field: what is given now, else what was entered before, else how it came."""
        state = state_of(view)
        for block_id, element in interactive(view.blocks):
            action_id = str(element["action_id"])
            name = next((one for one in (block_id, action_id) if one in values), None)
            if name is not None and action_id in state.get(block_id, {}):
                state[block_id][action_id] = self._entered(block_id, element, values.pop(name))
        if values:
            raise NotThere(f"the view “{view.title}” has no field {', '.join(values)}")
        return state

    def _after_submission(self, view: View, answer: dict[str, Any]) -> SubmitAnswer:
        """What the app's acknowledgement does to the stack of views; one that cannot be used counts as none."""
        try:
            self._world.views.answered(view, answer)
        except SlackError:
            return SubmitAnswer(False, view=view, timed_out=True)
        return SubmitAnswer(not view.errors, view.errors, self.view)

    async def closes(self, *, everything: bool = False) -> None:
        """Close the view on top, or all; the app hears of those for which it asked to."""
        self._open_view()
        while (view := self._world.views.pop(self.id)) is not None:
            if view.content.get("notify_on_close"):
                told = payloads.view_closed(self._world.workspace, self.who, view, is_cleared=everything)
                await self._interacts(told)
            if not everything:
                return
