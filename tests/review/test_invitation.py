"""The calendar file of a review's meeting: one event that any calendar reads, and that says no more than it may."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from bot.domain.document import Participant
from bot.domain.ids import SlackUserId
from bot.review import Redacted
from bot.review.invitation import render_invitation
from tests.blocks.hostile import LONG, PIECES

BEGINS = datetime(2026, 3, 5, 10, 30, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def event_of(review: Redacted, *, revision: int = 0, workspace: str = "T1", begins: datetime = BEGINS) -> Event:
    """The one event of the file, as a calendar reads it."""
    content = render_invitation(review, begins, HALF_AN_HOUR, revision, workspace)
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def test_it_is_one_event_with_its_time_and_what_it_is_about(small_review: Redacted) -> None:
    event = event_of(small_review)
    assert event.decoded("dtstart") == BEGINS
    assert event.decoded("dtend") == BEGINS + HALF_AN_HOUR
    assert event["summary"] == "Review of INC-42: checkout returns 500s"
    assert event["description"] == "Took part: Dana, Bo, Chen.\nIn Slack: /incident INC-42 review"


def test_a_file_is_for_looking_at_and_invites_nobody(small_review: Redacted) -> None:
    content = render_invitation(small_review, BEGINS, HALF_AN_HOUR, 0, "T1").decode()
    assert "METHOD:PUBLISH\r\n" in content
    assert "ATTENDEE" not in content
    assert "ORGANIZER" not in content


def test_a_meeting_that_was_moved_replaces_the_earlier_one(small_review: Redacted) -> None:
    first, moved = event_of(small_review), event_of(small_review, revision=1, begins=BEGINS + timedelta(days=1))
    assert first["uid"] == moved["uid"]
    assert (first["sequence"], moved["sequence"]) == (0, 1)


def test_two_workspaces_have_events_of_their_own(small_review: Redacted) -> None:
    uids = {str(event_of(small_review, workspace=name)["uid"]) for name in ("T1", "T2", "acme corp/ä")}
    assert len(uids) == 3
    assert all(uid.isascii() and " " not in uid for uid in uids)


def test_of_a_private_incident_no_title_leaves_with_the_file(small_review: Redacted) -> None:
    private = replace(small_review, incident=replace(small_review.incident, is_private=True))
    content = render_invitation(private, BEGINS, HALF_AN_HOUR, 0, "T1").decode()
    assert event_of(private)["summary"] == "Review of INC-42: private incident"
    assert "checkout" not in content


def test_times_of_any_zone_are_the_same_instant(small_review: Redacted) -> None:
    in_tokyo = BEGINS.astimezone(ZoneInfo("Asia/Tokyo"))
    assert event_of(small_review, begins=in_tokyo).decoded("dtstart") == BEGINS


@pytest.mark.parametrize(
    "words",
    [
        "line one\nBEGIN:VEVENT\nSUMMARY:another",
        "a;b,c:d\\n\\,",
        "DTSTART:19700101T000000Z\r\nEND:VEVENT",
        *PIECES,
        *(one[:5_000] for one in LONG),
    ],
)
def test_no_words_break_out_of_the_event(words: str, review_with: Callable[[str | None], Redacted]) -> None:
    review = review_with(f"x{words}x")
    content = render_invitation(review, BEGINS, HALF_AN_HOUR, 0, "T1")
    lines = content.split(b"\r\n")
    assert (lines.count(b"BEGIN:VEVENT"), lines.count(b"END:VEVENT")) == (1, 1)
    event = event_of(review)
    assert event.decoded("dtstart") == BEGINS
    assert len(str(event["summary"]).splitlines()) == 1
    assert str(event["description"]).endswith("\nIn Slack: /incident INC-42 review")
    assert all(len(line) <= 75 for line in lines), "RFC 5545, 3.1: lines are folded at 75 octets"


def test_hundreds_of_people_are_all_named(small_review: Redacted) -> None:
    crowd = {SlackUserId(f"U{number}"): Participant(f"Person {number}", ()) for number in range(500)}
    roles = next(one.roles for one in small_review.people.values() if one.roles)
    full = replace(small_review, people={user: replace(one, roles=roles) for user, one in crowd.items()})
    described = str(event_of(full)["description"])
    assert all(f"Person {number}" in described for number in range(500))
