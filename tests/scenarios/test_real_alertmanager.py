"""From a rule of a real Prometheus, through a real Alertmanager, to people in a channel; and quiet again.

Debian has both (`prometheus`, `prometheus-alertmanager`).
"""

import asyncio
import shutil
import signal
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml

from bot.domain.timeline import AlertAttached, AlertsQuiet
from bot.domain.vocabulary import Status
from tests.conftest import nothing_may_be_skipped
from tests.scenarios.conftest import eventually
from tests.scenarios.looking import recorded
from tests.scenarios.test_alerts import DECLARES, SECRET, monitored

NEEDED = ("prometheus", "prometheus-alertmanager")
WITHIN = 60.0
"""Seconds; each of them looks once a second at the most."""
RUNBOOK = "https://runbooks.example/bad-change-rollback"


@pytest.fixture(autouse=True)
def _both_are_here() -> None:
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing and nothing_may_be_skipped():
        pytest.fail(f"needed here: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def started(*command: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def rule(folder: Path, expression: str) -> None:
    """What fires while the expression finds something."""
    one = {
        "alert": "HighErrorRate",
        "expr": expression,
        "labels": {"severity": "critical", "service": "checkout"},
        "annotations": {"summary": "5xx above 5 %", "runbook_url": RUNBOOK},
    }
    groups = {"groups": [{"name": "shop", "interval": "1s", "rules": [one]}]}
    (folder / "rules.yml").write_text(yaml.safe_dump(groups), encoding="utf-8")


@asynccontextmanager
async def prometheus(folder: Path, muster: int) -> AsyncIterator[Process]:
    """Both, at work on the rule; a hangup has Prometheus read it anew."""
    port = free_port()
    webhook = {
        "url": f"http://127.0.0.1:{muster}/alerts/alertmanager",
        "http_config": {"authorization": {"credentials": SECRET}},
    }
    waits = {"group_wait": "1s", "group_interval": "1s", "repeat_interval": "1h"}
    config = {
        "route": {"receiver": "muster", "group_by": ["alertname", "service"], **waits},
        "receivers": [{"name": "muster", "webhook_configs": [webhook]}],
    }
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    rules = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(folder / "rules.yml")],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}]},
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    manager = (
        "prometheus-alertmanager",
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    )
    server = (
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{free_port()}",
        "--rules.alert.resend-delay=1s",  # the first may come before Alertmanager is found
    )
    async with started(*manager), started(*server) as process:
        yield process


async def test_a_rule_that_fires_brings_people_into_a_channel_and_its_end_is_evidence(
    tmp_path: Path, database_url: str
) -> None:
    rule(tmp_path, "vector(1)")
    async with monitored(tmp_path, database_url, DECLARES) as company, prometheus(tmp_path, company.bot.port) as server:
        store = company.bot.context.store

        async def is_declared() -> bool:
            async with store.read() as tx:
                return bool(await tx.incidents())

        async def is_quiet() -> bool:
            async with store.read() as tx:
                alert = await tx.alert(1)
            return alert is not None and alert.quiet_since is not None

        await eventually(is_declared, WITHIN)
        channel = await company.channel()
        assert channel.shows("Declared by Alertmanager")
        assert channel.shows(f"<{RUNBOOK}|runbook>")
        assert channel.shows("*Runbook*: Rolling back a bad change")
        assert [one.slug for one in (await company.incident()).runbooks] == ["bad-change-rollback"]
        assert company.dana.id in channel.members
        (attached,) = [one for one in await recorded(company) if isinstance(one, AlertAttached)]
        assert (attached.title, attached.severity) == ("5xx above 5 %", "critical")

        rule(tmp_path, "vector(0) > 1")
        server.send_signal(signal.SIGHUP)
        await eventually(is_quiet, WITHIN)
        await company.later(minutes=6)
        (quiet,) = [one for one in await recorded(company) if isinstance(one, AlertsQuiet)]
        assert (quiet.signals, quiet.sources) == (1, ("Alertmanager",))
        assert (await company.incident()).status is Status.DECLARED
