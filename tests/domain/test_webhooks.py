"""Which subscription is told of what: kinds, services, priorities, and nothing private unless it says so."""

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from bot.domain import timeline as t
from bot.domain.actor import Person
from bot.domain.audience import effects_of
from bot.domain.decision import Decision
from bot.domain.effects import SendWebhook
from bot.domain.incident import Incident
from bot.domain.policy import Webhook
from bot.domain.vocabulary import Level, Priority
from bot.domain.webhooks import KINDS, TOLD, Subscription, all_of, key_of, keys_for, name_of, secret_for
from tests.domain.given import A_CRITICAL_ONE, BO, NOON, POLICY, declared, declaring
from tests.store.samples import SAMPLES

ALL = Webhook("all", "https://hooks.example", "MUSTER_WEBHOOK_ALL")
NOTE = t.NoteAdded(at=NOON, by=BO, text="the disk is full")
LEFT_OUT = {
    t.ActivitySeen,
    t.ApprovalAsked,
    t.ArchivingDecided,
    t.BridgeSet,
    t.CardLost,
    t.CardPosted,
    t.ChannelArchived,
    t.ChannelLost,
    t.ChannelOpened,
    t.ChannelRegained,
    t.ChannelRenamed,
    t.ChannelReplaced,
    t.ChoiceUndone,
    t.DeadlineReminded,
    t.CustomerUpdateApproved,
    t.CustomerUpdateDrafted,
    t.CustomerUpdateInReview,
    t.BudgetExhausted,
    t.DegradedShareStated,
    t.DocumentKept,
    t.LegalHoldSet,
    t.EntryCurated,
    t.EscalationTold,
    t.Followed,
    t.FollowersTold,
    t.JoinAsked,
    t.MarkRemoved,
    t.MessageMarked,
    t.Nudged,
    t.OnCallChanged,
    t.OverwritingDecided,
    t.PageNotSent,
    t.PageSeen,
    t.PageTaken,
    t.PastRecalled,
    t.PeopleInvited,
    t.PeopleNotAdded,
    t.PullRequestRefused,
    t.RemindersSnoozed,
    t.ReportsAwaited,
    t.RunbookLost,
    t.SlackLost,
    t.SlackRegained,
    t.RunbookPosted,
    t.ClassificationSuggested,
    t.RunbooksOffered,
    t.StepTaken,
    t.StepTimeUp,
    t.Unfollowed,
    t.UnknownEvent,
}
"""How Slack shows an incident, who follows it, and whom Muster reminded."""


def told(event: t.AnyEvent, *webhooks: Webhook, incident: Incident | None = None) -> list[str]:
    """The subscriptions that hear of it."""
    before = None if isinstance(event, t.IncidentDeclared) else incident or declared()
    followed = effects_of(Decision((event,)), before, replace(POLICY, webhooks=webhooks))
    return [one.to for one in followed if isinstance(one, SendWebhook)]


def test_every_kind_of_event_is_told_or_left_out_on_purpose() -> None:
    assert {*TOLD, *LEFT_OUT} == set(get_args(t.AnyEvent))
    assert not TOLD & LEFT_OUT
    assert len(KINDS) == len(TOLD)


def test_the_documentation_names_every_kind() -> None:
    text = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
    listed = text.partition("## Kinds")[2]
    assert re.findall(r"`(incident\.\w+)`", listed) == sorted(KINDS)


def test_kinds_are_named_as_they_are_said() -> None:
    assert name_of(t.IncidentResolved) == "incident.resolved"
    assert name_of(t.FollowUpAgreed) == "incident.follow_up_agreed"
    assert name_of(t.UpdatePosted) == "incident.update_posted"


def test_without_subscriptions_nobody_is_told() -> None:
    assert told(NOTE) == []


def test_each_subscription_hears_of_its_kinds_alone() -> None:
    notes = replace(ALL, name="notes", events=frozenset({"incident.note_added"}))
    ends = replace(ALL, name="ends", events=frozenset({"incident.resolved"}))
    assert told(NOTE, ALL, notes, ends) == ["all", "notes"]


@pytest.mark.parametrize("kind", sorted(LEFT_OUT - {t.UnknownEvent}, key=repr))
def test_what_is_left_out_is_told_to_nobody(kind: type[t.AnyEvent]) -> None:
    (sample,) = (one for one in SAMPLES if type(one) is kind)
    assert told(sample, ALL) == []


def test_of_services_and_priorities_only_those_named_are_told() -> None:
    checkout = replace(ALL, name="checkout", services=frozenset({"checkout"}))
    search = replace(ALL, name="search", services=frozenset({"search"}))
    major = replace(ALL, name="major", priorities=frozenset({Priority.P1}))
    minor = replace(ALL, name="minor", priorities=frozenset({Priority.P3, Priority.P4}))
    assert told(NOTE, checkout, search, major, minor) == ["checkout", "major"]
    of_none = replace(declared(), service=None)
    assert told(NOTE, checkout, search, ALL, incident=of_none) == ["all"]


def test_who_hears_of_major_incidents_hears_that_one_no_longer_is() -> None:
    major = replace(ALL, name="major", priorities=frozenset({Priority.P1}))
    lowered = t.Reclassified(
        at=NOON,
        by=BO,
        priority=Priority.P3,
        was=Priority.P1,
        impact=Level.LOW,
        urgency=Level.MEDIUM,
        changed="priority",
        reason="one shop alone",
        why="",
    )
    assert told(lowered, major) == ["major"]
    assert told(NOTE, major, incident=replace(declared(), priority=Priority.P3)) == []


def test_of_a_private_incident_nobody_hears_who_does_not_say_so() -> None:
    private, (declaration, *_) = declared(is_private=True), _events(is_private=True)
    trusted = replace(ALL, name="trusted", is_private=True)
    assert told(NOTE, ALL, trusted, incident=private) == ["trusted"]
    assert told(declaration, ALL, trusted) == ["trusted"]


def test_one_of_the_policy_goes_before_one_of_that_name_that_the_api_made() -> None:
    by_api = [replace(ALL, name=name, url="https://api.example") for name in ("all", "b")]
    made = [Subscription(one.name, one, Person(BO), NOON) for one in by_api]
    found = all_of(replace(POLICY, webhooks=(ALL,)), made)
    assert [(one.name, one.url) for one in found] == [("all", "https://hooks.example"), ("b", "https://api.example")]


def test_each_has_a_secret_of_its_own_that_follows_from_the_key() -> None:
    one, other = b"1" * 32, b"2" * 32
    assert secret_for("a", one) == secret_for("a", one)
    assert len({secret_for("a", one), secret_for("b", one), secret_for("a", other)}) == 3
    assert keys_for("a", (one, other)) == (key_of(secret_for("a", one)), key_of(secret_for("a", other)))


def _events(*, is_private: bool) -> tuple[t.AnyEvent, ...]:
    return declaring(replace(A_CRITICAL_ONE, is_private=is_private)).events


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_????", f"whsec_{'A' * 88}", "whsec_é"],
)
def test_what_is_no_secret_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(ValueError) as found:
        key_of(secret)
    assert not secret.removeprefix("whsec_") or secret not in str(found.value)
