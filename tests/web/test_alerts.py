"""The door for alerts, alone: what it answers, and what it hands on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp

from bot.domain.alerts import Signal
from bot.integrations.alerts import SOURCES
from bot.web.alerts import AlertDoor
from bot.web.readiness import Readiness
from bot.web.server import Web

SECRET = "a-secret-of-monitoring"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
TRIGGER = {
    "routing_key": SECRET,
    "event_action": "trigger",
    "dedup_key": "checkout-5xx",
    "payload": {"summary": "5xx", "source": "web-1", "severity": "critical"},
}


async def ready() -> Readiness:
    return Readiness((), ())


async def unreachable(url: str) -> bytes:
    raise OSError("not reached")


@dataclass
class Kept:
    """Takes what the door hands on, or fails."""

    signals: list[Signal] = field(default_factory=list)
    error: Exception | None = None
    waits_for: asyncio.Event | None = None
    """A database that takes until then."""

    async def __call__(
        self, source: str, delivery_id: str, within: timedelta | None, signals: Sequence[Signal]
    ) -> bool:
        if self.waits_for is not None:
            await self.waits_for.wait()
        if self.error is not None:
            raise self.error
        self.signals += signals
        return True


@asynccontextmanager
async def served(kept: Kept | None, answered_within: float = 20) -> AsyncIterator[aiohttp.ClientSession]:
    secrets = {"pagerduty-events": [SECRET], "cloudevents": [SECRET], "sns": [TOPIC], "zabbix": [SECRET]}
    door = AlertDoor(secrets, SOURCES, unreachable, answered_within=answered_within)
    door.take = kept
    async with (
        Web("127.0.0.1", 0, ready, door).running() as web,
        aiohttp.ClientSession(f"http://127.0.0.1:{web.port}") as client,
    ):
        yield client


async def test_senders_of_pagerduty_events_get_the_answer_that_they_know() -> None:
    kept = Kept()
    async with served(kept) as client, client.post("/alerts/pagerduty-events/v2/enqueue", json=TRIGGER) as answer:
        assert answer.status == 202
        assert await answer.json() == {
            "status": "success",
            "message": "Event processed",
            "dedup_key": "checkout-5xx",
        }
    assert [one.key for one in kept.signals] == ["checkout-5xx"]


async def test_a_sender_of_cloudevents_may_ask_whether_it_may() -> None:
    asking = {"WebHook-Request-Origin": "eventgrid.example"}
    async with served(Kept()) as client:
        async with client.options(f"/alerts/cloudevents?secret={SECRET}", headers=asking) as answer:
            assert (answer.status, answer.headers["WebHook-Allowed-Origin"]) == (200, "eventgrid.example")
        async with client.options("/alerts/cloudevents", headers=asking) as answer:
            assert answer.status == 401
            assert "WebHook-Allowed-Origin" not in answer.headers


async def test_what_cannot_be_kept_or_proven_now_is_to_come_again() -> None:
    for kept in (None, Kept(error=OSError("no database"))):
        async with served(kept) as client, client.post("/alerts/pagerduty-events", json=TRIGGER) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    signed = {
        "Type": "Notification",
        "TopicArn": TOPIC,
        "Signature": "AAAA",
        "SignatureVersion": "2",
        "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/x.pem",
    }
    async with served(Kept()) as client:
        async with client.post("/alerts/sns", json=signed) as answer:
            assert answer.status == 503
        async with client.post("/alerts/sns", json={**signed, "TopicArn": "arn:aws:sns:x:1:other"}) as answer:
            assert answer.status == 401


async def test_where_the_database_is_slow_the_sender_hears_in_time_to_send_it_again_and_it_is_kept() -> None:
    free = asyncio.Event()
    kept = Kept(waits_for=free)
    async with served(kept, answered_within=0.01) as client:
        async with client.post("/alerts/pagerduty-events", json=TRIGGER) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert kept.signals == []
        free.set()
        async with asyncio.timeout(20):
            while not kept.signals:
                await asyncio.sleep(0)


async def test_what_is_not_switched_on_is_not_there() -> None:
    async with served(Kept()) as client:
        for source in ("grafana", "generic", "x", "..%2fmetrics"):
            async with client.post(f"/alerts/{source}", json={}) as answer:
                assert answer.status == 404
