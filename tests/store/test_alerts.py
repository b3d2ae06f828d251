"""Alerts are kept once, in order, and for as long as somebody may ask for them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.alerts import Alert, Delivery, KnownSignal, Signal
from bot.domain.ids import IncidentNumber
from bot.domain.vocabulary import AlertState, Handling, SignalState
from bot.store import Store

NOW = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
SIGNAL = Signal(
    "alertmanager", "web-1", "group", SignalState.FIRING, "5xx „above“ 5 %", "text", "critical", {"a": "b"}, NOW, None
)
DELIVERY = Delivery(0, "alertmanager", (SIGNAL, replace(SIGNAL, key="web-2")), NOW)
ALERT = Alert(
    1,
    "alertmanager",
    "k",
    Handling.ASK,
    "5xx",
    NOW,
    NOW,
    NOW + timedelta(minutes=30),
    labels=(("a", "b"),),
    recent=(NOW,),
    settles_at=NOW,
    declaring_since=NOW,
)


async def test_a_delivery_is_kept_once_and_worked_off_in_order(store: Store) -> None:
    async def receive(name: str) -> bool:
        async with store.write() as tx:
            return await tx.receive(name, None, DELIVERY)

    assert sorted(await asyncio.gather(*(receive("a") for _ in range(4)))) == [False, False, False, True]
    assert await receive("b")
    async with store.read() as tx:
        first, second = await tx.deliveries(10)
        assert await tx.are_alerts_waiting()
        assert await tx.deliveries_waiting() == 2
    assert first.id < second.id
    assert replace(first, id=0) == DELIVERY
    async with store.write() as tx:
        await tx.worked_off([first.id])
        await tx.not_worked_off(second.id, "ValueError")
        assert not await tx.are_alerts_waiting()
        assert await tx.deliveries_waiting() == 0
        assert await tx.failed_deliveries() == 1
        assert await tx.retry_deliveries() == 1
        assert len(await tx.deliveries(10)) == 1


async def test_the_same_body_counts_again_after_a_while(store: Store) -> None:
    async with store.write() as tx:
        assert await tx.receive("body", timedelta(minutes=4), DELIVERY)
        assert not await tx.receive("body", timedelta(minutes=4), DELIVERY)
        assert await tx.receive("body", timedelta(0), DELIVERY)


async def test_alerts_are_found_by_what_is_asked_of_them(store: Store) -> None:
    taken = replace(ALERT, number=2, state=AlertState.TAKEN, incident=IncidentNumber(7), settles_at=None)
    asked = replace(ALERT, number=3, key="other", state=AlertState.ASKED, declaring_since=None)
    async with store.write() as tx:
        await tx.keep_alerts([ALERT, taken, asked])
        await tx.keep_alerts([replace(ALERT, times=37)])
        await tx.keep_signals({(1, "web-1"): KnownSignal(SignalState.RESOLVED, NOW, NOW)})
        await tx.keep_heard({"alertmanager": NOW})
    async with store.read() as tx:
        assert await tx.alert(1) == replace(ALERT, times=37)
        assert await tx.alert(9) is None
        assert await tx.latest_alerts({"k", "none"}) == {"k": taken}
        assert await tx.alerts_of(IncidentNumber(7)) == (taken,)
        assert await tx.alerts([AlertState.ASKED]) == (asked,)
        assert [one.number for one in await tx.settling_alerts(NOW)] == [1, 3]
        assert await tx.next_alert_at() == NOW
        assert await tx.declared_from_alerts_since(NOW - timedelta(seconds=1)) == 2
        assert await tx.next_alert_number() == 4
        assert await tx.heard_from() == {"alertmanager": NOW}
        known = await tx.known_signals({(1, "web-1"), (1, "web-2")})
    assert known == {(1, "web-1"): KnownSignal(SignalState.RESOLVED, NOW, NOW)}


async def test_what_fired_long_ago_is_forgotten_but_what_an_incident_has(store: Store) -> None:
    taken = replace(ALERT, number=2, incident=IncidentNumber(7))
    async with store.write() as tx:
        await tx.keep_alerts([ALERT, taken, replace(ALERT, number=3, last_at=NOW + timedelta(days=1))])
        await tx.keep_signals({(number, "x"): KnownSignal(SignalState.FIRING, NOW) for number in (1, 2, 3)})
        await tx.purge_alerts(NOW + timedelta(seconds=1))
        assert [number for number in (1, 2, 3) if await tx.alert(number)] == [2, 3]
        assert set(await tx.known_signals({(1, "x"), (2, "x"), (3, "x")})) == {(3, "x")}
