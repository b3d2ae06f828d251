"""The check-up of actions: each engine is asked for what it is to run, and nothing is started."""

import json
from pathlib import Path

import yaml

from tests.integrations.fake_engine import SECRETS, VARIABLE, a_fake_engine
from tests.operator.test_doctor import at, examine, slack, written

CODES = ("engine", "engine_callback", "action", "unknown_action", "webhook_secret")


async def test_actions_that_cannot_be_run_and_runbooks_that_name_none_are_found(tmp_path: Path) -> None:
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "restart.md").write_text("1. Restart.\n\n   Action: `restrat`\n", encoding="utf-8")
    async with slack() as (_, given), a_fake_engine() as engine:
        content = engine.policy("github")
        hook = {"kind": "webhook", "url": engine.url, "secret": f"env:{VARIABLE}_2", "allow_private_address": True}
        content["engines"] |= {"hooks": hook, "away": {**content["engines"]["ops"], "url": "http://127.0.0.1:9"}}
        content["actions"]["fail"] = {**content["actions"]["restart"], "engine": "away"}

        async def told() -> list[tuple[bool, str]]:
            policy = written(tmp_path / "p.yml", yaml.safe_dump(json.loads(json.dumps(content))))
            more = {"MUSTER_RUNBOOKS": str(tmp_path / "runbooks"), VARIABLE: SECRETS["github"]}
            findings = await examine(at(tmp_path, given, MUSTER_POLICY=policy, **more), None)
            return [(one.must_mend, one.text) for one in findings if one.code in CODES]

        engine.refuses = 404
        named = await told()
        assert named == [
            (
                False,
                f"{tmp_path}/runbooks/restart.md:3: step 1 names the action `restrat`, which the policy does not have",
            ),
            (
                True,
                f"{VARIABLE}_2: is missing: the engine hooks of the policy needs it. Set it, or take the engine away.",
            ),
            (
                False,
                "The engine away cannot be reached from here (not connected: ClientConnectorError), "
                "so fail cannot be run.",
            ),
            (
                True,
                "restart cannot be run at ops: it does not know what is to be run, or the token may not see it.",
            ),
            (False, "Nobody tells hooks where to answer how an action ended: set MUSTER_PUBLIC_URL."),
        ]
        assert engine.starts == []
