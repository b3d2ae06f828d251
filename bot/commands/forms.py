"""Forms: reading what came back from one, and verbs that ask for their words in one."""

from collections.abc import Awaitable, Callable, Iterable

from bot.blocks.forms import QUESTIONS, question_form
from bot.commands.command import Command, Invocation, SubmittedInvocation, TypedInvocation, done
from bot.domain.ids import SlackUserId
from bot.domain.incident import Incident
from bot.domain.status import require_not_over
from bot.door.inbound import Changed, Submitted
from bot.door.reply import FormErrors, OpenForm, Reply, View
from bot.verbs.requests import Request
from bot.workflows.context import Context, Outcome, require_writable

May = Callable[[Incident], None]
"""Refuses what an incident does not take, before its form is filled in."""


def field(sent: Submitted | Changed, name: str) -> str:
    """The text of a field; empty when it was left empty."""
    value = sent.values.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def chosen(sent: Submitted | Changed, name: str) -> tuple[str, ...]:
    """The values ticked in a field."""
    value = sent.values.get(name, ())
    return (value,) if isinstance(value, str) else tuple(value)


def opening(
    title: str, draw: Callable[[Incident, Invocation], View], may: May = require_not_over
) -> Callable[[TypedInvocation], OpenForm]:
    """Opens a form about the incident, as it is then."""

    async def form(invocation: TypedInvocation) -> View:
        async with invocation.context.store.read() as tx:
            incident = require_writable(await tx.incident(invocation.number), invocation.number)
        may(incident)
        return draw(incident, invocation)

    return lambda invocation: OpenForm(title, lambda: form(invocation))


def worded(
    name: str,
    summary: str,
    usage: str,
    example: str,
    request: Callable[[str], Request[Outcome]],
    missing: str,
    may: May = require_not_over,
) -> Command:
    """A command whose whole text is what its request says; alone it opens a form that asks for it. `missing`: what is
    said to a form that was left empty."""
    opens = opening(QUESTIONS[name].title, lambda incident, _: question_form(incident, name), may)

    async def handle(invocation: TypedInvocation) -> Reply:
        text = invocation.text.strip()
        return done(await invocation.perform(request(text))) if text else opens(invocation)

    return Command(name, f"{summary}; alone: a form", usage, example, handle, submit=submitting(request, missing))


def or_form(
    read: Callable[[TypedInvocation], Request[Outcome]], title: str, draw: Callable[[Incident, Invocation], View]
) -> Callable[[TypedInvocation], Awaitable[Reply]]:
    """For a command whose text is one request; alone it opens a form."""
    opens = opening(title, draw)

    async def handle(invocation: TypedInvocation) -> Reply:
        return done(await invocation.perform(read(invocation))) if invocation.text.strip() else opens(invocation)

    return handle


def submitting(
    request: Callable[[str], Request[Outcome]], missing: str
) -> Callable[[SubmittedInvocation], Awaitable[Reply]]:
    """Takes the form of one field."""

    async def submit(invocation: SubmittedInvocation) -> Reply:
        what = field(invocation.sent, "what")
        return done(await invocation.perform(request(what))) if what else FormErrors({"what": missing})

    return submit


async def known_names(context: Context, users: Iterable[SlackUserId] | None = None) -> dict[SlackUserId, str]:
    """What people are called, for texts in which they are named and not mentioned. `users`: of these alone."""
    async with context.store.read() as tx:
        return {user: person.name for user, person in (await tx.people(users)).items()}
