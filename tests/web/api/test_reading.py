"""What the API tells: what Slack's commands would tell the same person, and nothing of what they may not see."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.actor import Integration, Person
from bot.domain.alerts import Alert
from bot.domain.decision import Decision
from bot.domain.declaration import Declaration
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs
from bot.domain.people import Profile
from bot.domain.runbook import Runbook
from bot.domain.timeline import ChannelOpened, DocumentKept, DocumentWritten, Update
from bot.domain.transcript import Message, MessagePosted
from bot.domain.vocabulary import AlertState, FollowUpState, Handling, KeptAs, Priority, Role
from bot.door.token import Scope
from bot.verbs import requests as r
from bot.web.api import telling
from bot.web.api.documents import PublishedDocument
from bot.workflows.context import record
from tests.domain.given import BO, CHEN, DANA, ELI, NOON, after_events, declared
from tests.web.api.conftest import PIPELINE, Answer, Served

CHECKOUT = r.Declare(Declaration("checkout returns 500s", priority=Priority.P2, service="checkout"), anyway=True)
SECRET = r.Declare(Declaration("a key was leaked", priority=Priority.P1, is_private=True), anyway=True)
A_SECRET = "AKIA" + "QWERTYUIOPASDFGH"
"""Shaped like a key of AWS."""


async def refs(served: Served, token: str, query: str = "") -> list[str]:
    answer = await served.get(f"incidents{query}", token)
    assert answer.status == 200, answer.json
    return [one["ref"] for one in answer.json["incidents"]]


async def test_incidents_are_listed_newest_first_and_filtered(served: Served) -> None:
    for number in range(4):
        report = Declaration(
            f"thing {number}",
            priority=Priority.P1 if number % 2 else Priority.P3,
            service="checkout" if number < 2 else "search",
            is_drill=number == 3,
        )
        await served.does(Person(DANA), r.Declare(report, anyway=True))
        served.workplace.later(timedelta(hours=1))
    await served.does(Person(DANA), r.Cancel("a test"), "INC-1")
    token = await served.token()
    assert await refs(served, token) == ["INC-4", "INC-3", "INC-2", "INC-1"]
    for query, numbers in {
        "?open=true": "432",
        "?open=false": "1",
        "?status=cancelled": "1",
        "?status=cancelled,declared": "4321",
        "?status=cancelled&status=declared": "4321",
        "?priority=p1": "42",
        "?service=search": "43",
        "?service=search&drill=false": "3",
        "?since=2026-03-04T14:00:00Z": "43",
        "?until=2026-03-04T15:00:00%2B01:00": "21",
        "?category=security": "",
        "?service=nobody-has-it": "",
    }.items():
        assert await refs(served, token, query) == [f"INC-{one}" for one in numbers], query


async def test_a_list_goes_on_where_the_page_before_ended(served: Served) -> None:
    for number in range(5):
        await served.does(Person(DANA), r.Declare(Declaration(f"thing {number}"), anyway=True))
    token = await served.token()
    pages: list[list[str]] = []
    path = "/api/v1/incidents?limit=2&open=true"
    while path:
        answer = await served.get(path, token)
        pages.append([one["ref"] for one in answer.json["incidents"]])
        link = answer.headers.get("Link", "")
        assert bool(link) == (answer.json["next"] is not None)
        path = link.partition("<")[2].partition(">")[0]
    assert pages == [["INC-5", "INC-4"], ["INC-3", "INC-2"], ["INC-1"]]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?limit=ten", "limit"),
        ("?after=nonsense", "after"),
        ("?after=%C3%A9", "after"),
        ("?status=open", "status/0"),
        ("?open=perhaps", "open"),
        ("?since=yesterday", "since"),
        ("?since=2026-03-04T14:00:00", "since"),
        ("?opened=true", "opened"),
        ("?open=true&open=false", "open"),
    ],
)
async def test_a_question_that_cannot_be_read_is_answered_with_what_is_wrong(
    served: Served, query: str, pointer: str
) -> None:
    answer = await served.get(f"incidents{query}", await served.token())
    assert (answer.status, answer.json["code"]) == (422, "invalid")
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]


async def test_an_incident_is_shown_as_it_stands_with_names(served: Served) -> None:
    async with served.store.write() as tx:
        await tx.keep_person(Profile(DANA, "dana"), NOON)
        await tx.keep_person(Profile(BO, "bo"), NOON)
    await served.does(Person(DANA), CHECKOUT)
    await served.does(Person(BO), r.Accept())
    await served.does(Person(BO), r.AssignRole(Role.SCRIBE, CHEN))
    await served.does(Person(BO), r.PostUpdate(Update("half of them fail", "rolling back")))
    answer = await served.get("incidents/inc-1", await served.token())
    shown = answer.json
    assert (shown["ref"], shown["status"], shown["priority"]) == ("INC-1", "investigating", "P2")
    assert (shown["declared_by"], shown["commander"], shown["integration"]) == (DANA, BO, None)
    assert {"role": "scribe", "person": CHEN} in shown["roles"]
    assert shown["last_update"]["conditions"] == "half of them fail"
    assert shown["declared_at"] == "2026-03-04T12:00:00Z"
    assert shown["people"] == {DANA: "dana", BO: "bo"}
    listed = (await served.get("incidents/INC-1/updates", await served.token())).json["updates"]
    assert [(one["by"], one["actions"]) for one in listed] == [(BO, "rolling back")]
    people = (await served.get("incidents/INC-1/people", await served.token())).json
    assert [(one["role"], one["person"]) for one in people["roles"]][-1] == ("scribe", CHEN)


def test_where_the_published_review_is_stands_with_the_incident() -> None:
    about: dict[str, Any] = {"at": NOON, "place": "wiki", "id": "7", "url": "https://wiki.example/7", "version": "1"}
    it = after_events(declared(), DocumentWritten(**about, is_new=True))
    shown = telling.incident(it, {}).documents
    assert shown == (PublishedDocument("wiki", "https://wiki.example/7", None),)
    (held,) = telling.incident(after_events(it, DocumentKept(**about, why=KeptAs.EDITED)), {}).documents
    assert held.held is KeptAs.EDITED


async def test_what_an_integration_did_is_its_own(served: Served) -> None:
    await served.does(Integration("Alertmanager", "alertmanager"), CHECKOUT)
    shown = (await served.get("incidents/INC-1", await served.token())).json
    assert (shown["declared_by"], shown["integration"]) == (None, "Alertmanager")
    entries = (await served.get("incidents/INC-1/timeline", await served.token())).json["entries"]
    assert (entries[0]["by"], entries[0]["integration"]) == (None, "Alertmanager")


async def test_a_timeline_is_read_page_by_page_in_order_without_secrets(served: Served) -> None:
    await served.does(Person(DANA), CHECKOUT)
    for text in ("first", f"the key is {A_SECRET}", "<@UBO> looks"):
        await served.does(Person(DANA), r.AddNote(text))
    token = await served.token()
    entries: list[dict[str, Any]] = []
    after = ""
    while True:
        page = (await served.get(f"incidents/INC-1/timeline?limit=2{after}", token)).json
        entries += page["entries"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert [one["seq"] for one in entries] == list(range(1, len(entries) + 1))
    texts = [one["text"] for one in entries if one["kind"] == "NoteAdded"]
    assert "first" in texts[0]
    assert A_SECRET not in str(texts)
    assert "[redacted]" in texts[1]
    assert "<@UBO>" in texts[2]


async def test_the_transcript_is_read_page_by_page_also_over_two_channels(served: Served) -> None:
    await served.does(Person(DANA), CHECKOUT)
    first, second = ChannelId("C1"), ChannelId("C2")
    number = IncidentNumber(1)
    context = served.workplace.dependencies.context
    async with served.store.write() as tx:
        await record(context, tx, number, Decision((ChannelOpened(at=NOON, channel=first, name="inc-1"),)))
        for place in range(5):
            said = Message(first, MessageTs(f"177262584{place}.000100"), BO, f"word {place} {A_SECRET}", NOON)
            await tx.apply(MessagePosted(said))
    token = await served.token()
    found: list[str] = []
    after = ""
    while True:
        page = (await served.get(f"incidents/INC-1/transcript?limit=2{after}", token)).json
        found += [one["text"] for one in page["messages"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert found == [f"word {place} [redacted]" for place in range(5)]
    assert second not in str(found)


async def test_the_review_is_the_document_of_muster_review_1(served: Served) -> None:
    await served.does(Person(DANA), CHECKOUT)
    await served.does(Person(DANA), r.AddNote(f"the key is {A_SECRET}"))
    answer = await served.get("incidents/INC-1/review", await served.token())
    assert (answer.json["schema"], answer.json["incident"]["ref"]) == ("muster.review/1", "INC-1")
    assert A_SECRET.encode() not in answer.content


async def test_follow_ups_are_read_by_incident_and_of_all(served: Served) -> None:
    await served.does(Person(DANA), CHECKOUT)
    await served.does(Person(DANA), SECRET)
    await served.does(Person(DANA), r.AgreeFollowUp("add an index", ELI, date(2026, 4, 1)), "INC-1")
    await served.does(Person(DANA), r.AgreeFollowUp("write it down"), "INC-1")
    await served.does(Person(DANA), r.EndFollowUp(2, FollowUpState.DONE), "INC-1")
    await served.does(Person(DANA), r.AgreeFollowUp("rotate the key"), "INC-2")
    dana, bo = await served.token(), await served.token(Person(BO))

    async def texts(path: str, token: str) -> list[tuple[str, str, str]]:
        found = (await served.get(path, token)).json["follow_ups"]
        return [(one["ref"], one["text"], one["state"]) for one in found]

    index, written = ("INC-1", "add an index", "open"), ("INC-1", "write it down", "done")
    assert await texts("incidents/INC-1/follow-ups", bo) == [index, written]
    assert await texts("follow-ups", bo) == [index, written]
    assert await texts("follow-ups", dana) == [("INC-2", "rotate the key", "open"), index, written]
    assert await texts(f"follow-ups?owner={ELI}", dana) == [index]
    assert await texts("follow-ups?state=done", dana) == [written]
    assert await texts("follow-ups?since=2026-03-05T00:00:00Z", dana) == []


async def test_who_is_on_call_and_what_the_policy_lists(served: Served) -> None:
    token = await served.token()
    (turn,) = (await served.get("on-call?service=Checkout", token)).json["on_call"]
    assert turn["primary"] == BO
    assert "checkout" in turn["services"]
    services = (await served.get("services", token)).json["services"]
    assert "checkout" in [one["slug"] for one in services]
    refused = await served.get("on-call?service=chekout", token)
    assert (refused.status, refused.json["code"]) == (422, "unknown_name")
    assert "Did you mean `checkout`?" in refused.json["detail"]
    (runbook,) = (await served.get("runbooks", token)).json["runbooks"]
    assert (await served.get(f"runbooks/{runbook['slug']}", token)).json == runbook
    assert (await served.get("runbooks/nosuch", token)).json["code"] == "no_such_runbook"
    assert (await served.get("runbooks?limit=1", token)).json["next"] is None
    assert (await served.get("runbooks?words=nothing", token)).json == {"runbooks": [], "next": None}
    assert (await served.get("metrics?period=30d", token)).json["period"] == 30 * 86400


READS = ("", "/timeline", "/transcript", "/updates", "/people", "/review", "/follow-ups")


async def answers(served: Served, token: str) -> list[Answer]:
    return [await served.get(f"incidents/INC-1{path}", token) for path in READS]


async def test_of_a_private_incident_others_hear_what_they_would_hear_of_none(served: Served) -> None:
    bo, pipeline = await served.token(Person(BO)), await served.token(PIPELINE, *Scope)
    dana = await served.token(Person(DANA))
    unknown = {token: await answers(served, token) for token in (bo, pipeline)}
    await served.does(Person(DANA), SECRET)
    for token, before in unknown.items():
        for then, now in zip(before, await answers(served, token), strict=True):
            assert (then.status, then.content) == (now.status, now.content)
            assert {**then.headers, "Date": ""} == {**now.headers, "Date": ""}
        assert now.status == 404
        assert (
            now.json["detail"] == "There is no incident INC-1 that you can see. `/incident list` shows the open ones."
        )
        assert await refs(served, token) == []
        assert (await served.get("metrics", token)).json["whole"]["incidents"] == 0
    assert [one.status for one in await answers(served, dana)] == [200] * len(READS)
    assert await refs(served, dana) == ["INC-1"]


async def test_of_a_private_one_that_is_listed_people_get_the_outline_and_integrations_nothing(served: Served) -> None:
    await served.does(Person(DANA), SECRET)
    await served.does(Person(DANA), r.Disclose("customers were told"))
    bo, pipeline = await served.token(Person(BO)), await served.token(PIPELINE, *Scope)
    outline = {
        "ref": "INC-1",
        "title": "a key was leaked",
        "status": "declared",
        "priority": "P1",
        "drill": False,
        "next_update_due_at": "2026-03-04T12:15:00Z",
        "outline": True,
    }
    assert (await served.get("incidents/INC-1", bo)).json == outline
    assert (await served.get("incidents", bo)).json["incidents"] == [outline]
    assert await refs(served, bo, "?service=checkout") == []
    assert await refs(served, bo, "?since=2026-03-04T00:00:00Z") == []
    for path in READS[1:]:
        refused = await served.get(f"incidents/INC-1{path}", bo)
        assert (refused.status, refused.json["code"]) == (403, "for_its_members"), path
    assert {one.status for one in await answers(served, pipeline)} == {404}
    assert await refs(served, pipeline) == []


@pytest.mark.parametrize("path", ["incidents", "incidents/INC-1", "incidents/INC-1/timeline", "incidents/INC-1/review"])
async def test_what_is_known_already_is_not_sent_again(served: Served, path: str) -> None:
    await served.does(Person(DANA), CHECKOUT)
    token = await served.token()
    first = await served.get(path, token)
    mark = first.headers["ETag"]
    again = await served.get(path, token, If_None_Match=f'"other", {mark}')
    assert (again.status, again.content, again.headers["ETag"]) == (304, b"", mark)
    await served.does(Person(DANA), r.AddNote("it spreads"))
    await served.does(Person(DANA), r.SetPriority(Priority.P1, "it spreads"))
    other = await served.get(path, token, If_None_Match=mark)
    assert other.status == 200
    assert other.headers["ETag"] != mark
    assert json.loads(other.content)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "nothing", 404, "no_such_address"),
        ("GET", "incidents/42", 404, "no_such_address"),
        ("GET", "incidents/%0A/notes", 404, "no_such_address"),
        ("GET", "incidents/INC-0", 404, "no_such_address"),
        ("GET", "incidents/INC-1234567890", 404, "no_such_address"),
        ("GET", "incidents/INC-999999999", 404, "not_found"),
        ("PUT", "incidents/INC-1", 405, "method"),
        ("DELETE", "incidents", 405, "method"),
    ],
)
async def test_an_address_that_is_none_says_where_to_look(
    served: Served, method: str, path: str, status: int, code: str
) -> None:
    answer = await served.asks(method, path, await served.token())
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert ("Allow" in answer.headers) == (status == 405)


def an_alert(number: int, **more: Any) -> Alert:
    at = NOON + timedelta(minutes=number)
    values = {"state": AlertState.ASKED, "service": "checkout", "times": 1, "signals": 1, "firing": 1, **more}
    return Alert(number, "grafana", f"k{number}", Handling.ASK, f"alert {number} fires", at, at, at, **values)


async def listed_alerts(served: Served, token: str, query: str = "") -> list[int]:
    answer = await served.get(f"alerts{query}", token)
    assert answer.status == 200, answer.json
    return [one["number"] for one in answer.json["alerts"]]


async def test_alerts_are_listed_by_state_source_service_and_incident(served: Served) -> None:
    await served.does(Person(DANA), r.Declare(Declaration("checkout fails")))
    async with served.store.write() as tx:
        await tx.keep_alerts(
            [
                an_alert(1, state=AlertState.TAKEN, incident=IncidentNumber(1), by=DANA),
                an_alert(2, labels=(("team", "shop"),), offers=IncidentNumber(1)),
                replace(an_alert(3, service="search"), source="datadog"),
                an_alert(4, state=AlertState.NOTED),
            ]
        )
    token = await served.token(Person(BO))
    assert await listed_alerts(served, token) == [3, 2]
    assert await listed_alerts(served, token, "?incident=INC-1") == [1]
    assert await listed_alerts(served, token, "?state=taken&state=noted") == [4, 1]
    assert await listed_alerts(served, token, "?source=datadog") == [3]
    assert await listed_alerts(served, token, "?service=checkout") == [2]
    assert (await served.get("alerts?state=gone", token)).status == 422
    first = (await served.get("alerts?limit=1", token)).json
    assert await listed_alerts(served, token, f"?limit=1&after={first['next']}") == [2]
    shown = (await served.get("alerts/2", token)).json
    assert (shown["title"], shown["labels"], shown["may_join"]) == ("alert 2 fires", {"team": "shop"}, "INC-1")
    assert ((await served.get("alerts/9", token)).status, (await served.get("alerts/x", token)).status) == (404, 404)


async def test_of_private_alerts_nobody_else_reads_a_word(served: Served) -> None:
    await served.does(Person(DANA), SECRET)
    async with served.store.write() as tx:
        taken = an_alert(1, state=AlertState.TAKEN, incident=IncidentNumber(1), is_private=True)
        words = {"severity": "payroll", "labels": (("x", "payroll"),), "link": "https://payroll", "service": "payroll"}
        await tx.keep_alerts([taken, replace(an_alert(2, is_private=True, **words), title="payroll")])
    bo, pipeline = await served.token(Person(BO)), await served.token(PIPELINE, *Scope)
    for token in (bo, pipeline):
        assert await listed_alerts(served, token, "?incident=INC-1") == []
        assert await listed_alerts(served, token, "?state=taken") == []
        unknown, secret = await served.get("alerts/9", token), await served.get("alerts/1", token)
        assert (secret.status, secret.json["detail"]) == (404, unknown.json["detail"].replace("9", "1"))
        for told in (await served.get("alerts", token), await served.get("alerts/2", token)):
            assert b"a private alert" in told.content
            assert b"payroll" not in told.content
        assert await listed_alerts(served, token, "?service=payroll") == []
    assert await listed_alerts(served, await served.token(Person(DANA)), "?incident=INC-1") == [1]


async def test_runbooks_come_in_pages_and_guests_see_none(served: Served) -> None:
    slugs = [f"book-{number:02}" for number in range(5)]
    served.workplace.dependencies.context.runbooks = tuple(Runbook(slug, slug) for slug in reversed(slugs))
    token, path, seen = await served.token(), "runbooks?limit=2", []
    while True:
        page = (await served.get(path, token)).json
        seen += [one["slug"] for one in page["runbooks"]]
        if page["next"] is None:
            break
        path = f"runbooks?limit=2&after={page['next']}"
    assert seen == slugs

    async with served.store.write() as tx:
        await tx.keep_person(Profile(DANA, "dana", is_guest=True), NOON)
    assert (await served.get("runbooks", token)).json["runbooks"] == []
    assert (await served.get("runbooks/book-01", token)).status == 404


async def test_clocks_say_what_is_due_and_drafts_what_a_report_could_say(served: Served) -> None:
    await served.does(Person(DANA), CHECKOUT)
    token = await served.token()
    assert (await served.get("incidents/INC-1/clocks", token)).json["clocks"] == []
    await served.does(Person(DANA), r.TriggerClock("nis2", "aware", f"the key {A_SECRET} was read", NOON), "INC-1")
    await served.does(Person(DANA), r.RecordSubmission("nis2", "early_warning", NOON, "FI-1"), "INC-1")
    [clock] = (await served.get("incidents/INC-1/clocks", token)).json["clocks"]
    assert (clock["name"], clock["running"], clock["ruled_out"]) == ("NIS2", True, None)
    assert [(one["stage"], one["due_at"], one["submitted_at"], one["reference"]) for one in clock["stages"]] == [
        ("early_warning", "2026-03-05T12:00:00Z", "2026-03-04T12:00:00Z", "FI-1"),
        ("notification", "2026-03-07T12:00:00Z", None, ""),
        ("final", None, None, ""),
    ]
    draft = (await served.get("incidents/INC-1/clock/draft?regulation=nis2&stage=final", token)).json
    assert draft["notice"].startswith("Not legal advice")
    assert draft["parts"][0]["title"] == "Detailed description: severity and impact"
    missing = await served.get("incidents/INC-1/clock/draft?regulation=nis2&stage=last", token)
    assert (missing.status, "early_warning, notification, final" in str(missing.json)) == (409, True)
