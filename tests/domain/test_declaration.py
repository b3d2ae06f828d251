"""Declaring: what it decides, whom it tells, in which order; and what the deliveries report back."""

from dataclasses import replace

import pytest

from bot.domain.declaration import Declaration, NoTitle, card_lost, card_posted, channel_opened, people_not_added
from bot.domain.effects import (
    AddBookmark,
    Announce,
    InvitePeople,
    OpenChannel,
    PinCard,
    PostCard,
    RefreshCard,
    RefreshTopic,
    TellPerson,
    address,
)
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs
from bot.domain.incident import CardAt
from bot.domain.policy import Channels, People, Policy
from bot.domain.timeline import CardLost, CardPosted, IncidentDeclared, NotAdded, Promise
from bot.domain.vocabulary import Level, Place, Priority, Status
from tests.domain.given import (
    A_CRITICAL_ONE,
    BO,
    CHEN,
    DANA,
    NOON,
    POLICY,
    ROLLBACK,
    XENIA,
    after,
    declared,
    declaring,
    effects,
    fold_all,
    minutes,
    run,
)

CHANNEL, TS = ChannelId("C42"), MessageTs("1772625600.000100")


def declared_event(report: Declaration = A_CRITICAL_ONE, policy: Policy = POLICY) -> IncidentDeclared:
    (event,) = declaring(report, policy=policy, runbooks=[ROLLBACK]).events
    assert isinstance(event, IncidentDeclared)
    return event


def test_a_declaration_records_what_was_told_and_what_follows() -> None:
    event = declared_event()
    assert (event.by, event.at, event.title) == (DANA, NOON, "checkout returns 500s")
    assert (event.priority, event.why) == (Priority.P1, "impact high, urgency high")
    assert (event.service, event.service_name) == ("checkout", "Checkout")
    assert (event.acknowledge, event.next_update) == (Promise(after(5)), Promise(after(15), after(10), minutes(1)))
    assert (event.broadcast, event.bridge_url) == ("incidents", "https://meet.example/major")


def test_whoever_is_on_call_is_asked_and_told_why() -> None:
    event = declared_event()
    assert event.asked == BO
    assert event.asked_because.startswith("on call for Checkout")


def test_without_a_schedule_the_declarer_is_asked() -> None:
    event = declared_event(Declaration("slow search", service="search"))
    assert event.asked == DANA
    assert "no on-call schedule applies" in event.asked_because


def test_a_service_that_nobody_knows_keeps_the_words_it_was_given() -> None:
    event = declared_event(Declaration("slow", service="Billing (old)"))
    assert (event.service, event.service_name) == ("Billing (old)", "Billing (old)")


def test_fitting_runbooks_are_chosen_and_the_best_is_at_hand() -> None:
    report = Declaration("errors since the last deploy", category="outage")
    incident = fold_all([declared_event(report)])
    assert [one.slug for one in incident.runbooks] == ["bad-change"]
    assert incident.last_runbook == "bad-change"


@pytest.mark.parametrize("title", ["", "   ", "\n\t"])
def test_an_incident_needs_a_title(title: str) -> None:
    with pytest.raises(NoTitle, match="/incident declare"):
        declared_event(Declaration(title))


def test_a_title_is_one_line() -> None:
    assert declared_event(Declaration("  checkout\n returns   500s ")).title == "checkout returns 500s"


def test_the_channel_and_its_people_come_first_then_the_card_then_the_words() -> None:
    decision = declaring()
    event = decision.events[0]
    assert isinstance(event, IncidentDeclared)
    assert effects(None, decision) == (
        OpenChannel(event),
        InvitePeople(event, (DANA, BO)),
        PostCard(event, Place.CHANNEL),
        Announce(event),
        PostCard(event, Place.BROADCAST),
        TellPerson(event, BO),
        TellPerson(event, XENIA),
    )


def test_every_effect_of_a_declaration_goes_to_a_place_of_its_own() -> None:
    parts = [(type(one), address(one, IncidentNumber(42)).destination) for one in effects(None, declaring())]
    assert len(set(parts)) == len(parts)


def test_a_declarer_who_is_on_call_is_invited_once_and_not_written_to() -> None:
    decision = declaring(by=BO)
    assert [one.people for one in effects(None, decision) if isinstance(one, InvitePeople)] == [(BO,)]
    assert [one.to for one in effects(None, decision) if isinstance(one, TellPerson)] == [XENIA]


def test_an_executive_who_is_asked_to_command_is_told_once() -> None:
    policy = replace(POLICY, people=People(executives=(BO, XENIA, DANA)))
    told = effects(None, declaring(policy=policy), policy)
    assert [one.to for one in told if isinstance(one, TellPerson)] == [BO, XENIA]


def test_a_milder_incident_does_not_reach_the_executives_nor_open_a_bridge() -> None:
    decision = declaring(replace(A_CRITICAL_ONE, priority=Priority.P2))
    assert [one.to for one in effects(None, decision) if isinstance(one, TellPerson)] == [BO]
    assert declared_event(replace(A_CRITICAL_ONE, priority=Priority.P2)).bridge_url is None


def test_a_private_incident_is_told_to_nobody_but_the_person_asked() -> None:
    decision = declaring(replace(A_CRITICAL_ONE, is_private=True))
    assert [one.to for one in effects(None, decision) if isinstance(one, TellPerson)] == [BO]
    assert not any(isinstance(one, PostCard) and one.place is Place.BROADCAST for one in effects(None, decision))
    assert declared(is_private=True).broadcast is None


def test_a_company_without_a_broadcast_channel_gets_no_card_there() -> None:
    quiet = replace(POLICY, channels=Channels(broadcast=None))
    posted = effects(None, declaring(policy=quiet), quiet)
    cards = [one.place for one in posted if isinstance(one, PostCard)]
    assert cards == [Place.CHANNEL]


def test_a_drill_is_declared_like_any_other_and_marked() -> None:
    incident = fold_all([declared_event(replace(A_CRITICAL_ONE, is_drill=True))])
    assert (incident.is_drill, incident.status, incident.ref) == (True, Status.DECLARED, "INC-42")


def test_what_was_assumed_is_worse_rather_than_better() -> None:
    event = declared_event(Declaration("something is wrong"))
    assert (event.impact, event.urgency, event.priority) == (Level.MEDIUM, Level.HIGH, Priority.P2)


def test_a_new_channel_gets_its_topic_its_bridge_and_a_link_from_the_broadcast_card() -> None:
    decision = channel_opened(CHANNEL, "inc-42-checkout-returns-500s", after(1))
    (event,) = decision.events
    assert effects(declared(), decision) == (RefreshTopic(), AddBookmark(event, "bridge"), RefreshCard(Place.BROADCAST))
    incident = run(declared(), decision)
    assert (incident.channel, incident.channel_name) == (CHANNEL, "inc-42-checkout-returns-500s")
    assert incident.channel_opened_at == after(1)


def test_a_private_channel_of_a_milder_incident_gets_its_topic_alone() -> None:
    private = declared(Priority.P3, is_private=True)
    assert effects(private, channel_opened(CHANNEL, "inc-42", after(1))) == (RefreshTopic(),)


def test_the_card_in_the_channel_is_pinned_and_bookmarked() -> None:
    decision = card_posted(Place.CHANNEL, CHANNEL, TS, after(1))
    event = CardPosted(at=after(1), place=Place.CHANNEL, channel=CHANNEL, ts=TS)
    assert decision.events == (event,)
    assert effects(declared(), decision) == (PinCard(event), AddBookmark(event, "card"), RefreshCard(Place.CHANNEL))
    assert run(declared(), decision).card(Place.CHANNEL) == CardAt(CHANNEL, TS)


def test_the_card_in_the_broadcast_channel_is_only_ever_edited() -> None:
    decision = card_posted(Place.BROADCAST, ChannelId("C1"), TS, after(1))
    assert effects(declared(), decision) == (RefreshCard(Place.BROADCAST),)
    incident = run(declared(), decision, card_posted(Place.CHANNEL, CHANNEL, TS, after(1)))
    assert [place for place, _ in incident.cards] == [Place.BROADCAST, Place.CHANNEL]


def test_a_card_whose_message_is_gone_is_posted_anew_once() -> None:
    incident = run(declared(), card_posted(Place.CHANNEL, CHANNEL, TS, after(1)))
    decision = card_lost(incident, Place.CHANNEL, TS, after(2))
    event = CardLost(at=after(2), place=Place.CHANNEL, channel=CHANNEL, ts=TS)
    assert decision.events == (event,)
    assert effects(incident, decision) == (PostCard(event, Place.CHANNEL),)
    incident = run(incident, decision)
    assert (incident.card(Place.CHANNEL), incident.cards_lost) == (None, 1)
    assert card_lost(incident, Place.CHANNEL, TS, after(3)).events == ()
    again = MessageTs("2.000001")
    incident = run(incident, card_posted(Place.CHANNEL, CHANNEL, again, after(3)))
    assert card_lost(incident, Place.CHANNEL, TS, after(3)).events == ()
    assert incident.card(Place.CHANNEL) == CardAt(CHANNEL, again)


def test_the_channel_hears_who_could_not_be_added() -> None:
    left_out = (NotAdded(CHEN, "user_is_restricted"),)
    decision = people_not_added(left_out, after(1))
    assert effects(declared(), decision) == (Announce(decision.events[0]),)
    assert run(declared(), decision).not_added == left_out
