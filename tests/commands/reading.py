"""What a typed command is read as, without a store behind it: the request that would be performed, or the refusal."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.command import Dependencies, TypedInvocation
from bot.commands.grammar import read, split
from bot.commands.helping import find
from bot.commands.table import COMMANDS
from bot.domain.actor import Person
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId, WorkspaceId
from bot.domain.people import Profile
from bot.domain.policy import Policy
from bot.domain.runbook import Runbook
from bot.door.caller import SLACK, Caller
from bot.door.inbound import Typed
from bot.door.reply import Reply
from bot.store import Database, Store
from bot.verbs.perform import Admission
from bot.verbs.requests import Request
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex
from tests.domain.given import DANA, NOON, POLICY

MADRID = ZoneInfo("Europe/Madrid")
"""Dana's time zone in Slack: noon in UTC is one o'clock there."""
NEVER_OPENED = Store(Database("sqlite+aiosqlite:////nowhere/muster.db", None), WorkspaceId("T1"))
"""A command that looked into the store before it knew what it was asked for would fail here."""


class Performed(Exception):
    """Reading is over: this is what is asked for."""

    def __init__(self, request: Request[Any]) -> None:
        self.request = request
        super().__init__(repr(request))


@dataclass(frozen=True, slots=True)
class Read(TypedInvocation):
    """A command that ends where it would be performed."""

    async def perform(self, request: Request[Any]) -> Any:
        raise Performed(request)


async def look_up(user: SlackUserId) -> Profile:
    return Profile(user, user, tz=MADRID.key)


def typing(line: str, now: datetime = NOON, policy: Policy = POLICY, runbooks: tuple[Runbook, ...] = ()) -> Reply:
    """Dana types it in the channel of INC-42. Raises Performed for a request, or a Refusal."""
    context = Context(NEVER_OPENED, policy, runbooks, lambda: now)
    dependencies = Dependencies(context, SearchIndex(context), look_up, COMMANDS)
    words = split(line)
    command = find(COMMANDS, words.verb)
    typed = Typed("1.2", WorkspaceId("T1"), DANA, ChannelId("C042"), line, "1.2")
    admission = Admission(dependencies, Caller(Person(DANA), SLACK, "1.2", ChannelId("C042")), command.name, None)
    admission.number = IncidentNumber(42)
    parsed = read(words.rest, command.shape)

    async def answer() -> Reply:
        return await command.handle(Read(dependencies, DANA, admission, typed, parsed))

    return asyncio.run(answer())


def asked_for(
    line: str, now: datetime = NOON, policy: Policy = POLICY, runbooks: tuple[Runbook, ...] = ()
) -> Request[Any]:
    """The request that the line is read as. Raises Refusal."""
    try:
        reply = typing(line, now, policy, runbooks)
    except Performed as performed:
        return performed.request
    raise AssertionError(f"`{line}` was answered without asking for anything: {reply}")
