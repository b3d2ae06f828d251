"""Secrets never stand in a written review; what people need to read does."""

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review import RENDERERS, Redacted
from bot.review.secrets import IN_PLACE, without_secrets

SECRETS = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "xoxb-" + "123456789012-123456789012-" + "abcdefghijklmnopqrstuvwx",
    "ghp_" + "a1" * 18,
    "glpat-" + "abcdefghij1234567890",
    "sk_live_" + "a1" * 12,
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "SG." + "a" * 22 + "." + "b" * 43,
    "4111 1111 1111 1111",
    "5500-0000-0000-0004",
    "378282246310005",
]
SAID = [
    ("password: {}", "hunter2!"),
    ("the db password is {}", "s3cr3t-pw"),
    ("export AWS_SECRET_ACCESS_KEY={}", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("api_key = '{}'", "abcdefgh"),
    ("Authorization: Bearer {}", "abcdefghijklmnop1234"),
    ("postgres://muster:{}@db.internal/muster", "s3cr3t"),
    ("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----", "MIIEowIBAAKCAQEA"),
    ("-----BEGIN OPENSSH PRIVATE KEY-----\n{}", "b3BlbnNzaC1rZXktdjEAAAAA"),
]
PLAIN = [
    "Password: the reset flow fails for everybody",
    "the secret is out: 42% of users are affected",
    "commit 3fe579c8d4b3a2f1e0d9c8b7a6f5e4d3c2b1a090 went out",
    "10.0.0.1 and 8.8.8.8 do not answer",
    "<https://acme.slack.com/archives/C1/p1772626020000000>",
    "order 4111111111111112 is stuck, id 1772626020.000100",
    "INC-42 at 14:03:22, 5.3 of 7 pods, 0000 0000 0000 0000",
    "key: value, token bucket is empty, pass: yes",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_tokens_keys_and_cards_are_taken_out(secret: str) -> None:
    assert without_secrets(f"look: {secret} is what I used") == (f"look: {IN_PLACE} is what I used", 1)


@pytest.mark.parametrize(("sentence", "secret"), SAID)
def test_what_stands_after_a_password_is_taken_out(sentence: str, secret: str) -> None:
    text, found = without_secrets(sentence.format(secret))
    assert secret not in text
    assert IN_PLACE in text
    assert found == 1


@pytest.mark.parametrize("text", PLAIN)
def test_what_people_need_to_read_stays(text: str) -> None:
    assert without_secrets(text) == (text, 0)


@pytest.mark.parametrize("ending", RENDERERS)
@pytest.mark.parametrize("secret", SECRETS)
def test_no_format_holds_a_secret_wherever_it_was_written(
    ending: str, secret: str, review_with: Callable[[str | None], Redacted]
) -> None:
    review = review_with(f"it was {secret} then")
    assert secret not in RENDERERS[ending](review)
    assert review.redacted > 20
    assert [one for one in review.findings if "looked like a secret and were redacted" in one]


def test_a_review_without_secrets_is_left_as_it_is(small_review: Redacted) -> None:
    assert small_review.redacted == 0
    assert IN_PLACE not in json.dumps(RENDERERS["json"](small_review))


@given(st.text(max_size=200))
def test_any_text_is_taken_and_nothing_is_found_twice(text: str) -> None:
    clean, found = without_secrets(text)
    assert (clean == text) == (found == 0)


def test_a_long_text_takes_no_time_that_grows_with_its_square() -> None:
    def seconds(length: int) -> float:
        began = time.perf_counter()
        for text in ("password" * length, "a" * 8 * length, "4 " * 4 * length, "key=" * 2 * length):
            without_secrets(text)
        return time.perf_counter() - began

    assert seconds(4_000) < 40 * max(seconds(400), 0.001)
