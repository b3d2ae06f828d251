"""The title, and whether it is a drill, put right at any status."""

from dataclasses import replace

import pytest

from bot.domain import correcting
from bot.domain.access import is_sensitive
from bot.domain.effects import RefreshCard, RefreshTopic, RenameChannel
from bot.domain.ids import ChannelId
from bot.domain.refusal import NothingToChange
from bot.domain.timeline import DrillCorrected, TitleCorrected
from bot.domain.vocabulary import Place, Status
from tests.domain.given import CHEN, POLICY, after, declared, effects, in_status, run

NOW = after(30)


@pytest.mark.parametrize("status", list(Status))
def test_a_title_is_corrected_at_any_status_and_shown_where_the_old_one_stood(status: Status) -> None:
    incident = in_status(status)
    decision = correcting.correct_title(incident, CHEN, "  Checkout fails\nin the EU ", NOW)
    assert decision.events == (TitleCorrected(at=NOW, by=CHEN, title="Checkout fails in the EU"),)
    assert {RefreshCard(Place.CHANNEL), RefreshTopic()} <= set(effects(incident, decision))
    assert run(incident, decision).title == "Checkout fails in the EU"


def test_the_same_title_again_is_nothing_to_change_unless_the_channel_is_to_be_named_after_it() -> None:
    incident = replace(declared(), channel=ChannelId("C1"), channel_name="inc-1-old")
    with pytest.raises(NothingToChange, match="already has that title"):
        correcting.correct_title(incident, CHEN, incident.title, NOW)
    decision = correcting.correct_title(incident, CHEN, incident.title, NOW, renames_channel=True)
    assert [one for one in effects(incident, decision) if isinstance(one, RenameChannel)]


@pytest.mark.parametrize(
    ("changes", "refused", "why"),
    [
        ({"is_private": True}, correcting.NoTitleInName, "doesn't show its title"),
        ({"is_archived": True}, correcting.NoChannelToRename, "it is archived"),
        ({"channel": None}, correcting.NoChannelToRename, "Try again in a moment"),
    ],
)
def test_a_channel_that_cannot_be_named_after_the_title_is_not_promised(
    changes: dict[str, object], refused: type[Exception], why: str
) -> None:
    incident = replace(replace(declared(), channel=ChannelId("C1"), channel_name="inc-1"), **changes)  # type: ignore[arg-type]
    with pytest.raises(refused, match=why):
        correcting.correct_title(incident, CHEN, "Another title", NOW, renames_channel=True)


def test_a_drill_becomes_real_and_an_auditor_sees_it() -> None:
    incident = replace(declared(), is_drill=True)
    decision = correcting.correct_drill(incident, CHEN, False, "customers are affected", NOW, POLICY)
    assert not run(incident, decision).is_drill
    assert all(is_sensitive(event) for event in decision.events if isinstance(event, DrillCorrected))
    with pytest.raises(NothingToChange, match="is no drill already"):
        correcting.correct_drill(declared(), CHEN, False, "it is real", NOW, POLICY)
