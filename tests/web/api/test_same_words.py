"""The same refusal has the same words and the same code, whichever door somebody comes through."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.answers import REFUSED
from bot.blocks.text import plain
from bot.commands.command import Dependencies as Commanding
from bot.commands.router import Router
from bot.commands.table import COMMANDS
from bot.domain.actor import Person
from bot.domain.alerts import Alert
from bot.domain.declaration import Declaration
from bot.domain.ids import ChannelId, IncidentNumber, Reference, ref
from bot.domain.refusal import Refusal
from bot.domain.timeline import Update
from bot.domain.vocabulary import FollowUpState, Handling, Priority, ReviewStep, StepOutcome, TimeName
from bot.door.caller import MCP
from bot.door.inbound import Typed
from bot.door.reply import Say
from bot.door.token import Scope, Token
from bot.operator.asking import InDatabase
from bot.verbs import requests as r
from bot.web.api.asking import InProcess, Refused
from bot.web.api.problems import code_of
from bot.web.api.writes import WRITES
from bot.web.entrance import COOKIE
from bot.web.entrance import Dependencies as Entrance
from bot.web.mcp.tools import TOOL, call
from bot.workflows.review_links import Links
from tests.domain.given import BO, DANA, NOON
from tests.web.api.conftest import Served
from tests.web.api.test_doing import PATHS, body_of

PERSON, NUMBER = Person(DANA), IncidentNumber(1)
ROUTES = {route.path: route for route in WRITES}
DECLARE = r.Declare(Declaration("checkout returns 500s", service="checkout", priority=Priority.P1), anyway=True)
RESOLVE, START = r.Resolve("rolled back"), r.TakeReviewStep(ReviewStep.START)


@dataclass(frozen=True)
class Case:
    """What is refused, as a request and as it is typed; and what was done before."""

    want: r.Request[Any]
    typed: str
    before: tuple[r.Request[Any], ...] = ()
    about: str = ""
    """Its reference; of the incident that was declared for it, where none stands."""


def cases(number: int) -> dict[str, Case]:
    """`number`: of an incident and of an alert that nobody has decided on."""
    own = ref(IncidentNumber(number))
    return {
        "over": Case(r.Accept(), "accept", (RESOLVE, r.Close("nobody can"))),
        "not there": Case(r.AddNote("lost"), "note lost", about="INC-99"),
        "resolved already": Case(RESOLVE, "resolve rolled back", (RESOLVE,)),
        "not resolved": Case(r.Verify("flat"), "verify flat"),
        "not verified": Case(r.Close(), "close", (RESOLVE,)),
        "not closed": Case(r.Reopen("it is back"), "reopen it is back"),
        "takeover": Case(r.TakeOver(), "takeover", (r.Accept(),)),
        "handover": Case(r.OfferHandover(BO), f"handover <@{BO}>"),
        "as it is": Case(r.SetPriority(Priority.P1, "it is"), "priority P1 it is"),
        "unknown service": Case(r.Page("chekout"), "page chekout"),
        "no such note": Case(r.AmendNote(7, "later"), "note amend 7 later"),
        "no runbook": Case(r.OpenRunbook("weather"), "runbook weather"),
        "no such step": Case(
            r.ReportStep("bad-change", 99, StepOutcome.DONE), "step bad-change 99 done", (r.OpenRunbook("bad-change"),)
        ),
        "no such time": Case(
            r.CorrectTime(TimeName.MITIGATED, NOON, "it was then"), "time mitigated at:2026-03-04T12:00Z it was then"
        ),
        "no review": Case(r.TakeReviewStep(ReviewStep.PUBLISH), "review publish"),
        "follows already": Case(r.Follow(), "follow", (r.Follow(),)),
        "merged into itself": Case(r.Merge(Reference(own)), f"merge {own}"),
        "no such action": Case(r.FinishAction(9), "action done 9"),
        "not there, of its review": Case(START, "review start", about="INC-99"),
        "not in review": Case(r.TakeReviewStep(ReviewStep.APPROVE), "review approve", (RESOLVE,)),
        "asked to approve already": Case(
            r.AskForApproval(BO), f"review ask <@{BO}>", (RESOLVE, START, r.AskForApproval(BO))
        ),
        "no such entry": Case(r.CurateEntry(99, is_hidden=True), "review hide 99"),
        "no such follow-up": Case(r.EndFollowUp(9, FollowUpState.DONE), "followup done 9"),
        "no such alert": Case(r.JoinAlert(99), f"alert 99 join {own}"),
        "alert taken": Case(r.JoinAlert(number), f"alert {number} join {own}", (r.JoinAlert(number),)),
    }


def as_read(text: str) -> str:
    """As Slack shows it, without the words that follow, ready to send again."""
    shown = re.sub(r"<!date[^<>|]*\|([^<>]*)>", r"\1", text.partition("\nYour words, ready to send again:")[0])
    return plain(re.sub(r"<@(\w+)>", r"@\1", shown))


@dataclass
class Doors:
    """Every door in front of the same verbs; each answers with the words, and the code where it has one."""

    served: Served
    token: str
    _asked: int = field(default=0)

    async def slack(self, case: Case, *, is_click: bool) -> tuple[str, str]:
        verbs = self.served.workplace.dependencies
        router = Router(Commanding(verbs.context, verbs.search_index, verbs.look_up, COMMANDS))
        self._asked += 1
        text = case.typed if case.typed.startswith("alert") else f"{case.about} {case.typed}"
        inbound = Typed(
            f"asked-{self._asked}",
            self.served.store.workspace,
            DANA,
            ChannelId("CGENERAL"),
            text,
            "trigger",
            is_click=is_click,
        )
        reply = await router(inbound)
        assert isinstance(reply, Say)
        assert reply.text.startswith(REFUSED), reply.text
        return as_read(unescape(reply.text).removeprefix(REFUSED)), ""

    async def command(self, case: Case) -> tuple[str, str]:
        return await self.slack(case, is_click=False)

    async def button(self, case: Case) -> tuple[str, str]:
        return await self.slack(case, is_click=True)

    async def api(self, case: Case) -> tuple[str, str]:
        path = f"/api/v1{PATHS[type(case.want)]}".replace("{ref}", case.about)
        answer = await self.served.asks("POST", path, self.token, body_of(case.want))
        assert answer.status >= 400, answer.json
        return answer.json["detail"], answer.json["code"]

    async def page(self, case: Case) -> tuple[str, str]:
        """That of the review, which has no marks around what is typed."""
        path, body = ON_PAGE[type(case.want)](case.want)
        links = await self.links()
        session = links.session(DANA)
        given = {"Cookie": f"{COOKIE}={session}", "X_Muster_Token": links.form_token(session)}
        self._asked += 1
        sent = {**body, "id": f"{self._asked:016}"}
        answer = await self.served.asks("POST", f"/reviews/{case.about}/{path}", json=sent, **given)
        assert answer.status >= 400, answer.json
        return answer.json["error"], ""

    async def links(self) -> Links:
        return Links("https://muster.example", "T1", b"k" * 32, lambda: self.served.machine)

    async def terminal(self, case: Case) -> tuple[str, str]:
        dependencies = self.served.api.dependencies
        assert dependencies is not None
        way = InDatabase(dependencies, DANA, ZoneInfo("UTC"))
        with pytest.raises(Refused) as no:
            await way.ask(ROUTES[PATHS[type(case.want)]], {"ref": case.about}, {}, body_of(case.want))
        return str(no.value), no.value.problem["code"]


DOORS: tuple[Callable[[Doors, Case], Any], ...] = (Doors.command, Doors.button, Doors.api, Doors.terminal)
"""Another door joins by a line here."""
ON_PAGE: dict[type[r.Request[Any]], Callable[[Any], tuple[str, dict[str, Any]]]] = {
    r.TakeReviewStep: lambda want: ("steps", {"step": want.step}),
    r.AskForApproval: lambda want: ("asked", {"person": want.person}),
    r.CurateEntry: lambda want: ("timeline", {"number": want.number, "hide": want.is_hidden}),
    r.EndFollowUp: lambda want: ("followups", {"number": want.number, "state": want.state}),
}
"""What the page of a review can ask for: where, and with what."""


async def test_a_refusal_is_the_same_at_every_door(served: Served) -> None:
    doors = Doors(served, await served.token(PERSON))
    verbs = served.workplace.dependencies
    served.web.reviews.dependencies = Entrance(verbs, doors.links, verbs.look_up, lambda _: None)
    for number, name in enumerate(cases(1), start=1):
        case, own = cases(number)[name], ref(IncidentNumber(number))
        case = replace(case, about=case.about or own)
        await served.does(PERSON, DECLARE)
        async with served.store.write() as tx:
            await tx.keep_alerts([Alert(number, "grafana", name, Handling.ASK, name, NOON, NOON, NOON)])
        for want in case.before:
            await served.does(PERSON, want, own)
        before, audited = await served.workplace.timeline(number), len(await served.workplace.refusals())
        with pytest.raises(Refusal) as refused:
            await served.does(PERSON, case.want, case.about)
        wanted, code = as_read(str(refused.value)), code_of(refused.value)
        for door in DOORS:
            words, told = await door(doors, case)
            assert (words, told or code) == (wanted, code), (name, door)
        is_on_page = type(case.want) in ON_PAGE
        if is_on_page:
            assert await doors.page(case) == (wanted.replace("`", ""), ""), name
        assert await served.workplace.timeline(number) == before
        kinds = [one.detail for one in await served.workplace.refusals()]
        assert kinds[audited:] == [type(refused.value).__name__] * (1 + len(DOORS) + is_on_page), name


PROPOSED: dict[str, tuple[r.Request[Any], tuple[str, dict[str, Any]]]] = {
    "not there": (r.AddNote("lost"), ("add_note", {"text": "lost"})),
    "as it is": (r.SetPriority(Priority.P1, "it is"), ("set_priority", {"priority": "P1", "reason": "it is"})),
    "too far ahead": (
        r.PostUpdate(Update("quiet"), next_in=timedelta(hours=9)),
        ("post_update", {"conditions": "quiet", "next_in": "9h"}),
    ),
}
"""What a program may propose of what is refused: as a request, and as a tool with what it is given."""


async def test_what_is_proposed_is_refused_in_the_words_of_what_is_done(served: Served) -> None:
    await served.does(PERSON, DECLARE)
    dependencies = served.api.dependencies
    assert dependencies is not None
    token = Token("0123456789ab", "a laptop", PERSON, frozenset({Scope.READ, Scope.WRITE}), NOON)
    way = InProcess(dependencies, token, ZoneInfo("UTC"), MCP)
    for name, (want, (tool, given)) in PROPOSED.items():
        about = "INC-99" if name == "not there" else "INC-1"
        with pytest.raises(Refusal) as refused:
            await served.does(PERSON, want, about)
        with pytest.raises(Refused) as no:
            await call(way, TOOL[tool], {"incident": about, **given}, "Claude")
        wanted = as_read(str(refused.value)), code_of(refused.value)
        assert (as_read(str(no.value)), no.value.problem["code"]) == wanted, name
