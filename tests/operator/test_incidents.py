"""`muster incident`: every verb at a terminal, by a running Muster's API and by the database on its machine."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import aiohttp
import click
import pytest
from aiohttp import web
from click.shell_completion import ShellComplete

from bot.domain.actor import Person
from bot.domain.declaration import Declaration
from bot.domain.people import Profile
from bot.domain.vocabulary import Priority
from bot.door.token import Scope
from bot.operator import showing
from bot.operator.asking import OverHttp, in_database
from bot.operator.commands import NO, WRONG, NotPossible
from bot.operator.incidents import Typed, commands, name_of
from bot.verbs import requests as r
from bot.web.api.asking import Asking
from bot.web.api.route import Route
from bot.web.api.routes import ROUTES
from bot.web.api.values import shape_of
from bot.web.api.writes import OURS, WAYS
from tests.domain.given import BO, DANA, NOON, ROLLBACK
from tests.muster import muster
from tests.serving import Answer, everything, serving
from tests.verbs.test_table import FIRING, WANTED
from tests.web.api.conftest import Served, served, sqlite_store
from tests.web.api.test_doing import body_of

__all__ = ["served", "sqlite_store"]  # fixtures

COMMANDS = {way.request: name_of(way.path) for way in WAYS}
ABOUT_INCIDENTS = {way.request for way in WAYS if "{ref}" in way.path}


@dataclass
class Terminal:
    """Somebody at a terminal, and how they reach Muster."""

    way: Asking
    capsys: pytest.CaptureFixture[str]

    async def types(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        works: list[Callable[[], Coroutine[Any, Any, int]]] = []

        @asynccontextmanager
        async def reach(_: str | None) -> AsyncIterator[Asking]:
            yield self.way

        class Planned(Exception):
            pass

        def run(work: Callable[[], Coroutine[Any, Any, int]]) -> NoReturn:
            works.append(work)
            raise Planned

        with pytest.raises(Planned):
            commands(run, reach)[arguments[0]].main(list(arguments[1:]), standalone_mode=False)
        code = await works[0]()
        said = self.capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
async def terminal(served: Served, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Terminal]:
    """Bo's, over HTTP."""
    async with served.store.write() as tx:
        await tx.keep_person(Profile(BO, "bo"), NOON)
        await tx.keep_person(Profile(DANA, "dana"), NOON)
    headers = {"Authorization": f"Bearer {await served.token(Person(BO))}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield Terminal(OverHttp(session, f"http://127.0.0.1:{served.port}"), capsys)


async def test_an_incident_is_led_from_a_terminal(served: Served, terminal: Terminal) -> None:
    code, out, _ = await terminal.types(
        "declare", "checkout", "returns", "500s", "--service", "Checkout", "--priority", "p2"
    )
    assert (code, out.splitlines()[0]) == (0, "INC-1 · P2 declared · checkout returns 500s")
    for typed in (
        ("accept", "INC-1"),
        ("update", "INC-1", "half", "of", "them", "fail", "--actions", "rolling back", "--next-in", "20m"),
        ("note", "inc-1", "deployed", "4.1", "again"),
        ("role", "INC-1", "scribe", f"<@{DANA}>"),
        ("mitigate", "INC-1", "moved", "traffic"),
        ("resolve", "INC-1", "rolled", "back"),
        ("verify", "INC-1", "graphs are flat"),
        ("close", "INC-1"),
    ):
        code, out, err = await terminal.types(*typed)
        assert (code, err) == (0, ""), typed
        assert out.startswith("INC-1 · P2 "), typed
    assert out.splitlines()[0] == "INC-1 · P2 closed · checkout returns 500s"
    code, out, _ = await terminal.types("timeline", "INC-1")
    assert code == 0
    assert out.index("@bo accepted command") < out.index("half of them fail") < out.index("@bo resolved")
    code, out, _ = await terminal.types("show", "INC-1")
    assert "Checkout" not in out
    assert "checkout" in out
    assert "bo (commander)" in out
    assert "Conditions: half of them fail" in out
    assert (await terminal.types("list"))[1] == "There are no such incidents that you can see.\n"
    assert "INC-1" in (await terminal.types("list", "--all"))[1]
    assert {type(one.event).__name__ for one in await served.workplace.timeline()} >= {"NoteAdded", "IncidentClosed"}


def arguments_of(want: r.Request[Any]) -> list[str]:
    """What somebody types for a request."""
    kind: Any = type(want)
    body, typed = body_of(want), list[str]()
    for key in sorted(shape_of(kind, OURS).keys, key=lambda one: not one.is_required):
        if key.name not in body or (not key.is_required and body[key.name] in (key.default, "")):
            continue
        value = body[key.name]
        shown = {True: "on", False: "off"}.get(value) if isinstance(value, bool) else None
        if key.is_required:
            typed += value if isinstance(value, list) else [shown or _typed(value)]
        elif isinstance(value, bool):
            typed += [f"--{'' if value else 'no-'}{key.name}"]
        else:
            several = value if isinstance(value, list) else [_typed(value)]
            typed += [part for one in several for part in (f"--{key.name.replace('_', '-')}", one)]
    return typed


def _typed(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)


class Hearing:
    """Reads what is asked for, and does nothing."""

    want: r.Request[Any] | None = None

    async def ask(self, route: Route, path: Mapping[str, str], query: object, body: Mapping[str, Any]) -> Any:
        assert route.body is not None
        assert (path, query) == ({"ref": "INC-1"} if "{ref}" in route.path else {}, {})
        self.want = route.body.read(dict(body))
        return {"heard": True}


async def test_every_verb_is_a_command_and_asks_for_what_was_typed(capsys: pytest.CaptureFixture[str]) -> None:
    for kind, (_, want) in WANTED.items():
        if kind not in COMMANDS:
            continue
        hearing = Hearing()
        about = ["INC-1"] if kind in ABOUT_INCIDENTS else []
        typed = await Terminal(hearing, capsys).types(COMMANDS[kind], *about, *arguments_of(want), "--json")
        assert typed == (0, '{\n  "heard": true\n}\n', ""), kind
        assert hearing.want == want


def test_every_command_explains_itself() -> None:
    def run(_: object) -> NoReturn:
        raise AssertionError("nothing is done for help")

    made = commands(run)
    assert set(made) >= {*COMMANDS.values(), "declare", "list", "show"}
    for name, command in made.items():
        with click.Context(command, info_name=name) as context:
            assert "--as U0123" in command.get_help(context)


async def test_answers_are_json_on_request_and_long_lists_are_read_to_their_end(
    served: Served, terminal: Terminal
) -> None:
    await served.does(Person(DANA), r.Declare(Declaration("the shop is slow", priority=Priority.P3)))
    for number in range(210):
        await served.does(Person(DANA), r.AddNote(f"note {number}"))
    code, out, _ = await terminal.types("timeline", "INC-1", "--json")
    found = json.loads(out)
    assert (code, found["next"]) == (0, None)
    assert [one["seq"] for one in found["entries"]] == list(range(1, len(found["entries"]) + 1))
    assert len(found["entries"]) > 210
    for number in range(3):
        await served.does(Person(DANA), r.Declare(Declaration(f"thing {number}"), anyway=True))
    code, out, err = await terminal.types("list", "--limit", "2", "--priority", "P3", "--json")
    assert [one["ref"] for one in json.loads(out)["incidents"]] == ["INC-1"]
    assert (code, err) == (0, "")
    code, out, err = await terminal.types("list", "--limit", "2")
    assert (code, out.count("INC-"), err) == (0, 2, "There are more: narrow the list, or raise --limit.\n")


async def test_what_is_refused_says_why_and_ends_with_its_code(served: Served, terminal: Terminal) -> None:
    code, out, err = await terminal.types("note", "INC-9", "lost")
    assert (code, out) == (NO, "")
    assert err == "Not done: There is no incident INC-9 that you can see. `/incident list` shows the open ones.\n"
    await served.does(Person(DANA), r.Declare(Declaration("the shop is slow")))
    code, _, err = await terminal.types("snooze", "INC-1", "soon", "later")
    assert code == WRONG
    assert "span is no duration" in err
    code, _, err = await terminal.types("page", "INC-1", "chekout")
    assert code == NO
    assert "Did you mean `checkout`?" in err


@pytest.mark.parametrize(
    ("scopes", "code", "told"),
    [((Scope.READ,), WRONG, "This takes a token with the scope `write`; yours has read."), ((), WRONG, "not known")],
)
async def test_a_token_that_does_not_do_is_wrong_configuration(
    served: Served, capsys: pytest.CaptureFixture[str], scopes: tuple[Scope, ...], code: int, told: str
) -> None:
    good = await served.token(Person(BO), *(scopes or (Scope.READ,)))
    token = good if scopes else "mst_0123456789ab_" + "x" * 43
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        terminal = Terminal(OverHttp(session, f"http://127.0.0.1:{served.port}"), capsys)
        ended, out, err = await terminal.types("accept", "INC-1")
    assert (ended, out) == (code, "")
    assert told in err
    assert token not in err


@asynccontextmanager
async def something_else(answer: Answer) -> AsyncIterator[str]:
    """A server that is no Muster, or one that fails."""
    async with serving(everything(answer)) as port:
        yield f"http://127.0.0.1:{port}"


NOTE = next(one for one in ROUTES if one.name == "addNote")


async def test_a_lost_answer_is_asked_for_again_with_the_same_key() -> None:
    keys: list[str] = []

    async def drop_the_first(request: web.Request) -> web.StreamResponse:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) == 1:
            assert request.transport is not None
            request.transport.close()
        return web.json_response({"done": True})

    async with something_else(drop_the_first) as url, aiohttp.ClientSession() as session:
        assert await OverHttp(session, url).ask(NOTE, {"ref": "INC-1"}, {}, {"text": "a"}) == {"done": True}
    assert len(keys) == 2
    assert len(set(keys)) == 1


async def test_what_is_not_there_or_no_muster_is_said() -> None:
    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response(status=404, text="<h1>nothing</h1>", content_type="text/html")

    async def elsewhere(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "https://elsewhere.example/"})

    async with aiohttp.ClientSession() as session:
        async with something_else(page) as url:
            with pytest.raises(NotPossible, match=r"status 404 and no JSON\. Muster's API is off there") as off:
                await OverHttp(session, url).ask(NOTE, {"ref": "INC-1"}, {}, {"text": "a"})
        async with something_else(elsewhere) as other:
            with pytest.raises(NotPossible, match="status 302"):
                await OverHttp(session, other).ask(NOTE, {"ref": "INC-1"}, {}, {"text": "a"})
        with pytest.raises(NotPossible, match="may have been done") as gone:
            await OverHttp(session, url).ask(NOTE, {"ref": "INC-1"}, {}, {"text": "a"})
    assert (off.value.code, gone.value.code) == (NO, NO)


async def test_nothing_that_somebody_wrote_acts_on_the_terminal(served: Served, terminal: Terminal) -> None:
    await served.does(
        Person(DANA), r.Declare(Declaration("a\x1b[2J\u202eb [red]c[/red] :smile:", priority=Priority.P1))
    )
    for typed in (("list",), ("show", "INC-1"), ("timeline", "INC-1")):
        _, out, _ = await terminal.types(*typed)
        assert "a[2Jb [red]c[/red] :smile:" in out
        assert "\x1b" not in out


async def test_by_the_database_one_person_acts_and_the_operator_is_audited(
    served: Served, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NotPossible, match="knows nobody with the id UXXX"):
        async with in_database(served.store, "UXXX"):  # type: ignore[arg-type]
            pass
    async with in_database(served.store, DANA) as way:
        beside = Terminal(way, capsys)
        code, out, _ = await beside.types("declare", "the shop is slow", "--priority", "P3", "--private")
        assert (code, out.splitlines()[0]) == (0, "INC-1 · P3 declared · the shop is slow")
        code, _, err = await beside.types("verify", "INC-1", "me")
        assert code == NO
        assert err.startswith("Not done: INC-1 is declared")
        assert "INC-1" in (await beside.types("list"))[1]
    assert (await served.workplace.timeline())[0].event.by == DANA
    assert "INC-1" not in (await terminal.types("list"))[1]  # it is private, and the terminal is Bo's
    kept = [(one.actor, one.actor_kind, one.verb, one.detail) for one in await served.workplace.audit()]
    assert ("operator", "operator", f"as {DANA}", "declare") in kept
    assert [one[:3] for one in kept].count((DANA, "person", "verify")) == 1


async def test_whoever_ignores_an_alert_is_told_until_when(served: Served, terminal: Terminal) -> None:
    async with served.store.write() as tx:
        await tx.keep_alerts([FIRING])
    until = showing.when((NOON + timedelta(hours=1)).isoformat())
    told = f"Nobody is asked about alert {FIRING.number} until {until}.\n"
    assert await terminal.types("alerts-ignore", str(FIRING.number), "60m") == (0, told, "")


def test_times_are_read_where_somebody_is_and_people_from_mentions() -> None:
    at = Typed(r.AddNote.__annotations__["happened_at"])
    told = at.convert("2026-03-04T12:00Z", None, None)
    assert told == "2026-03-04T12:00:00Z"
    assert Typed(timedelta).convert("30m", None, None) == "30m"
    assert Typed(int).convert("7", None, None) == 7
    assert [Typed(float).convert(typed, None, None) for typed in ("30%", "0.5", "7")] == [30, 0.5, 7]
    with pytest.raises(click.BadParameter, match="is no number"):
        Typed(float).convert("half", None, None)
    with pytest.raises(click.BadParameter, match="no number"):
        Typed(int).convert("seven", None, None)


def test_as_processes_it_says_what_is_missing_and_completes(tmp_path: Path) -> None:
    nowhere = muster("incident", "list", cwd=tmp_path)
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "MUSTER_URL" in nowhere.stderr
    assert "--as U0123" in nowhere.stderr
    beside = muster("incident", "list", "--as", "U0BO", cwd=tmp_path)
    assert (beside.returncode, beside.stdout, list(tmp_path.iterdir())) == (1, "", [])
    assert beside.stderr.startswith("There is no database here.")
    unsafe = muster("incident", "list", cwd=tmp_path, MUSTER_URL="http://muster.example", MUSTER_TOKEN="mst_x")
    assert unsafe.returncode == 2
    assert "https://" in unsafe.stderr
    assert muster("incident", "nosuch", cwd=tmp_path).returncode == 2
    script = muster("completion", "zsh", cwd=tmp_path)
    assert script.returncode == 0
    assert "_MUSTER_COMPLETE" in script.stdout
    completed = muster(cwd=tmp_path, _MUSTER_COMPLETE="bash_complete", COMP_WORDS="muster incident mi", COMP_CWORD="2")
    assert "mitigate" in completed.stdout


async def test_a_shell_is_offered_what_muster_has_names_for(served: Served, tmp_path: Path) -> None:
    await served.does(Person(DANA), r.Declare(Declaration("the shop\nis slow")))
    await served.does(Person(DANA), r.Declare(Declaration("search is slow"), anyway=True))
    await served.does(Person(DANA), r.Cancel("a test"), "INC-2")
    token = await served.token(Person(BO))

    def run(_: object) -> NoReturn:
        raise AssertionError("nothing is done for Tab")

    @asynccontextmanager
    async def reach(_: str | None) -> AsyncIterator[Asking]:
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
            yield OverHttp(session, f"http://127.0.0.1:{served.port}")

    shell = ShellComplete(click.Group(commands=commands(run, reach)), {}, "muster", "_MUSTER_COMPLETE")

    async def offered(*typed: str) -> list[tuple[str, str | None]]:
        found = await asyncio.to_thread(shell.get_completions, list(typed[:-1]), typed[-1])
        return [(one.value, one.help) for one in found]

    assert await offered("show", "inc") == [("INC-1", "the shop is slow")]
    assert await offered("reopen", "INC-2") == [("INC-2", "search is slow")]
    assert await offered("merge", "INC-1", "INC-9") == []
    assert ("checkout", "Checkout") in await offered("declare", "--service", "che")
    assert [value for value, _ in await offered("runbook", "INC-1", "--wanted", "")] == [ROLLBACK.slug]
    assert [value for value, _ in await offered("step", "INC-1", ROLLBACK.slug[:2])] == [ROLLBACK.slug]
    typed = {"COMP_WORDS": "muster incident show INC", "COMP_CWORD": "3", "_MUSTER_COMPLETE": "bash_complete"}
    silent = await asyncio.to_thread(muster, cwd=tmp_path, MUSTER_URL="http://127.0.0.1:9", MUSTER_TOKEN=token, **typed)
    assert (silent.stdout.strip(), silent.stderr) == ("", "")
