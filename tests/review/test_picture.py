"""The picture of an incident: what is in it, whatever the incident was like."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from bot.domain.document import Entry, InPriority, Participant, RoleSpan
from bot.domain.ids import SlackUserId
from bot.domain.vocabulary import Priority, Role, Status
from bot.review import Redacted
from bot.review.picture import COLOURS, PRIORITIES, WIDTH, picture
from bot.review.reading import read
from tests.review.conftest import NOON, after


def drawn(review: Redacted) -> ElementTree.Element:
    return ElementTree.fromstring(picture(read(review)))  # noqa: S314 - our own drawing


def texts(root: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in root.iter() if one.tag.endswith(("text", "title"))]


LANES = {"Status", "Priority", "Updates", "Handovers", "Escalations", "Key moments", "Messages"}


def test_it_has_a_title_and_a_lane_for_whatever_happened(small_review: Redacted) -> None:
    said = texts(drawn(small_review))
    assert said[0] == "INC-42 over time: 2 updates, 1 late; 1 key moment; 8 messages"
    assert said[1:3] == ["INC-42, P1: resolved after 1 h", "Declared 4 Mar 2026, 12:00, UTC"]
    assert {*said} & LANES == {"Status", "Updates", "Key moments", "Messages"}
    assert {"declared 2 min", "investigating 28 min", "mitigated 30 min", "resolved 10 min", "late update"} <= {*said}


def test_handovers_escalations_and_changes_of_priority_have_lanes_too(small_review: Redacted) -> None:
    bo, chen = SlackUserId("UBO"), SlackUserId("UCHEN")
    handed = Participant("Chen", (RoleSpan(Role.COMMANDER, after(20), None),))
    escalated = Entry(90, after(21), after(21), "Escalated", bo, "nobody answers")
    priorities = (InPriority(Priority.P2, NOON, after(9)), InPriority(Priority.P1, after(9), None))
    review = replace(
        small_review,
        people={**small_review.people, chen: handed},
        timeline=(*small_review.timeline, escalated),
        priorities=priorities,
    )
    assert {*texts(drawn(Redacted(review)))} >= {*LANES, "P1", "P2"}


def test_nothing_is_blank_where_nobody_wrote(small_review: Redacted) -> None:
    quiet = Redacted(replace(small_review, transcript=(), updates=(), evidence=()))
    assert {*texts(drawn(quiet))} & LANES == {"Status"}
    assert float(drawn(quiet).get("height", 0)) < float(drawn(small_review).get("height", 0)) - 60


def test_every_status_has_a_colour() -> None:
    assert set(COLOURS) == set(Status)
    assert set(PRIORITIES) == set(Priority)


def test_peoples_words_are_not_drawn(review_with: Callable[[str | None], Redacted]) -> None:
    assert picture(read(review_with("<script>"))) == picture(read(review_with("plain")))


@pytest.mark.parametrize("stretch", [0.001, 1, 60, 5000])
def test_everything_stays_inside_whatever_the_time_it_took(stretch: float, small_review: Redacted) -> None:
    start = small_review.times.declared_at
    lines = tuple(
        replace(line, at=start + timedelta(seconds=60 * stretch * place))
        for place, line in enumerate(small_review.transcript)
    )
    levels = tuple(
        replace(
            one,
            since=start + (one.since - start) * stretch,
            until=start + (one.until - start) * stretch if one.until else None,
        )
        for one in small_review.statuses
    )
    updates = tuple(replace(one, at=start + (one.at - start) * stretch) for one in small_review.updates)
    root = drawn(Redacted(replace(small_review, transcript=lines, statuses=levels, updates=updates)))
    for one in root.iter():
        height = float(root.get("height", 0))
        for name, limit in (("x", WIDTH), ("cx", WIDTH), ("y", height), ("cy", height)):
            assert 0 <= float(one.get(name, 0)) <= limit


def test_an_incident_of_which_nothing_is_known_but_its_declaration_is_drawn(small_review: Redacted) -> None:
    bare = replace(small_review, transcript=(), updates=(), statuses=small_review.statuses[:1], evidence=())
    assert texts(drawn(Redacted(bare)))
