"""Webhooks by the API: made with a secret that is told once, listed, deleted; and what is refused."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.actor import Integration, Person
from bot.domain.policy import Webhook
from bot.domain.webhooks import MOST, key_of, secret_for
from bot.door.token import Scope
from tests.domain.given import BO, DANA
from tests.web.api.conftest import KEY, PIPELINE, Answer, Served

BOARD = {"name": "board", "url": "https://board.example/hook"}


async def create(served: Served, actor: Person | Integration = PIPELINE, **more: Any) -> Answer:
    admin = await served.token(actor, Scope.ADMIN)
    return await served.asks("POST", "webhooks", admin, {**BOARD, **more})


def allows_the_network(served: Served) -> None:
    context = served.workplace.dependencies.context
    context.policy = replace(context.policy, lets_subscriptions_go_private=True)


async def test_the_secret_is_told_once_and_stored_nowhere(served: Served) -> None:
    made = await create(served, Person(DANA), events=["incident.resolved"], priorities=["P1"], private=True)
    assert made.status == 201
    number = made.json["webhook"]["id"]
    assert made.json["webhook"] == {
        "id": number,
        **BOARD,
        "events": ["incident.resolved"],
        "services": [],
        "priorities": ["P1"],
        "private": True,
        "allow_private_address": False,
        "person": DANA,
        "integration": None,
        "made_at": "2026-03-04T12:00:00Z",
    }
    assert made.json["secret"] == secret_for(number, KEY)
    assert len(key_of(made.json["secret"])) == 32

    admin = await served.token(PIPELINE, Scope.ADMIN)
    listed = await served.get("webhooks", admin)
    assert listed.json == {"webhooks": [made.json["webhook"]]}
    assert made.json["secret"].encode() not in listed.content
    deleted = await served.asks("DELETE", f"webhooks/{number}", admin)
    assert (deleted.status, deleted.json) == (200, made.json["webhook"])
    assert (await served.get("webhooks", admin)).json == {"webhooks": []}
    again = await served.asks("DELETE", f"webhooks/{number}", admin)
    assert (again.status, again.json["code"]) == (404, "no_such_webhook")
    audited = [(one.actor, one.verb, one.detail) for one in await served.workplace.audit()]
    assert audited == [(DANA, "webhook create", number), ("Pipeline", "webhook delete", number)]


async def test_the_same_request_makes_one_and_a_new_one_of_that_name_has_another_secret(served: Served) -> None:
    admin = await served.token(PIPELINE, Scope.ADMIN)
    first, second = [await served.asks("POST", "webhooks", admin, BOARD, Idempotency_Key="monday") for _ in range(2)]
    assert (first.status, first.json) == (second.status, second.json)
    other = await served.asks("POST", "webhooks", admin, {**BOARD, "name": "x"}, Idempotency_Key="monday")
    assert (other.status, other.json["code"]) == (422, "asked_otherwise")
    await served.asks("DELETE", f"webhooks/{first.json['webhook']['id']}", admin)
    assert (await create(served)).json["secret"] != first.json["secret"]


async def test_it_takes_the_scope_admin_and_a_key_of_the_instance(served: Served) -> None:
    writer = await served.token(Person(DANA), Scope.WRITE, Scope.READ)
    for method, path in (("GET", "webhooks"), ("POST", "webhooks"), ("DELETE", "webhooks/0123456789ab")):
        answer = await served.asks(method, path, writer, BOARD if method == "POST" else None)
        assert (answer.status, answer.json["code"]) == (403, "scope_missing")
    assert served.api.dependencies is not None
    served.api.dependencies = replace(served.api.dependencies, webhook_keys=())
    answer = await create(served)
    assert (answer.status, answer.json["code"]) == (409, "subscriptions_off")
    assert "MUSTER_WEBHOOK_API" in answer.json["detail"]


@pytest.mark.parametrize(
    ("given", "pointer", "detail"),
    [
        ({"name": "two words"}, "/name", "must be up to 40 letters"),
        ({"url": "http://board.example/"}, "/url", "must begin with https://"),
        ({"url": "https://user:hush@board.example/"}, "/url", "no user or password"),
        ({"url": "https://10.0.3.7/"}, "/url", "is a private one"),
        ({"url": "https://[::1]/"}, "/url", "is a private one"),
        ({"url": "ftp://board.example/"}, "/url", "must begin with https://"),
        ({"url": f"https://board.example/{'x' * 2000}"}, "/url", "is longer than"),
        ({"events": ["incident.resolved", "incident.resolvd"]}, "/events/1", "incident.resolved"),
    ],
)
async def test_what_can_be_none_is_refused_with_its_place(
    served: Served, given: dict[str, Any], pointer: str, detail: str
) -> None:
    answer = await create(served, **given)
    assert (answer.status, answer.json["code"]) == (422, "invalid")
    (wrong,) = answer.json["errors"]
    assert wrong["pointer"] == pointer
    assert detail in wrong["detail"]
    assert "hush" not in answer.content.decode()


async def test_a_name_is_one_webhooks_alone_and_there_are_so_many_at_the_most(served: Served) -> None:
    context = served.workplace.dependencies.context
    of_policy = tuple(Webhook(f"w{number}", "https://w.example", "MUSTER_WEBHOOK_W") for number in range(MOST - 1))
    context.policy = replace(context.policy, webhooks=of_policy)
    assert (await create(served, name="w3")).json["code"] == "name_taken"
    assert (await create(served)).status == 201
    assert (await create(served)).json["code"] == "name_taken"
    full = await create(served, name="one-more")
    assert (full.status, full.json["code"]) == (409, "too_many_webhooks")


async def test_only_somebody_who_reads_private_incidents_can_have_them_sent(served: Served) -> None:
    refused = await create(served, PIPELINE, private=True)
    assert (refused.status, refused.json["code"]) == (403, "only_people_read_private")
    assert (await create(served, Person(BO), private=True)).status == 201


async def test_into_the_network_leads_only_what_the_policy_lets_there(served: Served) -> None:
    inside: dict[str, Any] = {"url": "http://10.0.3.7:8000/hook", "allow_private_address": True}
    refused = await create(served, **inside)
    assert (refused.status, refused.json["code"]) == (403, "not_into_the_network")
    assert "`subscriptions: {allow_private_address: true}`" in refused.json["detail"]
    allows_the_network(served)
    assert (await create(served, **inside)).status == 201


async def test_a_service_is_one_that_is_listed(served: Served) -> None:
    unknown = await create(served, services=["chekout"])
    assert (unknown.status, unknown.json["code"]) == (422, "unknown_name")
    assert (await create(served, services=["Checkout"])).json["webhook"]["services"] == ["checkout"]
