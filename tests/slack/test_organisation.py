"""Who belongs to the organisation that Muster is installed in."""

from typing import Any

import pytest

from bot.slack.events import read_person
from bot.slack.organisation import Organisation

ALONE = Organisation("T1")
LARGE = Organisation("T1", "E1")


@pytest.mark.parametrize(
    ("payload", "ours", "payload_is_from_another"),
    [
        ({"team_id": "T1"}, ALONE, False),
        ({"team_id": "T9"}, ALONE, True),
        ({}, ALONE, False),
        ({"user": {"id": "U1", "team_id": "T9"}, "team": {"id": "T1"}}, ALONE, True),
        ({"user": {"id": "U1", "team_id": "T1"}, "team_id": "T9"}, ALONE, False),
        ({"user": {"id": "U1"}, "team": {"id": "T1"}}, ALONE, False),
        ({"event": {"type": "app_home_opened", "user": "U1"}, "team_id": "T9"}, ALONE, True),
        ({"team_id": "T2", "enterprise_id": "E1"}, LARGE, False),
        ({"team_id": "T2", "enterprise_id": "E9"}, LARGE, True),
        ({"team_id": "T2"}, LARGE, True),
        ({"user": {"id": "U1", "team_id": "T2"}, "team": None, "enterprise": {"id": "E1"}}, LARGE, False),
        ({"user": {"id": "U1", "team_id": "T2"}, "team": {"id": "T2", "enterprise_id": "E9"}}, LARGE, True),
        ({"user": {"id": "U1", "team_id": "E1"}}, LARGE, False),
        ({"team_id": "T2", "enterprise_id": "E1"}, ALONE, True),
    ],
)
def test_the_persons_team_counts_and_within_an_enterprise_all_of_its_workspaces(
    payload: dict[str, Any], ours: Organisation, payload_is_from_another: bool
) -> None:
    assert ours.sent_by_another(payload) is payload_is_from_another


@pytest.mark.parametrize(
    ("user", "is_guest"),
    [
        ({"team_id": "T1"}, False),
        ({}, False),
        ({"team_id": "T9"}, True),
        ({"team_id": "T1", "is_restricted": True}, True),
        ({"team_id": "T1", "is_stranger": True}, True),
    ],
)
def test_a_person_of_another_organisation_counts_as_a_guest(user: dict[str, Any], is_guest: bool) -> None:
    assert read_person({"id": "U1", "name": "eli", **user}, ALONE).is_guest is is_guest
