"""Objectives are read from OpenSLO files; what an error budget cannot do without is refused, with file and line."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import openslo
from bot.config.policy_loading import PolicyProblems
from bot.config.policy_loading import load as load_policy
from bot.config.yaml_lines import Problems
from bot.domain.objectives import USUAL_SHARES, Calendar, Objective, Rolling
from bot.domain.vocabulary import Priority

EXAMPLES = Path(__file__).parents[2] / "docs" / "slos"
SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: checkout-availability
spec:
  service: checkout
  indicatorRef: good-requests
  timeWindow:
    - duration: 28d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - target: 0.999
"""
ROLLING = "    - duration: 28d\n      isRolling: true\n"
TARGET = "    - target: 0.999\n"
CHECKOUT = Objective("checkout", "checkout-availability", 0.999, Rolling(timedelta(days=28), "over 28 days"))
KNOWN = ["checkout", "search"]


def test_the_shipped_examples_are_read() -> None:
    found = openslo.load(EXAMPLES, KNOWN)
    assert found == {
        "checkout": Objective("checkout", "Checkout takes orders", 0.999, Rolling(timedelta(days=28), "over 28 days")),
        "search": Objective(
            "search",
            "Search finds",
            0.995,
            Calendar(datetime(2026, 1, 1), ZoneInfo("Europe/Madrid"), 0, 1, "each month"),  # noqa: DTZ001 - as written
        ),
    }
    assert [one.words for one in found.values()] == ["99.9 % over 28 days", "99.5 % each month"]


def read(tmp_path: Path, text: str) -> dict[str, Objective]:
    file = tmp_path / "slo.yaml"
    file.write_text(text, encoding="utf-8")
    return openslo.load(file, KNOWN)


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("  service: checkout\n", "", "5: `spec.service`: is missing"),
        (
            "service: checkout",
            "service: chekout",
            "6: `spec.service`: there is no service `chekout` in the policy; did",
        ),
        ("  timeWindow:\n" + ROLLING, "", "5: `spec.timeWindow`: is missing"),
        (ROLLING, f"{ROLLING}{ROLLING}", "8: `spec.timeWindow`: there are 2; an error budget has one time window"),
        ("  timeWindow:\n" + ROLLING, "  timeWindow: []\n", "8: `spec.timeWindow`: there is none; an error"),
        ("28d", "28", "9: `spec.timeWindow.0.duration`: write a number and d, w, M, Q or Y"),
        ("28d", "2h", "9: `spec.timeWindow.0.duration`: a window shorter than a day says nothing"),
        ("28d", "2Y", "9: `spec.timeWindow.0.duration`: a window has at most a year"),
        ("28d", "1M", "9: `spec.timeWindow.0`: a rolling month has no length; write days, for example 30d"),
        ("isRolling: true", "isRolling: false", "9: `spec.timeWindow.0`: write `isRolling: true`, or a `calendar`"),
        ("isRolling", "isRoling", "10: there is no key `spec.timeWindow.0.isRoling`; did you mean `isRolling`?"),
        (
            "isRolling: true",
            "isRolling: true\n      calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}",
            "9: `spec.timeWindow.0`: a window is rolling or has a `calendar`, not both",
        ),
        (
            "isRolling: true",
            "calendar: {startTime: 2026-01-01T00:00:00Z, timeZone: Europe/Madird}",
            "10: `spec.timeWindow.0.calendar.startTime`: write it without an offset",
        ),
        (
            "isRolling: true",
            "calendar: {startTime: 2026-01-01 00:00:00, timeZone: Europe/Madird}",
            "did you mean Europe/Madrid?",
        ),
        (TARGET, "    - target: 1.0\n", "13: `spec.objectives.0`: an objective of 100 % leaves no error budget"),
        (TARGET, "    - targetPercent: 100\n", "13: `spec.objectives.0`: an objective of 100 % leaves no error budget"),
        (TARGET, "    - target: 99.9\n", "a `target` is a part of 1; 99.9 percent is `targetPercent: 99.9`"),
        (TARGET, "    - targetPercent: 999\n", "a `targetPercent` is from 0 to less than 100"),
        (TARGET, "    - {}\n", "write `target: 0.999` or `targetPercent: 99.9`; exactly one"),
        (TARGET, "    - {target: 0.9, targetPercent: 90}\n", "write `target: 0.999` or `targetPercent: 99.9`"),
        (TARGET, TARGET * 2, "12: `spec.objectives`: there are 2; an incident uses one error budget of its service"),
        (TARGET, "    - target: .nan\n", "a `target` is a part of 1"),
        ("  budgetingMethod: Occurrences\n", "", "5: `spec.budgetingMethod`: is missing"),
        ("Occurrences", "Occurences", "11: `spec.budgetingMethod`: input should be 'Occurrences', 'Timeslices'"),
        ("Occurrences", "Timeslices", "5: `spec`: `Timeslices` needs the `timeSliceTarget` of its objective"),
        ("openslo/v1", "openslo/v2alpha1", "1: `apiVersion` is openslo/v2alpha1; openslo/v1 is what Muster reads"),
        ("apiVersion: openslo/v1\n", "", "1: is nothing of OpenSLO: no `apiVersion: openslo/v1`"),
        ("kind: SLO", "kind: Slo", "2: there is no kind 'Slo'; known: AlertCondition, "),
        ("  name: checkout-availability\n", "  labels: {}\n", "`metadata.name`: is missing"),
        (SLO, "", "1: holds no SLO of openslo/v1"),
        (SLO, "a: [b", "2: not readable as YAML"),
        (SLO, SLO.replace("kind: SLO", "kind: SLI"), "1: holds no SLO of openslo/v1"),
        (SLO, "hello", "1: is nothing of OpenSLO"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, was: str, now: str, expected: str) -> None:
    assert was in SLO
    with pytest.raises(Problems) as found:
        read(tmp_path, SLO.replace(was, now, 1))
    assert expected in str(found.value)
    assert str(found.value).startswith(f"{tmp_path / 'slo.yaml'}:")


def test_two_objectives_of_one_service_are_refused_until_one_is_left_out(tmp_path: Path) -> None:
    other = SLO.replace("checkout-availability", "latency").replace("0.999", "0.9")
    with pytest.raises(Problems, match=r"slo\.yaml:20: `checkout` has an objective already, in .*slo\.yaml:6\."):
        read(tmp_path, f"{SLO}---\n{other}")
    left_out = other.replace("  name: latency\n", '  name: latency\n  annotations: {muster/budget: "false"}\n')
    assert read(tmp_path, f"{SLO}---\n{left_out}") == {"checkout": CHECKOUT}


def test_everything_is_told_at_once_across_the_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "a.yaml").write_text(SLO.replace("0.999", "1"), encoding="utf-8")
    (tmp_path / "b.yml").write_text(SLO.replace("28d", "1h"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not read", encoding="utf-8")
    with pytest.raises(Problems) as found:
        openslo.load(tmp_path, None)
    assert [Path(one.file).name for one in found.value.problems] == ["b.yml", "a.yaml"]


def test_a_service_of_the_catalogue_is_not_known_yet(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SLO.replace("checkout", "billing"), encoding="utf-8")
    assert set(openslo.load(tmp_path, None)) == {"billing"}


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "slo.yaml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(Problems):
            openslo.load(file, None)


def policy(tmp_path: Path, slos: str) -> Path:
    (tmp_path / "slos").mkdir(exist_ok=True)
    (tmp_path / "slos" / "checkout.yaml").write_text(SLO, encoding="utf-8")
    file = tmp_path / "policy.yml"
    file.write_text(f"services: {{checkout: {{name: Checkout}}}}\n{slos}\n", encoding="utf-8")
    return file


def test_a_policy_names_where_they_are(tmp_path: Path) -> None:
    budgets = load_policy(policy(tmp_path, "slos: ./slos")).budgets
    assert budgets.objectives == {"checkout": CHECKOUT}
    assert (budgets.shares, budgets.tells_channel, budgets.follow_up) == (USUAL_SHARES, True, None)
    told = (
        "degraded: {P1: 80%, P4: 0.5%}, exhausted: {channel: false, follow_up: 'What waits until {service} may fail?'}"
    )
    budgets = load_policy(policy(tmp_path, f"slos: {{from: slos/checkout.yaml, {told}}}")).budgets
    assert budgets.shares == {**USUAL_SHARES, Priority.P1: 0.8, Priority.P4: 0.005}
    assert (budgets.tells_channel, budgets.follow_up) == (False, "What waits until {service} may fail?")
    assert load_policy(None).budgets.objectives == {}


@pytest.mark.parametrize(
    ("slos", "expected"),
    [
        ("slos: ./nowhere", "nowhere:1: cannot be read: No such file or directory"),
        ("slos: {from: ./slos, degraded: {P1: 120%}}", "policy.yml:2: `slos.degraded.P1`: '120%' is no share"),
        ("slos: {from: ./slos, degraded: {P1: 0.5}}", "policy.yml:2: `slos.degraded.P1`: 0.5 is no share"),
        ("slos: {from: ./slos, exhausted: {follow_up: '{srv}'}}", "the template names {srv}; did you mean `service`?"),
        ("slos: {form: ./slos}", "there is no key `slos.form`; did you mean `from`?"),
    ],
)
def test_a_policy_that_is_wrong_about_them_is_refused(tmp_path: Path, slos: str, expected: str) -> None:
    with pytest.raises(PolicyProblems) as found:
        load_policy(policy(tmp_path, slos))
    assert expected in str(found.value)
