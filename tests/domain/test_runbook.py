"""Choosing runbooks, finding them by words, linking them, reporting their steps."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config.runbooks import load
from bot.demo import company, story
from bot.domain import runbook as rules
from bot.domain import timeline as t
from bot.domain.effects import Announce
from bot.domain.folding import fold
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Service
from bot.domain.refusal import AlreadyOver
from bot.domain.runbook import Runbook, Step, choose
from bot.domain.vocabulary import Priority, StepOutcome
from tests.domain.given import BY_NAME, effects

DANA = SlackUserId("UDANA")
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SOON = t.Promise(NOON + timedelta(minutes=15))
SHIPPED = load(Path(__file__).parents[2] / "runbooks")

FAILOVER = Runbook(
    slug="database-failover",
    title="Database failover",
    services=("orders",),
    categories=("outage", "degradation"),
    tags=("database", "postgres"),
    symptoms=("writes fail everywhere", "replication lag grows"),
    steps=(Step(1, "Stop writes"), Step(2, "Promote the replica")),
)
DEPLOY = Runbook(
    slug="bad-change",
    title="Roll back a bad change",
    categories=("outage", "degradation"),
    tags=("deploy", "web"),
    steps=(Step(1, "Undo it"),),
)
SECURITY = Runbook(slug="security-report", title="A security report", categories=("security",), tags=("access",))
ALL = (FAILOVER, DEPLOY, SECURITY)


def chosen(title: str, service: Service | None = None, category: str | None = None) -> list[str]:
    return [one.slug for one in choose(ALL, service, category, title)]


def test_the_runbook_of_the_service_comes_first() -> None:
    orders = Service("orders", "Orders", tags=("deploy",))
    first, second = choose(ALL, orders, "outage", "slow")
    assert (first.slug, first.why) == ("database-failover", "for the service Orders; category outage")
    assert (second.slug, second.why) == ("bad-change", "shares the tag deploy; category outage")


def test_the_reason_names_every_tag_that_is_shared() -> None:
    (found,) = choose(ALL, Service("x", "X", tags=("postgres", "database")), None, "slow")
    assert found.why == "shares the tags database, postgres"


def test_one_category_of_several_alone_chooses_nothing() -> None:
    assert chosen("something is odd", category="outage") == []


def test_the_only_category_of_a_runbook_chooses_it() -> None:
    assert chosen("something is odd", category="security") == ["security-report"]


def test_a_title_that_names_a_runbook_chooses_it() -> None:
    assert chosen("Databases need a FAILOVER") == ["database-failover"]


def test_words_of_a_symptom_choose_together() -> None:
    assert chosen("all writes fail, replication is behind") == ["database-failover"]
    assert chosen("the writes are late") == []


def test_nothing_is_chosen_where_nothing_fits() -> None:
    assert chosen("printer on fire", Service("office", "Office", tags=("paper",)), "hardware") == []


def test_three_runbooks_are_chosen_at_the_most() -> None:
    tagged = tuple(Runbook(f"run-{number}", "Run", tags=("database",)) for number in range(5))
    found = choose(tagged, Service("x", "X", tags=("database",)), None, "slow")
    assert [one.slug for one in found] == ["run-0", "run-1", "run-2"]


@pytest.mark.parametrize("name", story.shipped())
def test_every_story_gets_its_runbook_first(name: str) -> None:
    told = story.read(name)
    declared = next(event for event in told.events if event.do == "declare")
    title = declared.text.partition(" service:")[0]
    service = Service(told.service, told.service, tags=tuple(company.TAGS[told.service]))
    expected = told.truth.runbook_slug_expected
    assert choose(SHIPPED, service, told.category, title)[0].slug == expected
    assert expected in [one.slug for one in choose(SHIPPED, None, told.category, title)]


def test_a_search_puts_what_is_named_before_what_is_told() -> None:
    lag = Runbook("lag", "Lag", symptoms=("the database is behind",))
    assert rules.search((lag, FAILOVER, DEPLOY), "Database") == [FAILOVER, lag]
    assert rules.search(ALL, "xyzzy") == []
    assert rules.search(ALL, "the of") == []


def test_a_plural_finds_its_singular() -> None:
    assert rules.search(ALL, "databases") == [FAILOVER]


def test_an_unknown_slug_is_refused_with_the_nearest() -> None:
    assert rules.find(ALL, "bad-change") is DEPLOY
    with pytest.raises(rules.UnknownRunbook, match="Did you mean `database-failover`"):
        rules.find(ALL, "database-failovr")


def incident(*events: t.AnyEvent, runbooks: tuple[t.LinkedRunbook, ...] = ()) -> Incident:
    declared = t.IncidentDeclared(
        at=NOON,
        by=DANA,
        number=IncidentNumber(42),
        title="checkout returns 500s",
        priority=Priority.P1,
        why="",
        asked=DANA,
        acknowledge=SOON,
        next_update=SOON,
        runbooks=runbooks,
    )
    return fold(t.Recorded(seq, event.at, event) for seq, event in enumerate((declared, *events), start=1))


LINKED = (t.LinkedRunbook("database-failover", "Database failover", ""),)
OVER = t.IncidentCancelled(at=NOON, by=DANA, reason="a test")


def reported(
    number: int,
    outcome: StepOutcome = StepOutcome.DONE,
    note: str = "",
    slug: str | None = None,
    of: Incident | None = None,
) -> t.StepReported:
    told = of or incident(runbooks=LINKED)
    (event,) = rules.report_step(told, DANA, ALL, slug, number, outcome, note, NOON).events
    assert isinstance(event, t.StepReported)
    return event


def test_a_runbook_is_linked_and_announced_with_why() -> None:
    decision = rules.link(incident(), DANA, DEPLOY, BY_NAME, NOON)
    (event,) = decision.events
    linked = t.LinkedRunbook("bad-change", "Roll back a bad change", "asked for by name", (BY_NAME,), len(DEPLOY.steps))
    assert event == t.RunbookLinked(at=NOON, by=DANA, runbook=linked)
    assert effects(incident(), decision)[0] == Announce(event)


def test_a_step_is_of_the_runbook_last_touched() -> None:
    assert reported(2).slug == "database-failover"
    assert reported(2).step == "Promote the replica"
    touched = incident(reported(1, slug="bad-change"), runbooks=LINKED)
    assert reported(1, of=touched).slug == "bad-change"


def test_without_a_runbook_there_is_no_step_to_report() -> None:
    with pytest.raises(rules.NoRunbookYet, match="/incident runbook"):
        reported(1, of=incident())


@pytest.mark.parametrize(
    ("slug", "number", "range_"),
    [("database-failover", 0, "steps 1 to 2"), ("database-failover", 3, "steps 1 to 2"), ("bad-change", 2, "1 step;")],
)
def test_a_step_out_of_range_is_refused_with_the_range(slug: str, number: int, range_: str) -> None:
    with pytest.raises(rules.NoSuchStep, match=range_):
        reported(number, slug=slug)


def test_a_step_that_was_not_done_needs_a_reason() -> None:
    with pytest.raises(rules.WhyNotDone, match=r"why step 1 is skipped.*`/incident step 1 skip "):
        reported(1, StepOutcome.SKIPPED)
    with pytest.raises(rules.WhyNotDone, match="why step 1 failed"):
        reported(1, StepOutcome.FAILED)
    assert reported(1, StepOutcome.FAILED, "no access").note == "no access"


def test_once_an_incident_is_over_its_runbooks_rest() -> None:
    with pytest.raises(AlreadyOver):
        rules.link(incident(OVER), DANA, DEPLOY, BY_NAME, NOON)
    with pytest.raises(AlreadyOver):
        reported(1, of=incident(OVER, runbooks=LINKED))
