"""A token counts for one app, one workspace, one request, and not for ever."""

import base64
import json
from datetime import UTC, datetime

import pytest

from bot.slack.signing_in import ISSUER, TEAM, USER, SlackSignIn

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
CLAIMS = {"iss": ISSUER, "aud": "1.2", "nonce": "n", "exp": NOW.timestamp() + 1, TEAM: "T1", USER: "U1"}


def token(**changed: object) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{body}.c2ln"


def read(text: str) -> str | None:
    return SlackSignIn("https://slack.com/api/", "1.2", "secret", "T1", lambda: NOW)._of(text, "n")


def test_a_token_for_this_very_request_says_who_it_is() -> None:
    assert read(token()) == "U1"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"aud": "3.4"},
        {"nonce": "another"},
        {"nonce": None},
        {TEAM: "T2"},
        {"exp": NOW.timestamp()},
        {"exp": "never"},
        {"exp": None},
        {USER: ""},
        {USER: 7},
    ],
)
def test_any_other_token_says_nothing(changed: dict[str, object]) -> None:
    assert read(token(**changed)) is None


@pytest.mark.parametrize("nonsense", ["", "a", "a.b.c", "a.W10.c", "a.é.c", "." * 9])
def test_what_is_no_token_says_nothing(nonsense: str) -> None:
    assert read(nonsense) is None


def test_people_are_sent_to_the_slack_that_is_asked() -> None:
    address = SlackSignIn("https://slack.com/api/", "1.2", "s", "T1", lambda: NOW).address(
        "https://m.example/b", "st", "n"
    )
    assert address.startswith(
        "https://slack.com/openid/connect/authorize?response_type=code&scope=openid&client_id=1.2"
    )
    assert "secret" not in address
