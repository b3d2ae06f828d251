"""Block Kit's limits: what is just allowed, what is just too much, and where Slack says it is."""

from typing import Any

import pytest

from bot.sandbox.blocks import check_message, check_view
from bot.sandbox.errors import SlackError
from tests.sandbox.bolt_app import FORM, plain

Block = dict[str, Any]


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Block:
    return {"type": "section", "text": mrkdwn("x"), **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(number: int = 0, **more: Any) -> Block:
    return {"type": "button", "action_id": f"b{number}", "text": plain("Go"), **more}


def select(count: int, **more: Any) -> Block:
    options = [{"text": plain("x"), "value": str(number)} for number in range(count)]
    return {"type": "static_select", "action_id": "s", "options": options, **more}


def field(element: Block, **more: Any) -> Block:
    return {"type": "input", "label": plain("x"), "element": element, **more}


def image(**more: Any) -> Block:
    return {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "x", **more}


def table(rows: int, columns: int) -> Block:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


CONFIRM = {"title": plain("Sure?"), "text": plain("Really?"), "confirm": plain("Yes"), "deny": plain("No")}
OPTION = {"text": plain("x"), "value": "0"}
VIDEO = {
    "type": "video",
    "title": plain("x"),
    "alt_text": "x",
    "video_url": "https://a.example/x",
    "thumbnail_url": "https://a.example/x.png",
}


def rich(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def cell(content: Any) -> Block:
    return {"type": "table", "rows": [[content]]}


JUST_RIGHT_AND_TOO_MUCH = [
    ("section text", lambda n: section(text=mrkdwn("x" * n)), 3000, "/blocks/0/text/text"),
    ("fields", lambda n: section(fields=[mrkdwn("x")] * n), 10, "/blocks/0/fields"),
    ("field", lambda n: section(fields=[mrkdwn("x" * n)]), 2000, "/blocks/0/fields/0/text"),
    ("header", lambda n: {"type": "header", "text": plain("x" * n)}, 150, "/blocks/0/text/text"),
    ("context", lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}, 10, "/blocks/0/elements"),
    ("actions", lambda n: actions(*(button(one) for one in range(n))), 25, "/blocks/0/elements"),
    ("button text", lambda n: actions(button(text=plain("x" * n))), 75, "/blocks/0/elements/0/text/text"),
    ("button value", lambda n: actions(button(value="x" * n)), 2000, "/blocks/0/elements/0/value"),
    ("button url", lambda n: actions(button(url="https://" + "x" * (n - 8))), 3000, "/blocks/0/elements/0/url"),
    ("action id", lambda n: actions(button(action_id="x" * n)), 255, "/blocks/0/elements/0/action_id"),
    ("block id", lambda n: section(block_id="x" * n), 255, "/blocks/0/block_id"),
    ("options", lambda n: actions(select(n)), 100, "/blocks/0/elements/0/options"),
    ("overflow", lambda n: section(accessory={**select(n), "type": "overflow"}), 5, "/blocks/0/accessory/options"),
    ("radio", lambda n: field({**select(n), "type": "radio_buttons"}), 10, "/blocks/0/element/options"),
    ("checkboxes", lambda n: field({**select(n), "type": "checkboxes"}), 10, "/blocks/0/element/options"),
    (
        "option text",
        lambda n: actions(select(1, options=[{"text": plain("x" * n), "value": "1"}])),
        75,
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        "option value",
        lambda n: actions(select(1, options=[{"text": plain("x"), "value": "x" * n}])),
        150,
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        "placeholder",
        lambda n: actions(select(1, placeholder=plain("x" * n))),
        150,
        "/blocks/0/elements/0/placeholder/text",
    ),
    (
        "confirmation",
        lambda n: actions(button(confirm={**CONFIRM, "title": plain("x" * n)})),
        100,
        "/blocks/0/elements/0/confirm/title/text",
    ),
    ("label", lambda n: field(select(1), label=plain("x" * n)), 2000, "/blocks/0/label/text"),
    ("hint", lambda n: field(select(1), hint=plain("x" * n)), 2000, "/blocks/0/hint/text"),
    ("alternative text", lambda n: image(alt_text="x" * n), 2000, "/blocks/0/alt_text"),
    ("markdown", lambda n: {"type": "markdown", "text": "x" * n}, 12_000, "/blocks/0/text"),
    ("video title", lambda n: {**VIDEO, "title": plain("x" * n)}, 200, "/blocks/0/title/text"),
    (
        "context actions",
        lambda n: {
            "type": "context_actions",
            "elements": [{"type": "icon_button", "icon": "trash", "text": plain("x")} for _ in range(n)],
        },
        5,
        "/blocks/0/elements",
    ),
    (
        "max length",
        lambda n: field({"type": "plain_text_input", "max_length": n}),
        3000,
        "/blocks/0/element/max_length",
    ),
    ("files", lambda n: field({"type": "file_input", "max_files": n}), 10, "/blocks/0/element/max_files"),
    ("rows", lambda n: table(n, 1), 100, "/blocks/0/rows"),
    ("columns", lambda n: table(1, n), 20, "/blocks/0/rows/0"),
]


@pytest.mark.parametrize(
    ("make", "most", "where"),
    [case[1:] for case in JUST_RIGHT_AND_TOO_MUCH],
    ids=[case[0] for case in JUST_RIGHT_AND_TOO_MUCH],
)
def test_the_most_is_taken_and_one_more_is_refused_where_it_stands(make: Any, most: int, where: str) -> None:
    check_message([make(most)])
    with pytest.raises(SlackError) as refused:
        check_message([make(most + 1)])
    assert refused.value.code == "invalid_blocks"
    assert f"[json-pointer:{where}]" in refused.value.more["response_metadata"]["messages"][0]


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"type": "section"}, "missing required field: text or fields"),
        (section(text=plain("")), "must be more than 0 characters"),
        (section(text="words"), "must be a plain_text or mrkdwn object"),
        ({"type": "header", "text": mrkdwn("x")}, "must be a plain_text object"),
        (actions(), "must have at least 1 item"),
        (actions(button(1), button(1)), "action_id: b1 already exists"),
        (actions(button(style="loud")), "must be one of: primary, danger"),
        (actions({"type": "plain_text_input", "action_id": "x"}), "unsupported type: plain_text_input"),
        (field(button()), "unsupported type: button"),
        ({"type": "input", "label": plain("x")}, "missing required field: element"),
        (image(alt_text=""), "missing required field: alt_text"),
        (actions(button(url="javascript:alert(1)")), "must be a valid URL: http or https or mailto"),
        (actions(button(confirm={"title": plain("x")})), "missing required field: text"),
        (actions({"type": "icon_button", "icon": "trash", "text": plain("x")}), "unsupported type: icon_button"),
        (actions(select(2, initial_option={**OPTION, "value": "7"})), "must be one of the provided options"),
        (actions(select(1, options=[{"text": mrkdwn("x"), "value": "1"}])), "must be a plain_text object"),
        (actions(select(1, options=["x"])), "must provide an object"),
        (actions(select(1, options=None)), "must be an array"),
        (actions({"type": "multi_static_select", "options": [OPTION], "max_selected_items": 0}), "must be between 1"),
        (actions({"type": "datepicker", "initial_date": "3.2.2026"}), "must be a date of the form YYYY-MM-DD"),
        (actions({"type": "timepicker", "initial_time": "24:00"}), "must be a time of the form HH:mm"),
        (actions({"type": "datetimepicker", "initial_date_time": 1}), "must be between"),
        (field({"type": "number_input"}), "missing required field: is_decimal_allowed"),
        (field({"type": "number_input", "is_decimal_allowed": False, "min_value": "1.5"}), "must be a whole number"),
        (
            field({"type": "number_input", "is_decimal_allowed": True, "min_value": "2", "max_value": "1"}),
            "must not be more than max_value",
        ),
        (field({"type": "plain_text_input", "min_length": 9, "max_length": 8}), "must not be more than max_length"),
        (field(select(1), optional="yes"), "must be a boolean"),
        (cell({"type": "raw_text", "text": ""}), "missing required field: text"),
        (cell({"type": "raw_number", "value": "1"}), "must be a number"),
        (cell(section()), "unsupported type: section"),
        (rich({"type": "rich_text_section", "elements": [{"type": "wink"}]}), "unsupported type: wink"),
        (rich({"type": "rich_text_list", "style": "roman", "elements": []}), "must be one of: bullet, ordered"),
        (rich({"type": "text", "text": "x"}), "unsupported type: text"),
        ({**VIDEO, "video_url": "http://a.example"}, "must be a valid URL: https"),
        ({"type": "file", "external_id": "x"}, "missing required field: source"),
        ({"type": "carousel_of_dreams"}, "unsupported type: carousel_of_dreams"),
    ],
)
def test_what_is_wrong_with_a_block_is_said(block: Block, problem: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_message([block])
    assert problem in refused.value.more["response_metadata"]["messages"][0]


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(SlackError) as refused:
        check_message([section(text=mrkdwn("")), {"type": "nonsense"}, section(block_id="a"), section(block_id="a")])
    assert len(refused.value.more["response_metadata"]["messages"]) == 3


def test_blocks_and_elements_without_ids_are_given_some() -> None:
    first, second = check_message([section(), actions({"type": "button", "text": plain("Go")})])
    assert first["block_id"] != second["block_id"]
    assert second["elements"][0]["action_id"]
    assert check_message([section(block_id="mine")])[0]["block_id"] == "mine"


@pytest.mark.parametrize(("name", "most"), [("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)])
def test_the_words_that_travel_with_a_view_have_their_limits(name: str, most: int) -> None:
    check_view({**FORM, name: "x" * most})
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view({**FORM, name: "x" * (most + 1)})


def test_a_view_has_blocks_and_is_not_too_large() -> None:
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view({**FORM, "blocks": []})
    with pytest.raises(SlackError, match="view_too_large"):
        check_view({**FORM, "blocks": [section(text=mrkdwn("é" * 2900))] * 90})


@pytest.mark.parametrize(
    "block",
    [
        actions(select(2, initial_option={"text": plain("x"), "value": "1"})),
        actions({"type": "datepicker", "initial_date": "2026-03-02"}),
        actions({"type": "timepicker", "initial_time": "09:30"}),
        actions({"type": "datetimepicker", "initial_date_time": 1772442000}),
        field({**select(2), "type": "checkboxes", "options": [{"text": mrkdwn("*x*"), "value": "1"}]}),
        field({"type": "number_input", "is_decimal_allowed": True, "min_value": "-1.5", "initial_value": "2"}),
        field({"type": "multi_users_select", "initial_users": ["U1"]}, dispatch_action=True),
        cell({"type": "raw_number", "value": 1.5}),
        cell(rich({"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]})),
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]], "column_settings": [None, {"align": "right"}]},
        VIDEO,
        {"type": "context_actions", "elements": [{"type": "feedback_buttons", "action_id": "f",
         "positive_button": {"text": plain("Good"), "value": "1"},
         "negative_button": {"text": plain("Bad"), "value": "0"}}]},
    ],
)  # fmt: skip
def test_what_is_as_documented_is_taken(block: Block) -> None:
    check_message([block])


def test_a_message_has_one_table() -> None:
    with pytest.raises(SlackError) as refused:
        check_message([table(1, 1), table(1, 1)])
    assert "only_one_table_allowed" in refused.value.more["response_metadata"]["messages"][0]


def test_one_field_of_a_view_takes_the_focus() -> None:
    focused = [field({"type": "plain_text_input", "focus_on_load": True}) for _ in range(2)]
    check_view({**FORM, "blocks": focused[:1]})
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view({**FORM, "blocks": focused})
