"""Plays a story through the sandbox, on stepped incident time: real commands on the wire, the real bot behind it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.app import Started
from bot.blocks.answers import is_refusal
from bot.demo.clock import SteppedClock
from bot.demo.story import Story, StoryEvent
from bot.demo.view import View
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.sandbox import Person, Sandbox

ELSEWHERE = "general"
"""Where the incident is declared from."""

SETTLED_WITHIN = 30.0
"""Machine seconds in which everything under way must have come to rest."""


class StoryStalled(Exception):
    """The replay came to a stop; the text says at which event and what was still under way."""


@dataclass(slots=True)
class Player:
    """One replay of one story."""

    story: Story
    sandbox: Sandbox
    bot: Started
    clock: SteppedClock
    view: View
    pace: float | None = None
    """Story seconds per real second; None plays as fast as it settles."""
    number: IncidentNumber = field(default=IncidentNumber(1), init=False)
    channel: str = field(default="", init=False)
    accepted: int = field(default=0, init=False)
    """Commands in the incident's channel that were not refused."""
    _messages: dict[str, str] = field(default_factory=dict, init=False)
    """The ts behind each id of the story."""
    _shown: int = field(default=0, init=False)

    async def play(self) -> None:
        """Every event at its time, every deadline in between at its own. Raises StoryStalled."""
        for event in self.story.events:
            event = event.model_copy(update={"text": event.text.replace("{ref}", f"INC-{self.number}")})
            await self._advance(self.story.starts_at + event.at)
            self.view.event(self.clock.now(), event)
            await self._perform(event)
            await self._settle(event)
            self._show_answers()

    async def _advance(self, to: datetime) -> None:
        """Step from deadline to deadline up to a time, letting everything come to rest in between."""
        while True:
            due_at = await self.bot.next_deadline_at()
            if due_at is None or due_at > to:
                break
            await self._step_to(due_at)
            await self._settle(None)
            self._show_answers()
        await self._step_to(to)

    async def _step_to(self, later: datetime) -> None:
        if self.pace is not None and later > self.clock.now():
            await asyncio.sleep((later - self.clock.now()) / timedelta(seconds=1) / self.pace)
        self.clock.step_to(later)

    async def _settle(self, event: StoryEvent | None) -> None:
        """Wait until nothing is under way in the sandbox or in the bot."""
        try:
            async with asyncio.timeout(SETTLED_WITHIN):
                while True:
                    await self.sandbox.settled()
                    if not await self.bot.under_way():
                        return
                    await asyncio.sleep(0.005)
        except TimeoutError:
            where = f"after {event.by} {event.do} {event.text[:60]!r}" if event else "at a deadline"
            raise StoryStalled(f"{where}, still under way: {await self.bot.under_way()}") from None

    async def _perform(self, event: StoryEvent) -> None:
        """One event of the story, done by its person."""
        person = self.sandbox.person(event.by)
        acts: dict[str, Callable[[Person, StoryEvent], Awaitable[None]]] = {
            "declare": self._declare,
            "command": self._command,
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
        }
        if event.do != "declare" and event.elsewhere is None:
            await self._be_there(person)
        await acts[event.do](person, event)

    async def _be_there(self, person: Person) -> None:
        """People join the channel before they act in it; into a private one the declarer brings them."""
        if person.id in self.sandbox.channel(self.channel).members:
            return
        if self.sandbox.channel(self.channel).is_private:
            declarer = self.sandbox.person(self.story.events[0].by)
            await declarer.invites(person, to=self.channel)
        else:
            await person.joins(self.channel)

    async def _declare(self, person: Person, event: StoryEvent) -> None:
        await person.types(f"/incident declare {event.text}", in_=ELSEWHERE)
        await self._settle(event)
        incident = await self.incident()
        if incident is None or incident.channel is None:
            raise StoryStalled("the declared incident has no channel")
        self.channel = incident.channel

    async def incident(self) -> Incident | None:
        """The incident as it stands."""
        async with self.bot.context.store.read() as tx:
            return await tx.incident(self.number)

    async def _timeline_length(self) -> int:
        async with self.bot.context.store.read() as tx:
            return len(await tx.timeline(self.number))

    async def _command(self, person: Person, event: StoryEvent) -> None:
        before = await self._timeline_length()
        answer = await person.types(f"/incident {event.text}", in_=event.elsewhere or self.channel)
        was_refused = is_refusal(answer.text)
        if was_refused:
            self.view.refused(self.clock.now(), answer.text)
        if event.expect == "refused":
            after = await self._timeline_length()
            if not was_refused or after != before:
                raise StoryStalled(f"{event.by} {event.text!r} was to be refused, and was not")
            return
        if was_refused or answer.timed_out:
            raise StoryStalled(f"{event.by} {event.text!r} was refused: {answer.text}")
        if event.elsewhere is None:
            self.accepted += 1

    async def _say(self, person: Person, event: StoryEvent) -> None:
        ts = await person.says(
            event.text,
            in_=event.elsewhere or self.channel,
            thread_of=self._messages[event.thread_of] if event.thread_of else None,
            broadcast=event.broadcast,
            files=[(event.file.name, event.file.text.encode())] if event.file else [],
        )
        if event.id is not None:
            self._messages[event.id] = ts

    async def _edit(self, person: Person, event: StoryEvent) -> None:
        await person.edits(self._messages[event.edit or ""], event.text, in_=self.channel)

    async def _delete(self, person: Person, event: StoryEvent) -> None:
        await person.deletes(self._messages[event.delete or ""], in_=self.channel)

    async def _react(self, person: Person, event: StoryEvent) -> None:
        if event.react is not None:
            await person.reacts(event.react.emoji, to=self._messages[event.react.to], in_=self.channel)

    def _show_answers(self) -> None:
        """What the bot has said in the channel since we last looked."""
        if not self.channel:
            return
        posted = self.sandbox.channel(self.channel).posted
        mine = [one for one in posted if one.user == self.sandbox.bot.id and one.is_said]
        for message in mine[self._shown :]:
            is_reply = message.thread_ts not in (None, message.ts)
            self.view.bot_said(self.clock.now(), message.text, is_reply)
        self._shown = len(mine)
