"""Alerts per second taken in over HTTP, each durable before it is answered; and what a storm of them leads to."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bot.sandbox import Sandbox
from bot.store import Database, Store
from tests.bench.company import a_bot, a_slack, processor_seconds
from tests.bench.figures import Figure, Unit

ALERTS, GROUPS = 10_000, 50
AT_ONCE = 50
"""Requests that wait for their answer at the same time."""
SECRET = "a-secret-of-alertmanager"
SETTLED = 12.0
"""Seconds without a call to Slack after which the storm is over."""


async def measure(folder: Path) -> list[Figure]:
    return await storm(folder, ALERTS)


async def storm(folder: Path, alerts: int) -> list[Figure]:
    """Every alert is critical and would declare an incident; each group is about another service."""
    async with a_slack(folder) as (sandbox, environment):
        policy = Path(environment["MUSTER_POLICY"])
        routes = {"alerts": [{"when": {"severity": "critical"}, "do": "declare", "priority": "P2"}]}
        policy.write_text(policy.read_text(encoding="utf-8") + yaml.safe_dump(routes), encoding="utf-8")
        environment["MUSTER_ALERTS_ALERTMANAGER"] = SECRET
        async with a_bot(environment, folder) as process:
            before, used = len(sandbox.journal.calls()), processor_seconds(process.pid)
            began = time.perf_counter()
            bodies = _bodies(alerts)
            url = f"http://127.0.0.1:{environment['MUSTER_HTTP_PORT']}/alerts/alertmanager"
            async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {SECRET}"}) as client:
                await asyncio.gather(*(_post(client, url, bodies) for _ in range(AT_ONCE)))
            taken = time.perf_counter() - began
            database = await Database.open(f"sqlite+aiosqlite:///{folder / 'muster.db'}", migrate=False)
            try:
                await _until_worked_off(database)
                worked_off = time.perf_counter() - began
                calls, ended = await _until_quiet(sandbox)
                used = processor_seconds(process.pid) - used
                (workspace,) = await database.workspaces()
                async with Store(database, workspace).read() as tx:
                    incidents = len(await tx.incidents())
            finally:
                await database.close()
    what = f"{alerts:,} alerts over {GROUPS} groups"
    return [
        Figure("alerts taken in over HTTP, durable, SQLite", alerts / taken, Unit.PER_SECOND, 100),
        Figure(f"{what}: worked off after", worked_off, Unit.SECONDS),
        Figure("… told in Slack after", ended - began, Unit.SECONDS),
        Figure("… processor time of Muster, per alert", used / alerts * 1000, Unit.MILLISECONDS),
        Figure("… incidents made", incidents, Unit.COUNT, 6),
        Figure("… calls to Slack made", calls - before, Unit.CALLS),
    ]


async def _post(client: aiohttp.ClientSession, url: str, bodies: Iterator[dict[str, Any]]) -> None:
    for body in bodies:
        while True:
            async with client.post(url, json=body) as answer:
                if answer.status == 202:
                    break
                assert answer.status == 503, await answer.text()


def _bodies(alerts: int) -> Iterator[dict[str, Any]]:
    for number in range(alerts):
        group = number % GROUPS
        labels = {"alertname": f"Alert{group}", "service": f"service-{group}", "severity": "critical"}
        one = {
            "status": "firing",
            "labels": {**labels, "instance": f"web-{number % 7}"},
            "annotations": {"summary": f"5xx above 5 % in service {group}"},
            "startsAt": "2026-03-02T02:50:00Z",
            "fingerprint": f"{group}-{number % 7}",
        }
        yield {"version": "4", "groupKey": f"group-{group}", "alerts": [one], "receiver": f"{number}"}


async def _until_worked_off(database: Database) -> None:
    (workspace,) = await database.workspaces()
    waiting = True
    while waiting:
        async with Store(database, workspace).read() as tx:
            waiting = await tx.are_alerts_waiting()
        await asyncio.sleep(0.05)


async def _until_quiet(sandbox: Sandbox) -> tuple[int, float]:
    """How many calls there were when none came any more, and when the last one came."""
    calls, at = len(sandbox.journal.calls()), time.perf_counter()
    while time.perf_counter() - at < SETTLED:
        await asyncio.sleep(0.1)
        if (now := len(sandbox.journal.calls())) != calls:
            calls, at = now, time.perf_counter()
    return calls, at
