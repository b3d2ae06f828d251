"""One incident goes on as another: what is told where, and what cannot be merged."""

from dataclasses import replace

import pytest

from bot.blocks.answers import done
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.domain.merge import IntoItself, IntoOneThatIsOver, NotAlike, NotListed, merge
from bot.domain.refusal import Refusal
from bot.domain.status import NotNow, OverForGood, require, require_not_over
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import ChannelLoss, DeadlineKind, Status
from tests.domain.given import (
    BO,
    CHEN,
    DANA,
    ELI,
    POLICY,
    after,
    commanded,
    declared,
    effects,
    in_status,
    kinds,
    run,
)


def target(status: Status = Status.INVESTIGATING) -> Incident:
    return replace(in_status(status), number=IncidentNumber(41))


def test_the_one_ends_and_owes_nothing_and_the_other_goes_on() -> None:
    here, there = merge(commanded(), target(), [DANA, BO, CHEN], CHEN, after(3), POLICY)
    merged, goes_on = run(commanded(), here), run(target(), there)
    assert (merged.status, merged.merged_into) == (Status.MERGED, 41)
    assert {one.kind for one in merged.open_deadlines()} == {DeadlineKind.ARCHIVE}
    assert merged.commander == BO
    assert goes_on.status is Status.INVESTIGATING
    assert kinds(effects(commanded(), here)) == ["Announce", "RefreshCard", "RefreshTopic", "RefreshCard"]
    assert kinds(effects(target(), there))[:2] == ["Announce", "InvitePeople"]


@pytest.mark.parametrize(
    ("here", "there", "told"),
    [
        (None, None, "Both channels are told."),
        (ChannelLoss.ARCHIVED, None, "The other channel is told. The channel can't be told"),
        (
            None,
            ChannelLoss.REMOVED,
            "Muster can't post in the other channel now; it's told once Muster is",
        ),
    ],
)
def test_the_answer_says_which_channels_hear_of_it(
    here: ChannelLoss | None, there: ChannelLoss | None, told: str
) -> None:
    ours, other = (replace(one, channel_lost=lost) for one, lost in ((commanded(), here), (target(), there)))
    decision, _ = merge(ours, other, [], CHEN, after(3), POLICY)
    recorded = tuple(Recorded(ours.last_seq + 1, one.at, one) for one in decision.events)
    assert f"Merged into INC-41. {told}" in done(run(ours, decision), recorded).text


def test_only_who_is_new_there_is_added() -> None:
    _, there = merge(commanded(), target(), [DANA, BO, ELI], CHEN, after(3), POLICY)
    assert [effect.people for effect in effects(target(), there) if hasattr(effect, "people")] == [(ELI,)]


@pytest.mark.parametrize(
    ("incident", "into", "why"),
    [
        (declared(), declared(), IntoItself),
        (declared(), target(Status.CLOSED), IntoOneThatIsOver),
        (declared(), target(Status.MERGED), IntoOneThatIsOver),
        (in_status(Status.RESOLVED), target(), NotNow),
        (in_status(Status.CANCELLED), target(), NotNow),
        (declared(is_private=True), target(), NotAlike),
        (declared(), replace(target(), is_drill=True), NotAlike),
        (declared(is_private=True), replace(target(), is_private=True, is_listed=True), NotListed),
        (replace(declared(is_private=True), is_listed=True), replace(target(), is_private=True), NotListed),
    ],
)
def test_what_cannot_be_merged_says_why(incident: Incident, into: Incident, why: type[Refusal]) -> None:
    with pytest.raises(why):
        merge(incident, into, [], CHEN, after(3), POLICY)


def test_what_was_merged_points_to_where_it_goes_on() -> None:
    merged = run(declared(), merge(declared(), target(), [], CHEN, after(3), POLICY)[0])
    with pytest.raises(NotNow, match="Go on in INC-41"):
        require(merged, "reopen")
    with pytest.raises(OverForGood, match="Go on in INC-41"):
        require_not_over(merged)
