"""Alerts as they are worked off: a recovery finds the alert in which its signal fires, whatever it says then."""

from dataclasses import replace

import pytest

from bot.domain.alerts import Alert, Signal
from bot.domain.policy import Alerting, AlertRoute
from bot.domain.vocabulary import Handling, SignalState
from bot.store import Store
from bot.workflows.alerts import receive, work_off
from bot.workflows.context import Context
from tests.domain.given import NOON, POLICY

CRITICAL = AlertRoute(Handling.ASK, when={"severity": "critical", "team": "shop"}, group_by=("team",))
FIRES = Signal(
    "icinga",
    "web-1!http",
    "web-1!http",
    SignalState.FIRING,
    "http on web-1: critical",
    severity="critical",
    labels={"team": "shop"},
    started_at=NOON,
)
OVER = replace(FIRES, state=SignalState.RESOLVED, title="http on web-1: ok", severity="ok", labels={}, ended_at=NOON)
"""As many senders say it: with another severity, and without labels."""


async def taken(store: Store, *requests: Signal, at_once: bool = False) -> tuple[Alert, ...]:
    """The alerts, oldest first, after those came one after the other, or were worked off together."""
    policy = replace(POLICY, alerting=Alerting(routes=(CRITICAL,)))
    context = Context(store, policy, (), lambda: NOON)
    for number, signal in enumerate(requests):
        await receive(context, signal.source, f"delivery {number}", None, [signal])
        if not at_once:
            await work_off(context, 10)
    await work_off(context, 10)
    async with store.read() as tx:
        return tuple(reversed(await tx.alerts()))


@pytest.mark.parametrize("at_once", [False, True])
async def test_a_recovery_belongs_to_the_alert_in_which_its_signal_fires(store: Store, at_once: bool) -> None:
    other = replace(FIRES, key="web-2!http")
    (alert,) = await taken(store, FIRES, other, OVER, at_once=at_once)
    assert (alert.times, alert.firing, alert.quiet_since) == (2, 1, None)
    (alert,) = await taken(store, FIRES, other, OVER, replace(OVER, key="web-2!http"), at_once=at_once)
    assert (alert.firing, alert.quiet_since) == (0, NOON)


async def test_a_recovery_of_nothing_that_fires_and_one_of_another_source_change_nothing(store: Store) -> None:
    assert await taken(store, OVER) == ()
    (alert,) = await taken(store, replace(OVER, key="else"), FIRES, replace(OVER, source="nagios"))
    assert (alert.firing, alert.quiet_since) == (1, None)


async def test_a_storm_of_questions_is_ten_messages_and_one_that_lists_the_others(store: Store) -> None:
    context = Context(store, POLICY, (), lambda: NOON)
    many = [replace(FIRES, key=f"web-{number}", group=f"web-{number}") for number in range(40)]
    await receive(context, "icinga", "the first", None, many[:30])
    await work_off(context, 10)
    await receive(context, "icinga", "the rest", None, many[30:])
    await work_off(context, 10)
    async with store.read() as tx:
        asked = [one.kind for one in await tx.outbox()]
        listing = await tx.alert(11)
        assert listing is not None
        assert [one.number for one in await tx.gathered_by(listing)] == list(range(12, 41))
    assert asked.count("AskAboutAlert") == 11
    assert asked.count("RefreshAlert") == 1
