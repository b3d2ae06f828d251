"""A calendar feed as shifts: recurrence, time zones, whole days, names and addresses; and what is no calendar."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.ids import SlackUserId
from bot.domain.oncall import on_call
from bot.domain.policy import Feed, Schedule
from bot.jobs.ical import UnreadableFeed, read_calendar
from bot.jobs.ical_events import MEMORY, WITHIN

ROOT = Path(__file__).parents[2]
DANA, BO, CHEN, AL = map(SlackUserId, ("UDANA", "UBO", "UCHEN", "UAL"))
PEOPLE = {"dana@example.com": DANA, "al@example.com": AL, "Bo Berg": BO, "chen": CHEN}
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


ADDRESS = "dana@example.com"
MEANT = {
    "SUMMARY:Chen\nATTENDEE:mailto:dana@example.com": DANA,
    "SUMMARY:Chen\nATTENDEE;PARTSTAT=DECLINED:mailto:dana@example.com": CHEN,
    f"SUMMARY:x\nORGANIZER:MAILTO:{ADDRESS}\nATTENDEE:mailto:{ADDRESS}\nATTENDEE:mailto:al@example.com": AL,
    "SUMMARY:Chen\nX-MICROSOFT-CDO-BUSYSTATUS:OOF": None,
    "SUMMARY:Chen\nSTATUS:CANCELLED": None,
    "SUMMARY:Chen\nSTATUS:cancelled": None,
    "SUMMARY:Chen\nSUMMARY:on call": CHEN,
    "SUMMARY:Chen\nthis line is none": CHEN,
    "SUMMARY:Chen\nBEGIN:VALARM\nTRIGGER:soon\nEND:VALARM": CHEN,
    "SUMMARY:Chen\nBEGIN:VALARM\nneither is this\nEND:VALARM": CHEN,
}


def test_who_is_meant_by_an_event() -> None:
    """Each on a day of its own in April."""
    days = [f"202604{number:02}" for number in range(1, len(MEANT) + 1)]
    events = [f"{event}\nDTSTART:{day}T110000Z\nDTEND:{day}T120000Z" for event, day in zip(MEANT, days, strict=True)]
    found = {f"{shift.begins:%Y%m%d}": shift.who for shift in schedule(*events).shifts}
    assert [(event, found.get(day)) for event, day in zip(MEANT, days, strict=True)] == list(MEANT.items())


AT_NOON = "DTSTART:20260326T110000Z\nSUMMARY:Chen"
AN_HOUR = f"DURATION:PT1H\n{AT_NOON}"
ODD = {
    "SUMMARY:Chen 1\nDTSTART:26 March\nDTEND:20260326T120000Z": "“Chen 1” (2026-03-26): its start cannot be read",
    "SUMMARY:Chen 2": "“Chen 2”: it has no start",
    f"{AT_NOON} 3\nDTEND:noon": "“Chen 3” (2026-03-26): its end cannot be read",
    f"{AT_NOON} 4\nDURATION:1 hour": "“Chen 4” (2026-03-26): its duration cannot be read",
    f"{AT_NOON} 5\nDTEND:20260325T110000Z": "“Chen 5” (2026-03-26): it ends before it begins",
    f"{AN_HOUR} 6\nRRULE:FREQ=SOMETIMES": "“Chen 6” (2026-03-26): its repetition cannot be read",
    f"{AN_HOUR} 7\nRRULE:FREQ=DAILY;INTERVAL=0": "“Chen 7” (2026-03-26): its repetition cannot be read",
    f"{AN_HOUR} 8\nRRULE:FREQ=WEEKLY;UNTIL=never": "“Chen 8” (2026-03-26): its repetition cannot be read",
    f"{AN_HOUR} 9\nRRULE:FREQ=DAILY\nEXDATE:then": "“Chen 9” (2026-03-26): its exceptions cannot be read",
    f"{AN_HOUR} 10\nDTSTART:20260327T110000Z": "“Chen 10” (2026-03-26): it cannot be read (AttributeError)",
    f"{AN_HOUR} 11\nRRULE:FREQ=HOURLY": "“Chen 11” (2026-03-26): it repeats more often than daily",
    f"{AN_HOUR} 12\nRRULE:FREQ=MINUTELY": "“Chen 12” (2026-03-26): it repeats more often than daily",
    f"{AN_HOUR} 13\nRRULE:FREQ=SECONDLY": "“Chen 13” (2026-03-26): it repeats more often than daily",
    f"{AN_HOUR} 14\nRRULE:FREQ=DAILY;BYHOUR=1,2": "“Chen 14” (2026-03-26): it repeats several times a day",
    f"{AN_HOUR} 15\nRRULE:FREQ=DAILY;BYSECOND=1,2": "“Chen 15” (2026-03-26): it repeats several times a day",
    f"{AT_NOON} 16\nDURATION:PT0S": "“Chen 16” (2026-03-26) has no length",
    "SUMMARY:Bo Berg for Chen\nDTSTART:20260330T230000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3": (
        "“Bo Berg for Chen” (2026-03-31) names Bo Berg and chen"
    ),
}


def test_an_odd_event_leaves_itself_out_alone_and_is_named() -> None:
    read = read_calendar(calendar(WEEKLY, *ODD, OTHER_WEEKS), PEOPLE, MADRID, NOW)
    assert read.shifts == schedule(WEEKLY, OTHER_WEEKS).shifts
    assert sorted(read.left_out) == sorted(ODD.values())


def test_a_change_of_one_day_that_cannot_be_read_leaves_the_series_alone() -> None:
    changed = "SUMMARY:Chen\nDTSTART:early\nRECURRENCE-ID;TZID=Europe/Madrid:20260316T090000"
    content = calendar(WEEKLY, changed).replace("UID:1", "UID:0")
    read = read_calendar(content, PEOPLE, MADRID, NOW)
    assert read.shifts == schedule(WEEKLY).shifts
    assert read.left_out == ("“Chen” (2026-03-16): its start cannot be read",)


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + calendar(WEEKLY, OTHER_WEEKS),
        "\r\n  \r\n" + calendar(WEEKLY, OTHER_WEEKS),
        calendar(WEEKLY) + "\r\n" + calendar(OTHER_WEEKS),
        calendar(WEEKLY) + "\r\n\ufeff" + calendar(OTHER_WEEKS),
        calendar(WEEKLY, OTHER_WEEKS).replace("VERSION:2.0", "VERSION:2.0\r\nno line of a calendar"),
    ],
)
def test_a_calendar_is_read_however_its_file_begins_and_however_many_stand_in_it(content: str) -> None:
    assert read_calendar(content, PEOPLE, MADRID, NOW).shifts == schedule(WEEKLY, OTHER_WEEKS).shifts


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<html>please log in</html>",
        "BEGIN:VEVENT\r\nSUMMARY:Chen\r\nEND:VEVENT\r\n",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
    ],
)
def test_what_is_no_calendar_is_refused(content: str) -> None:
    with pytest.raises(UnreadableFeed, match="no calendar"):
        read_calendar(content, PEOPLE, MADRID, NOW)


BOMB = "SUMMARY:Chen\nDTSTART:20260101T000000Z\nDTEND:20260101T010000Z\nRRULE:FREQ=DAILY"


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


LIMITED = """
import io, resource, sys
from bot.jobs.ical_events import main
sys.stdin = io.StringIO('{"content": "", "zone": "UTC", "since": "2026-03-01", "until": "2026-03-02"}')
sys.stdout = io.StringIO()
main()
sys.stdout = sys.__stdout__
print(resource.getrlimit(resource.RLIMIT_CPU), resource.getrlimit(resource.RLIMIT_AS))
"""


def test_the_process_that_expands_a_calendar_has_little_time_and_memory() -> None:
    """Besides the seconds on the clock for which it is waited: it ends by itself also when nobody waits any more."""
    told = subprocess.run((sys.executable, "-c", LIMITED), capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.split("\n")[0] == f"{(WITHIN, WITHIN)} {(MEMORY, MEMORY)}"
