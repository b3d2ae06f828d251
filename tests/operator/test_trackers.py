"""`muster trackers check`, and what the check-up says of trackers."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner
from pydantic import SecretStr

from bot.cli import main
from bot.config.settings import Settings
from bot.domain.policy import Policy
from bot.operator.trackers import examine_trackers, look
from tests.domain.given import POLICY
from tests.integrations.trackers.fake_github import FakeGitHub
from tests.integrations.trackers.fake_jira import FakeJira
from tests.integrations.trackers.fakes import TOKEN, VARIABLE, Fake, serving

SET = Settings.model_validate({"tracker_secrets": {VARIABLE: SecretStr(TOKEN)}})


@asynccontextmanager
async def two_trackers() -> AsyncIterator[tuple[Fake, FakeJira, Policy]]:
    async with serving(FakeGitHub()) as github, serving(FakeJira()) as jira:
        assert isinstance(jira, FakeJira)
        places = {"shop": replace(github.place(), name="shop"), "ops": replace(jira.place(), name="ops")}
        yield github, jira, replace(POLICY, trackers=places)


async def test_what_stands_in_the_way_is_found_and_nothing_is_written() -> None:
    async with two_trackers() as (github, jira, policy):
        assert await examine_trackers(policy, SET) == []
        shop, ops = await look(policy, SET)
        assert shop.ways[0] == "done: closed as completed"
        assert ops.ways[0] == "To Do: no issue stands there to look at"
        github.has_project = False
        jira.required = {"customfield_10042": "Root cause"}
        told = [(one.must_mend, one.text) for one in await examine_trackers(policy, SET)]
        no_project = "example/shop is not there, or the token may not see it; look at `project` in the policy"
        no_field = "Root cause (customfield_10042) must be said: add it to `fields`"
        assert told == [
            (True, f"The tracker shop cannot be used as it is: {no_project}."),
            (True, f"The tracker ops cannot be used as it is: {no_field}."),
        ]
        jira.required, github.has_project, jira.is_down = {}, True, True
        (away,) = await examine_trackers(policy, SET)
        assert (away.must_mend, away.text) == (False, "The tracker ops cannot be reached from here: status 503.")
        assert github.writes == jira.writes == []


def test_the_command_says_what_it_could_not_look_at(tmp_path: Path) -> None:
    """Nothing listens there: this machine's first port."""
    here = {"url": "http://127.0.0.1:1", "allow_private_address": True, "kind": "github", "project": "a/b"}
    names = {"shop": VARIABLE, "other": "MUSTER_TRACKER_OTHER"}
    places = {name: {**here, "token": f"env:{variable}"} for name, variable in names.items()}
    (tmp_path / "policy.yml").write_text(json.dumps({"trackers": places}), encoding="utf-8")
    given = {"MUSTER_POLICY": str(tmp_path / "policy.yml"), VARIABLE: TOKEN}
    said = CliRunner().invoke(main, ["trackers", "check"], env=given)
    assert said.exit_code == 1
    assert "other: MUSTER_TRACKER_OTHER is not set, so it was not looked at." in said.stderr
    assert "shop (GitHub)\n  cannot be reached from here: not connected" in said.stdout
    found = json.loads(CliRunner().invoke(main, ["trackers", "check", "--json"], env=given).stdout)
    assert [(one["name"], one["to_mend"]) for one in found] == [("shop", [])]
    assert TOKEN not in said.output
