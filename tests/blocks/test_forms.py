"""The forms: within Slack's limits for any policy, and asking only what can be answered."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from bot.blocks import forms
from bot.blocks.declare_form import declare_form
from bot.blocks.message import Rendered
from bot.domain import timeline as t
from bot.domain.declaration import Declaration
from bot.domain.policy import Service
from bot.domain.vocabulary import Level, Matter, Priority, Severity
from tests.blocks.hostile import text
from tests.blocks.reading import fits_as_view
from tests.blocks.story import after
from tests.domain.given import BO, NOON, POLICY

EMPTY = Declaration("")


def names(view: forms.View) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def field(view: forms.View, name: str) -> forms.View:
    found: forms.View = next(block for block in view["blocks"] if block.get("block_id") == name)
    return found


@given(text)
def test_any_names_and_titles_fit(words: str) -> None:
    services = {f"{words}{number}": Service(f"{words}{number}", words) for number in range(120)}
    policy = replace(POLICY, services=services, categories=(words, "outage"))
    fits_as_view(declare_form(policy, Declaration(words), NOON))
    fits_as_view(forms.result_view(words, Rendered(words)))
    fits_as_view(forms.loading(words))


def test_a_field_is_named_like_its_block_and_its_action() -> None:
    incident = after(t.UpdatePosted)
    for view in (
        declare_form(POLICY, EMPTY, NOON, is_unfolded=True),
        forms.update_form(incident, POLICY),
        forms.commander_form(incident, "handover"),
        forms.role_form(incident),
        forms.page_form(incident, POLICY),
        forms.page_form(incident, replace(POLICY, services={})),
        *(forms.question_form(incident, verb) for verb in forms.QUESTIONS),
    ):
        fits_as_view(view)
        assert all(field(view, name)["element"]["action_id"] == name for name in names(view))


def test_only_the_title_is_needed_to_declare() -> None:
    assert names(declare_form(POLICY, EMPTY, NOON)) == ["title", "impact", "urgency", "service", "users"]
    view = declare_form(POLICY, EMPTY, NOON, is_unfolded=True)
    assert names(view) == [
        *("title", "impact", "urgency", "service", "users"),
        *("options", "priority", "category", "severity", "source", "reporter", "matter"),
    ]
    assert [name for name in names(view) if not field(view, name)["optional"]] == ["title"]


def test_what_the_policy_does_not_know_is_not_asked() -> None:
    view = declare_form(replace(POLICY, services={}, categories=(), sources=()), EMPTY, NOON, is_unfolded=True)
    assert names(view) == [
        *("title", "impact", "urgency", "users", "options", "priority", "severity", "reporter", "matter"),
    ]


def test_the_priority_that_follows_is_shown_with_why() -> None:
    draft = Declaration("", Level.HIGH, service="checkout")
    told = field(declare_form(POLICY, draft, NOON), "outcome")["text"]["text"]
    assert told == (
        "*P1, Critical*: impact high, urgency high (assumed). Command should be accepted within 5 min, and the first "
        "update is due within 15 min."
    )


def test_what_is_known_already_stands_in_the_form() -> None:
    draft = Declaration(
        "slow",
        Level.LOW,
        Level.HIGH,
        Priority.P1,
        "checkout",
        "outage",
        Severity.SEV2,
        "alert",
        "it is slow",
        BO,
        is_private=True,
    )
    view = declare_form(POLICY, draft, NOON)
    fits_as_view(view)
    opened = {name: field(view, name)["element"] for name in names(view)}
    options = {name: one["initial_option"]["value"] for name, one in opened.items() if "initial_option" in one}
    assert options == {
        "matter": "incident",
        "impact": "low",
        "urgency": "high",
        "priority": "P1",
        "service": "checkout",
        "category": "outage",
        "severity": "SEV-2",
        "source": "alert",
    }
    assert (opened["title"]["initial_value"], opened["users"]["initial_value"]) == ("slow", "it is slow")
    assert opened["reporter"]["initial_user"] == BO
    assert [one["value"] for one in opened["options"]["initial_options"]] == ["private"]


def test_what_is_no_incident_is_told_where_it_belongs() -> None:
    view = declare_form(POLICY, EMPTY, NOON, Matter.REQUEST)
    assert field(view, "elsewhere")["text"]["text"] == POLICY.elsewhere.request
    assert not [block for block in declare_form(POLICY, EMPTY, NOON)["blocks"] if block["block_id"] == "elsewhere"]


def test_services_that_slack_has_no_room_for_can_be_typed() -> None:
    services = {f"s{number}": Service(f"s{number}", f"Service {number}") for number in range(101)}
    service = field(declare_form(replace(POLICY, services=services), EMPTY, NOON), "service")
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
    assert names(view) == ["conditions", "actions", "needs", "status", "priority"]


def test_an_update_offers_the_status_and_priority_that_may_follow() -> None:
    view = forms.update_form(after(t.UpdatePosted), POLICY)
    status = field(view, "status")["element"]
    assert [one["value"] for one in status["options"]] == ["investigating", "mitigated", "resolved"]
    assert status["initial_option"]["value"] == "investigating"
    assert "status" not in names(forms.update_form(after(t.IncidentResolved), POLICY))


def test_a_resolved_incident_owes_no_next_update() -> None:
    assert "next" not in names(forms.update_form(after(t.IncidentResolved), POLICY))
