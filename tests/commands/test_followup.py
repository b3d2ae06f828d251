"""`followup`: what is to be done, by whom and by when, and what became of one that was agreed."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.command import Missing
from bot.commands.dates_and_times import NotADate
from bot.commands.followup import NoAddress
from bot.commands.grammar import TypedTwice, UnknownPerson, UnknownValue
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import FollowUpState, Priority
from bot.door.reply import OpenForm
from bot.verbs import requests as r
from tests.commands.reading import asked_for, typing
from tests.domain.given import CHEN, NOON

TODAY = NOON.date()
APRIL = date(2026, 4, 1)
TRACKER = "https://tracker.example/OPS-7"

READ = [
    ("followup Alert on locks", r.AgreeFollowUp("Alert on locks")),
    ("followup Alert on locks <@UCHEN>", r.AgreeFollowUp("Alert on locks", CHEN)),
    ("followup <@UCHEN|chen> is to alert on locks", r.AgreeFollowUp("is to alert on locks", CHEN)),
    ("followup Alert due:2026-04-01", r.AgreeFollowUp("Alert", due=APRIL, today=TODAY)),
    (
        f"followup due:2026-04-01 Alert <@UCHEN> priority:p2 link:{TRACKER}",
        r.AgreeFollowUp("Alert", CHEN, APRIL, Priority.P2, TRACKER, TODAY),
    ),
    (f"followup Alert link:<{TRACKER}>", r.AgreeFollowUp("Alert", link=TRACKER)),
    (
        "followup see <http://a.io/1|a.io/1> link:<http://tracker.example/T-2|tracker.example/T-2>",
        r.AgreeFollowUp("see a.io/1", link="http://tracker.example/T-2"),
    ),
    ("followup Alert link:<https://tracker.example|T-2>", r.AgreeFollowUp("Alert", link="https://tracker.example")),
    ("followup due: dates are missing in the form", r.AgreeFollowUp("due: dates are missing in the form")),
    ("followup change the alert", r.AgreeFollowUp("change the alert")),
    ("followup drop the old table", r.AgreeFollowUp("drop the old table")),
    ("followup done 2", r.EndFollowUp(2, FollowUpState.DONE)),
    ("followup DONE 2 it was there", r.EndFollowUp(2, FollowUpState.DONE, "it was there")),
    ("followup drop 2 the service is retired", r.EndFollowUp(2, FollowUpState.DROPPED, "the service is retired")),
    ("followup change 2 <@UCHEN>", r.ChangeFollowUp(2, CHEN)),
    ("followup change 2 due:2026-04-01", r.ChangeFollowUp(2, due=APRIL, today=TODAY)),
    ("followup change 2 priority:P1", r.ChangeFollowUp(2, priority=Priority.P1)),
    (f"followup change 2 link:{TRACKER}", r.ChangeFollowUp(2, link=TRACKER)),
]


@pytest.mark.parametrize(("line", "request_"), READ)
def test_it_is_read_as_typed(line: str, request_: r.Request[object]) -> None:
    assert asked_for(line) == request_


@pytest.mark.parametrize(
    ("line", "refusal", "told"),
    [
        ("followup due:2026-04-01", Missing, "Say what needs doing"),
        ("followup <@UCHEN>", Missing, "Say what needs doing"),
        ("followup Alert <@UCHEN> <@UBO>", Missing, "A follow-up has one owner"),
        ("followup Alert <!subteam^S1|@shop-sre>", Missing, "A follow-up has one owner"),
        ("followup Alert @chen", UnknownPerson, "nobody here called “@chen”"),
        ("followup Alert due:tomorrow", NotADate, "“tomorrow” is not a date"),
        ("followup Alert due:2026-02-30", NotADate, "is not a date. Type it"),
        ("followup Alert due:2026-04-01 due:2026-04-02", TypedTwice, "is there twice"),
        ("followup Alert priority:P5", UnknownValue, "`priority:` does not know “P5”"),
        ("followup Alert link:OPS-7", NoAddress, "“OPS-7” isn't a web address"),
        ("followup Alert link:javascript:alert(1)", NoAddress, "isn't a web address"),
        ("followup drop 2", Missing, "Say why, for example `/incident followup drop 2 "),
        ("followup change 2", Missing, "Say owner, due date, priority or link"),
        ("followup change 2 alert on deadlocks", Missing, "Say owner, due date, priority or link"),
    ],
)
def test_what_is_missing_or_wrong_is_named(line: str, refusal: type[Refusal], told: str) -> None:
    with pytest.raises(refusal) as refused:
        asked_for(line)
    assert told in str(refused.value)


def test_add_opens_a_form() -> None:
    assert isinstance(typing("followup add"), OpenForm)


def test_today_is_the_day_where_the_person_is() -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    request = asked_for("followup Alert due:2026-03-05", late)
    assert request == r.AgreeFollowUp("Alert", due=date(2026, 3, 5), today=date(2026, 3, 5))


@given(st.sampled_from(["done", "drop", "change"]), st.integers(1, 9999), st.text(max_size=40))
def test_an_order_with_a_number_never_becomes_a_follow_up_of_its_own(what: str, number: int, words: str) -> None:
    try:
        request = asked_for(f"followup {what} {number} {words}")
    except Refusal:
        return
    assert isinstance(request, r.EndFollowUp | r.ChangeFollowUp)
    assert request.number == number


@given(st.text(max_size=80))
def test_any_other_text_is_agreed_on_in_one_line_or_refused(words: str) -> None:
    try:
        request = asked_for(f"followup Check {words}")
    except Refusal:
        return
    assert isinstance(request, r.AgreeFollowUp)
    assert len(request.text.splitlines()) == 1
