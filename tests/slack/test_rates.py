"""What is said of Slack's limits: every effect that calls Slack has its budgets, and they are the local Slack's."""

from typing import get_args

import pytest

from bot.domain import effects as e
from bot.sandbox.methods import METHODS as OF_THE_SANDBOX
from bot.sandbox.rates import PER_MINUTE, POSTS_PER_MINUTE
from bot.slack.methods import METHODS
from bot.slack.rates import IN_THEIR_LANES, NEEDS, PART, TRIAGE, build_pace


def test_every_effect_that_calls_slack_names_what_it_calls_and_no_other_does() -> None:
    aside = get_args(e.AlertEffect) + get_args(e.ProposalEffect)
    everything = {*get_args(e.Announcement), *get_args(e.Refresh), *aside}
    assert set(NEEDS) == everything - set(get_args(e.ELSEWHERE))


def test_what_they_name_is_called_and_limited() -> None:
    named = {name for names in NEEDS.values() for name in names} - {TRIAGE}
    assert {name for name in named if METHODS[name].a_minute is None} == set()


@pytest.mark.parametrize("name", sorted(METHODS))
def test_the_local_slack_has_the_same_limits(name: str) -> None:
    tier = OF_THE_SANDBOX[name].tier
    theirs = POSTS_PER_MINUTE if tier == "post" else PER_MINUTE.get(tier)
    assert METHODS[name].a_minute == theirs


def test_a_message_in_an_incidents_channel_takes_one_of_its_seconds_and_a_card_that_is_edited_does_not() -> None:
    assert {"Announce", "TellPerson", "PostCard"} <= IN_THEIR_LANES
    assert not {"RefreshCard", "AskAboutAlert", "OpenChannel"} & IN_THEIR_LANES


def test_less_is_used_than_slack_allows_and_questions_about_alerts_share_one_channel() -> None:
    pace = build_pace(lambda: 0.0)
    for alert in range(4):
        pace.took("AskAboutAlert", f"alert:{alert}")
    assert "AskAboutAlert" in pace.limits().paused.kinds
    for _ in range(int(20 * PART)):
        pace.called("conversations.create")
    assert "OpenChannel" in pace.limits().paused.kinds
