"""Modals in their stacks, and App Home: opening, pushing, updating, closing."""

import secrets
from collections.abc import Mapping
from typing import Any

from bot.sandbox import blocks
from bot.sandbox.errors import SlackError
from bot.sandbox.events import Events
from bot.sandbox.problems import problem
from bot.sandbox.state import View, Workspace

DEEPEST = 3
"""Views in a stack; docs.slack.dev, "Modals"."""


TROUBLE = "We had some trouble connecting. Try again?"
"""What Slack tells a person when the app did not answer a submission, or not in a way that can be used."""


class Views:
    """What is open in front of whom."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self._workspace = workspace
        self._events = events

    def open(self, user: str, content: object, channel: str | None = None) -> View:
        """A modal in the place of whatever was open. `channel`: where the person is, by id."""
        made = self._new(user, content, "modal")
        made.opened_in = channel
        self.clear(user)
        self._workspace.stacks[user] = [made]
        return made

    def push(self, user: str, content: object) -> View:
        """A modal on top of the others. Raises `push_limit_reached`, `not_found` when none is open."""
        stack = self._workspace.stacks.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= DEEPEST:
            raise SlackError("push_limit_reached")
        made = self._new(user, content, "modal")
        made.root_id, made.previous_id, made.opened_in = stack[0].id, stack[-1].id, stack[0].opened_in
        stack.append(made)
        return made

    def update(self, view: View, content: object) -> View:
        """New content; fields that have the same block and action id keep what was entered."""
        checked = blocks.check_view(content)
        _check_type(checked, str(view.content["type"]))
        self._check_external_id(checked, view)
        view.content, view.hash, view.errors = checked, _new_hash(), {}
        names = {str(block.get("block_id", "")) for block in view.blocks}
        view.state = {name: fields for name, fields in view.state.items() if name in names}
        self._events.touched()
        return view

    def answered(self, view: View, answer: Mapping[str, Any]) -> None:
        """What the app's acknowledgement of a submission does to the stack.

        Raises SlackError for one that Slack cannot use; the person is then told of trouble, and the view stays.
        """
        match answer.get("response_action"):
            case "errors":
                view.errors = _errors(view, answer.get("errors"))
                self._events.touched()
            case "update":
                self.update(view, answer.get("view"))
            case "push":
                self.push(view.user, answer.get("view"))
            case "clear":
                self.clear(view.user)
            case None:
                if self._workspace.stacks.get(view.user, [])[-1:] == [view]:
                    self.pop(view.user)
            case _:
                raise SlackError("invalid_response_action")

    def publish(self, user: str, content: object) -> View:
        """A person's App Home."""
        known = self._workspace.homes.get(user)
        if known is not None:
            return self.update(known, content)
        made = self._new(user, content, "home")
        self._workspace.homes[user] = made
        return made

    def find(self, view_id: str, external_id: str) -> View:
        """A view that is open. Raises `not_found`."""
        found = self._workspace.views.get(view_id)
        if found is None and external_id:
            everything = self._workspace.views.values()
            found = next((one for one in everything if one.content.get("external_id") == external_id), None)
        if found is None:
            raise SlackError("not_found")
        return found

    def pop(self, user: str) -> View | None:
        """Close the view on top."""
        stack = self._workspace.stacks.get(user, [])
        if not stack:
            return None
        closed = stack.pop()
        del self._workspace.views[closed.id]
        self._events.touched()
        return closed

    def clear(self, user: str) -> None:
        """Close all."""
        while self.pop(user) is not None:
            pass

    def _new(self, user: str, content: object, type_: str) -> View:
        checked = blocks.check_view(content)
        _check_type(checked, type_)
        self._check_external_id(checked, None)
        made = View(self._workspace.ids.new("V"), user, checked, _new_hash())
        made.root_id = made.id
        self._workspace.views[made.id] = made
        self._events.touched()
        return made

    def _check_external_id(self, content: dict[str, Any], own: View | None) -> None:
        wanted = content.get("external_id")
        others = [one for one in self._workspace.views.values() if one is not own]
        if wanted and any(one.content.get("external_id") == wanted for one in others):
            raise SlackError("duplicate_external_id")


def _errors(view: View, given: object) -> dict[str, str]:
    """Texts by block id. Assumed: Slack cannot use any that belong to no input of the view."""
    inputs = {block.get("block_id") for block in view.blocks if block["type"] == "input"}
    if not isinstance(given, dict) or not given or not given.keys() <= inputs:
        raise SlackError("invalid_errors")
    return {str(name): str(text) for name, text in given.items()}


def _check_type(content: dict[str, Any], wanted: str) -> None:
    if content["type"] != wanted:
        raise SlackError("invalid_arguments", [problem(f"must be of type {wanted}", "/view/type")])


def _new_hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"
