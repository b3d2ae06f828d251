"""Somebody types hostile texts to Muster's real commands, with a real store behind them, and each answer is judged."""

import asyncio
import itertools
import re
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.blocks.announce import announcement
from bot.blocks.card import card
from bot.blocks.message import Rendered
from bot.blocks.text import clean
from bot.blocks.topic import topic
from bot.commands.command import Command, Dependencies, TypedInvocation
from bot.commands.router import Router
from bot.commands.table import COMMANDS
from bot.domain import timeline as t
from bot.domain.ids import ChannelId, IncidentNumber, WorkspaceId
from bot.domain.people import Profile
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import Place
from bot.door.inbound import Typed
from bot.door.reply import OpenForm, Reply, Say
from bot.store import Database, Store, WorkspaceRow
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex
from tests.blocks.reading import CALLS_ALL, fits, fits_as_view
from tests.domain.given import DANA, NOON, PAGE, POLICY, ROLLBACK

GENERAL = ChannelId("CGENERAL")
PLACES: Mapping[str, tuple[str, ...]] = {
    "general": (),
    "declared": ("declare P2 checkout fails service:checkout",),
    "investigating": ("declare P1 search fails", "accept", "note it began with the deploy", "followup write a test"),
    "mitigated": ("declare P2 orders are late", "accept", "mitigate moved the traffic"),
    "resolved": ("declare P3 mails are late", "accept", "resolve rolled back"),
    "closed": ("declare P3 a page is slow", "accept", "resolve rolled back", "verify graphs are flat", "close"),
    "cancelled": ("declare P4 a graph is wrong", "cancel a false alarm"),
    "private": ("declare P2 --private keys leaked", "accept"),
}
"""Where it is typed: the channel of an incident of which this was typed before."""
CHANNELS: Mapping[str, ChannelId] = {name: ChannelId(f"C{name.upper()}") for name in PLACES}
NEEDS: Mapping[type[t.TimelineEvent], str] = {
    t.IncidentDeclared: "declare",
    t.IncidentMitigated: "mitigate",
    t.IncidentResolved: "resolve",
    t.IncidentVerified: "verify",
    t.IncidentClosed: "close",
    t.IncidentReopened: "reopen",
    t.IncidentCancelled: "cancel",
    t.IncidentMerged: "merge",
    t.CommandTakenOver: "takeover",
    t.CommandDeclined: "decline",
    t.HandoverOffered: "handover",
    t.Escalated: "escalate",
    t.ServicePaged: "page",
    t.RemindersSnoozed: "snooze",
    t.LegalHoldSet: "hold",
    t.NoteAdded: "note",
    t.NoteRetracted: "note",
    t.DecisionMade: "decision",
    t.UpdatePosted: "update",
    t.TitleCorrected: "title",
    t.RunProposed: "action",
    t.ReviewApproved: "review",
    t.ReviewWaived: "review",
    t.CustomerUpdatePublished: "status-page",
}
"""What must never be recorded but by whoever spelled this verb."""
SENDERS = itertools.count(1)
"""No two texts are one delivery, at whichever desk: the second would get the answer of the first."""
MOST_SECONDS = 5.0
"""Of processor time that one answer may take, also of 40,000 characters."""
WAY_ON = re.compile(
    r"`|There (?:is|are)|Known:|The policy has|\b(?:type|ask|try|use|choose|name|say|tell|wait|check|see|add|open)\b"
    r"|nothing (?:was changed|to )|already\.|in your list",
    re.IGNORECASE,
)
"""By which an answer says what to do next, what there is to choose from, or that nothing need be done."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is not as it must be, and what was typed where."""

    what: str
    text: str
    where: str

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= 300 else f"{self.text[:300]}… ({len(self.text):,} characters)"
        return f"in {self.where}: {shown!a}: {self.what}"


@dataclass
class Desk:
    """One store with an incident in each place; and what was taken for an order."""

    store: Store
    file: Path
    commands: tuple[Command, ...] = COMMANDS
    taken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        policy = replace(POLICY, status_page=PAGE)
        context = Context(self.store, policy, (ROLLBACK,), lambda: NOON)
        commands = tuple(self._watched(one) for one in self.commands)
        self._router = Router(Dependencies(context, SearchIndex(context), _look_up, commands))

    def _watched(self, command: Command) -> Command:
        async def handle(invocation: TypedInvocation) -> Reply:
            self.taken.append(command.name)
            return await command.handle(invocation)

        return replace(command, handle=handle)

    async def types(self, text: str, where: str) -> Reply:
        sender = f"trigger-{next(SENDERS)}"
        return await self._router(Typed(sender, WorkspaceId("T1"), DANA, CHANNELS[where], clean(text), sender))

    async def prepare(self) -> None:
        for where, typed in PLACES.items():
            for number, text in enumerate(typed):
                reply = await self.types(text, where if number else "general")
                assert isinstance(reply, Say), (text, reply)
                assert not reply.text.startswith("Not done"), (text, reply)
                if not number:
                    await self._open(CHANNELS[where])

    async def _open(self, channel: ChannelId) -> None:
        async with self.store.write() as tx:
            number = await tx.last_number()
            opened = t.ChannelOpened(at=NOON, channel=channel, name=f"inc-{number}")
            await tx.record(IncidentNumber(number), [opened], NOON)

    def _heads(self) -> dict[int, int]:
        """The last event of each incident, by its number."""
        with closing(sqlite3.connect(self.file)) as connection:
            return dict(connection.execute("SELECT incident, max(seq) FROM timeline GROUP BY incident"))

    async def judge(self, text: str, where: str) -> list[Wrong]:
        """What is wrong about what comes of it; nothing, usually."""
        before = self._heads()
        self.taken.clear()
        began = time.process_time()
        try:
            reply = await self.types(text, where)
            await self._see(reply)
        except Exception as defect:  # noqa: BLE001 - whatever it is, it is what we look for
            return [Wrong(f"{type(defect).__name__}: {str(defect)[:300]}", text, where)]
        took = time.process_time() - began
        found = [] if took <= MOST_SECONDS else [f"{took:.1f} s of processor time"]
        found += self._told_nothing(reply)
        found += [f"taken for `{name}`" for name in self.taken if not spells(text, name)]
        new = {number: seq for number, seq in self._heads().items() if seq != before.get(number)}
        if new and isinstance(reply, Say) and reply.text.startswith("Not done"):
            found.append(f"refused, and something was recorded in {sorted(new)}")
        try:
            for number in new:
                found += [what async for what in self._recorded(number, before.get(number, 0), text)]
        except Exception as defect:  # noqa: BLE001
            found.append(f"telling it: {type(defect).__name__}: {str(defect)[:300]}")
        return [Wrong(what, text, where) for what in found]

    async def _see(self, reply: Reply) -> None:
        """What the person sees of it. Raises AssertionError for what Slack would not take, or what calls everybody."""
        if isinstance(reply, OpenForm):
            with suppress(Refusal):  # which is told instead of the form
                fits_as_view(await reply.view())
        elif isinstance(reply, Say):
            fits(Rendered(reply.text, reply.blocks))
            waits_for_slack = "declare" in self.taken
            if reply.later and not waits_for_slack and (more := await reply.later()):
                fits(Rendered(more.text, more.blocks))

    def _told_nothing(self, reply: Reply) -> list[str]:
        if isinstance(reply, OpenForm):
            return []
        if not isinstance(reply, Say):
            return [f"no answer: {type(reply).__name__}"]
        if reply.text.startswith("Not done") and not WAY_ON.search(reply.text) and "actions" not in str(reply.blocks):
            return [f"refused without saying what to do next: {reply.text[:300]}"]
        return []

    async def _recorded(self, number: int, before: int, text: str) -> AsyncIterator[str]:
        """What is wrong about what was recorded, and how it is announced."""
        async with self.store.read() as tx:
            incident = await tx.incident(IncidentNumber(number))
            timeline = await tx.timeline(IncidentNumber(number))
        assert incident is not None
        for one in timeline:
            if one.seq <= before:
                continue
            needed = NEEDS.get(type(one.event))
            if needed and needed not in self.taken:
                yield f"recorded {type(one.event).__name__} without `{needed}`, by {self.taken}"
            fits(announcement(incident, one))
        for place in Place:
            fits(card(incident, place))
        assert not CALLS_ALL.search(topic(incident))


def spells(text: str, name: str) -> bool:
    """Whether whoever reads it sees that verb, or one of its other names, where a verb stands. By rules of our own."""
    command = next(one for one in COMMANDS if one.name == name)
    read = clean(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    words = read.split()
    if words and re.fullmatch(r"inc[-‐‑‒–—―−][0-9]+[:,]?", words[0], re.I):
        words = words[1:]
        if not words:
            return name == "status"
    if not words or (len(words) == 2 and words[1].lower() in ("help", "?", "-h", "--help")):
        return name == "help"
    seen = re.sub("[‐‑‒–—―−]", "-", words[0]).rstrip(":,").lower()
    if len(words) > 1 and re.sub("[‐‑‒–—―−]", "-", " ".join(words[1:])).lower() in ("help", "?", "-h", "--help"):
        return name == "help"
    return (seen.isascii() and seen in (name, *command.aliases)) or (not seen and name == "help")


async def _look_up(user: Any) -> Profile:
    return Profile(user, user, tz="Europe/Madrid")


@asynccontextmanager
async def _open(file: Path, commands: tuple[Command, ...] = COMMANDS) -> AsyncIterator[Desk]:
    database = await Database.open(f"sqlite+aiosqlite:///{file}", migrate=True)
    try:
        yield Desk(Store(database, WorkspaceId("T1")), file, commands)
    finally:
        await database.close()


async def prepare(file: Path) -> None:
    """A database with an incident in each place."""
    async with _open(file) as desk:
        async with desk.store.write() as tx:
            await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
        await desk.prepare()


@asynccontextmanager
async def a_desk(prepared: Path, folder: Path, commands: tuple[Command, ...] = COMMANDS) -> AsyncIterator[Desk]:
    """Another one where nothing was typed yet."""
    file = folder / "muster.db"
    for one in folder.glob("muster.db*"):
        one.unlink()
    await asyncio.to_thread(shutil.copy, prepared, file)
    async with _open(file, commands) as desk:
        yield desk
