"""From a button to a ticked step: proposed by one, approved by another, run once by an engine, and nothing sent twice
whatever happens in between."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.config import runbooks as runbook_files
from bot.domain.run import Run
from bot.domain.vocabulary import RunOutcome, StepOutcome
from bot.integrations.webhook import signed
from bot.sandbox import Channel, Message
from tests.integrations.fake_engine import SECRETS, VARIABLE, FakeEngine, a_fake_engine
from tests.integrations.receiver import KEY
from tests.scenarios.conftest import Company, company_at_work, eventually
from tests.scenarios.looking import everything_said_by_bot, review_of, said_by_bot

SLUG = "restart-checkout"
RUNBOOK = """---
services: [checkout]
symptoms: ["checkout returns 500s"]
---
# Restart checkout

1. Look at the dashboard.
2. Restart some of the pods.

   Action: `restart percent=10`
3. Watch the errors.
"""


@asynccontextmanager
async def at_work(
    folder: Path, database_url: str, kind: str, **action: Any
) -> AsyncIterator[tuple[Company, FakeEngine, Channel]]:
    """Dana commands, and Bo has come to the step that names an action."""
    (folder / "runbooks").mkdir()
    (folder / "runbooks" / f"{SLUG}.md").write_text(RUNBOOK, encoding="utf-8")
    runbooks = runbook_files.load(folder / "runbooks")
    async with (
        a_fake_engine() as engine,
        company_at_work(
            folder,
            database_url,
            engine.policy(kind, **action),
            environment={VARIABLE: SECRETS[kind]},
            runbooks=runbooks,
        ) as company,
    ):
        channel = await company.declares("P2 checkout returns 500s service:checkout")
        await company.dana.types("/incident accept", in_=channel.id)
        await company.bo.types("/incident join", in_=channel.id)
        await company.bo.types(f"/incident runbook {SLUG} start", in_=channel.id)
        await company.settle()
        await company.bo.types("/incident step 1 done", in_=channel.id)
        await company.settle()
        yield company, engine, channel


async def the_run(company: Company, number: int = 1) -> Run:
    found = (await company.incident()).run(number)
    assert found is not None
    return found


async def message(company: Company, channel: Channel) -> Message:
    shown = (await company.incident()).worked[0].shown
    (found,) = [one for one in said_by_bot(company, channel) if shown is not None and one.ts == shown[1]]
    return found


def labels(one: Message) -> list[str]:
    return [each["text"]["text"] for block in one.blocks for each in block.get("elements", ()) if "value" in each]


async def calls_back(company: Company, key: str, content: dict[str, Any] | None = None) -> tuple[int, Any]:
    body = json.dumps(content or {"run": key, "outcome": "succeeded", "log": "all is well"}).encode()
    headers = signed("msg_1", datetime.now(UTC), body, [KEY])
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{company.bot.port}/actions/result", data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


async def test_one_proposes_another_approves_and_the_signed_answer_ticks_the_step(
    tmp_path: Path, database_url: str
) -> None:
    async with at_work(tmp_path, database_url, "webhook") as (company, engine, channel):
        shown = await message(company, channel)
        assert "Propose restart" in labels(shown)
        await company.bo.clicks("Propose restart", in_=channel.id, message=shown.ts)
        await company.settle()
        shown = await message(company, channel)
        assert {"Approve", "Decline"} <= set(labels(shown))
        assert "Propose restart" not in labels(shown)
        (asked,) = [one for one in said_by_bot(company, channel) if f"<@{company.dana.id}>, please look" in one.text]
        assert asked.thread_ts == shown.ts

        before = len(everything_said_by_bot(company))
        await company.bo.clicks("Approve", in_=channel.id, message=shown.ts)
        await company.settle()
        (refused,) = everything_said_by_bot(company)[before:]
        assert "somebody else has to approve it" in refused.text
        assert engine.sent == []
        await company.dana.clicks("Approve", in_=channel.id, message=shown.ts)
        await company.settle()
        (sent,) = engine.sent
        key = sent.json["run"]
        assert sent.json == {
            "type": "action.run",
            "run": key,
            "action": "restart",
            "incident": "INC-1",
            "dry_run": False,
            "inputs": {"percent": "10"},
            "callback": f"http://127.0.0.1:{company.bot.port}/actions/result",
        }
        assert "is running since" in (await message(company, channel)).plain

        assert (await calls_back(company, key))[0] == 202
        assert (await calls_back(company, key)) == (202, {"recorded": False})
        await company.settle()
        incident = await company.incident()
        assert [one.outcome for one in incident.worked[0].steps] == [StepOutcome.DONE, StepOutcome.DONE, None]
        told = [one for one in said_by_bot(company, channel) if "all is well" in one.text]
        assert [one.thread_ts for one in told] == [shown.ts]
        review = await review_of(company)
        kinds = [one["kind"] for one in review["timeline"]]
        assert [one for one in kinds if one.startswith("Run")][-4:] == [
            "RunProposed",
            "RunApproved",
            "RunStarted",
            "RunEnded",
        ]
        assert len(engine.sent) == 1


async def test_an_answer_that_is_lost_is_looked_for_and_never_asked_for_again(
    tmp_path: Path, database_url: str
) -> None:
    async with at_work(tmp_path, database_url, "github") as (company, engine, channel):
        engine.on_start, engine.status = ["drops_after"], "success"
        await company.bo.types("/incident step 2 propose percent=20", in_=channel.id)
        await company.dana.types("/incident step 2 approve 1", in_=channel.id)
        await company.settle()
        assert len(engine.starts) == 1
        assert (await the_run(company)).has_succeeded
        assert (await company.incident()).worked[0].steps[1].outcome is StepOutcome.DONE

        told = [one.text for one in said_by_bot(company, channel) if "ops / Restart: success" in one.text]
        assert len(told) == 1


async def test_what_runs_for_long_worries_nobody_and_its_late_end_is_recorded(
    tmp_path: Path, database_url: str
) -> None:
    async with at_work(tmp_path, database_url, "github", timeout="10m") as (company, engine, channel):
        await company.bo.types("/incident step 2 propose", in_=channel.id)
        await company.dana.types("/incident step 2 approve 1", in_=channel.id)

        async def is_watched() -> bool:
            return len([one for one in engine.sent if one.path.endswith("/runs/1")]) >= 3

        await eventually(is_watched)
        async with company.bot.context.store.read() as tx:
            (watching,) = [one for one in await tx.outbox() if one.kind == "WatchRun"]
        assert (watching.is_unknown, watching.error) == (False, None)

        company.clock.step_to(company.clock.now() + timedelta(minutes=11))

        async def is_told() -> bool:
            return any("has not ended in its time" in one.text for one in said_by_bot(company, channel))

        await eventually(is_told)
        assert (await company.incident()).worked[0].steps[1].outcome is None
        engine.status = "success"
        await company.settle()
        assert (await the_run(company)).has_succeeded
        assert (await company.incident()).worked[0].steps[1].outcome is StepOutcome.DONE
        assert len(engine.starts) == 1


async def test_what_nobody_knows_is_said_to_be_unknown(tmp_path: Path, database_url: str) -> None:
    async with at_work(tmp_path, database_url, "rundeck") as (company, engine, channel):
        engine.on_start = ["drops"]
        await company.bo.types("/incident step 2 propose", in_=channel.id)
        await company.dana.types("/incident step 2 approve 1", in_=channel.id)

        async def is_said() -> bool:
            return (await the_run(company)).ended is not None

        await eventually(is_said)
        await company.settle()
        ended = (await the_run(company)).ended
        assert ended is not None
        assert (ended.outcome, len(engine.starts)) == (RunOutcome.UNKNOWN, 1)
        shown = await message(company, channel)
        assert "Nobody can tell whether" in shown.plain
        assert "Propose restart" in labels(shown)


async def test_a_bot_that_is_stopped_in_the_middle_of_a_start_does_not_start_it_again(
    tmp_path: Path, database_url: str
) -> None:
    async with at_work(tmp_path, database_url, "github") as (company, engine, channel):
        engine.on_start, engine.status = ["hangs_after"], "success"
        await company.bo.types("/incident step 2 propose", in_=channel.id)
        await company.dana.types("/incident step 2 approve 1", in_=channel.id)

        async def is_asked() -> bool:
            return len(engine.starts) == 1

        await eventually(is_asked)
        for task in company.bot.delivery.under_way:  # as by a kill: the call was noted, and no answer came
            task.cancel()
        async with company.bot.context.store.write() as tx:
            await tx.release_all_effects()
        await company.settle()
        assert len(engine.starts) == 1
        assert (await the_run(company)).has_succeeded
        assert (await company.incident()).worked[0].steps[1].outcome is StepOutcome.DONE


async def test_in_a_drill_a_form_asks_for_what_is_open_and_the_dry_run_is_all_there_is(
    tmp_path: Path, database_url: str
) -> None:
    both = {"percent": {"type": "int", "min": 1, "max": 50}, "region": {"one_of": ["eu", "us"]}}
    dry = {"input": "check", "value": "true"}
    async with at_work(tmp_path, database_url, "rundeck", parameters=both, dry_run=dry) as (company, engine, channel):
        engine.status = "succeeded"
        await company.dana.types("/incident drill on the exercise", in_=channel.id)
        await company.settle()
        shown = await message(company, channel)
        await company.bo.clicks("Propose restart", in_=channel.id, message=shown.ts)
        answer = await company.bo.submits({"percent": "99", "region": "us"})
        assert "a whole number from 1 to 50" in str(answer)
        await company.bo.submits({"percent": "30", "region": "us"})
        await company.settle()
        await company.dana.types("/incident step 2 approve 1", in_=channel.id)
        await company.settle()
        (start,) = engine.starts
        given = {name: value for name, value in start.json["options"].items() if name != "muster_key"}
        assert given == {"percent": "30", "region": "us", "check": "true"}
        assert (await company.incident()).worked[0].steps[1].outcome is StepOutcome.DONE
        shown = await message(company, channel)
        assert "the dry run of restart (percent=30, region=us) succeeded" in shown.plain
        (log,) = [one.text for one in said_by_bot(company, channel) if "restarting" in one.text]
        assert "ghp_" not in log
        assert "[redacted]" in log
