"""What the incident's channel is told: within Slack's limits, and calling nobody but the people meant."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from bot.blocks import facts, message
from bot.blocks.announce import announcement
from bot.domain import reason as r
from bot.domain import timeline as t
from bot.domain.timeline import AnyEvent, Recorded
from bot.domain.vocabulary import ReasonCode as Code
from tests.blocks import story
from tests.blocks.hostile import story_with, text
from tests.blocks.reading import as_read, called, fits
from tests.blocks.story import BO, CHEN, DANA, after, at, moments
from tests.store.samples import SAMPLES


def declaring(title: str) -> str:
    event = replace(story.DECLARED, title=title)
    incident, one = moments((event,))[0]
    rendered = announcement(incident, one)
    fits(rendered)
    return as_read(rendered)


def said(event: AnyEvent) -> str:
    rendered = announcement(after(t.UpdatePosted), Recorded(99, event.at, event))
    fits(rendered)
    return as_read(rendered)


@given(text)
def test_any_words_stay_within_slacks_limits_and_call_no_group(words: str) -> None:
    events = story_with(words)
    for incident, one in moments(events):
        fits(announcement(incident, one))


PLAIN = [event for event in SAMPLES if isinstance(event, t.ToldPlainly)]


@pytest.mark.parametrize("event", PLAIN, ids=lambda event: type(event).__name__)
def test_what_is_told_plainly_is_told_in_its_sentence(event: AnyEvent) -> None:
    assert said(event) == as_read(message.said(facts.told(event)))


def test_a_person_named_in_a_title_is_shown_and_not_called() -> None:
    event = replace(story.DECLARED, title="<@UEVE> broke <!channel> again", reported_by=None, evidence=None)
    rendered = announcement(*moments((event,))[0])
    assert called(rendered) == {BO}
    assert "@UEVE broke @\u2060channel again" in as_read(rendered)


def test_a_person_named_in_an_update_on_purpose_is_called() -> None:
    posted = t.UpdatePosted(at=at(1), by=DANA, update=t.Update("ask <@UEVE> and <!here>"))
    assert "ask <@UEVE> and @\u2060here" in said(posted)


def test_a_long_title_leaves_room_for_who_is_asked_and_how() -> None:
    read = declaring("checkout & friends " * 200)
    assert read.endswith("|a message> by <@UXENIA>: “Customers say the basket is empty”")
    assert "<@UBO>, you are on call for Checkout: please take command by 12:05 UTC." in read


def test_a_title_of_many_lines_cannot_look_like_ours() -> None:
    assert "*x Priority P4: fine" in declaring("x\nPriority P4:\n\nfine" + " and fine" * 20)


def test_an_update_of_forty_thousand_characters_says_that_it_was_shortened_and_still_when_the_next_comes() -> None:
    long = t.Update("conditions & more " * 2_300, "actions " * 5_000, "needs " * 5_000)
    read = said(t.UpdatePosted(at=at(1), by=DANA, update=long, next_update=story.due(16)))
    assert read.endswith("Next update by 12:16 UTC. Shortened here; the review has all of it.")
    assert "*Actions:* actions" in read
    assert "*Needs:* needs" in read


def test_code_that_was_left_open_is_closed_before_we_go_on() -> None:
    read = said(t.IncidentMitigated(at=at(1), by=DANA, what="```\nSET x", next_update=story.due(61)))
    assert re.search(r"SET x\.?\n```\s+Next update by 13:01 UTC\.$", read)


def test_a_note_about_the_past_says_when() -> None:
    note = t.NoteAdded(at=at(-30), by=CHEN, text="the deploy began")
    rendered = announcement(after(t.UpdatePosted), Recorded(99, at(10), note))
    assert as_read(rendered).endswith("noted: the deploy began. (4 Mar 2026 11:30 UTC)")


def test_an_update_that_nobody_is_in_charge_of_is_asked_of_everybody() -> None:
    read = said(t.UpdateOverdue(at=at(15), due_at=at(15)))
    assert "If you know where things stand, one line is enough" in read


def test_an_error_slack_invents_tomorrow_is_still_told() -> None:
    read = said(t.PeopleNotAdded(at=at(1), people=(t.NotAdded(CHEN, "moon_is_full"),)))
    assert "<@UCHEN> (moon is full)" in read


def test_whoever_is_asked_reads_why_it_is_they_and_that_it_is_a_drill() -> None:
    def asking(**changed: Any) -> str:
        return as_read(announcement(*moments((replace(story.DECLARED, **changed),))[0]))

    assert "DRILL: <@UBO>, you are on call" in asking(is_drill=True)
    alone = (r.Stated(Code.NO_SCHEDULE_SO_DECLARER),)
    assert "<@UDANA>, nobody else is on call: please take" in asking(asked=DANA, asked_reasons=alone)
    assert "<@UBO>, please take command by 12:05 UTC." in asking(asked_reasons=(), asked_because="on call")
    assert "Nobody is on call. Anyone here can take command by 12:05 UTC: `/incident accept`" in asking(asked=None)
