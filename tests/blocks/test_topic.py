"""The topic of an incident's channel: one line within Slack's limit, whatever the title is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.limits import TOPIC
from bot.blocks.topic import topic
from bot.domain.vocabulary import Status
from tests.domain.given import declared, in_status


def test_it_says_where_the_incident_stands() -> None:
    line = topic(declared())
    assert line.startswith("P")
    assert "declared" in line
    assert "next update by" in line
    assert line.endswith(declared().title)


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_one_line(status: Status) -> None:
    line = topic(in_status(status))
    assert str(status) in line
    assert "\n" not in line


@given(st.text(min_size=1, max_size=400))
def test_no_title_is_too_long_for_slack(title: str) -> None:
    assert len(topic(replace(declared(), title=title))) <= TOPIC
