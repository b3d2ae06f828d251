"""Regulators' clocks: what people say starts, corrects and stops them; who is asked, reminded and told; and that
nothing that becomes of the incident stops one."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import clock, reclassify, status
from bot.domain import timeline as t
from bot.domain.decision import Decision
from bot.domain.effects import Announce, TellPerson
from bot.domain.folding import fold
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Deadline, Incident, Reporting
from bot.domain.policy import EscalationStep, Policy, RegulationRules, Suggestion
from bot.domain.reclassify import Change
from bot.domain.refusal import NothingToChange, Refusal
from bot.domain.regulations import BUILT_IN, Limit, Regulation, Stage, Trigger, Within, within_hours
from bot.domain.telling import tell
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Priority, Status
from tests.domain.given import (
    A_CRITICAL_ONE,
    BO,
    CHEN,
    ELI,
    MIA,
    NOON,
    POLICY,
    SAM,
    after,
    days,
    declaring,
    effects,
    hours,
    minutes,
)

OURS = Regulation(
    "acme",
    "Contract with Acme",
    "",
    "Is Acme affected?",
    (Trigger("aware", "awareness"),),
    (
        Stage("notice", "first notice", (Limit("aware", within_hours(2)),), may_wait=True),
        Stage("report", "report", (Limit("notice", Within(months=1)),), may_wait=True),
    ),
)
P1_OR_SECURITY = (Suggestion(priority=Priority.P1), Suggestion(category="security"))
RULES = {
    "nis2": RegulationRules(BUILT_IN["nis2"], (CHEN,), suggest=P1_OR_SECURITY),
    "dora": RegulationRules(
        BUILT_IN["dora"],
        ("@legal",),
        suggest=(Suggestion(service="checkout", tag="payments"),),
        ladder=(EscalationStep(minutes(20), (ELI,)),),
    ),
    "gdpr": RegulationRules(BUILT_IN["gdpr"], (CHEN,)),
    "cra": RegulationRules(BUILT_IN["cra"]),
    "acme": RegulationRules(OURS, ("manager",)),
}
KEPT = replace(POLICY, regulations=RULES)
GROUPS = {"@legal": (SAM, CHEN)}
CLOCKS = (DeadlineKind.REPORTABLE, DeadlineKind.REPORT)


class Course:
    """A timeline as it grows, and the time by now."""

    def __init__(
        self, priority: Priority | None = Priority.P1, policy: Policy = KEPT, *, is_private: bool = False
    ) -> None:
        self.policy = policy
        self.now = NOON
        self.timeline: list[t.Recorded] = []
        self.record(declaring(replace(A_CRITICAL_ONE, priority=priority, is_private=is_private), policy=policy))

    def record(self, decision: Decision) -> None:
        first = len(self.timeline) + 1
        self.timeline += [t.Recorded(seq, self.now, one) for seq, one in enumerate(decision.events, start=first)]

    @property
    def incident(self) -> Incident:
        return fold(self.timeline)

    def of(self, kind: type[t.AnyEvent]) -> list[t.AnyEvent]:
        return [one.event for one in self.timeline if isinstance(one.event, kind)]

    @property
    def awaited(self) -> list[t.ReportsAwaited]:
        return [one.event for one in self.timeline if isinstance(one.event, t.ReportsAwaited)]

    def waiting(self) -> list[Deadline]:
        return [one for one in self.incident.open_deadlines() if one.kind in CLOCKS]

    def until(self, at: datetime) -> "Course":
        """Time passes, and every deadline of a clock fires in its turn."""
        while found := [one for one in self.waiting() if one.due_at <= at]:
            deadline = min(found, key=lambda one: one.due_at)
            self.now = max(self.now, deadline.due_at)
            self.record(clock.fire(self.incident, deadline, self.now, self.policy, GROUPS))
        self.now = at
        return self

    def said(self, regulation: str, trigger: str, at: datetime | None = None) -> "Course":
        decision = clock.trigger(
            self.incident, CHEN, regulation, trigger, at or self.now, "data was read", self.now, self.policy
        )
        self.record(decision)
        return self

    def submitted(self, regulation: str, stage: str, at: datetime | None = None, ref: str = "") -> "Course":
        decision = clock.submit(self.incident, CHEN, regulation, stage, at or self.now, ref, "", self.now, self.policy)
        self.record(decision)
        return self

    def ruled_out(self, regulation: str, reason: str = "no data was read") -> "Course":
        self.record(clock.rule_out(self.incident, CHEN, regulation, reason, self.now, self.policy))
        return self

    def clock(self, regulation: str) -> Reporting:
        found = self.incident.reporting_under(regulation)
        assert found is not None
        return found

    def due(self, regulation: str) -> dict[str, datetime | None]:
        return {one.stage: one.due_at for one in self.clock(regulation).stages}


def test_nis2_runs_from_awareness_and_its_end_from_what_was_submitted() -> None:
    course = Course().until(after(5)).said("nis2", "aware", after(-10))
    assert course.due("nis2") == {
        "early_warning": after(-10) + hours(24),
        "notification": after(-10) + hours(72),
        "final": None,
    }
    course.until(NOON + hours(20)).submitted("nis2", "early_warning", ref="FI-88213")
    course.until(NOON + hours(70)).submitted("nis2", "notification", NOON + hours(69))
    assert course.due("nis2")["final"] == datetime(2026, 4, 7, 9, tzinfo=NOON.tzinfo)
    assert course.clock("nis2").is_running
    course.until(NOON + days(20)).submitted("nis2", "final")
    assert not course.clock("nis2").is_running
    assert course.waiting() == []
    submission = course.clock("nis2").submission("early_warning")
    assert submission is not None
    assert (submission.reference, submission.by) == ("FI-88213", CHEN)


def test_dora_runs_from_classification_and_each_report_from_the_one_before() -> None:
    course = Course().until(after(30)).said("dora", "aware", after(0))
    assert set(course.due("dora").values()) == {None}
    assert course.clock("dora").next_due is None
    course.until(after(60)).said("dora", "major")
    assert course.due("dora")["initial"] == after(60) + hours(4)
    course.until(after(120)).submitted("dora", "initial")
    assert course.due("dora")["intermediate"] == after(120) + hours(72)
    course.until(after(120) + hours(40)).submitted("dora", "intermediate")
    assert course.due("dora")["final"] == datetime(2026, 4, 6, 6, tzinfo=NOON.tzinfo)


def test_dora_waits_for_noon_of_a_working_day_only_where_the_policy_says_so() -> None:
    relieved = replace(RULES["dora"], relief=frozenset({"final"}))
    madrid = replace(POLICY.business_hours, timezone=ZoneInfo("Europe/Madrid"))
    policy = replace(KEPT, regulations={"dora": relieved}, business_hours=madrid)
    course = Course(policy=policy).said("dora", "major").submitted("dora", "initial")
    assert course.due("dora")["intermediate"] == NOON + hours(72)  # a Saturday
    course.submitted("dora", "intermediate")
    assert course.due("dora")["final"] == datetime(2026, 4, 6, 10, tzinfo=NOON.tzinfo)  # 4 April is a Saturday


def test_gdpr_has_one_stage_and_can_be_ruled_out_with_a_reason() -> None:
    course = Course().said("gdpr", "aware")
    assert course.due("gdpr") == {"notification": NOON + hours(72)}
    course.until(after(90)).ruled_out("gdpr", "the disk was encrypted")
    found = course.clock("gdpr")
    assert (found.ruled_out, found.is_running, dict(found.triggers)) == (
        "the disk was encrypted",
        False,
        {"aware": NOON},
    )
    assert [one for one in course.waiting() if one.audience.startswith("gdpr")] == []
    course.until(after(120)).said("gdpr", "aware", NOON)
    assert course.clock("gdpr").is_running
    assert course.clock("gdpr").next_due is not None
    course.until(NOON + hours(72))
    assert course.awaited[-1].step is DeadlineStep.OVERDUE


def test_the_final_report_of_cra_counts_from_the_fix_or_from_the_notification() -> None:
    flaw = Course().said("cra", "vulnerability").submitted("cra", "early_warning").submitted("cra", "notification")
    assert flaw.due("cra")["final"] is None
    flaw.until(NOON + days(3)).said("cra", "fixed")
    assert flaw.due("cra")["final"] == NOON + days(17)
    severe = Course().said("cra", "incident").submitted("cra", "early_warning").submitted("cra", "notification")
    assert severe.due("cra")["final"] == datetime(2026, 4, 4, 12, tzinfo=NOON.tzinfo)


def test_one_of_our_own_counts_as_the_policy_says() -> None:
    course = Course().said("acme", "aware")
    assert course.due("acme")["notice"] == NOON + hours(2)
    course.until(NOON + hours(3)).submitted("acme", "notice")
    assert course.due("acme")["report"] == datetime(2026, 4, 4, 15, tzinfo=NOON.tzinfo)


def test_a_corrected_trigger_counts_anew_and_keeps_what_was() -> None:
    course = Course().until(after(60)).said("nis2", "aware", after(30))
    course.until(after(90)).said("nis2", "aware", after(10))
    event = course.of(t.ReportingTriggered)[-1]
    assert isinstance(event, t.ReportingTriggered)
    assert (event.was, event.happened_at) == (after(30), after(10))
    assert "instead of 12:30 UTC" in tell(event)
    assert course.due("nis2")["early_warning"] == after(10) + hours(24)
    assert {one.promised_at for one in course.waiting()} == {after(10) + hours(24), after(10) + hours(72)}


def test_a_trigger_that_is_corrected_into_the_past_is_overdue_at_once() -> None:
    course = Course().until(NOON + hours(20)).said("nis2", "aware")
    course.until(NOON + hours(26)).said("nis2", "aware", NOON)
    course.until(NOON + hours(26))
    last = course.awaited[-1]
    assert (last.step, last.at, last.reports[0].stage) == (DeadlineStep.OVERDUE, NOON + hours(26), "early_warning")


def test_a_corrected_submission_moves_what_counts_from_it() -> None:
    course = Course().said("acme", "aware").until(NOON + hours(2)).submitted("acme", "notice", ref="A-1")
    course.until(NOON + hours(5)).submitted("acme", "notice", NOON + hours(1))
    event = course.of(t.ReportSubmitted)[-1]
    assert isinstance(event, t.ReportSubmitted)
    assert (event.was, event.reference) == (NOON + hours(2), "A-1")
    assert course.due("acme")["report"] == datetime(2026, 4, 4, 13, tzinfo=NOON.tzinfo)


def test_a_correction_of_one_stage_leaves_the_others_as_they_are() -> None:
    """What is overdue and stays so is not told anew because of something else."""
    course = Course().said("dora", "major").submitted("dora", "initial").until(NOON + hours(73))
    told = len(course.awaited)
    course.said("dora", "aware", after(-5)).until(NOON + hours(73) + minutes(10))
    assert len(course.awaited) == told


@pytest.mark.parametrize(
    ("does", "says"),
    [
        (lambda it: it.said("nis3", "aware"), "There is no regulation “nis3”. The policy has: nis2, dora"),
        (lambda it: it.said("nis2", "major"), "NIS2 has no “major”. Say `aware`; `none`"),
        (lambda it: it.said("dora", "seen"), "Say `major` or `aware`;"),
        (lambda it: it.said("nis2", "aware", after(61)), "has not come yet"),
        (lambda it: it.submitted("nis2", "early_warning"), "First say since when: `/incident clock nis2 aware"),
        (
            lambda it: it.said("nis2", "aware").submitted("nis2", "initial"),
            "There are: early_warning, notification, final",
        ),
        (lambda it: it.said("nis2", "aware").submitted("nis2", "notification"), "The early warning comes before"),
        (lambda it: it.said("nis2", "aware").submitted("nis2", "early_warning", after(62)), "has not come yet"),
        (
            lambda it: it.said("nis2", "aware").submitted("nis2", "early_warning", after(59)),
            "would be before awareness",
        ),
        (
            lambda it: it.said("dora", "aware").submitted("dora", "initial"),
            "is due 4 hours after classification as major",
        ),
        (lambda it: it.ruled_out("nis2").submitted("nis2", "early_warning"), "NIS2 was ruled out: no data was read"),
        (lambda it: it.said("nis2", "aware").said("nis2", "aware"), "already has that time"),
        (lambda it: it.ruled_out("nis2").ruled_out("nis2"), "already ruled out"),
        (
            lambda it: (
                it.said("nis2", "aware", after(0))
                .submitted("nis2", "early_warning", after(30))
                .said("nis2", "aware", after(31))
            ),
            "The early warning was submitted at",
        ),
        (
            lambda it: (
                it.said("nis2", "aware", after(0))
                .submitted("nis2", "early_warning", after(30))
                .submitted("nis2", "notification", after(29))
            ),
            "would be before the early warning",
        ),
        (
            lambda it: (
                it.said("nis2", "aware", after(0))
                .submitted("nis2", "early_warning", after(30))
                .submitted("nis2", "notification", after(40))
                .submitted("nis2", "early_warning", after(41))
            ),
            "The incident notification was submitted at",
        ),
        (
            lambda it: (
                it.said("nis2", "aware", after(0))
                .submitted("nis2", "early_warning", after(30))
                .submitted("nis2", "early_warning", after(30))
            ),
            "already recorded like that",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(does: Callable[[Course], object], says: str) -> None:
    with pytest.raises(Refusal) as refused:
        does(Course().until(after(60)))
    assert says in str(refused.value)


def test_without_regulations_it_says_where_they_go() -> None:
    with pytest.raises(clock.NoRegulations, match=r"regulations: \{nis2: "):
        Course(policy=POLICY).said("nis2", "aware")


def test_the_same_again_changes_nothing_but_a_reference_does() -> None:
    course = Course().said("nis2", "aware").submitted("nis2", "early_warning", NOON, "A-1")
    with pytest.raises(NothingToChange):
        course.submitted("nis2", "early_warning", NOON)
    course.submitted("nis2", "early_warning", NOON, "A-2")
    submission = course.clock("nis2").submission("early_warning")
    assert submission is not None
    assert submission.reference == "A-2"


def test_whoever_decides_is_asked_at_once_about_all_that_matches() -> None:
    course = Course().until(NOON)
    (asked,) = course.awaited
    assert (asked.deadline, asked.step) == (DeadlineKind.REPORTABLE, DeadlineStep.OVERDUE)
    assert [(one.regulation, one.rungs.told) for one in asked.reports] == [("nis2", (CHEN,)), ("dora", (SAM, CHEN))]
    assert asked.reports[0].answers == ("aware",)
    assert asked.reports[1].question == BUILT_IN["dora"].question
    told = effects(course.incident, Decision((asked,)), KEPT)
    assert [one.to for one in told if isinstance(one, TellPerson)] == [CHEN, SAM]
    assert any(isinstance(one, Announce) for one in told)


def test_an_unanswered_question_climbs_its_ladder_and_an_answer_ends_it() -> None:
    course = Course().until(after(25))
    assert [one.reports[0].rungs.told for one in course.awaited[1:]] == [(ELI,)]
    course.until(after(29)).ruled_out("dora")
    course.until(after(120))
    later = course.awaited[2:]
    assert [(one.at, one.reports[0].regulation, one.reports[0].rungs.told) for one in later] == [
        (after(30), "nis2", ()),
        (after(60), "nis2", (MIA,)),
    ]
    assert "Nobody had said after 30 min whether NIS2 applies" in tell(later[0])
    course.said("nis2", "aware")
    assert {one.kind for one in course.waiting()} == {DeadlineKind.REPORT}


def test_that_somebody_was_aware_does_not_say_that_it_is_major() -> None:
    course = Course().until(after(5)).said("dora", "aware")
    assert not course.clock("dora").is_answered
    assert "dora" in {one.audience for one in course.waiting() if one.kind is DeadlineKind.REPORTABLE}


def test_it_is_asked_once_and_only_where_the_policy_says_so() -> None:
    medium = Course(Priority.P3, replace(KEPT, regulations={"nis2": RULES["nis2"]})).until(NOON)
    assert medium.awaited == []
    medium.record(reclassify.reclassify(medium.incident, BO, Change(category="security"), "", NOON, medium.policy))
    medium.until(after(1))
    assert [one.reports[0].regulation for one in medium.awaited] == ["nis2"]
    medium.record(reclassify.reclassify(medium.incident, BO, Change(priority=Priority.P1), "", after(2), medium.policy))
    medium.until(after(3))
    assert len(medium.awaited) == 1
    other = replace(A_CRITICAL_ONE, service="search", priority=Priority.P3)
    assert clock.suggested(Priority.P3, None, other.service, NOON, KEPT) == ()


def test_of_a_private_incident_groups_hear_nothing_and_whoever_is_named_is_let_in() -> None:
    course = Course(is_private=True).until(NOON)
    (asked,) = course.awaited
    assert [(one.regulation, one.rungs.told, one.rungs.nobody) for one in asked.reports] == [
        ("nis2", (CHEN,), ()),
        ("dora", (), ("@legal",)),
    ]
    told = effects(course.incident, Decision((asked,)), KEPT)
    assert [type(one).__name__ for one in told if getattr(one, "people", None) or isinstance(one, TellPerson)] == [
        "InvitePeople",
        "TellPerson",
    ]


def test_each_stage_is_reminded_of_and_then_told_overdue_with_its_ladder() -> None:
    course = Course().until(after(1)).ruled_out("dora").said("nis2", "aware", NOON)
    course.until(NOON + hours(30))
    seen = [(one.step, one.at - NOON, one.reports[0].stage, one.reports[0].rungs.told) for one in course.awaited[1:]]
    assert seen == [
        (DeadlineStep.REMIND, hours(20), "early_warning", (CHEN,)),
        (DeadlineStep.OVERDUE, hours(24), "early_warning", (CHEN,)),
        (DeadlineStep.ESCALATE, hours(24.5), "early_warning", ()),
        (DeadlineStep.ESCALATE, hours(25), "early_warning", (MIA,)),
    ]
    assert course.clock("nis2").is_overdue(course.clock("nis2").stages[0])
    course.submitted("nis2", "early_warning")
    assert not course.clock("nis2").is_overdue(course.clock("nis2").stages[0])
    assert "6 h late" in tell(course.timeline[-1].event)


def test_what_is_due_together_is_told_together() -> None:
    course = Course().ruled_out("dora").said("nis2", "aware").said("gdpr", "aware").submitted("nis2", "early_warning")
    course.until(NOON + hours(72))
    last = course.awaited[-1]
    assert [(one.regulation, one.stage) for one in last.reports] == [("nis2", "notification"), ("gdpr", "notification")]


def test_after_a_standstill_the_reminder_gives_way_to_the_notice() -> None:
    course = Course(Priority.P3, replace(KEPT, regulations={"gdpr": RULES["gdpr"]})).said("gdpr", "aware")
    course.now = NOON + hours(80)
    course.until(NOON + hours(80))
    assert [(one.step, one.at - NOON) for one in course.awaited][:1] == [(DeadlineStep.OVERDUE, hours(80))]
    assert len(course.awaited) == 1  # all steps of the ladder that are due, as one
    assert course.awaited[0].reports[0].rungs.told == (CHEN, MIA)


def test_a_deadline_that_was_settled_meanwhile_does_nothing() -> None:
    course = Course().until(after(1)).said("nis2", "aware")
    deadline = next(one for one in course.waiting() if one.kind is DeadlineKind.REPORT)
    course.ruled_out("nis2")
    assert clock.fire(course.incident, deadline, deadline.due_at, KEPT, {}).events == ()


def test_a_regulation_that_left_the_policy_is_still_told_of() -> None:
    course = Course().until(after(1)).said("nis2", "aware")
    course.policy = POLICY
    course.until(NOON + hours(24))
    assert course.awaited[-1].reports[0].name == "NIS2"
    assert course.awaited[-1].reports[0].rungs.in_channel


@pytest.mark.parametrize("wanted", [Status.RESOLVED, Status.CLOSED, Status.CANCELLED, Status.MERGED])
def test_clocks_run_on_whatever_becomes_of_the_incident(wanted: Status) -> None:
    course = Course().until(after(1)).said("nis2", "aware", NOON)
    before = course.waiting()
    for step in _way(wanted):
        course.record(step(course.incident))
    assert course.incident.status is wanted
    assert course.waiting() == before
    course.until(NOON + hours(2)).submitted("nis2", "early_warning")
    if wanted is Status.RESOLVED:
        course.record(status.reopen(course.incident, BO, "it is back", course.now, KEPT))
        assert course.clock("nis2").is_running


def _way(wanted: Status) -> list[Callable[[Incident], Decision]]:
    at = after(2)
    resolved: list[Callable[[Incident], Decision]] = [lambda it: status.resolve(it, CHEN, "rolled back", at, KEPT)]
    return {
        Status.RESOLVED: resolved,
        Status.CLOSED: [*resolved, lambda it: status.close(it, CHEN, "nobody can test", at, KEPT)],
        Status.CANCELLED: [lambda it: status.cancel(it, CHEN, "a test", at, KEPT)],
        Status.MERGED: [
            lambda _: Decision((t.IncidentMerged(at=at, by=CHEN, into=IncidentNumber(41), title="other"),))
        ],
    }[wanted]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(("said", "submitted", "ruled_out", "wait")),
        st.sampled_from(sorted(RULES)),
        st.integers(0, 2),
        st.integers(-200, 5000),
    ),
    max_size=25,
)


@given(ACTS)
def test_whatever_is_said_no_stage_is_lost_told_twice_or_due_otherwise_than_by_its_law(
    acts: list[tuple[str, str, int, int]],
) -> None:
    course = Course()
    for act, key, which, minute in acts:
        law = RULES[key].regulation
        try:
            if act == "wait":
                course.until(course.now + minutes(abs(minute)))
            elif act == "said":
                course.said(key, law.triggers[which % len(law.triggers)].name, course.now + minutes(minute))
            elif act == "submitted":
                course.submitted(key, law.stages[which % len(law.stages)].name, course.now - minutes(abs(minute)))
            else:
                course.ruled_out(key, f"reason {which}")
        except Refusal:
            continue
    incident = course.incident
    waiting = {one.audience for one in incident.open_deadlines() if one.kind is DeadlineKind.REPORT}
    for one in incident.reporting:
        instants = [submission.at for stage in one.stages if (submission := one.submission(stage.stage))]
        assert instants == sorted(instants)
        for stage in one.stages:
            is_awaited = f"{one.regulation}:{stage.stage}" in waiting
            is_due = one.ruled_out is None and one.is_open(stage) and stage.due_at is not None
            if not is_due:
                assert not is_awaited
            else:
                assert is_awaited or one.is_overdue(stage)
    keys = Counter(one.key for one in incident.open_deadlines())
    assert set(keys.values()) <= {1}
    for event in course.awaited:
        for awaited in event.reports:
            assert awaited.due_at <= event.at or event.step is DeadlineStep.REMIND


def test_the_timeline_says_what_happened_in_plain_words() -> None:
    course = Course().until(after(1)).ruled_out("dora", "below the thresholds").said("nis2", "aware", NOON)
    course.until(after(30)).submitted("nis2", "early_warning", ref="FI-88213")
    told = [tell(one.event) for one in course.timeline[1:]]
    assert told[0].startswith("It was asked whether this has to be reported under NIS2 and DORA. <@UCHEN> and <@USAM>")
    assert told[1] == "<@UCHEN> ruled out that it has to be reported under DORA: below the thresholds."
    assert told[2].startswith(
        "<@UCHEN> recorded for NIS2: awareness at 12:00 UTC: data was read. Due: early warning by "
    )
    assert told[-1].startswith(
        "<@UCHEN> recorded that the NIS2 early warning was submitted (reference FI-88213), in time. Due: "
    )


def test_nobody_is_told_twice_of_one_stage() -> None:
    course = Course().until(after(1)).said("nis2", "aware", NOON).until(NOON + hours(30))
    told = [
        person
        for one in course.awaited
        if one.deadline is DeadlineKind.REPORT and one.step is not DeadlineStep.REMIND
        for person in one.reports[0].rungs.told
    ]
    assert told == [CHEN, MIA]
