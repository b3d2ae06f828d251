"""Buttons, selects, fields: what each element must be."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox import limits
from bot.sandbox.problems import count, length, missing, problem, text


def element_problems(element: Any, place: str, allowed: frozenset[str]) -> Iterator[str]:
    """What is wrong with one element of a block."""
    kind = element.get("type") if isinstance(element, dict) else element
    if not isinstance(element, dict) or kind not in allowed:
        yield problem(f"unsupported type: {kind}", f"{place}/type")
        return
    yield from length(element.get("action_id"), f"{place}/action_id", limits.ID)
    placeholder = element.get("placeholder")
    yield from text(placeholder, f"{place}/placeholder", limits.PLACEHOLDER, is_plain=True, is_needed=False)
    if element.get("confirm") is not None:
        yield from _confirm(element["confirm"], f"{place}/confirm")
    if kind == "button":
        yield from _button(element, place)
    elif kind == "image":
        yield from _image(element, place)
    elif kind == "plain_text_input":
        yield from length(element.get("initial_value"), f"{place}/initial_value", limits.INPUT)
        if int(element.get("max_length") or 1) > limits.INPUT:
            yield problem(f"must be less than {limits.INPUT + 1}", f"{place}/max_length")
    elif kind in limits.OPTIONS:
        yield from _options(element, place, limits.OPTIONS[str(kind)])


def _button(button: Mapping[str, Any], place: str) -> Iterator[str]:
    yield from text(button.get("text"), f"{place}/text", limits.BUTTON_TEXT, is_plain=True)
    yield from length(button.get("value"), f"{place}/value", limits.BUTTON_VALUE)
    yield from length(button.get("url"), f"{place}/url", limits.URL)
    if button.get("style") not in (None, "primary", "danger"):
        yield problem("must be one of: primary, danger", f"{place}/style")


def _image(image: Mapping[str, Any], place: str) -> Iterator[str]:
    if not image.get("image_url") and not image.get("slack_file"):
        yield missing("image_url", place)
    if not image.get("alt_text"):
        yield missing("alt_text", place)
    yield from length(image.get("image_url"), f"{place}/image_url", limits.URL)
    yield from length(image.get("alt_text"), f"{place}/alt_text", limits.LABEL)


def _confirm(confirm: Any, place: str) -> Iterator[str]:
    if not isinstance(confirm, dict):
        yield problem("must provide an object", place)
        return
    for name, most in limits.CONFIRM.items():
        yield from text(confirm.get(name), f"{place}/{name}", most, is_plain=name != "text", is_needed=False)


def _options(element: Mapping[str, Any], place: str, most: int) -> Iterator[str]:
    groups = element.get("option_groups")
    if groups is None:
        yield from _option_list(element.get("options"), f"{place}/options", most)
        return
    yield from count(groups, f"{place}/option_groups", 1, limits.GROUPS)
    for index, group in enumerate(groups):
        at = f"{place}/option_groups/{index}"
        yield from text(group.get("label"), f"{at}/label", limits.OPTION_TEXT, is_plain=True)
        yield from _option_list(group.get("options"), f"{at}/options", most)


def _option_list(options: Any, place: str, most: int) -> Iterator[str]:
    yield from count(options, place, 1, most)
    for index, option in enumerate(options or []):
        at = f"{place}/{index}"
        yield from text(option.get("text"), f"{at}/text", limits.OPTION_TEXT)
        yield from text(option.get("description"), f"{at}/description", limits.OPTION_TEXT, is_needed=False)
        if not option.get("value"):
            yield missing("value", at)
        yield from length(option.get("value"), f"{at}/value", limits.OPTION_VALUE)
