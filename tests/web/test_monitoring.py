"""The figures of `/metrics`, and the dashboard, the alert rules and the table that name them."""

import json
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from bot import app
from bot.domain.effects import Announce
from bot.domain.ids import WorkspaceId
from bot.store import Database, Store
from bot.web import gauges
from tests.conftest import nothing_may_be_skipped
from tests.delivery.given import a_context
from tests.store.given import MACHINE, declare_with_channel, note, record

DOCS = Path(__file__).parents[2] / "docs"
FILES = [DOCS / "monitoring" / "muster.rules.yml", DOCS / "monitoring" / "grafana-dashboard.json"]
BUILT = re.compile(r"_(bucket|sum|count|created)$")


def told() -> set[str]:
    """The names under which the running bot tells its figures."""
    assert app.__name__ in sys.modules  # with it, whoever counts something is loaded
    return {BUILT.sub("", sample.name) for one in REGISTRY.collect() for sample in one.samples} | {
        f"{one.name}_total" if one.type == "counter" else one.name for one in REGISTRY.collect()
    }


@pytest.mark.parametrize("file", [*FILES, DOCS / "operations.md"], ids=lambda one: one.name)
def test_every_figure_that_is_named_is_told(file: Path) -> None:
    named = {BUILT.sub("", name) for name in re.findall(r"\bmuster_[a-z_]+[a-z]\b", file.read_text(encoding="utf-8"))}
    assert len(named) > 5
    assert named - {"muster_bot"} <= told()


def test_every_figure_is_in_the_table() -> None:
    table = (DOCS / "operations.md").read_text(encoding="utf-8")
    ours = {one for one in told() if one.startswith("muster_") and not one.endswith("_created")}
    ours -= {one for one in ours if f"{one}_total" in ours}
    assert {one for one in ours if f"| `{one}` |" not in table} == set()


@pytest.mark.parametrize("arguments", [("check", "rules", FILES[0].name), ("test", "rules", "muster.rules.test.yml")])
def test_prometheus_reads_the_rules_and_they_fire_as_they_should(arguments: tuple[str, ...]) -> None:
    if not (promtool := shutil.which("promtool")):
        if nothing_may_be_skipped():
            pytest.fail("promtool is required here")
        pytest.skip("promtool is not installed")
    done = subprocess.run(
        [promtool, *arguments], cwd=FILES[0].parent, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    panels = json.loads(FILES[1].read_text(encoding="utf-8"))["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in panels}) == len(panels)


async def test_the_gauges_tell_how_muster_stands(store: Store) -> None:
    number = await declare_with_channel(store)
    event = note("one")
    await record(store, number, event, effects=(Announce(event),))
    later = MACHINE + timedelta(minutes=10)
    await gauges.read(a_context(store), True, 2, later - timedelta(seconds=3), later)
    async with store.read() as tx:
        waiting = len(await tx.outbox(states=("pending",)))
    assert _value("muster_effects_waiting", kind="Announce") == 1
    assert _value("muster_effect_oldest_seconds", kind="Announce") >= 0
    assert _value("muster_lane_oldest_seconds", lane="inc") >= _value("muster_effect_oldest_seconds", kind="Announce")
    assert (_value("muster_database_up"), _value("muster_slack_connected")) == (1, 1)
    assert (_value("muster_last_tick_seconds"), _value("muster_effects_dead")) == (3, 0)
    assert (_value("muster_slack_connections"), _value("muster_alert_deliveries_waiting")) == (2, 0)
    assert (_value("muster_effects", state="pending"), _value("muster_effects", state="dead")) == (waiting, 0)

    async with store.write() as tx:
        for claimed in await tx.claim_effects("me", later, timedelta(minutes=1), 9, calls=True):
            assert await tx.bury_effect(claimed, "channel_not_found")
    await gauges.read(a_context(store), False, 0, None, later)
    assert REGISTRY.get_sample_value("muster_effects_waiting", {"kind": "Announce"}) is None
    assert (_value("muster_slack_connected"), _value("muster_effects_dead")) == (0, 1)
    assert _value("muster_effects", state="dead") == 1


async def test_a_database_of_another_version_counts_as_down(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", migrate=False)
    await gauges.read(a_context(Store(database, WorkspaceId("T1"))), True, 1, None, MACHINE)
    assert _value("muster_database_up") == 0
    await database.close()


def _value(name: str, **labels: str) -> float:
    found = REGISTRY.get_sample_value(name, labels)
    assert found is not None, name
    return found
