"""What a value of a policy file may be: each kind takes what its own examples say, and answers all else in words."""

from collections.abc import Container
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bot.config import policy_words as words
from bot.config.policy_words import PLACES, Span

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFFICE = 9 * HOUR
"""A business day from nine to six."""

KINDS: dict[str, Any] = {
    name: getattr(words, name)
    for name in (
        *("Duration", "Wait", "ClockTime", "Zone", "Day", "Date", "Moment", "Holidays", "User", "Word", "Words"),
        *("Group", "Emoji", "Address", "Prefix", "Channel", "Days", "Rotation", "Handover", "Target", "Template"),
        *("Admitted", "Told"),
    )
}


def read(kind: str, value: object) -> Any:
    return TypeAdapter(KINDS[kind]).validate_python(value)


def refused(kind: str, value: object) -> str:
    """What is said of a value that is none of the kind."""
    with pytest.raises(ValidationError) as found:
        read(kind, value)
    return str(found.value.errors()[0]["msg"])


TAKEN = [
    ("Duration", "45s", Span(0, timedelta(seconds=45))),
    ("Duration", "1h30m", Span(0, 90 * MINUTE)),
    ("Duration", " 2D ", Span(2, timedelta())),
    ("Duration", "1d12h", Span(1, 12 * HOUR)),
    ("Wait", "0m", Span(0, timedelta())),
    ("ClockTime", "09:00", time(9)),
    ("ClockTime", "9:05", time(9, 5)),
    ("ClockTime", "23:59", time(23, 59)),
    ("Day", "Mon", 0),
    ("Day", "sun", 6),
    ("Days", ["sat", "sun"], [5, 6]),
    ("Date", "2026-01-05", date(2026, 1, 5)),
    ("Moment", "2026-12-24T09:00", datetime(2026, 12, 24, 9)),  # noqa: DTZ001 – the schedule's own zone is added later
    ("User", "U0123ABCD", "U0123ABCD"),
    ("User", "W1", "W1"),
    ("Group", "@shop-sre", "@shop-sre"),
    ("Word", "sécurité", "sécurité"),
    ("Word", "v1.2_b-c", "v1.2_b-c"),
    ("Emoji", ":pushpin:", "pushpin"),
    ("Emoji", "+1", "+1"),
    ("Address", "https://meet.example/major?x=1", "https://meet.example/major?x=1"),
    ("Prefix", "inc", "inc"),
    ("Prefix", "ops_2-b", "ops_2-b"),
    ("Channel", "#outages", "outages"),
    ("Channel", "störungen", "störungen"),
    ("Channel", "C0123ABCD", "C0123ABCD"),
    ("Rotation", "daily", words.Turn(timedelta(days=1))),
    ("Rotation", "weekly", words.Turn(timedelta(days=7))),
    ("Rotation", "2w", words.Turn(timedelta(days=14))),
    ("Rotation", "10d", words.Turn(timedelta(days=10))),
    ("Rotation", "12h", words.Turn(timedelta(hours=12))),
    ("Rotation", "monthly", words.Turn(None)),
    ("Handover", "mon 09:00", (0, time(9))),
    ("Handover", "17:30", (None, time(17, 30))),
    ("Target", "commander_dm", "commander_dm"),
    ("Target", "@shop-sre", "@shop-sre"),
    ("Target", "U9", "U9"),
    ("Admitted", "managers", ["managers"]),
    ("Admitted", ["anyone", "U9"], ["anyone", "U9"]),
    ("Told", "executives", ["executives"]),
    ("Told", [], []),
    ("Words", "  Ask in #it-help.  ", "Ask in #it-help."),
    ("Template", "{ref}: {title}. {{really}}", "{ref}: {title}. {{really}}"),
    ("Template", "no place at all", "no place at all"),
]


@pytest.mark.parametrize(("kind", "typed", "value"), TAKEN)
def test_it_is_read_as_it_is_meant(kind: str, typed: object, value: object) -> None:
    assert read(kind, typed) == value


NOT_TAKEN = [
    ("Duration", "", "'' is no duration; write for example 45s"),
    ("Duration", "90", "'90' is no duration"),
    ("Duration", 90, "90 is no duration"),
    ("Duration", "1m1h", "'1m1h' is no duration"),
    ("Duration", "1.5h", "'1.5h' is no duration"),
    ("Duration", "0s", "must be longer than zero"),
    ("Duration", "3661d", "3661d is longer than ten years"),
    ("ClockTime", "24:00", "'24:00' is no time of day"),
    ("ClockTime", "9", "'9' is no time of day"),
    ("ClockTime", "09:60", "'09:60' is no time of day"),
    ("Zone", "", "there is no time zone ''"),
    ("Zone", "../etc/passwd", "there is no time zone '../etc/passwd'"),
    ("Zone", "europe/madrid", "did you mean Europe/Madrid?"),
    ("Day", "monday", "'monday' is no day; write one of mon, tue"),
    ("Days", [], "the business hours never open; name at least one day"),
    ("Date", "05.01.2026", "'05.01.2026' is no date; write for example 2026-01-05"),
    ("Moment", "tomorrow", "'tomorrow' is no date and time"),
    ("User", "dana", "'dana' is no Slack user id"),
    ("User", "U", "'U' is no Slack user id"),
    ("User", "<@U1>", "'<@U1>' is no Slack user id"),
    ("Group", "shop-sre", "'shop-sre' is no user group; write its handle"),
    ("Word", "", "'' is no plain word"),
    ("Word", "-x", "'-x' is no plain word"),
    ("Emoji", ":Push Pin:", "is no name of an emoji"),
    ("Address", "meet.example/major", "isn't a web address that begins with https://"),
    ("Address", "https://x.example|bank", "isn't a web address"),
    ("Address", "ftp://x.example", "isn't a web address"),
    ("Prefix", "INC", "up to 20 lower-case letters"),
    ("Prefix", "x" * 21, "up to 20 lower-case letters"),
    ("Channel", "Outages", "'Outages' is no channel; write its name in lower case"),
    ("Channel", "OUTAGES", "'OUTAGES' is no channel; write its name in lower case"),
    ("Channel", "on call", "'on call' is no channel"),
    ("Channel", "x" * 81, "is no channel"),
    ("Rotation", "0d", "'0d' is no rotation; write daily, weekly, monthly, 2w, 10d or 12h"),
    ("Rotation", "1000d", "'1000d' is no rotation"),
    ("Handover", "noon", "'noon' is no time of day"),
    ("Handover", "every 09:00", "'every' is no day"),
    ("Target", "commanders", "did you mean `commander`?"),
    ("Admitted", "everyone", "'everyone' is nobody who could be let in; known: anyone, commander"),
    ("Admitted", [], "at least 1 item"),
    ("Told", ["@shop-sre"], "'@shop-sre' is nobody to tell"),
    ("Words", " \n ", "write what people are to read"),
    ("Words", "x" * 501, "in 500 characters at the most"),
    ("Template", "{}", "the template names {}"),
    ("Template", "{0}", "the template names {0}"),
    ("Template", "{tilte}", "did you mean `title`?"),
    ("Template", "{title[0]}", "the template names {title[0]}"),
    ("Template", "{title!r}", "write {title} without : or ! in it"),
    ("Template", "{title:{ref}}", "write {title} without : or ! in it"),
    ("Template", "}", "the template cannot be read"),
]


@pytest.mark.parametrize(("kind", "typed", "told"), NOT_TAKEN)
def test_what_it_is_not_is_said_with_what_to_write(kind: str, typed: object, told: str) -> None:
    assert told in refused(kind, typed)


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text(max_size=5), max_size=3)
)


@given(st.sampled_from(sorted(KINDS)), ANYTHING)
def test_whatever_stands_in_the_file_is_read_or_refused_in_words(kind: str, value: object) -> None:
    """Nothing but ValidationError may come out: any other exception would end the start with a traceback."""
    with suppress(ValidationError):
        read(kind, value)


PARTS = st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))


@given(PARTS.filter(any))
def test_a_duration_is_the_sum_of_its_parts(parts: tuple[int, int, int, int]) -> None:
    typed = "".join(f"{number}{unit}" for number, unit in zip(parts, "dhms", strict=True) if number)
    days, hours, minutes, seconds = parts
    assert read("Duration", typed).real == timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    ("typed", "always", "office"),
    [
        ("8h", 8 * HOUR, 8 * HOUR),
        ("9h", 9 * HOUR, DAY),
        ("24h", DAY, 2 * DAY + 6 * HOUR),
        ("1d", DAY, DAY),
        ("1d9h", DAY + 9 * HOUR, 2 * DAY),
        ("30m", 30 * MINUTE, 30 * MINUTE),
    ],
)
def test_a_day_is_a_business_day_on_the_business_clock_and_hours_are_hours(
    typed: str, always: timedelta, office: timedelta
) -> None:
    span = read("Duration", typed)
    assert (span.real, span.in_business_days(OFFICE)) == (always, office)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(1, 24))
def test_a_longer_duration_is_longer_on_every_clock(shorter: int, more: int, day: int) -> None:
    one, other = Span(0, shorter * HOUR), Span(0, (shorter + more) * HOUR)
    length = timedelta(hours=day)
    assert one.in_business_days(length) <= other.in_business_days(length)
    assert one.in_business_days(length) % DAY < length, "a business day has no hour after its last"


@given(st.sampled_from(sorted(available_timezones())))
def test_every_zone_of_the_machine_is_known(name: str) -> None:
    assert read("Zone", name).key == name


@given(st.lists(st.sampled_from([*(f"{{{place}}}" for place in PLACES), "{{", "}}", " – ", "x", "<@U1>", ":", "!"])))
def test_a_template_that_is_taken_can_be_filled(parts: list[str]) -> None:
    template = read("Template", "".join(parts))
    filled = template.format(**dict.fromkeys(PLACES, "·"))
    assert filled.count("·") == sum(part[1:-1] in PLACES for part in parts)


@given(st.text(st.sampled_from("{}ab!:.[]0 title")))
def test_a_template_is_refused_or_can_be_filled(typed: str) -> None:
    try:
        template = read("Template", typed)
    except ValidationError:
        return
    assert isinstance(template.format(**dict.fromkeys(PLACES, "·")), str)


def holidays(value: object) -> Container[date]:
    found: Container[date] = read("Holidays", value)
    return found


def test_holidays_are_those_of_a_country_of_a_part_of_it_or_the_days_that_are_listed() -> None:
    assert date(2026, 12, 25) in holidays("ES")
    assert date(2026, 9, 11) in holidays("ES-CT")
    assert date(2026, 9, 11) not in holidays("ES")
    assert date(2026, 3, 4) in holidays(["2026-03-04", "2026-03-05"])
    assert date(2026, 12, 25) not in holidays([])
    assert "no holidays are known for 'XX'" in refused("Holidays", "XX")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_date_is_read_as_it_is_written(day: date) -> None:
    assert read("Date", day.isoformat()) == day
    assert day in holidays([day.isoformat()])
