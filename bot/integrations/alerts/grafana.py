"""Grafana's unified alerting: the shape of Alertmanager's webhook, with a signature of its own.

Fields and signature: grafana/alerting, receivers/webhook/v1/webhook.go and http/hmac.go (August 2026). The signature is
bare hexadecimal of HMAC-SHA256 over the body, or over the timestamp, a colon and the body, where a header for the
timestamp is configured; that header has no name by default, here it is `X-Grafana-Alerting-Timestamp`.

What the button "Test" of a contact point sends is known by its group: notify/test_receivers.go makes it of the
integration, the alert's fingerprint and the second; that of a rule begins with a brace. Labels of rules without data:
messages of 10 to 13 that people published.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.alerts import Signal
from bot.integrations.alerts.alertmanager import of_group
from bot.integrations.alerts.authentic import is_signed, knows_secret
from bot.integrations.alerts.reading import Incoming, Unreadable, as_object, bounded, first

NAME = "grafana"
SIGNATURE = "x-grafana-alerting-signature"
TIMESTAMP = "x-grafana-alerting-timestamp"
FRESH_FOR = 300
"""Seconds."""
OF_A_TEST = re.compile(r"[^{].*-[0-9a-f]{16}-[0-9]{10,}")
CANNOT_TELL = {"DatasourceNoData": "no data", "DatasourceError": "its query fails"}
"""Names that an alert has while its rule cannot be evaluated; the rule's own stands in another label then."""


def is_authentic(incoming: Incoming, secrets: Sequence[str]) -> bool:
    """By its signature where it has one, else by the secret."""
    signature = incoming.headers.get(SIGNATURE)
    if signature is None:
        return knows_secret(incoming, secrets)
    stamp = incoming.headers.get(TIMESTAMP)
    if stamp is None:
        return is_signed([signature], secrets, incoming.body)
    return is_signed([signature], secrets, stamp.encode() + b":" + incoming.body) and _is_fresh(stamp)


def _is_fresh(stamp: str) -> bool:
    return stamp.isascii() and stamp.isdecimal() and abs(time.time() - int(stamp[:12])) <= FRESH_FOR


def read(incoming: Incoming) -> list[Signal]:
    """Raises Unreadable."""
    content = as_object(incoming.body)
    if not isinstance(content.get("alerts"), list):
        raise Unreadable("It is no message of Grafana's webhook: `alerts` is missing.")
    if OF_A_TEST.fullmatch(str(content.get("groupKey"))):
        return []
    return bounded([_titled(one) for one in of_group(NAME, content)])


def _titled(one: Signal) -> Signal:
    """What cannot be told is no sign of what the rule is about, although it comes with the rule's summary."""
    why, rule = CANNOT_TELL.get(one.labels.get("alertname", "")), one.labels.get("rulename")
    return replace(one, title=first(f"{rule}: {why}")) if why and rule else one
