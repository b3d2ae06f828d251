"""Who may approve a review, who is told that it is ready, and asking one of them."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.domain import approval, review
from bot.domain.access import APPROVE
from bot.domain.audience import effects_of
from bot.domain.effects import Announce, SettleAsks, TellPerson
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.people import Profile
from bot.domain.policy import Policy
from bot.domain.refusal import NothingToChange
from bot.domain.status import reopen, resolve
from bot.domain.timeline import ApprovalAsked
from tests.domain.given import (
    BO,
    CHEN,
    DANA,
    ELI,
    MIA,
    POLICY,
    SAM,
    XENIA,
    Verb,
    after,
    commanded,
    declared,
    person,
    run,
)

GROUPS: Mapping[str, tuple[SlackUserId, ...]] = {"@leads": (CHEN, ELI)}


def in_review(told: tuple[SlackUserId, ...] = ()) -> Incident:
    """Dana declared it, Bo commands, Chen started the review."""
    resolved = run(commanded(), lambda it: resolve(it, BO, "rolled back", after(5), POLICY))
    return run(resolved, lambda it: review.start(it, CHEN, after(10), POLICY, told))


def approved_by(*targets: str) -> Policy:
    return replace(POLICY, access={APPROVE: targets})


def asking(who: SlackUserId, by: SlackUserId = CHEN, why_not: str = "") -> Verb:
    return lambda it: approval.ask(it, by, who, why_not, after(20))


def why_not(
    profile: Profile,
    *,
    incident: Incident | None = None,
    policy: Policy = POLICY,
    present: tuple[SlackUserId, ...] = (),
) -> str:
    return approval.why_not(incident or in_review(), profile, frozenset({BO}), present, policy, GROUPS, after(20))


def test_anyone_may_approve_but_who_started_it_and_its_only_author() -> None:
    assert why_not(person(DANA)) == ""
    assert why_not(person(CHEN)) == "they started it"
    assert why_not(person(BO)) == "nobody else wrote in it"
    assert why_not(person(DANA, is_bot=True)) == "that is a bot"
    assert why_not(person(DANA, is_deactivated=True)) == "the account is deactivated"


def test_of_a_private_incident_only_its_members_and_guests_only_where_they_are() -> None:
    private = replace(in_review(), is_private=True)
    assert why_not(person(DANA), incident=private) == "they are not in its channel"
    assert why_not(person(DANA), incident=private, present=(DANA,)) == ""
    guest = replace(person(ELI), is_guest=True)
    assert why_not(guest) == "they are not in its channel"
    assert why_not(guest, present=(ELI,)) == ""


def test_whom_the_policy_names_may_and_the_others_are_told_who_that_is() -> None:
    assert why_not(person(MIA), policy=approved_by("managers")) == ""
    assert why_not(person(DANA), policy=approved_by("managers")) == f"that is for a manager (<@{MIA}>)"


def likely(policy: Policy) -> tuple[SlackUserId, ...]:
    return approval.likely(in_review(), (SAM,), policy, GROUPS, after(20))


def test_the_likeliest_are_those_of_the_policy_else_a_manager_and_who_took_part() -> None:
    assert likely(POLICY) == (MIA, BO, DANA)
    assert likely(approved_by("executives", "@leads", "managers")) == (XENIA, CHEN, ELI, MIA)
    assert likely(approved_by("anyone")) == (MIA, BO, DANA)


def told(policy: Policy) -> tuple[SlackUserId, ...]:
    return approval.told_of_it(in_review(), (SAM, DANA), policy, GROUPS, after(10))


def test_the_policy_says_who_hears_that_a_review_is_ready() -> None:
    assert told(POLICY) == (MIA,)
    assert told(approved_by("@leads", "managers")) == (CHEN, ELI, MIA)
    assert told(approved_by("responders")) == ()  # they read it in the channel
    assert told(approved_by("responders", "managers")) == (MIA,)


def test_whoever_is_asked_gets_one_message_and_the_channel_none() -> None:
    asked = run(in_review(), asking(DANA))
    found = effects_of(asking(DANA)(in_review()), in_review(), POLICY)
    assert [one.to for one in found if isinstance(one, TellPerson)] == [DANA]
    assert not [one for one in found if isinstance(one, Announce)]
    assert approval.was_asked(asked, DANA)
    with pytest.raises(NothingToChange, match="was asked already"):
        run(asked, asking(DANA, by=BO))


def test_who_was_only_told_that_it_is_ready_can_still_be_asked() -> None:
    ready = in_review(told=(MIA,))
    assert not approval.was_asked(ready, MIA)
    assert run(ready, asking(MIA)).asks[-1].by == CHEN


@pytest.mark.parametrize(
    ("verb", "refusal"),
    [
        (asking(CHEN), approval.ApproveInstead),
        (asking(BO, why_not="nobody else wrote in it"), approval.MayNotApprove),
    ],
)
def test_who_cannot_approve_is_not_asked(verb: Verb, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        verb(in_review())


def test_nobody_is_asked_before_it_is_in_review() -> None:
    with pytest.raises(review.NotInReview):
        asking(DANA)(declared())


def test_once_it_is_approved_waived_or_begins_anew_everybody_asked_reads_so() -> None:
    asked = run(in_review(told=(MIA,)), asking(DANA))
    for what in (
        review.approve(asked, DANA, after(30), POLICY),
        review.waive(asked, DANA, "a drill", after(30), POLICY),
        reopen(asked, DANA, "it is back", after(30), POLICY),
    ):
        edited = [one for one in effects_of(what, asked, POLICY) if isinstance(one, SettleAsks)]
        assert [(one.to, len(one.asked)) for one in edited] == [(MIA, 1), (DANA, 1)]
        assert run(asked, what).asks == ()


def test_the_timeline_keeps_who_asked_whom() -> None:
    (event,) = asking(DANA)(in_review()).events
    assert event == ApprovalAsked(at=after(20), by=CHEN, asked=DANA)
