"""Who is let in: by a token that is good, as often as it may ask, for what it may do."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from bot.domain.actor import Person
from bot.domain.people import Profile
from bot.door.token import Scope
from bot.web.api.limits import Limits
from tests.domain.given import BO, DANA
from tests.web.api.conftest import PIPELINE, Served


async def test_without_any_token_there_is_no_api(served: Served) -> None:
    for path in ("incidents", "openapi.json", "nothing", "me"):
        answer = await served.get(path)
        assert (answer.status, answer.content) == (404, b"")
    assert (await served.get("incidents", "mst_000000000000_" + "x" * 43)).status == 404


async def test_a_token_says_whose_it_is(served: Served) -> None:
    personal = await served.token(Person(DANA), Scope.READ)
    answer = await served.get("me", personal)
    assert answer.status == 200
    assert (answer.json["person"], answer.json["integration"], answer.json["scopes"]) == (DANA, None, ["read"])
    program = (await served.get("me", await served.token(PIPELINE, Scope.READ))).json
    assert (program["person"], program["integration"]) == (None, "Pipeline")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "token_missing"),
        ("Bearer", "token_missing"),
        ("Bearer mst_short", "token_unknown"),
        ("Bearer mst_0123456789ab_" + "x" * 43, "token_unknown"),
        ("Basic bXN0Og==", "token_unknown"),
        ("Bearer " + "x" * 5000, "token_unknown"),
    ],
)
async def test_whoever_has_none_is_told_that_one_is_needed(served: Served, header: str, code: str) -> None:
    await served.token()
    answer = await served.get("incidents", Authorization=header)
    assert (answer.status, answer.json["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"].startswith("application/problem+json")


async def test_the_right_id_with_another_secret_opens_nothing(served: Served) -> None:
    good = await served.token()
    forged = f"{good[:-1]}{'A' if good[-1] != 'A' else 'B'}"
    assert (await served.get("me", forged)).json["code"] == "token_unknown"


async def test_what_was_revoked_or_has_expired_opens_nothing(served: Served) -> None:
    ending = await served.token(expires_at=served.machine + timedelta(hours=1))
    assert (await served.get("me", ending)).status == 200
    served.machine += timedelta(hours=1)
    assert (await served.get("me", ending)).json["code"] == "token_expired"
    good = await served.token()
    async with served.store.write() as tx:
        assert await tx.revoke_token(good.split("_")[1], served.machine)
    answer = await served.get("me", good)
    assert (answer.status, answer.json["code"]) == (401, "token_revoked")


async def test_a_token_does_what_its_scopes_say_and_no_more(served: Served) -> None:
    for scopes, status in (((Scope.READ,), 200), ((Scope.WRITE,), 403), ((Scope.DECLARE,), 403), ((Scope.ADMIN,), 200)):
        token = await served.token(Person(DANA), *scopes)
        answer = await served.get("incidents", token)
        assert answer.status == status
    only = await served.token(Person(DANA), Scope.DECLARE)
    refused = await served.get("incidents", only)
    assert refused.json["code"] == "scope_missing"
    assert refused.json["detail"] == "This takes a token with the scope `read`; yours has declare."
    assert (await served.get("tokens", await served.token())).json["code"] == "scope_missing"


async def test_an_admin_lists_tokens_without_their_text_and_revokes_them(served: Served) -> None:
    admin, other = await served.token(Person(DANA), Scope.ADMIN), await served.token(PIPELINE, Scope.READ)
    listed = await served.get("tokens", admin)
    assert {one["integration"] for one in listed.json["tokens"]} == {None, "Pipeline"}
    assert other.encode() not in listed.content
    assert other.split("_", 2)[2].encode() not in listed.content
    other_id = other.split("_")[1]
    for _ in range(2):
        revoked = await served.asks("DELETE", f"tokens/{other_id}", admin)
        assert (revoked.status, revoked.json["is_good"]) == (200, False)
    assert (await served.get("me", other)).json["code"] == "token_revoked"
    audited = [(one.actor, one.verb, one.detail) for one in await served.workplace.audit()]
    assert audited == [(DANA, "token revoke", other_id)]
    assert (await served.asks("DELETE", "tokens/0123456789ab", admin)).json["code"] == "no_such_token"


async def test_the_last_use_is_kept_to_the_minute(served: Served) -> None:
    token = await served.token()

    async def last_used() -> object:
        async with served.store.read() as tx:
            found = await tx.token(token.split("_")[1])
        return found and found[0].last_used_at

    first = served.machine
    await served.get("me", token)
    assert await last_used() == first
    served.machine += timedelta(seconds=59)
    await served.get("me", token)
    assert await last_used() == first
    served.machine += timedelta(seconds=1)
    await served.get("me", token)
    assert await last_used() == served.machine


async def test_whoever_has_left_the_workspace_is_let_in_no_more(served: Served) -> None:
    async def look_up(user: str) -> Profile:
        return Profile(DANA, "dana", is_deactivated=user == DANA)

    before = served.api.dependencies
    assert before is not None
    served.api.dependencies = replace(before, look_up=look_up)
    answer = await served.get("me", await served.token(Person(DANA)))
    assert (answer.status, answer.json["code"]) == (403, "person_left")
    assert answer.json["detail"] == "dana has left the workspace."
    assert (await served.get("me", await served.token(Person(BO)))).status == 200


async def test_one_that_asks_too_often_is_told_when_to_go_on(served: Served) -> None:
    now = 0.0
    served.api._limits = Limits(lambda: now, burst=3, per_second=0.5)
    busy, other = await served.token(), await served.token(Person(BO))
    assert [(await served.get("me", busy)).status for _ in range(4)] == [200, 200, 200, 429]
    refused = await served.get("me", busy)
    assert (refused.json["code"], refused.headers["Retry-After"]) == ("too_many_requests", "2")
    assert (await served.get("me", other)).status == 200
    now = 2.0
    assert [(await served.get("me", busy)).status for _ in range(2)] == [200, 429]


async def test_while_muster_starts_it_says_so(served: Served) -> None:
    served.api.dependencies = None
    answer = await served.get("incidents", "mst_0123456789ab_" + "x" * 43)
    assert (answer.status, answer.json["code"]) == (503, "starting")
    assert answer.headers["Retry-After"]


async def test_what_breaks_is_told_with_a_reference_and_no_token_stands_in_the_log(
    served: Served, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    async def look_up(_: object) -> Profile:
        raise OSError("the disk is full")

    before = served.api.dependencies
    assert before is not None
    served.api.dependencies = replace(before, look_up=look_up)
    token = await served.token()
    structlog.reset_defaults()
    with caplog.at_level(logging.DEBUG):
        answer = await served.get("me", token)
    assert (answer.status, answer.json["code"]) == (500, "internal")
    said = capfd.readouterr()
    logged = said.out + said.err + caplog.text
    assert "api.failed" in logged
    assert token not in logged
    assert token.split("_", 2)[2] not in logged


@pytest.mark.parametrize("allowed", [frozenset[str](), frozenset({"https://board.example"})])
async def test_browsers_on_other_sites_may_ask_only_where_that_is_set(served: Served, allowed: frozenset[str]) -> None:
    served.api.origins = allowed
    token = await served.token()
    answer = await served.get("me", token, Origin="https://board.example")
    assert answer.headers.get("Access-Control-Allow-Origin") == next(iter(allowed), None)
    preflight = await served.asks("OPTIONS", "incidents", Origin="https://board.example")
    assert preflight.status == (204 if allowed else 401)
    strange = await served.get("me", token, Origin="https://elsewhere.example")
    assert "Access-Control-Allow-Origin" not in strange.headers


def test_the_emptiest_buckets_are_remembered() -> None:
    limits = Limits(lambda: 0.0, burst=5, per_second=1)
    for _ in range(5):
        assert limits.wait_for("busy") == 0
    for number in range(1500):
        limits.wait_for(str(number))
    assert limits.wait_for("busy") == 1
