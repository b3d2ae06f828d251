"""A calendar feed as shifts: recurrence, time zones, whole days, names and addresses; and what is no calendar."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.ids import SlackUserId
from bot.domain.oncall import on_call
from bot.domain.policy import Feed, Schedule
from bot.jobs.ical import UnreadableFeed, read_calendar

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
    shifts = read_calendar(calendar(*events), PEOPLE, MADRID, NOW).shifts
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


def test_titles_that_name_nobody_known_are_listed_once() -> None:
    lunch = "SUMMARY:Team lunch\nDTSTART:20260326T110000Z\nDTEND:20260326T120000Z\nRRULE:FREQ=DAILY"
    assert read_calendar(calendar(lunch, SWAP), PEOPLE, MADRID, NOW).unknown == ("Team lunch",)


@pytest.mark.parametrize(
    ("event", "who"),
    [
        ("SUMMARY:Bo Bergman", None),
        ("SUMMARY:BO BERG, on call", BO),
        ("SUMMARY:chen for Bo Berg", BO),
        ("SUMMARY:on call: U0123ABC45", "U0123ABC45"),
        ("SUMMARY:UNDERSTAFFED", None),
        ("SUMMARY:Chen\nATTENDEE:mailto:dana@example.com", DANA),
        ("SUMMARY:Chen\nATTENDEE;PARTSTAT=DECLINED:mailto:dana@example.com", CHEN),
        ("SUMMARY:Chen\nSTATUS:CANCELLED", None),
    ],
)
def test_who_is_meant_by_an_event(event: str, who: str | None) -> None:
    shifts = schedule(f"{event}\nDTSTART:20260326T110000Z\nDTEND:20260326T120000Z").shifts
    assert [one.who for one in shifts] == ([who] if who else [])


def test_what_repeats_more_often_than_daily_is_refused_at_once() -> None:
    for frequency in ("SECONDLY", "MINUTELY", "HOURLY"):
        event = f"SUMMARY:Chen\nDTSTART:20000101T110000Z\nDTEND:20000101T110001Z\nRRULE:FREQ={frequency}"
        with pytest.raises(UnreadableFeed, match="more often than daily"):
            read_calendar(calendar(event), PEOPLE, MADRID, NOW)


@pytest.mark.parametrize("content", ["", "<html>please log in</html>", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"])
def test_what_is_no_calendar_is_refused(content: str) -> None:
    with pytest.raises(UnreadableFeed, match="no calendar"):
        read_calendar(content, PEOPLE, MADRID, NOW)


BOMB = "SUMMARY:Chen\nDTSTART:20260101T000000Z\nDTEND:20260101T010000Z\nRRULE:FREQ=DAILY"
MANY = {
    "several times a day": f"{BOMB};BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}",
    "at every second": f"{BOMB};BYSECOND={','.join(map(str, range(60)))}",
}


@pytest.mark.parametrize("bomb", MANY.values(), ids=MANY)
def test_what_repeats_several_times_a_day_is_refused_before_it_is_expanded(bomb: str) -> None:
    with pytest.raises(UnreadableFeed, match="several times a day"):
        read_calendar(calendar(bomb), PEOPLE, MADRID, NOW)


def test_a_calendar_that_takes_too_much_time_or_memory_is_given_up() -> None:
    """Each daily event stands for a few dozen instances, and there are a hundred thousand of them."""
    with pytest.raises(UnreadableFeed, match="too many events"):
        read_calendar(calendar(*[BOMB] * 100_000), PEOPLE, MADRID, NOW)


def test_of_very_many_shifts_the_first_are_read() -> None:
    dates = ",".join(
        f"202603{day:02}T{hour:02}{minute:02}00Z" for day in range(1, 29) for hour in range(24) for minute in range(10)
    )
    event = f"SUMMARY:Chen\nDTSTART:20260301T000000Z\nDTEND:20260301T000100Z\nRDATE:{dates}"
    assert read_calendar(calendar(event), PEOPLE, MADRID, NOW).shifts[0].begins.day == 1
