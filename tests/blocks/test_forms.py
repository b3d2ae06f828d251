"""The forms: within Slack's limits for any policy, and asking only what can be answered."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from bot.blocks import forms
from bot.blocks.message import Rendered
from bot.domain import timeline as t
from bot.domain.policy import Service
from bot.domain.vocabulary import Priority
from tests.blocks.hostile import text
from tests.blocks.reading import fits_as_view
from tests.blocks.story import after
from tests.domain.given import POLICY


def names(view: forms.View) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def field(view: forms.View, name: str) -> forms.View:
    found: forms.View = next(block for block in view["blocks"] if block.get("block_id") == name)
    return found


@given(text)
def test_any_names_and_titles_fit(words: str) -> None:
    services = {f"{words}{number}": Service(f"{words}{number}", words) for number in range(120)}
    policy = replace(POLICY, services=services, categories=(words, "outage"))
    fits_as_view(forms.declare_form(policy, words))
    fits_as_view(forms.result_view(words, Rendered(words)))
    fits_as_view(forms.loading(words))


def test_a_field_is_named_like_its_block_and_its_action() -> None:
    for view in (
        forms.declare_form(POLICY),
        forms.update_form(after(t.UpdatePosted), POLICY),
        forms.resolve_form(after(t.UpdatePosted)),
    ):
        fits_as_view(view)
        assert all(field(view, name)["element"]["action_id"] == name for name in names(view))


def test_only_the_title_is_needed_to_declare() -> None:
    view = forms.declare_form(POLICY)
    assert names(view) == ["title", "impact", "urgency", "priority", "service", "category", "options"]
    assert [name for name in names(view) if not field(view, name)["optional"]] == ["title"]


def test_what_the_policy_does_not_know_is_not_asked() -> None:
    view = forms.declare_form(replace(POLICY, services={}, categories=()))
    assert names(view) == ["title", "impact", "urgency", "priority", "options"]


def test_services_that_slack_has_no_room_for_can_be_typed() -> None:
    services = {f"s{number}": Service(f"s{number}", f"Service {number}") for number in range(101)}
    service = field(forms.declare_form(replace(POLICY, services=services)), "service")
    assert len(service["element"]["options"]) == 100
    assert "can be typed as service:…" in service["hint"]["text"]


@pytest.mark.parametrize(
    ("longest", "offered"),
    [
        (timedelta(hours=4), ["15m", "30m", "1h", "2h", "4h"]),
        (timedelta(minutes=40), ["15m", "30m"]),
    ],
)
def test_an_update_may_promise_what_the_policy_allows(longest: timedelta, offered: list[str]) -> None:
    rules = replace(POLICY.priorities[Priority.P1], max_next=longest)
    policy = replace(POLICY, priorities={**POLICY.priorities, Priority.P1: rules})
    element = field(forms.update_form(after(t.UpdatePosted), policy), "next")["element"]
    assert [one["value"] for one in element["options"]] == offered
    assert element["placeholder"]["text"] == "As usual, in 15 min"


def test_a_policy_that_allows_only_short_promises_has_no_empty_list() -> None:
    rules = replace(POLICY.priorities[Priority.P1], max_next=timedelta(minutes=5))
    policy = replace(POLICY, priorities={**POLICY.priorities, Priority.P1: rules})
    view = forms.update_form(after(t.UpdatePosted), policy)
    fits_as_view(view)
    assert names(view) == ["conditions", "actions", "needs"]


def test_a_resolved_incident_owes_no_next_update() -> None:
    assert "next" not in names(forms.update_form(after(t.IncidentResolved), POLICY))
