"""A runbook that is half done outlives the process: `kill -9`, and the next one goes on where the last one was."""

from pathlib import Path

from bot.sandbox import Message, Sandbox
from tests.scenarios.test_killed import a_slack, killed, started

SLUG = "bad-change-rollback"


def shown(sandbox: Sandbox) -> list[Message]:
    """The messages that show the runbook: one at most."""
    channels = [one for one in sandbox.channels if one.name.startswith("inc-1")]
    said = [one for channel in channels for one in channel.posted if one.user == sandbox.bot.id]
    return [one for one in said if "Started by" in one.plain]


async def test_a_killed_bot_goes_on_with_a_runbook_that_is_half_done(tmp_path: Path) -> None:
    async with a_slack(tmp_path) as (sandbox, environment):
        process = await started(sandbox, environment, tmp_path)
        dana, bo = sandbox.person("dana"), sandbox.person("bo")
        await dana.types("/incident declare P2 checkout returns 500s after the deploy", in_="general")
        await dana.types(f"/incident INC-1 runbook {SLUG} start", in_="general")
        await sandbox.until(lambda: bool(shown(sandbox)))
        await dana.types(f"/incident INC-1 step {SLUG} 1 done nobody else deployed", in_="general")
        await bo.types(f"/incident INC-1 step {SLUG} 2 wait 1h for the build", in_="general")
        await dana.types(f"/incident INC-1 step {SLUG} 3 take", in_="general")
        (message,) = shown(sandbox)
        await killed(process)

        process = await started(sandbox, environment, tmp_path)
        await sandbox.until(lambda: "for the build" in message.plain and f"<@{dana.id}> has it" in str(message.blocks))
        assert "nobody else deployed" in message.plain
        assert [one.ts for one in shown(sandbox)] == [message.ts]

        channel = next(one for one in sandbox.channels if one.name.startswith("inc-1"))
        await sandbox.until(lambda: dana.id in channel.members)
        await dana.clicks("Done", in_=channel.id, message=message.ts)
        await sandbox.until(lambda: "2 of" in message.plain)
        again = await bo.types(f"/incident INC-1 step {SLUG} 1 done", in_="general")
        assert "reported step 1" in again.text
        assert [one.ts for one in shown(sandbox)] == [message.ts]
        assert "2 of" in message.plain
        await killed(process)
