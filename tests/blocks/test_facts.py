"""What an integration did is shown with its name, which calls nobody."""

from dataclasses import replace

import pytest

from bot.blocks import facts
from bot.blocks.announce import announcement
from bot.blocks.answers import status
from bot.blocks.card import card
from bot.blocks.direct import direct
from bot.blocks.lists import note_list
from bot.domain import timeline as t
from bot.domain.actor import MUSTER, Integration, Person
from bot.domain.ids import SlackUserId
from bot.domain.vocabulary import Place
from tests.blocks import story
from tests.blocks.reading import as_read, called, fits
from tests.blocks.story import BO, DANA, after, at, moments

ALERTS = Integration("Alerts <@UEVE> & <!channel>", "alertmanager")
SHOWN = "Alerts @UEVE &amp; !channel"


def test_whoever_acted_is_a_mention_or_a_name() -> None:
    assert [facts.who(one) for one in (Person(DANA), ALERTS, MUSTER)] == ["<@UDANA>", SHOWN, "Muster"]


@pytest.mark.parametrize("asked", [BO, None], ids=["Bo is asked", "nobody is asked"])
def test_everything_says_which_integration_declared_it(asked: SlackUserId | None) -> None:
    event = replace(story.DECLARED, by=None, integration=ALERTS, asked=asked, reported_by=None, evidence=None)
    incident, one = moments((event,))[0]
    announced = announcement(incident, one)
    fits(announced)
    assert called(announced) == ({BO} if asked else set())
    assert ("Anyone here can take command" in as_read(announced)) is (asked is None)
    assert f"Declared by {SHOWN}" in as_read(card(incident, Place.CHANNEL))
    assert SHOWN in as_read(status(incident, at(1)))


def test_what_it_did_afterwards_is_shown_as_its_own() -> None:
    posted = t.UpdatePosted(at=at(1), integration=ALERTS, update=t.Update("errors fall"))
    noted = t.NoteAdded(at=at(2), integration=ALERTS, text="it fires again")
    escalated = t.Escalated(at=at(3), integration=ALERTS, reason="it fires still", told=(BO,))
    (_, _), (updated, one), (incident, _), (told, last) = moments((story.DECLARED, posted, noted, escalated))
    assert f"Update by {SHOWN}: errors fall" in announcement(updated, one).text
    assert f"*Last update*, {SHOWN}, " in facts.last_update(incident, 100)
    assert f"1. {SHOWN}, " in note_list(incident).text
    assert f"{SHOWN} escalates to you: it fires still." in as_read(direct(told, last, BO))


def test_a_story_without_integrations_names_none() -> None:
    assert "integration" not in as_read(card(after(t.IncidentClosed), Place.CHANNEL))
