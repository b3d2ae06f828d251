"""A real Icinga 2 with the notification command that is shipped: its problem asks people, its recovery is evidence.

Debian has it (`icinga2-bin`, `icinga2-common`).
"""

import asyncio
import getpass
import grp
import os
import shutil
import signal
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot.domain.timeline import AlertAttached
from bot.domain.vocabulary import Status
from tests.conftest import nothing_may_be_skipped
from tests.house.sources import ROOT
from tests.scenarios.conftest import Company, company_at_work, eventually
from tests.scenarios.looking import recorded

SECRET = "a-secret-of-icinga"
SENDERS = ROOT / "docs" / "senders"
WITHIN = 60.0
"""Seconds; it checks twice a second."""
DECLARES = {"alerts": [{"source": "icinga", "when": {"severity": "critical"}, "do": "declare", "priority": "P2"}]}
CONFIG = """
include <itl>
include "{folder}/muster.conf"
object CheckerComponent "checker" {{ }}
object NotificationComponent "notification" {{ }}
object IcingaApplication "app" {{ }}
object Host "web-1" {{ check_command = "dummy"; vars.muster_service = "checkout" }}
object CheckCommand "of-a-file" {{ command = [ "/bin/sh", "{folder}/check" ] }}
object Service "http" {{
  host_name = "web-1"
  check_command = "of-a-file"
  check_interval = 0.5s
  retry_interval = 0.5s
  max_check_attempts = 1
}}
object User "people" {{ }}
object Notification "muster" {{
  host_name = "web-1"
  service_name = "http"
  command = "muster"
  users = [ "people" ]
  types = [ Problem, Recovery ]
}}
"""


@pytest.fixture(autouse=True)
def _it_is_here() -> None:
    if shutil.which("icinga2") is None and nothing_may_be_skipped():
        pytest.fail("needed here: icinga2")
    if shutil.which("icinga2") is None:
        pytest.skip("not installed: icinga2")


def replaced(name: str, old: str, new: str) -> str:
    """A file that is shipped, with what its reader is to put in."""
    text = (SENDERS / name).read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new)


def finds(folder: Path, output: str, status: int) -> None:
    """What the check says from now on; moved into place, so that it is never half there."""
    (folder / "new").write_text(f"echo '{output}'; exit {status}\n", encoding="utf-8")
    (folder / "new").rename(folder / "check")


@asynccontextmanager
async def icinga(folder: Path, muster: int) -> AsyncIterator[None]:
    """At work as whoever runs the tests. It divides itself into several processes, which end together."""
    (folder / "secret").write_text(f'header = "Authorization: Bearer {SECRET}"\n', encoding="utf-8")
    script = folder / "muster-notify"
    script.write_text(replaced("muster-notify", "--config /etc/muster-notify", f"--config {folder / 'secret'}"))
    script.chmod(0o755)
    command = replaced("icinga2.conf", "https://muster.example", f"http://127.0.0.1:{muster}")
    assert "/usr/local/bin/muster-notify" in command
    command = command.replace("/usr/local/bin/muster-notify", str(script))
    (folder / "muster.conf").write_text(command, encoding="utf-8")
    (folder / "icinga2.conf").write_text(CONFIG.format(folder=folder), encoding="utf-8")
    (folder / "data").mkdir()
    places = {f"{name}Dir": str(folder / "data") for name in ("Data", "Log", "Cache", "Spool", "InitRun")}
    places |= {"RunAsUser": getpass.getuser(), "RunAsGroup": grp.getgrgid(os.getgid()).gr_name}
    given = [f"--define=Configuration.{name}={value}" for name, value in places.items()]
    process = await asyncio.create_subprocess_exec(
        *("icinga2", "daemon", f"--config={folder / 'icinga2.conf'}", *given),
        stdout=DEVNULL,
        stderr=DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def test_a_problem_brings_people_into_a_channel_and_its_recovery_is_evidence(
    tmp_path: Path, database_url: str
) -> None:
    folder = tmp_path / "icinga"
    folder.mkdir()
    finds(folder, "HTTP CRITICAL: 503 Service Unavailable", 2)
    environment = {"MUSTER_ALERTS_ICINGA": SECRET}
    async with (
        company_at_work(tmp_path, database_url, DECLARES, environment=environment) as company,
        icinga(folder, company.bot.port),
    ):
        await eventually(lambda: is_declared(company), WITHIN)
        channel = await company.channel()
        assert channel.shows("Declared by Icinga")
        assert company.dana.id in channel.members
        (attached,) = [one for one in await recorded(company) if isinstance(one, AlertAttached)]
        assert attached.title == "http on web-1: critical"
        assert dict(attached.labels) == {"host": "web-1", "check": "http", "service": "checkout"}
        assert (await company.incident()).service == "checkout"

        finds(folder, "HTTP OK: 200", 0)
        await eventually(lambda: is_quiet(company), WITHIN)
        assert (await company.incident()).status is Status.DECLARED


async def is_declared(company: Company) -> bool:
    async with company.bot.context.store.read() as tx:
        return bool(await tx.incidents())


async def is_quiet(company: Company) -> bool:
    async with company.bot.context.store.read() as tx:
        alert = await tx.alert(1)
    return alert is not None and alert.quiet_since is not None
