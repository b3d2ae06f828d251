"""Every source: its samples, its traps, its proof; and nothing that comes breaks any of them."""

import base64
import hashlib
import hmac
import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import alerts
from bot.domain.alerts import Signal
from bot.domain.policy import GenericAlerts
from bot.domain.vocabulary import SignalState
from bot.integrations.alerts import SOURCES, Incoming, Unreadable, read, sources
from tests.integrations.alerts.given import PAYLOADS, incoming, payload

FIRING, RESOLVED = SignalState.FIRING, SignalState.RESOLVED
AT = datetime(2026, 3, 2, 9, 51, 3, tzinfo=UTC)
SECRET = "a-secret-of-monitoring"
GENERIC = GenericAlerts(
    {"key": "id", "title": "name", "state": "status", "labels": "{service: svc}", "started_at": "since"}, ("ok",), "a[]"
)
ALL = sources(GENERIC)
SENDERS = Path(__file__).parents[3] / "docs" / "senders"


def one(source: str, name: str | Any, headers: dict[str, str] | None = None) -> Signal:
    (found,) = read(ALL[source], incoming(payload(name) if isinstance(name, str) else name, headers))
    return found


@pytest.mark.parametrize(
    ("source", "fires", "is_over", "key", "title", "service", "at"),
    [
        ("grafana", "grafana-firing", "grafana-resolved", "c6eadffa33fcdf37", "Memory above 90 %", "checkout", AT),
        (
            "datadog",
            "datadog-triggered",
            "datadog-recovered",
            "4567890123456789",
            "CPU high on checkout",
            "checkout",
            AT,
        ),
        ("sentry", "sentry-issue-unresolved", "sentry-issue-resolved", "1117540176", "ReferenceError", "checkout", AT),
        (
            *("sentry", "sentry-metric_alert-critical", "sentry-metric_alert-resolved", "metric/4"),
            *("Too many errors", "checkout", AT.replace(minute=40, second=0)),
        ),
        ("pagerduty", "pagerduty-v3-triggered", "pagerduty-v3-resolved", "PGR0VU2", "checkout: 5xx", "Checkout", AT),
        (
            *("pagerduty-events", "pagerduty-events-v2-trigger", "pagerduty-events-v2-resolve", "checkout-5xx"),
            *("checkout: 5xx", "checkout", AT),
        ),
        ("sns", "sns-cloudwatch-alarm", "sns-cloudwatch-ok", None, "checkout-5xx", None, AT),
        ("azure", "azure-common-fired", "azure-common-resolved", None, "checkout-cpu", "checkout", AT),
        ("gcp", "gcp-open", "gcp-closed", "0.lj2va6zdkemq", "checkout CPU", "checkout", AT),
        ("newrelic", "newrelic-activated", "newrelic-closed", None, "checkout: error rate", "checkout", AT),
        ("uptime-kuma", "uptime-kuma-down", "uptime-kuma-up", "7", "checkout", "checkout", AT),
        ("healthchecks", "healthchecks-down", "healthchecks-up", None, "nightly backup", "backup", AT),
        ("zabbix", "zabbix-problem", "zabbix-recovered", "1042", "checkout: 5xx", "checkout", None),
    ],
)
def test_firing_and_recovery_are_known_for_the_same(
    source: str, fires: str, is_over: str, key: str | None, title: str, service: str | None, at: datetime | None
) -> None:
    firing, over = one(source, fires), one(source, is_over)
    assert (firing.state, over.state) == (FIRING, RESOLVED)
    assert firing.key == over.key == (key or firing.key)
    assert firing.source == source
    assert firing.group == over.group
    assert firing.title.startswith(title)
    assert firing.labels.get("service") == service
    assert firing.started_at is None if at is None else abs((firing.started_at or AT) - at).total_seconds() < 60
    assert firing.ended_at is None


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("uptime-kuma", "uptime-kuma-test"),
        ("datadog", "datadog-template"),
        ("healthchecks", "healthchecks-template"),
        ("zabbix", "zabbix-media-type"),
        ("pagerduty", "pagerduty-v3-acknowledged"),
        ("sns", "sns-cloudwatch-insufficient_data"),
        ("sns", "sns-subscription-confirmation"),
    ],
)
def test_tests_and_notices_are_no_signals(source: str, name: str) -> None:
    assert read(SOURCES[source], incoming(payload(name))) == []


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("uptime-kuma", {"heartbeat": {"status": 3}, "monitor": {"id": 7}}),
        ("gcp", {"incident": None}),
        ("newrelic", {"id": "{{ issueId }}", "status": "{{ state }}"}),
        ("sentry", {"action": "assigned", "data": {"issue": {"id": "1"}}}),
        ("sentry", {"action": "created", "installation": {}}),
        ("icinga", {"notification_type": "DOWNTIMESTART", "host": "web-1"}),
        ("nagios", {"notification_type": "$NOTIFICATIONTYPE$", "host": "$HOSTNAME$"}),
        ("pagerduty-events", {"event_action": "acknowledge", "dedup_key": "x"}),
    ],
)
def test_what_only_looks_like_an_alert_is_none(source: str, content: Any) -> None:
    assert read(SOURCES[source], incoming(content)) == []


def test_an_issue_alert_of_sentry_is_over_with_its_issue() -> None:
    assert one("sentry", "sentry-event_alert-triggered").key == one("sentry", "sentry-issue-resolved").key


def test_nagios_and_icinga_are_known_by_host_and_service() -> None:
    problem = payload("icinga2-notification")
    assert one("icinga", problem).key == one("icinga", {**problem, "notification_type": "RECOVERY"}).key == "web-1!http"
    assert one("icinga", problem).started_at == AT
    assert one("icinga", problem).title == "HTTP on web-1: critical"
    assert one("nagios", "nagios-notification").key == "web-1!HTTP"
    assert one("nagios", {"notification_type": "PROBLEM", "host": "web-1", "state": "DOWN"}).title == "web-1: down"


def test_cloudevents_come_in_three_ways() -> None:
    event = payload("cloudevents-structured")
    structured = one("cloudevents", event, {"Content-Type": "application/cloudevents+json"})
    attributes = {f"ce-{name}": value for name, value in event.items() if name not in ("data", "datacontenttype")}
    assert one("cloudevents", event["data"], {"Content-Type": "application/json", **attributes}) == structured
    batch = incoming(
        [event, {**event, "type": "x.resolved", "data": {}}], {"content-type": "application/cloudevents-batch+json"}
    )
    assert [found.state for found in read(SOURCES["cloudevents"], batch)] == [FIRING, RESOLVED]
    assert SOURCES["cloudevents"].identity(batch) is None
    assert SOURCES["cloudevents"].identity(incoming(event)) == "/monitors/checkout 1234-1234-1234"


def test_what_the_policy_describes_is_read_by_it() -> None:
    content = {
        "a": [
            {"id": 3, "name": "slow", "status": "OK", "svc": "checkout"},
            {"id": "4", "status": "bad", "since": 1772445063},
        ]
    }
    over, firing = read(ALL["generic"], incoming(content))
    assert (over.key, over.state, over.labels) == ("3", RESOLVED, {"service": "checkout"})
    assert (firing.key, firing.state, firing.started_at) == ("4", FIRING, AT)
    with pytest.raises(Unreadable):
        read(ALL["generic"], incoming({"a": [{"name": "without a key"}]}))
    broken = sources(GenericAlerts({"key": "length(id)", "title": "t", "state": "s"}, ("ok",)))["generic"]
    with pytest.raises(Unreadable, match="`key`"):
        read(broken, incoming({"id": 3}))


@pytest.mark.parametrize(
    ("source", "field"),
    [("datadog", "id"), ("sentry", ""), ("pagerduty", ""), ("sns", "MessageId"), ("cloudevents", "id")],
)
def test_the_senders_own_id_of_a_delivery_is_what_it_is_known_by(source: str, field: str) -> None:
    samples = {
        "datadog": "datadog-triggered",
        "sentry": "sentry-issue-resolved",
        "pagerduty": "pagerduty-v3-triggered",
        "sns": "sns-cloudwatch-alarm",
        "cloudevents": "cloudevents-structured",
    }
    content = payload(samples[source])
    first = SOURCES[source].delivery_id(source, incoming(content, {"Request-ID": "r1"}))
    again = SOURCES[source].delivery_id(source, incoming({**content, "x": 1}, {"Request-ID": "r1"}))
    assert first == again
    assert first[1] is None
    if field:
        assert SOURCES[source].delivery_id(source, incoming({**content, field: "another"})) != first


def signed(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_signatures_are_of_the_bytes_that_came() -> None:
    body = json.dumps(payload("sentry-issue-resolved"), indent=3).encode()
    now, old = str(int(time.time())), str(int(time.time()) - 3600)
    good: list[tuple[str, dict[str, str]]] = [
        ("sentry", {"Sentry-Hook-Signature": signed(SECRET, body)}),
        ("pagerduty", {"X-PagerDuty-Signature": f"v1=00,v1={signed(SECRET, body)}"}),
        ("grafana", {"X-Grafana-Alerting-Signature": signed(SECRET, body)}),
        ("grafana", {"Authorization": "Basic " + base64.b64encode(f"muster:{SECRET}".encode()).decode()}),
        (
            "grafana",
            {
                "X-Grafana-Alerting-Signature": signed(SECRET, f"{now}:".encode() + body),
                "X-Grafana-Alerting-Timestamp": now,
            },
        ),
        ("zabbix", {"Authorization": f"Bearer {SECRET}"}),
        ("azure", {"X-Muster-Secret": SECRET}),
    ]
    for source, headers in good:
        assert SOURCES[source].is_authentic(incoming(body, headers), ["another-secret-of-it", SECRET])
        assert not SOURCES[source].is_authentic(incoming(body, headers), ["another-secret-of-it"])
        if "Signature" in "".join(headers):
            assert not SOURCES[source].is_authentic(incoming(body + b" ", headers), [SECRET])
    replayed = {
        "X-Grafana-Alerting-Signature": signed(SECRET, f"{old}:".encode() + body),
        "X-Grafana-Alerting-Timestamp": old,
    }
    assert not SOURCES["grafana"].is_authentic(incoming(body, replayed), [SECRET])
    assert SOURCES["azure"].is_authentic(Incoming(body, {}, {"secret": SECRET}), [SECRET])
    events = payload("pagerduty-events-v2-trigger")
    assert SOURCES["pagerduty-events"].is_authentic(incoming(events), [events["routing_key"]])
    assert not SOURCES["pagerduty-events"].is_authentic(incoming({**events, "routing_key": 3}), [events["routing_key"]])


@pytest.mark.parametrize("source", SOURCES)
def test_without_anything_nobody_is_let_in(source: str) -> None:
    for content in (b"", b"{}", b"\xff", payload("pagerduty-events-v2-trigger")):
        assert not SOURCES[source].is_authentic(incoming(content), [SECRET])


def test_every_source_has_a_name_for_people() -> None:
    assert set(ALL) == set(alerts.SOURCES)


BODIES = [file.read_bytes() for file in sorted(PAYLOADS.glob("*.json"))]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def is_read_or_refused(source: str, came: Incoming) -> None:
    found, refused = [], "Nothing."
    try:
        found = read(ALL[source], came)
    except Unreadable as why:
        refused = str(why)
    assert re.fullmatch(r"[A-Z`].*\.", refused)
    assert all(0 < len(signal.key) <= 64 for signal in found)
    ALL[source].delivery_id(source, came)
    ALL[source].is_authentic(came, [SECRET])


@pytest.mark.parametrize("source", ALL)
@given(st.binary(max_size=200) | st.sampled_from(BODIES))
def test_any_bytes_are_signals_or_refused(source: str, body: bytes) -> None:
    is_read_or_refused(source, incoming(body))


@pytest.mark.parametrize("source", ALL)
@given(st.data())
def test_any_value_in_any_place_is_read_or_refused(source: str, data: st.DataObject) -> None:
    """A sample with something else where something was expected."""
    content = json.loads(data.draw(st.sampled_from(BODIES)))
    where = content
    while isinstance(where, dict | list) and where:
        place = data.draw(st.sampled_from(sorted(where) if isinstance(where, dict) else range(len(where))))
        if not isinstance(where[place], dict | list) or data.draw(st.booleans()):
            where[place] = data.draw(VALUES)
            break
        where = where[place]
    is_read_or_refused(source, incoming(json.dumps(content).encode("utf-8", "replace")))


def test_the_templates_that_are_shipped_are_what_is_read() -> None:
    assert payload("datadog-template") == json.loads((SENDERS / "datadog.json").read_text(encoding="utf-8"))
    filled = (SENDERS / "newrelic.hbs").read_text(encoding="utf-8")
    filled = re.sub(r"\{\{ (?:json )?(\w+)[^}]*\}\}", r'"\1"', filled)
    assert json.loads(filled).keys() >= {"id", "name", "status", "severity", "issueUrl"}
    written = (SENDERS / "zabbix-media-type.yaml").read_text(encoding="utf-8")
    for name, macro in payload("zabbix-media-type").items():
        assert f"{{name: {name}, value: '{macro}'}}" in written
