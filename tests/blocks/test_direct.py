"""What one person is told by direct message."""

from dataclasses import replace

from hypothesis import given

from bot.blocks.direct import direct
from bot.domain import timeline as t
from bot.domain.vocabulary import Status
from tests.blocks import story
from tests.blocks.hostile import story_with, text
from tests.blocks.reading import as_read, called, fits
from tests.blocks.story import BO, CHEN, DANA, XENIA, after, moments, recorded


@given(text)
def test_any_words_stay_within_slacks_limits_and_call_no_group(words: str) -> None:
    events = story_with(words)
    for incident, one in moments(events):
        for person in (BO, CHEN, XENIA):
            fits(direct(incident, one, person))


def test_a_title_calls_nobody_in_a_direct_message_either() -> None:
    incident, one = moments((replace(story.DECLARED, title="<@UEVE> did it", reported_by=None, evidence=None),))[0]
    assert "UEVE" not in called(direct(incident, one, XENIA))
    assert called(direct(incident, one, XENIA)) == {DANA, BO}


def test_command_that_was_accepted_meanwhile_is_not_offered_again() -> None:
    asked = recorded()[0]
    assert "Accept" in as_read(direct(after(t.IncidentDeclared), asked, BO))
    assert "Accept" not in as_read(direct(after(t.CommandAccepted), asked, BO))


def test_a_reminder_that_arrives_after_the_end_has_no_buttons() -> None:
    reminder = next(one for one in recorded() if isinstance(one.event, t.DeadlineReminded))
    over = replace(after(t.CommandAccepted), status=Status.CANCELLED)
    assert "[" not in as_read(direct(over, reminder, BO))
