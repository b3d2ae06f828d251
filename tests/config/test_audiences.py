"""Audiences with clocks of their own in the policy."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.config.policy_loading import PolicyProblems, load
from bot.domain.policy import EscalationStep
from bot.domain.vocabulary import Priority

WHOLE = """
status_page: {title: Example, url: "https://status.example.com", components: {shop: {name: Shop}}}
people: {executives: [U1]}
audiences:
  executives:
    every: {P1: 30m, P3: 2h}
    first_within: {P1: 15m}
    mitigated_every: {P1: 1h}
    warn_before: 10m
    tell: [executives, "@board"]
    channels: [leadership]
    headings: [Impact, Outlook]
    escalation: [{after: 0m, tell: [channel, liaison]}, {after: 10m, tell: [commander_dm]}]
  customers: {every: {P1: 30m}}
"""


def loaded(folder: Path, text: str) -> None:
    (folder / "policy.yml").write_text(text, encoding="utf-8")
    load(folder / "policy.yml")


def test_they_are_read_whole_and_what_is_left_out_follows_from_the_cadence(tmp_path: Path) -> None:
    (tmp_path / "policy.yml").write_text(WHOLE, encoding="utf-8")
    policy = load(tmp_path / "policy.yml")
    executives = policy.audiences["executives"]
    critical, medium = executives.cadence[Priority.P1], executives.cadence[Priority.P3]
    assert (critical.first, critical.every, critical.mitigated) == tuple(timedelta(minutes=one) for one in (15, 30, 60))
    assert (medium.first, medium.every, medium.mitigated) == tuple(timedelta(hours=one) for one in (2, 2, 4))
    assert executives.ladder[0] == EscalationStep(timedelta(), ("channel", "liaison"))
    assert executives.headings == ("Impact", "Outlook")
    rules = policy.rules_of("executives", Priority.P1, None)
    assert rules is not None
    assert rules.warn_before == timedelta(minutes=10)
    assert policy.rules_of("executives", Priority.P2, None) is None
    assert policy.audiences["customers"].ladder == ()


@pytest.mark.parametrize(
    ("was", "written", "told"),
    [
        ("  executives:\n", "  stakeholders:\n", "their clock is `update_every`"),
        ("  executives:\n", "  Top Brass:\n", "no name of an audience"),
        ("every: {P1: 30m, P3: 2h}", "every: {P5: 30m}", "P5"),
        ("first_within: {P1: 15m}", "first_within: {P2: 15m}", "`every` has nothing for P2"),
        ("warn_before: 10m", "warn_before: 30m", "must be shorter than each pause"),
        ("tell: [commander_dm]", "tell: [page]", "`page` belongs to the ladders under `escalation`"),
        ("tell: [executives, ", "tell: [executive, ", "nobody to tell"),
        ("headings: [Impact, Outlook]", "headings: [A, B, C, D]", "3"),
        (
            "customers: {every: {P1: 30m}}",
            "customers: {every: {P1: 30m}, channels: [c]}",
            "customers read the status page",
        ),
        ("status_page:", "# status_page:", "needs a `status_page`"),
        ("customers: {every: {P1: 30m}}", "partners: {every: {P1: 30m}}", "nobody is told as `partners`"),
        ("mitigated_every", "mitigated_evry", "mitigated_every"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, was: str, written: str, told: str) -> None:
    assert was in WHOLE
    with pytest.raises(PolicyProblems) as found:
        loaded(tmp_path, WHOLE.replace(was, written))
    assert told in str(found.value)
