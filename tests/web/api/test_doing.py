"""Every verb over HTTP: done once, credited to whoever the token stands for, and refused in the words of every door."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks.text import plain
from bot.domain.actor import Person
from bot.domain.declaration import Declaration
from bot.domain.people import Profile
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import Priority
from bot.door.token import Scope
from bot.verbs import requests as r
from bot.verbs.table import VERBS
from bot.verbs.verb import About
from bot.web.api.problems import code_of
from bot.web.api.values import LONGEST_TEXT, Shape, shape_of, written
from bot.web.api.writes import OURS, WAYS
from tests.domain.given import BO, CHEN, DANA
from tests.verbs.test_table import DONE_WITHOUT_AN_EVENT, FOR_PEOPLE, REPORT, WANTED, Course
from tests.web.api.conftest import PIPELINE, Answer, Served

PATHS: dict[type[r.Request[Any]], str] = {r.Declare: "/incidents", **{way.request: way.path for way in WAYS}}


def body_of(want: r.Request[Any]) -> dict[str, Any]:
    """The JSON that asks for it."""
    kind: Any = type(want)
    shape: Shape = shape_of(kind, OURS)
    found: dict[str, Any] = {}
    for key in shape.keys:
        value: Any = want
        for name in key.path:
            value = getattr(value, name)
        if value is not None:
            found[key.name] = f"{int(value.total_seconds())}s" if isinstance(value, timedelta) else written(value)
    return found


async def asked(served: Served, token: str, want: r.Request[Any], about: str = "INC-1", **headers: str) -> Answer:
    path = PATHS[type(want)].replace("{ref}", about)
    return await served.asks("POST", f"/api/v1{path}", token, body_of(want), **headers)


async def begins(served: Served, want: r.Request[Any], before: Any) -> str:
    """As every verb's test begins; the incident that it is about."""
    return await Course(served.workplace).begins(want, before)


@pytest.mark.parametrize("kind", WANTED, ids=lambda kind: kind.__name__)
async def test_it_is_done_once_for_a_key_and_credited_to_the_person(served: Served, kind: type[r.Request[Any]]) -> None:
    before, want = WANTED[kind]
    about = await begins(served, want, before)
    token = await served.token(Person(BO))
    first = await asked(served, token, want, about, Idempotency_Key="once")
    if kind is r.MarkMessage:
        assert (first.status, first.json["code"]) == (409, "no_such_message")
        return
    assert first.status == (201 if kind is r.Declare else 200), first.json
    if kind in DONE_WITHOUT_AN_EVENT:
        return
    shown = first.json["incident"]
    number = int(shown["ref"].partition("-")[2])
    recorded = await served.workplace.timeline(number)
    assert recorded[-1].event.actor == Person(BO)
    again = await asked(served, token, want, about, Idempotency_Key="once")
    assert (again.status, again.content) == (first.status, first.content)
    assert await served.workplace.timeline(number) == recorded
    other = await asked(served, token, r.AddNote("something else"), shown["ref"], Idempotency_Key="once")
    assert (other.status, other.json["code"]) == (422, "asked_otherwise")
    assert await served.workplace.timeline(number) == recorded
    if kind is not r.OpenRunbook:
        assert first.json["recorded"][0]["by"] == BO


@pytest.mark.parametrize("kind", [one for one in WANTED if one in FOR_PEOPLE], ids=lambda kind: kind.__name__)
async def test_where_a_rule_needs_a_person_a_program_is_told_so(served: Served, kind: type[r.Request[Any]]) -> None:
    before, want = WANTED[kind]
    about = await begins(served, want, before)
    timeline = await served.workplace.timeline()
    refused = await asked(served, await served.token(PIPELINE), want, about)
    if kind is r.Disclose:
        assert (refused.status, refused.json["code"]) == (404, "not_found")
    else:
        told = f"Only a person can use `{VERBS[kind].name}`; Pipeline is a program."
        assert (refused.status, refused.json["code"], refused.json["detail"]) == (403, "for_people", told)
    assert await served.workplace.timeline() == timeline


async def test_who_did_it_is_named_in_the_answer_although_they_have_no_part_in_it(served: Served) -> None:
    async with served.store.write() as tx:
        await tx.keep_person(Profile(CHEN, "Chen Wei"), None)
    await served.does(Person(DANA), r.Declare(REPORT))
    answer = await asked(served, await served.token(Person(CHEN)), r.AddNote("it is the disk"))
    assert answer.json["recorded"][0]["text"] == f"<@{CHEN}> noted: it is the disk."
    assert answer.json["incident"]["people"][CHEN] == "Chen Wei"


async def test_an_integration_declares_and_is_named(served: Served) -> None:
    token = await served.token(PIPELINE, Scope.DECLARE)
    answer = await asked(served, token, r.Declare(Declaration("the deploy failed", priority=Priority.P3)))
    assert answer.status == 201
    assert answer.headers["Location"] == "/api/v1/incidents/INC-1"
    assert (answer.json["incident"]["declared_by"], answer.json["incident"]["integration"]) == (None, "Pipeline")
    assert answer.json["recorded"][0]["text"].startswith("Pipeline declared")
    assert (await asked(served, token, r.AddNote("x"))).json["code"] == "scope_missing"


async def test_what_looks_like_an_open_one_is_offered_by_its_reference(served: Served) -> None:
    token = await served.token(PIPELINE)
    report = r.Declare(Declaration("checkout returns 500s", service="checkout"))
    assert (await asked(served, token, report)).status == 201
    same = await asked(served, token, report)
    assert (same.status, same.json["code"], same.json["incident"]) == (409, "already_open", "INC-1")
    anyway = r.Declare(report.report, anyway=True)
    assert (await asked(served, token, anyway)).json["incident"]["ref"] == "INC-2"


async def test_whoever_asks_to_be_let_in_is_told_no_more_than_the_outline(served: Served) -> None:
    secret = Declaration("a key was leaked", is_private=True)
    await served.does(Person(DANA), r.Declare(secret))
    await served.does(Person(DANA), r.Disclose("customers were told"))
    answer = await asked(served, await served.token(Person(CHEN)), r.Follow())
    assert answer.status == 200
    assert answer.json["incident"]["outline"]
    assert answer.json["recorded"] == []
    program = await asked(served, await served.token(PIPELINE), r.Declare(secret, anyway=True))
    assert (program.status, program.json["incident"]["outline"]) == (201, True)


async def test_a_refusal_says_the_same_by_every_door(served: Served) -> None:
    """Of every verb about an incident that is over, and about one that there is not."""
    await served.does(Person(BO), r.Declare(REPORT))
    await served.does(Person(BO), r.Cancel("a test"))
    token = await served.token(Person(CHEN))
    done, refused = set[str](), set[str]()
    for kind, (_, want) in WANTED.items():
        if VERBS[kind].about is About.NOTHING:
            continue
        for about in ("INC-1", "INC-7"):
            before = await served.workplace.timeline()
            by_http = await asked(served, token, want, about)
            if by_http.status == 200:
                done.add(kind.__name__)
                continue
            with pytest.raises(Refusal) as by_slack:
                await served.does(Person(CHEN), want, about)
            assert by_http.json["detail"] == plain(str(by_slack.value)), kind
            assert by_http.json["code"] == code_of(by_slack.value)
            assert await served.workplace.timeline() == before
            last, earlier = (await served.workplace.refusals())[:-3:-1]
            assert (last.actor, last.verb, last.detail) == (earlier.actor, earlier.verb, earlier.detail)
            refused.add(f"{kind.__name__} {about}")
    assert not done & {one.removesuffix(" INC-1") for one in refused if one.endswith("INC-1")}
    about_one = [kind for kind in WANTED if VERBS[kind].about is not About.NOTHING]
    assert len([one for one in refused if one.endswith("INC-7")]) == len(about_one)
    assert len(refused) > len(WANTED) * 1.5


NOTE = "/api/v1/incidents/INC-1/note"
DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("path", "content", "status", "code", "pointer"),
    [
        (NOTE, b"", 422, "invalid", "/text"),
        (NOTE, b"null", 422, "invalid", ""),
        (NOTE, b"[]", 422, "invalid", ""),
        (NOTE, b"{", 400, "not_json", None),
        (NOTE, b"\xff\xfe", 400, "not_json", None),
        (NOTE, DEEP.encode(), 400, "not_json", None),
        (NOTE, b'{"text": ' + DEEP.encode() + b"}", 400, "not_json", None),
        (NOTE, b'{"text": "a", "text": "b"}', 400, "not_json", None),
        (NOTE, b'{"text": NaN}', 400, "not_json", None),
        (NOTE, b'{"text": 1' + b"0" * 5000 + b"}", 400, "not_json", None),
        (NOTE, b'{"text": 7}', 422, "invalid", "/text"),
        (NOTE, b'{"text": null}', 422, "invalid", "/text"),
        (NOTE, b'{"text": " "}', 422, "wordless", None),
        (NOTE, b'{"text": "a", "by": "U0BO"}', 422, "invalid", "/by"),
        (NOTE, b'{"text": "a", "~/": 1}', 422, "invalid", "/~0~1"),
        (NOTE, b'{"text": "a\\u0000b"}', 422, "invalid", "/text"),
        (NOTE, b'{"text": "a\\u001b[31mb"}', 422, "invalid", "/text"),
        (NOTE, b'{"text": "a\\ud800"}', 422, "invalid", "/text"),
        (NOTE, json.dumps({"text": "x" * 40_000}).encode(), 422, "invalid", "/text"),
        (NOTE, b'{"text": "a", "happened_at": "14:05"}', 422, "invalid", "/happened_at"),
        (NOTE, b'{"text": "a", "happened_at": "2026-03-04T14:05"}', 422, "invalid", "/happened_at"),
        (NOTE, b'{"text": "a", "happened_at": "2026-02-30T14:05Z"}', 422, "invalid", "/happened_at"),
        (f"{NOTE}/amend", b'{"number": true, "text": "a"}', 422, "invalid", "/number"),
        (f"{NOTE}/amend", b'{"number": -1, "text": "a"}', 422, "invalid", "/number"),
        (f"{NOTE}/amend", b'{"number": 1e99, "text": "a"}', 422, "invalid", "/number"),
        (f"{NOTE}/amend", b'{"number": 7, "text": "a"}', 409, "no_such_note", None),
        ("/api/v1/incidents/INC-1/snooze", b'{"span": "soon", "reason": "a"}', 422, "invalid", "/span"),
        ("/api/v1/incidents/INC-1/snooze", b'{"span": 30, "reason": "a"}', 422, "invalid", "/span"),
        ("/api/v1/incidents/INC-1/update", b'{"conditions": "a", "next_in": "later"}', 422, "invalid", "/next_in"),
        ("/api/v1/incidents/INC-1/update", b'{"conditions": "a", "status": "closed"}', 422, "invalid", "/status"),
        ("/api/v1/incidents/INC-1/role", b'{"role": "king", "person": "U1"}', 422, "invalid", "/role"),
        ("/api/v1/incidents/INC-1/role", b'{"role": "scribe", "person": "@bo"}', 422, "invalid", "/person"),
        ("/api/v1/incidents/INC-1/invite", b'{"people": "U1"}', 422, "invalid", "/people"),
        ("/api/v1/incidents/INC-1/invite", b'{"people": ["U1", 2]}', 422, "invalid", "/people/1"),
        (
            "/api/v1/incidents/INC-1/review/sections",
            b'{"texts": {"weather": {"text": "a", "seen": 0}}}',
            422,
            "invalid",
            "/texts/weather",
        ),
        ("/api/v1/incidents/INC-1/merge", b'{"into": ""}', 422, "invalid", "/into"),
        ("/api/v1/incidents/INC-1/merge", b'{"into": "INC-1234567890"}', 422, "invalid", "/into"),
        ("/api/v1/incidents", b'{"title": "a", "service": "chekout"}', 422, "unknown_name", None),
        ("/api/v1/incidents", b'{"title": "a", "evidence": {}}', 422, "invalid", "/evidence"),
        ("/api/v1/incidents", b'{"title": "a", "private": "no"}', 422, "invalid", "/private"),
    ],
)
async def test_what_cannot_be_read_is_said_and_nothing_is_recorded(
    served: Served, path: str, content: bytes, status: int, code: str, pointer: str | None
) -> None:
    await served.does(Person(BO), r.Declare(REPORT))
    before = await served.workplace.timeline()
    answer = await served.sends(path, await served.token(Person(BO)), content)
    assert (answer.status, answer.json["code"]) == (status, code), answer.json
    assert [one["pointer"] for one in answer.json.get("errors", [])] == ([pointer] if pointer is not None else [])
    assert len(answer.content) < 3000
    assert await served.workplace.timeline() == before
    assert await served.workplace.timeline(2) == ()


async def test_a_body_of_another_kind_or_size_is_refused(served: Served) -> None:
    await served.does(Person(BO), r.Declare(REPORT))
    token = await served.token(Person(BO))
    form = await served.sends(NOTE, token, b"text=a", "application/x-www-form-urlencoded")
    assert (form.status, form.json["code"]) == (415, "not_json")
    large = await served.sends(NOTE, token, json.dumps({"text": "x" * 2**20}).encode())
    assert (large.status, large.json["code"]) == (413, "too_large")
    longest = await served.sends(NOTE, token, json.dumps({"text": "x" * LONGEST_TEXT}).encode())
    assert longest.status == 200


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 129])
async def test_a_key_that_cannot_be_kept_is_refused(served: Served, key: str) -> None:
    await served.does(Person(BO), r.Declare(REPORT))
    answer = await asked(served, await served.token(Person(BO)), r.AddNote("a"), Idempotency_Key=key)
    assert answer.status == 422
    assert [one["pointer"] for one in answer.json["errors"]] == ["Idempotency-Key"]


async def test_two_tokens_may_choose_the_same_key(served: Served) -> None:
    await served.does(Person(BO), r.Declare(REPORT))
    for token in (await served.token(Person(BO)), await served.token(Person(BO)), await served.token(PIPELINE)):
        assert (await asked(served, token, r.AddNote("a"), Idempotency_Key="1")).status == 200
    notes = [one for one in await served.workplace.timeline() if type(one.event).__name__ == "NoteAdded"]
    assert len(notes) == 3


async def test_a_refused_request_leaves_its_key_free(served: Served) -> None:
    await served.does(Person(BO), r.Declare(REPORT))
    token = await served.token(Person(BO))
    assert (await asked(served, token, r.Verify("me"), Idempotency_Key="1")).status == 409
    await served.does(Person(BO), r.Resolve("rolled back"))
    assert (await asked(served, token, r.Verify("me"), Idempotency_Key="1")).status == 200


async def test_what_was_decided_on_an_older_incident_is_refused_and_audited(served: Served) -> None:
    await served.does(Person(BO), r.Declare(REPORT))
    token = await served.token(Person(BO))
    seen = (await served.get("incidents/INC-1", token)).headers["ETag"]
    seq = seen.strip('"').partition("-")[0]
    told = f"INC-1 has changed since you read it: entry {seq} of its timeline is not the last any more."
    first = await asked(served, token, r.AddNote("a"), If_Match=seen, Idempotency_Key="1")
    assert first.status == 200
    again = await asked(served, token, r.AddNote("a"), If_Match=seen, Idempotency_Key="1")
    assert again.content == first.content
    before = await served.workplace.timeline()
    moved_on = set[str]()
    for kind, (_, want) in WANTED.items():
        if VERBS[kind].about is About.NOTHING:
            continue
        refused = await asked(served, token, want, If_Match=seen)
        assert refused.status >= 400, kind
        if refused.status == 412:
            moved_on.add(kind.__name__)
            last = (await served.workplace.refusals())[-1]
            assert (last.actor, last.verb, last.detail) == (BO, VERBS[kind].name, "MovedOn")
            assert refused.json["code"] == "moved_on"
            assert refused.json["detail"].startswith(told)
    assert await served.workplace.timeline() == before
    assert moved_on >= {"AddNote", "Resolve", "Verify", "OpenRunbook", "WriteSections", "TakeReviewStep"}
    proposed = await served.asks("POST", "incidents/INC-1/proposals/note", token, {"text": "b"}, If_Match=seen)
    assert proposed.json["code"] == "moved_on"


async def test_an_incident_is_named_by_its_etag_or_its_last_entry(served: Served) -> None:
    await served.does(Person(DANA), r.Declare(REPORT))
    token = await served.token(Person(BO))
    done = await asked(served, token, r.AddNote("a"), If_Match="*")
    done = await asked(served, token, r.AddNote("b"), If_Match=f'"{done.json["incident"]["seq"]}"')
    assert done.status == 200
    weakened = f"W/{(await served.get('incidents/INC-1', token)).headers['ETag']}"
    assert (await asked(served, token, r.AddNote("c"), If_Match=weakened)).status == 200
    weak = (await served.get("incidents/INC-1/timeline", token)).headers["ETag"]
    for mark in ("", "4", '"0"', '"a"', '"4", "5"', weak):
        unread = await asked(served, token, r.AddNote("d"), If_Match=mark)
        assert (unread.status, [one["pointer"] for one in unread.json["errors"]]) == (422, ["If-Match"]), mark
    declared = await asked(served, token, r.Declare(REPORT, anyway=True), If_Match='"1"')
    assert (declared.status, declared.json["errors"][0]["pointer"]) == (422, "If-Match")
    assert (await served.get("incidents/INC-1", token, If_Match='"1"')).status == 200
