"""What stands in a field: in the form that its type has in payloads.

docs.slack.dev, "Block Kit elements": the section on each element's interaction payload.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.state import View

Element = Mapping[str, Any]

HOLDS = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
"""Type of element → the name under which payloads carry its value. Buttons hold nothing."""

REQUIRED = "Please complete this required field."


class NoSuchOption(Exception):
    """Somebody wants what is not on offer; the text says what is."""


def entered(element: Element, given: Any, id_of: Callable[[str], str]) -> dict[str, Any]:
    """The state of a field after somebody filled it in; `id_of` turns names of people and channels into ids.

    Raises NoSuchOption.
    """
    name = HOLDS[element["type"]]
    many = name.endswith("s")
    value: Any
    if given is None or given == "":
        value = [] if many else None
    elif name in ("selected_option", "selected_options"):
        options = [_option(element, str(one)) for one in _several(given)]
        value = options if many else options[0]
    elif name.startswith(("selected_user", "selected_channel", "selected_conversation")):
        ids = [id_of(str(one)) for one in _several(given)]
        value = ids if many else ids[0]
    else:
        value = given if isinstance(given, int | dict) else str(given)
    return {"type": element["type"], name: value}


def untouched(element: Element) -> dict[str, Any]:
    """The state of a field that nobody touched."""
    name = HOLDS[element["type"]]
    initial = element.get(name.replace("selected_", "initial_") if name.startswith("selected_") else "initial_value")
    return {"type": element["type"], name: initial if initial is not None else [] if name.endswith("s") else None}


def is_empty(state: Mapping[str, Any]) -> bool:
    return not state.get(HOLDS[state["type"]])


def options_of(element: Element) -> list[dict[str, Any]]:
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group.get("options") or [])]


def _option(element: Element, wanted: str) -> dict[str, Any]:
    """By its value, or by what is written on it."""
    options = options_of(element)
    for option in options:
        if wanted in (option["value"], option["text"]["text"]):
            return dict(option)
    raise NoSuchOption(f"there is no option “{wanted}”, only {', '.join(str(one['value']) for one in options)}")


def _several(given: Any) -> list[Any]:
    return list(given) if isinstance(given, list | tuple | set) else [given]


def names_of(element: Element) -> tuple[str, ...]:
    """What an element can be called: by its action id, or by its label."""
    label = element.get("text")
    return str(element["action_id"]), str(label.get("text")) if isinstance(label, dict) else ""


def held(action: Mapping[str, Any]) -> dict[str, Any]:
    name = HOLDS[action["type"]]
    return {"type": action["type"], name: action[name]}


def unfilled(view: View) -> dict[str, str]:
    """The complaints of Slack itself about required fields, by block id."""
    return {
        str(block["block_id"]): REQUIRED
        for block in view.blocks
        if block["type"] == "input" and not block.get("optional")
        for state in view.state.get(str(block["block_id"]), {}).values()
        if is_empty(state)
    }
