"""Buttons, selects, fields: what each element must be.

docs.slack.dev, "Block elements" and "Composition objects", as read in August 2026.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox import limits
from bot.sandbox.defaults import with_defaults
from bot.sandbox.problems import (
    Check,
    Shape,
    address,
    count,
    each,
    flag,
    is_one_of,
    like,
    listed,
    missing,
    one_of,
    problem,
    string,
    text,
    whole,
    words,
)

Element = Mapping[str, Any]

IN_ACTIONS = frozenset(
    {
        "button",
        "overflow",
        "checkboxes",
        "radio_buttons",
        "datepicker",
        "timepicker",
        "datetimepicker",
        "static_select",
        "users_select",
        "channels_select",
        "conversations_select",
        "external_select",
        "multi_static_select",
        "multi_users_select",
        "multi_channels_select",
        "multi_conversations_select",
        "multi_external_select",
        "workflow_button",
    }
)
IN_SECTIONS = IN_ACTIONS | {"image"}
IN_INPUTS = (IN_ACTIONS - {"button", "overflow", "workflow_button"}) | {
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
    "file_input",
}
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})

LINK = address(limits.URL, "http", "https", "mailto")
PICTURE = address(limits.URL, "http", "https")
DATE = like(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "a date of the form YYYY-MM-DD")
TIME = like(r"([01]\d|2[0-3]):[0-5]\d", "a time of the form HH:mm")
NUMBER = like(r"-?\d+(\.\d+)?", "a number in a string")

CONFIRM = Shape(
    {
        **{name: words(most, is_plain=name != "text") for name, most in limits.CONFIRM.items()},
        "style": one_of("primary", "danger"),
    },
    needs=tuple(limits.CONFIRM),
)
"""docs.slack.dev, "Confirmation dialog object"."""

DISPATCH = Shape(
    {"trigger_actions_on": listed(one_of("on_enter_pressed", "on_character_entered"), 1, 2)},
)
FILTER = Shape(
    {
        "include": listed(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    }
)
SLACK_FILE = Shape({"id": string(limits.ID), "url": string(limits.URL)})


def element_problems(element: Any, place: str, allowed: frozenset[str]) -> Iterator[str]:
    """What is wrong with one element of a block."""
    kind = element.get("type") if isinstance(element, dict) else element
    if not is_one_of(kind, allowed):
        yield problem(f"unsupported type: {kind}", f"{place}/type")
        return
    yield from COMMON(element, place)
    yield from ELEMENTS[str(kind)](element, place)


COMMON = Shape(
    {
        "action_id": string(limits.ID),
        "placeholder": words(limits.PLACEHOLDER, is_plain=True),
        "confirm": CONFIRM,
        "focus_on_load": flag,
        "accessibility_label": string(limits.BUTTON_TEXT),
    }
)


def _pair(least: str, most: str) -> Any:
    """The smaller of two bounds may not be the larger."""

    def check(element: Element, place: str) -> Iterator[str]:
        low, high = _number(element.get(least)), _number(element.get(most))
        if low is not None and high is not None and low > high:
            yield problem(f"must not be more than {most}", f"{place}/{least}")

    return check


def _number(value: Any) -> float | None:
    if isinstance(value, str) and len(value) < limits.ID and not list(NUMBER(value, "")):
        return float(value)
    return value if isinstance(value, int) and abs(value) < 2**53 else None


def _number_input(element: Element, place: str) -> Iterator[str]:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        yield missing("is_decimal_allowed", place)
    for name in ("min_value", "max_value", "initial_value"):
        if element.get("is_decimal_allowed") is False and "." in str(element.get(name) or ""):
            yield problem("must be a whole number", f"{place}/{name}")
    yield from _pair("min_value", "max_value")(element, place)
    yield from _pair("initial_value", "max_value")(element, place)
    yield from _pair("min_value", "initial_value")(element, place)


def _feedback(element: Element, place: str) -> Iterator[str]:
    for name in ("positive_button", "negative_button"):
        yield from FEEDBACK(element.get(name), f"{place}/{name}")


def _image(element: Element, place: str) -> Iterator[str]:
    if not element.get("image_url") and not element.get("slack_file"):
        yield missing("image_url", place)


def _options(element: Element, place: str) -> Iterator[str]:
    """Options or groups of them, and the ones that are chosen at first among them."""
    kind = str(element["type"])
    most, is_plain = limits.OPTIONS[kind], kind not in ("checkboxes", "radio_buttons")
    groups = element.get("option_groups")
    if groups is None or kind not in ("static_select", "multi_static_select"):
        yield from option_list(element.get("options"), f"{place}/options", most, is_plain=is_plain)
    else:
        yield from count(groups, f"{place}/option_groups", 1, limits.GROUPS)
        for index, group in enumerate(each(groups)):
            yield from group_problems(group, f"{place}/option_groups/{index}")
    yield from _chosen_at_first(element, place)


def group_problems(group: Any, place: str) -> Iterator[str]:
    if not isinstance(group, dict):
        yield problem("must provide an object", place)
        return
    yield from text(group.get("label"), f"{place}/label", limits.OPTION_TEXT, is_plain=True)
    yield from option_list(group.get("options"), f"{place}/options", limits.GROUPS, is_plain=True)


def option_list(options: Any, place: str, most: int, *, is_plain: bool) -> Iterator[str]:
    """`is_plain`: menus show plain text only; checkboxes and radio buttons take mrkdwn too."""
    yield from count(options, place, 1, most)
    for index, option in enumerate(each(options)):
        at = f"{place}/{index}"
        if not isinstance(option, dict):
            yield problem("must provide an object", at)
            continue
        yield from text(option.get("text"), f"{at}/text", limits.OPTION_TEXT, is_plain=is_plain)
        yield from text(
            option.get("description"), f"{at}/description", limits.OPTION_TEXT, is_plain=is_plain, is_needed=False
        )
        if not option.get("value"):
            yield missing("value", at)
        yield from string(limits.OPTION_VALUE)(option.get("value"), f"{at}/value")
        if option.get("url") is not None:
            yield from LINK(option["url"], f"{at}/url")


def _chosen_at_first(element: Element, place: str) -> Iterator[str]:
    groups = [group for group in each(element.get("option_groups")) if isinstance(group, dict)]
    offered = [*each(element.get("options")), *(one for group in groups for one in each(group.get("options")))]
    known = with_defaults(offered)
    if element.get("initial_option") is not None and with_defaults(element["initial_option"]) not in known:
        yield problem("must be one of the provided options", f"{place}/initial_option")
    if element.get("initial_options") is not None:
        yield from count(element["initial_options"], f"{place}/initial_options", 1, len(known))
    for index, one in enumerate(each(element.get("initial_options"))):
        if with_defaults(one) not in known:
            yield problem("must be one of the provided options", f"{place}/initial_options/{index}")


def _in_list(name: str) -> dict[str, Check]:
    return {name: listed(string(limits.ID)), "max_selected_items": whole(1, 1000)}


FEEDBACK = Shape(
    {"text": words(limits.BUTTON_TEXT, is_plain=True), "value": string(limits.BUTTON_VALUE)},
    needs=("text", "value"),
)
SEARCHED: dict[str, Check] = {"min_query_length": whole(0, 1000)}
RESPONDS: dict[str, Check] = {"response_url_enabled": flag}

ELEMENTS: dict[str, Shape] = {
    "button": Shape(
        {
            "text": words(limits.BUTTON_TEXT, is_plain=True),
            "value": string(limits.BUTTON_VALUE),
            "url": LINK,
            "style": one_of("primary", "danger"),
        },
        needs=("text",),
    ),
    "workflow_button": Shape({"text": words(limits.BUTTON_TEXT, is_plain=True)}, needs=("text", "workflow")),
    "icon_button": Shape(
        {
            "icon": one_of("trash"),
            "text": words(limits.BUTTON_TEXT, is_plain=True),
            "value": string(limits.BUTTON_VALUE),
        },
        needs=("icon", "text"),
    ),
    "feedback_buttons": Shape(also=_feedback),
    "image": Shape(
        {"image_url": PICTURE, "slack_file": SLACK_FILE, "alt_text": string(limits.LABEL)},
        needs=("alt_text",),
        also=_image,
    ),
    "overflow": Shape(also=_options),
    "checkboxes": Shape(also=_options),
    "radio_buttons": Shape(also=_options),
    "static_select": Shape(also=_options),
    "multi_static_select": Shape({"max_selected_items": whole(1, 1000)}, also=_options),
    "external_select": Shape(SEARCHED),
    "multi_external_select": Shape({**SEARCHED, "max_selected_items": whole(1, 1000)}),
    "users_select": Shape({"initial_user": string(limits.ID)}),
    "multi_users_select": Shape(_in_list("initial_users")),
    "channels_select": Shape({"initial_channel": string(limits.ID), **RESPONDS}),
    "multi_channels_select": Shape(_in_list("initial_channels")),
    "conversations_select": Shape({"initial_conversation": string(limits.ID), "filter": FILTER, **RESPONDS}),
    "multi_conversations_select": Shape({**_in_list("initial_conversations"), "filter": FILTER}),
    "datepicker": Shape({"initial_date": DATE}),
    "timepicker": Shape({"initial_time": TIME, "timezone": string(limits.ID)}),
    "datetimepicker": Shape({"initial_date_time": whole(10**9, 10**10 - 1)}),
    "plain_text_input": Shape(
        {
            "initial_value": string(limits.INPUT),
            "multiline": flag,
            "min_length": whole(0, limits.INPUT),
            "max_length": whole(1, limits.INPUT),
            "dispatch_action_config": DISPATCH,
        },
        also=_pair("min_length", "max_length"),
    ),
    "number_input": Shape(
        {
            "initial_value": NUMBER,
            "min_value": NUMBER,
            "max_value": NUMBER,
            "dispatch_action_config": DISPATCH,
        },
        also=_number_input,
    ),
    "email_text_input": Shape({"initial_value": string(limits.INPUT), "dispatch_action_config": DISPATCH}),
    "url_text_input": Shape({"initial_value": string(limits.INPUT), "dispatch_action_config": DISPATCH}),
    "rich_text_input": Shape({"dispatch_action_config": DISPATCH}),
    "file_input": Shape({"filetypes": listed(string(limits.ID)), "max_files": whole(1, 10)}),
}
"""Type → what it must be."""
