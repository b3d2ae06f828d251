"""Pipelines tell of deployments in three ways; whatever else comes is nothing, or refused."""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.changes import Change
from bot.integrations.alerts import Incoming, Unreadable
from bot.integrations.changes import delivery_id, is_authentic, read
from tests.integrations.alerts.given import incoming, payload

AT = datetime(2026, 3, 2, 9, 51, 3, tzinfo=UTC)
SECRET = "a-secret-of-pipelines"
GITHUB, GITLAB = {"X-GitHub-Event": "deployment_status"}, {"X-Gitlab-Event": "Deployment Hook"}
RUN = "https://github.example/example/checkout/actions/runs/1"


@pytest.mark.parametrize(
    ("name", "headers", "change"),
    [
        ("github-deployment-status", GITHUB, Change("github", "checkout", "v4.2.0", AT, link=RUN, by_whom="octocat")),
        (*("gitlab-deployment", GITLAB), Change("gitlab", "checkout", "main", AT, has_failed=True, by_whom="root")),
        ("cdevents-service-deployed", {}, Change("cloudevents", "checkout", "pkg:oci/checkout@4.2.0", AT)),
    ],
)
def test_each_sender_is_understood(name: str, headers: dict[str, str], change: Change) -> None:
    (found,) = read(incoming(payload(name), headers))
    assert replace(found, link=change.link) == replace(change, environment="production")
    elsewhere = Incoming(
        incoming(payload(name)).body, {one.lower(): two for one, two in headers.items()}, {"service": "x"}
    )
    assert [one.service for one in read(elsewhere)] == ["x"]


def test_what_has_not_ended_or_is_something_else_is_nothing() -> None:
    begun = payload("github-deployment-status")
    begun["deployment_status"]["state"] = "in_progress"
    assert read(incoming(begun, GITHUB)) == []
    assert read(incoming(begun, {"X-GitHub-Event": "push"})) == []
    assert read(incoming({"object_kind": "push"}, GITLAB)) == []


def test_each_is_proven_in_its_own_way() -> None:
    came = incoming(payload("github-deployment-status"))
    signature = hmac.new(SECRET.encode(), came.body, hashlib.sha256).hexdigest()
    signed = {**GITHUB, "X-Hub-Signature-256": f"sha256={signature}"}
    good = [signed, {**GITLAB, "X-Gitlab-Token": SECRET}, {"Authorization": f"Bearer {SECRET}"}]
    bad = [GITHUB, GITLAB, {}, {**GITHUB, "Authorization": f"Bearer {SECRET}"}, {**GITLAB, "X-Gitlab-Token": "x"}]
    for headers, is_good in [*((one, True) for one in good), *((one, False) for one in bad)]:
        assert is_authentic(incoming(payload("github-deployment-status"), headers), [SECRET]) is is_good


def test_a_delivery_is_known_by_its_id() -> None:
    one, other = ({**GITHUB, "X-GitHub-Delivery": name} for name in ("a", "b"))
    assert delivery_id(incoming({}, one)) == delivery_id(incoming({"x": 1}, one)) != delivery_id(incoming({}, other))


@given(st.binary(max_size=200), st.sampled_from([GITHUB, GITLAB, {}]))
def test_any_bytes_are_changes_or_refused(body: bytes, headers: dict[str, str]) -> None:
    came = incoming(body, headers)
    try:
        found = read(came)
    except Unreadable:
        found = []
    assert all(isinstance(one, Change) for one in found)
    assert delivery_id(came).startswith("changes/")
