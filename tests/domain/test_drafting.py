"""The first wording of a review's sections: sentences of facts, and nothing where the record says nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import timeline as t
from bot.domain.actor import Integration
from bot.domain.drafting import DRAFTS, Moment, Record, drafts
from bot.domain.folding import fold
from bot.domain.ids import IncidentNumber
from bot.domain.service_levels import ServiceLevel
from bot.domain.vocabulary import Level, Priority, Role, Section, Severity, StepOutcome, TimeName
from tests.domain.given import BO, CHEN, DANA, ELI, NOON, after

DECLARED = t.IncidentDeclared(
    at=NOON,
    by=DANA,
    number=IncidentNumber(42),
    title="checkout returns 500s",
    priority=Priority.P1,
    why="impact high, urgency high",
    service="checkout",
    service_name="Checkout",
    asked=BO,
    acknowledge=t.Promise(after(5)),
    next_update=t.Promise(after(15)),
)
MITIGATED = t.IncidentMitigated(at=after(20), by=BO, what="traffic moved to the standby")
RESOLVED = t.IncidentResolved(at=after(40), by=BO, what="4.2 runs everywhere")
VERIFIED = t.IncidentVerified(at=after(50), by=CHEN, how="error rate flat")
CLOSED = t.IncidentClosed(at=after(60), by=BO)
UNVERIFIED = t.IncidentClosed(at=after(60), by=BO, unverified_because="nobody can test it")
REOPENED = t.IncidentReopened(at=after(70), by=CHEN, reason="errors are back", next_update=t.Promise(after(85)))
RESOLVED_AGAIN = t.IncidentResolved(at=after(90), by=BO, what="the cache is cleared")
BO_ACCEPTED = t.CommandAccepted(at=after(2), by=BO)
CHEN_ACCEPTED = t.CommandAccepted(at=after(9), by=CHEN, previous=BO)


def drafted(
    *events: t.AnyEvent,
    first: t.IncidentDeclared = DECLARED,
    levels: Iterable[ServiceLevel] = (),
    moments: Sequence[Moment] = (),
) -> dict[Section, str]:
    everything = sorted((first, *events), key=lambda event: event.at)
    recorded = [t.Recorded(seq, event.at, event) for seq, event in enumerate((first, *events), start=1)]
    return drafts(Record(fold(recorded), everything, tuple(levels), moments))


def changed(**values: object) -> t.IncidentDeclared:
    names = {name: getattr(DECLARED, name) for name in DECLARED.__dataclass_fields__}
    return t.IncidentDeclared(**{**names, **values})


def corrected(name: TimeName, number: float) -> t.TimeCorrected:
    return t.TimeCorrected(at=after(90), by=BO, name=name, value=after(number), was=None, reason="graphs")


def update(at: float, due: float | None) -> t.UpdatePosted:
    due_at = None if due is None else after(due)
    return t.UpdatePosted(at=after(at), by=BO, update=t.Update("down"), due_at=due_at)


def level(name: str, is_kept: bool | None) -> ServiceLevel:
    return ServiceLevel(name, after(5), after(4), is_kept)


def test_of_a_declaration_alone_only_the_declaration_is_told() -> None:
    assert drafted() == {Section.SUMMARY: "This is a P1 in Checkout, declared by <@UDANA>."}


@pytest.mark.parametrize(
    ("events", "sentences"),
    [
        ((MITIGATED,), "It was mitigated after 20 min: traffic moved to the standby."),
        ((RESOLVED,), "It was resolved after 40 min: 4.2 runs everywhere."),
        (
            (MITIGATED, RESOLVED),
            "It was mitigated after 20 min: traffic moved to the standby. "
            "It was resolved 20 min later: 4.2 runs everywhere.",
        ),
        (
            (MITIGATED, replace(RESOLVED, at=after(20.5))),
            "It was mitigated after 20 min: traffic moved to the standby. "
            "It was resolved right after: 4.2 runs everywhere.",
        ),
        (
            (MITIGATED, corrected(TimeName.MITIGATED, -5)),
            "It was mitigated 5 min before it was declared: traffic moved to the standby.",
        ),
        ((RESOLVED, REOPENED), ""),
        ((BO_ACCEPTED,), "<@UBO> was in command."),
        ((BO_ACCEPTED, CHEN_ACCEPTED), "<@UBO> and <@UCHEN> were in command, in turn."),
        (
            (BO_ACCEPTED, CHEN_ACCEPTED, t.CommandAccepted(at=after(12), by=BO, previous=CHEN)),
            "<@UBO> and <@UCHEN> were in command, in turn.",
        ),
        ((t.IncidentCancelled(at=after(3), by=DANA, reason="a test"),), "It was cancelled."),
        (
            (BO_ACCEPTED, t.IncidentMerged(at=after(3), by=DANA, into=IncidentNumber(41), title="the shop")),
            "It was continued as INC-41.",
        ),
    ],
)
def test_the_summary_says_how_it_went(events: tuple[t.AnyEvent, ...], sentences: str) -> None:
    (_, _, rest) = drafted(*events)[Section.SUMMARY].partition("by <@UDANA>.")
    assert rest.lstrip() == sentences


def test_the_summary_names_a_drill_an_integration_and_no_service_where_there_is_none() -> None:
    alerted = changed(by=None, integration=Integration("Alertmanager", "a"), service=None, service_name=None)
    assert drafted(first=alerted)[Section.SUMMARY] == "This is a P1, declared by Alertmanager."
    assert "This is a P1 drill in Checkout, declared" in drafted(first=changed(is_drill=True))[Section.SUMMARY]


def classified(at: float, was: Priority, now: Priority, changed: str = "priority") -> t.Reclassified:
    return t.Reclassified(
        at=after(at),
        by=BO,
        priority=now,
        was=was,
        impact=Level.HIGH,
        urgency=Level.HIGH,
        changed=changed,
        reason="nobody can pay",
        why="",
    )


def test_the_summary_says_how_bad_it_was() -> None:
    raised = drafted(classified(5, Priority.P2, Priority.P1), RESOLVED, first=changed(priority=Priority.P2))
    assert raised[Section.SUMMARY].startswith("This was a P1 in Checkout, declared as a P2 by <@UDANA>.")
    up_and_down = (classified(5, Priority.P3, Priority.P1), classified(30, Priority.P1, Priority.P2))
    summary = drafted(*up_and_down, first=changed(priority=Priority.P3))[Section.SUMMARY]
    assert summary == "This is a P2 in Checkout, a P1 at its worst, declared as a P3 by <@UDANA>."


def test_the_summary_tells_what_users_noticed_and_the_key_moments() -> None:
    moments = [
        Moment(after(7), CHEN, "The disk of the primary is gone.\n```\nI/O error\n```\n"),
        Moment(after(8), CHEN, "Nothing at all."),
        Moment(after(-2), None, "x" * 200 + " " + "y" * 100),
    ]
    summary = drafted(RESOLVED, first=changed(user_impact="nobody can pay"), moments=moments)[Section.SUMMARY]
    assert summary == (
        "This was a P1 in Checkout, declared by <@UDANA>. Users noticed: nobody can pay. "
        f"2 min before it was declared, somebody wrote: “{'x' * 200}…”. "
        "After 7 min, <@UCHEN> wrote: “The disk of the primary is gone”. "
        "It was resolved after 40 min: 4.2 runs everywhere."
    )


def said(at: float, conditions: str) -> t.UpdatePosted:
    return t.UpdatePosted(at=after(at), by=BO, update=t.Update(conditions))


@pytest.mark.parametrize(
    ("first", "events", "text"),
    [
        (DECLARED, (), None),
        (changed(user_impact="nobody can pay"), (), "Users noticed: nobody can pay."),
        (changed(user_impact="Nobody can pay!"), (), "Users noticed: Nobody can pay!"),
        (changed(severity=Severity.SEV2), (), None),
        (
            DECLARED,
            (classified(5, Priority.P2, Priority.P1, "impact"),),
            "After 5 min, the impact was set to high: nobody can pay.",
        ),
        (DECLARED, (classified(5, Priority.P2, Priority.P1, "category"),), None),
        (DECLARED, (said(9, "looking"), said(19, "still looking")), "After 9 min, an update said: “looking”."),
        (
            changed(user_impact="nobody can pay"),
            (said(9, "looking"), said(19, "12% of customers cannot pay"), said(29, "better")),
            "Users noticed: nobody can pay. After 19 min, an update said: “12% of customers cannot pay”.",
        ),
        (DECLARED, (MITIGATED, corrected(TimeName.BEGAN, -20)), "The impact lasted 40 min."),
        (DECLARED, (RESOLVED, corrected(TimeName.BEGAN, -24 * 60)), "The impact lasted 24 h 40 min."),
        (DECLARED, (MITIGATED, corrected(TimeName.BEGAN, 30)), None),
        (DECLARED, (corrected(TimeName.BEGAN, -20),), None),
        (DECLARED, (t.ReportedAgain(at=after(1), by=ELI, title="down"),), "It was reported 1 more time."),
        (DECLARED, (t.ReportedAgain(at=after(1), by=ELI, title="down"),) * 2, "It was reported 2 more times."),
    ],
)
def test_the_impact_is_what_users_noticed_what_was_said_of_it_and_how_long(
    first: t.IncidentDeclared, events: tuple[t.AnyEvent, ...], text: str | None
) -> None:
    assert drafted(*events, first=first).get(Section.IMPACT) == text


@pytest.mark.parametrize(
    ("first", "events", "text"),
    [
        (changed(source="alert"), (), "<@UDANA> reported it (source: alert)."),
        (changed(reported_by=ELI), (), "<@UELI> reported it."),
        (
            changed(source="alert"),
            (t.AlertAttached(at=after(1), by=DANA, alert=1, source="Grafana", title="5xx", began_at=after(-4)),),
            "Grafana noticed it: 5xx. It was declared 4 min after it was detected.",
        ),
        (
            changed(source="customer"),
            (t.AlertAttached(at=after(9), alert=1, source="Grafana", title="5xx", began_at=after(8)),),
            "<@UDANA> reported it (source: customer).",
        ),
        (DECLARED, (corrected(TimeName.BEGAN, -9),), "It was declared 9 min after it began."),
        (
            DECLARED,
            (corrected(TimeName.BEGAN, -9), corrected(TimeName.DETECTED, -4)),
            "It was detected 5 min after it began. It was declared 4 min after it was detected.",
        ),
        (DECLARED, (corrected(TimeName.BEGAN, -4), corrected(TimeName.DETECTED, -9)), "It was declared 9 min after"),
    ],
)
def test_detection_is_who_noticed_it_and_how_long_that_took(
    first: t.IncidentDeclared, events: tuple[t.AnyEvent, ...], text: str
) -> None:
    assert text in drafted(*events, first=first)[Section.DETECTION]
    assert " before " not in drafted(*events, first=first)[Section.DETECTION]


def test_what_was_noted_last_before_the_declaration_tells_how_it_was_found() -> None:
    notes = [t.NoteAdded(at=after(at), by=CHEN, text=text) for at, text in ((-9, "deployed"), (-1, "first page"))]
    assert drafted(*notes)[Section.DETECTION] == "1 min before it was declared, <@UCHEN> noted: first page."
    assert Section.DETECTION not in drafted(t.NoteAdded(at=after(1), by=CHEN, text="looking"))


def test_the_summary_tells_the_cause_once_it_was_said_and_the_impact_does_not_repeat_it() -> None:
    told = drafted(said(3, "all users fail"), said(9, "all users fail. The cause is 4.2"), said(12, "better"))
    assert "After 9 min, an update said: “all users fail. The cause is 4.2”." in told[Section.SUMMARY]
    assert told[Section.IMPACT] == "After 3 min, an update said: “all users fail”."


def test_a_short_answer_in_a_thread_is_no_summary() -> None:
    words = "Simulate or not, it still runs on every request"
    for is_reply in (True, False):
        summary = drafted(moments=[Moment(after(7), CHEN, words, is_reply)])[Section.SUMMARY]
        assert (words in summary) is not is_reply


def test_whoever_verified_it_is_named_first() -> None:
    verified = t.IncidentVerified(at=after(50), by=BO, how="<@UCHEN|chen>: graphs are flat")
    assert drafted(RESOLVED, verified)[Section.RESOLUTION] == "It was verified by <@UCHEN|chen>: graphs are flat."


def test_the_response_is_told_in_the_order_in_which_people_took_their_part() -> None:
    events = (
        t.CommandAccepted(at=after(2), by=BO),
        t.RoleAssigned(at=after(3), by=BO, role=Role.SCRIBE, person=CHEN),
        t.RoleAssigned(at=after(4), by=BO, role=Role.SCRIBE, person=ELI),
        t.RoleAssigned(at=after(5), by=BO, role=Role.RESPONDER, person=DANA),
        t.ServicePaged(at=after(6), by=BO, service="search", service_name="Search", person=ELI),
        t.Escalated(at=after(7), by=BO, reason="no answer", told=(CHEN,)),
        t.Escalated(at=after(8), by=BO, reason="still none", told=(ELI,)),
        t.CommandTakenOver(at=after(95), by=CHEN, previous=BO, because="an update is overdue"),
    )
    assert drafted(*events)[Section.RESPONSE] == (
        "<@UCHEN> took over command from <@UBO> after 1 h 35 min. "
        "<@UELI> was paged for Search. "
        "It was escalated twice: no answer; still none."
    )
    handed = drafted(BO_ACCEPTED, CHEN_ACCEPTED)[Section.RESPONSE]
    assert handed == "Command passed from <@UBO> to <@UCHEN> after 9 min."


@pytest.mark.parametrize(
    ("events", "text"),
    [
        ((), None),
        ((MITIGATED,), None),
        ((MITIGATED, RESOLVED, VERIFIED), "It was verified: error rate flat."),
        ((RESOLVED, UNVERIFIED), "It was closed without verification: nobody can test it."),
        ((RESOLVED, VERIFIED, CLOSED, REOPENED), None),
        ((MITIGATED, RESOLVED, VERIFIED, CLOSED, REOPENED, RESOLVED_AGAIN), None),
    ],
)
def test_the_resolution_is_what_holds_now_and_not_what_was_undone(
    events: tuple[t.AnyEvent, ...], text: str | None
) -> None:
    assert drafted(*events).get(Section.RESOLUTION) == text


def step(at: float, outcome: StepOutcome, note: str = "") -> t.StepReported:
    return t.StepReported(at=after(at), by=BO, slug="failover", number=3, step="Stop", outcome=outcome, note=note)


@pytest.mark.parametrize(
    ("events", "levels", "well", "badly"),
    [
        ((), (level("acknowledge", None),), None, None),
        ((), (level("acknowledge", True),), "Command was accepted in time.", None),
        ((), (level("mitigate", False),), None, "The target to stop the impact was missed."),
        (
            (),
            (
                level("acknowledge", True),
                level("mitigate", True),
                ServiceLevel("resolve", after(240), after(300), False),
                level("update first", True),
            ),
            "Command was accepted, the impact was stopped and the first update came in time.",
            "The target to resolve the incident was missed by 1 h.",
        ),
        ((update(10, 15),), (), "The update was on time.", None),
        ((update(10, 15), update(20, 25)), (), "All 2 updates were on time.", None),
        ((update(10, 15), update(28, 25)), (), None, "1 of 2 updates was late, by 3 min."),
        ((update(18, 15), update(29, 25)), (), None, "2 of 2 updates were late, by up to 4 min."),
        ((update(18, 15),), (), None, "The only update was late, by 3 min."),
        ((update(10, None),), (), "The update was on time.", None),
        ((step(5, StepOutcome.DONE),), (), None, None),
        ((step(5, StepOutcome.FAILED, "no standby"),), (), None, "Step 3 of failover failed: no standby."),
        ((step(5, StepOutcome.FAILED), step(6, StepOutcome.SKIPPED)), (), None, "Step 3 of failover failed."),
        ((RESOLVED, VERIFIED, REOPENED), (), None, "It was reopened once."),
    ],
)
def test_what_went_well_and_what_went_badly(
    events: tuple[t.AnyEvent, ...], levels: tuple[ServiceLevel, ...], well: str | None, badly: str | None
) -> None:
    found = drafted(*events, levels=levels)
    assert (found.get(Section.WENT_WELL), found.get(Section.WENT_BADLY)) == (well, badly)


def test_what_only_people_can_know_is_never_drafted() -> None:
    everything = drafted(
        MITIGATED, RESOLVED, VERIFIED, CLOSED, update(10, 15), first=changed(user_impact="no payments")
    )
    assert not {Section.LUCK, Section.FACTORS, Section.WHYS, Section.LESSONS} & {*everything, *DRAFTS}


WORDS = st.text(min_size=1).filter(lambda text: text.strip() == text)


@given(WORDS, WORDS, st.integers(-3_000, 3_000), st.integers(-3_000, 3_000))
def test_whatever_was_said_and_corrected_every_draft_ends_its_sentences(
    said: str, how: str, began: int, mitigated: int
) -> None:
    found = drafted(
        t.IncidentMitigated(at=after(20), by=BO, what=said),
        t.IncidentResolved(at=after(40), by=BO, what=how),
        corrected(TimeName.BEGAN, began),
        corrected(TimeName.MITIGATED, mitigated),
        first=changed(title=said, user_impact=how),
    )
    assert all(text.endswith((".", "!", "?", "…", "```")) for text in found.values())
    assert said in found[Section.SUMMARY]
    lasted = "The impact lasted" in found[Section.IMPACT]
    assert lasted is (mitigated > began)
