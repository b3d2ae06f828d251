"""The weekly digest in the policy."""

import json
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from bot.config.policy_loading import PolicyProblems, load
from bot.config.settings import Settings, missing_secrets
from bot.domain.policy import Policy
from bot.domain.vocabulary import Tls

MAIL = {"server": "smtp.example.com", "from": "muster@example.com", "to": ["a@example.com", "a@example.com"]}
SIGNED_IN = {**MAIL, "user": "muster", "password": "env:MUSTER_MAIL_PASSWORD"}


def loaded(folder: Path, **digest: Any) -> Policy:
    (folder / "policy.yml").write_text(json.dumps({"timezone": "Europe/Madrid", "digest": digest}), encoding="utf-8")
    return load(folder / "policy.yml")


def test_it_is_on_monday_at_nine_by_the_clock_of_the_policy(tmp_path: Path) -> None:
    rules = loaded(tmp_path, channel="#leadership").digest
    assert rules is not None
    assert (rules.channel, rules.day, rules.at, rules.timezone.key) == ("leadership", 0, time(9), "Europe/Madrid")
    assert rules.mail is None
    rules = loaded(tmp_path, channel="x", at="fri 16:30", timezone="UTC").digest
    assert rules is not None
    assert (rules.day, rules.at, rules.timezone.key) == (4, time(16, 30), "UTC")


def test_mail_goes_to_each_once_and_its_password_is_asked_for(tmp_path: Path) -> None:
    policy = loaded(tmp_path, mail=SIGNED_IN)
    assert policy.digest is not None
    mail = policy.digest.mail
    assert mail is not None
    assert (mail.to, mail.port, mail.tls, mail.password) == (
        ("a@example.com",),
        587,
        Tls.STARTTLS,
        "MUSTER_MAIL_PASSWORD",
    )
    assert [one.variable for one in missing_secrets(Settings.model_validate({}), policy)] == ["MUSTER_MAIL_PASSWORD"]


@pytest.mark.parametrize(
    ("digest", "told"),
    [
        ({}, "say where it goes"),
        ({"channel": "x", "at": "09:00"}, "needs a day of the week"),
        ({"mail": {**MAIL, "to": []}}, "at least 1"),
        ({"mail": {**MAIL, "to": ["Dana <a@example.com>"]}}, "is no mail address"),
        ({"mail": {**MAIL, "from": "a@example.com\nBcc: b@example.com"}}, "is no mail address"),
        ({"mail": {**MAIL, "server": "https://smtp.example.com"}}, "is no host"),
        ({"mail": {**MAIL, "user": "muster"}}, "go together"),
        ({"mail": {**SIGNED_IN, "password": "letmein"}}, "name the environment variable"),
        ({"mail": {**SIGNED_IN, "tls": "none"}}, "anybody on the way could read the password"),
        ({"mail": {**MAIL, "tls": "maybe"}}, "starttls"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, digest: dict[str, Any], told: str) -> None:
    with pytest.raises(PolicyProblems) as wrong:
        loaded(tmp_path, **digest)
    assert told in str(wrong.value)
    assert "letmein" not in str(wrong.value)
