"""What an app's answer to a form does to the views that are open."""

from typing import Any

import pytest

from bot.sandbox import Sandbox, View
from bot.sandbox.errors import SlackError
from tests.sandbox.bolt_app import FORM, office, plain
from tests.sandbox.test_people import opened

HOME = {"type": "home", "blocks": [{"type": "divider"}]}


def opened_form(sandbox: Sandbox) -> View:
    return sandbox.views.open(sandbox.add_person("dana").id, FORM)


def stack(sandbox: Sandbox) -> list[str]:
    return [view.title for view in sandbox.workspace.stacks[sandbox.person("dana").id]]


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ({}, []),
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": {**FORM, "title": plain("Menu")}}, ["Menu"]),
        ({"response_action": "push", "view": {**FORM, "title": plain("Menu")}}, ["Lunch", "Menu"]),
        ({"response_action": "errors", "errors": {"dish": "No."}}, ["Lunch"]),
    ],
)
def test_an_answer_changes_the_stack(answer: dict[str, Any], titles: list[str]) -> None:
    sandbox = Sandbox()
    view = opened_form(sandbox)
    sandbox.views.answered(view, answer)
    assert stack(sandbox) == titles


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "dance"},
        {"response_action": "update"},
        {"response_action": "update", "view": {**FORM, "blocks": [{"type": "nonsense"}]}},
        {"response_action": "update", "view": HOME},
        {"response_action": "push", "view": "x"},
        {"response_action": "errors"},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"dessert": "There is none."}},
    ],
)
def test_an_answer_that_cannot_be_used_changes_nothing(answer: dict[str, Any]) -> None:
    sandbox = Sandbox()
    view = opened_form(sandbox)
    with pytest.raises(SlackError):
        sandbox.views.answered(view, answer)
    assert stack(sandbox) == ["Lunch"]
    assert not view.errors


async def test_a_person_is_told_of_trouble_when_the_answer_cannot_be_used() -> None:
    async with office() as found:
        await opened(found, FORM)
        answer = await found.dana.submits({"dish": "nothing"})
        assert (answer.ok, answer.timed_out) == (False, True)
        assert found.dana.view is not None
        assert (await found.dana.submits({"dish": "soup"})).ok
