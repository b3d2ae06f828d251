"""Drafts of reports: what the record says under each heading, and nothing that it does not say."""

from dataclasses import replace

import pytest

from bot.domain import action, clock, correcting, notes_and_times, status
from bot.domain.compiling import Material, compile_review
from bot.domain.incident import Incident
from bot.domain.policy import RegulationRules
from bot.domain.regulations import BUILT_IN, FILLED, Limit, Regulation, Stage, Trigger, within_hours
from bot.domain.reporting_draft import MISSING, Draft, draft, values
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import Section, TimeName
from tests.domain.given import (
    A_CRITICAL_ONE,
    BO,
    CHEN,
    NOON,
    POLICY,
    after,
    declaring,
    fold_all,
    hours,
    recorded,
    run,
    updating,
)

RULES = {key: RegulationRules(law, authority="CSIRT X") for key, law in BUILT_IN.items()}
KEPT = replace(POLICY, regulations=RULES)


def reported() -> Incident:
    """Declared, worked on, mitigated, and an early warning submitted."""
    report = replace(A_CRITICAL_ONE, user_impact="nobody can pay", source="customer")
    return run(
        fold_all(declaring(report, policy=KEPT).events),
        lambda it: notes_and_times.correct_time(it, BO, TimeName.BEGAN, after(-10), "graphs", after(1)),
        updating(after(2)),
        lambda it: action.open_action(it, BO, "restart the pool", CHEN, after(3)),
        lambda it: action.open_action(it, BO, "move traffic", CHEN, after(3)),
        lambda it: action.finish(it, BO, 1, "", after(4)),
        lambda it: status.mitigate(it, BO, "rule switched off", after(5), KEPT),
        lambda it: clock.trigger(it, CHEN, "nis2", "aware", after(4), "two countries", after(6), KEPT),
        lambda it: clock.submit(it, CHEN, "nis2", "early_warning", after(7), "FI-1", "", after(8), KEPT),
    )


def drafted(incident: Incident, key: str, stage: str, written: dict[Section, str] | None = None) -> Draft:
    rules = RULES[key]
    found = rules.regulation.stage(stage)
    assert found is not None
    return draft(incident, rules, found, written or {})


def test_what_the_record_knows_stands_below_its_heading_and_the_rest_is_left_to_people() -> None:
    found = drafted(reported(), "nis2", "early_warning")
    assert found.title == "NIS2: early warning on INC-42"
    parts = dict(found.parts)
    assert list(parts)[:2] == ["To", "What happened"]
    assert parts["To"] == "CSIRT X"
    assert parts["What happened"] == "checkout returns 500s\nnobody can pay\nstill down"
    assert parts["Could it have a cross-border impact?"] == ""


def test_times_are_in_utc_and_references_are_those_of_both_sides() -> None:
    known = values(reported(), RULES["nis2"], {})
    assert known["times"].splitlines() == [
        "Began: 2026-03-04 11:50 UTC",
        "Declared: 2026-03-04 12:00 UTC",
        "Impact stopped: 2026-03-04 12:05 UTC",
        "Awareness: 2026-03-04 12:04 UTC",
    ]
    assert known["reference"] == "INC-42, FI-1 (early_warning)"
    assert known["measures"].splitlines() == ["restart the pool", "rule switched off", "Under way: move traffic"]
    assert known["source"] == "Source: customer"


def test_what_people_wrote_in_the_review_goes_before_what_muster_knows() -> None:
    written = {Section.FACTORS: "The pool was small.", Section.IMPACT: "4,000 orders failed.", Section.SUMMARY: "Down."}
    final = dict(drafted(reported(), "nis2", "final", written).parts)
    assert final["Type of threat or root cause"] == "The pool was small."
    assert final["Detailed description: severity and impact"].startswith("Down.")
    assert dict(drafted(reported(), "gdpr", "notification", written).parts)["Likely consequences"] == (
        "4,000 orders failed."
    )


def test_of_a_drill_it_says_so() -> None:
    drill = run(
        reported(),
        lambda it: correcting.correct_drill(it, BO, is_drill=True, reason="exercise", now=after(9), policy=KEPT),
    )
    assert drafted(drill, "nis2", "final").title == "NIS2: final report on INC-42 (drill)"


def test_a_template_of_the_policy_is_filled_and_says_what_is_missing() -> None:
    stage = Stage(
        "notice", "notice", (Limit("aware", within_hours(4)),), template="{ref} {title}: {cause} – {authority}"
    )
    law = Regulation("acme", "Acme", "", "?", (Trigger("aware", "awareness"),), (stage,))
    found = draft(reported(), RegulationRules(law), stage, {})
    assert found.words == f"INC-42 checkout returns 500s: {MISSING} – {MISSING}"
    assert found.parts == ()


@pytest.mark.parametrize("key", sorted(BUILT_IN))
def test_every_stage_has_a_draft_and_every_place_a_value(key: str) -> None:
    incident = fold_all(declaring(policy=KEPT).events)
    assert set(values(incident, RULES[key], {})) == set(FILLED)
    for stage in BUILT_IN[key].stages:
        assert [title for title, _ in draft(incident, RULES[key], stage, {}).parts[1:]] == [
            one.title for one in stage.headings
        ]


def test_the_review_says_what_was_due_and_how_late_it_came() -> None:
    events = [
        *declaring(policy=KEPT).events,
        *clock.trigger(fold_all(declaring(policy=KEPT).events), CHEN, "gdpr", "aware", NOON, "read", NOON, KEPT).events,
    ]
    incident = fold_all(events)
    late = NOON + hours(75)
    events += clock.submit(incident, CHEN, "gdpr", "notification", late, "D-9", "", late, KEPT).events
    events += clock.rule_out(incident, CHEN, "nis2", "below the thresholds", late, KEPT).events
    timeline: list[Recorded] = [recorded(seq, event) for seq, event in enumerate(events, start=1)]
    review = compile_review(Material(timeline), late, late)
    assert review.reporting is not None
    gdpr, nis2 = review.reporting
    [stage] = gdpr.stages
    assert (stage.due_at, stage.submitted_at, stage.late_by, stage.reference, stage.by) == (
        NOON + hours(72),
        late,
        hours(3),
        "D-9",
        CHEN,
    )
    assert (nis2.ruled_out, nis2.stages) == ("below the thresholds", ())
    assert CHEN in review.people
