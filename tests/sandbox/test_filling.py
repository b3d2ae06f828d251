"""What is entered into fields of every kind, and what Slack itself refuses."""

from typing import Any

import pytest

from bot.sandbox.blocks import check_view
from bot.sandbox.filling import REQUIRED, NoSuchOption, entered, pressed, unfilled, untouched
from bot.sandbox.state import View
from tests.sandbox.bolt_app import plain

SOUP, SALAD = ({"text": plain(one.capitalize()), "value": one} for one in ("soup", "salad"))


def fill(element: dict[str, Any], given: Any, *offered: dict[str, Any]) -> Any:
    """What a payload carries for it."""
    state = entered({"action_id": "a", **element}, given, lambda name: f"U-{name}", offered)
    assert state.pop("type") == element["type"]
    [value] = state.values()
    return value


@pytest.mark.parametrize(
    ("element", "given", "value"),
    [
        ({"type": "plain_text_input"}, "x", "x"),
        ({"type": "number_input", "is_decimal_allowed": False}, 5, "5"),
        ({"type": "datepicker"}, "2026-03-02", "2026-03-02"),
        ({"type": "timepicker"}, "09:30", "09:30"),
        ({"type": "datetimepicker"}, "1772442000", 1772442000),
        ({"type": "static_select", "options": [SOUP, SALAD]}, "Salad", SALAD),
        ({"type": "multi_static_select", "options": [SOUP, SALAD]}, ["soup"], [SOUP]),
        ({"type": "users_select"}, "dana", "U-dana"),
        ({"type": "multi_users_select"}, ["dana"], ["U-dana"]),
        ({"type": "checkboxes", "options": [SOUP]}, None, []),
        ({"type": "users_select"}, "", None),
    ],
)
def test_what_is_entered_has_the_form_of_its_field(element: dict[str, Any], given: Any, value: Any) -> None:
    assert fill(element, given) == value


def test_an_external_select_takes_what_the_app_offered() -> None:
    assert fill({"type": "external_select"}, "soup", SOUP, SALAD) == SOUP
    with pytest.raises(NoSuchOption, match="no option “cake”, only soup, salad"):
        fill({"type": "external_select"}, "cake", SOUP, SALAD)


def test_feedback_carries_the_button_that_was_pressed() -> None:
    element = {"type": "feedback_buttons", "action_id": "a", "positive_button": SOUP, "negative_button": SALAD}
    assert pressed(element, "salad") == SALAD
    with pytest.raises(NoSuchOption, match="no option “cake”, only soup, salad"):
        pressed(element, "cake")


def test_rich_text_is_typed_as_in_a_message() -> None:
    written = fill({"type": "rich_text_input"}, "a < *b*")
    assert written["elements"][0]["elements"] == [
        {"type": "text", "text": "a < "},
        {"type": "text", "text": "b", "style": {"bold": True}},
    ]


@pytest.mark.parametrize(
    ("element", "given", "why"),
    [
        ({"type": "datepicker"}, "2.3.2026", "no date"),
        ({"type": "timepicker"}, "9:30", "no time"),
        ({"type": "datetimepicker"}, "tomorrow", "no moment"),
        ({"type": "file_input", "max_files": 1}, ["a.txt", "b.txt"], "no more than 1"),
        ({"type": "multi_users_select", "max_selected_items": 1}, ["dana", "bo"], "no more than 1"),
    ],
)
def test_what_a_field_cannot_hold_is_not_entered(element: dict[str, Any], given: Any, why: str) -> None:
    with pytest.raises(NoSuchOption, match=why):
        fill(element, given)


def complaint(element: dict[str, Any], value: Any, *, optional: bool = False) -> str | None:
    """What stands under a field that is sent with this value."""
    element = {"action_id": "a", **element}
    field = {"type": "input", "block_id": "b", "label": plain("x"), "element": element, "optional": optional}
    content = check_view({"type": "modal", "title": plain("x"), "submit": plain("x"), "blocks": [field]})
    state = untouched(element) if value is None else entered(element, value, str)
    return unfilled(View("V1", "U1", content, "h", state={"b": {"a": state}})).get("b")


BETWEEN: dict[str, Any] = {"type": "number_input", "is_decimal_allowed": True, "min_value": "1", "max_value": "2.5"}
WHOLE: dict[str, Any] = {"type": "number_input", "is_decimal_allowed": False}


@pytest.mark.parametrize(
    ("element", "value", "said"),
    [
        ({"type": "plain_text_input"}, None, REQUIRED),
        ({"type": "plain_text_input", "min_length": 3}, "ab", "Please enter at least 3 characters."),
        ({"type": "plain_text_input", "max_length": 3}, "abcd", "Please enter no more than 3 characters."),
        ({"type": "plain_text_input", "max_length": 3}, "abc", None),
        (BETWEEN, "two", "Please enter a number."),
        (BETWEEN, "0.5", "Please enter a number that is at least 1."),
        (BETWEEN, "3", "Please enter a number that is at most 2.5."),
        (BETWEEN, "2.5", None),
        (WHOLE, "1.5", "Please enter a whole number."),
        ({"type": "email_text_input"}, "dana", "Please enter a valid email address."),
        ({"type": "email_text_input"}, "dana@sandbox.example", None),
        ({"type": "url_text_input"}, "a.example", "Please enter a valid URL."),
        ({"type": "url_text_input"}, "https://a.example", None),
    ],
)
def test_slack_itself_says_what_does_not_fit(element: dict[str, Any], value: Any, said: str | None) -> None:
    assert complaint(element, value) == said


def test_a_field_that_may_stay_empty_may() -> None:
    assert complaint({"type": "plain_text_input", "min_length": 3}, None, optional=True) is None
