"""What Grafana sends besides one alert that fires and recovers; in the form of messages that people published."""

from typing import Any

import pytest

from bot.domain.vocabulary import SignalState
from bot.integrations.alerts import SOURCES, read
from tests.integrations.alerts.given import incoming, payload

GRAFANA = SOURCES["grafana"]


def test_a_group_may_be_of_several_rules_and_hold_what_is_over() -> None:
    memory, cpu, over = read(GRAFANA, incoming(payload("grafana-mixed")))
    assert [one.title for one in (memory, cpu, over)] == ["Memory above 90 %", "CPU above 80 %", "Memory above 90 %"]
    assert [one.state for one in (memory, cpu)] == [SignalState.FIRING] * 2
    assert over.state is SignalState.RESOLVED
    assert over.ended_at is not None
    assert len({one.key for one in (memory, cpu, over)}) == 3
    assert len({one.group for one in (memory, cpu, over)}) == 1
    assert memory.runbook_url == "https://runbooks.example/memory"
    assert (memory.link or "").endswith("viewPanel=2")
    assert (cpu.link or "").startswith("https://grafana.example/alerting/grafana/")


def test_a_rule_without_data_does_not_say_what_it_would_say_with_them() -> None:
    (one,) = read(GRAFANA, incoming(payload("grafana-no-data")))
    assert one.title == "High memory usage: no data"
    content = payload("grafana-no-data")
    content["alerts"][0]["labels"]["alertname"] = "DatasourceError"
    (one,) = read(GRAFANA, incoming(content))
    assert one.title == "High memory usage: its query fails"
    assert one.labels["service"] == "checkout"


@pytest.mark.parametrize("key", ["webhook-57c6d9296de2ad39-1782498231", "test-326ea703b01f6100-1774862143"])
def test_the_test_of_a_contact_point_is_no_alert_whatever_its_labels(key: str) -> None:
    content: dict[str, Any] = payload("grafana-test")
    content["groupKey"] = key
    content["alerts"][0]["labels"] |= {"alertname": "Mine", "severity": "critical"}
    assert read(GRAFANA, incoming(content)) == []
    content["groupKey"] = '{}:{alertname="TestAlert-57c6d9296de2ad39-1782498231"}'
    assert len(read(GRAFANA, incoming(content))) == 1


def test_labels_that_are_grafanas_own_are_left_out_wherever_they_come_by() -> None:
    content = payload("alertmanager-1-firing-two")
    content["alerts"][0]["labels"]["__alert_rule_uid__"] = "afsxq6b2qb85cb"
    for source in ("alertmanager", "grafana"):
        first, _ = read(SOURCES[source], incoming(content))
        assert "__alert_rule_uid__" not in first.labels
