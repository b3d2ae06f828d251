"""The same bot, called by Slack over signed HTTP."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import yaml

from bot.app import Bot, Waits
from bot.config import policy_loading as policies
from bot.config.settings import load
from bot.delivery.patience import Patience
from bot.sandbox import Sandbox
from bot.slack.manifest import build_manifest
from tests.integrations.receiver import a_receiver
from tests.scenarios.conftest import RUNBOOKS, ZONES, policy_of


def now() -> datetime:
    return datetime.now(UTC)


async def test_an_incident_is_coordinated_over_http(tmp_path: Path, sqlite_url: str) -> None:
    async with Sandbox(now=now, manifest=build_manifest()) as sandbox:
        people = [sandbox.add_person(name, tz=tz) for name, tz in ZONES.items()]
        for name in ("general", "incidents"):
            sandbox.add_channel(name, members=[*people, sandbox.bot])
        policy_file = tmp_path / "policy.yml"
        policy_file.write_text(yaml.safe_dump(policy_of(sandbox)), encoding="utf-8")
        environment = {**sandbox.environment(), "MUSTER_DATABASE_URL": sqlite_url, "MUSTER_HTTP_PORT": "0"}
        del environment["SLACK_APP_TOKEN"]
        settings = load(environment, env_file=None)
        assert settings.mode == "http"
        bot = Bot(
            settings, policies.load(policy_file), RUNBOOKS, now, Waits(Patience(look_after=timedelta(seconds=0.3)))
        )
        async with bot.running() as started:
            mode = sandbox.deliver_to(f"http://127.0.0.1:{started.port}/slack/events")
            assert await mode.verify_url("a-challenge")
            dana = sandbox.person("dana")
            answer = await dana.types("/incident declare checkout returns 500s service:checkout", in_="general")
            assert answer.text.startswith("INC-1 declared, P2: checkout returns 500s")
            await sandbox.until(lambda: any(one.name.startswith("inc-1") and one.pins for one in sandbox.channels))
            channel = next(one for one in sandbox.channels if one.name.startswith("inc-1"))
            assert (await dana.clicks("Accept command", in_=channel.id)).ok
            await sandbox.until(
                lambda: f"<@{dana.id}>" in channel.messages[0].plain and "command" in channel.topic.lower()
            )
            await dana.says("looking at the deploy", in_=channel.id)
            await sandbox.settled()
            async with started.context.store.read() as tx:
                assert [one.text for one in await tx.transcript(channel.id)] == ["looking at the deploy"]  # type: ignore[arg-type]


async def test_unsigned_requests_and_probes_are_answered_as_they_should_and_the_monitor_hears_of_it(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with (
        Sandbox(now=now, manifest=build_manifest()) as sandbox,
        aiohttp.ClientSession() as client,
        a_receiver() as monitor,
    ):
        environment = {
            **sandbox.environment(),
            "MUSTER_DATABASE_URL": sqlite_url,
            "MUSTER_HTTP_PORT": "0",
            "MUSTER_HEARTBEAT_URL": monitor.url,
            "MUSTER_HEARTBEAT_ALLOW_PRIVATE_ADDRESS": "true",
        }
        del environment["SLACK_APP_TOKEN"]
        bot = Bot(load(environment, env_file=None), policies.load(None), (), now)
        async with bot.running() as started:
            await sandbox.until(lambda: bool(monitor.received))
            base = f"http://127.0.0.1:{started.port}"
            assert (await client.post(f"{base}/slack/events", data=b"{}")).status == 401
            assert (await client.get(f"{base}/healthz")).status == 200
            ready = await client.get(f"{base}/readyz")
            assert (ready.status, (await ready.json())["ready"]) == (200, True)
            assert "muster" in await (await client.get(f"{base}/metrics")).text()
