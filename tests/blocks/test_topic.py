"""The topic of an incident's channel: one line within Slack's limit, whatever the title is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.limits import TOPIC
from bot.blocks.topic import topic
from bot.domain.vocabulary import DeadlineKind, Priority, Status
from tests.blocks.story import NOON, XENIA
from tests.domain.given import declared, in_status


def test_it_says_where_the_incident_stands() -> None:
    line = topic(declared())
    assert line.startswith("P")
    assert "declared" in line
    assert "is asked to command" in line
    assert line.endswith(declared().title)


def test_it_is_the_same_until_priority_status_commander_or_title_changes() -> None:
    """Each change of a topic is a line in the channel; a time in it could not be each reader's own."""
    incident = in_status(Status.INVESTIGATING)
    for changes in (
        {"update_due_at": NOON, "missed": ((DeadlineKind.UPDATE, NOON),)},
        {"acknowledge_due_at": None},
        {"service_name": "Search", "user_impact": "nothing"},
    ):
        assert topic(replace(incident, **changes)) == topic(incident)
    for named in ({"commander": XENIA}, {"priority": Priority.P4}, {"title": "search"}, {"is_drill": True}):
        assert topic(replace(incident, **named)) != topic(incident)
    assert topic(replace(incident, is_drill=True)).startswith("DRILL · ")


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_one_line(status: Status) -> None:
    line = topic(in_status(status))
    assert str(status) in line
    assert "\n" not in line


@given(st.text(min_size=1, max_size=400))
def test_no_title_is_too_long_for_slack(title: str) -> None:
    assert len(topic(replace(declared(), title=title))) <= TOPIC
