"""Actions in the policy: every mistake with its line, and nothing that would let text or another host through."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.config.settings import Settings, load, missing_secrets
from bot.domain.policy import Automation, Engine, Parameter
from bot.domain.policy_people import named_groups, named_people
from bot.domain.vocabulary import EngineKind, ParameterKind, Priority
from tests.config.test_policy import policy, problems
from tests.domain.given import NOON

GOOD = """\
action_hosts: [api.github.com, rundeck.example]
engines:
  ops: {kind: github, secret: env:MUSTER_ACTION_GITHUB}
  night: {kind: rundeck, url: https://rundeck.example/, secret: env:MUSTER_ACTION_RUNDECK}
actions:
  restart-checkout:
    engine: ops
    repo: example/ops
    workflow: restart.yml
    ref: main
    parameters: {percent: {type: int, min: 1, max: 50}, region: {one_of: [eu, us]}, force: {type: bool}}
    inputs: {team: shop, is_quiet: true}
    approve: [commander, U1, "@sre"]
    dry_run: {input: dry_run}
    cooldown: 10m
    priorities: [P1, P2]
    timeout: 1h
"""


def test_an_action_and_its_engine_are_read(tmp_path: Path) -> None:
    found = policy(GOOD, tmp_path)
    assert found.engines["ops"] == Engine("ops", EngineKind.GITHUB, "https://api.github.com", "MUSTER_ACTION_GITHUB")
    assert found.engines["night"].url == "https://rundeck.example"
    assert found.actions["restart-checkout"] == Automation(
        name="restart-checkout",
        engine="ops",
        target={"repo": "example/ops", "workflow": "restart.yml", "ref": "main"},
        approvers=("commander", "U1", "@sre"),
        parameters=(
            Parameter("percent", ParameterKind.INT, 1, 50),
            Parameter("region", ParameterKind.ONE_OF, options=("eu", "us")),
            Parameter("force", ParameterKind.BOOL),
        ),
        fixed={"team": "shop", "is_quiet": "true"},
        dry_run=("dry_run", "true"),
        cooldown=timedelta(minutes=10),
        priorities=frozenset({Priority.P1, Priority.P2}),
        timeout=timedelta(hours=1),
    )
    assert named_people(found, NOON)["U1"] == ["actions.restart-checkout.approve"]  # type: ignore[index]
    assert named_groups(found)["@sre"] == ["actions.restart-checkout.approve"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[api.github.com, ", "[", "the engine `ops` is on api.github.com, which `action_hosts` does not list"),
        ("api.github.com, ", "https://api.github.com, ", "is no host; write for example api.github.com"),
        ("env:MUSTER_ACTION_GITHUB", "ghp_0123456789", "name the environment variable that holds it, for example env:"),
        ("env:MUSTER_ACTION_GITHUB", "env:SLACK_BOT_TOKEN", "name the environment variable that holds it"),
        ("kind: github", "kind: shell", "kind"),
        ("https://rundeck.example/", "http://rundeck.example", "the address must begin with https://"),
        ("https://rundeck.example/", "https://me:hush@rundeck.example", "write no user or password into the address"),
        ("https://rundeck.example/", "https://127.0.0.1", "the address is a private one"),
        ("https://rundeck.example/", "'https://rundeck.example/?x=1'", "ends with its path"),
        (" url: https://rundeck.example/,", "", "`url` is missing"),
        ("engine: ops", "engine: opps", "there is no engine `opps`; did you mean"),
        ("repo: example/ops", "job: 3f1c", "needs `repo`, `workflow` and `ref` alone"),
        ("workflow: restart.yml", "workflow: ../../x.yml", "workflow"),
        ("ref: main", 'ref: "a b"', "ref"),
        ("type: int, min: 1, max: 50", "type: text", "type"),
        ("type: int, min: 1, max: 50", "type: int", "a number needs `min` and `max`"),
        ("type: int, min: 1, max: 50", "type: int, min: 9, max: 1", "`min` is larger than `max`"),
        ("one_of: [eu, us]", "one_of: [eu, 'us; reboot']", "cannot be chosen; write one word"),
        ("one_of: [eu, us]", "one_of: []", "one_of"),
        ("force: {type: bool}", "muster_key: {type: bool}", "is no name of a parameter"),
        ("inputs: {team: shop", "inputs: {percent: '5'", "`percent` is given twice"),
        ('approve: [commander, U1, "@sre"]', "approve: []", "approve"),
        ('approve: [commander, U1, "@sre"]', "approve: integrations", "a program approves nothing; name people"),
        ("restart-checkout:", "Restart Checkout:", "is no name of an action"),
        ("timeout: 1h", "timeout: 1d", "nothing is watched for longer than 6h"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new), tmp_path)
    assert [one for one in found if told in one], found


def test_an_engine_without_its_secret_is_named_and_the_secret_never(tmp_path: Path) -> None:
    def told(**given: str) -> list[str]:
        settings: Settings = load(given, None, needs_slack=False)
        return [str(one) for one in missing_secrets(settings, policy(text, tmp_path))]

    text = GOOD + "  hook: {engine: hooks, path: /x, approve: anyone}\n"
    text = text.replace(
        "engines:\n", "engines:\n  hooks: {kind: webhook, url: https://rundeck.example, secret: env:MUSTER_ACTION_X}\n"
    )
    given = {"MUSTER_ACTION_GITHUB": "ghp_hush", "MUSTER_ACTION_RUNDECK": "hush"}
    assert told(**given) == [
        "MUSTER_ACTION_X: is missing: the engine hooks of the policy needs it. Set it, or take the engine away."
    ]
    (wrong,) = told(**given, MUSTER_ACTION_X="hush")
    assert wrong.startswith("MUSTER_ACTION_X: is no secret of webhooks: whsec_")
    assert "hush" not in wrong.removeprefix("MUSTER_ACTION_X")
