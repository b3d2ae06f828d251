"""Runbooks that are offered while an incident begins: as words arrive, and only when the offer is another one."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain import runbook, status, working
from bot.domain import timeline as t
from bot.domain.decision import Decision
from bot.domain.incident import Incident
from bot.domain.matching import MOST_CHOSEN, Told
from bot.domain.offering import OFFERED_WITHIN, offer_anew
from bot.domain.reason import RunbookFits, Stated
from bot.domain.runbook import Runbook
from bot.domain.vocabulary import ReasonCode, StepOutcome
from tests.domain.given import BO, BY_NAME, CHEN, FAILOVER, NOON, POLICY, ROLLBACK, Verb, after, declared, minutes, run

DISK, QUEUE, DNS = (Runbook(slug, slug.title()) for slug in ("disk", "queue", "dns"))
ALL = (ROLLBACK, FAILOVER, DISK, QUEUE, DNS)
TITLE = {ROLLBACK.slug: Told(1.0, ("deploy",))}


def told(**said: float) -> dict[str, Told]:
    """The title speaks of a deploy; beside it, people say what stands in other runbooks."""
    return TITLE | {slug: Told(0.0, talk_score=score, talk=("words",)) for slug, score in said.items()}


def begun() -> Incident:
    """The rollback is offered."""
    fits = RunbookFits(("deploy",), code=ReasonCode.TITLE_SAYS)
    return replace(declared(), runbooks=(runbook.linked(ROLLBACK, (fits,)),), last_runbook=ROLLBACK.slug)


def offered(incident: Incident, said: dict[str, Told], at: datetime = NOON) -> list[str] | None:
    """What the card offers next; None where that stays as it is."""
    decision = offer_anew(incident, ALL, POLICY, said, at)
    if decision is None:
        return None
    (event,) = decision.events
    assert isinstance(event, t.RunbooksOffered)
    return [one.slug for one in event.runbooks]


def offering(**said: float) -> Verb:
    def decide(it: Incident) -> Decision:
        decision = offer_anew(it, ALL, POLICY, told(**said), after(1))
        assert decision is not None
        return decision

    return decide


def test_what_people_say_brings_the_runbook_that_it_stands_in_with_why() -> None:
    incident = run(begun(), offering(disk=4.0))
    assert [one.slug for one in incident.runbooks] == ["disk", ROLLBACK.slug]
    assert (incident.runbooks[0].why, incident.last_runbook) == ("people mentioned words", "disk")


def test_the_same_offer_is_not_made_twice_whatever_else_is_said() -> None:
    assert offered(begun(), TITLE) is None
    incident = run(begun(), offering(disk=4.0))
    assert offered(incident, told(disk=4.0)) is None
    assert offered(incident, told(disk=9.0, queue=0.4)) is None


def test_an_order_that_changes_below_the_first_is_no_other_offer() -> None:
    incident = run(begun(), offering(disk=9.0, queue=4.0))
    assert offered(incident, told(disk=9.0, queue=2.0)) is None
    assert offered(incident, told(disk=4.0, queue=9.0)) == ["queue", "disk", ROLLBACK.slug]


def test_three_are_offered_and_what_fits_less_gives_way() -> None:
    everything = told(disk=9.0, queue=8.0, dns=7.0)
    assert offered(begun(), everything) == ["disk", "queue", "dns"]
    assert MOST_CHOSEN == 3


@pytest.mark.parametrize("reason", [BY_NAME, Stated(ReasonCode.NAMED_BY_ALERT)])
def test_what_somebody_named_stays_beside_three_others(reason: Stated) -> None:
    named = t.RunbookLinked(at=NOON, by=BO, runbook=runbook.linked(ROLLBACK, (reason,)))
    incident = run(begun(), Decision((named,)), offering(disk=9.0, queue=8.0, dns=7.0))
    assert [one.slug for one in incident.runbooks] == [ROLLBACK.slug, "disk", "queue", "dns"]
    assert incident.last_runbook == ROLLBACK.slug


def test_what_somebody_judged_or_what_was_linked_without_a_reason_stays() -> None:
    judged = run(begun(), lambda it: working.judge(it, BO, ALL, ROLLBACK.slug, "", NOON, helped=False))
    old = replace(declared(), runbooks=(t.LinkedRunbook(ROLLBACK.slug, ROLLBACK.title, "category outage"),))
    for incident in (judged, old):
        assert [one.slug for one in run(incident, offering(disk=9.0)).runbooks] == [ROLLBACK.slug, "disk"]


STARTING: Verb = lambda it: working.start(it, BO, ALL, ROLLBACK.slug, NOON)  # noqa: E731
REPORTING: Verb = lambda it: working.report(  # noqa: E731
    it, BO, ALL, ROLLBACK.slug, 1, StepOutcome.DONE, "", NOON
)
MITIGATING: Verb = lambda it: status.mitigate(it, CHEN, "rule off", NOON, POLICY)  # noqa: E731


@pytest.mark.parametrize("verb", [STARTING, REPORTING, MITIGATING], ids=["started", "reported", "contained"])
def test_once_somebody_works_with_one_or_it_is_contained_the_offer_stays(verb: Verb) -> None:
    assert offered(begun(), told(disk=9.0)) is not None
    assert offered(run(begun(), verb), told(disk=9.0)) is None


def test_after_the_first_part_the_offer_stays() -> None:
    assert offered(begun(), told(disk=9.0), NOON + OFFERED_WITHIN - minutes(1)) is not None
    assert offered(begun(), told(disk=9.0), NOON + OFFERED_WITHIN) is None


def test_where_nothing_fits_any_more_nothing_is_offered() -> None:
    incident = run(begun(), lambda it: offer_anew(it, ALL, POLICY, {}, NOON) or Decision(()))
    assert (incident.runbooks, incident.last_runbook) == ((), None)
