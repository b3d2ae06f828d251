"""Everything that people can do, as the control API and the page ask for it: one table of acts and their fields."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.sandbox.answers import NotThere
from bot.sandbox.people import Person
from bot.sandbox.state import View
from bot.sandbox.uploading import NoFile, named_content

Body = dict[str, Any]


class Wrong(Exception):
    """The request cannot be carried out; the text says why."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a field holds, in words, and how it is told whether it does."""

    name: str
    types: tuple[type, ...]


TEXT = Field("a text", (str,))
YES_OR_NO = Field("true or false", (bool,))
TEXTS = Field("a list of texts", (list,))
FILES = Field("a list of objects with name and text or base64", (list,))
VALUES = Field("an object", (dict,))
ANYTHING = Field("a value", (object,))


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that people do: how, with which fields, in a sentence."""

    carry_out: Callable[[Person, Body], Awaitable[Any]]
    about: str
    needs: Mapping[str, Field] = field(default_factory=dict)
    may_have: Mapping[str, Field] = field(default_factory=dict)

    def check(self, name: str, body: Body) -> None:
        """Raises Wrong with what is missing, unknown or of another kind, and what is known."""
        if missing := self.needs.keys() - body.keys():
            raise Wrong(f"{name} needs {', '.join(sorted(missing))}")
        known = {**self.needs, **self.may_have}
        if unknown := body.keys() - known.keys():
            listed = ", ".join(sorted(known)) or "no fields"
            raise Wrong(f"{name} does not know {', '.join(sorted(unknown))}; it knows: {listed}")
        for one, value in body.items():
            is_left_out = value is None and one in self.may_have
            if not is_left_out and not _fits(value, known[one]):
                raise Wrong(f"{name}: {one} must be {known[one].name}")


def _fits(value: Any, wanted: Field) -> bool:
    if isinstance(value, bool) and bool not in wanted.types:
        return wanted is ANYTHING
    if wanted is TEXTS:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if wanted is FILES:
        return isinstance(value, list) and all(isinstance(one, dict) for one in value)
    return isinstance(value, wanted.types)


async def _types(person: Person, body: Body) -> Any:
    return asdict(await person.types(body["text"], in_=body["in"]))


async def _says(person: Person, body: Body) -> Any:
    files = [_file(one) for one in body.get("files") or []]
    ts = await person.says(
        body["text"],
        in_=body["in"],
        thread_of=body.get("thread_of"),
        broadcast=bool(body.get("broadcast")),
        files=files,
    )
    return {"ok": True, "ts": ts}


def _file(given: Mapping[str, Any]) -> tuple[str, bytes]:
    try:
        return named_content(given)
    except NoFile as error:
        raise Wrong(str(error)) from None


async def _reads(person: Person, body: Body) -> Any:
    message = await person.reads(body["text"], in_=body.get("in"))
    return {"ok": True, "ts": message.ts, "text": message.text}


async def _searches(person: Person, body: Body) -> Any:
    found = [
        {"channel": channel.id, "ts": one.ts, "thread_ts": one.thread_ts, "user": one.user, "text": one.text}
        for channel, one in person.searches(body["text"])
    ]
    return {"ok": True, "found": found}


async def _opens_dm(person: Person, body: Body) -> Any:
    return {"ok": True, "channel": (await person.opens_dm(body["people"])).id}


async def _creates_channel(person: Person, body: Body) -> Any:
    made = await person.creates_channel(body["name"], is_private=bool(body.get("private")))
    return {"ok": True, "channel": made.id}


async def _clicks(person: Person, body: Body) -> Any:
    await person.fills(body.get("values") or {})
    where = {"in_": body.get("in"), "message": body.get("message"), "block": body.get("block")}
    return asdict(await person.clicks(body["what"], view=_view(person, body), **where))


async def _chooses(person: Person, body: Body) -> Any:
    await person.fills(body.get("values") or {})
    where = {"in_": body.get("in"), "message": body.get("message"), "block": body.get("block")}
    return asdict(await person.chooses(body["action_id"], body["value"], view=_view(person, body), **where))


async def _asks_options(person: Person, body: Body) -> Any:
    where = {"in_": body.get("in"), "message": body.get("message"), "block": body.get("block")}
    offered = await person.asks_options(body["action_id"], body["text"], view=_view(person, body), **where)
    return {"ok": True, **offered}


def _view(person: Person, body: Body) -> View | None:
    """The view that is meant, of those before the person: the modal on top, or App Home, which is `home` too."""
    wanted = body.get("view")
    if wanted is None:
        return None
    if wanted == "home" and person.home is not None:
        return person.home
    found = next((one for one in (person.view, person.home) if one is not None and one.id == wanted), None)
    if found is None:
        raise NotThere(f"{person.name} has no view {wanted} before them any more")
    return found


async def _submits(person: Person, body: Body) -> Any:
    answer = await person.submits(body.get("values"))
    view = {"title": answer.view.title, "blocks": answer.view.blocks} if answer.view else None
    return {"ok": answer.ok, "errors": dict(answer.errors), "timed_out": answer.timed_out, "view": view}


async def _shortcut(person: Person, body: Body) -> Any:
    return asdict(await person.runs_shortcut(body["callback_id"], on=body.get("on"), in_=body.get("in")))


IN, TS, CHANNEL = {"in": TEXT}, {"ts": TEXT}, {"channel": TEXT}
PLACE = {"in": TEXT, "message": TEXT, "block": TEXT, "view": TEXT}

PLACE_AND_VALUES = {**PLACE, "values": VALUES}
"""`values`: what stands in the fields of the view before the person."""
ACTS: Mapping[str, Act] = {
    "types": Act(_types, "Types a slash command.", {"text": TEXT, **IN}),
    "says": Act(
        _says, "Posts a message.", {"text": TEXT, **IN}, {"thread_of": TEXT, "broadcast": YES_OR_NO, "files": FILES}
    ),
    "edits": Act(
        lambda who, body: who.edits(body["ts"], body["text"], in_=body["in"]),
        "Changes a message of their own.",
        {**TS, "text": TEXT, **IN},
    ),
    "deletes": Act(
        lambda who, body: who.deletes(body["ts"], in_=body["in"]), "Takes back a message of their own.", {**TS, **IN}
    ),
    "reacts": Act(
        lambda who, body: who.reacts(body["emoji"], to=body["ts"], in_=body["in"]),
        "Reacts to a message.",
        {"emoji": TEXT, **TS, **IN},
    ),
    "unreacts": Act(
        lambda who, body: who.unreacts(body["emoji"], to=body["ts"], in_=body["in"]),
        "Takes back a reaction.",
        {"emoji": TEXT, **TS, **IN},
    ),
    "pins": Act(lambda who, body: who.pins(body["ts"], in_=body["in"]), "Pins a message.", {**TS, **IN}),
    "unpins": Act(lambda who, body: who.unpins(body["ts"], in_=body["in"]), "Takes away a pin.", {**TS, **IN}),
    "joins": Act(lambda who, body: who.joins(body["channel"]), "Comes into a public channel.", CHANNEL),
    "leaves": Act(lambda who, body: who.leaves(body["channel"]), "Leaves a channel.", CHANNEL),
    "invites": Act(
        lambda who, body: who.invites(who.other(body["person"]), to=body["to"]),
        "Brings somebody into a channel.",
        {"person": TEXT, "to": TEXT},
    ),
    "removes": Act(
        lambda who, body: who.removes(who.other(body["person"]), from_=body["from"]),
        "Puts somebody out of a channel.",
        {"person": TEXT, "from": TEXT},
    ),
    "archives": Act(lambda who, body: who.archives(body["channel"]), "Archives a channel.", CHANNEL),
    "unarchives": Act(lambda who, body: who.unarchives(body["channel"]), "Brings back an archived channel.", CHANNEL),
    "deletes_channel": Act(
        lambda who, body: who.deletes_channel(body["channel"]),
        "Deletes a channel with all that was said in it.",
        CHANNEL,
    ),
    "renames": Act(
        lambda who, body: who.renames(body["channel"], body["name"]),
        "Gives a channel another name.",
        {**CHANNEL, "name": TEXT},
    ),
    "creates_channel": Act(_creates_channel, "Makes a channel.", {"name": TEXT}, {"private": YES_OR_NO}),
    "sets_topic": Act(
        lambda who, body: who.sets_topic(body["topic"], in_=body["channel"]),
        "Says what a channel is about.",
        {**CHANNEL, "topic": TEXT},
    ),
    "opens_dm": Act(_opens_dm, "Opens direct messages with others.", {"people": TEXTS}),
    "marks_read": Act(
        lambda who, body: who.marks_read(body["channel"], body.get("ts")),
        "Has read up to a message, or all.",
        CHANNEL,
        TS,
    ),
    "reads": Act(_reads, "Waits until a text is shown.", {"text": TEXT}, IN),
    "searches": Act(_searches, "Looks for messages with some words, the newest first.", {"text": TEXT}),
    "clicks": Act(_clicks, "Clicks a button, by its label or action id.", {"what": TEXT}, PLACE_AND_VALUES),
    "chooses": Act(
        _chooses,
        "Chooses an option or several, or fills a field.",
        {"action_id": TEXT, "value": ANYTHING},
        PLACE_AND_VALUES,
    ),
    "asks_options": Act(
        _asks_options, "Types into a select whose options the app gives.", {"action_id": TEXT, "text": TEXT}, PLACE
    ),
    "runs_shortcut": Act(
        _shortcut, "Runs a shortcut of the app, global or on a message.", {"callback_id": TEXT}, {"on": TEXT, **IN}
    ),
    "submits": Act(_submits, "Fills in the open view and sends it.", {}, {"values": VALUES}),
    "closes": Act(
        lambda who, body: who.closes(everything=bool(body.get("all"))),
        "Closes the view on top, or all.",
        {},
        {"all": YES_OR_NO},
    ),
    "opens_home": Act(lambda who, _: who.opens_home(), "Looks at App Home."),
}
