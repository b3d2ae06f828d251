"""Who may know of an incident, and who may read it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.who_may_know import Need, Tie, depends_on_who_asks, may, takes_part

TIES = st.builds(Tie, **{name: st.booleans() for name in Tie.__slots__})
PUBLIC = Tie(is_private=False, is_listed=False, has_channel=True)
HIDDEN = Tie(is_private=True, is_listed=False, has_channel=True)
LISTED = Tie(is_private=True, is_listed=True, has_channel=True)


def most(tie: Tie) -> Need | None:
    """The most that somebody may."""
    return max((need for need in Need if may(need, tie)), default=None)


@pytest.mark.parametrize(
    ("tie", "what"),
    [
        (PUBLIC, Need.READ),
        (HIDDEN, None),
        (LISTED, Need.KNOW),
        (replace(PUBLIC, is_manager=True), Need.BELONG),
        (replace(HIDDEN, is_manager=True), None),
        (replace(LISTED, is_manager=True), Need.KNOW),
        (replace(PUBLIC, is_outsider=True), None),
        (replace(LISTED, is_outsider=True), None),
        (replace(PUBLIC, is_outsider=True, is_manager=True), None),
        (replace(HIDDEN, is_declarer=True), None),
        (replace(HIDDEN, is_declarer=True, has_channel=False), Need.BELONG),
        (replace(HIDDEN, is_declarer=True, is_in_doubt=True), Need.BELONG),
        (replace(HIDDEN, is_member=True, is_in_doubt=True), None),
        (replace(PUBLIC, is_member=True, is_in_doubt=True), Need.BELONG),
        (replace(PUBLIC, is_member=True, is_in_doubt=True, is_outsider=True), None),
        (replace(LISTED, is_given=True, has_left=True), Need.KNOW),
    ],
)
def test_what_somebody_may(tie: Tie, what: Need | None) -> None:
    assert most(tie) == what


@pytest.mark.parametrize("tie", [PUBLIC, HIDDEN, LISTED])
@pytest.mark.parametrize("is_outsider", [True, False])
def test_members_may_everything_and_whoever_is_asked_until_they_were_seen_leaving(tie: Tie, is_outsider: bool) -> None:
    tie = replace(tie, is_outsider=is_outsider)
    assert most(replace(tie, is_member=True)) is Need.BELONG
    assert most(replace(tie, is_given=True)) is Need.BELONG
    assert most(replace(tie, is_given=True, has_left=True)) == most(tie)


@given(TIES)
def test_nobody_needs_a_tie_to_know_of_a_public_incident_but_outsiders(tie: Tie) -> None:
    """So lists ask only of private ones how somebody stands to them."""
    public = replace(tie, is_private=False)
    assert may(Need.KNOW, public) or public.is_outsider


@given(TIES)
def test_each_need_includes_the_one_before_and_a_private_incident_is_read_by_those_who_take_part_alone(
    tie: Tie,
) -> None:
    allowed = [may(need, tie) for need in Need]
    assert allowed == sorted(allowed, reverse=True)
    if tie.is_private:
        assert may(Need.READ, tie) == takes_part(tie)
    if tie.is_outsider:
        assert may(Need.KNOW, tie) == takes_part(tie)
    if not any(depends_on_who_asks(need, tie) for need in Need):
        assert most(replace(tie, is_outsider=True)) == most(replace(tie, is_outsider=False))
