"""Who is told of what, and where: each kind of event once, by default or by a line of its own."""

from dataclasses import replace
from typing import get_args

import pytest

from bot.domain import effects as e
from bot.domain import timeline as t
from bot.domain.audience import effects_of, refreshes
from bot.domain.decision import Decision
from bot.domain.effects import Announce, CheckPerson, Effect, InvitePeople, TellPerson
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.vocabulary import DeadlineKind, Priority, Role
from tests.domain.given import (
    BO,
    CHEN,
    DANA,
    ELI,
    MIA,
    NOON,
    POLICY,
    XENIA,
    after,
    commanded,
    declared,
    declaring,
    effects,
    kinds,
    run,
    updating,
)
from tests.store.samples import SAMPLES

KINDS: tuple[type[t.AnyEvent], ...] = get_args(t.AnyEvent)
SHOWN = "RefreshCard RefreshCard"
OWN = {
    t.IncidentDeclared: "OpenChannel InvitePeople PostCard Announce PostCard TellPerson",
    t.ChannelOpened: "RenameChannel ReadBack AddBookmark RefreshCard",
    t.CardPosted: "RefreshCard",
    t.CardLost: "PostCard",
    t.ChannelRenamed: SHOWN,
    t.TitleCorrected: f"Announce RenameChannel {SHOWN}",
    t.PeopleNotAdded: "Announce",
    t.CommanderAsked: f"Announce TellPerson InvitePeople {SHOWN}",
    t.HandoverOffered: f"Announce TellPerson InvitePeople {SHOWN}",
    t.CommandAccepted: f"Announce InvitePeople {SHOWN}",
    t.CommandTakenOver: f"Announce InvitePeople {SHOWN}",
    t.CommandDeclined: f"Announce TellPerson InvitePeople {SHOWN}",
    t.DrillCorrected: f"Announce {SHOWN}",
    t.CommanderLost: f"Announce TellPerson InvitePeople {SHOWN}",
    t.OnCallChanged: "TellPerson",
    t.ChoiceUndone: "",
    t.BudgetExhausted: "",
    t.JoinAsked: "Announce",
    t.RoleAssigned: f"Announce InvitePeople {SHOWN}",
    t.Reclassified: f"Announce TellPerson InvitePeople AddBookmark PostCard {SHOWN}",
    t.IncidentResolved: f"Announce TellPerson {SHOWN}",
    t.IncidentClosed: f"PostReview {SHOWN}",
    t.IncidentReopened: f"OpenChannel InvitePeople PostCard Announce TellPerson {SHOWN}",
    t.OtherMergedIn: f"Announce {SHOWN}",
    t.FollowersTold: "TellPerson TellPerson",
    t.IncidentListed: f"Announce PostCard {SHOWN}",
    t.ReportedAgain: f"Announce InvitePeople {SHOWN}",
    t.MajorSuggested: f"Announce TellPerson {SHOWN}",
    t.AlertAttached: f"Announce InvitePeople {SHOWN}",
    t.AlertsQuiet: f"Announce {SHOWN}",
    t.AlertFiresAgain: f"Announce {SHOWN}",
    t.WordsErased: "EditAnnouncements",
    t.RunbooksOffered: "RefreshCard",
    t.IssueFiled: "RefreshCard",
    t.IssueChanged: f"Announce {SHOWN}",
    t.RunbookStarted: "PostRunbook RefreshCard",
    t.RunbookStopped: "Announce RefreshRunbook RefreshCard",
    t.RunbookJudged: "",
    t.RunbookProposed: "OpenPullRequest",
    t.PullRequestRefused: "PostRunbookChange",
    t.RunbookPosted: "RefreshRunbook RefreshCard",
    t.RunbookLost: "PostRunbook",
    t.StepTaken: "RefreshRunbook RefreshCard",
    t.StepTimeUp: "Announce RefreshRunbook",
    t.RunProposed: "Announce RefreshRunbook",
    t.CustomerUpdatePublished: f"Announce PublishStatus {SHOWN}",
    t.RunApproved: "StartRun RefreshRunbook",
    t.RunDeclined: "Announce RefreshRunbook",
    t.RunStarted: "WatchRun RefreshRunbook",
    t.RunEnded: "Announce RefreshRunbook",
    t.PeopleInvited: f"Announce InvitePeople {SHOWN}",
    t.ServicePaged: f"Announce TellPerson InvitePeople {SHOWN} PagePerson",
    t.Escalated: f"Announce TellPerson {SHOWN}",
    t.ReviewStarted: f"Announce PostInvitation TellPerson {SHOWN}",
    t.ApprovalAsked: "TellPerson",
    t.ReviewMeetingMoved: f"Announce PostInvitation {SHOWN}",
    t.ReviewPublished: f"PostReview TellBroadcast {SHOWN}",
    t.DocumentWritten: "Announce",
    t.DocumentKept: "TellPerson",
    t.OverwritingDecided: "ShareReview",
    t.PastRecalled: "Announce",
    t.BridgeSet: f"Announce AddBookmark {SHOWN}",
    t.DeadlineReminded: "TellPerson",
    t.UpdatePosted: f"Announce TellChannel TellPerson {SHOWN}",
    t.AcknowledgementOverdue: f"Announce InvitePeople TellPerson {SHOWN} PagePerson",
    t.UpdateOverdue: f"Announce InvitePeople TellPerson {SHOWN} PagePerson",
    t.EscalationTold: f"Announce InvitePeople TellPerson {SHOWN} PagePerson",
    t.SlackLost: "PagePerson RefreshCard",
    t.TargetMissed: f"Announce TellPerson {SHOWN}",
    t.ReportsAwaited: f"Announce TellPerson {SHOWN}",
    t.Nudged: "Announce TellPerson",
    t.ChannelLost: "TellPerson RefreshCard",
    t.ChannelReplaced: "OpenChannel InvitePeople PostCard Announce RefreshCard",
    t.ChannelRegained: f"ReadBack {SHOWN}",
    t.ArchivingDecided: "ArchiveChannel",
}
"""What follows from the sample of each kind that has a line of its own, the topic aside."""
SETS_TOPIC = {
    t.AcknowledgementOverdue,
    t.ChannelOpened,
    t.ChannelRegained,
    t.CommandAccepted,
    t.CommandDeclined,
    t.CommandTakenOver,
    t.CommanderAsked,
    t.CommanderLost,
    t.DrillCorrected,
    t.EscalationTold,
    t.HandoverOffered,
    t.IncidentCancelled,
    t.IncidentClosed,
    t.IncidentMerged,
    t.IncidentMitigated,
    t.IncidentReopened,
    t.IncidentResolved,
    t.Reclassified,
    t.TitleCorrected,
    t.UpdateOverdue,
    t.UpdatePosted,
}
"""The kinds whose sample changes what stands in the topic; the others leave it alone."""
SETTLES = {
    t.AcknowledgementOverdue,
    t.CommandAccepted,
    t.CommandDeclined,
    t.CommandTakenOver,
    t.CommanderAsked,
    t.CommanderLost,
    t.EscalationTold,
    t.HandoverOffered,
    t.IncidentCancelled,
    t.IncidentClosed,
    t.IncidentMerged,
    t.IncidentReopened,
    t.IncidentResolved,
    t.Reclassified,
    t.UpdateOverdue,
}
"""The kinds after whose sample Bo is not asked to command any more, so that the message that asked him is edited."""
TOPIC = e.RefreshTopic()
CARDS = tuple(one for one in refreshes(declared()) if one != TOPIC)


def following(event: t.AnyEvent, incident: Incident | None = None, policy: Policy = POLICY) -> tuple[Effect, ...]:
    before = None if isinstance(event, t.IncidentDeclared) else incident or declared()
    return effects_of(Decision((event,)), before, policy)


def told(event: t.AnyEvent, incident: Incident | None = None, policy: Policy = POLICY) -> list[SlackUserId]:
    return [effect.to for effect in following(event, incident, policy) if isinstance(effect, TellPerson)]


def invited(decision: Decision, incident: Incident) -> list[SlackUserId]:
    return [one for effect in effects(incident, decision) if isinstance(effect, InvitePeople) for one in effect.people]


def test_every_kind_of_event_has_one_place() -> None:
    by_default = [kind for kind in KINDS if issubclass(kind, t.ToldToChannel | t.ToldToNobody)]
    assert not [kind for kind in by_default if issubclass(kind, t.ToldToChannel) and issubclass(kind, t.ToldToNobody)]
    assert sorted([*by_default, *OWN], key=repr) == sorted(KINDS, key=repr)


CHANGES = t.Reclassified | t.IncidentMitigated | t.IncidentResolved
"""What an update may bring with it."""
ALONE = [replace(one, with_update=False) if isinstance(one, CHANGES) else one for one in SAMPLES]


def test_what_an_update_brings_with_it_is_announced_with_the_update_alone() -> None:
    brought = [one for one in SAMPLES if isinstance(one, CHANGES)]
    assert len(brought) == 3
    for event in brought:
        assert not [one for one in following(event) if isinstance(one, Announce)]


@pytest.mark.parametrize("event", ALONE, ids=lambda event: type(event).__name__)
def test_what_follows_from_each_kind(event: t.AnyEvent) -> None:
    followed = following(event)
    assert (TOPIC in followed) == (type(event) in SETS_TOPIC)
    edited = [one for one in followed if isinstance(one, e.SettleAsks)]
    assert edited == ([e.SettleAsks(event, BO, (1,))] if type(event) in SETTLES else [])
    others = tuple(one for one in followed if one != TOPIC and one not in edited)
    if isinstance(event, t.ToldToNobody):
        assert others == ()
    elif isinstance(event, t.ToldToChannel):
        assert others == (Announce(event), *CARDS)
    else:
        assert " ".join(kinds(others)) == OWN[type(event)]


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: type(event).__name__)
def test_no_two_effects_of_an_event_have_the_same_place(event: t.AnyEvent) -> None:
    places = [(type(one), e.address(one, IncidentNumber(42)).destination) for one in following(event)]
    assert len(set(places)) == len(places)


def test_a_later_event_of_a_decision_meets_the_incident_as_the_earlier_one_left_it() -> None:
    both = Decision(
        (t.CommandAccepted(at=NOON, by=CHEN), t.RoleAssigned(at=NOON, by=CHEN, role=Role.SCRIBE, person=CHEN))
    )
    assert invited(both, declared()) == [CHEN]


def test_whom_slack_did_not_answer_for_is_looked_up_before_what_is_shown_changes() -> None:
    asked = t.CommanderAsked(at=NOON, by=DANA, asked=CHEN)
    decided = Decision((asked,), unconfirmed=(CHEN,))
    assert effects(declared(), decided)[3:-1] == (CheckPerson(asked, CHEN), *refreshes(declared()))


def test_who_is_in_the_channel_counts_where_the_rule_knows_it() -> None:
    changed = t.OnCallChanged(at=NOON, schedule="shop", was=BO, person=ELI)
    private = declared(is_private=True)
    assert effects(private, Decision((changed,))) == ()
    assert effects(private, Decision((changed,), present=(ELI,))) == (TellPerson(changed, ELI),)
    merged = t.OtherMergedIn(at=NOON, by=DANA, other=IncidentNumber(43), title="the same")
    assert invited(Decision((merged,), present=(BO, CHEN, DANA, ELI)), declared()) == [CHEN, ELI]


def test_a_reminder_goes_to_whoever_can_see_to_it() -> None:
    def reminded(kind: DeadlineKind, incident: Incident) -> tuple[list[str], list[SlackUserId]]:
        event = t.DeadlineReminded(at=after(1), deadline=kind, due_at=after(5))
        return kinds(following(event, incident)), told(event, incident)

    chens = run(declared(), Decision((t.CommandAccepted(at=NOON, by=CHEN), t.CommanderAsked(at=NOON, asked=ELI))))
    assert reminded(DeadlineKind.UPDATE, declared())[1] == [BO]
    assert reminded(DeadlineKind.UPDATE, chens)[1] == [CHEN]
    assert reminded(DeadlineKind.ACKNOWLEDGE, chens)[1] == [ELI]
    assert reminded(DeadlineKind.RESOLVE, chens) == (["Announce", "TellPerson"], [CHEN])
    assert reminded(DeadlineKind.RESOLVE, declared()) == (["Announce"], [])
    assert reminded(DeadlineKind.REVIEW, declared())[1] == [DANA]


def test_a_follow_up_that_is_late_is_told_to_a_manager_from_the_second_time_on() -> None:
    def nudged(nth: int, incident: Incident) -> list[SlackUserId]:
        return told(t.Nudged(at=after(1), deadline=DeadlineKind.FOLLOW_UP, due_at=NOON, to=BO, nth=nth), incident)

    assert (nudged(1, commanded()), nudged(2, commanded())) == ([BO], [BO, MIA])
    assert nudged(2, declared(is_private=True)) == [BO]


def test_executives_hear_of_an_incident_that_became_worse_unless_they_heard_before() -> None:
    worse = replace(
        next(event for event in SAMPLES if isinstance(event, t.Reclassified)),
        priority=Priority.P1,
        was=Priority.P2,
        service=None,
        asked=None,
    )
    assert told(worse, declared(Priority.P2)) == [XENIA]
    assert told(worse, declared(Priority.P2, is_private=True)) == []
    everybody = replace(POLICY, priorities={**POLICY.priorities, Priority.P2: POLICY.priorities[Priority.P1]})
    assert told(worse, declared(Priority.P2), everybody) == []


def test_executives_hear_nothing_twice() -> None:
    resolved = t.IncidentResolved(at=NOON, by=DANA, what="rolled back")
    assert told(resolved) == [XENIA]
    assert told(resolved, replace(declared(), followers=(XENIA,))) == [], "it comes with the news of those who follow"
    assert TellPerson(resolved, XENIA) not in effects(declared(), Decision((resolved,), present=(XENIA,)))


def test_what_an_operator_erased_vanishes_from_what_is_shown() -> None:
    erased = t.WordsErased(at=NOON, of=1)
    assert following(erased) == (e.EditAnnouncements(erased), *refreshes(declared()))


def test_what_nobody_decided_on_has_no_effects() -> None:
    assert effects(declared(), Decision(())) == ()
    assert kinds(effects(None, declaring()))[0] == "OpenChannel"
    assert kinds(effects(commanded(), updating(after(1))(commanded())))[0] == "Announce"


@pytest.mark.parametrize(
    ("name", "is_its_own"),
    [("inc-42", True), ("inc-42-checkout-returns-500s", True), ("inc-420-login-fails", False), ("war-room", False)],
)
def test_only_a_channel_that_has_the_name_muster_gave_it_is_renamed_with_a_drill(name: str, is_its_own: bool) -> None:
    """A channel can have been renamed by hand, also to what begins like another incident's."""
    corrected = t.DrillCorrected(at=NOON, by=BO, is_drill=True, reason="it is the exercise")
    found = following(corrected, replace(declared(), channel=ChannelId("C1"), channel_name=name))
    assert (e.RenameChannel(corrected) in found) is is_its_own
