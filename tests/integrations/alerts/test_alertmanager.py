"""Three messages captured from a real Alertmanager, and what others send that looks like them."""

from datetime import UTC, datetime

import pytest

from bot.domain.vocabulary import SignalState
from bot.integrations.alerts import SOURCES, Unreadable, read
from tests.integrations.alerts.given import incoming, payload


def test_each_alert_of_a_message_is_a_signal_of_its_own() -> None:
    one, other = read(SOURCES["alertmanager"], incoming(payload("alertmanager-1-firing-two")))
    assert (one.key, other.key) == ("b1c11497b32ce15e", "5308e11450d376b3")
    assert one.group == other.group == '{}:{alertname="HighErrorRate", service="checkout"}'
    assert (one.title, one.severity, one.state) == ("5xx above 5 %", "critical", SignalState.FIRING)
    assert one.labels["instance"] == "web-1"
    assert one.started_at == datetime(2026, 11, 26, 16, 22, 34, 814269, tzinfo=UTC)
    assert one.ended_at is None
    assert (one.link, one.runbook_url) == ("http://prometheus.example/graph", "https://runbooks.example/checkout")
    assert (other.link, other.runbook_url) == ("http://alertmanager.example:9093", None)


def test_a_message_that_says_firing_may_hold_what_is_over() -> None:
    one, other = read(SOURCES["alertmanager"], incoming(payload("alertmanager-2-one-resolved-one-firing")))
    assert (one.state, other.state) == (SignalState.RESOLVED, SignalState.FIRING)
    assert one.ended_at == datetime(2026, 11, 26, 16, 22, 38, tzinfo=UTC)
    assert one.title == "HighErrorRate"  # it comes without annotations: the alert keeps those of the firing
    (last,) = read(SOURCES["alertmanager"], incoming(payload("alertmanager-3-all-resolved")))
    assert (last.key, last.state) == ("5308e11450d376b3", SignalState.RESOLVED)


def test_newer_versions_and_missing_parts_are_read() -> None:
    assert len(read(SOURCES["alertmanager"], incoming(payload("alertmanager-v0.32-firing")))) == 2
    assert read(SOURCES["alertmanager"], incoming({"alerts": []})) == []
    (bare,) = read(
        SOURCES["alertmanager"], incoming({"alerts": [{"labels": {"a": "b"}, "annotations": None, "startsAt": 3}]})
    )
    assert (bare.title, len(bare.key), bare.group) == ("An alert without a title", 64, bare.key)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"{", b"[" * 100_000, b"\xff", b'{"alerts": {}}'])
def test_what_is_no_message_of_it_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(Unreadable, match=r"[A-Z].*[.]$"):
        read(SOURCES["alertmanager"], incoming(body))
