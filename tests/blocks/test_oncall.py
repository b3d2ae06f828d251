"""Who is on call, as one answer: who, until when, who is next, and how old what we know is."""

from dataclasses import replace
from datetime import date, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.oncall import on_call_line, on_call_now, tried
from bot.domain.paging import Tried
from bot.domain.policy import Feed, OnCallHours, Override, Policy, Schedule, Service, Shift
from tests.blocks.hostile import text
from tests.blocks.reading import DATE, as_read, fits
from tests.domain.given import BO, CHEN, DANA, ELI, NOON, POLICY, SAM, days, hours

WEEKLY = Schedule("shop", members=(BO, CHEN), secondary=(SAM,), start=date(2026, 3, 2), handover_time=time(9))
"""Bo from Monday to Monday; it is Wednesday noon."""
FEED = Feed("https://calendar.example/a.ics", {"Dana": DANA}, hours(1))
CALENDAR = Schedule("ops", feed=FEED, read_at=NOON, shifts=(Shift(NOON - hours(4), NOON + hours(4), DANA),))


def line(schedule: Schedule, policy: Policy = POLICY) -> str:
    """What is said of one schedule, dates as one reads them."""
    return DATE.sub(r"\1", on_call_line(policy, schedule, NOON))


def test_a_rotation_says_until_when_who_is_next_and_who_stands_behind() -> None:
    assert line(WEEKLY) == "*shop*: <@UBO> until 9 Mar 2026 09:00 UTC, then <@UCHEN>. Secondary: <@USAM>."


def test_of_a_test_each_hop_is_said_and_what_kept_it() -> None:
    asked = Tried("pagerduty", NOON)
    taken = replace(asked, taken_at=NOON + timedelta(seconds=2))
    seen = replace(taken, seen_at=NOON + timedelta(seconds=40), is_over=True)
    said = {
        asked: "PagerDuty: being called now.",
        replace(asked, error="status 503"): "PagerDuty: :warning: could not be reached so far: status 503.",
        replace(asked, error="no pager key is set", is_over=True): "failed: no pager key is set.",
        taken: "PagerDuty: took it after 2 s, not acknowledged yet.",
        replace(taken, is_over=True): "PagerDuty: took it after 2 s, nobody acknowledged it.",
        replace(taken, pager="apprise", is_over=True): "Apprise: took it after 2 s.",
        seen: "PagerDuty: took it after 2 s, acknowledged 40 s after it was asked for.",
    }
    for one, words in said.items():
        shown = tried([one])
        fits(shown)
        assert words in shown.text
    assert "when you acknowledge it" in str(tried([taken]).blocks)
    assert "acknowledge" not in str(tried([Tried("apprise", NOON)]).blocks)


def test_whoever_is_alone_is_on_call_without_end() -> None:
    assert line(Schedule("shop", members=(BO,))) == "*shop*: <@UBO>."


def test_an_override_is_told_with_its_own_end() -> None:
    stand_in = Override(NOON - hours(1), NOON + hours(2), ELI)
    found = line(replace(WEEKLY, overrides=(stand_in,)))
    assert found.startswith("*shop*: <@UELI> until 4 Mar 2026 14:00 UTC, then <@UBO>.")


def test_it_says_which_services_a_schedule_is_for() -> None:
    shop = POLICY.schedules["shop"]
    assert line(shop).startswith("*shop* (Checkout): <@UBO>.")
    everything = replace(POLICY, default_schedule="shop")
    assert line(shop, everything).startswith("*shop* (Checkout, Search): <@UBO>.")


def test_of_a_calendar_it_says_how_old_the_copy_is() -> None:
    assert line(CALENDAR) == (
        "*ops*: <@UDANA> until 4 Mar 2026 16:00 UTC. (from a calendar feed, read 4 Mar 2026 12:00 UTC)"
    )
    assert line(replace(CALENDAR, is_behind=True)).endswith("read 4 Mar 2026 12:00 UTC; it cannot be read now)")


def test_a_calendar_that_was_never_read_says_so() -> None:
    unread = replace(CALENDAR, read_at=None, shifts=())
    assert line(unread) == "*ops*: nobody. (from a calendar feed, which could not be read yet)"


def test_in_a_gap_it_says_who_comes_after_it() -> None:
    later = replace(CALENDAR, shifts=(Shift(NOON + hours(3), NOON + days(1), DANA),))
    assert line(later).startswith("*ops*: nobody until 4 Mar 2026 15:00 UTC, then <@UDANA>.")


def test_of_hours_it_says_who_has_the_rest_and_when_nobody_does() -> None:
    weekdays = OnCallHours(frozenset(range(5)), time(9), time(14))
    shop = replace(WEEKLY, hours=weekdays)
    until = "*shop*: <@UBO> until 4 Mar 2026 14:00 UTC, then "
    assert line(shop) == f"{until}nobody until 5 Mar 2026 09:00 UTC, then <@UBO>. Secondary: <@USAM>."
    nights = Schedule("nights", members=(ELI,))
    assert line(replace(shop, hours=replace(weekdays, otherwise=nights))) == f"{until}<@UELI>. Secondary: <@USAM>."
    mornings = replace(weekdays, ends=time(11))
    assert line(replace(shop, hours=mornings)) == (
        "*shop*: nobody until 5 Mar 2026 09:00 UTC, then <@UBO>. (outside its hours)"
    )
    assert line(replace(shop, hours=replace(mornings, otherwise=nights))) == (
        "*shop*: <@UELI> until 5 Mar 2026 09:00 UTC, then <@UBO>. (outside its hours, from nights)"
    )


def test_a_user_group_is_named_as_the_source() -> None:
    forever = Shift(NOON - days(9), NOON.replace(year=2200), DANA)
    of_group = Schedule("ops", group="@ops-team", shifts=(forever, replace(forever, who=ELI, is_secondary=True)))
    assert line(of_group) == "*ops*: <@UDANA>. Secondary: <@UELI>. (from @ops-team)"


def test_the_answer_says_how_somebody_is_called_in() -> None:
    shown = on_call_now(POLICY, list(POLICY.schedules.values()), NOON)
    fits(shown)
    assert "`/incident page &lt;service&gt;`" in as_read(shown)


@given(text, st.integers(1, 300))
@settings(max_examples=20)
def test_any_names_and_any_number_of_schedules_fit(words: str, number: int) -> None:
    schedules = {f"{words}{place}": replace(WEEKLY, name=f"{words}{place}") for place in range(number)}
    services = {f"s{place}": Service(f"s{place}", words, oncall=f"{words}{place}") for place in range(number)}
    policy = replace(POLICY, schedules=schedules, services=services)
    fits(on_call_now(policy, list(schedules.values()), NOON))


def test_more_schedules_than_fit_are_counted() -> None:
    schedules = {f"s{place}": replace(WEEKLY, name=f"s{place}") for place in range(300)}
    shown = on_call_now(replace(POLICY, schedules=schedules), list(schedules.values()), NOON)
    fits(shown)
    read = str(shown.blocks)
    listed = sum(f"*{name}*" in read for name in schedules)
    assert 0 < listed < 300
    assert f"… and {300 - listed} more; `/incident oncall &lt;service&gt;` shows a service's." in read


def test_a_schedule_of_very_many_services_names_the_person_first() -> None:
    """Of the services it names the one that was asked for, else it counts them."""
    services = {
        f"s{place}": Service(f"s{place}", f"Customer facing service {place}", oncall="shop") for place in range(300)
    }
    policy = replace(POLICY, services=services)
    shop = policy.schedules["shop"]
    everything = on_call_now(policy, [shop], NOON)
    asked = on_call_now(policy, [shop], NOON, services["s177"])
    for shown, told in ((everything, "300 services"), (asked, "Customer facing service 177")):
        fits(shown)
        assert f"*shop* ({told}): <@UBO>" in shown.text
        assert f"*shop* ({told}): <@UBO>" in str(shown.blocks)
    assert on_call_line(replace(policy, services={}), shop, NOON).startswith("*shop*: <@UBO>")
