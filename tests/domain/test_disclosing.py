"""A private incident may be listed: its title is shown from then on, its channel stays private, once and for ever."""

from dataclasses import replace

import pytest

from bot.domain import timeline as t
from bot.domain.disclosing import disclose
from bot.domain.effects import PostCard
from bot.domain.refusal import NothingToChange
from bot.domain.vocabulary import Place
from tests.domain.given import BO, POLICY, after, declared, effects, kinds, run

NOW = after(10)
HIDDEN = declared(is_private=True)
WITHOUT_BROADCAST = replace(POLICY, channels=replace(POLICY.channels, broadcast=None))


def test_it_is_listed_and_its_card_is_posted_in_the_broadcast_channel() -> None:
    decision = disclose(HIDDEN, BO, "customers were told", NOW, POLICY)
    event = t.IncidentListed(at=NOW, by=BO, reason="customers were told", broadcast=POLICY.channels.broadcast)
    assert decision.events == (event,)
    assert PostCard(event, Place.BROADCAST) in effects(HIDDEN, decision)
    incident = run(HIDDEN, decision)
    assert (incident.is_private, incident.is_hidden, incident.broadcast) == (True, False, POLICY.channels.broadcast)


def test_without_a_broadcast_channel_it_is_listed_all_the_same() -> None:
    decision = disclose(HIDDEN, BO, "customers were told", NOW, WITHOUT_BROADCAST)
    assert kinds(effects(HIDDEN, decision)) == ["Announce", "RefreshCard"]
    assert not run(HIDDEN, decision).is_hidden


@pytest.mark.parametrize("is_private", [False, True])
def test_what_everybody_can_see_already_cannot_be_listed_again(is_private: bool) -> None:
    incident = declared(is_private=is_private)
    if is_private:
        incident = run(incident, lambda it: disclose(it, BO, "customers were told", NOW, POLICY))
    with pytest.raises(NothingToChange, match="INC-42 is already listed for everybody; nothing was changed"):
        disclose(incident, BO, "again", NOW, POLICY)


def test_its_history_before_stays_its_own() -> None:
    """What was announced before is not announced again elsewhere: only this event and the card are."""
    decision = disclose(HIDDEN, BO, "customers were told", NOW, POLICY)
    assert kinds(effects(HIDDEN, decision)) == ["Announce", "PostCard", "RefreshCard"]
