"""`muster incident …`: every verb on the command line, by the API or, on the machine itself, by the database.

The commands are made from the API's table of routes, and both ways lead through it: what may be done, and what is
refused in which words, is the same.
"""

import json
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, NoReturn, Union, get_args, get_origin

import click

from bot.commands.dates_and_times import clock_time, is_moment
from bot.domain.ids import SlackUserId
from bot.domain.named import MENTION
from bot.domain.refusal import Refusal
from bot.operator import showing
from bot.operator.asking import Reach, asking
from bot.operator.commands import DONE, NO, WRONG, say
from bot.operator.completing import Complete, completing
from bot.operator.zone import local_zone
from bot.web.api import reads, writes
from bot.web.api.asking import Asking, Refused
from bot.web.api.reads import MOST
from bot.web.api.route import Route
from bot.web.api.values import Key, shape_of

READS: Final = {
    "list": "listIncidents",
    "show": "showIncident",
    "timeline": "readTimeline",
    "transcript": "readTranscript",
    "updates": "readUpdates",
    "people": "readPeople",
    "followups": "readFollowUps",
    "oncall": "showOnCall",
    "alerts": "listAlerts",
    "metrics": "showMetrics",
}
"""Command → the operation that it shows."""
WHOLE: Final = {"readTimeline": "entries", "readTranscript": "messages"}
"""What is read to its end, page by page: operation → the list in its answer."""
USAGE: Final = frozenset({"invalid", "not_json", "scope_missing"})
"""Codes of what is wrong with the command or the token, not with the incident."""


Run = Callable[[Callable[[], Coroutine[Any, Any, int]]], NoReturn]
"""Ends with the exit code of some work."""


def commands(run: Run, reach: Reach = asking) -> dict[str, click.Command]:
    """Every command, by its name."""
    made = Commands(run, reach)
    by_name = {one.name: one for one in (*reads.READS, *writes.WRITES)}
    found = {command: made.command(command, by_name[name]) for command, name in READS.items()}
    for route in writes.WRITES:
        name = "declare" if route.name == "declare" else name_of(route.path)
        found[name] = made.command(name, route)
    return found


def name_of(path: str) -> str:
    """The command that does what is done at an address."""
    return path.removeprefix("/incidents/{ref}").strip("/").replace("/", "-")


DECIMAL = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) ?%?", re.ASCII)


class Typed(click.ParamType[Any]):
    """What somebody types, as JSON of the API has it; instants are read in the zone of this machine."""

    def __init__(self, hint: Any) -> None:
        self._hints = _parts(hint)
        self.name = "text"
        if self._is(timedelta):
            self.name = "duration or time" if self._is(datetime) else "duration"
        elif self._is(datetime):
            self.name = "time"
        elif self._is(int) or self._is(float):
            self.name = "number"
        elif self._is(date):
            self.name = "date"
        elif self._is(SlackUserId):
            self.name = "person"

    def _is(self, hint: Any) -> bool:
        return hint in self._hints

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        if self._is(datetime) and is_moment(value):
            zone = local_zone()
            try:
                at = clock_time(value, zone, datetime.now(UTC))
            except Refusal as no:
                self.fail(str(no), param, ctx)
            return at.isoformat().replace("+00:00", "Z")
        if self._is(int):
            return int(value) if value.isascii() and value.isdecimal() else self.fail("is no number", param, ctx)
        if self._is(float):
            found = DECIMAL.fullmatch(value)
            return float(found[1]) if found else self.fail("is no number", param, ctx)
        if self._is(SlackUserId) and (found := MENTION.fullmatch(value)):
            return found["user"]
        if any(isinstance(one, type) and hasattr(one, "__dataclass_fields__") for one in self._hints) or any(
            get_origin(one) is not None for one in self._hints
        ):
            try:
                return json.loads(value)
            except ValueError:
                self.fail("must be JSON", param, ctx)
        return value


def _parts(hint: Any) -> tuple[Any, ...]:
    """What a field may be, without what marks it and without nothing."""
    if get_origin(hint) is Annotated:
        return _parts(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        return tuple(part for one in get_args(hint) if one is not NoneType for part in _parts(one))
    return (hint,)


def _kind(hint: Any) -> click.ParamType[Any]:
    (first, *others) = _parts(hint)
    if not others and get_origin(first) is Literal:
        return click.Choice([one.value for one in get_args(first)], case_sensitive=False)
    if not others and isinstance(first, type) and issubclass(first, Enum):
        return click.Choice([str(one.value) for one in first], case_sensitive=False)
    return Typed(hint)


class Commands:
    """Makes commands of routes."""

    def __init__(self, run: Run, reach: Reach) -> None:
        self._run = run
        self._reach = reach

    def command(self, name: str, route: Route) -> click.Command:
        params: list[click.Parameter] = []
        if "{ref}" in route.path:
            params.append(click.Argument(["ref"], metavar="INC-n", shell_complete=self._completing("ref")))
        keys = list(route.body.keys) if route.body else list(shape_of(route.query).keys) if route.query else []
        if route.name in WHOLE:
            keys = []
        required = [one for one in keys if one.is_required]
        for one in required:
            params.append(_argument(one, self._completing(one.name), takes_rest=one is required[-1]))
        params += [_option(one, self._completing(one.name)) for one in keys if not one.is_required]
        if route.name == "listIncidents":
            params.append(click.Option(["--all", "every"], is_flag=True, help="Those that are over, too."))
        params += [
            click.Option(["--as", "user"], metavar="U0123", help="By the database on this machine, as this person."),
            click.Option(["--json", "as_json"], is_flag=True, help="Print the answer as JSON."),
        ]

        def callback(user: str | None, as_json: bool, ref: str = "", every: bool = False, **values: Any) -> None:
            given = {one.name: _sent(one, values[_python(one)]) for one in keys}
            asked = {key: value for key, value in given.items() if value is not None}
            if route.name == "listIncidents" and not every and not asked.keys() & {"open", "status"}:
                asked["open"] = True
            self._run(lambda: _ask(self._reach, route, ref, asked, user, as_json=as_json))

        return click.Command(name, callback=callback, params=params, help=f"{route.summary}.", short_help=route.summary)

    def _completing(self, key: str) -> Complete | None:
        return completing(self._reach, key)


def _python(key: Key) -> str:
    """The name under which click gives it."""
    return f"given_{key.name}"


def _argument(key: Key, complete: Complete | None, *, takes_rest: bool) -> click.Argument:
    """The last text takes the rest of the line, so that it needs no quotes."""
    (first, *_) = _parts(key.hint)
    is_list, is_text = get_origin(first) is tuple, first is str
    metavar = key.name.upper().replace("_", "-")
    if first is bool:
        return click.Argument([_python(key)], metavar="on|off", type=click.Choice(["on", "off"]))
    if is_list:
        return click.Argument(
            [_python(key)], metavar=f"{metavar}…", nargs=-1, required=True, type=Typed(get_args(first)[0])
        )
    if takes_rest and is_text:
        return click.Argument([_python(key)], metavar=f"{metavar}…", nargs=-1, required=True, shell_complete=complete)
    kind = _kind(key.hint)
    shown = None if isinstance(kind, click.Choice) else metavar
    return click.Argument([_python(key)], metavar=shown, type=kind, shell_complete=complete)


def _option(key: Key, complete: Complete | None) -> click.Option:
    flag = key.name.replace("_", "-")
    (first, *_) = _parts(key.hint)
    if first is bool:
        both = f"--{flag}/--no-{flag}" if key.default is None else f"--{flag}"
        return click.Option([both, _python(key)], is_flag=True, default=None)
    if get_origin(first) is tuple:
        return click.Option([f"--{flag}", _python(key)], multiple=True, type=_kind(get_args(first)[0]))
    return click.Option([f"--{flag}", _python(key)], type=_kind(key.hint), shell_complete=complete)


def _sent(key: Key, value: Any) -> Any:
    """As the API takes it; None for what was not given."""
    if value is None or (isinstance(value, tuple) and not value):
        return None
    (first, *_) = _parts(key.hint)
    if isinstance(value, tuple):
        return " ".join(value) if first is str else list(value)
    if first is bool and value in ("on", "off"):
        return value == "on"
    return value


async def _ask(
    reach: Reach, route: Route, ref: str, given: Mapping[str, Any], user: str | None, *, as_json: bool
) -> int:
    path = {"ref": ref} if ref else {}
    try:
        async with reach(user) as way:
            found = await _asked(way, route, path, given)
    except Refused as no:
        return _say_no(no.problem)
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        showing.show(route.name, found)
    if found.get("next"):
        say("There are more: narrow the list, or raise --limit.")
    return DONE


async def _asked(way: Asking, route: Route, path: Mapping[str, str], given: Mapping[str, Any]) -> Any:
    if not route.is_reading:
        return await way.ask(route, path, {}, given)
    query = {name: _in_query(value) for name, value in given.items()}
    if route.name not in WHOLE:
        return await way.ask(route, path, query, {})
    items: list[Any] = []
    people: dict[str, str] = {}
    while True:
        page = await way.ask(route, path, {**query, "limit": [str(MOST)]}, {})
        items += page[WHOLE[route.name]]
        people |= page["people"]
        if page["next"] is None:
            return {**page, WHOLE[route.name]: items, "people": people}
        query["after"] = [page["next"]]


def _in_query(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _say_no(problem: Mapping[str, Any]) -> int:
    """Why, on stderr, with what to do; the exit code."""
    code, status = str(problem.get("code", "")), int(problem.get("status", 0))
    told: Sequence[Mapping[str, str]] = problem.get("errors", ())
    say(f"Not done: {problem.get('detail', '')}")
    if len(told) > 1:
        for one in told:
            say(f"  {one['pointer'].lstrip('/')} {one['detail']}")
    if status == 401:
        say("MUSTER_TOKEN is not good there. `muster token create` on Muster's machine makes another.")
    return WRONG if code in USAGE or status == 401 else NO
