"""The one way in. Whatever the door: find the incident, see whether the caller may know of it, admit them, decide,
record, and audit what is refused."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from bot.domain.ids import IncidentNumber, number_of, ref
from bot.domain.refusal import Refusal
from bot.domain.who_may_know import Need
from bot.door.caller import Caller
from bot.door.under_way import note
from bot.store import Audited
from bot.verbs.requests import Request, people_in, required_words
from bot.verbs.table import VERBS, need_of
from bot.verbs.verb import About, Call, Dependencies
from bot.workflows.admitting import admit
from bot.workflows.context import Context, answered_before
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
    note(action=verb, incident=reference)
    try:
        await admitted.find(about)
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
        self._viewer = dependencies.viewer(caller)
        self._allowed: Need | None = None
        self._admitted: set[str] = set()

    async def perform(self, request: Request[T], request_id: str | None = None) -> T:
        """Do what is wanted. What the policy narrows is asked for each name once. `request_id`: for a door that learns
        it only from the request itself. Raises Refusal."""
        verb = VERBS[type(request)]
        caller = self.caller if request_id is None else replace(self.caller, request_id=request_id)
        try:
            await self.require(verb.need, verb.name)
            further = verb.further(request)
            for name in further:
                await self.require(need_of(name), name)
            await self.admit([verb.name, *further])
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

    async def find(self, about: About) -> None:
        """The incident meant: that of the reference, else the one whose channel it is. Raises NotFound for what the
        caller may not know of, WhichIncident."""
        if about is About.NOTHING:
            return
        if self._reference is not None:
            await self.require(need_of(self._verb), self._verb)
            return
        if self.caller.channel is not None:
            async with self.dependencies.context.store.read() as tx:
                self.number = await tx.number_of_channel(self.caller.channel)
        if self.number is not None:
            note(incident=ref(self.number))
        if self.number is None and about is About.AN_INCIDENT:
            raise WhichIncident(verb=self._verb)

    async def require(self, need: Need, verb: str) -> None:
        """Raises ForItsMembers, JoinFirst. Whoever typed in the incident's channel is in it. Where the policy says who
        may use a verb, that decides who may end or re-classify with it."""
        if self._reference is None:
            return
        if need is Need.BELONG and verb in self.dependencies.context.policy.access:
            need = Need.READ
        if self._allowed is None or need > self._allowed:
            self.number = await self._found(self._reference, need)
            self._allowed = need

    async def _found(self, reference: str, need: Need) -> IncidentNumber:
        """A second delivery gets the answer of the first, also where that ended the caller's part in the incident."""
        try:
            return await find_visible(self.dependencies.context, reference, self._viewer, need)
        except Refusal:
            earlier = await answered_before(self.dependencies.context, self.caller)
            if earlier is None or earlier.incident.ref != reference:
                raise
            return earlier.incident.number

    async def admit(self, names: Iterable[str]) -> None:
        """Raises NotForYou."""
        for name in names:
            if name not in self._admitted:
                await admit(self.dependencies.context, name, self.number, self.caller.actor)
                self._admitted.add(name)

    async def keep(self, refusal: Refusal) -> None:
        """Audit a refusal, once, also where one admission was asked within another."""
        if not refusal.is_audited:
            refusal.is_audited = True
            await keep_refusal(self.dependencies.context, self.caller, self._verb, self._reference, refusal)


async def keep_refusal(context: Context, caller: Caller, verb: str, reference: str | None, refusal: Refusal) -> None:
    """Keep that somebody was refused, and of what kind the refusal was; nothing of what they wrote."""
    async with context.store.write() as tx:
        number = number_of(reference) if reference else None
        if number is None and caller.channel is not None:
            number = await tx.number_of_channel(caller.channel)
        kind = type(refusal).__name__
        await tx.keep_audit(Audited.of(context.now(), caller.actor, verb, number, "refused", kind))
