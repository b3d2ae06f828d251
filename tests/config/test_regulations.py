"""Regulations in the policy: those of the law, which are named, and own ones, which are written down."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.config.policy_loading import PolicyProblems, load
from bot.domain.policy import EscalationStep, Policy, Suggestion
from bot.domain.regulations import BUILT_IN, Limit, Within
from bot.domain.vocabulary import Priority

WHOLE = """
categories: [outage, security]
regulations:
  nis2:
    decide: ["@legal", U1]
    authority: CSIRT X
    portal: https://report.example
    suggest: [{priority: P1}, {category: security, tag: payments}]
    escalation: [{after: 15m, tell: [commander]}, {after: 1h, tell: [manager]}]
  dora: {decide: manager, weekend_relief: [final]}
  acme:
    name: Contract with Acme
    law: Clause 9.2
    question: Is Acme affected?
    weekend_relief: [report]
    stages:
      notice: {title: first notice, after: {major: 4h, aware: 1d}, template: "{title}: {latest}"}
      full_report: {after: {notice: 2 months}}
      report: {after: {notice: 1 month}}
"""


def loaded(folder: Path, text: str) -> Policy:
    (folder / "policy.yml").write_text(text, encoding="utf-8")
    return load(folder / "policy.yml")


def test_those_of_the_law_are_as_the_table_has_them_with_what_the_company_says(tmp_path: Path) -> None:
    rules = loaded(tmp_path, WHOLE).regulations
    nis2 = rules["nis2"]
    assert nis2.regulation is BUILT_IN["nis2"]
    assert (nis2.decide, nis2.authority, nis2.portal) == (("@legal", "U1"), "CSIRT X", "https://report.example")
    assert nis2.suggest == (Suggestion(priority=Priority.P1), Suggestion(category="security", tag="payments"))
    assert nis2.ladder[0] == EscalationStep(timedelta(minutes=15), ("commander",))
    assert (rules["dora"].decide, rules["dora"].relief) == (("manager",), frozenset({"final"}))


def test_an_own_one_has_its_triggers_from_what_its_stages_count_from(tmp_path: Path) -> None:
    law = loaded(tmp_path, WHOLE).regulations["acme"].regulation
    assert (law.name, law.law, law.question) == ("Contract with Acme", "Clause 9.2", "Is Acme affected?")
    assert [(one.name, one.words) for one in law.triggers] == [("major", "major"), ("aware", "awareness")]
    notice, full, report = law.stages
    assert notice.limits == (
        Limit("major", Within(timedelta(hours=4))),
        Limit("aware", Within(timedelta(days=1))),
    )
    assert notice.template == "{title}: {latest}"
    assert (full.title, full.limits) == ("full report", (Limit("notice", Within(months=2)),))
    assert report.limits == (Limit("notice", Within(months=1)),)


def test_a_name_is_enough_for_one_of_the_law_and_without_any_there_are_none(tmp_path: Path) -> None:
    assert list(loaded(tmp_path, "regulations: {gdpr: {}}").regulations) == ["gdpr"]
    assert load(None).regulations == {}


@pytest.mark.parametrize(
    ("was", "written", "told"),
    [
        ("  nis2:\n", "  nis3:\n", "`nis3` has no `stages`; only nis2, dora, gdpr, cra are known without"),
        ("  acme:\n", "  gdpr:\n", "`gdpr` is defined by law; give an own one another name, such as `my-gdpr`"),
        ("  acme:\n", "  Acme Inc:\n", "no name of a regulation"),
        ("weekend_relief: [final]", "weekend_relief: [last]", "`dora` has no stage `last`; there are initial, "),
        ("authority: CSIRT X", "weekend_relief: [final]", "`nis2` gives no relief at weekends"),
        ("weekend_relief: [report]", "weekend_relief: [reports]", "`acme` has no stage `reports`"),
        ("after: {notice: 1 month}", "after: {notice: soon}", "no time limit; write for example 4h, 14d or 1 month"),
        (
            "after: {notice: 2 months}",
            "after: {report: 1d}",
            "can't count from `report`, which is not submitted before",
        ),
        ("after: {notice: 1 month}", "after: {report: 1 month}", "can't count from `report`"),
        ("{major: 4h, aware: 1d}", "{none: 4h}", "can't be typed after `clock`"),
        ("{major: 4h, aware: 1d}", "{}", "at least 1"),
        ("{title}: {latest}", "{title}: {lates}", "the template names {lates}; did you mean `latest`?"),
        ("tell: [commander]", "tell: [page]", "`page` belongs to the ladders under `escalation`"),
        ("decide: manager", "decide: channel", "`channel` decides nothing"),
        ("decide: manager", "decide: [lawyer]", "nobody to tell"),
        ("category: security", "category: safety", "there is no category `safety`"),
        ("portal: https://report.example", "portal: report.example", "isn't a web address"),
        ("    decide: [", "    decides: [", "decide"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, was: str, written: str, told: str) -> None:
    assert was in WHOLE
    with pytest.raises(PolicyProblems) as problems:
        loaded(tmp_path, WHOLE.replace(was, written, 1))
    assert told in str(problems.value)
