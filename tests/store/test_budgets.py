"""What incidents used of an error budget by their rows is what their timelines tell, on both engines."""

import random
from dataclasses import replace
from datetime import timedelta

from bot.domain.budgets import Burn, budget, impact_of
from bot.domain.ids import IncidentNumber
from bot.domain.metrics import NOT_HANDLED
from bot.domain.objectives import USUAL_SHARES, Objective, Rolling
from bot.domain.timeline import (
    AnyEvent,
    DegradedShareStated,
    DrillCorrected,
    IncidentCancelled,
    IncidentMerged,
    IncidentMitigated,
    IncidentReopened,
    IncidentResolved,
    Promise,
)
from bot.domain.vocabulary import Priority
from bot.store import Store, Writing
from tests.store.given import BO, NOON, declaration, minutes

OBJECTIVE = Objective("checkout", "", 0.99, Rolling(timedelta(days=28), "over 28 days"))
MANY = 120


async def live(tx: Writing, dice: random.Random) -> None:
    at = NOON - minutes(dice.randrange(60 * 24 * 60))
    stated, mitigated, resolved, back, again = (at := at + minutes(dice.randrange(1, 900)) for _ in range(5))
    begun = stated - minutes(dice.randrange(1, 60))
    chances: list[tuple[float, AnyEvent]] = [
        (0.4, DegradedShareStated(at=stated, by=BO, percent=dice.choice([0.0, 12.5, 80.0]), reason="graphs")),
        (0.1, DrillCorrected(at=stated, by=BO, is_drill=True, reason="it is the exercise")),
        (0.5, IncidentMitigated(at=mitigated, by=BO, what="x")),
    ]
    is_resolved = dice.random() < 0.8
    ends: list[AnyEvent] = [IncidentResolved(at=resolved, by=BO, what="x")] if is_resolved else []
    if is_resolved and dice.random() < 0.3:
        ends.append(IncidentReopened(at=back, by=BO, reason="it is back", next_update=Promise(again)))
        ends += [IncidentResolved(at=again, by=BO, what="x")] if dice.random() < 0.5 else []
    elif not is_resolved:
        other = IncidentMerged(at=back, by=BO, into=IncidentNumber(1), title="x")
        cancelled = IncidentCancelled(at=back, by=BO, reason="a false alarm")
        ends += dice.choice(([], [other], [cancelled]))
    number = await tx.next_number()
    declared = replace(
        declaration(number),
        at=begun,
        priority=dice.choice((Priority.P1, Priority.P2)),
        service=dice.choice(("checkout", "checkout", "payments", None)),
    )
    events = [one for chance, one in chances if dice.random() < chance]
    await tx.record(number, [declared, *events, *ends], NOON)


async def test_a_budget_by_the_rows_is_that_by_the_timelines(store: Store) -> None:
    dice = random.Random(5)  # noqa: S311 - the same lives every time
    async with store.write() as tx:
        for _ in range(MANY):
            await live(tx, dice)
    async with store.read() as tx:
        rows = await tx.burning(["checkout"], NOON - timedelta(days=28))
        incidents = [one for number in await tx.numbers() if (one := await tx.incident(number)) is not None]
    told = [
        Burn(
            one.number,
            impact_of(one),
            USUAL_SHARES[one.priority] if one.degraded is None else one.degraded / 100,
        )
        for one in incidents
        if one.service == "checkout" and not one.is_drill and one.status not in NOT_HANDLED
    ]
    found = budget(OBJECTIVE, [one.burn(USUAL_SHARES) for one in rows], NOON)
    assert found == budget(OBJECTIVE, told, NOON)
    assert found.burned > timedelta()
    assert 0 < len(rows) < len(told), "those of before the window are not read"
    left_out = {one.number for one in incidents} - {one.number for one in told}
    assert not left_out & {one.number for one in rows}
