"""Trackers in the policy."""

from pathlib import Path

import pytest

from bot.config.policy_loading import PolicyProblems, load
from bot.config.settings import Settings, missing_secrets
from bot.domain.policy import Policy
from bot.domain.vocabulary import Priority, TrackerKind

WHOLE = """
services: {checkout: {name: Checkout}}
trackers:
  shop: {kind: github, project: example/shop, token: "env:MUSTER_TRACKER_TOKEN", services: [checkout], incidents: [P1]}
  all:
    kind: jira
    url: "https://example.atlassian.net/"
    account: muster@example.com
    project: OPS
    token: "env:MUSTER_TRACKER_JIRA"
    secret: "env:MUSTER_TRACKER_HOOK"
    fields: {customfield_10042: {value: Shop}}
    people: {U123: 5b10a2844c20165700ede21g}
"""


def loaded(folder: Path, text: str = WHOLE) -> Policy:
    (folder / "policy.yml").write_text(text, encoding="utf-8")
    return load(folder / "policy.yml")


def test_they_are_read_whole_and_in_order(tmp_path: Path) -> None:
    shop, rest = loaded(tmp_path).trackers.values()
    assert (shop.name, shop.kind, shop.api) == ("shop", TrackerKind.GITHUB, "https://api.github.com")
    assert (shop.incidents, shop.services) == (frozenset({Priority.P1}), frozenset({"checkout"}))
    assert (rest.api, rest.type, rest.secret) == ("https://example.atlassian.net", "Task", "MUSTER_TRACKER_HOOK")
    assert rest.fields == {"customfield_10042": {"value": "Shop"}}
    missing = [one.variable for one in missing_secrets(Settings.model_validate({}), loaded(tmp_path))]
    assert missing == ["MUSTER_TRACKER_TOKEN", "MUSTER_TRACKER_JIRA", "MUSTER_TRACKER_HOOK"]


@pytest.mark.parametrize(
    ("was", "written", "told"),
    [
        ("services: [checkout]", "services: [chekout]", "checkout"),
        ("example/shop", "shop", "owner/name"),
        ("project: OPS", "project: ops", "OPS, the key of the project"),
        ("    account: muster@example.com\n", "", "`account`"),
        ("services: [checkout], incidents: [P1]", "follow_ups: false", "nothing goes there"),
        ("services: [checkout],", "type: Bug,", "Jira's alone"),
        ("https://example.atlassian.net/", "http://example.atlassian.net/", "must begin with https://"),
        ("https://example.atlassian.net/", "https://10.0.0.1/", "is a private one"),
        ("env:MUSTER_TRACKER_TOKEN", "the-secret-itself", "name the environment variable"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line(tmp_path: Path, was: str, written: str, told: str) -> None:
    with pytest.raises(PolicyProblems) as found:
        loaded(tmp_path, WHOLE.replace(was, written))
    assert told in str(found.value)
    assert "the-secret-itself" not in str(found.value)
