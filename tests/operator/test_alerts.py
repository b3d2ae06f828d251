"""`muster alerts try` shows what would follow, and does nothing."""

from pathlib import Path

import yaml
from click.testing import CliRunner

from bot.cli import main
from tests.integrations.alerts.given import PAYLOADS

POLICY = {
    "services": {"checkout": {"name": "Checkout"}},
    "alerts": [
        {"source": "zabbix", "do": "ignore"},
        {"when": {"severity": "critical"}, "do": "declare", "priority": "P2", "group_by": ["alertname"]},
    ],
}


def tried(folder: Path, *arguments: str) -> tuple[int, str]:
    policy = folder / "policy.yml"
    policy.write_text(yaml.safe_dump(POLICY), encoding="utf-8")
    environment = {"MUSTER_POLICY": str(policy), "MUSTER_DATABASE_URL": f"sqlite:///{folder}/none.db"}
    result = CliRunner().invoke(main, ["alerts", "try", *arguments], env=environment)
    assert not (folder / "none.db").exists()
    return result.exit_code, result.output


def test_each_signal_is_shown_with_its_route_and_outcome(tmp_path: Path) -> None:
    code, told = tried(
        tmp_path, str(PAYLOADS / "alertmanager-2-one-resolved-one-firing.json"), "--source", "alertmanager"
    )
    assert code == 0
    assert "parser   alertmanager" in told
    assert "key      5308e11450d376b3" in told
    assert "route    route 2 (do: declare)" in told
    assert "grouped by alertname" in told
    assert "outcome  an incident, P2; evidence of the open incident of checkout, if there is one" in told
    assert "outcome  evidence of recovery, where it fired before; said after 5 min of quiet" in told


def test_what_leads_nowhere_is_said(tmp_path: Path) -> None:
    assert "outcome  ignored" in tried(tmp_path, str(PAYLOADS / "zabbix-problem.json"), "--source", "zabbix")[1]
    asked = tried(tmp_path, str(PAYLOADS / "uptime-kuma-down.json"), "--source", "uptime-kuma")[1]
    assert "no route matches, so people are asked" in asked
    assert "a question in #incidents" in asked
    test = tried(tmp_path, str(PAYLOADS / "uptime-kuma-test.json"), "--source", "uptime-kuma")
    assert test == (0, "Uptime Kuma: a test or a notice; nothing would follow.\n")
    code, told = tried(tmp_path, str(PAYLOADS / "zabbix-problem.json"), "--source", "alertmanager")
    assert (code, "Alertmanager sends nothing like this." in told) == (1, True)
    assert tried(tmp_path, str(PAYLOADS / "zabbix-problem.json"), "--source", "alertmangr")[0] == 2
