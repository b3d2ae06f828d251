"""What an incident teaches becomes a proposed change to a runbook, or a runbook of its own."""

import asyncio
from typing import TypeVar

from bot.domain import lessons
from bot.domain.amending import ChangedMeanwhile
from bot.domain.incident import Incident
from bot.domain.labels import labelled, nameless
from bot.domain.new_runbook import draft
from bot.domain.sections import mark_of
from bot.domain.texts import texts
from bot.review import without_secrets
from bot.store import Reading, Writing
from bot.verbs import requests as r
from bot.verbs.verb import Call
from bot.workflows.context import Decided, Outcome, answer_once, load, look_at

T = TypeVar("T")


async def propose_change(call: Call, want: r.ProposeChange) -> Outcome:
    """The file is read before anything is decided, so that nothing waits for a disk. Raises NoSuchLesson and the other
    refusals of `lessons`, ChangedMeanwhile, CannotBeAmended."""
    async with call.context.store.read() as tx:
        incident = await look_at(tx, call.number)
        lesson = lessons.taught(incident, await tx.written(call.number), want.lesson)
        lesson, words = await _in_names(tx, (lesson, want.words))
    runbook = lessons.meant(lesson, call.runbooks, want.slug)
    if want.seen and want.seen != mark_of(runbook.body):
        raise ChangedMeanwhile(title=runbook.title, slug=runbook.slug)
    change = lessons.amendment(lesson, runbook, incident, words, _clean)
    amended = await asyncio.to_thread(runbook.amended, change)

    async def decide(tx: Writing) -> Decided:
        it = await load(tx, call.number)
        made = lessons.propose(
            it, call.by, runbook, lesson, change, amended.before, amended.after, call.now, call.policy
        )
        return Decided(call.number, it, made)

    return await answer_once(call.context, call.caller, decide)


async def propose_runbook(call: Call, _: r.ProposeRunbook) -> Outcome:
    """Raises HasOneAlready, NothingWasDone."""
    async with call.context.store.read() as tx:
        incident = await look_at(tx, call.number)
        events = tuple(one.event for one in await tx.timeline(call.number))
        incident, events = await _in_names(tx, (incident, events))
        workspace = await tx.workspace()
    link = _address(workspace.url if workspace else None, incident)
    made = await asyncio.to_thread(draft, incident, events, call.runbooks, link, _clean)

    async def decide(tx: Writing) -> Decided:
        it = await load(tx, call.number)
        new = lessons.propose_new(it, call.by, made.slug, made.title, made.content, call.now, call.policy)
        return Decided(call.number, it, new)

    return await answer_once(call.context, call.caller, decide)


async def _in_names(tx: Reading, value: T) -> T:
    """The same value with the names of groups and channels, as far as they are known."""
    return labelled(value, await tx.names(nameless(texts(value))))


def _clean(text: str) -> str:
    return without_secrets(text)[0]


def _address(workspace: str | None, incident: Incident) -> str:
    return f"{workspace.rstrip('/')}/archives/{incident.channel}" if workspace and incident.channel else ""
