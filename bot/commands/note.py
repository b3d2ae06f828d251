"""`note`: write something into the timeline, at the time it happened; say it otherwise, or take it back."""

from bot.blocks.forms import question_form
from bot.blocks.lists import note_list
from bot.commands.command import Command, TypedInvocation, done, require, say
from bot.commands.dates_and_times import clock_time
from bot.commands.forms import opening, submitting
from bot.commands.grammar import MOMENT, Shape
from bot.commands.read_as_text import numbered
from bot.door.reply import Reply
from bot.verbs.requests import AddNote, AmendNote, RetractNote

EXAMPLE = "note First alert, checkout probes fail at:14:05"
WHAT = ("amend", "retract")
"""What may be said of a note that stands: `amend 2 <text>`, `retract 2 <reason>`."""


async def handle(invocation: TypedInvocation) -> Reply:
    if not invocation.text and not invocation.parsed.values:
        incident = await invocation.incident()
        return say(note_list(incident, await invocation.in_names(incident.notes)))
    if invocation.text.lower() == "add" and not invocation.parsed.values:
        return OPEN_FORM(invocation)
    if one := numbered("note", invocation.text, WHAT):
        return await _about_one(invocation, one.what, one.number, one.rest)
    text = require(invocation.text, "Say what happened, for example", EXAMPLE)
    typed = invocation.parsed.values.get("at")
    happened_at = clock_time(typed, await invocation.timezone(), invocation.context.now()) if typed else None
    return done(await invocation.perform(AddNote(text, happened_at)))


async def _about_one(invocation: TypedInvocation, what: str, number: int, rest: str) -> Reply:
    if what == "amend":
        text = require(rest, "Say how it should read, for example", f"note amend {number} the second alert, at 14:07")
        return done(await invocation.perform(AmendNote(number, text)))
    reason = require(rest, "Say why, for example", f"note retract {number} it was another service")
    return done(await invocation.perform(RetractNote(number, reason)))


OPEN_FORM = opening("Note", lambda incident, _: question_form(incident, "note"), lambda _: None)
COMMAND = Command(
    name="note",
    summary="add to the timeline; at: says when it happened, in your own time zone; add: a form; alone: list them. "
    "amend 2 <text>, retract 2 <reason>",
    usage="note <text> [at:14:05]",
    example=EXAMPLE,
    handle=handle,
    submit=submitting(AddNote, "Say what happened."),
    shape=Shape(keys={"at": MOMENT}),
)
