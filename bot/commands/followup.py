"""`followup`: what is to be done afterwards, by whom and by when, and what became of it."""

import re
from dataclasses import replace
from datetime import date

from bot.blocks.forms import follow_up_form
from bot.blocks.lists import follow_up_list
from bot.commands.command import Command, Invocation, Missing, SubmittedInvocation, TypedInvocation, done, require, say
from bot.commands.dates_and_times import calendar_date
from bot.commands.forms import field
from bot.commands.grammar import DATE, Key, Mention, Shape, mentions, one_of
from bot.commands.read_as_text import numbered
from bot.domain.ids import SlackUserId
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import FollowUpState, Priority
from bot.door.reply import FormErrors, OpenForm, Reply, View
from bot.verbs.requests import AgreeFollowUp, ChangeFollowUp, EndFollowUp
from bot.workflows.context import require_writable

EXAMPLE = "followup Alert when a backup is missing @chen due:2026-12-01"
WHAT = ("done", "drop", "change")
"""What may be said of one that was agreed: `done 2`, `drop 2 <reason>`, `change 2 @owner due:…`."""


class NoAddress(Refusal):
    """“{typed}” isn't a web address. For example `link:https://tracker.example/OPS-7`."""


ADDRESS = re.compile(r"<?(?P<scheme>https?://)?(?P<rest>[^\s<>|]{1,1000})(?:\|[^\s<>|]*)?>?", re.IGNORECASE)
HOST = re.compile(r"([\w-]+\.)+[a-z]{2,}(?=[/:?#]|$).*", re.IGNORECASE)


def _address(_: str, typed: str) -> str:
    """The address itself, of one that Slack marked up too. One without a scheme is `http://`, as it is in Slack."""
    found = ADDRESS.fullmatch(typed)
    if found is None or not (found["scheme"] or HOST.fullmatch(found["rest"])):
        raise NoAddress(typed=typed[:60])
    return (found["scheme"] or "http://") + found["rest"]


async def handle(invocation: TypedInvocation) -> Reply:
    if not invocation.text and not invocation.parsed.values:
        incident = await invocation.incident()
        return say(follow_up_list(incident, await invocation.in_names(incident.follow_ups)))
    if invocation.text.lower() == "add":
        return OpenForm("Agree on a follow-up", lambda: form(invocation))
    if one := numbered("followup", invocation.text, WHAT):
        return await _about_one(invocation, one.what, one.number, one.rest)
    text, owner = _owner(invocation.text)
    text = require(text, "Say what needs doing, for example", EXAMPLE)
    said = _said(invocation)
    today = await _today(invocation) if said[0] else None
    return done(await invocation.perform(AgreeFollowUp(text, owner, *said, today)))


async def _about_one(invocation: TypedInvocation, what: str, number: int, rest: str) -> Reply:
    if what == "done":
        return done(await invocation.perform(EndFollowUp(number, FollowUpState.DONE, rest)))
    if what == "drop":
        why = require(rest, "Say why, for example", f"followup drop {number} the service is retired")
        return done(await invocation.perform(EndFollowUp(number, FollowUpState.DROPPED, why)))
    left, owner = _owner(rest)
    change = ChangeFollowUp(number, owner, *_said(invocation))
    if left or change == ChangeFollowUp(number):
        example = f"followup change {number} @chen"
        raise Missing(what="Say owner, due date, priority or link, for example", example=example)
    today = await _today(invocation) if change.due else None
    return done(await invocation.perform(replace(change, today=today)))


async def _today(invocation: Invocation) -> date:
    """The day where the person is."""
    return invocation.context.now().astimezone(await invocation.timezone()).date()


def _owner(typed: str) -> tuple[str, SlackUserId | None]:
    return one_owner(typed, "A follow-up has one owner, for example", EXAMPLE)


def one_owner(typed: str, told: str, example: str) -> tuple[str, SlackUserId | None]:
    """The text without the one person named in it, and that person. Raises Missing where there are more."""
    found, text = mentions(typed)
    people = [one.user for one in found if isinstance(one, Mention)]
    if len(found) > 1 or len(people) != len(found):
        raise Missing(what=told, example=example)
    return " ".join(text.split()), people[0] if people else None


async def form(invocation: TypedInvocation) -> View:
    return follow_up_form(require_writable(await invocation.incident(), invocation.number))


async def submit(invocation: SubmittedInvocation) -> Reply:
    sent = invocation.sent
    text = " ".join(field(sent, "text").split())
    if not text:
        return FormErrors({"text": "Say in a sentence what is to be done."})
    try:
        link = _address("link", typed) if (typed := field(sent, "link")) else None
        due = calendar_date(typed) if (typed := field(sent, "due")) else None
    except NoAddress as no:
        return FormErrors({"link": str(no)})
    owner = SlackUserId(chosen) if (chosen := field(sent, "owner")) else None
    priority = Priority(chosen) if (chosen := field(sent, "priority")) else None
    today = await _today(invocation) if due else None
    return done(await invocation.perform(AgreeFollowUp(text, owner, due, priority, link, today)))


def _said(invocation: TypedInvocation) -> tuple[date | None, Priority | None, str | None]:
    """Due date, priority and link, as far as they were typed."""
    values = invocation.parsed.values
    return values.get("due"), values.get("priority"), values.get("link")


COMMAND = Command(
    name="followup",
    summary="agree on work for afterwards: who does what, by when; add: a form; alone: list them. done 2, "
    "drop 2 <reason>, change 2 @owner",
    usage="followup <text> @owner due:2026-12-01 [priority:P2] [link:https://…]",
    example=EXAMPLE,
    handle=handle,
    submit=submit,
    shape=Shape(
        keys={"due": DATE, "priority": one_of(*Priority), "link": Key(_address, "https://tracker.example/OPS-7")}
    ),
)
