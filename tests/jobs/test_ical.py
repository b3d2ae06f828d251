"""A calendar feed as shifts: recurrence, time zones, whole days, names and addresses; and what is no calendar."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.ids import SlackUserId
from bot.domain.oncall import on_call
from bot.domain.policy import Feed, Schedule
from bot.jobs.ical import UnreadableFeed, shifts_of

DANA, BO, CHEN = map(SlackUserId, ("UDANA", "UBO", "UCHEN"))
PEOPLE = {"dana@example.com": DANA, "Bo Berg": BO, "chen": CHEN}
MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 3, 25, 12, 0, tzinfo=UTC)
"""A Wednesday, four days before the clocks of Madrid are put forward."""


def calendar(*events: str) -> str:
    lines = [f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT" for number, event in enumerate(events)]
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR"]).replace("\n", "\r\n")


WEEKLY = (
    "SUMMARY:On call\nATTENDEE;CN=Dana:mailto:Dana@example.com\nDTSTART;TZID=Europe/Madrid:20260302T090000\n"
    "DTEND;TZID=Europe/Madrid:20260309T090000\nRRULE:FREQ=WEEKLY;INTERVAL=2"
)
OTHER_WEEKS = (
    "SUMMARY:Bo Berg on call\nDTSTART;TZID=Europe/Madrid:20260309T090000\n"
    "DTEND;TZID=Europe/Madrid:20260316T090000\nRRULE:FREQ=WEEKLY;INTERVAL=2"
)
SECONDARY = "SUMMARY:Chen (secondary)\nDTSTART;VALUE=DATE:20260325\nDTEND;VALUE=DATE:20260327"
SWAP = "SUMMARY:swap UCHEN\nDTSTART:20260326T180000Z\nDTEND:20260326T200000Z"


def schedule(*events: str) -> Schedule:
    feed = Feed("https://calendar.example/a.ics", PEOPLE, datetime.resolution)
    shifts = shifts_of(calendar(*events), PEOPLE, MADRID, NOW)
    return Schedule("ops", timezone=MADRID, feed=feed, shifts=shifts)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).astimezone(UTC)


@pytest.mark.parametrize(
    ("instant", "who"),
    [
        ("2026-03-25T12:00", BO),
        ("2026-03-30T08:59", BO),  # the clocks were put forward the day before
        ("2026-03-30T09:00", DANA),
        ("2026-03-26T19:30", CHEN),
        ("2026-03-26T21:00", BO),
    ],
)
def test_recurring_events_in_their_zone_say_who_and_a_later_one_goes_before(instant: str, who: SlackUserId) -> None:
    turn = on_call(schedule(WEEKLY, OTHER_WEEKS, SECONDARY, SWAP), at(instant))
    assert turn is not None
    assert turn.primary == who


def test_a_turn_says_until_when_who_is_next_and_who_is_second() -> None:
    turn = on_call(schedule(WEEKLY, OTHER_WEEKS, SECONDARY), NOW)
    assert turn is not None
    assert (turn.until, turn.next, turn.secondary) == (at("2026-03-30T09:00"), DANA, CHEN)
    after = on_call(schedule(WEEKLY, OTHER_WEEKS, SECONDARY), at("2026-03-27T00:00"))
    assert after is not None
    assert after.secondary is None


def test_a_gap_names_nobody() -> None:
    assert on_call(schedule(SWAP), NOW) is None


def test_events_that_name_nobody_known_are_left_out() -> None:
    assert schedule("SUMMARY:Team lunch\nDTSTART:20260326T110000Z\nDTEND:20260326T120000Z").shifts == ()


@pytest.mark.parametrize("content", ["", "<html>please log in</html>", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"])
def test_what_is_no_calendar_is_refused(content: str) -> None:
    with pytest.raises(UnreadableFeed, match="no calendar"):
        shifts_of(content, PEOPLE, MADRID, NOW)
