"""Who may use a verb where the policy narrows it, and what of a timeline is audited."""

from dataclasses import replace

import pytest

from bot.domain import timeline as t
from bot.domain.access import NotForYou, groups_in, is_sensitive, require_access
from bot.domain.actor import MUSTER, Integration, Person
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.roles import assign_role
from bot.domain.vocabulary import Role
from tests.domain.given import BO, CHEN, DANA, ELI, MIA, NOON, POLICY, XENIA, after, commanded, declared, person, run
from tests.store.samples import SAMPLES

EVE = SlackUserId("UEVE")


def admitted(target: str, who: SlackUserId, incident: Incident | None = None) -> bool:
    policy = replace(POLICY, access={"close": (target,)})
    try:
        require_access("close", Person(who), incident or commanded(), {CHEN}, policy, {"@leads": (ELI,)}, NOON)
    except NotForYou:
        return False
    return True


@pytest.mark.parametrize(
    ("target", "who"),
    [
        ("anyone", EVE),
        ("responders", CHEN),
        ("responders", DANA),
        ("commander", BO),
        ("managers", MIA),
        ("executives", XENIA),
        ("oncall", BO),
        ("@leads", ELI),
        (EVE, EVE),
    ],
)
def test_whoever_stands_behind_a_target_may_and_others_may_not(target: str, who: SlackUserId) -> None:
    assert admitted(target, who)
    assert target == "anyone" or not admitted(target, SlackUserId("UMALLORY"))


def test_the_deputy_is_whoever_holds_the_role() -> None:
    incident = run(commanded(), lambda it: assign_role(it, BO, Role.DEPUTY, person(ELI), after(1)))
    assert admitted("deputy", ELI, incident)
    assert not admitted("deputy", ELI)


def test_while_nobody_commands_responders_stand_in_for_the_commander() -> None:
    assert admitted("commander", CHEN, declared())
    assert not admitted("commander", CHEN)


def test_what_the_policy_does_not_name_is_for_everybody() -> None:
    require_access("close", Person(EVE), commanded(), (), POLICY, {}, NOON)


@pytest.mark.parametrize("targets", [(), ("anyone",), ("managers", "integrations")], ids=str)
def test_an_integration_may_what_the_policy_leaves_to_it(targets: tuple[str, ...]) -> None:
    policy = replace(POLICY, access={"close": targets} if targets else {})
    require_access("close", Integration("Alertmanager", "alertmanager"), commanded(), (), policy, {}, NOON)


def test_an_integration_may_not_what_is_for_people_nor_people_what_is_for_integrations() -> None:
    policy = replace(POLICY, access={"close": ("managers",)})
    with pytest.raises(NotForYou, match="is for a manager"):
        require_access("close", Integration("UMIA", "api"), commanded(), (), policy, {}, NOON)
    policy = replace(POLICY, access={"close": ("integrations",)})
    with pytest.raises(NotForYou, match="is for an integration here"):
        require_access("close", Person(MIA), commanded(), (), policy, {}, NOON)


def test_muster_itself_may_everything() -> None:
    require_access("close", MUSTER, commanded(), (), replace(POLICY, access={"close": ("managers",)}), {}, NOON)


def test_a_refusal_names_who_may() -> None:
    policy = replace(POLICY, access={"close": ("commander", "managers", "@leads")})
    with pytest.raises(NotForYou) as refused:
        require_access("close", Person(EVE), commanded(), (), policy, {}, NOON)
    assert str(refused.value) == (
        "`close` is for the commander (<@UBO>), a manager (<@UMIA>) or @leads here. Ask one of them."
    )
    assert groups_in(policy, "close") == ("@leads",)


def test_while_nobody_commands_the_refusal_says_who_stands_in() -> None:
    policy = replace(POLICY, access={"close": ("commander",)})
    with pytest.raises(NotForYou, match="is for whoever is in its channel, as nobody commands yet, here"):
        require_access("close", Person(EVE), declared(), (), policy, {}, NOON)


def test_command_secrecy_endings_and_what_was_decided_by_hand_are_audited() -> None:
    kinds = {type(one) for one in SAMPLES if is_sensitive(one)}
    assert {t.IncidentDeclared, t.CommandTakenOver, t.IncidentMerged, t.IncidentListed, t.IncidentClosed} <= kinds
    assert not {t.UpdatePosted, t.NoteAdded, t.FollowUpAgreed, t.CardPosted} & kinds
