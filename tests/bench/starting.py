"""From the start of the process until it is ready, its memory when idle, and the help; and what every door costs."""

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.integrations.alerts.sources import SOURCES
from tests.bench.company import a_bot, a_slack, processor_seconds
from tests.bench.figures import Figure, Unit, percentile

STARTS = 5
HELPS = 7
IDLE = 3.0
"""Seconds that it is left alone before its memory is read."""
SERVICES = 200
"""In the catalogue."""
SECRET = "a-secret-of-some-sender"
WEBHOOKS = "whsec_" + "A" * 43 + "="
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts"


@dataclass(frozen=True, slots=True)
class Starts:
    """How long each took, in seconds; and of the last one what it used of processors until it was ready, in seconds,
    and of memory when idle, in megabytes."""

    times: list[float]
    used: float
    memory: float


async def measure(folder: Path) -> list[Figure]:
    """The first start makes the database; the others find it."""
    async with a_slack(folder) as (_, environment):
        bare = await _starts(environment, folder)
        _list_services(folder, Path(environment["MUSTER_POLICY"]))
        every_door = {**environment, **_every_door()}
        await _run("token", "create", "a pipeline", "--integration", "ci", environment=every_door)
        doors = await _starts(every_door, folder)
    helps = [await _run("--help") for _ in range(HELPS)]
    return [
        Figure("start → ready, with a new database", bare.times[0], Unit.SECONDS, 1.5),
        Figure("start → ready, p50", percentile(bare.times[1:], 0.5), Unit.SECONDS, 1.5),
        Figure("… processor time", bare.used, Unit.SECONDS),
        Figure("… p50 with every door open", percentile(doors.times[1:], 0.5), Unit.SECONDS, 1.5),
        Figure("… processor time", doors.used, Unit.SECONDS),
        Figure("idle memory", bare.memory, Unit.MEGABYTES, 130),
        Figure("… with every door open", doors.memory, Unit.MEGABYTES),
        Figure("muster --help, p50", percentile(helps, 0.5), Unit.SECONDS, 0.2),
    ]


async def _starts(environment: dict[str, str], folder: Path) -> Starts:
    times: list[float] = []
    used = memory = 0.0
    for number in range(STARTS):
        began = time.perf_counter()
        async with a_bot(environment, folder) as process:
            times.append(time.perf_counter() - began)
            used = processor_seconds(process.pid)
            if number == STARTS - 1:
                await asyncio.sleep(IDLE)
                memory = _resident(process.pid)
    return Starts(times, used, memory)


def _every_door() -> dict[str, str]:
    """All sources of alerts, deployments, and webhooks made by the API."""
    sources = {f"MUSTER_ALERTS_{name.upper().replace('-', '_')}": SECRET for name in SOURCES}
    return {**sources, "MUSTER_ALERTS_SNS": TOPIC, "MUSTER_CHANGES": SECRET, "MUSTER_WEBHOOK_API": WEBHOOKS}


def _list_services(folder: Path, policy: Path) -> None:
    """In a catalogue."""
    services = [
        {
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": f"service-{number}", "links": [{"url": f"https://grafana.example/d/{number}"}]},
            "spec": {"type": "service", "owner": "shop", "system": "storefront"},
        }
        for number in range(SERVICES)
    ]
    (folder / "catalog-info.yaml").write_text(yaml.safe_dump_all(services), encoding="utf-8")
    catalog = {"catalog": {"from": str(folder / "catalog-info.yaml")}}
    policy.write_text(policy.read_text(encoding="utf-8") + yaml.safe_dump(catalog), encoding="utf-8")


def _resident(pid: int) -> float:
    """Megabytes in memory now; proc(5), `VmRSS` in kB of 1024 bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) * 1024 / 1e6


async def _run(*arguments: str, environment: dict[str, str] | None = None) -> float:
    """`muster` with these arguments: seconds."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0
    return time.perf_counter() - began
