"""The one way in. Whatever the door: find the incident, see whether the caller may know of it, admit them, decide,
record, and audit what is refused."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from bot.domain.ids import IncidentNumber
from bot.domain.refusal import Refusal
from bot.door.caller import Caller
from bot.store import Audited
from bot.verbs.requests import Request, people_in, required_words
from bot.verbs.table import VERBS
from bot.verbs.verb import About, Call, Dependencies
from bot.workflows.admitting import admit
from bot.workflows.context import Context
from bot.workflows.seeing import find_visible

T = TypeVar("T")


class WhichIncident(Refusal):
    """`{verb}` needs to know which incident. Name it by its reference, such as `INC-42`."""


class Wordless(Refusal):
    """`{verb}` needs some words: {what} is empty."""


async def perform(dependencies: Dependencies, caller: Caller, request: Request[T], reference: str | None = None) -> T:
    """Do what is wanted, once per request, about the incident of that reference (`INC-42`), else of the caller's
    channel. Raises Refusal; then nothing was recorded but that it was refused."""
    verb = VERBS[type(request)]
    async with admission(dependencies, caller, verb.name, verb.about, reference) as admitted:
        return await admitted.perform(request)


@asynccontextmanager
async def admission(
    dependencies: Dependencies, caller: Caller, verb: str, about: About, reference: str | None = None
) -> AsyncIterator["Admission"]:
    """Let somebody in who may use the verb, for a door that reads the request only then. What is refused in the body
    is audited, whoever refuses it."""
    admitted = Admission(dependencies, caller, verb, reference)
    try:
        admitted.number = await _find(dependencies.context, caller, verb, about, reference)
        await admitted.admit([verb])
        yield admitted
    except Refusal as refusal:
        await admitted.keep(refusal)
        raise


class Admission:
    """Somebody who was let in, and the incident that they may see."""

    def __init__(self, dependencies: Dependencies, caller: Caller, verb: str, reference: str | None) -> None:
        self.dependencies = dependencies
        self.caller = caller
        self.number: IncidentNumber | None = None
        self._verb = verb
        self._reference = reference
        self._admitted: set[str] = set()
        self._kept: Refusal | None = None

    async def perform(self, request: Request[T], request_id: str | None = None) -> T:
        """Do what is wanted. What the policy narrows is asked for each name once. `request_id`: for a door that learns
        it only from the request itself. Raises Refusal."""
        verb = VERBS[type(request)]
        caller = self.caller if request_id is None else replace(self.caller, request_id=request_id)
        try:
            await self.admit([verb.name, *verb.further(request)])
            for name, text in required_words(request).items():
                if not text.strip():
                    raise Wordless(verb=verb.name, what=name)
            profiles = {user: await self.dependencies.look_up(user) for user in people_in(request)}
            number = None if verb.about is About.NOTHING else self.number
            answer: T = await verb.does(Call(verb.name, self.dependencies, caller, number, profiles), request)
            return answer
        except Refusal as refusal:
            await self.keep(refusal)
            raise

    async def admit(self, names: Iterable[str]) -> None:
        """Raises NotForYou."""
        for name in names:
            if name not in self._admitted:
                await admit(self.dependencies.context, name, self.number, self.caller.actor)
                self._admitted.add(name)

    async def keep(self, refusal: Refusal) -> None:
        """Audit a refusal, once."""
        if refusal is not self._kept:
            self._kept = refusal
            await keep_refusal(self.dependencies.context, self.caller, self._verb, self._reference, refusal)


async def keep_refusal(context: Context, caller: Caller, verb: str, reference: str | None, refusal: Refusal) -> None:
    """Keep that somebody was refused, and of what kind the refusal was; nothing of what they wrote."""
    async with context.store.write() as tx:
        number = IncidentNumber(int(reference.partition("-")[2])) if reference else None
        if number is None and caller.channel is not None:
            number = await tx.number_of_channel(caller.channel)
        kind = type(refusal).__name__
        await tx.keep_audit(Audited.of(context.now(), caller.actor, verb, number, "refused", kind))


async def _find(
    context: Context, caller: Caller, verb: str, about: About, reference: str | None
) -> IncidentNumber | None:
    """The incident meant: that of the reference, else the one whose channel it is."""
    if about is About.NOTHING:
        return None
    if reference is not None:
        return await find_visible(context, reference, caller.actor, caller.channel)
    number = None
    if caller.channel is not None:
        async with context.store.read() as tx:
            number = await tx.number_of_channel(caller.channel)
    if number is None and about is About.AN_INCIDENT:
        raise WhichIncident(verb=verb)
    return number
