"""No text of anybody's reaches an engine: what is not in the policy's lists is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.automation import (
    GivenTwice,
    NamedAction,
    NotAParameter,
    NotPossible,
    StillToGive,
    chosen,
    complete,
    named_action,
)
from bot.domain.policy import Automation, Parameter
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import ParameterKind

ACTION = Automation(
    "restart",
    "ops",
    {"path": "/restart"},
    ("anyone",),
    parameters=(
        Parameter("percent", ParameterKind.INT, 1, 50),
        Parameter("force", ParameterKind.BOOL),
        Parameter("region", ParameterKind.ONE_OF, options=("eu", "us")),
        Parameter("service", ParameterKind.SERVICE),
    ),
)
SERVICES = ("checkout", "search")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("percent=10", {"percent": "10"}),
        ("percent:007", {"percent": "7"}),
        ("force=YES", {"force": "true"}),
        ("region=eu", {"region": "eu"}),
        ("service=search", {"service": "search"}),
    ],
)
def test_what_is_possible_is_read(typed: str, value: dict[str, str]) -> None:
    assert chosen(ACTION, [typed], [], SERVICES) == value


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("percent=0", NotPossible),
        ("percent=51", NotPossible),
        ("percent=1e1", NotPossible),
        ("percent=٣", NotPossible),
        ("force=maybe", NotPossible),
        ("region=EU", NotPossible),
        ("region=eu;reboot", NotPossible),
        ("service=payments", NotPossible),
        ("host=db-1", NotAParameter),
        ("just words", NotAParameter),
        ("percent", NotAParameter),
        ("muster_key=INC-1-a1-0", NotAParameter),
    ],
)
def test_anything_else_is_refused(typed: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        chosen(ACTION, [typed], [], SERVICES)


def test_what_is_typed_wins_over_the_runbook_and_nothing_is_given_twice() -> None:
    assert chosen(ACTION, ["percent=20"], ["percent=10"], SERVICES) == {"percent": "20"}
    with pytest.raises(GivenTwice):
        chosen(ACTION, ["percent=20", "percent=30"], [], SERVICES)


def test_what_is_missing_is_named_with_what_it_may_be() -> None:
    with pytest.raises(StillToGive) as refused:
        complete(ACTION, {"percent": "10", "force": "true"})
    assert str(refused.value) == (
        "`restart` needs `region` (one of eu, us), `service` (a service of the policy): "
        "add `region=eu service=checkout`."
    )


@given(st.lists(st.text(max_size=30), max_size=4))
def test_of_any_text_only_listed_values_come_through(typed: list[str]) -> None:
    try:
        values = chosen(ACTION, typed, [], SERVICES)
    except Refusal:
        return
    assert all(
        name in {"percent", "force", "region", "service"} and (value.isdecimal() or value in {"true", "false"})
        for name, value in values.items()
        if name in ("percent", "force")
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("restart-checkout", NamedAction("restart-checkout")),
        (" restart_it  percent=10 region:eu ", NamedAction("restart_it", ("percent=10", "region:eu"))),
        ("kubectl rollout restart deployment/checkout", None),
        ("rm -rf /", None),
        ("", None),
    ],
)
def test_code_names_an_action_only_in_its_form(text: str, named: NamedAction | None) -> None:
    assert named_action(text) == named
