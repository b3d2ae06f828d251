"""What stands in a field: in the form that its type has in payloads.

docs.slack.dev, "Block Kit elements": the section on each element's interaction payload.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.sandbox.elements import DATE, NUMBER, TIME
from bot.sandbox.escape import entities
from bot.sandbox.reading import interactive
from bot.sandbox.rich_text import rich_text
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
    "file_input": "files",
}
"""Type of element → the name under which payloads carry its value. Buttons hold nothing."""

FILES = 10
"""That a field takes, unless it says fewer; docs.slack.dev, "File input element"."""
REQUIRED = "Please complete this required field."
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://\S+", re.IGNORECASE)


class NoSuchOption(Exception):
    """Somebody wants what is not on offer; the text says what is."""


def entered(
    element: Element, given: Any, id_of: Callable[[str], str], offered: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The state of a field after somebody filled it in; `id_of` turns names of people and channels into ids, `offered`
    are the options that the app gave for an external select.

    Raises NoSuchOption.
    """
    name = HOLDS[element["type"]]
    many = name.endswith("s")
    value: Any
    if given is None or given == "":
        value = [] if many else None
    elif name in ("selected_option", "selected_options"):
        options = [_option([*options_of(element), *offered], str(one)) for one in _several(given)]
        value = options if many else options[0]
    elif name.startswith(("selected_user", "selected_channel", "selected_conversation")):
        ids = [id_of(str(one)) for one in _several(given)]
        value = ids if many else ids[0]
    else:
        value = WRITTEN.get(element["type"], str)(given)
    _check_number_of(element, value)
    return {"type": element["type"], name: value}


def _check_number_of(element: Element, value: Any) -> None:
    most = element.get("max_files", FILES) if element["type"] == "file_input" else element.get("max_selected_items")
    if most is not None and isinstance(value, list) and len(value) > most:
        raise NoSuchOption(f"no more than {most} can be chosen")


def _date(given: Any) -> str:
    if list(DATE(given, "")):
        raise NoSuchOption(f"“{given}” is no date of the form 2026-03-02")
    return str(given)


def _time(given: Any) -> str:
    if list(TIME(given, "")):
        raise NoSuchOption(f"“{given}” is no time of the form 09:30")
    return str(given)


def _moment(given: Any) -> int:
    try:
        return int(given)
    except (TypeError, ValueError, OverflowError):
        raise NoSuchOption(f"“{given}” is no moment in seconds since 1970") from None


def _formatted(given: Any) -> dict[str, Any]:
    """Rich text, from a text as it is typed or from the block itself."""
    if isinstance(given, dict):
        return given
    written = rich_text(entities(str(given)))
    return {"type": "rich_text", "elements": written[0]["elements"] if written else []}


WRITTEN: dict[str, Callable[[Any], Any]] = {
    "datepicker": _date,
    "timepicker": _time,
    "datetimepicker": _moment,
    "rich_text_input": _formatted,
    "file_input": list,
}
"""Type of element → what is made of what was entered; text, where nothing is said."""


def untouched(element: Element, current: str | None = None) -> dict[str, Any]:
    """The state of a field that nobody touched. `current`: the conversation in which its form was opened, for
    `default_to_current_conversation`; docs.slack.dev, "Select menu element"."""
    name = HOLDS[element["type"]]
    initial = element.get(name.replace("selected_", "initial_") if name.startswith("selected_") else "initial_value")
    many = name.endswith("s")
    if not initial and current and element.get("default_to_current_conversation"):
        initial = [current] if many else current
    return {"type": element["type"], name: initial if initial is not None else [] if many else None}


def state_of(view: View) -> dict[str, dict[str, Any]]:
    """The state of every field: what was entered, else how it came. A payload tells of all of them, also of the empty
    ones: docs.slack.dev, "block_actions payload", `view.state.values`."""
    state: dict[str, dict[str, Any]] = {}
    for block_id, element in interactive(view.blocks):
        if element["type"] in HOLDS and element["type"] != "overflow":
            action_id = str(element["action_id"])
            known = view.state.get(block_id, {}).get(action_id) or untouched(element, view.opened_in)
            state.setdefault(block_id, {})[action_id] = known
    return state


def is_empty(state: Mapping[str, Any]) -> bool:
    return not state.get(HOLDS[state["type"]])


def options_of(element: Element) -> list[dict[str, Any]]:
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group.get("options") or [])]


def _option(options: Sequence[Mapping[str, Any]], wanted: str) -> dict[str, Any]:
    """By its value, or by what is written on it."""
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


def pressed(element: Element, value: Any = None) -> dict[str, Any]:
    """What a button carries in a payload; of two that give feedback, the one with this value. Raises NoSuchOption."""
    shown = element
    if element["type"] == "feedback_buttons":
        buttons = [element[name] for name in ("positive_button", "negative_button")]
        shown = _option(buttons, str(value))
    return {name: shown[name] for name in ("text", "value", "style", "url") if name in shown}


def held(action: Mapping[str, Any]) -> dict[str, Any]:
    name = HOLDS[action["type"]]
    return {"type": action["type"], name: action[name]}


def unfilled(view: View) -> dict[str, str]:
    """The complaints of Slack itself, by block id: required fields that are empty, values that do not fit."""
    return {
        str(block["block_id"]): complaint
        for block in view.blocks
        if block["type"] == "input"
        for state in view.state.get(str(block["block_id"]), {}).values()
        for complaint in _complaints(block, state)
    }


def _complaints(block: Mapping[str, Any], state: Mapping[str, Any]) -> Iterator[str]:
    if not is_empty(state):
        yield from FITS.get(state["type"], _anything)(block["element"], str(state.get("value")))
    elif not block.get("optional"):
        yield REQUIRED


def _anything(_: Element, __: str) -> Iterator[str]:
    yield from ()


def _fits_text(element: Element, value: str) -> Iterator[str]:
    least, most = element.get("min_length") or 0, element.get("max_length") or len(value)
    if len(value) < least:
        yield f"Please enter at least {least} characters."
    if len(value) > most:
        yield f"Please enter no more than {most} characters."


def _fits_number(element: Element, value: str) -> Iterator[str]:
    least, most = element.get("min_value"), element.get("max_value")
    if list(NUMBER(value, "")) or ("." in value and not element["is_decimal_allowed"]):
        yield "Please enter a number." if element["is_decimal_allowed"] else "Please enter a whole number."
    elif least is not None and float(value) < float(least):
        yield f"Please enter a number that is at least {least}."
    elif most is not None and float(value) > float(most):
        yield f"Please enter a number that is at most {most}."


def _fits_email(_: Element, value: str) -> Iterator[str]:
    if not EMAIL.fullmatch(value):
        yield "Please enter a valid email address."


def _fits_url(_: Element, value: str) -> Iterator[str]:
    if not URL.fullmatch(value):
        yield "Please enter a valid URL."


FITS: dict[str, Callable[[Element, str], Iterator[str]]] = {
    "plain_text_input": _fits_text,
    "number_input": _fits_number,
    "email_text_input": _fits_email,
    "url_text_input": _fits_url,
}
"""Assumed: the words in which Slack refuses a value that does not fit."""
