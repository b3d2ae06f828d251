"""Tokens that open more, or for longer, than anybody may have meant are named; all others are not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.actor import Person
from bot.domain.ids import SlackUserId
from bot.domain.people import Profile
from bot.door.token import Scope, Token
from bot.operator.doctor_tokens import examine_tokens

NOW = datetime(2026, 11, 28, tzinfo=UTC)
DAY = timedelta(days=1)
DANA = SlackUserId("UDANA")
TOKEN = Token("a1", "dashboard", Person(DANA), frozenset({Scope.READ}), NOW - 200 * DAY, None, last_used_at=NOW - DAY)
PEOPLE = {DANA: Profile(DANA, "dana")}


def told(token: Token, *, has_left: bool = False) -> list[str]:
    people = {DANA: replace(PEOPLE[DANA], is_deactivated=has_left)}
    return [one.text.removeprefix("The token a1 (dashboard) ") for one in examine_tokens([token], people, NOW)]


@pytest.mark.parametrize(
    ("token", "begins"),
    [
        (TOKEN, []),
        (replace(TOKEN, expires_at=NOW - DAY), ["expired on 2026-11-27"]),
        (replace(TOKEN, expires_at=NOW + 14 * DAY), ["expires on 2026-12-12"]),
        (replace(TOKEN, expires_at=NOW + 15 * DAY), []),
        (replace(TOKEN, last_used_at=NOW - 91 * DAY), ["was last used on 2026-08-29"]),
        (replace(TOKEN, last_used_at=None), ["was never used"]),
        (replace(TOKEN, last_used_at=None, created_at=NOW - 89 * DAY), []),
        (replace(TOKEN, scopes=frozenset({Scope.ADMIN})), ["may do everything"]),
        (replace(TOKEN, scopes=frozenset({Scope.ADMIN}), revoked_at=NOW), []),
    ],
)
def test_what_is_said_of_a_token(token: Token, begins: list[str]) -> None:
    found = told(token)
    assert len(found) == len(begins)
    assert all(text.startswith(begin) for text, begin in zip(found, begins, strict=True)), found


def test_a_token_of_somebody_who_has_left_is_named() -> None:
    assert told(TOKEN, has_left=True) == [
        "acts as dana (UDANA), who has left the workspace. `muster token revoke a1` ends it."
    ]
