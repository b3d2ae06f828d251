"""PagerDuty's webhooks tell of Muster's own pages, too: no alert is made of those."""

import json

import pytest

from bot.integrations.alerts import pagerduty
from bot.integrations.alerts.reading import Incoming


@pytest.mark.parametrize(("key", "signals"), [("muster/T1/INC-1/page/3/U1", 0), ("checkout-5xx", 1), (None, 1)])
def test_no_alert_is_made_of_a_page_of_ours(key: str | None, signals: int) -> None:
    data = {"id": "PGR0VU2", "title": "checkout fails", "incident_key": key}
    body = json.dumps({"event": {"id": "1", "event_type": "incident.triggered", "data": data}}).encode()
    assert len(pagerduty.read(Incoming(body, {}, {}))) == signals
