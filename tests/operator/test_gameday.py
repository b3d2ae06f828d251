"""The score of a game day, and files that are no scenario."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config.yaml_lines import Problems
from bot.operator.gameday_scenario import Expect, Played, load, score, shipped
from tests.muster import muster

BEGUN = datetime(2026, 3, 4, 12, tzinfo=UTC)
NOTHING = Played({"declared_at": BEGUN.isoformat()}, ())
ALL = Expect(
    accepted_within=timedelta(minutes=5),
    covered_within=timedelta(minutes=10),
    runbook=True,
    updates_on_time=True,
    review="published",
)


def after(minutes: float, kind: str, by: str = "UDANA") -> dict[str, str]:
    return {"kind": kind, "by": by, "at": (BEGUN + timedelta(minutes=minutes)).isoformat()}


def told(expect: Expect, played: Played) -> dict[str, tuple[str, bool | None]]:
    return {one.name: (one.got, one.is_met) for one in score(expect, played)}


def test_goals_are_open_until_the_end_and_missed_then() -> None:
    open_ = told(ALL, NOTHING)
    assert {is_met for _, is_met in open_.values()} == {None}
    over = told(ALL, replace(NOTHING, is_over=True))
    assert over == {
        "Command accepted": ("not done", False),
        "Somebody else in command": ("did not come up", None),
        "Runbook": ("not done", False),
        "Updates": ("0 posted, 0 overdue", False),
        "Review": ("not done", False),
    }


def test_a_goal_is_met_to_the_second_and_missed_after_it() -> None:
    for minutes, is_met in ((5, True), (5.1, False)):
        played = replace(NOTHING, entries=[after(minutes, "CommandAccepted")])
        assert told(ALL, played)["Command accepted"] == ("after 5 min", is_met)


def test_whoever_is_away_cannot_cover_for_themselves() -> None:
    entries = [after(1, "CommandAccepted"), after(12, "CommandTakenOver"), after(18, "CommandTakenOver", "UBO")]
    played = replace(NOTHING, entries=entries, away_at=BEGUN + timedelta(minutes=10), away="UDANA")
    assert told(ALL, played)["Somebody else in command"] == ("after 8 min", True)


def test_a_day_that_is_played_faster_is_told_in_its_own_minutes() -> None:
    played = replace(NOTHING, entries=[after(0.5, "CommandAccepted")], speed=20.0)
    assert told(ALL, played)["Command accepted"] == ("after 10 min", False)


def test_one_overdue_update_is_one_too_many() -> None:
    entries = [after(1, "UpdatePosted"), after(20, "UpdateOverdue"), after(21, "UpdatePosted")]
    assert told(ALL, replace(NOTHING, entries=entries))["Updates"] == ("2 posted, 1 overdue", False)


def test_what_is_shipped_can_be_read() -> None:
    for name, file in shipped().items():
        scenario = load(file)
        assert max(one.at for one in scenario.injects) < scenario.ends_after, name
    assert len(shipped()) == 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "title: x\nends_after: 1h\ninjects: [{at: 1m, say: hi}]\nexpect: {}\nserivce: x",
            ":5: there is no key `serivce`",
        ),
        ("title: x\nends_after: soon\ninjects: [{at: 1m, say: hi}]\nexpect: {}", ":2: `ends_after`"),
        ("title: x\nends_after: 1h\ninjects: []\nexpect: {}", ":3: `injects`"),
        ("title: [", "not readable as YAML"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused_with_its_line(tmp_path: Path, text: str, found: str) -> None:
    file = tmp_path / "day.yml"
    file.write_text(text)
    with pytest.raises(Problems, match=r".*") as refused:
        load(file)
    assert found in str(refused.value)


def test_a_name_that_is_not_there_says_which_are(tmp_path: Path) -> None:
    done = muster("gameday", "flood", cwd=tmp_path)
    assert done.returncode == 2
    assert "Shipped are bad-deployment, lost-commander, third-party" in done.stderr
