"""What people are answered while the database is away: declarations are taken down, everything else has to wait.

The one way past verbs, store and outbox; docs/decisions says why it is there and what keeps it small.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.blocks import answers, away
from bot.blocks.text import plain
from bot.commands import declare, helping
from bot.commands.command import Command, say
from bot.commands.grammar import read, split
from bot.domain.access import require_access
from bot.domain.actor import Person
from bot.domain.declaration import Declaration
from bot.domain.emergency import Emergency, already_declared, as_it_would_be
from bot.domain.policy import Policy
from bot.domain.refusal import Refusal
from bot.door.inbound import Changed, HomeOpened, Inbound, Joined, Submitted, Typed
from bot.door.reply import FormErrors, Reply, Say, ShowHome, Silence
from bot.store import DatabaseUnreachable, Journal
from bot.verbs.channel_naming import provisional_name

Ask = Callable[[Inbound], Awaitable[Reply]]
ROOM_WITHIN = 120.0
"""Seconds to wait for the channel before the person is not told of it any more."""
LETTERS = "abcdefghjkmnpqrstuvwxyz"
"""Letters that are not taken for one another, nor for a number."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """All that there is without a database."""

    policy: Callable[[], Policy]
    commands: tuple[Command, ...]
    journal: Journal
    now: Callable[[], datetime]
    """Incident time."""
    wake: Callable[[], None]
    """Has what was taken down seen to."""


class WhileAway:
    """Stands before whoever answers otherwise."""

    def __init__(self, dependencies: Dependencies, ask: Ask | None, is_away: Callable[[], bool]) -> None:
        """`ask`: who answers otherwise; None until the database was reached for the first time. `is_away`: whether it
        was found away lately, so that nobody waits to find out again."""
        self._given = dependencies
        self._ask = ask
        self._is_away = is_away

    async def __call__(self, inbound: Inbound) -> Reply:
        if self._ask is None or self._is_away():
            return await self._answer(inbound, was_tried=False)
        try:
            return await self._ask(inbound)
        except DatabaseUnreachable:
            return await self._answer(inbound, was_tried=True)

    async def _answer(self, inbound: Inbound, *, was_tried: bool) -> Reply:
        not_now = say(away.not_now(was_tried=was_tried))
        try:
            match inbound:
                case Typed():
                    return await self._typed(inbound) or not_now
                case Submitted(form=declare.COMMAND.name):
                    return await self._submitted(inbound)
                case Submitted():
                    return FormErrors({next(iter(inbound.values), "title"): plain(not_now.text)})
                case HomeOpened():
                    return ShowHome(away.home())
                case Changed() | Joined():
                    return Silence()
        except Refusal as refusal:
            if isinstance(inbound, Submitted):
                return FormErrors({next(iter(inbound.values), "title"): plain(str(refusal))})
            ways = [(way.label, way.command) for way in getattr(refusal, "ways", ())]
            return say(answers.refusal(str(refusal), ways))

    async def _typed(self, typed: Typed) -> Reply | None:
        """None for everything but a declaration."""
        try:
            command, rest = helping.understood(self._given.commands, split(typed.text))
        except Refusal:
            return None
        if command is not declare.COMMAND:
            return None
        parsed = read(rest, command.shape, command.name)
        report = declare.typed_report(self._given.policy(), self._given.commands, typed, parsed)
        if not report.title:
            return say(away.no_form())
        return await self._taken_down(typed, report)

    async def _submitted(self, sent: Submitted) -> Reply:
        report = declare.sent_report(self._given.policy(), sent)
        return report if isinstance(report, FormErrors) else await self._taken_down(sent, report)

    async def _taken_down(self, inbound: Typed | Submitted, report: Declaration) -> Reply:
        """Keep it, then say so. Raises NotForYou: groups are not known now, so the policy's own names count alone."""
        policy, waiting = self._given.policy(), self._given.journal.waiting
        require_access(declare.COMMAND.name, Person(inbound.user), None, (), policy, {}, self._given.now())
        earlier = waiting.get(inbound.sender_id) or already_declared(waiting, report, inbound.user)
        if earlier is not None:
            return say(away.taken_down_before(earlier))
        now = self._given.now()
        event = as_it_would_be(report, inbound.user, now, policy)
        emergency = Emergency(
            id=inbound.sender_id,
            by=inbound.user,
            typed_in=inbound.channel if isinstance(inbound, Typed) else None,
            at=now,
            report=report,
            name=provisional_name(report, "".join(secrets.choice(LETTERS) for _ in range(4)), policy),
            key=secrets.token_hex(16),
        )
        is_on_disk = await self._given.journal.add(emergency)
        self._given.wake()
        told = away.taken_down(emergency, event, is_on_disk=is_on_disk)
        return Say(told.text, told.blocks, later=lambda: self._room(emergency.id))

    async def _room(self, request: str) -> Say | None:
        """Wait until the channel is open; None when it takes too long to matter."""
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + ROOM_WITHIN, 0.1
        while loop.time() < until and (emergency := self._given.journal.waiting.get(request)) is not None:
            if emergency.room is not None:
                return say(away.opened(emergency.room))
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 2.0)
        return None
