"""What takes the place of a form that was sent: waiting, the result, or the form once more."""

from collections.abc import Mapping
from typing import Any, Final

from bot.blocks import answers, forms, limits
from bot.blocks.message import Rendered
from bot.blocks.text import escape, shorten
from bot.door.reply import Block, Say, View

KEPT: Final = ("callback_id", "title", "submit", "close", "private_metadata")
CHOICES: Final = {
    "radio_buttons": "initial_option",
    "static_select": "initial_option",
    "checkboxes": "initial_options",
    "users_select": "initial_user",
}
"""Kind of an input element → the argument that says what is chosen when it opens."""


def waiting(title: str) -> View:
    """In place of a form whose answer takes longer than Slack waits. It does not say that anything was done."""
    return forms.result_view(title, answers.working())


def result(title: str, say: Say) -> View:
    """In place of a form that was taken."""
    return forms.result_view(title, Rendered(say.text, say.blocks))


def again(view: Mapping[str, Any], errors: Mapping[str, str]) -> View:
    """The form as it was sent, with what was filled in, below what is wrong with it.

    Red text in the form itself is only possible in the acknowledgement.
    """
    wrong = [_warning(text) for text in errors.values()]
    state = view.get("state", {}).get("values", {})
    kept = {
        name: view[name] for name in ("callback_id", "title", "submit", "close", "private_metadata") if name in view
    }
    blocks = [_refilled(block, state) for block in view.get("blocks", [])]
    return {"type": "modal", **kept, "blocks": [*wrong, *blocks][: limits.VIEW_BLOCKS]}


def fitting(errors: Mapping[str, str], view: Mapping[str, Any]) -> dict[str, str]:
    """The errors by input blocks that the form has: Slack shows none at all when one names another block."""
    inputs = [block.get("block_id", "") for block in view.get("blocks", []) if block.get("type") == "input"]
    fitted: dict[str, str] = {}
    for name, text in errors.items():
        block_id = name if name in inputs or not inputs else inputs[0]
        fitted[block_id] = f"{fitted[block_id]} {text}" if block_id in fitted else text
    return fitted


def title_of(view: Mapping[str, Any]) -> str:
    title = view.get("title")
    return str(title.get("text", "")) if isinstance(title, Mapping) else ""


def _refilled(block: Block, state: Mapping[str, Any]) -> Block:
    """An input block that opens with what was filled in."""
    element = block.get("element")
    if not isinstance(element, dict):
        return block
    filled = state.get(block.get("block_id", ""), {}).get(element.get("action_id", ""), {})
    if element.get("type") == "plain_text_input":
        initial = {"initial_value": filled.get("value")}
    else:
        name = CHOICES.get(str(element.get("type")), "")
        chosen = filled.get("selected_options") or filled.get("selected_option") or filled.get("selected_user")
        initial = {name: chosen}
    return {**block, "element": {**element, **{name: value for name, value in initial.items() if name and value}}}


def _warning(text: str) -> Block:
    shown = shorten(f":warning: {escape(text)}", limits.SECTION_TEXT)
    return {"type": "section", "text": {"type": "mrkdwn", "text": shown}}
