"""Without a database: a declaration is taken down, and everything else is told in calm words that it has to wait."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.blocks.away import NOT_NOW
from bot.commands.away import Dependencies, WhileAway
from bot.commands.table import COMMANDS
from bot.config import policy_loading as policies
from bot.domain.ids import ChannelId, SlackUserId, WorkspaceId
from bot.domain.policy import Policy
from bot.domain.vocabulary import Level, Priority
from bot.door.inbound import Changed, HomeOpened, Inbound, Joined, Submitted, Typed
from bot.door.reply import FormErrors, Reply, Say, ShowHome, Silence
from bot.store import DatabaseUnreachable, Journal

AT = datetime(2026, 3, 2, 3, 4, tzinfo=UTC)
T, DANA, C = WorkspaceId("T1"), SlackUserId("UDANA"), ChannelId("C1")
POLICY = policies.load(None)


class Door:
    """The answers of a process that never reached its database."""

    def __init__(self, folder: Path, policy: Policy = POLICY) -> None:
        self.journal = Journal(folder / "muster.declared")
        self.woken = 0
        given = Dependencies(lambda: policy, COMMANDS, self.journal, lambda: AT, self._wake)
        self.answers = WhileAway(given, None, lambda: True)

    def _wake(self) -> None:
        self.woken += 1

    async def typed(self, text: str, request: str = "1.2.x", user: SlackUserId = DANA) -> str:
        reply = await self.answers(Typed(request, T, user, C, text, "1.2.x"))
        assert isinstance(reply, Say)
        return reply.text

    async def sent(self, form: str, values: Mapping[str, str | tuple[str, ...]]) -> Reply:
        return await self.answers(Submitted("V1.h", T, DANA, form, "", values, "V1"))


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


async def test_a_declaration_is_taken_down_as_it_was_meant_and_once(door: Door) -> None:
    told = await door.typed("declare P1 checkout fails impact:high --drill")
    assert told.startswith("Noted, P1: checkout fails. Opening #drill-new-")
    (taken,) = door.journal.waiting.values()
    report = taken.report
    assert (report.title, report.priority, report.impact) == ("checkout fails", Priority.P1, Level.HIGH)
    assert (report.is_drill, taken.by, taken.at, taken.typed_in, taken.id) == (True, DANA, AT, C, "1.2.x")

    assert (await door.typed("declare P1 checkout fails --drill")).startswith("You have declared that already")
    assert (await door.typed("new  Checkout  FAILS", "another")).startswith("You have declared that already")
    assert (len(door.journal.waiting), door.woken) == (1, 1)
    assert (await door.typed("declare checkout fails", "bo", SlackUserId("UBO"))).startswith("Noted")


async def test_a_private_one_tells_its_title_in_no_name(door: Door) -> None:
    told = await door.typed("declare the ceo's laptop was stolen --private")
    (taken,) = door.journal.waiting.values()
    assert taken.report.is_private
    assert taken.name == f"inc-{taken.name.partition('-')[2]}"
    assert len(taken.name) == len("inc-new-abcd")
    assert "only the channel's members see it" in told


@pytest.mark.parametrize(
    "text", ["list", "INC-4 update all is well", "help", "", "what is this", "INC-4 resolve rolled back"]
)
async def test_everything_else_was_not_done_and_says_what_works(door: Door, text: str) -> None:
    assert await door.typed(text) == NOT_NOW
    assert (dict(door.journal.waiting), door.woken) == ({}, 0)


async def test_what_cannot_be_read_is_refused_in_its_own_words(door: Door) -> None:
    assert "no form" in await door.typed("declare")
    assert "severity" in await door.typed("declare checkout fails severity:loud")
    assert "Nothing is declared yet" in await door.typed("declare SEV-1 checkout fails")
    assert not door.journal.waiting


async def test_whom_the_policy_does_not_let_declare_may_not_now_either(tmp_path: Path) -> None:
    door = Door(tmp_path, replace(POLICY, access={"declare": ("UBO",)}))
    assert "<@UBO>" in await door.typed("declare checkout fails")
    assert not door.journal.waiting
    assert (await door.typed("declare checkout fails", "2", SlackUserId("UBO"))).startswith("Noted")


async def test_a_form_that_was_open_declares_and_every_other_keeps_what_was_typed(door: Door) -> None:
    assert await door.sent("declare", {"title": ""}) == FormErrors({"title": "Say in a few words what is wrong."})
    reply = await door.sent("declare", {"title": "checkout fails", "priority": "P2", "options": ("private",)})
    assert isinstance(reply, Say)
    assert reply.text.startswith("Noted, P2")
    (taken,) = door.journal.waiting.values()
    assert (taken.report.is_private, taken.typed_in) == (True, None)
    kept = await door.sent("update", {"conditions": "all is well"})
    assert isinstance(kept, FormErrors)
    assert "cannot reach its database" in kept.errors["conditions"]


async def test_home_says_so_and_who_asked_for_nothing_is_told_nothing(door: Door) -> None:
    home = await door.answers(HomeOpened(T, DANA))
    assert isinstance(home, ShowHome)
    assert "/incident declare" in str(home.view)
    for inbound in (Changed(T, DANA, "declare", "", {}, "V1"), Joined(T, DANA, C, AT)):
        assert await door.answers(inbound) == Silence()


async def test_a_database_that_goes_away_in_the_middle_leaves_the_outcome_open(door: Door) -> None:
    async def lost(_: Inbound) -> Reply:
        raise DatabaseUnreachable("The connection was lost.")

    async def well(_: Inbound) -> Reply:
        return Say("Noted.")

    given = Dependencies(lambda: POLICY, COMMANDS, door.journal, lambda: AT, lambda: None)
    typed = Typed("1.2.y", T, DANA, C, "INC-1 note it burns", "1.2.y")
    reply = await WhileAway(given, lost, lambda: False)(typed)
    assert isinstance(reply, Say)
    assert "may or may not be done" in reply.text
    assert await WhileAway(given, well, lambda: False)(typed) == Say("Noted.")
    reply = await WhileAway(given, well, lambda: True)(typed)
    assert isinstance(reply, Say)
    assert reply.text == NOT_NOW, "nobody waits to find out again"
