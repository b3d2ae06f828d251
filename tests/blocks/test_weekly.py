"""The digest of a week in words: at most ten lines, plurals right, no comparison where there is too little."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.weekly import Told, lines_of, title_of
from bot.domain.trends import DAY, Promised
from bot.domain.vocabulary import Priority, Status
from bot.domain.weekly import Weekly, weekly
from tests.domain.measuring import Measured, measures
from tests.domain.test_trends import incidents
from tests.domain.test_weekly import SUNDAY, on

NAMES = {"checkout": "Checkout"}
ENDS = "Drills and private incidents are not counted."


def told(*some: Measured, promised: int = 0) -> Weekly:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    agreed = ((now, date(2026, 1, 1)),) * promised
    of = [Promised(1, Priority.P1, None, None, False, Status.CLOSED, agreed)] if promised else []  # type: ignore[arg-type]
    return weekly(measures(some), SUNDAY, of, now)


def resolved(day: date, minutes: float, **more: object) -> Measured:
    one = on(day, **more)
    return one._replace(resolved_at=one.declared_at + timedelta(minutes=minutes))


def test_a_week_beside_the_four_before() -> None:
    week = [
        resolved(SUNDAY, 10 * number, updates_due=1, updates_on_time=1, kept_resolve=True) for number in range(1, 6)
    ]
    before = [
        resolved(SUNDAY - 7 * back * DAY, 90.4, updates_due=2, updates_on_time=1)
        for back in (1, 2, 3, 4)
        for _ in range(back)
    ]
    found = told(*week, on(SUNDAY, priority=Priority.P1, is_repeat=True), *before, promised=2)
    assert title_of(found) == "Incidents from 16 to 22 Nov 2026"
    assert lines_of(found, NAMES) == [
        "6 incidents: 1 P1 and 5 P2. The four weeks before had between 1 and 4 each.",
        "Half were resolved within 30 min; in the four weeks before, within 1 h 30 min.",
        "All 5 updates came on time; in the four weeks before, 50 %.",
        "All 5 targets were met.",
        "Most often: Checkout (6).",
        "1 had a cause that was known before.",
        "2 follow-ups are to be done, 2 of them overdue.",
        ENDS,
    ]


def test_a_quiet_week_says_so() -> None:
    assert lines_of(told(), NAMES) == ["No incidents. The four weeks before had none.", ENDS]


def test_few_incidents_are_not_made_into_statistics() -> None:
    found = told(resolved(SUNDAY, 5, updates_due=1, updates_on_time=0, kept_resolve=False))
    assert lines_of(found, NAMES, missed=2) == [
        "1 incident: 1 P2. The four weeks before had none.",
        "1 was resolved; too few to say how long it usually takes.",
        "The one update was late.",
        "The one target was missed.",
        f"{ENDS} No digest was sent for the two weeks before.",
    ]


@given(st.lists(incidents(), max_size=30), st.integers(0, 9))
def test_whatever_happened_it_is_no_more_than_ten_lines(some: list[Measured], missed: int) -> None:
    found = weekly(measures(some), date(2026, 3, 31), [], datetime(2026, 4, 1, tzinfo=UTC))
    lines = [title_of(found), *lines_of(found, NAMES, missed)]
    assert 3 <= len(lines) <= 10
    assert all(line and line == line.strip() and line[-1] in ".6" and "\n" not in line for line in lines)


def test_in_slack_the_title_leads_to_the_figures_and_nothing_calls_anybody() -> None:
    one = Told(
        "A <title>", ["@channel & <!here>"], "https://muster.example/trends", b"", "", datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert one.as_mrkdwn.splitlines()[0] == "*<https://muster.example/trends|A &lt;title&gt;>*"
    assert "@channel" not in one.as_mrkdwn
    assert "<!here>" not in one.as_mrkdwn
