"""The picture of an incident: what is in it, whatever the incident was like."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from bot.domain.vocabulary import Status
from bot.review import Redacted
from bot.review.picture import COLOURS, HEIGHT, WIDTH, picture
from bot.review.reading import read


def drawn(review: Redacted) -> ElementTree.Element:
    return ElementTree.fromstring(picture(read(review)))  # noqa: S314 - our own drawing


def texts(root: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in root.iter() if one.tag.endswith(("text", "title"))]


def test_it_shows_phases_updates_moments_and_messages(small_review: Redacted) -> None:
    root = drawn(small_review)
    said = texts(root)
    assert said[0] == "INC-42 over time: 2 updates, 1 late; 1 key moment; 8 messages"
    assert {"investigating", "mitigated", "Messages (8)", "update", "late update", "key moment"} <= set(said)
    assert [one for one in said if one.endswith(" UTC")]


def test_every_status_has_a_colour() -> None:
    assert set(COLOURS) == set(Status)


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
        for name, limit in (("x", WIDTH), ("cx", WIDTH), ("y", HEIGHT), ("cy", HEIGHT)):
            assert 0 <= float(one.get(name, 0)) <= limit
    assert 1 <= sum(one.get("font-size") == "11" for one in root.iter()) <= 12


def test_an_incident_of_which_nothing_is_known_but_its_declaration_is_drawn(small_review: Redacted) -> None:
    bare = replace(small_review, transcript=(), updates=(), statuses=small_review.statuses[:1], evidence=())
    assert texts(drawn(Redacted(bare)))
