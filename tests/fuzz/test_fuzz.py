"""The corpus, and a few hostile texts of each kind; `make fuzz` tries as many as one likes."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.blocks.message import said
from bot.commands.command import Command, TypedInvocation, say
from bot.commands.table import COMMANDS
from bot.domain.refusal import NothingToChange
from bot.door.reply import Reply
from bot.verbs import requests as r
from tests.fuzz.__main__ import OFTEN, parsed, typed
from tests.fuzz.desk import PLACES, a_desk, prepare, spells
from tests.fuzz.keeping import Kept, kept, line
from tests.fuzz.parsers import defect, parsers
from tests.fuzz.texts import hostile
from tests.fuzz.wire import over_the_wire

SEED = 1
CORPUS = tuple(kept())


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("desk") / "prepared.db"
    asyncio.run(prepare(file))
    return file


async def test_what_went_wrong_once_goes_well(prepared: Path, tmp_path: Path) -> None:
    for one in CORPUS:
        if one.where:
            async with a_desk(prepared, tmp_path) as desk:
                assert await desk.judge(one.whole, one.where) == [], one.why


@pytest.mark.parametrize("one", [one for one in CORPUS if one.parser], ids=lambda one: f"{one.parser}: {one.why}")
def test_what_is_read_is_read_or_refused(one: Kept, tmp_path: Path) -> None:
    assert defect(parsers(tmp_path)[one.parser], one.whole) == ""


async def test_whatever_is_typed_has_an_answer_that_calls_nobody_and_is_taken_as_it_is_spelled(tmp_path: Path) -> None:
    assert [str(one) async for one in typed(SEED, 200, tmp_path)] == []


def test_whatever_is_sent_is_read_or_refused(tmp_path: Path) -> None:
    assert parsed(SEED, 12, tmp_path) == {}


@pytest.mark.long
async def test_whatever_is_typed_in_slack_is_answered_and_nothing_of_it_calls_anybody(tmp_path: Path) -> None:
    texts = [hostile(SEED, number) for number in range(25)]
    assert [what async for what in over_the_wire(texts, tmp_path)] == []


async def fails(_: TypedInvocation) -> Reply:
    raise KeyError("note")


async def calls_everybody(_: TypedInvocation) -> Reply:
    return say(said("as you say, <!channel>"))


async def refuses_without_more(_: TypedInvocation) -> Reply:
    raise NothingToChange("No.")


async def records_and_refuses(invocation: TypedInvocation) -> Reply:
    await invocation.perform(r.AddNote("x"))
    raise NothingToChange("No, type `note x`.")


async def closes(invocation: TypedInvocation) -> Reply:
    await invocation.perform(r.Cancel("it was a test"))
    return say(said("Noted."))


WRONG: tuple[tuple[Callable[[TypedInvocation], Awaitable[Reply]], str], ...] = (
    (fails, "KeyError"),
    (calls_everybody, "<!channel>"),
    (refuses_without_more, "without saying what to do next"),
    (records_and_refuses, "refused, and something was recorded"),
    (closes, "recorded IncidentCancelled without `cancel`"),
)


@pytest.mark.parametrize(("handle", "what"), WRONG, ids=lambda one: getattr(one, "__name__", ""))
async def test_a_command_that_goes_wrong_is_found(
    handle: Callable[[TypedInvocation], Awaitable[Reply]], what: str, prepared: Path, tmp_path: Path
) -> None:
    def instead(one: Command) -> Command:
        return replace(one, handle=handle) if one.name == "note" else one

    async with a_desk(prepared, tmp_path, tuple(map(instead, COMMANDS))) as desk:
        (found,) = await desk.judge("note all is quiet", "investigating")
    assert what in found.what


@pytest.mark.parametrize(
    ("text", "name"),
    [("close", "close"), ("INC–2: CLOSE now", "close"), ("update help", "help"), ("inc-1", "status"), (" \n", "help")],
)
def test_a_verb_is_spelled_where_it_stands_first(text: str, name: str) -> None:
    assert spells(text, name)


@pytest.mark.parametrize(
    "text", ["note close", "cl\u200bose", "ｃｌｏｓｅ", "clo\u017fe", "close!", "INC-1 INC-2 close"]
)
def test_nothing_else_spells_it(text: str) -> None:
    assert not spells(text, "close")


def test_a_seed_makes_the_same_texts_again_and_every_place_has_its_weight() -> None:
    assert [hostile(3, number) for number in range(50)] == [hostile(3, number) for number in range(50)]
    assert hostile(3, 1) != hostile(4, 1)
    assert len(OFTEN) == len(PLACES)


def test_what_is_kept_is_what_went_wrong() -> None:
    for text in ("note a", "note x" + "&lt;" * 5_000, "\ufdfa" * 40_000, "a\n" * 300):
        found = line(Kept("slow", text, "general"))
        assert Kept(**json.loads(found)).whole == text
        assert len(found) < 120
