"""What people really type, and what becomes of it: words stay words, what was named is meant, and what is nearly
something is asked back or told. Each line goes through the router into a real store."""

import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

import pytest

from bot.commands.command import Dependencies
from bot.commands.router import Router
from bot.commands.table import COMMANDS
from bot.domain import timeline as t
from bot.domain.ids import ChannelId, IncidentNumber, WorkspaceId, ref
from bot.domain.incident import Incident
from bot.domain.people import Profile
from bot.domain.timeline import Recorded
from bot.door.inbound import Typed
from bot.door.reply import OpenForm, Reply, Say
from bot.store import Database, Store, WorkspaceRow
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex
from tests.domain.given import BO, DANA, NOON, POLICY, ROLLBACK

GENERAL = ChannelId("CGENERAL")


@dataclass(slots=True)
class Desk:
    """Dana, who sits in Madrid, types; with the duplicates of the policy or without."""

    store: Store
    router: Router = field(init=False)
    ids: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        policy = replace(POLICY, duplicates=replace(POLICY.duplicates, within=None))
        self.work_by(policy)

    def work_by(self, policy: Any) -> None:
        context = Context(self.store, policy, (ROLLBACK,), lambda: NOON)
        self.router = Router(Dependencies(context, SearchIndex(context), _look_up, COMMANDS))

    async def types(self, text: str, channel: ChannelId = GENERAL) -> Reply:
        trigger = f"trigger-{next(self.ids)}"
        return await self.router(Typed(trigger, WorkspaceId("T1"), DANA, channel, text, trigger))

    async def says(self, text: str, channel: ChannelId = GENERAL) -> str:
        reply = await self.types(text, channel)
        assert isinstance(reply, Say), (text, reply)
        return unescape(reply.text)

    async def newest(self) -> Incident | None:
        newest, number = None, 0
        while (found := await self.incident(number + 1)) is not None:
            newest, number = found, number + 1
        return newest

    async def incident(self, number: int) -> Incident | None:
        async with self.store.read() as tx:
            return await tx.incident(IncidentNumber(number))

    async def declares(self, text: str) -> Incident:
        """An incident with its channel, which Slack has opened."""
        assert "declared" in await self.says(f"declare {text}")
        incident = await self.newest()
        assert incident is not None
        async with self.store.write() as tx:
            opened = t.ChannelOpened(at=NOON, channel=channel_of(incident), name=f"inc-{incident.number}")
            await tx.record(incident.number, [opened], NOON)
        return incident

    async def timeline(self, number: int = 1) -> tuple[Recorded, ...]:
        async with self.store.read() as tx:
            return tuple(await tx.timeline(IncidentNumber(number)))


async def _look_up(user: Any) -> Profile:
    return Profile(user, user, tz="Europe/Madrid")


def channel_of(incident: Incident) -> ChannelId:
    return ChannelId(f"CINC{incident.number}")


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    database = await Database.open(sqlite_url, migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
    yield Desk(store)
    await database.close()


def buttons(reply: Reply) -> dict[str, str]:
    """Label → the command of each button of an answer."""
    assert isinstance(reply, Say), reply
    blocks = [block for block in reply.blocks if block["type"] == "actions"]
    return {one["text"]["text"]: unescape(one["value"]) for block in blocks for one in block["elements"]}


READ: dict[str, tuple[str, str, str]] = {
    # Words of the title.
    "P1 datacenter on fire, this is not a drill": ("P1", "", "datacenter on fire, this is not a drill"),
    "P1 datacenter on fire, this is not a drill.": ("P1", "", "datacenter on fire, this is not a drill."),
    "restore failed during the drill": ("P2", "", "restore failed during the drill"),
    "checkout is down, not P1": ("P2", "", "checkout is down, not P1"),
    "upgrade from P2 to P1": ("P2", "", "upgrade from P2 to P1"),
    "the bucket is private": ("P2", "", "the bucket is private"),
    "customer data was private": ("P2", "", "customer data was private"),
    "checkout fails anyway": ("P2", "", "checkout fails anyway"),
    "anyway checkout fails": ("P2", "", "anyway checkout fails"),
    "the P1 page and the private drill page": ("P2", "", "the P1 page and the private drill page"),
    "privacy page is down": ("P2", "", "privacy page is down"),
    "PrivateLink endpoints fail": ("P2", "", "PrivateLink endpoints fail"),
    "p99 latency is above 2 s": ("P2", "", "p99 latency is above 2 s"),
    "P1 P5 line stopped": ("P1", "", "P5 line stopped"),
    "Conditions: odd": ("P2", "", "Conditions: odd"),
    "the service: is down": ("P2", "", "the service: is down"),
    "Impact: high latency for some": ("P2", "", "Impact: high latency for some"),
    # Priorities as people write them.
    "P1 checkout is down": ("P1", "", "checkout is down"),
    "p1 checkout is down": ("P1", "", "checkout is down"),
    "[P1] checkout is down": ("P1", "", "checkout is down"),
    "[P1]checkout is down": ("P1", "", "checkout is down"),
    "P1: checkout is down": ("P1", "", "checkout is down"),
    "P1:checkout is down": ("P1", "", "checkout is down"),
    "(P1) checkout is down": ("P1", "", "checkout is down"),
    "P1, checkout is down": ("P1", "", "checkout is down"),
    "P1 – checkout is down": ("P1", "", "checkout is down"),
    "*P1* checkout is down": ("P1", "", "checkout is down"),
    "-p1 checkout is down": ("P1", "", "checkout is down"),
    "–p1 checkout is down": ("P1", "", "checkout is down"),
    "--priority P1 checkout is down": ("P1", "", "checkout is down"),
    "--priority=P1 checkout is down": ("P1", "", "checkout is down"),
    "—priority P1 checkout is down": ("P1", "", "checkout is down"),
    "priority:P1 checkout is down": ("P1", "", "checkout is down"),
    "priority:p1 checkout is down": ("P1", "", "checkout is down"),
    "checkout is down priority:P1": ("P1", "", "checkout is down"),
    "checkout is down priority: P1": ("P1", "", "checkout is down"),
    "checkout is down impact: high": ("P1", "", "checkout is down"),
    "checkout is down P1": ("P1", "", "checkout is down"),
    "checkout is down, P1": ("P1", "", "checkout is down"),
    "checkout is down (P1)": ("P1", "", "checkout is down"),
    "checkout is down [p1]": ("P1", "", "checkout is down"),
    "checkout is down and it is (P1)": ("P1", "", "checkout is down and it is"),
    # Private and drill, said so that nothing else can be meant.
    "--private keys leaked": ("P2", "private", "keys leaked"),
    "keys leaked --private": ("P2", "private", "keys leaked"),
    "keys --private leaked": ("P2", "private", "keys leaked"),
    "keys leaked ––private": ("P2", "private", "keys leaked"),
    "[private] keys leaked": ("P2", "private", "keys leaked"),
    "[Private]keys leaked": ("P2", "private", "keys leaked"),
    "(private) keys leaked": ("P2", "private", "keys leaked"),
    "private: keys leaked": ("P2", "private", "keys leaked"),
    "Private: keys leaked": ("P2", "private", "keys leaked"),
    "keys leaked [private]": ("P2", "private", "keys leaked"),
    "P1 [private] keys leaked": ("P1", "private", "keys leaked"),
    "[private] P1 keys leaked": ("P1", "private", "keys leaked"),
    "keys leaked service:checkout private": ("P2", "private", "keys leaked"),
    "keys leaked service:checkout private drill P1": ("P1", "private drill", "keys leaked"),
    "--private private key leaked": ("P2", "private", "private key leaked"),
    "--no-private private key leaked": ("P2", "", "private key leaked"),
    "--private private P2 keys leaked": ("P2", "private", "keys leaked"),
    "--private keys leaked privately": ("P2", "private", "keys leaked privately"),
    "--private —private keys leaked": ("P2", "private", "keys leaked"),
    "--drill failover": ("P2", "drill", "failover"),
    "failover --drill": ("P2", "drill", "failover"),
    "drill: failover": ("P2", "drill", "failover"),
    "[drill] failover": ("P2", "drill", "failover"),
    "--drill drill press line stopped": ("P2", "drill", "drill press line stopped"),
    "--no-drill drill press line stopped": ("P2", "", "drill press line stopped"),
    # Code is never syntax.
    "`private` is gone": ("P2", "", "`private` is gone"),
    "we lost the `drill`": ("P2", "", "we lost the `drill`"),
    "P2 ```foo: bar\nservice:checkout```": ("P2", "", "```foo: bar service:checkout```"),
    "it says `P1 --private`": ("P2", "", "it says `P1 --private`"),
    # Free text in a key.
    'EU is down users:"everyone in EU"': ("P2", "", "EU is down"),
    "EU is down users:everyone": ("P2", "", "EU is down"),
    "EU is down users:everyone P1": ("P1", "", "EU is down"),
    "EU is down users:everyone service:checkout": ("P2", "", "EU is down"),
}
"""What is typed after `declare` → the priority, whether it is private or a drill, and the title, whole."""


async def test_a_declaration_is_read_as_people_type_it(desk: Desk) -> None:
    found = {}
    for number, typed in enumerate(READ, start=1):
        answer = await desk.says(f"declare {typed}")
        incident = await desk.incident(number)
        assert incident is not None, (typed, answer)
        marks = [name for name, holds in (("private", incident.is_private), ("drill", incident.is_drill)) if holds]
        found[typed] = (str(incident.priority), " ".join(marks), incident.title)
    assert found == READ


PRIVATE = ("It is private", "It is not private")
DRILL = ("It is a drill", "It is not a drill")
ASKED: dict[str, tuple[str, ...]] = {
    "private key leaked in a public repository": PRIVATE,
    "P1 private key leaked": PRIVATE,
    "key leaked private": PRIVATE,
    "Private key leaked": PRIVATE,
    "private P2 checkout is down": PRIVATE,
    "key leaked P1 private service:checkout": PRIVATE,
    "service:checkout private key leaked": PRIVATE,
    "private. keys leaked": PRIVATE,
    "keys leaked, private.": PRIVATE,
    "keys leaked private!": PRIVATE,
    "*private* keys leaked": PRIVATE,
    "—private keys leaked": PRIVATE,
    "keys leaked —private": PRIVATE,
    "-private keys leaked": PRIVATE,
    "keys leaked --privat now": PRIVATE,
    "privat keys leaked": PRIVATE,
    "keys leaked privately": PRIVATE,
    "privately: keys leaked": PRIVATE,
    "private:yes keys leaked": PRIVATE,
    "keys leaked private=true": PRIVATE,
    "{private} keys leaked": PRIVATE,
    "drill press line stopped": DRILL,
    "failover drill": DRILL,
    "P1 failover drill": DRILL,
    "failover — drill": DRILL,
    "drill. failover": DRILL,
    "P0 checkout is down": ("P1", "P2", "P3", "P4"),
    "[P0] checkout is down": ("P1", "P2", "P3", "P4"),
    "p5: checkout is down": ("P1", "P2", "P3", "P4"),
    "sev1 checkout is down": ("P1", "P2", "P3", "P4", "SEV-1, as the severity"),
    "SEV-1 checkout is down": ("P1", "P2", "P3", "P4", "SEV-1, as the severity"),
    "[SEV2] checkout is down": ("P1", "P2", "P3", "P4", "SEV-2, as the severity"),
    "sev0 checkout is down": ("P1", "P2", "P3", "P4"),
    "checkout is down users:everyone in EU": ("All of it is users", "Only the first word"),
}
"""What is typed after `declare` → the buttons of what is asked back."""


async def test_what_can_be_read_in_two_ways_is_asked_back_and_nothing_is_recorded(desk: Desk) -> None:
    found = {}
    for typed in ASKED:
        reply = await desk.types(f"declare {typed}")
        assert isinstance(reply, Say), typed
        assert reply.text.startswith("Not done: "), (typed, reply.text)
        found[typed] = tuple(buttons(reply))
        for command in buttons(reply).values():
            assert command in unescape(reply.text), (typed, command)
    assert found == ASKED
    assert await desk.incident(1) is None


ANSWERED: dict[tuple[str, str], tuple[str, str, str]] = {
    ("private key leaked", "It is private"): ("P2", "private", "private key leaked"),
    ("private key leaked", "It is not private"): ("P2", "", "private key leaked"),
    ("drill press line stopped", "It is a drill"): ("P2", "drill", "drill press line stopped"),
    ("drill press line stopped", "It is not a drill"): ("P2", "", "drill press line stopped"),
    ("P0 checkout is down", "P1"): ("P1", "", "checkout is down"),
    ("sev1 checkout is down", "P3"): ("P3", "", "checkout is down"),
    ("sev1 checkout is down", "SEV-1, as the severity"): ("P2", "", "checkout is down"),
    ("private P2 keys <b>&</b> leaked", "It is private"): ("P2", "private", "keys <b>&</b> leaked"),
    ("EU is down users:everyone in EU", "All of it is users"): ("P2", "", "EU is down"),
    ("EU is down users:everyone in EU", "Only the first word"): ("P2", "", "EU is down in EU"),
}


async def test_each_button_of_a_question_does_what_it_says(desk: Desk) -> None:
    found = {}
    for number, (typed, label) in enumerate(ANSWERED, start=1):
        asked = await desk.types(f"declare {typed.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}")
        assert isinstance(asked, Say)
        (value,) = [
            one["value"]
            for block in asked.blocks
            if block["type"] == "actions"
            for one in block["elements"]
            if one["text"]["text"] == label
        ]
        answer = await desk.says(value)
        incident = await desk.incident(number)
        assert incident is not None, answer
        marks = [name for name, holds in (("private", incident.is_private), ("drill", incident.is_drill)) if holds]
        found[typed, label] = (str(incident.priority), " ".join(marks), incident.title)
    assert found == ANSWERED
    severe = await desk.incident(7)
    assert severe is not None
    assert severe.severity == "SEV-1"
    everyone = await desk.incident(9)
    assert everyone is not None
    assert everyone.user_impact == "everyone in EU"


async def test_two_questions_are_asked_one_after_the_other(desk: Desk) -> None:
    first = buttons(await desk.types("declare failover drill private"))
    assert tuple(first) == PRIVATE
    second = buttons(await desk.types(first["It is private"]))
    assert tuple(second) == DRILL
    await desk.types(second["It is a drill"])
    incident = await desk.incident(1)
    assert incident is not None
    assert (incident.is_private, incident.is_drill, incident.title) == (True, True, "failover drill private")


async def test_options_without_a_title_open_the_form_with_them(desk: Desk) -> None:
    for typed in ("", "P1", "private", "drill", "P1 private service:checkout", "drill P2", "--private"):
        assert isinstance(await desk.types(f"declare {typed}"), OpenForm), typed


NO_TITLE = ("help me", "checkout")
REFUSED_TITLES = (
    ".",
    "...",
    "?!",
    "--- ... ---",
    "“”",
    "update",
    "accept",
    "P1 help",
    "P1 ?",
    "Declare",
    "ack",
    "P1 -h",
)


async def test_a_title_that_says_nothing_is_not_declared(desk: Desk) -> None:
    for typed in REFUSED_TITLES:
        answer = await desk.says(f"declare {typed}")
        assert answer.startswith("Not done: "), (typed, answer)
        assert "declare checkout returns 500s" in answer, (typed, answer)
    assert await desk.incident(1) is None
    for typed in NO_TITLE:
        assert "declared" in await desk.says(f"declare {typed}")


REFUSED = {
    "--private --no-private keys leaked": "cannot be both `--private` and `--no-private`",
    "[private] keys leaked --no-private": "cannot be both",
    "keys leaked service:checkout private --no-private": "cannot be both",
    "P1 P2 the shop is slow": "Give one priority",
    "P1 the shop is slow priority:P2": "Give one priority",
    "--priority P9 the shop is slow": "`priority:` does not know “P9”",
    "the shop is slow priority:P9": "`priority:` does not know “P9”",
}


async def test_a_declaration_that_contradicts_itself_is_refused(desk: Desk) -> None:
    for typed, words in REFUSED.items():
        answer = await desk.says(f"declare {typed}")
        assert answer.startswith("Not done: "), (typed, answer)
        assert words in answer, (typed, answer)
    assert await desk.incident(1) is None


async def test_anyway_is_an_option_only_where_an_open_incident_would_be_offered(desk: Desk) -> None:
    desk.work_by(POLICY)
    assert "INC-1 declared" in await desk.says("declare checkout fails anyway service:checkout")
    offered = await desk.types("declare checkout fails service:checkout")
    assert "looks like the same" in str(offered)
    assert buttons(offered)["Declare anyway"] == "declare --anyway checkout fails service:checkout"
    for typed in (
        "checkout fails anyway",
        "anyway checkout fails",
        "--anyway checkout fails",
        "checkout --anyway fails",
    ):
        assert "declared" in await desk.says(f"declare {typed} service:checkout"), typed
    incident = await desk.newest()
    assert incident is not None
    assert (incident.number, incident.title) == (5, "checkout fails")


HELP = {
    "?": "*During*: ",
    "-h": "*During*: ",
    "--help": "*During*: ",
    "—help": "There is no command",
    "help": "*During*: ",
    "declare help": "declare [P1…P4] <title>",
    "declare ?": "declare [P1…P4] <title>",
    "declare -h": "declare [P1…P4] <title>",
    "declare --help": "declare [P1…P4] <title>",
    "note help": "note <text> [at:14:05]",
    "update ?": "update <text> [for:executives] [next:30m]",
    "INC-1 update ?": "update <text> [for:executives] [next:30m]",
    "ack ?": "take command",
}


async def test_help_is_given_wherever_it_is_asked_for(desk: Desk) -> None:
    for typed, words in HELP.items():
        assert words in await desk.says(typed), typed
    assert await desk.incident(1) is None


async def test_words_that_begin_with_no_command_are_offered_as_a_title(desk: Desk) -> None:
    for typed in ("checkout is down", "updaet all quiet", "Checkout &lt;is&gt; down"):
        reply = await desk.types(typed)
        assert list(buttons(reply).values()) == [f"declare {unescape(typed)}"]
        assert f"/incident declare {unescape(typed)}" in unescape(str(reply)), typed
    assert buttons(await desk.types("xyzzy")) == {}
    assert "Did you mean `update`? For example: `/incident update" in await desk.says("updaet all quiet")
    assert "INC-1 declared" in await desk.says(buttons(await desk.types("checkout is down"))["Declare it"])


async def test_a_first_word_that_stands_for_another_command_is_told_which(desk: Desk) -> None:
    for typed, example in {
        "scribe &lt;@UBO|bo&gt;": "Did you mean `role`? For example: `/incident role scribe @hana`",
        "todo": "Did you mean `followup`? For example: `/incident followup ",
        "fixed by a rollback": "Did you mean `resolve`? For example: `/incident resolve ",
    }.items():
        assert example in await desk.says(typed), typed


READING = ("status", "timeline", "join", "follow", "unfollow", "review", "similar", "runbook bad-change")
"""Verbs that take the reference after them."""


async def test_reading_verbs_take_the_incident_that_was_named(desk: Desk) -> None:
    one, two = await desk.declares("checkout fails"), await desk.declares("carts are empty")
    for where in (GENERAL, channel_of(two), channel_of(one)):
        for verb in ("status", "timeline"):
            answer = await desk.says(f"{verb} INC-1", where)
            assert "INC-1" in answer, (verb, answer)
            assert "carts" not in answer, (verb, answer)
    for typed in READING:
        verb, _, more = typed.partition(" ")
        answer = await desk.says(f"{verb} inc–1 {more}".strip(), channel_of(two))
        assert "stands in front" not in answer, (typed, answer)
        assert verb in ("similar", "runbook") or "INC-1" in answer, (typed, answer)
    assert [type(row.event) for row in await desk.timeline(2)] == [t.IncidentDeclared, t.ChannelOpened]


NAMED = {
    "cancel INC-1 false alarm": "INC-1 cancel false alarm",
    "resolve INC-1 rolled back": "INC-1 resolve rolled back",
    "resolve INC-1": "INC-1 resolve",
    "update INC-1 all quiet next:30m": "INC-1 update all quiet next:30m",
    "note INC-1 it spreads at:12:30": "INC-1 note it spreads at:12:30",
    "note inc–1: it spreads": "INC-1 note it spreads",
    "reopen INC-1 it is back": "INC-1 reopen it is back",
    "verify INC-1 graphs": "INC-1 verify graphs",
    "close INC-1": "INC-1 close",
    "priority INC-1 P1 it spreads": "INC-1 priority P1 it spreads",
    "accept INC-1": "INC-1 accept",
    "ack INC-1": "INC-1 accept",
    "review INC-1 start": "INC-1 review start",
    "followup INC-1 add an index": "INC-1 followup add an index",
    "mitigate INC-9 moved": "INC-9 mitigate moved",
    "problem INC-1 the pool is small": "INC-1 problem the pool is small",
}
"""What is typed in another incident's channel, or in none → the corrected command."""


async def test_a_verb_that_changes_something_does_not_take_the_reference_for_text(desk: Desk) -> None:
    await desk.declares("checkout fails")
    two = await desk.declares("carts are empty")
    for where in (channel_of(two), GENERAL):
        for typed, corrected in NAMED.items():
            reply = await desk.types(typed, where)
            assert isinstance(reply, Say)
            assert reply.text.startswith("Not done: "), (typed, reply.text)
            assert list(buttons(reply).values()) == [corrected]
            assert f"`/incident {corrected}`" in reply.text
    for number in (1, 2):
        assert len(await desk.timeline(number)) == 2
    assert "INC-1: Noted" in await desk.says(NAMED["note INC-1 it spreads at:12:30"], channel_of(two))


async def test_its_own_reference_is_text_in_an_incidents_channel(desk: Desk) -> None:
    one = await desk.declares("checkout fails")
    await desk.says("note INC-1 began with the deploy", channel_of(one))
    last = (await desk.timeline())[-1].event
    assert isinstance(last, t.NoteAdded)
    assert last.text == "INC-1 began with the deploy"
    assert "You have command" in await desk.says("accept INC-1", channel_of(one))
    assert "INC-1: Noted" in await desk.says("INC-1 note INC-7 had the same cause", GENERAL)
    assert "INC-2 declared" in await desk.says("declare INC-1 is back")


NOTED_AT = {
    "note deploy at: 12:30": ("deploy", "11:30"),
    "note deploy at:12:30": ("deploy", "11:30"),
    "note at: 12:30 deploy": ("deploy", "11:30"),
    "note error was `at:12:00` in the log": ("error was `at:12:00` in the log", "12:00"),
    "note error was ```at:12:00 next:5m```": ("error was ```at:12:00 next:5m```", "12:00"),
    "note Conditions: we look at: it": ("Conditions: we look at: it", "12:00"),
    "note `unclosed at:12:30": ("`unclosed", "11:30"),
}
"""A note → its text, and when it happened, in UTC; it is noon there and one o'clock where dana is."""


async def test_a_note_says_when_it_happened(desk: Desk) -> None:
    one = await desk.declares("checkout fails")
    for typed, (text, at) in NOTED_AT.items():
        assert "Noted" in await desk.says(typed, channel_of(one)), typed
        events = [row.event for row in await desk.timeline()]
        last = [event for event in events if isinstance(event, t.NoteAdded)][-1]
        assert (last.text, f"{last.at:%H:%M}") == (text, at), typed


NEXT = {
    "update still looking next 15m": ("still looking", 15),
    "update still looking next: 15m": ("still looking", 15),
    "update still looking, next 1h": ("still looking,", 60),
    "update still looking next 13:20": ("still looking", 20),
    "update next: 45m still looking": ("still looking", 45),
    "update next 15m we look again": ("next 15m we look again", 30),
    "update what comes next": ("what comes next", 30),
    "update Conditions: saw ```ERROR next:5m at:12:00 Needs: x``` Actions: rollback": (
        "saw ```ERROR next:5m at:12:00 Needs: x```",
        30,
    ),
}
"""An update → its conditions, and the minutes until the next one is due."""


async def test_an_update_promises_the_next_one_as_it_was_typed(desk: Desk) -> None:
    one = await desk.declares("checkout fails")
    for typed, (conditions, minutes) in NEXT.items():
        assert "Update posted" in await desk.says(typed, channel_of(one)), typed
        last = (await desk.timeline())[-1].event
        assert isinstance(last, t.UpdatePosted)
        assert last.next_update is not None
        due = (last.next_update.due_at - NOON).total_seconds() / 60
        assert (last.update.conditions, due) == (conditions, minutes), typed


TOLD = {
    "note deploy at 12:30": ("at 12:30", "`at:12:30`"),
    "note deploy at 12:30.": ("at 12:30", "`at:12:30`"),
    "note deploy next 15m": ("next 15m", "`/incident update <text> next:15m`"),
    "update all quiet at:12:30": ("at:12:30", "`/incident note <text> at:12:30`"),
    "update we look again, next update in 20 minutes": ("next update in 20 minutes", "`next:20m`"),
    "update it is severity:SEV-1": ("severity:SEV-1", "`/incident severity SEV-1 <reason>`"),
    "followup mend it by 2026-12-01": ("by 2026-12-01", "`due:2026-12-01`"),
    "followup mend it due 2026-12-01": ("due 2026-12-01", "`due:2026-12-01`"),
    "mitigate moved traffic at 12:30": ("at 12:30", "`/incident time mitigated at:12:30 <reason>`"),
    "resolve rolled back at:12:40": ("at:12:40", "`/incident time resolved at:12:40 <reason>`"),
    "declare checkout fails since 12:30, at 12:30": ("at 12:30", "`/incident time began at:12:30 <reason>`"),
    "declare this should be P1.": ("P1.", "`/incident priority P1 <reason>`"),
    "declare checkout is down P0": ("P0", "`/incident priority P1 <reason>`"),
    "declare checkout is down sev1": ("sev1", "`/incident severity SEV-1 <reason>`"),
    "declare checkout is down --service checkout": ("--service checkout", "`service:checkout`"),
}
"""What is done, with a part that could be meant otherwise → that part, and what to type."""


async def test_what_was_nearly_something_is_told_in_the_answer(desk: Desk) -> None:
    one = await desk.declares("checkout fails")
    for typed, (part, way) in TOLD.items():
        answer = await desk.says(typed, channel_of(one))
        assert not answer.startswith("Not done"), (typed, answer)
        assert f"“{part}” was read as text." in answer, (typed, answer)
        assert way in answer, (typed, answer)
    plain = (
        "note all is well",
        "note it began at noon",
        "update as of 12:30 all is well",
        "note rolled back `at 12:30`",
    )
    for typed in plain:
        assert "read as text" not in await desk.says(typed, channel_of(one)), typed


NOT_TAKEN = {
    "followup 1 done": "`/incident followup done 1`",
    "followup #1 done": "`/incident followup done 1`",
    "followup 1 drop the service is retired": "`/incident followup drop 1 the service is retired`",
    "followup done": "`/incident followup done 1`",
    "followup done INC-1": "`/incident followup done 1`",
    "followup done all": "`/incident followup done 1`",
    "note 1 retract wrong service": "`/incident note retract 1 wrong service`",
    "note amend": "`/incident note amend 1`",
    "update quiet next:2pm": "Did you mean `14:00`? Try `30m` or `1h30m`, or `14:05`",
    "update quiet next:soon": "“soon” is not a duration or a time of day",
    "note it began at:2pm": "Did you mean `14:00`?",
    "commander bo": "Name one person with @",
    "page <@UBO|bo>": "`/incident INC-1 invite <@UBO|bo>`",
    "time began 12:30 the deploy": "time began at:13:42",
    "severity critical it is": "severity SEV-2",
    "priority because it spreads": "priority P2",
}
"""What is refused → what to type instead."""


async def test_what_cannot_be_meant_as_text_is_refused_with_what_to_type(desk: Desk) -> None:
    one = await desk.declares("checkout fails")
    assert "recorded" in await desk.says("followup add an index", channel_of(one))
    before = await desk.timeline()
    for typed, way in NOT_TAKEN.items():
        answer = await desk.says(typed, channel_of(one))
        assert answer.startswith("Not done: "), (typed, answer)
        assert way.replace("<@UBO|bo>", "@bo") in answer, (typed, answer)
    assert await desk.timeline() == before
    asked = buttons(await desk.types("page &lt;@UBO|bo&gt;", channel_of(one)))
    assert asked == {"Invite them": "INC-1 invite <@UBO|bo>"}


async def test_what_is_nearly_right_is_taken(desk: Desk) -> None:
    one = await desk.declares("checkout fails")
    where = channel_of(one)
    assert "SEV-2" in await desk.says("severity SEV–2 one node", where)
    assert "has been asked" in await desk.says(f"commander to <@{BO}|bo>", where)
    assert "You have command" in await desk.says("acknowledge", where)
    assert "has been asked" in await desk.says(f"handover to <@{BO}|bo>", where)
    await desk.says("followup add an index", where)
    assert "done" in await desk.says("followup done #1", where)
    assert "INC-2 declared" in await desk.says("declare: carts are empty")


async def test_a_refusal_tells_times_in_the_zone_of_whoever_typed(desk: Desk) -> None:
    one = await desk.declares("checkout fails")
    where = channel_of(one)
    assert "Time corrected" in await desk.says("time began at:12:00 the deploy", where)
    assert "Mitigated" in await desk.says("mitigate moved traffic", where)
    answer = await desk.says("time mitigated at:11:30 before it began", where)
    assert answer.startswith("Not done: ")
    assert re.search(r"<!date\^\d+\^\{date_short_pretty\} \{time\}\|2026-03-04 12:00 Europe/Madrid>", answer), answer


async def test_every_reference_in_an_answer_is_one_that_exists(desk: Desk) -> None:
    """What is refused for its reference tells nothing of an incident that may not be there."""
    two = await desk.declares("carts are empty")
    there, not_there = (
        await desk.says("note INC-1 x", GENERAL),
        await desk.says("note INC-9 x", GENERAL),
    )
    assert there.replace(ref(two.number), "INC-9") == not_there
