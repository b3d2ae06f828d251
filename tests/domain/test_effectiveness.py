"""How well runbooks do: what is counted of one incident, and what is said over many."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import timeline as t
from bot.domain import working
from bot.domain.effectiveness import ENOUGH, Compared, Used, report, uses
from bot.domain.metrics import spread
from bot.domain.vocabulary import StepOutcome
from tests.domain.given import BAD_CHANGE, BO, FAILOVER, NOON, after_events, commanded, days, minutes, run

UNTIL = NOON + days(1)
A_WHILE = st.none() | st.integers(-5, 500).map(minutes)


def linked(slug: str) -> t.LinkedRunbook:
    return t.LinkedRunbook(slug, slug, "")


def test_an_incident_tells_of_each_runbook_what_came_of_it() -> None:
    offered = after_events(commanded(), t.RunbookLinked(at=NOON, by=BO, runbook=linked("offered")))
    assert (uses(commanded()), uses(offered)) == ({}, {"offered": "o"})
    incident = run(offered, working.start(offered, BO, (BAD_CHANGE, FAILOVER), "database-failover", NOON))
    assert uses(incident)["database-failover"] == "ou"
    judged = t.RunbookJudged(at=NOON, by=BO, runbook=linked("offered"), helped=False)
    steps = (
        t.StepReported(at=NOON, by=BO, slug=FAILOVER.slug, number=one.number, step=one.title, outcome=StepOutcome.DONE)
        for one in FAILOVER.steps
    )
    again = t.RunbookJudged(at=NOON, by=BO, runbook=linked("database-failover"), helped=True)
    assert uses(after_events(incident, judged, *steps, again)) == {"offered": "oun", "database-failover": "oufh"}


def used(letters: str, mitigated: float | None = None, slug: str = "a") -> Used:
    return Used({slug: letters}, NOON, None if mitigated is None else NOON + minutes(mitigated))


def test_medians_with_and_without_are_compared_from_enough_incidents_on() -> None:
    with_it = [used("ou", number) for number in (10, 20, 30, 40, 50)]
    without = [used("o", number) for number in (40, 50, 60, 70)]
    few = report([*with_it, *without, used("o"), used("o", -3)], NOON, UNTIL).runbooks[0]
    assert (few.offered, few.used, few.mitigate.saved) == (11, 5, None)
    enough = report([*with_it, *without, used("o", 80)], NOON, UNTIL).runbooks[0]
    assert enough.mitigate.saved == minutes(30)
    assert (enough.resolve.used, enough.resolve.saved) == (None, None)
    longer = Compared(spread([minutes(9)] * ENOUGH), spread([minutes(2)] * ENOUGH))
    assert longer.saved == minutes(-7)


def test_those_used_most_often_come_first_and_only_those_of_the_time_count() -> None:
    found = [used("ou", slug="b"), used("o", slug="a"), used("o", slug="a"), used("o", slug="c")]
    old = Used({"d": "ou"}, NOON - timedelta(seconds=1))
    assert [one.slug for one in report([*found, old], NOON, UNTIL).runbooks] == ["b", "a", "c"]


@given(st.lists(st.tuples(st.sampled_from(["o", "ou", "ouf", "ouh", "oun", "oufh"]), A_WHILE), max_size=30))
def test_every_incident_is_counted_once(incidents: list[tuple[str, timedelta | None]]) -> None:
    told = [Used({"a": letters}, NOON, None if took is None else NOON + took) for letters, took in incidents]
    counts = Counter(letter for letters, _ in incidents for letter in letters)
    (one,) = report(told, NOON, UNTIL).runbooks or (None,)
    if one is None:
        assert incidents == []
        return
    assert (one.offered, one.used, one.finished) == (len(incidents), counts["u"], counts["f"])
    assert (one.helped, one.did_not_help) == (counts["h"], counts["n"])
    measured = sum(side.count for side in (one.mitigate.used, one.mitigate.unused) if side)
    assert measured == sum(took is not None and took >= timedelta() for _, took in incidents)
