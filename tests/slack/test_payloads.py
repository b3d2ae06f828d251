"""From what people typed, clicked and sent to plain values."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.ids import WorkspaceId
from bot.slack.payloads import read_change, read_click, read_command, read_shortcut, read_submission

T1 = WorkspaceId("T1")
COMMAND: dict[str, Any] = {
    "command": "/incident",
    "text": "update all is well",
    "team_id": "TOTHER",
    "user_id": "U1",
    "channel_id": "C1",
    "trigger_id": "1.2.x",
    "response_url": "http://127.0.0.1/r",
    "enterprise_name": "ignored",
}
CLICK: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U1", "username": "dana"},
    "channel": {"id": "C1"},
    "trigger_id": "1.2.y",
    "response_url": "http://127.0.0.1/r",
    "actions": [{"type": "button", "action_id": "command:accept", "value": "INC-1 accept"}],
}


def test_a_command_belongs_to_the_installation_not_to_the_payloads_team() -> None:
    typed = read_command(COMMAND, T1)
    assert (typed.workspace, typed.user, typed.channel, typed.text) == ("T1", "U1", "C1", "update all is well")
    assert typed.sender_id == typed.trigger_id == "1.2.x"
    assert not typed.is_click


def test_nothing_that_cannot_be_stored_comes_in() -> None:
    assert read_command({**COMMAND, "text": "up\x00date \udfff"}, T1).text == "update "


def test_a_button_is_the_command_it_stands_for() -> None:
    typed = read_click(CLICK, T1)
    assert (typed.text, typed.channel, typed.is_click, typed.sender_id) == ("INC-1 accept", "C1", True, "1.2.y")


def test_a_chosen_option_is_the_command_it_stands_for() -> None:
    chosen = {"type": "static_select", "action_id": "command:p", "selected_option": {"value": "INC-1 priority P2 x"}}
    assert read_click({**CLICK, "actions": [chosen]}, T1).text == "INC-1 priority P2 x"


def test_a_form_is_read_by_the_names_of_its_fields_and_empty_ones_are_left_out() -> None:
    state = {
        "title": {"title": {"type": "plain_text_input", "value": "it is down"}},
        "impact": {"impact": {"type": "static_select", "selected_option": {"value": "high", "text": {}}}},
        "options": {"options": {"type": "checkboxes", "selected_options": [{"value": "private"}, {"value": "drill"}]}},
        "who": {"who": {"type": "multi_users_select", "selected_users": ["U1", "U2"]}},
        "when": {"when": {"type": "datetimepicker", "selected_date_time": 1772442000}},
        "empty": {"empty": {"type": "plain_text_input", "value": None}},
        "unticked": {"unticked": {"type": "checkboxes", "selected_options": []}},
    }
    view = {"id": "V1", "hash": "h1", "callback_id": "declare", "private_metadata": "INC-1", "state": {"values": state}}
    sent = read_submission({"type": "view_submission", "user": {"id": "U1"}, "view": view, "trigger_id": "1.2.z"}, T1)
    assert (sent.sender_id, sent.form, sent.carried, sent.view_id) == ("V1:h1", "declare", "INC-1", "V1")
    assert sent.values == {
        "title": "it is down",
        "impact": "high",
        "options": ("private", "drill"),
        "who": ("U1", "U2"),
        "when": "1772442000",
    }


def test_a_change_in_a_form_tells_all_that_stands_in_it() -> None:
    state = {"impact": {"impact": {"type": "static_select", "selected_option": {"value": "high"}}}}
    view = {"id": "V1", "type": "modal", "callback_id": "declare", "private_metadata": "", "state": {"values": state}}
    changed = read_change({"type": "block_actions", "user": {"id": "U1"}, "view": view}, T1)
    assert (changed.form, changed.view_id, changed.user, changed.values) == ("declare", "V1", "U1", {"impact": "high"})


@pytest.mark.parametrize("missing", ["user_id", "channel_id", "trigger_id"])
def test_a_command_without_what_we_need_is_refused_and_its_text_stays_out_of_the_error(missing: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_command({name: value for name, value in COMMAND.items() if name != missing}, T1)
    assert "all is well" not in str(refused.value)


@pytest.mark.parametrize(
    ("channel", "name", "is_public"),
    [
        ("C0123456789", "general", True),
        ("C0123456789", "privategroup", False),
        ("C0123456789", "mpdm-dana--bo--chen-1", False),
        ("C0123456789", "", False),
        ("G0123456789", "general", False),
        ("D0123456789", "directmessage", False),
        ("D0123456789", "general", False),
    ],
)
def test_a_message_counts_as_public_only_when_that_is_certain(channel: str, name: str, is_public: bool) -> None:
    body = {
        "user": {"id": "UDANA"},
        "trigger_id": "1.2",
        "callback_id": "declare_from_message",
        "channel": {"id": channel, "name": name},
        "message": {"ts": "1772452800.000100", "user": "UBO", "text": "it is down"},
    }
    shared = read_shortcut(body, WorkspaceId("T1"), "https://acme.slack.com/").on
    assert shared is not None
    assert shared.is_public == is_public
