"""A form that is shown once more."""

from typing import Any

from bot.door.reply import Say
from bot.slack import views

LABEL = {"type": "plain_text", "text": "Label"}
HIGH = {"text": LABEL, "value": "high"}


def field(name: str, kind: str) -> dict[str, Any]:
    return {"type": "input", "block_id": name, "label": LABEL, "element": {"type": kind, "action_id": name}}


SENT: dict[str, Any] = {
    "id": "V1",
    "hash": "h",
    "callback_id": "declare",
    "private_metadata": "INC-1",
    "title": {"type": "plain_text", "text": "Declare"},
    "submit": {"type": "plain_text", "text": "Declare"},
    "blocks": [field("title", "plain_text_input"), field("impact", "static_select"), field("options", "checkboxes")],
    "state": {
        "values": {
            "title": {"title": {"type": "plain_text_input", "value": "it is down"}},
            "impact": {"impact": {"type": "static_select", "selected_option": HIGH}},
            "options": {"options": {"type": "checkboxes", "selected_options": []}},
        }
    },
}


def test_a_form_shown_again_says_what_is_wrong_and_keeps_what_was_filled_in() -> None:
    shown = views.again(SENT, {"title": "Too <short>."})
    warning, title, impact, options = shown["blocks"]
    assert warning["text"]["text"] == ":warning: Too &lt;short&gt;."
    assert title["element"]["initial_value"] == "it is down"
    assert impact["element"]["initial_option"] == HIGH
    assert options["element"] == {"type": "checkboxes", "action_id": "options"}
    assert (shown["callback_id"], shown["private_metadata"]) == ("declare", "INC-1")
    assert "id" not in shown
    assert "state" not in shown


def test_an_error_for_no_field_of_the_form_is_shown_at_the_first() -> None:
    assert views.fitting({"nowhere": "No."}, SENT) == {"title": "No."}
    assert views.fitting({"impact": "No."}, SENT) == {"impact": "No."}


def test_a_result_takes_the_title_of_its_form() -> None:
    shown = views.result(views.title_of(SENT), Say("Done."))
    assert shown["title"]["text"] == "Declare"
    assert "submit" not in shown


def test_a_title_is_found_only_where_there_is_one() -> None:
    assert views.title_of({}) == ""
    assert views.title_of({"title": None}) == ""
