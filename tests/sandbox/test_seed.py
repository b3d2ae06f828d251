"""People, channels and groups from a mapping."""

from typing import Any

import pytest

from bot.sandbox import Sandbox, SeedError, Suggestion

SEED: dict[str, Any] = {
    "people": {
        "dana": {"real_name": "Dana", "tz": "Europe/Madrid"},
        "bo": None,
        "gil": {"guest": True},
        "old": {"deactivated": True},
    },
    "channels": {"general": None, "secret": {"members": ["dana"], "private": True, "app": False}},
    "groups": {"cooks": ["dana", "bo"]},
}


def test_a_seed_furnishes_the_workspace_before_it_serves() -> None:
    sandbox = Sandbox()
    sandbox.load_seed(SEED)
    dana, bo = sandbox.person("dana"), sandbox.person("bo")
    assert (dana.who.real_name, dana.who.tz) == ("Dana", "Europe/Madrid")
    assert sandbox.person("gil").who.is_guest
    assert sandbox.person("old").who.is_deactivated
    assert {dana.id, bo.id, sandbox.bot.id} <= set(sandbox.channel("general").members)
    assert sandbox.channel("secret").members == [dana.id]
    assert sandbox.channel("secret").is_private
    assert [(one.handle, one.users) for one in sandbox.workspace.groups.values()] == [("cooks", [dana.id, bo.id])]


@pytest.mark.parametrize(
    ("seed", "problem"),
    [
        ({"peple": {}}, "peple"),
        ({"people": {"dana": {"timezone": "UTC"}}}, "people.dana.timezone"),
        (
            {"people": {"eli": None, "dana": {"tz": "Europe/Nowhere"}}},
            "people.dana.tz: .*no time zone 'Europe/Nowhere'",
        ),
        ({"people": {"Dana B": None}}, "people.Dana B"),
        ({"channels": {"#general": None}}, "channels.#general"),
        ({"groups": {"x" * 81: []}}, "groups.x+"),
        ({"people": {"dana": {"guest": "perhaps"}}}, "people.dana.guest"),
        ({"channels": {"general": {"members": ["bo"]}}}, "names people that it does not list: bo"),
        ({"suggestions": [{"text": "hello", "by": "bo"}]}, "names people that it does not list: bo"),
        ({"people": {}, "groups": {"cooks": ["bo"]}}, "names people that it does not list: bo"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_nothing_is_added(seed: dict[str, Any], problem: str) -> None:
    sandbox = Sandbox()
    with pytest.raises(SeedError, match=problem):
        sandbox.load_seed({"people": {"eli": None}, **seed})
    assert [one.name for one in sandbox.workspace.people.values()] == ["sandbox_app"]
    assert not sandbox.channels


def test_a_seed_may_suggest_what_to_try() -> None:
    sandbox = Sandbox()
    lunch = {"text": "/lunch", "in": "general", "label": "Order lunch", "by": "bo"}
    sandbox.load_seed({"people": {"bo": None}, "suggestions": ["hello", lunch]})
    assert sandbox.suggestions == [Suggestion("hello"), Suggestion("/lunch", "general", "Order lunch", "bo")]
