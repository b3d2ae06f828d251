"""A channel that cannot be written in: recorded once, told to whoever can act on it, and left behind when reopened."""

from dataclasses import replace

import pytest

from bot.domain import status
from bot.domain.audience import effects_of
from bot.domain.decision import Decision
from bot.domain.effects import (
    Announce,
    Effect,
    InvitePeople,
    OpenChannel,
    PostCard,
    ReadBack,
    RefreshCard,
    RefreshTopic,
    TellPerson,
    ends_with_channel,
    waits_for_channel,
)
from bot.domain.ids import ChannelId
from bot.domain.incident import Incident
from bot.domain.reach import channel_lost, channel_regained, channel_unarchived, go_on_elsewhere, why_out_of_reach
from bot.domain.refusal import NothingToChange
from bot.domain.timeline import (
    ChannelArchived,
    ChannelLost,
    ChannelOpened,
    ChannelRegained,
    ChannelReplaced,
    IncidentReopened,
    NoteAdded,
)
from bot.domain.vocabulary import ChannelLoss, Place, Status
from tests.domain.given import BO, CHEN, DANA, NOON, POLICY, after, after_events, commanded, in_status, run

CHANNEL = ChannelId("C042")
ARCHIVED, REMOVED, DELETED = ChannelLoss
OPENED = ChannelOpened(at=after(1), channel=CHANNEL, name="inc-42-checkout")


def opened() -> Incident:
    return after_events(commanded(), OPENED)


def lost(incident: Incident, why: ChannelLoss = ARCHIVED) -> Incident:
    return run(incident, channel_lost(incident, CHANNEL, why, CHEN, after(10)))


def followed_by(decision: Decision, incident: Incident) -> tuple[Effect, ...]:
    return effects_of(decision, incident, POLICY)


def test_a_loss_is_recorded_with_who_and_told_to_commander_and_declarer() -> None:
    incident = opened()
    decision = channel_lost(incident, CHANNEL, ARCHIVED, CHEN, after(10))
    event = ChannelLost(at=after(10), by=CHEN, channel=CHANNEL, loss=ARCHIVED)
    assert decision.events == (event,)
    told = (TellPerson(event, BO), TellPerson(event, DANA), RefreshCard(Place.BROADCAST))
    assert followed_by(decision, incident) == told
    after_it = run(incident, decision)
    assert (after_it.is_out_of_reach, after_it.channel_lost_at, why_out_of_reach(after_it)) == (
        True,
        after(10),
        "it is archived",
    )


@pytest.mark.parametrize(
    ("was", "why", "is_recorded"),
    [
        (ARCHIVED, ARCHIVED, False),
        (ARCHIVED, REMOVED, False),
        (REMOVED, REMOVED, False),
        (REMOVED, ARCHIVED, True),
        (REMOVED, DELETED, True),
        (DELETED, ARCHIVED, False),
    ],
)
def test_a_channel_is_lost_once(was: ChannelLoss, why: ChannelLoss, is_recorded: bool) -> None:
    again = channel_lost(lost(opened(), was), CHANNEL, why, DANA, after(11))
    assert bool(again.events) is is_recorded


def test_what_muster_archived_and_what_is_another_channel_is_not_lost() -> None:
    incident = opened()
    own = after_events(incident, ChannelArchived(at=after(9), channel=CHANNEL))
    assert channel_lost(own, CHANNEL, ARCHIVED, None, after(10)).events == ()
    assert channel_lost(incident, ChannelId("C1"), ARCHIVED, DANA, after(10)).events == ()
    assert channel_unarchived(incident, CHANNEL, DANA, after(10)).events == ()
    assert channel_regained(incident, CHANNEL, DANA, after(10)).events == ()


def test_an_unarchived_channel_is_still_without_muster_until_it_is_invited() -> None:
    for archived in (lost(opened()), after_events(opened(), ChannelArchived(at=after(9), channel=CHANNEL))):
        decision = channel_unarchived(archived, CHANNEL, DANA, after(11))
        assert decision.events == (ChannelLost(at=after(11), by=DANA, channel=CHANNEL, loss=REMOVED),)
        incident = run(archived, decision)
        assert (incident.is_archived, incident.channel_lost) == (False, REMOVED)
        back = channel_regained(incident, CHANNEL, DANA, after(12))
        event = ChannelRegained(at=after(12), by=DANA, channel=CHANNEL)
        shown = (RefreshCard(Place.CHANNEL), RefreshTopic(), RefreshCard(Place.BROADCAST))
        assert (back.events, followed_by(back, incident)) == ((event,), (ReadBack(event), *shown))
        assert not run(incident, back).is_out_of_reach


def test_a_later_loss_keeps_the_time_since_when_nothing_is_heard() -> None:
    incident = lost(opened(), REMOVED)
    incident = run(incident, channel_lost(incident, CHANNEL, ARCHIVED, CHEN, after(20)))
    assert (incident.channel_lost, incident.channel_lost_at) == (ARCHIVED, after(10))


@pytest.mark.parametrize("why", list(ChannelLoss))
def test_reopening_leaves_a_lost_channel_behind(why: ChannelLoss) -> None:
    incident = lost(after_events(in_status(Status.CLOSED), OPENED), why)
    decision = status.reopen(incident, DANA, "it is back", after(60), POLICY)
    (event,) = decision.events
    assert isinstance(event, IncidentReopened)
    assert event.was_channel == CHANNEL
    assert isinstance(followed_by(decision, incident)[0], OpenChannel)
    incident = run(incident, decision)
    assert (incident.channel, incident.is_out_of_reach, incident.earlier_channels) == (None, False, (CHANNEL,))


def test_what_goes_on_when_its_channel_is_deleted_has_another_one_at_once_with_all_who_were_there() -> None:
    incident = opened()
    decision = channel_lost(incident, CHANNEL, DELETED, CHEN, after(10), [CHEN, DANA])
    lost_event, replaced = decision.events
    assert (lost_event, replaced) == (
        ChannelLost(at=after(10), by=CHEN, channel=CHANNEL, loss=DELETED),
        ChannelReplaced(at=after(10), was=CHANNEL, loss=DELETED),
    )
    assert isinstance(replaced, ChannelReplaced)
    assert followed_by(decision, incident) == (
        OpenChannel(replaced),
        InvitePeople(replaced, (BO, CHEN, DANA)),
        PostCard(replaced, Place.CHANNEL),
        Announce(replaced),
        RefreshCard(Place.BROADCAST),
    )
    incident = run(incident, decision)
    assert (incident.channel, incident.is_out_of_reach, incident.is_moving) == (CHANNEL, True, True)
    assert channel_lost(incident, CHANNEL, DELETED, None, after(11)).events == ()
    assert channel_unarchived(incident, CHANNEL, None, after(11)).events == ()
    another = ChannelOpened(at=after(11), channel=ChannelId("C043"), name="inc-42-checkout")
    told = followed_by(Decision((another,)), incident)
    assert told[:2] == (TellPerson(another, BO), TellPerson(another, DANA))
    incident = after_events(incident, another)
    assert (incident.channel, incident.is_out_of_reach, incident.is_moving) == ("C043", False, False)
    assert incident.earlier_channels == (CHANNEL,)
    assert incident.card(Place.CHANNEL) is None


def test_what_is_over_stays_where_it_was_when_its_channel_is_deleted() -> None:
    incident = after_events(in_status(Status.CLOSED), OPENED)
    decision = channel_lost(incident, CHANNEL, DELETED, CHEN, after(10), [CHEN])
    assert [type(one) for one in decision.events] == [ChannelLost]
    assert isinstance(followed_by(decision, incident)[0], TellPerson)


def test_whoever_left_a_private_channel_is_not_called_into_the_next_one_and_not_told_of_it() -> None:
    incident = replace(opened(), is_private=True, departed=frozenset({BO, DANA}))
    decision = channel_lost(incident, CHANNEL, DELETED, CHEN, after(10), [CHEN])
    (invited,) = [one for one in followed_by(decision, incident) if isinstance(one, InvitePeople)]
    assert invited.people == (CHEN,)
    another = ChannelOpened(at=after(11), channel=ChannelId("C043"), name="inc-42")
    told = followed_by(Decision((another,)), run(incident, decision))
    assert not [one for one in told if isinstance(one, TellPerson)]


@pytest.mark.parametrize("why", [ARCHIVED, REMOVED])
def test_another_channel_may_be_asked_for_while_the_incident_goes_on(why: ChannelLoss) -> None:
    incident = lost(opened(), why)
    decision = go_on_elsewhere(incident, DANA, "it is archived", after(12), [CHEN])
    event = ChannelReplaced(at=after(12), by=DANA, was=CHANNEL, loss=why, reason="it is archived")
    assert decision.events == (event,)
    assert followed_by(decision, incident)[1] == InvitePeople(event, (DANA, BO, CHEN))
    with pytest.raises(NothingToChange, match="already"):
        go_on_elsewhere(run(incident, decision), DANA, "again", after(12), [CHEN])


def test_news_goes_elsewhere_and_waits_and_what_shows_the_present_does_not() -> None:
    note = NoteAdded(at=NOON, by=BO, text="")
    assert (ends_with_channel(Announce(note)), waits_for_channel(Announce(note))) == (False, True)
    invited = InvitePeople(note, (BO,))
    assert (ends_with_channel(invited), waits_for_channel(invited)) == (True, True)
    assert not waits_for_channel(RefreshTopic())
    assert not waits_for_channel(TellPerson(note, BO))
